//! Whether an archive shows again what was captured: the page opened from the archive alone, and the two views compared.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::difference::{matching, ratio};
use super::{Contacts, Replaying, Viewer};
use crate::{Browser, CaptureError};

/// What a replay showed, beside what was captured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplayCheck {
    /// Share of the window's pixels that agree, 0 to 1; none where one of the two pictures is missing. Measured at the top
    /// of the page in a window of the size it was captured in.
    pub view_match: Option<f64>,
    /// The titles are the same; none where the archive states none.
    pub title_match: Option<bool>,
    /// Title of the page as shown.
    pub title: String,
    /// Share of the length of the document's text, the shorter by the longer, 0 to 1; none where a document is missing.
    pub text_match: Option<f64>,
    /// What the page asked for and the archive does not have, with its method.
    pub requests_not_found: Vec<String>,
    /// What the page asked for with a body that the archive does not have; an answer to another body was shown.
    pub requests_with_other_body: Vec<String>,
    /// With whom the viewing browser had to do.
    pub contacts: Contacts,
    /// The browser's name of the error, where the page could not be opened.
    pub not_opened: Option<String>,
    /// The browser that showed it; another one than captured it may draw otherwise.
    pub browser: String,
}

/// How long the page may take to become what was captured.
const BECOMING: Duration = Duration::from_secs(15);

pub(super) fn check(replaying: &Replaying, browser: &Browser) -> Result<ReplayCheck, CaptureError> {
    let stated = &replaying.stated;
    let viewer = Viewer::open(replaying, browser, false)?;
    let not_opened = viewer.not_opened().map(str::to_owned);
    let driver = viewer.driver();
    // A page that is fed from memory is quiet before its scripts are done.
    let until = Instant::now() + BECOMING;
    let becoming =
        || !stated.title.is_empty() && driver.title().is_ok_and(|title| title != stated.title);
    while becoming() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(100));
    }
    let page = driver.fix();
    let asked = viewer.asked();
    // The browser's own requests find nothing either, and are not the page's.
    let of_page = |missed: &String| {
        let url = missed.split_once(' ').map_or("", |(_, url)| url);
        asked.iter().any(|a| a.split('#').next() == Some(url))
    };
    let requests_not_found = replaying.not_found().into_iter().filter(of_page).collect();
    Ok(ReplayCheck {
        view_match: replaying
            .view
            .as_deref()
            .zip(page.pictures.viewport.as_deref())
            .and_then(|(captured, shown)| matching(captured, shown).ok()),
        title_match: (!stated.title.is_empty()).then(|| page.title == stated.title),
        title: page.title,
        text_match: replaying
            .dom
            .as_deref()
            .zip(page.dom.as_deref())
            .map(|(captured, shown)| {
                let (a, b) = (text_length(captured), text_length(shown));
                ratio(a.min(b), a.max(b))
            }),
        requests_not_found,
        requests_with_other_body: replaying.other_body(),
        not_opened,
        contacts: viewer.close(),
        browser: browser.version.clone(),
    })
}

/// Characters of a document that are neither within tags nor within scripts and styles, blanks aside.
fn text_length(document: &[u8]) -> usize {
    let text = String::from_utf8_lossy(document);
    let mut rest: &str = &text;
    let mut count = 0;
    while let Some(at) = rest.find('<') {
        count += letters(&rest[..at]);
        rest = &rest[at..];
        let silent = ["script", "style", "noscript"].into_iter().find(|name| {
            rest.get(1..=name.len())
                .is_some_and(|tag| tag.eq_ignore_ascii_case(name))
        });
        let end = match silent {
            Some(name) => rest
                .find(&format!("</{name}>"))
                .map(|at| at + name.len() + 3),
            None => rest.find('>').map(|at| at + 1),
        };
        rest = end.and_then(|end| rest.get(end..)).unwrap_or_default();
    }
    count + letters(rest)
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::text_length;

    #[test]
    fn text_is_what_stands_between_tags() {
        let document = "<p>证据 <b>ab</b></p><script>if (a<b) {}</script><style>p{}</style>c";
        assert_eq!(text_length(document.as_bytes()), 5);
        assert_eq!(text_length(b"a<unclosed"), 1);
    }
}
