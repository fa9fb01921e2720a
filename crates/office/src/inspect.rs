//! Verifying a file that lies on disk. Needs no office, no person, no network.

use std::path::{Path, PathBuf};

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
    /// The time of verification; `None` is the desk's.
    pub at: Option<UnixTime>,
}

/// Verifies one file.
///
/// # Errors
/// [`crate::OfficeError::Io`] when a file cannot be opened; everything else is a finding of the report.
pub fn verify_file(path: &Path, what: &VerifyRequest<'_>, desk: &mut dyn Desk) -> Result<Report> {
    let subject = FileSource::open(path)?;
    let mut files = Vec::new();
    for data in what.data {
        for file in listed(data)? {
            files.push((file.display().to_string(), FileSource::open(&file)?));
        }
    }
    let data: Vec<Data<'_>> = files
        .iter()
        .map(|(name, source)| Data {
            name: name.clone(),
            source,
        })
        .collect();
    let headers = headers_beside(path, what.headers)?;
    let at = what.at.unwrap_or(UnixTime(desk.now()));
    let name = path.display().to_string();
    let request = Request {
        subject: &subject,
        data: &data,
        digest: what.digest.clone(),
        revocation: &[],
        headers: &headers,
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
