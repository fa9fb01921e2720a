//! Each command: arguments to a use case, its result to the terminal.

use std::path::PathBuf;

use fidem_casebook::{CaseChange, CaseFilter, NewCase, Role};
use fidem_fingerprint::hex;
use fidem_office::{Hit, Office, OfficeError, SealState, SystemDesk};
use serde_json::json;

use crate::arguments::{Arguments, Authority, Case, Command, Journal, Person, Stamping, Trust};
use crate::failure::Failure;
use crate::out::Out;
use crate::session::{self, Result};
use crate::{
    anchor, capture, demo, log, material, papers, record, record_words, renewal, replay, time,
    verify,
};

/// Runs a command; the exit code.
pub fn run(arguments: Arguments, out: &Out) -> Result<u8> {
    let office = || session::open(&arguments);
    match &arguments.command {
        Command::Init { name, name_en } => init(&arguments, name, name_en.as_deref(), out),
        Command::Demo { samples } => demo::run(samples.as_deref(), out),
        Command::Person(Person::Recover { name }) => recover(&arguments, name, out),
        Command::Person(what) => person(office()?, what, out),
        Command::Case(what) => case(office()?, what, out),
        Command::Add {
            case,
            paths,
            facts,
            class,
            reason,
        } => {
            let what = material::take_in(
                paths.clone(),
                facts.as_deref(),
                class.as_deref(),
                reason.clone(),
            )?;
            add(office()?, case, &what, out)
        }
        Command::Withdraw { case, item, reason } => {
            let mut office = office()?;
            office.withdraw(&SystemDesk, case, *item, reason)?;
            out.result(
                &json!({"withdrawn": item}),
                &format!("已撤回第 {item} 项。"),
                &format!("Item {item} is withdrawn."),
            );
            Ok(0)
        }
        Command::Capture { .. } => capture::run(office()?, &arguments.command, out),
        Command::CheckEnvironment { browser, output } => {
            capture::examine(office()?, browser.as_deref(), output.as_deref(), out)
        }
        Command::Replay {
            file,
            check,
            serve,
            browser,
        } => match serve {
            true => replay::serve(file, out),
            false => replay::show(file, browser.as_deref(), *check, out),
        },
        Command::Device(what) => capture::device(office()?, what, out),
        Command::Withheld { case, item, output } => {
            capture::withheld(office()?, case, *item, output, out)
        }
        Command::Record(what) => record::run(office()?, what, out),
        Command::Authority(what) => authority(what, &arguments, out),
        Command::Seal { case, stamping } => seal(office()?, case, stamping, out),
        Command::Anchor(what) => anchor::run(office()?, what, out),
        Command::Log(what) => log::run(office()?, what, out),
        Command::Witness(what) => log::watch(what, out),
        Command::Queue { retry, stamping } => time::queue(office()?, *retry, stamping, out),
        Command::Token { file } => time::token(file, out),
        Command::Review { case } => review(office()?, case, out),
        Command::Certify {
            case,
            kind,
            chinese_only,
            output,
        } => {
            let request = papers::request(kind, *chinese_only)?;
            papers::issue(office()?, case, &request, output, out)
        }
        Command::Paper(what) => papers::run(office()?, what, out),
        Command::Export {
            case,
            output,
            only,
            hand_over,
            stamping,
        } => match hand_over {
            true => hand_over_to(office()?, case, output, stamping, out),
            false => export(office()?, case, output, *only, stamping, out),
        },
        Command::Renew {
            case,
            propose: true,
            ..
        } => renewal::propose(office()?, case.as_deref(), out),
        Command::Renew { case, stamping, .. } => {
            renewal::renew(office()?, case.as_deref(), stamping, out)
        }
        Command::Due { all, trust } => renewal::due(&office()?, *all, trust.as_deref(), out),
        Command::Verify {
            files,
            data,
            digest,
            trust,
            headers,
            signature,
            at,
            report,
            made_by,
        } => {
            let options = verify::Options {
                data: data.clone(),
                digest: digest.clone(),
                trust: trust.clone(),
                headers: headers.clone(),
                signatures: signature.clone(),
                at: at.clone(),
                report: report.clone().map(|path| (path, made_by.clone())),
            };
            verify::run(files, &options, out)
        }
        Command::Fingerprint { paths } => fingerprint(paths, out),
        Command::Search { what } => search(office()?, what, out),
        Command::Journal(what) => journal(office()?, what, out),
        Command::Trust(Trust::List) => trust_list(out),
        Command::Doctor => doctor(office()?, out),
    }
}

