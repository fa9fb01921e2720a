//! Templates of documents: which are in force, and what they make of a document.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use fidem_office::{PaperKind, SystemDesk};
use tauri::State;

use super::Answer;
use crate::state::{Desktop, aside};
use crate::wire::{CertificateKind, TemplateTrial, TemplatesView};

/// Name of the folder into which the program's templates are copied.
const FOLDER: &str = "fidem-templates";

/// Which templates are in force, and their digest.
#[tauri::command]
#[specta::specta]
pub async fn templates(desktop: State<'_, Desktop>) -> Answer<TemplatesView> {
    desktop
        .with(|office| {
            let folder = office.templates()?;
            Ok(TemplatesView {
                folder: folder.map(|path| path.display().to_string()),
                sha256: office.templates_sha256()?,
            })
        })
        .await
}

/// Sets documents by this folder, or by the program's own again.
#[tauri::command]
#[specta::specta]
pub async fn templates_use(desktop: State<'_, Desktop>, folder: Option<String>) -> Answer<()> {
    desktop
        .with(move |office| office.templates_use(&SystemDesk, folder.as_deref().map(Path::new)))
        .await
}

/// Copies the program's templates into a new folder inside the one given, and uses them; its path.
#[tauri::command]
#[specta::specta]
pub async fn templates_begin(desktop: State<'_, Desktop>, inside: String) -> Answer<String> {
    desktop
        .with(move |office| {
            let folder = PathBuf::from(inside).join(FOLDER);
            office.templates_begin(&SystemDesk, &folder)?;
            Ok(folder.display().to_string())
        })
        .await
}

/// Sets an invented document by the templates in force.
#[tauri::command]
#[specta::specta]
pub async fn template_trial(
    desktop: State<'_, Desktop>,
    kind: CertificateKind,
    chinese_only: bool,
) -> Answer<TemplateTrial> {
    let job = desktop
        .with(move |office| office.template_job(PaperKind::from(kind), chinese_only))
        .await?;
    // A template may take its time; the office is free meanwhile.
    aside(move || {
        let trial = job.run()?;
        let (pdf, faults) = match trial.outcome {
            Ok(pdf) => (
                base64::engine::general_purpose::STANDARD.encode(pdf),
                Vec::new(),
            ),
            Err(faults) => (String::new(), faults),
        };
        Ok(TemplateTrial {
            sha256: trial.sha256,
            pdf,
            faults: faults.into_iter().map(Into::into).collect(),
        })
    })
    .await
}
