//! Consistent forgeries: every digest, list and tree fits. They must fail on trust, and on trust alone.

use std::collections::BTreeMap;

use fidem_fingerprint::of;
use fidem_manifest::{
    Content, Facts, JournalExtract, Link, Network, Origin, Partial, Revision, SourceClass,
};
use fidem_package::layout;
use fidem_tests::demo::{Bench, another_demo, demo};
use fidem_tests::fidem::{self, Answer};
use fidem_tests::forgery::{
    change_manifest, change_partial, change_record, change_seal, follow_seal, ordinals,
    own_authority, own_log_proof, partial, reattach, relist, reseal, restamp, token,
};
use fidem_tests::members::Members;

/// The third item of the samples: a table of payments.
const ITEM: u32 = 3;

fn members() -> Members {
    Members::of(&demo().package)
}

/// Its member with the bytes.
fn payments() -> String {
    let names = members().under(&format!("evidence/{ITEM:04}-"));
    assert!(
        names.len() == 1 && names[0].ends_with("付款明细.csv"),
        "{names:?}"
    );
    names[0].clone()
}

/// The demonstration with one digit of a payment changed, and nothing made to fit it yet.
fn altered() -> Members {
    let mut members = members();
    members.change(&payments(), |bytes| {
        let digit = bytes.iter_mut().rev().find(|b| b.is_ascii_digit());
        *digit.expect("a digit") ^= 1;
    });
    members
}

fn verify(members: &Members) -> Answer {
    Bench::new().verify(&members.write())
}

/// The mismatches of an old token over something else, and nothing that a careless forger would have left.
#[track_caller]
fn fails_on_tokens_alone(answer: &Answer) {
    answer.is_not_accepted("forged");
    assert_eq!(
        answer.codes("mismatch"),
        ["token-invalid"],
        "{}",
        answer.told()
    );
    assert_eq!(answer.layer("time"), "mismatch");
}

#[test]
fn control_the_forger_forgets_nothing_and_only_trust_stands_in_the_way() {
    let mut forged = altered();
    reseal(&mut forged);
    let authority = own_authority("Forger");
    restamp(&mut forged, &authority);
    let root = authority.root_pem().expect("a root");
    let answer = Bench::trusting(root.as_bytes())
        .verify(&forged.write())
        .exits(0);
    assert_eq!(answer.codes("mismatch"), [""; 0], "{}", answer.told());
}

#[test]
fn altered_evidence_with_everything_regenerated_under_the_old_tokens() {
    let mut forged = altered();
    reseal(&mut forged);
    fails_on_tokens_alone(&verify(&forged));
    forged.strip_delivery();
    forged.relist();
    fails_on_tokens_alone(&verify(&forged));
}

#[test]
fn altered_evidence_regenerated_only_up_to_some_layer() {
    let mut evidence = altered();
    assert!(verify(&evidence).exits(1).finds("evidence-altered"));
    evidence.strip_delivery();
    evidence.relist();
    assert!(verify(&evidence).exits(1).finds("evidence-altered"));

    let mut manifest = altered();
    let bytes = manifest.bytes(&payments());
    change_manifest(&mut manifest, |m| {
        m.items[2].content = Content::of(&of(&bytes));
    });
    manifest.strip_delivery();
    manifest.relist();
    let answer = verify(&manifest).exits(1);
    for code in ["manifest-differs", "tree-differs", "record-differs"] {
        assert!(answer.finds(code), "{code}\n{}", answer.told());
    }

    // The whole seal is new, but the ASiC manifests and tokens are the old ones as they were.
    let mut seal = altered();
    let old: Vec<_> = ordinals(&seal)
        .iter()
        .map(|o| layout::asic_manifest(*o))
        .map(|name| (name.clone(), seal.bytes(&name)))
        .collect();
    reseal(&mut seal);
    for (name, xml) in old {
        seal.set(&name, xml);
    }
    seal.strip_delivery();
    seal.relist();
    let answer = verify(&seal).exits(1);
    assert_eq!(
        answer.codes("mismatch"),
        ["token-manifest-differs"],
        "{}",
        answer.told()
    );
}

