//! Cases: the list, one case's page, its journal, and finding them.

use fidem_fingerprint::hex;
use fidem_office::{self as uses, CaseDetail, CaseFilter, Office, SystemDesk};
use tauri::State;

use super::Answer;
use crate::state::{Desktop, aside};
use crate::wire::{
    CaseChange, CasePage, CaseRow, CaseView, FileHits, Hit, JournalEntry, JournalPage, NewCase,
    SealView, TokenView,
};

/// Most rows, items or entries one answer holds.
pub const MOST: u64 = 2000;

/// Cases that hold the words, newest first.
#[tauri::command]
#[specta::specta]
pub async fn case_list(
    desktop: State<'_, Desktop>,
    words: String,
    offset: u64,
    limit: u64,
) -> Answer<CasePage> {
    desktop
        .with(move |office| {
            let filter = CaseFilter {
                words: Some(words).filter(|words| !words.trim().is_empty()),
                state: None,
                offset,
                limit: limit.min(MOST),
            };
            Ok(CasePage {
                total: office.case_count(&filter)?,
                rows: office
                    .case_list(&filter)?
                    .into_iter()
                    .map(CaseRow::from)
                    .collect(),
            })
        })
        .await
}

/// Opens a case; its id.
#[tauri::command]
#[specta::specta]
pub async fn case_new(desktop: State<'_, Desktop>, fields: NewCase) -> Answer<String> {
    desktop
        .with(move |office| {
            let new = uses::NewCase {
                matter: fields.matter,
                applicant: fields.applicant,
                facts_json: "{}".to_owned(),
                ..uses::NewCase::default()
            };
            Ok(office.case_new(&SystemDesk, &new)?.id)
        })
        .await
}

/// A case's page; with `look` that it was opened enters the journal.
#[tauri::command]
#[specta::specta]
pub async fn case_show(
    desktop: State<'_, Desktop>,
    case_id: String,
    look: bool,
) -> Answer<CaseView> {
    desktop
        .with(move |office| {
            let detail = match look {
                true => office.case_show(&SystemDesk, &case_id)?,
                false => office.case_detail(&case_id)?,
            };
            let seals = seals(office, &detail)?;
            Ok(CaseView::new(detail, seals))
        })
        .await
}

fn seals(office: &Office, detail: &CaseDetail) -> uses::Result<Vec<SealView>> {
    detail
        .seals
        .iter()
        .map(|kept| {
            let mut seal = SealView::new(kept)?;
            let tokens = office.seal_tokens(&detail.case.id, seal.number)?;
            seal.tokens = tokens.into_iter().map(TokenView::from).collect();
            Ok(seal)
        })
        .collect()
}

/// Corrects a case's fields.
#[tauri::command]
#[specta::specta]
pub async fn case_update(
    desktop: State<'_, Desktop>,
    case_id: String,
    change: CaseChange,
) -> Answer<()> {
    desktop
        .with(move |office| {
            let change = uses::CaseChange {
                matter: change.matter,
                applicant: change.applicant,
                acceptance_number: change.acceptance_number,
                notarial_number: change.notarial_number,
                ..uses::CaseChange::default()
            };
            office
                .case_update(&SystemDesk, &case_id, &change)
                .map(|_| ())
        })
        .await
}

/// Entries of a case's journal from a number on.
#[tauri::command]
#[specta::specta]
pub async fn journal(
    desktop: State<'_, Desktop>,
    case_id: String,
    from: u64,
    limit: u64,
) -> Answer<JournalPage> {
    desktop
        .with(move |office| {
            let limit = limit.clamp(1, MOST);
            // One more than asked for tells whether there are more.
            let mut texts = office.journal(Some(&case_id), from, limit + 1)?;
            let more = u64::try_from(texts.len()).unwrap_or(u64::MAX) > limit;
            let beyond = more.then(|| texts.pop()).flatten();
            let next_from = match beyond {
                Some(text) => Some(JournalEntry::read(&text)?.sequence),
                None => None,
            };
            let entries: uses::Result<Vec<_>> =
                texts.iter().map(|text| JournalEntry::read(text)).collect();
            Ok(JournalPage {
                entries: entries?,
                next_from,
            })
        })
        .await
}

/// Cases, items and documents by words.
#[tauri::command]
#[specta::specta]
pub async fn search(desktop: State<'_, Desktop>, words: String) -> Answer<Vec<Hit>> {
    desktop
        .with(move |office| Ok(office.search(&words)?.into_iter().map(Hit::from).collect()))
        .await
}

/// Where a file belongs, by its digests.
#[tauri::command]
#[specta::specta]
pub async fn find_file(desktop: State<'_, Desktop>, path: String) -> Answer<FileHits> {
    let print = aside(move || Ok(uses::fingerprint_file(std::path::Path::new(&path))?)).await?;
    desktop
        .with(move |office| {
            Ok(FileHits {
                sha256: hex::encode(&print.sha256),
                sm3: hex::encode(&print.sm3),
                hits: office.find(&print)?.into_iter().map(Hit::from).collect(),
            })
        })
        .await
}
