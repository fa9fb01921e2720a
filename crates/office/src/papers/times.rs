//! The six times of a document, each with its source.

use fidem_certificate::{
    Bilingual, CaptureRow, ItemRow, SealRow, SixTimes, TimeEntry, TokenRow, TokenState,
};
use rfc3161_client::UnixTime;

/// From the last receipt of an item of the seal to its earliest valid token.
pub(super) fn interval(items: &[ItemRow], seal: u32, tokens: &[TokenRow]) -> Option<u64> {
    let last = items
        .iter()
        .filter(|i| i.seal == seal)
        .filter_map(|i| UnixTime::from_rfc3339(&i.received_at))
        .max()?;
    let first = tokens
        .iter()
        .filter(|t| t.state == TokenState::Match)
        .filter_map(|t| UnixTime::from_rfc3339(&t.gen_time))
        .min()?;
    u64::try_from(first.0 - last.0).ok()
}

pub(super) fn capture_time(capture: &CaptureRow) -> TimeEntry {
    TimeEntry {
        of: Bilingual::new(
            format!("第{}项网页取证", capture.item),
            format!("web capture, item {}", capture.item),
        ),
        at: capture.started.clone(),
        until: Some(capture.ended.clone()),
        source: Bilingual::new("本处设备时钟", "clock of the office’s device"),
        precision: None,
    }
}

pub(super) fn times(items: &[ItemRow], seals: &[SealRow], issued: &str) -> SixTimes {
    let device = || Bilingual::new("本处设备时钟", "clock of the office’s device");
    let first = items.iter().map(|i| i.received_at.as_str()).min();
    let last = items.iter().map(|i| i.received_at.as_str()).max();
    let receipt = first.zip(last).map(|(first, last)| TimeEntry {
        of: Bilingual::new("全部证据项", "all items"),
        at: first.to_owned(),
        until: (first != last).then(|| last.to_owned()),
        source: device(),
        precision: None,
    });
    let tokens = seals.iter().flat_map(|seal| {
        seal.tokens
            .iter()
            .filter(|t| t.state == TokenState::Match)
            .map(|t| TimeEntry {
                of: Bilingual::new(
                    format!("第{}次固化", seal.number),
                    format!("seal {}", seal.number),
                ),
                at: t.gen_time.clone(),
                until: None,
                source: Bilingual::new(t.authority.clone(), t.authority.clone()),
                precision: t.accuracy.clone().map(|a| Bilingual::new(a.clone(), a)),
            })
    });
    SixTimes {
        receipt: receipt.into_iter().collect(),
        token: tokens.collect(),
        issue: vec![TimeEntry {
            of: Bilingual::new("本回执", "this receipt"),
            at: issued.to_owned(),
            until: None,
            source: device(),
            precision: None,
        }],
        ..SixTimes::default()
    }
}
