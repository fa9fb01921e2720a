//! Records of work: 现场记录, 手机取证记录, and the reason of two persons.

use fidem_office::{OnSite, Phone, Reason, SystemDesk};
use tauri::State;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{
    OnSiteForm, PhoneForm, ReasonForm, RecordBody, RecordKind, RecordRow, RecordView, RecordsView,
    into_form,
};

/// The records of a case, and those that are wanted.
#[tauri::command]
#[specta::specta]
pub async fn records(desktop: State<'_, Desktop>, case_id: String) -> Answer<RecordsView> {
    desktop
        .with(move |office| {
            let rows = office.work_records(&case_id)?.into_iter();
            let wanted = office.wanting(&case_id)?.into_iter();
            Ok(RecordsView {
                rows: rows.map(RecordRow::from).collect(),
                wanted: wanted.map(Into::into).collect(),
            })
        })
        .await
}

/// The latest version of a record.
#[tauri::command]
#[specta::specta]
pub async fn record_show(
    desktop: State<'_, Desktop>,
    case_id: String,
    kind: RecordKind,
    number: u32,
) -> Answer<RecordView> {
    let found = desktop
        .with(move |office| office.work_record(&case_id, kind.into(), number, None))
        .await?;
    Ok(RecordView {
        row: found.row.into(),
        body: RecordBody::of(found.body)?,
    })
}

/// An on-site record filled in as far as is known.
#[tauri::command]
#[specta::specta]
pub async fn onsite_proposal(desktop: State<'_, Desktop>, case_id: String) -> Answer<OnSiteForm> {
    into_form(
        desktop
            .with(move |office| office.onsite_proposal(&case_id))
            .await?,
    )
}

/// Writes an on-site record, or its next version.
#[tauri::command]
#[specta::specta]
pub async fn onsite_write(
    desktop: State<'_, Desktop>,
    case_id: String,
    number: Option<u32>,
    form: OnSiteForm,
    complete: bool,
) -> Answer<RecordRow> {
    let body: OnSite = into_form(form)?;
    desktop
        .with(move |office| {
            let row = office.onsite_write(&SystemDesk, &case_id, number, &body, complete)?;
            Ok(row.into())
        })
        .await
}

/// Writes a phone record, or its next version.
#[tauri::command]
#[specta::specta]
pub async fn phone_write(
    desktop: State<'_, Desktop>,
    case_id: String,
    number: Option<u32>,
    form: PhoneForm,
    complete: bool,
) -> Answer<RecordRow> {
    let body: Phone = into_form(form)?;
    desktop
        .with(move |office| {
            let row = office.phone_write(&SystemDesk, &case_id, number, &body, complete)?;
            Ok(row.into())
        })
        .await
}

/// Writes why work went on after an abnormal finding; another person confirms it.
#[tauri::command]
#[specta::specta]
pub async fn reason_write(
    desktop: State<'_, Desktop>,
    case_id: String,
    number: Option<u32>,
    form: ReasonForm,
) -> Answer<RecordRow> {
    let body: Reason = into_form(form)?;
    desktop
        .with(move |office| {
            let row = office.reason_write(&SystemDesk, &case_id, number, &body)?;
            Ok(row.into())
        })
        .await
}

/// Confirms another person's reason.
#[tauri::command]
#[specta::specta]
pub async fn reason_confirm(
    desktop: State<'_, Desktop>,
    case_id: String,
    number: u32,
) -> Answer<RecordRow> {
    desktop
        .with(move |office| {
            let row = office.reason_confirm(&SystemDesk, &case_id, number)?;
            Ok(row.into())
        })
        .await
}
