//! Trying the templates: a document over invented facts, or what is wrong and where.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fidem_certificate::{
    Bilingual, CertificateData, CertificateError, Diagnostic, Kind, Picture, TemplateSource,
    digest_of, specimen,
};

use super::data::program;
use super::templates::set_by;
use crate::{Office, OfficeError, Result};

/// Largest template of which lines are shown, octets.
const LARGEST: u64 = 1 << 20;
/// Nobody waits longer for a specimen.
const LIMIT: Duration = Duration::from_secs(30);
/// Lines shown before and after the one at fault.
const AROUND: usize = 2;

/// Templates as they lie there now, and what they make of a document.
#[derive(Debug, Clone)]
pub struct TemplateTrial {
    /// Their digest, as documents print it.
    pub sha256: String,
    /// The PDF, or why there is none.
    pub outcome: std::result::Result<Vec<u8>, Vec<TemplateFault>>,
}

/// Why a template makes no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    /// `template` for what the compiler says at a place; `omitted`, `title`, `glyph`, `time`, `ended` for what is said of the
    /// whole; `other`.
    pub code: &'static str,
    /// The compiler's words, or the mark, title or character in question.
    pub words: String,
    /// Template file; empty without a place.
    pub file: String,
    /// Line, or the page that lacks something, from 1; 0 without a place.
    pub line: usize,
    /// Column from 1; 0 without a place.
    pub column: usize,
    /// Lines of the file around it, by number.
    pub excerpt: Vec<(usize, String)>,
}

impl Office {
    /// The digest of the templates in force. It changes with every edit, and is how an editor's saving is noticed.
    ///
    /// # Errors
    /// [`OfficeError::Certificate`] where the folder cannot be read.
    pub fn templates_sha256(&self) -> Result<String> {
        let source = self.templates()?;
        let source = source.map_or(TemplateSource::BuiltIn, TemplateSource::Folder);
        Ok(digest_of(&source)?)
    }

    /// Sets a specimen of this kind by the templates in force. It bears the name of the office and is marked as a
    /// demonstration on every page; nothing is recorded.
    ///
    /// # Errors
    /// As [`Office::template_job`] and [`TemplateJob::run`].
    pub fn template_trial(&self, kind: Kind, chinese_only: bool) -> Result<TemplateTrial> {
        self.template_job(kind, chinese_only)?.run()
    }

    /// What [`Office::template_trial`] does, to be done without the office.
    ///
    /// # Errors
    /// [`OfficeError::Certificate`] where the folder cannot be read; [`OfficeError::ProgramSelfTest`]; [`OfficeError::Kind`].
    pub fn template_job(&self, kind: Kind, chinese_only: bool) -> Result<TemplateJob> {
        let Some((mut data, pictures)) = specimen(kind) else {
            return Err(OfficeError::Kind {
                kind: kind.to_string(),
            });
        };
        let profile = self.book.profile();
        data.chinese_only = chinese_only;
        data.demonstration = true;
        data.office.name = Bilingual::new(
            profile.name.clone(),
            profile.name_en.clone().unwrap_or_default(),
        );
        data.program = program()?;
        Ok(TemplateJob {
            sha256: self.templates_sha256()?,
            folder: self.templates()?,
            data,
            pictures,
        })
    }
}

/// A specimen to be set.
#[derive(Debug)]
pub struct TemplateJob {
    sha256: String,
    folder: Option<PathBuf>,
    data: CertificateData,
    pictures: Vec<Picture>,
}

impl TemplateJob {
    /// Sets it.
    ///
    /// # Errors
    /// [`OfficeError::Certificate`] without fonts. What is wrong with a template is an outcome.
    pub fn run(self) -> Result<TemplateTrial> {
        let folder = self.folder.clone();
        let outcome = match set_by(folder, &self.data, &[], &self.pictures, LIMIT) {
            Ok(rendered) => Ok(rendered.pdf),
            Err(error @ CertificateError::NoFonts { .. }) => return Err(error.into()),
            Err(error) => Err(faults(error, self.folder)),
        };
        Ok(TemplateTrial {
            sha256: self.sha256,
            outcome,
        })
    }
}

fn faults(error: CertificateError, folder: Option<PathBuf>) -> Vec<TemplateFault> {
    let (code, words, line) = match error {
        CertificateError::Template { errors } => {
            return errors
                .into_iter()
                .map(|e| at_place(e, folder.as_deref()))
                .collect();
        }
        CertificateError::Omitted { page, mark } => ("omitted", mark, page),
        CertificateError::Title { title } => ("title", title, 0),
        CertificateError::MissingGlyph { character, .. } => ("glyph", character.to_string(), 0),
        CertificateError::TimedOut { limit } => ("time", limit.as_secs().to_string(), 0),
        CertificateError::Apart { reason } => ("ended", reason, 0),
        CertificateError::Worker => ("ended", String::new(), 0),
        other => ("other", other.to_string(), 0),
    };
    vec![TemplateFault {
        code,
        words,
        file: String::new(),
        line,
        column: 0,
        excerpt: Vec::new(),
    }]
}

fn at_place(found: Diagnostic, folder: Option<&Path>) -> TemplateFault {
    let file = found.file.unwrap_or_default();
    let mut words = found.message;
    for hint in found.hints {
        words.push_str(&format!(" ({hint})"));
    }
    TemplateFault {
        code: "template",
        words,
        excerpt: folder.map_or_else(Vec::new, |folder| excerpt(folder, &file, found.line)),
        file,
        line: found.line,
        column: found.column,
    }
}

/// The name comes from the process that a template ran in: only what stands in the folder is shown.
fn excerpt(folder: &Path, file: &str, line: usize) -> Vec<(usize, String)> {
    let path = folder.join(file.trim_start_matches('/'));
    let inside = path
        .canonicalize()
        .ok()
        .zip(folder.canonicalize().ok())
        .filter(|(path, folder)| path.starts_with(folder));
    let small = |path: &PathBuf| std::fs::metadata(path).is_ok_and(|m| m.len() <= LARGEST);
    let text = inside.filter(|(path, _)| small(path));
    let Some(text) = text.and_then(|(path, _)| std::fs::read_to_string(path).ok()) else {
        return Vec::new();
    };
    let first = line.saturating_sub(AROUND).max(1);
    text.lines()
        .enumerate()
        .map(|(i, text)| (i + 1, text.to_owned()))
        .skip(first - 1)
        .take_while(|(number, _)| *number <= line + AROUND)
        .collect()
}
