//! What can go wrong between data and pages.

use std::path::PathBuf;
use std::time::Duration;

use crate::{AttachmentProblem, ForbiddenInField, Problem};

/// A message of the template compiler with its place.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Diagnostic {
    /// What is wrong.
    pub message: String,
    /// Template file, when the message has a place.
    pub file: Option<String>,
    /// Line from 1; 0 without a place.
    pub line: usize,
    /// Column from 1; 0 without a place.
    pub column: usize,
    /// What may help.
    pub hints: Vec<String>,
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:{}:{}: ", self.line, self.column)?;
        }
        f.write_str(&self.message)?;
        self.hints
            .iter()
            .try_for_each(|hint| write!(f, " ({hint})"))
    }
}

/// Why no document was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// No folder held a usable font.
    #[error(
        "no fonts for certificates; looked in: {}; `fonts.sh` in the source tree fetches them",
        list(looked_in)
    )]
    NoFonts {
        /// Where they were sought.
        looked_in: Vec<PathBuf>,
    },
    /// A template or font could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The template folder does not hold the document's own template.
    #[error("the template folder has no {name}")]
    MissingTemplate {
        /// File name expected.
        name: &'static str,
    },
    /// A symbolic link or an oversized file stands in the template folder.
    #[error("{} may not stand in a template folder", path.display())]
    TemplateEntry {
        /// The entry.
        path: PathBuf,
    },
    /// A field that cannot be printed truthfully.
    #[error("{field}: {problem}")]
    Data {
        /// Path of the field, such as `seals[0].root`.
        field: String,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The clerk's own text promises too much.
    #[error("forbidden phrases: {}", phrases(found))]
    ForbiddenPhrases {
        /// Each with its field.
        found: Vec<ForbiddenInField>,
    },
    /// An attachment is refused.
    #[error("attachment {name}: {problem}")]
    Attachment {
        /// Its name.
        name: String,
        /// Why.
        problem: AttachmentProblem,
    },
    /// The template does not compile.
    #[error("template: {}", diagnostics(errors))]
    Template {
        /// All errors of the compiler.
        errors: Vec<Diagnostic>,
    },
    /// No font has a glyph for this character; a name must never become an empty box.
    #[error("no font has a glyph for {character:?} in {text:?}")]
    MissingGlyph {
        /// The character.
        character: char,
        /// The text it stands in.
        text: String,
    },
    /// The pages lack something that no template may leave out.
    #[error("page {page} does not show {mark:?}")]
    Omitted {
        /// Page from 1.
        page: usize,
        /// What is missing.
        mark: String,
    },
    /// The document's title calls it a notarial certificate.
    #[error("the title {title:?} is that of a notarial certificate")]
    Title {
        /// The title.
        title: String,
    },
    /// The case number does not fit a QR code.
    #[error("the QR text is too long")]
    QrCode,
    /// Setting took longer than allowed. A template is a program and may not end.
    #[error("setting the document took longer than {limit:?}")]
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// The worker ended without an answer.
    #[error("the typesetting worker ended without an answer")]
    Worker,
    /// The process of its own in which an office's template is set failed.
    #[error("the template could not be set: {reason}")]
    Apart {
        /// Why.
        reason: String,
    },
    /// The PDF could not be examined.
    #[error("the PDF cannot be examined: {reason}")]
    Examination {
        /// The examiner's words.
        reason: String,
    },
}

fn list(paths: &[PathBuf]) -> String {
    let shown: Vec<_> = paths.iter().map(|p| p.display().to_string()).collect();
    shown.join(", ")
}

fn phrases(found: &[ForbiddenInField]) -> String {
    let shown: Vec<_> = found
        .iter()
        .map(|f| format!("{} in {}", f.found.phrase, f.field))
        .collect();
    shown.join("; ")
}

fn diagnostics(errors: &[Diagnostic]) -> String {
    let shown: Vec<_> = errors.iter().map(ToString::to_string).collect();
    shown.join("; ")
}
