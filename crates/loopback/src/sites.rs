//! The hard pages that tests capture. For development only: nothing here is in the product.
//!
//! Each is a [`Site`](crate::Site) with a function that starts it on the listeners it needs. Every
//! page that does something sets `document.title` to end in `done` when it has.

mod chinese;
mod hard;
mod plain;
mod thorny;
mod traps;

use crate::{Answer, Head, Request};

pub use chinese::Chinese;
pub use hard::Hard;
pub use plain::Plain;
pub use thorny::Thorny;
pub use traps::{PASSWORD, SESSION, Trap, Traps, USER};

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const JSON: &str = "application/json";
const PNG: &str = "image/png";

fn html(text: impl Into<String>) -> Answer {
    Answer::ok(HTML, text.into())
}

/// A page of a title and a body.
fn page(title: &str, body: &str) -> Answer {
    html(format!(
        "<!doctype html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         </head><body>\n{body}\n</body></html>\n"
    ))
}

fn typed(media_type: &str) -> Head {
    Head::new(200, "OK").field("Content-Type", media_type)
}

/// The path with its percent signs taken off (RFC 3986 §2.1); what is no UTF-8 then is replaced.
fn decoded(request: &Request) -> String {
    let mut octets = Vec::new();
    let mut rest = request.path().as_bytes();
    while let Some((&first, later)) = rest.split_first() {
        let hex = later.get(..2).filter(|_| first == b'%');
        let value = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        octets.push(value.unwrap_or(first));
        rest = later
            .get(if value.is_some() { 2 } else { 0 }..)
            .unwrap_or_default();
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// `stem` and number of a name like `i12.png`.
fn numbered<'a>(name: &'a str, stem: &str, ending: &str) -> Option<&'a str> {
    name.strip_prefix(stem)?
        .strip_suffix(ending)
        .filter(|number| number.parse::<u16>().is_ok())
}
