//! Verification of a package: lists first, then seals, proofs, journal, receipt and delivery.

use std::collections::{BTreeMap, BTreeSet};

use fidem_fingerprint::Fingerprint;
use fidem_manifest::Revision;
use fidem_package::asic::AsicManifest;
use fidem_package::{Container, Member, Source, Window, checksums, layout};

use crate::archive::Archive;
use crate::kind::Kind;
use crate::renewal::{self, Holds};
use crate::report::{Findings, Layer, Status};
use crate::seals::{self, SealParts};
use crate::subject::{Data, Request};
use crate::{
    anchors, codes, container, difference, evidence, journal, log, partial, pdf, token, web,
};

/// Most bytes of a statement read into memory: a manifest of 1,000,000 items.
pub(crate) const STATEMENT: u64 = 1 << 30;

/// An opened package whose members are all fingerprinted.
pub(crate) struct Opened<'a> {
    pub(crate) container: Container<'a>,
    source: &'a dyn Source,
    prints: Vec<Option<Fingerprint>>,
}

impl<'a> Opened<'a> {
    /// The octets of a member, where they stand.
    pub(crate) fn window(&self, member: &Member) -> Window<'a> {
        Window {
            inner: self.source,
            offset: member.data,
            len: member.size,
        }
    }

    /// OCSP responses that travel beside token `ordinal`. They are signed by those who are asked to sign them, and are
    /// judged with that token alone; one that cannot be read is only missing.
    pub(crate) fn responses(&self, ordinal: u32) -> Vec<Vec<u8>> {
        /// A response for each certificate of a path, each of some kilobytes.
        const MOST: usize = 10;
        const LARGEST: u64 = 64 << 10;
        let beside = (1..=MOST).map(|number| layout::ocsp_response(ordinal, number));
        let members = beside.filter_map(|name| self.container.find(&name));
        members
            .filter_map(|member| self.container.bytes(member, LARGEST).ok())
            .collect()
    }

    /// Fingerprint of a member.
    pub(crate) fn print(&self, name: &str) -> Option<Fingerprint> {
        let index = self.container.position(name)?;
        self.prints.get(index).copied().flatten()
    }

    /// A statement's bytes; a missing or unreadable one becomes a finding.
    pub(crate) fn statement(&self, name: &str, findings: &mut Findings) -> Option<Vec<u8>> {
        let Some(member) = self.container.find(name) else {
            findings.add(
                codes::STATEMENT_MISSING,
                Layer::Manifest,
                Status::Mismatch,
                &[("member", name)],
            );
            return None;
        };
        self.read(member, findings)
    }

    pub(crate) fn optional(&self, name: &str, findings: &mut Findings) -> Option<Vec<u8>> {
        self.read(self.container.find(name)?, findings)
    }

    pub(crate) fn read(&self, member: &Member, findings: &mut Findings) -> Option<Vec<u8>> {
        match self.container.bytes(member, STATEMENT) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                container::report(&error, findings);
                None
            }
        }
    }
}

/// Verifies and says whether it was a whole or a partial package.
pub(crate) fn verify(
    request: &Request<'_>,
    findings: &mut Findings,
    progress: &mut dyn FnMut(u64, u64),
) -> Kind {
    let container = match Container::open(request.subject) {
        Ok(container) => container,
        Err(error) => {
            container::report(&error, findings);
            return Kind::Package;
        }
    };
    let prints = evidence::fingerprints(&container, findings, progress);
    let opened = Opened {
        container,
        source: request.subject,
        prints,
    };
    let kind = match opened.container.find(layout::PARTIAL) {
        Some(_) => Kind::Partial,
        None => Kind::Package,
    };
    places(&opened, findings);
    let archive = match kind {
        Kind::Partial => Archive::none(),
        _ => Archive::of(&opened, findings),
    };
    lists(&opened, &archive, findings);
    let mut carriers = archive.verify(&opened, request, findings);
    let protected = delivery(&opened, &archive, &carriers, request, findings);
    carriers.extend(renewal::verify(&opened, request, findings));
    let sealed = match kind {
        Kind::Partial => partial::verify(&opened, request, findings),
        _ => whole(&opened, request, &carriers, protected, findings),
    };
    revision(&opened, findings);
    findings.documents = documents(&opened);
    for code in [codes::NOT_CHECKED_TRUTH, codes::NOT_CHECKED_LATER] {
        findings.not_checked(code);
    }
    anchors::of_package(&opened, &sealed, request, findings);
    strays(&opened, &archive, &sealed, findings);
    pdf::of_package(&opened, &sealed, &carriers, protected, request, findings);
    kind
}

