//! The order of judgement: signatures are found revision by revision, judged from the newest to the oldest, because a
//! document time stamp proves what stands before it, and then every update after the first of them is compared.

use fidem_pdf::{Dictionary, Error, File, Object, Reference, Section, text};
use rfc3161_client::{
    AlgorithmTable, Anchor, CmsSignature, Expected, Finding, GenTime, Imprint, Indication,
    Inputs as TokenInputs, KnownLinks, SignatureInputs, SignatureProfile, SignatureVerification,
    Token, UnixTime, Verification as TokenVerification, verify_signed_data,
};

use crate::changes::{self, Revision};
use crate::coverage::{self, Covered};
use crate::field::{SignatureField, signature_fields};
use crate::report::{BestTime, Kind, Level, Signature, Verification, outcome};
use crate::rules::{self, finding};
use crate::store::{Store, store};

/// Most updates judged.
const MAX_REVISIONS: usize = 64;
/// Ends of file tried when the whole cannot be read.
const MAX_ENDS: usize = 16;
const END_OF_FILE: &[u8] = b"%%EOF";

/// Everything that a verdict depends on.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// The PDF.
    pub pdf: &'a [u8],
    /// Certificates that are trusted for signatures.
    pub anchors: &'a [Anchor],
    /// Certificates that are trusted for time stamps.
    pub time_anchors: &'a [Anchor],
    /// Certificates in DER that may help to build a path and are not trusted.
    pub intermediates: &'a [Vec<u8>],
    /// Certificate revocation lists and OCSP responses in DER, beside those in the document.
    pub revocation: &'a [Vec<u8>],
    /// How long algorithms are relied on.
    pub algorithms: &'a AlgorithmTable,
    /// The signatures of certificates that need not be computed again.
    pub known_links: Option<&'a KnownLinks>,
    /// The time of verification, or an earlier one at which something else proves that the file existed.
    pub now: UnixTime,
}

impl<'a> Inputs<'a> {
    /// A PDF judged on the same anchors for signatures and time stamps; the other fields can be set after.
    #[must_use]
    pub fn new(pdf: &'a [u8], anchors: &'a [Anchor], now: UnixTime) -> Self {
        Self {
            pdf,
            anchors,
            time_anchors: anchors,
            intermediates: &[],
            revocation: &[],
            algorithms: AlgorithmTable::built_in(),
            known_links: None,
            now,
        }
    }
}

/// Judges every signature in a PDF and every update after the first of them. A PDF without signatures gives none.
///
/// # Errors
/// [`Error`] for a PDF that cannot be read up to its first signature.
pub fn verify(inputs: &Inputs<'_>) -> Result<Verification, Error> {
    let (file, after) = open(inputs.pdf)?;
    let count = file.sections().len();
    if count > MAX_REVISIONS {
        return Err(Error::TooMuch(MAX_REVISIONS, "updates"));
    }
    let found = find(&file, count)?;
    let Some(first) = found.iter().map(|one| one.revision).min() else {
        return Ok(Verification {
            signatures: Vec::new(),
            revisions: Vec::new(),
            findings: Vec::new(),
        });
    };
    let signatures = judge_all(&file, &found, inputs, after);
    let revisions: Vec<Revision> = (first + 1..=count)
        .map(|number| compare(&file, count, number))
        .collect();
    let findings = against(&file, &found, &revisions, after);
    Ok(Verification {
        signatures,
        revisions,
        findings,
    })
}

/// The file, or as much of it as can be read and is signed, with the number of octets that follow.
fn open(pdf: &[u8]) -> Result<(File<'_>, usize), Error> {
    let error = match File::parse(pdf) {
        Ok(file) => return Ok((file, 0)),
        Err(error) => error,
    };
    let mut until = pdf.len();
    for _ in 0..MAX_ENDS {
        let before = pdf.get(..until).unwrap_or_default();
        let Some(at) = before
            .windows(END_OF_FILE.len())
            .rposition(|window| window == END_OF_FILE)
        else {
            break;
        };
        until = at + END_OF_FILE.len() - 1;
        let mut end = at + END_OF_FILE.len();
        for end_of_line in [b'\r', b'\n'] {
            if pdf.get(end) == Some(&end_of_line) {
                end += 1;
            }
        }
        let Ok(file) = File::parse(pdf.get(..end).unwrap_or_default()) else {
            continue;
        };
        let count = file.sections().len();
        if count <= MAX_REVISIONS && find(&file, count).is_ok_and(|found| !found.is_empty()) {
            return Ok((file, pdf.len() - end));
        }
    }
    Err(error)
}

