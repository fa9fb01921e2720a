//! Declares every command by name, so that each has a permission of its own and none is open by default.

/// What the page may ask for; `capabilities/main.json` grants each of them.
const COMMANDS: &[&str] = &[
    "app_info",
    "office_status",
    "office_people",
    "office_create",
    "office_open",
    "office_recover",
    "office_lock",
    "person_list",
    "person_add",
    "authorities_public",
    "authorities_chosen",
    "authorities_choose",
    "case_list",
    "case_new",
    "case_show",
    "case_update",
    "case_items",
    "item_preview",
    "item_withdraw",
    "take_in",
    "cancel_job",
    "seal",
    "review",
    "certify",
    "certificate_bytes",
    "export_handover",
    "journal",
    "due",
    "renew",
    "renewal_proposal",
    "renewal_propose",
    "token_fields",
    "authorities_standing",
    "waiting",
    "retry",
    "verify",
    "search",
    "find_file",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
