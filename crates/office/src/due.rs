//! What expires when (到期): certificates by their own dates, algorithms by the dated table.

use fidem_casebook::{Case, CaseFilter};
use fidem_package::asic::AsicManifest;
use fidem_package::layout;
use fidem_verify::Trust;
use rfc3161_client::{EvidenceRecord, Token, UnixTime};
use serde::Serialize;

use crate::renewal::RecordSummary;
use crate::stamp::{Endings, summary};
use crate::{Desk, Office, OfficeError, Result};

/// A renewal is due this long before the end: a year leaves time for an authority's outage and for people.
pub const HORIZON_SECONDS: i64 = 365 * 86_400;

/// How urgent it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DueState {
    /// The end has passed without a renewal: this proof cannot be carried on any more.
    Lapsed,
    /// To be renewed now.
    Due,
    /// Not yet due.
    Later,
    /// A newer evidence record carries it.
    Carried,
}

/// One thing that ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The case's id.
    pub case: String,
    /// The case's number.
    pub number: String,
    /// Member of the package: a token, an evidence record, a signed document, or a signature beside one.
    pub member: String,
    /// The authority.
    pub authority: String,
    /// Its end, RFC 3339; `None` where none is known.
    pub until: Option<String>,
    /// What ends first: `certificate` or `algorithm`.
    pub because: Option<&'static str>,
    /// When to renew at the latest, RFC 3339.
    pub renew_by: Option<String>,
    /// How urgent it is.
    pub state: DueState,
}

impl Office {
    /// Everything that ends, the most urgent first, by the algorithm table of `trust` or of the build.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Damaged`].
    pub fn due(&self, desk: &dyn Desk, trust: Option<&Trust>) -> Result<Vec<Due>> {
        let built_in;
        let trust = match trust {
            Some(trust) => trust,
            None => {
                built_in = Trust::compiled_in()?;
                &built_in
            }
        };
        let mut due = Vec::new();
        for row in self.every_case()? {
            due.extend(self.due_of(&row, desk.now(), trust)?);
        }
        due.sort_by(|a, b| (a.state, &a.until, &a.number).cmp(&(b.state, &b.until, &b.number)));
        Ok(due)
    }

    /// Everything of one case that ends.
    pub(crate) fn due_of(&self, case: &Case, now: i64, trust: &Trust) -> Result<Vec<Due>> {
        let mut calendar = Calendar {
            case,
            now,
            trust,
            covered: Vec::new(),
            due: Vec::new(),
        };
        for record in &self.book.evidence_records(&case.id)? {
            let since = first_time(&record.record);
            let members = covered(&record.manifest_xml)?;
            let members = members.into_iter().map(|member| (member, since));
            calendar.covered.extend(members);
            let kept = RecordSummary::read(&record.summary_json)?;
            let member = layout::evidence_record(record.ordinal);
            calendar.enter(member, kept.authority, &kept.endings);
        }
        for seal in self.book.seals(&case.id)? {
            let tokens = self.book.tokens(&case.id, seal.number)?;
            for token in tokens.iter().filter(|t| t.counts) {
                let endings = summary(token)?.endings();
                let member = layout::token(token.ordinal);
                calendar.enter(member, token.authority.clone(), &endings);
            }
        }
        for (member, last) in self.last_stamps(case)? {
            calendar.enter(member, last.authority, &last.endings);
        }
        Ok(calendar.due)
    }

    /// Every case, void ones included: what they prove may still be asked for.
    pub(crate) fn every_case(&self) -> Result<Vec<Case>> {
        let filter = CaseFilter {
            limit: u64::from(u32::MAX),
            ..CaseFilter::default()
        };
        let rows = self.book.case_list(&filter)?;
        Ok(rows.into_iter().map(|row| row.case).collect())
    }
}

/// The endings of one case.
struct Calendar<'a> {
    case: &'a Case,
    now: i64,
    trust: &'a Trust,
    /// What evidence records are over, and since when.
    covered: Vec<(String, Option<UnixTime>)>,
    due: Vec<Due>,
}

impl Calendar<'_> {
    fn enter(&mut self, member: String, authority: String, endings: &Endings) {
        let (until, because) = endings.first(&self.trust.algorithms);
        // A record that came after the end carries nothing.
        let in_time = |since: &Option<UnixTime>| {
            since.is_some_and(|since| until.is_none_or(|until| since <= until))
        };
        let mut over = self.covered.iter();
        let carried = over.any(|(covered, since)| *covered == member && in_time(since));
        self.due.push(Due {
            case: self.case.id.clone(),
            number: self.case.number.clone(),
            member,
            authority,
            until: until.map(UnixTime::to_rfc3339),
            because,
            renew_by: until.map(|until| UnixTime(until.0 - HORIZON_SECONDS).to_rfc3339()),
            state: state(until, self.now, carried),
        });
    }
}

/// The members that a record covers.
pub(crate) fn covered(manifest_xml: &[u8]) -> Result<Vec<String>> {
    let manifest = AsicManifest::from_xml(manifest_xml).map_err(|e| OfficeError::Damaged {
        what: e.to_string(),
    })?;
    let members = manifest
        .references
        .into_iter()
        .map(|reference| reference.member);
    Ok(members.collect())
}

/// When a record was first stamped.
fn first_time(record: &[u8]) -> Option<UnixTime> {
    let record = EvidenceRecord::parse(record).ok()?;
    let token = Token::parse(record.time_stamps().next()?.token()).ok()?;
    Some(token.tst_info().gen_time.time)
}

fn state(until: Option<UnixTime>, now: i64, carried: bool) -> DueState {
    match until {
        _ if carried => DueState::Carried,
        Some(until) if until.0 <= now => DueState::Lapsed,
        Some(until) if until.0 - HORIZON_SECONDS <= now => DueState::Due,
        _ => DueState::Later,
    }
}
