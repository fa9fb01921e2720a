//! The one place that speaks to the terminal.

use std::io::Write as _;

use fidem_verify::Language;
use serde_json::Value;

use crate::failure::Failure;

/// Standard output in a language, as sentences or as JSON.
pub struct Out {
    json: bool,
    /// Language of sentences.
    pub language: Language,
}

impl Out {
    /// How to speak.
    pub fn new(json: bool, language: Language) -> Self {
        Self { json, language }
    }

    /// Picks the text of the language.
    pub fn pick(&self, zh: &str, en: &str) -> String {
        match self.language {
            Language::Chinese => zh.to_owned(),
            Language::English => en.to_owned(),
        }
    }

    /// The result: an object for programs, or sentences for people.
    pub fn result(&self, json: &Value, zh: &str, en: &str) {
        match self.json {
            true => say(&json.to_string()),
            false => say(&self.pick(zh, en)),
        }
    }

    /// Sentences for people, where the object for programs follows with all results together.
    pub fn say_to_people(&self, zh: &str, en: &str) {
        if !self.json {
            say(&self.pick(zh, en));
        }
    }

    /// The object for programs alone.
    pub fn json_only(&self, json: &Value) {
        if self.json {
            say(&json.to_string());
        }
    }

    /// A remark for people only.
    pub fn remark(&self, zh: &str, en: &str) {
        if !self.json {
            eprintln!("{}", self.pick(zh, en));
        }
    }

    /// A failure beside results that were printed; alone it is the result.
    pub fn remark_failure(&self, failure: &Failure, alone: bool) {
        match alone {
            true => self.failure(failure),
            false => eprintln!("{}", failure.message(self.language)),
        }
    }

    /// Why it did not happen.
    pub fn failure(&self, failure: &Failure) {
        let message = failure.message(self.language);
        if self.json {
            let json = serde_json::json!({"error": {"code": failure.code(), "message": message}});
            say(&json.to_string());
        }
        eprintln!("{message}");
    }
}

/// A reader that went away (`fidem … | head`) is no error of ours.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
