//! Policies and extensions that were put on the browser from outside (check 17).

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::report::Value;
use crate::system::{Failure, Platform};
use crate::{macos, windows};

const POLICY_FOLDERS: &[&str] = &[
    "/etc/chromium/policies/managed",
    "/etc/chromium/policies/recommended",
    "/etc/opt/chrome/policies/managed",
    "/etc/opt/chrome/policies/recommended",
    "/etc/opt/edge/policies/managed",
    "/etc/opt/edge/policies/recommended",
];
const EXTENSION_FOLDERS: &[&str] = &[
    "/usr/share/chromium/extensions",
    "/usr/share/google-chrome/extensions",
    "/opt/google/chrome/extensions",
    "/usr/share/microsoft-edge/extensions",
];
/// Flags that Debian's starter adds; the recorder starts the program itself, so they are kept and not judged.
const FLAG_FOLDER: &str = "/etc/chromium.d";
const FLAG_VARIABLES: &[&str] = &[
    "CHROMIUM_FLAGS",
    "CHROMIUM_USER_FLAGS",
    "CHROME_EXTRA_FLAGS",
    "GOOGLE_CHROME_FLAGS",
];

/// What was put on the browser.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    /// Policies, by place.
    pub policies: Vec<String>,
    /// Extensions forced on it, by place.
    pub extensions: Vec<String>,
    /// Flags by variables.
    pub flags: Vec<String>,
    /// Places that could not be read.
    pub unreadable: Vec<String>,
}

/// Check 17: policies, extensions, flags.
pub(crate) fn policies(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let mut facts = match round.platform {
        Platform::Linux => linux_policies(x),
        Platform::Windows => windows::policies(x),
        Platform::Macos => macos::policies(x),
    };
    let browser = round
        .plan
        .browser
        .iter()
        .flat_map(|browser| &browser.environment);
    facts.flags = round
        .environment
        .iter()
        .chain(browser)
        .filter(|(name, value)| FLAG_VARIABLES.contains(&name.as_str()) && !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    x.observe("policies", Value::texts(&facts.policies));
    x.observe("extensions", Value::texts(&facts.extensions));
    judge_policies(&facts)
}

fn judge_policies(facts: &Policies) -> Judgement {
    let mut judgement = Judgement::default();
    for place in &facts.policies {
        judgement.abnormal("browser-policy", &[("place", place)]);
    }
    for place in &facts.extensions {
        judgement.abnormal("browser-extension", &[("place", place)]);
    }
    for flags in &facts.flags {
        judgement.abnormal("browser-flags", &[("flags", flags)]);
    }
    for place in &facts.unreadable {
        judgement.unchecked("policies-unreadable", &[("place", place)]);
    }
    judgement
}

fn linux_policies(x: &mut Examination<'_>) -> Policies {
    let mut facts = Policies::default();
    for folder in POLICY_FOLDERS {
        let found = files(x, folder, &mut facts.unreadable);
        facts.policies.extend(found);
    }
    for folder in EXTENSION_FOLDERS {
        let found = files(x, folder, &mut facts.unreadable);
        facts
            .extensions
            .extend(found.into_iter().filter(|path| path.ends_with(".json")));
    }
    // Kept in the raw outputs only.
    files(x, FLAG_FOLDER, &mut Vec::new());
    facts
}

/// Files of a folder, each kept. A folder that is not there holds nothing; one that cannot be read is said so.
fn files(x: &mut Examination<'_>, folder: &str, unreadable: &mut Vec<String>) -> Vec<String> {
    let names = match x.list(folder) {
        Ok(names) => names,
        Err(Failure::Missing) => Vec::new(),
        Err(_) => {
            unreadable.push(folder.to_owned());
            Vec::new()
        }
    };
    let paths: Vec<String> = names
        .iter()
        .map(|name| format!("{folder}/{name}"))
        .collect();
    for path in &paths {
        x.read(path).ok();
    }
    paths
}
