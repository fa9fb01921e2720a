//! A capture with its film: every frame bound, every second subtitled. Without a browser this is passed over, and says so.

use std::io::Read;
use std::path::Path;
use std::process::Command;

use fidem_capture::screencast::{Film, chain_of};
use fidem_capture::{Audience, Operations, Options, Plan, Sinks, find_browser, record};
use fidem_loopback::Listen;
use fidem_loopback::sites::Plain;
use fidem_package::Source;

struct Nobody;

impl Audience for Nobody {}

#[test]
fn a_capture_is_filmed() {
    let browser = match find_browser(None) {
        Ok(browser) => browser,
        Err(error) => return eprintln!("skipped: {error}"),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = |number: u32| folder.path().join(format!("film-{number:03}.avi"));
    let reels = {
        let folder = folder.path().to_owned();
        move |number: u32| -> std::io::Result<Box<dyn fidem_capture::screencast::Reel>> {
            let file = std::fs::File::create(folder.join(format!("film-{number:03}.avi")))?;
            Ok(Box::new(std::io::BufWriter::new(file)))
        }
    };
    let film = Film::begin(Box::new(reels), "(2026)沪证字第1号");
    let site = Plain::start(Listen::http()).unwrap();
    let url = format!("{}/index.html", site.endpoint(0).origin());
    let mut plan = Plan::of(&url, Options::default()).unwrap();
    plan.film = Some(film);
    let sinks = Sinks {
        netlog: Box::new(std::io::sink()),
        keys: Box::new(std::io::sink()),
    };
    let recording = record(
        &browser,
        &plan,
        sinks,
        &Operations::begin(None),
        &mut Nobody,
    )
    .unwrap();
    let operations = String::from_utf8(recording.operations).unwrap();
    assert_eq!(recording.page.unwrap().title, Plain::TITLE);
    let done = recording.film.unwrap();
    eprintln!(
        "{:?} {:?} {:?}",
        done.files
            .iter()
            .map(|f| (f.size, f.frames, f.octets))
            .collect::<Vec<_>>(),
        done.gaps,
        done.problem
    );
    assert_eq!(done.problem, None);
    assert_eq!(done.files.len(), 1);
    assert!(operations.contains(&format!("\"head\":\"{}\"", done.head)));
    assert_eq!(
        done.gaps
            .iter()
            .map(|g| g.reason.as_str())
            .collect::<Vec<_>>(),
        ["pictures"]
    );
    let mut files = Vec::new();
    for number in (1..).take(done.files.len()) {
        let mut octets = Vec::new();
        std::fs::File::open(path(number))
            .unwrap()
            .read_to_end(&mut octets)
            .unwrap();
        files.push(octets);
    }
    let sources: Vec<&dyn Source> = files.iter().map(|f| f as &dyn Source).collect();
    let lines = chain_of(&done.chain, &sources, Some(&done.head)).unwrap();
    eprintln!(
        "{} frames in {} ms",
        lines.len(),
        lines.last().unwrap().monotonic_ms
    );
    // The page is scrolled: more than one picture was shown.
    assert!(lines.len() > 5, "{}", lines.len());
    let mut jpegs = Vec::new();
    for frame in fidem_capture::avi::frames(&files[0]).unwrap() {
        let at = usize::try_from(frame.offset).unwrap();
        let jpeg = &files[0][at..at + frame.length as usize];
        assert!(jpeg.starts_with(&[0xff, 0xd8]) && jpeg.ends_with(&[0xff, 0xd9]));
        jpegs.extend_from_slice(jpeg);
    }
    let subtitles: String = done.files.iter().map(|f| f.subtitles.as_str()).collect();
    eprintln!(
        "{}",
        subtitles.lines().take(12).collect::<Vec<_>>().join("\n")
    );
    assert!(subtitles.contains(&format!("网址: {url}\nIP: 127.0.0.1:")));
    assert!(subtitles.contains("案号: (2026)沪证字第1号  无声音"));
    probe(&path(1), &jpegs);
}

/// FFmpeg decodes every frame without complaint and takes out the same octets. `FIDEM_FFMPEG` names the program, where it
/// does not lie in the path.
fn probe(film: &Path, frames: &[u8]) {
    let program = std::env::var_os("FIDEM_FFMPEG").unwrap_or_else(|| "ffmpeg".into());
    let run = |last: &[&str]| {
        let mut command = Command::new(&program);
        command
            .args(["-v", "error", "-xerror", "-i"])
            .arg(film)
            .args(last)
            .output()
    };
    let decoded = match run(&["-f", "null", "-"]) {
        Ok(decoded) => decoded,
        Err(error) => return eprintln!("not probed: {error}"),
    };
    assert!(
        decoded.status.success() && decoded.stderr.is_empty(),
        "{decoded:?}"
    );
    let copied = run(&["-c", "copy", "-f", "mjpeg", "-"]).unwrap();
    assert!(
        copied.status.success(),
        "{:?}",
        String::from_utf8_lossy(&copied.stderr)
    );
    assert!(
        copied.stdout == frames,
        "{} and {} octets",
        copied.stdout.len(),
        frames.len()
    );
}
