//! An ordinary page of 109 files: pictures, style sheets that import, scripts, a frame, a worker.

use std::fmt::Write as _;

use super::{HTML, JSON, PNG, SCRIPT, STYLE, numbered};
use crate::{Answer, Listen, Options, Request, Server, Site, StartError, media};

/// The page is `/index.html`; two of its requests find nothing (`missing.png`, `favicon.ico`).
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Plain {
    /// Files that a whole capture holds; `data.json` is asked for twice, `i0.png`, `i1.png` and
    /// `i2.png` under a query as well.
    pub const FILES: usize = 109;
    /// The title when all is done.
    pub const TITLE: &'static str = "证据测试页 done";

    /// The page on one listener.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(listen: Listen) -> Result<Server, StartError> {
        Server::start(Self, &[listen], Options::default())
    }
}

impl Site for Plain {
    fn answer(&self, request: &Request) -> Answer {
        let name = request.path().trim_start_matches('/');
        text(name)
            .or_else(|| picture(name))
            .unwrap_or_else(Answer::not_found)
    }
}

fn text(name: &str) -> Option<Answer> {
    let (media_type, text) = match name {
        "" | "index.html" => (HTML, index()),
        "frame.html" => (HTML, FRAME.to_owned()),
        "data.json" => (JSON, "{\"hello\":\"世界\",\"n\":42}".to_owned()),
        "wdata.json" => (JSON, "{\"from\":\"worker\"}".to_owned()),
        "worker.js" => (SCRIPT, WORKER.to_owned()),
        _ => {
            if let Some(number) = numbered(name, "sub", ".css") {
                (STYLE, format!("body{{--v{number}:1}}\n"))
            } else if let Some(number) = numbered(name, "s", ".css") {
                (STYLE, sheet(number))
            } else {
                let number = numbered(name, "j", ".js")?;
                (
                    SCRIPT,
                    format!("document.documentElement.dataset.j{number}=1;\n"),
                )
            }
        }
    };
    Some(Answer::ok(media_type, text))
}

fn picture(name: &str) -> Option<Answer> {
    let side_and_seed = [("i", 120, 0), ("lazy", 200, 1000), ("bg", 64, 2000)];
    let found = side_and_seed.iter().find_map(|&(stem, side, seed)| {
        let number: u32 = numbered(name, stem, ".png")?.parse().ok()?;
        (number < 60).then(|| media::png(side, side, seed + number))
    });
    let octets = match name {
        "hi.png" => Some(media::png(240, 240, 77)),
        _ => found,
    };
    octets.map(|octets| Answer::ok(PNG, octets))
}

fn sheet(number: &str) -> String {
    let import = match number {
        "0" | "1" | "2" => format!("@import \"sub{number}.css\";\n"),
        _ => String::new(),
    };
    format!(
        "{import}.b{number}{{background:url(bg{number}.png);width:64px;height:64px;\
         display:inline-block}}\n"
    )
}

fn index() -> String {
    let mut html = "<!doctype html><html lang=\"zh\"><head><meta charset=\"utf-8\">\
                    <title>证据测试页</title>\n"
        .to_owned();
    for number in 0..10 {
        let _ = writeln!(html, "<link rel=\"stylesheet\" href=\"s{number}.css\">");
        let _ = writeln!(html, "<script src=\"j{number}.js\"></script>");
    }
    html.push_str("</head><body><h1>证据测试页 Evidence page</h1>\n");
    for number in 0..60 {
        let _ = writeln!(
            html,
            "<img src=\"i{number}.png\" width=\"120\" height=\"120\" alt=\"\">"
        );
    }
    for number in 0..10 {
        let _ = writeln!(html, "<span class=\"b{number}\"></span>");
    }
    html.push_str(
        "<img src=\"i1.png?s=1\" srcset=\"i2.png?s=1 1x, hi.png 2x\" alt=\"\">\
         <iframe src=\"frame.html\"></iframe><img src=\"missing.png\" alt=\"\">\n",
    );
    for number in 0..10 {
        let _ = writeln!(
            html,
            "<div style=\"height:900px\">段落 {number}</div>\
             <img loading=\"lazy\" src=\"lazy{number}.png\" width=\"200\" height=\"200\" alt=\"\">"
        );
    }
    html.push_str(TAIL);
    html
}

const FRAME: &str = "<!doctype html><meta charset=\"utf-8\"><title>f</title><p>iframe 内容</p>\
    <img src=\"i0.png?frame=1\" alt=\"\">";
const WORKER: &str = "fetch('wdata.json').then((r) => r.json()).then((d) => postMessage(d));\n";
const TAIL: &str = "<script>
const worker = new Promise((resolve) => { new Worker('worker.js').onmessage = resolve; });
const text = fetch('data.json').then((r) => r.text());
const post = fetch('data.json', { method: 'POST', body: 'k=v&中文=1' });
const load = new Promise((resolve) => addEventListener('load', resolve));
Promise.all([worker, text, post, load]).then(() => { document.title = '证据测试页 done'; });
</script></body></html>\n";