/// The documents that travel in the package, by the SHA-256 of their files.
fn documents(opened: &Opened<'_>) -> Vec<[u8; 32]> {
    let members = opened.container.members().iter().zip(&opened.prints);
    members
        .filter(|(member, _)| {
            member.name.starts_with("certificate/") && member.name.ends_with(".pdf")
        })
        .map(|(_, print)| print.map_or([0; 32], |print| print.sha256))
        .collect()
}

/// Every member has a place in the format; nothing else travels.
fn places(opened: &Opened<'_>, findings: &mut Findings) {
    const FOLDERS: [&str; 7] = [
        "META-INF/",
        "seals/",
        "evidence/",
        "captures/",
        "certificate/",
        "proofs/",
        "trust/",
    ];
    const FILES: [&str; 8] = [
        "mimetype",
        layout::REVISION,
        layout::JOURNAL,
        layout::CHECKSUMS,
        layout::VERIFY,
        layout::VERIFY_ZH,
        layout::DELIVERY,
        layout::DELIVERY_TOKEN,
    ];
    for member in opened.container.members() {
        let name = member.name.as_str();
        let known = FILES.contains(&name) || FOLDERS.iter().any(|f| name.starts_with(f));
        if !known {
            findings.add(
                codes::MEMBER_UNKNOWN,
                Layer::Manifest,
                Status::Mismatch,
                &[("member", name)],
            );
        }
    }
}

/// A convenience copy of a root, or an OCSP response; nothing is ever trusted for standing there.
fn beside_token(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some(rest) = name.strip_prefix("trust/tsa/") else {
        return false;
    };
    match rest.split_once('.') {
        Some((ordinal, "pem")) => ordinal.len() >= 3 && is_number(ordinal),
        Some((stem, "ocsp")) => stem
            .split_once('-')
            .is_some_and(|(ordinal, n)| ordinal.len() >= 3 && is_number(ordinal) && is_number(n)),
        _ => false,
    }
}

/// The checksum list names every member but itself, the delivery's manifest and token, and what was added to it later.
fn lists(opened: &Opened<'_>, archive: &Archive, findings: &mut Findings) {
    let Some(bytes) = opened.optional(layout::CHECKSUMS, findings) else {
        findings.add(
            codes::CHECKSUMS_MISSING,
            Layer::Manifest,
            Status::Mismatch,
            &[],
        );
        return;
    };
    // Octets that are no UTF-8 could pass for those of another name.
    let text = std::str::from_utf8(&bytes).map_err(|error| line_at(&bytes, error.valid_up_to()));
    let listed = match text.and_then(|text| checksums::read(text).map_err(|wrong| wrong.line)) {
        Ok(listed) => listed,
        Err(line) => {
            findings.add(
                codes::CHECKSUMS_MALFORMED,
                Layer::Manifest,
                Status::Mismatch,
                &[("line", &line.to_string())],
            );
            return;
        }
    };
    let before = findings.layer(Layer::Manifest);
    let found: BTreeMap<&str, Option<[u8; 32]>> = opened
        .container
        .members()
        .iter()
        .zip(&opened.prints)
        .map(|(m, p)| (m.name.as_str(), p.map(|p| p.sha256)))
        .collect();
    let count = compare(&listed, &found, archive, findings);
    if findings.layer(Layer::Manifest) == before {
        findings.add(
            codes::CHECKSUMS_MATCH,
            Layer::Manifest,
            Status::Match,
            &[("count", &count.to_string())],
        );
    }
}

/// The number of the line, from 1, in which an octet stands.
fn line_at(bytes: &[u8], at: usize) -> usize {
    let before = bytes.iter().take(at);
    1 + before.filter(|octet| **octet == b'\n').count()
}