/// A signature where it was found.
struct Found {
    field: SignatureField,
    /// The revision that holds its dictionary, from 1.
    revision: usize,
    dictionary: Option<(Reference, Dictionary)>,
}

/// The file as it was at the end of a revision, counted from 1.
fn at<'a>(file: &File<'a>, count: usize, revision: usize) -> Option<File<'a>> {
    file.before(count.checked_sub(revision)?)
}

/// Every signature that is the value of a field in any revision, each once. A revision that cannot be read after one
/// with a signature is left to the comparison, which reports it.
fn find(file: &File<'_>, count: usize) -> Result<Vec<Found>, Error> {
    let mut found: Vec<Found> = Vec::new();
    for number in 1..=count {
        let Some(revision) = at(file, count, number) else {
            continue;
        };
        let fields = match signature_fields(&revision) {
            Ok(fields) => fields,
            Err(_) if !found.is_empty() => continue,
            Err(error) if number == count => return Err(error),
            Err(_) => continue,
        };
        for field in fields {
            let one = locate(&revision, field, number);
            let known = found
                .iter()
                .any(|other| match (&one.dictionary, &other.dictionary) {
                    (Some((a, _)), Some((b, _))) => a == b && one.revision == other.revision,
                    (None, None) => one.field.name == other.field.name,
                    _ => false,
                });
            if !known {
                found.push(one);
            }
        }
    }
    Ok(found)
}

fn locate(revision: &File<'_>, field: SignatureField, number: usize) -> Found {
    let dictionary = field.value.and_then(|value| {
        let dictionary = revision
            .dictionary(Some(&Object::Reference(value)), "V")
            .ok()?;
        Some((value, dictionary))
    });
    let place = dictionary
        .as_ref()
        .and_then(|(value, _)| revision.place(*value));
    // The revision whose part of the file it stands in, which may be older than the field.
    let older = place.map(|place| {
        let sections = revision.sections().iter().rev();
        sections
            .take_while(|section| section.end <= place.offset)
            .count()
            + 1
    });
    Found {
        revision: older.unwrap_or(number).min(number),
        field,
        dictionary,
    }
}

fn judge_all(
    file: &File<'_>,
    found: &[Found],
    inputs: &Inputs<'_>,
    after: usize,
) -> Vec<Signature> {
    let count = file.sections().len();
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(found[*index].revision));
    let store = store(file);
    let mut judging = Judging {
        intermediates: [inputs.intermediates, &store.certificates].concat(),
        revocation: [inputs.revocation, &store.revocation].concat(),
        inputs,
        store: &store,
        proved: inputs.now,
        stamped: None,
    };
    let mut judged: Vec<(usize, Signature)> = Vec::new();
    for index in order {
        let one = &found[index];
        let (Some(revision), Some(section)) = (
            at(file, count, one.revision),
            file.sections().get(count - one.revision),
        ) else {
            continue;
        };
        let whole = one.revision == count && after == 0;
        judged.push((index, judging.judge(&revision, section, one, whole)));
    }
    judged.sort_by_key(|(index, signature)| (signature.revision, *index));
    judged.into_iter().map(|(_, signature)| signature).collect()
}

/// The judgement from the newest signature to the oldest.
struct Judging<'a> {
    inputs: &'a Inputs<'a>,
    intermediates: Vec<Vec<u8>>,
    revocation: Vec<Vec<u8>>,
    store: &'a Store,
    /// The earliest time at which all that is yet to be judged is proved to have existed.
    proved: UnixTime,
    /// The document time stamp that proves it, with its revision.
    stamped: Option<(usize, GenTime)>,
}

