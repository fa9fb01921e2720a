//! Seals, reviews, receipts, deliveries.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use fidem_manifest::safe_name;
use fidem_office::{
    Draft, KeyPlace, OfficeError, PaperKind, PaperRequest, SealOptions, SystemDesk,
};
use tauri::State;
use tauri::ipc::Channel;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{
    ApprovalPoints, Bytes, CertificateKind, CopyView, Delivery, DraftKind, KeyChoice, PaperWords,
    PapersView, Progress, RenewedDocumentView, Sealed, SignedBesideView, SignedView,
    SigningCapacity, SigningSettings,
};

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
    chinese_only: bool,
) -> Answer<String> {
    desktop
        .with(move |office| {
            let request = request(kind, chinese_only);
            let issued = office.issue(&mut SystemDesk, &case_id, &request)?;
            Ok(issued.document_id)
        })
        .await
}

/// An issued document's file.
#[tauri::command]
#[specta::specta]
pub async fn certificate_bytes(desktop: State<'_, Desktop>, document_id: String) -> Answer<Bytes> {
    desktop
        .with(move |office| Ok(Bytes(office.certificate_pdf(&document_id)?)))
        .await
}

/// The pages of a document as they would be issued now.
#[tauri::command]
#[specta::specta]
pub async fn paper_preview(
    desktop: State<'_, Desktop>,
    case_id: String,
    kind: CertificateKind,
    chinese_only: bool,
) -> Answer<Bytes> {
    desktop
        .with(move |office| {
            let request = request(kind, chinese_only);
            Ok(Bytes(office.paper_preview(
                &SystemDesk,
                &case_id,
                &request,
            )?))
        })
        .await
}

/// What each document of a case lacks, and the issued ones.
#[tauri::command]
#[specta::specta]
pub async fn papers(
    desktop: State<'_, Desktop>,
    case_id: String,
    chinese_only: bool,
) -> Answer<PapersView> {
    desktop
        .with(move |office| {
            let mut standings = Vec::new();
            for kind in PaperKind::ALL {
                if kind != PaperKind::Report {
                    let request = PaperRequest { kind, chinese_only };
                    standings.push(office.paper_standing(&case_id, &request)?.into());
                }
            }
            let issued = office.papers(&case_id)?;
            Ok(PapersView {
                standings,
                issued: issued.into_iter().map(Into::into).collect(),
            })
        })
        .await
}

/// Keeps what a person writes for a document.
#[tauri::command]
#[specta::specta]
pub async fn paper_write(
    desktop: State<'_, Desktop>,
    case_id: String,
    kind: CertificateKind,
    words: PaperWords,
) -> Answer<()> {
    desktop
        .with(move |office| office.paper_write(&SystemDesk, &case_id, kind.into(), &words.into()))
        .await
}

/// Writes the signed list of how the documents of a case stand into a folder; its path.
#[tauri::command]
#[specta::specta]
pub async fn status_list_save(
    desktop: State<'_, Desktop>,
    case_id: String,
    folder: String,
) -> Answer<String> {
    desktop
        .with(move |office| {
            let path = office.status_list_save(&SystemDesk, &case_id, Path::new(&folder))?;
            Ok(path.display().to_string())
        })
        .await
}

/// A second person's approval of a document as it stands.
#[tauri::command]
#[specta::specta]
pub async fn paper_approve(
    desktop: State<'_, Desktop>,
    case_id: String,
    kind: CertificateKind,
    chinese_only: bool,
    points: ApprovalPoints,
) -> Answer<()> {
    desktop
        .with(move |office| {
            let request = request(kind, chinese_only);
            office.paper_approve(&SystemDesk, &case_id, &request, &points.into())
        })
        .await
}

/// Enters copies into the register.
#[tauri::command]
#[specta::specta]
pub async fn copy_add(desktop: State<'_, Desktop>, case_id: String, copy: CopyView) -> Answer<()> {
    desktop
        .with(move |office| office.copy_given(&SystemDesk, &case_id, &copy.into()))
        .await
}

/// The copy register of a case.
#[tauri::command]
#[specta::specta]
pub async fn copies(desktop: State<'_, Desktop>, case_id: String) -> Answer<Vec<CopyView>> {
    desktop
        .with(move |office| {
            let rows = office.copies(&case_id)?;
            Ok(rows.into_iter().map(Into::into).collect())
        })
        .await
}

