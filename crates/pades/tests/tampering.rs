//! Every way of altering a signed receipt that is tried here is found, and said for what it is.

mod maker;

use fidem_pades::Verification;
use fidem_pdf::{Dictionary, File, Object};
use maker::{
    ARCHIVED, LONG_TERM, RECEIPT, SIGNED, Signing, append, append_with, archive, dictionary, edit,
    edit_with, fill, find, judge, made, office, pages, person, push, reference, root, size, stream,
    token_over, trailer, write,
};
use rfc3161_client::Indication;

/// Fails, and for this reason: a finding of the signature at this index.
#[track_caller]
fn fails(pdf: &[u8], index: usize, code: &str) -> Verification {
    let verification = judge(pdf);
    assert!(
        matches!(verification.indication(), Indication::Failed(_)),
        "{verification:#?}"
    );
    let found = &verification.signatures[index].findings;
    assert!(
        found.iter().any(|finding| finding.code == code),
        "no {code}: {found:#?}"
    );
    verification
}

/// The signatures hold; an update after them does not.
#[track_caller]
fn changed(pdf: &[u8], what: &str) {
    let verification = judge(pdf);
    assert!(
        matches!(verification.indication(), Indication::Failed(_)),
        "{verification:#?}"
    );
    assert!(
        verification
            .signatures
            .iter()
            .all(|one| one.indication.is_passed())
    );
    let said: Vec<String> = verification
        .revisions
        .iter()
        .flat_map(|revision| revision.changes.iter().map(ToString::to_string))
        .collect();
    assert!(said.iter().any(|said| said == what), "no {what}: {said:?}");
    let found = verification
        .findings
        .iter()
        .filter(|finding| finding.code == "pdf-changed-after");
    assert_eq!(found.count(), said.len());
}

fn contents_gap(pdf: &[u8]) -> std::ops::Range<usize> {
    let start = find(pdf, b"/Contents<30", RECEIPT.len()) + 9;
    start..find(pdf, b">", start) + 1
}

#[test]
fn a_flipped_octet_in_each_covered_region_is_found() {
    let gap = contents_gap(&SIGNED);
    let trailer_of_first = find(&SIGNED, b"<pdf:PDFVersion>", 0) + 17;
    let reason = find(&SIGNED, b"D:20260601", RECEIPT.len()) + 5;
    let printed = find(&SIGNED, b"stream\n", 2000) + 40;
    let widget = find(&SIGNED, b"/T(Seal)", gap.end) + 4;
    for at in [20, printed, trailer_of_first, reason, widget] {
        assert!(!gap.contains(&at));
        let mut altered = SIGNED.clone();
        altered[at] ^= 1;
        let verification = fails(&altered, 0, "message-digest-mismatch");
        assert!(!verification.indication().is_passed());
    }
}

#[test]
fn a_flipped_octet_of_the_signature_is_found() {
    let gap = contents_gap(&SIGNED);
    let mut signature = SIGNED.clone();
    // the last octet before the unsigned attributes lies somewhere here; each flip must be found one way or another
    for at in (gap.start + 1..gap.start + 1500).step_by(97) {
        let kept = signature[at];
        signature[at] = if kept == b'0' { b'1' } else { b'0' };
        assert!(!judge(&signature).indication().is_passed(), "{at}");
        signature[at] = kept;
    }
}

#[test]
fn a_byte_range_that_leaves_something_out_is_found() {
    // shortened at its end, so that the trailer is not covered
    let (mut moved, gap) = Signing::by(office()).prepare(&RECEIPT);
    let at = find(&moved, b"/ByteRange[0 ", RECEIPT.len()) + 13;
    let rest = moved.len() - gap.end - 7;
    moved[at + 22..at + 32].copy_from_slice(format!("{rest:010}").as_bytes());
    let value = Signing::by(office()).cms(&[&moved[..gap.start], &moved[gap.end..gap.end + rest]]);
    fill(&mut moved, &gap, &value);
    fails(&moved, 0, "pdf-byte-range");
    // a gap wider than the value
    let (mut wide, gap) = Signing::by(office()).prepare(&RECEIPT);
    let start = gap.start - 9;
    wide[at..at + 10].copy_from_slice(format!("{start:010}").as_bytes());
    let value = Signing::by(office()).cms(&[&wide[..start], &wide[gap.end..]]);
    fill(&mut wide, &gap, &value);
    fails(&wide, 0, "pdf-byte-range");
    // not from the start
    let mut late = SIGNED.clone();
    late[at - 2] = b'1';
    fails(&late, 0, "pdf-byte-range");
}

