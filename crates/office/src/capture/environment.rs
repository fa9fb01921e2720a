//! What the office's machine is examined by, and the plan of an examination.

use fidem_capture::{Browser, Plan, Process, Recording, SelfTested, find_browser, self_test};
use fidem_casebook::Case;
use fidem_cleanliness::{
    Browser as Examined, Launch, Local, OfficeNetwork, People, Phase, Plan as Checks,
    ProxyDecision, Report, SelfTest, System, Tool, VALIDITY_MS, check,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;

use crate::capture::{Before, SOFTWARE, references};
use crate::folder::{at, random_id};
use crate::intake::to_json;
use crate::{Desk, Office, OfficeError, Result};

/// Whom the office asks when it examines a machine. Nobody is asked whom it did not choose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Probes {
    /// SNTP servers: `host` or `host:port`.
    pub time_servers: Vec<String>,
    /// Independent resolvers: `address` or `address:port`.
    pub resolvers: Vec<String>,
    /// Plain-HTTP addresses that answer with the caller's public address.
    pub egress_services: Vec<String>,
    /// Hosts asked for their HTTP Date.
    pub date_hosts: Vec<String>,
    /// Pages known beforehand, fetched before and after each capture to show that the network is live.
    pub reference_pages: Vec<String>,
}

/// An examination by itself.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The report.
    pub report: Report,
    /// The recorder's self-test; none where no browser was found.
    pub tested: Option<SelfTested>,
}

/// A self-test as kept: it speaks of this browser, this program and this run of the machine.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    browser_sha256: String,
    monotonic_ms: u64,
    boot: String,
    software: String,
    tested: SelfTested,
}

const PROBES: &str = "capture-probes";
const SELF_TEST: &str = "capture-self-test";

impl Office {
    /// Whom the office asks.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Damaged`].
    pub fn probes(&self) -> Result<Probes> {
        let kept = self.book.setting(PROBES)?;
        let read = |text: String| {
            serde_json::from_str(&text).map_err(|e| OfficeError::Damaged {
                what: e.to_string(),
            })
        };
        kept.map_or_else(|| Ok(Probes::default()), read)
    }

    /// Chooses whom the office asks.
    ///
    /// # Errors
    /// [`OfficeError::Role`], [`OfficeError::Casebook`].
    pub fn set_probes(&mut self, desk: &dyn Desk, probes: &Probes) -> Result<()> {
        self.require(&[fidem_casebook::Role::Admin])?;
        Ok(self
            .book
            .set_setting(&at(desk), PROBES, &to_json(probes)?)?)
    }

    /// Examines this machine by itself (`fidem check-environment`), with a self-test of the recorder.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`]. What could not be examined stands in the report.
    pub fn check_environment(
        &mut self,
        desk: &mut dyn Desk,
        browser: Option<&Path>,
    ) -> Result<Environment> {
        let mut plan = self.checks(&random_id(desk)?)?;
        let browser = find_browser(browser).ok();
        let mut tested = None;
        if let Some(browser) = &browser {
            plan.browser = Some(Examined {
                executable: browser.path.display().to_string(),
                ..Examined::default()
            });
            let outcome = self.test_recorder(desk, browser)?;
            plan.self_test = Some(as_fact(&outcome));
            tested = Some(outcome);
        }
        let report = examined(plan, Phase::Before);
        Ok(Environment { report, tested })
    }

    /// The self-test of this browser, made anew where the last one is older than thirty minutes, or of another browser,
    /// program or run of the machine.
    ///
    /// # Errors
    /// [`OfficeError::SelfTest`] where it fails: the one check that lets no capture begin.
    pub(crate) fn self_tested(
        &mut self,
        desk: &mut dyn Desk,
        browser: &Browser,
    ) -> Result<SelfTested> {
        let kept = self.book.setting(SELF_TEST)?;
        let kept: Option<Kept> = kept.and_then(|text| serde_json::from_str(&text).ok());
        let now = Local::new().monotonic_us() / 1000;
        let fresh = kept.filter(|k| {
            let same =
                k.browser_sha256 == browser.sha256 && k.software == SOFTWARE && k.boot == boot();
            let age = now.checked_sub(k.monotonic_ms);
            same && k.tested.passed() && age.is_some_and(|age| age <= VALIDITY_MS)
        });
        match fresh {
            Some(kept) => Ok(kept.tested),
            None => self.test_recorder(desk, browser).and_then(passed),
        }
    }

    fn test_recorder(&mut self, desk: &mut dyn Desk, browser: &Browser) -> Result<SelfTested> {
        struct Unheard;
        impl fidem_capture::Audience for Unheard {}
        let tested = self_test(browser, &random_id(desk)?, &mut Unheard)?;
        let kept = Kept {
            browser_sha256: browser.sha256.clone(),
            monotonic_ms: Local::new().monotonic_us() / 1000,
            boot: boot(),
            software: SOFTWARE.to_owned(),
            tested,
        };
        self.book
            .set_setting(&at(desk), SELF_TEST, &to_json(&kept)?)?;
        Ok(kept.tested)
    }

