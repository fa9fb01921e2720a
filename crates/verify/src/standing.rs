//! 状态清单: whether a document was explained, corrected or withdrawn later. Without such a list nobody can know.

use fidem_anchor::Note;
use fidem_fingerprint::hex;
use fidem_manifest::{DocumentStanding, ListedDocument, StatusList};

use crate::codes::{self, Code};
use crate::report::{Findings, Layer};
use crate::subject::{Data, Request};

/// Larger files are no list.
const LARGEST: u64 = 64 << 10;

/// Whether a file handed in calls itself a list.
pub(crate) fn is_list(file: &Data<'_>) -> bool {
    let first = format!("{}\n", StatusList::FORMAT);
    let head = file.source.read_vec(0, first.len());
    file.source.len() <= LARGEST && head.is_ok_and(|head| head == first.as_bytes())
}

/// What the subject is, as lists name it.
pub(crate) enum Subject {
    /// A document, by the SHA-256 of its file.
    Document([u8; 32]),
    /// Whatever was issued in the case of this number.
    Case(String),
}

/// Says how the subject stands by the latest list that names it; whether there is one.
pub(crate) fn verify(
    lists: &[Data<'_>],
    subject: &Subject,
    request: &Request<'_>,
    findings: &mut Findings,
) -> bool {
    let mut speaking: Option<(StatusList, Vec<ListedDocument>)> = None;
    for file in lists {
        let Some(list) = read(file, request, findings) else {
            continue;
        };
        let named = named_in(&list, subject);
        if named.is_empty() {
            findings.note(
                codes::STATUS_NOT_LISTED,
                Layer::Signature,
                &[("name", &file.name)],
            );
            continue;
        }
        // RFC 3339 in UTC sorts as text.
        if speaking
            .as_ref()
            .is_none_or(|(known, _)| known.created <= list.created)
        {
            speaking = Some((list, named));
        }
    }
    let Some((list, documents)) = &speaking else {
        return false;
    };
    for document in documents {
        say(list, document, findings);
    }
    true
}

/// A list that an office of the trust signed.
fn read(file: &Data<'_>, request: &Request<'_>, findings: &mut Findings) -> Option<StatusList> {
    let mut refuse = |code: Code, why: &str| {
        let params = [("name", file.name.as_str()), ("why", why)];
        findings.note(code, Layer::Signature, &params);
    };
    let length = usize::try_from(file.source.len()).ok()?;
    let octets = file.source.read_vec(0, length).ok()?;
    let note = std::str::from_utf8(&octets)
        .map_err(|e| e.to_string())
        .and_then(|text| Note::parse(text).map_err(|e| e.to_string()));
    let note = match note {
        Ok(note) => note,
        Err(why) => {
            refuse(codes::STATUS_LIST_BROKEN, &why);
            return None;
        }
    };
    let list = match StatusList::from_text(&note.text) {
        Ok(list) => list,
        Err(why) => {
            refuse(codes::STATUS_LIST_BROKEN, &why.to_string());
            return None;
        }
    };
    let own = format!("fidem/{}", list.office);
    let keys = request.trust.logs.iter().filter(|key| key.name == own);
    let signed = keys.filter_map(|key| Some((key, note.signed_by(key)?)));
    match signed.max_by_key(|(_, holds)| *holds) {
        None => {
            refuse(codes::STATUS_LIST_UNTRUSTED, "");
            None
        }
        Some((_, false)) => {
            refuse(codes::STATUS_LIST_BROKEN, "signature");
            None
        }
        Some((key, true)) => {
            let used = request.trust.log_used(key);
            if !findings.trust.contains(&used) {
                findings.trust.push(used);
            }
            Some(list)
        }
    }
}

fn named_in(list: &StatusList, subject: &Subject) -> Vec<ListedDocument> {
    let all = list.documents.iter();
    match subject {
        Subject::Document(sha256) => {
            let sha256 = hex::encode(sha256);
            all.filter(|d| d.sha256.contains(&sha256))
                .cloned()
                .collect()
        }
        Subject::Case(case) if *case == list.case => all.cloned().collect(),
        Subject::Case(_) => Vec::new(),
    }
}

fn say(list: &StatusList, document: &ListedDocument, findings: &mut Findings) {
    let code = match document.standing {
        DocumentStanding::Issued => codes::STATUS_ISSUED,
        DocumentStanding::Explained => codes::STATUS_EXPLAINED,
        DocumentStanding::Corrected => codes::STATUS_CORRECTED,
        DocumentStanding::Withdrawn => codes::STATUS_WITHDRAWN,
    };
    let by = document.amended_by.join(", ");
    let params = [
        ("document", document.id.as_str()),
        ("at", &list.created),
        ("by", &by),
    ];
    findings.note(code, Layer::Signature, &params);
}
