//! Our archives in the hands of tools that are not ours: warcio, FastWARC, py-wacz, cdxj-indexer.
//!
//! `FIDEM_WARC_TOOLS` names a virtual environment with what `tests/tools.txt` pins (`pip install -r`); the tests skip, and
//! say so, where it is not given.
#![allow(missing_docs, clippy::print_stdout)]

mod sample;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn tool(name: &str) -> Option<PathBuf> {
    let bin = std::env::var_os("FIDEM_WARC_TOOLS").map(|v| Path::new(&v).join("bin").join(name));
    let found = bin.filter(|p| p.exists());
    if found.is_none() {
        println!("skipped: no {name} (FIDEM_WARC_TOOLS names a virtual environment with it)");
    }
    found
}

fn run(tool: &Path, arguments: &[&str], folder: &Path) -> Output {
    Command::new(tool)
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("starts")
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&path).expect("a folder");
    let (warc, _) = sample::archive(&sample::records());
    std::fs::write(path.join("data.warc.gz"), warc).expect("written");
    std::fs::write(path.join("a.wacz"), sample::wacz()).expect("written");
    path
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn warcio_finds_every_digest_right() {
    let Some(warcio) = tool("warcio") else { return };
    let output = run(&warcio, &["check", "-v", "data.warc.gz"], &folder("warcio"));
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    let passed = said.matches("digest pass").count();
    assert_eq!(passed, sample::records().len(), "{said}");
}

#[test]
fn fastwarc_reads_every_record() {
    let Some(python) = tool("python") else { return };
    let script = "
from fastwarc.warc import ArchiveIterator
n = 0
for r in ArchiveIterator(open('data.warc.gz', 'rb'), parse_http=False):
    assert r.verify_block_digest(), r.record_id
    n += 1
for r in ArchiveIterator(open('data.warc.gz', 'rb'), parse_http=True):
    if r.is_http:
        assert r.verify_payload_digest(), r.record_id
print(n)
";
    let output = run(&python, &["-c", script], &folder("fastwarc"));
    let count = sample::records().len();
    assert_eq!(said(&output).trim(), count.to_string());
}

#[test]
fn py_wacz_accepts_the_package() {
    let Some(wacz) = tool("wacz") else { return };
    let output = run(&wacz, &["validate", "-f", "a.wacz"], &folder("wacz"));
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("Valid"), "{said}");
}

#[test]
fn cdxj_indexer_writes_the_same_index() {
    let Some(indexer) = tool("cdxj-indexer") else {
        return;
    };
    let folder = folder("cdxj");
    let output = run(&indexer, &["-p", "-s", "data.warc.gz"], &folder);
    let (_, entries) = sample::archive(&sample::records());
    let ours = fidem_webarchive::cdxj::index(&entries);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&ours)
    );
}

#[test]
fn what_py_wacz_makes_of_our_archive_is_sound() {
    let Some(wacz) = tool("wacz") else { return };
    let folder = folder("py-wacz");
    let made = folder.join("other.wacz");
    let _ = std::fs::remove_file(&made);
    let output = run(
        &wacz,
        &[
            "create",
            "-o",
            "other.wacz",
            "--detect-pages",
            "data.warc.gz",
        ],
        &folder,
    );
    assert!(output.status.success(), "{}", said(&output));
    let bytes = std::fs::read(made).expect("made");
    let checked = fidem_webarchive::wacz::check(
        &bytes,
        fidem_webarchive::Rules::Standard,
        &fidem_webarchive::Limits::default(),
    );
    let faults: Vec<_> = checked
        .findings
        .iter()
        .filter(|f| f.severity == fidem_webarchive::Severity::Fault)
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(checked.archives[0].records.len(), sample::records().len());
    assert!(checked.entries >= 3);
}

