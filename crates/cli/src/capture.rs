//! Web capture, the examination that goes with it, and the devices it is made on.

use std::ops::ControlFlow;
use std::path::Path;

use fidem_cleanliness::codes::{self, Language as Words};
use fidem_cleanliness::{Counts, Report, Verdict};
use fidem_office::{
    CaptureOptions, Captured, Desk, Office, OfficeError, Recovered, SealState, Step, SystemDesk,
    Task,
};
use serde_json::{Value, json};

use crate::arguments::{Command, Device};
use crate::capture_words as words;
use crate::failure::Failure;
use crate::interactive;
use crate::material;
use crate::out::Out;
use crate::record;
use crate::session::Result;

/// Captures every address given, one after the other; a failure of one does not keep the others. 1 while any failed.
pub fn run(mut office: Office, command: &Command, out: &Out) -> Result<u8> {
    let Command::Capture {
        case,
        urls,
        list,
        browser,
        extra_root,
        secret_fields,
        scroll,
        limit,
        visit,
        stamping,
    } = command
    else {
        return Ok(64);
    };
    let mut addresses = urls.clone();
    if let Some(list) = list {
        addresses.extend(listed(list)?);
    }
    let options = || -> Result<CaptureOptions> {
        Ok(CaptureOptions {
            seal: material::stamping(stamping)?,
            browser: browser.clone(),
            extra_root: extra_root.clone(),
            secret_fields: secret_fields.clone(),
            bounds: fidem_capture::Options {
                scroll_pixels: *scroll,
                payload: limit.saturating_mul(1 << 20),
                ..fidem_capture::Options::default()
            },
        })
    };
    if visit.interactive && addresses.len() > 1 {
        return Ok(64);
    }
    recover(&mut office, out);
    let mut results = Vec::new();
    let mut failed = false;
    for (index, url) in addresses.iter().enumerate() {
        let made = match visit.interactive {
            true => interactive::capture(&mut office, (case, url), options()?, visit, out),
            false => office.capture(&mut Teller { out, url }, case, url, &options()?),
        };
        match made {
            Ok(captured) => results.push(told(&captured, out)),
            Err(error) => {
                let failure = Failure::from(error);
                let alone = addresses.len() == 1;
                failed = true;
                if alone {
                    return Err(failure);
                }
                results.push(json!({"url": url, "error": {"code": failure.code(), "message": failure.message(out.language)}}));
                out.remark_failure(&failure, false);
                let left = addresses.len() - index - 1;
                out.remark(
                    &format!("{url} 未取证；其余 {left} 个继续。"),
                    &format!("{url} was not captured; {left} are left."),
                );
            }
        }
    }
    for wanting in office.wanting(case)? {
        out.remark(
            &record::wanted(&wanting, true),
            &record::wanted(&wanting, false),
        );
    }
    match results.as_slice() {
        [one] => out.json_only(one),
        many => out.json_only(&json!({ "captures": many })),
    }
    Ok(u8::from(failed))
}

/// What an earlier run left in the middle is finished first, and said.
fn recover(office: &mut Office, out: &Out) {
    let recovered = office
        .recover_captures(&mut SystemDesk)
        .unwrap_or_else(|error| {
            // What could not be recovered stays where it lies, and keeps no other capture from being made.
            out.remark_failure(&Failure::from(error), false);
            Recovered::default()
        });
    for failed in recovered.failed {
        let (case, url) = (failed.case, failed.url);
        out.remark(
            &format!("卷宗 {case} 中断的取证未能补成，所记录的内容仍在原处，下次再试：{url}"),
            &format!("The interrupted capture of case {case} could not be finished; what it recorded stays where it is and is tried again: {url}"),
        );
        out.remark_failure(&Failure::from(failed.error), false);
    }
    for (case, item) in recovered.made {
        out.remark(
            &format!("上次取证中断，中断前所记录的内容已固定为卷宗 {case} 的第 {item} 项，并注明中断。"),
            &format!("An interrupted capture was found; what it had recorded is now item {item} of case {case}, marked as interrupted."),
        );
    }
}

