//! Seals, reviews, receipts, deliveries.

use std::path::{Path, PathBuf};

use fidem_manifest::safe_name;
use fidem_office::{OfficeError, SealOptions, SystemDesk};
use tauri::State;
use tauri::ipc::Channel;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{Bytes, CertificateKind, Delivery, Progress, Sealed};

/// Seals what is not sealed, and completes what waits.
#[tauri::command]
#[specta::specta]
pub async fn seal(
    desktop: State<'_, Desktop>,
    job: String,
    case_id: String,
    on_progress: Channel<Progress>,
) -> Answer<Sealed> {
    desktop
        .work(job, on_progress, move |office, desk| {
            Ok(office.seal(desk, &case_id, &SealOptions::default())?.into())
        })
        .await
}

/// A second person's approval of a seal.
#[tauri::command]
#[specta::specta]
pub async fn review(desktop: State<'_, Desktop>, case_id: String, seal: u32) -> Answer<()> {
    desktop
        .with(move |office| office.review(&SystemDesk, &case_id, seal))
        .await
}

/// Issues a document; its number.
#[tauri::command]
#[specta::specta]
pub async fn certify(
    desktop: State<'_, Desktop>,
    case_id: String,
    kind: CertificateKind,
) -> Answer<String> {
    desktop
        .with(move |office| {
            let issued = office.certify(&mut SystemDesk, &case_id, kind.as_str())?;
            Ok(issued.document_id)
        })
        .await
}

/// An issued document, or the pages as they would be issued now.
#[tauri::command]
#[specta::specta]
pub async fn certificate_bytes(
    desktop: State<'_, Desktop>,
    case_id: String,
    document_id: Option<String>,
) -> Answer<Bytes> {
    desktop
        .with(move |office| {
            let pdf = match &document_id {
                Some(issued) => office.certificate_pdf(issued)?,
                None => office.certificate_preview(&SystemDesk, &case_id)?,
            };
            Ok(Bytes(pdf))
        })
        .await
}

/// Writes a delivery into a new folder within the one chosen.
#[tauri::command]
#[specta::specta]
pub async fn export_handover(
    desktop: State<'_, Desktop>,
    job: String,
    case_id: String,
    folder: String,
    on_progress: Channel<Progress>,
) -> Answer<Delivery> {
    desktop
        .work(job, on_progress, move |office, desk| {
            let number = office.case(&case_id)?.number;
            let place = delivery_folder(Path::new(&folder), &number)?;
            Ok(office
                .hand_over(desk, &case_id, &place, &SealOptions::default())?
                .into())
        })
        .await
}

/// `<number>-交付`, or `<number>-交付-2` … where that exists: a delivery never lands among other files.
fn delivery_folder(chosen: &Path, number: &str) -> Result<PathBuf, OfficeError> {
    let name = format!("{}-交付", safe_name(number));
    let first = chosen.join(&name);
    let mut later = (2_u32..10_000).map(|count| chosen.join(format!("{name}-{count}")));
    match first.exists() {
        false => Ok(first),
        true => later
            .find(|place| !place.exists())
            .ok_or_else(|| OfficeError::Io {
                path: chosen.display().to_string(),
                reason: "too many deliveries".to_owned(),
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_gets_a_folder_of_its_own() {
        let chosen = tempfile::tempdir().expect("a folder");
        let first = delivery_folder(chosen.path(), "(2026)保全字第0001号").expect("a place");
        assert!(first.starts_with(chosen.path()));
        assert!(!first.exists());
        std::fs::create_dir(&first).expect("made");
        let second = delivery_folder(chosen.path(), "(2026)保全字第0001号").expect("a place");
        assert_ne!(first, second);
    }
}
