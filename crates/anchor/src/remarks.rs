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
    use super::*;

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
