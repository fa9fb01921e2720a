//! Anchoring, the rails, and the office log with its witnesses.

use std::path::PathBuf;

use fidem_office::{AnchorPolicy, Interest, SystemDesk};
use tauri::State;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{
    AnchorRow, CosignedRow, InterestRow, LogView, ProbeView, RailForm, RailView, RailsView,
    Relation, WitnessForm,
};

/// The anchorings that cover a case.
#[tauri::command]
#[specta::specta]
pub async fn case_anchors(desktop: State<'_, Desktop>, case_id: String) -> Answer<Vec<AnchorRow>> {
    desktop
        .with(move |office| {
            let rows = office.case_anchors(&case_id)?.into_iter();
            Ok(rows.map(AnchorRow::from).collect())
        })
        .await
}

/// What was declared of the rails that cover a case.
#[tauri::command]
#[specta::specta]
pub async fn case_interests(
    desktop: State<'_, Desktop>,
    case_id: String,
) -> Answer<Vec<InterestRow>> {
    desktop
        .with(move |office| {
            let rows = office.interests(&case_id)?.into_iter();
            Ok(rows.map(InterestRow::from).collect())
        })
        .await
}

/// Declares whether a party of the case has to do with who runs a rail.
#[tauri::command]
#[specta::specta]
pub async fn interest_declare(
    desktop: State<'_, Desktop>,
    case_id: String,
    rail: String,
    relation: Relation,
    explanation: String,
) -> Answer<()> {
    let interest = match relation {
        Relation::None => Interest::None,
        Relation::Some => Interest::Some { explanation },
        Relation::Unchecked => Interest::Unchecked,
    };
    desktop
        .with(move |office| office.interest_declare(&SystemDesk, &case_id, &rail, interest))
        .await
}

/// Every anchoring of the office.
#[tauri::command]
#[specta::specta]
pub async fn anchorings(desktop: State<'_, Desktop>) -> Answer<Vec<AnchorRow>> {
    desktop
        .with(|office| {
            let rows = office.anchorings()?.into_iter();
            Ok(rows.map(AnchorRow::from).collect())
        })
        .await
}

/// Gives the root of the log to every rail that is on.
#[tauri::command]
#[specta::specta]
pub async fn anchor_submit(desktop: State<'_, Desktop>) -> Answer<Vec<AnchorRow>> {
    desktop
        .with(|office| {
            let made = office.anchor_submit(&SystemDesk, None)?.into_iter();
            Ok(made.map(AnchorRow::from).collect())
        })
        .await
}

/// Looks how far it has come; with `all` also at what is final.
#[tauri::command]
#[specta::specta]
pub async fn anchor_upgrade(desktop: State<'_, Desktop>, all: bool) -> Answer<Vec<AnchorRow>> {
    desktop
        .with(move |office| {
            let seen = office.anchor_upgrade(&SystemDesk, all)?.into_iter();
            Ok(seen.map(AnchorRow::from).collect())
        })
        .await
}

/// Writes the OpenTimestamps proof of one item; where it is.
#[tauri::command]
#[specta::specta]
pub async fn anchor_proof(
    desktop: State<'_, Desktop>,
    case_id: String,
    item: u32,
    path: String,
) -> Answer<String> {
    desktop
        .with(move |office| {
            let made = office.item_proof(&case_id, item, &PathBuf::from(path))?;
            Ok(made.proof.display().to_string())
        })
        .await
}

/// The rails, and what the office allows.
#[tauri::command]
#[specta::specta]
pub async fn rails(desktop: State<'_, Desktop>) -> Answer<RailsView> {
    desktop
        .with(|office| {
            let rows = office.rail_rows()?.into_iter();
            Ok(RailsView {
                rails: rows.map(RailView::from).collect(),
                public_chains: office.anchor_policy()?.public_chains,
            })
        })
        .await
}

/// Sets a rail up, or changes it.
#[tauri::command]
#[specta::specta]
pub async fn rail_set(desktop: State<'_, Desktop>, form: RailForm) -> Answer<()> {
    let choice = form.choice()?;
    desktop
        .with(move |office| office.rail_set(&SystemDesk, choice))
        .await
}

/// Takes a rail out of the settings.
#[tauri::command]
#[specta::specta]
pub async fn rail_remove(desktop: State<'_, Desktop>, name: String) -> Answer<()> {
    desktop
        .with(move |office| office.rail_remove(&SystemDesk, &name))
        .await
}

/// Asks a rail who is there.
#[tauri::command]
#[specta::specta]
pub async fn rail_test(desktop: State<'_, Desktop>, name: String) -> Answer<ProbeView> {
    desktop
        .with(move |office| Ok(office.rail_test(&SystemDesk, &name)?.into()))
        .await
}

/// Allows or forbids public chains.
#[tauri::command]
#[specta::specta]
pub async fn anchor_policy_set(desktop: State<'_, Desktop>, public_chains: bool) -> Answer<()> {
    desktop
        .with(move |office| office.anchor_policy_set(&SystemDesk, &AnchorPolicy { public_chains }))
        .await
}

/// The office log and its witnesses.
#[tauri::command]
#[specta::specta]
pub async fn office_log(desktop: State<'_, Desktop>) -> Answer<LogView> {
    desktop
        .with(|office| {
            Ok(LogView {
                key: office.log_key()?.to_line(),
                size: office.log_size()?,
                witnesses: office
                    .witnesses()?
                    .into_iter()
                    .map(WitnessForm::from)
                    .collect(),
            })
        })
        .await
}

/// Chooses the witnesses.
#[tauri::command]
#[specta::specta]
pub async fn witnesses_choose(
    desktop: State<'_, Desktop>,
    witnesses: Vec<WitnessForm>,
) -> Answer<()> {
    let choices: Vec<_> = witnesses.into_iter().map(Into::into).collect();
    desktop
        .with(move |office| office.witnesses_choose(&SystemDesk, &choices))
        .await
}

/// Asks every witness to sign the log as it is now.
#[tauri::command]
#[specta::specta]
pub async fn log_cosign(desktop: State<'_, Desktop>) -> Answer<Vec<CosignedRow>> {
    desktop
        .with(|office| {
            let told = office.log_cosign(&SystemDesk)?.into_iter();
            Ok(told.map(CosignedRow::from).collect())
        })
        .await
}

/// Writes the log as static files; how many entries.
#[tauri::command]
#[specta::specta]
pub async fn log_publish(desktop: State<'_, Desktop>, folder: String) -> Answer<u64> {
    desktop
        .with(move |office| office.log_publish(&PathBuf::from(folder)))
        .await
}
