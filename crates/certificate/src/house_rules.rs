//! What no template may leave out, checked on the finished pages.

use std::collections::BTreeSet;

use typst::foundations::{NativeElement, Selector};
use typst::introspection::Introspector;
use typst::layout::{Frame, FrameItem};
use typst::model::Document;
use typst::pdf::AttachElem;
use typst_layout::PagedDocument;

use crate::paper::Paper;
use crate::view::{principal, short};
use crate::{Attachment, CertificateData, CertificateError, Kind, Outcome, ReportData, Status};

/// Page by which the limits and the sentence of every source class must have been stated.
const EARLY: usize = 2;

/// Checks the finished pages.
pub(crate) fn check(
    document: &PagedDocument,
    paper: &Paper,
    attachments: &[Attachment],
) -> Result<(), CertificateError> {
    title(document)?;
    let pages = words(document);
    let marks = match paper {
        Paper::Case(data) => every_page(data)?,
        Paper::Report(data) => report_marks(data),
    };
    for (i, page) in pages.iter().enumerate() {
        for mark in &marks {
            require(page, i + 1, mark)?;
        }
    }
    match paper {
        Paper::Case(data) => case(&pages, data)?,
        Paper::Report(data) => report(&pages, data)?,
    }
    attached(document, attachments)
}

/// The words of each page, without spaces.
pub(crate) fn words(document: &PagedDocument) -> Vec<String> {
    let pages = document.pages().iter();
    pages.map(|page| text(&page.frame)).collect()
}

fn case(pages: &[String], data: &CertificateData) -> Result<(), CertificateError> {
    let whole = pages.concat();
    if data.kind.states_proof() {
        let first = pages.first().map_or("", String::as_str);
        require(first, 1, "证明范围")?;
        let early: String = pages.iter().take(EARLY).map(String::as_str).collect();
        require(&early, EARLY, "局限与未证明")?;
        class_sentences(data, first, &early)?;
        for mark in captures(data).iter().chain(&anchors(data)) {
            require(&whole, pages.len(), mark)?;
        }
    }
    for mark in added(data) {
        require(&whole, pages.len(), &mark)?;
    }
    Ok(())
}

// No verdict without its layers, and what was not checked belongs to it.
fn report(pages: &[String], data: &ReportData) -> Result<(), CertificateError> {
    let whole = pages.concat();
    let first = pages.first().map_or("", String::as_str);
    require(first, 1, data.verdict.word())?;
    for layer in &data.layers {
        require(first, 1, &layer.name.zh)?;
    }
    require(&whole, pages.len(), "未核验的事项")?;
    let shown = data.layers.iter().flat_map(|l| &l.findings);
    let against = shown.filter(|f| f.outcome == Outcome::Mismatch);
    against
        .map(|f| &f.sentence.zh)
        .try_for_each(|sentence| require(&whole, pages.len(), sentence))
}

fn report_marks(data: &ReportData) -> Vec<String> {
    let mut marks = vec![Kind::Report.denial().to_owned()];
    if data.demonstration {
        marks.extend(["演示".to_owned(), "DEMONSTRATION".to_owned()]);
    }
    marks
}

// what is known of a public chain abroad is said wherever it is printed.
fn anchors(data: &CertificateData) -> Vec<String> {
    let abroad = data.chain_anchors.iter().any(|a| a.overseas_public);
    let said = "境外公有链，无境内备案，仅作辅助印证".to_owned();
    abroad.then_some(said).into_iter().collect()
}

// ⑤ names the document it is added to, and says that it stays.
fn added(data: &CertificateData) -> Vec<String> {
    let Some(correction) = &data.particulars.correction else {
        return Vec::new();
    };
    vec![
        correction.document_id.clone(),
        short(&correction.sha256),
        "原文书不作改动".to_owned(),
    ]
}

