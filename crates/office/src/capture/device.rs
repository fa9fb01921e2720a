//! Which machine this is, where it is connected, and whether it is the office's.

use fidem_capture::{Deviation, Recording};
use fidem_casebook::{Device, Role};
use fidem_cleanliness::{Report, Verdict};
use fidem_fingerprint::{hex, sha256};
use fidem_manifest::{Art14Kind, Art18, Facts, Network, Origin};

use crate::folder::at;
use crate::{Desk, Office, Result};

/// This machine and its way out, by marks that do not change from day to day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// SHA-256 over the machine's id, lowercase hex; none where the system has none.
    pub device: Option<String>,
    /// Hardware address of the default gateway; none where there is none.
    pub network: Option<String>,
}

/// How this machine stands with the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceStanding {
    /// This machine.
    pub here: Place,
    /// Its registration.
    pub device: Option<Device>,
    /// Registered, confirmed by another person, in service.
    pub of_office: bool,
    /// Connected where it was registered.
    pub in_network: bool,
}

/// Checks that must have been made and be normal before a capture is one of class A: not being able to look is no
/// passing.
const ESSENTIAL: [&str; 11] = [
    "clock-offset",
    "clock-integrity",
    "hosts-file",
    "proxy",
    "trust-store",
    "browser-binary",
    "browser-policies",
    "browser-profile",
    "browser-command-line",
    "recorder-self-test",
    "target-address",
];

impl Place {
    /// Reads them.
    #[must_use]
    pub fn here() -> Self {
        Self {
            device: machine_id()
                .map(|id| hex::encode(&sha256(format!("fidem device {id}").as_bytes()))),
            network: gateway(),
        }
    }
}

impl Office {
    /// How this machine stands.
    ///
    /// # Errors
    /// [`crate::OfficeError::Casebook`].
    pub fn device_standing(&self) -> Result<DeviceStanding> {
        let here = Place::here();
        let device = match &here.device {
            Some(identity) => self.book.device(identity)?,
            None => None,
        };
        let of_office = device.as_ref().is_some_and(Device::in_service);
        let network = device
            .as_ref()
            .map(|d| d.network.as_str())
            .filter(|n| !n.is_empty());
        Ok(DeviceStanding {
            in_network: of_office && network.is_some() && network == here.network.as_deref(),
            here,
            device,
            of_office,
        })
    }

    /// All registered devices.
    ///
    /// # Errors
    /// [`crate::OfficeError::Casebook`].
    pub fn devices(&self) -> Result<Vec<Device>> {
        Ok(self.book.devices()?)
    }

    /// Registers this machine; another person confirms it.
    ///
    /// # Errors
    /// [`crate::OfficeError::Role`]; [`crate::OfficeError::Damaged`] where the machine has no id.
    pub fn device_register(&mut self, desk: &dyn Desk, name: &str) -> Result<()> {
        self.require(&[Role::Admin, Role::Clerk, Role::Notary])?;
        let here = Place::here();
        let Some(identity) = here.device else {
            return Err(crate::OfficeError::Damaged {
                what: "this machine has no id".to_owned(),
            });
        };
        let network = here.network.unwrap_or_default();
        Ok(self
            .book
            .device_register(&at(desk), &identity, name, &network)?)
    }

    /// Confirms a device that another person registered.
    ///
    /// # Errors
    /// [`fidem_casebook::CasebookError::SamePerson`], [`fidem_casebook::CasebookError::UnknownDevice`].
    pub fn device_confirm(&mut self, desk: &dyn Desk, identity: &str) -> Result<()> {
        Ok(self.book.device_confirm(&at(desk), identity)?)
    }

    /// Takes a device out of service.
    ///
    /// # Errors
    /// [`fidem_casebook::CasebookError::UnknownDevice`].
    pub fn device_retire(&mut self, desk: &dyn Desk, identity: &str) -> Result<()> {
        self.require(&[Role::Admin])?;
        Ok(self.book.device_retire(&at(desk), identity)?)
    }

    /// Where a capture was made, from facts alone.
    fn origin(&self, reports: &[&Report], deviations: &[Deviation]) -> Result<Origin> {
        let standing = self.device_standing()?;
        let clean = reports.iter().all(|r| clean(r)) && deviations.is_empty();
        Ok(Origin::OfficeCapture {
            clean_check_passed: clean,
            device_of_office: standing.of_office,
            network: match standing.in_network {
                true => Network::Office,
                false => Network::Other,
            },
        })
    }

    /// Facts of a cleanliness report.
    pub(super) fn report_facts(&self, report: &Report, deviations: &[Deviation]) -> Result<Facts> {
        let origin = self.origin(&[report], deviations)?;
        Ok(Facts {
            art14_kind: Some(Art14Kind::Other),
            obtained: "取证前清洁性检查，由本程序自动执行".to_owned(),
            ..self.facts(origin)
        })
    }

