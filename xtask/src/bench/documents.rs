//! Documents of every kind set and signed, against what they may take.

use std::convert::Infallible;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use fidem_certificate::{CertificateData, ItemRow, Kind, TemplateSource, Typesetter, specimen};
use fidem_signing::{
    Pkcs12Key, Revocation, SignatureField, SignatureRequest, SigningTime, StampSource, sign,
};

use super::measure::{Contender, printing_own_cost, printing_own_time};
use super::report::Row;
use super::{Group, Options, Workload};
use crate::Outcome;

pub(super) const GROUP: Group = Group {
    name: "documents",
    rows,
    workloads: &[
        Workload {
            name: "document-cold",
            run: cold,
        },
        Workload {
            name: "document-warm",
            run: warm,
        },
        Workload {
            name: "document-long",
            run: long,
        },
        Workload {
            name: "document-sign",
            run: sign_one,
        },
    ],
};

const COLD: Duration = Duration::from_millis(500);
const WARM: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(2);
const SIGNED: Duration = Duration::from_millis(200);
/// Megabytes of a document over ten thousand items.
const MEMORY: u64 = 400;
const PASSPHRASE: &str = "speed";

fn rows(options: &Options) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for (workload, what, limit) in [
        ("document-cold", "in a fresh process, fonts read anew", COLD),
        ("document-warm", "again in the same process", WARM),
    ] {
        let (kind, time) = slowest(options, workload)?;
        let what = format!("documents of every kind set {what}: the slowest, {kind}");
        rows.push(Row::of_time_limit(what, time, limit, Some(1.0)));
    }
    let items = options.scaled(10_000, 1_000).to_string();
    let cost = Contender::ours("document-long", &[&items])?.cost()?;
    let what = format!("receipt over {items} items set in a fresh process");
    rows.push(Row::of_time_limit(what.clone(), cost.time, LONG, Some(1.0)));
    rows.push(Row::of_memory_limit(what, cost, MEMORY, Some(1.0)));
    rows.extend(signatures(options)?);
    Ok(rows)
}

/// The slowest kind, and its best time.
fn slowest(options: &Options, workload: &str) -> Outcome<(Kind, Duration)> {
    let mut slowest = (Kind::Receipt, Duration::ZERO);
    for kind in Kind::ALL {
        if specimen(kind).is_none() {
            continue;
        }
        let mut best = Duration::MAX;
        for _ in 0..options.rounds {
            best = Contender::ours(workload, &[kind.as_str()])?
                .cost()?
                .time
                .min(best);
        }
        if best > slowest.1 {
            slowest = (kind, best);
        }
    }
    Ok(slowest)
}

fn signatures(options: &Options) -> Outcome<Vec<Row>> {
    std::fs::create_dir_all(&options.corpus)?;
    let folder = tempfile::tempdir_in(&options.corpus)?;
    let mut rows = Vec::new();
    for (name, algorithm) in [
        ("RSA-4096", &["rsa:4096"][..]),
        ("P-256", &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"][..]),
    ] {
        let file = folder.path().join(format!("{name}.p12"));
        make_key(folder.path(), algorithm, &file)?;
        let file = file.display().to_string();
        let contender = Contender::ours("document-sign", &[&file])?.timing_itself();
        let best = super::measure::alternately(options.rounds, &[&contender])?;
        let what = format!(
            "a receipt signed (PAdES B-B) with a PKCS#12 key, {name}, the key unlocked included"
        );
        rows.push(Row::of_time_limit(what, best[0], SIGNED, Some(1.0)));
    }
    Ok(rows)
}

fn make_key(folder: &Path, algorithm: &[&str], file: &Path) -> Outcome<()> {
    let openssl = |arguments: &[&str]| -> Outcome<()> {
        let done = Command::new("openssl")
            .args(arguments)
            .current_dir(folder)
            .output()?;
        match done.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&done.stderr).into_owned().into()),
        }
    };
    let request = [
        "req", "-x509", "-nodes", "-keyout", "key", "-out", "cert", "-days", "30",
    ];
    let named = [
        "-subj",
        "/CN=speed",
        "-addext",
        "keyUsage=critical,digitalSignature",
    ];
    openssl(&[&request[..], &["-newkey"], algorithm, &named].concat())?;
    let pass = format!("pass:{PASSPHRASE}");
    let file = file.display().to_string();
    openssl(&[
        "pkcs12", "-export", "-inkey", "key", "-in", "cert", "-passout", &pass, "-out", &file,
    ])
}

