//! Items: reading them, looking at them, taking them in and back.

use std::path::PathBuf;

use fidem_office::{SystemDesk, TakeIn};
use tauri::State;
use tauri::ipc::Channel;

use super::Answer;
use super::cases::MOST;
use crate::state::Desktop;
use crate::wire::{Bytes, Facts, ItemPage, ItemView, Progress, TakeInResult};

/// Largest original shown in the window; a larger one would have to stand in memory three times.
const LARGEST_PREVIEW: u64 = 256 << 20;

/// A part of a case's items, in order.
#[tauri::command]
#[specta::specta]
pub async fn case_items(
    desktop: State<'_, Desktop>,
    case_id: String,
    offset: u64,
    limit: u64,
) -> Answer<ItemPage> {
    desktop
        .with(move |office| {
            let items = office.items(&case_id, offset, limit.min(MOST))?;
            Ok(ItemPage {
                total: office.case_detail(&case_id)?.items,
                items: items.into_iter().map(ItemView::from).collect(),
            })
        })
        .await
}

/// An original's octets for a look, which enters the journal.
#[tauri::command]
#[specta::specta]
pub async fn item_preview(
    desktop: State<'_, Desktop>,
    case_id: String,
    number: u32,
) -> Answer<Bytes> {
    desktop
        .with(move |office| {
            let bytes = office.item_bytes(&SystemDesk, &case_id, number, LARGEST_PREVIEW)?;
            Ok(Bytes(bytes))
        })
        .await
}

/// Takes an item back before its seal.
#[tauri::command]
#[specta::specta]
pub async fn item_withdraw(
    desktop: State<'_, Desktop>,
    case_id: String,
    number: u32,
    reason: String,
) -> Answer<()> {
    desktop
        .with(move |office| office.withdraw(&SystemDesk, &case_id, number, &reason))
        .await
}

/// Takes files and folders in as one hand-over.
#[tauri::command]
#[specta::specta]
pub async fn take_in(
    desktop: State<'_, Desktop>,
    job: String,
    case_id: String,
    paths: Vec<String>,
    facts: Facts,
    on_progress: Channel<Progress>,
) -> Answer<TakeInResult> {
    desktop
        .work(job, on_progress, move |office, desk| {
            let what = TakeIn {
                paths: paths.into_iter().map(PathBuf::from).collect(),
                facts: facts.into(),
                lower: None,
            };
            Ok(office.take_in(desk, &case_id, &what)?.into())
        })
        .await
}

/// Asks a job to stop at its next safe place.
#[tauri::command]
#[specta::specta]
pub fn cancel_job(desktop: State<'_, Desktop>, job: String) {
    desktop.cancel(&job);
}
