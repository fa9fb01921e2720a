//! Whoever changes a package in any way, in its bytes or in its container, is told so and where.

use fidem_package::layout;
use fidem_tests::demo::{Bench, demo};
use fidem_tests::hostile::{self, Octet, RawMember};
use fidem_tests::members::Members;
use fidem_tests::seeded::Seeded;

fn members() -> Members {
    Members::of(&demo().package)
}

#[test]
fn the_untouched_package_matches_with_its_roots_only_and_says_demonstration() {
    let bench = Bench::new();
    let file = bench.file("demo.asice", &demo().package);
    let stranger = fidem_tests::fidem::verify::<&str>(&file, &[]).exits(2);
    assert_eq!(stranger.json()["verdict"], "cannot-check");
    assert_eq!(stranger.layer("time"), "cannot-check");
    let report = bench.verify(&demo().package).exits(0);
    assert_eq!(report.json()["verdict"], "match");
    assert!(report.finds("DEMONSTRATION"), "{}", report.told());
    assert!(report.finds("trust-supplied"), "{}", report.told());
    for layer in ["content", "manifest", "time", "journal"] {
        assert_eq!(report.layer(layer), "match", "{layer}");
    }
    assert_ne!(report.layer("source"), "match");
    assert_eq!(
        members().write(),
        demo().package,
        "our own writer, the same bytes"
    );
}

#[test]
fn a_flipped_byte_anywhere_is_found_and_its_member_named() {
    let bench = Bench::new();
    let map = hostile::map(&members());
    assert_eq!(map.len(), demo().package.len());
    let mut seeded = Seeded::new(1);
    let mut tried = 0;
    for (name, bytes) in &members().0 {
        let own = Octet::Data(name.clone());
        let start = map.iter().position(|o| *o == own).unwrap_or(0);
        for _ in 0..5.min(bytes.len()) {
            let at = start + seeded.below(bytes.len());
            assert_eq!(map[at], own);
            let mut package = demo().package.clone();
            package[at] ^= seeded.flip();
            let answer = bench.verify(&package);
            answer.is_not_accepted(&format!("{name} at {at}"));
            assert!(
                answer.blames(name),
                "{name} is not named\n{}",
                answer.told()
            );
            tried += 1;
        }
    }
    assert!(tried >= 200, "{tried}");
}

#[test]
fn a_flipped_byte_of_a_header_with_a_meaning_is_found() {
    let bench = Bench::new();
    let map = hostile::map(&members());
    let places: Vec<usize> = (0..map.len())
        .filter(|i| !matches!(map[*i], Octet::Data(_)))
        .collect();
    let mut seeded = Seeded::new(2);
    for _ in 0..150 {
        let at = places[seeded.below(places.len())];
        let mut package = demo().package.clone();
        package[at] ^= seeded.flip();
        let answer = bench.verify(&package);
        match map[at] {
            Octet::Idle => assert!(!answer.panicked(), "{}", answer.told()),
            _ => answer.is_not_accepted(&format!("header octet {at}")),
        }
    }
}

#[test]
fn a_flipped_byte_with_a_fitting_crc_is_found_in_every_member() {
    let bench = Bench::new();
    let mut seeded = Seeded::new(3);
    for (name, bytes) in &members().0 {
        let mut raw = hostile::raw(&members());
        let mut other = bytes.clone();
        match other.is_empty() {
            true => other.push(b'x'),
            false => {
                let at = seeded.below(other.len());
                other[at] ^= seeded.flip();
            }
        }
        for member in &mut raw {
            if member.name == name.as_bytes() {
                *member = RawMember::stored(name.as_bytes(), &other);
            }
        }
        let answer = bench.verify(&hostile::write(&raw, b""));
        answer.is_not_accepted(name);
        let named = answer.blames(name) || answer.finds("container-mimetype");
        assert!(named, "{name} is not named\n{}", answer.told());
    }
}

#[test]
fn a_missing_or_renamed_member_is_named() {
    let bench = Bench::new();
    for name in members().names().into_iter().filter(|n| n != "mimetype") {
        let mut less = members();
        less.remove(&name);
        let answer = bench.verify(&less.write());
        if name == layout::DELIVERY_TOKEN {
            // So an office writes it when no authority answers: the seals hold, the receipt beside them has no time.
            assert!(answer.finds("delivery-none"), "{}", answer.told());
            assert_eq!(answer.layer("signature"), "cannot-check");
        } else {
            answer.is_not_accepted(&format!("without {name}"));
            assert!(
                answer.blames(&name),
                "{name} is not named\n{}",
                answer.told()
            );
        }

        let mut renamed = members();
        renamed.rename(&name, &format!("{name}.bak"));
        let answer = bench.verify(&renamed.write());
        answer.is_not_accepted(&format!("{name} renamed"));
        assert!(
            answer.blames(&name),
            "{name} is not named\n{}",
            answer.told()
        );
    }
}

