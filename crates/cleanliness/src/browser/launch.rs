//! How the browser runs: command line, environment, code inside it (checks 19, 20).

use std::collections::{BTreeMap, BTreeSet};

use crate::check::Round;
use crate::clock::preloading;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::machine::status_field;
use crate::report::Value;
use crate::system::Platform;

/// Flags that accept what the browser would refuse: no capture may rest on them.
const CERTIFICATE_FLAGS: &[&str] = &[
    "--ignore-certificate-errors",
    "--ignore-certificate-errors-spki-list",
    "--ignore-urlfetcher-cert-requests",
    "--allow-insecure-localhost",
    "--allow-running-insecure-content",
    "--unsafely-treat-insecure-origin-as-secure",
    "--disable-web-security",
];
/// Flags that change what is fetched, from where, or who may interfere.
const OTHER_FLAGS: &[&str] = &[
    "--no-sandbox",
    "--disable-setuid-sandbox",
    "--disable-seccomp-filter-sandbox",
    "--disable-namespace-sandbox",
    "--single-process",
    "--no-zygote",
    "--proxy-server",
    "--proxy-pac-url",
    "--proxy-auto-detect",
    "--winhttp-proxy-resolver",
    "--host-rules",
    "--remote-debugging-port",
    "--remote-debugging-address",
    "--remote-allow-origins",
    "--load-extension",
    "--disable-extensions-except",
    "--user-agent",
    "--test-type",
];

/// What is known of the running browser.
#[derive(Debug, Default)]
struct Launched {
    /// Arguments: as the recorder means to give them, and as the system and the browser's log show them.
    arguments: BTreeSet<String>,
    /// The environment, likewise.
    environment: BTreeMap<String, String>,
    /// Arguments the running browser has and the recorder did not give.
    foreign: Vec<String>,
    /// A process that traces the browser.
    tracer: Option<String>,
}

/// Check 19: command line and environment.
pub(crate) fn command_line(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let Some(browser) = round
        .plan
        .browser
        .as_ref()
        .filter(|browser| !browser.command_line.is_empty())
    else {
        return Judgement::missing("no-browser");
    };
    let mut facts = Launched {
        arguments: browser.command_line.iter().cloned().collect(),
        environment: browser.environment.clone(),
        ..Launched::default()
    };
    x.keep(
        "given by the caller: command line",
        Ok(browser.command_line.join("\n").as_bytes()),
    );
    let mut judgement = Judgement::default();
    if let (Platform::Linux, Some(pid)) = (round.platform, browser.pid)
        && running(x, pid, &mut facts).is_none()
    {
        judgement.unchecked("browser-process-unreadable", &[("pid", &pid.to_string())]);
    }
    if let Some(line) = round
        .plan
        .launch
        .as_ref()
        .and_then(|launch| launch.command_line.as_ref())
    {
        facts.arguments.extend(
            line.split(" --")
                .skip(1)
                .map(|argument| format!("--{}", argument.trim())),
        );
    }
    x.observe("arguments", Value::texts(&facts.arguments));
    x.observe("variables", Value::texts(facts.environment.keys()));
    judge_launch(&facts, &mut judgement);
    judgement
}

/// Adds what the kernel shows of the running process.
fn running(x: &mut Examination<'_>, pid: u32, facts: &mut Launched) -> Option<()> {
    let line = x.read(&format!("/proc/{pid}/cmdline")).ok()?;
    let actual: Vec<String> = zero_separated(&line).skip(1).collect();
    let given = facts.arguments.clone();
    facts.foreign = actual
        .iter()
        .filter(|argument| !given.contains(*argument))
        .cloned()
        .collect();
    facts.arguments.extend(actual);
    let environment = x.read_withheld(&format!("/proc/{pid}/environ")).ok()?;
    let pairs = zero_separated(&environment);
    facts.environment.extend(pairs.filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    }));
    let status = x.text(&format!("/proc/{pid}/status")).ok()?;
    facts.tracer = status_field(&status, "TracerPid:")
        .filter(|pid| *pid != "0")
        .map(str::to_owned);
    Some(())
}

fn zero_separated(bytes: &[u8]) -> impl Iterator<Item = String> {
    bytes
        .split(|b| *b == 0)
        .filter(|part| !part.is_empty())
        .map(|part| String::from_utf8_lossy(part).into_owned())
}

fn judge_launch(facts: &Launched, judgement: &mut Judgement) {
    for argument in &facts.arguments {
        let name = argument.split('=').next().unwrap_or_default();
        if CERTIFICATE_FLAGS.contains(&name) {
            judgement.abnormal("flag-accepts-bad-certificates", &[("flag", argument)]);
            judgement.blocks = true;
        }
        if OTHER_FLAGS.contains(&name) || diverts(argument) {
            judgement.abnormal("flag-forbidden", &[("flag", argument)]);
        }
    }
    for (name, _) in facts
        .environment
        .iter()
        .filter(|(name, value)| foreign_variable(name) && !value.is_empty())
    {
        judgement.abnormal("variable-forbidden", &[("name", name)]);
    }
    for argument in &facts.foreign {
        judgement.abnormal("argument-not-given", &[("argument", argument)]);
    }
    if let Some(pid) = &facts.tracer {
        judgement.abnormal("browser-traced", &[("pid", pid)]);
    }
}

/// `--host-resolver-rules` may silence the browser's own background (`~NOTFOUND`) and nothing else.
fn diverts(argument: &str) -> bool {
    let rules = argument.strip_prefix("--host-resolver-rules=");
    rules.is_some_and(|rules| {
        rules
            .split(',')
            .any(|rule| !rule.trim().ends_with(" ~NOTFOUND"))
    })
}

