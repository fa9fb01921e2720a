//! What is done with a page: opened, let load, scrolled within a bound, looked at, copied.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::devtools::{DevTools, text};
use crate::operations::Operations;
use crate::picture::{self, Pictures, octets};
use crate::screencast::Film;
use crate::session::Watched;
use crate::{DevToolsError, Options, Scrolled, stillness};

const LIMIT: Duration = Duration::from_secs(30);
const LONG: Duration = Duration::from_secs(90);

/// Reads the references of a document: what it shows or runs from elsewhere, each with the element that names it.
const REFERENCES: &str = include_str!("references.js");

/// A reference that a document makes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Address, absolute.
    pub url: String,
    /// The element or property that names it: `img`, `stylesheet`, `background-image`, …
    pub by: String,
}

/// A page as it stood at the end.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Address of the main frame.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Inner size of the window, CSS pixels.
    pub viewport: (u32, u32),
    /// Size of the page, CSS pixels.
    pub size: (u32, u32),
    /// The load event came.
    pub loaded: bool,
    /// The network came to rest before the pictures were taken.
    pub still: bool,
    /// How far it was scrolled.
    pub scrolled: Option<Scrolled>,
    /// Pictures.
    pub pictures: Pictures,
    /// Viewing copy, RFC 2557.
    pub mhtml: Option<Vec<u8>>,
    /// Viewing copy.
    pub pdf: Option<Vec<u8>>,
    /// The document as rendered: its elements when the pictures were taken.
    pub dom: Option<Vec<u8>>,
    /// What all its documents refer to.
    pub references: Vec<Reference>,
    /// Media the recorder fetched whole, by address, with what came of it.
    pub media: Vec<(String, bool)>,
    /// What could not be taken, with the browser's reason.
    pub missing: Vec<(String, String)>,
}

/// The tools at hand for one page.
#[derive(Clone, Copy)]
pub(crate) struct Driver<'a> {
    pub tools: &'a DevTools,
    pub session: &'a str,
    pub watched: &'a Watched,
    pub log: &'a Operations,
    pub options: &'a Options,
    pub film: Option<&'a Film>,
}

