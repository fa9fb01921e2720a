//! A package of one exhibit: file, record, their paths, seal, stamps, log proof. No manifest, no list of the case.

use std::collections::BTreeMap;

use fidem_fingerprint::Hasher;
use fidem_manifest::{Content, Entry, Partial};
use fidem_package::layout;

use crate::package::Opened;
use crate::report::{Findings, Layer, Status};
use crate::seals::{self, SealParts, Stamp};
use crate::subject::Request;
use crate::{codes, difference, log, web};

pub(crate) fn verify(
    opened: &Opened<'_>,
    request: &Request<'_>,
    findings: &mut Findings,
) -> Vec<SealParts> {
    let Some(bytes) = opened.statement(layout::PARTIAL, findings) else {
        return Vec::new();
    };
    let partial = match Partial::from_bytes(&bytes) {
        Ok(partial) => partial,
        Err(error) => {
            seals::malformed(layout::PARTIAL, &error.to_string(), findings);
            return Vec::new();
        }
    };
    let Some(part) = gather(opened, partial.seal, findings) else {
        return Vec::new();
    };
    let Some(seal) = seals::statement(&part, findings) else {
        return Vec::new();
    };
    seals::stamps(&part, &seal, request, findings);
    log::verify_seal(&part, &seal, request, findings);
    let sealed = exhibit(opened, &partial, &seal, findings);
    handed_in(opened, &partial, sealed, request, findings);
    others(opened, &partial, findings);
    vec![part]
}

fn gather(opened: &Opened<'_>, number: u32, findings: &mut Findings) -> Option<SealParts> {
    let seal = opened.statement(&layout::seal(number), findings)?;
    let mut stamps = Vec::new();
    for member in opened.container.members() {
        if let Some(ordinal) = layout::ordinal_of(&member.name) {
            let xml = opened.statement(&member.name, findings)?;
            let token = opened.statement(&layout::token(ordinal), findings);
            stamps.push(Stamp {
                ordinal,
                xml,
                token,
                responses: opened.responses(ordinal),
                proved: None,
            });
        }
    }
    let log_proof = opened.optional(&layout::log_proof(number), findings);
    let witnessed = opened.optional(&layout::witnessed_proof(number), findings);
    Some(SealParts {
        number,
        seal,
        manifest: None,
        stamps,
        log_proof,
        witnessed,
    })
}

/// Both leaves lead to the seal's root, and the record speaks of this file; whether it is the sealed one.
fn exhibit(
    opened: &Opened<'_>,
    partial: &Partial,
    seal: &fidem_manifest::Seal,
    findings: &mut Findings,
) -> bool {
    let item = partial.item.to_string();
    let number = partial.seal.to_string();
    let prints = opened
        .print(&partial.member)
        .zip(opened.print(&partial.record_member));
    let leads = prints.is_some_and(|(content, record)| {
        seal.case == partial.case
            && seal.size == partial.size
            && partial.content.root(&content, seal.size) == seal.root_hash()
            && partial.record.root(&record, seal.size) == seal.root_hash()
    });
    if !leads {
        findings.add(
            codes::PARTIAL_DIFFERS,
            Layer::Content,
            Status::Mismatch,
            &[("item", &item), ("seal", &number)],
        );
        return false;
    }
    findings.add(
        codes::PARTIAL_MATCHES,
        Layer::Content,
        Status::Match,
        &[
            ("item", &item),
            ("seal", &number),
            ("index", &(partial.content.index + 1).to_string()),
            ("size", &partial.size.to_string()),
        ],
    );
    if let (Some((content, record)), Some(bytes)) =
        (prints, opened.statement(&partial.record_member, findings))
    {
        let entry = Entry {
            content: Content::of(&content),
            content_nonce: String::new(),
            member: partial.member.clone(),
            number: partial.item,
            record: Content::of(&record),
            record_member: partial.record_member.clone(),
            record_nonce: String::new(),
            withheld: None,
        };
        let mut classes = BTreeMap::new();
        seals::record(&entry, &bytes, seal, &mut classes, findings);
        web::item(opened, &entry, &bytes, &[], findings);
        seals::classes(&classes, findings);
    }
    true
}

/// A file handed in beside the exhibit must be the exhibit.
fn handed_in(
    opened: &Opened<'_>,
    partial: &Partial,
    sealed: bool,
    request: &Request<'_>,
    findings: &mut Findings,
) {
    let exhibit = opened.print(&partial.member);
    for file in request.data {
        let mut hasher = Hasher::new();
        let read = file
            .source
            .blocks(0, file.source.len(), &mut |block| hasher.update(block));
        let same = read.is_ok() && exhibit == Some(hasher.finish());
        let item = partial.item.to_string();
        let (code, status) = match same {
            true => (codes::DATA_MATCHES, Status::Match),
            false => (codes::DATA_UNKNOWN, Status::Mismatch),
        };
        findings.add(
            code,
            Layer::Content,
            status,
            &[("name", &file.name), ("item", &item)],
        );
        let comparable = sealed && !same && difference::same_name(&file.name, &partial.member);
        let member = opened.container.find(&partial.member);
        if let (true, Some(member)) = (comparable, member) {
            let kept = opened.window(member);
            difference::tell(&file.name, partial.item, &kept, file.source, findings);
        }
    }
}

/// Nothing else of the case travels in a partial package.
fn others(opened: &Opened<'_>, partial: &Partial, findings: &mut Findings) {
    for member in opened.container.members() {
        let name = member.name.as_str();
        let own = [partial.member.as_str(), partial.record_member.as_str()].contains(&name)
            || name == layout::seal(partial.seal);
        let of_case = ["evidence/", "captures/", "seals/", "certificate/"]
            .iter()
            .any(|f| name.starts_with(f));
        if of_case && !own {
            findings.add(
                codes::EVIDENCE_UNSEALED,
                Layer::Content,
                Status::Mismatch,
                &[("member", name)],
            );
        }
    }
}
