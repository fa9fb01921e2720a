//! Time-stamp tokens and evidence records, against a loop of `openssl ts -verify`.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fidem_office::SystemDesk;
use fidem_testkit::{FrozenClock, TwoAuthorities, two_authorities};
use rfc3161_client::{
    AlgorithmTable, Anchor, DigestAlgorithm, EvidenceInputs, EvidenceRecord, Expected, HashTree,
    Imprint, Inputs, KnownLinks, TimeStampRequest, UnixTime, certificates_from_pem, token_of,
    verify, verify_evidence,
};

use super::measure::{Contender, alternately, printing_own_time};
use super::report::{Row, Work};
use super::{Group, Options, Workload};
use crate::Outcome;

pub(super) const GROUP: Group = Group {
    name: "tokens",
    rows,
    workloads: &[
        Workload {
            name: "tokens-verify",
            run: verify_all,
        },
        Workload {
            name: "tokens-first",
            run: verify_first,
        },
        Workload {
            name: "evidence-verify",
            run: verify_record,
        },
    ],
};

const COLD: Duration = Duration::from_millis(4);
const RECORD: Duration = Duration::from_secs(1);

fn rows(options: &Options) -> Outcome<Vec<Row>> {
    let count = options.scaled(1_000, 50);
    let leaves = options.scaled(100_000, 1_000);
    std::fs::create_dir_all(&options.corpus)?;
    let folder = tempfile::tempdir_in(&options.corpus)?;
    let authorities = two_authorities(&FrozenClock::at(SystemDesk::seconds()))?;
    make_tokens(folder.path(), &authorities, count)?;
    make_record(folder.path(), &authorities, leaves)?;
    let place = folder.path().display().to_string();
    let contender = |name| Contender::ours(name, &[&place]).map(Contender::timing_itself);
    let (ours, first, record) = (
        contender("tokens-verify")?,
        contender("tokens-first")?,
        contender("evidence-verify")?,
    );
    let script = format!(
        "cd '{place}' && for n in $(seq 1 {count}); do openssl ts -verify -data $n.data -in $n.tst -token_in \
         -CAfile roots.pem >/dev/null 2>&1 || exit 1; done"
    );
    let rival = Contender::rival(&["sh", "-c", &script]);
    let times = alternately(options.rounds.min(3), &[&ours, &rival, &first, &record])?;
    Ok(vec![
        Row::of_times(
            format!("{count} tokens on P-256, each by every rule"),
            Work::Tokens(count),
            times[0],
            ("a loop of `openssl ts -verify`", times[1]),
            Some(20.0),
        ),
        Row::of_time_limit(
            "the first token of a process, P-256",
            times[2],
            COLD,
            Some(1.0),
        ),
        Row::of_time_limit(
            format!("an evidence record over {leaves} objects verified"),
            times[3],
            RECORD,
            Some(1.0),
        ),
    ])
}

fn stamp(authorities: &TwoAuthorities, imprint: Imprint) -> Outcome<Vec<u8>> {
    let request = TimeStampRequest {
        imprint,
        policy: None,
        nonce: Some(vec![0x41; 16]),
        cert_req: true,
    };
    let reply = authorities
        .first
        .authority()
        .reply(&request.to_der()?, SystemDesk::seconds() * 1000);
    Ok(token_of(&reply)?.to_vec())
}

fn make_tokens(folder: &Path, authorities: &TwoAuthorities, count: u64) -> Outcome<()> {
    std::fs::copy(authorities.roots(), folder.join("roots.pem"))?;
    for number in 1..=count {
        let data = format!("datum {number}");
        let token = stamp(authorities, Imprint::sha256_of(data.as_bytes()))?;
        std::fs::write(folder.join(format!("{number}.data")), data)?;
        std::fs::write(folder.join(format!("{number}.tst")), token)?;
    }
    Ok(())
}

fn make_record(folder: &Path, authorities: &TwoAuthorities, leaves: u64) -> Outcome<()> {
    let tree = HashTree::new(DigestAlgorithm::Sha256, vec![digests(leaves)]).ok_or("no tree")?;
    let imprint = Imprint {
        algorithm: DigestAlgorithm::Sha256,
        value: tree.root().to_vec(),
    };
    let token = stamp(authorities, imprint)?;
    let branch = tree.reduced(0).ok_or("no branch")?;
    let record = EvidenceRecord::new(DigestAlgorithm::Sha256, branch, &token)?;
    std::fs::write(folder.join("record.ers"), record.to_der()?)?;
    Ok(std::fs::write(folder.join("leaves"), leaves.to_string())?)
}

fn digests(leaves: u64) -> Vec<Vec<u8>> {
    let datum = |number: u64| DigestAlgorithm::Sha256.digest(&number.to_be_bytes());
    (0..leaves).filter_map(datum).collect()
}

fn folder(arguments: &[String]) -> Outcome<(PathBuf, Vec<Anchor>)> {
    let [folder] = arguments else {
        return Err("one folder, please".into());
    };
    let folder = PathBuf::from(folder);
    let roots = certificates_from_pem(&std::fs::read(folder.join("roots.pem"))?)?;
    Ok((folder, roots.into_iter().map(Anchor::of).collect()))
}

fn judged(token: &[u8], data: &[u8], anchors: &[Anchor], known: &KnownLinks) -> bool {
    let mut inputs = Inputs::new(token, anchors, UnixTime(SystemDesk::seconds()));
    inputs.known_links = Some(known);
    inputs.expected = Expected::Data(data);
    verify(&inputs).indication.is_passed()
}

fn read(folder: &Path, number: u64) -> Outcome<[Vec<u8>; 2]> {
    let file = |ending| std::fs::read(folder.join(format!("{number}.{ending}")));
    Ok([file("tst")?, file("data")?])
}

fn verify_all(arguments: &[String]) -> Outcome<()> {
    let (folder, anchors) = folder(arguments)?;
    let passed = printing_own_time(|| -> Outcome<bool> {
        let known = KnownLinks::default();
        let mut number = 1;
        while let Ok([token, data]) = read(&folder, number) {
            if !judged(&token, &data, &anchors, &known) {
                return Ok(false);
            }
            number += 1;
        }
        Ok(number > 1)
    })??;
    passed
        .then_some(())
        .ok_or_else(|| "a token did not pass".into())
}

fn verify_first(arguments: &[String]) -> Outcome<()> {
    let (folder, anchors) = folder(arguments)?;
    let [token, data] = read(&folder, 1)?;
    let passed = printing_own_time(|| judged(&token, &data, &anchors, &KnownLinks::default()))?;
    passed
        .then_some(())
        .ok_or_else(|| "the token did not pass".into())
}

fn verify_record(arguments: &[String]) -> Outcome<()> {
    let (folder, anchors) = folder(arguments)?;
    let record = std::fs::read(folder.join("record.ers"))?;
    let data = digests(std::fs::read_to_string(folder.join("leaves"))?.parse()?);
    let verification = printing_own_time(|| {
        black_box(verify_evidence(&EvidenceInputs {
            record: &record,
            data: &|_| Some(data.clone()),
            anchors: &anchors,
            intermediates: &[],
            crls: &[],
            algorithms: AlgorithmTable::built_in(),
            known_links: None,
            now: UnixTime(SystemDesk::seconds()),
        }))
    })?;
    match verification.indication.is_passed() {
        true => Ok(()),
        false => Err("the record did not pass".into()),
    }
}
