//! Renewal (续期): one time-stamp over a tree of many cases; each case keeps its branch (RFC 4998 §5).
//!
//! What is sealed is never touched. A first record covers all that a seal consists of; later a record is stamped again,
//! or, when its digest algorithm ends, the data are digested anew under another.

use std::collections::BTreeSet;

use fidem_casebook::{Case, EvidenceRecord as Kept, NewEvidenceRecord};
use fidem_manifest::Manifest;
use fidem_package::asic::{AsicManifest, Reference};
use fidem_package::layout;
use fidem_vault::Key;
use fidem_verify::Trust;
use rfc3161_client::{DigestAlgorithm, EvidenceRecord, HashTree, Imprint, UnixTime};
use serde::{Deserialize, Serialize};

use crate::due::{DueState, HORIZON_SECONDS, covered};
use crate::folder::at;
use crate::intake::{go_on, to_json};
use crate::papers::Stamps;
use crate::proposal::RENEWERS;
use crate::stamp::{Endings, Reply, TokenSummary};
use crate::{AuthorityChoice, Desk, Office, OfficeError, Result, SealOptions, Step, Task};

/// Under which a first record is made: its digests of everything are kept already, so nothing need be read again.
const FIRST: DigestAlgorithm = DigestAlgorithm::Sha256;
/// In this order an algorithm is chosen when the one before ends.
const SUCCESSORS: [DigestAlgorithm; 3] = [
    DigestAlgorithm::Sha512,
    DigestAlgorithm::Sha3_512,
    DigestAlgorithm::Sha256,
];

/// How a record was renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RenewalKind {
    /// It was made.
    First,
    /// Its last time-stamp was stamped again; no data were read.
    TimeStamp,
    /// The data were digested anew under another algorithm.
    HashTree,
    /// A signed document was given a new archive time stamp.
    Document,
}

/// One renewed record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Renewed {
    /// The case's number.
    pub case: String,
    /// The member in a package: the record, or the document.
    pub record: String,
    /// How.
    pub kind: RenewalKind,
    /// Under which algorithm.
    pub algorithm: &'static str,
    /// The authority that stamped.
    pub authority: String,
    /// Its time, RFC 3339.
    pub time: String,
    /// Why a document has no new stamp, where it has none; the others were renewed all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What is remembered of a record beside its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RecordSummary {
    pub(crate) authority: String,
    pub(crate) endings: Endings,
    pub(crate) time: String,
}

impl RecordSummary {
    pub(crate) fn of(authority: String, token: &TokenSummary) -> Self {
        Self {
            authority,
            endings: token.endings(),
            time: token.time.clone().unwrap_or_default(),
        }
    }

    pub(crate) fn read(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|e| OfficeError::Damaged {
            what: e.to_string(),
        })
    }
}

/// A record to be made or renewed.
struct Plan {
    case: Case,
    ordinal: u32,
    manifest_xml: Vec<u8>,
    before: Option<EvidenceRecord>,
    kind: RenewalKind,
    algorithm: DigestAlgorithm,
    group: Vec<Vec<u8>>,
}

impl Office {
    /// Renews everything that is due in the whole office, or everything of one case, due or not. One time-stamp serves
    /// all records of an algorithm. Empty when nothing was due.
    ///
    /// # Errors
    /// [`OfficeError::SecondPerson`] unless another person proposed it; [`OfficeError::NoAuthority`] when none answered
    /// well for the records: then nothing is changed; what fails of a document is said in its row; [`OfficeError::Waiting`] when the
    /// one case has a seal that waits.
    pub fn renew(
        &mut self,
        desk: &mut dyn Desk,
        case: Option<&str>,
        options: &SealOptions,
    ) -> Result<Vec<Renewed>> {
        self.require(&RENEWERS)?;
        let choices = match &options.authorities {
            Some(choices) => choices.clone(),
            None => self.authorities()?,
        };
        let trust = crate::trust::for_stamping(&choices, options.trust.as_ref())?;
        let only = case.map(|case| self.case(case)).transpose()?;
        let is_due = |due: &crate::Due| matches!(due.state, DueState::Due | DueState::Lapsed);
        if only.is_none() && !self.due(desk, Some(&trust))?.iter().any(is_due) {
            return Ok(Vec::new());
        }
        self.require_proposal(desk, only.as_ref().map(|case| case.id.as_str()))?;
        let all = only.is_some();
        let cases = match only {
            Some(case) => {
                self.deliverable(&case.id)?;
                vec![case]
            }
            None => self.every_case()?,
        };
        let mut plans = Vec::new();
        for case in &cases {
            plans.extend(self.plans(desk, case, all, &trust)?);
        }
        let mut renewed = Vec::new();
        while let Some(first) = plans.first() {
            let algorithm = first.algorithm;
            let (now, later) = plans.into_iter().partition(|p| p.algorithm == algorithm);
            renewed.extend(self.stamp_plans(desk, now, &choices, &trust)?);
            plans = later;
        }
        let by = Stamps {
            choices: &choices,
            trust: &trust,
        };
        let held = self.trust_in_held(&choices, options.trust.as_ref())?;
        for case in &cases {
            renewed.extend(self.renew_documents(desk, case, all, by, &held)?);
        }
        self.clear_proposal(desk)?;
        Ok(renewed)
    }

