//! Before a document is issued the program shows that it still computes and judges as it should.

use std::sync::OnceLock;

use fidem_certificate::Bilingual;
use fidem_fingerprint::{hex, of};
use fidem_verify::{Request, Trust, Verdict, verify};
use rfc3161_client::UnixTime;

use crate::{OfficeError, Result};

/// The worked example of the formats, which another program wrote.
const PACKAGE: &[u8] = include_bytes!("../../../docs/format/example/example.asice");
const TRUST: &[u8] = include_bytes!("../../../docs/format/example/trust.json");
/// 2026-12-01, within the life of its keys.
const AT: UnixTime = UnixTime(1_796_083_200);
/// An octet of `abc`, the only content of the example, stands behind this name.
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
    if judged(PACKAGE) != Some(Verdict::Match) {
        return Err("match");
    }
    match judged(&altered()) {
        Some(Verdict::Mismatch) => Ok(()),
        _ => Err("mismatch"),
    }
}

fn judged(package: &[u8]) -> Option<Verdict> {
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
    Some(verify(&request, &mut |_, _| {}).verdict)
}

/// The example with `abc` changed to `abd`; members are stored, so their octets stand as they are.
fn altered() -> Vec<u8> {
    let mut octets = PACKAGE.to_vec();
    let content = [MEMBER, b"abc"].concat();
    let at = octets.windows(content.len()).position(|w| w == content);
    if let Some(last) = at.and_then(|at| octets.get_mut(at + content.len() - 1)) {
        *last = b'd';
    }
    octets
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
