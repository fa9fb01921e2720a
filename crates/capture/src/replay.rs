//! An archive shown again for the court: each request gets the octets that were recorded for it, and nothing else.
//!
//! [`serve`] reads a WACZ, ours or another's, and answers from it on 127.0.0.1: one port for plain HTTP, one for TLS
//! under a key that exists in memory alone. A viewing browser ([`Replaying::view`]) has every name and every address of
//! the Internet directed to these two ports, accepts that one key, and shows the archived page under its own address
//! without a letter of it being rewritten. [`Replaying::check`] does the same unseen and compares the view with the
//! picture in the archive. Both read the viewer's own log afterwards: [`Contacts`] says with whom it had to do.
//!
//! Unknown names are directed to the same ports, where they find nothing, and not to `~NOTFOUND`: a name that cannot be
//! found makes Chromium ask 8.8.8.8 whether the network works (measured with version 156).
//!
//! For a browser of one's own there is a page ([`Replaying::url`]) with what the archive says of itself, its pictures and
//! its members for saving. Nothing archived runs there: texts are shown as text, all else is handed out as a file.

mod archived;
mod check;
mod contacts;
mod difference;
mod front;
mod shown;
mod stated;
mod viewer;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use fidem_loopback::{Bounds, Credential, Listen, Server, StartError, Validity};
use fidem_package::Source;
use fidem_webarchive::Limits;
use fidem_webarchive::lookup::{LookupError, Wacz};

use crate::{Browser, CaptureError};
use archived::Archived;
use front::Front;
use shown::{Shared, Shown};
use stated::Stated;

pub use check::ReplayCheck;
pub use contacts::Contacts;
pub use difference::{PictureError, matching};
pub use viewer::Viewer;

/// An archive that several threads read.
pub type Shelf = Arc<dyn Source + Send + Sync>;

/// Why an archive is not shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// It cannot be read.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// It names no page and holds no response.
    #[error("the archive holds no page")]
    NoPage,
    /// Its exchanges would take more memory than a replay has.
    #[error("the archive's exchanges have {octets} octets; a replay takes {limit}")]
    TooLarge {
        /// Octets of all exchanges.
        octets: u64,
        /// What is taken.
        limit: u64,
    },
    /// No port or no credential was to be had.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The system gave no random octets.
    #[error("no random octets: {reason}")]
    Random {
        /// What it said.
        reason: String,
    },
    /// The viewing browser.
    #[error(transparent)]
    Capture(#[from] CaptureError),
}

/// An archive that is being shown. It ends when the value is dropped.
pub struct Replaying {
    exchanges: Server,
    front: Server,
    shown: Arc<Shown>,
    credential: Arc<Credential>,
    stated: Stated,
    view: Option<Vec<u8>>,
    dom: Option<Vec<u8>>,
    url: String,
}

/// What is read of a member into memory, octets.
const MEMBER: u64 = 256 << 20;

/// Shows an archive.
///
/// # Errors
/// [`ReplayError`].
pub fn serve(shelf: Shelf) -> Result<Replaying, ReplayError> {
    let limits = Limits::default();
    let wacz = Wacz::open(shelf.as_ref(), &limits)?;
    let archived = Archived::read(shelf.as_ref(), &wacz, &limits)?;
    let stated = Stated::read(&wacz, &archived).ok_or(ReplayError::NoPage)?;
    let member = |name: &str| {
        let name = format!("fidem/{}{name}", stated.prefix);
        wacz.member(&name, MEMBER).ok()
    };
    let (view, dom) = (member("viewport.png"), member("dom.html"));
    drop(wacz);
    let token = token()?;
    let front = Front::new(
        Arc::clone(&shelf),
        token.clone(),
        stated.clone(),
        archived.faults.clone(),
    );
    let front = Server::start(front, &[Listen::http()], front_options())?;
    let url = format!("{}/{token}/", front.endpoint(0).origin());
    let shown = Arc::new(Shown::new(archived.exchanges));
    let credential = Credential::throw_away(&["replay.invalid"], Validity::LONG);
    let credential = Arc::new(credential.map_err(StartError::from)?);
    let listen = [Listen::http(), Listen::https(Arc::clone(&credential))];
    let exchanges = Server::start(Shared(Arc::clone(&shown)), &listen, options(None))?;
    Ok(Replaying {
        exchanges,
        front,
        shown,
        credential,
        stated,
        view,
        dom,
        url,
    })
}