fn init(arguments: &Arguments, name: &str, name_en: Option<&str>, out: &Out) -> Result<u8> {
    let (office, sheet) = session::create(arguments, name, name_en)?;
    let dir = office.dir().display().to_string();
    out.result(
        &json!({"office": dir, "recovery_sheet": sheet}),
        &format!(
            "机构文件夹已建立：{dir}\n\n恢复单（仅显示这一次，请打印并封存）：\n\n{sheet}\n\n口令与恢复单同时遗失的，数据无法恢复。"
        ),
        &format!(
            "The office is made: {dir}\n\nRecovery sheet (shown this once; print it and keep it sealed):\n\n{sheet}\n\nWith passphrase and sheet both lost, nothing can be recovered."
        ),
    );
    Ok(0)
}

/// The sheet stands in for every passphrase, so nobody opens the office first.
fn recover(arguments: &Arguments, name: &str, out: &Out) -> Result<u8> {
    session::recover(arguments, name)?;
    out.result(
        &json!({"recovered": name}),
        &format!("已为{name}设定新口令，并已记入保管链日志。"),
        &format!("{name} has a new passphrase; the journal records it."),
    );
    Ok(0)
}

fn person(mut office: Office, what: &Person, out: &Out) -> Result<u8> {
    match what {
        // Needs no open office.
        Person::Recover { .. } => {}
        Person::Add { name, roles } => {
            let roles = roles
                .iter()
                .map(|r| r.parse::<Role>().map_err(OfficeError::from))
                .collect::<std::result::Result<Vec<_>, _>>()?;
            let passphrase = session::passphrase("FIDEM_NEW_PASSPHRASE", name)?;
            let added = office.person_add(&mut SystemDesk, name, &roles, &passphrase)?;
            out.result(
                &json!({"id": added.id, "name": added.name}),
                &format!("已添加：{}", added.name),
                &format!("Added: {}", added.name),
            );
        }
        Person::List => {
            let people = office.person_list()?;
            let rows: Vec<_> = people
                .iter()
                .map(|p| {
                    let roles: Vec<_> = p.roles.iter().map(|r| r.as_str()).collect();
                    json!({"id": p.id, "name": p.name, "roles": roles, "active": p.active})
                })
                .collect();
            let lines: Vec<String> = people
                .iter()
                .map(|p| {
                    let roles: Vec<_> = p.roles.iter().map(|r| r.as_str()).collect();
                    format!("{}\t{}", p.name, roles.join(","))
                })
                .collect();
            let lines = lines.join("\n");
            out.result(&json!({"people": rows}), &lines, &lines);
        }
    }
    Ok(0)
}

fn case(mut office: Office, what: &Case, out: &Out) -> Result<u8> {
    match what {
        Case::New {
            matter,
            applicant,
            purpose,
            agent,
        } => {
            let new = NewCase {
                matter: matter.clone(),
                applicant: applicant.clone(),
                purpose: purpose.clone(),
                agent: agent.clone(),
                facts_json: "{}".to_owned(),
                ..NewCase::default()
            };
            let made = office.case_new(&SystemDesk, &new)?;
            out.result(
                &json!({"id": made.id, "number": made.number}),
                &format!("已立卷：{}", made.number),
                &format!("Case opened: {}", made.number),
            );
        }
        Case::Set {
            case,
            acceptance_number,
            notarial_number,
        } => {
            let change = CaseChange {
                acceptance_number: acceptance_number.clone(),
                notarial_number: notarial_number.clone(),
                ..CaseChange::default()
            };
            let changed = office.case_update(&SystemDesk, case, &change)?;
            out.result(
                &json!({"number": changed.number, "acceptance_number": changed.acceptance_number,
                    "notarial_number": changed.notarial_number}),
                "已登记。",
                "Recorded.",
            );
        }
        Case::List { words } => case_list(&office, words.clone(), out)?,
        Case::Show { case } => case_show(&mut office, case, out)?,
    }
    Ok(0)
}

