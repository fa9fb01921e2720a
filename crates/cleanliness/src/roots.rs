//! Roots of trust beyond those of the distribution: who could speak for any site (check 15).

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::proxy::homes;
use crate::report::Value;
use crate::system::{Failure, Platform};
use crate::{macos, windows};

const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";
const DISTRIBUTION: &str = "/usr/share/ca-certificates";
const ADDED: &str = "/usr/local/share/ca-certificates";
/// Folders looked into below [`DISTRIBUTION`].
const MAX_FOLDERS: usize = 16;

/// A root that somebody added.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Added {
    /// Where it stands.
    pub place: String,
    /// SHA-256 of the certificate, or the thumbprint the system names it by.
    pub digest: String,
    /// Its subject, where it can be read.
    pub subject: String,
}

/// What was found of roots.
#[derive(Debug, Default)]
pub(crate) struct Roots {
    /// Roots beyond the distribution's.
    pub added: Vec<Added>,
    /// Roots of the distribution.
    pub usual: usize,
    /// Stores that could not be read.
    pub unreadable: Vec<String>,
    /// Files of the distribution's own list that were altered.
    pub altered: Vec<String>,
}

/// Check 15: the trust stores.
pub(crate) fn roots(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let mut facts = match round.platform {
        Platform::Linux => linux_roots(x, round),
        Platform::Windows => windows::roots(x),
        Platform::Macos => macos::roots(x),
    };
    facts.added.sort();
    facts.added.dedup();
    let text = |added: &Added| format!("{} {} {}", added.place, added.digest, added.subject);
    x.observe("added", Value::texts(facts.added.iter().map(text)));
    x.observe("usual", facts.usual);
    judge_roots(&facts)
}

fn judge_roots(facts: &Roots) -> Judgement {
    let mut judgement = Judgement::default();
    for added in &facts.added {
        let params = [
            ("digest", added.digest.as_str()),
            ("place", &added.place),
            ("subject", &added.subject),
        ];
        judgement.abnormal("root-added", &params);
    }
    for file in &facts.altered {
        judgement.abnormal("root-list-altered", &[("file", file)]);
    }
    for store in &facts.unreadable {
        judgement.unchecked("roots-unreadable", &[("store", store)]);
    }
    if facts.usual == 0 && facts.unreadable.is_empty() {
        judgement.unchecked("roots-unreadable", &[("store", "system")]);
    }
    judgement
}

fn linux_roots(x: &mut Examination<'_>, round: &Round<'_>) -> Roots {
    let mut facts = Roots::default();
    let usual = distribution(x, &mut facts);
    facts.usual = usual.len();
    match x.read(BUNDLE) {
        Ok(bytes) => facts.added.extend(beyond(&bytes, BUNDLE, &usual)),
        Err(_) => facts.unreadable.push(BUNDLE.to_owned()),
    }
    for name in x.list(ADDED).unwrap_or_default() {
        let path = format!("{ADDED}/{name}");
        let bytes = x.read(&path).unwrap_or_default();
        facts.added.extend(beyond(&bytes, &path, &usual));
    }
    for home in homes(round) {
        nss(x, &home, &mut facts);
    }
    facts
}

/// Digests of the distribution's own roots, and whether its package says they are as delivered.
fn distribution(x: &mut Examination<'_>, facts: &mut Roots) -> BTreeSet<String> {
    let mut folders = vec![DISTRIBUTION.to_owned()];
    let mut found = BTreeSet::new();
    let mut at = 0;
    while let Some(folder) = folders.get(at).cloned() {
        at += 1;
        for name in x.system.list(&folder).unwrap_or_default() {
            let path = format!("{folder}/{name}");
            if name.ends_with(".crt") {
                let bytes = x.system.read(&path).unwrap_or_default();
                found.extend(certificates(&bytes).iter().map(|der| digest(der)));
            } else if folders.len() < MAX_FOLDERS {
                folders.push(path);
            }
        }
    }
    let list: Vec<&str> = found.iter().map(String::as_str).collect();
    x.keep(
        &format!("SHA-256 of certificates in {DISTRIBUTION}"),
        Ok(list.join("\n").as_bytes()),
    );
    if let Ok(ran) = x.run("dpkg", &["--verify", "ca-certificates"]) {
        facts
            .altered
            .extend(altered(&String::from_utf8_lossy(&ran.stdout)));
    }
    found
}

