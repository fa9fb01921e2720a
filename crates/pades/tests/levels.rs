//! What is sound passes, at its level and by its time.

mod maker;

use fidem_pades::{BestTime, Inputs, Kind, Level, verify};
use maker::{
    ARCHIVED, LONG_TERM, RECEIPT, SIGNED, Signing, anchors, archive, authority, judge, made,
    office, person,
};
use rfc3161_client::Indication;

#[track_caller]
fn level(pdf: &[u8]) -> Level {
    let verification = judge(pdf);
    assert!(verification.indication().is_passed(), "{verification:#?}");
    verification.signatures[0].level.unwrap()
}

#[test]
fn an_unsigned_receipt_has_no_signature() {
    let verification = judge(&RECEIPT);
    assert!(verification.signatures.is_empty() && verification.revisions.is_empty());
}

#[test]
fn each_level_is_recognised() {
    let plain = Signing::by(office()).sign(&RECEIPT);
    assert_eq!(level(&plain), Level::BaselineB);
    assert_eq!(level(&SIGNED), Level::BaselineT);
    assert_eq!(level(&LONG_TERM), Level::BaselineLt);
    assert_eq!(level(&ARCHIVED), Level::BaselineLta);
    let renewed = archive(&maker::store(&ARCHIVED), "Archive2", "20261001120000Z");
    assert_eq!(level(&renewed), Level::BaselineLta);
}

#[test]
fn the_best_time_is_the_earliest_that_is_proved() {
    let of = |pdf: &[u8]| judge(pdf).signatures[0].time.clone();
    let BestTime::SignatureTimeStamp(time) = of(&ARCHIVED) else {
        panic!("{:?}", of(&ARCHIVED));
    };
    assert_eq!(time.to_string(), "2026-06-01T12:00:00Z");
    let plain = Signing::by(office()).sign(&RECEIPT);
    assert_eq!(of(&plain), BestTime::Given(made::now()));
    let later = archive(&plain, "Archive1", "20260801120000Z");
    assert!(matches!(of(&later), BestTime::DocumentTimeStamp(_)));
    assert_eq!(level(&later), Level::BaselineT);
}

#[test]
fn a_file_cut_to_an_earlier_revision_is_what_it_was_then() {
    let verification = judge(&ARCHIVED);
    let ends: Vec<usize> = verification.signatures.iter().map(|one| one.end).collect();
    assert_eq!(ends, [SIGNED.len(), ARCHIVED.len()]);
    assert_eq!(level(&ARCHIVED[..ends[0]]), Level::BaselineT);
    assert!(judge(&ARCHIVED[..ends[0]]).signatures[0].covers_file);
    assert!(!verification.signatures[0].covers_file);
}

#[test]
fn further_signers_are_reported_and_updates_say_what_they_added() {
    let mut handler = Signing::by(person("Handler", 12, 41));
    handler.field = "Handler";
    let first = handler.sign(&RECEIPT);
    let both = Signing::by(office())
        .stamped("20260601120000Z")
        .sign(&first);
    let all = archive(&maker::store(&both), "Archive1", "20260801120000Z");
    let verification = judge(&all);
    assert!(verification.indication().is_passed(), "{verification:#?}");
    let names: Vec<_> = verification
        .signatures
        .iter()
        .map(|one| one.field.as_str())
        .collect();
    assert_eq!(names, ["Handler", "Seal", "Archive1"]);
    assert_eq!(verification.signatures[2].kind, Kind::DocumentTimeStamp);
    let [second, store, stamp] = verification.revisions.as_slice() else {
        panic!("{:#?}", verification.revisions);
    };
    assert_eq!(second.signatures, ["Seal"]);
    assert!(store.validation && store.signatures.is_empty());
    assert_eq!(stamp.time_stamps, ["Archive1"]);
}

#[test]
fn every_algorithm_is_judged() {
    use made::key::Key;
    for key in [
        Key::P384(3),
        Key::P521(4),
        Key::Ed25519(5),
        Key::Sm2(6),
        Key::RsaPss,
    ] {
        let mut who = office();
        who.signer.key = key;
        let signed = Signing::by(who).stamped("20260601120000Z").sign(&RECEIPT);
        assert_eq!(level(&signed), Level::BaselineT, "{key:?}");
    }
}

#[test]
fn without_its_root_nothing_is_decided() {
    let verification = verify(&Inputs::new(&ARCHIVED, &[], made::now())).unwrap();
    assert!(matches!(
        verification.indication(),
        Indication::Indeterminate(_)
    ));
    let roots = anchors();
    let mut inputs = Inputs::new(&ARCHIVED, &roots, made::now());
    inputs.time_anchors = &[];
    let verification = verify(&inputs).unwrap();
    assert_eq!(verification.signatures[0].level, Some(Level::BaselineB));
}

