//! What is not signed, and why.

mod common;

use std::convert::Infallible;

use common::pki::{PASSPHRASE, pki};
use common::{certificate, now, png_of, seal_png};
use fidem_signing::{
    Algorithm, CheckError, KeyError, Pkcs12Key, Place, Revocation, Seal, SealError, SignError,
    SignFailure, SignKey, SignatureField, SignatureRequest, StampSource, Standing, TOKEN_ROOM,
    check, imprint, prepare, prepare_time_stamp, sign,
};

const YEAR: i64 = 365 * 86_400;

fn field(place: Option<Place>) -> SignatureField {
    SignatureField {
        name: "office".to_owned(),
        label: "Seal of the office".to_owned(),
        place,
    }
}

fn place() -> Place {
    Place {
        page: 1,
        left: 400.0,
        bottom: 60.0,
        width: 100.0,
        height: 100.0,
    }
}

fn request(declare: &[SignatureField]) -> SignatureRequest<'_> {
    SignatureRequest {
        field: "office",
        declare,
        ..SignatureRequest::default()
    }
}

#[test]
fn certificates_outside_their_validity() {
    let key = pki().signer("handler");
    let at = |time: i64| check(&key, time, &Revocation::default());
    assert_eq!(at(now().unix), Ok(Standing::NotChecked));
    let late = now().unix + 20 * YEAR;
    assert!(matches!(
        at(late),
        Err(CheckError::Expired { not_after, time, .. }) if time == late && not_after < late
    ));
    let early = now().unix - YEAR;
    assert!(matches!(
        at(early),
        Err(CheckError::NotYetValid { not_before, .. }) if not_before > early
    ));
    // and the check stands before every signature
    let time = fidem_signing::SigningTime {
        unix: late,
        offset_minutes: 0,
    };
    let none: Option<StampSource<'_, Infallible>> = None;
    let refused = sign(
        &certificate(),
        &request(&[field(None)]),
        &key,
        time,
        &Revocation::default(),
        none,
    );
    assert!(matches!(
        refused,
        Err(SignFailure::Sign(SignError::Check(
            CheckError::Expired { .. }
        )))
    ));
}

#[test]
fn certificates_that_are_not_for_signatures() {
    let key = pki().signer("encipherer");
    assert!(matches!(
        check(&key, now().unix, &Revocation::default()),
        Err(CheckError::KeyUsage { subject }) if subject.contains("Encipherer")
    ));
}

#[test]
fn revoked_certificates_by_list_and_by_response() {
    let pki = pki();
    let (good, revoked) = (pki.signer("handler"), pki.signer("revoked"));
    let lists = [pki.list("issuing"), pki.list("root")];
    let responses = [pki.ocsp("handler"), pki.ocsp("revoked")];
    let now = now().unix;
    for given in [
        Revocation {
            lists: &lists,
            responses: &[],
        },
        Revocation {
            lists: &[],
            responses: &responses,
        },
        Revocation {
            lists: &lists,
            responses: &responses,
        },
    ] {
        assert!(
            matches!(check(&good, now, &given), Ok(Standing::Good { this_update }) if this_update <= now + 5)
        );
        assert!(matches!(
            check(&revoked, now, &given),
            Err(CheckError::Revoked { revoked_at, .. }) if revoked_at <= now + 5
        ));
    }
    let stale = Revocation {
        lists: &lists,
        responses: &[],
    };
    assert!(matches!(
        check(&good, now + YEAR / 4, &stale),
        Err(CheckError::RevocationStale { .. })
    ));
    // the root's list says nothing of what another issued, and a response of another certificate nothing at all
    let silent = Revocation {
        lists: &lists[1..],
        responses: &responses[1..],
    };
    assert!(matches!(
        check(&good, now, &silent),
        Err(CheckError::RevocationUnknown { .. })
    ));
    // a list with one octet changed is nobody's
    let mut forged = lists[0].clone();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let forged = [forged];
    let forged = Revocation {
        lists: &forged,
        responses: &[],
    };
    assert!(matches!(
        check(&revoked, now, &forged),
        Err(CheckError::RevocationUnknown { .. })
    ));
    let mut forged = responses[0].clone();
    let at = forged
        .windows(3)
        .position(|window| window == [0x80, 0, 0x18])
        .expect("good");
    forged[at + 5] ^= 1;
    let forged = [forged];
    let forged = Revocation {
        lists: &[],
        responses: &forged,
    };
    assert!(matches!(
        check(&good, now, &forged),
        Err(CheckError::RevocationUnknown { .. })
    ));
}

/// The certificate of one with the key of another.
struct Borrowed(Pkcs12Key, Pkcs12Key);

impl SignKey for Borrowed {
    fn chain(&self) -> &[Vec<u8>] {
        self.0.chain()
    }

