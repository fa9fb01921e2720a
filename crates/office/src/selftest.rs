//! Before a document is issued the program shows that it still computes and judges as it should.

use std::sync::OnceLock;

use fidem_certificate::Bilingual;
use fidem_fingerprint::{hex, of};
use fidem_verify::{Report, Request, Trust, Verdict, codes, verify};
use rfc3161_client::UnixTime;

use crate::{OfficeError, Result};

/// The worked example of the formats, which another program wrote.
const PACKAGE: &[u8] = include_bytes!("../../../docs/format/example/example.asice");
const TRUST: &[u8] = include_bytes!("../../../docs/format/example/trust.json");
/// 2026-12-01, within the life of its keys.
const AT: UnixTime = UnixTime(1_796_083_200);
/// Behind this name, in its local header, stand the octets `abc`.
const MEMBER: &[u8] = b"abc.txt";

/// FIPS 180-4 and GB/T 32905-2016: the digests of `abc`.
const SHA256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const SM3: &str = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";

/// The outcome in the words of a document.
///
/// # Errors
/// [`OfficeError::ProgramSelfTest`] with the part that failed: nothing may be issued by such a program.
pub(crate) fn self_test() -> Result<Bilingual> {
    static OUTCOME: OnceLock<std::result::Result<(), &'static str>> = OnceLock::new();
    match OUTCOME.get_or_init(outcome) {
        Ok(()) => Ok(Bilingual::new(
            "SHA-256、SM3 已知答案相符；样例证据包核验一致，改动一字节后核验为不一致",
            "known answers of SHA-256 and SM3 match; the sample package matches, and with one byte altered does not",
        )),
        Err(part) => Err(OfficeError::ProgramSelfTest { part }),
    }
}

fn outcome() -> std::result::Result<(), &'static str> {
    let print = of(b"abc");
    if hex::encode(&print.sha256) != SHA256 || hex::encode(&print.sm3) != SM3 {
        return Err("digests");
    }
    if judged(PACKAGE).is_none_or(|report| report.verdict != Verdict::Match) {
        return Err("match");
    }
    let told = |report: Report| {
        let digests = report.has(codes::EVIDENCE_ALTERED);
        digests && !report.has(codes::MEMBER_DAMAGED) && report.verdict == Verdict::Mismatch
    };
    match judged(&altered()).is_some_and(told) {
        true => Ok(()),
        false => Err("mismatch"),
    }
}

fn judged(package: &[u8]) -> Option<Report> {
    let trust = Trust::supplied([("trust.json", TRUST)]).ok()?;
    let subject = package.to_vec();
    let request = Request {
        subject: &subject,
        data: &[],
        digest: None,
        revocation: &[],
        headers: &[],
        signatures: &[],
        trust: &trust,
        at: AT,
    };
    Some(verify(&request, &mut |_, _| {}))
}

/// The example with `abc` changed to `abd`, and the checksums of the container with it: only a digest can tell. Members are
/// stored, so their octets stand as they are.
fn altered() -> Vec<u8> {
    let mut octets = PACKAGE.to_vec();
    let content = [MEMBER, b"abc"].concat();
    let at = octets.windows(content.len()).position(|w| w == content);
    if let Some(last) = at.and_then(|at| octets.get_mut(at + content.len() - 1)) {
        *last = b'd';
    }
    let (old, new) = (crc32(b"abc").to_le_bytes(), crc32(b"abd").to_le_bytes());
    for at in 0..octets.len().saturating_sub(old.len()) {
        if octets[at..].starts_with(&old) {
            octets[at..at + new.len()].copy_from_slice(&new);
        }
    }
    octets
}

/// ISO 3309, as zip has it.
fn crc32(octets: &[u8]) -> u32 {
    let step = |crc: u32, octet: &u8| {
        (0..8).fold(crc ^ u32::from(*octet), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    };
    !octets.iter().fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_build_passes_and_the_altered_example_is_another() {
        assert_ne!(altered(), PACKAGE);
        assert!(self_test().is_ok());
    }
}
