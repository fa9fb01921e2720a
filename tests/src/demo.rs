//! The demonstration, made once per test binary and kept in memory.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::fidem;

/// What `fidem demo` leaves behind.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The evidence package.
    pub package: Vec<u8>,
    /// The receipt.
    pub certificate: Vec<u8>,
    /// The roots of its authorities, PEM.
    pub trust: Vec<u8>,
    /// The report that the demonstration ends with.
    pub report: Vec<u8>,
}

/// The demonstration of this test binary.
pub fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(Demo::make)
}

/// Another demonstration with other keys and another office.
pub fn another_demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(Demo::make)
}

impl Demo {
    /// Runs the demonstration in a folder of its own.
    ///
    /// # Panics
    /// When it does not end well.
    #[must_use]
    pub fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let answer = fidem::run(
            fidem::command()
                .current_dir(folder.path())
                .args(["demo", "--json"]),
        )
        .exits(0);
        let json = answer.json();
        let read = |key: &str| {
            let path = json[key].as_str().unwrap_or_default();
            std::fs::read(path).unwrap_or_else(|e| panic!("{key} {path}: {e}"))
        };
        Self {
            package: read("package"),
            certificate: read("certificate"),
            trust: read("trust"),
            report: read("report"),
        }
    }
}

/// A folder with files to verify, and the demonstration's roots in `trust.pem`.
pub struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    /// With the roots of the demonstration.
    #[must_use]
    pub fn new() -> Self {
        Self::trusting(&demo().trust)
    }

    /// With these roots.
    ///
    /// # Panics
    /// When there is no room for them.
    #[must_use]
    pub fn trusting(roots: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("trust.pem"), roots).expect("written");
        Self { folder }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The roots.
    #[must_use]
    pub fn trust(&self) -> PathBuf {
        self.folder.path().join("trust.pem")
    }

    /// Writes a file.
    ///
    /// # Panics
    /// When there is no room for it.
    #[must_use]
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// Verifies bytes with the roots of this bench.
    #[must_use]
    pub fn verify(&self, bytes: &[u8]) -> fidem::Answer {
        let file = self.file("subject", bytes);
        fidem::verify(&file, &["--trust".as_ref(), self.trust().as_os_str()])
    }
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}
