//! Traps that ask who is there. Their secrets are planted: a copy for the court must not hold them.

use super::super::page;
use crate::{Answer, Body, Head, Request};

/// The person who may log in.
pub const USER: &str = "notary";
/// The password, sent in the body of a `POST`.
pub const PASSWORD: &str = "planted-password-7f3a91";
/// The value of the cookie `session`.
pub const SESSION: &str = "planted-session-c0ffee42d5";

pub(super) fn answer(request: &Request) -> Option<Answer> {
    Some(match request.path() {
        "/login" if request.method == "POST" => enter(request),
        "/login" => page("login done", FORM),
        "/account" if known(request) => page("account done", "<h1>我的账户</h1>"),
        "/account" => Answer::status(403, "Forbidden", "text/plain", "log in first\n"),
        "/basic-auth" => basic(request),
        _ => return None,
    })
}

fn enter(request: &Request) -> Answer {
    let expected = format!("user={USER}&password={PASSWORD}");
    if request.body != expected.as_bytes() {
        return Answer::status(403, "Forbidden", "text/plain", "wrong password\n");
    }
    let head = Head::new(303, "See Other")
        .field("Location", "/account")
        .field(
            "Set-Cookie",
            format!("session={SESSION}; HttpOnly; SameSite=Lax; Path=/"),
        );
    Answer::new(head.length(0).finish(), Body::empty())
}

fn known(request: &Request) -> bool {
    let cookie = format!("session={SESSION}");
    request
        .field("Cookie")
        .is_some_and(|cookies| cookies.split("; ").any(|one| one == cookie))
}

fn basic(request: &Request) -> Answer {
    // RFC 7617: base64 of `notary:` and the password above
    const BASIC: &str = "Basic bm90YXJ5OnBsYW50ZWQtcGFzc3dvcmQtN2YzYTkx";
    if request.field("Authorization") == Some(BASIC) {
        return page("basic-auth done", "<p>进来了</p>");
    }
    let head = Head::new(401, "Unauthorized")
        .field("WWW-Authenticate", "Basic realm=\"trap\"")
        .length(0);
    Answer::new(head.finish(), Body::empty())
}

const FORM: &str = "<form method=\"post\" action=\"/login\">\
    <input name=\"user\" autocomplete=\"username\">\
    <input name=\"password\" type=\"password\"><button id=\"enter\">登录</button></form>";
