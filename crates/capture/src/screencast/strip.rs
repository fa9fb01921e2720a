//! What the browser's own window would say of the page, as subtitles.

use std::fmt::Write as _;

use time::OffsetDateTime;
use time::macros::format_description;

use super::beijing;

/// The strip under a film.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strip {
    /// Address of the page.
    pub url: String,
    /// Address and port of the peer; empty where not known yet.
    pub peer: String,
    /// Who issued the site's certificate; empty without TLS.
    pub issuer: String,
    /// Number of the case.
    pub case: String,
}

/// Seconds of one file of subtitles: what a film of [`crate::avi::LARGEST`] can last without a single frame.
const MOST: u64 = 500_000;

/// One cue for each second of a file that runs from `from_ms` to `to_ms` of the film.
pub(super) fn subtitles(
    strips: &[(u64, Strip)],
    began: OffsetDateTime,
    from_ms: u64,
    to_ms: u64,
) -> String {
    let mut text = String::new();
    let none = Strip::default();
    let seconds = (to_ms.saturating_sub(from_ms) / 1_000).min(MOST);
    for second in 0..=seconds {
        let at = from_ms + second * 1_000;
        // The strip in force at the end of the second: a new address shows at once.
        let strip = strips.iter().rev().find(|(since, _)| *since < at + 1_000);
        let strip = strip.map_or(&none, |(_, strip)| strip);
        let end = (second + 1) * 1_000;
        let _ = write!(
            text,
            "{}\n{} --> {}\n{}\n\n",
            second + 1,
            stamp(second * 1_000),
            stamp(end),
            lines(strip, beijing(began, at)),
        );
    }
    text
}

fn stamp(milliseconds: u64) -> String {
    let seconds = milliseconds / 1_000;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!(
        "{hours:02}:{minutes:02}:{:02},{:03}",
        seconds % 60,
        milliseconds % 1_000
    )
}

fn lines(strip: &Strip, at: OffsetDateTime) -> String {
    let time = at.format(format_description!(
        "[year]-[month]-[day] [hour]:[minute]:[second] UTC+8"
    ));
    let mut text = format!("网址: {}", plain(&strip.url));
    let peer = [("IP", &strip.peer), ("证书颁发者", &strip.issuer)];
    let peer = peer.iter().filter(|(_, value)| !value.is_empty());
    let peer: Vec<String> = peer
        .map(|(name, value)| format!("{name}: {}", plain(value)))
        .collect();
    if !peer.is_empty() {
        text.push('\n');
        text.push_str(&peer.join("  "));
    }
    let _ = write!(text, "\n{}", time.unwrap_or_default());
    if !strip.case.is_empty() {
        let _ = write!(text, "  案号: {}", plain(&strip.case));
    }
    text.push_str("  无声音");
    text
}

/// A page chooses its address: it must end neither the cue nor its line, nor be read as mark-up.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '<' => '‹',
            '>' => '›',
            c if c.is_control() || c == '{' => ' ',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cue_for_each_second_with_the_strip_then_in_force() {
        let began = OffsetDateTime::from_unix_timestamp(1_764_172_800).unwrap();
        let strip = |url: &str| Strip {
            url: url.to_owned(),
            peer: "192.0.2.1:443".to_owned(),
            issuer: "Example CA".to_owned(),
            case: "(2026)沪证字第1号".to_owned(),
        };
        let strips = [
            (0, strip("https://a.example/")),
            (3_500, strip("https://b.example/\n\n<i>")),
        ];
        let text = subtitles(&strips, began, 1_000, 4_200);
        let cues: Vec<&str> = text.trim_end().split("\n\n").collect();
        assert_eq!(cues.len(), 4);
        assert_eq!(
            cues[0],
            "1\n00:00:00,000 --> 00:00:01,000\n网址: https://a.example/\nIP: 192.0.2.1:443  证书颁发者: Example CA\n\
             2025-11-27 00:00:01 UTC+8  案号: (2026)沪证字第1号  无声音"
        );
        assert!(
            cues[2]
                .starts_with("3\n00:00:02,000 --> 00:00:03,000\n网址: https://b.example/  ‹i›\n")
        );
    }
}
