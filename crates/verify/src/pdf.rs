//! A receipt PDF with its files is a complete offline proof: its attachments are the seals.

use std::collections::BTreeMap;

use fidem_fingerprint::{Fingerprint, Hasher, sha256};
use fidem_package::layout;
use rfc3161_client::{GenTime, ParseError};

use crate::detached::{self, Beside};
use crate::package::Opened;
use crate::renewal::{self, Holds};
use crate::report::{Findings, Layer, Status};
use crate::seals::{self, Checked, SealParts, Stamp};
use crate::signature::Document;
use crate::subject::{Data, Request};
use crate::{anchors, codes, log, signature};

/// Most bytes of a PDF read into memory.
const MAX_PDF: u64 = 512 << 20;

/// Name of the attached copy of a member: flat ASCII, as readers like it.
#[must_use]
fn attached(member: &str, seal: u32) -> String {
    match member.rsplit_once('/') {
        Some((_, file)) if member.starts_with("META-INF/") => file.to_owned(),
        Some((_, file)) if member.starts_with("seals/") => match file.split_once('.') {
            Some((stem, extension)) => format!("{stem}-{seal:03}.{extension}"),
            None => file.to_owned(),
        },
        _ => format!("log-{seal:03}.tlog-proof"),
    }
}

/// Verifies a certificate; the SHA-256 of its file, where it can be read.
pub(crate) fn verify(request: &Request<'_>, findings: &mut Findings) -> Option<[u8; 32]> {
    let unreadable = |reason: &str, findings: &mut Findings| {
        findings.add(
            codes::CERTIFICATE_UNREADABLE,
            Layer::Manifest,
            Status::CannotCheck,
            &[("member", "PDF"), ("reason", reason)],
        );
    };
    let len = usize::try_from(request.subject.len().min(MAX_PDF)).ok()?;
    let bytes = match request.subject.read_vec(0, len) {
        Ok(bytes) => bytes,
        Err(error) => {
            unreadable(&error.to_string(), findings);
            return None;
        }
    };
    let digest = sha256(&bytes);
    let files = match fidem_pdf::attachments(&bytes) {
        Ok(files) => files,
        Err(reason) => {
            unreadable(&reason.to_string(), findings);
            // What was appended may be what makes it unreadable.
            signatures(&bytes, request, findings);
            return Some(digest);
        }
    };
    let parts = gather(&files);
    if parts.is_empty() {
        findings.add(codes::NO_SEAL, Layer::Manifest, Status::CannotCheck, &[]);
    }
    let mut checked = Vec::new();
    for part in &parts {
        if let Some(good) = seals::check(part, request, findings) {
            log::verify_seal(part, &good.seal, request, findings);
            checked.push(good);
        }
    }
    anchors::of_receipt(&files, &parts, request, findings);
    let left = compare_data(request.data, &checked, findings, &|_, _| {});
    if left > 0 {
        let status = match findings.layer(Layer::Content) {
            Status::Absent => Status::NotSupplied,
            _ => Status::Note,
        };
        findings.add(
            codes::DATA_NOT_SUPPLIED,
            Layer::Content,
            status,
            &[("count", &left.to_string())],
        );
    }
    signatures(&bytes, request, findings);
    for code in [
        codes::NOT_CHECKED_TRUTH,
        codes::NOT_CHECKED_PRINTED_TEXT,
        codes::NOT_CHECKED_LATER,
    ] {
        findings.not_checked(code);
    }
    Some(digest)
}

fn signatures(pdf: &[u8], request: &Request<'_>, findings: &mut Findings) {
    let beside = handed(request, findings);
    let document = Document {
        name: "",
        pdf,
        proved: None,
    };
    // One that is not read is there all the same.
    let signed = signature::of_pdf(&document, &beside, request, findings);
    if !signed && request.signatures.is_empty() {
        findings.add(codes::UNSIGNED, Layer::Signature, Status::CannotCheck, &[]);
    }
}

/// The detached signatures that were handed in.
fn handed(request: &Request<'_>, findings: &mut Findings) -> Vec<Beside> {
    let mut beside = Vec::new();
    for one in request.signatures {
        match read_signature(one.source) {
            Ok(der) => beside.push(Beside {
                name: one.name.clone(),
                der,
                proved: None,
            }),
            Err(reason) => findings.add(
                codes::DETACHED_UNREADABLE,
                Layer::Signature,
                Status::CannotCheck,
                &[("name", &one.name), ("reason", &reason)],
            ),
        }
    }
    beside
}