impl Judging<'_> {
    fn judge(
        &mut self,
        file: &File<'_>,
        section: &Section,
        found: &Found,
        whole: bool,
    ) -> Signature {
        let mut signature = blank(section, found, whole, self.inputs.now);
        let Some((value, dictionary)) = &found.dictionary else {
            signature.findings = vec![finding(&rules::DICTIONARY, &[("why", "V")])];
            return concluded(signature);
        };
        describe(&mut signature, dictionary);
        let covered = match coverage::check(file, section, *value, dictionary) {
            Ok(covered) => covered,
            Err(wrong) => {
                signature.findings.push(wrong);
                return concluded(signature);
            }
        };
        let octets = section.end.to_string();
        let rule = match whole {
            true => &rules::COVERS_FILE,
            false => &rules::COVERS_REVISION,
        };
        signature
            .findings
            .push(finding(rule, &[("octets", &octets)]));
        let (cms, der) = match unpack(&covered.contents) {
            Ok(read) => read,
            Err(wrong) => {
                signature.findings.push(wrong);
                return concluded(signature);
            }
        };
        match dictionary.get("SubFilter").and_then(Object::as_name) {
            Some(b"ETSI.RFC3161") => self.document_time_stamp(&mut signature, &covered, der),
            Some(b"ETSI.CAdES.detached") => {
                self.signature(&mut signature, &covered, &cms, SignatureProfile::Cades);
            }
            Some(b"adbe.pkcs7.detached") => {
                self.signature(&mut signature, &covered, &cms, SignatureProfile::Cms);
            }
            other => {
                let name = String::from_utf8_lossy(other.unwrap_or_default()).into_owned();
                let unknown = finding(&rules::SUB_FILTER, &[("filter", &name)]);
                signature.findings.push(unknown);
            }
        }
        concluded(signature)
    }

    fn token(&self, token: &[u8], expected: Expected<'_>) -> TokenVerification {
        rfc3161_client::verify(&TokenInputs {
            token,
            expected,
            request: None,
            anchors: self.inputs.time_anchors,
            intermediates: &self.intermediates,
            crls: &self.revocation,
            algorithms: self.inputs.algorithms,
            known_links: self.inputs.known_links,
            now: self.proved,
        })
    }

    fn document_time_stamp(
        &mut self,
        signature: &mut Signature,
        covered: &Covered<'_>,
        der: &[u8],
    ) {
        signature.kind = Kind::DocumentTimeStamp;
        let imprint = Token::parse(der)
            .ok()
            .and_then(|token| token.tst_info().message_imprint.imprint())
            .and_then(|stated| imprint_of(&stated, &covered.pieces));
        let expected = imprint.map_or(Expected::NotGiven, Expected::Digest);
        let verification = self.token(der, expected);
        signature.signer.clone_from(&verification.signer);
        signature.anchor.clone_from(&verification.anchor);
        signature
            .findings
            .extend(verification.findings.iter().cloned());
        if let Some(time) = holds(&verification, self.proved, &mut signature.findings) {
            signature.time = BestTime::DocumentTimeStamp(time.clone());
            self.proved = time.time;
            self.stamped = Some((signature.revision, time));
        }
        signature.time_stamps = vec![verification];
    }

    fn signature(
        &mut self,
        signature: &mut Signature,
        covered: &Covered<'_>,
        cms: &CmsSignature,
        profile: SignatureProfile,
    ) {
        let mut best = self.best_of_documents(signature.revision);
        let content_time = best.time();
        let value = cms.value().unwrap_or_default();
        for token in cms.time_stamps() {
            let verification = self.token(&token, Expected::Data(value));
            if let Some(time) = time_stamp(&verification, self.proved, &mut signature.findings)
                && best.is_not_before(&time)
            {
                best = BestTime::SignatureTimeStamp(time);
            }
            signature.time_stamps.push(verification);
        }
        signature.time = best;
        let times = (signature.time.time(), content_time);
        let verification = self.verify(cms, covered, profile, times);
        signature.signer.clone_from(&verification.signer);
        signature.anchor.clone_from(&verification.anchor);
        signature
            .findings
            .extend(verification.findings.iter().cloned());
        if outcome(&signature.findings).is_passed() && profile == SignatureProfile::Cades {
            signature.level = Some(self.level(signature, &verification));
        }
    }

    fn verify(
        &self,
        cms: &CmsSignature,
        covered: &Covered<'_>,
        profile: SignatureProfile,
        (time, content_time): (UnixTime, UnixTime),
    ) -> SignatureVerification {
        verify_signed_data(&SignatureInputs {
            signature: cms,
            content: &covered.pieces,
            profile,
            anchors: self.inputs.anchors,
            intermediates: &self.intermediates,
            crls: &self.revocation,
            algorithms: self.inputs.algorithms,
            known_links: self.inputs.known_links,
            time,
            content_time,
        })
    }

    /// What a document time stamp of a later revision proves, else the time of verification.
    fn best_of_documents(&self, revision: usize) -> BestTime {
        match &self.stamped {
            Some((later, time)) if *later > revision => BestTime::DocumentTimeStamp(time.clone()),
            _ => BestTime::Given(self.inputs.now),
        }
    }

    /// A level needs those below it (EN 319 142-1 §6). Revocation data that the caller has kept do not raise it.
    fn level(&self, signature: &Signature, verification: &SignatureVerification) -> Level {
        if matches!(signature.time, BestTime::Given(_)) {
            return Level::BaselineB;
        }
        let unchecked = |findings: &[Finding]| {
            findings
                .iter()
                .any(|finding| finding.code == "revocation-not-checked")
        };
        let own_material = !self.store.revocation.is_empty() && self.inputs.revocation.is_empty();
        let complete = own_material
            && !unchecked(&verification.findings)
            && signature
                .time_stamps
                .iter()
                .filter(|one| one.indication.is_passed())
                .all(|one| !unchecked(&one.findings));
        let archived = self
            .stamped
            .as_ref()
            .is_some_and(|(later, _)| *later > signature.revision);
        match (complete, archived) {
            (false, _) => Level::BaselineT,
            (true, false) => Level::BaselineLt,
            (true, true) => Level::BaselineLta,
        }
    }
}