#[test]
fn a_certificate_that_ended_needs_a_proof_from_before() {
    let mut who = office();
    who.signer.to = "20260901000000Z";
    let plain = Signing::by(who.clone()).sign(&RECEIPT);
    let verification = judge(&plain);
    assert!(matches!(
        verification.indication(),
        Indication::Indeterminate(_)
    ));
    let stamped = Signing::by(who.clone())
        .stamped("20260601120000Z")
        .sign(&RECEIPT);
    assert_eq!(level(&stamped), Level::BaselineT);
    assert_eq!(
        level(&archive(&plain, "Archive1", "20260801120000Z")),
        Level::BaselineT
    );
    let _ = authority();
}

#[test]
fn a_revoked_certificate_needs_a_proof_from_before() {
    let office = office();
    let list = made::revocation_list(
        &office.intermediate,
        "20260801000000Z",
        Some((11, "20260701000000Z", Some(1))),
    );
    let judge = |pdf: &[u8]| {
        let roots = anchors();
        let lists = [list.clone()];
        let mut inputs = Inputs::new(pdf, &roots, made::now());
        inputs.revocation = &lists;
        verify(&inputs).unwrap()
    };
    assert!(judge(&SIGNED).indication().is_passed());
    for late in [
        Signing::by(office.clone()).sign(&RECEIPT),
        Signing::by(office.clone())
            .stamped("20260715120000Z")
            .sign(&RECEIPT),
    ] {
        let verification = judge(&late);
        assert!(
            matches!(verification.indication(), Indication::Indeterminate(_)),
            "{verification:#?}"
        );
        assert!(
            verification.signatures[0]
                .findings
                .iter()
                .any(|f| f.code == "revoked-no-poe")
        );
    }
}

/// A second signer with a seal that is seen: appearance, `Form` element, entry in the parent tree.
fn sealed(kind: &str) -> Vec<u8> {
    let pdf = &*SIGNED;
    let field = maker::size(pdf) + 1;
    let catalog = maker::dictionary(pdf, maker::root(pdf));
    let number =
        |object: Option<&fidem_pdf::Object>| object.unwrap().as_reference().unwrap().number;
    let root = number(catalog.get("StructTreeRoot"));
    let mut tree_root = maker::dictionary(pdf, root);
    let document = match tree_root.get("K").unwrap().as_array() {
        Some(kids) => number(kids.first()),
        None => number(tree_root.get("K")),
    };
    let mut element = maker::dictionary(pdf, document);
    maker::push(&mut element, "K", field + 1);
    let write = |dictionary: &fidem_pdf::Dictionary| {
        maker::write(&fidem_pdf::Object::Dictionary(dictionary.clone())).into_bytes()
    };
    let mut beside = vec![
        (
            field + 1,
            format!("<</Type/StructElem/S/{kind}/P {document} 0 R/Alt(Seal)/K[<</Type/OBJR/Obj {field} 0 R>>]>>")
                .into_bytes(),
        ),
        (
            field + 2,
            maker::stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", b"1 0 0 rg 0 0 9 9 re f"),
        ),
        (document, write(&element)),
    ];
    let entry = |node: &fidem_pdf::Dictionary| {
        let mut nums = node.get("Nums").unwrap().as_array().unwrap().to_vec();
        nums.extend([
            fidem_pdf::Object::Integer(9999),
            maker::reference(field + 1),
        ]);
        fidem_pdf::Object::Array(nums)
    };
    match tree_root.get("ParentTree").unwrap().clone() {
        fidem_pdf::Object::Reference(to) => {
            let mut node = maker::dictionary(pdf, to.number);
            node.set("Nums", entry(&node));
            beside.push((to.number, write(&node)));
        }
        direct => {
            let mut node = direct.as_dictionary().unwrap().clone();
            node.set("Nums", entry(&node));
            tree_root.set("ParentTree", fidem_pdf::Object::Dictionary(node));
        }
    }
    tree_root.set("ParentTreeNextKey", fidem_pdf::Object::Integer(10_000));
    beside.push((root, write(&tree_root)));
    let mut signing = Signing::by(person("Approver", 14, 43));
    signing.field = "Approver";
    let rect = format!(
        "[100 100 200 200]/StructParent 9999/AP<</N {} 0 R>>",
        field + 2
    );
    signing.rect = Box::leak(rect.into_boxed_str());
    signing.beside = beside;
    signing.sign(pdf)
}

#[test]
fn a_seal_that_is_seen_may_enter_the_structure_and_nothing_else_may() {
    let verification = judge(&sealed("Form"));
    assert!(verification.indication().is_passed(), "{verification:#?}");
    assert_eq!(verification.revisions[0].signatures, ["Approver"]);
    let verification = judge(&sealed("P"));
    assert!(matches!(verification.indication(), Indication::Failed(_)));
    let said: Vec<String> = verification.revisions[0]
        .changes
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(said.contains(&"structure:replaced".to_owned()), "{said:?}");
}