/// Addresses of a file: of each row the first cell that is one.
fn listed(path: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Failure::from(OfficeError::Io {
            path: path.display().to_string(),
            reason: e.to_string(),
        })
    })?;
    let cell = |c: &str| c.trim().trim_matches(['"', '\u{feff}']).to_owned();
    let address = |row: &str| {
        row.split(['\t', ',', ';'])
            .map(cell)
            .find(|c| c.starts_with("http://") || c.starts_with("https://"))
    };
    Ok(text.lines().filter_map(address).collect())
}

/// Tells each step on standard error.
pub struct Teller<'a> {
    pub out: &'a Out,
    pub url: &'a str,
}

impl Desk for Teller<'_> {
    fn now(&self) -> i64 {
        SystemDesk.now()
    }

    fn entropy(&self, bytes: &mut [u8]) -> std::result::Result<(), OfficeError> {
        SystemDesk.entropy(bytes)
    }

    fn progress(&mut self, step: Step<'_>) -> ControlFlow<()> {
        let words = match (step.task, step.current) {
            (Task::Capture, "self-test") => ("取证程序自检", "self-test of the recorder"),
            (Task::Capture, "launch") => ("启动浏览器", "the browser starts"),
            (Task::Capture, "examine") => ("清洁性检查", "cleanliness check"),
            (Task::Capture, "open") => ("打开网页", "the page is opened"),
            (Task::Capture, "look") => ("滚动、截图、存副本", "scrolled, pictured, copied"),
            (Task::Capture, "close") => ("关闭浏览器", "the browser is closed"),
            (Task::Capture, "archive") => ("整理归档文件", "the archive is written"),
            (Task::Capture, "seal") => ("固化", "sealed"),
            _ => return ControlFlow::Continue(()),
        };
        let url = self.url;
        self.out.remark(
            &format!("{}：{url}", words.0),
            &format!("{}: {url}", words.1),
        );
        ControlFlow::Continue(())
    }
}

fn told(captured: &Captured, out: &Out) -> Value {
    let zh = report(captured, true);
    let en = report(captured, false);
    out.say_to_people(&zh, &en);
    let c = &captured.completeness;
    json!({
        "after": captured.after.map(tally),
        "before": tally(captured.before),
        "capture": captured.capture,
        "class": captured.class,
        "completeness": {
            "archived": c.archived, "exchanged": c.exchanged, "partial": c.partial,
            "requested": c.requested, "answered": c.answered,
            "referred": c.referred, "captured": c.captured, "explained": c.explained,
            "lines": c.lines,
        },
        "ending": captured.ending,
        "gap": captured.gap,
        "interactive": captured.interactive,
        "item": captured.item,
        "items": captured.items,
        "masked": captured.masked,
        "references": {"after": captured.references_after, "before": captured.references_before},
        "seal": captured.seal.seal,
        "seal_before": captured.seal_before.seal,
        "state": state(captured.seal.state),
        "tokens": captured.seal.tokens.iter().filter(|t| t.counts).map(|t| json!({"authority": t.authority, "time": t.time})).collect::<Vec<_>>(),
        "url": captured.url,
        "wacz": captured.wacz,
    })
}

fn state(state: SealState) -> &'static str {
    match state {
        SealState::Waiting => "待固化",
        _ => "固化",
    }
}

fn tally(counts: Counts) -> Value {
    json!({"normal": counts.normal, "abnormal": counts.abnormal, "not_checked": counts.not_checked})
}

