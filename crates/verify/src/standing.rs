//! 状态清单: whether a document was explained, corrected or withdrawn later. Without such a list nobody can know.

use fidem_anchor::Note;
use fidem_fingerprint::hex;
use fidem_manifest::{DocumentStanding, ListedDocument, StatusList};

use crate::codes::{self, Code};
use crate::report::{Findings, Layer};
use crate::subject::{Data, Request};

/// Largest list read, octets: tens of thousands of documents.
const LARGEST: u64 = 4 << 20;

/// Whether a file handed in calls itself a list.
pub(crate) fn is_list(file: &Data<'_>) -> bool {
    let first = format!("{}\n", StatusList::FORMAT);
    let head = file.source.read_vec(0, first.len());
    head.is_ok_and(|head| head == first.as_bytes())
}

/// Says how the subject stands by the latest list that speaks of it. What lists cannot say stays among what was not checked.
pub(crate) fn verify(
    lists: &[Data<'_>],
    document: Option<[u8; 32]>,
    request: &Request<'_>,
    findings: &mut Findings,
) {
    let mut speaking: Option<(StatusList, Vec<ListedDocument>)> = None;
    for file in lists {
        let Some(list) = read(file, request, findings) else {
            continue;
        };
        let named = named_in(&list, document, findings);
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
    let Some((list, named)) = &speaking else {
        return;
    };
    for one in named {
        say(list, one, findings);
    }
    let listed = |digest: &[u8; 32]| {
        let digest = hex::encode(digest);
        named.iter().any(|one| one.sha256.contains(&digest))
    };
    // What travels in the package and is on no list was issued later, or by somebody else.
    if !findings.documents.iter().all(listed) {
        return;
    }
    for code in &mut findings.not_checked {
        if *code == codes::NOT_CHECKED_LATER && document.is_none() {
            *code = codes::NOT_CHECKED_REVISION;
        }
    }
    findings
        .not_checked
        .retain(|code| *code != codes::NOT_CHECKED_LATER);
}

/// A list that an office of the trust signed.
fn read(file: &Data<'_>, request: &Request<'_>, findings: &mut Findings) -> Option<StatusList> {
    let mut refuse = |code: Code, why: &str| {
        let params = [("name", file.name.as_str()), ("why", why)];
        findings.note(code, Layer::Signature, &params);
    };
    let length = file.source.len();
    if length > LARGEST {
        refuse(codes::STATUS_LIST_BROKEN, &format!("{length} > {LARGEST}"));
        return None;
    }
    let octets = file
        .source
        .read_vec(0, usize::try_from(length).unwrap_or(0))
        .map_err(|e| e.to_string());
    let note = octets.and_then(|octets| {
        let text = String::from_utf8(octets).map_err(|e| e.to_string())?;
        Note::parse_within(&text, text.len()).map_err(|e| e.to_string())
    });
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

/// What a list says of the subject: a document by its digest; of a package whatever was issued in its case. Only the office that
/// sealed it speaks, and not before it did.
fn named_in(
    list: &StatusList,
    document: Option<[u8; 32]>,
    findings: &Findings,
) -> Vec<ListedDocument> {
    let of_office = findings.office.as_ref().is_none_or(|id| *id == list.office);
    let in_time = findings
        .sealed
        .as_ref()
        .is_none_or(|time| *time <= list.created);
    if !of_office || !in_time {
        return Vec::new();
    }
    let all = list.documents.iter();
    match document {
        Some(sha256) => {
            let sha256 = hex::encode(&sha256);
            all.filter(|d| d.sha256.contains(&sha256))
                .cloned()
                .collect()
        }
        None if findings.case.as_ref() == Some(&list.case) => all.cloned().collect(),
        None => Vec::new(),
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
