//! A capture that was interrupted: what is written before it begins, and what is made of it afterwards.

use std::io::Read;

use fidem_netlog::Reader;
use serde::{Deserialize, Serialize};

use crate::interactive::{SignIn, SignedIn, Visited};
use crate::recording::{budget, nothing};
use crate::{Browser, Ending, Operation, Options, Recording};

/// What is known of a capture before it begins; kept beside its encrypted files, so that one that was interrupted can be
/// made of what they hold. There is no secret in it; it names an account, so it is kept encrypted as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beginning {
    /// The browser.
    pub browser: Browser,
    /// A person drives the browser.
    #[serde(default)]
    pub interactive: bool,
    /// The sign-in before it, as it was asked for.
    #[serde(default)]
    pub login: Option<SignIn>,
    /// Bounds.
    pub options: Options,
    /// Names of fields that are secret on this site.
    #[serde(default)]
    pub secret_fields: Vec<String>,
    /// When it began, RFC 3339 UTC.
    pub started: String,
}

/// Makes a recording of what an interrupted capture had written: its log, decrypted and unzipped as far as it goes, and its
/// operation log.
#[must_use]
pub fn interrupted(
    beginning: Beginning,
    url: &str,
    mut log: impl Read,
    operations: Vec<u8>,
    ended: String,
) -> Recording {
    let mut reader = Reader::new(budget(beginning.options.payload));
    let mut piece = vec![0; 1 << 18];
    // The file ends in the middle of something: what was read until then counts.
    while let Ok(read) = log.read(&mut piece) {
        let octets = piece.get(..read).unwrap_or_default();
        if octets.is_empty() || reader.feed(octets).is_err() {
            break;
        }
    }
    let mut log = reader.finish().unwrap_or_else(|_| nothing());
    log.cut = true;
    let visit = beginning.interactive.then(|| Visited {
        fixed: Vec::new(),
        login: beginning.login.map(|asked| signed_in(asked, &operations)),
    });
    Recording {
        url: url.to_owned(),
        browser: beginning.browser,
        user_agent: String::new(),
        line: Vec::new(),
        environment: Vec::new(),
        user: None,
        deviations: Vec::new(),
        times: (beginning.started, ended),
        clock_step_ms: 0,
        ending: Ending::Interrupted {},
        log,
        seen: Vec::new(),
        downloads: Vec::new(),
        page: None,
        visit,
        film: None,
        operations,
        options: beginning.options,
    }
}

/// A sign-in as far as the operation log tells of it; texts of what it does not tell are empty.
fn signed_in(asked: SignIn, operations: &[u8]) -> SignedIn {
    let lines = operations.split(|b| *b == b'\n');
    let lines: Vec<Operation> = lines
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    let of = |act: &str| lines.iter().find(|line| line.act == act);
    let at = |act: &str| of(act).map(|line| line.at.clone()).unwrap_or_default();
    let cookies = of("login-end").and_then(|line| line.data["cookies"].as_u64());
    SignedIn {
        asked,
        times: (at("login-begin"), at("login-end")),
        cookies: cookies.and_then(|n| usize::try_from(n).ok()).unwrap_or(0),
        film: None,
    }
}
