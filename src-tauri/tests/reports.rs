//! The window tells experts what the command line tells: the same report, octet for octet, of every sample and vector.

use std::path::{Path, PathBuf};
use std::process::Command;

use fidem_desktop_lib::wire::Report;
use fidem_office::{SystemDesk, VerifyRequest, load_trust, verify_file};
use rfc3161_client::UnixTime;

const AT: &str = "2026-12-01T00:00:00Z";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// `fidem` beside the test binaries, as the workspace builds it.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let folder = test.ancestors().nth(2).expect("a folder");
    let program = folder.join("fidem");
    assert!(
        program.is_file(),
        "{}: build the workspace first",
        program.display()
    );
    program
}

fn files_in(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|e| endings.iter().any(|one| e == *one))
        })
        .collect();
    files.sort();
    files
}

fn compare(file: &Path, trust: Option<&Path>) {
    let given = load_trust(trust).expect("trust");
    let request = VerifyRequest {
        data: &[],
        digest: None,
        trust: &given,
        headers: &[],
        signatures: &[],
        at: UnixTime::from_rfc3339(AT),
    };
    let report = verify_file(file, &request, &mut SystemDesk).expect("a report");
    let window = Report::new(file.display().to_string(), &report).raw;
    for (language, ours) in [("zh", window.zh), ("en", window.en)] {
        let mut command = Command::new(program());
        command
            .args(["verify", "--json", "--lang", language, "--at", AT])
            .arg(file);
        if let Some(trust) = trust {
            command.arg("--trust").arg(trust);
        }
        let printed = command.output().expect("the program").stdout;
        assert!(
            printed.strip_suffix(b"\n") == Some(ours.as_bytes()),
            "{} in {language}",
            file.display()
        );
    }
}

#[test]
fn every_sample_and_vector_has_the_report_of_the_command_line() {
    let root = root();
    let frozen = root.join("samples/packages/v1");
    let example = root.join("docs/format/example");
    let mut compared = 0;
    for (folder, trust) in [(&frozen, "trust.pem"), (&example, "trust.json")] {
        for file in files_in(folder, &["asice", "pdf"]) {
            compare(&file, Some(&folder.join(trust)));
            compare(&file, None);
            compared += 2;
        }
    }
    assert!(compared >= 10, "{compared}");
    let vectors = std::env::var_os("FIDEM_VECTORS").map(PathBuf::from);
    let vectors = vectors.unwrap_or_else(|| root.join("../shared/vectors"));
    let tokens = files_in(&vectors.join("tsa/curated"), &["tok", "tsr"]);
    let proofs = files_in(&vectors.join("ots"), &["ots"]);
    if tokens.is_empty() {
        assert!(
            std::env::var_os("FIDEM_REQUIRE_VECTORS").is_none(),
            "the vectors are required"
        );
        eprintln!("skipped: no vectors at {}", vectors.display());
    }
    for file in tokens.iter().chain(&proofs) {
        compare(file, None);
    }
}
