//! Dates as WARC, CDXJ and WACZ spell them: RFC 3339 in UTC, with as many digits of a second as were measured.

/// What a date may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precision {
    /// Whole seconds (WARC 1.0).
    Seconds,
    /// Up to nine digits of a second (WARC 1.1, data packages).
    Fraction,
    /// From a year to nine digits (WARC 1.1 §5.4, reduced precision).
    Any,
}

/// Whether `text` is a moment in UTC, `…Z`, within `precision`.
pub(crate) fn is_date(text: &str, precision: Precision) -> bool {
    let bytes = text.as_bytes();
    if precision == Precision::Any && reduced(bytes) {
        return true;
    }
    let Some((head, tail)) = bytes.split_at_checked(19) else {
        return false;
    };
    shape(head, b"0000-00-00T00:00:00") && in_range(head) && is_tail(tail, precision)
}

/// The fourteen digits that an index sorts by; missing ones of a reduced date are the smallest.
pub(crate) fn timestamp14(date: &str) -> String {
    let digits: String = date.chars().take(19).filter(char::is_ascii_digit).collect();
    let start = "00000101000000";
    let rest = start.get(digits.len()..).unwrap_or("");
    format!("{digits}{rest}")
}

fn reduced(bytes: &[u8]) -> bool {
    let patterns: [&[u8]; 4] = [b"0000", b"0000-00", b"0000-00-00", b"0000-00-00T00:00Z"];
    patterns.iter().any(|p| shape(bytes, p)) && in_range(bytes)
}

fn shape(bytes: &[u8], pattern: &[u8]) -> bool {
    bytes.len() == pattern.len()
        && bytes.iter().zip(pattern).all(|(b, p)| match p {
            b'0' => b.is_ascii_digit(),
            _ => b == p,
        })
}

fn in_range(bytes: &[u8]) -> bool {
    let field = |at: usize, otherwise: u32| two(bytes, at).unwrap_or(otherwise);
    let year = u32::from(bytes[0] - b'0') * 1000 + u32::from(bytes[1] - b'0') * 100 + field(2, 0);
    let (month, day) = (field(5, 1), field(8, 1));
    (1..=12).contains(&month)
        && (1..=days(year, month)).contains(&day)
        && field(11, 0) < 24
        && field(14, 0) < 60
        && field(17, 0) <= 60
}

fn two(bytes: &[u8], at: usize) -> Option<u32> {
    let pair = bytes.get(at..at + 2)?;
    Some(u32::from(pair[0].wrapping_sub(b'0')) * 10 + u32::from(pair[1].wrapping_sub(b'0')))
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

fn is_tail(tail: &[u8], precision: Precision) -> bool {
    match tail {
        b"Z" => true,
        [b'.', digits @ .., b'Z'] => {
            precision != Precision::Seconds
                && (1..=9).contains(&digits.len())
                && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, seconds, fraction, any) in [
            ("2026-11-26T21:41:11Z", true, true, true),
            ("2026-11-26T21:41:11.123456Z", false, true, true),
            ("2024-02-29T00:00:60Z", true, true, true),
            ("2023-02-29T00:00:00Z", false, false, false),
            ("2026-13-01T00:00:00Z", false, false, false),
            ("2026-11-26T24:00:00Z", false, false, false),
            ("2026-11-26T21:41:11", false, false, false),
            ("2026-11-26T21:41:11.Z", false, false, false),
            ("2026-11-26T21:41:11+00:00", false, false, false),
            ("2026-11", false, false, true),
            ("2026-11-26T21:41Z", false, false, true),
            ("é026-11-26T21:41:11Z", false, false, false),
            ("", false, false, false),
        ] {
            assert_eq!(is_date(text, Precision::Seconds), seconds, "{text}");
            assert_eq!(is_date(text, Precision::Fraction), fraction, "{text}");
            assert_eq!(is_date(text, Precision::Any), any, "{text}");
        }
    }

    #[test]
    fn fourteen_digits() {
        assert_eq!(timestamp14("2026-11-26T21:41:11.123Z"), "20261126214111");
        assert_eq!(timestamp14("2026-11"), "20261101000000");
    }
}

/// Unix milliseconds as RFC 3339 in UTC; the year is of four digits.
pub(crate) fn from_millis(millis: i64) -> String {
    let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let (year, month, day) = civil(days.clamp(-719_162, 2_932_896));
    let (seconds, milli) = (rest / 1000, rest % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// Year, month and day of a day counted from 1970-01-01, proleptic Gregorian.
fn civil(days: i64) -> (i64, i64, i64) {
    // Counted from 0000-03-01, so that a leap day ends its year of 146 097-day eras.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12 + 1;
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod millis {
    use super::from_millis;

    #[test]
    fn known_moments() {
        assert_eq!(from_millis(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(from_millis(1_795_731_123_456), "2026-11-26T22:12:03.456Z");
        assert_eq!(from_millis(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(from_millis(-1), "1969-12-31T23:59:59.999Z");
    }
}
