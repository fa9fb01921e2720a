//! Files carried inside the PDF (PDF/A-3, ISO 19005-3 § 6.8).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::CertificateError;

/// Name of the machine-readable record that every document carries by itself: its [`crate::CertificateData`].
pub const MACHINE_RECORD: &str = "receipt.json";

/// `AFRelationship` of an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relationship {
    /// The data the document speaks of.
    Data,
    /// What proves or completes it.
    Supplement,
}

/// A file to be carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Flat ASCII name with a harmless suffix: `manifest-001.json`.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Relationship to the document.
    pub relationship: Relationship,
    /// Description shown by the reader, in Chinese and English.
    pub description: String,
    /// Content.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// Why an attachment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttachmentProblem {
    /// Not letters, digits, `.`, `-`, `_`, or it begins with a full stop, or is longer than 100 bytes.
    #[error("the name is not flat ASCII")]
    Name,
    /// A name that the document itself uses.
    #[error("the name is reserved")]
    Reserved,
    /// Two attachments of one name, ignoring case: one would overwrite the other when saved.
    #[error("the name is used twice")]
    Twice,
    /// A suffix that common readers refuse to save, such as `.exe` and `.zip`.
    #[error("readers refuse to save files of this kind")]
    Suffix,
}

const REFUSED_SUFFIXES: [&str; 10] = [
    "exe", "zip", "bat", "cmd", "com", "js", "jar", "msi", "scr", "vbs",
];

/// Checks all names, before anything is set.
pub(crate) fn check(attachments: &[Attachment]) -> Result<(), CertificateError> {
    let mut seen = BTreeSet::new();
    for attachment in attachments {
        let refuse = |problem| CertificateError::Attachment {
            name: attachment.name.clone(),
            problem,
        };
        let name = attachment.name.to_ascii_lowercase();
        name_problem(&name).map_or(Ok(()), |problem| Err(refuse(problem)))?;
        if !seen.insert(name) {
            return Err(refuse(AttachmentProblem::Twice));
        }
    }
    Ok(())
}

fn name_problem(name: &str) -> Option<AttachmentProblem> {
    let flat = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    if name.is_empty() || name.len() > 100 || name.starts_with('.') || !name.bytes().all(flat) {
        return Some(AttachmentProblem::Name);
    }
    let suffix = name.rsplit_once('.').map_or("", |(_, suffix)| suffix);
    let ours = [MACHINE_RECORD, "document.json", "data.json"].contains(&name);
    if ours || name.starts_with("qr") || name.starts_with("print-") || suffix == "typ" {
        return Some(AttachmentProblem::Reserved);
    }
    REFUSED_SUFFIXES
        .contains(&suffix)
        .then_some(AttachmentProblem::Suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_flat_ascii_and_free() {
        use AttachmentProblem::{Name, Reserved, Suffix};
        for (name, problem) in [
            ("manifest-001.json", None),
            ("ASiCManifest001.xml", None),
            ("timestamp001.tst", None),
            ("清单.json", Some(Name)),
            ("proof/manifest.json", Some(Name)),
            ("..", Some(Name)),
            ("", Some(Name)),
            ("receipt.json", Some(Reserved)),
            ("form.typ", Some(Reserved)),
            ("qr.svg", Some(Reserved)),
            ("a.zip", Some(Suffix)),
        ] {
            assert_eq!(name_problem(&name.to_ascii_lowercase()), problem, "{name}");
        }
    }

    #[test]
    fn one_name_twice_is_refused_whatever_its_case() {
        let one = Attachment {
            name: "a.json".to_owned(),
            media_type: "application/json".to_owned(),
            relationship: Relationship::Data,
            description: String::new(),
            bytes: Vec::new(),
        };
        let other = Attachment {
            name: "A.json".to_owned(),
            ..one.clone()
        };
        assert!(matches!(
            check(&[one, other]),
            Err(CertificateError::Attachment {
                problem: AttachmentProblem::Twice,
                ..
            })
        ));
    }
}
