//! The office's reference pages, fetched on both sides of a capture.

use std::time::Duration;

use fidem_cleanliness::{Local, Reference, System};
use fidem_courier::{Courier, CourierError, CourierOptions, Seen, without_credentials};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// How long one page may keep a capture waiting.
const PATIENCE: Duration = Duration::from_secs(4);

/// Pages that were not asked for yet.
pub(super) fn named(addresses: Vec<String>) -> Vec<Reference> {
    let page = |address| Reference {
        address,
        ..Reference::default()
    };
    addresses.into_iter().map(page).collect()
}

/// Fetches all of them, at the same time, without a proxy.
pub(super) fn fetch(pages: &mut [Reference]) {
    let options = CourierOptions {
        connect_timeout: PATIENCE,
        total_timeout: PATIENCE,
        ..CourierOptions::default()
    };
    let courier = Courier::new(&options);
    std::thread::scope(|scope| {
        for page in pages {
            scope.spawn(|| look(&courier, page));
        }
    });
}

fn look(courier: &Result<Courier, CourierError>, page: &mut Reference) {
    page.asked = now();
    let seen = match courier {
        Ok(courier) => courier.look(&page.address),
        Err(error) => Seen {
            failure: Some(error.clone()),
            ..Seen::default()
        },
    };
    page.address = without_credentials(&page.address);
    page.error = seen.failure.map(|error| error.to_string());
    page.peer = seen.peer.map(|peer| peer.to_string());
    page.status = seen.status;
    (page.sha256, page.size) = seen.body.unzip();
}

/// The device's clock, as the report writes it.
fn now() -> String {
    let microseconds = i128::from(Local::new().wall_us());
    let time = OffsetDateTime::from_unix_timestamp_nanos(microseconds / 1000 * 1_000_000);
    let text = time.ok().and_then(|time| time.format(&Rfc3339).ok());
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use fidem_cleanliness::{Effect, Phase, Plan, Verdict, check};
    use fidem_fingerprint::{hex, sha256};

    use super::*;

    const PAGE: &[u8] = b"<p>still here</p>";

    /// Answers one request and is gone.
    fn once(listener: TcpListener) {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", PAGE.len());
        stream.write_all(&[head.as_bytes(), PAGE].concat()).unwrap();
    }

    #[test]
    fn a_page_that_dies_in_between_fails_the_second_time_and_is_said() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let address = format!("http://clerk:secret@{host}/known");
        let server = std::thread::spawn(|| once(listener));
        let report = |phase| {
            let mut plan = Plan {
                references: named(vec![address.clone()]),
                ..Plan::default()
            };
            fetch(&mut plan.references);
            check(&mut Local::new(), &plan, phase)
        };
        let before = report(Phase::Before);
        server.join().unwrap();
        let after = report(Phase::After);

        let [first] = before.references().try_into().unwrap();
        assert_eq!(first.address, format!("http://{host}/known"));
        assert_eq!((first.status, first.error), (Some(200), None));
        assert_eq!(first.peer, Some(host.clone()));
        assert_eq!(first.sha256, Some(hex::encode(&sha256(PAGE))));
        assert_eq!(first.size, Some(PAGE.len() as u64));
        let found = before.check("network-baseline").unwrap();
        assert_eq!(found.verdict, Verdict::Normal);

        let [second] = after.references().try_into().unwrap();
        assert_eq!(
            (second.status, second.peer, second.sha256),
            (None, None, None)
        );
        assert!(second.error.unwrap().contains("reached"));
        assert!(second.asked > first.asked);
        let found = after.check("network-baseline").unwrap();
        assert_eq!(
            (found.verdict, found.effect),
            (Verdict::Abnormal, Effect::ClassAMinus)
        );
        assert!(found.says("reference-failed"));
        let bytes = after.to_bytes().unwrap();
        assert_eq!(
            fidem_cleanliness::Report::from_bytes(&bytes).unwrap(),
            after
        );
    }
}
