//! An archived page shown again.

use std::path::Path;
use std::sync::Arc;

use fidem_capture::find_browser;
use fidem_capture::replay::{self, ReplayCheck, Replaying};
use fidem_office::{FileSource, OfficeError};
use serde_json::json;

use crate::failure::Failure;
use crate::out::Out;
use crate::session::Result;

/// Most of a picture that may differ before a view no longer counts as the archived one: drawing differs in a few
/// pixels from run to run.
const SAME: f64 = 0.99;

/// In the viewing browser: for a person, or unseen and compared.
pub fn show(file: &Path, browser: Option<&Path>, check: bool, out: &Out) -> Result<u8> {
    let replaying = open(file)?;
    let browser = find_browser(browser).map_err(OfficeError::from)?;
    if check {
        let found = replaying.check(&browser).map_err(OfficeError::from)?;
        return Ok(told(&found, out));
    }
    said(&replaying, out);
    let viewer = replaying.view(&browser, true).map_err(OfficeError::from)?;
    let contacts = viewer.wait();
    let outside = contacts.outside.len();
    out.remark(
        &format!("回放结束；浏览器日志显示与本机以外的联系 {outside} 次。"),
        &format!("The replay has ended; the browser’s own log shows {outside} contacts outside this machine."),
    );
    Ok(u8::from(!contacts.all_on_this_machine()))
}

/// For a browser of the person's own, until the program is ended.
pub fn serve(file: &Path, out: &Out) -> Result<u8> {
    let replaying = open(file)?;
    said(&replaying, out);
    loop {
        std::thread::park();
    }
}

fn open(file: &Path) -> Result<Replaying> {
    let source = FileSource::open(file)?;
    replay::serve(Arc::new(source)).map_err(|e| {
        Failure::from(OfficeError::Io {
            path: file.display().to_string(),
            reason: e.to_string(),
        })
    })
}

fn said(replaying: &Replaying, out: &Out) {
    let (front, page) = (replaying.url(), replaying.archived_url());
    out.result(
        &json!({"url": front, "archived_url": page}),
        &format!("回放：{page}\n存档说明及下载：{front}\n所示为存档内容，并非现时的网页；不连接互联网。"),
        &format!("Replay of {page}\nAbout the archive: {front}\nThis is what was archived, not the page of today; nothing leaves this machine."),
    );
}

fn told(found: &ReplayCheck, out: &Out) -> u8 {
    let view = found.view_match;
    let same = view.is_some_and(|v| v >= SAME);
    let here = found.contacts.all_on_this_machine();
    let percent = view.map_or_else(|| "－".to_owned(), |v| format!("{:.2} %", v * 100.0));
    let missing = found.requests_not_found.len();
    out.result(
        &json!({
            "view_match": view, "title": found.title, "title_match": found.title_match, "text_match": found.text_match,
            "requests_not_found": found.requests_not_found, "offline": here,
        }),
        &format!(
            "画面一致 {percent}；存档中没有的请求 {missing} 个；{}。",
            if here {
                "未与本机以外联系"
            } else {
                "曾与本机以外联系"
            }
        ),
        &format!(
            "View {percent} the same; {missing} requests were not in the archive; {}.",
            if here {
                "nothing outside this machine was contacted"
            } else {
                "something outside this machine was contacted"
            }
        ),
    );
    u8::from(!same || !here)
}