/// What is served need not be kept: it stands in the archive.
fn options(allowed_hosts: Option<BTreeSet<String>>) -> fidem_loopback::Options {
    fidem_loopback::Options {
        bounds: Bounds {
            kept_of_body: 0,
            kept_in_all: 0,
            // TLS that comes to the plain port says nothing the server understands, and would wait for an answer.
            idle: Duration::from_secs(10),
            ..Bounds::default()
        },
        allowed_hosts,
    }
}

fn front_options() -> fidem_loopback::Options {
    options(Some(["127.0.0.1".to_owned()].into()))
}

/// Part of the front page's address: others on this machine do not know it.
fn token() -> Result<String, ReplayError> {
    let mut octets = [0; 16];
    getrandom::fill(&mut octets).map_err(|e| ReplayError::Random {
        reason: e.to_string(),
    })?;
    Ok(fidem_fingerprint::hex::encode(&octets))
}

impl Replaying {
    /// The page on loopback that says what is shown, for any browser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Address of the archived page, for the viewing browser alone.
    #[must_use]
    pub fn archived_url(&self) -> &str {
        &self.stated.url
    }

    /// Hosts that the archive has answers of, without ports.
    #[must_use]
    pub fn hosts(&self) -> BTreeSet<String> {
        self.shown
            .authorities()
            .map(|(_, host, _)| host.to_owned())
            .collect()
    }

    /// The one key that the viewing browser accepts: base64 of the SHA-256 of its SubjectPublicKeyInfo.
    #[must_use]
    pub fn accepted_key(&self) -> String {
        self.credential.spki_sha256()
    }

    /// The `--host-resolver-rules` of the viewing browser: the first that fits holds, and the last fits everything.
    #[must_use]
    pub fn rules(&self) -> String {
        let at = |server: &Server, n| server.endpoint(n).address.to_string();
        let (plain, tls) = (at(&self.exchanges, 0), at(&self.exchanges, 1));
        let own = at(&self.front, 0);
        let mut rules = vec![format!("MAP {own} {own}")];
        for (tls_spoken, host, port) in self.shown.authorities() {
            let to = if tls_spoken { &tls } else { &plain };
            rules.push(format!("MAP {host}:{port} {to}"));
        }
        rules.push(format!("MAP *:443 {tls}"));
        rules.push(format!("MAP * {plain}"));
        rules.join(",")
    }

    /// Addresses that were asked for until now and that the archive does not have, with their methods, each once.
    #[must_use]
    pub fn not_found(&self) -> Vec<String> {
        self.shown.missed()
    }

    /// Addresses for which the archive has other request bodies only; one of their answers was shown.
    #[must_use]
    pub fn other_body(&self) -> Vec<String> {
        self.shown.other_body()
    }

    /// Opens the archived page in a browser of its own, in a window or, for tests, without one.
    ///
    /// # Errors
    /// [`CaptureError`].
    pub fn view(&self, browser: &Browser, headed: bool) -> Result<Viewer, CaptureError> {
        Viewer::open(self, browser, headed)
    }

    /// Opens the archived page unseen, at the size it was captured in, and compares.
    ///
    /// # Errors
    /// [`CaptureError`] when the browser does not start. A page that looks otherwise is no error.
    pub fn check(&self, browser: &Browser) -> Result<ReplayCheck, CaptureError> {
        check::check(self, browser)
    }
}
