//! What several targets share: one time, one authority, certificates whose extensions are fuzzed and whose signatures
//! hold all the same, packages with one member replaced, and a signed PDF.

pub mod fisco;
pub mod made;
pub mod package;
pub mod picture;
pub mod signed;

use std::sync::LazyLock;

use fidem_authority::{Authority, AuthorityOptions, KeyKind};
use rfc3161_client::{Anchor, Imprint, TimeStampRequest, UnixTime, token_of};

/// 2026-12-01T12:00:00Z, when everything here is judged. A clock would make a crash that cannot be repeated.
pub const NOW: UnixTime = UnixTime(1_796_126_400);

/// What the tokens of [`AUTHORITY`] are over.
pub const DATA: &[u8] = b"abc";

/// An authority whose keys are the same in every run.
pub static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| {
    let years = 10 * 366 * 86_400;
    let options =
        AuthorityOptions::demonstration("Fuzz", KeyKind::P256, NOW.0 - years, NOW.0 + years);
    Authority::new(&options, &mut |entropy| {
        entropy.fill(7);
        Ok(())
    })
    .expect("the options are in order")
});

/// Its root, trusted.
pub static ROOT: LazyLock<Vec<Anchor>> =
    LazyLock::new(|| vec![Anchor::of(AUTHORITY.root_der().to_vec())]);

/// The request for [`DATA`], which [`REPLY`] answers.
pub static REQUEST: LazyLock<TimeStampRequest> =
    LazyLock::new(|| request(Imprint::sha256_of(DATA), true));

/// The whole response.
pub static REPLY: LazyLock<Vec<u8>> = LazyLock::new(|| reply(&REQUEST, NOW));

/// A token without certificates: the signer must then be found among those at hand.
pub static BARE_TOKEN: LazyLock<Vec<u8>> =
    LazyLock::new(|| token(&request(Imprint::sha256_of(DATA), false), NOW));

fn request(imprint: Imprint, cert_req: bool) -> TimeStampRequest {
    TimeStampRequest {
        imprint,
        policy: None,
        nonce: Some(vec![0x17, 0x2a]),
        cert_req,
    }
}

fn reply(request: &TimeStampRequest, at: UnixTime) -> Vec<u8> {
    let query = request.to_der().expect("a request is encodable");
    AUTHORITY.reply(&query, at.0 * 1000)
}

fn token(request: &TimeStampRequest, at: UnixTime) -> Vec<u8> {
    let reply = reply(request, at);
    token_of(&reply).expect("the request is granted").to_vec()
}

/// A token over that imprint, with the signer's certificate, made at that time.
pub fn stamp(imprint: Imprint, at: UnixTime) -> Vec<u8> {
    token(&request(imprint, true), at)
}
