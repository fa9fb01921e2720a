//! Consistent forgeries: every digest, list, tree and signature of the forger's own fits. Only trust stands in the way.

use std::collections::BTreeMap;

use ed25519_dalek::{Signer as _, SigningKey};
use fidem_anchor::{Checkpoint, LogKey, LogProof, Note, NoteSignature};
use fidem_authority::{Authority, KeyKind};
use fidem_fingerprint::{hex, of, sha256, tree};
use fidem_manifest::{Content, ItemRecord, Manifest, ManifestDigest, Partial, Seal};
use fidem_package::asic::{AsicManifest, Reference};
use fidem_package::layout;
use fidem_testkit::{Imprint, entropy, options_around, request};

use crate::members::Members;

/// The present in Unix seconds: tokens of an own authority bear it.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a test stands outside the Desk")]
pub fn now() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .ok()
        .and_then(|d| i64::try_from(d.as_secs()).ok())
        .unwrap_or(0)
}

/// An authority that signs whatever the forger asks.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn own_authority(organisation: &str) -> Authority {
    let options = options_around(organisation, KeyKind::P256, now());
    Authority::new(&options, &mut entropy).expect("an authority")
}

/// A token of an authority over some bytes.
///
/// # Panics
/// When it refuses.
#[must_use]
pub fn token(authority: &Authority, data: &[u8]) -> Vec<u8> {
    let asked = request(Imprint::Sha256, &sha256(data), 7);
    let reply = authority.reply(&asked, now() * 1000);
    rfc3161_client::token_of(&reply)
        .expect("a granting reply")
        .to_vec()
}

/// Changes the record of an item.
///
/// # Panics
/// When there is no such record.
pub fn change_record(members: &mut Members, name: &str, how: impl FnOnce(&mut ItemRecord)) {
    let mut record = ItemRecord::from_bytes(&members.bytes(name)).expect("a record");
    how(&mut record);
    members.set(name, record.to_bytes().expect("canonical"));
}

/// Changes the manifest of the first seal.
///
/// # Panics
/// When there is none.
pub fn change_manifest(members: &mut Members, how: impl FnOnce(&mut Manifest)) {
    let name = layout::manifest(1);
    let mut manifest = Manifest::from_bytes(&members.bytes(&name)).expect("a manifest");
    how(&mut manifest);
    members.set(&name, manifest.to_bytes().expect("canonical"));
}

/// Changes the statement of the first seal.
///
/// # Panics
/// When there is none.
pub fn change_seal(members: &mut Members, how: impl FnOnce(&mut Seal)) {
    let name = layout::seal(1);
    let mut seal = Seal::from_bytes(&members.bytes(&name)).expect("a seal");
    how(&mut seal);
    members.set(&name, seal.to_bytes().expect("canonical"));
}

/// Makes records, manifest, tree and statement of the first seal fit the evidence, and all that names the statement.
pub fn reseal(members: &mut Members) {
    refit_items(members);
    refit_seal(members);
    follow_seal(members);
    members.remove_under("certificate/");
    relist(members);
}

/// Records and manifest name the bytes that are there; items without bytes and reason go.
fn refit_items(members: &mut Members) {
    let content = |m: &Members, name: &str| m.find(name).map(|b| Content::of(&of(b)));
    let mut manifest = Manifest::from_bytes(&members.bytes(&layout::manifest(1))).expect("one");
    manifest
        .items
        .retain(|e| e.withheld.is_some() || members.find(&e.member).is_some());
    for entry in &mut manifest.items {
        let found = content(members, &entry.member).unwrap_or_else(|| entry.content.clone());
        change_record(members, &entry.record_member, |record| {
            record.content = found.clone();
            record.withheld = entry.withheld.clone();
        });
        entry.content = found;
        entry.record = content(members, &entry.record_member).expect("a record");
    }
    members.set(
        &layout::manifest(1),
        manifest.to_bytes().expect("canonical"),
    );
}

/// The statement names the manifest and the root of its tree.
fn refit_seal(members: &mut Members) {
    let bytes = members.bytes(&layout::manifest(1));
    let tree = Manifest::from_bytes(&bytes)
        .and_then(|m| m.tree())
        .expect("a tree");
    let print = of(&bytes);
    change_seal(members, |seal| {
        seal.manifest = ManifestDigest {
            sha256: hex::encode(&print.sha256),
            sm3: hex::encode(&print.sm3),
        };
        seal.root = hex::encode(&tree.root());
        seal.size = tree.size();
    });
}

/// ASiC manifests and log proof speak of the statement as it is now.
pub fn follow_seal(members: &mut Members) {
    let seal = members.bytes(&layout::seal(1));
    for ordinal in ordinals(members) {
        // Those of later seals stay as they are.
        let old = AsicManifest::from_xml(&members.bytes(&layout::asic_manifest(ordinal)));
        if !old.is_ok_and(|m| m.references.iter().any(|r| r.member == layout::seal(1))) {
            continue;
        }
        let manifest = AsicManifest {
            token: layout::token(ordinal),
            references: vec![Reference {
                member: layout::seal(1),
                sha256: sha256(&seal),
            }],
        };
        members.set(&layout::asic_manifest(ordinal), manifest.to_xml());
    }
    if let Some(old) = members.find(&layout::log_proof(1)) {
        let text = String::from_utf8_lossy(old).into_owned();
        let origin = LogProof::parse(&text)
            .ok()
            .and_then(|p| p.note.signatures.first().map(|s| s.name.clone()))
            .unwrap_or_default();
        let forged = own_log_proof(&origin, &seal);
        members.set(&layout::log_proof(1), forged.into_bytes());
    }
}