    /// The newest versions of a case's records, for its package.
    pub(crate) fn evidence(&self, case: &str) -> Result<Vec<Kept>> {
        Ok(self.book.evidence_records(case)?)
    }

    fn plans(
        &self,
        desk: &mut dyn Desk,
        case: &Case,
        all: bool,
        trust: &Trust,
    ) -> Result<Vec<Plan>> {
        let now = desk.now();
        let due: BTreeSet<String> = self
            .due_of(case, now, trust)?
            .into_iter()
            .filter(|due| all || matches!(due.state, DueState::Due | DueState::Lapsed))
            .map(|due| due.member)
            .collect();
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let kept = self.evidence(&case.id)?;
        let mut plans = Vec::new();
        for record in &kept {
            if due.contains(&layout::evidence_record(record.ordinal)) {
                plans.push(self.plan_renewal(desk, case, record, now, trust)?);
            }
        }
        let ordinal = kept.last().map_or(1, |last| last.ordinal + 1);
        plans.extend(self.plan_first(case, &kept, ordinal, &due)?);
        Ok(plans)
    }

    /// A first record over every complete seal that none covers yet, if one of its tokens is due, and over receipts; or
    /// over signatures beside documents whose stamps are due.
    fn plan_first(
        &self,
        case: &Case,
        kept: &[Kept],
        ordinal: u32,
        due: &BTreeSet<String>,
    ) -> Result<Option<Plan>> {
        let mut before = BTreeSet::new();
        for record in kept {
            before.extend(covered(&record.manifest_xml)?);
        }
        let mut references = Vec::new();
        for seal in self.book.seals(&case.id)? {
            let tokens = self.book.tokens(&case.id, seal.number)?;
            let wanted = tokens
                .iter()
                .any(|t| t.counts && due.contains(&layout::token(t.ordinal)));
            if wanted && !before.contains(&layout::seal(seal.number)) {
                self.references_of(&case.id, &seal, &mut references)?;
            }
        }
        let mut documents = self.references_of_documents(&case.id)?;
        documents.retain(|reference| !before.contains(&reference.member));
        if references.is_empty() && !documents.iter().any(|one| due.contains(&one.member)) {
            return Ok(None);
        }
        references.extend(documents);
        let group = references.iter().map(|r| r.sha256.to_vec()).collect();
        let manifest = AsicManifest {
            token: layout::evidence_record(ordinal),
            references,
        };
        Ok(Some(Plan {
            case: case.clone(),
            ordinal,
            manifest_xml: manifest.to_xml(),
            before: None,
            kind: RenewalKind::First,
            algorithm: FIRST,
            group,
        }))
    }

    /// The documents of a case that stay as they are, and the signatures beside documents.
    fn references_of_documents(&self, case: &str) -> Result<Vec<Reference>> {
        let mut references = Vec::new();
        for certificate in self.book.certificates(case)? {
            let id = &certificate.document_id;
            // One that somebody has still to sign will be another file.
            if !self.signatures_open(id)?.is_empty() {
                continue;
            }
            let member = crate::papers::member(id);
            let beside = self.signatures_beside(id, &member)?;
            references.extend(beside.into_iter().map(|(member, cms)| Reference {
                member,
                sha256: fidem_fingerprint::sha256(&cms),
            }));
            // A signed one is stamped again in its own file, which that changes.
            if self.book.editions(id)?.is_empty() {
                references.push(Reference {
                    member,
                    sha256: certificate.sha256,
                });
            }
        }
        Ok(references)
    }