fn case_list(office: &Office, words: Option<String>, out: &Out) -> Result<()> {
    let rows = office.case_list(&CaseFilter {
        words,
        limit: 1000,
        ..CaseFilter::default()
    })?;
    let json: Vec<_> = rows
        .iter()
        .map(|r| {
            json!({"id": r.case.id, "number": r.case.number, "matter": r.case.matter,
                "applicant": r.case.applicant, "items": r.items, "sealed": r.sealed_items})
        })
        .collect();
    let lines: Vec<String> = rows
        .iter()
        .map(|r| {
            format!(
                "{}\t{}\t{}\t{}/{}",
                r.case.number, r.case.matter, r.case.applicant, r.sealed_items, r.items
            )
        })
        .collect();
    let lines = lines.join("\n");
    out.result(&json!({"cases": json}), &lines, &lines);
    Ok(())
}

fn case_show(office: &mut Office, case: &str, out: &Out) -> Result<()> {
    let detail = office.case_show(&SystemDesk, case)?;
    let items = office.items(&detail.case.id, 0, 1000)?;
    let rows: Vec<_> = items
        .iter()
        .map(|i| {
            json!({"id": i.item.number, "name": i.item.name, "class": i.class.as_str(),
                "size": i.item.size, "sha256": hex::encode(&i.item.sha256),
                "sm3": hex::encode(&i.item.sm3), "seal": i.item.seal,
                "withdrawn": i.item.withdrawn.is_some(), "forwarded": i.forwarded})
        })
        .collect();
    let seals: Vec<_> = detail
        .seals
        .iter()
        .map(|s| json!({"seal": s.number, "state": state(s.state), "items": s.items}))
        .collect();
    let json = json!({"id": detail.case.id, "number": detail.case.number,
        "matter": detail.case.matter, "applicant": detail.case.applicant,
        "scope": detail.scope.as_str(), "items": rows, "seals": seals,
        "wanting": detail.wanting, "second_copy": office.has_tested_copy()?});
    let lines = |zh: bool| {
        let mut out = format!(
            "{}  {}  {}\n",
            detail.case.number, detail.case.matter, detail.case.applicant
        );
        for i in &items {
            let (a, b) = i.class.short_sentence();
            let sentence = if zh { a } else { b };
            out.push_str(&format!(
                "{:>5}  {:<2} {}  {}\n",
                i.item.number,
                i.class.as_str(),
                i.item.name,
                sentence
            ));
            if i.forwarded.is_some() {
                out.push_str(&format!("         {}\n", record_words::forwarded(zh)));
            }
        }
        out.push_str(match (zh, detail.seals.is_empty()) {
            (true, true) => "尚未固化\n",
            (false, true) => "not sealed\n",
            _ => "",
        });
        for wanting in &detail.wanting {
            out.push_str(&format!("{}\n", record::wanted(wanting, zh)));
        }
        out
    };
    out.result(&json, &lines(true), &lines(false));
    Ok(())
}