#[test]
fn members_in_another_order_or_under_each_others_names_are_found() {
    let bench = Bench::new();
    let mut swapped = members();
    let evidence = swapped.under("evidence/");
    let (first, second) = (evidence[0].clone(), evidence[1].clone());
    swapped.rename(&first, "x");
    swapped.rename(&second, &first);
    swapped.rename("x", &second);
    let answer = bench.verify(&swapped.write());
    answer.is_not_accepted("two exhibits under each other's names");
    assert!(answer.blames(&first) && answer.blames(&second));

    let mut raw = hostile::raw(&members());
    raw.swap(0, 1);
    let answer = bench.verify(&hostile::write(&raw, b""));
    answer.is_not_accepted("mimetype second");
    assert!(answer.finds("container-mimetype"), "{}", answer.told());
}

#[test]
fn an_extra_member_is_named_wherever_it_stands() {
    let bench = Bench::new();
    for name in [
        "readme.txt",
        "evidence/0099-另一份合同.pdf",
        "evidence/0001-case-shop_01-合同_茶叶买卖合同.docx.exe",
        "seals/001/items/0099.json",
        "seals/001/notes.json",
        "seals/002/seal.json",
        "seals/004/seal.json",
        "captures/page.wacz",
        "certificate/forged.pdf",
        "proofs/log/002.tlog-proof",
        "proofs/partial.json",
        "trust/tsa/003.pem",
        "META-INF/ASiCManifest003.xml",
        "META-INF/timestamp003.tst",
        "META-INF/manifest.xml",
        "META-INF/signatures.xml",
    ] {
        let mut more = members();
        more.set(name, b"%PDF-1.7 forged".to_vec());
        let answer = bench.verify(&more.write());
        answer.is_not_accepted(name);
        assert!(
            answer.blames(name),
            "{name} is not named\n{}",
            answer.told()
        );
    }
}

#[test]
fn a_member_that_stands_twice_is_named() {
    let bench = Bench::new();
    for name in members().names() {
        let mut raw = hostile::raw(&members());
        raw.push(RawMember::stored(name.as_bytes(), b"another"));
        let answer = bench.verify(&hostile::write(&raw, b""));
        answer.is_not_accepted(&name);
        assert!(
            answer.blames(&name),
            "{name} is not named\n{}",
            answer.told()
        );
    }
}

#[test]
fn names_that_lead_out_of_the_package_are_named() {
    let bench = Bench::new();
    let cases: [&[u8]; 14] = [
        b"../outside.txt",
        b"evidence/../../outside.txt",
        b"/etc/cron.d/x",
        b"C:/Windows/x.dll",
        b"evidence\\..\\x",
        b"\\\\server\\share",
        b"evidence//x",
        b"evidence/./x",
        b"evidence/folder/",
        b"evidence/new\nline",
        b"evidence/nul\0.txt",
        b"evidence/\x1b[2Jx",
        b"evidence/\xff\xfe",
        b"",
    ];
    for name in cases {
        let mut raw = hostile::raw(&members());
        let mut member = RawMember::stored(name, b"x");
        if !name.is_ascii() {
            member.flags = 1 << 11;
        }
        raw.push(member);
        let answer = bench.verify(&hostile::write(&raw, b""));
        let shown = String::from_utf8_lossy(name).into_owned();
        answer.is_not_accepted(&shown);
        assert!(answer.finds("container-name"), "{}", answer.told());
        assert!(
            answer.blames(&shown),
            "{shown:?} is not named\n{}",
            answer.told()
        );
    }
}

#[test]
fn what_two_readers_could_read_differently_is_refused_by_name() {
    let bench = Bench::new();
    let victim = members().under("evidence/")[0].clone();
    let spoil = |how: &dyn Fn(&mut RawMember)| {
        let mut raw = hostile::raw(&members());
        for member in &mut raw {
            if member.name == victim.as_bytes() {
                how(member);
            }
        }
        hostile::write(&raw, b"")
    };
    let cases: [(&str, Vec<u8>); 7] = [
        (
            "deflated bomb",
            spoil(&|m| *m = RawMember::bomb(&m.name.clone(), 64 << 20)),
        ),
        ("encrypted", spoil(&|m| m.flags |= 1)),
        ("sizes behind the data", spoil(&|m| m.flags |= 1 << 3)),
        (
            "another name in the local header",
            spoil(&|m| m.local_name = Some(m.name.to_ascii_uppercase())),
        ),
        ("unknown method", spoil(&|m| m.method = 99)),
        (
            "another name in an extra field",
            spoil(&|m| m.extra = [&[0x75, 0x70, 6, 0, 1, 0, 0, 0, 0][..], b"x"].concat()),
        ),
        ("stated larger than it is", spoil(&|m| m.size += 1)),
    ];
    for (what, package) in cases {
        let answer = bench.verify(&package);
        answer.is_not_accepted(what);
        assert!(
            answer.blames(&victim),
            "{what}: {victim} is not named\n{}",
            answer.told()
        );
    }
}

