//! Chinese text as sites really send it: old encodings, declared in the head, in the page or not at
//! all well, and names of files that are not ASCII.

use encoding_rs::{Encoding, GB18030, GBK};

use super::{HTML, PNG, decoded, page, typed};
use crate::{Answer, Body, Head, Listen, Options, Request, Server, Site, StartError, media};

/// The index is `/`; each page holds [`Chinese::TEXT`].
#[derive(Clone, Copy, Debug)]
pub struct Chinese;

impl Chinese {
    /// What a reader must see on every page but the one of rare characters.
    pub const TEXT: &'static str = "杭州互联网公证处：网页证据保全";
    /// On `/gb18030.html`: characters of four octets there.
    pub const RARE: &'static str = "生僻字㐂䶮𠮷";
    /// Pages, by percent-encoded path.
    pub const PAGES: [&'static str; 6] = [
        "/gbk.html",
        "/gbk-meta.html",
        "/gb18030.html",
        "/utf8.html",
        "/utf8-bom.html",
        "/%E7%9B%AE%E5%BD%95/%E7%BD%91%E9%A1%B5%20%E4%B8%80.html",
    ];

    /// The pages on one listener.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(listen: Listen) -> Result<Server, StartError> {
        Server::start(Self, &[listen], Options::default())
    }
}

impl Site for Chinese {
    fn answer(&self, request: &Request) -> Answer {
        let text = Self::TEXT;
        match decoded(request).as_str() {
            "/" => index(),
            "/gbk.html" => old(GBK, "text/html; charset=GBK", "", text),
            // the page alone says it, under the name that most pages use
            "/gbk-meta.html" => old(GBK, "text/html", "<meta charset=\"gb2312\">", text),
            "/gb18030.html" => {
                let both = format!("{text} {}", Self::RARE);
                old(GB18030, "text/html; charset=gb18030", "", &both)
            }
            "/utf8.html" | "/目录/网页 一.html" => page(text, text),
            "/utf8-bom.html" => Answer::ok(
                "text/html",
                format!("\u{feff}<!doctype html><title>{text}</title>{text}"),
            ),
            "/图片/一.png" | "/查询.png" => Answer::ok(PNG, media::png(30, 30, 30)),
            // raw octets where RFC 9110 wants ASCII, as servers do
            "/redirect-utf8" => located("/目录/网页 一.html".as_bytes()),
            "/redirect-gbk" => located(&encoded(GBK, "/utf8.html?标题=公证")),
            "/download" => download(),
            _ => Answer::not_found(),
        }
    }
}

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

fn index() -> Answer {
    let mut body =
        "<img src=\"图片/一.png\"><img src=\"%E5%9B%BE%E7%89%87/%E4%B8%80.png?2\">\n".to_owned();
    for path in Chinese::PAGES {
        body.push_str(&format!("<iframe src=\"{path}\"></iframe>\n"));
    }
    page("中文索引", &body)
}

/// A page in an old encoding. The query of its picture is in that encoding too (WHATWG URL).
fn old(encoding: &'static Encoding, media_type: &str, meta: &str, text: &str) -> Answer {
    let html = format!(
        "<!doctype html><html lang=\"zh\"><head>{meta}<title>{text}</title></head>\
         <body><p>{text}</p><img src=\"查询.png?标题=公证\" alt=\"\"></body></html>\n"
    );
    Answer::ok(media_type, encoded(encoding, &html))
}

fn located(location: &[u8]) -> Answer {
    let head = Head::new(302, "Found")
        .field("Location", location)
        .length(0);
    Answer::new(head.finish(), Body::empty())
}

fn download() -> Answer {
    let mut value = b"attachment; filename=\"".to_vec();
    value.extend(encoded(GBK, "证据.txt"));
    value.extend_from_slice(b"\"; filename*=UTF-8''%E8%AF%81%E6%8D%AE.txt");
    let head = typed(HTML).field("Content-Disposition", value).length(2);
    Answer::new(head.finish(), Body::whole("ok"))
}