    /// All that a seal consists of: statement, manifest, records, files, ASiC manifests and tokens.
    fn references_of(
        &self,
        case: &str,
        seal: &fidem_casebook::Seal,
        references: &mut Vec<Reference>,
    ) -> Result<()> {
        let mut add =
            |member: String, sha256: [u8; 32]| references.push(Reference { member, sha256 });
        add(layout::seal(seal.number), seal.seal_sha256);
        add(layout::manifest(seal.number), seal.manifest_sha256);
        let manifest = Manifest::from_bytes(&self.book.seal_manifest(case, seal.number)?)?;
        for entry in manifest.items {
            add(entry.record_member, entry.record.fingerprint()?.sha256);
            if entry.withheld.is_none() {
                add(entry.member, entry.content.fingerprint()?.sha256);
            }
        }
        for token in self
            .book
            .tokens(case, seal.number)?
            .iter()
            .filter(|t| t.counts)
        {
            add(
                layout::asic_manifest(token.ordinal),
                fidem_fingerprint::sha256(&token.asic_xml),
            );
            add(
                layout::token(token.ordinal),
                fidem_fingerprint::sha256(&token.token),
            );
        }
        Ok(())
    }

    fn plan_renewal(
        &self,
        desk: &mut dyn Desk,
        case: &Case,
        kept: &Kept,
        now: i64,
        trust: &Trust,
    ) -> Result<Plan> {
        let damaged = || OfficeError::Damaged {
            what: layout::evidence_record(kept.ordinal),
        };
        let record = EvidenceRecord::parse(&kept.record).map_err(|_| damaged())?;
        let current = record.algorithm().ok_or_else(damaged)?;
        let lasts = |algorithm| {
            let until = trust.algorithms.digest_until(algorithm);
            until.is_none_or(|until| until.0 - HORIZON_SECONDS > now)
        };
        let (kind, algorithm) = match lasts(current) {
            true => (RenewalKind::TimeStamp, current),
            false => {
                let next = SUCCESSORS.into_iter().find(|one| lasts(*one));
                (RenewalKind::HashTree, next.ok_or_else(damaged)?)
            }
        };
        let group = match kind {
            RenewalKind::HashTree => {
                let members = covered(&kept.manifest_xml)?.into_iter().collect();
                let digests = self.digests(desk, &case.id, &members, algorithm)?;
                record.hash_tree_renewal(algorithm, &digests)
            }
            _ => record.time_stamp_renewal(),
        };
        Ok(Plan {
            case: case.clone(),
            ordinal: kept.ordinal,
            manifest_xml: kept.manifest_xml.clone(),
            before: Some(record),
            kind,
            algorithm,
            group: group.ok_or_else(damaged)?,
        })
    }

    /// The digests of these members under another algorithm, read anew from casebook and vault.
    fn digests(
        &self,
        desk: &mut dyn Desk,
        case: &str,
        members: &BTreeSet<String>,
        algorithm: DigestAlgorithm,
    ) -> Result<Vec<Vec<u8>>> {
        let mut digests = Vec::with_capacity(members.len());
        let mut add = |member: &str, bytes: &[u8]| {
            if members.contains(member) {
                digests.extend(algorithm.digest(bytes));
            }
        };
        let mut files = Vec::new();
        for seal in self.book.seals(case)? {
            add(&layout::seal(seal.number), &seal.seal_json);
            let bytes = self.book.seal_manifest(case, seal.number)?;
            add(&layout::manifest(seal.number), &bytes);
            let mut records = self.records_of(case, seal.number)?;
            for entry in Manifest::from_bytes(&bytes)?.items {
                add(&entry.record_member, &records.next(&entry)?);
                if members.contains(&entry.member) {
                    files.push(entry);
                }
            }
            for token in self.book.tokens(case, seal.number)? {
                add(&layout::asic_manifest(token.ordinal), &token.asic_xml);
                add(&layout::token(token.ordinal), &token.token);
            }
        }
        for certificate in self.book.certificates(case)? {
            let member = crate::papers::member(&certificate.document_id);
            if members.contains(&member) {
                add(
                    &member,
                    &self.book.certificate_pdf(&certificate.document_id)?,
                );
            }
            for (name, cms) in self.signatures_beside(&certificate.document_id, &member)? {
                add(&name, &cms);
            }
        }
        let total = files.iter().map(|entry| entry.content.size).sum();
        let mut done = 0;
        for entry in &files {
            go_on(desk.progress(Step {
                task: Task::Renew,
                done,
                total,
                current: &entry.member,
            }))?;
            digests.push(self.file_digest(entry, algorithm)?);
            done += entry.content.size;
        }
        match digests.len() == members.len() {
            true => Ok(digests),
            false => Err(OfficeError::Damaged {
                what: "a member that an evidence record covers".to_owned(),
            }),
        }
    }

