//! One large file.

use std::fs;
use std::io::Read as _;

use fidem_fingerprint::Hasher;
use fidem_fingerprint::Sha256Hasher;
use fidem_fingerprint::hex;

use super::Group;
use super::Options;
use super::Workload;
use super::corpus;
use super::measure::Contender;
use super::measure::alternately;
use super::report::Row;
use super::report::Work;
use crate::Outcome;

pub(super) const GROUP: Group = Group {
    name: "one-file",
    rows,
    workloads: &[
        Workload {
            name: "file-sha256",
            run: print_sha256,
        },
        Workload {
            name: "file-both",
            run: print_both,
        },
    ],
};

fn rows(options: &Options) -> Outcome<Vec<Row>> {
    let size = options.scaled(4 << 30, 256 << 20);
    let path = corpus::one_file(options, size)?;
    let path = path
        .to_str()
        .ok_or("the corpus has a path that is not text")?;

    let sha256 = Contender::ours("file-sha256", &[path])?;
    let both = Contender::ours("file-both", &[path])?;
    let openssl_sha256 = Contender::rival(&["openssl", "dgst", "-r", "-sha256", path]);
    let openssl_sm3 = Contender::rival(&["openssl", "dgst", "-r", "-sm3", path]);
    let sha256sum = Contender::rival(&["sha256sum", path]);
    let rhash = Contender::rival(&["rhash", "--sha256", path]);
    // Brings the file into the page cache too.
    compare(&sha256, &both, &openssl_sha256, &openssl_sm3)?;

    let contenders = [
        &sha256,
        &openssl_sha256,
        &both,
        &openssl_sm3,
        &sha256sum,
        &rhash,
    ];
    let times = alternately(options.rounds, &contenders)?;
    let what = |digest| format!("one file of {} MiB: {digest}", size >> 20);
    let row = |digest, ours: usize, name, rival: usize, target| {
        let (work, rival) = (Work::Bytes(size), (name, times[rival]));
        Row::of_times(what(digest), work, times[ours], rival, target)
    };
    Ok(vec![
        row("SHA-256", 0, "`openssl dgst -sha256`", 1, Some(1.0)),
        row("SHA-256", 0, "`sha256sum`", 4, Some(4.5)),
        row("SHA-256", 0, "`rhash --sha256`", 5, None),
        row(
            "both digests, against SM3 alone",
            2,
            "`openssl dgst -sm3`",
            3,
            Some(1.0),
        ),
    ])
}

fn compare(
    sha256: &Contender,
    both: &Contender,
    openssl_sha256: &Contender,
    openssl_sm3: &Contender,
) -> Outcome<()> {
    let first = |text: String| {
        text.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let expected = [
        first(openssl_sha256.output()?),
        first(openssl_sm3.output()?),
    ];
    let found = both.output()?;
    if found.split_whitespace().ne(&expected) || first(sha256.output()?) != expected[0] {
        return Err("our digests of the large file differ from openssl's".into());
    }
    Ok(())
}

fn print_sha256(arguments: &[String]) -> Outcome<()> {
    let mut hasher = Sha256Hasher::new();
    read(arguments, |piece| hasher.update(piece))?;
    super::print_out(&format!("{}\n", hex::encode(&hasher.finish())))
}

fn print_both(arguments: &[String]) -> Outcome<()> {
    let mut hasher = Hasher::new();
    read(arguments, |piece| hasher.update(piece))?;
    let found = hasher.finish();
    super::print_out(&format!(
        "{} {}\n",
        hex::encode(&found.sha256),
        hex::encode(&found.sm3)
    ))
}

/// Gives `each` the file in pieces that a core's own cache holds.
fn read(arguments: &[String], mut each: impl FnMut(&[u8])) -> Outcome<()> {
    let [path] = arguments else {
        return Err("one file, please".into());
    };
    let mut file = fs::File::open(path)?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            count => each(&buffer[..count]),
        }
    }
}