fn add(mut office: Office, case: &str, what: &fidem_office::TakeIn, out: &Out) -> Result<u8> {
    let case = office.case(case)?;
    let taken = office.take_in(&mut SystemDesk, &case.id, what)?;
    material::refused(&taken.refused, out);
    let mut rows = Vec::with_capacity(taken.items.len());
    for number in &taken.items {
        let item = office.item(&case.id, *number)?;
        if item.forwarded.is_some() {
            let name = &item.item.name;
            out.remark(
                &format!("{name}：{}", record_words::forwarded(true)),
                &format!("{name}: {}", record_words::forwarded(false)),
            );
        }
        rows.push(
            json!({"id": number, "class": item.class.as_str(), "name": item.item.name, "forwarded": item.forwarded,
            "sha256": hex::encode(&item.item.sha256), "sm3": hex::encode(&item.item.sm3)}),
        );
    }
    let refused: Vec<_> = taken
        .refused
        .iter()
        .map(|r| json!({"path": r.path_display, "code": r.code}))
        .collect();
    let notes: Vec<_> = taken
        .notes
        .iter()
        .map(|n| json!({"subject": n.subject, "code": n.code}))
        .collect();
    let (count, left) = (taken.items.len(), taken.refused.len());
    let (zh, en) = match (count, left) {
        (0, 0) => (
            "所给路径内没有文件，未作登记。".to_owned(),
            "There is no file in what was given; nothing was recorded.".to_owned(),
        ),
        _ => (
            format!("收入 {count} 项，未收入 {left} 项。"),
            format!("{count} items taken in, {left} refused."),
        ),
    };
    let json = json!({"items": rows, "refused": refused, "notes": notes});
    out.result(&json, &zh, &en);
    // What was taken in is safe; that something was refused must still reach a script.
    Ok(u8::from(count == 0 || left > 0))
}

fn authority(what: &Authority, arguments: &Arguments, out: &Out) -> Result<u8> {
    match what {
        Authority::Offered => {
            let list = fidem_office::offered()?;
            let lines: Vec<String> = list
                .authorities
                .iter()
                .map(|a| {
                    let unknown = "未知/unknown";
                    format!(
                        "{}\t{}\t{}\t{}",
                        a.url.as_deref().unwrap_or(unknown),
                        a.name.zh,
                        a.operator,
                        a.country.as_deref().unwrap_or(unknown)
                    )
                })
                .collect();
            let lines = lines.join("\n");
            out.result(
                &json!({"date": list.date, "urls": list.authorities.iter()
                .map(|a| &a.url).collect::<Vec<_>>()}),
                &lines,
                &lines,
            );
        }
        Authority::List => {
            time::authorities(&session::open(arguments)?, out)?;
        }
        Authority::Choose {
            urls,
            roots,
            policies,
        } => {
            let pem = match roots {
                None => None,
                Some(path) => Some(std::fs::read_to_string(path).map_err(|e| OfficeError::Io {
                    path: path.display().to_string(),
                    reason: e.to_string(),
                })?),
            };
            let policy = |at: usize| policies.get(at).filter(|policy| *policy != "-").cloned();
            let choices: Vec<_> = urls
                .iter()
                .enumerate()
                .map(|(at, url)| material::choice(url, pem.clone(), policy(at)))
                .collect();
            session::open(arguments)?.authorities_choose(&SystemDesk, &choices)?;
            out.result(
                &json!({"authorities": urls}),
                "已选定时间戳机构。",
                "The authorities are chosen.",
            );
        }
    }
    Ok(0)
}

fn state(state: SealState) -> &'static str {
    match state {
        SealState::Waiting => "待固化",
        SealState::Sealed => "固化",
    }
}