/// The time of a document time stamp that holds and has not run out where nothing later carries it.
fn holds(
    verification: &TokenVerification,
    at: UnixTime,
    findings: &mut Vec<Finding>,
) -> Option<GenTime> {
    if !verification.indication.is_passed() {
        return None;
    }
    if let Some(until) = ended(verification, at) {
        let until = until.to_rfc3339();
        findings.push(finding(&rules::TIME_STAMP_EXPIRED, &[("until", &until)]));
        return None;
    }
    verification.gen_time.clone()
}

/// The time of a signature time stamp, with what there is to say of it in one finding.
fn time_stamp(
    verification: &TokenVerification,
    at: UnixTime,
    findings: &mut Vec<Finding>,
) -> Option<GenTime> {
    let why = verification.decisive().join("; ");
    // One that has run out proves nothing any more, and the signature is judged as if it had none.
    if let Some(until) = ended(verification, at) {
        let until = format!("valid until {}", until.to_rfc3339());
        findings.push(finding(&rules::TIME_STAMP_UNDECIDED, &[("why", &until)]));
        return None;
    }
    let rule = match verification.indication {
        Indication::Passed | Indication::PassedWithNotes => &rules::TIME_STAMP_HOLDS,
        Indication::Indeterminate(_) => &rules::TIME_STAMP_UNDECIDED,
        Indication::Failed(_) => &rules::TIME_STAMP_FAILED,
    };
    let time = verification.gen_time.as_ref().map(ToString::to_string);
    let params = [("time", time.unwrap_or_default()), ("why", why)];
    let params = params
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    findings.push(finding(rule, &params));
    match verification.indication.is_passed() {
        true => verification.gen_time.clone(),
        false => None,
    }
}

/// When a time stamp that passes ran out, if that was before `at`.
fn ended(verification: &TokenVerification, at: UnixTime) -> Option<UnixTime> {
    let until = verification.valid_until()?;
    (verification.indication.is_passed() && until < at).then_some(until)
}

/// The digest of the pieces under the algorithm of a stated one.
fn imprint_of(stated: &Imprint, pieces: &[&[u8]]) -> Option<Imprint> {
    let mut hasher = stated.algorithm.hasher()?;
    for piece in pieces {
        hasher.update(piece);
    }
    Some(Imprint {
        algorithm: stated.algorithm,
        value: hasher.finish(),
    })
}

