//! Programs that run and sockets that listen (checks 21, 22, 32, 35).

mod known;
mod list;
mod sockets;

pub(crate) use list::{Process, all, comma_separated};
pub(crate) use sockets::{Listener, listeners};

use std::collections::BTreeMap;

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::report::{Raw, Value};
use crate::system::Platform;
use known::Kind;

/// Programs hashed in one run, and their bytes together.
const MAX_HASHED: usize = 512;
const MAX_HASHED_BYTES: u64 = 2 << 30;

/// Check 21: all programs, with digests; interceptors and debuggers among them.
pub(crate) fn programs(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let Ok(processes) = &round.processes else {
        return Judgement::missing("processes-unreadable");
    };
    let digests = match round.platform {
        Platform::Linux => digests(x, processes),
        Platform::Windows | Platform::Macos => BTreeMap::new(),
    };
    let line = |process: &Process| {
        let digest = digests.get(&process.executable).map_or("", String::as_str);
        format!(
            "{} {} {} {digest}",
            process.pid, process.name, process.executable
        )
    };
    let lines: Vec<String> = processes.iter().map(line).collect();
    x.keep(
        "processes: number, name, program, SHA-256",
        Ok(lines.join("\n").as_bytes()),
    );
    x.observe("processes", processes.len());
    x.observe("programs_hashed", digests.len());
    x.observe(
        "programs",
        Value::Record(
            digests
                .into_iter()
                .map(|(path, digest)| (path, digest.into()))
                .collect(),
        ),
    );
    judge(
        processes,
        &[Kind::Interceptor, Kind::Debugger],
        "program-intercepts",
    )
}

/// SHA-256 of each program that runs, by the process that runs it: what was started, even if its file was replaced.
fn digests(x: &mut Examination<'_>, processes: &[Process]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut left = MAX_HASHED_BYTES;
    for process in processes
        .iter()
        .filter(|process| !process.executable.is_empty())
    {
        let path = format!("/proc/{}/exe", process.pid);
        let size = x
            .system
            .metadata(&path)
            .map_or(u64::MAX, |metadata| metadata.size);
        if found.contains_key(&process.executable) || found.len() >= MAX_HASHED || size > left {
            continue;
        }
        left -= size;
        let digest = x.system.digest(&path).ok();
        found.extend(digest.map(|digest| (process.executable.clone(), digest.sha256)));
    }
    found
}

/// Check 32: remote control and screen sharing.
pub(crate) fn screen_sharing(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    again(x, round, &[Kind::Remote], "program-remote")
}

/// Check 35: programs that move the mouse or press keys.
pub(crate) fn automation(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let mut judgement = again(x, round, &[Kind::Automation], "program-automates");
    if let (Platform::Linux, Ok(processes)) = (round.platform, &round.processes) {
        for holder in holders(x, processes, "/dev/uinput") {
            judgement.abnormal("virtual-input", &[("program", &holder)]);
        }
    }
    judgement
}

/// Judges the list that check 21 keeps.
fn again(x: &mut Examination<'_>, round: &Round<'_>, kinds: &[Kind], code: &str) -> Judgement {
    let Ok(processes) = &round.processes else {
        return Judgement::missing("processes-unreadable");
    };
    let names: Vec<String> = processes
        .iter()
        .map(|p| format!("{} {}", p.pid, p.name))
        .collect();
    x.keep_raw(Raw::kept_by(
        "21",
        "processes: number, name",
        names.join("\n").as_bytes(),
    ));
    judge(processes, kinds, code)
}

/// Processes that hold a device open, as far as this user may see.
fn holders(x: &mut Examination<'_>, processes: &[Process], device: &str) -> Vec<String> {
    let mut found = Vec::new();
    for process in processes {
        let folder = format!("/proc/{}/fd", process.pid);
        let files = x.system.list(&folder).unwrap_or_default();
        let holds = files
            .iter()
            .any(|file| x.system.link(&format!("{folder}/{file}")).as_deref() == Ok(device));
        found.extend(holds.then(|| process.name.clone()));
    }
    x.keep(
        &format!("holders of {device}"),
        Ok(found.join("\n").as_bytes()),
    );
    found
}

fn judge(processes: &[Process], kinds: &[Kind], code: &str) -> Judgement {
    let mut judgement = Judgement::default();
    if processes.is_empty() {
        judgement.unchecked("processes-unreadable", &[]);
    }
    for process in processes {
        if known::kind(process).is_some_and(|kind| kinds.contains(&kind)) {
            let pid = process.pid.to_string();
            judgement.abnormal(code, &[("name", &process.name), ("pid", &pid)]);
        }
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(name: &str, executable: &str) -> Process {
        Process {
            pid: 7,
            name: name.to_owned(),
            executable: executable.to_owned(),
            debugging_port: None,
        }
    }

    #[test]
    fn each_list_finds_its_own() {
        let all = [
            process("mitmdump", "/usr/bin/python3"),
            process("AnyDesk.exe", ""),
            process("xdotool", "/usr/bin/xdotool"),
            process("bash", "/usr/bin/bash"),
        ];
        let found = |kinds: &[Kind]| judge(&all, kinds, "program-remote").abnormal.len();
        assert_eq!(found(&[Kind::Interceptor, Kind::Debugger]), 1);
        assert_eq!(found(&[Kind::Remote]), 1);
        assert_eq!(found(&[Kind::Automation]), 1);
        assert_eq!(
            judge(&[], &[Kind::Remote], "program-remote").codes(),
            ["processes-unreadable"]
        );
    }
}
