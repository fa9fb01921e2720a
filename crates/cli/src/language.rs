//! Which language a person reads.

use fidem_verify::Language;

use crate::arguments::Lang;

/// The one asked for, else the locale's, else English.
pub fn of(asked: Option<Lang>) -> Language {
    match asked {
        Some(Lang::Zh) => Language::Chinese,
        Some(Lang::En) => Language::English,
        None => {
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
            match locale {
                Some(l) if l.starts_with("zh") => Language::Chinese,
                _ => Language::English,
            }
        }
    }
}
