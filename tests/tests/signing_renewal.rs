//! The archive time stamps of signed documents stand in the calendar of what ends, and are renewed by two persons.

use fidem_tests::place::Place;
use fidem_tests::signing::{issue_again, issued, refused, sign_all};
use serde_json::Value;

const ARCHIVIST: &str = "王五";

/// The rows of documents in what `fidem due` says.
fn documents(place: &Place, more: &[&str]) -> Vec<Value> {
    let told = place.run(&[&["due"], more].concat()).exits(0).json();
    let rows = told["due"].as_array().expect("rows").iter();
    let is_document = |row: &&Value| row["member"].as_str().unwrap().starts_with("certificate/");
    rows.filter(is_document).cloned().collect()
}

#[test]
fn r123_the_stamp_of_a_document_ends_too_and_takes_two_to_renew() {
    let (place, case, document, _authorities) = issued();
    assert_eq!(documents(&place, &["--all"]), Vec::<Value>::new());
    sign_all(&place, &document);
    let [row] = &documents(&place, &["--all"])[..] else {
        panic!("one document was signed");
    };
    // The certificates of these authorities end in a year.
    assert_eq!(
        (&row["state"], &row["because"]),
        (&"due".into(), &"certificate".into())
    );
    assert!(row["until"].is_string() && row["renew_by"].is_string());
    assert_eq!(documents(&place, &[])[0], *row);

    // One person alone is refused, whoever proposed it.
    let renew = ["paper", "renew", &document];
    refused(place.run(&renew), "second-person");
    let propose = ["renew", &case, "--propose"];
    let _ = place.run(&propose).exits(0);
    refused(place.run(&renew), "second-person");
    place.hire(ARCHIVIST, "archivist");
    let _ = place.run_as(ARCHIVIST, &propose).exits(0);
    refused(place.run_as(ARCHIVIST, &renew), "second-person");
    let _ = place.run(&renew).exits(0);

    refused(place.run(&renew), "second-person");

    // With its case: the record is over everything else, the stamp is renewed in the file.
    let _ = place.run_as(ARCHIVIST, &propose).exits(0);
    let renewed = place.run(&["renew", &case]).exits(0).json();
    assert_eq!(kinds(&renewed), ["first", "document"]);
    let later = issue_again(&place, &case);
    sign_all(&place, &later);
    let _ = place.run_as(ARCHIVIST, &propose).exits(0);
    let renewed = place.run(&["renew", &case]).exits(0).json();
    assert_eq!(
        kinds(&renewed),
        ["time-stamp", "document", "document"],
        "{renewed}"
    );

    // With everything that is due in the office.
    let _ = place.run_as(ARCHIVIST, &["renew", "--propose"]).exits(0);
    let renewed = place.run(&["renew"]).exits(0).json();
    assert_eq!(
        kinds(&renewed),
        ["time-stamp", "document", "document"],
        "{renewed}"
    );
    let pdf = place.path("renewed.pdf");
    let _ = place.run(&["paper", "get", &later, "-o", &pdf]).exits(0);
    let octets = std::fs::read(&pdf).unwrap();
    let stamps = octets.windows(12).filter(|w| w == b"DocTimeStamp").count();
    assert_eq!(stamps, 3, "once when signed, twice renewed");
}

fn kinds(renewed: &Value) -> Vec<&str> {
    let rows = renewed["renewed"].as_array().expect("rows");
    rows.iter()
        .map(|row| row["kind"].as_str().unwrap())
        .collect()
}
