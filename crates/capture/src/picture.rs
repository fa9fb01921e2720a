//! Pictures of a page: what the window showed, and the whole page, in one piece and in tiles.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::DevToolsError;
use crate::devtools::DevTools;

/// Pictures, each a PNG as the browser made it; nothing is drawn over them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pictures {
    /// What the window showed at the top of the page.
    pub viewport: Option<Vec<u8>>,
    /// The whole page.
    pub full: Option<Vec<u8>>,
    /// The whole page in pieces of 8000 pixels, from the top; empty for a page that one piece covers well.
    pub tiles: Vec<Vec<u8>>,
    /// Height that the whole picture covers, CSS pixels.
    pub covered: u32,
}

/// Height of a tile, CSS pixels.
const TILE: u32 = 8_000;
/// Up to this height one piece is within the texture limit of common graphics hardware, CSS pixels.
const ONE_PIECE: u32 = 16_384;
/// The tallest picture taken in one piece, CSS pixels. Measured: true to the pixel up to here.
const TALLEST: u32 = 50_000;
const LIMIT: Duration = Duration::from_secs(60);

/// Takes them. What cannot be taken is named in the answer's second part.
pub(crate) fn take(
    tools: &DevTools,
    session: &str,
    (width, height): (u32, u32),
) -> (Pictures, Vec<(&'static str, DevToolsError)>) {
    let mut missing = Vec::new();
    let mut keep = |part, picture: Result<Vec<u8>, DevToolsError>| {
        picture.map_err(|e| missing.push((part, e))).ok()
    };
    let covered = height.min(TALLEST);
    let mut pictures = Pictures {
        viewport: keep("viewport", shoot(tools, session, None)),
        full: keep("full", shoot(tools, session, Some((0, width, covered)))),
        tiles: Vec::new(),
        covered,
    };
    if covered > ONE_PIECE {
        for top in (0..covered).step_by(TILE as usize) {
            let tile = Some((top, width, TILE.min(covered - top)));
            pictures
                .tiles
                .extend(keep("tile", shoot(tools, session, tile)));
        }
    }
    (pictures, missing)
}

/// One picture: of the window, or of a stripe of the page (top, width, height).
pub(crate) fn shoot(
    tools: &DevTools,
    session: &str,
    stripe: Option<(u32, u32, u32)>,
) -> Result<Vec<u8>, DevToolsError> {
    let mut params = json!({"format": "png"});
    if let Some((top, width, height)) = stripe {
        params["captureBeyondViewport"] = json!(true);
        params["clip"] = json!({"x": 0, "y": top, "width": width, "height": height, "scale": 1});
    }
    let answer = tools.call(session, "Page.captureScreenshot", params, LIMIT)?;
    octets(&answer, "Page.captureScreenshot")
}

/// The octets of an answer's `data`.
pub(crate) fn octets(answer: &Value, method: &str) -> Result<Vec<u8>, DevToolsError> {
    let data = answer["data"].as_str().unwrap_or_default();
    match BASE64_STANDARD.decode(data) {
        Ok(octets) if !octets.is_empty() => Ok(octets),
        _ => Err(DevToolsError::Refused {
            method: method.to_owned(),
            message: "no data".to_owned(),
        }),
    }
}
