//! 立即固定: capturing, examining the machine, and looking at what was captured.

use fidem_capture::interactive::SignIn;
use fidem_office::{
    CaptureOptions, Captured, Driving, Lend as _, Office, OfficeError, SystemDesk, capture_with,
};
use tauri::State;
use tauri::ipc::Channel;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{
    Bytes, CaptureFacts, CaptureResult, CleanlinessReport, EnvironmentView, Progress,
    RecoveredView, SourceClass, VisitLogin, VisitOrder, VisitTold,
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
        .work_beside(job, on_progress, move |office, desk| {
            let options = CaptureOptions::default();
            let made = capture_with(office, desk, &case_id, &url, &options, Driving::Alone)?;
            let class = office.lend(|office| class_of(office, &case_id, &made))?;
            Ok(CaptureResult::new(made, class))
        })
        .await
}

/// Captures while a person drives a window of the browser, by [`visit_say`]; ends when they finish or close it.
#[tauri::command]
#[specta::specta]
pub async fn visit(
    desktop: State<'_, Desktop>,
    job: String,
    case_id: String,
    url: String,
    login: Option<VisitLogin>,
    on_progress: Channel<Progress>,
    on_told: Channel<VisitTold>,
) -> Answer<CaptureResult> {
    let commands = desktop.listen(&job);
    desktop
        .work_beside(job, on_progress, move |office, desk| {
            let mut options = CaptureOptions::default();
            options.bounds.headed = true;
            // A page that went away loses the list, not the capture.
            let mut told = |told| {
                if let Some(told) = VisitTold::of(told) {
                    let _ = on_told.send(told);
                }
            };
            let driving = Driving::Person {
                login: login.map(SignIn::from),
                commands: &commands,
                told: &mut told,
            };
            let made = capture_with(office, desk, &case_id, &url, &options, driving)?;
            let class = office.lend(|office| class_of(office, &case_id, &made))?;
            Ok(CaptureResult::new(made, class))
        })
        .await
}

/// Says something to the browser of a visit; false where it has ended.
#[tauri::command]
#[specta::specta]
pub fn visit_say(desktop: State<'_, Desktop>, job: String, order: VisitOrder) -> bool {
    desktop.say(&job, order.into())
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

/// Finishes captures that were interrupted; what came of them.
#[tauri::command]
#[specta::specta]
pub async fn captures_recover(desktop: State<'_, Desktop>) -> Answer<RecoveredView> {
    desktop
        .with(|office| Ok(office.recover_captures(&mut SystemDesk)?.into()))
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
