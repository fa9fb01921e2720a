//! The page on loopback that says what is shown. Its own origin, which never runs anything archived: pictures are shown
//! as pictures, the document as text, and everything else is handed out as a file.

mod words;

use std::fmt::Write as _;

use fidem_loopback::{Answer, Body, Head, Request, Site};
use fidem_webarchive::Limits;
use fidem_webarchive::lookup::Wacz;

use super::stated::Stated;
use super::{MEMBER, Shelf};
use words::{ENGLISH, WORDS, Words, ZH};

/// What a page here may do: show its own pictures under its own style.
const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const STYLE: &str = include_str!("front/style.css");

pub(super) struct Front {
    shelf: Shelf,
    token: String,
    stated: Stated,
    faults: Vec<String>,
    members: Vec<(String, u64)>,
}

impl Site for Front {
    fn answer(&self, request: &Request) -> Answer {
        let path = request.path().strip_prefix('/').unwrap_or_default();
        // Whoever does not know the address is told nothing.
        let Some(("GET" | "HEAD", rest)) = path
            .strip_prefix(self.token.as_str())
            .map(|rest| (request.method.as_str(), rest))
        else {
            return Answer::not_found();
        };
        match rest.split('/').collect::<Vec<_>>()[..] {
            ["", ""] => self.page(preferred(request)),
            ["", ZH] => self.page(&WORDS),
            ["", "en"] => self.page(&ENGLISH),
            ["", "style.css"] => guarded("text/css; charset=utf-8", STYLE.as_bytes(), None),
            ["", "dom"] => self.member(&self.dom(), TEXT, None),
            ["", "picture", number] => self.numbered(number, true),
            ["", "member", number] => self.numbered(number, false),
            _ => Answer::not_found(),
        }
    }
}

/// The reader's language: Chinese unless English is asked for and Chinese is not.
fn preferred(request: &Request) -> &'static Words {
    let asked = request
        .field("Accept-Language")
        .unwrap_or_default()
        .to_ascii_lowercase();
    match asked.contains("en") && !asked.contains(ZH) {
        true => &ENGLISH,
        false => &WORDS,
    }
}

impl Front {
    pub fn new(shelf: Shelf, token: String, stated: Stated, faults: Vec<String>) -> Self {
        let limits = Limits::default();
        let listed = Wacz::open(shelf.as_ref(), &limits);
        let members = listed.map(|wacz| {
            wacz.members("")
                .into_iter()
                .map(|(name, size)| (name.to_owned(), size))
                .collect()
        });
        Self {
            members: members.unwrap_or_default(),
            shelf,
            token,
            stated,
            faults,
        }
    }

    fn dom(&self) -> String {
        format!("fidem/{}dom.html", self.stated.prefix)
    }

    fn numbered(&self, number: &str, picture: bool) -> Answer {
        let place = number
            .split('.')
            .next()
            .and_then(|n| n.parse::<usize>().ok());
        let Some((name, _)) = place.and_then(|at| self.members.get(at)) else {
            return Answer::not_found();
        };
        match (picture, is_picture(name)) {
            (true, true) => self.member(name, "image/png", None),
            (true, false) => Answer::not_found(),
            (false, _) => self.member(name, "application/octet-stream", Some(&file_name(name))),
        }
    }

    fn member(&self, name: &str, media_type: &str, save_as: Option<&str>) -> Answer {
        let limits = Limits::default();
        let octets =
            Wacz::open(self.shelf.as_ref(), &limits).and_then(|wacz| wacz.member(name, MEMBER));
        match octets {
            Ok(octets) => guarded(media_type, &octets, save_as),
            Err(error) => Answer::status(404, "Not Found", TEXT, format!("{error}\n")),
        }
    }