fn compare(
    listed: &[(&str, [u8; 32])],
    found: &BTreeMap<&str, Option<[u8; 32]>>,
    archive: &Archive,
    findings: &mut Findings,
) -> usize {
    let mut mismatch = |code, member: &str| {
        findings.add(
            code,
            Layer::Manifest,
            Status::Mismatch,
            &[("member", member)],
        );
    };
    let mut names = BTreeSet::new();
    for (name, digest) in listed {
        match found.get(name) {
            None => mismatch(codes::MEMBER_MISSING, name),
            Some(print) if *print != Some(*digest) => mismatch(codes::MEMBER_ALTERED, name),
            Some(_) => {}
        }
        names.insert(*name);
    }
    let own = [layout::CHECKSUMS, archive.list(), layout::DELIVERY_TOKEN];
    for name in found.keys() {
        if !names.contains(name) && !own.contains(name) && !archive.has(name) {
            mismatch(codes::MEMBER_UNLISTED, name);
        }
    }
    names.len()
}

/// The delivery manifest covers all members, the checksum list included; its token gives the delivery its time.
/// Returns whether companions of the seals (receipt, instructions) are under a valid token.
fn delivery(
    opened: &Opened<'_>,
    archive: &Archive,
    carriers: &[Holds],
    request: &Request<'_>,
    findings: &mut Findings,
) -> bool {
    let none = |findings: &mut Findings| {
        findings.note(codes::DELIVERY_NONE, Layer::Time, &[]);
        false
    };
    let Some(xml) = opened.optional(archive.list(), findings) else {
        // A whole delivery always carries its list; only the token over it may be lacking.
        let numbered = opened.container.find(layout::REVISION).is_some();
        if numbered || opened.container.find(layout::DELIVERY_TOKEN).is_some() {
            findings.add(
                codes::STATEMENT_MISSING,
                Layer::Manifest,
                Status::Mismatch,
                &[("member", layout::DELIVERY)],
            );
        }
        return none(findings);
    };
    let covers = covers_all(opened, archive, &xml, findings);
    let Some(bytes) = opened.optional(layout::DELIVERY_TOKEN, findings) else {
        return none(findings);
    };
    let proved = renewal::proved(carriers, &[archive.list(), layout::DELIVERY_TOKEN]);
    let judged = token::judge(&bytes, Some(&xml), proved.as_ref(), request, findings);
    // Nothing covers this token, so what stands in it beside the signature is looked at here.
    if judged.status == Status::Match && !judged.lists_speak {
        findings.add(
            codes::TOKEN_LIST_DAMAGED,
            Layer::Time,
            Status::CannotCheck,
            &[("member", layout::DELIVERY_TOKEN)],
        );
    }
    match judged.status {
        Status::Match if covers => {
            let time = judged.time.unwrap_or_default();
            findings.note(codes::DELIVERY_TIME, Layer::Time, &[("time", &time)]);
            true
        }
        Status::Mismatch => {
            token::invalid(layout::DELIVERY_TOKEN, &judged, findings);
            false
        }
        _ => {
            findings.note(
                codes::TOKEN_UNDECIDED,
                Layer::Time,
                &[("member", layout::DELIVERY_TOKEN), ("why", &judged.why)],
            );
            none(findings)
        }
    }
}

fn covers_all(opened: &Opened<'_>, archive: &Archive, xml: &[u8], findings: &mut Findings) -> bool {
    let manifest = match AsicManifest::from_xml(xml) {
        Ok(manifest) => manifest,
        Err(error) => {
            seals::malformed(archive.list(), &error.to_string(), findings);
            return false;
        }
    };
    let referenced: BTreeMap<&str, [u8; 32]> = manifest
        .references
        .iter()
        .map(|r| (r.member.as_str(), r.sha256))
        .collect();
    let own = [archive.list(), layout::DELIVERY_TOKEN];
    // What was added later is not listed; what is listed is compared, whatever was added.
    let added = |name: &str| archive.has(name) && !referenced.contains_key(name);
    let mut whole =
        manifest.token == layout::DELIVERY_TOKEN && referenced.len() == manifest.references.len();
    let members = opened.container.members().iter().zip(&opened.prints);
    let mut differing: Vec<&str> = members
        .filter(|(m, _)| !own.contains(&m.name.as_str()) && !added(&m.name))
        .filter(|(m, p)| referenced.get(m.name.as_str()).copied() != p.map(|p| p.sha256))
        .map(|(m, _)| m.name.as_str())
        .collect();
    differing.extend(
        referenced
            .keys()
            .filter(|name| opened.container.find(name).is_none()),
    );
    if !whole && differing.is_empty() {
        differing.push(archive.list());
    }
    for member in differing {
        whole = false;
        findings.add(
            codes::DELIVERY_DIFFERS,
            Layer::Manifest,
            Status::Mismatch,
            &[("member", member)],
        );
    }
    whole
}

