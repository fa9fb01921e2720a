//! Anchoring: giving the root of the office log to networks of others, and how far it has come.

use std::path::Path;

use fidem_office::{
    AnchorPolicy, AnchorState, Anchoring, Interest, Office, OfficeError, RailChoice, SystemDesk,
};
use serde_json::{Value, json};

use crate::arguments::{Anchor, Rails, Relation};
use crate::out::Out;
use crate::session::Result;

/// One act.
pub fn run(mut office: Office, what: &Anchor, out: &Out) -> Result<u8> {
    match what {
        Anchor::Submit { rail } => {
            let made = office.anchor_submit(&SystemDesk, rail.as_deref())?;
            print(&made, "nothing-new", out);
        }
        Anchor::Upgrade { all } => {
            let seen = office.anchor_upgrade(&SystemDesk, *all)?;
            print(&seen, "nothing-open", out);
        }
        Anchor::Status { case: None } => print(&office.anchorings()?, "none", out),
        Anchor::Status { case: Some(case) } => of_case(&office, case, out)?,
        Anchor::Proof { case, item, output } => proof(&office, case, *item, output, out)?,
        Anchor::Interest {
            case,
            rail,
            relation,
            explanation,
        } => {
            let interest = match relation {
                Relation::None => Interest::None,
                Relation::Some => Interest::Some {
                    explanation: explanation.clone().unwrap_or_default(),
                },
                Relation::Unchecked => Interest::Unchecked,
            };
            office.interest_declare(&SystemDesk, case, rail, interest)?;
            out.result(
                &json!({"rail": rail}),
                &format!("已声明与{rail}运营方的利害关系。"),
                &format!("The interest towards {rail} is declared."),
            );
        }
        Anchor::Policy { public_chains } => policy(&mut office, *public_chains, out)?,
        Anchor::Rail(what) => rails(&mut office, what, out)?,
    }
    Ok(0)
}

fn of_case(office: &Office, case: &str, out: &Out) -> Result<()> {
    let found = office.case_anchors(case)?;
    let rows: Vec<Value> = found
        .iter()
        .map(|one| {
            let mut row = json(&one.anchoring);
            row["seals"] = json!(one.seals);
            row
        })
        .collect();
    let lines = |zh: bool| match found.is_empty() {
        true => nothing("none", zh).to_owned(),
        false => found
            .iter()
            .map(|one| {
                let seals: Vec<String> = one.seals.iter().map(u32::to_string).collect();
                let seals = seals.join(", ");
                let covers = match zh {
                    true => format!("涵盖第 {seals} 次固化"),
                    false => format!("covers seal {seals}"),
                };
                format!("{}\n      {covers}", line(&one.anchoring, zh))
            })
            .collect::<Vec<_>>()
            .join("\n"),
    };
    out.result(&json!({"anchors": rows}), &lines(true), &lines(false));
    Ok(())
}

fn proof(office: &Office, case: &str, item: u32, output: &Path, out: &Out) -> Result<()> {
    let made = office.item_proof(case, item, output)?;
    let (proof, headers) = (made.proof.display(), made.headers.display());
    out.result(
        &json!({"proof": proof.to_string(), "headers": headers.to_string(), "height": made.height}),
        &format!("证明：{proof}\n区块头：{headers}\n核验：fidem verify {proof} --data 原文件"),
        &format!(
            "Proof: {proof}\nBlock headers: {headers}\nVerify: fidem verify {proof} --data ORIGINAL"
        ),
    );
    Ok(())
}

fn policy(office: &mut Office, public: Option<bool>, out: &Out) -> Result<()> {
    if let Some(public_chains) = public {
        office.anchor_policy_set(&SystemDesk, &AnchorPolicy { public_chains })?;
    }
    let policy = office.anchor_policy()?;
    let (zh, en) = match policy.public_chains {
        true => ("公有链：允许", "public chains: allowed"),
        false => ("公有链：不允许", "public chains: not allowed"),
    };
    out.result(&json!({"public_chains": policy.public_chains}), zh, en);
    Ok(())
}

fn rails(office: &mut Office, what: &Rails, out: &Out) -> Result<()> {
    match what {
        Rails::List => list(office, out),
        Rails::Set { file } => {
            let choice = read(file)?;
            let name = choice.name.clone();
            office.rail_set(&SystemDesk, choice)?;
            out.result(
                &json!({"rail": name}),
                &format!("已登记锚定渠道：{name}"),
                &format!("The rail {name} is set up."),
            );
            Ok(())
        }
        Rails::Remove { name } => {
            office.rail_remove(&SystemDesk, name)?;
            out.result(
                &json!({"removed": name}),
                &format!("已移除锚定渠道：{name}；已有的锚定凭据不受影响。"),
                &format!("The rail {name} is removed; receipts from it stay."),
            );
            Ok(())
        }
        Rails::Test { name } => test(office, name, out),
    }
}

