//! A receipt of a Fabric channel, and its parts by themselves: a block, and an envelope of one.
#![no_main]

use fidem_anchor::fabric::{Block, FORMAT, Receipt, Transaction};
use fidem_anchor::octets::Base64;
use fidem_anchor::receipt::Worth;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(receipt) = Receipt::parse(data) {
        judge(&receipt);
    }
    if let Ok(block) = Block::parse(data) {
        let _ = block.hash();
        let _ = block.orderers();
        let receipt = Receipt {
            format: FORMAT.to_owned(),
            channel: "anchor".to_owned(),
            index: 0,
            block: Base64(data.to_vec()),
        };
        judge(&receipt);
    }
    let _ = Transaction::parse(data);
});

fn judge(receipt: &Receipt) {
    // Nothing is pinned.
    assert_ne!(receipt.judge(&[7; 32], &[]).worth, Worth::Canonical);
}
