//! Templates: the set in the program, or an office's own folder, read whole before anything is set.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use typst::foundations::Bytes;

use crate::CertificateError;

/// Most bytes of one template file; a coat of arms is far below.
const MAX_FILE: u64 = 16 * 1024 * 1024;
/// Deepest folder inside a template folder.
const MAX_DEPTH: usize = 4;

/// Where templates come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateSource {
    /// The set compiled into the program.
    BuiltIn,
    /// An office's own folder; nothing outside it is read.
    Folder(PathBuf),
}

/// Every template file by its path from `/`, and the digest of them all.
pub(crate) struct Templates {
    pub(crate) files: BTreeMap<String, Bytes>,
    pub(crate) sha256: String,
}

impl Templates {
    pub(crate) fn load(source: &TemplateSource) -> Result<Self, CertificateError> {
        let files = match source {
            TemplateSource::BuiltIn => built_in(),
            TemplateSource::Folder(folder) => {
                let mut files = BTreeMap::new();
                collect(folder, "/", MAX_DEPTH, &mut files)?;
                files
            }
        };
        let sha256 = digest(&files);
        Ok(Self { files, sha256 })
    }
}

/// The set of the program, by name.
const BUILT_IN: [(&str, &str); 14] = [
    (
        "/annexes.typ",
        include_str!("../../../templates/annexes.typ"),
    ),
    (
        "/article-17.typ",
        include_str!("../../../templates/article-17.typ"),
    ),
    ("/body.typ", include_str!("../../../templates/body.typ")),
    (
        "/correction.typ",
        include_str!("../../../templates/correction.typ"),
    ),
    (
        "/custodian.typ",
        include_str!("../../../templates/custodian.typ"),
    ),
    ("/form.typ", include_str!("../../../templates/form.typ")),
    ("/list.typ", include_str!("../../../templates/list.typ")),
    (
        "/objections.typ",
        include_str!("../../../templates/objections.typ"),
    ),
    ("/prints.typ", include_str!("../../../templates/prints.typ")),
    (
        "/receipt.typ",
        include_str!("../../../templates/receipt.typ"),
    ),
    ("/record.typ", include_str!("../../../templates/record.typ")),
    ("/report.typ", include_str!("../../../templates/report.typ")),
    ("/steps.typ", include_str!("../../../templates/steps.typ")),
    ("/words.typ", include_str!("../../../templates/words.typ")),
];

/// The templates of the program, by file name: what an office copies to change them.
pub fn built_in_files() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILT_IN
        .into_iter()
        .map(|(name, text)| (name.trim_start_matches('/'), text))
}

/// The digest of a set of templates, as the documents set by it print it.
///
/// # Errors
/// [`CertificateError::Read`], [`CertificateError::TemplateEntry`].
pub fn digest_of(source: &TemplateSource) -> Result<String, CertificateError> {
    Templates::load(source).map(|templates| templates.sha256)
}

fn built_in() -> BTreeMap<String, Bytes> {
    let files = BUILT_IN.into_iter();
    files
        .map(|(name, text)| (name.to_owned(), Bytes::new(text.as_bytes())))
        .collect()
}

// Links are refused rather than followed: a template folder must mean the same wherever it is copied.
fn collect(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut BTreeMap<String, Bytes>,
) -> Result<(), CertificateError> {
    let unreadable = |path: &Path| {
        let path = path.to_path_buf();
        move |source| CertificateError::Read { path, source }
    };
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let entry = entry.map_err(unreadable(folder))?;
        let path = entry.path();
        let kind = fs::symlink_metadata(&path).map_err(unreadable(&path))?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|_| !kind.is_symlink()) else {
            return Err(CertificateError::TemplateEntry { path });
        };
        if name.starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            if depth == 0 {
                return Err(CertificateError::TemplateEntry { path });
            }
            collect(&path, &format!("{prefix}{name}/"), depth - 1, files)?;
        } else if kind.len() > MAX_FILE {
            return Err(CertificateError::TemplateEntry { path });
        } else {
            let bytes = fs::read(&path).map_err(unreadable(&path))?;
            files.insert(format!("{prefix}{name}"), Bytes::new(bytes));
        }
    }
    Ok(())
}

// Line by line what `sha256sum` of the sorted paths prints, so that anyone can recompute it.
fn digest(files: &BTreeMap<String, Bytes>) -> String {
    let mut whole = Sha256::new();
    for (name, bytes) in files {
        let line = format!("{}  {}\n", hex(&Sha256::digest(bytes)), &name[1..]);
        whole.update(line.as_bytes());
    }
    hex(&whole.finalize())
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_set_holds_every_kind() {
        let templates = Templates::load(&TemplateSource::BuiltIn).unwrap();
        for kind in crate::Kind::ALL {
            let name = format!("/{}", kind.template());
            assert!(templates.files.contains_key(&name), "{name}");
        }
        assert_eq!(templates.sha256.len(), 64);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_a_template_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("receipt.typ"), "").unwrap();
        std::os::unix::fs::symlink("/etc/hostname", folder.path().join("a.typ")).unwrap();
        let source = TemplateSource::Folder(folder.path().to_path_buf());
        assert!(matches!(
            Templates::load(&source),
            Err(CertificateError::TemplateEntry { .. })
        ));
    }
}