fn list(office: &Office, out: &Out) -> Result<()> {
    let rows = office.rail_rows()?;
    let json: Vec<Value> = rows
        .iter()
        .map(|row| {
            let settings: Value = serde_json::from_str(&row.settings_json).unwrap_or_default();
            json!({"name": row.name, "enabled": row.enabled, "network": row.network,
                "adapter": {"kind": row.adapter.0, "version": row.adapter.1},
                "disclosure": row.disclosure, "settings": settings})
        })
        .collect();
    let lines = |zh: bool| match rows.is_empty() {
        true if zh => "尚未设置锚定渠道；不锚定的卷宗同样完整。".to_owned(),
        true => "No rail is set up; a case without anchoring is complete.".to_owned(),
        false => rows
            .iter()
            .map(|row| {
                let on = match (row.enabled, zh) {
                    (true, true) => "启用",
                    (true, false) => "on",
                    (false, true) => "停用",
                    (false, false) => "off",
                };
                format!(
                    "{on}  {}  {}  {}/{}",
                    row.name, row.network, row.adapter.0, row.adapter.1
                )
            })
            .collect::<Vec<_>>()
            .join("\n"),
    };
    out.result(&json!({"rails": json}), &lines(true), &lines(false));
    Ok(())
}

fn test(office: &mut Office, name: &str, out: &Out) -> Result<()> {
    let probe = office.rail_test(&SystemDesk, name)?;
    let remarks: Vec<String> = probe
        .remarks
        .iter()
        .map(|(what, found)| format!("  {what}  {found}"))
        .collect();
    let height = probe
        .height
        .map_or_else(|| "—".to_owned(), |h| h.to_string());
    let told = |zh: bool| {
        let first = match zh {
            true => format!("已连通：{}，高度 {height}", probe.network),
            false => format!("Connected: {}, height {height}", probe.network),
        };
        let mut lines = vec![first];
        lines.extend(remarks.clone());
        lines.join("\n")
    };
    let json = json!({"network": probe.network, "height": probe.height, "remarks": probe.remarks});
    out.result(&json, &told(true), &told(false));
    Ok(())
}

fn read(file: &Path) -> Result<RailChoice> {
    let octets = std::fs::read(file).map_err(|e| OfficeError::Io {
        path: file.display().to_string(),
        reason: e.to_string(),
    })?;
    let choice = serde_json::from_slice(&octets).map_err(|e| OfficeError::Rail {
        rail: file.display().to_string(),
        reason: e.to_string(),
    })?;
    Ok(choice)
}

fn print(found: &[Anchoring], empty: &str, out: &Out) {
    let rows: Vec<Value> = found.iter().map(json).collect();
    let lines = |zh: bool| match found.is_empty() {
        true => nothing(empty, zh).to_owned(),
        false => {
            let lines: Vec<String> = found.iter().map(|one| line(one, zh)).collect();
            lines.join("\n")
        }
    };
    out.result(&json!({"anchors": rows}), &lines(true), &lines(false));
}

fn nothing(what: &str, zh: bool) -> &'static str {
    match (what, zh) {
        ("nothing-new", true) => "登记日志自上次锚定以来没有新的固化。",
        ("nothing-new", false) => "The log has no new seal since the last anchoring.",
        ("nothing-open", true) => "没有等待中的锚定。",
        ("nothing-open", false) => "No anchoring is open.",
        (_, true) => "没有锚定；不锚定的卷宗同样完整。",
        (_, false) => "There is no anchoring; a case without one is complete.",
    }
}

fn json(one: &Anchoring) -> Value {
    json!({"anchor": one.number, "rail": one.rail, "network": one.network,
        "adapter": {"kind": one.adapter.0, "version": one.adapter.1},
        "size": one.size, "state": one.state, "place": one.place,
        "worth": one.worth.map(|worth| worth.as_str()), "problem": one.problem,
        "prepared": one.prepared, "changed": one.changed})
}

fn line(one: &Anchoring, zh: bool) -> String {
    let height = one
        .place
        .height
        .map(|h| format!("  #{h}"))
        .unwrap_or_default();
    let time = one.place.time.as_deref().unwrap_or_default();
    let worth = one.worth.map(|worth| worth.as_str()).unwrap_or_default();
    let problem = match &one.problem {
        Some(problem) => format!("\n      {problem}"),
        None => String::new(),
    };
    let first = format!(
        "{:>4}  {}  {}  {}{height}  {time}  {worth}",
        one.number,
        state(one.state, zh),
        one.rail,
        one.network
    );
    format!("{}{problem}", first.trim_end())
}

fn state(state: AnchorState, zh: bool) -> &'static str {
    match (state, zh) {
        (AnchorState::Prepared, true) => "待提交",
        (AnchorState::Prepared, false) => "to be sent",
        (AnchorState::Submitted, true) => "已提交",
        (AnchorState::Submitted, false) => "submitted",
        (AnchorState::Included, true) => "已入块",
        (AnchorState::Included, false) => "in a block",
        (AnchorState::Final, true) => "已终局",
        (AnchorState::Final, false) => "final",
        (AnchorState::Forked, true) => "分叉失效",
        (AnchorState::Forked, false) => "forked",
    }
}
