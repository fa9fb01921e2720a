//! Real folders, with everything in them that should not be there.

use std::ffi::OsStr;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use fidem_fingerprint::{Fingerprint, Hasher};
use fidem_intake::{IntakeError, Note, Outcome, Params, Plan, Taken, plan, take_in};
use fidem_vault::{Key, Vault};

const NOW: &str = "2026-11-22T12:00:00Z";

fn fingerprint(bytes: &[u8]) -> Fingerprint {
    let mut hasher = Hasher::new();
    hasher.update(bytes);
    hasher.finish()
}

struct Desk {
    folder: tempfile::TempDir,
    vault: Vault,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(&folder.path().join("vault")).unwrap();
        fs::create_dir(folder.path().join("盘")).unwrap();
        Desk { folder, vault }
    }

    fn disk(&self) -> PathBuf {
        self.folder.path().join("盘")
    }

    fn put(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.disk().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn take(&self, plan: &Plan) -> (Vec<Taken>, Outcome) {
        let mut all = Vec::new();
        let outcome = take_in(
            plan,
            &self.vault,
            &mut || NOW.to_owned(),
            &mut |_| ControlFlow::Continue(()),
            &mut |taken| {
                for one in &taken {
                    let stored = self
                        .vault
                        .verify(&Key(one.sha256), &mut |_| ControlFlow::Continue(()))
                        .unwrap();
                    assert_eq!(
                        (stored.size, stored.sm3),
                        (one.size, one.sm3),
                        "in the vault before the sink is told"
                    );
                }
                all.extend(taken);
                Ok::<_, ()>(())
            },
        );
        (all, outcome.unwrap())
    }
}

fn names(plan: &Plan) -> Vec<&str> {
    plan.files.iter().map(|file| file.name.as_str()).collect()
}

fn note(code: &'static str, subject: &str, params: &[(&'static str, &str)]) -> Note {
    let params: Params = params
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect();
    Note {
        code,
        subject: subject.to_owned(),
        params,
    }
}

#[test]
fn a_folder_comes_in_in_byte_order_with_both_digests() {
    let desk = Desk::new();
    for name in [
        "b.txt", "a/2.txt", "a/1.txt", "a.txt", "Z.txt", "甲.txt", "a-b.txt",
    ] {
        desk.put(name, name);
    }
    let plan = plan(&[desk.disk()]);
    let expected = [
        "Z.txt", "a/1.txt", "a/2.txt", "a-b.txt", "a.txt", "b.txt", "甲.txt",
    ]
    .map(|name| format!("盘/{name}"));
    assert_eq!(names(&plan), expected);
    assert_eq!(plan.total_bytes, 5 + 7 + 7 + 7 + 5 + 5 + 7);

    let (taken, outcome) = desk.take(&plan);
    assert_eq!(
        (outcome.taken, outcome.cancelled, outcome.refused.len()),
        (7, false, 0)
    );
    for (position, one) in taken.iter().enumerate() {
        let content = one.name.strip_prefix("盘/").unwrap().as_bytes();
        let digests = fingerprint(content);
        assert_eq!((one.planned, &one.name), (position, &expected[position]));
        assert_eq!(
            (one.size, one.sha256, one.sm3),
            (digests.size, digests.sha256, digests.sm3)
        );
        assert_eq!(
            (
                one.received_at.as_str(),
                one.hashed_at.as_str(),
                one.media_type.as_str()
            ),
            (NOW, NOW, "text/plain")
        );
        assert_eq!(
            one.original_path,
            plan.files[position].path.to_str().unwrap()
        );
        assert_eq!(desk.vault.read_all(&Key(one.sha256), 100).unwrap(), content);
    }
}