impl Driver<'_> {
    fn call(&self, method: &str, params: Value) -> Result<Value, DevToolsError> {
        self.tools.call(self.session, method, params, LIMIT)
    }

    /// Opens an address; the browser's name of the error when it could not.
    pub fn navigate(&self, url: &str) -> Result<Option<String>, DevToolsError> {
        self.log.note("navigate", json!({ "url": url }));
        let params = json!({ "url": url });
        let limit = self.options.load() + LIMIT;
        let answer = self
            .tools
            .call(self.session, "Page.navigate", params, limit);
        let answer = match answer {
            Err(DevToolsError::Silent { .. }) => return Ok(Some("no-answer".to_owned())),
            other => other?,
        };
        let error = text(&answer["errorText"]);
        if !error.is_empty() {
            self.log
                .note("navigation-failed", json!({ "error": error }));
        }
        Ok((!error.is_empty()).then_some(error))
    }

    /// Lets it load, scrolls it, and takes everything that can be taken of it.
    pub fn fix(&self) -> Page {
        let mut page = Page {
            loaded: self.watched.wait(self.options.load(), |s| s.load.loaded),
            ..Page::default()
        };
        stillness::wait(self.watched, self.options.quiet(), self.options.settle());
        page.scrolled = self.scroll().map_err(|e| page.miss("scroll", &e)).ok();
        page.still = stillness::wait(self.watched, self.options.quiet(), self.options.settle());
        self.log.note(
            "ready",
            json!({"loaded": page.loaded, "still": page.still, "scrolled": page.scrolled}),
        );
        self.look(&mut page);
        page
    }

    /// Takes pictures and copies of what is shown now.
    pub fn look(&self, page: &mut Page) {
        self.measure(page);
        let take = || picture::take(self.tools, self.session, page.size);
        let (pictures, missing) = match self.film {
            // For a picture of the whole page the browser makes its window as high as the page; nobody saw that.
            Some(film) => film.without((self.tools, self.session), self.options.window, take),
            None => take(),
        };
        for (part, error) in missing {
            page.miss(part, &error);
        }
        page.pictures = pictures;
        self.log.note(
            "pictures",
            json!({"height": page.size.1, "tiles": page.pictures.tiles.len()}),
        );
        page.mhtml = self.mhtml().map_err(|e| page.miss("mhtml", &e)).ok();
        page.pdf = self.pdf().map_err(|e| page.miss("pdf", &e)).ok();
        page.dom = self.dom().map_err(|e| page.miss("dom", &e)).ok();
        self.references(page);
        self.media(page);
        self.log.note("copies", json!({"missing": page.missing}));
    }

    fn measure(&self, page: &mut Page) {
        page.url = self.watched.look(|s| s.load.url.clone());
        let metrics = self.call("Page.getLayoutMetrics", json!({}));
        let metrics = metrics
            .map_err(|e| page.miss("size", &e))
            .unwrap_or_default();
        let (view, content) = (&metrics["cssLayoutViewport"], &metrics["cssContentSize"]);
        page.viewport = (pixels(&view["clientWidth"]), pixels(&view["clientHeight"]));
        page.size = (
            pixels(&content["width"]).max(1),
            pixels(&content["height"]).max(page.viewport.1).max(1),
        );
        page.title = self.title().unwrap_or_default();
    }

    /// Title of the page now.
    pub fn title(&self) -> Result<String, DevToolsError> {
        Ok(text(&self.evaluate_in("", "document.title")?))
    }

    /// Scrolls to the end or to the bound, a window's height at a time, so that what loads on sight is loaded.
    fn scroll(&self) -> Result<Scrolled, DevToolsError> {
        let until = Instant::now() + Duration::from_millis(self.options.scroll_ms);
        let step = self.options.window.1 * 2 / 3;
        let (first, _) = self.extent()?;
        let mut scrolled = Scrolled {
            to: 0,
            height: first,
            ended_by: "end".to_owned(),
            grew: false,
        };
        loop {
            let (height, shown) = self.extent()?;
            scrolled.height = height;
            scrolled.grew |= height > first;
            if scrolled.to + shown >= height {
                break;
            }
            if scrolled.to >= self.options.scroll_pixels {
                scrolled.ended_by = "pixels".to_owned();
                break;
            }
            if Instant::now() >= until {
                scrolled.ended_by = "time".to_owned();
                break;
            }
            scrolled.to += step;
            self.evaluate_in("", &format!("window.scrollTo(0,{})", scrolled.to))?;
            std::thread::sleep(Duration::from_millis(50));
            self.watched
                .wait(Duration::from_millis(400), |s| s.under_way() == 0);
        }
        self.evaluate_in("", "window.scrollTo(0,0)")?;
        Ok(scrolled)
    }

    /// Height of the page and of the window.
    fn extent(&self) -> Result<(u32, u32), DevToolsError> {
        let metrics = self.call("Page.getLayoutMetrics", json!({}))?;
        Ok((
            pixels(&metrics["cssContentSize"]["height"]),
            pixels(&metrics["cssLayoutViewport"]["clientHeight"]),
        ))
    }

    fn mhtml(&self) -> Result<Vec<u8>, DevToolsError> {
        let method = "Page.captureSnapshot";
        let params = json!({"format": "mhtml"});
        let answer = self.tools.call(self.session, method, params, LONG)?;
        Ok(text(&answer["data"]).into_bytes())
    }

    fn pdf(&self) -> Result<Vec<u8>, DevToolsError> {
        let method = "Page.printToPDF";
        let params = json!({"printBackground": true});
        octets(
            &self.tools.call(self.session, method, params, LONG)?,
            method,
        )
    }

    fn dom(&self) -> Result<Vec<u8>, DevToolsError> {
        let root = self.call("DOM.getDocument", json!({"depth": 0}))?;
        let node = root["root"]["nodeId"].clone();
        let answer = self.tools.call(
            self.session,
            "DOM.getOuterHTML",
            json!({"nodeId": node, "includeShadowDOM": true}),
            LONG,
        )?;
        Ok(text(&answer["outerHTML"]).into_bytes())
    }

    /// Runs an expression in a world of ours: the page's scripts cannot change what it sees. `frame` empty: the main one.
    fn evaluate_in(&self, frame: &str, expression: &str) -> Result<Value, DevToolsError> {
        let frame = match frame {
            "" => text(&self.call("Page.getFrameTree", json!({}))?["frameTree"]["frame"]["id"]),
            frame => frame.to_owned(),
        };
        let world = self.call(
            "Page.createIsolatedWorld",
            json!({"frameId": frame, "worldName": "fidem"}),
        )?;
        let answer = self.call(
            "Runtime.evaluate",
            json!({
                "expression": expression,
                "contextId": world["executionContextId"],
                "returnByValue": true,
                "timeout": 10_000,
            }),
        )?;
        Ok(answer["result"]["value"].clone())
    }

    fn references(&self, page: &mut Page) {
        let tree = self.call("Page.getFrameTree", json!({}));
        let tree = tree
            .map_err(|e| page.miss("references", &e))
            .unwrap_or_default();
        let mut frames = Vec::new();
        frame_ids(&tree["frameTree"], &mut frames);
        for frame in frames {
            match self.evaluate_in(&frame, REFERENCES) {
                Ok(found) => page.references.extend(references(&found)),
                Err(e) => page.miss("references", &e),
            }
        }
        page.references.sort();
        page.references.dedup();
    }

    /// Media are asked for piece by piece while they play; each is fetched whole once, so that it plays from the archive.
    fn media(&self, page: &mut Page) {
        let tree = self
            .call("Page.getFrameTree", json!({}))
            .unwrap_or_default();
        let frame = text(&tree["frameTree"]["frame"]["id"]);
        let media = |r: &&Reference| matches!(r.by.as_str(), "video" | "audio");
        let network = |r: &&Reference| r.url.starts_with("http");
        let urls: Vec<String> = page
            .references
            .iter()
            .filter(media)
            .filter(network)
            .map(|r| r.url.clone())
            .collect();
        for url in urls {
            self.log.note("fetch-media", json!({ "url": url }));
            let fetched = self.fetch(&frame, &url).unwrap_or(false);
            page.media.push((url, fetched));
        }
    }

    fn fetch(&self, frame: &str, url: &str) -> Result<bool, DevToolsError> {
        let answer = self.tools.call(
            self.session,
            "Network.loadNetworkResource",
            json!({
                "frameId": frame,
                "url": url,
                "options": {"disableCache": true, "includeCredentials": true},
            }),
            LONG,
        )?;
        let resource = &answer["resource"];
        if let Some(stream) = resource["stream"].as_str() {
            let _ = self
                .tools
                .post(self.session, "IO.close", json!({ "handle": stream }));
        }
        Ok(resource["success"] == true)
    }
}

impl Page {
    fn miss(&mut self, part: &str, error: &DevToolsError) {
        self.missing.push((part.to_owned(), error.to_string()));
    }
}

fn frame_ids(tree: &Value, into: &mut Vec<String>) {
    into.push(text(&tree["frame"]["id"]));
    for child in tree["childFrames"].as_array().into_iter().flatten() {
        frame_ids(child, into);
    }
}

fn references(found: &Value) -> impl Iterator<Item = Reference> {
    let pairs = found.as_array().into_iter().flatten();
    pairs.map(|pair| Reference {
        url: text(&pair[0]),
        by: text(&pair[1]),
    })
}

fn pixels(value: &Value) -> u32 {
    let number = value.as_f64().unwrap_or_default().ceil().clamp(0.0, 1e7);
    // Within 0 and 10⁷ by the line above.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = number as u32;
    whole
}
