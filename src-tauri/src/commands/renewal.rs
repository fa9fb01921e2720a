//! What ends when, and renewal.

use fidem_office::{SealOptions, SystemDesk};
use tauri::State;
use tauri::ipc::Channel;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{DueRow, Progress, ProposalView, RenewedRow};

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

/// The renewal that waits for a second person.
#[tauri::command]
#[specta::specta]
pub async fn renewal_proposal(desktop: State<'_, Desktop>) -> Answer<Option<ProposalView>> {
    desktop
        .with(|office| {
            let proposal = office.renewal_proposal(&SystemDesk)?;
            let me = office.person().name.clone();
            Ok(proposal.map(|proposal| ProposalView {
                own: proposal.person == me,
                person: proposal.person,
                case_id: proposal.case,
                at: proposal.at,
            }))
        })
        .await
}

/// Proposes to renew all that is due, or everything of one case.
#[tauri::command]
#[specta::specta]
pub async fn renewal_propose(desktop: State<'_, Desktop>, case_id: Option<String>) -> Answer<()> {
    desktop
        .with(move |office| office.renewal_propose(&SystemDesk, case_id.as_deref()))
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
