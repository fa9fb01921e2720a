//! What ends a command early, and its exit code.

use fidem_office::OfficeError;
use fidem_verify::Language;

use crate::words;

/// Wrong usage (sysexits' EX_USAGE).
pub const USAGE: u8 = 64;

/// Why a command did not do what was asked.
pub enum Failure {
    /// The command line lacks or contradicts something.
    Usage {
        /// 中文.
        zh: String,
        /// English.
        en: String,
    },
    /// The office refused, or something failed.
    Office(OfficeError),
}

impl Failure {
    /// A usage failure.
    pub fn usage(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Usage {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Usage { .. } => "usage",
            Self::Office(error) => error.code(),
        }
    }

    /// 1 for a refusal with its reason, 64 for wrong usage.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => USAGE,
            Self::Office(_) => 1,
        }
    }

    /// The sentence for a person: what happened, what is safe, what to do.
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Usage { zh, .. }, Language::Chinese) => zh.clone(),
            (Self::Usage { en, .. }, Language::English) => en.clone(),
            (Self::Office(error), language) => words::error(error, language),
        }
    }
}

impl From<OfficeError> for Failure {
    fn from(error: OfficeError) -> Self {
        Self::Office(error)
    }
}