fn seal(mut office: Office, case: &str, stamping: &Stamping, out: &Out) -> Result<u8> {
    let options = material::stamping(stamping)?;
    let sealed = office.seal(&mut SystemDesk, case, &options)?;
    let tokens: Vec<_> = sealed
        .tokens
        .iter()
        .map(|t| {
            json!({"authority": t.authority, "url": t.url, "counts": t.counts, "time": t.time,
                "problem": t.problem, "remark": t.remark})
        })
        .collect();
    let word = state(sealed.state);
    let mut zh = format!("第 {} 次固化：{word}，{} 项。", sealed.seal, sealed.items);
    let mut en = format!(
        "Seal {}: {}, {} items.",
        sealed.seal,
        match sealed.state {
            SealState::Waiting => "waiting for time stamps",
            SealState::Sealed => "complete",
        },
        sealed.items
    );
    for token in &sealed.tokens {
        let tail = token.time.as_deref().or(token.problem.as_deref());
        let remark = token.remark.as_deref().unwrap_or_default();
        let line = format!(
            "\n  {}  {}  {remark}",
            token.authority,
            tail.unwrap_or_default()
        );
        let line = line.trim_end();
        zh.push_str(line);
        en.push_str(line);
    }
    if sealed.tokens.is_empty() {
        zh.push_str("\n  尚未选定时间戳机构，未联系任何机构（fidem authority offered）。");
        en.push_str("\n  No authority is chosen and none was contacted (fidem authority offered).");
    }
    let json = json!({"seal": sealed.seal, "state": word, "items": sealed.items, "tokens": tokens});
    out.result(&json, &zh, &en);
    Ok(0)
}

fn review(mut office: Office, case: &str, out: &Out) -> Result<u8> {
    let detail = office.case_show(&SystemDesk, case)?;
    let last = detail.seals.last().ok_or(OfficeError::NotSealed)?.number;
    office.review(&SystemDesk, &detail.case.id, last)?;
    out.result(
        &json!({"seal": last, "reviewer": office.person().name}),
        &format!("已复核第 {last} 次固化。"),
        &format!("Seal {last} is reviewed."),
    );
    Ok(0)
}

fn export(
    mut office: Office,
    case: &str,
    output: &std::path::Path,
    only: Option<u32>,
    stamping: &Stamping,
    out: &Out,
) -> Result<u8> {
    let options = material::stamping(stamping)?;
    let exported = match only {
        Some(item) => office.export_only(&mut SystemDesk, case, item, output)?,
        None => office.export(&mut SystemDesk, case, output, &options)?,
    };
    let path = exported.path.display().to_string();
    let time = exported.delivery_time.clone();
    out.result(
        &json!({"package": path, "revision": exported.revision, "delivery_time": time}),
        &format!(
            "证据包：{path}（交付时间：{}）",
            time.as_deref().unwrap_or("无")
        ),
        &format!(
            "Package: {path} (delivery time: {})",
            time.as_deref().unwrap_or("none")
        ),
    );
    Ok(0)
}

fn hand_over_to(
    mut office: Office,
    case: &str,
    folder: &std::path::Path,
    stamping: &Stamping,
    out: &Out,
) -> Result<u8> {
    let options = material::stamping(stamping)?;
    let handed = office.hand_over(&mut SystemDesk, case, folder, &options)?;
    let path = handed.folder.display().to_string();
    out.result(
        &json!({"folder": path, "package": handed.package.path.display().to_string(),
            "revision": handed.package.revision, "originals": handed.originals,
            "verifier": handed.verifier.as_ref().map(|page| page.display().to_string())}),
        &format!(
            "交付件：{path}（原文件 {} 个{}）",
            handed.originals,
            if handed.verifier.is_some() {
                "，含离线核验页 verifier.html"
            } else {
                "；本程序未附核验页，交付件内没有 verifier.html"
            }
        ),
        &format!(
            "Hand-over folder: {path} ({} originals{})",
            handed.originals,
            if handed.verifier.is_some() {
                ", with verifier.html"
            } else {
                "; this program came without verifier.html"
            }
        ),
    );
    Ok(0)
}

fn fingerprint(paths: &[PathBuf], out: &Out) -> Result<u8> {
    let plan = fidem_intake::plan(paths);
    material::refused(&plan.refused, out);
    let mut rows = Vec::new();
    let mut lines = String::new();
    for file in &plan.files {
        let print = fidem_office::fingerprint_file(&file.path)?;
        let (sha256, sm3) = (hex::encode(&print.sha256), hex::encode(&print.sm3));
        lines.push_str(&format!("SHA-256 {sha256}\nSM3     {sm3}  {}\n", file.name));
        rows.push(json!({"name": file.name, "size": print.size, "sha256": sha256, "sm3": sm3}));
    }
    out.result(&json!({"files": rows}), lines.trim_end(), lines.trim_end());
    Ok(u8::from(!plan.refused.is_empty()))
}