#[test]
fn links_and_devices_are_refused_and_never_followed() {
    let desk = Desk::new();
    let file = desk.put("file.txt", "x");
    symlink("../elsewhere/合同.txt", desk.disk().join("link")).unwrap();
    symlink("/", desk.disk().join("to-a-folder")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        desk.disk().join("pipe"),
        rustix::fs::FileType::Fifo,
        0o600.into(),
        0,
    )
    .unwrap();
    let _socket = UnixListener::bind(desk.disk().join("socket")).unwrap();

    // Opening the fifo would wait for a writer for ever.
    let found = plan(&[desk.disk(), PathBuf::from("/dev/null")]);
    assert_eq!(names(&found), ["盘/file.txt"]);
    let refused: Vec<_> = found
        .refused
        .iter()
        .map(|refused| {
            (
                refused.path_display.rsplit('/').next().unwrap(),
                refused.code,
                refused.params.values().next().unwrap().as_str(),
            )
        })
        .collect();
    assert_eq!(
        refused,
        [
            ("link", "symlink", "../elsewhere/合同.txt"),
            ("pipe", "not-a-file", "fifo"),
            ("socket", "not-a-file", "socket"),
            ("to-a-folder", "symlink", "/"),
            ("null", "not-a-file", "character-device"),
        ]
    );

    // A link that is given by itself, with and without a slash behind it.
    let mut given = desk.disk().join("to-a-folder").into_os_string();
    given.push("/");
    let found = plan(&[given.into(), desk.disk().join("to-a-folder")]);
    assert_eq!((found.files.len(), found.refused[0].code), (0, "symlink"));
    assert_eq!(file.metadata().unwrap().len(), 1);
}

#[test]
fn what_is_replaced_after_the_plan_is_not_followed_either() {
    let desk = Desk::new();
    let paths = ["becomes-link", "becomes-pipe", "goes"].map(|name| desk.put(name, name));
    desk.put("stays", "stays");
    let plan = plan(&[desk.disk()]);
    for path in &paths {
        fs::remove_file(path).unwrap();
    }
    symlink("/etc/passwd", &paths[0]).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &paths[1],
        rustix::fs::FileType::Fifo,
        0o600.into(),
        0,
    )
    .unwrap();

    let (taken, outcome) = desk.take(&plan);
    assert_eq!(
        taken
            .iter()
            .map(|one| one.name.as_str())
            .collect::<Vec<_>>(),
        ["盘/stays"]
    );
    let codes: Vec<_> = outcome.refused.iter().map(|refused| refused.code).collect();
    assert_eq!(codes, ["symlink", "not-a-file", "vanished"]);
    assert_eq!(outcome.refused[0].params["target"], "/etc/passwd");
}

#[test]
fn a_path_that_is_not_there_and_one_that_cannot_be_looked_at() {
    let desk = Desk::new();
    let too_long = desk.disk().join("长".repeat(100));
    let found = plan(&[desk.disk().join("nothing"), too_long]);
    let codes: Vec<_> = found.refused.iter().map(|refused| refused.code).collect();
    assert_eq!(
        (codes, found.files.len()),
        (vec!["not-found", "unreadable"], 0)
    );
    assert_eq!(found.refused[1].params["os_error"], "36");
}

#[test]
fn a_name_that_is_no_unicode_comes_in_under_its_bytes() {
    let desk = Desk::new();
    // "合同.txt" in GB 18030, in a folder of that name.
    let raw = OsStr::from_bytes(b"\xba\xcf\xcd\xac/\xba\xcf\xcd\xac.txt");
    desk.put(raw, "content");
    let plan = plan(&[desk.disk()]);
    assert_eq!(names(&plan), ["盘/%BA%CF%CD%AC/%BA%CF%CD%AC.txt"]);
    let (taken, _) = desk.take(&plan);
    let hex = "e79b982fbacfcdac2fbacfcdac2e747874";
    assert_eq!(taken[0].name_bytes_hex.as_deref(), Some(hex));
    assert_eq!(
        taken[0].notes,
        [note("name-not-unicode", &taken[0].name, &[("hex", hex)])]
    );
    assert!(
        taken[0]
            .original_path
            .ends_with("/盘/%BA%CF%CD%AC/%BA%CF%CD%AC.txt")
    );
    assert_eq!(taken[0].sha256, fingerprint(b"content").sha256);
}

