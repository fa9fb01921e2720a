//! Every level of PAdES (EN 319 142-1 §6), judged by tools that are not ours.

mod common;

use common::judges::{Ask, conforms, pyhanko_accepts, readers_agree};
use common::pki::{Pki, pki};
use common::{certificate, leave, now, seal_png};
use fidem_signing::{
    Place, Revocation, Seal, SignKey, SignatureField, SignatureRequest, TOKEN_ROOM,
    add_validation_data, prepare, sign, time_stamp,
};

fn field(name: &str, place: Option<Place>) -> SignatureField {
    SignatureField {
        name: name.to_owned(),
        label: format!("电子签名 Signature of the {name}"),
        place,
    }
}

fn seal_place() -> Place {
    Place {
        page: 1,
        left: 410.0,
        bottom: 70.0,
        width: 110.0,
        height: 110.0,
    }
}

fn signed(pki: &Pki, pdf: &[u8], request: &SignatureRequest<'_>, key: &dyn SignKey) -> Vec<u8> {
    let lists = [pki.list("root"), pki.list("issuing")];
    let revocation = Revocation {
        lists: &lists,
        responses: &[],
    };
    let mut stamp = |imprint: &[u8; 32]| pki.stamp(imprint);
    let stamped = request.token_room > 0;
    let source: Option<fidem_signing::StampSource<'_, std::io::Error>> =
        if stamped { Some(&mut stamp) } else { None };
    let signed = sign(pdf, request, key, now(), &revocation, source).expect("a signature");
    assert!(signed.starts_with(pdf), "only appended to");
    signed
}

fn archived(pki: &Pki, pdf: &[u8]) -> Vec<u8> {
    let stamped = time_stamp(pdf, TOKEN_ROOM, &mut |imprint| pki.stamp(imprint));
    let stamped = stamped.expect("a document time-stamp");
    assert!(stamped.starts_with(pdf), "only appended to");
    stamped
}

#[test]
fn an_invisible_signature_of_level_b() {
    let pki = pki();
    let unsigned = certificate();
    conforms(&unsigned, "unsigned");
    let request = SignatureRequest {
        field: "office",
        declare: &[field("office", None)],
        reason: Some("出具证书 Issue of the certificate"),
        location: Some("上海 Shanghai"),
        ..SignatureRequest::default()
    };
    let signed = signed(pki, &unsigned, &request, &pki.signer("handler"));
    leave("b-b-invisible.pdf", &signed);
    conforms(&signed, "B-B");
    readers_agree(&signed, 1, "B-B");
    pyhanko_accepts(&signed, pki, &Ask::Signatures, "B-B");
}

fn sealed_request<'a>(declare: &'a [SignatureField], seal: &'a Seal) -> SignatureRequest<'a> {
    SignatureRequest {
        field: "office",
        declare,
        seal: Some(seal),
        reason: Some("出具证书 Issue of the certificate"),
        token_room: TOKEN_ROOM,
        ..SignatureRequest::default()
    }
}

#[test]
fn a_sealed_signature_of_every_level_and_a_renewal() {
    let pki = pki();
    let unsigned = certificate();
    let seal = Seal::from_png(&seal_png(300)).expect("a seal");
    let declared = [field("office", Some(seal_place()))];
    let request = sealed_request(&declared, &seal);

    let level_b = SignatureRequest {
        token_room: 0,
        ..request.clone()
    };
    let level_b = signed(pki, &unsigned, &level_b, &pki.signer("handler"));
    leave("b-b.pdf", &level_b);
    conforms(&level_b, "B-B");
    readers_agree(&level_b, 1, "B-B");
    pyhanko_accepts(&level_b, pki, &Ask::Signatures, "B-B");

    let level_t = signed(pki, &unsigned, &request, &pki.signer("office"));
    leave("b-t.pdf", &level_t);
    conforms(&level_t, "B-T");
    readers_agree(&level_t, 1, "B-T");
    pyhanko_accepts(&level_t, pki, &Ask::Signatures, "B-T");

    let data = pki.validation_data(&["office"]);
    let level_lt = add_validation_data(&level_t, &data).expect("validation data");
    assert!(level_lt.starts_with(&level_t));
    leave("b-lt.pdf", &level_lt);
    conforms(&level_lt, "B-LT");
    readers_agree(&level_lt, 1, "B-LT");
    pyhanko_accepts(&level_lt, pki, &Ask::LongTerm, "B-LT");
    assert_eq!(
        add_validation_data(&level_lt, &data).as_ref(),
        Ok(&level_lt)
    );

    let level_lta = archived(pki, &level_lt);
    leave("b-lta.pdf", &level_lta);
    leave("levels-trust.pem", &pki.read("root.pem"));
    conforms(&level_lta, "B-LTA");
    readers_agree(&level_lta, 1, "B-LTA");
    pyhanko_accepts(&level_lta, pki, &Ask::LongTerm, "B-LTA");

    let mut newer = data.clone();
    newer.responses.push(pki.ocsp("tsa"));
    newer.certificates.push(pki.der("responder"));
    let renewed = add_validation_data(&level_lta, &newer).expect("validation data");
    assert!(renewed.starts_with(&level_lta) && renewed.len() > level_lta.len());
    let renewed = archived(pki, &renewed);
    leave("b-lta-renewed.pdf", &renewed);
    conforms(&renewed, "renewed");
    readers_agree(&renewed, 1, "renewed");
    pyhanko_accepts(&renewed, pki, &Ask::LongTerm, "renewed");
}

#[test]
fn three_signers_in_order() {
    let pki = pki();
    let seal = Seal::from_png(&seal_png(300)).expect("a seal");
    let left = |left: f64| Place {
        left,
        bottom: 40.0,
        width: 60.0,
        height: 40.0,
        ..seal_place()
    };
    let declare = [
        field("handler", Some(left(60.0))),
        field("approver", Some(left(160.0))),
        field("office", Some(seal_place())),
    ];
    let mut pdf = certificate();
    for (position, name) in ["handler", "approver", "office"].into_iter().enumerate() {
        let request = SignatureRequest {
            field: name,
            declare: if position == 0 { &declare } else { &[] },
            ..sealed_request(&[], &seal)
        };
        pdf = signed(pki, &pdf, &request, &pki.signer(name));
        leave(&format!("signer-{}.pdf", position + 1), &pdf);
        conforms(&pdf, name);
        readers_agree(&pdf, position + 1, name);
        pyhanko_accepts(&pdf, pki, &Ask::Signatures, name);
    }
    let data = pki.validation_data(&["handler", "approver", "office"]);
    let pdf = add_validation_data(&pdf, &data).expect("validation data");
    let pdf = archived(pki, &pdf);
    leave("three-b-lta.pdf", &pdf);
    conforms(&pdf, "three signers, B-LTA");
    readers_agree(&pdf, 3, "three signers, B-LTA");
    pyhanko_accepts(&pdf, pki, &Ask::LongTerm, "three signers, B-LTA");
}

#[test]
fn the_same_inputs_give_the_same_octets() {
    let pki = pki();
    let unsigned = certificate();
    let declare = [field("office", Some(seal_place()))];
    let seal = Seal::from_png(&seal_png(200)).expect("a seal");
    let request = SignatureRequest {
        token_room: 0,
        ..sealed_request(&declare, &seal)
    };
    let (key, time) = (pki.signer("handler"), now());
    let make = || {
        let prepared = prepare(&unsigned, &request, key.chain(), time).expect("prepared");
        let signature = key.sign(prepared.to_be_signed()).expect("a signature");
        prepared.finish(&signature, None).expect("signed")
    };
    assert_eq!(make(), make());
}