    /// The part of every plan that is the office's.
    fn checks(&self, session: &str) -> Result<Checks> {
        let probes = self.probes()?;
        Ok(Checks {
            date_hosts: probes.date_hosts,
            egress_services: probes.egress_services,
            office_networks: self.office_networks()?,
            references: references::named(probes.reference_pages),
            resolvers: probes.resolvers,
            session: session.to_owned(),
            time_servers: probes.time_servers,
            tool: Tool {
                name: "Fidem".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            ..Checks::default()
        })
    }

    fn office_networks(&self) -> Result<Vec<OfficeNetwork>> {
        let devices = self.book.devices()?;
        let networks = devices
            .into_iter()
            .filter(|d| d.in_service() && !d.network.is_empty());
        Ok(networks
            .map(|d| OfficeNetwork {
                gateways: vec![d.network],
                name: d.name,
                ..OfficeNetwork::default()
            })
            .collect())
    }

    pub(super) fn environment_plan(
        &self,
        case: &Case,
        session: &str,
        browser: &Browser,
        tested: &SelfTested,
    ) -> Result<Checks> {
        let mut plan = self.checks(session)?;
        plan.self_test = Some(as_fact(tested));
        plan.people = Some(People {
            case: case.number.clone(),
            operator: self.person().name.clone(),
            ..People::default()
        });
        plan.browser = Some(Examined {
            executable: browser.path.display().to_string(),
            ..Examined::default()
        });
        Ok(plan)
    }

    pub(super) fn report_after(&self, recording: &Recording, before: &Before) -> Result<Report> {
        let mut plan = self.checks(&before.report.session)?;
        plan.before = Some(Box::new(before.report.clone()));
        plan.people = Some(People {
            operator: self.person().name.clone(),
            ..People::default()
        });
        plan.browser = Some(Examined {
            executable: recording.browser.path.display().to_string(),
            command_line: recording.line.clone(),
            environment: recording.environment.iter().cloned().collect(),
            ..Examined::default()
        });
        plan.launch = Some(launch(recording));
        plan.targets = recording
            .log
            .contacts()
            .into_iter()
            .filter(|c| c.page)
            .map(|c| c.host)
            .collect();
        Ok(examined(plan, Phase::After))
    }
}

/// Every examination: the reference pages are fetched on the spot.
fn examined(mut plan: Checks, phase: Phase) -> Report {
    references::fetch(&mut plan.references);
    check(&mut Local::new(), &plan, phase)
}

/// The report before a capture: of the machine, and of the browser that is about to open `url`.
pub(super) fn before(mut plan: Checks, url: &str, process: &Process) -> Report {
    plan.targets = vec![url.to_owned()];
    let executable = plan.browser.take().unwrap_or_default().executable;
    plan.browser = Some(Examined {
        command_line: process.line.clone(),
        environment: process.environment.clone(),
        executable,
        pid: Some(process.pid),
        profile: process.profile.display().to_string(),
        profile_made_unix_ms: Some(process.profile_made),
    });
    examined(plan, Phase::Before)
}

fn launch(recording: &Recording) -> Launch {
    let mut launch = Launch {
        command_line: Some(recording.log.client.command_line.clone()).filter(|l| !l.is_empty()),
        ..Launch::default()
    };
    let peers: BTreeMap<i64, IpAddr> = recording
        .log
        .connections
        .iter()
        .filter_map(|c| Some((c.id, address(c.peer.as_deref()?)?)))
        .collect();
    let hops = recording.log.requests.iter().flat_map(|r| &r.hops);
    for hop in hops {
        let host = Plan::host_of(&hop.url);
        if let Some(list) = hop.proxy.clone() {
            let decision = ProxyDecision {
                host: host.clone(),
                list,
            };
            if !launch.proxy_decisions.contains(&decision) {
                launch.proxy_decisions.push(decision);
            }
        }
        let met = hop.sent.iter().filter_map(|s| peers.get(&s.connection));
        launch.addresses.entry(host).or_default().extend(met);
    }
    launch
}

fn address(peer: &str) -> Option<IpAddr> {
    let host = peer.rsplit_once(':')?.0;
    host.trim_matches(['[', ']']).parse().ok()
}

fn as_fact(tested: &SelfTested) -> SelfTest {
    SelfTest {
        differing: tested.differing.clone(),
        nonce: tested.nonce.clone(),
        matching: tested.matching,
        served: tested.served,
    }
}

fn passed(tested: SelfTested) -> Result<SelfTested> {
    match tested.passed() {
        true => Ok(tested),
        false => Err(OfficeError::SelfTest {
            matching: tested.matching,
            served: tested.served,
        }),
    }
}

/// Which run of the machine this is, where the system tells.
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map(|id| id.trim().to_owned())
        .unwrap_or_default()
}
