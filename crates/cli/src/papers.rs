//! Documents of a case: what each lacks, what is written for it, approval, issue, copies.

use std::path::Path;

use fidem_office::{
    Checklist, Comparison, CopyForm, DocumentState, Draft, Hindrance, NewCopy, Office, OfficeError,
    PaperKind, PaperRequest, PaperText, SystemDesk,
};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::out::Out;
use crate::paper_arguments::{Approve, Form, GivenCopy, Paper, Point, Preview, What};
use crate::paper_signing;
use crate::paper_templates;
use crate::paper_words::{hindrance, kind_name, state_name};
use crate::session::Result;

/// A kind by its word.
pub fn request(kind: &str, chinese_only: bool) -> Result<PaperRequest> {
    Ok(PaperRequest {
        chinese_only,
        ..PaperRequest::named(kind)?
    })
}

/// One act.
pub fn run(mut office: Office, what: &Paper, out: &Out) -> Result<u8> {
    match what {
        Paper::Status { case, kind } => status(&office, case, kind.as_deref(), out)?,
        Paper::Write { case, kind, text } => write(&mut office, case, kind, text.as_deref(), out)?,
        Paper::Preview(what) => preview(&office, what, out)?,
        Paper::Approve(what) => approve(&mut office, what, out)?,
        Paper::Draft { case, what, output } => draft(&office, case, *what, output, out)?,
        Paper::Sign(what) => paper_signing::sign(&mut office, what, out)?,
        Paper::Signing(what) => paper_signing::settings(&mut office, what, out)?,
        Paper::Templates(what) => return paper_templates::run(&mut office, what, out),
        Paper::States { case, output } => {
            save(output, office.status_list(&SystemDesk, case)?.as_bytes())?;
            let path = output.display().to_string();
            out.result(&json!({ "states": path }), &path, &path);
        }
        Paper::Compare { document } => return compare(&office, document, out),
        Paper::Get { document, output } => {
            get(&office, document, output, out)?;
        }
        Paper::Renew { document, output } => {
            paper_signing::renew(&mut office, document, output.as_deref(), out)?;
        }
        Paper::Copy(what) => copy(&mut office, what, out)?,
        Paper::Copies { case } => register(&office, case, out)?,
    }
    Ok(0)
}

fn get(office: &Office, document: &str, output: &Path, out: &Out) -> Result<()> {
    save(output, &office.certificate_pdf(document)?)?;
    let path = output.display().to_string();
    let beside = office.signatures_beside(document, &path)?;
    for (name, cms) in &beside {
        save(Path::new(name), cms)?;
    }
    let names: Vec<&str> = beside.iter().map(|(name, _)| name.as_str()).collect();
    let lines = [&[path.as_str()], names.as_slice()].concat().join("\n");
    out.result(
        &json!({ "certificate": path, "signatures": names }),
        &lines,
        &lines,
    );
    Ok(())
}

fn preview(office: &Office, what: &Preview, out: &Out) -> Result<()> {
    let request = request(&what.kind, what.chinese_only)?;
    let pdf = office.paper_preview(&SystemDesk, &what.case, &request)?;
    save(&what.output, &pdf)?;
    drafted("preview", &what.output, out);
    Ok(())
}

/// Says where a draft went.
pub fn drafted(key: &str, path: &Path, out: &Out) {
    let path = path.display().to_string();
    out.result(
        &json!({ key: path }),
        &format!("草稿：{path}"),
        &format!("Draft: {path}"),
    );
}

fn approve(office: &mut Office, what: &Approve, out: &Out) -> Result<()> {
    let request = request(&what.kind, what.chinese_only)?;
    office.paper_approve(&SystemDesk, &what.case, &request, &checklist(&what.checked))?;
    out.result(
        &json!({"approved": what.kind, "person": office.person().name}),
        &format!("已审批：{}。", kind_name(request.kind, true)),
        &format!("Approved: {}.", kind_name(request.kind, false)),
    );
    Ok(())
}