/// A whole signature: what is cut off behind it could be anything.
fn read_signature(source: &dyn fidem_package::Source) -> Result<Vec<u8>, String> {
    let limit = detached::MAX_SIGNATURE;
    match usize::try_from(source.len()) {
        Ok(len) if len <= limit => source.read_vec(0, len).map_err(|error| error.to_string()),
        _ => {
            let what = "SignedData";
            Err(ParseError::LimitExceeded { what, limit }.to_string())
        }
    }
}

/// The members that sign another from beside.
fn beside_member(
    opened: &Opened<'_>,
    member: &str,
    carriers: &[Holds],
    request: &Request<'_>,
    findings: &mut Findings,
) -> Vec<Beside> {
    let numbers = 1..=detached::MAX_BESIDE;
    let names = numbers.map(|number| layout::detached_signature(member, number));
    let read = |name: String| {
        let der = opened.optional(&name, findings)?;
        let proved = carried(carriers, &name, request);
        Some(Beside { name, der, proved })
    };
    // A gap hides none that stand behind it.
    names.filter_map(read).collect()
}

/// Since when a member is proved to have existed; what came after the time of verification proves nothing yet.
fn carried(carriers: &[Holds], member: &str, request: &Request<'_>) -> Option<GenTime> {
    renewal::proved(carriers, &[member]).filter(|carrier| carrier.time <= request.at)
}

/// Whether a member signs another from beside.
fn signs_another(opened: &Opened<'_>, name: &str) -> bool {
    // One beyond the bound is judged as a document, and so is not passed over.
    let counted = |signed: &&str| {
        let mut numbers = 1..=detached::MAX_BESIDE;
        numbers.any(|number| layout::detached_signature(signed, number) == name)
    };
    let signed = layout::signed_by(name).filter(counted);
    signed.is_some_and(|signed| opened.container.find(signed).is_some())
}

fn gather(files: &BTreeMap<String, Vec<u8>>) -> Vec<SealParts> {
    let take = |name: &str| files.get(name).cloned();
    let mut parts = Vec::new();
    for number in 1.. {
        let Some(seal) = take(&attached(&layout::seal(number), number)) else {
            break;
        };
        parts.push(SealParts {
            number,
            seal,
            manifest: take(&attached(&layout::manifest(number), number)),
            stamps: Vec::new(),
            log_proof: take(&attached(&layout::log_proof(number), number)),
            // A receipt is issued with the proof of the moment of sealing.
            witnessed: None,
        });
    }
    for (name, xml) in &files_of(files, "ASiCManifest", ".xml") {
        let Some(ordinal) = layout::ordinal_of(&format!("META-INF/{name}")) else {
            continue;
        };
        let seal = seals::referenced_seal(xml);
        let token = take(&attached(&layout::token(ordinal), 0));
        if let Some(part) = parts.iter_mut().find(|p| Some(p.number) == seal) {
            part.stamps.push(Stamp {
                ordinal,
                xml: xml.clone(),
                token,
                responses: Vec::new(),
                proved: None,
            });
        }
    }
    parts
}

fn files_of(files: &BTreeMap<String, Vec<u8>>, start: &str, end: &str) -> Vec<(String, Vec<u8>)> {
    files
        .iter()
        .filter(|(name, _)| name.starts_with(start) && name.ends_with(end))
        .map(|(name, bytes)| (name.clone(), bytes.clone()))
        .collect()
}