/// Source first; then how whole; then what was observed; the numbers of items last.
fn report(captured: &Captured, zh: bool) -> String {
    let c = &captured.completeness;
    let mut lines = vec![words::class_line(&captured.class, zh)];
    lines.push(match (c.partial, zh) {
        (true, true) => format!("【不完整】交换 {}，存档 {}。", c.exchanged, c.archived),
        (true, false) => format!(
            "PARTIAL: {} exchanges, {} in the archive.",
            c.exchanged, c.archived
        ),
        (false, true) => format!(
            "完整：交换 {}，存档 {}；引用 {}，已存 {}，已说明 {}。",
            c.exchanged, c.archived, c.referred, c.captured, c.explained
        ),
        (false, false) => format!(
            "Whole: {} exchanges, {} in the archive; {} references, {} captured, {} accounted for.",
            c.exchanged, c.archived, c.referred, c.captured, c.explained
        ),
    });
    if let Some(did) = &captured.interactive {
        lines.extend(interactive::report(did, zh));
    }
    for line in c.lines.iter().filter(|l| l.code != "background") {
        lines.push(format!("  - {}", words::capture_line(line, zh)));
    }
    let b = captured.before;
    lines.push(match zh {
        true => format!(
            "清洁性检查：正常 {}，异常 {}，未能检查 {}。",
            b.normal, b.abnormal, b.not_checked
        ),
        false => format!(
            "Cleanliness: {} normal, {} abnormal, {} not checked.",
            b.normal, b.abnormal, b.not_checked
        ),
    });
    let before = captured.references_before.iter().map(|page| (page, true));
    let after = captured.references_after.iter().map(|page| (page, false));
    lines.extend(before.chain(after).map(|of| words::reference(of, zh)));
    if captured.masked > 0 {
        lines.push(match zh {
            true => format!("已遮盖 Cookie、口令等 {} 处；未遮盖的全本加密留存本处。", captured.masked),
            false => format!("{} places with cookies or passwords are masked; the unmasked archive is kept encrypted.", captured.masked),
        });
    }
    match (captured.gap, zh) {
        (Some(Some(s)), true) => lines.push(format!("取证结束至取得时间戳相隔 {} 分钟。", s / 60)),
        (Some(Some(s)), false) => lines.push(format!(
            "{} minutes passed between the capture's end and its time stamp.",
            s / 60
        )),
        _ => {}
    }
    if captured.seal.state == SealState::Waiting {
        lines.push(match zh {
            true => "尚未取得足够的时间戳，待固化；取得前不能出具文书。".to_owned(),
            false => {
                "Time stamps are still missing: the seal waits, and nothing can be issued before."
                    .to_owned()
            }
        });
    }
    lines.push(match zh {
        true => format!(
            "第 {} 项 {}，第 {} 次固化。",
            captured.item, captured.wacz, captured.seal.seal
        ),
        false => format!(
            "Item {}, {}, seal {}.",
            captured.item, captured.wacz, captured.seal.seal
        ),
    });
    lines.join("\n")
}

/// Examines the machine; 1 when something is abnormal, 2 when nothing is but something could not be checked.
pub fn examine(
    mut office: Office,
    browser: Option<&Path>,
    output: Option<&Path>,
    out: &Out,
) -> Result<u8> {
    let environment = office.check_environment(&mut SystemDesk, browser)?;
    let report = &environment.report;
    let bytes = report.to_bytes().map_err(OfficeError::from)?;
    if let Some(path) = output {
        std::fs::write(path, &bytes).map_err(|e| OfficeError::Io {
            path: path.display().to_string(),
            reason: e.to_string(),
        })?;
    }
    let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    out.result(
        &value,
        &examined(report, Words::Chinese),
        &examined(report, Words::English),
    );
    Ok(match (report.counts.abnormal, report.counts.not_checked) {
        (0, 0) => 0,
        (0, _) => 2,
        _ => 1,
    })
}

fn examined(report: &Report, language: Words) -> String {
    let mut lines = Vec::new();
    for check in &report.checks {
        let mark = match check.verdict {
            Verdict::Normal => "○",
            Verdict::Abnormal => "✕",
            Verdict::NotChecked => "－",
        };
        let verdict = codes::verdict(check.verdict, language);
        lines.push(format!(
            "{mark} {} {}  {verdict}",
            check.number,
            codes::title(&check.code, language)
        ));
        for reason in &check.reasons {
            lines.push(format!("      {}", codes::sentence(reason, language)));
        }
    }
    let c = report.counts;
    lines.push(match language {
        Words::Chinese => format!(
            "正常 {}，异常 {}，未能检查 {}。未能检查的不视为通过。",
            c.normal, c.abnormal, c.not_checked
        ),
        Words::English => format!(
            "{} normal, {} abnormal, {} not checked; what was not checked has not passed.",
            c.normal, c.abnormal, c.not_checked
        ),
    });
    lines.join("\n")
}

