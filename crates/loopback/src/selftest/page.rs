//! The page of the self-test, and the texts it loads.

use std::fmt::Write as _;

use crate::Request;

pub(super) const SHEETS: u32 = 10;
pub(super) const IMPORTS: u32 = 3;
pub(super) const SCRIPTS: u32 = 10;
pub(super) const IMAGES: u32 = 60;
pub(super) const LAZY: u32 = 10;
pub(super) const BACKGROUNDS: u32 = 10;

/// The same sentence as in `page.js` and, in GB 18030, in `gb18030.html`.
pub(super) const CHINESE: &str = "公证存证自检：中文网页，生僻字㐂𠮷。";

const STYLE: &str = "img{width:24px;height:24px}p{margin:900px 0 0}\
    iframe{width:200px;height:40px}i{display:inline-block;width:8px;height:8px}";

/// Heard before any frame can speak: frames may be there before the page's own script is.
const LISTEN: &str = "const told = new Map(); addEventListener('message', (event) => {\
    if (event.data && event.data.part) told.set(event.data.part, event.data); });";

/// The page. `beacons` is how many had come before it was asked for; `other` and `local` are origins without a slash at the end: another port, and the same
/// port under the name `localhost`.
pub(super) fn page(nonce: &str, beacons: u64, other: &str, local: &str) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\">\
         <title>fidem-self-test {nonce} running</title><link rel=\"icon\" href=\"icon.png\">\
         <style>{STYLE}</style>\n<script>{LISTEN}</script>\n"
    );
    repeat(&mut html, SHEETS, |n| {
        format!("<link rel=\"stylesheet\" href=\"style/{n}.css\">")
    });
    repeat(&mut html, SCRIPTS, |n| {
        format!("<script src=\"script/{n}.js\"></script>")
    });
    html.push_str("</head><body><h1>存证自检 Recorder self-test</h1>\n");
    repeat(&mut html, IMAGES, |n| {
        format!("<img class=\"plain\" src=\"image/{n}.png\" alt=\"\">")
    });
    repeat(&mut html, BACKGROUNDS, |n| {
        format!("<i class=\"b{n}\"></i>")
    });
    for source in [
        "frame.html?part=frame".to_owned(),
        "gb18030.html".to_owned(),
        format!("{other}/{nonce}/frame.html?part=other"),
        format!("{local}/{nonce}/frame.html?part=local"),
    ] {
        let _ = writeln!(html, "<iframe src=\"{source}\"></iframe>");
    }
    html.push_str(
        "<audio preload=\"auto\" src=\"tone.wav\"></audio><img src=\"missing.png\" alt=\"\">\n",
    );
    repeat(&mut html, LAZY, |n| {
        format!("<p>{n}</p><img class=\"lazy\" loading=\"lazy\" src=\"lazy/{n}.png\" alt=\"\">")
    });
    let _ = writeln!(
        html,
        "<script>const NONCE = '{nonce}', BEACONS = {beacons};</script><script src=\"page.js\"></script></body></html>"
    );
    html
}

fn repeat(html: &mut String, count: u32, line: impl Fn(u32) -> String) {
    for number in 0..count {
        html.push_str(&line(number));
        html.push('\n');
    }
}

/// A frame that tells the page, whatever its origin, that its picture has come.
pub(super) fn frame(request: &Request) -> String {
    // only letters: the answer is a script
    let part: String = request
        .query()
        .and_then(|query| query.strip_prefix("part="))
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_lowercase)
        .collect();
    format!(
        "<!doctype html><meta charset=\"utf-8\"><title>frame</title>\
         <img src=\"frame.png?part={part}\" alt=\"\" \
         onload=\"parent.postMessage({{part:'{part}'}},'*')\">\n"
    )
}

/// A style sheet with a background picture; the first ones import another.
pub(super) fn sheet(number: u32) -> String {
    let import = if number < IMPORTS {
        format!("@import \"import{number}.css\";\n")
    } else {
        String::new()
    };
    format!(
        "{import}:root{{--sheet{number}:1}}\n\
         .b{number}{{background:url(../background/{number}.png)}}\n"
    )
}

/// A worker that passes on what it fetched. `port` is what it posts to.
pub(super) fn worker(name: &str, shared: bool) -> String {
    let fetch = format!("fetch('{name}.json').then((answer) => answer.json())");
    if shared {
        format!(
            "onconnect = (event) => {fetch}.then((data) => event.ports[0].postMessage(data));\n"
        )
    } else {
        format!("{fetch}.then((data) => postMessage(data));\n")
    }
}
