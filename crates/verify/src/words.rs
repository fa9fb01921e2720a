//! Words for codes that others define, in Chinese and English: for sentences that name them.

use fidem_pades::{Change, How, Part};
use fidem_webarchive::Code;
use fidem_webarchive::capture::{Deviation, Ending};

/// Chinese and English.
pub(crate) type Words = (&'static str, &'static str);

/// What of a web archive a finding speaks of.
pub(crate) fn part(code: Code) -> Words {
    const PARTS: [(&str, Words); 7] = [
        ("wacz-zip", ("压缩包结构", "zip structure")),
        ("wacz-index", ("索引", "index")),
        ("wacz-page", ("页面列表", "list of pages")),
        ("wacz-member", ("成员清单", "list of members")),
        ("wacz-datapackage", ("成员清单", "list of members")),
        ("wacz-digest", ("成员清单", "list of members")),
        ("warc-", ("存档记录", "archived record")),
    ];
    let of = |(prefix, words): &(&str, Words)| code.as_str().starts_with(prefix).then_some(*words);
    PARTS.iter().find_map(of).unwrap_or(("内容", "content"))
}

/// How a capture ended.
pub(crate) fn ending(ending: &Ending) -> Words {
    match ending {
        Ending::Closed {} => ("采集正常结束", "it ended in order"),
        Ending::NotOpened { .. } => ("地址未能打开", "the address could not be opened"),
        Ending::Downloaded {} => ("该地址提供的是文件", "the address offered a file"),
        Ending::PayloadLimit { .. } => (
            "达到接收上限而结束",
            "it ended at the limit of what may be received",
        ),
        Ending::Stopped {} => ("由操作人停止", "a person stopped it"),
        Ending::BrowserEnded {} => ("浏览器自行终止", "the browser ended by itself"),
        Ending::NotWritten { .. } => ("因无法写入而结束", "it ended since it could not be written"),
        Ending::Interrupted {} => (
            "采集程序中断，仅存中断前的内容",
            "the recorder was interrupted; what came before is kept",
        ),
    }
}

/// In what a run deviated.
pub(crate) fn deviation(deviation: &Deviation) -> Words {
    match deviation {
        Deviation::NoSandbox {} => ("未启用沙箱", "without its sandbox"),
        Deviation::ExtraRoot { .. } => ("另行加入了根证书", "with a root certificate added"),
        Deviation::AcceptedKey { .. } => (
            "不问证书接受了指定的服务器密钥",
            "with a server key accepted whatever its certificate",
        ),
        Deviation::ProfileOnDisk {} => ("用户数据存放于磁盘", "with its profile on a disk"),
        Deviation::DirectedNames { .. } => ("域名被指向他处", "with host names directed elsewhere"),
        _ => ("其他情形", "in another way"),
    }
}

/// What a line of the measurement says.
pub(crate) fn line(code: &str) -> Words {
    const LINES: [(&str, Words); 24] = [
        ("not-archived", ("未存入存档", "not archived")),
        ("no-response", ("无响应", "no response")),
        ("cut", ("传输中断", "cut short")),
        (
            "protocol-not-covered",
            ("未予记录的协议", "protocol not recorded"),
        ),
        (
            "octets-unaccounted",
            ("无法归属的字节", "octets not accounted for"),
        ),
        (
            "datagrams-not-covered",
            ("未予记录的数据报", "datagrams not recorded"),
        ),
        ("from-cache", ("来自缓存", "from a cache")),
        ("proxied", ("经由代理", "through a proxy")),
        ("failed", ("请求失败", "request failed")),
        ("not-in-log", ("网络记录中没有", "not in the network log")),
        ("never-loaded", ("页面未加载完毕", "page not loaded")),
        ("never-still", ("网络未趋于静止", "network never at rest")),
        ("scroll-bound", ("未滚动至页尾", "not scrolled to the end")),
        (
            "picture-bound",
            ("截图未及全页", "pictures do not cover the page"),
        ),
        ("part-missing", ("缺少部分材料", "part missing")),
        ("media-not-fetched", ("音视频未取得", "media not fetched")),
        (
            "media-streamed",
            ("流式音视频未取得", "streamed media not fetched"),
        ),
        (
            "not-requested",
            ("引用而未请求", "referred to, not requested"),
        ),
        ("not-opened", ("地址未能打开", "address not opened")),
        ("download", ("下载未完成", "download unfinished")),
        (
            "payload-limit",
            ("达到接收上限", "limit of what may be received"),
        ),
        ("stopped", ("由操作人停止", "stopped by a person")),
        (
            "browser-ended",
            ("浏览器自行终止", "browser ended by itself"),
        ),
        ("clock-step", ("设备时钟被调整", "device clock was set")),
    ];
    const OTHERS: [(&str, Words); 3] = [
        ("log-cut", ("网络记录不全", "network log cut short")),
        ("not-written", ("无法写入", "could not be written")),
        ("interrupted", ("采集程序中断", "recorder interrupted")),
    ];
    let mut all = LINES.iter().chain(&OTHERS);
    let known = all.find(|(known, _)| *known == code);
    known.map_or(("其他原因", "another reason"), |(_, words)| *words)
}

/// What an update after a signature did, in Chinese and English.
pub(crate) fn change(change: &Change) -> (String, String) {
    let (what_zh, what_en) = changed_part(&change.part);
    let (how_zh, how_en) = match change.how {
        How::Added => ("被添加", "added"),
        How::Replaced => ("被替换", "replaced"),
        How::Removed => ("被删除", "removed"),
    };
    let keys = match change.keys.is_empty() {
        true => (String::new(), String::new()),
        false => {
            let keys = change.keys.join(", ");
            (format!("（{keys}）"), format!(" ({keys})"))
        }
    };
    (
        format!("{what_zh}{how_zh}{}", keys.0),
        format!("{what_en} {how_en}{}", keys.1),
    )
}

fn changed_part(part: &Part) -> (String, String) {
    let (chinese, english) = match part {
        Part::PageContent(page) => {
            return (
                format!("第 {page} 页的内容"),
                format!("content of page {page}"),
            );
        }
        Part::Page(page) => return (format!("第 {page} 页"), format!("page {page}")),
        Part::Annotation(page) => {
            return (
                format!("第 {page} 页的批注"),
                format!("annotation on page {page}"),
            );
        }
        Part::Attachment(name) => {
            return (format!("附件 {name}"), format!("attachment {name}"));
        }
        Part::Field(name) => return (format!("表单域 {name}"), format!("form field {name}")),
        Part::Metadata => ("元数据", "metadata"),
        Part::Information => ("文档信息", "document information"),
        Part::Form => ("表单", "form"),
        Part::Catalog => ("文档目录", "catalog"),
        Part::Structure => ("结构树", "structure tree"),
        Part::Validation => ("验证资料", "validation data"),
        Part::Trailer => ("文件尾", "trailer"),
        Part::Unreadable => ("无法读取的更新", "update that cannot be read"),
        Part::Other => ("其他对象", "another object"),
    };
    (chinese.to_owned(), english.to_owned())
}