#[test]
fn tokens_of_an_authority_that_nobody_trusts() {
    // The second forger's authority bears the very name of the demonstration's.
    for organisation in ["Forger", "Demo TSA One"] {
        let mut forged = altered();
        reseal(&mut forged);
        let authority = own_authority(organisation);
        restamp(&mut forged, &authority);
        let root = authority.root_pem().expect("a root");
        for name in forged.under("trust/tsa/") {
            forged.set(&name, root.clone().into_bytes());
        }
        forged.set("trust/tsa/009.pem", root.into_bytes());
        restamp(&mut forged, &authority);
        let answer = verify(&forged);
        answer.is_not_accepted(organisation);
        assert_ne!(answer.layer("time"), "match", "{}", answer.told());
        assert_eq!(
            answer.json()["trust"],
            serde_json::json!([]),
            "{}",
            answer.told()
        );
    }
}

#[test]
fn one_old_token_beside_one_of_an_own_authority() {
    let mut forged = altered();
    reseal(&mut forged);
    let authority = own_authority("Forger");
    let xml = forged.bytes(&layout::asic_manifest(1));
    forged.set(&layout::token(1), token(&authority, &xml));
    forged.strip_delivery();
    forged.relist();
    verify(&forged).exits(1);
}

#[test]
fn tokens_of_another_case_and_of_each_other() {
    let other = Members::of(&another_demo().package);
    let roots = [demo().trust.as_slice(), &another_demo().trust].concat();
    let bench = Bench::trusting(&roots);
    bench.verify(&members().write()).exits(0);
    bench.verify(&other.write()).exits(0);

    let mut bare = members();
    let mut both = members();
    for ordinal in ordinals(&other) {
        let (xml, tst) = (layout::asic_manifest(ordinal), layout::token(ordinal));
        bare.set(&tst, other.bytes(&tst));
        both.set(&tst, other.bytes(&tst));
        both.set(&xml, other.bytes(&xml));
    }
    for (mut forged, code) in [(bare, "token-invalid"), (both, "token-manifest-differs")] {
        forged.strip_delivery();
        forged.relist();
        let answer = bench.verify(&forged.write()).exits(1);
        assert!(answer.finds(code), "{}", answer.told());
    }

    let mut crossed = members();
    let (one, two) = (layout::token(1), layout::token(2));
    let first = crossed.bytes(&one);
    crossed.set(&one, crossed.bytes(&two));
    crossed.set(&two, first);
    crossed.strip_delivery();
    crossed.relist();
    assert!(
        bench
            .verify(&crossed.write())
            .exits(1)
            .finds("token-invalid")
    );

    // A delivery token is a token over another delivery, never over a seal.
    let mut reused = members();
    reused.set(&one, reused.bytes(layout::DELIVERY_TOKEN));
    reused.strip_delivery();
    reused.relist();
    bench.verify(&reused.write()).exits(1);
}

#[test]
fn the_seals_of_another_case_under_this_ones_name() {
    let other = Members::of(&another_demo().package);
    let roots = [demo().trust.as_slice(), &another_demo().trust].concat();
    let mut mixed = members();
    for (name, bytes) in &other.0 {
        let second = name.replace("seals/001/", "seals/002/");
        if second != *name {
            mixed.set(&second, bytes.clone());
        }
    }
    mixed.strip_delivery();
    mixed.relist();
    Bench::trusting(&roots).verify(&mixed.write()).exits(1);
}

