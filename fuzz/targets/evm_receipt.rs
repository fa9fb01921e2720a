//! A receipt of an EVM chain, and its parts by themselves: RLP has one encoding, and a path leads to one value.
#![no_main]

use fidem_anchor::evm::transaction::Transaction;
use fidem_anchor::evm::{Consensus, Header, Receipt, keccak, trie};
use fidem_anchor::receipt::Worth;
use fidem_anchor::rlp::Item;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(receipt) = Receipt::parse(data) {
        let judged = receipt.judge(&[7; 32], &[]);
        // Nothing is pinned.
        assert_ne!(judged.worth, Worth::Canonical);
        let written = receipt.to_bytes().map(|octets| Receipt::parse(&octets));
        assert!(written.is_err() || written == Ok(Ok(receipt)));
    }
    if let Ok(item) = Item::whole(data) {
        assert_eq!(item.encoded(), data);
    }
    let _ = Transaction::parse(data);
    if let Ok(header) = Header::parse(data) {
        for consensus in [Consensus::Clique, Consensus::Ibft2, Consensus::Qbft] {
            let _ = header.hash(consensus);
        }
    }
    // The hash of the first node is right, so that what stands in it is read.
    let (key, node) = data.split_at(data.len().min(2));
    let _ = trie::value_at(&keccak(node), key, &[node]);
});