/// All seals of a whole package; returns them for the receipt's comparison.
fn whole(
    opened: &Opened<'_>,
    request: &Request<'_>,
    carriers: &[Holds],
    protected: bool,
    findings: &mut Findings,
) -> Vec<SealParts> {
    let parts = gather(opened, carriers, findings);
    if parts.is_empty() {
        findings.add(codes::NO_SEAL, Layer::Manifest, Status::CannotCheck, &[]);
    }
    let mut sealed = BTreeSet::new();
    let mut all = Vec::new();
    for part in &parts {
        let Some(checked) = seals::check(part, request, findings) else {
            continue;
        };
        evidence_of(opened, &checked, findings, &mut sealed);
        log::verify_seal(part, &checked.seal, request, findings);
        all.push(checked);
    }
    // Files handed in beside a package must be among its items; those not handed in travel in it.
    if !request.data.is_empty() {
        pdf::compare_data(request.data, &all, findings, &|file, findings| {
            namesake(opened, &all, file, findings);
        });
    }
    let statements: BTreeSet<String> = parts
        .iter()
        .flat_map(|p| [layout::seal(p.number), layout::manifest(p.number)])
        .collect();
    for member in opened.container.members() {
        let name = member.name.as_str();
        let evidence = ["evidence/", "captures/"]
            .iter()
            .any(|f| name.starts_with(f));
        let record = name.starts_with("seals/") && !statements.contains(name);
        if (evidence || record) && !sealed.contains(name) {
            findings.add(
                codes::EVIDENCE_UNSEALED,
                Layer::Content,
                Status::Mismatch,
                &[("member", name)],
            );
        }
    }
    if let Some(bytes) = opened.optional(layout::JOURNAL, findings) {
        journal::verify(&bytes, &parts, protected, findings);
    }
    parts
}

/// Where a file that matches no item differs from the one item of its name, if the package holds that as sealed.
fn namesake(
    opened: &Opened<'_>,
    sealed: &[seals::Checked],
    file: &Data<'_>,
    findings: &mut Findings,
) {
    let mut candidates = sealed
        .iter()
        .flat_map(|checked| &checked.manifest.items)
        .filter(|entry| difference::same_name(&file.name, &entry.member))
        .filter(|entry| entry.content.fingerprint().ok() == opened.print(&entry.member));
    let (Some(entry), None) = (candidates.next(), candidates.next()) else {
        return;
    };
    if let Some(member) = opened.container.find(&entry.member) {
        let kept = opened.window(member);
        difference::tell(&file.name, entry.number, &kept, file.source, findings);
    }
}

/// Seals 1, 2, 3 … with their manifests, ASiC manifests, tokens and log proofs.
fn gather(opened: &Opened<'_>, carriers: &[Holds], findings: &mut Findings) -> Vec<SealParts> {
    let mut parts = Vec::new();
    for number in 1.. {
        if opened.container.find(&layout::seal(number)).is_none() {
            break;
        }
        let Some(seal) = opened.statement(&layout::seal(number), findings) else {
            continue;
        };
        parts.push(SealParts {
            number,
            seal,
            manifest: opened.statement(&layout::manifest(number), findings),
            stamps: Vec::new(),
            log_proof: opened.optional(&layout::log_proof(number), findings),
            witnessed: opened.optional(&layout::witnessed_proof(number), findings),
        });
    }
    stamps(opened, carriers, &mut parts, findings);
    parts
}

