//! What an archive says of its page: ours in `fidem/capture.json`, any in its list of pages.

use fidem_webarchive::lookup::Wacz;
use serde::Deserialize;

use super::archived::Archived;

/// What a replay needs of it. Members of other versions are passed over.
#[derive(Debug, Clone, Default)]
pub(super) struct Stated {
    /// Address to open.
    pub url: String,
    /// Title; empty where none is stated.
    pub title: String,
    /// When it was captured.
    pub started: String,
    /// Identifier of the capture; empty in archives of others.
    pub capture: String,
    /// Size of the window.
    pub window: (u32, u32),
    /// How far the page was scrolled, CSS pixels.
    pub scroll_pixels: u32,
    /// Address and title of every page.
    pub pages: Vec<(String, String)>,
    /// Places masked in this copy.
    pub masked: usize,
    /// What the names of the page's copies begin with.
    pub prefix: String,
}

/// What a person did, of `fidem/capture.json`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Interactive {
    fixed: Vec<Fixed>,
}

/// A page that a person fixed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fixed {
    prefix: String,
    title: String,
    url: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Capture {
    capture: String,
    interactive: Option<Interactive>,
    options: Options,
    started: String,
    title: String,
    url: String,
}

#[derive(Deserialize)]
#[serde(default)]
struct Options {
    window: (u32, u32),
    scroll_pixels: u32,
}

impl Default for Options {
    fn default() -> Self {
        let own = crate::Options::default();
        Self {
            window: own.window,
            scroll_pixels: own.scroll_pixels,
        }
    }
}

/// Octets of a statement.
const STATEMENT: u64 = 64 << 20;

impl Stated {
    /// None where no page is named and nothing was answered.
    pub fn read(wacz: &Wacz<'_>, archived: &Archived) -> Option<Self> {
        let member = |name: &str| wacz.member(name, STATEMENT).ok();
        let capture = member("fidem/capture.json");
        let capture = capture.and_then(|octets| serde_json::from_slice::<Capture>(&octets).ok());
        let mut capture = capture.unwrap_or_default();
        // Of several fixed pages the last stands for the capture.
        let interactive = capture.interactive.take();
        let fixed = interactive.and_then(|mut i| i.fixed.pop());
        let prefix = fixed.as_ref().map(|f| f.prefix.clone()).unwrap_or_default();
        if let Some(fixed) = fixed {
            (capture.url, capture.title) = (fixed.url, fixed.title);
        }
        let listed = wacz.pages().unwrap_or_default();
        let pages: Vec<(String, String)> = listed
            .into_iter()
            .map(|page| (page.url, page.title.unwrap_or_default()))
            .collect();
        // As it was asked for, with its redirections; where the archive has no answer to that, as listed.
        let answered = |url: &str| {
            let url = url::Url::parse(url).ok();
            let bare = url.map(|mut url| {
                url.set_fragment(None);
                url
            });
            archived
                .exchanges
                .iter()
                .any(|e| Some(&e.url) == bare.as_ref())
        };
        let listed_title = || {
            pages
                .first()
                .map(|(_, title)| title.clone())
                .unwrap_or_default()
        };
        let asked = Some(capture.url.clone()).filter(|url| answered(url));
        let page = || pages.first().map(|(url, _)| url.clone());
        let html = || {
            let document = archived.exchanges.iter().find(|e| e.status == 200);
            document.map(|e| e.url.to_string())
        };
        let url = asked.or_else(page).or_else(html)?;
        let masks = member(fidem_webarchive::redact::MEMBER);
        let masks = masks.and_then(|o| fidem_webarchive::redact::Redactions::from_bytes(&o).ok());
        Some(Self {
            url,
            title: Some(capture.title)
                .filter(|t| !t.is_empty())
                .unwrap_or_else(listed_title),
            started: capture.started,
            capture: capture.capture,
            window: capture.options.window,
            scroll_pixels: capture.options.scroll_pixels,
            pages,
            prefix,
            masked: masks.map_or(0, |m| m.places()),
        })
    }
}
