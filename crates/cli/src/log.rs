//! The office log and its witnesses.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;

use fidem_anchor::LogKey;
use fidem_office::{
    Cosigned, Desk, Office, OfficeError, SystemDesk, View, WitnessChoice, compare_witnesses,
};
use fidem_witness::{Shelf, Witness};
use serde_json::{Value, json};

use crate::arguments::{Log, Watch};
use crate::failure::Failure;
use crate::out::Out;
use crate::session::Result;

/// One act on the log.
pub fn run(mut office: Office, what: &Log, out: &Out) -> Result<u8> {
    match what {
        Log::Key => {
            let line = office.log_key()?.to_line();
            out.result(&json!({"key": line}), &line, &line);
            Ok(0)
        }
        Log::Publish { folder } => {
            let size = office.log_publish(folder)?;
            let place = folder.display();
            out.result(
                &json!({"folder": place.to_string(), "size": size}),
                &format!("登记日志（{size} 条）已写入 {place}；其中只有校验值。"),
                &format!(
                    "The log ({size} entries) is written to {place}; it holds fingerprints only."
                ),
            );
            Ok(0)
        }
        Log::Witnesses => {
            let choices = office.witnesses()?;
            witnesses(&choices, out);
            Ok(0)
        }
        Log::Watch { url, key, operator } => {
            let mut choices = office.witnesses()?;
            choices.retain(|known| known.key != *key);
            choices.push(WitnessChoice {
                key: key.clone(),
                operator: operator.clone(),
                url: url.trim_end_matches('/').to_owned(),
            });
            office.witnesses_choose(&SystemDesk, &choices)?;
            witnesses(&choices, out);
            Ok(0)
        }
        Log::Unwatch { key } => {
            let mut choices = office.witnesses()?;
            choices.retain(|known| known.key != *key);
            office.witnesses_choose(&SystemDesk, &choices)?;
            witnesses(&choices, out);
            Ok(0)
        }
        Log::Cosign => {
            let told = office.log_cosign(&SystemDesk)?;
            Ok(cosigned(&told, out))
        }
    }
}

fn witnesses(choices: &[WitnessChoice], out: &Out) {
    let lines: Vec<String> = choices
        .iter()
        .map(|c| format!("{}  {}  {}", c.operator, c.url, c.key))
        .collect();
    let (zh, en) = match lines.is_empty() {
        true => ("没有见证人。".to_owned(), "There is no witness.".to_owned()),
        false => (lines.join("\n"), lines.join("\n")),
    };
    out.result(&json!({"witnesses": choices}), &zh, &en);
}

