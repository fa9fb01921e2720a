//! Times: seconds since 1970, the ASN.1 forms, and the precision a token claims.

use std::fmt;

use crate::error::{ParseError, malformed};

const SECONDS_PER_DAY: i64 = 86_400;
/// Digits of a fraction of a second that are kept; more are malformed rather than work.
const MAX_FRACTION_DIGITS: usize = 64;

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(pub i64);

/// The `genTime` of a token (RFC 3161 §2.4.2): whole seconds and the digits of the fraction as they were signed. Digits
/// compare as text; that DER lets none end in zero is a rule of tokens (X.690 §11.7.3).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GenTime {
    /// The whole seconds.
    pub time: UnixTime,
    /// Decimal digits after the point; empty when the token gives none.
    pub fraction: String,
}

/// The `accuracy` of a token (RFC 3161 §2.4.2). An absent field counts as zero, an absent `Accuracy` as unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accuracy {
    /// Whole seconds.
    pub seconds: u64,
    /// Milliseconds, 1 to 999 when present.
    pub millis: u64,
    /// Microseconds, 1 to 999 when present.
    pub micros: u64,
}

impl Accuracy {
    /// The deviation in microseconds, saturating.
    pub fn total_micros(&self) -> u64 {
        let millis = self
            .seconds
            .saturating_mul(1000)
            .saturating_add(self.millis);
        millis.saturating_mul(1000).saturating_add(self.micros)
    }

    /// The deviation in seconds, rounded up.
    pub fn seconds_rounded_up(&self) -> i64 {
        i64::try_from(self.total_micros().div_ceil(1_000_000)).unwrap_or(i64::MAX)
    }
}

impl UnixTime {
    /// Seconds for a civil time of the proleptic Gregorian calendar; `None` when a field is out of range.
    pub fn from_civil(
        year: i64,
        month: i64,
        day: i64,
        hour: i64,
        minute: i64,
        second: i64,
    ) -> Option<Self> {
        let in_range = (0..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && (0..=23).contains(&hour)
            && (0..=59).contains(&minute)
            && (0..=59).contains(&second);
        in_range.then(|| {
            Self(
                days_from_civil(year, month, day) * SECONDS_PER_DAY
                    + hour * 3600
                    + minute * 60
                    + second,
            )
        })
    }

    /// Reads RFC 3339 with `Z` or a numeric offset; a fraction of a second is cut off.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let separators =
            [(4, b"-"), (7, b"-"), (10, b"Tt "), (13, b":"), (16, b":")] as [(usize, &[u8]); 5];
        if !separators
            .iter()
            .all(|(at, allowed)| bytes.get(*at).is_some_and(|octet| allowed.contains(octet)))
        {
            return None;
        }
        let field = |from: usize, to: usize| digits(bytes.get(from..to)?);
        let local = Self::from_civil(
            field(0, 4)?,
            field(5, 7)?,
            field(8, 10)?,
            field(11, 13)?,
            field(14, 16)?,
            field(17, 19)?,
        )?;
        let zone = skip_fraction(bytes.get(19..)?)?;
        Some(Self(local.0 - offset_seconds(zone)?))
    }

    /// RFC 3339 in UTC with whole seconds, such as `2026-11-22T12:00:00Z`.
    pub fn to_rfc3339(self) -> String {
        let (year, month, day) = civil_from_days(self.0.div_euclid(SECONDS_PER_DAY));
        let second = self.0.rem_euclid(SECONDS_PER_DAY);
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }

    /// The content of a GeneralizedTime in DER with whole seconds, such as `20261122120000Z`.
    pub fn to_generalized_time(self) -> String {
        self.to_rfc3339()
            .chars()
            .filter(|sign| sign.is_ascii_digit() || *sign == 'Z')
            .collect()
    }

    /// The time `seconds` later, saturating.
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_rfc3339())
    }
}

impl GenTime {
    /// Reads `YYYYMMDDhhmmss[.f+]Z` (RFC 3161 §2.4.2). A second 60 is read only where leap seconds fall, at
    /// 23:59:60, as the first second of the next day.
    ///
    /// # Errors
    /// `Malformed` when the form or a field's range is broken.
    pub fn parse(content: &[u8]) -> Result<Self, ParseError> {
        Self::parse_form(content).ok_or(malformed("GeneralizedTime"))
    }

    fn parse_form(content: &[u8]) -> Option<Self> {
        let (whole, rest) = content.split_at_checked(14)?;
        let body = rest.strip_suffix(b"Z")?;
        let fraction = match body {
            [] => "",
            [b'.' | b',', digits @ ..] if !digits.is_empty() => std::str::from_utf8(digits).ok()?,
            _ => return None,
        };
        if fraction.len() > MAX_FRACTION_DIGITS
            || !fraction.bytes().all(|digit| digit.is_ascii_digit())
        {
            return None;
        }
        Some(Self {
            time: civil(whole, digits(whole.get(..4)?)?, 4)?,
            fraction: fraction.to_owned(),
        })
    }

    /// Whether the fraction breaks DER by a trailing zero (X.690 §11.7.3).
    pub fn has_trailing_zero(&self) -> bool {
        self.fraction.ends_with('0')
    }
}

