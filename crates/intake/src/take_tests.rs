//! Media that fail and files that move, played by a shelf of our own.

use std::io;
use std::path::{Path, PathBuf};

use super::*;
use crate::source::{Source, State};

const EIO: i32 = 5;
const EACCES: i32 = 13;

/// A file that answers by script.
#[derive(Clone)]
struct Scripted {
    content: Vec<u8>,
    /// Fails with this error number once so many bytes were read.
    fails: Option<(usize, i32)>,
    /// What the descriptor says at the beginning and at the end.
    before: State,
    after: State,
    read: usize,
}

impl Scripted {
    fn steady(content: &[u8]) -> Self {
        let state = State {
            size: content.len() as u64,
            modified: (1, 2),
            changed: (3, 4),
            identity: (5, 6),
        };
        Scripted {
            content: content.to_vec(),
            fails: None,
            before: state,
            after: state,
            read: 0,
        }
    }

    fn failing(mut self, at: usize, number: i32) -> Self {
        self.fails = Some((at, number));
        self
    }

    fn after(mut self, change: impl FnOnce(&mut State)) -> Self {
        change(&mut self.after);
        self
    }
}

impl Source for Scripted {
    fn state(&self) -> io::Result<State> {
        Ok(self.after)
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut end = self.content.len().min(self.read + buffer.len());
        if let Some((at, number)) = self.fails {
            if self.read >= at {
                return Err(io::Error::from_raw_os_error(number));
            }
            end = end.min(at);
        }
        let bytes = &self.content[self.read..end];
        buffer[..bytes.len()].copy_from_slice(bytes);
        self.read = end;
        Ok(bytes.len())
    }
}

struct Scripts(BTreeMap<PathBuf, Scripted>);

impl Shelf for Scripts {
    fn open(&self, path: &Path) -> Result<(Box<dyn Source>, State), Refusal> {
        match self.0.get(path) {
            Some(script) => Ok((Box::new(script.clone()), script.before)),
            None => Err(Refusal::Vanished),
        }
    }
}

fn planned(name: &str, size: u64) -> Planned {
    Planned {
        path: PathBuf::from(name),
        name: name.to_owned(),
        name_bytes_hex: None,
        size,
        notes: Vec::new(),
        modified: (1, 2),
    }
}

fn plan_of(files: Vec<Planned>) -> Plan {
    let total_bytes = files.iter().map(|file| file.size).sum();
    Plan {
        files,
        total_bytes,
        ..Plan::default()
    }
}

/// Takes one script in, between two steady neighbours, and says what became of it.
fn with_neighbours(script: Scripted) -> (Vec<String>, Vec<Refused>) {
    let size = script.before.size;
    let plan = plan_of(vec![
        planned("before", 6),
        planned("it", size),
        planned("after", 5),
    ]);
    let shelf = Scripts(BTreeMap::from([
        ("before".into(), Scripted::steady(b"before")),
        ("it".into(), script),
        ("after".into(), Scripted::steady(b"after")),
    ]));
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let mut names = Vec::new();
    let outcome = take_from(
        &shelf,
        &plan,
        &vault,
        &mut || "2026-11-22T12:00:00Z".to_owned(),
        &mut |_| ControlFlow::Continue(()),
        &mut |taken: Vec<Taken>| {
            names.extend(taken.into_iter().map(|taken| taken.name));
            Ok::<_, ()>(())
        },
    )
    .unwrap();
    assert_eq!(outcome.taken, names.len());
    assert_eq!(
        vault.keys().count(),
        names.len(),
        "a refused file leaves nothing in the vault"
    );
    (names, outcome.refused)
}

fn refusal_of(script: Scripted) -> Refused {
    let (names, mut refused) = with_neighbours(script);
    assert_eq!(names, ["before", "after"]);
    assert_eq!(refused.len(), 1);
    refused.remove(0)
}

