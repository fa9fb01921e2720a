//! Records of work: on-site records, phone records, and the reason of two persons after an abnormal finding.

use std::path::Path;

use fidem_office::{
    Office, OfficeError, Phone, Reason, RecordBody, RecordKind, RecordRow, SystemDesk, Wanting,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::arguments::{Kind, Record};
use crate::out::Out;
use crate::record_words as words;
use crate::session::Result;

/// One act on the records of a case.
pub fn run(mut office: Office, what: &Record, out: &Out) -> Result<u8> {
    match what {
        Record::List { case } => list(&office, case, out),
        Record::Show {
            case,
            kind,
            number,
            version,
        } => show(&office, case, kind_of(*kind), *number, *version, out),
        Record::Onsite(writing) => {
            let Some(from) = &writing.from else {
                return form(&office.onsite_proposal(&writing.case)?, out);
            };
            let body = read(from)?;
            let row = office.onsite_write(
                &SystemDesk,
                &writing.case,
                writing.record,
                &body,
                writing.complete,
            )?;
            written(&row, out)
        }
        Record::Phone(writing) => {
            let Some(from) = &writing.from else {
                return form(&Phone::default(), out);
            };
            let body = read(from)?;
            let row = office.phone_write(
                &SystemDesk,
                &writing.case,
                writing.record,
                &body,
                writing.complete,
            )?;
            written(&row, out)
        }
        Record::Reason {
            case,
            reason,
            captures,
            record,
        } => {
            let body = Reason {
                captures: captures.clone(),
                reason: reason.clone(),
            };
            let row = office.reason_write(&SystemDesk, case, *record, &body)?;
            written(&row, out)
        }
        Record::Confirm { case, number } => {
            let row = office.reason_confirm(&SystemDesk, case, *number)?;
            written(&row, out)
        }
    }
}

fn kind_of(kind: Kind) -> RecordKind {
    match kind {
        Kind::Onsite => RecordKind::OnSite,
        Kind::Phone => RecordKind::Phone,
        Kind::Reason => RecordKind::Reason,
    }
}

/// A form to be filled in and given back with --from: the same on paper and for programs.
fn form<T: Serialize>(form: &T, out: &Out) -> Result<u8> {
    let value = serde_json::to_value(form).unwrap_or_default();
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    out.result(&value, &text, &text);
    Ok(0)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).map_err(|e| OfficeError::Io {
        path: path.display().to_string(),
        reason: e.to_string(),
    })?;
    let body = serde_json::from_str(&text).map_err(|e| OfficeError::Record {
        reason: e.to_string(),
    })?;
    Ok(body)
}

/// 1 when what was recorded speaks against the phone: it is kept, and a script must learn of it.
fn written(row: &RecordRow, out: &Out) -> Result<u8> {
    let value = serde_json::to_value(row).unwrap_or_default();
    out.result(&value, &line(row, true), &line(row, false));
    Ok(u8::from(row.findings.iter().any(|f| words::grave(f))))
}

fn line(row: &RecordRow, zh: bool) -> String {
    let title = words::kind(row.kind, zh);
    let state = match (row.complete, zh) {
        (true, true) => "已完成",
        (true, false) => "complete",
        (false, true) => "草稿",
        (false, false) => "draft",
    };
    let sealed = match (row.item, row.complete, zh) {
        (Some(item), _, true) => format!("，第 {item} 项"),
        (Some(item), _, false) => format!(", item {item}"),
        (None, true, true) => "，下次固化时入卷".to_owned(),
        (None, true, false) => ", to be an item with the next seal".to_owned(),
        (None, false, _) => String::new(),
    };
    let mut text = match zh {
        true => format!(
            "{title}第 {} 份第 {} 版：{state}{sealed}（{}）",
            row.number, row.version, row.person
        ),
        false => format!(
            "{title} {}, version {}: {state}{sealed} ({})",
            row.number, row.version, row.person
        ),
    };
    for code in row.lacking.iter().chain(&row.findings) {
        text.push_str(&format!("\n  - {}", words::code(code, zh)));
    }
    text
}

fn list(office: &Office, case: &str, out: &Out) -> Result<u8> {
    let rows = office.work_records(case)?;
    let wanting = office.wanting(case)?;
    let text = |zh: bool| {
        let mut lines: Vec<String> = rows.iter().map(|row| line(row, zh)).collect();
        lines.extend(wanting.iter().map(|w| wanted(w, zh)));
        lines.join("\n")
    };
    out.result(
        &json!({"records": rows, "wanting": wanting}),
        &text(true),
        &text(false),
    );
    Ok(u8::from(wanting.iter().any(|w| w.blocks)))
}

/// What is wanted, and for what.
pub fn wanted(wanting: &Wanting, zh: bool) -> String {
    let mut text = words::code(wanting.missing.code(), zh).to_owned();
    let short = |id: &String| id.get(..8).unwrap_or(id).to_owned();
    let captures: Vec<String> = wanting.captures.iter().map(short).collect();
    let items: Vec<String> = wanting.items.iter().map(u32::to_string).collect();
    if !captures.is_empty() {
        text.push_str(&match zh {
            true => format!("；取证 {}", captures.join("、")),
            false => format!("; captures {}", captures.join(", ")),
        });
    }
    if !items.is_empty() {
        text.push_str(&match zh {
            true => format!("；第 {} 项", items.join("、")),
            false => format!("; items {}", items.join(", ")),
        });
    }
    text
}

fn show(
    office: &Office,
    case: &str,
    kind: RecordKind,
    number: u32,
    version: Option<u32>,
    out: &Out,
) -> Result<u8> {
    let detail = office.work_record(case, kind, number, version)?;
    let value = serde_json::to_value(&detail).unwrap_or_default();
    let body = match &detail.body {
        RecordBody::Onsite(body) => pretty(body),
        RecordBody::Phone(body) => pretty(body),
        RecordBody::Reason(body) => pretty(body),
    };
    let text = |zh: bool| {
        let mut lines = vec![line(&detail.row, zh)];
        for (version, at, person, complete) in &detail.versions {
            let mark = if *complete { "●" } else { "○" };
            lines.push(format!("{mark} {version}  {at}  {person}"));
        }
        lines.push(body.clone());
        lines.join("\n")
    };
    out.result(&value, &text(true), &text(false));
    Ok(0)
}

fn pretty<T: Serialize>(body: &T) -> String {
    let value: Value = serde_json::to_value(body).unwrap_or_default();
    serde_json::to_string_pretty(&value).unwrap_or_default()
}
