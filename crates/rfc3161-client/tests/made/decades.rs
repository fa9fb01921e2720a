//! Authorities whose certificates end, one after the other, and a digest that does: what renewals are for.

use rfc3161_client::{
    AlgorithmEnd, AlgorithmTable, Anchor, DigestAlgorithm, EvidenceVerification, Imprint,
    RatedAlgorithm, UnixTime,
};

use super::Recipe;
use super::key::Key;

pub fn instant(text: &str) -> UnixTime {
    UnixTime::from_rfc3339(text).unwrap()
}

/// An authority whose certificates end at `to`.
pub fn authority(from: &'static str, to: &'static str) -> Recipe {
    let mut recipe = Recipe::new(Key::P256(3));
    recipe.root.to = "20700101000000Z";
    recipe.intermediate.to = "20700101000000Z";
    recipe.signer.from = from;
    recipe.signer.to = to;
    recipe
}

/// One whose keys and digests do without SHA-256.
pub fn later_authority(from: &'static str, to: &'static str) -> Recipe {
    let mut recipe = authority(from, to);
    recipe.root.key = Key::P384(4);
    recipe.intermediate.key = Key::P384(5);
    recipe.signer.key = Key::P384(6);
    recipe
}

pub fn stamp(
    mut authority: Recipe,
    gen_time: &'static str,
    algorithm: DigestAlgorithm,
    root: &[u8],
) -> Vec<u8> {
    authority.gen_time = gen_time;
    authority.imprint = Imprint {
        algorithm,
        value: root.to_vec(),
    };
    authority.token()
}

pub fn anchors() -> Vec<Anchor> {
    let (from, to) = ("20250101000000Z", "20320101000000Z");
    [authority(from, to), later_authority(from, to)]
        .iter()
        .flat_map(Recipe::anchors)
        .collect()
}

/// SHA-256 ends in mid-2036.
pub fn table() -> AlgorithmTable {
    let mut table = AlgorithmTable::built_in().clone();
    table.ends.push(AlgorithmEnd {
        algorithm: RatedAlgorithm::Digest(DigestAlgorithm::Sha256),
        until: instant("2036-07-01T00:00:00Z"),
    });
    table
}

#[track_caller]
pub fn passes(verification: &EvidenceVerification) {
    assert!(
        verification.indication.is_passed(),
        "{:#?}",
        verification.findings
    );
}

#[track_caller]
pub fn finds(verification: &EvidenceVerification, code: &str) {
    let codes: Vec<_> = verification
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect();
    assert!(
        codes.contains(&code),
        "no {code} in {:#?}",
        verification.findings
    );
    assert!(!verification.indication.is_passed());
}
