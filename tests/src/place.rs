//! An office of the tests' own, worked in through the program.

use std::path::{Path, PathBuf};
use std::process::Command;

use fidem_testkit::{FrozenClock, TwoAuthorities, two_authorities};
use tempfile::TempDir;

use crate::fidem::{self, Answer};
use crate::forgery::now;

/// The first person, clerk and administrator.
pub const CLERK: &str = "张三";
/// The second person, who reviews.
pub const REVIEWER: &str = "李四";

/// A folder with an office in it, and room for files beside the office.
pub struct Place {
    folder: TempDir,
    office: PathBuf,
    sheet: String,
}

impl Place {
    /// A new office with its first person.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let office = folder.path().join("office");
        Self::founded(folder, office)
    }

    /// A new office in a folder elsewhere, on another disk for example.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn at(office: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::founded(folder, office.to_owned())
    }

    fn founded(folder: TempDir, office: PathBuf) -> Self {
        let mut place = Self {
            folder,
            office,
            sheet: String::new(),
        };
        let answer = place
            .run(&[
                "init",
                "--name",
                "青石公证处",
                "--name-en",
                "Qingshi Notary",
            ])
            .exits(0);
        let json = answer.json();
        place.sheet = json["recovery_sheet"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(place.sheet.len() > 20, "{}", answer.told());
        place
    }

    /// The folder around the office.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The office's folder.
    #[must_use]
    pub fn office(&self) -> &Path {
        &self.office
    }

    /// Writes a file beside the office.
    ///
    /// # Panics
    /// When there is no room for it.
    #[must_use]
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        if let Some(folder) = Path::new(&path).parent() {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// Path of a name beside the office.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// A command as a person, with sentences.
    #[must_use]
    pub fn command(&self, person: &str, arguments: &[&str]) -> Command {
        let mut command = fidem::command();
        command
            .current_dir(self.folder.path())
            .env("FIDEM_OFFICE", &self.office)
            .env("FIDEM_AS", person)
            .env("FIDEM_PASSPHRASE", passphrase(person))
            .args(arguments);
        command
    }

    /// Runs a command as the clerk, answered in JSON.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Answer {
        self.run_as(CLERK, arguments)
    }

    /// Runs a command as a person, answered in JSON.
    #[must_use]
    pub fn run_as(&self, person: &str, arguments: &[&str]) -> Answer {
        fidem::run(self.command(person, arguments).arg("--json"))
    }

    /// Adds a person.
    pub fn hire(&self, person: &str, roles: &str) {
        let mut command = self.command(CLERK, &["person", "add", person, "--roles", roles]);
        command.env("FIDEM_NEW_PASSPHRASE", passphrase(person));
        let _ = fidem::run(&mut command).exits(0);
    }

    /// Sets a new passphrase by a recovery sheet; the office's own where none is given.
    #[must_use]
    pub fn recover(&self, person: &str, sheet: Option<&str>, new: &str) -> Answer {
        let mut command = self.command(person, &["person", "recover", person, "--json"]);
        command.env("FIDEM_RECOVERY_SHEET", sheet.unwrap_or(&self.sheet));
        command.env("FIDEM_NEW_PASSPHRASE", new);
        fidem::run(&mut command)
    }

    /// Opens a case; its number.
    #[must_use]
    pub fn case(&self, matter: &str) -> String {
        let answer = self
            .run(&["case", "new", "--matter", matter, "--applicant", "王小明"])
            .exits(0);
        answer.json()["number"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Lets the office use these authorities.
    pub fn choose(&self, authorities: &TwoAuthorities) {
        let [first, second] = authorities.urls();
        let roots = authorities.roots().display().to_string();
        let _ = self
            .run(&["authority", "choose", &first, &second, "--roots", &roots])
            .exits(0);
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// The passphrase of a person.
#[must_use]
pub fn passphrase(person: &str) -> String {
    format!("口令 of {person}")
}

/// Two authorities that go by the present time.
///
/// # Panics
/// When they cannot be made.
#[must_use]
pub fn authorities() -> TwoAuthorities {
    two_authorities(&FrozenClock::at(now())).expect("authorities")
}