/// Gives each ASiC manifest and its token to the seal it references; one without a seal is a mismatch.
fn stamps(
    opened: &Opened<'_>,
    carriers: &[Holds],
    parts: &mut [SealParts],
    findings: &mut Findings,
) {
    for member in opened.container.members() {
        let Some(ordinal) = layout::ordinal_of(&member.name) else {
            continue;
        };
        let Some(xml) = opened.statement(&member.name, findings) else {
            continue;
        };
        let token = opened.statement(&layout::token(ordinal), findings);
        let seal = seals::referenced_seal(&xml);
        match parts.iter_mut().find(|p| Some(p.number) == seal) {
            Some(part) => part.stamps.push(seals::Stamp {
                ordinal,
                xml,
                token,
                responses: opened.responses(ordinal),
                // What carries a token must cover it with all that it speaks of.
                proved: renewal::proved(
                    carriers,
                    &[
                        &layout::token(ordinal),
                        &member.name,
                        &layout::seal(part.number),
                    ],
                ),
            }),
            None => findings.add(
                codes::TOKEN_MANIFEST_DIFFERS,
                Layer::Manifest,
                Status::Mismatch,
                &[("member", &member.name)],
            ),
        }
    }
}

/// Tokens and proofs that belong to no seal of the package.
fn strays(opened: &Opened<'_>, archive: &Archive, sealed: &[SealParts], findings: &mut Findings) {
    let mut known = BTreeSet::from([
        archive.list().to_owned(),
        layout::DELIVERY_TOKEN.to_owned(),
        layout::PARTIAL.to_owned(),
    ]);
    known.extend(archive.members().map(str::to_owned));
    for member in opened.container.members() {
        if let Some(ordinal) = layout::evidence_ordinal_of(&member.name) {
            known.insert(member.name.clone());
            // One of both: what its manifest does not name, nothing looks at.
            let record = layout::evidence_record(ordinal);
            known.insert(match opened.container.find(&record) {
                Some(_) => record,
                None => layout::evidence_record_xml(ordinal),
            });
        }
    }
    for part in sealed {
        known.insert(layout::log_proof(part.number));
        known.insert(layout::witnessed_proof(part.number));
        for stamp in &part.stamps {
            known.insert(layout::asic_manifest(stamp.ordinal));
            known.insert(layout::token(stamp.ordinal));
        }
    }
    for member in opened.container.members() {
        let name = member.name.as_str();
        let tied = ["META-INF/", "proofs/", "trust/"]
            .iter()
            .any(|folder| name.starts_with(folder));
        let anchoring = layout::anchor_of(name).is_some();
        if tied && !known.contains(name) && !beside_token(name) && !anchoring {
            findings.add(
                codes::MEMBER_UNKNOWN,
                Layer::Manifest,
                Status::Mismatch,
                &[("member", name)],
            );
        }
    }
}

/// Compares the evidence of one seal with its manifest.
fn evidence_of(
    opened: &Opened<'_>,
    checked: &seals::Checked,
    findings: &mut Findings,
    sealed: &mut BTreeSet<String>,
) {
    let seal = checked.seal.seal.to_string();
    let mut matched = 0_usize;
    let mut classes = BTreeMap::new();
    for entry in &checked.manifest.items {
        let found = |name: &str| {
            let index = opened.container.position(name)?;
            opened.prints.get(index).copied()
        };
        let outcome = seals::compare_entry(entry, &found, findings);
        matched += usize::from(outcome);
        for name in [&entry.member, &entry.record_member] {
            if !sealed.insert(name.clone()) {
                findings.add(
                    codes::CONTAINER_DUPLICATE,
                    Layer::Manifest,
                    Status::Mismatch,
                    &[("member", name)],
                );
            }
        }
        if let Some(bytes) = opened.optional(&entry.record_member, findings) {
            seals::record(entry, &bytes, &checked.seal, &mut classes, findings);
            web::item(opened, entry, &bytes, &checked.manifest.items, findings);
        }
    }
    if matched > 0 {
        findings.add(
            codes::EVIDENCE_MATCHES,
            Layer::Content,
            Status::Match,
            &[("seal", &seal), ("count", &matched.to_string())],
        );
    }
    seals::classes(&classes, findings);
}

fn revision(opened: &Opened<'_>, findings: &mut Findings) {
    let Some(bytes) = opened.optional(layout::REVISION, findings) else {
        return;
    };
    match Revision::from_bytes(&bytes) {
        Ok(revision) => match &findings.case {
            Some(case) if *case != revision.case => findings.add(
                codes::SEAL_CASE_DIFFERS,
                Layer::Manifest,
                Status::Mismatch,
                &[("seal", "-")],
            ),
            _ => {}
        },
        Err(error) => seals::malformed(layout::REVISION, &error.to_string(), findings),
    }
}