impl fmt::Display for GenTime {
    /// RFC 3339 with the fraction as signed.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.time.to_rfc3339();
        if self.fraction.is_empty() {
            return formatter.write_str(&whole);
        }
        write!(
            formatter,
            "{}.{}Z",
            whole.trim_end_matches('Z'),
            self.fraction
        )
    }
}

/// Reads a UTCTime `YYMMDDhhmmssZ`; years 50 to 99 are of the twentieth century (RFC 5280 §4.1.2.5.1).
pub(crate) fn utc_time(content: &[u8]) -> Result<UnixTime, ParseError> {
    let parse = || {
        let whole = content.strip_suffix(b"Z")?;
        let short = digits(whole.get(..2)?)?;
        let year = if short >= 50 {
            1900 + short
        } else {
            2000 + short
        };
        if whole.len() == 12 {
            civil(whole, year, 2)
        } else {
            None
        }
    };
    parse().ok_or(malformed("UTCTime"))
}

/// Reads a `Time` CHOICE of UTCTime and GeneralizedTime from its tag and content.
pub(crate) fn choice(tag: u8, content: &[u8]) -> Result<UnixTime, ParseError> {
    match tag {
        crate::ber::UTC_TIME => utc_time(content),
        crate::ber::GENERALIZED_TIME => GenTime::parse(content).map(|time| time.time),
        found => Err(ParseError::UnexpectedTag {
            expected: "Time",
            found: Some(found),
        }),
    }
}

/// Reads month to second after a year of `at` digits.
fn civil(text: &[u8], year: i64, at: usize) -> Option<UnixTime> {
    let field = |index: usize| digits(text.get(at + 2 * index..at + 2 * index + 2)?);
    let (month, day, hour, minute, second) =
        (field(0)?, field(1)?, field(2)?, field(3)?, field(4)?);
    if (hour, minute, second) == (23, 59, 60) {
        return UnixTime::from_civil(year, month, day, hour, minute, 59).map(|time| time.plus(1));
    }
    UnixTime::from_civil(year, month, day, hour, minute, second)
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0i64, |value, octet| {
        octet.is_ascii_digit().then(|| {
            value
                .saturating_mul(10)
                .saturating_add(i64::from(octet - b'0'))
        })
    })
}

fn skip_fraction(text: &[u8]) -> Option<&[u8]> {
    let Some(fraction) = text.strip_prefix(b".") else {
        return Some(text);
    };
    let count = fraction
        .iter()
        .take_while(|octet| octet.is_ascii_digit())
        .count();
    if count == 0 {
        None
    } else {
        fraction.get(count..)
    }
}

fn offset_seconds(zone: &[u8]) -> Option<i64> {
    match zone {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01, counting years from March so that the leap day comes last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_round_trips() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2026-11-22T12:00:00Z", 1_795_348_800),
            ("1969-12-31T23:59:59Z", -1),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!(
                UnixTime::from_rfc3339(text),
                Some(UnixTime(seconds)),
                "{text}"
            );
            assert_eq!(UnixTime(seconds).to_rfc3339(), text);
        }
        assert_eq!(
            UnixTime::from_rfc3339("2026-11-22T20:00:00.25+08:00"),
            Some(UnixTime(1_795_348_800))
        );
        assert_eq!(
            UnixTime(1_795_348_800).to_generalized_time(),
            "20261122120000Z"
        );
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-11-22T12:00:00",
            "2026-11-22T24:00:00Z",
            "2026-11-22T12:00:00.Z",
        ] {
            assert_eq!(UnixTime::from_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn gen_time_keeps_its_fraction() {
        let time = GenTime::parse(b"20240621071205.884Z").unwrap();
        assert_eq!(time.to_string(), "2024-06-21T07:12:05.884Z");
        assert!(!time.has_trailing_zero());
        assert!(
            GenTime::parse(b"20240621071205.50Z")
                .unwrap()
                .has_trailing_zero()
        );
        assert_eq!(
            GenTime::parse(b"20161231235960Z").unwrap().time,
            UnixTime(1_483_228_800)
        );
        let wrong = [
            "20240621076105Z",
            "20240621070560Z",
            "202406210712Z",
            "20240621071205",
            "20240621071205.Z",
        ];
        for text in
            wrong
                .iter()
                .chain(&["20240621071205+0100", "2024062107120xZ", "20241321071205Z"])
        {
            assert!(GenTime::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn utc_time_has_two_centuries() {
        assert_eq!(
            utc_time(b"491231235959Z").unwrap().to_rfc3339(),
            "2049-12-31T23:59:59Z"
        );
        assert_eq!(
            utc_time(b"500101000000Z").unwrap().to_rfc3339(),
            "1950-01-01T00:00:00Z"
        );
        assert!(utc_time(b"5001010000Z").is_err());
    }

    #[test]
    fn accuracy_rounds_up() {
        let accuracy = Accuracy {
            seconds: 1,
            millis: 0,
            micros: 1,
        };
        assert_eq!(accuracy.total_micros(), 1_000_001);
        assert_eq!(accuracy.seconds_rounded_up(), 2);
    }
}
