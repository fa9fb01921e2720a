//! Whether the browser keeps its pages in its sandbox, as the system tells of its processes. What was asked of it on its
//! command line is not all: a program that stands before it, or its own settings, may have taken the sandbox away.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// A process that shows pages needs a moment to close itself in.
const LOOKS: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(100);
const FLAG: &str = "--no-sandbox";
const PAGES: &str = "--type=renderer";

/// What is known of one process.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Process {
    parent: u32,
    /// Filters of system calls it stands under (seccomp); none where the system does not tell.
    filters: Option<u32>,
    arguments: Vec<String>,
}

type Processes = BTreeMap<u32, Process>;

/// The browser runs with its sandbox taken away, or its pages stand in none. Where the system tells nothing of its
/// processes, nothing is said.
pub(crate) fn is_missing(browser: u32) -> bool {
    let proc = Path::new("/proc");
    for _ in 0..LOOKS {
        let found = processes(proc);
        if !found.contains_key(&browser) {
            return false;
        }
        match look(&found, browser) {
            Some(missing) => return missing,
            None => std::thread::sleep(BETWEEN),
        }
    }
    let found = processes(proc);
    pages(&found, browser).any(|page| is_bare(&found, browser, page))
}

/// Whether it is missing; none while that is not clear yet.
fn look(found: &Processes, browser: u32) -> Option<bool> {
    let told_so = |p: &Process| p.arguments.iter().any(|a| a == FLAG);
    if found.get(&browser).is_some_and(told_so) {
        return Some(true);
    }
    let mut all = pages(found, browser).peekable();
    all.peek()?;
    all.all(|page| !is_bare(found, browser, page))
        .then_some(false)
}

/// Processes that show pages.
fn pages(found: &Processes, browser: u32) -> impl Iterator<Item = &Process> {
    let shows = |p: &Process| p.arguments.iter().any(|a| a == PAGES);
    let own = move |pid: u32| descends(found, pid, browser);
    let all = found.iter().filter(move |(pid, p)| shows(p) && own(**pid));
    all.map(|(_, process)| process)
}

fn descends(found: &Processes, pid: u32, from: u32) -> bool {
    let mut at = pid;
    // Browsers are not nested deeper than this; a loop cannot be, but what is read is not believed.
    for _ in 0..16 {
        match found.get(&at).map(|p| p.parent) {
            Some(parent) if parent == from => return true,
            Some(parent) => at = parent,
            None => return false,
        }
    }
    false
}

/// It stands under no more filters than the browser itself, which stands in no sandbox.
fn is_bare(found: &Processes, browser: u32, page: &Process) -> bool {
    let own = found.get(&browser).and_then(|p| p.filters);
    match (own, page.filters) {
        (Some(own), Some(filters)) => filters <= own,
        _ => false,
    }
}

fn processes(proc: &Path) -> Processes {
    let entries = std::fs::read_dir(proc).into_iter().flatten().flatten();
    let read = |entry: std::fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        Some((pid, process(&status, &line)?))
    };
    entries.filter_map(read).collect()
}

/// Of `/proc/PID/status` and `/proc/PID/cmdline` (proc(5)). A process of the browser's writes its arguments anew, with
/// spaces between.
fn process(status: &str, line: &[u8]) -> Option<Process> {
    let field = |name: &str| {
        let mut lines = status.lines().filter_map(|l| l.split_once(':'));
        let found = lines.find(|(key, _)| *key == name)?.1;
        found.trim().parse().ok()
    };
    let words = line
        .split(|b| *b == 0 || *b == b' ')
        .filter(|w| !w.is_empty());
    Some(Process {
        parent: field("PPid")?,
        filters: field("Seccomp_filters"),
        arguments: words
            .map(|w| String::from_utf8_lossy(w).into_owned())
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a Chromium 156 on Linux 6.18 showed itself: browser, zygote, zygote of the sandbox, renderer.
    fn browser(flag: &str, filters: &str, of_page: Option<u32>) -> Processes {
        let of = |parent: u32, filters: Option<u32>, line: &str| {
            let filters = filters.map(|n| format!("Seccomp_filters:\t{n}\n"));
            let status = format!(
                "Name:\tchromium\nPPid:\t{parent}\nSeccomp:\t0\n{}",
                filters.unwrap_or_default()
            );
            process(&status, line.as_bytes()).unwrap()
        };
        let own = filters.parse().ok();
        let mut found = BTreeMap::from([
            (10, of(1, own, &format!("chromium\0{flag}\0about:blank\0"))),
            (11, of(10, own, "chromium --type=zygote")),
            (12, of(11, own, "chromium --type=zygote")),
            // Another browser's page.
            (30, of(1, own, "chromium --type=renderer")),
        ]);
        if let Some(filters) = of_page {
            found.insert(
                13,
                of(12, Some(filters), "chromium --type=renderer --lang=zh"),
            );
        }
        found
    }

    #[test]
    fn a_page_under_no_filter_of_its_own_stands_in_no_sandbox() {
        let sound = browser("--headless", "0", Some(1));
        assert_eq!(look(&sound, 10), Some(false));
        // A container has its own filter over everything.
        assert_eq!(look(&browser("--headless", "1", Some(2)), 10), Some(false));
        for bare in [
            browser("--headless", "0", Some(0)),
            browser("--headless", "1", Some(1)),
        ] {
            assert_eq!(look(&bare, 10), None);
            assert!(pages(&bare, 10).all(|p| is_bare(&bare, 10, p)));
        }
        assert_eq!(look(&browser(FLAG, "0", Some(1)), 10), Some(true));
        // Nothing to go by.
        assert_eq!(look(&browser("--headless", "0", None), 10), None);
        let untold = browser("--headless", "", Some(1));
        assert_eq!(look(&untold, 10), Some(false));
    }
}
