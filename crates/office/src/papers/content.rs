//! What an approval is of: the content of a document without what comes about by approving and issuing it.

use fidem_certificate::{CertificateData, Status};
use fidem_fingerprint::sha256;

use crate::Result;

/// SHA-256 of the content. Times of issue, number, persons at the desk, the growing journal and the program that sets the
/// pages are not content; all else is, to the state of an anchoring.
pub(super) fn digest(data: &CertificateData) -> Result<[u8; 32]> {
    let mut content = data.clone();
    content.status = Status::Draft;
    content.issued_at.clear();
    content.document_id.clear();
    content.second_person = None;
    content.handler.name.clear();
    content.custody.clear();
    content.journal = None;
    content.times.issue.clear();
    content.program.sha256 = None;
    content.program.commit = None;
    // The pages say otherwise where there is none, whichever it is.
    if let Some(digest) = &mut content.program.verifier_sha256 {
        digest.clear();
    }
    content.program.self_test = None;
    Ok(sha256(crate::intake::to_json(&content)?.as_bytes()))
}