    fn algorithm(&self) -> Algorithm {
        self.1.algorithm()
    }

    fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.1.sign(to_be_signed)
    }
}

#[test]
fn keys_of_other_certificates() {
    let pki = pki();
    let declare = [field(None)];
    let refused = |key: &dyn SignKey| {
        let none: Option<StampSource<'_, Infallible>> = None;
        sign(
            &certificate(),
            &request(&declare),
            key,
            now(),
            &Revocation::default(),
            none,
        )
    };
    let other_key = Borrowed(pki.signer("handler"), pki.signer("revoked"));
    assert_eq!(
        refused(&other_key),
        Err(SignFailure::Sign(SignError::KeyMismatch))
    );
    let other_kind = Borrowed(pki.signer("handler"), pki.signer("approver"));
    assert_eq!(
        refused(&other_kind),
        Err(SignFailure::Sign(SignError::Check(CheckError::KeyMismatch)))
    );
    assert_eq!(
        refused(&pki.signer("sm2")),
        Err(SignFailure::Sign(SignError::AlgorithmNotForPdf))
    );
}

#[test]
fn key_files() {
    let pki = pki();
    let open = |file: &[u8], passphrase: &str| {
        Pkcs12Key::open(file, passphrase).map(|key| key.algorithm())
    };
    let file = pki.read("handler.p12");
    assert_eq!(open(&file, PASSPHRASE), Ok(Algorithm::RsaSha256));
    assert_eq!(
        open(&pki.read("approver.p12"), PASSPHRASE),
        Ok(Algorithm::EcdsaP256Sha256)
    );
    assert_eq!(
        open(&pki.read("office.p12"), PASSPHRASE),
        Ok(Algorithm::EcdsaP384Sha384)
    );
    assert_eq!(
        open(&pki.read("sm2.p12"), PASSPHRASE),
        Ok(Algorithm::Sm2Sm3)
    );
    for wrong in ["", "sesame", "锁 sesame 8"] {
        assert_eq!(open(&file, wrong), Err(KeyError::WrongPassphrase));
    }
    let broken = [&file[..file.len() / 2], b"not PKCS#12 at all", b""];
    for broken in broken {
        assert!(matches!(
            open(broken, PASSPHRASE),
            Err(KeyError::Unreadable { .. })
        ));
    }
    // what Windows wrote for twenty years: RC2 of 40 bits, Triple DES, SHA-1
    let legacy = pki.export("handler", "handler", &["-legacy"]);
    assert_ne!(legacy, file);
    assert_eq!(open(&legacy, PASSPHRASE), Ok(Algorithm::RsaSha256));
    let passphrase = format!("pass:{PASSPHRASE}");
    pki.openssl(
        "pkcs12 -export -nocerts -inkey handler.key -out alone.p12",
        &["-passout", &passphrase],
    );
    assert_eq!(
        open(&pki.read("alone.p12"), PASSPHRASE),
        Err(KeyError::NoCertificate)
    );
    pki.openssl(
        "pkcs12 -export -nokeys -in handler.pem -out keyless.p12",
        &["-passout", &passphrase],
    );
    assert_eq!(
        open(&pki.read("keyless.p12"), PASSPHRASE),
        Err(KeyError::NoKey)
    );
    // a certificate alone, its chain from elsewhere
    pki.openssl(
        "pkcs12 -export -in handler.pem -inkey handler.key -out short.p12",
        &["-passout", &passphrase],
    );
    let short = Pkcs12Key::open(&pki.read("short.p12"), PASSPHRASE).expect("a key");
    assert_eq!(short.chain().len(), 1);
    let others = [pki.der("root"), pki.der("approver"), pki.der("issuing")];
    let whole = short.with_certificates(&others);
    assert_eq!(whole.chain(), pki.signer("handler").chain());
    let key = pki.signer("handler");
    assert_eq!(key.chain().len(), 3);
    assert_eq!(
        format!("{key:?}"),
        "Pkcs12Key { algorithm: RsaSha256, certificates: 3, .. }"
    );
}

