//! Sentences for what is less than whole about a capture, and for its source class.

use fidem_capture::Line;
use fidem_cleanliness::Reference;
use fidem_manifest::SourceClass;

/// The class with its sentence: larger than any hash (来源先于校验值).
pub fn class_line(class: &str, zh: bool) -> String {
    let known = SourceClass::from_letter(class);
    let (name, name_en) = known.map_or(("", ""), SourceClass::name);
    let (sentence, sentence_en) = known.map_or(("", ""), SourceClass::short_sentence);
    match zh {
        true => format!("来源类别 {class} {name}：{sentence}。"),
        false => format!("Source class {class}, {name_en}: {sentence_en}."),
    }
}

/// One line in words.
pub fn capture_line(line: &Line, zh: bool) -> String {
    let found = TABLE.iter().find(|(code, ..)| *code == line.code);
    let (zh_text, en_text) = found.map_or((line.code.as_str(), line.code.as_str()), |(_, z, e)| {
        (*z, *e)
    });
    let text = match zh {
        true => zh_text,
        false => en_text,
    };
    let mut parts = vec![text.to_owned()];
    parts.extend(
        [&line.url, &line.reason]
            .into_iter()
            .filter(|p| !p.is_empty())
            .cloned(),
    );
    parts.join(match zh {
        true => "：",
        false => ": ",
    })
}

/// A reference page as it was fetched before the capture, or after it.
pub fn reference((page, before): (&Reference, bool), zh: bool) -> String {
    let side = match (before, zh) {
        (true, true) => "取证前参照网页",
        (false, true) => "取证后参照网页",
        (true, false) => "Reference page before the capture",
        (false, false) => "Reference page after the capture",
    };
    let came = match (page.came(), zh) {
        (true, true) => "已取得",
        (false, true) => "未能取得",
        (true, false) => "came",
        (false, false) => "did not come",
    };
    let known = [
        page.status.map(|code| format!("HTTP {code}")),
        page.peer.clone(),
        page.sha256
            .as_ref()
            .map(|digest| format!("SHA-256 {digest}")),
        page.error.clone(),
        Some(page.asked.clone()),
    ];
    let facts: Vec<String> = known.into_iter().flatten().collect();
    let (address, between) = (&page.address, if zh { "，" } else { ", " });
    let mark = if zh { "：" } else { ": " };
    format!(
        "{side} {address}{mark}{came}{between}{}",
        facts.join(between)
    )
}

static TABLE: &[(&str, &str, &str)] = &[
    (
        "background",
        "浏览器自身的请求，非网页所发",
        "a request of the browser itself, not of the page",
    ),
    (
        "blocked",
        "网页的请求被浏览器依网页规则阻止",
        "a request of the page was blocked by the browser",
    ),
    (
        "browser-ended",
        "浏览器意外终止，仅保留终止前的内容",
        "the browser ended by itself; what came before is kept",
    ),
    (
        "clock-step",
        "取证期间设备时间被调整（毫秒）",
        "the device’s clock was set during the capture (milliseconds)",
    ),
    (
        "copy-left-out",
        "因体积较大未保留的查看用副本（字节）",
        "a viewing copy was left out for its size (octets)",
    ),
    ("cut", "响应未传完", "a response was cut off"),
    (
        "datagrams-not-covered",
        "有未能记录内容的 UDP 通信",
        "UDP traffic whose content is not recorded",
    ),
    (
        "download",
        "该地址提供的是文件而非网页",
        "the address offered a file, not a page",
    ),
    ("failed", "网页的请求失败", "a request of the page failed"),
    ("from-cache", "内容来自缓存", "content came from a cache"),
    (
        "interrupted",
        "取证程序中断，仅保留中断前的内容",
        "the recorder was interrupted; what came before is kept",
    ),
    (
        "log-cut",
        "浏览器日志末尾缺失",
        "the end of the browser’s log is missing",
    ),
    (
        "media-not-fetched",
        "媒体文件未能完整取得",
        "a media file could not be fetched whole",
    ),
    (
        "media-streamed",
        "以流式传输的媒体，存档中不能单独播放",
        "streamed media that do not play by themselves from the archive",
    ),
    (
        "never-loaded",
        "网页在时限内未加载完毕",
        "the page did not finish loading in time",
    ),
    (
        "never-still",
        "截图时网络活动仍未停止",
        "the network was still busy when the pictures were taken",
    ),
    (
        "no-response",
        "请求未得到响应",
        "a request was not answered",
    ),
    (
        "not-archived",
        "日志中的交换未进入存档",
        "an exchange of the log is not in the archive",
    ),
    (
        "not-from-network",
        "内容非经网络取得（由网页程序或者服务线程提供）",
        "content that did not come over the network",
    ),
    (
        "not-in-log",
        "网页的请求未见于浏览器日志",
        "a request of the page is not in the browser’s log",
    ),
    (
        "not-opened",
        "网址未能打开",
        "the address could not be opened",
    ),
    (
        "not-requested",
        "网页引用而浏览器未请求",
        "referred to, but not requested by the browser",
    ),
    (
        "not-written",
        "磁盘写入失败，其后内容未保留",
        "the disk refused; what came after is not kept",
    ),
    (
        "octets-unaccounted",
        "有不能归入任何交换的字节",
        "octets that belong to no exchange",
    ),
    (
        "part-missing",
        "未能取得的部分",
        "a part that could not be taken",
    ),
    (
        "payload-limit",
        "接收量达到上限而停止（字节）",
        "stopped at the limit of what one capture may receive (octets)",
    ),
    (
        "picture-bound",
        "整页截图止于上限（像素）",
        "the picture of the whole page ends at its bound (pixels)",
    ),
    (
        "protocol-not-covered",
        "存在本程序不解析的协议",
        "a protocol that is not taken apart",
    ),
    ("proxied", "经由代理", "went through a proxy"),
    (
        "scroll-bound",
        "滚动止于上限，网页其后内容未取（已滚动/页高，像素）",
        "scrolling ended at its bound; what lies below was not taken (scrolled / height, pixels)",
    ),
    ("stopped", "由人员停止", "stopped by a person"),
    (
        "stream-open",
        "持续推送的连接，取证结束时仍未结束",
        "a stream that was still open at the end",
    ),
];
