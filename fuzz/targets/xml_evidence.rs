//! An evidence record in XML, told by its document element and judged; and any XML as data, in every canonical form.
#![no_main]

use fidem_fuzz::{DATA, NOW, ROOT};
use libfuzzer_sys::fuzz_target;
use rfc3161_client::{
    AlgorithmTable, DigestAlgorithm, EvidenceInputs, EvidenceVerification, XmlData,
    is_xml_evidence, verify_xml_evidence,
};

const METHODS: [&str; 3] = [
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
];

fuzz_target!(|data: &[u8]| {
    if !judge(data, DATA).time_stamps.is_empty() {
        assert!(is_xml_evidence(data));
    }
    for method in METHODS {
        let record = format!(
            "<EvidenceRecord xmlns='urn:ietf:params:xml:ns:ers' Version='1.0'><ArchiveTimeStampSequence>\
             <ArchiveTimeStampChain Order='1'><DigestMethod Algorithm='http://www.w3.org/2001/04/xmlenc#sha256'/>\
             <CanonicalizationMethod Algorithm='{method}'/><ArchiveTimeStamp Order='1'><TimeStamp>\
             <TimeStampToken Type='RFC3161'>AAAA</TimeStampToken></TimeStamp></ArchiveTimeStamp>\
             </ArchiveTimeStampChain></ArchiveTimeStampSequence></EvidenceRecord>"
        );
        assert!(!judge(record.as_bytes(), data).indication.is_passed());
    }
});

fn judge(record: &[u8], object: &[u8]) -> EvidenceVerification {
    let inputs = EvidenceInputs {
        record,
        data: &|algorithm: DigestAlgorithm| Some(vec![algorithm.digest(object)?]),
        anchors: &ROOT,
        intermediates: &[],
        crls: &[],
        algorithms: AlgorithmTable::built_in(),
        known_links: None,
        now: NOW,
    };
    verify_xml_evidence(&inputs, &|_| XmlData::Octets(object.to_vec()))
}