/// The structure in `Contents` and its octets; what fills the room behind it must be zeros.
fn unpack(contents: &[u8]) -> Result<(CmsSignature, &[u8]), Finding> {
    let cms = CmsSignature::parse(contents)
        .map_err(|error| finding(&rules::MALFORMED, &[("error", &error.to_string())]))?;
    let (der, padding) = contents
        .split_at_checked(contents.len() - cms.trailing())
        .unwrap_or_default();
    match padding.iter().all(|octet| *octet == 0) {
        true => Ok((cms, der)),
        false => Err(finding(&rules::PADDING, &[])),
    }
}

fn blank(section: &Section, found: &Found, whole: bool, now: UnixTime) -> Signature {
    Signature {
        field: found.field.name.clone(),
        kind: Kind::Signature,
        revision: found.revision,
        end: section.end,
        covers_file: whole,
        indication: Indication::Passed,
        findings: Vec::new(),
        level: None,
        signer: None,
        anchor: None,
        time: BestTime::Given(now),
        claimed_time: None,
        reason: None,
        time_stamps: Vec::new(),
    }
}

fn describe(signature: &mut Signature, dictionary: &Dictionary) {
    let said = |key: &str| dictionary.get(key)?.as_string().and_then(text);
    signature.claimed_time = said("M");
    signature.reason = said("Reason");
    if dictionary.get("SubFilter").and_then(Object::as_name) == Some(b"ETSI.RFC3161") {
        signature.kind = Kind::DocumentTimeStamp;
    }
}

fn concluded(mut signature: Signature) -> Signature {
    signature.indication = outcome(&signature.findings);
    signature
}

fn compare(file: &File<'_>, count: usize, number: usize) -> Revision {
    match (at(file, count, number - 1), at(file, count, number)) {
        // Where the fields cannot be walked, a signature could stand that nobody judges.
        (Some(_), Some(new)) if signature_fields(&new).is_err() => {
            let end = new.sections().first().map_or(0, |section| section.end);
            Revision::unreadable(number, end)
        }
        (Some(old), Some(new)) => changes::compare(&old, &new, number),
        _ => Revision::unreadable(number, 0),
    }
}

/// What speaks against the updates: changes that none may make, signers where the first forbade them, octets after.
fn against(file: &File<'_>, found: &[Found], revisions: &[Revision], after: usize) -> Vec<Finding> {
    let mut findings = Vec::new();
    let closed = found
        .iter()
        .filter(|one| {
            one.dictionary
                .as_ref()
                .is_some_and(|(_, d)| forbids_all(file, d))
        })
        .map(|one| one.revision)
        .min();
    for revision in revisions {
        let number = revision.number.to_string();
        for change in &revision.changes {
            let (what, object) = (change.to_string(), change.object.to_string());
            let params = [
                ("revision", number.as_str()),
                ("what", &what),
                ("object", &object),
            ];
            findings.push(finding(&rules::CHANGED_AFTER, &params));
        }
        let barred = closed.is_some_and(|closed| closed < revision.number);
        if barred && !revision.signatures.is_empty() {
            findings.push(finding(&rules::NOT_PERMITTED, &[("revision", &number)]));
        }
    }
    if after > 0 {
        let count = after.to_string();
        findings.push(finding(&rules::OCTETS_AFTER, &[("count", &count)]));
    }
    findings
}

/// Whether a certification signature permits nothing after it (DocMDP with P 1; time stamps and validation data may
/// follow all the same).
fn forbids_all(file: &File<'_>, signature: &Dictionary) -> bool {
    let references = file.array(signature.get("Reference"), "Reference");
    references.unwrap_or_default().iter().any(|reference| {
        let read = || -> Option<bool> {
            let reference = file.dictionary(Some(reference), "Reference").ok()?;
            let method = reference.get("TransformMethod")?.as_name()?;
            let parameters = file
                .dictionary(reference.get("TransformParams"), "P")
                .ok()?;
            let first = parameters.get("P")?.as_size()? == 1;
            Some(method == b"DocMDP" && first)
        };
        read().unwrap_or(false)
    })
}
