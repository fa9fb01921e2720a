//! The one entry: what is verified, with what, at what time.

use fidem_package::Source;
use rfc3161_client::{Imprint, UnixTime};

use crate::kind::{self, Kind};
use crate::report::{Findings, Layer, Report, Status};
use crate::trust::Trust;
use crate::{codes, log, opentimestamps, package, pdf, renewal, standing, token, web};

/// A file handed in beside the subject: an original, or a status list of the office (`fidem-status/1`), which is known by
/// its first line.
#[derive(Clone)]
pub struct Data<'a> {
    /// Name for the report.
    pub name: String,
    /// Its bytes.
    pub source: &'a dyn Source,
}

/// What is asked.
#[derive(Clone)]
pub struct Request<'a> {
    /// The file to verify.
    pub subject: &'a dyn Source,
    /// Original files, for a bare proof or a certificate.
    pub data: &'a [Data<'a>],
    /// A digest instead of the data, for a bare token.
    pub digest: Option<Imprint>,
    /// Revocation lists and OCSP responses in DER at hand beside the subject; those in it are found by themselves.
    pub revocation: &'a [Vec<u8>],
    /// Runs of Bitcoin block headers at hand beside a bare `.ots`, of 80 octets each.
    pub headers: &'a [Vec<u8>],
    /// Detached signatures (`.p7s`) at hand beside a PDF.
    pub signatures: &'a [Data<'a>],
    /// What decides.
    pub trust: &'a Trust,
    /// The time of verification.
    pub at: UnixTime,
}

/// Status lists of the office, and the files that are compared. Only documents and packages stand in lists: of anything else a
/// list may be what it is about.
fn told_apart<'a>(kind: Kind, all: &[Data<'a>]) -> (Vec<Data<'a>>, Vec<Data<'a>>) {
    let stands = matches!(kind, Kind::Package | Kind::Partial | Kind::Certificate);
    all.iter()
        .cloned()
        .partition(|file| stands && standing::is_list(file))
}

/// Verifies one subject. `progress` is told bytes done and bytes in all.
#[must_use]
pub fn verify(request: &Request<'_>, progress: &mut dyn FnMut(u64, u64)) -> Report {
    let mut findings = Findings::new();
    let kind = kind::of(request.subject);
    // What was handed in and is not looked at must not pass for looked at.
    if request.digest.is_some() && kind != Kind::Token {
        findings.add(
            codes::DIGEST_NOT_USED,
            Layer::Content,
            Status::CannotCheck,
            &[],
        );
    }
    if !request.signatures.is_empty() && kind != Kind::Certificate {
        findings.add(
            codes::DETACHED_NOT_USED,
            Layer::Signature,
            Status::CannotCheck,
            &[],
        );
    }
    let (lists, data) = told_apart(kind, request.data);
    let request = &Request {
        data: &data,
        ..request.clone()
    };
    match kind {
        Kind::Package | Kind::Partial => {
            let kind = package::verify(request, &mut findings, progress);
            standing::verify(&lists, None, request, &mut findings);
            findings.whole(kind, request.trust)
        }
        Kind::Certificate => {
            let document = pdf::verify(request, &mut findings).unwrap_or([0; 32]);
            standing::verify(&lists, Some(document), request, &mut findings);
            findings.whole(kind, request.trust)
        }
        Kind::Token => {
            token::verify_bare(request, &mut findings);
            findings.bare(kind, Layer::Time, request.trust)
        }
        Kind::EvidenceRecord => {
            renewal::verify_bare(request, &mut findings);
            findings.bare(kind, Layer::Time, request.trust)
        }
        Kind::LogProof => {
            log::verify_bare(request, &mut findings);
            findings.bare(kind, Layer::Chain, request.trust)
        }
        Kind::OpenTimestamps => {
            opentimestamps::verify_bare(request, &mut findings);
            findings.bare(kind, Layer::Chain, request.trust)
        }
        Kind::WebArchive => {
            web::verify_bare(request, &mut findings, progress);
            findings.bare(kind, Layer::Content, request.trust)
        }
        Kind::Unknown => {
            findings.add(
                codes::KIND_UNKNOWN,
                Layer::Content,
                Status::CannotCheck,
                &[],
            );
            findings.whole(kind, request.trust)
        }
    }
}
