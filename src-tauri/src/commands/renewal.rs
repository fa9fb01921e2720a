//! What ends when, and renewal.

use fidem_office::{SealOptions, SystemDesk};
use tauri::State;
use tauri::ipc::Channel;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{DueRow, Progress, RenewedRow};

/// Everything that ends, the most urgent first.
#[tauri::command]
#[specta::specta]
pub async fn due(desktop: State<'_, Desktop>) -> Answer<Vec<DueRow>> {
    desktop
        .with(|office| {
            let due = office.due(&SystemDesk, None)?;
            Ok(due.into_iter().map(DueRow::from).collect())
        })
        .await
}

/// Renews all that is due, or everything of one case.
#[tauri::command]
#[specta::specta]
pub async fn renew(
    desktop: State<'_, Desktop>,
    job: String,
    case_id: Option<String>,
    on_progress: Channel<Progress>,
) -> Answer<Vec<RenewedRow>> {
    desktop
        .work(job, on_progress, move |office, desk| {
            let renewed = office.renew(desk, case_id.as_deref(), &SealOptions::default())?;
            Ok(renewed.into_iter().map(RenewedRow::from).collect())
        })
        .await
}
