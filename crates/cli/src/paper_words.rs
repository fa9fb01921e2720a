//! Words for documents: their names, what they lack, how they stand.

use fidem_office::{DocumentState, Hindrance, PaperKind};

/// What an office calls it.
pub fn kind_name(kind: PaperKind, zh: bool) -> String {
    let title = kind.title();
    if zh { title.zh } else { title.en }
}

/// How an issued document stands.
pub fn state_name(state: DocumentState, zh: bool) -> &'static str {
    match (state, zh) {
        (DocumentState::Issued, true) => "已出具",
        (DocumentState::Issued, false) => "issued",
        (DocumentState::Explained, true) => "已说明或者补正",
        (DocumentState::Explained, false) => "explained or supplemented",
        (DocumentState::Corrected, true) => "已更正",
        (DocumentState::Corrected, false) => "corrected",
        (DocumentState::Withdrawn, true) => "已撤销",
        (DocumentState::Withdrawn, false) => "withdrawn",
    }
}

/// What is missing, and what to do.
pub fn hindrance(what: &Hindrance, zh: bool) -> String {
    match what {
        Hindrance::NotSealed => say(
            zh,
            "尚未固化；请先固化。",
            "nothing is sealed yet; seal it first",
        ),
        Hindrance::Unsealed { count } => format_of(
            zh,
            format!("有 {count} 项未固化；请先固化。"),
            format!("{count} items are not sealed; seal them first"),
        ),
        Hindrance::Waiting { seal } => format_of(
            zh,
            format!("固化 {seal} 待取得时间戳；请稍后重试。"),
            format!("seal {seal} waits for its time stamps; try again later"),
        ),
        Hindrance::Record { missing } => format_of(
            zh,
            format!("缺少：{}", record(missing, true)),
            format!("missing: {}", record(missing, false)),
        ),
        Hindrance::Interest { rails } => format_of(
            zh,
            format!("未声明当事人与锚定网络运营方的利害关系：{rails}"),
            format!("the parties’ interest towards operators is not declared: {rails}"),
        ),
        Hindrance::ArticleEighteen { batch, point } => format_of(
            zh,
            format!(
                "第 {batch} 批：“{}”未填；确无的，填“无”。",
                heading(point, true)
            ),
            format!(
                "hand-over {batch}: “{}” is blank; write 无 where there is none",
                heading(point, false)
            ),
        ),
        Hindrance::Forbidden { field, phrase } => format_of(
            zh,
            format!("含有不得使用的表述“{phrase}”（{field}）；请修改。"),
            format!("the phrase “{phrase}” must not stand there ({field}); change it"),
        ),
        Hindrance::Correction => say(
            zh,
            "未写明对哪份文书作何说明或者补正、理由为何；请先填写。",
            "which document is amended, with what and why, is not written; write it first",
        ),
        Hindrance::UnknownDocument { document_id } => format_of(
            zh,
            format!("本卷宗没有编号为 {document_id} 的已出具文书。"),
            format!("no document {document_id} was issued in this case"),
        ),
        Hindrance::Foreign => say(
            zh,
            "向境外提供，未写明主管机关批准文号或者不适用的理由（《数据安全法》第三十六条）。",
            "for use abroad: neither the authority’s approval nor why none is needed is written (Data Security Law, Art. 36)",
        ),
        Hindrance::NoPictures => say(zh, "没有可以打印的图像。", "there is no picture to print"),
        Hindrance::NotApproved => say(
            zh,
            "未经第二人审批。",
            "a second person has not approved it",
        ),
        Hindrance::ChangedSinceApproval => say(
            zh,
            "审批后内容有变动，须重新审批。",
            "its content changed after approval; it must be approved again",
        ),
    }
}

fn say(zh: bool, chinese: &str, english: &str) -> String {
    (if zh { chinese } else { english }).to_owned()
}

fn format_of(zh: bool, chinese: String, english: String) -> String {
    if zh { chinese } else { english }
}

fn record(code: &str, zh: bool) -> &str {
    match (code, zh) {
        ("applicant", true) => "申请人",
        ("applicant", false) => "the applicant",
        ("onsite-record", true) => "现场记录",
        ("onsite-record", false) => "the on-site record",
        ("continuation-reason", true) => "两人说明的继续办理理由",
        ("continuation-reason", false) => "the reason of two persons for going on",
        (other, _) => other,
    }
}

fn heading(point: &str, zh: bool) -> &str {
    match (point, zh) {
        ("source", true) => "具体来源",
        ("source", false) => "specific source",
        ("generation", true) => "生成机制",
        ("generation", false) => "how it was generated",
        ("storage", true) => "存储过程",
        ("storage", false) => "how it was kept",
        ("notarisation", true) => "公证机构公证",
        ("notarisation", false) => "notarisation",
        ("witness", true) => "第三方见证",
        ("witness", false) => "third-party witness",
        ("corroboration", true) => "关联印证数据",
        ("corroboration", false) => "corroborating data",
        (other, _) => other,
    }
}