    /// An original's digest under another algorithm. What no longer is what was sealed must not be digested anew.
    fn file_digest(
        &self,
        entry: &fidem_manifest::Entry,
        algorithm: DigestAlgorithm,
    ) -> Result<Vec<u8>> {
        use std::io::Read as _;
        let print = entry.content.fingerprint()?;
        let differs = || OfficeError::VaultDiffers { item: entry.number };
        let mut input = self.vault.open_object(&Key(print.sha256))?;
        let mut anew = algorithm.hasher().ok_or_else(differs)?;
        let mut sealed = fidem_fingerprint::Hasher::new();
        let mut block = vec![0; 1 << 18];
        loop {
            match input.read(&mut block) {
                Ok(0) => break,
                Ok(len) => {
                    anew.update(&block[..len]);
                    sealed.update(&block[..len]);
                }
                Err(_) => return Err(differs()),
            }
        }
        match sealed.finish() == print {
            true => Ok(anew.finish()),
            false => Err(differs()),
        }
    }

    /// One time-stamp for all plans of one algorithm; then all their records at once.
    fn stamp_plans(
        &mut self,
        desk: &mut dyn Desk,
        plans: Vec<Plan>,
        choices: &[AuthorityChoice],
        trust: &Trust,
    ) -> Result<Vec<Renewed>> {
        let Some(algorithm) = plans.first().map(|plan| plan.algorithm) else {
            return Ok(Vec::new());
        };
        let damaged = || OfficeError::Damaged {
            what: "evidence record".to_owned(),
        };
        let groups = plans.iter().map(|plan| plan.group.clone()).collect();
        let tree = HashTree::new(algorithm, groups).ok_or_else(damaged)?;
        let imprint = Imprint {
            algorithm,
            value: tree.root().to_vec(),
        };
        let (authority, reply) = self.first_good(desk, choices, &imprint, trust)?;
        let summary = RecordSummary::of(authority.clone(), &reply.summary);
        let mut records = Vec::with_capacity(plans.len());
        let mut renewed = Vec::with_capacity(plans.len());
        for (position, plan) in plans.into_iter().enumerate() {
            let branch = tree.reduced(position).ok_or_else(damaged)?;
            let record = match (&plan.before, plan.kind) {
                (Some(before), RenewalKind::HashTree) => {
                    before.with_chain(algorithm, branch, &reply.token)
                }
                (Some(before), _) => before.with_time_stamp(branch, &reply.token),
                (None, _) => EvidenceRecord::new(algorithm, branch, &reply.token),
            };
            let record = record
                .and_then(|record| record.to_der())
                .map_err(|_| damaged())?;
            renewed.push(Renewed {
                case: plan.case.number.clone(),
                record: layout::evidence_record(plan.ordinal),
                kind: plan.kind,
                algorithm: algorithm.name(),
                authority: authority.clone(),
                time: summary.time.clone(),
                problem: None,
            });
            records.push(NewEvidenceRecord {
                case: plan.case.id,
                ordinal: plan.ordinal,
                manifest_xml: plan.manifest_xml,
                record,
                summary_json: to_json(&summary)?,
            });
        }
        self.book.evidence_add(&at(desk), &records)?;
        Ok(renewed)
    }

    /// The first authority whose token passes every rule.
    pub(crate) fn first_good(
        &mut self,
        desk: &dyn Desk,
        choices: &[AuthorityChoice],
        imprint: &Imprint,
        trust: &Trust,
    ) -> Result<(String, Reply)> {
        let mut problems = Vec::new();
        for choice in choices {
            match self.ask(desk, None, choice, imprint, trust)? {
                Ok(reply) if reply.counts => return Ok((choice.name.clone(), reply)),
                Ok(reply) => problems.extend(reply.summary.problem),
                Err(problem) => problems.push(problem),
            }
        }
        Err(OfficeError::NoAuthority {
            problems: problems.join("; "),
        })
    }
}

impl Endings {
    /// The first end, and whether a certificate or an algorithm brings it.
    pub(crate) fn first(
        &self,
        table: &rfc3161_client::AlgorithmTable,
    ) -> (Option<UnixTime>, Option<&'static str>) {
        let certificate = self.certificate.as_deref().and_then(UnixTime::from_rfc3339);
        let algorithm = self
            .algorithms
            .iter()
            .filter_map(|name| table.until_of(name))
            .min();
        match (certificate, algorithm) {
            (Some(c), Some(a)) if a < c => (Some(a), Some("algorithm")),
            (Some(c), _) => (Some(c), Some("certificate")),
            (None, Some(a)) => (Some(a), Some("algorithm")),
            (None, None) => (None, None),
        }
    }
}