fn draft(office: &Office, case: &str, what: What, output: &Path, out: &Out) -> Result<()> {
    let draft = match what {
        What::WorkRecord => Draft::WorkRecord,
        What::Testimony => Draft::Testimony,
        What::List => Draft::List,
    };
    save(output, &office.draft_docx(&SystemDesk, case, draft)?)?;
    drafted("draft", output, out);
    Ok(())
}

fn compare(office: &Office, document: &str, out: &Out) -> Result<u8> {
    let comparison = office.paper_compare(document)?;
    let same = comparison == Comparison::Same;
    let (zh, en) = match same {
        true => ("重新排版，逐字节相同。", "Set anew: the same octets."),
        false => (
            "重新排版，结果不同：程序、模板、字体与出具时不同，或者文件被改动。请核验文件本身。",
            "Set anew, it differs: program, template or fonts are others than at issue, or the file was changed. Verify the file itself.",
        ),
    };
    out.result(
        &json!({"document": document, "comparison": comparison}),
        zh,
        en,
    );
    // What differs could not be checked in this way; only a verification says that a file was changed.
    Ok(if same { 0 } else { 2 })
}

fn copy(office: &mut Office, what: &GivenCopy, out: &Out) -> Result<()> {
    let (document, copies, recipient) = (&what.document, what.copies, &what.recipient);
    let copy = NewCopy {
        document_id: document.clone(),
        form: match what.form {
            Form::Paper => CopyForm::Paper,
            Form::File => CopyForm::File,
        },
        copies,
        recipient: recipient.clone(),
        basis: what.basis.clone(),
    };
    office.copy_given(&SystemDesk, &what.case, &copy)?;
    out.result(
        &json!({"document": document, "copies": copies}),
        &format!("已登记：{document}，{copies} 份，交 {recipient}。"),
        &format!("Entered: {document}, {copies} to {recipient}."),
    );
    Ok(())
}

/// Issues a document and writes it.
pub fn issue(
    mut office: Office,
    case: &str,
    request: &PaperRequest,
    output: &Path,
    out: &Out,
) -> Result<u8> {
    let issued = office.issue(&mut SystemDesk, case, request)?;
    save(output, &issued.pdf)?;
    let open = office.signatures_open(&issued.document_id)?;
    let path = output.display();
    let (document, pages) = (&issued.document_id, issued.pages);
    let (zh, en) = match open.is_empty() {
        true => ("", ""),
        false => (
            "；尚待签名，签名完毕前不能交付",
            "; to be signed before it goes out",
        ),
    };
    out.result(
        &json!({"certificate": path.to_string(), "document": document, "kind": request.kind,
            "pages": pages, "unsigned": open, "warnings": issued.warnings}),
        &format!("已出具 {document}（{pages} 页）：{path}{zh}"),
        &format!("Issued {document} ({pages} pages): {path}{en}"),
    );
    Ok(0)
}

fn checklist(checked: &[Point]) -> Checklist {
    let has = |point| checked.contains(&point) || checked.contains(&Point::All);
    Checklist {
        matter: has(Point::Matter),
        materials: has(Point::Materials),
        procedure: has(Point::Procedure),
        wording: has(Point::Wording),
        fees: has(Point::Fees),
        discussed: has(Point::Discussed),
    }
}

fn status(office: &Office, case: &str, kind: Option<&str>, out: &Out) -> Result<()> {
    let kinds: Vec<PaperKind> = match kind {
        Some(word) => vec![PaperRequest::named(word)?.kind],
        None => PaperKind::ALL
            .into_iter()
            .filter(|k| *k != PaperKind::Report)
            .collect(),
    };
    let (mut rows, mut zh, mut en) = (Vec::new(), Vec::new(), Vec::new());
    for kind in kinds {
        let request = PaperRequest {
            kind,
            chinese_only: false,
        };
        let standing = office.paper_standing(case, &request)?;
        let approved = standing.approval.map(|a| a.person);
        zh.push(line(kind, &standing.hindrances, approved.as_deref(), true));
        en.push(line(kind, &standing.hindrances, approved.as_deref(), false));
        rows.push(
            json!({"kind": kind, "hindrances": standing.hindrances, "approved_by": approved}),
        );
    }
    let issued = office.papers(case)?;
    for paper in &issued {
        zh.push(issued_line(paper, true));
        en.push(issued_line(paper, false));
    }
    let issued: Vec<Value> = issued.iter().map(paper_json).collect();
    let json = json!({"documents": rows, "issued": issued});
    out.result(&json, &zh.join("\n"), &en.join("\n"));
    Ok(())
}

