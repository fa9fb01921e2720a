//! An evidence record: reads back as it was written, and is judged with data of its own choosing.
#![no_main]

use fidem_fuzz::{DATA, NOW, ROOT};
use libfuzzer_sys::fuzz_target;
use rfc3161_client::{AlgorithmTable, EvidenceInputs, EvidenceRecord, verify_evidence};

fuzz_target!(|data: &[u8]| {
    let Ok(record) = EvidenceRecord::parse(data) else {
        return;
    };
    if let Ok(written) = record.to_der() {
        assert_eq!(EvidenceRecord::parse(&written), Ok(record));
    }
    let _ = verify_evidence(&EvidenceInputs {
        record: data,
        data: &|algorithm| Some(vec![algorithm.digest(DATA)?]),
        anchors: &ROOT,
        intermediates: &[],
        crls: &[],
        algorithms: AlgorithmTable::built_in(),
        known_links: None,
        now: NOW,
    });
});