    /// Facts of a capture (在线诉讼规则 18).
    pub(super) fn capture_facts(
        &self,
        recording: &Recording,
        before: &Report,
        after: Option<&Report>,
    ) -> Result<Facts> {
        let reports: Vec<&Report> = [Some(before), after].into_iter().flatten().collect();
        let origin = self.origin(&reports, &recording.deviations)?;
        let (began, ended) = &recording.times;
        Ok(Facts {
            art14_kind: Some(Art14Kind::Web),
            art18: Art18 {
                source: format!("互联网地址 {}", recording.url),
                generation: format!(
                    "浏览器（{}）访问该地址，由浏览器自身网络日志逐字节记录；{began} 至 {ended}（设备时间，UTC）",
                    recording.browser.version
                ),
                storage: "取证结束即计算完整性校验值并固化，存于本处加密卷宗库".to_owned(),
                ..self.facts(Origin::SuppliedByParty {}).art18
            },
            obtained: format!("网页取证：{}", recording.url),
            ..self.facts(origin)
        })
    }

    /// Facts of a capture that ended in the middle: it was not examined afterwards.
    pub(super) fn interrupted_facts(&self, recording: &Recording) -> Result<Facts> {
        let standing = self.device_standing()?;
        Ok(Facts {
            art14_kind: Some(Art14Kind::Web),
            obtained: format!("网页取证（中断）：{}", recording.url),
            ..self.facts(Origin::OfficeCapture {
                clean_check_passed: false,
                device_of_office: standing.of_office,
                network: Network::Other,
            })
        })
    }

    fn facts(&self, origin: Origin) -> Facts {
        let none = || "无".to_owned();
        Facts {
            art18: Art18 {
                corroboration: none(),
                generation: none(),
                notarisation: none(),
                source: "本处取证".to_owned(),
                storage: "存于本处加密卷宗库".to_owned(),
                witness: none(),
            },
            handed_over_by: none(),
            received_by: self.person().name.clone(),
            received_place: self.profile().name.clone(),
            origin,
            ..Facts::supplied_by_party()
        }
    }
}

/// Nothing abnormal, and everything essential was looked at. Checks that only one side of a capture can make are asked
/// of that side.
fn clean(report: &Report) -> bool {
    let normal = |code: &&str| {
        report
            .check(code)
            .is_some_and(|c| c.verdict == Verdict::Normal)
    };
    let of_running = [
        "browser-profile",
        "browser-command-line",
        "recorder-self-test",
    ];
    let before = report.phase == fidem_cleanliness::Phase::Before;
    let asked = |code: &&&str| before || !of_running.contains(*code);
    report.effect() == fidem_cleanliness::Effect::None && ESSENTIAL.iter().filter(asked).all(normal)
}

fn machine_id() -> Option<String> {
    let read = |path| std::fs::read_to_string(path).ok();
    let id = read("/etc/machine-id").or_else(|| read("/var/lib/dbus/machine-id"))?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

/// Hardware address of the default gateway: of the first default route that has a known neighbour.
fn gateway() -> Option<String> {
    let routes = std::fs::read_to_string("/proc/net/route").ok()?;
    let neighbours = std::fs::read_to_string("/proc/net/arp").ok()?;
    let gateways = routes.lines().skip(1).filter_map(|line| {
        let mut fields = line.split_whitespace();
        let (device, destination, gateway) = (fields.next()?, fields.next()?, fields.next()?);
        (destination == "00000000").then_some((device, little_endian(gateway)?))
    });
    gateways
        .filter_map(|(device, address)| {
            neighbours.lines().skip(1).find_map(|line| {
                let fields: Vec<&str> = line.split_whitespace().collect();
                let same =
                    fields.first() == Some(&address.as_str()) && fields.last() == Some(&device);
                let known = fields.get(3).filter(|mac| **mac != "00:00:00:00:00:00");
                known.filter(|_| same).map(|mac| (*mac).to_owned())
            })
        })
        .next()
}

/// An IPv4 address as the routing table writes it.
fn little_endian(hex: &str) -> Option<String> {
    let number = u32::from_str_radix(hex, 16).ok()?;
    Some(std::net::Ipv4Addr::from(number.swap_bytes()).to_string())
}

#[cfg(test)]
mod tests {
    use fidem_cleanliness::{Check, Counts, Effect, Local, Phase, Plan, check};

    use super::*;

    /// Two reports of a machine on which nothing was found.
    fn spotless(phase: Phase) -> Report {
        let mut report = check(&mut Local::new(), &Plan::default(), phase);
        for check in &mut report.checks {
            (check.verdict, check.effect) = (Verdict::Normal, Effect::None);
        }
        report.proven = true;
        report.counts = Counts::of(&report.checks);
        report
    }

    fn with(mut report: Report, code: &str, change: impl Fn(&mut Check)) -> Report {
        let found = report.checks.iter_mut().find(|c| c.code == code);
        change(found.expect("a check"));
        report
    }

    #[test]
    fn a_report_is_clean_when_all_that_matters_was_looked_at_and_nothing_was_found() {
        for phase in [Phase::Before, Phase::After] {
            assert!(clean(&spotless(phase)));
        }
        for code in ESSENTIAL {
            let unseen = with(spotless(Phase::Before), code, |c| {
                c.verdict = Verdict::NotChecked;
            });
            assert!(!clean(&unseen), "{code}");
        }
        let found = with(spotless(Phase::After), "virtual-machine", |c| {
            (c.verdict, c.effect) = (Verdict::Abnormal, Effect::ClassAMinus);
        });
        assert!(!clean(&found));
    }
}
