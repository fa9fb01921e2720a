//! Facts and files as given on the command line.

use std::path::{Path, PathBuf};

use fidem_intake::Refused;
use fidem_manifest::{Facts, SourceClass};
use fidem_office::{AuthorityChoice, OfficeError, SealOptions, TakeIn};
use rfc3161_client::Imprint;

use crate::arguments::Stamping;
use crate::failure::Failure;
use crate::out::Out;
use crate::session::Result;

/// What to take in.
pub fn take_in(
    paths: Vec<PathBuf>,
    facts: Option<&Path>,
    class: Option<&str>,
    reason: String,
) -> Result<TakeIn> {
    let facts = match facts {
        None => Facts::supplied_by_party(),
        Some(path) => read_facts(path)?,
    };
    let lower = match class {
        None => None,
        Some(letter) => Some((
            SourceClass::from_letter(letter).ok_or_else(|| {
                Failure::usage(
                    format!("没有来源类别 {letter}。"),
                    format!("There is no source class {letter}."),
                )
            })?,
            reason,
        )),
    };
    Ok(TakeIn {
        paths,
        facts,
        lower,
    })
}

fn read_facts(path: &Path) -> Result<Facts> {
    let text = std::fs::read_to_string(path).map_err(|e| OfficeError::Io {
        path: path.display().to_string(),
        reason: e.to_string(),
    })?;
    let facts = serde_json::from_str(&text).map_err(|e| OfficeError::Facts {
        reason: e.to_string(),
    })?;
    Ok(facts)
}

/// Authorities and roots of this act.
pub fn stamping(stamping: &Stamping) -> Result<SealOptions> {
    let trust = match &stamping.trust {
        None => None,
        Some(path) => Some(fidem_office::load_trust(Some(path))?),
    };
    let choices = stamping
        .authorities
        .iter()
        .map(|url| choice(url, None, None));
    Ok(SealOptions {
        authorities: match stamping.authorities.is_empty() {
            true => None,
            false => Some(choices.collect()),
        },
        trust,
    })
}

/// An authority by its address, under its public name where it has one.
pub fn choice(url: &str, roots_pem: Option<String>, policy: Option<String>) -> AuthorityChoice {
    let offered = fidem_office::offered().ok();
    let known = offered.as_ref().and_then(|list| {
        list.authorities
            .iter()
            .find(|a| a.url.as_deref() == Some(url))
    });
    AuthorityChoice {
        policy,
        name: known.map_or_else(|| url.to_owned(), |a| a.name.en.clone()),
        roots_pem,
        url: url.to_owned(),
    }
}

/// `sha256:…` in hex.
pub fn digest(text: &str) -> Result<Imprint> {
    let wrong = || {
        Failure::usage(
            format!("校验值应为“算法:十六进制”：{text}"),
            format!("A digest is ALGORITHM:HEX, not {text}"),
        )
    };
    let (name, hex) = text.split_once(':').ok_or_else(wrong)?;
    let algorithm = rfc3161_client::DigestAlgorithm::from_name(name).ok_or_else(wrong)?;
    let value = fidem_fingerprint::hex::decode(&hex.to_ascii_lowercase()).ok_or_else(wrong)?;
    match value.len() == algorithm.size() {
        true => Ok(Imprint { algorithm, value }),
        false => Err(wrong()),
    }
}

/// Says which files were not taken in, and why.
pub fn refused(refused: &[Refused], out: &Out) {
    for one in refused {
        let (zh, en) = reason(one.code);
        out.remark(
            &format!("未收入 {}：{zh}（{}）", one.path_display, one.code),
            &format!("not taken in: {}: {en} ({})", one.path_display, one.code),
        );
    }
}

fn reason(code: &str) -> (&'static str, &'static str) {
    match code {
        "changed-while-read" => ("读取期间文件发生变化", "it changed while it was read"),
        "unreadable" => ("无法读取", "it cannot be read"),
        "medium-lost" => ("读取中途介质中断", "the medium was lost while it was read"),
        "symlink" => (
            "系符号链接，不予跟随",
            "it is a symbolic link, which is not followed",
        ),
        "not-a-file" => ("不是普通文件", "it is not a regular file"),
        "not-found" => ("不存在", "there is no such file or folder"),
        "vanished" => ("已不存在", "it is no longer there"),
        _ => ("未能收入", "it could not be taken in"),
    }
}