fn search(office: Office, what: &str, out: &Out) -> Result<u8> {
    let path = PathBuf::from(what);
    let hits: Vec<Hit> = match path.is_file() {
        true => office.find(&fidem_office::fingerprint_file(&path)?)?,
        false => office.search(what)?,
    };
    let rows: Vec<_> = hits
        .iter()
        .map(|h| json!({"case": h.number, "id": h.case, "item": h.item, "text": h.text}))
        .collect();
    let lines: Vec<String> = hits
        .iter()
        .map(|h| match h.item {
            Some(item) => format!("{}  {item}  {}", h.number, h.text),
            None => format!("{}  {}", h.number, h.text),
        })
        .collect();
    let lines = lines.join("\n");
    out.result(&json!({"hits": rows}), &lines, &lines);
    Ok(u8::from(hits.is_empty()))
}

fn journal(office: Office, what: &Journal, out: &Out) -> Result<u8> {
    match what {
        Journal::Verify => {
            let head = office.journal_verify()?;
            let hash = hex::encode(&head.hash);
            out.result(
                &json!({"entries": head.seq, "head": hash}),
                &format!("日志首尾相连，共 {} 条，链首 {hash}", head.seq),
                &format!("The journal links, {} entries, head {hash}", head.seq),
            );
        }
        Journal::Export { case } => {
            let case = match case {
                Some(case) => Some(office.case(case)?.id),
                None => None,
            };
            let entries = office.journal(case.as_deref(), 0, u64::from(u32::MAX))?;
            let lines = entries.join("\n");
            out.result(&json!({"entries": entries}), &lines, &lines);
        }
    }
    Ok(0)
}

fn trust_list(out: &Out) -> Result<u8> {
    let trust = fidem_office::load_trust(None)?;
    let rows: Vec<_> = trust
        .roots
        .iter()
        .map(|r| {
            json!({"name": r.name, "sha256": r.sha256, "operator": r.operator,
                "licence": r.licence, "source": r.source})
        })
        .collect();
    let lines: Vec<String> = trust
        .roots
        .iter()
        .map(|r| format!("{}  {}", r.sha256, r.name))
        .collect();
    let lines = lines.join("\n");
    out.result(&json!({"roots": rows}), &lines, &lines);
    Ok(0)
}

fn doctor(office: Office, out: &Out) -> Result<u8> {
    let health = office.doctor(&mut SystemDesk)?;
    let damaged: Vec<_> = health
        .damaged
        .iter()
        .map(|(case, item)| json!({"case": case, "item": item}))
        .collect();
    out.result(
        &json!({"journal": health.journal_entries, "originals": health.originals,
            "damaged": damaged, "waiting_seals": health.waiting_seals,
            "second_copy_tested": health.second_copy_tested}),
        &format!(
            "日志 {} 条，首尾相连；原件 {} 个，损坏 {} 个；待固化 {} 次；{}",
            health.journal_entries,
            health.originals,
            health.damaged.len(),
            health.waiting_seals,
            match health.second_copy_tested {
                true => "有经测试的第二份副本",
                false => "仅有一份副本",
            }
        ),
        &format!(
            "journal of {} entries links; {} originals, {} damaged; {} seals waiting; {}",
            health.journal_entries,
            health.originals,
            health.damaged.len(),
            health.waiting_seals,
            match health.second_copy_tested {
                true => "a second copy was tested",
                false => "there is only one copy",
            }
        ),
    );
    match health.damaged.is_empty() {
        true => Ok(0),
        false => Err(Failure::Office(OfficeError::Damaged {
            what: format!("{} originals", health.damaged.len()),
        })),
    }
}