/// Signs an issued document as the person who is logged in.
#[tauri::command]
#[specta::specta]
pub async fn sign_document(
    desktop: State<'_, Desktop>,
    document_id: String,
    capacity: SigningCapacity,
    key: KeyChoice,
) -> Answer<SignedView> {
    desktop
        .with(move |office| {
            let (capacity, key) = (capacity.into(), place_of(&key));
            let signed = office.sign_document(&SystemDesk, &document_id, capacity, &key)?;
            Ok(SignedView {
                signer: signed.signer,
                level: signed.level.to_owned(),
                remaining: signed.remaining.into_iter().map(Into::into).collect(),
            })
        })
        .await
}

fn place_of(key: &KeyChoice) -> KeyPlace<'_> {
    match key.file.is_empty() {
        false => KeyPlace::File {
            path: Path::new(&key.file),
            passphrase: &key.secret,
        },
        true => KeyPlace::Token {
            driver: Path::new(&key.driver),
            token: &key.token,
            key: (!key.label.is_empty()).then_some(key.label.as_str()),
            pin: &key.secret,
        },
    }
}

/// Signs a document's file from beside, such as with an SM2 key, as the person who is logged in.
#[tauri::command]
#[specta::specta]
pub async fn sign_beside(
    desktop: State<'_, Desktop>,
    document_id: String,
    capacity: SigningCapacity,
    key: KeyChoice,
) -> Answer<SignedBesideView> {
    desktop
        .with(move |office| {
            let (capacity, key) = (capacity.into(), place_of(&key));
            let signed = office.sign_document_beside(&SystemDesk, &document_id, capacity, &key)?;
            Ok(SignedBesideView {
                signer: signed.signer,
                algorithm: signed.algorithm.to_owned(),
            })
        })
        .await
}

/// Puts a new archive time stamp on a signed document.
#[tauri::command]
#[specta::specta]
pub async fn renew_document(
    desktop: State<'_, Desktop>,
    document_id: String,
) -> Answer<RenewedDocumentView> {
    desktop
        .with(move |office| {
            let renewed = office.renew_document(&SystemDesk, &document_id)?;
            Ok(RenewedDocumentView {
                authority: renewed.authority,
                time: renewed.time,
            })
        })
        .await
}

/// Which documents the office signs electronically.
#[tauri::command]
#[specta::specta]
pub async fn signing_settings(desktop: State<'_, Desktop>) -> Answer<SigningSettings> {
    desktop
        .with(move |office| {
            let policy = office.signing_policy()?;
            Ok(SigningSettings {
                kinds: policy.kinds.into_iter().map(Into::into).collect(),
                seal: !policy.seal.is_empty(),
                location: policy.location,
            })
        })
        .await
}

/// Decides it; the seal is a PNG file, or stays where none is named.
#[tauri::command]
#[specta::specta]
pub async fn signing_settings_set(
    desktop: State<'_, Desktop>,
    settings: SigningSettings,
    seal_path: Option<String>,
) -> Answer<()> {
    desktop
        .with(move |office| {
            let mut policy = office.signing_policy()?;
            policy.kinds = settings.kinds.into_iter().map(Into::into).collect();
            policy.location = settings.location;
            match (&seal_path, settings.seal) {
                (Some(path), _) => {
                    let png = std::fs::read(path).map_err(|e| OfficeError::Io {
                        path: path.clone(),
                        reason: e.to_string(),
                    })?;
                    policy.seal = base64::engine::general_purpose::STANDARD.encode(png);
                }
                (None, false) => policy.seal.clear(),
                (None, true) => {}
            }
            office.signing_policy_set(&SystemDesk, &policy)
        })
        .await
}

/// A draft to edit in a word processor, written into a folder; its path.
#[tauri::command]
#[specta::specta]
pub async fn draft_save(
    desktop: State<'_, Desktop>,
    case_id: String,
    what: DraftKind,
    folder: String,
) -> Answer<String> {
    desktop
        .with(move |office| {
            let (draft, name) = match what {
                DraftKind::WorkRecord => (Draft::WorkRecord, "工作记录"),
                DraftKind::Testimony => (Draft::Testimony, "证词草稿"),
                DraftKind::List => (Draft::List, "证据清单"),
            };
            let octets = office.draft_docx(&SystemDesk, &case_id, draft)?;
            let number = safe_name(&office.case(&case_id)?.number);
            let place = Path::new(&folder).join(format!("{name}-{number}.docx"));
            // Somebody may have edited the one that lies there.
            if place.exists() {
                return Err(OfficeError::Io {
                    path: place.display().to_string(),
                    reason: "exists".to_owned(),
                });
            }
            std::fs::write(&place, octets).map_err(|e| OfficeError::Io {
                path: place.display().to_string(),
                reason: e.to_string(),
            })?;
            Ok(place.display().to_string())
        })
        .await
}

fn request(kind: CertificateKind, chinese_only: bool) -> PaperRequest {
    PaperRequest {
        kind: kind.into(),
        chinese_only,
    }
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
