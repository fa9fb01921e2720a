//! Verifying a file that lies on disk. Needs no office, no person, no network.

use std::path::{Path, PathBuf};

use fidem_package::layout;
use fidem_verify::{Data, Report, Request, Trust};
use rfc3161_client::{Imprint, UnixTime};

use crate::{Desk, FileSource, Result, Step, Task};

/// What to verify with.
pub struct VerifyRequest<'a> {
    /// Original files, and folders of them.
    pub data: &'a [PathBuf],
    /// A digest instead of data.
    pub digest: Option<Imprint>,
    /// What decides.
    pub trust: &'a Trust,
    /// Files of block headers for a bare `.ots`; one beside it under its name and `.headers` is found by itself.
    pub headers: &'a [PathBuf],
    /// Signatures beside a PDF; those beside it under its name and `.p7s`, `.2.p7s` and so on are found by themselves.
    pub signatures: &'a [PathBuf],
    /// The time of verification; `None` is the desk's.
    pub at: Option<UnixTime>,
}

/// Verifies one file.
///
/// # Errors
/// [`crate::OfficeError::Io`] when a file cannot be opened; everything else is a finding of the report.
pub fn verify_file(path: &Path, what: &VerifyRequest<'_>, desk: &mut dyn Desk) -> Result<Report> {
    let subject = FileSource::open(path)?;
    let (mut files, mut given) = (Vec::new(), what.signatures.to_vec());
    for data in what.data {
        for file in listed(data)? {
            // A folder handed over holds the signatures beside every document; those of this one are told by its name.
            if data.is_dir() && file.extension().is_some_and(|e| e == "p7s") {
                given.extend(bears_name_of(&file, path).then_some(file));
                continue;
            }
            files.push((file.display().to_string(), FileSource::open(&file)?));
        }
    }
    let data = named(&files);
    let mut beside = Vec::new();
    for file in signatures_beside(path, &given) {
        beside.push((file.display().to_string(), FileSource::open(&file)?));
    }
    let signatures = named(&beside);
    let headers = headers_beside(path, what.headers)?;
    let at = what.at.unwrap_or(UnixTime(desk.now()));
    let name = path.display().to_string();
    let request = Request {
        subject: &subject,
        data: &data,
        digest: what.digest.clone(),
        revocation: &[],
        headers: &headers,
        signatures: &signatures,
        trust: what.trust,
        at,
    };
    Ok(fidem_verify::verify(&request, &mut |done, total| {
        // A verification that is not wanted any more is simply not looked at.
        let _ = desk.progress(Step {
            task: Task::Verify,
            done,
            total,
            current: &name,
        });
    }))
}

fn named(files: &[(String, FileSource)]) -> Vec<Data<'_>> {
    let data = files.iter().map(|(name, source)| Data {
        name: name.clone(),
        source,
    });
    data.collect()
}

/// The signatures named, and those that lie beside the file.
fn signatures_beside(path: &Path, given: &[PathBuf]) -> Vec<PathBuf> {
    let file = path.display().to_string();
    let beside = (1..)
        .map(|number| PathBuf::from(layout::detached_signature(&file, number)))
        .take_while(|beside| beside.is_file())
        .filter(|beside| !given.iter().any(|one| same(one, beside)));
    given.iter().cloned().chain(beside).collect()
}

/// `回执.pdf.p7s`, `回执.pdf.2.p7s` of `回执.pdf`.
fn bears_name_of(signature: &Path, subject: &Path) -> bool {
    let [signature, subject] = [signature, subject].map(|p| p.file_name().and_then(|n| n.to_str()));
    let rest = signature
        .zip(subject)
        .and_then(|(s, of)| s.strip_prefix(of));
    rest.is_some_and(|rest| rest.starts_with('.'))
}

/// Whether two paths lead to one file, however they are spelled.
fn same(a: &Path, b: &Path) -> bool {
    let [a, b] = [a, b].map(std::fs::canonicalize);
    a.is_ok() && a.ok() == b.ok()
}

/// The runs named, and the one that lies beside the proof.
fn headers_beside(path: &Path, named: &[PathBuf]) -> Result<Vec<Vec<u8>>> {
    let beside = PathBuf::from(format!("{}.headers", path.display()));
    let found = beside.is_file().then_some(&beside);
    let files = named.iter().chain(found);
    files
        .map(|file| std::fs::read(file).map_err(|e| crate::OfficeError::io(file, &e)))
        .collect()
}

/// A file, or every file below a folder in the order of names.
fn listed(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let plan = fidem_intake::plan(&[path.to_owned()]);
    Ok(plan.files.into_iter().map(|f| f.path).collect())
}