#[test]
fn without_its_tokens_a_seal_has_no_time() {
    let mut bare = members();
    bare.remove_under("META-INF/ASiCManifest0");
    bare.remove_under("META-INF/timestamp0");
    bare.strip_delivery();
    bare.remove_under("certificate/");
    bare.relist();
    let answer = verify(&bare).exits(2);
    assert!(answer.finds("token-missing"));
    assert_eq!(answer.layer("time"), "cannot-check");

    // One of two authorities is enough, and its absence is nothing that the seal could tell.
    let mut one = members();
    one.remove(&layout::asic_manifest(2));
    one.remove(&layout::token(2));
    one.strip_delivery();
    one.relist();
    verify(&one).exits(0);

    let mut headless = members();
    headless.remove(&layout::token(2));
    headless.strip_delivery();
    headless.relist();
    verify(&headless).exits(1);
}

#[test]
fn a_delivery_list_stripped_and_a_receipt_slipped_in() {
    let real = members().under("certificate/")[0].clone();
    let mut printed = demo().certificate.clone();
    printed.extend(b"% another page was here\n");
    let proofless = reattach(&demo().certificate, &every_attachment(b"{}"));
    let cases = [
        (
            "no PDF inside",
            "certificate/forged.pdf",
            b"%PDF-1.7\n%%EOF\n".to_vec(),
        ),
        ("other proofs", "certificate/forged.pdf", proofless),
        (
            "no PDF at all",
            "certificate/forged.html",
            b"<h1>certified</h1>".to_vec(),
        ),
    ];
    let mut accepted = Vec::new();
    for (what, name, bytes) in cases {
        let mut forged = members();
        forged.strip_delivery();
        forged.set(name, bytes);
        forged.relist();
        let answer = verify(&forged);
        if answer.code == Some(0) || !answer.blames(name) {
            accepted.push(what);
        }
    }
    assert_eq!(accepted, [""; 0], "accepted beside the true receipt");
    // True proofs behind other pages: nothing of the package speaks of the print, and that must be said.
    for name in [real.as_str(), "certificate/forged.pdf"] {
        let mut forged = members();
        forged.strip_delivery();
        forged.set(name, printed.clone());
        forged.relist();
        let answer = verify(&forged);
        assert_eq!(
            answer.layer("signature"),
            "cannot-check",
            "{}",
            answer.told()
        );
        // Octets behind its end: strictly read it is no PDF, and nothing is said of its signatures.
        assert!(answer.finds("delivery-none") && answer.finds("signature-unreadable"));
        let missed = &answer.json()["not_checked"];
        assert!(missed.to_string().contains("not-checked-printed-text"));
    }
    // With the delivery's list still there it is plainly something else than was delivered.
    let mut kept = members();
    kept.set(&real, printed);
    kept.relist();
    verify(&kept).exits(1);
    relist(&mut kept);
    verify(&kept).exits(1);
}

#[test]
fn a_numbered_delivery_without_its_list_or_with_an_unstamped_one() {
    let mut listless = members();
    listless.remove(layout::DELIVERY);
    listless.remove(layout::DELIVERY_TOKEN);
    listless.relist();
    let answer = verify(&listless);
    answer.is_not_accepted("a revision without its list");

    // As an office writes it when no authority answers: fine, and said.
    let mut unstamped = members();
    unstamped.remove(layout::DELIVERY_TOKEN);
    let answer = verify(&unstamped);
    assert!(answer.finds("delivery-none"), "{}", answer.told());
    assert_eq!(
        answer.layer("signature"),
        "cannot-check",
        "{}",
        answer.told()
    );
}

#[test]
fn a_source_class_raised() {
    let record = layout::record(1, ITEM);
    let raise = |members: &mut Members, with_facts: bool| {
        change_record(members, &record, |r| {
            r.class = SourceClass::A;
            if with_facts {
                r.facts = captured();
            }
        });
    };
    for with_facts in [false, true] {
        let mut listed = members();
        raise(&mut listed, with_facts);
        listed.strip_delivery();
        listed.relist();
        let answer = verify(&listed).exits(1);
        assert!(answer.finds("record-differs"), "{}", answer.told());

        let mut sealed = members();
        raise(&mut sealed, with_facts);
        reseal(&mut sealed);
        let answer = verify(&sealed).exits(1);
        assert!(answer.finds("token-invalid"), "{}", answer.told());
        assert_eq!(answer.finds("source-class-unsupported"), !with_facts);

        restamp(&mut sealed, &own_authority("Forger"));
        let answer = verify(&sealed);
        answer.is_not_accepted("an own authority");
        assert_ne!(answer.layer("source"), "match");
    }
}

