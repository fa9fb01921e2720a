//! Which browser is found on this machine, and what is known of the program itself.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fidem_fingerprint::{Hasher, hex};

use crate::{Browser, CaptureError};

/// Where browsers of the Chromium family stand. Wrappers (`/usr/bin/chromium` is a script that adds flags from
/// `/etc/chromium.d`) are passed by: what is measured must be what runs.
#[cfg(target_os = "linux")]
const PLACES: [&str; 6] = [
    "/usr/lib/chromium/chromium",
    "/usr/lib64/chromium-browser/chromium-browser",
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
    "/usr/lib/chromium-browser/chromium-browser",
    "/opt/apps/org.chromium.chromium/files/chromium",
];
#[cfg(target_os = "windows")]
const PLACES: [&str; 4] = [
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
    "C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];
#[cfg(target_os = "macos")]
const PLACES: [&str; 3] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// The browser at `named`, or the first of the known places that has one.
///
/// # Errors
/// [`CaptureError::NoBrowser`], [`CaptureError::BrowserVersion`].
pub fn find_browser(named: Option<&Path>) -> Result<Browser, CaptureError> {
    let looked: Vec<PathBuf> = match named {
        Some(path) => vec![path.to_owned()],
        None => PLACES.iter().map(PathBuf::from).collect(),
    };
    let Some(path) = looked.iter().find(|p| p.is_file()) else {
        return Err(CaptureError::NoBrowser { looked });
    };
    let (sha256, size) = digest(path)?;
    Ok(Browser {
        version: version(path)?,
        path: path.clone(),
        sha256,
        size,
    })
}

fn version(path: &Path) -> Result<String, CaptureError> {
    let fail = |reason: String| CaptureError::BrowserVersion {
        path: path.to_owned(),
        reason,
    };
    let said = Command::new(path)
        .arg("--version")
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .map_err(|e| fail(e.to_string()))?;
    let text = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    match said.status.success() && text.chars().any(|c| c.is_ascii_digit()) {
        true => Ok(text),
        false => Err(fail(
            String::from_utf8_lossy(&said.stderr).trim().to_owned(),
        )),
    }
}

fn digest(path: &Path) -> Result<(String, u64), CaptureError> {
    let fail = |e: std::io::Error| CaptureError::io(path, &e);
    let mut file = File::open(path).map_err(fail)?;
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(fail)?;
        if read == 0 {
            break;
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
    }
    let print = hasher.finish();
    Ok((hex::encode(&print.sha256), print.size))
}
