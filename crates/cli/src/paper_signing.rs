//! Electronic signatures on documents, and the office's choice of what is signed.

use std::path::Path;

use base64::Engine as _;
use fidem_office::{
    KeyPlace, Office, OfficeError, PaperKind, PaperRequest, SigningCapacity, SystemDesk,
};
use serde_json::json;

use crate::out::Out;
use crate::paper_arguments::{As, Sign, Signing};
use crate::papers::save;
use crate::session::{self, Result};

/// Signs a document as the person who is logged in.
pub fn sign(office: &mut Office, what: &Sign, out: &Out) -> Result<()> {
    let secret = session::secret("FIDEM_KEY_PASSPHRASE", "密钥口令 / passphrase or PIN")?;
    let capacity = match what.capacity {
        As::Handler => SigningCapacity::Handler,
        As::Approver => SigningCapacity::Approver,
        As::Office => SigningCapacity::Office,
    };
    let document = &what.document;
    if what.detached {
        return beside(office, what, capacity, &secret, out);
    }
    let signed = office.sign_document(&SystemDesk, document, capacity, &key(what, &secret))?;
    if let Some(output) = &what.output {
        save(output, &office.certificate_pdf(document)?)?;
    }
    let left: Vec<&str> = signed.remaining.iter().map(|c| c.as_str()).collect();
    let (signer, level) = (&signed.signer, signed.level);
    out.result(
        &json!({"document": document, "signer": signer, "level": level, "remaining": left}),
        &format!(
            "已签名：{signer}（PAdES {level}）；尚待签名：{}",
            none_or(&left, "无")
        ),
        &format!(
            "Signed: {signer} (PAdES {level}); still to sign: {}",
            none_or(&left, "none")
        ),
    );
    Ok(())
}

/// Signs a document's file from beside.
fn beside(
    office: &mut Office,
    what: &Sign,
    capacity: SigningCapacity,
    secret: &str,
    out: &Out,
) -> Result<()> {
    let (document, key) = (&what.document, key(what, secret));
    let signed = office.sign_document_beside(&SystemDesk, document, capacity, &key)?;
    if let Some(output) = &what.output {
        save(output, &signed.cms)?;
    }
    let (signer, algorithm) = (&signed.signer, signed.algorithm);
    out.result(
        &json!({"document": document, "signer": signer, "algorithm": algorithm, "detached": signed.number}),
        &format!("已作独立签名：{signer}（{algorithm}）；随文书一并存卷、交付。"),
        &format!(
            "Signed beside the file: {signer} ({algorithm}); it is kept and handed over with the document."
        ),
    );
    Ok(())
}

/// Puts a new archive time stamp on a signed document.
pub fn renew(office: &mut Office, document: &str, output: Option<&Path>, out: &Out) -> Result<()> {
    let renewed = office.renew_document(&SystemDesk, document)?;
    if let Some(output) = output {
        save(output, &office.certificate_pdf(document)?)?;
    }
    let (authority, time) = (&renewed.authority, &renewed.time);
    out.result(
        &json!({"document": document, "authority": authority, "time": time, "level": "B-LTA"}),
        &format!("已续盖存档时间戳：{time}，{authority}"),
        &format!("Stamped again: {time}, {authority}"),
    );
    Ok(())
}

fn key<'a>(what: &'a Sign, secret: &'a str) -> KeyPlace<'a> {
    match &what.key {
        Some(path) => KeyPlace::File {
            path,
            passphrase: secret,
        },
        None => KeyPlace::Token {
            driver: what.driver.as_deref().unwrap_or(Path::new("")),
            token: what.token.as_deref().unwrap_or_default(),
            key: what.key_label.as_deref(),
            pin: secret,
        },
    }
}

/// Which documents are signed, and with which seal; without options what stands is shown.
pub fn settings(office: &mut Office, what: &Signing, out: &Out) -> Result<()> {
    let (kinds, seal, location) = (&what.kinds, &what.seal, &what.location);
    let mut policy = office.signing_policy()?;
    if let Some(kinds) = kinds {
        let words = kinds.split(',').filter(|word| !word.is_empty());
        let named: Result<Vec<PaperKind>> = words
            .map(|word| Ok(PaperRequest::named(word)?.kind))
            .collect();
        policy.kinds = named?;
    }
    if let Some(path) = seal {
        let png = std::fs::read(path).map_err(|e| OfficeError::Io {
            path: path.display().to_string(),
            reason: e.to_string(),
        })?;
        policy.seal = base64::engine::general_purpose::STANDARD.encode(png);
    }
    if let Some(location) = location {
        location.clone_into(&mut policy.location);
    }
    if kinds.is_some() || seal.is_some() || location.is_some() {
        office.signing_policy_set(&SystemDesk, &policy)?;
    }
    let kinds: Vec<&str> = policy.kinds.iter().map(|k| k.as_str()).collect();
    let sealed = !policy.seal.is_empty();
    out.result(
        &json!({"kinds": kinds, "seal": sealed, "location": policy.location}),
        &format!(
            "电子签名的文书：{}；电子公章：{}",
            none_or(&kinds, "无"),
            if sealed { "已设置" } else { "无" }
        ),
        &format!(
            "Documents signed electronically: {}; seal: {}",
            none_or(&kinds, "none"),
            if sealed { "set" } else { "none" }
        ),
    );
    Ok(())
}

fn none_or(list: &[&str], none: &str) -> String {
    match list.is_empty() {
        true => none.to_owned(),
        false => list.join(", "),
    }
}
