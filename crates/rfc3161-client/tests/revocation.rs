//! Revocation asked for and kept: where a certificate sends one, the question, and lists put into a token.

mod made;

use made::key::Key;
use made::{Ext, Recipe, der, judge, judge_on, now, replace, revocation_list};
use rfc3161_client::{
    Indication, Inputs, ParseError, RevocationSources, Token, embed_validation_data, verify,
    without_revocation_data,
};

const LISTS: &str = "2.5.29.31";
const ACCESS: &str = "1.3.6.1.5.5.7.1.1";

fn address(text: &str) -> Vec<u8> {
    der::tlv(0x86, text.as_bytes())
}

fn lists_at(addresses: &[&str]) -> Ext {
    let names: Vec<Vec<u8>> = addresses.iter().map(|text| address(text)).collect();
    let point = der::tlv(0xa0, &der::tlv(0xa0, &names.concat()));
    (LISTS, false, der::sequence(&[der::sequence(&[point])]))
}

fn access(entries: &[(&str, &str)]) -> Ext {
    let entry = |(method, at): &(&str, &str)| der::sequence(&[der::oid(method), address(at)]);
    (
        ACCESS,
        false,
        der::sequence(&entries.iter().map(entry).collect::<Vec<_>>()),
    )
}

fn told(extensions: &[Ext]) -> Result<RevocationSources, ParseError> {
    let mut recipe = Recipe::new(Key::P256(3));
    for extension in extensions {
        replace(&mut recipe.signer.extensions, extension.clone());
    }
    let issuer = recipe.intermediate.signed_by(&recipe.root);
    RevocationSources::of(&recipe.signer_der(), &issuer)
}

#[test]
fn a_certificate_tells_where_to_ask() {
    let sources = told(&[
        lists_at(&["ldap://dir.example/cn=x", "http://crl.example/tsa.crl"]),
        access(&[
            ("1.3.6.1.5.5.7.48.2", "http://ca.example/ca.crt"),
            ("1.3.6.1.5.5.7.48.1", "https://ocsp.example"),
            ("1.3.6.1.5.5.7.48.1", "http://with space.example"),
        ]),
    ])
    .unwrap();
    assert_eq!(sources.lists, ["http://crl.example/tsa.crl"]);
    assert_eq!(sources.responders, ["https://ocsp.example"]);
    let silent = told(&[]).unwrap();
    assert!(silent.lists.is_empty() && silent.responders.is_empty());
    // One certificate is asked about, by issuer and serial number.
    assert_eq!(silent.request, sources.request);
    assert!(silent.request.ends_with(&der::integer(9)));
}