#[test]
fn names_that_look_alike_are_both_taken_and_said_so() {
    let desk = Desk::new();
    desk.put("caf\u{e9}.txt", "one");
    desk.put("cafe\u{301}.txt", "two");
    let (taken, outcome) = desk.take(&plan(&[desk.disk()]));
    assert_eq!(outcome.taken, 2);
    let [decomposed, composed] = ["盘/cafe\u{301}.txt", "盘/caf\u{e9}.txt"];
    assert_eq!(
        taken[0].notes,
        [note(
            "names-differ-by-normalisation",
            decomposed,
            &[("other", composed)]
        )]
    );
    assert_eq!(
        taken[1].notes,
        [note(
            "names-differ-by-normalisation",
            composed,
            &[("other", decomposed)]
        )]
    );
}

#[test]
fn empty_folders_are_listed() {
    let desk = Desk::new();
    for folder in ["a/empty", "b", "c/d"] {
        fs::create_dir_all(desk.disk().join(folder)).unwrap();
    }
    desk.put("c/d/file", "x");
    fs::create_dir_all(desk.disk().join("z/deep")).unwrap();
    let found = plan(&[desk.disk()]);
    assert_eq!(
        found.notes,
        ["盘/a/empty", "盘/b", "盘/z/deep"].map(|name| note("empty-folder", name, &[]))
    );
    assert_eq!(names(&found), ["盘/c/d/file"]);
    let only_empty = plan(&[desk.disk().join("b")]);
    assert_eq!(
        (only_empty.notes.as_slice(), only_empty.files.len()),
        (&[note("empty-folder", "b", &[])][..], 0)
    );
}

#[test]
fn one_content_under_three_names_is_three_items_and_one_object() {
    let desk = Desk::new();
    let first = desk.put("1", "the same");
    desk.put("2", "the same");
    fs::hard_link(first, desk.disk().join("3")).unwrap();
    let (taken, outcome) = desk.take(&plan(&[desk.disk()]));
    assert_eq!((outcome.taken, desk.vault.keys().count()), (3, 1));
    assert_eq!(taken[0].notes, []);
    assert_eq!(
        taken[1].notes,
        [note("same-content", "盘/2", &[("first", "盘/1")])]
    );
    assert_eq!(
        taken[2].notes,
        [note("same-content", "盘/3", &[("first", "盘/1")])]
    );
    // A second intake of the same finds the object there.
    let (again, _) = desk.take(&plan(&[desk.disk()]));
    assert_eq!((again.len(), desk.vault.keys().count()), (3, 1));
}

#[test]
fn hidden_files_are_taken_and_said_so() {
    let desk = Desk::new();
    desk.put(".DS_Store", "x");
    desk.put("照片/Thumbs.db", "y");
    let (taken, _) = desk.take(&plan(&[desk.disk()]));
    assert_eq!(
        taken[0].notes,
        [note(
            "hidden-or-system-file",
            "盘/.DS_Store",
            &[("component", ".DS_Store")]
        )]
    );
    assert_eq!(
        taken[1].notes,
        [note(
            "hidden-or-system-file",
            "盘/照片/Thumbs.db",
            &[("component", "Thumbs.db")]
        )]
    );
}

#[test]
fn a_file_reached_twice_is_taken_once() {
    let desk = Desk::new();
    let file = desk.put("a/file", "x");
    desk.put("b", "y");
    let dotted = desk.disk().join("a/../a");
    let found = plan(&[desk.disk(), file.clone(), dotted]);
    assert_eq!(names(&found), ["盘/a/file", "盘/b"]);
    assert_eq!(
        found.notes,
        [
            note("given-twice", "file", &[]),
            note("given-twice", "a/file", &[])
        ]
    );
    assert_eq!(names(&plan(&[file])), ["file"]);
}