/// A log of one entry under the name of the office's, signed by a key of the forger's.
#[must_use]
pub fn own_log_proof(origin: &str, seal: &[u8]) -> String {
    let secret = SigningKey::from_bytes(&[9; 32]);
    let key = LogKey {
        name: origin.to_owned(),
        public: secret.verifying_key().to_bytes(),
    };
    let text = Checkpoint {
        origin: origin.to_owned(),
        size: 1,
        root: tree::leaf_hash(&sha256(seal)),
    }
    .to_text();
    let signature = secret.sign(text.as_bytes()).to_bytes();
    LogProof {
        index: 0,
        path: Vec::new(),
        note: Note {
            text,
            signatures: vec![NoteSignature::ed25519(&key, signature)],
        },
    }
    .to_text()
}

/// Checksum list and delivery manifest fit the members; the delivery's token stays as it is.
pub fn relist(members: &mut Members) {
    members.relist();
    if members.find(layout::DELIVERY).is_some() {
        let own = [layout::DELIVERY, layout::DELIVERY_TOKEN];
        let listed = members.0.iter().filter(|(n, _)| !own.contains(&n.as_str()));
        let references = listed
            .map(|(name, bytes)| Reference {
                member: name.clone(),
                sha256: sha256(bytes),
            })
            .collect();
        let manifest = AsicManifest {
            token: layout::DELIVERY_TOKEN.to_owned(),
            references,
        };
        members.set(layout::DELIVERY, manifest.to_xml());
    }
}

/// New tokens of the forger's authority over every ASiC manifest.
pub fn restamp(members: &mut Members, authority: &Authority) {
    for ordinal in ordinals(members) {
        let xml = members.bytes(&layout::asic_manifest(ordinal));
        members.set(&layout::token(ordinal), token(authority, &xml));
    }
    relist(members);
    if let Some(xml) = members.find(layout::DELIVERY) {
        let stamp = token(authority, xml);
        members.set(layout::DELIVERY_TOKEN, stamp);
    }
}

/// Ordinals of the ASiC manifests of seals.
#[must_use]
pub fn ordinals(members: &Members) -> Vec<u32> {
    let names = members.names();
    names.iter().filter_map(|n| layout::ordinal_of(n)).collect()
}

/// A partial package of one item of the first seal, as `fidem export --only` writes it.
///
/// # Panics
/// When there is no such item.
#[must_use]
pub fn partial(whole: &Members, item: u32) -> Members {
    let manifest = Manifest::from_bytes(&whole.bytes(&layout::manifest(1))).expect("a manifest");
    let proof = Partial::of(&manifest, item)
        .ok()
        .flatten()
        .expect("an item of the seal");
    let mut members = whole.clone();
    let stays = |name: &str| {
        [proof.member.as_str(), proof.record_member.as_str()].contains(&name)
            || ["mimetype", layout::VERIFY, layout::VERIFY_ZH].contains(&name)
            || name == layout::seal(1)
            || name.starts_with("META-INF/")
            || name.starts_with("proofs/")
            || name.starts_with("trust/")
    };
    members.0.retain(|(name, _)| stays(name));
    members.strip_delivery();
    members.set(layout::PARTIAL, proof.to_bytes().expect("canonical"));
    members.relist();
    members
}

/// Changes the proof of a partial package.
///
/// # Panics
/// When it has none.
pub fn change_partial(members: &mut Members, how: impl FnOnce(&mut Partial)) {
    let mut proof = Partial::from_bytes(&members.bytes(layout::PARTIAL)).expect("a proof");
    how(&mut proof);
    members.set(layout::PARTIAL, proof.to_bytes().expect("canonical"));
    members.relist();
}

/// The receipt with other bytes in its attachments, by their names; names that it lacks are not added.
///
/// # Panics
/// When it is no PDF with attachments.
#[must_use]
pub fn reattach(pdf: &[u8], attachments: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut document = lopdf::Document::load_mem(pdf).expect("a PDF");
    let mut streams = Vec::new();
    for object in document.objects.values() {
        let Some((name, stream)) = object.as_dict().ok().and_then(attached) else {
            continue;
        };
        streams.push((name, stream));
    }
    for (name, id) in streams {
        let stream = document
            .get_object_mut(id)
            .and_then(lopdf::Object::as_stream_mut);
        if let (Some(bytes), Ok(stream)) = (attachments.get(&name), stream) {
            stream.dict.remove(b"Filter");
            stream.dict.remove(b"DecodeParms");
            stream.set_plain_content(bytes.clone());
        }
    }
    let mut out = Vec::new();
    document.save_to(&mut out).expect("written");
    out
}

/// Name and stream of a file specification.
fn attached(dictionary: &lopdf::Dictionary) -> Option<(String, lopdf::ObjectId)> {
    let name = dictionary.get(b"F").and_then(lopdf::Object::as_str).ok()?;
    let embedded = dictionary
        .get(b"EF")
        .and_then(lopdf::Object::as_dict)
        .ok()?;
    let stream = embedded
        .get(b"F")
        .and_then(lopdf::Object::as_reference)
        .ok()?;
    Some((String::from_utf8_lossy(name).into_owned(), stream))
}
