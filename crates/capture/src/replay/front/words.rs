//! The sentences of the front page.

/// Code of the Chinese page, in its address too.
pub(super) const ZH: &str = "zh";

pub(super) struct Words {
    pub code: &'static str,
    pub other: &'static str,
    pub other_name: &'static str,
    pub title: &'static str,
    pub notice: &'static str,
    pub faults: &'static str,
    pub unmasked: &'static str,
    /// `{}` stands for the number of places.
    pub masked: &'static str,
    pub address: &'static str,
    pub page_title: &'static str,
    pub captured: &'static str,
    pub capture: &'static str,
    pub pages: &'static str,
    pub how_to_see: &'static str,
    pub dom: &'static str,
    pub members: &'static str,
    pub pictures: &'static str,
}

pub(super) const WORDS: Words = Words {
    code: "zh-CN",
    other: "en",
    other_name: "English",
    title: "存档回放",
    notice: "此处显示的是一份网页存档的回放，不是网站现在的内容。所有内容均来自存档文件，回放过程不访问互联网。",
    faults: "注意：该存档未通过完整性检查：",
    unmasked: "本副本没有遮盖任何内容。",
    masked: "本副本有 {} 处内容被遮盖（如登录凭证、密码）；遮盖的位置列于 fidem/redactions.json。图片未作遮盖。",
    address: "网址",
    page_title: "标题",
    captured: "采集开始时间（采集设备时钟，UTC）",
    capture: "采集编号",
    pages: "存档中的网页",
    how_to_see: "网页只能在回放专用浏览器中按原网址打开，请使用回放程序打开的浏览器窗口。",
    dom: "呈现时的页面文档（以纯文本显示）",
    members: "存档文件的组成（点击保存，大小单位为字节）",
    pictures: "页面图片",
};

pub(super) const ENGLISH: Words = Words {
    code: "en",
    other: "zh",
    other_name: "中文",
    title: "Replay of an archive",
    notice: "What is shown here is the replay of an archive, not the site as it is today. Everything comes from the archive; \
        the Internet is not contacted.",
    faults: "Attention: this archive does not pass its check: ",
    unmasked: "Nothing is masked in this copy.",
    masked: "{} places are masked in this copy, such as session keys and passwords; fidem/redactions.json lists them. \
        Pictures are not masked.",
    address: "Address",
    page_title: "Title",
    captured: "Capture begun (clock of the capturing device, UTC)",
    capture: "Capture",
    pages: "Pages in the archive",
    how_to_see: "A page opens under its own address in the viewing browser alone: use the window that the replay opened.",
    dom: "The document as rendered, as plain text",
    members: "Members of the archive (to be saved; sizes in octets)",
    pictures: "Pictures",
};