/// WARC/1.0, SHA-1 in base 32, deflated members with data descriptors: what others write is not broken.
#[test]
fn archives_of_others_are_sound() {
    let Some(python) = tool("python") else { return };
    let script = r#"
import io, sys, zipfile, hashlib, json
from warcio.warcwriter import WARCWriter
from warcio.statusandheaders import StatusAndHeaders
for version in ('1.0', '1.1'):
    for gz in (False, True):
        with open('other-%s%s.warc' % (version, '.gz' if gz else ''), 'wb') as f:
            w = WARCWriter(f, gzip=gz, warc_version='WARC/' + version)
            w.write_record(w.create_warcinfo_record('a', {'software': 'x'}))
            h = StatusAndHeaders('200 OK', [('Content-Type', 'text/plain')], protocol='HTTP/1.1')
            r = w.create_warc_record('http://a.example/', 'response', payload=io.BytesIO(b'text'), http_headers=h)
            q = StatusAndHeaders('GET / HTTP/1.1', [('Host', 'a.example')], is_http_request=True)
            q = w.create_warc_record('http://a.example/', 'request', http_headers=q)
            w.write_request_response_pair(q, r)
            w.write_record(w.create_revisit_record('http://a.example/', 'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ',
                'http://a.example/', '2020-01-01T00:00:00Z'))
class Pipe:
    def __init__(self, f): self.f = f
    def write(self, b): return self.f.write(b)
    def flush(self): self.f.flush()
with open('piped.wacz', 'wb') as f, zipfile.ZipFile(Pipe(f), 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('pages/pages.jsonl', '{"format":"json-pages-1.0","id":"pages"}\n' * 1)
    z.writestr('datapackage.json', '{"profile":"data-package","resources":[]}')
"#;
    let folder = folder("others");
    let output = run(&python, &["-c", script], &folder);
    assert!(output.status.success(), "{}", said(&output));
    let limits = fidem_webarchive::Limits::default();
    let rules = fidem_webarchive::Rules::Standard;
    for name in [
        "other-1.0.warc",
        "other-1.0.gz.warc",
        "other-1.1.warc",
        "other-1.1.gz.warc",
    ] {
        let bytes = std::fs::read(folder.join(name)).expect("made");
        let checked = fidem_webarchive::warc::check(&bytes, rules, &limits);
        let faults = checked.findings.iter();
        let faults: Vec<_> = faults
            .filter(|f| f.severity == fidem_webarchive::Severity::Fault)
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        assert_eq!(checked.records.len(), 4, "{name}");
        opened_by_their_index(&folder, name);
    }
    let bytes = std::fs::read(folder.join("piped.wacz")).expect("made");
    let checked = fidem_webarchive::wacz::check(&bytes, rules, &limits);
    let zip: Vec<_> = checked
        .findings
        .iter()
        .filter(|f| f.code.as_str().starts_with("wacz-zip"))
        .filter(|f| f.severity == fidem_webarchive::Severity::Fault)
        .collect();
    assert!(zip.is_empty(), "{zip:#?}");
    assert_eq!(checked.members.len(), 2);
}

/// Each record is found by the line that py-wacz writes of it, whose length leaves out the line ends of a plain record.
fn opened_by_their_index(folder: &Path, archive: &str) {
    let Some(wacz) = tool("wacz") else { return };
    let made = format!("{archive}.wacz");
    let _ = std::fs::remove_file(folder.join(&made));
    let output = run(&wacz, &["create", "-o", &made, archive], folder);
    assert!(output.status.success(), "{}", said(&output));
    let bytes = std::fs::read(folder.join(&made)).expect("made");
    let limits = fidem_webarchive::Limits::default();
    let wacz = fidem_webarchive::lookup::Wacz::open(&bytes, &limits).expect("opens");
    assert!(!wacz.entries().is_empty(), "{archive}");
    for entry in wacz.entries() {
        let found = wacz.record(entry);
        assert!(found.is_ok(), "{archive}: {entry:?}: {:?}", found.err());
    }
}
