//! What no template may leave out, checked on the finished pages.

use std::collections::BTreeSet;

use typst::foundations::{NativeElement, Selector};
use typst::introspection::Introspector;
use typst::layout::{Frame, FrameItem};
use typst::model::Document;
use typst::pdf::AttachElem;
use typst_layout::PagedDocument;

use crate::view::{principal, short};
use crate::{Attachment, CertificateData, CertificateError};

/// Page by which the limits and the sentence of every source class must have been stated.
const EARLY: usize = 2;

/// Checks the finished pages.
pub(crate) fn check(
    document: &PagedDocument,
    data: &CertificateData,
    attachments: &[Attachment],
) -> Result<(), CertificateError> {
    title(document)?;
    let pages: Vec<_> = document.pages().iter().map(|p| text(&p.frame)).collect();
    for (i, page) in pages.iter().enumerate() {
        for mark in every_page(data)? {
            require(page, i + 1, &mark)?;
        }
    }
    let first = pages.first().map_or("", String::as_str);
    require(first, 1, "证明范围")?;
    let early: String = pages.iter().take(EARLY).map(String::as_str).collect();
    require(&early, EARLY, "局限与未证明")?;
    class_sentences(data, first, &early)?;
    let whole: String = pages.iter().map(String::as_str).collect();
    for mark in captures(data) {
        require(&whole, pages.len(), &mark)?;
    }
    attached(document, attachments)
}

// a notarial certificate is another document, made by a notary in another form.
fn title(document: &PagedDocument) -> Result<(), CertificateError> {
    let title = document.info().title.clone().unwrap_or_default();
    let told_apart = squeezed(&title)
        .to_lowercase()
        .replace("非公证书", "")
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
        "本回执不是公证书".to_owned(),
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
