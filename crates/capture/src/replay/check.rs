//! Whether an archive shows again what was captured: the page opened from the archive alone, and the two views compared.

use serde::{Deserialize, Serialize};

use super::difference::{matching, ratio};
use super::{Contacts, Replaying};
use crate::recording::{Ending, Plan, Sinks, record};
use crate::{Audience, Browser, CaptureError, Operations, Options};

/// What a replay showed, beside what was captured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplayCheck {
    /// Share of the window's pixels that agree, 0 to 1; none where one of the two pictures is missing. Measured at the top
    /// of the page in a window of the size it was captured in.
    pub view_match: Option<f64>,
    /// The titles are the same.
    pub title_match: bool,
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
    /// How the viewing ended.
    pub ending: Ending,
    /// The browser that showed it; another one than captured it may draw otherwise.
    pub browser: String,
}

struct Nobody;

impl Audience for Nobody {}

pub(super) fn check(replaying: &Replaying, browser: &Browser) -> Result<ReplayCheck, CaptureError> {
    let stated = &replaying.stated;
    let options = Options {
        window: stated.window,
        scroll_pixels: stated.scroll_pixels,
        ..Options::default()
    };
    let mut plan = Plan::of(&stated.url, options)?;
    plan.accepted_key = Some(replaying.accepted_key());
    plan.names = Some(replaying.rules());
    let sinks = Sinks {
        netlog: Box::new(std::io::sink()),
        keys: Box::new(std::io::sink()),
    };
    let recording = record(browser, &plan, sinks, &Operations::begin(None), &mut Nobody)?;
    let page = recording.page.unwrap_or_default();
    let asked: Vec<String> = recording.seen.iter().map(|s| bare(&s.url)).collect();
    // The browser's own requests find nothing either, and are not the page's.
    let of_page = |missed: &String| {
        let url = missed.split_once(' ').map_or("", |(_, url)| url);
        asked.iter().any(|a| a == url)
    };
    Ok(ReplayCheck {
        view_match: replaying
            .view
            .as_deref()
            .zip(page.pictures.viewport.as_deref())
            .and_then(|(captured, shown)| matching(captured, shown).ok()),
        title_match: page.title == stated.title,
        title: page.title,
        text_match: replaying.dom.as_deref().zip(page.dom.as_deref()).map(|(captured, shown)| {
            let (a, b) = (text_length(captured), text_length(shown));
            ratio(a.min(b), a.max(b))
        }),
        requests_not_found: replaying.not_found().into_iter().filter(of_page).collect(),
        requests_with_other_body: replaying.other_body(),
        contacts: Contacts::of(&recording.log),
        ending: recording.ending,
        browser: recording.browser.version,
    })
}

fn bare(url: &str) -> String {
    url.split('#').next().unwrap_or_default().to_owned()
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
            rest.get(1..=name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name))
        });
        let end = match silent {
            Some(name) => rest.find(&format!("</{name}>")).map(|at| at + name.len() + 3),
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
