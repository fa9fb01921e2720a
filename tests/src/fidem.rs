//! The program `fidem`, run as a person would, and what it answered.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The program beside the test binaries: `target/<profile>/fidem`.
///
/// # Panics
/// When it was not built.
#[must_use]
pub fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap_or_default();
    let profile = test.ancestors().nth(2).unwrap_or(Path::new("."));
    let program = profile.join(format!("fidem{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "{} is missing: `cargo build --workspace` first",
        program.display()
    );
    program
}

/// The root of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A command of the program with samples and fonts in reach and nothing of the caller's own office.
#[must_use]
pub fn command() -> Command {
    let mut command = Command::new(program());
    command
        .env_remove("FIDEM_OFFICE")
        .env_remove("FIDEM_AS")
        .env_remove("FIDEM_PASSPHRASE")
        .env("LC_ALL", "en_US.UTF-8")
        .env("FIDEM_SAMPLES", repository().join("samples"));
    if std::env::var_os("FIDEM_FONTS").is_none() {
        command.env("FIDEM_FONTS", fonts());
    }
    command
}

/// Where `fonts.sh` puts the fonts.
fn fonts() -> PathBuf {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .unwrap_or_default();
    cache.join("fidem/fonts")
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn run(command: &mut Command) -> Answer {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Answer::new(format!("{command:?}"), &output)
}

/// `fidem verify FILE --json …`.
#[must_use]
pub fn verify<A: AsRef<OsStr>>(file: &Path, more: &[A]) -> Answer {
    run(command().arg("verify").arg(file).arg("--json").args(more))
}

/// What the program answered.
#[derive(Debug, Clone)]
pub struct Answer {
    asked: String,
    /// Exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Answer {
    fn new(asked: String, output: &Output) -> Self {
        Self {
            asked,
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Everything, for a failing test's message.
    #[must_use]
    pub fn told(&self) -> String {
        format!(
            "{}\nexit {:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.asked, self.code, self.stdout, self.stderr
        )
    }

    /// Asserts the exit code.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.told());
        self
    }

    /// Asserts what holds for every hostile input: 1 or 2, said without a panic.
    ///
    /// # Panics
    /// When it was accepted, or ended in another way.
    #[track_caller]
    pub fn is_not_accepted(&self, what: &str) {
        let refused = matches!(self.code, Some(1 | 2));
        assert!(refused, "{what}: not refused\n{}", self.told());
        assert!(!self.panicked(), "{what}: panicked\n{}", self.told());
    }

    /// Whether the program lost its composure.
    #[must_use]
    pub fn panicked(&self) -> bool {
        self.code == Some(101) || self.stderr.contains("panicked at")
    }

    /// The JSON object on standard output.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not JSON: {error}\n{}", self.told()))
    }

    /// The layer's status in a report.
    #[track_caller]
    #[must_use]
    pub fn layer(&self, layer: &str) -> String {
        let report = self.json();
        let status = report["layers"][layer].as_str();
        status
            .unwrap_or_else(|| panic!("no layer {layer}\n{}", self.told()))
            .to_owned()
    }

    /// The findings of a report.
    #[track_caller]
    #[must_use]
    pub fn findings(&self) -> Vec<Value> {
        self.json()["findings"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    /// Whether a finding of that code stands in the report.
    #[track_caller]
    #[must_use]
    pub fn finds(&self, code: &str) -> bool {
        self.findings().iter().any(|f| f["code"] == code)
    }

    /// Codes of the findings of a status, each once, sorted.
    #[track_caller]
    #[must_use]
    pub fn codes(&self, status: &str) -> Vec<String> {
        let findings = self.findings();
        let mut codes: Vec<String> = findings
            .iter()
            .filter(|f| f["status"] == status)
            .filter_map(|f| f["code"].as_str().map(str::to_owned))
            .collect();
        codes.sort();
        codes.dedup();
        codes
    }

    /// What a report affirms: its layers, what matched, and on whose word. Remarks are left out.
    #[track_caller]
    #[must_use]
    pub fn matched(&self) -> Vec<Value> {
        let report = self.json();
        let mut out = vec![report["layers"].clone(), report["trust"].clone()];
        let findings = self.findings().into_iter();
        out.extend(findings.filter(|f| f["status"] == "match"));
        out
    }

    /// Whether a finding that is no match names this member.
    #[track_caller]
    #[must_use]
    pub fn blames(&self, member: &str) -> bool {
        self.findings()
            .iter()
            .filter(|f| f["status"] != "match" && f["status"] != "note")
            .any(|f| f["message"].as_str().is_some_and(|m| m.contains(member)))
    }

    /// The code of an error told as JSON.
    #[track_caller]
    #[must_use]
    pub fn error(&self) -> String {
        self.json()["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}
