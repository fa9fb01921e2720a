//! Whole cases: what a clerk waits for, and how much memory a large case takes.
//!
//! Each step is a process of its own that opens the office as a person does, key derivation included, so that peaks
//! of memory are those of the step alone.

use std::path::Path;
use std::time::Duration;

use fidem_casebook::{KdfParams, NewCase};
use fidem_manifest::Facts;
use fidem_office::{
    AuthorityChoice, NewOffice, Office, PaperRequest, SealOptions, SystemDesk, TakeIn,
    VerifyRequest, load_trust, verify_file,
};
use fidem_testkit::{FrozenClock, TwoAuthorities, two_authorities};
use fidem_verify::Verdict;

use super::measure::{Contender, Cost, printing_own_cost};
use super::report::Row;
use super::{Group, Options, Workload, corpus};
use crate::Outcome;

pub(super) const GROUP: Group = Group {
    name: "cases",
    rows,
    workloads: &[
        Workload {
            name: "case-take-in",
            run: take_in,
        },
        Workload {
            name: "case-seal",
            run: seal,
        },
        Workload {
            name: "case-set",
            run: set,
        },
        Workload {
            name: "case-certify",
            run: certify,
        },
        Workload {
            name: "case-export",
            run: export,
        },
        Workload {
            name: "case-verify",
            run: verify,
        },
    ],
};

pub(super) const PERSON: &str = "张三";
pub(super) const PASSPHRASE: &str = "benchmark passphrase";
/// Megabytes that sealing and verifying a case of 100,000 items may take.
const MEMORY_LIMIT: u64 = 500;
/// Processor time that a receipt may take in a process that has not set one before.
const RECEIPT_LIMIT: Duration = Duration::from_millis(500);
/// Processor time that the check of its conformance may take.
const CHECK_LIMIT: Duration = Duration::from_millis(300);

fn rows(options: &Options) -> Outcome<Vec<Row>> {
    let mut rows = receipt(options)?;
    rows.extend(large_case(options)?);
    Ok(rows)
}

/// An office made for the bench, with a case in it.
pub(super) struct Place {
    pub(super) folder: tempfile::TempDir,
    pub(super) case: String,
    authorities: TwoAuthorities,
}

impl Place {
    pub(super) fn new(options: &Options) -> Outcome<Self> {
        std::fs::create_dir_all(&options.corpus)?;
        let folder = tempfile::tempdir_in(&options.corpus)?;
        let authorities = two_authorities(&FrozenClock::at(SystemDesk::seconds()))?;
        let roots = std::fs::read_to_string(authorities.roots())?;
        let new = NewOffice {
            name: "测速公证处",
            name_en: None,
            demonstration: true,
            person: PERSON,
            passphrase: PASSPHRASE,
            kdf: KdfParams::standard(),
        };
        let (mut office, _) = Office::create(&folder.path().join("office"), &new, &mut SystemDesk)?;
        let choices = authorities.urls().map(|url| AuthorityChoice {
            policy: None,
            name: url.clone(),
            roots_pem: Some(roots.clone()),
            url,
        });
        office.authorities_choose(&SystemDesk, &choices)?;
        let case = NewCase {
            matter: "测速".to_owned(),
            applicant: "测速".to_owned(),
            facts_json: "{}".to_owned(),
            ..NewCase::default()
        };
        let case = office.case_new(&SystemDesk, &case)?.id;
        Ok(Self {
            folder,
            case,
            authorities,
        })
    }

    /// The roots of its authorities.
    pub(super) fn roots(&self) -> std::path::PathBuf {
        self.authorities.roots()
    }

    /// Runs one step in a process of its own.
    pub(super) fn step(&self, workload: &str, more: &Path) -> Outcome<Cost> {
        let office = self.folder.path().join("office");
        let [office, more] = [office.as_path(), more].map(|path| path.display().to_string());
        Contender::ours(workload, &[&office, &self.case, &more])?.cost()
    }
}