#[test]
fn altered_padding_is_found() {
    let gap = contents_gap(&SIGNED);
    let mut altered = SIGNED.clone();
    altered[gap.end - 4] = b'7';
    fails(&altered, 0, "pdf-contents-padding");
    altered[gap.end - 4] = b' ';
    fails(&altered, 0, "pdf-signature-dictionary");
}

/// What pdfsig calls valid: page 1 shown with other content by an update.
#[test]
fn the_replaced_page_is_found() {
    let page = pages(&ARCHIVED)[0];
    let next = size(&ARCHIVED);
    let forged = edit_with(
        &ARCHIVED,
        page,
        |page| page.set("Contents", reference(next)),
        &[(next, stream("", b"BT (another amount) Tj ET"))],
    );
    changed(&forged, "page-content:1:replaced:Contents");
    // in place: the same object has another stream
    let content = dictionary(&ARCHIVED, page);
    let content = content
        .get("Contents")
        .unwrap()
        .as_reference()
        .unwrap()
        .number;
    changed(
        &append(&ARCHIVED, &[(content, stream("", b"q Q"))]),
        "page-content:1:replaced",
    );
    // under the next archive time stamp it stays found
    changed(
        &archive(&forged, "Archive2", "20261001120000Z"),
        "page-content:1:replaced:Contents",
    );
    // with the whole tree of pages new
    let tree = edit(&SIGNED, root(&SIGNED), |catalog| {
        catalog.set("Pages", reference(page));
    });
    changed(&tree, "catalog:replaced:Pages");
}

#[test]
fn a_replaced_attachment_is_found() {
    let file = File::parse(&SIGNED).unwrap();
    let catalog = file.catalog().unwrap();
    let names = file.dictionary(catalog.get("Names"), "Names").unwrap();
    let tree = file.dictionary(names.get("EmbeddedFiles"), "tree").unwrap();
    let list = file.array(tree.get("Names"), "Names").unwrap();
    let manifest = list
        .iter()
        .position(|n| n.as_string() == Some(b"manifest-001.json"))
        .unwrap();
    let specification = list[manifest + 1].as_reference().unwrap().number;
    let embedded = dictionary(&SIGNED, specification);
    let stream_number = embedded.get("EF").unwrap().as_dictionary().unwrap();
    let stream_number = stream_number
        .get("F")
        .unwrap()
        .as_reference()
        .unwrap()
        .number;
    let forged = append(
        &SIGNED,
        &[(stream_number, stream("/Type/EmbeddedFile", b"{}"))],
    );
    changed(&forged, "attachment:manifest-001.json:replaced");
    // one more
    let next = size(&SIGNED);
    let added = edit_with(
        &SIGNED,
        root(&SIGNED),
        |catalog| {
            let mut more = list.clone();
            more.extend([Object::String(b"z.txt".to_vec()), reference(next)]);
            let mut tree = Dictionary::default();
            tree.set("Names", Object::Array(more));
            let mut names = Dictionary::default();
            names.set("EmbeddedFiles", Object::Dictionary(tree));
            catalog.set("Names", Object::Dictionary(names));
        },
        &[
            (
                next,
                format!(
                    "<</Type/Filespec/F(z.txt)/UF(z.txt)/EF<</F {} 0 R>>>>",
                    next + 1
                )
                .into_bytes(),
            ),
            (next + 1, stream("/Type/EmbeddedFile", b"z")),
        ],
    );
    changed(&added, "attachment:z.txt:added");
}

