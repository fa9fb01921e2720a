//! The desktop window: commands that the page may call, and nothing that decides anything.
//!
//! Every command is an adapter of one use case of `fidem-office`. The page receives codes and facts, never sentences;
//! roles, paths and states are checked again below, whatever a screen shows.
#![forbid(unsafe_code)]

mod commands;
mod error;
mod state;
pub mod wire;

use tauri::Manager as _;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

pub use error::ShellError;
pub use state::Desktop;

/// The commands with their types; `ui/src/shell/bindings.ts` is written from this.
#[must_use]
pub fn interface() -> Builder<tauri::Wry> {
    use commands::{
        access, anchors, capture, cases, device, items, office, papers, records, renewal,
        templates, time, verify,
    };
    Builder::<tauri::Wry>::new()
        .error_handling(ErrorHandlingMode::Throw)
        // Counts and sizes: none reaches 2^53, above which a page would round them.
        .dangerously_cast_bigints_to_number()
        .commands(collect_commands![
            access::app_info,
            access::office_status,
            access::office_people,
            access::office_create,
            access::office_open,
            access::office_recover,
            access::office_lock,
            office::person_list,
            office::person_add,
            office::authorities_public,
            office::authorities_chosen,
            office::authorities_choose,
            cases::case_list,
            cases::case_new,
            cases::case_show,
            cases::case_update,
            cases::search,
            cases::find_file,
            cases::journal,
            items::case_items,
            items::item_preview,
            items::item_withdraw,
            items::take_in,
            items::cancel_job,
            papers::seal,
            papers::review,
            papers::certify,
            papers::certificate_bytes,
            papers::paper_preview,
            papers::papers,
            papers::paper_write,
            papers::paper_approve,
            papers::status_list_save,
            papers::copy_add,
            papers::copies,
            papers::sign_document,
            papers::sign_beside,
            papers::renew_document,
            papers::signing_settings,
            papers::signing_settings_set,
            papers::draft_save,
            papers::export_handover,
            templates::templates,
            templates::templates_use,
            templates::templates_begin,
            templates::template_trial,
            records::records,
            records::record_show,
            records::onsite_proposal,
            records::onsite_write,
            records::phone_write,
            records::reason_write,
            records::reason_confirm,
            renewal::due,
            renewal::renew,
            renewal::renewal_proposal,
            renewal::renewal_propose,
            time::token_fields,
            time::authorities_standing,
            time::waiting,
            time::retry,
            anchors::case_anchors,
            anchors::case_interests,
            anchors::interest_declare,
            anchors::anchorings,
            anchors::anchor_submit,
            anchors::anchor_upgrade,
            anchors::anchor_proof,
            anchors::rails,
            anchors::rail_set,
            anchors::rail_remove,
            anchors::rail_test,
            anchors::anchor_policy_set,
            anchors::office_log,
            anchors::witnesses_choose,
            anchors::log_cosign,
            anchors::log_publish,
            verify::verify,
            verify::report_save,
            capture::capture,
            capture::visit,
            capture::visit_say,
            capture::capture_facts,
            capture::capture_picture,
            capture::captures_recover,
            capture::check_environment,
            capture::cleanliness_report,
            device::device_standing,
            device::device_list,
            device::device_register,
            device::device_confirm,
            device::device_retire,
            device::probes,
            device::probes_set,
        ])
}

/// Whether this process was started to set a document by an office's template; then it has done so.
#[must_use]
pub fn typesets() -> bool {
    let asked = std::env::args().nth(1).as_deref() == Some(fidem_office::TYPESETTING_WORKER);
    if asked {
        // The parent sees from the answer whether there is one.
        let _ = fidem_office::typeset(std::io::stdin(), std::io::stdout());
    }
    asked
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// [`tauri::Error`] when the system offers no window.
#[expect(
    clippy::disallowed_methods,
    reason = "written by `generate_context`, not by us"
)]
pub fn run() -> Result<(), tauri::Error> {
    let interface = interface();
    tauri::Builder::default()
        // First, so that a second start only brings the window to the front.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            if let Some(window) = app.get_webview_window("main") {
                // A window that cannot be raised is no reason to fail.
                let _ = window.unminimize().and_then(|()| window.set_focus());
            }
        }))
        .plugin(tauri_plugin_dialog::init())
        .manage(Desktop::default())
        .invoke_handler(interface.invoke_handler())
        .run(tauri::generate_context!())
}