/// A receipt over the samples, as `fidem certify` issues it: fonts and templates read anew, conformance checked.
fn receipt(options: &Options) -> Outcome<Vec<Row>> {
    let place = Place::new(options)?;
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/case-shop");
    // Without the folder whose names hold characters that only the fallback font has.
    for folder in ["02-报价与付款", "03-往来", "04-现场"] {
        place.step("case-take-in", &samples.join(folder))?;
    }
    place.step("case-seal", Path::new(""))?;
    let best = |workload: &str, what: &str, limit, target| -> Outcome<Row> {
        let mut best = place.step(workload, Path::new(""))?;
        for _ in 1..options.rounds {
            let again = place.step(workload, Path::new(""))?;
            best = if again.time < best.time { again } else { best };
        }
        Ok(Row::of_time_limit(what, best.time, limit, target))
    };
    let set = best(
        "case-set",
        "receipt over 10 items set in a fresh process: fonts, templates, pages, attachments",
        RECEIPT_LIMIT,
        Some(1.0),
    )?;
    let issued = best(
        "case-certify",
        "the same issued: with the conformance check before issue",
        RECEIPT_LIMIT + CHECK_LIMIT,
        Some(1.0),
    )?;
    place.step("case-take-in", &samples.join("01-合同"))?;
    place.step("case-seal", Path::new(""))?;
    let rare = best(
        "case-set",
        "receipt over 12 items set, with characters of the fallback font",
        RECEIPT_LIMIT,
        None,
    )?;
    Ok(vec![set, issued, rare])
}

fn large_case(options: &Options) -> Outcome<Vec<Row>> {
    let count = options.scaled(100_000, 2_000);
    let files = corpus::small_files(options, count)?;
    let place = Place::new(options)?;
    let package = place.folder.path().join("case.asice");
    let steps = [
        ("taken in", place.step("case-take-in", &files.folder)?, None),
        (
            "sealed with two time stamps",
            place.step("case-seal", Path::new(""))?,
            Some(1.0),
        ),
        (
            "exported as a package",
            place.step("case-export", &package)?,
            None,
        ),
    ];
    let roots = place.authorities.roots().display().to_string();
    let file = package.display().to_string();
    let verified = Contender::ours("case-verify", &[&file, &roots])?.cost()?;
    let steps = steps.into_iter().chain([("verified", verified, Some(1.0))]);
    Ok(steps
        .map(|(what, cost, target)| {
            let what = format!("a case of {count} items {what}: peak memory");
            Row::of_memory_limit(what, cost, MEMORY_LIMIT, target)
        })
        .collect())
}

fn open(arguments: &[String]) -> Outcome<(Office, &str, &Path)> {
    let [office, case, more] = arguments else {
        return Err("an office, a case and a path, please".into());
    };
    let office = Office::open(Path::new(office), PERSON, PASSPHRASE, &SystemDesk)?;
    Ok((office, case, Path::new(more)))
}

fn take_in(arguments: &[String]) -> Outcome<()> {
    let (mut office, case, folder) = open(arguments)?;
    let what = TakeIn {
        paths: vec![folder.to_owned()],
        facts: Facts::supplied_by_party(),
        lower: None,
    };
    let taken = printing_own_cost(|| office.take_in(&mut SystemDesk, case, &what))??;
    match taken.items.is_empty() || !taken.refused.is_empty() {
        true => Err("not everything was taken in".into()),
        false => Ok(()),
    }
}

fn seal(arguments: &[String]) -> Outcome<()> {
    let (mut office, case, _) = open(arguments)?;
    let sealed =
        printing_own_cost(|| office.seal(&mut SystemDesk, case, &SealOptions::default()))??;
    match sealed.tokens.iter().filter(|t| t.counts).count() {
        2 => Ok(()),
        count => Err(format!("{count} tokens count, not 2").into()),
    }
}

fn set(arguments: &[String]) -> Outcome<()> {
    let (office, case, _) = open(arguments)?;
    printing_own_cost(|| office.paper_preview(&SystemDesk, case, &PaperRequest::default()))??;
    Ok(())
}

fn certify(arguments: &[String]) -> Outcome<()> {
    let (mut office, case, _) = open(arguments)?;
    printing_own_cost(|| office.certify(&mut SystemDesk, case, "receipt"))??;
    Ok(())
}

fn export(arguments: &[String]) -> Outcome<()> {
    let (mut office, case, out) = open(arguments)?;
    printing_own_cost(|| office.export(&mut SystemDesk, case, out, &SealOptions::default()))??;
    Ok(())
}

fn verify(arguments: &[String]) -> Outcome<()> {
    let [package, roots] = arguments else {
        return Err("a package and its roots, please".into());
    };
    let trust = load_trust(Some(Path::new(roots)))?;
    let what = VerifyRequest {
        data: &[],
        digest: None,
        trust: &trust,
        headers: &[],
        signatures: &[],
        at: None,
    };
    let report = printing_own_cost(|| verify_file(Path::new(package), &what, &mut SystemDesk))??;
    match report.verdict {
        Verdict::Match => Ok(()),
        other => Err(format!("the package does not match: {other:?}").into()),
    }
}