#[test]
fn an_added_annotation_is_found() {
    let (page, next) = (pages(&SIGNED)[0], size(&SIGNED));
    let stamp = "<</Type/Annot/Subtype/FreeText/Rect[0 0 600 800]/Contents(paid)/F 4>>";
    let forged = edit_with(
        &SIGNED,
        page,
        |page| push(page, "Annots", next),
        &[(next, stamp.as_bytes().to_vec())],
    );
    changed(&forged, "annotation:1:replaced:Annots");
}

#[test]
fn altered_metadata_are_found() {
    let metadata = dictionary(&SIGNED, root(&SIGNED));
    let metadata = metadata
        .get("Metadata")
        .unwrap()
        .as_reference()
        .unwrap()
        .number;
    let forged = append(
        &SIGNED,
        &[(metadata, stream("/Type/Metadata/Subtype/XML", b"<x/>"))],
    );
    changed(&forged, "metadata:replaced");
    let information = trailer(&SIGNED)
        .get("Info")
        .unwrap()
        .as_reference()
        .unwrap()
        .number;
    let forged = edit(&SIGNED, information, |info| {
        info.set("Title", Object::String(b"x".to_vec()));
    });
    changed(&forged, "information:replaced");
    let next = size(&SIGNED);
    let elsewhere = append_with(&SIGNED, &[(next, b"<</Title(x)>>".to_vec())], |trailer| {
        trailer.set("Info", reference(next));
    });
    changed(&elsewhere, "information:replaced:Info");
}

#[test]
fn a_replaced_field_value_is_found() {
    // a text field that was there when the office signed
    let next = size(&RECEIPT);
    let mut form = Dictionary::default();
    push(&mut form, "Fields", next);
    let with_field = edit_with(
        &RECEIPT,
        root(&RECEIPT),
        |catalog| catalog.set("AcroForm", Object::Dictionary(form)),
        &[(next, b"<</FT/Tx/T(Amount)/V(100)>>".to_vec())],
    );
    let signed = Signing::by(office()).sign(&with_field);
    assert!(judge(&signed).indication().is_passed());
    let forged = edit(&signed, next, |field| {
        field.set("V", Object::String(b"900".to_vec()));
    });
    changed(&forged, "field:Amount:replaced");
}

#[test]
fn an_action_on_opening_is_found() {
    let forged = edit(&SIGNED, root(&SIGNED), |catalog| {
        let mut action = Dictionary::default();
        action.set("S", Object::Name(b"JavaScript".to_vec()));
        action.set("JS", Object::String(b"app.alert(1)".to_vec()));
        catalog.set("OpenAction", Object::Dictionary(action));
    });
    changed(&forged, "catalog:replaced:OpenAction");
}

#[test]
fn a_signature_that_is_taken_away_is_found() {
    let without = edit(&SIGNED, root(&SIGNED), |catalog| {
        catalog.set("AcroForm", Object::Null);
    });
    changed(&without, "form:replaced:AcroForm");
    let stripped = edit(&LONG_TERM, root(&LONG_TERM), |catalog| {
        catalog.set("DSS", Object::Null);
    });
    changed(&stripped, "validation:replaced:DSS");
}

#[test]
fn a_signature_of_another_file_is_found() {
    let other = edit(&RECEIPT, root(&RECEIPT), |catalog| {
        catalog.set("Lang", Object::String(b"en".to_vec()));
    });
    let other = Signing::by(office())
        .stamped("20260601120000Z")
        .sign(&other);
    let (from, to) = (contents_gap(&other), contents_gap(&SIGNED));
    let mut swapped = SIGNED.clone();
    swapped[to].copy_from_slice(&other[from]);
    fails(&swapped, 0, "message-digest-mismatch");
}

#[test]
fn a_time_stamp_of_another_signature_is_found() {
    let mut signing = Signing::by(office()).stamped("20260601120000Z");
    signing.stamp_over = Some(b"another signature".to_vec());
    let verification = fails(&signing.sign(&RECEIPT), 0, "pdf-time-stamp-failed");
    assert!(
        verification.signatures[0].time_stamps[0]
            .finding("imprint-mismatch")
            .is_some()
    );
    let mut archived = Signing::by(maker::authority()).stamped("20260801120000Z");
    archived.kind = "DocTimeStamp";
    archived.filter = "ETSI.RFC3161";
    let (mut out, gap) = archived.prepare(&SIGNED);
    fill(
        &mut out,
        &gap,
        &token_over(b"another document", "20260801120000Z"),
    );
    fails(&out, 1, "imprint-mismatch");
}

