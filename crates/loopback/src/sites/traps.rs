//! Pages that hold a capture up, lead it astray, or ask a person for something.

mod doors;
mod network;
mod pages;

use std::net::Ipv4Addr;
use std::sync::Arc;

use super::html;
use crate::{
    Answer, Credential, Endpoint, Listen, Options, Request, Server, Site, StartError, Validity,
};

pub use doors::{PASSWORD, SESSION, USER};

/// A trap: which listener it is on, and its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trap {
    /// Redirects to itself for ever, each time under another address.
    RedirectLoop,
    /// Grows whenever it is scrolled.
    InfiniteScroll,
    /// A file to be saved instead of a page.
    Download,
    /// As long as [`Traps::huge`] says.
    Huge,
    /// A page whose text never ends.
    Endless,
    /// Ten pieces of a page with a second between them.
    Slow,
    /// Closed in the middle of its body.
    Cut,
    /// Reset in the middle of its body.
    Reset,
    /// Never answered at all.
    NeverAnswers,
    /// Shown, with a picture that never comes: `load` does not fire.
    NeverLoads,
    /// A form that asks for [`USER`] and [`PASSWORD`], and sets the cookie [`SESSION`].
    Login,
    /// Shown only with the cookie; 403 otherwise.
    Account,
    /// 401 with `Basic`.
    BasicAuth,
    /// `alert`, `confirm` and `prompt`, one after the other.
    Dialogs,
    /// `print`.
    Print,
    /// Asks before it is left, once a person has clicked.
    BeforeUnload,
    /// Opens a window when loaded, and another when clicked.
    Popups,
    /// Goes on to another page after a second.
    MetaRefresh,
    /// Changes its address and text without loading.
    PushState,
    /// Pictures drawn by scripts, in 2D and by WebGL.
    Canvas,
    /// Text and pictures in an open and a closed shadow tree.
    ShadowDom,
    /// `srcset`, `picture`, `media`.
    ResponsiveImages,
    /// Style sheets three deep, with pictures relative to each.
    NestedImports,
    /// `data:` and `blob:` addresses, of which no server knows.
    InlineUrls,
    /// Files in `gzip`, `br` and `zstd`.
    Codings,
    /// An answer of HTTP/1.0, without a length.
    Http10,
    /// Folded, repeated, lower-case and very long fields.
    OddFields,
    /// A request to another origin that is asked for first (`OPTIONS`).
    Preflight,
    /// An ordinary page behind a certificate for another name.
    WrongName,
    /// The same behind an expired certificate.
    Expired,
    /// The same behind a certificate that only itself vouches for.
    SelfSigned,
}

impl Trap {
    /// Every trap.
    pub const ALL: [Self; 31] = [
        Self::RedirectLoop,
        Self::InfiniteScroll,
        Self::Download,
        Self::Huge,
        Self::Endless,
        Self::Slow,
        Self::Cut,
        Self::Reset,
        Self::NeverAnswers,
        Self::NeverLoads,
        Self::Login,
        Self::Account,
        Self::BasicAuth,
        Self::Dialogs,
        Self::Print,
        Self::BeforeUnload,
        Self::Popups,
        Self::MetaRefresh,
        Self::PushState,
        Self::Canvas,
        Self::ShadowDom,
        Self::ResponsiveImages,
        Self::NestedImports,
        Self::InlineUrls,
        Self::Codings,
        Self::Http10,
        Self::OddFields,
        Self::Preflight,
        Self::WrongName,
        Self::Expired,
        Self::SelfSigned,
    ];

    fn path(self) -> &'static str {
        match self {
            Self::RedirectLoop => "/redirect-loop",
            Self::InfiniteScroll => "/infinite-scroll",
            Self::Download => "/download",
            Self::Huge => "/huge",
            Self::Endless => "/endless",
            Self::Slow => "/slow",
            Self::Cut => "/cut",
            Self::Reset => "/reset",
            Self::NeverAnswers => "/never",
            Self::NeverLoads => "/never-loads",
            Self::Login => "/login",
            Self::Account => "/account",
            Self::BasicAuth => "/basic-auth",
            Self::Dialogs => "/dialogs",
            Self::Print => "/print",
            Self::BeforeUnload => "/before-unload",
            Self::Popups => "/popups",
            Self::MetaRefresh => "/meta-refresh",
            Self::PushState => "/push-state",
            Self::Canvas => "/canvas",
            Self::ShadowDom => "/shadow-dom",
            Self::ResponsiveImages => "/responsive-images",
            Self::NestedImports => "/nested-imports",
            Self::InlineUrls => "/inline-urls",
            Self::Codings => "/codings",
            Self::Http10 => "/http10",
            Self::OddFields => "/odd-fields",
            Self::Preflight => "/preflight",
            Self::WrongName | Self::Expired | Self::SelfSigned => "/ordinary",
        }
    }

    fn listener(self) -> usize {
        match self {
            Self::WrongName => 2,
            Self::Expired => 3,
            Self::SelfSigned => 4,
            _ => 0,
        }
    }

    /// The address on a server of [`Traps::start`].
    pub fn url(self, server: &Server) -> String {
        let endpoint = server.endpoint(self.listener());
        format!("{}{}", endpoint.origin(), self.path())
    }
}

/// All traps on one server.
#[derive(Clone, Copy, Debug)]
pub struct Traps {
    /// Octets of [`Trap::Huge`].
    pub huge: u64,
}

impl Traps {
    /// 2 GB, which no capture should take into memory.
    pub const HUGE: u64 = 2_000_000_000;

    /// Listeners: 0 plain; 1 plain at 127.0.0.2, another site; 2 to 4 TLS for 127.0.0.1 with
    /// certificates of another name, of the year 2020, and in order but self-signed. All three are
    /// self-signed, so that their one certificate has that fault too.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(self) -> Result<Server, StartError> {
        let https = |names: &[&str], validity| {
            Credential::throw_away(names, validity).map(|made| Listen::https(Arc::new(made)))
        };
        let listen = [
            Listen::http(),
            Listen::http().at(Ipv4Addr::new(127, 0, 0, 2)),
            https(&["another.example"], Validity::LONG)?,
            https(&["127.0.0.1"], Validity::EXPIRED)?,
            https(&["127.0.0.1"], Validity::LONG)?,
        ];
        Server::start(self, &listen, Options::default())
    }
}

impl Site for Traps {
    fn answer(&self, request: &Request) -> Answer {
        let other = request
            .endpoints
            .get(1)
            .map(Endpoint::origin)
            .unwrap_or_default();
        network::answer(request, self.huge)
            .or_else(|| doors::answer(request))
            .or_else(|| pages::answer(request, &other))
            .unwrap_or_else(Answer::not_found)
    }
}