fn line(kind: PaperKind, hindrances: &[Hindrance], approved: Option<&str>, zh: bool) -> String {
    let name = kind_name(kind, zh);
    if hindrances.is_empty() {
        return match (approved, zh) {
            (Some(person), true) => format!("{name}：可以出具（{person}已审批）"),
            (Some(person), false) => format!("{name}: ready (approved by {person})"),
            (None, true) => format!("{name}：可以出具"),
            (None, false) => format!("{name}: ready"),
        };
    }
    let mut lines = vec![format!("{name}{}", if zh { "：" } else { ":" })];
    lines.extend(
        hindrances
            .iter()
            .map(|h| format!("  - {}", hindrance(h, zh))),
    );
    lines.join("\n")
}

fn issued_line(paper: &fidem_office::PaperRow, zh: bool) -> String {
    let mark = match paper.state {
        DocumentState::Withdrawn => "✕",
        DocumentState::Corrected | DocumentState::Explained => "!",
        DocumentState::Issued => "✓",
    };
    let (id, state) = (&paper.document_id, state_name(paper.state, zh));
    let name = kind_name(paper.kind, zh);
    format!(
        "{mark} {id} {name} · {state} · {} · {}",
        paper.at, paper.person
    )
}

fn paper_json(paper: &fidem_office::PaperRow) -> Value {
    json!({
        "document": paper.document_id,
        "kind": paper.kind,
        "at": paper.at,
        "person": paper.person,
        "reviewed_by": paper.reviewed_by,
        "sha256": fidem_fingerprint::hex::encode(&paper.sha256),
        "state": paper.state,
        "amends": paper.amends,
        "amended_by": paper.amended_by,
        "signatures": paper.editions.len(),
        "detached": paper.beside.len(),
        "unsigned": paper.open,
        "copies": paper.copies,
    })
}

fn write(
    office: &mut Office,
    case: &str,
    kind: &str,
    text: Option<&Path>,
    out: &Out,
) -> Result<()> {
    let kind = PaperRequest::named(kind)?.kind;
    if let Some(path) = text {
        let bytes = std::fs::read(path).map_err(|e| OfficeError::Io {
            path: path.display().to_string(),
            reason: e.to_string(),
        })?;
        let written: PaperText = serde_json::from_slice(&bytes).map_err(|e| {
            Failure::usage(
                format!("文书填写内容格式有误：{e}"),
                format!("The texts cannot be read: {e}"),
            )
        })?;
        office.paper_write(&SystemDesk, case, kind, &written)?;
    }
    let stands = office.paper_text(&office.case(case)?.id, kind)?;
    let json = json!({"kind": kind, "text": stands});
    let shown = serde_json::to_string_pretty(&stands).unwrap_or_default();
    out.result(&json, &shown, &shown);
    Ok(())
}

fn register(office: &Office, case: &str, out: &Out) -> Result<()> {
    let rows = office.copies(case)?;
    let text: Vec<String> = rows
        .iter()
        .map(|r| {
            format!(
                "{} {} ×{} → {}（{}）{}",
                r.at, r.document_id, r.copies, r.recipient, r.basis, r.person
            )
        })
        .collect();
    let json: Vec<Value> = rows
        .iter()
        .map(|r| {
            json!({"at": r.at, "document": r.document_id, "form": r.form, "copies": r.copies,
                "recipient": r.recipient, "basis": r.basis, "person": r.person})
        })
        .collect();
    let text = text.join("\n");
    out.result(&json!({ "copies": json }), &text, &text);
    Ok(())
}

pub fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|e| {
        Failure::Office(OfficeError::Io {
            path: path.display().to_string(),
            reason: e.to_string(),
        })
    })
}
