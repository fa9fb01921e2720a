//! 现场记录: who was there, with what, over which network, what was done, what came of it, what was sealed.

use rfc3161_client::UnixTime;
use serde::{Deserialize, Serialize};

/// An on-site record as a clerk writes it. Anything may be empty while it is a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OnSite {
    /// When the work began, RFC 3339; kept in UTC.
    pub began: String,
    /// Captures that it covers, by identifier; their items count as made.
    pub captures: Vec<String>,
    /// What the work was done with.
    pub device: UsedDevice,
    /// When it ended, RFC 3339; kept in UTC.
    pub ended: String,
    /// Prints and files made, as items of the case.
    pub items: Vec<u32>,
    /// How the device reached the network.
    pub network: String,
    /// Nothing was sealed on site.
    pub nothing_sealed: bool,
    /// Who was there.
    pub persons: Vec<Present>,
    /// Where.
    pub place: String,
    /// Whatever else is to be said.
    pub remarks: String,
    /// Who signs the printed record.
    pub signatories: Vec<String>,
    /// What was done, in order.
    pub steps: Vec<StepDone>,
    /// What was put under seal, with the number on the seal (封存编号).
    pub under_seal: Vec<UnderSeal>,
}

/// The device that was used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UsedDevice {
    /// In words, for a device that is not registered.
    pub description: String,
    /// Identity of a registered device; empty where it is none.
    pub identity: String,
}

/// Somebody who was there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Present {
    /// In what capacity.
    pub capacity: Capacity,
    /// Name.
    pub name: String,
    /// More about it, such as 申请人之员工.
    pub note: String,
}

/// In what capacity somebody was there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Capacity {
    /// 公证员.
    Notary,
    /// 公证员助理.
    Assistant,
    /// 申请人.
    Applicant,
    /// 代理人.
    Agent,
    /// 见证人.
    Witness,
    /// 技术人员.
    Technician,
    /// Anybody else; the note says who.
    #[default]
    Other,
}

impl Capacity {
    /// Chinese and English.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Notary => ("公证员", "notary"),
            Self::Assistant => ("公证员助理", "assistant notary"),
            Self::Applicant => ("申请人", "applicant"),
            Self::Agent => ("代理人", "agent"),
            Self::Witness => ("见证人", "witness"),
            Self::Technician => ("技术人员", "technician"),
            Self::Other => ("其他", "other"),
        }
    }

    fn of_office(self) -> bool {
        matches!(self, Self::Notary | Self::Assistant)
    }
}

/// One step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StepDone {
    /// When, RFC 3339 in UTC; empty where it was not noted.
    pub at: String,
    /// What.
    pub what: String,
}

/// Something under seal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UnderSeal {
    /// Number on the seal.
    pub number: String,
    /// What lies under it.
    pub what: String,
}

impl OnSite {
    /// Codes of the obligatory fields that are missing; `two` asks for two persons of the office (公证程序规则: work away
    /// from the office is done by two).
    #[must_use]
    pub fn lacking(&self, two: bool) -> Vec<String> {
        let began = UnixTime::from_rfc3339(&self.began);
        let ended = UnixTime::from_rfc3339(&self.ended);
        let named = |p: &&Present| !empty(&p.name);
        let mut officers: Vec<&str> = self
            .persons
            .iter()
            .filter(|p| named(p) && p.capacity.of_office())
            .map(|p| p.name.trim())
            .collect();
        officers.sort_unstable();
        officers.dedup();
        let sealed = self.under_seal.iter().any(|s| !empty(&s.number));
        let rules = [
            ("began", began.is_none()),
            ("ended", ended.is_none()),
            (
                "ended-before-began",
                matches!((began, ended), (Some(b), Some(e)) if e < b),
            ),
            ("place", empty(&self.place)),
            ("persons", !self.persons.iter().any(|p| named(&p))),
            ("office-person", officers.is_empty()),
            ("two-office-persons", two && officers.len() < 2),
            (
                "device",
                empty(&self.device.identity) && empty(&self.device.description),
            ),
            ("network", empty(&self.network)),
            ("steps", self.steps.iter().all(|s| empty(&s.what))),
            ("items", self.items.is_empty() && self.captures.is_empty()),
            ("under-seal", !sealed && !self.nothing_sealed),
            ("signatories", self.signatories.iter().all(|s| empty(s))),
        ];
        rules
            .into_iter()
            .filter(|(_, lacks)| *lacks)
            .map(|(code, _)| code.to_owned())
            .collect()
    }

    /// Times in UTC, as they are kept; what is no time stays as it was written, and lacks.
    pub(super) fn normalise(&mut self) {
        let times = [&mut self.began, &mut self.ended].into_iter();
        for time in times.chain(self.steps.iter_mut().map(|s| &mut s.at)) {
            if let Some(known) = UnixTime::from_rfc3339(time.trim()) {
                *time = known.to_rfc3339();
            }
        }
    }
}

pub(super) fn empty(text: &str) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> OnSite {
        let present = |name: &str, capacity| Present {
            capacity,
            name: name.to_owned(),
            note: String::new(),
        };
        OnSite {
            began: "2026-11-22T20:00:00+08:00".to_owned(),
            ended: "2026-11-22T12:30:00Z".to_owned(),
            place: "上海市某路1号".to_owned(),
            persons: vec![
                present("张三", Capacity::Notary),
                present("王小明", Capacity::Applicant),
            ],
            device: UsedDevice {
                description: "申请人手机".to_owned(),
                identity: String::new(),
            },
            network: "移动网络".to_owned(),
            steps: vec![StepDone {
                at: String::new(),
                what: "打开应用".to_owned(),
            }],
            items: vec![1],
            nothing_sealed: true,
            signatories: vec!["张三".to_owned()],
            ..OnSite::default()
        }
    }

    #[test]
    fn r049_every_obligatory_field_is_asked_for() {
        assert_eq!(whole().lacking(false), [""; 0]);
        let codes = OnSite::default().lacking(true);
        let all = [
            "began",
            "ended",
            "place",
            "persons",
            "office-person",
            "two-office-persons",
            "device",
            "network",
            "steps",
            "items",
            "under-seal",
            "signatories",
        ];
        assert_eq!(codes, all);
    }

    #[test]
    fn r049_work_away_from_the_office_takes_two_and_time_runs_forward() {
        let mut record = whole();
        assert_eq!(record.lacking(true), ["two-office-persons"]);
        let same = Present {
            capacity: Capacity::Assistant,
            name: " 张三 ".to_owned(),
            note: String::new(),
        };
        record.persons.push(same);
        assert_eq!(record.lacking(true), ["two-office-persons"]);
        record.ended = "2026-11-22T11:59:59Z".to_owned();
        assert_eq!(record.lacking(false), ["ended-before-began"]);
        record.normalise();
        assert_eq!(record.began, "2026-11-22T12:00:00Z");
    }
}
