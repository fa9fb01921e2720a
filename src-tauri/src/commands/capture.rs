//! 立即固定: capturing, examining the machine, and looking at what was captured.

use fidem_office::{CaptureOptions, Captured, Office, OfficeError, SystemDesk};
use tauri::State;
use tauri::ipc::Channel;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{
    Bytes, CaptureFacts, CaptureResult, CleanlinessReport, EnvironmentView, Progress, SourceClass,
};

/// Largest picture shown in the window, octets.
const LARGEST_PICTURE: u64 = 128 << 20;

/// Captures one address into a case.
#[tauri::command]
#[specta::specta]
pub async fn capture(
    desktop: State<'_, Desktop>,
    job: String,
    case_id: String,
    url: String,
    on_progress: Channel<Progress>,
) -> Answer<CaptureResult> {
    desktop
        .work(job, on_progress, move |office, desk| {
            let made = office.capture(desk, &case_id, &url, &CaptureOptions::default())?;
            let class = class_of(office, &case_id, &made)?;
            Ok(CaptureResult::new(made, class))
        })
        .await
}

/// The class in force, as the item's own page will show it.
fn class_of(office: &Office, case: &str, made: &Captured) -> Result<SourceClass, OfficeError> {
    let before = u64::from(made.item.saturating_sub(1));
    let items = office.items(case, before, 1)?;
    let item = items
        .into_iter()
        .next()
        .ok_or_else(|| OfficeError::Damaged {
            what: format!("item {}", made.item),
        })?;
    Ok(item.class.into())
}

/// What the archive of a capture states.
#[tauri::command]
#[specta::specta]
pub async fn capture_facts(
    desktop: State<'_, Desktop>,
    case_id: String,
    number: u32,
) -> Answer<CaptureFacts> {
    desktop
        .with(move |office| Ok(office.captured(&SystemDesk, &case_id, number)?.into()))
        .await
}

/// One picture of a capture's archive.
#[tauri::command]
#[specta::specta]
pub async fn capture_picture(
    desktop: State<'_, Desktop>,
    case_id: String,
    number: u32,
    name: String,
) -> Answer<Bytes> {
    desktop
        .with(move |office| {
            let bytes = office.captured_picture(&case_id, number, &name, LARGEST_PICTURE)?;
            Ok(Bytes(bytes))
        })
        .await
}

/// Finishes captures that were interrupted; the numbers of the items made of them.
#[tauri::command]
#[specta::specta]
pub async fn captures_recover(desktop: State<'_, Desktop>) -> Answer<Vec<u32>> {
    desktop
        .with(|office| {
            let made = office.recover_captures(&mut SystemDesk)?;
            Ok(made.into_iter().map(|(_, item)| item).collect())
        })
        .await
}

/// Examines this machine by itself.
#[tauri::command]
#[specta::specta]
pub async fn check_environment(
    desktop: State<'_, Desktop>,
    job: String,
    on_progress: Channel<Progress>,
) -> Answer<EnvironmentView> {
    desktop
        .work(job, on_progress, |office, desk| {
            Ok(office.check_environment(desk, None)?.into())
        })
        .await
}

/// A report that was kept as an item.
#[tauri::command]
#[specta::specta]
pub async fn cleanliness_report(
    desktop: State<'_, Desktop>,
    case_id: String,
    number: u32,
) -> Answer<CleanlinessReport> {
    desktop
        .with(move |office| Ok(office.kept_report(&SystemDesk, &case_id, number)?.into()))
        .await
}