#[track_caller]
fn assert_refused(script: Scripted, code: &str, params: &[(&'static str, &str)]) {
    let refused = refusal_of(script);
    let params = params
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    assert_eq!(
        (refused.code, refused.path_display.as_str(), refused.params),
        (code, "it", params)
    );
}

fn large() -> Vec<u8> {
    (0..20_000_000_u32).map(|n| n.to_le_bytes()[1]).collect()
}

#[test]
fn a_steady_file_is_taken_small_or_large() {
    for content in [b"steady".to_vec(), large()] {
        let (names, refused) = with_neighbours(Scripted::steady(&content));
        assert_eq!(
            (names.as_slice(), refused.as_slice()),
            (&["before", "it", "after"].map(String::from)[..], &[][..])
        );
    }
}

#[test]
fn a_medium_pulled_out_half_way() {
    assert_refused(
        Scripted::steady(b"half of this").failing(4, EIO),
        "medium-lost",
        &[("bytes_read", "4"), ("size", "12"), ("os_error", "5")],
    );
    assert_refused(
        Scripted::steady(&large()).failing(9_000_000, EIO),
        "medium-lost",
        &[
            ("bytes_read", "9000000"),
            ("size", "20000000"),
            ("os_error", "5"),
        ],
    );
}

#[test]
fn a_file_one_may_not_read() {
    assert_refused(
        Scripted::steady(b"secret").failing(0, EACCES),
        "unreadable",
        &[("kind", "permission denied"), ("os_error", "13")],
    );
}

#[test]
fn a_file_written_to_while_it_is_read() {
    let same_size = |what: &'static str| {
        [
            ("what", what),
            ("size_before", "6"),
            ("size_after", "6"),
            ("bytes_read", "6"),
        ]
    };
    let it = || Scripted::steady(b"moving");
    assert_refused(
        it().after(|state| state.modified.1 += 1),
        "changed-while-read",
        &same_size("modified"),
    );
    assert_refused(
        it().after(|state| state.changed.0 += 1),
        "changed-while-read",
        &same_size("changed"),
    );
    assert_refused(
        it().after(|state| state.identity.1 += 1),
        "changed-while-read",
        &same_size("identity"),
    );
    let mut grown = it().after(|state| state.size = 9);
    grown.content.extend(b"...");
    assert_refused(
        grown,
        "changed-while-read",
        &[
            ("what", "size bytes-read"),
            ("size_before", "6"),
            ("size_after", "9"),
            ("bytes_read", "7"),
        ],
    );
    let mut cut = it();
    cut.content.truncate(2);
    assert_refused(
        cut,
        "changed-while-read",
        &[
            ("what", "bytes-read"),
            ("size_before", "6"),
            ("size_after", "6"),
            ("bytes_read", "2"),
        ],
    );
}

#[test]
fn a_file_that_never_ends_is_left_soon() {
    // Says it is empty, as the files of /proc do, and has plenty.
    let mut endless = Scripted::steady(&large());
    endless.before.size = 0;
    endless.after.size = 0;
    let refused = refusal_of(endless);
    assert_eq!(
        (refused.code, refused.params["bytes_read"].as_str()),
        ("changed-while-read", "1")
    );
}

#[test]
fn a_file_that_grew_between_plan_and_reading_is_noted() {
    let plan = plan_of(vec![planned("it", 3)]);
    let shelf = Scripts(BTreeMap::from([(
        "it".into(),
        Scripted::steady(b"longer now"),
    )]));
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let mut all = Vec::new();
    take_from(
        &shelf,
        &plan,
        &vault,
        &mut String::new,
        &mut |_| ControlFlow::Continue(()),
        &mut |taken: Vec<Taken>| {
            all.extend(taken);
            Ok::<_, ()>(())
        },
    )
    .unwrap();
    let expected = Note::new("changed-since-planned", "it")
        .with("size", "10")
        .with("size_planned", "3");
    assert_eq!(
        (all[0].size, all[0].notes.as_slice()),
        (10, &[expected][..])
    );
}

#[test]
fn more_than_fits_is_said_before_anything_is_read() {
    let plan = plan_of(vec![planned("it", u64::MAX / 2)]);
    struct Untouchable;
    impl Shelf for Untouchable {
        fn open(&self, _: &Path) -> Result<(Box<dyn Source>, State), Refusal> {
            panic!("something was opened")
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let answer = take_from(
        &Untouchable,
        &plan,
        &vault,
        &mut String::new,
        &mut |_| ControlFlow::Continue(()),
        &mut |_: Vec<Taken>| Ok::<_, ()>(()),
    );
    match answer {
        Err(IntakeError::NoSpace { needed, free }) => {
            assert!(needed > u64::MAX / 2 && free < needed);
        }
        other => panic!("{other:?}"),
    }
}
