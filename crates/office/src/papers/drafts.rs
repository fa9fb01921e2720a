//! What an office would type by hand, from the journal: 工作记录, 证词草稿 and 证据清单 as `.docx`, to be edited by a person.
//! They are drafts and say so on every page; nothing of them is issued or signed here.

use docx_rs::{
    AlignmentType, BreakType, Docx, Header, LineSpacing, PageMargin, Paragraph, Run, RunFonts,
    Table, TableCell, TableLayoutType, TableRow, WidthType,
};
use fidem_casebook::{Case, Role};
use fidem_certificate::{CertificateData, Kind};

use super::PaperRequest;
use super::steps::{Step, numeral, steps_of};
use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result};

/// Which draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    /// 工作记录.
    WorkRecord,
    /// 公证证词草稿.
    Testimony,
    /// 证据清单 in the shape of 民事诉讼证据规定 Art 19.
    List,
}

/// A4 in twentieths of a point, with the margins of GB/T 9704.
const PAGE: (u32, u32) = (11906, 16838);
const MARGIN: [i32; 4] = [2098, 1474, 1984, 1588];
/// Text width that these leave.
const TEXT: usize = 8844;
/// Half points: 三号, 小四, 五号, 二号.
const BODY: usize = 32;
const SMALL: usize = 24;
const CELL: usize = 21;
const TITLE: usize = 44;
/// Items in a table; more stand in the manifest.
const ROWS: usize = 1000;

impl Office {
    /// A draft as a word processor's file.
    ///
    /// # Errors
    /// [`OfficeError::Role`], [`OfficeError::NotSealed`], [`OfficeError::Waiting`].
    pub fn draft_docx(&self, desk: &dyn Desk, case: &str, draft: Draft) -> Result<Vec<u8>> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let case = self.case(case)?;
        self.deliverable(&case.id)?;
        let kind = match draft {
            Draft::List => Kind::List,
            _ => Kind::Record,
        };
        let request = PaperRequest {
            kind,
            chinese_only: true,
        };
        let data = self.paper_data(&case, &request, &at(desk))?;
        let steps = self.steps(&case)?;
        let body = match draft {
            Draft::WorkRecord => work_record(&data, &steps),
            Draft::Testimony => testimony(&data, &steps),
            Draft::List => list(&data),
        };
        packed(body)
    }

    fn steps(&self, case: &Case) -> Result<Vec<Step>> {
        let entries = self.book.journal(&fidem_casebook::JournalFilter {
            case: Some(case.id.clone()),
            ..fidem_casebook::JournalFilter::default()
        })?;
        let acts = entries.iter().map(|entry| {
            let value = serde_json::from_slice(&entry.bytes).unwrap_or_default();
            (entry.seq, entry.action.clone(), value)
        });
        Ok(steps_of(acts))
    }
}

fn packed(docx: Docx) -> Result<Vec<u8>> {
    let mut octets = std::io::Cursor::new(Vec::new());
    docx.build()
        .pack(&mut octets)
        .map_err(|e| OfficeError::Io {
            path: "docx".to_owned(),
            reason: e.to_string(),
        })?;
    Ok(octets.into_inner())
}

fn sheet(data: &CertificateData, title: &str) -> Docx {
    let [top, right, bottom, left] = MARGIN;
    let margin = PageMargin {
        top,
        left,
        bottom,
        right,
        header: 851,
        footer: 992,
        gutter: 0,
    };
    let mark = format!("草稿，须经承办公证员核对、修改　{}", data.case_number);
    let head = Paragraph::new()
        .add_run(words(&mark, CELL).bold())
        .align(AlignmentType::Center);
    Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margin)
        .header(Header::new().add_paragraph(head))
        .add_paragraph(centred(&data.office.name.zh, BODY))
        .add_paragraph(centred(title, TITLE))
}

fn fonts() -> RunFonts {
    RunFonts::new()
        .east_asia("仿宋")
        .ascii("Times New Roman")
        .hi_ansi("Times New Roman")
}

fn words(text: &str, size: usize) -> Run {
    Run::new().add_text(text).fonts(fonts()).size(size)
}

fn centred(text: &str, size: usize) -> Paragraph {
    Paragraph::new()
        .add_run(words(text, size).bold())
        .align(AlignmentType::Center)
        .line_spacing(LineSpacing::new().after(200))
}

/// A paragraph with its first line indented by two characters.
fn para(text: &str) -> Paragraph {
    Paragraph::new()
        .add_run(words(text, BODY))
        .indent(
            None,
            Some(docx_rs::SpecialIndentType::FirstLine(640)),
            None,
            None,
        )
        .line_spacing(LineSpacing::new().line(560))
}

fn heading(text: &str) -> Paragraph {
    Paragraph::new()
        .add_run(words(text, BODY).bold())
        .line_spacing(LineSpacing::new().before(240).after(120))
}

fn particulars(docx: Docx, data: &CertificateData) -> Docx {
    let agent = data.agent.as_ref().map_or("无", |a| a.name.as_str());
    let purpose = data.purpose.as_ref().map_or("无", |p| p.zh.as_str());
    [
        ("卷宗编号", data.case_number.as_str()),
        ("申请人", &data.applicant.name),
        ("代理人", agent),
        ("保全事项", &data.matter.zh),
        ("证明目的", purpose),
        ("承办", &data.handler.name),
    ]
    .iter()
    .fold(docx, |docx, (name, value)| {
        docx.add_paragraph(para(&format!("{name}：{value}")))
    })
}

