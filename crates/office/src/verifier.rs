//! The judge's verifier, one page that travels with every hand-over.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs};

use fidem_fingerprint::{Fingerprint, hex, of};

use crate::{OfficeError, Result};

/// Folder of the pages that documents name.
const KEPT: &str = "verifier";
/// Its name wherever it is found and in every hand-over.
pub(crate) const NAME: &str = "verifier.html";

/// `verifier.html` as this program hands it over.
#[derive(Debug)]
pub struct VerifierPage {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its digests, printed on documents and in the hand-over.
    pub print: Fingerprint,
}

/// The page that goes with this program: `FIDEM_VERIFIER` names it, or it lies beside the program, in `../share/fidem`, or in
/// `fidem` of the user's cache. Read once, so that what is printed is what is handed over.
pub fn verifier_page() -> Option<&'static VerifierPage> {
    static PAGE: OnceLock<Option<VerifierPage>> = OnceLock::new();
    let read = || candidates().iter().find_map(|path| read(path));
    PAGE.get_or_init(read).as_ref()
}

/// Keeps the page in the office folder, under its digest: a later program brings another one.
pub(crate) fn keep(office: &Path) -> Result<()> {
    let Some(page) = verifier_page() else {
        return Ok(());
    };
    let path = kept(office, &hex::encode(&page.print.sha256));
    if path.is_file() {
        return Ok(());
    }
    let folder = office.join(KEPT);
    fs::create_dir_all(&folder).map_err(|e| OfficeError::io(&folder, &e))?;
    let fresh = path.with_extension("new");
    fs::write(&fresh, &page.bytes)
        .and_then(|()| fs::rename(&fresh, &path))
        .map_err(|e| OfficeError::io(&path, &e))
}

/// The page of that digest, as it was kept.
pub(crate) fn of_digest(office: &Path, digest: &str) -> Option<Vec<u8>> {
    let bytes = fs::read(kept(office, digest)).ok()?;
    (hex::encode(&of(&bytes).sha256) == digest).then_some(bytes)
}

fn kept(office: &Path, digest: &str) -> PathBuf {
    office.join(KEPT).join(format!("{digest}.html"))
}

fn read(path: &Path) -> Option<VerifierPage> {
    let bytes = fs::read(path).ok()?;
    let print = of(&bytes);
    Some(VerifierPage { bytes, print })
}

fn candidates() -> Vec<PathBuf> {
    let mut places = Vec::new();
    places.extend(env::var_os("FIDEM_VERIFIER").map(PathBuf::from));
    let program = env::current_exe().ok();
    if let Some(folder) = program.as_deref().and_then(Path::parent) {
        places.push(folder.join(NAME));
        places.push(folder.join("../share/fidem").join(NAME));
    }
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"));
    let cache = cache.or_else(|| home.map(|home| PathBuf::from(home).join(".cache")));
    places.extend(cache.map(|cache| cache.join("fidem").join(NAME)));
    places
}
