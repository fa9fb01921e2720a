//! Fonts from folders, in sorted order so that the same folders give the same pages.
//!
//! A folder's own files are the primary set. Files in its `fallback/` hold rare characters in tens of megabytes and
//! are read only when a text needs them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::{env, fs};

use sha2::{Digest, Sha256};
use typst::foundations::Bytes;
use typst::text::Font;
use typst_kit::fonts::FontStore;

use crate::CertificateError;
use crate::template::hex;

const FALLBACK: &str = "fallback";

/// Fonts of a typesetter.
pub(crate) struct Fonts {
    primary: Arc<FontSet>,
    fallback_files: Vec<PathBuf>,
    extended: OnceLock<Arc<FontSet>>,
}

/// A set as one document sees it.
pub(crate) struct FontSet {
    pub(crate) store: FontStore,
    /// Digest over the digests of all files read.
    pub(crate) sha256: String,
    /// Families of the fallback, in order; empty in the primary set.
    pub(crate) fallback_families: Vec<String>,
    fonts: Vec<Font>,
    lines: String,
}

impl Fonts {
    /// Reads the primary set of all folders, in the order given.
    pub(crate) fn load(folders: &[PathBuf]) -> Result<Self, CertificateError> {
        let none = || CertificateError::NoFonts {
            looked_in: folders.to_vec(),
        };
        let present: Vec<_> = folders.iter().filter(|f| f.is_dir()).collect();
        let files = font_files(present.iter().map(|f| f.as_path()))?;
        let primary = FontSet::read(&files)?;
        if primary.fonts.is_empty() {
            return Err(none());
        }
        let rare: Vec<_> = present.iter().map(|f| f.join(FALLBACK)).collect();
        let rare = rare.iter().filter(|f| f.is_dir()).map(PathBuf::as_path);
        Ok(Self {
            primary: Arc::new(primary),
            fallback_files: font_files(rare)?,
            extended: OnceLock::new(),
        })
    }

    pub(crate) fn primary(&self) -> Arc<FontSet> {
        Arc::clone(&self.primary)
    }

    /// Whether there is anything beyond the primary set.
    pub(crate) fn has_fallback(&self) -> bool {
        !self.fallback_files.is_empty()
    }

    /// The primary set and the fallback, read at the first call.
    pub(crate) fn extended(&self) -> Result<Arc<FontSet>, CertificateError> {
        if let Some(set) = self.extended.get() {
            return Ok(Arc::clone(set));
        }
        let set = Arc::new(self.primary.extend(&self.fallback_files)?);
        Ok(Arc::clone(self.extended.get_or_init(|| set)))
    }
}

impl FontSet {
    fn read(files: &[PathBuf]) -> Result<Self, CertificateError> {
        Self::build(Vec::new(), Vec::new(), String::new(), files)
    }

    fn extend(&self, files: &[PathBuf]) -> Result<Self, CertificateError> {
        let known = self.fonts.len();
        let mut set = Self::build(self.fonts.clone(), Vec::new(), self.lines.clone(), files)?;
        for font in set.fonts.iter().skip(known) {
            let family = font.info().family.to_string();
            if !set.fallback_families.contains(&family) {
                set.fallback_families.push(family);
            }
        }
        Ok(set)
    }

    fn build(
        mut fonts: Vec<Font>,
        fallback_families: Vec<String>,
        mut lines: String,
        files: &[PathBuf],
    ) -> Result<Self, CertificateError> {
        for path in files {
            let bytes = fs::read(path).map_err(|source| CertificateError::Read {
                path: path.clone(),
                source,
            })?;
            let name = path.file_name().and_then(OsStr::to_str).unwrap_or("?");
            lines += &format!("{}  {name}\n", hex(&Sha256::digest(&bytes)));
            fonts.extend(Font::iter(Bytes::new(bytes)));
        }
        let mut store = FontStore::new();
        store.extend(fonts.iter().map(|f| (f.clone(), f.info().clone())));
        Ok(Self {
            store,
            sha256: hex(&Sha256::digest(lines.as_bytes())),
            fallback_families,
            fonts,
            lines,
        })
    }

    /// Characters of `text` that no font of the set has. Control characters and variation selectors have no glyph and
    /// need none.
    pub(crate) fn uncovered(&self, text: &str) -> BTreeSet<char> {
        let wanted: BTreeSet<char> = text.chars().filter(|c| needs_glyph(*c)).collect();
        let covered = |c: &char| {
            let code = u32::from(*c);
            self.fonts.iter().any(|f| f.info().coverage.contains(code))
        };
        wanted.into_iter().filter(|c| !covered(c)).collect()
    }
}

fn needs_glyph(c: char) -> bool {
    let selector = matches!(u32::from(c), 0xFE00..=0xFE0F | 0xE0100..=0xE01EF);
    !(c.is_control() || selector)
}

fn font_files<'a>(
    folders: impl Iterator<Item = &'a Path>,
) -> Result<Vec<PathBuf>, CertificateError> {
    let mut all = Vec::new();
    for folder in folders {
        let unreadable = |source| CertificateError::Read {
            path: folder.to_path_buf(),
            source,
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let suffix = path.extension().and_then(OsStr::to_str).unwrap_or("");
            let is_font = ["ttf", "otf", "ttc", "otc"].contains(&&*suffix.to_ascii_lowercase());
            if is_font && path.is_file() {
                files.push(path);
            }
        }
        files.sort();
        all.extend(files);
    }
    Ok(all)
}

/// The first folder with fonts among: `FIDEM_FONTS`, beside the program, in its share folder, in the cache. Only one is
/// used, for two sets of the same fonts would print other digests for the same document.
pub(crate) fn default_folder() -> Result<PathBuf, CertificateError> {
    let looked_in = candidates();
    let with_fonts = looked_in
        .iter()
        .find(|f| f.is_dir() && font_files([f.as_path()].into_iter()).is_ok_and(|l| !l.is_empty()));
    match with_fonts {
        Some(folder) => Ok(folder.clone()),
        None => Err(CertificateError::NoFonts { looked_in }),
    }
}

fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    folders.extend(env::var_os("FIDEM_FONTS").map(PathBuf::from));
    let beside = env::current_exe().ok();
    if let Some(folder) = beside.as_deref().and_then(Path::parent) {
        folders.push(folder.join("fonts"));
        folders.push(folder.join("../share/fidem/fonts"));
    }
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"));
    let cache = cache.or_else(|| home.map(|home| PathBuf::from(home).join(".cache")));
    folders.extend(cache.map(|cache| cache.join("fidem").join("fonts")));
    folders
}
