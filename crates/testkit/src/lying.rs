//! An authority that breaks one rule, in its tokens or on the wire.

use fidem_authority::{Authority, AuthorityOptions, KeyKind, parts};

use crate::TestkitError;
use crate::authorities::{entropy, options_around};
use crate::clock::FrozenClock;
use crate::http::{Behaviour, Loopback};
use crate::request::{with_other_imprint, with_other_nonce, without_nonce};

const DAY: i64 = 86_400;
const REPLY_TYPE: &str = "application/timestamp-reply";
/// A rejection that names no reason: PKIStatusInfo { rejection }.
const BARE_REJECTION: [u8; 7] = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02];

/// The one rule that is broken. Everything else about the reply is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lie {
    /// The nonce is another (RFC 3161 §2.4.2).
    WrongNonce,
    /// There is no nonce although one was sent.
    MissingNonce,
    /// The token is over another digest.
    WrongImprint,
    /// The request is rejected.
    Rejected,
    /// Two authorities have signed the token.
    TwoSigners,
    /// The extended key usage of the certificate is not critical (§2.3).
    NonCriticalUsage,
    /// The certificate has no extended key usage at all.
    MissingUsage,
    /// The basic constraints of the certificate say cA TRUE.
    LeafIsCa,
    /// The certificate had expired a day before genTime.
    ExpiredLeaf,
    /// genTime is a day before the clock.
    WrongTime,
    /// One bit of the signature is another.
    BrokenSignature,
    /// The root that [`LyingAuthority::root_pem`] gives is not the one that signed, though its name
    /// is the same.
    OtherRoot,
    /// The reply ends in the middle, although HTTP says it is whole.
    Truncated,
    /// The body is not DER.
    Garbage,
    /// The body is empty.
    Empty,
    /// The type is `text/html`.
    WrongType,
    /// The status is 500.
    ServerError,
    /// The status is 302, to an address under the reserved name `invalid`.
    Redirect,
    /// The connection closes in the middle of the body.
    BrokenBody,
    /// Nothing is ever answered.
    Silence,
    /// The body never ends.
    Endless,
}

impl Lie {
    /// Every lie.
    pub const ALL: [Self; 21] = [
        Self::WrongNonce,
        Self::MissingNonce,
        Self::WrongImprint,
        Self::Rejected,
        Self::TwoSigners,
        Self::NonCriticalUsage,
        Self::MissingUsage,
        Self::LeafIsCa,
        Self::ExpiredLeaf,
        Self::WrongTime,
        Self::BrokenSignature,
        Self::OtherRoot,
        Self::Truncated,
        Self::Garbage,
        Self::Empty,
        Self::WrongType,
        Self::ServerError,
        Self::Redirect,
        Self::BrokenBody,
        Self::Silence,
        Self::Endless,
    ];

    /// Whether the lie is one of HTTP, so that no time-stamp reply arrives at all.
    pub fn is_of_transport(self) -> bool {
        matches!(
            self,
            Self::WrongType
                | Self::ServerError
                | Self::Redirect
                | Self::BrokenBody
                | Self::Silence
                | Self::Endless
        )
    }
}

/// A running authority that lies in one way.
pub struct LyingAuthority {
    server: Loopback,
    root_pem: String,
}

impl LyingAuthority {
    /// Starts one that goes by `clock`.
    ///
    /// # Errors
    /// When it cannot be made or served.
    pub fn start(lie: Lie, clock: &FrozenClock) -> Result<Self, TestkitError> {
        let options = options_around("丙 Liar", KeyKind::P256, clock.seconds());
        let liar = Liar {
            lie,
            authority: shaped(lie, &options, clock)?,
            other: Authority::new(&options, &mut entropy)?,
            clock: clock.clone(),
        };
        let told = if lie == Lie::OtherRoot {
            &liar.other
        } else {
            &liar.authority
        };
        let root_pem = told.root_pem()?;
        let server = Loopback::start(move |request| liar.behave(request))?;
        Ok(Self { server, root_pem })
    }

    /// Where to post.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The root that a verifier is given.
    pub fn root_pem(&self) -> &str {
        &self.root_pem
    }
}

struct Liar {
    lie: Lie,
    authority: Authority,
    other: Authority,
    clock: FrozenClock,
}

impl Liar {
    fn behave(&self, request: &[u8]) -> Behaviour {
        let reply = self.reply(request);
        let half = reply.len() / 2;
        let head = |status: &str, kind: &str, length: usize| {
            format!(
                "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
                 Connection: close\r\n\r\n"
            )
            .into_bytes()
        };
        let whole = |status: &str, kind: &str, body: &[u8]| {
            Behaviour::Send([&head(status, kind, body.len()), body].concat())
        };
        match self.lie {
            Lie::WrongType => whole("200 OK", "text/html", &reply),
            Lie::ServerError => whole("500 Internal Server Error", REPLY_TYPE, &reply),
            Lie::Redirect => Behaviour::Send(
                b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\n\
                  Content-Length: 0\r\nConnection: close\r\n\r\n"
                    .to_vec(),
            ),
            Lie::BrokenBody => {
                let begun = reply.get(..half).unwrap_or_default();
                Behaviour::Send([&head("200 OK", REPLY_TYPE, reply.len()), begun].concat())
            }
            Lie::Silence => Behaviour::SendAndHang(Vec::new()),
            Lie::Endless => {
                let typed = format!("HTTP/1.1 200 OK\r\nContent-Type: {REPLY_TYPE}\r\n\r\n");
                Behaviour::SendForEver([typed.as_bytes(), &[0x30; 64 * 1024]].concat())
            }
            _ => whole("200 OK", REPLY_TYPE, &reply),
        }
    }

    fn reply(&self, request: &[u8]) -> Vec<u8> {
        let now = self.clock.millis();
        let to = |request: Option<Vec<u8>>| self.authority.reply(&request.unwrap_or_default(), now);
        let mut reply = match self.lie {
            Lie::WrongNonce => to(with_other_nonce(request)),
            Lie::MissingNonce => to(without_nonce(request)),
            Lie::WrongImprint => to(with_other_imprint(request)),
            Lie::Rejected => BARE_REJECTION.to_vec(),
            Lie::TwoSigners => {
                parts::reply_with_two_signers(&self.authority, &self.other, request, now)
            }
            Lie::WrongTime => self.authority.reply(request, now - DAY * 1000),
            Lie::Garbage => b"<html>It works!</html>".to_vec(),
            Lie::Empty => Vec::new(),
            _ => self.authority.reply(request, now),
        };
        if self.lie == Lie::Truncated {
            reply.truncate(reply.len() / 2);
        }
        // the signature is the last field of the last structure
        if let (Lie::BrokenSignature, Some(last)) = (self.lie, reply.last_mut()) {
            *last ^= 0x01;
        }
        reply
    }
}

fn shaped(
    lie: Lie,
    options: &AuthorityOptions,
    clock: &FrozenClock,
) -> Result<Authority, TestkitError> {
    // wide enough for the lies about time to be lies about nothing else
    let wide = AuthorityOptions {
        not_before: options.not_before - 60 * DAY,
        ..options.clone()
    };
    let mut profile = parts::LeafProfile::proper(&wide);
    match lie {
        Lie::NonCriticalUsage => profile.time_stamping_critical = Some(false),
        Lie::MissingUsage => profile.time_stamping_critical = None,
        Lie::LeafIsCa => profile.is_ca = true,
        Lie::ExpiredLeaf => profile.not_after = clock.seconds() - DAY,
        _ => {}
    }
    Ok(parts::authority_with_leaf(&wide, &profile, &mut entropy)?)
}