/// Devices of the office, and whom an examination asks.
pub fn device(mut office: Office, what: &Device, out: &Out) -> Result<u8> {
    match what {
        Device::List => {}
        Device::Register { name } => office.device_register(&SystemDesk, name)?,
        Device::Confirm { identity } => office.device_confirm(&SystemDesk, identity)?,
        Device::Retire { identity } => office.device_retire(&SystemDesk, identity)?,
        Device::Probes {
            time,
            resolvers,
            references,
        } => return probes(office, (time, resolvers, references), out),
    }
    let standing = office.device_standing()?;
    let devices = office.devices()?;
    let line = |d: &fidem_casebook::Device, zh: bool| {
        let state = match (d.in_service(), d.retired_at.is_some(), zh) {
            (true, _, true) => "已登记",
            (true, _, false) => "in service",
            (_, true, true) => "已停用",
            (_, true, false) => "retired",
            (_, _, true) => "待第二人确认",
            (_, _, false) => "waits for a second person",
        };
        format!("{}  {}  {state}", d.identity, d.name)
    };
    let text = |zh: bool| {
        let mut lines: Vec<String> = devices.iter().map(|d| line(d, zh)).collect();
        lines.push(match (standing.of_office, standing.in_network, zh) {
            (true, true, true) => "本机为本处设备，且连接本处网络。".to_owned(),
            (true, true, false) => "This machine is the office's, in the office's network.".to_owned(),
            (true, false, true) => "本机为本处设备，但未连接登记时的网络；来源类别至多为 A-。".to_owned(),
            (true, false, false) => "This machine is the office's, but not in the network it was registered in: class A- at most.".to_owned(),
            (false, _, true) => "本机未登记为本处设备；来源类别至多为 A-。".to_owned(),
            (false, _, false) => "This machine is not a registered device of the office: class A- at most.".to_owned(),
        });
        lines.join("\n")
    };
    let rows: Vec<Value> = devices
        .iter()
        .map(|d| json!({"identity": d.identity, "name": d.name, "in_service": d.in_service(), "registered": d.registered, "confirmed": d.confirmed, "retired": d.retired_at}))
        .collect();
    let here = json!({"device": standing.here.device, "in_network": standing.in_network, "of_office": standing.of_office});
    out.result(
        &json!({"devices": rows, "here": here}),
        &text(true),
        &text(false),
    );
    Ok(0)
}

fn probes(
    mut office: Office,
    (time, resolvers, references): (&[String], &[String], &[String]),
    out: &Out,
) -> Result<u8> {
    let mut probes = office.probes()?;
    if !time.is_empty() || !resolvers.is_empty() {
        probes.time_servers = time.to_vec();
        probes.resolvers = resolvers.to_vec();
    }
    if !references.is_empty() {
        let named = references.iter().filter(|page| !page.trim().is_empty());
        probes.reference_pages = named.cloned().collect();
    }
    if probes != office.probes()? {
        office.set_probes(&SystemDesk, &probes)?;
    }
    let probes = office.probes()?;
    let value = serde_json::to_value(&probes).unwrap_or_default();
    let (time, names) = (probes.time_servers.join(" "), probes.resolvers.join(" "));
    let pages = probes.reference_pages.join(" ");
    out.result(
        &value,
        &format!("时间源：{time}\n域名服务器：{names}\n参照网页：{pages}"),
        &format!("Time servers: {time}\nResolvers: {names}\nReference pages: {pages}"),
    );
    Ok(0)
}

/// Decrypts a withheld item.
pub fn withheld(mut office: Office, case: &str, item: u32, output: &Path, out: &Out) -> Result<u8> {
    let octets = office.open_withheld(&SystemDesk, case, item, output)?;
    let path = output.display();
    out.result(
        &json!({"item": item, "octets": octets, "output": path.to_string()}),
        &format!("第 {item} 项已解密写入 {path}（{octets} 字节），已记入保管链日志。含敏感信息，请妥善保管。"),
        &format!("Item {item} is decrypted to {path} ({octets} octets), and the journal says so. It holds secrets: keep it safe."),
    );
    Ok(0)
}