fn captured() -> Facts {
    Facts {
        origin: Origin::OfficeCapture {
            clean_check_passed: true,
            device_of_office: true,
            network: Network::Office,
        },
        ..Facts::supplied_by_party()
    }
}

#[test]
fn an_item_removed_added_or_withheld_consistently() {
    let record = layout::record(1, ITEM);
    let mut removed = members();
    removed.remove(&payments());
    removed.remove(&record);
    reseal(&mut removed);
    fails_on_tokens_alone(&verify(&removed));

    let mut added = members();
    let mut entry = None;
    change_manifest(&mut added, |m| {
        let mut last = m.items.last().cloned().expect("an item");
        last.number += 1;
        last.member = "evidence/0013-forged.txt".to_owned();
        last.record_member = layout::record(1, last.number);
        entry = Some(last.clone());
        m.items.push(last);
    });
    let entry = entry.expect("made");
    added.set(&entry.member, b"forged".to_vec());
    added.set(&entry.record_member, added.bytes(&layout::record(1, 12)));
    change_record(&mut added, &entry.record_member, |r| {
        r.number = entry.number;
        r.member.clone_from(&entry.member);
    });
    reseal(&mut added);
    fails_on_tokens_alone(&verify(&added));

    let mut withheld = members();
    change_manifest(&mut withheld, |m| {
        m.items[2].withheld = Some("会话密钥".to_owned());
    });
    withheld.remove(&payments());
    reseal(&mut withheld);
    fails_on_tokens_alone(&verify(&withheld));

    let mut unlisted = members();
    unlisted.remove(&payments());
    unlisted.strip_delivery();
    unlisted.relist();
    assert!(verify(&unlisted).exits(1).finds("evidence-missing"));
}

type Edit = fn(&mut Members);

#[test]
fn a_statement_that_says_something_else() {
    let cases: [(&str, Edit); 5] = [
        ("no demonstration", |m| {
            change_seal(m, |s| s.demonstration = false);
        }),
        ("another office", |m| {
            change_seal(m, |s| s.office.name = "杭州市公证处".to_owned());
        }),
        ("an earlier device time", |m| {
            change_seal(m, |s| s.time = "2020-01-01T00:00:00Z".to_owned());
        }),
        ("another journal", |m| {
            change_seal(m, |s| s.journal.head = "0".repeat(64));
        }),
        ("another case", |m| {
            change_seal(m, |s| s.case = "(2026)保全字第0002号".to_owned());
        }),
    ];
    for (what, how) in cases {
        let mut forged = members();
        how(&mut forged);
        follow_seal(&mut forged);
        forged.remove_under("certificate/");
        relist(&mut forged);
        let answer = verify(&forged).exits(1);
        assert!(answer.finds("token-invalid"), "{what}\n{}", answer.told());
        restamp(&mut forged, &own_authority("Forger"));
        verify(&forged).is_not_accepted(what);
    }
}

