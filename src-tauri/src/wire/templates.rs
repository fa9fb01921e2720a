//! Templates of documents.

use fidem_office as office;
use serde::Serialize;
use specta::Type;

/// Which templates are in force.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TemplatesView {
    /// The office's own; none where the program's serve.
    pub folder: Option<String>,
    /// Their digest, as documents print it; it changes with every edit.
    pub sha256: String,
}

/// What the templates make of an invented document.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TemplateTrial {
    /// Digest of the templates tried.
    pub sha256: String,
    /// The PDF in base64; empty where there are faults.
    pub pdf: String,
    /// What is wrong with them.
    pub faults: Vec<TemplateFault>,
}

/// Why a template makes no document.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TemplateFault {
    /// `template`, `omitted`, `title`, `glyph`, `time`, `ended`, `other`.
    pub code: String,
    /// The compiler's words, or the mark, title or character in question.
    pub words: String,
    /// Template file; empty without a place.
    pub file: String,
    /// Line, or the page that lacks something, from 1; 0 without a place.
    pub line: usize,
    /// Column from 1; 0 without a place.
    pub column: usize,
    /// Lines of the file around it.
    pub excerpt: Vec<SourceLine>,
}

/// A line of a template.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SourceLine {
    /// From 1.
    pub number: usize,
    /// The line.
    pub text: String,
}

impl From<office::TemplateFault> for TemplateFault {
    fn from(fault: office::TemplateFault) -> Self {
        let line = |(number, text)| SourceLine { number, text };
        Self {
            code: fault.code.to_owned(),
            words: fault.words,
            file: fault.file,
            line: fault.line,
            column: fault.column,
            excerpt: fault.excerpt.into_iter().map(line).collect(),
        }
    }
}