#[test]
fn a_content_larger_than_memory_batches_comes_in_whole() {
    let desk = Desk::new();
    let large: Vec<u8> = (0..30_000_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0])
        .collect();
    desk.put("large.bin", &large);
    desk.put("small.bin", &large[..100]);
    let mut steps = Vec::new();
    let plan = plan(&[desk.disk()]);
    let mut all = Vec::new();
    take_in(
        &plan,
        &desk.vault,
        &mut || NOW.to_owned(),
        &mut |progress| {
            steps.push((
                progress.files_done,
                progress.bytes_done,
                progress.current.to_owned(),
            ));
            ControlFlow::Continue(())
        },
        &mut |taken| {
            all.extend(taken);
            Ok::<_, ()>(())
        },
    )
    .unwrap();
    let digests = fingerprint(&large);
    assert_eq!(
        (all[0].size, all[0].sha256, all[0].sm3),
        (30_000_000, digests.sha256, digests.sm3)
    );
    assert_eq!(
        desk.vault
            .read_all(&Key(digests.sha256), 30_000_000)
            .unwrap(),
        large
    );
    assert_eq!(steps.first().unwrap(), &(0, 0, "盘/large.bin".to_owned()));
    assert_eq!(steps.last().unwrap(), &(2, 30_000_100, String::new()));
    assert!(steps.len() > 29, "each block of a large file is told");
    assert!(steps.is_sorted_by_key(|step| step.1));
}

#[test]
fn cancelling_keeps_what_was_handed_over() {
    let desk = Desk::new();
    for number in 0..1200 {
        desk.put(format!("{number:04}"), number.to_string());
    }
    let plan = plan(&[desk.disk()]);
    let mut batches = Vec::new();
    let outcome = take_in(
        &plan,
        &desk.vault,
        &mut || NOW.to_owned(),
        &mut |progress| {
            if progress.files_done == 1100 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
        &mut |taken| {
            batches.push(taken.len());
            Ok::<_, ()>(())
        },
    )
    .unwrap();
    assert_eq!(
        (outcome.taken, outcome.cancelled, batches),
        (1000, true, vec![500, 500])
    );
    assert_eq!(desk.vault.keys().count(), 1000);
}

#[test]
fn a_sink_that_refuses_stops_the_work() {
    let desk = Desk::new();
    desk.put("file", "x");
    let answer = take_in(
        &plan(&[desk.disk()]),
        &desk.vault,
        &mut || NOW.to_owned(),
        &mut |_| ControlFlow::Continue(()),
        &mut |_| Err("the casebook is locked"),
    );
    match answer {
        Err(error @ IntakeError::Sink("the casebook is locked")) => {
            assert_eq!(error.code(), "records-not-accepted");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_written_to_by_another_program_meanwhile() {
    let desk = Desk::new();
    let path = desk.put("growing.log", vec![b'x'; 20_000_000]);
    let plan = plan(&[desk.disk()]);
    let mut written = false;
    let outcome = take_in(
        &plan,
        &desk.vault,
        &mut || NOW.to_owned(),
        &mut |progress| {
            if progress.bytes_done > 5_000_000 && !written {
                written = true;
                // The same size, other bytes, in a part already read.
                let file = fs::File::options().write(true).open(&path).unwrap();
                std::os::unix::fs::FileExt::write_at(&file, b"y", 10).unwrap();
            }
            ControlFlow::Continue(())
        },
        &mut |_| Ok::<_, ()>(()),
    )
    .unwrap();
    assert_eq!(
        (outcome.taken, outcome.refused[0].code),
        (0, "changed-while-read")
    );
    assert_eq!(outcome.refused[0].params["what"], "modified changed");
    assert_eq!(desk.vault.keys().count(), 0);
}
