//! Time stamps: those that wait, those that are opened, and the authorities as they stand.

use std::path::Path;

use fidem_office::{AuthorityStanding, FileSource, Office, OfficeError, SystemDesk, WaitingSeal};
use fidem_package::{Container, Source as _};
use fidem_verify::{Language, TokenField, read_token};
use serde_json::{Value, json};

use crate::arguments::Stamping;
use crate::failure::Failure;
use crate::material;
use crate::out::Out;
use crate::session::Result;

/// Largest member of a package read as a token.
const MAX_TOKEN: u64 = 1 << 20;

/// What waits; with `retry` the authorities are asked again first. 1 while something still waits after a retry.
pub fn queue(mut office: Office, retry: bool, stamping: &Stamping, out: &Out) -> Result<u8> {
    let before = office.waiting()?.len();
    if retry {
        office.retry(&mut SystemDesk, &material::stamping(stamping)?)?;
    }
    let waiting = office.waiting()?;
    let completed = before - waiting.len();
    let lines = |zh: bool| {
        let mut lines = Vec::new();
        if retry && before > 0 {
            lines.push(match zh {
                true => format!("本次补齐时间戳 {completed} 次固化。"),
                false => format!("{completed} seals completed now."),
            });
        }
        lines.extend(waiting.iter().map(|one| waits(one, zh)));
        if waiting.is_empty() {
            lines.push(match zh {
                true => "没有等待时间戳的固化。".to_owned(),
                false => "No seal waits for a time stamp.".to_owned(),
            });
        }
        lines.join("\n")
    };
    out.result(
        &json!({"completed": completed, "waiting": waiting}),
        &lines(true),
        &lines(false),
    );
    Ok(u8::from(retry && !waiting.is_empty()))
}

fn waits(one: &WaitingSeal, zh: bool) -> String {
    let (number, seal, items, since) = (&one.number, one.seal, one.items, &one.since);
    match zh {
        true => format!("{number}  第 {seal} 次固化  {items} 项  自 {since} 起待固化"),
        false => format!("{number}  seal {seal}  {items} items  waiting since {since}"),
    }
}

/// A token's fields in words, or those of every token of a package.
pub fn token(file: &Path, out: &Out) -> Result<u8> {
    let mut read = Vec::new();
    for (name, bytes) in tokens(file)? {
        let fields = read_token(&bytes).map_err(|e| {
            Failure::Office(OfficeError::Damaged {
                what: format!("{name}: {e}"),
            })
        })?;
        read.push((name, fields));
    }
    let text = |language| {
        let blocks = read
            .iter()
            .map(|(name, fields)| block(name, fields, language));
        let judged = match language {
            Language::Chinese => "以上仅为逐项读取，未作核验（fidem verify）。",
            Language::English => "Read only, not verified (fidem verify).",
        };
        format!("{}\n\n{judged}", blocks.collect::<Vec<_>>().join("\n\n"))
    };
    let objects: Vec<Value> = read
        .iter()
        .map(|(name, fields)| {
            let fields = fields
                .iter()
                .map(|one| (one.key.to_owned(), json!(one.value)));
            json!({"member": name, "fields": fields.collect::<serde_json::Map<_, _>>()})
        })
        .collect();
    out.result(
        &json!({"tokens": objects}),
        &text(Language::Chinese),
        &text(Language::English),
    );
    Ok(0)
}

/// The file itself, or the tokens in it where it is a package.
fn tokens(file: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let unreadable = |reason: String| OfficeError::Io {
        path: file.display().to_string(),
        reason,
    };
    let source = FileSource::open(file).map_err(|e| unreadable(e.to_string()))?;
    let Ok(container) = Container::open(&source) else {
        let size = source.len().min(MAX_TOKEN);
        let mut bytes = vec![0; usize::try_from(size).unwrap_or_default()];
        source
            .read_at(0, &mut bytes)
            .map_err(|e| unreadable(e.to_string()))?;
        return Ok(vec![(file.display().to_string(), bytes)]);
    };
    let members = container.members().iter();
    Ok(members
        .filter(|member| member.name.ends_with(".tst"))
        .filter_map(|member| {
            let bytes = container.bytes(member, MAX_TOKEN).ok()?;
            Some((member.name.clone(), bytes))
        })
        .collect())
}

fn block(name: &str, fields: &[TokenField], language: Language) -> String {
    let nothing = match language {
        Language::Chinese => "未载明",
        Language::English => "not stated",
    };
    let mut lines = vec![name.to_owned()];
    for field in fields {
        let value = match field.value.is_empty() {
            true => nothing,
            false => &field.value,
        };
        lines.push(format!("  {}: {value}", field.name(language)));
        lines.push(format!("      {}", field.meaning(language)));
    }
    lines.join("\n")
}

/// The chosen authorities, each with what is known of it.
pub fn authorities(office: &Office, out: &Out) -> Result<()> {
    let rows = office.authorities_standing()?;
    let lines = |zh: bool| {
        let rows = rows.iter().map(|row| standing(row, zh));
        rows.collect::<Vec<_>>().join("\n")
    };
    out.result(&json!({"authorities": rows}), &lines(true), &lines(false));
    Ok(())
}

fn standing(row: &AuthorityStanding, zh: bool) -> String {
    let word = |chinese: &'static str, english: &'static str| if zh { chinese } else { english };
    let known = |value: &Option<String>| {
        let value = value.clone();
        value.unwrap_or_else(|| word("未知", "unknown").to_owned())
    };
    let status = match row.standing {
        Some("claimed-qualified") => word(
            "自称合格服务，未核对",
            "calls itself qualified, not checked",
        ),
        _ => word("许可或合格状态未知", "licence or qualified status unknown"),
    };
    let dated = row.listed.as_ref().map(|date| format!(" ({date})"));
    let accuracy = row
        .accuracy_micros
        .map(|micros| format!("±{} ms", micros.div_ceil(1000)));
    let offset = row.clock_offset.map(|seconds| format!("{seconds:+} s"));
    let lines = [
        row.url.clone(),
        format!("  {}: {}", word("名称", "name"), row.name),
        format!("  {}: {}", word("运营方", "operator"), known(&row.operator)),
        format!(
            "  {}: {status}{}",
            word("资质", "standing"),
            dated.unwrap_or_default()
        ),
        format!("  {}: {}", word("策略", "policy"), known(&row.policy)),
        format!("  {}: {}", word("精度", "accuracy"), known(&accuracy)),
        format!(
            "  {}: {}",
            word("证书链最早届满", "chain ends"),
            known(&row.expires)
        ),
        format!(
            "  {}: {}",
            word("最近时间戳", "last time stamp"),
            known(&row.last_token)
        ),
        format!(
            "  {}: {}",
            word("与本机时钟相差", "off the device clock by"),
            known(&offset)
        ),
        format!(
            "  {}: {} {}",
            word("最近一次联系", "last asked"),
            known(&row.last_asked),
            row.last_outcome.clone().unwrap_or_default()
        ),
    ];
    lines.join("\n")
}