    fn page(&self, words: &Words) -> Answer {
        let stated = &self.stated;
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>\
             <link rel=\"stylesheet\" href=\"style.css\"></head><body>\n\
             <nav><a href=\"{}\">{}</a></nav>\n<h1>{}</h1>\n<p class=\"notice\">{}</p>\n",
            words.code, words.title, words.other, words.other_name, words.title, words.notice,
        );
        if !self.faults.is_empty() {
            let faults = escaped(&self.faults.join(", "));
            let _ = writeln!(html, "<p class=\"fault\">{}{faults}</p>", words.faults);
        }
        let masked = match stated.masked {
            0 => words.unmasked.to_owned(),
            places => words.masked.replace("{}", &places.to_string()),
        };
        let _ = writeln!(html, "<p>{masked}</p>\n<dl>");
        let rows = [
            (words.address, &stated.url),
            (words.page_title, &stated.title),
            (words.captured, &stated.started),
            (words.capture, &stated.capture),
        ];
        for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
            let _ = writeln!(html, "<dt>{name}</dt><dd>{}</dd>", escaped(value));
        }
        html.push_str("</dl>\n");
        self.lists(words, &mut html);
        html.push_str("</body></html>\n");
        guarded(HTML, html.as_bytes(), None)
    }

    fn lists(&self, words: &Words, html: &mut String) {
        let _ = writeln!(
            html,
            "<h2>{}</h2>\n<p>{}</p>\n<ul>",
            words.pages, words.how_to_see
        );
        for (url, title) in &self.stated.pages {
            // Not a link: followed in a browser of one's own it would lead to the site of today.
            let _ = writeln!(
                html,
                "<li>{} <code>{}</code></li>",
                escaped(title),
                escaped(url)
            );
        }
        html.push_str("</ul>\n");
        if self.members.iter().any(|(name, _)| *name == self.dom()) {
            let _ = writeln!(html, "<p><a href=\"dom\">{}</a></p>", words.dom);
        }
        let _ = writeln!(html, "<h2>{}</h2>\n<table>", words.members);
        for (at, (name, size)) in self.members.iter().enumerate() {
            let name = escaped(name);
            let _ = writeln!(
                html,
                "<tr><td><a href=\"member/{at}\">{name}</a></td><td>{size}</td></tr>"
            );
        }
        let _ = writeln!(html, "</table>\n<h2>{}</h2>", words.pictures);
        for (at, (name, _)) in self
            .members
            .iter()
            .enumerate()
            .filter(|(_, (name, _))| is_picture(name))
        {
            let name = escaped(name);
            let _ = writeln!(
                html,
                "<figure><figcaption>{name}</figcaption><img src=\"picture/{at}.png\" alt=\"{name}\"></figure>"
            );
        }
    }
}

/// Only our own pictures: one that a site sent may be anything.
fn is_picture(name: &str) -> bool {
    name.starts_with("fidem/") && name.ends_with(".png")
}

fn file_name(member: &str) -> String {
    let name = member.rsplit('/').next().unwrap_or_default();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "-._".contains(c) {
            c
        } else {
            '_'
        }
    };
    name.chars().map(plain).collect()
}

/// An answer that a browser neither reinterprets nor keeps nor lends to others.
fn guarded(media_type: &str, octets: &[u8], save_as: Option<&str>) -> Answer {
    let mut head = Head::new(200, "OK")
        .field("Content-Type", media_type)
        .field("Content-Security-Policy", POLICY)
        .field("X-Content-Type-Options", "nosniff")
        .field("Cross-Origin-Resource-Policy", "same-origin")
        .field("Referrer-Policy", "no-referrer")
        .field("Cache-Control", "no-store");
    if let Some(name) = save_as {
        head = head.field(
            "Content-Disposition",
            format!("attachment; filename=\"{name}\""),
        );
    }
    Answer::new(head.length(octets.len()).finish(), Body::whole(octets))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Marks of direction could turn an address round.
            c if c.is_control()
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c) =>
            {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_archived_becomes_markup() {
        let hostile = "<script>alert(1)</script>\"' \u{202e}gnp.exe&";
        let safe = escaped(hostile);
        assert_eq!(
            safe,
            "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; \\u{202e}gnp.exe&amp;"
        );
        assert_eq!(file_name("fidem/a\"\r\nb/..\\x.html"), ".._x.html");
        assert!(
            is_picture("fidem/full.png")
                && !is_picture("archive/full.png")
                && !is_picture("fidem/x.svg")
        );
    }
}
