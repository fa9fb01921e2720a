//! Renewal and the calendar of what ends.

use std::path::Path;

use fidem_office::{Due, DueState, Office, RenewalKind, Renewed, SystemDesk};
use serde_json::json;

use crate::arguments::Stamping;
use crate::material;
use crate::out::Out;
use crate::session::Result;

/// Proposes a renewal for another person to carry out.
pub fn propose(mut office: Office, case: Option<&str>, out: &Out) -> Result<u8> {
    office.renewal_propose(&SystemDesk, case)?;
    let person = office.person().name.clone();
    out.result(
        &json!({"proposed_by": person}),
        &format!("{person}已提请续期，待另一人执行 fidem renew。"),
        &format!("{person} proposed the renewal; another person carries it out with fidem renew."),
    );
    Ok(0)
}

/// Renews what is due, or one case.
pub fn renew(mut office: Office, case: Option<&str>, stamping: &Stamping, out: &Out) -> Result<u8> {
    let options = material::stamping(stamping)?;
    let renewed = office.renew(&mut SystemDesk, case, &options)?;
    let lines = |zh: bool| match (renewed.is_empty(), zh) {
        (true, true) => "没有到期需要续期的时间戳。".to_owned(),
        (true, false) => "Nothing is due.".to_owned(),
        _ => renewed
            .iter()
            .map(|one| line(one, zh))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    out.result(&json!({"renewed": renewed}), &lines(true), &lines(false));
    Ok(0)
}

fn line(one: &Renewed, zh: bool) -> String {
    let kind = match (one.kind, zh) {
        (RenewalKind::First, true) => "建立证据记录",
        (RenewalKind::First, false) => "evidence record made",
        (RenewalKind::TimeStamp, true) => "续盖时间戳",
        (RenewalKind::TimeStamp, false) => "stamped again",
        (RenewalKind::HashTree, true) => "更换摘要算法并续盖时间戳",
        (RenewalKind::HashTree, false) => "digested anew and stamped",
        (RenewalKind::Document, true) => "文书续盖存档时间戳",
        (RenewalKind::Document, false) => "document given a new archive time stamp",
    };
    if let Some(problem) = &one.problem {
        let not = if zh { "未能续盖" } else { "not stamped" };
        return format!("{}  {}  {kind}  {not}: {problem}", one.case, one.record);
    }
    format!(
        "{}  {}  {kind}  {}  {}  {}",
        one.case, one.record, one.algorithm, one.authority, one.time
    )
}

/// What ends when; what is to be done now comes first.
pub fn due(office: &Office, all: bool, trust: Option<&Path>, out: &Out) -> Result<u8> {
    let trust = match trust {
        Some(path) => Some(fidem_office::load_trust(Some(path))?),
        None => None,
    };
    let due: Vec<Due> = office
        .due(&SystemDesk, trust.as_ref())?
        .into_iter()
        .filter(|one| all || matches!(one.state, DueState::Due | DueState::Lapsed))
        .collect();
    let lines = |zh: bool| match (due.is_empty(), zh) {
        (true, true) => "一年之内没有到期的时间戳。".to_owned(),
        (true, false) => "Nothing ends within a year.".to_owned(),
        _ => due
            .iter()
            .map(|one| row(one, zh))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    out.result(&json!({"due": due}), &lines(true), &lines(false));
    Ok(0)
}

fn row(one: &Due, zh: bool) -> String {
    let state = match (one.state, zh) {
        (DueState::Lapsed, true) => "已逾期",
        (DueState::Lapsed, false) => "lapsed",
        (DueState::Due, true) => "应续期",
        (DueState::Due, false) => "due",
        (DueState::Later, true) => "未到期",
        (DueState::Later, false) => "later",
        (DueState::Carried, true) => "已续期",
        (DueState::Carried, false) => "carried",
    };
    let because = match (one.because, zh) {
        (Some("algorithm"), true) => "算法",
        (Some("algorithm"), false) => "algorithm",
        (Some(_), true) => "证书",
        (Some(_), false) => "certificate",
        (None, _) => "",
    };
    let day = |time: &Option<String>| {
        time.as_ref()
            .map_or_else(|| "—".to_owned(), |t| t[..10].to_owned())
    };
    format!(
        "{state}  {}  {}  {}  {because}  {}  {}",
        day(&one.until),
        one.number,
        one.member,
        day(&one.renew_by),
        one.authority
    )
}
