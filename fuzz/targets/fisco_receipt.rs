//! A FISCO BCOS receipt, as it is and under signatures that hold: what is read and written reads back as the same, another
//! payload never passes, and what a quorum signed is worth more only where sealers are pinned.
#![no_main]

use fidem_anchor::fisco::{Receipt, Suite, answer};
use fidem_anchor::receipt::Worth;
use fidem_fuzz::fisco::{PAYLOAD, hash, pins, sealed};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static PINS: LazyLock<Vec<fidem_anchor::fisco::Pin>> = LazyLock::new(pins);

fuzz_target!(|data: &[u8]| {
    if let Ok(answered) = serde_json::from_slice::<serde_json::Value>(data) {
        let _ = answer::header_v2(&answered);
        let _ = answer::header_v3(&answered);
        let _ = answer::signatures(&answered);
        let _ = answer::path_v2(&answered["path"]);
        let _ = answer::path_v3(&answered, &hash(1), Suite::Keccak);
    }
    let Ok(receipt) = Receipt::parse(data) else {
        return;
    };
    if let Ok(octets) = receipt.to_bytes() {
        assert_eq!(Receipt::parse(&octets), Ok(receipt.clone()));
    }
    judge(&receipt);
    if let Some(sealed) = sealed(receipt) {
        judge(&sealed);
    }
});

fn judge(receipt: &Receipt) {
    let judged = receipt.judge(&PAYLOAD, &PINS);
    let unpinned = receipt.judge(&PAYLOAD, &[]);
    let other = receipt.judge(&[0xa5; 32], &PINS);
    assert_eq!(
        unpinned.worth == Worth::Failed,
        judged.worth == Worth::Failed
    );
    assert_ne!(unpinned.worth, Worth::Canonical);
    assert_eq!(judged.worth == Worth::Canonical, !judged.pins.is_empty());
    assert_eq!(judged.place, unpinned.place);
    if judged.worth != Worth::Failed {
        assert_eq!(other.worth, Worth::Failed);
    }
}
