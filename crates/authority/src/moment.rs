//! Times as ASN.1 writes them.

use std::time::Duration;

use der::asn1::{Any, GeneralizedTime, UtcTime};
use der::{DateTime, Tag};

/// Certificates use UTCTime until the end of 2049 and GeneralizedTime after (RFC 5280 §4.1.2.5).
const LAST_UTC_TIME_YEAR: u16 = 2049;

/// RFC 5280 `Time` of a moment in Unix seconds.
pub(crate) fn certificate_time(unix: i64) -> der::Result<Any> {
    let moment = date_time(unix)?;
    if moment.year() > LAST_UTC_TIME_YEAR {
        Any::encode_from(&GeneralizedTime::from_date_time(moment))
    } else {
        Any::encode_from(&UtcTime::from_date_time(moment)?)
    }
}

/// `genTime` of a moment in Unix milliseconds: a fraction only where there is one and without
/// trailing zeros (RFC 3161 §2.4.2).
pub(crate) fn gen_time(unix_millis: i64) -> der::Result<Any> {
    let moment = date_time(unix_millis.div_euclid(1000))?;
    let mut text = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        moment.year(),
        moment.month(),
        moment.day(),
        moment.hour(),
        moment.minutes(),
        moment.seconds(),
    );
    let millis = unix_millis.rem_euclid(1000);
    if millis != 0 {
        let fraction = format!(".{millis:03}");
        text.push_str(fraction.trim_end_matches('0'));
    }
    text.push('Z');
    Any::new(Tag::GeneralizedTime, text.into_bytes())
}

fn date_time(unix: i64) -> der::Result<DateTime> {
    let seconds = u64::try_from(unix).map_err(|_| der::Error::from(der::ErrorKind::DateTime))?;
    DateTime::from_unix_duration(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(unix_millis: i64) -> String {
        let any = gen_time(unix_millis).expect("a time that can be written");
        String::from_utf8(any.value().to_vec()).expect("ASCII")
    }

    #[test]
    fn fractions_end_without_zeros() {
        assert_eq!(written(1_795_348_800_000), "20261122120000Z");
        assert_eq!(written(1_795_348_800_500), "20261122120000.5Z");
        assert_eq!(written(1_795_348_800_050), "20261122120000.05Z");
        assert_eq!(written(1_795_348_800_123), "20261122120000.123Z");
    }

    #[test]
    fn certificates_change_their_form_in_2050() {
        let last = certificate_time(2_524_607_999).expect("2049");
        let first = certificate_time(2_524_608_000).expect("2050");
        assert_eq!(last.value(), b"491231235959Z");
        assert_eq!(first.value(), b"20500101000000Z");
    }

    #[test]
    fn before_1970_is_an_error() {
        assert!(gen_time(-1).is_err());
    }
}
