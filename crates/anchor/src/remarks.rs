//! Every code that a remark of a judge here can have, with the names of its parameters. Whoever puts judgements into words
//! has a sentence for each.

/// Codes and parameters, by kind.
pub const REMARKS: &[(&str, &[&str])] = &[
    // OpenTimestamps, Bitcoin
    ("payload-differs", &[]),
    ("ots-no-attestation", &[]),
    ("ots-pending", &["calendar"]),
    ("ots-unknown", &["tag"]),
    ("ots-unread", &["why"]),
    ("bitcoin-few-above", &["above"]),
    ("bitcoin-header", &["height"]),
    ("bitcoin-height", &["claimed"]),
    ("bitcoin-linked", &["links"]),
    ("bitcoin-root", &["height"]),
    ("bitcoin-work", &["above", "bits"]),
    ("bitcoin-work-lacking", &[]),
    // EVM
    ("evm-header", &["reason"]),
    ("evm-link", &["height"]),
    ("evm-no-seals", &[]),
    ("evm-not-sealed", &["needed", "pin", "seals"]),
    ("evm-other-block", &["expected", "pin"]),
    ("evm-other-chain", &["found"]),
    ("evm-other-consensus", &["pin"]),
    ("evm-other-payload", &[]),
    ("evm-path", &["reason"]),
    ("evm-sealers", &["addresses"]),
    ("evm-sender", &["address"]),
    ("evm-too-few-blocks", &["needed", "pin", "seals"]),
    ("evm-transaction", &["reason"]),
    // FISCO BCOS
    ("fisco-below-quorum", &["given", "needed"]),
    ("fisco-header", &[]),
    ("fisco-limit", &[]),
    ("fisco-path", &[]),
    ("fisco-payload", &[]),
    ("fisco-pin-below-quorum", &["given", "needed", "pin"]),
    ("fisco-pin-unusable", &["pin"]),
    ("fisco-sealer", &["sealer"]),
    ("fisco-sealers-differ", &["pin"]),
    ("fisco-sender", &["address"]),
    ("fisco-signature", &["sealer"]),
    ("fisco-transaction", &[]),
    ("fisco-transaction-signature", &[]),
    ("fisco-unpinned", &[]),
    // Fabric
    ("fabric-block", &["reason"]),
    ("fabric-chaincode", &["name"]),
    ("fabric-claimed-time", &["time"]),
    ("fabric-creator", IDENTITY),
    ("fabric-endorser", IDENTITY),
    ("fabric-flagged", &["code"]),
    ("fabric-no-time", &[]),
    ("fabric-no-transaction", &[]),
    ("fabric-orderer", IDENTITY),
    ("fabric-other-block", &["expected", "pin"]),
    ("fabric-other-channel", &["found"]),
    ("fabric-other-endorser", &["found", "needed", "pin"]),
    ("fabric-other-orderer", &["found", "needed", "pin"]),
    ("fabric-other-payload", &[]),
    ("fabric-signatures", &["reason"]),
    ("fabric-transaction", &["reason"]),
    ("fabric-unsigned", &[]),
];

const IDENTITY: &[&str] = &["msp", "not-after", "not-before", "subject"];

/// Whether a remark has the parameters that its code wants; one of a code that is not ours always has.
pub(crate) fn fits<'a>(code: &str, mut params: impl Iterator<Item = &'a str>) -> bool {
    match REMARKS.iter().find(|(known, _)| *known == code) {
        Some((_, wanted)) => params.by_ref().eq(wanted.iter().copied()),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Texts in quotes that begin as the codes of a kind do.
    fn quoted(text: &str, into: &mut BTreeSet<String>) {
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in text.split('"').skip(1).step_by(2) {
            let kind = word.split_once('-').map(|(kind, _)| kind);
            let plain = |c: char| c.is_ascii_lowercase() || c == '-';
            let ours = ["payload", "ots", "bitcoin", "evm", "fisco", "fabric"];
            if kind.is_some_and(|kind| ours.contains(&kind)) && word.chars().all(plain) {
                into.insert(word.to_owned());
            }
        }
    }

    fn read(folder: &Path, into: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, into);
            } else if path.file_name().is_some_and(|name| name != "remarks.rs") {
                quoted(&std::fs::read_to_string(&path).unwrap(), into);
            }
        }
    }

    #[test]
    fn every_code_of_the_sources_is_listed_and_none_besides() {
        let mut found = BTreeSet::new();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        read(&sources, &mut found);
        let listed: BTreeSet<String> = REMARKS.iter().map(|(c, _)| (*c).to_owned()).collect();
        assert_eq!(listed.len(), REMARKS.len(), "each once");
        assert_eq!(found, listed);
    }

    #[test]
    fn parameters_are_in_order_and_compared() {
        for (code, params) in REMARKS {
            assert!(params.is_sorted(), "{code}");
        }
        assert!(fits("evm-other-block", ["expected", "pin"].into_iter()));
        assert!(!fits("evm-other-block", ["pin"].into_iter()));
        assert!(fits("bulletin-key", ["pin"].into_iter()));
    }
}
