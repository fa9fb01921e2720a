//! Times as the project writes them: RFC 3339 UTC with whole seconds, `2026-11-22T12:00:00Z`.

use crate::error::{CasebookError, Result};

/// Accepts exactly `YYYY-MM-DDTHH:MM:SSZ` with every field in its range.
pub(crate) fn check(at: &str) -> Result<()> {
    match fields(at) {
        Some([_, month, day, hour, minute, second])
            if (1..=12).contains(&month)
                && (1..=31).contains(&day)
                && hour < 24
                && minute < 60
                && second <= 60 =>
        {
            Ok(())
        }
        _ => Err(CasebookError::BadTime { at: at.to_owned() }),
    }
}

/// The calendar year in Beijing (UTC+8, no summer time), which a case number carries.
pub(crate) fn beijing_year(at: &str) -> Result<u32> {
    check(at)?;
    match fields(at) {
        Some([year, month, day, hour, ..]) => {
            Ok(year + u32::from((month, day) == (12, 31) && hour >= 16))
        }
        None => Err(CasebookError::BadTime { at: at.to_owned() }),
    }
}

fn fields(at: &str) -> Option<[u32; 6]> {
    const SHAPE: &[u8; 20] = b"dddd-dd-ddTdd:dd:ddZ";
    let bytes: &[u8; 20] = at.as_bytes().try_into().ok()?;
    let fits = bytes.iter().zip(SHAPE).all(|(byte, shape)| match shape {
        b'd' => byte.is_ascii_digit(),
        literal => byte == literal,
    });
    let number = |from, to| at.get(from..to)?.parse().ok();
    fits.then_some([
        number(0, 4)?,
        number(5, 7)?,
        number(8, 10)?,
        number(11, 13)?,
        number(14, 16)?,
        number(17, 19)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_spelling_of_a_time() {
        assert_eq!(check("2026-11-22T12:00:00Z"), Ok(()));
        for at in [
            "",
            "2026-11-22T12:00:00",
            "2026-11-22 12:00:00Z",
            "2026-11-22T12:00:00.5Z",
            "2026-13-22T12:00:00Z",
            "2026-11-00T12:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T12:00:00+08:00",
            "２026-11-22T12:00Z",
        ] {
            assert_eq!(check(at), Err(CasebookError::BadTime { at: at.into() }));
        }
    }

    #[test]
    fn the_new_year_begins_in_beijing() {
        assert_eq!(beijing_year("2026-12-31T15:59:59Z"), Ok(2026));
        assert_eq!(beijing_year("2026-12-31T16:00:00Z"), Ok(2027));
        assert_eq!(beijing_year("2027-01-01T00:00:00Z"), Ok(2027));
    }
}
