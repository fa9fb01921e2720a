//! Is the browser the one its maker delivered? (check 16)

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::roots::altered;
use crate::system::Platform;
use crate::{macos, windows};

/// What vouches for a binary.
#[derive(Debug, Default)]
pub(crate) struct Binary {
    /// SHA-256 of the program.
    pub digest: Option<String>,
    /// Package that delivered it, or who signed it.
    pub origin: Option<String>,
    /// What its package or signature says is not as delivered.
    pub altered: Vec<String>,
    /// As it names itself.
    pub version: Option<String>,
}

/// Check 16: the browser's program.
pub(crate) fn binary(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let Some(browser) = round
        .plan
        .browser
        .as_ref()
        .filter(|browser| !browser.executable.is_empty())
    else {
        return Judgement::missing("no-browser");
    };
    let path = browser.executable.as_str();
    let digest = x.digest(path).ok().map(|digest| digest.sha256);
    let mut facts = match round.platform {
        Platform::Linux => linux_binary(x, path),
        Platform::Windows => windows::binary(x, path),
        Platform::Macos => macos::binary(x, path),
    };
    facts.digest = digest;
    x.observe("path", path);
    x.observe("sha256", facts.digest.clone().unwrap_or_default());
    x.observe("origin", facts.origin.clone().unwrap_or_default());
    x.observe("version", facts.version.clone().unwrap_or_default());
    judge_binary(&facts)
}

fn judge_binary(facts: &Binary) -> Judgement {
    let mut judgement = Judgement::default();
    for file in &facts.altered {
        judgement.abnormal("browser-altered", &[("file", file)]);
    }
    match (&facts.digest, &facts.origin) {
        (None, _) => judgement.unchecked("browser-unreadable", &[]),
        (_, None) => judgement.unchecked("browser-origin-unknown", &[]),
        _ => (),
    }
    judgement
}

/// By the package that owns the file: Debian's way, else the way of rpm.
fn linux_binary(x: &mut Examination<'_>, path: &str) -> Binary {
    let mut facts = Binary {
        version: x
            .output(path, &["--version"])
            .ok()
            .map(|text| text.trim().to_owned()),
        ..Binary::default()
    };
    if let Ok(owner) = x.output("dpkg", &["-S", path]) {
        let package = owner
            .split(':')
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned();
        if let Ok(ran) = x.run("dpkg", &["--verify", &package]) {
            facts.altered = altered(&String::from_utf8_lossy(&ran.stdout));
            facts.origin = Some(format!("dpkg {package}"));
        }
    } else if let Ok(package) = x.output("rpm", &["-qf", path])
        && let Ok(ran) = x.run("rpm", &["-Vf", path])
    {
        facts.altered = altered(&String::from_utf8_lossy(&ran.stdout));
        facts.origin = Some(format!("rpm {}", package.trim()));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_nobody_vouches_for_is_not_checked() {
        let mut facts = Binary {
            digest: Some("aa".to_owned()),
            ..Binary::default()
        };
        assert_eq!(judge_binary(&facts).codes(), ["browser-origin-unknown"]);
        facts.origin = Some("dpkg chromium".to_owned());
        assert!(judge_binary(&facts).codes().is_empty());
        facts.altered = altered("??5??????   /usr/lib/chromium/chromium\n");
        assert_eq!(judge_binary(&facts).codes(), ["browser-altered"]);
    }
}