/// 1 where a witness has seen another history.
fn cosigned(told: &[Cosigned], out: &Out) -> u8 {
    let line = |one: &Cosigned, zh: bool| match (&one.problem, one.time, one.split) {
        (Some(problem), _, true) if zh => {
            format!("{}：所见的登记日志与本处不同——{problem}", one.operator)
        }
        (Some(problem), _, true) => {
            format!(
                "{}: has seen another history of this log — {problem}",
                one.operator
            )
        }
        (Some(problem), ..) if zh => format!("{}：未见证（{problem}）", one.operator),
        (Some(problem), ..) => format!("{}: not witnessed ({problem})", one.operator),
        (None, time, _) => {
            let time = rfc3161_client::UnixTime(time.unwrap_or(0).try_into().unwrap_or(i64::MAX));
            match zh {
                true => format!("{}：已见证 {} 条（{time}）", one.operator, one.size),
                false => format!("{}: witnessed {} entries ({time})", one.operator, one.size),
            }
        }
    };
    let lines = |zh: bool| match told.is_empty() {
        true if zh => "没有见证人；登记日志仅为本处自行记录。".to_owned(),
        true => "There is no witness; the log is the office’s own record.".to_owned(),
        false => told
            .iter()
            .map(|one| line(one, zh))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    out.result(&json!({"witnesses": told}), &lines(true), &lines(false));
    u8::from(told.iter().any(|one| one.split))
}

/// What a witness does, and what is done with several.
pub fn watch(what: &Watch, out: &Out) -> Result<u8> {
    match what {
        Watch::Serve {
            folder,
            name,
            listen,
            logs,
        } => serve(folder, name, *listen, logs, out),
        Watch::Compare { log, urls, files } => compare(log, urls, files.as_deref(), out),
    }
}

fn serve(folder: &Path, name: &str, listen: SocketAddr, logs: &[String], out: &Out) -> Result<u8> {
    let logs = logs
        .iter()
        .map(|line| key(line))
        .collect::<Result<Vec<_>>>()?;
    let io = |e: &std::io::Error| OfficeError::Io {
        path: folder.display().to_string(),
        reason: e.to_string(),
    };
    let shelf = Shelf::open(folder).map_err(|e| io(&e))?;
    let secret = secret(folder)?;
    let witness = Witness::new(name.to_owned(), &secret, logs, shelf);
    let line = witness.key().to_line();
    let clock = Box::new(|| u64::try_from(SystemDesk.now()).unwrap_or(0));
    let running = fidem_witness::serve(witness, listen, clock).map_err(|e| io(&e))?;
    let address = running.address();
    out.result(
        &json!({"address": format!("http://{address}"), "key": line}),
        &format!("见证人已启动：http://{address}\n公钥：{line}"),
        &format!("The witness is running: http://{address}\nKey: {line}"),
    );
    // A script that waits for this line must get it now.
    let _ = std::io::stdout().flush();
    running.wait();
    Ok(0)
}

/// The witness's key, made once and readable by its owner only.
fn secret(folder: &Path) -> Result<[u8; 32]> {
    let place = folder.join("witness.key");
    let io = |e: &std::io::Error| OfficeError::Io {
        path: place.display().to_string(),
        reason: e.to_string(),
    };
    match std::fs::read_to_string(&place) {
        Ok(text) => fidem_fingerprint::hex::decode32(text.trim()).ok_or_else(|| {
            OfficeError::Damaged {
                what: place.display().to_string(),
            }
            .into()
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut secret = [0; 32];
            SystemDesk.entropy(&mut secret)?;
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            {
                use std::os::unix::fs::OpenOptionsExt as _;
                options.mode(0o600);
            }
            let mut file = options.open(&place).map_err(|e| io(&e))?;
            let text = fidem_fingerprint::hex::encode(&secret);
            file.write_all(text.as_bytes()).map_err(|e| io(&e))?;
            file.sync_all().map_err(|e| io(&e))?;
            Ok(secret)
        }
        Err(error) => Err(io(&error).into()),
    }
}

/// 1 for a split view, 2 where nothing could be said of a witness.
fn compare(log: &str, urls: &[String], files: Option<&Path>, out: &Out) -> Result<u8> {
    let urls: Vec<String> = urls
        .iter()
        .map(|u| u.trim_end_matches('/').to_owned())
        .collect();
    let views = compare_witnesses(&key(log)?, &urls, files)?;
    let rows: Vec<Value> = views.iter().map(|view| json!(view)).collect();
    let lines = |zh: bool| {
        let lines: Vec<String> = views.iter().map(|view| seen(view, zh)).collect();
        lines.join("\n")
    };
    out.result(&json!({"views": rows}), &lines(true), &lines(false));
    let split = views.iter().any(|view| view.fits == Some(false));
    let open = views.iter().any(|view| view.fits.is_none());
    Ok(match (split, open) {
        (true, _) => 1,
        (false, true) => 2,
        (false, false) => 0,
    })
}

fn seen(view: &View, zh: bool) -> String {
    if let Some(problem) = &view.problem {
        return match zh {
            true => format!("{}：无法比对（{problem}）", view.url),
            false => format!("{}: not compared ({problem})", view.url),
        };
    }
    let size = view.size.unwrap_or(0);
    let root = view.root.as_deref().unwrap_or_default();
    let fits = match (view.fits, zh) {
        (Some(true), true) => "一致",
        (Some(true), false) => "fits",
        (Some(false), true) => "不一致：同一登记日志出现两种历史",
        (Some(false), false) => "does not fit: one log, two histories",
        (None, true) => "无从比对",
        (None, false) => "nothing to compare with",
    };
    format!("{}  {size}  {root}  {fits}", view.url)
}

fn key(line: &str) -> Result<LogKey> {
    LogKey::from_line(line).map_err(|_| {
        Failure::usage(
            format!("不是登记日志的公钥行：{line}"),
            format!("Not a key line of a log: {line}"),
        )
    })
}
