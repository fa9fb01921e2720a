//! Opening the office as a person.

use std::path::PathBuf;

use fidem_casebook::KdfParams;
use fidem_office::{NewOffice, Office, SystemDesk};

use crate::arguments::Arguments;
use crate::failure::Failure;

/// Result of a command's part.
pub type Result<T> = std::result::Result<T, Failure>;

/// The folder named on the command line.
pub fn folder(arguments: &Arguments) -> Result<PathBuf> {
    arguments.office.clone().ok_or_else(|| {
        Failure::usage(
            "请用 --office 或者 FIDEM_OFFICE 指定机构文件夹。",
            "Name the office folder with --office or FIDEM_OFFICE.",
        )
    })
}

/// The acting person: the one named, or the only one there is.
fn person(arguments: &Arguments, folder: &std::path::Path) -> Result<String> {
    if let Some(person) = &arguments.person {
        return Ok(person.clone());
    }
    match Office::people_of(folder)?.as_slice() {
        [only] => Ok(only.clone()),
        _ => Err(Failure::usage(
            "请用 --as 指明办理人。",
            "Say who acts with --as.",
        )),
    }
}

/// Opens the office.
pub fn open(arguments: &Arguments) -> Result<Office> {
    let folder = folder(arguments)?;
    let person = person(arguments, &folder)?;
    let passphrase = passphrase("FIDEM_PASSPHRASE", &person)?;
    Ok(Office::open(&folder, &person, &passphrase, &SystemDesk)?)
}

/// Makes the office; the sheet is for paper.
pub fn create(
    arguments: &Arguments,
    name: &str,
    name_en: Option<&str>,
) -> Result<(Office, String)> {
    let folder = folder(arguments)?;
    let person = arguments.person.clone().ok_or_else(|| {
        Failure::usage(
            "请用 --as 指明首位工作人员。",
            "Name the first person with --as.",
        )
    })?;
    let passphrase = passphrase("FIDEM_PASSPHRASE", &person)?;
    let new = NewOffice {
        name,
        name_en,
        demonstration: false,
        person: &person,
        passphrase: &passphrase,
        kdf: KdfParams::standard(),
    };
    let (office, sheet) = Office::create(&folder, &new, &mut SystemDesk)?;
    Ok((office, sheet.text().to_owned()))
}

/// A new passphrase by the recovery sheet.
pub fn recover(arguments: &Arguments, name: &str) -> Result<Office> {
    let folder = folder(arguments)?;
    let sheet = secret("FIDEM_RECOVERY_SHEET", "恢复单 / recovery sheet")?;
    let passphrase = passphrase("FIDEM_NEW_PASSPHRASE", name)?;
    Ok(Office::recover(
        &folder,
        &sheet,
        name,
        &passphrase,
        &mut SystemDesk,
    )?)
}

/// A person's passphrase.
pub fn passphrase(variable: &str, person: &str) -> Result<String> {
    secret(variable, &format!("{person} — 口令 / passphrase"))
}

/// From the environment, else asked for without an echo.
pub fn secret(variable: &str, what: &str) -> Result<String> {
    if let Ok(found) = std::env::var(variable) {
        return Ok(found);
    }
    rpassword::prompt_password(format!("{what}: ")).map_err(|e| {
        Failure::usage(
            format!("未能读取“{what}”（可用环境变量 {variable}）：{e}"),
            format!("“{what}” could not be read ({variable} in the environment serves too): {e}"),
        )
    })
}