#[test]
fn the_office_log_signed_by_a_key_of_the_forgers() {
    let name = layout::log_proof(1);
    let seal = members().bytes(&layout::seal(1));
    let origin = "fidem/somewhere";
    let mut forged = members();
    forged.set(&name, own_log_proof(origin, &seal).into_bytes());
    forged.remove_under("certificate/");
    relist(&mut forged);
    verify(&forged).exits(1);
    forged.strip_delivery();
    forged.relist();
    let answer = verify(&forged);
    assert_eq!(answer.layer("chain"), "cannot-check", "{}", answer.told());
    assert!(answer.finds("log-key-unknown") && !answer.finds("log-entry"));

    // A proof of something else is a contradiction, whoever signed it.
    let other = Members::of(&another_demo().package);
    for proof in [
        own_log_proof(origin, b"another seal"),
        text(&other.bytes(&name)),
    ] {
        let mut wrong = members();
        wrong.set(&name, proof.into_bytes());
        wrong.remove_under("certificate/");
        wrong.strip_delivery();
        wrong.relist();
        let answer = verify(&wrong).exits(1);
        assert!(answer.finds("log-broken"), "{}", answer.told());
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_journal_whose_past_or_end_was_rewritten() {
    let extract = JournalExtract::from_bytes(&members().bytes(layout::JOURNAL)).expect("one");
    let judged = |how: &dyn Fn(&mut JournalExtract)| {
        let mut other = extract.clone();
        how(&mut other);
        let mut forged = members();
        forged.set(layout::JOURNAL, other.to_bytes().expect("canonical"));
        forged.strip_delivery();
        forged.relist();
        verify(&forged)
    };
    let forged = |entry: &str| Link {
        entry: Some(entry.to_owned()),
        sha256: None,
    };
    let past = judged(&|e| e.links[0] = forged("{}")).exits(1);
    assert!(past.finds("journal-broken"), "{}", past.told());
    judged(&|e| {
        e.links.remove(1);
    })
    .exits(1);
    judged(&|e| e.case = "(2026)保全字第0002号".to_owned()).exits(1);
    judged(&|e| e.links.truncate(1)).exits(1);
    // Behind the last seal nothing but the delivery's token holds the journal; without it that must be said.
    let end = judged(&|e| e.links.push(forged(r#"{"act":"seal.reviewed"}"#)));
    assert_ne!(end.layer("journal"), "match", "{}", end.told());
}

#[test]
fn members_without_a_meaning_in_folders_that_have_one() {
    let mut accepted = Vec::new();
    for name in [
        "seals/001/notes.json",
        "seals/001/seal.json.bak",
        "seals/003/seal.json",
        "proofs/verdict.txt",
        "proofs/log/002.tlog-proof",
        "trust/read-me-first.html",
        "META-INF/ASiCManifest-2.xml",
        "META-INF/timestamp-other.tst",
    ] {
        let mut more = members();
        more.strip_delivery();
        more.set(name, b"everything was checked already".to_vec());
        more.relist();
        let answer = verify(&more);
        if answer.code == Some(0) || !answer.blames(name) {
            accepted.push(name);
        }
    }
    assert_eq!(accepted, [""; 0], "travel along without a word");
}

#[test]
fn another_revision_number_or_case() {
    let revision = Revision::from_bytes(&members().bytes(layout::REVISION)).expect("one");
    let mut case = revision.clone();
    case.case = "(2026)保全字第0002号".to_owned();
    let mut number = revision;
    number.number = 2;
    number.previous = Some("0".repeat(64));
    for other in [case, number] {
        let mut forged = members();
        forged.set(layout::REVISION, other.to_bytes().expect("canonical"));
        relist(&mut forged);
        verify(&forged).exits(1);
    }
}

#[test]
fn the_time_of_verification_neither_wakes_nor_hides_a_seal() {
    let bench = Bench::new();
    let file = bench.file("demo.asice", &demo().package);
    let trust = bench.trust();
    let trust = trust.to_string_lossy();
    let at = |at| fidem::verify(&file, &["--trust", &*trust, "--at", at]);
    let late = at("2099-01-01T00:00:00Z").exits(2);
    assert!(late.finds("tokens-all-expired"), "{}", late.told());
    at("2020-01-01T00:00:00Z").is_not_accepted("verified before it was stamped");
}

fn every_attachment(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut names = vec!["seal-001.json".to_owned(), "manifest-001.json".to_owned()];
    names.push("log-001.tlog-proof".to_owned());
    for ordinal in 1..=2 {
        names.push(format!("ASiCManifest{ordinal:03}.xml"));
        names.push(format!("timestamp{ordinal:03}.tst"));
    }
    names.into_iter().map(|n| (n, bytes.to_vec())).collect()
}

/// The attachments of a receipt over these members.
fn attachments(members: &Members) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::from([
        ("seal-001.json".to_owned(), members.bytes(&layout::seal(1))),
        (
            "manifest-001.json".to_owned(),
            members.bytes(&layout::manifest(1)),
        ),
        (
            "log-001.tlog-proof".to_owned(),
            members.bytes(&layout::log_proof(1)),
        ),
    ]);
    for o in ordinals(members) {
        let (xml, tst) = (layout::asic_manifest(o), layout::token(o));
        for name in [xml, tst] {
            let flat = name.trim_start_matches("META-INF/").to_owned();
            out.insert(flat, members.bytes(&name));
        }
    }
    out
}

#[test]
fn a_receipt_with_forged_attachments() {
    let bench = Bench::new();
    let data = bench.file("payments.csv", &altered().bytes(&payments()));
    let trust = bench.trust();
    let verify_with = |trust: &std::path::Path, pdf: &[u8]| {
        let file = bench.file("receipt.pdf", pdf);
        let more = ["--trust".as_ref(), trust, "--data".as_ref(), data.as_path()];
        fidem::verify(&file, &more)
    };
    // Control: the same receipt written anew is read as before, and the altered file is no item of it.
    let same = reattach(&demo().certificate, &attachments(&members()));
    let answer = verify_with(&trust, &same).exits(1);
    assert_eq!(
        answer.codes("mismatch"),
        ["data-unknown"],
        "{}",
        answer.told()
    );

    let mut forged = altered();
    reseal(&mut forged);
    let pdf = reattach(&demo().certificate, &attachments(&forged));
    let answer = verify_with(&trust, &pdf).exits(1);
    assert_eq!(
        answer.codes("mismatch"),
        ["token-invalid"],
        "{}",
        answer.told()
    );

    let authority = own_authority("Forger");
    restamp(&mut forged, &authority);
    let pdf = reattach(&demo().certificate, &attachments(&forged));
    verify_with(&trust, &pdf).is_not_accepted("own authority");
    let root = authority.root_pem().expect("a root");
    let root = bench.file("forger.pem", root.as_bytes());
    verify_with(&root, &pdf).exits(0);
}

#[test]
fn a_partial_package_that_proves_something_else() {
    let whole = members();
    let honest = partial(&whole, ITEM);
    let answer = verify(&honest).exits(0);
    assert!(answer.finds("partial-matches"), "{}", answer.told());

    let altered = altered().bytes(&payments());
    let mut accepted = Vec::new();
    for (what, how) in exhibits_that_differ(&whole, &altered) {
        let mut forged = honest.clone();
        how(&mut forged);
        forged.relist();
        if verify(&forged).code == Some(0) {
            accepted.push(what);
        }
    }
    assert_eq!(accepted, [""; 0], "accepted as an exhibit of the seal");
}

type Change<'a> = Box<dyn Fn(&mut Members) + 'a>;

fn exhibits_that_differ<'a>(
    whole: &'a Members,
    altered: &'a [u8],
) -> Vec<(&'static str, Change<'a>)> {
    let record = || layout::record(1, ITEM);
    vec![
        (
            "another file",
            Box::new(|m| m.set(&payments(), altered.to_vec())),
        ),
        (
            "a raised class",
            Box::new(move |m| change_record(m, &record(), |r| r.class = SourceClass::A)),
        ),
        (
            "another record",
            Box::new(move |m| m.set(&record(), whole.bytes(&layout::record(1, 4)))),
        ),
        (
            "another number",
            Box::new(|m| change_partial(m, |p| p.item = 4)),
        ),
        (
            "another size",
            Box::new(|m| change_partial(m, |p| p.size += 2)),
        ),
        (
            "another case",
            Box::new(|m| change_partial(m, |p| p.case = "(2026)保全字第0002号".to_owned())),
        ),
        (
            "another place",
            Box::new(|m| {
                change_partial(m, |p| {
                    p.content.index += 2;
                    p.record.index += 2;
                });
            }),
        ),
        (
            "a shorter path",
            Box::new(|m| {
                change_partial(m, |p| {
                    p.content.path.pop();
                });
            }),
        ),
        (
            "one more exhibit",
            Box::new(|m| m.set("evidence/0004-more.txt", b"more".to_vec())),
        ),
        (
            "one more seal",
            Box::new(|m| m.set("seals/002/seal.json", b"{}".to_vec())),
        ),
        (
            "a stray token",
            Box::new(|m| m.set("META-INF/timestamp-other.tst", b"more".to_vec())),
        ),
        (
            "the file under another member",
            Box::new(|m| {
                let bytes = m.bytes(&payments());
                m.set(&payments(), altered.to_vec());
                m.set("proofs/original.csv", bytes);
                change_partial(m, |p| p.member = "proofs/original.csv".to_owned());
            }),
        ),
        ("no tokens", Box::new(|m| m.remove_under("META-INF/"))),
    ]
}

#[test]
fn numbers_at_their_limits_are_refused_without_a_panic() {
    // RFC 8785 writes integers up to 2^53 - 1; a log proof has no such bound.
    const MOST: u64 = (1 << 53) - 1;
    let judge = |what: &str, how: &dyn Fn(&mut Members)| {
        let mut forged = members();
        how(&mut forged);
        forged.strip_delivery();
        forged.relist();
        verify(&forged).is_not_accepted(what);
    };
    judge("tree", &|m| change_seal(m, |s| s.size = MOST - 1));
    judge("journal named by the seal", &|m| {
        change_seal(m, |s| s.journal.entries = MOST);
    });
    judge("seal", &|m| change_seal(m, |s| s.seal = u32::MAX));
    judge("item", &|m| {
        change_manifest(m, |x| x.items[11].number = u32::MAX);
    });
    judge("size of an item", &|m| {
        change_manifest(m, |x| x.items[0].content.size = MOST);
    });
    judge("journal", &|m| {
        let mut extract = JournalExtract::from_bytes(&m.bytes(layout::JOURNAL)).expect("one");
        extract.before = MOST;
        m.set(layout::JOURNAL, extract.to_bytes().expect("canonical"));
    });
    for (index, size) in [
        (u64::MAX, u64::MAX),
        (u64::MAX - 1, u64::MAX),
        (0, u64::MAX),
        (1, 0),
    ] {
        judge("log", &|m| {
            let proof = text(&m.bytes(&layout::log_proof(1)));
            let proof = proof
                .replacen("index 0\n", &format!("index {index}\n"), 1)
                .replacen("\n1\n", &format!("\n{size}\n"), 1);
            m.set(&layout::log_proof(1), proof.into_bytes());
        });
    }
    for (what, change) in [
        (
            "index",
            (|p| p.content.index = MOST - 1) as fn(&mut Partial),
        ),
        ("both", |p| {
            p.content.index = MOST - 1;
            p.record.index = MOST;
        }),
        ("size", |p| p.size = MOST),
        ("seal", |p| p.seal = u32::MAX),
        ("item", |p| p.item = u32::MAX),
    ] {
        let mut forged = partial(&members(), ITEM);
        change_partial_unchecked(&mut forged, change);
        forged.relist();
        verify(&forged).is_not_accepted(what);
    }
}

/// Statements that our own reader refuses can still be written.
fn change_partial_unchecked(members: &mut Members, how: fn(&mut Partial)) {
    let mut proof = Partial::from_bytes(&members.bytes(layout::PARTIAL)).expect("one");
    how(&mut proof);
    members.set(layout::PARTIAL, proof.to_bytes().expect("canonical"));
}
