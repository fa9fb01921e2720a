//! Time stamps opened, seals that wait, and the authorities as they stand.

use fidem_office::SealOptions;
use tauri::State;
use tauri::ipc::Channel;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{AuthorityState, Progress, TokenFieldView, WaitingRow};

/// A kept token, field by field.
#[tauri::command]
#[specta::specta]
pub async fn token_fields(
    desktop: State<'_, Desktop>,
    case_id: String,
    ordinal: u32,
) -> Answer<Vec<TokenFieldView>> {
    desktop
        .with(move |office| {
            let fields = office.token_fields(&case_id, ordinal)?;
            Ok(fields.into_iter().map(TokenFieldView::from).collect())
        })
        .await
}

/// The chosen authorities as they stand.
#[tauri::command]
#[specta::specta]
pub async fn authorities_standing(desktop: State<'_, Desktop>) -> Answer<Vec<AuthorityState>> {
    desktop
        .with(|office| {
            let rows = office.authorities_standing()?;
            Ok(rows.into_iter().map(AuthorityState::from).collect())
        })
        .await
}

/// Seals that wait for time stamps.
#[tauri::command]
#[specta::specta]
pub async fn waiting(desktop: State<'_, Desktop>) -> Answer<Vec<WaitingRow>> {
    desktop
        .with(|office| {
            Ok(office
                .waiting()?
                .into_iter()
                .map(WaitingRow::from)
                .collect())
        })
        .await
}

/// Asks the authorities again for each; those that still wait.
#[tauri::command]
#[specta::specta]
pub async fn retry(
    desktop: State<'_, Desktop>,
    job: String,
    on_progress: Channel<Progress>,
) -> Answer<Vec<WaitingRow>> {
    desktop
        .work(job, on_progress, move |office, desk| {
            office.retry(desk, &SealOptions::default())?;
            Ok(office
                .waiting()?
                .into_iter()
                .map(WaitingRow::from)
                .collect())
        })
        .await
}