/// Files whose content differs, of `dpkg --verify` or `rpm -V`: `??5?????? c /path`. Settings (`c`) may differ.
pub(crate) fn altered(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let (marks, rest) = line.split_once(char::is_whitespace)?;
        let rest = rest.trim_start();
        let differs = marks.as_bytes().get(2) == Some(&b'5') || marks == "missing";
        (differs && !rest.starts_with("c ")).then(|| rest.to_owned())
    };
    text.lines().filter_map(line).collect()
}

fn beyond(bytes: &[u8], place: &str, usual: &BTreeSet<String>) -> Vec<Added> {
    certificates(bytes)
        .iter()
        .map(|der| added(der, place))
        .filter(|added| !usual.contains(&added.digest))
        .collect()
}

fn added(der: &[u8], place: &str) -> Added {
    Added {
        place: place.to_owned(),
        digest: digest(der),
        subject: subject(der).unwrap_or_default(),
    }
}

fn digest(der: &[u8]) -> String {
    fidem_fingerprint::hex::encode(&fidem_fingerprint::sha256(der))
}

fn subject(der: &[u8]) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    Some(certificate.subject().to_string())
}

/// Certificates of a PEM file (RFC 7468), or the one of a DER file.
fn certificates(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let blocks = text.split("-----BEGIN CERTIFICATE-----").skip(1);
    let decode = |block: &str| {
        let (body, _) = block.split_once("-----END")?;
        let joined: String = body.split_whitespace().collect();
        STANDARD.decode(joined).ok()
    };
    let found: Vec<Vec<u8>> = blocks.filter_map(decode).collect();
    match found.is_empty() && X509Certificate::from_der(bytes).is_ok() {
        true => vec![bytes.to_vec()],
        false => found,
    }
}

/// The user's NSS database, which Chromium trusts.
fn nss(x: &mut Examination<'_>, home: &str, facts: &mut Roots) {
    let path = format!("{home}/.pki/nssdb/cert9.db");
    match x.read_withheld(&path) {
        Ok(bytes) => facts
            .added
            .extend(embedded(&bytes).iter().map(|der| added(der, &path))),
        Err(Failure::Missing) => (),
        Err(_) => facts.unreadable.push(path),
    }
}

/// Certificates standing anywhere in a file: a SEQUENCE of two-octet length that begins with another and reads as a
/// certificate. One that a database splits over pages still shows its beginning and is taken by that.
fn embedded(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| rest.len() > 8) {
        let length = 4 + usize::from(u16::from_be_bytes([rest[2], rest[3]]));
        // Certificate, TBSCertificate, and [0] of its version (RFC 5280 §4.1)
        let begins =
            rest[..2] == [0x30, 0x82] && rest[4..6] == [0x30, 0x82] && rest.get(8) == Some(&0xa0);
        if begins {
            found.push(rest[..length.min(rest.len())].to_vec());
            at += length;
        } else {
            at += 1;
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_package_tools_are_read() {
        let text = "??5?????? c /etc/ca-certificates.conf\n??5??????   /usr/share/ca-certificates/mozilla/A.crt\n\
            missing     /usr/share/doc/x\n";
        assert_eq!(
            altered(text),
            [
                "/usr/share/ca-certificates/mozilla/A.crt",
                "/usr/share/doc/x"
            ]
        );
        assert!(altered("").is_empty());
    }

    #[test]
    fn a_certificate_inside_a_database_is_found() {
        let mut certificate = vec![0x30, 0x82, 0x01, 0x00, 0x30, 0x82, 0x00, 0x80, 0xa0];
        certificate.resize(4 + 256, 7);
        let mut database = b"SQLite format 3\0junk\x30\x82".to_vec();
        database.extend(&certificate);
        database.extend(b"tail");
        assert_eq!(embedded(&database), [certificate]);
        assert!(embedded(b"SQLite format 3\0 empty database").is_empty());
    }

    #[test]
    fn no_store_read_is_no_check() {
        assert_eq!(judge_roots(&Roots::default()).codes(), ["roots-unreadable"]);
        let facts = Roots {
            usual: 140,
            ..Roots::default()
        };
        assert!(judge_roots(&facts).codes().is_empty());
    }
}