#[test]
fn a_file_cut_short_never_matches() {
    let bench = Bench::new();
    let whole = &demo().package;
    let mut seeded = Seeded::new(4);
    let mut lengths = vec![
        0,
        1,
        2,
        4,
        21,
        22,
        30,
        38,
        69,
        whole.len() - 22,
        whole.len() - 1,
    ];
    lengths.extend((0..60).map(|_| seeded.below(whole.len())));
    for length in lengths {
        let answer = bench.verify(&whole[..length]);
        answer.is_not_accepted(&format!("{length} octets"));
        assert_eq!(
            answer.code,
            Some(2),
            "cut short is no contradiction\n{}",
            answer.told()
        );
    }
}

#[test]
fn bytes_before_behind_or_between_are_refused() {
    let bench = Bench::new();
    let whole = &demo().package;
    let cases: [(&str, Vec<u8>); 7] = [
        ("garbage behind", [whole.as_slice(), b"garbage"].concat()),
        ("one octet behind", [whole.as_slice(), b"\0"].concat()),
        (
            "another end record behind",
            [&whole[..], &whole[whole.len() - 22..]].concat(),
        ),
        ("a second package behind", [&whole[..], &whole[..]].concat()),
        (
            "a program before",
            [b"#!/bin/sh\nexit 0\n", whole.as_slice()].concat(),
        ),
        ("PK before", [b"PK\x03\x04", whole.as_slice()].concat()),
        (
            "a comment",
            hostile::write(&hostile::raw(&members()), b"certified"),
        ),
    ];
    for (what, package) in cases {
        bench.verify(&package).is_not_accepted(what);
    }
}

#[test]
fn what_is_no_package_is_not_accepted() {
    let bench = Bench::new();
    let mut seeded = Seeded::new(5);
    let mut wrong_type = hostile::raw(&members());
    wrong_type[0] = RawMember::stored(b"mimetype", b"application/zip");
    let mut no_type = hostile::raw(&members());
    no_type.remove(0);
    let cases: [(&str, Vec<u8>); 9] = [
        ("empty", Vec::new()),
        ("noise", seeded.bytes(4096)),
        (
            "PK noise",
            [b"PK\x03\x04".to_vec(), seeded.bytes(4096)].concat(),
        ),
        (
            "PDF noise",
            [b"%PDF-1.7\n".to_vec(), seeded.bytes(4096)].concat(),
        ),
        (
            "DER noise",
            [vec![0x30, 0x82, 0x0f, 0xff], seeded.bytes(4096)].concat(),
        ),
        (
            "log noise",
            b"c2sp.org/tlog-proof@v1\nindex 99999999999999999999\n\n".to_vec(),
        ),
        ("an empty zip", hostile::write(&[], b"")),
        ("another type", hostile::write(&wrong_type, b"")),
        ("no type", hostile::write(&no_type, b"")),
    ];
    for (what, bytes) in cases {
        bench.verify(&bytes).is_not_accepted(what);
    }
}

#[test]
fn the_receipt_in_any_damaged_state_is_not_accepted() {
    let bench = Bench::new();
    let whole = &demo().certificate;
    let mut seeded = Seeded::new(6);
    for _ in 0..40 {
        let length = seeded.below(whole.len());
        let answer = bench.verify(&whole[..length]);
        answer.is_not_accepted(&format!("PDF of {length} octets"));
    }
    // A printed page may change; nothing but panics is excluded here, and a report always comes.
    for _ in 0..80 {
        let mut other = whole.clone();
        let at = seeded.below(other.len());
        other[at] ^= seeded.flip();
        let answer = bench.verify(&other);
        answer.is_not_accepted(&format!("PDF changed at {at}, no data handed in"));
    }
}

#[test]
fn a_bare_token_changed_anywhere_is_refused_or_proves_exactly_the_same() {
    let bench = Bench::new();
    let token = members().bytes(&layout::token(1));
    let before = bench.verify(&token).exits(0);
    let mut seeded = Seeded::new(7);
    for _ in 0..150 {
        let mut other = token.clone();
        let at = seeded.below(other.len());
        other[at] ^= seeded.flip();
        let answer = bench.verify(&other);
        // A few octets of CMS are under no signature and say nothing, such as the case of letters in the issuer's name.
        if answer.code == Some(0) {
            assert_eq!(answer.matched(), before.matched(), "token changed at {at}");
        } else {
            answer.is_not_accepted(&format!("token changed at {at}"));
        }
    }
    for _ in 0..20 {
        let length = seeded.below(token.len());
        bench
            .verify(&token[..length])
            .is_not_accepted(&format!("token of {length} octets"));
    }
}