#[test]
fn exchanged_certificates_are_found() {
    // another certificate of the same name and number, for the key of somebody else
    let mut other = office();
    other.signer.key = made::key::Key::P256(77);
    let mut signing = Signing::by(office());
    signing.certificates = Some(
        [
            other.signer_der(),
            other.intermediate.signed_by(&other.root),
        ]
        .concat(),
    );
    let verification = fails(&signing.sign(&RECEIPT), 0, "signing-certificate-mismatch");
    let found = &verification.signatures[0].findings;
    assert!(
        found
            .iter()
            .any(|finding| finding.code == "signature-invalid")
    );
    // the sid points to another certificate that travels along
    let mut signing = Signing::by(office());
    let somebody = person("Somebody", 13, 42);
    signing.sid_serial = Some(13);
    signing.certificates = Some([somebody.signer_der(), office().signer_der()].concat());
    fails(&signing.sign(&RECEIPT), 0, "signing-certificate-mismatch");
    // a certificate that is not bound into the signature
    let mut signing = Signing::by(office());
    signing.certificate_bound = false;
    fails(&signing.sign(&RECEIPT), 0, "signing-certificate-missing");
}

#[test]
fn octets_after_the_last_update_are_found() {
    for tail in [
        &b"\n% more\n"[..],
        b"1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n",
        b"\n",
    ] {
        let verification = judge(&[&SIGNED, tail].concat());
        assert!(matches!(verification.indication(), Indication::Failed(_)));
        assert_eq!(verification.findings[0].code, "pdf-octets-after");
        assert!(!verification.signatures[0].covers_file);
    }
    // an archive time stamp that was not written to its end
    let verification = judge(&ARCHIVED[..ARCHIVED.len() - 100]);
    assert_eq!(verification.findings[0].code, "pdf-octets-after");
}

#[test]
fn a_field_without_its_signature_is_found() {
    let (page, next) = (pages(&SIGNED)[0], size(&SIGNED));
    let mut catalog = dictionary(&SIGNED, root(&SIGNED));
    let mut form = catalog
        .get("AcroForm")
        .unwrap()
        .as_dictionary()
        .unwrap()
        .clone();
    push(&mut form, "Fields", next);
    catalog.set("AcroForm", Object::Dictionary(form));
    let widget = format!(
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(Later)/P {page} 0 R/Rect[0 0 600 800]/AP<</N {} 0 R>>>>",
        next + 1
    );
    let forged = edit_with(
        &SIGNED,
        page,
        |page| push(page, "Annots", next),
        &[
            (
                root(&SIGNED),
                write(&Object::Dictionary(catalog)).into_bytes(),
            ),
            (next, widget.into_bytes()),
            (
                next + 1,
                stream(
                    "/Type/XObject/Subtype/Form/BBox[0 0 600 800]",
                    b"1 g 0 0 600 800 re f",
                ),
            ),
        ],
    );
    changed(&forged, "form:added:Fields");
}

#[test]
fn a_document_time_stamp_that_covers_a_page_is_found() {
    let mut signing = Signing::by(maker::authority()).stamped("20260801120000Z");
    signing.kind = "DocTimeStamp";
    signing.filter = "ETSI.RFC3161";
    let next = size(&SIGNED);
    signing.rect = Box::leak(format!("[0 0 600 800]/AP<</N {} 0 R>>", next + 2).into_boxed_str());
    signing.beside = vec![(
        next + 2,
        stream(
            "/Type/XObject/Subtype/Form/BBox[0 0 600 800]",
            b"1 g 0 0 600 800 re f",
        ),
    )];
    changed(&signing.sign(&SIGNED), "form:added:Fields");
}

