//! Reading trust that a verifier or an office hands in.

use std::path::{Path, PathBuf};

use fidem_verify::Trust;

use crate::{AuthorityChoice, Office, OfficeError, Result};

/// Trust of a file, of every file in a folder, or of the build.
///
/// # Errors
/// [`OfficeError::Trust`], [`OfficeError::Io`].
pub fn load_trust(path: Option<&Path>) -> Result<Trust> {
    let Some(path) = path else {
        return Ok(Trust::compiled_in()?);
    };
    let mut files = Vec::new();
    for file in listed(path)? {
        let bytes = std::fs::read(&file).map_err(|e| OfficeError::io(&file, &e))?;
        files.push((file.display().to_string(), bytes));
    }
    let named = files.iter().map(|(n, b)| (n.as_str(), b.as_slice()));
    Ok(Trust::supplied(named)?)
}

fn listed(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(|e| OfficeError::io(path, &e))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|e| OfficeError::io(path, &e))?.path();
        if file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

impl Office {
    /// By what the stamps that the office holds are judged: as for new ones, and by the roots of every authority that it
    /// ever chose.
    pub(crate) fn trust_in_held(
        &self,
        choices: &[AuthorityChoice],
        extra: Option<&Trust>,
    ) -> Result<Trust> {
        let mut all = self.authorities_before()?;
        all.extend(self.authorities()?);
        all.extend_from_slice(choices);
        for_stamping(&all, extra)
    }
}

/// The build's trust, the roots that the office pinned with its authorities, and what was handed in for this act.
pub(crate) fn for_stamping(choices: &[AuthorityChoice], extra: Option<&Trust>) -> Result<Trust> {
    let mut trust = Trust::compiled_in()?;
    let mut add = |more: &Trust| {
        trust.roots.extend(more.roots.iter().cloned());
        trust.anchors.extend(more.anchors.iter().cloned());
        trust
            .signature_anchors
            .extend(more.signature_anchors.iter().cloned());
        trust
            .intermediates
            .extend(more.intermediates.iter().cloned());
    };
    for choice in choices {
        if let Some(pem) = &choice.roots_pem {
            add(&Trust::supplied([(choice.name.as_str(), pem.as_bytes())])?);
        }
    }
    if let Some(extra) = extra {
        add(extra);
        trust.algorithms = extra.algorithms.clone();
    }
    Ok(trust)
}
