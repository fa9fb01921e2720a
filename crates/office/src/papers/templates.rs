//! An office's own templates: a folder it edits. They are programs, so documents are set by them in a process apart.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fidem_casebook::Role;
use fidem_certificate::{
    Attachment, CertificateData, CertificateError, Picture, Rendered, Typesetter, built_in_files,
    render_apart,
};

use super::typesetter;
use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result};

const SETTING: &str = "templates";
/// Long enough for a thousand rows on a slow machine.
const LIMIT: Duration = Duration::from_secs(120);

impl Office {
    /// The folder of the office's own templates; none where the program's serve.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`].
    pub fn templates(&self) -> Result<Option<PathBuf>> {
        let kept = self.book.setting(SETTING)?;
        Ok(kept.filter(|path| !path.is_empty()).map(PathBuf::from))
    }

    /// Sets documents by the templates of this folder from now on, or by the program's own again. What a template may not
    /// leave out is checked on every page of every document, whatever the folder says.
    ///
    /// # Errors
    /// [`OfficeError::Role`] unless asked by an administrator; [`OfficeError::Io`] where a template is missing.
    pub fn templates_use(&mut self, desk: &dyn Desk, folder: Option<&Path>) -> Result<()> {
        self.require(&[Role::Admin])?;
        let path = match folder {
            None => String::new(),
            Some(folder) => {
                let folder =
                    std::path::absolute(folder).map_err(|e| OfficeError::io(folder, &e))?;
                for (name, _) in built_in_files() {
                    let file = folder.join(name);
                    std::fs::metadata(&file).map_err(|e| OfficeError::io(&file, &e))?;
                }
                folder.display().to_string()
            }
        };
        Ok(self.book.set_setting(&at(desk), SETTING, &path)?)
    }

    /// Copies the program's templates into a new folder and sets documents by them.
    ///
    /// # Errors
    /// As [`templates_copy`] and [`Office::templates_use`]; nothing is written for who may not choose templates.
    pub fn templates_begin(&mut self, desk: &dyn Desk, folder: &Path) -> Result<()> {
        self.require(&[Role::Admin])?;
        templates_copy(folder)?;
        self.templates_use(desk, Some(folder))
    }

    /// Sets a document by the templates in force.
    pub(super) fn set(
        &self,
        data: &CertificateData,
        attachments: &[Attachment],
        pictures: &[Picture],
    ) -> Result<Rendered> {
        Ok(set_by(
            self.templates()?,
            data,
            attachments,
            pictures,
            LIMIT,
        )?)
    }
}

/// Sets a document by the templates of a folder, in a process apart, or by the program's own.
pub(super) fn set_by(
    folder: Option<PathBuf>,
    data: &CertificateData,
    attachments: &[Attachment],
    pictures: &[Picture],
    limit: Duration,
) -> std::result::Result<Rendered, CertificateError> {
    match folder {
        None => typesetter()?.render_with(data, attachments, pictures),
        Some(folder) => {
            let fonts = Typesetter::default_font_folders()?;
            render_apart(folder, &fonts, data, attachments, pictures, limit)
        }
    }
}

/// Writes the program's templates into a new folder, to be edited.
///
/// # Errors
/// [`OfficeError::Io`] where it cannot be made or is there already.
pub fn templates_copy(folder: &Path) -> Result<()> {
    std::fs::create_dir(folder).map_err(|e| OfficeError::io(folder, &e))?;
    for (name, text) in built_in_files() {
        let file = folder.join(name);
        std::fs::write(&file, text).map_err(|e| OfficeError::io(&file, &e))?;
    }
    Ok(())
}