/// Variables that preload code, divert traffic, or leak session keys elsewhere than the recorder keeps them.
fn foreign_variable(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    preloading(name)
        || matches!(
            name,
            "SSLKEYLOGFILE"
                | "LD_LIBRARY_PATH"
                | "GOOGLE_API_KEY_OVERRIDE"
                | "CHROME_DEVEL_SANDBOX"
        )
        || (lower.ends_with("_proxy") && lower != "no_proxy")
        || (name.starts_with("CHROM") && name.ends_with("FLAGS"))
}

/// Check 20: code mapped into the browser.
pub(crate) fn modules(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let browser = round.plan.browser.as_ref();
    let Some((browser, pid)) = browser.and_then(|browser| Some((browser, browser.pid?))) else {
        return Judgement::missing("browser-not-running");
    };
    if round.platform != Platform::Linux {
        return Judgement::missing("modules-unreadable");
    }
    let Ok(maps) = x.text(&format!("/proc/{pid}/maps")) else {
        return Judgement::missing("modules-unreadable");
    };
    let folder = browser
        .executable
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let found = executable_files(&maps);
    x.observe("modules", Value::texts(&found));
    judge_modules(&found, folder)
}

/// Files of which some part may be executed.
fn executable_files(maps: &str) -> BTreeSet<String> {
    let path = |line: &str| {
        let mut fields = line.splitn(6, ' ');
        let rights = fields.nth(1)?;
        let path = fields.nth(3)?.trim();
        (rights.contains('x') && path.starts_with('/')).then(|| path.to_owned())
    };
    maps.lines().filter_map(path).collect()
}

fn judge_modules(found: &BTreeSet<String>, folder: &str) -> Judgement {
    const SYSTEM: &[&str] = &[
        "/usr/lib/",
        "/usr/lib64/",
        "/lib/",
        "/lib64/",
        "/memfd:",
        "/dev/zero",
    ];
    const INTRUDERS: &[&str] = &[
        "libfaketime",
        "libproxychains",
        "libtsocks",
        "frida",
        "LD_PRELOAD",
    ];
    let mut judgement = Judgement::default();
    if found.is_empty() {
        judgement.unchecked("modules-unreadable", &[]);
    }
    let own = format!("{folder}/");
    let usual = |path: &str| {
        SYSTEM.iter().any(|place| path.starts_with(place))
            || (own.len() > 1 && path.starts_with(&own))
    };
    let intruder = |path: &str| INTRUDERS.iter().any(|name| path.contains(name));
    let deleted = |path: &str| path.ends_with(" (deleted)") && !path.starts_with("/memfd:");
    for path in found
        .iter()
        .filter(|path| !usual(path) || intruder(path) || deleted(path))
    {
        judgement.abnormal("module-foreign", &[("module", path)]);
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(arguments: &[&str]) -> Judgement {
        let facts = Launched {
            arguments: arguments
                .iter()
                .map(|&argument| argument.to_owned())
                .collect(),
            ..Launched::default()
        };
        let mut judgement = Judgement::default();
        judge_launch(&facts, &mut judgement);
        judgement
    }

    #[test]
    fn the_recorders_own_flags_are_normal() {
        let own = [
            "--remote-debugging-pipe",
            "--user-data-dir=/tmp/p",
            "--log-net-log=/tmp/n",
            "--disable-quic",
            "--host-resolver-rules=MAP clients2.google.com ~NOTFOUND, MAP accounts.google.com ~NOTFOUND",
        ];
        assert!(judge(&own).codes().is_empty());
    }

    #[test]
    fn exceptions_for_certificates_block() {
        let judgement = judge(&["--ignore-certificate-errors-spki-list=abc"]);
        assert_eq!(judgement.codes(), ["flag-accepts-bad-certificates"]);
        assert!(judgement.blocks);
    }

    #[test]
    fn diversions_ports_and_open_sandboxes_are_found() {
        for flag in [
            "--no-sandbox",
            "--proxy-server=x:1",
            "--remote-debugging-port=9222",
            "--host-resolver-rules=MAP * 127.0.0.1",
        ] {
            assert_eq!(judge(&[flag]).codes(), ["flag-forbidden"], "{flag}");
        }
    }

    #[test]
    fn variables_that_preload_divert_or_leak_are_found() {
        for name in [
            "LD_PRELOAD",
            "https_proxy",
            "SSLKEYLOGFILE",
            "CHROMIUM_FLAGS",
            "FAKETIME",
        ] {
            assert!(foreign_variable(name), "{name}");
        }
        for name in [
            "HOME",
            "no_proxy",
            "LANG",
            "DISPLAY",
            "CHROME_VERSION_EXTRA",
        ] {
            assert!(!foreign_variable(name), "{name}");
        }
    }

    #[test]
    fn foreign_code_in_the_browser_is_found() {
        let maps = "55d0-55d1 r-xp 00000000 fe:00 1 /usr/lib/chromium/chromium\n\
            7f00-7f01 r-xp 00000000 fe:00 2 /usr/lib/x86_64-linux-gnu/libc.so.6\n\
            7f02-7f03 r--p 00000000 fe:00 3 /usr/share/fonts/a b.ttf\n\
            7f04-7f05 r-xp 00000000 00:00 0 [vdso]\n";
        let found = executable_files(maps);
        assert_eq!(found.len(), 2);
        assert!(
            judge_modules(&found, "/usr/lib/chromium")
                .codes()
                .is_empty()
        );
        let injected = format!("{maps}7f06-7f07 r-xp 00000000 fe:00 4 /tmp/inject.so\n");
        assert_eq!(
            judge_modules(&executable_files(&injected), "/usr/lib/chromium").codes(),
            ["module-foreign"]
        );
        assert_eq!(
            judge_modules(&BTreeSet::new(), "").codes(),
            ["modules-unreadable"]
        );
    }
}