#[test]
fn many_addresses_are_cut_short() {
    let many: Vec<String> = (0..50).map(|n| format!("http://{n}.example/")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(told(&[lists_at(&many)]).unwrap().lists.len(), 4);
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let broken = (LISTS, false, vec![0x30, 0x05, 0x01]);
    assert!(told(&[broken]).is_err());
    assert!(RevocationSources::of(b"junk", b"junk").is_err());
}

#[test]
fn lists_put_into_a_token_are_judged_with_it() {
    let recipe = Recipe::new(Key::P256(3));
    let of_root = revocation_list(&recipe.root, "20260701000000Z", None);
    let of_intermediate = revocation_list(&recipe.intermediate, "20260701000000Z", None);
    let lists = vec![of_root.clone(), of_intermediate.clone()];
    let token = recipe.token();
    let embedded = embed_validation_data(&token, &[], &lists).unwrap();
    let anchors = recipe.anchors();
    let verification = verify(&Inputs::new(&embedded, &anchors, now()));
    assert_eq!(verification.indication, Indication::Passed);
    assert_eq!(judge(&recipe).indication, Indication::PassedWithNotes);
    assert_eq!(Token::parse(&embedded).unwrap().revocation_lists().len(), 2);
    // The path is told, so that the caller can ask for each certificate below the anchor.
    let path = judge_on(&recipe, &anchors, &[]).path;
    assert_eq!(path.len(), 3);
    assert_eq!(path[0], recipe.signer_der());

    // Again changes nothing, nor does the order.
    let turned: Vec<_> = lists.iter().rev().cloned().collect();
    assert_eq!(
        embed_validation_data(&embedded, &[], &turned).unwrap(),
        embedded
    );
    let without = Recipe {
        include_certificates: false,
        ..recipe.clone()
    };
    let embedded = embed_validation_data(&without.token(), &[], &lists).unwrap();
    assert_eq!(Token::parse(&embedded).unwrap().revocation_lists().len(), 2);
    let indefinite = Recipe {
        indefinite: true,
        ..recipe
    };
    let embedded = embed_validation_data(&indefinite.token(), &[], &lists).unwrap();
    let verification = verify(&Inputs::new(&embedded, &anchors, now()));
    assert_eq!(verification.indication, Indication::Passed);
}

#[test]
fn a_chain_put_into_a_token_makes_it_whole() {
    let recipe = Recipe {
        include_certificates: false,
        ..Recipe::new(Key::P256(3))
    };
    let (token, anchors) = (recipe.token(), recipe.anchors());
    let chain = [
        recipe.signer_der(),
        recipe.intermediate.signed_by(&recipe.root),
    ];
    let judged = |token: &[u8]| verify(&Inputs::new(token, &anchors, now())).indication;
    assert!(!judged(&token).is_passed());
    let whole = embed_validation_data(&token, &chain, &[]).unwrap();
    assert_eq!(judged(&whole), Indication::PassedWithNotes);
    assert_eq!(Token::parse(&whole).unwrap().certificates().len(), 2);
    // Certificates that are there already are not put in again.
    assert_eq!(
        embed_validation_data(&whole, &chain[1..], &[]).unwrap(),
        whole
    );
}

/// A list about nothing of the path is told from those that are, and can be taken out again.
#[test]
fn a_list_that_says_nothing_is_told() {
    let recipe = Recipe::new(Key::P256(3));
    let stranger = made::Cert {
        subject: "Another Authority",
        key: Key::P256(70),
        ..recipe.root.clone()
    };
    let list = |issuer: &made::Cert| revocation_list(issuer, "20260701000000Z", None);
    let own = vec![list(&recipe.root), list(&recipe.intermediate)];
    let anchors = recipe.anchors();
    let speaks = |bytes: &[u8]| {
        let token = Token::parse(bytes).unwrap();
        verify(&Inputs::new(bytes, &anchors, now())).speaks_of_every_list(&token)
    };
    let with = |lists: &[Vec<u8>]| embed_validation_data(&recipe.token(), &[], lists).unwrap();
    assert!(speaks(&recipe.token()) && speaks(&with(&own)));
    let foreign = with(&[own.as_slice(), &[list(&stranger)]].concat());
    assert!(!speaks(&foreign));
    let bare = without_revocation_data(&foreign).unwrap();
    assert_eq!(bare, recipe.token());
    assert!(speaks(&bare));
    assert!(without_revocation_data(b"junk").is_err());
}

#[test]
fn nothing_to_put_in_leaves_the_octets() {
    let token = Recipe::new(Key::P256(3)).token();
    assert_eq!(embed_validation_data(&token, &[], &[]).unwrap(), token);
}

#[test]
fn a_token_does_not_grow_beyond_its_budget() {
    let token = Recipe::new(Key::P256(3)).token();
    let large = der_list(1 << 20);
    assert!(matches!(
        embed_validation_data(&token, &[], &[large]),
        Err(ParseError::LimitExceeded { .. })
    ));
    assert!(embed_validation_data(b"junk", &[], &[]).is_err());
}

/// A SEQUENCE of this many octets.
fn der_list(size: u32) -> Vec<u8> {
    let mut list = vec![0x30, 0x84];
    list.extend(size.to_be_bytes());
    list.resize(list.len() + size as usize, 0);
    list
}
