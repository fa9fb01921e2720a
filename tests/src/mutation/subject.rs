//! A package to be mutated, with the trust under which it matches and what that match affirms.

use std::collections::BTreeSet;

use fidem_verify::{Finding, Report, Request, Status, Trust, Verdict, codes, verify};
use rfc3161_client::UnixTime;

use super::fields::{self, Span};
use crate::members::Members;

/// When everything is judged: 2026-12-01T00:00:00Z. A clock would make mutants that cannot be judged again.
pub const AT: UnixTime = UnixTime(1_796_083_200);

/// A package that matches.
pub struct Subject {
    /// For the table.
    pub name: &'static str,
    /// The file.
    pub octets: Vec<u8>,
    /// Its members.
    pub members: Members,
    /// Its fields, in the order of their octets.
    pub fields: Vec<Span>,
    /// Packages whose members are played into this one: of other cases, other items, older revisions.
    pub others: Vec<Members>,
    trust: Trust,
    affirmed: BTreeSet<String>,
    said: BTreeSet<String>,
}

impl Subject {
    /// Of a file and the files of its trust.
    ///
    /// # Panics
    /// When it does not match, for then no mutant of it proves anything.
    #[must_use]
    pub fn new(name: &'static str, octets: &[u8], trust: &[(&str, &[u8])]) -> Self {
        let trust = Trust::supplied(trust.iter().copied()).expect("a trust file");
        let report = judge(octets, &trust);
        assert_eq!(
            report.verdict,
            Verdict::Match,
            "{name}: {:#?}",
            report.findings
        );
        let members = Members::of(octets);
        Self {
            name,
            fields: fields::map(&members),
            octets: octets.to_vec(),
            members,
            others: Vec::new(),
            trust,
            affirmed: affirmed(&report),
            said: said(&report),
        }
    }

    /// Judges a mutant of it.
    #[must_use]
    pub fn judge(&self, octets: &[u8]) -> Report {
        judge(octets, &self.trust)
    }

    /// Whether a package is one of one exhibit.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.members.find(fidem_package::layout::PARTIAL).is_some()
    }

    /// What a report affirms although the package itself affirmed no such thing.
    #[must_use]
    pub fn overstated(&self, report: &Report) -> Vec<String> {
        affirmed(report)
            .difference(&self.affirmed)
            .cloned()
            .collect()
    }

    /// Whether a report says of a mutant what was said of the package: in any order, and nothing else.
    #[must_use]
    pub fn is_said_again(&self, report: &Report) -> bool {
        said(report) == self.said
    }
}

fn judge(octets: &[u8], trust: &Trust) -> Report {
    let octets = octets.to_vec();
    let request = Request {
        subject: &octets,
        data: &[],
        digest: None,
        revocation: &[],
        headers: &[],
        signatures: &[],
        trust,
        at: AT,
    };
    verify(&request, &mut |_, _| ())
}

/// Findings of agreement with what they name, the case, and who was relied on. How many members or links were counted
/// changes with what is left out, and is no fact about the evidence.
fn affirmed(report: &Report) -> BTreeSet<String> {
    let counted = [codes::CHECKSUMS_MATCH, codes::JOURNAL_LINKS];
    let matching = report.findings.iter().filter(|f| f.status == Status::Match);
    let facts = matching.map(|finding| match counted.contains(&finding.code) {
        true => finding.code.0.to_owned(),
        false => worded(finding),
    });
    let trust = report.trust.iter().map(|used| format!("{used:?}"));
    let case = report.case.iter().map(|case| format!("case {case}"));
    facts.chain(trust).chain(case).collect()
}

fn said(report: &Report) -> BTreeSet<String> {
    let findings = report.findings.iter().map(worded);
    let rest = [format!(
        "{:?} {:?} {:?}",
        report.kind, report.layers, report.case
    )];
    let missed = report.not_checked.iter().map(|code| code.0.to_owned());
    let trust = report.trust.iter().map(|used| format!("{used:?}"));
    findings.chain(rest).chain(missed).chain(trust).collect()
}

fn worded(finding: &Finding) -> String {
    format!(
        "{} {:?} {:?}",
        finding.code.0, finding.status, finding.params
    )
}