fn work_record(data: &CertificateData, steps: &[Step]) -> Docx {
    let mut docx = particulars(sheet(data, "工作记录"), data);
    docx = docx.add_paragraph(heading("一、办理经过"));
    docx = told(docx, steps);
    docx = docx.add_paragraph(heading("二、所得电子数据"));
    docx = digests(docx, data);
    docx = docx.add_paragraph(heading("三、已知异常与局限"));
    for line in anomalies(data) {
        docx = docx.add_paragraph(para(&line));
    }
    signatures(docx, &["承办公证员", "协办人员", "在场人员"])
}

fn testimony(data: &CertificateData, steps: &[Step]) -> Docx {
    let mut docx = sheet(data, "公证证词（草稿）");
    docx = docx.add_paragraph(para(&format!(
        "申请人{}因【原因】，于【年月日】向本处申请对{}办理保全证据公证。",
        data.applicant.name, data.matter.zh
    )));
    docx = docx.add_paragraph(para(
        "根据《中华人民共和国公证法》的规定，本处指派【承办公证员】、【协办人员】办理。现将经过记载如下：",
    ));
    docx = told(docx, steps);
    docx = docx.add_paragraph(para(&format!(
        "以上过程所得电子数据共 {} 项，列于所附《电子数据保全记录》，其清单的 SHA-256 校验值为 {}。",
        data.items.len(),
        data.seals.last().map_or("", |s| s.manifest_sha256.as_str())
    )));
    for line in anomalies(data) {
        docx = docx.add_paragraph(para(&line));
    }
    docx = docx.add_paragraph(para(
        "【证词由承办公证员依其亲自所见撰写。当事人提交的电子数据，仅可以证明收到的时间及收到后未被改动。】",
    ));
    signatures(docx, &["公证员"])
}

fn told(docx: Docx, steps: &[Step]) -> Docx {
    let line =
        |(i, step): (usize, &Step)| para(&format!("第{}步：{}", numeral(i + 1), step.sentence()));
    steps
        .iter()
        .enumerate()
        .map(line)
        .fold(docx, Docx::add_paragraph)
}

fn anomalies(data: &CertificateData) -> Vec<String> {
    let mut lines: Vec<String> = data.anomalies.iter().map(|a| a.zh.clone()).collect();
    for seal in &data.seals {
        if let Some(minutes) = seal.interval_seconds.map(|s| s / 60).filter(|m| *m >= 10) {
            lines.push(format!(
                "固化 {}：最后收到至取得时间戳相隔 {minutes} 分钟。",
                seal.number
            ));
        }
    }
    if lines.is_empty() {
        lines.push("无。".to_owned());
    }
    lines
}

fn digests(docx: Docx, data: &CertificateData) -> Docx {
    let widths = [700, 3144, 5000];
    let mut rows = vec![row(&["序号", "名称、类别", "SHA-256"], &widths)];
    for item in data.items.iter().take(ROWS) {
        let name = format!("{}（{}）", item.name, item.class.as_str());
        rows.push(row(
            &[&item.number.to_string(), &name, &item.sha256],
            &widths,
        ));
    }
    let docx = docx.add_table(table(rows, &widths));
    match data.items.len() > ROWS {
        true => docx.add_paragraph(para(&format!("共 {} 项，其余见清单。", data.items.len()))),
        false => docx,
    }
}

fn list(data: &CertificateData) -> Docx {
    let docx = sheet(data, "证据清单");
    let docx = docx
        .add_paragraph(para(&format!("提交人：{}", data.applicant.name)))
        .add_paragraph(para(&format!("事由：{}", data.matter.zh)));
    let widths = [650, 2100, 1300, 1900, 1700, 594, 600];
    let heads = [
        "序号",
        "证据名称",
        "证据来源",
        "证明对象",
        "证据内容",
        "页数",
        "形式",
    ];
    let mut rows = vec![row(&heads, &widths)];
    for item in data.items.iter().take(ROWS) {
        let entry = data.particulars.list.iter().find(|e| e.item == item.number);
        let (source, proves, content) = entry.map_or(("", "", ""), |e| {
            (e.source.as_str(), e.proves.as_str(), e.content.as_str())
        });
        let pages = entry.and_then(|e| e.pages).map(|p| p.to_string());
        let cells = [
            &item.number.to_string(),
            &item.name,
            source,
            proves,
            content,
            pages.as_deref().unwrap_or("—"),
            "电子数据",
        ];
        rows.push(row(&cells, &widths));
    }
    let docx = docx.add_table(table(rows, &widths));
    let docx = docx.add_paragraph(para(
        "依照《最高人民法院关于民事诉讼证据的若干规定》第十九条编制；证明对象、证据内容为提交人陈述。",
    ));
    signatures(docx, &["提交人", "签收人"])
}

fn table(rows: Vec<TableRow>, widths: &[usize]) -> Table {
    Table::new(rows)
        .layout(TableLayoutType::Fixed)
        .set_grid(widths.to_vec())
        .width(TEXT, WidthType::Dxa)
}

fn row(cells: &[&str], widths: &[usize]) -> TableRow {
    let cell = |(text, width): (&&str, &usize)| {
        TableCell::new()
            .add_paragraph(Paragraph::new().add_run(words(text, CELL)))
            .width(*width, WidthType::Dxa)
    };
    TableRow::new(cells.iter().zip(widths).map(cell).collect())
}

fn signatures(docx: Docx, who: &[&str]) -> Docx {
    let docx =
        docx.add_paragraph(Paragraph::new().add_run(Run::new().add_break(BreakType::TextWrapping)));
    who.iter().fold(docx, |docx, name| {
        docx.add_paragraph(
            Paragraph::new()
                .add_run(words(
                    &format!("{name}（签名）：＿＿＿＿＿＿＿＿　　　　年　　月　　日"),
                    SMALL,
                ))
                .line_spacing(LineSpacing::new().before(240)),
        )
    })
}