#[test]
fn fields_that_cannot_be_signed() {
    let pki = pki();
    let unsigned = certificate();
    let key = pki.signer("handler");
    let attempt = |pdf: &[u8], request: &SignatureRequest<'_>| {
        let prepared = prepare(pdf, request, key.chain(), now())?;
        let signature = key.sign(prepared.to_be_signed())?;
        prepared.finish(&signature, None)
    };
    let seal = Seal::from_png(&seal_png(64)).expect("a seal");
    let office = || "office".to_owned();
    assert_eq!(
        attempt(&unsigned, &request(&[])),
        Err(SignError::NoField { field: office() })
    );
    let twice = [field(None), field(None)];
    assert_eq!(
        attempt(&unsigned, &request(&twice)),
        Err(SignError::FieldName { field: office() })
    );
    let dotted = SignatureField {
        name: "a.b".to_owned(),
        ..field(None)
    };
    assert_eq!(
        attempt(&unsigned, &request(&[dotted])),
        Err(SignError::FieldName {
            field: "a.b".to_owned()
        })
    );
    for wrong in [
        Place {
            left: 540.0,
            ..place()
        },
        Place {
            bottom: -1.0,
            ..place()
        },
        Place {
            width: 0.0,
            ..place()
        },
        Place {
            height: f64::NAN,
            ..place()
        },
        Place {
            left: f64::INFINITY,
            ..place()
        },
    ] {
        assert_eq!(
            attempt(&unsigned, &request(&[field(Some(wrong))])),
            Err(SignError::Place { field: office() })
        );
    }
    assert_eq!(
        attempt(
            &unsigned,
            &request(&[field(Some(Place {
                page: 99,
                ..place()
            }))])
        ),
        Err(SignError::Page { page: 99, pages: 8 })
    );
    let unseen = SignatureRequest {
        seal: Some(&seal),
        ..request(&[])
    };
    let declared = [field(None)];
    assert_eq!(
        attempt(
            &unsigned,
            &SignatureRequest {
                declare: &declared,
                ..unseen.clone()
            }
        ),
        Err(SignError::NoPlaceForSeal { field: office() })
    );
    let signed = attempt(&unsigned, &request(&declared)).expect("a signature");
    assert_eq!(
        attempt(&signed, &request(&[])),
        Err(SignError::Signed { field: office() })
    );
    assert_eq!(
        attempt(&signed, &request(&declared)),
        Err(SignError::FieldsAreSettled)
    );
    assert!(matches!(
        attempt(b"%PDF-1.7 and no more", &request(&declared)),
        Err(SignError::Pdf(_))
    ));
    let mut longer = signed.clone();
    longer.extend_from_slice(b"appended");
    assert!(matches!(
        attempt(&longer, &request(&[])),
        Err(SignError::Pdf(_))
    ));
}

#[test]
fn tokens_over_something_else() {
    let pki = pki();
    let key = pki.signer("handler");
    let declare = [field(None)];
    let roomy = SignatureRequest {
        token_room: TOKEN_ROOM,
        ..request(&declare)
    };
    let prepared = prepare(&certificate(), &roomy, key.chain(), now()).expect("prepared");
    let signature = key.sign(prepared.to_be_signed()).expect("a signature");
    let other = pki.stamp(&[7; 32]).expect("a token");
    let own = pki.stamp(&imprint(&signature)).expect("a token");
    let finish = |token: &[u8]| prepared.clone().finish(&signature, Some(token));
    assert_eq!(finish(&other), Err(SignError::TimeStamp));
    assert_eq!(finish(b"no token"), Err(SignError::TimeStamp));
    assert!(finish(&own).is_ok());
    let mut broken = signature.clone();
    broken[9] ^= 1;
    assert_eq!(
        prepared.clone().finish(&broken, None),
        Err(SignError::KeyMismatch)
    );

    let tight = prepare_time_stamp(&certificate(), 100).expect("prepared");
    let token = pki.stamp(tight.imprint()).expect("a token");
    assert!(matches!(
        tight.finish(&token),
        Err(SignError::Room { needed, room: 100 }) if needed > 1000
    ));
}

#[test]
fn pictures_that_are_no_seals() {
    let refused = |file: &[u8]| Seal::from_png(file).err();
    let png = seal_png(64);
    assert!(matches!(
        refused(b"\xff\xd8\xff\xe0 a JPEG"),
        Some(SealError::Png { .. })
    ));
    assert!(matches!(refused(b""), Some(SealError::Png { .. })));
    assert!(matches!(
        refused(&png[..png.len() / 2]),
        Some(SealError::Png { .. })
    ));
    let mut damaged = png.clone();
    let at = damaged
        .windows(4)
        .position(|window| window == b"IDAT")
        .expect("data");
    damaged[at + 10] ^= 0x55;
    assert!(matches!(refused(&damaged), Some(SealError::Png { .. })));
    let large = png_of(1025, 1024, png::ColorType::Grayscale, &vec![0; 1025 * 1024]);
    assert_eq!(
        refused(&large),
        Some(SealError::Pixels {
            width: 1025,
            height: 1024
        })
    );
    assert_eq!(
        refused(&vec![0; (4 << 20) + 1]),
        Some(SealError::File {
            octets: (4 << 20) + 1
        })
    );
    assert_eq!(
        refused(&png_of(2, 1, png::ColorType::Grayscale, &[0, 255])),
        None
    );
    assert_eq!(
        refused(&png_of(2, 1, png::ColorType::Rgb, &[0, 1, 2, 3, 4, 5])),
        None
    );
}
