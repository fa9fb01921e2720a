//! Times as they are printed: Beijing time, and the date of issue in 汉字数字.

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// Minutes of 北京时间 east of UTC.
pub(crate) const BEIJING_MINUTES: i32 = 480;

/// Reads `2026-11-22T12:00:00Z` and nothing else: UTC, whole seconds.
pub(crate) fn parse_utc(stamp: &str) -> Option<OffsetDateTime> {
    if stamp.len() != 20 || !stamp.ends_with('Z') || stamp.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let moment = OffsetDateTime::parse(stamp, &Rfc3339).ok()?;
    // Year 0 to 9999 is RFC 3339; a leap second is folded by the parser and would not print as written.
    (moment.second() < 60 && stamp.get(17..19) != Some("60")).then_some(moment)
}

/// The same instant as a clock in Beijing shows it.
pub(crate) fn in_beijing(moment: OffsetDateTime) -> Option<OffsetDateTime> {
    let offset = UtcOffset::from_whole_seconds(BEIJING_MINUTES * 60).ok()?;
    moment.checked_to_offset(offset)
}

/// `二〇二六年十一月二十二日`.
pub(crate) fn chinese_date(day: OffsetDateTime) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let year: String = format!("{:04}", day.year())
        .bytes()
        .filter_map(|digit| DIGITS.get(usize::from(digit.wrapping_sub(b'0'))))
        .collect();
    let month = chinese_number(u8::from(day.month()));
    format!("{year}年{month}月{}日", chinese_number(day.day()))
}

/// 1 to 31 as 一 … 三十一.
fn chinese_number(n: u8) -> String {
    const ONES: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (n / 10, n % 10);
    let tens = match tens {
        0 => String::new(),
        1 => "十".to_owned(),
        tens => format!("{}十", ONES.get(usize::from(tens)).copied().unwrap_or("")),
    };
    tens + ONES.get(usize::from(ones)).copied().unwrap_or("")
}

/// `22 November 2026`.
pub(crate) fn english_date(day: OffsetDateTime) -> String {
    format!("{} {} {}", day.day(), day.month(), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(stamp: &str) -> String {
        chinese_date(in_beijing(parse_utc(stamp).unwrap()).unwrap())
    }

    #[test]
    fn dates_are_written_as_on_documents() {
        assert_eq!(date("2026-11-22T12:00:00Z"), "二〇二六年十一月二十二日");
        assert_eq!(date("2030-01-10T00:00:00Z"), "二〇三〇年一月十日");
        assert_eq!(date("2026-10-30T23:00:00Z"), "二〇二六年十月三十一日");
        assert_eq!(date("2026-12-19T15:59:59Z"), "二〇二六年十二月十九日");
    }

    #[test]
    fn r059_only_utc_with_seconds_is_read() {
        assert!(parse_utc("2026-11-22T12:00:00Z").is_some());
        for wrong in [
            "2026-11-22T12:00:00+08:00",
            "2026-11-22 12:00:00Z",
            "2026-11-22T12:00:00.5Z",
            "2026-02-30T12:00:00Z",
            "2026-11-22T12:00:60Z",
            "",
        ] {
            assert!(parse_utc(wrong).is_none(), "{wrong}");
        }
    }
}