fn typesetter() -> Outcome<Typesetter> {
    let fonts = Typesetter::default_font_folders()?;
    Ok(Typesetter::new(TemplateSource::BuiltIn, &fonts)?)
}

fn kind(arguments: &[String]) -> Outcome<Kind> {
    let word = arguments.first().ok_or("a kind, please")?;
    Kind::named(word).ok_or(format!("no kind {word}").into())
}

fn cold(arguments: &[String]) -> Outcome<()> {
    let (data, pictures) = specimen(kind(arguments)?).ok_or("no specimen")?;
    let set = || -> Outcome<_> { Ok(typesetter()?.render_with(&data, &[], &pictures)?) };
    black_box(printing_own_cost(set)??);
    Ok(())
}

fn warm(arguments: &[String]) -> Outcome<()> {
    let (mut data, pictures) = specimen(kind(arguments)?).ok_or("no specimen")?;
    let typesetter = typesetter()?;
    typesetter.render_with(&data, &[], &pictures)?;
    // Another document, not the same once more.
    data.applicant.name.push('甲');
    data.document_id.push('2');
    black_box(printing_own_cost(|| {
        typesetter.render_with(&data, &[], &pictures)
    })??);
    Ok(())
}

fn long(arguments: &[String]) -> Outcome<()> {
    let count: u32 = arguments.first().ok_or("how many items?")?.parse()?;
    let data = of_items(count)?;
    let set = || -> Outcome<_> { Ok(typesetter()?.render(&data, &[])?) };
    black_box(printing_own_cost(set)??);
    Ok(())
}

fn of_items(count: u32) -> Outcome<CertificateData> {
    let (mut data, _) = specimen(Kind::Receipt).ok_or("no specimen")?;
    let model = data
        .items
        .first()
        .ok_or("a specimen without items")?
        .clone();
    let row = |n: u32| ItemRow {
        number: n,
        name: format!("现场照片 {n:05}.jpg"),
        sha256: format!("{:016x}", u64::from(n) * 0x1_0001_9E37).repeat(4),
        ..model.clone()
    };
    data.items = (1..=count).map(row).collect();
    Ok(data)
}

fn sign_one(arguments: &[String]) -> Outcome<()> {
    let file = arguments.first().ok_or("a key, please")?;
    let file = std::fs::read(file)?;
    let (data, _) = specimen(Kind::Receipt).ok_or("no specimen")?;
    let pdf = typesetter()?.render(&data, &[])?.pdf;
    let time = SigningTime {
        unix: fidem_office::SystemDesk::seconds(),
        offset_minutes: 480,
    };
    let declare = [SignatureField {
        name: "office".to_owned(),
        label: "Seal of the office".to_owned(),
        place: None,
    }];
    let request = SignatureRequest {
        field: "office",
        declare: &declare,
        ..SignatureRequest::default()
    };
    let sign_it = || -> Outcome<Vec<u8>> {
        let key = Pkcs12Key::open(&file, PASSPHRASE)?;
        let none: Option<StampSource<'_, Infallible>> = None;
        Ok(sign(
            &pdf,
            &request,
            &key,
            time,
            &Revocation::default(),
            none,
        )?)
    };
    black_box(printing_own_time(sign_it)??);
    Ok(())
}