#[test]
fn an_object_that_was_referred_to_and_missing_is_found() {
    // the page leads to an object that comes with the validation data only
    let page = pages(&RECEIPT)[0];
    let missing = size(&RECEIPT) + 2;
    let prepared = edit(&RECEIPT, page, |page| page.set("Group", reference(missing)));
    let signed = Signing::by(office()).sign(&prepared);
    assert_eq!(size(&signed), missing);
    let store = format!("<</Certs[{missing} 0 R]>>");
    let forged = edit_with(
        &signed,
        root(&signed),
        |catalog| catalog.set("DSS", reference(missing + 1)),
        &[
            (missing, stream("", b"x")),
            (missing + 1, store.into_bytes()),
        ],
    );
    let verification = judge(&forged);
    let said = verification.revisions[0].changes[0].to_string();
    assert!(said.ends_with(":added:dangling"), "{said}");
}

#[test]
fn a_further_signature_that_fails_fails_the_whole() {
    let second = Signing::by(person("Handler", 12, 41)).sign(&SIGNED);
    assert!(judge(&second).indication().is_passed());
    let mut altered = second.clone();
    let at = find(&altered, b"D:20260601", SIGNED.len()) + 5;
    altered[at] ^= 1;
    let verification = fails(&altered, 1, "message-digest-mismatch");
    assert!(verification.signatures[0].indication.is_passed());
    // where the first signer forbade it
    let mut closed = Signing::by(office());
    closed.extra = "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]";
    let after = Signing::by(person("Handler", 12, 41)).sign(&closed.sign(&RECEIPT));
    assert_eq!(judge(&after).findings[0].code, "pdf-not-permitted");
}

#[test]
fn removed_and_stray_objects_are_found() {
    let page = pages(&SIGNED)[0];
    changed(
        &append(&SIGNED, &[(page, b"null".to_vec())]),
        "page:1:replaced",
    );
    let stray = append(&SIGNED, &[(size(&SIGNED), b"<</Type/Catalog>>".to_vec())]);
    changed(&stray, "other:added");
}

/// An update after the signatures is against the rules, whatever it is said to be.
#[track_caller]
fn forged(pdf: &[u8]) {
    let verification = judge(pdf);
    let last = verification.revisions.last().unwrap();
    assert!(!last.changes.is_empty(), "{verification:#?}");
    assert!(matches!(verification.indication(), Indication::Failed(_)));
}

#[test]
fn what_passes_for_the_annotations_of_a_page_is_found() {
    let page = *pages(&SIGNED).last().unwrap();
    let before = dictionary(&SIGNED, page);
    let content = before.get("Contents").unwrap().as_reference().unwrap();
    let list = before.get("Annots").map_or("[]".to_owned(), write);
    let blank = edit_with(
        &SIGNED,
        page,
        |page| page.set("Annots", Object::Reference(content)),
        &[(content.number, list.into_bytes())],
    );
    forged(&blank);
}

#[test]
fn what_a_store_leads_to_besides_is_not_the_stores() {
    let catalog = root(&SIGNED);
    let led = edit(&SIGNED, catalog, |dictionary| {
        let mut store = Dictionary::default();
        let mut related = Dictionary::default();
        related.set("X", reference(catalog));
        store.set("VRI", Object::Dictionary(related));
        dictionary.set("DSS", Object::Dictionary(store));
    });
    assert!(judge(&led).indication().is_passed());
    let tree = dictionary(&led, catalog);
    let tree = tree.get("Pages").unwrap().as_reference().unwrap().number;
    forged(&edit(&led, tree, |pages| {
        pages.set("Rotate", Object::Integer(90));
    }));
}

#[test]
fn a_signature_that_says_to_be_a_time_stamp_is_none() {
    let mut closed = Signing::by(office());
    closed.extra = "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]";
    let closed = closed.sign(&RECEIPT);
    let mut second = Signing::by(person("Handler", 12, 41));
    second.kind = "DocTimeStamp";
    let verification = judge(&second.sign(&closed));
    assert_eq!(verification.findings[0].code, "pdf-not-permitted");
    assert!(verification.revisions[0].time_stamps.is_empty());
}
