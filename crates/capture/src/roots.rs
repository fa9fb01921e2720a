//! A root certificate for one run alone, in that run's own certificate database. For tests and for networks whose
//! administrators say so; it is always a deviation.

use std::path::Path;
use std::process::{Command, Stdio};

use fidem_fingerprint::{hex, sha256};

use crate::workplace::Workplace;
use crate::{CaptureError, Deviation};

/// Adds the certificate at `root` (PEM or DER) to the database of this run's home.
pub(crate) fn add(root: &Path, place: &Workplace) -> Result<Deviation, CaptureError> {
    let octets = std::fs::read(root).map_err(|e| CaptureError::io(root, &e))?;
    let database = place.home().join(".pki/nssdb");
    std::fs::create_dir_all(&database).map_err(|e| CaptureError::io(&database, &e))?;
    let name = format!("sql:{}", database.display());
    certutil(&["-N", "-d", &name, "--empty-password"])?;
    let file = root.display().to_string();
    certutil(&[
        "-A",
        "-d",
        &name,
        "-t",
        "C,,",
        "-n",
        "fidem-extra-root",
        "-i",
        &file,
    ])?;
    give_all(place, &place.home().join(".pki"))?;
    Ok(Deviation::ExtraRoot {
        sha256: hex::encode(&sha256(&der(&octets))),
    })
}

fn give_all(place: &Workplace, path: &Path) -> Result<(), CaptureError> {
    place.give(path)?;
    if path.is_dir() {
        let fail = |e: std::io::Error| CaptureError::io(path, &e);
        for entry in std::fs::read_dir(path).map_err(fail)? {
            give_all(place, &entry.map_err(fail)?.path())?;
        }
    }
    Ok(())
}

fn certutil(arguments: &[&str]) -> Result<(), CaptureError> {
    let fail = |reason: String| CaptureError::Launch {
        reason: format!("certutil: {reason}"),
    };
    let said = Command::new("certutil")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|e| fail(e.to_string()))?;
    match said.status.success() {
        true => Ok(()),
        false => Err(fail(
            String::from_utf8_lossy(&said.stderr).trim().to_owned(),
        )),
    }
}

/// The certificate's own octets, whichever way it was written down.
fn der(octets: &[u8]) -> Vec<u8> {
    use base64::Engine;
    let text = String::from_utf8_lossy(octets);
    let body: Option<String> = text
        .split_once("-----BEGIN CERTIFICATE-----")
        .and_then(|(_, rest)| rest.split_once("-----END"))
        .map(|(body, _)| body.split_whitespace().collect());
    body.and_then(|b| base64::prelude::BASE64_STANDARD.decode(b).ok())
        .unwrap_or_else(|| octets.to_vec())
}
