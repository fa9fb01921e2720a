//! The list of processes, taken once per run.

use crate::system::{Failure, Platform, System};

/// One process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub pid: u32,
    pub name: String,
    /// Path of its program; empty where it cannot be read.
    pub executable: String,
    /// The port given by `--remote-debugging-port`.
    pub debugging_port: Option<String>,
}

/// All processes this user can see, in the order of their numbers.
pub(crate) fn all(system: &mut dyn System) -> Result<Vec<Process>, Failure> {
    match system.platform() {
        Platform::Linux => linux(system),
        Platform::Windows => {
            let ran = system.run("tasklist", &["/fo", "csv", "/nh"])?;
            Ok(tasklist(&String::from_utf8_lossy(&ran.stdout)))
        }
        Platform::Macos => {
            let ran = system.run("ps", &["-axww", "-o", "pid=,comm="])?;
            Ok(ps(&String::from_utf8_lossy(&ran.stdout)))
        }
    }
}

fn linux(system: &mut dyn System) -> Result<Vec<Process>, Failure> {
    let mut pids: Vec<u32> = system
        .list("/proc")?
        .iter()
        .filter_map(|name| name.parse().ok())
        .collect();
    pids.sort_unstable();
    Ok(pids
        .into_iter()
        .filter_map(|pid| one(system, pid))
        .collect())
}

/// A process may end while it is looked at; then it is none.
fn one(system: &mut dyn System, pid: u32) -> Option<Process> {
    let name = system.read(&format!("/proc/{pid}/comm")).ok()?;
    // Command lines may hold secrets: one argument is looked for, the rest is forgotten.
    let line = system
        .read(&format!("/proc/{pid}/cmdline"))
        .unwrap_or_default();
    let arguments = line.split(|b| *b == 0).map(String::from_utf8_lossy);
    let port = |argument: std::borrow::Cow<'_, str>| {
        argument
            .strip_prefix("--remote-debugging-port=")
            .map(str::to_owned)
    };
    Some(Process {
        pid,
        name: String::from_utf8_lossy(&name).trim().to_owned(),
        executable: system.link(&format!("/proc/{pid}/exe")).unwrap_or_default(),
        debugging_port: arguments.filter_map(port).next(),
    })
}

/// `"chrome.exe","1234","Console","1","100,000 K"`.
fn tasklist(text: &str) -> Vec<Process> {
    let process = |line: &str| {
        let fields = comma_separated(line);
        Some(Process {
            pid: fields.get(1)?.parse().ok()?,
            name: fields.first()?.clone(),
            executable: String::new(),
            debugging_port: None,
        })
    };
    text.lines().filter_map(process).collect()
}

/// One line of quoted, comma-separated fields, as Windows' tools write it.
pub(crate) fn comma_separated(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('"').unwrap_or(line);
    let inner = line.strip_suffix('"').unwrap_or(line);
    inner.split("\",\"").map(str::to_owned).collect()
}

/// `  123 /Applications/Some Program.app/Contents/MacOS/Some Program`.
fn ps(text: &str) -> Vec<Process> {
    let process = |line: &str| {
        let (pid, path) = line.trim().split_once(' ')?;
        let path = path.trim();
        Some(Process {
            pid: pid.parse().ok()?,
            name: path.rsplit('/').next()?.to_owned(),
            executable: path.to_owned(),
            debugging_port: None,
        })
    };
    text.lines().filter_map(process).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_windows_and_macos_are_read() {
        let text = "\"System Idle Process\",\"0\",\"Services\",\"0\",\"8 K\"\r\n\"ToDesk.exe\",\"4711\",\"Console\",\"1\",\"51,200 K\"\r\n";
        let found = tasklist(text);
        assert_eq!((found[1].pid, found[1].name.as_str()), (4711, "ToDesk.exe"));
        let found =
            ps("    1 /sbin/launchd\n  612 /Applications/AnyDesk.app/Contents/MacOS/AnyDesk\n");
        assert_eq!((found[1].pid, found[1].name.as_str()), (612, "AnyDesk"));
    }
}
