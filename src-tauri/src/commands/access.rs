//! The program, and coming in and going out of an office.

use std::path::{Path, PathBuf};

use fidem_casebook::KdfParams;
use fidem_office::{self as uses, Office, SystemDesk};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager as _, State};

use super::Answer;
use crate::state::{Desktop, aside};
use crate::wire::{AppInfo, Login, NewOffice, OfficeStatus, Recovery, RecoverySheet};

/// The office that was last open on this machine. A name and a place, nothing of any case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Recent {
    demonstration: bool,
    folder: PathBuf,
    name: String,
}

/// Version and the folder a new office may take.
#[tauri::command]
#[specta::specta]
pub fn app_info(app: AppHandle) -> AppInfo {
    let home = app.path().document_dir().or_else(|_| app.path().home_dir());
    AppInfo {
        version: app.package_info().version.to_string(),
        suggested_folder: free_folder(&home.unwrap_or_default()).display().to_string(),
    }
}

/// Whether there is an office, and who has opened it.
#[tauri::command]
#[specta::specta]
pub async fn office_status(app: AppHandle, desktop: State<'_, Desktop>) -> Answer<OfficeStatus> {
    match desktop.with(|office| OfficeStatus::open(office)).await {
        Err(refused) if refused.code == "locked" => Ok(closed(recent(&app))),
        answer => answer,
    }
}

/// Names for the log-in list of a folder.
#[tauri::command]
#[specta::specta]
pub async fn office_people(folder: String) -> Answer<Vec<String>> {
    aside(move || Ok(Office::people_of(Path::new(&folder))?)).await
}

/// Makes an office; the sheet is shown once and kept nowhere.
#[tauri::command]
#[specta::specta]
pub async fn office_create(
    app: AppHandle,
    desktop: State<'_, Desktop>,
    office: NewOffice,
) -> Answer<RecoverySheet> {
    let (open, sheet) = aside(move || {
        let new = uses::NewOffice {
            name: &office.name,
            name_en: None,
            demonstration: false,
            person: &office.person,
            passphrase: &office.passphrase,
            kdf: KdfParams::standard(),
        };
        let (open, sheet) = Office::create(Path::new(&office.folder), &new, &mut SystemDesk)?;
        let sheet = RecoverySheet {
            office: open.profile().name.clone(),
            folder: open.dir().display().to_string(),
            person: open.person().name.clone(),
            code: sheet.text().to_owned(),
            made_at: open.profile().created.clone(),
        };
        Ok((open, sheet))
    })
    .await?;
    remember(&app, &open);
    desktop.set(Some(open)).await?;
    Ok(sheet)
}

/// Logs a person in.
#[tauri::command]
#[specta::specta]
pub async fn office_open(app: AppHandle, desktop: State<'_, Desktop>, login: Login) -> Answer<()> {
    desktop.set(None).await?;
    let open = aside(move || {
        let folder = Path::new(&login.folder);
        Ok(Office::open(
            folder,
            &login.person,
            &login.passphrase,
            &SystemDesk,
        )?)
    })
    .await?;
    remember(&app, &open);
    desktop.set(Some(open)).await
}

/// Gives a person a new passphrase by the printed sheet, and logs them in.
#[tauri::command]
#[specta::specta]
pub async fn office_recover(
    app: AppHandle,
    desktop: State<'_, Desktop>,
    recovery: Recovery,
) -> Answer<()> {
    desktop.set(None).await?;
    let open = aside(move || {
        let folder = Path::new(&recovery.folder);
        let (person, passphrase) = (&recovery.person, &recovery.passphrase);
        Ok(Office::recover(
            folder,
            &recovery.sheet,
            person,
            passphrase,
            &mut SystemDesk,
        )?)
    })
    .await?;
    remember(&app, &open);
    desktop.set(Some(open)).await
}

/// Logs out: the casebook is closed and its key wiped.
#[tauri::command]
#[specta::specta]
pub async fn office_lock(desktop: State<'_, Desktop>) -> Answer<()> {
    desktop.set(None).await
}

fn closed(recent: Option<Recent>) -> OfficeStatus {
    let known = recent.and_then(|recent| {
        let people = Office::people_of(&recent.folder).ok()?;
        Some((recent, people))
    });
    known.map_or(OfficeStatus::None, |(recent, people)| {
        OfficeStatus::Closed {
            folder: recent.folder.display().to_string(),
            name: recent.name,
            demonstration: recent.demonstration,
            people,
        }
    })
}

/// `Fidem`, or `Fidem-2` … where that is taken.
fn free_folder(home: &Path) -> PathBuf {
    let first = home.join("Fidem");
    if !first.exists() {
        return first;
    }
    (2_u32..1000)
        .map(|number| home.join(format!("Fidem-{number}")))
        .find(|folder| !folder.exists())
        .unwrap_or(first)
}

/// `FIDEM_OFFICE` names the office for one run; otherwise it is the one last open.
fn recent(app: &AppHandle) -> Option<Recent> {
    let kept = read_recent(&app.path().app_config_dir().ok()?);
    match std::env::var_os("FIDEM_OFFICE").map(PathBuf::from) {
        None => kept,
        Some(folder) => kept.filter(|recent| recent.folder == folder).or_else(|| {
            let name = folder.file_name()?.to_string_lossy().into_owned();
            Some(Recent {
                demonstration: false,
                folder,
                name,
            })
        }),
    }
}

fn read_recent(config: &Path) -> Option<Recent> {
    let text = std::fs::read(config.join("recent.json")).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Forgetting which office was open costs a person one choice of a folder, so a failure here fails nothing.
fn remember(app: &AppHandle, office: &Office) {
    if let Ok(config) = app.path().app_config_dir() {
        let recent = Recent {
            demonstration: office.profile().demonstration,
            folder: office.dir().to_owned(),
            name: office.profile().name.clone(),
        };
        let _ = write_recent(&config, &recent);
    }
}

fn write_recent(config: &Path, recent: &Recent) -> std::io::Result<()> {
    std::fs::create_dir_all(config)?;
    std::fs::write(config.join("recent.json"), serde_json::to_vec(recent)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_office_last_open_is_remembered_and_a_damaged_note_forgotten() {
        let config = tempfile::tempdir().expect("a folder");
        assert_eq!(read_recent(config.path()), None);
        let recent = Recent {
            demonstration: true,
            folder: PathBuf::from("/x/青梧"),
            name: "青梧市公证处".to_owned(),
        };
        write_recent(config.path(), &recent).expect("written");
        assert_eq!(read_recent(config.path()), Some(recent));
        std::fs::write(config.path().join("recent.json"), b"{").expect("written");
        assert_eq!(read_recent(config.path()), None);
    }

    #[test]
    fn an_office_that_is_gone_is_no_office() {
        let gone = Recent {
            demonstration: false,
            folder: PathBuf::from("/nowhere/at/all"),
            name: String::new(),
        };
        assert!(matches!(closed(Some(gone)), OfficeStatus::None));
    }

    #[test]
    fn a_new_office_is_never_suggested_into_an_existing_folder() {
        let home = tempfile::tempdir().expect("a folder");
        assert_eq!(free_folder(home.path()), home.path().join("Fidem"));
        std::fs::create_dir(home.path().join("Fidem")).expect("made");
        assert_eq!(free_folder(home.path()), home.path().join("Fidem-2"));
    }
}