/// Finds each file handed in among the items by its digests; returns how many items were not handed in.
pub(crate) fn compare_data(
    data: &[Data<'_>],
    checked: &[Checked],
    findings: &mut Findings,
    unknown: &dyn Fn(&Data<'_>, &mut Findings),
) -> usize {
    let mut items: BTreeMap<Fingerprint, Vec<u32>> = BTreeMap::new();
    let mut left = 0_usize;
    for entry in checked.iter().flat_map(|c| &c.manifest.items) {
        if let Ok(print) = entry.content.fingerprint() {
            items.entry(print).or_default().push(entry.number);
            left += 1;
        }
    }
    let mut seen: Vec<Fingerprint> = Vec::new();
    for file in data {
        let mut hasher = Hasher::new();
        let read = file
            .source
            .blocks(0, file.source.len(), &mut |block| hasher.update(block));
        if let Err(error) = read {
            findings.add(
                codes::UNREADABLE,
                Layer::Content,
                Status::CannotCheck,
                &[("reason", &error.to_string())],
            );
            continue;
        }
        let print = hasher.finish();
        match items.get(&print) {
            None => {
                findings.add(
                    codes::DATA_UNKNOWN,
                    Layer::Content,
                    Status::Mismatch,
                    &[("name", &file.name)],
                );
                unknown(file, findings);
            }
            Some(numbers) => {
                if !seen.contains(&print) {
                    left -= numbers.len();
                    seen.push(print);
                }
                let item: Vec<String> = numbers.iter().map(u32::to_string).collect();
                findings.add(
                    codes::DATA_MATCHES,
                    Layer::Content,
                    Status::Match,
                    &[("name", &file.name), ("item", &item.join(", "))],
                );
            }
        }
    }
    left
}

/// The receipts in the package carry the same seals; without a delivery token nothing protects their printed text.
pub(crate) fn of_package(
    opened: &Opened<'_>,
    sealed: &[SealParts],
    carriers: &[Holds],
    protected: bool,
    request: &Request<'_>,
    findings: &mut Findings,
) {
    for member in opened.container.members() {
        if member.name.starts_with("certificate/") && !signs_another(opened, &member.name) {
            let mut signed = false;
            if let Some(bytes) = opened.read(member, findings) {
                compare(&member.name, &bytes, sealed, findings);
                let document = Document {
                    name: &member.name,
                    pdf: &bytes,
                    proved: carried(carriers, &member.name, request),
                };
                let beside = beside_member(opened, &member.name, carriers, request, findings);
                signed = signature::of_pdf(&document, &beside, request, findings);
            }
            let status = match protected {
                true => Status::Note,
                false => Status::CannotCheck,
            };
            if !signed {
                findings.add(codes::UNSIGNED, Layer::Signature, status, &[]);
            }
            findings.not_checked(codes::NOT_CHECKED_PRINTED_TEXT);
        }
    }
}

/// A receipt inside a package must carry the package's own seals and stamps.
pub(crate) fn compare(member: &str, pdf: &[u8], sealed: &[SealParts], findings: &mut Findings) {
    let files = match fidem_pdf::attachments(pdf) {
        Ok(files) => files,
        Err(reason) => {
            findings.add(
                codes::CERTIFICATE_UNREADABLE,
                Layer::Manifest,
                Status::Mismatch,
                &[("member", member), ("reason", &reason.to_string())],
            );
            return;
        }
    };
    let expected = expected(sealed);
    let mut equal = 0_usize;
    let mut differing = Vec::new();
    for (name, bytes) in &files {
        match expected.get(name) {
            Some(other) if *other == bytes.as_slice() => equal += 1,
            Some(_) => differing.push(name.as_str()),
            // A receipt issued before a later seal lacks that seal; its own data sheet stands in no package member.
            None => {}
        }
    }
    if equal == 0 && differing.is_empty() {
        differing.push("seal-001.json");
    }
    for attachment in &differing {
        findings.add(
            codes::CERTIFICATE_DIFFERS,
            Layer::Manifest,
            Status::Mismatch,
            &[("member", member), ("attachment", attachment)],
        );
    }
    if differing.is_empty() {
        findings.note(
            codes::CERTIFICATE_ATTACHMENTS,
            Layer::Manifest,
            &[("member", member), ("count", &equal.to_string())],
        );
    }
}

fn expected(sealed: &[SealParts]) -> BTreeMap<String, &[u8]> {
    let mut all = BTreeMap::new();
    for part in sealed {
        let n = part.number;
        all.insert(attached(&layout::seal(n), n), part.seal.as_slice());
        if let Some(manifest) = &part.manifest {
            all.insert(attached(&layout::manifest(n), n), manifest.as_slice());
        }
        if let Some(proof) = &part.log_proof {
            all.insert(attached(&layout::log_proof(n), n), proof.as_slice());
        }
        for stamp in &part.stamps {
            let o = stamp.ordinal;
            all.insert(attached(&layout::asic_manifest(o), n), stamp.xml.as_slice());
            if let Some(token) = &stamp.token {
                all.insert(attached(&layout::token(o), n), token.as_slice());
            }
        }
    }
    all
}
