//! Where a server listens, and how.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use crate::Credential;

/// The scheme of an address (RFC 9110 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `http`: plain.
    Http,
    /// `https`: over TLS.
    Https,
}

impl fmt::Display for Scheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

/// What a TLS listener offers by ALPN (RFC 7301).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alpn {
    /// `http/1.1` alone.
    Http1,
    /// `h2` first, then `http/1.1`. Only the second is spoken: a client that takes the first is
    /// closed, and the transcript says so ([`crate::End::HttpTwo`]).
    OffersHttp2,
}

/// What is under HTTP.
#[derive(Clone, Debug)]
pub enum Security {
    /// Nothing.
    Plain,
    /// TLS 1.2 or 1.3.
    Tls {
        /// The certificate and its key.
        credential: Arc<Credential>,
        /// What is offered by ALPN.
        alpn: Alpn,
    },
}

/// One listener to be.
#[derive(Clone, Debug)]
pub struct Listen {
    /// An address in 127.0.0.0/8.
    pub address: Ipv4Addr,
    /// 0 for a free one.
    pub port: u16,
    /// Plain or TLS.
    pub security: Security,
}

impl Listen {
    /// Plain HTTP on a free port of 127.0.0.1.
    pub fn http() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST,
            port: 0,
            security: Security::Plain,
        }
    }

    /// HTTPS on a free port of 127.0.0.1, with `http/1.1` alone.
    pub fn https(credential: Arc<Credential>) -> Self {
        let alpn = Alpn::Http1;
        Self {
            security: Security::Tls { credential, alpn },
            ..Self::http()
        }
    }

    /// The same on another address, so that sites have hosts of their own. Linux and Windows have
    /// all of 127.0.0.0/8; macOS has 127.0.0.1 alone until others are configured.
    pub fn at(self, address: Ipv4Addr) -> Self {
        Self { address, ..self }
    }

    /// The same on a given port.
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// The same with another offer by ALPN; a plain listener has none.
    pub fn alpn(mut self, offer: Alpn) -> Self {
        if let Security::Tls { alpn, .. } = &mut self.security {
            *alpn = offer;
        }
        self
    }

    /// The scheme of its addresses.
    pub fn scheme(&self) -> Scheme {
        match self.security {
            Security::Plain => Scheme::Http,
            Security::Tls { .. } => Scheme::Https,
        }
    }
}

/// A listener that was bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Plain or TLS.
    pub scheme: Scheme,
    /// Where it is bound.
    pub address: SocketAddr,
}

impl Endpoint {
    /// `http://127.0.0.1:8080`, say: without a slash at the end.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// The origin under another name of the same machine, such as `localhost`.
    pub fn origin_as(&self, host: &str) -> String {
        format!("{}://{host}:{}", self.scheme, self.address.port())
    }
}
