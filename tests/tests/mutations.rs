//! Twelve thousand mutants of sample packages: see [`fidem_tests::mutation`].
//!
//! `FIDEM_MUTANTS` is how many, `FIDEM_MUTATION_SEED` from which seed. The same two numbers give the same mutants.

use std::collections::BTreeSet;
use std::path::PathBuf;

use fidem_tests::fidem::repository;
use fidem_tests::mutation::subject::Subject;
use fidem_tests::mutation::{forged, regions, run};

const MUTANTS: u64 = 12_000;
const SEED: u64 = 1;

fn number(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(usual, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is no number: {text}"))
    })
}

fn read(path: &str) -> Vec<u8> {
    let path: PathBuf = repository().join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Seven packages that match. Into each are played members of what belongs to it: the whole case and the exhibits of it,
/// an older revision, the exhibits of other items; and of one other case.
fn subjects() -> Vec<Subject> {
    const FROZEN: &str = "samples/packages/v1/";
    const EXAMPLE: &str = "docs/format/example/";
    const RICH: &str = "tests/data/mutation/";
    let files: [(&'static str, &str, &[&str]); 7] = [
        ("case", FROZEN, &["trust.pem"]),
        ("exhibit", FROZEN, &["trust.pem"]),
        ("example", EXAMPLE, &["trust.json"]),
        ("example-item-1", EXAMPLE, &["trust.json"]),
        ("rich-2", RICH, &["rich-trust.json", "rich-roots.pem"]),
        ("rich-item-1", RICH, &["rich-trust.json", "rich-roots.pem"]),
        ("rich-3", RICH, &["rich-trust.json", "rich-roots.pem"]),
    ];
    let mut subjects: Vec<Subject> = files
        .iter()
        .map(|(name, folder, trust)| {
            let trust: Vec<(&str, Vec<u8>)> = trust
                .iter()
                .map(|t| (*t, read(&format!("{folder}{t}"))))
                .collect();
            let trust: Vec<(&str, &[u8])> = trust.iter().map(|(n, b)| (*n, b.as_slice())).collect();
            Subject::new(name, &read(&format!("{folder}{name}.asice")), &trust)
        })
        .collect();
    let more = ["rich-1", "rich-item-2"].map(|name| {
        let octets = read(&format!("{RICH}{name}.asice"));
        fidem_tests::members::Members::of(&octets)
    });
    // The signed package with the one before it; each other with its exhibit or its whole.
    const KIN: [usize; 7] = [1, 0, 3, 2, 5, 4, 4];
    let all: Vec<_> = subjects.iter().map(|s| s.members.clone()).collect();
    for (index, subject) in subjects.iter_mut().enumerate() {
        let (kin, stranger) = (KIN[index], (index + 2) % all.len());
        subject.others = vec![all[kin].clone(), all[stranger].clone()];
        if index >= 4 {
            subject.others.extend(more.iter().cloned());
        }
    }
    subjects
}

#[test]
fn no_mutant_of_what_a_digest_covers_matches_and_none_panics() {
    let (count, seed) = (
        number("FIDEM_MUTANTS", MUTANTS),
        number("FIDEM_MUTATION_SEED", SEED),
    );
    eprintln!("FIDEM_MUTATION_SEED={seed} FIDEM_MUTANTS={count}");
    let subjects = subjects();
    let outcome = run::run(&subjects, seed, usize::try_from(count).unwrap());
    eprintln!("{}", outcome.table());
    assert_eq!(outcome.faults.len(), 0, "{}", outcome.faults.join("\n"));
    let judged = u64::try_from(outcome.judged()).unwrap();
    assert!(judged * 100 >= count * 95, "{judged} of {count} were made");
    // With another seed or fewer mutants a small region may be missed.
    if count == MUTANTS && seed == SEED {
        let found: BTreeSet<_> = outcome.regions.keys().copied().collect();
        let due: BTreeSet<_> = regions::table().into_keys().collect();
        assert_eq!(
            found, due,
            "regions that were hit, and those of docs/format/package.md"
        );
    }
}

/// Nothing but trust stands in the forger's way: trusting their root, their most complete work matches.
#[test]
fn control_what_the_forger_recomputes_is_everything() {
    for subject in subjects().iter().filter(|s| !s.is_partial()) {
        let mut forged = forged::complete(&subject.members);
        if subject.name.starts_with("rich") {
            // A record and an anchoring cannot be made anew without keys.
            forged.remove_under("proofs/anchors/");
            forged.remove_under("META-INF/evidencerecord");
            forged.remove_under("META-INF/ASiCEvidenceRecordManifest");
            fidem_tests::forgery::relist(&mut forged);
            forged.remove(fidem_package::layout::DELIVERY_TOKEN);
        }
        let root = forged::root();
        let _ = Subject::new(
            subject.name,
            &forged.write(),
            &[("root.pem", root.as_bytes())],
        );
    }
}