// a notarial certificate is another document, made by a notary in another form.
fn title(document: &PagedDocument) -> Result<(), CertificateError> {
    let title = document.info().title.clone().unwrap_or_default();
    let told_apart = squeezed(&title)
        .to_lowercase()
        .replace("非公证书", "")
        .replace("公证书附件", "")
        .replace("annextoanotarialcertificate", "")
        .replace("notanotarialcertificate", "");
    let claims = ["公证书", "notarialcertificate"];
    match claims.iter().any(|c| told_apart.contains(c)) || title.is_empty() {
        true => Err(CertificateError::Title {
            title: title.to_string(),
        }),
        false => Ok(()),
    }
}

// What a capture lacks, the counts of its reports, and why work went on all the same: on the pages
// whatever the template.
fn captures(data: &CertificateData) -> Vec<String> {
    let mut due = Vec::new();
    for capture in &data.captures.shown {
        if capture.completeness.partial {
            due.push("【不完整】".to_owned());
        }
        if capture.reason.is_some() {
            due.push("经两人说明理由后继续".to_owned());
        }
        for report in [&capture.before, &capture.after].into_iter().flatten() {
            due.push(format!("异常{}", report.abnormal));
            due.push(format!("未检{}", report.not_checked));
        }
    }
    due
}

// R-092, and what must be admitted on every page while it is so.
fn every_page(data: &CertificateData) -> Result<Vec<String>, CertificateError> {
    let mut marks = vec![
        data.kind.denial().to_owned(),
        data.case_number.clone(),
        data.document_id.clone(),
        short(&principal(data)?.manifest_sha256),
    ];
    let cautions = [
        (data.demonstration, "演示"),
        (data.demonstration, "DEMONSTRATION"),
        (
            !data.office.identity_verified,
            "出具机构名称系自行填写，身份未核验",
        ),
        (!data.electronically_signed, "本文件未经电子签名"),
        (data.second_person.is_none(), "未经第二人复核"),
        (data.status == Status::Draft, "草稿"),
        (data.status == Status::Void, "作废"),
    ];
    let due = cautions.iter().filter(|(due, _)| *due);
    marks.extend(due.map(|(_, mark)| (*mark).to_owned()));
    Ok(marks)
}

// The source outranks every digest: its sentence opens the document, and with several classes none comes late.
fn class_sentences(
    data: &CertificateData,
    first: &str,
    early: &str,
) -> Result<(), CertificateError> {
    let classes: BTreeSet<_> = data.items.iter().map(|i| i.class).collect();
    for (i, class) in classes.iter().enumerate() {
        let sentence = class.certificate_sentence().0;
        match i {
            0 => require(first, 1, sentence)?,
            _ => require(early, EARLY, sentence)?,
        }
    }
    Ok(())
}

fn require(page: &str, number: usize, mark: &str) -> Result<(), CertificateError> {
    match page.contains(&squeezed(mark)) {
        true => Ok(()),
        false => Err(CertificateError::Omitted {
            page: number,
            mark: mark.to_owned(),
        }),
    }
}

fn attached(document: &PagedDocument, attachments: &[Attachment]) -> Result<(), CertificateError> {
    let selector = Selector::Elem(AttachElem::ELEM, None);
    let elements = document.introspector().query(&selector);
    let carried: Vec<_> = elements
        .iter()
        .filter_map(|e| e.to_packed::<AttachElem>())
        .collect();
    for wanted in attachments {
        let same = |e: &&typst::foundations::Packed<AttachElem>| {
            e.path.derived == wanted.name.as_str() && e.data.as_slice() == wanted.bytes
        };
        if !carried.iter().any(same) {
            return Err(CertificateError::Omitted {
                page: 1,
                mark: wanted.name.clone(),
            });
        }
    }
    Ok(())
}

/// All text of a frame in layout order, without spaces.
fn text(frame: &Frame) -> String {
    let mut whole = String::new();
    gather(frame, &mut whole);
    squeezed(&whole)
}

fn gather(frame: &Frame, whole: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => gather(&group.frame, whole),
            FrameItem::Text(run) => whole.push_str(&run.text),
            _ => {}
        }
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
