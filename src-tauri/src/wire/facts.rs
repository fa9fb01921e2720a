//! Facts of a hand-over, as a form fills them.

use fidem_manifest as kept;
use serde::{Deserialize, Serialize};
use specta::Type;

/// How the bytes reached the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum Origin {
    /// A party handed it in.
    SuppliedByParty,
    /// Obtained on site.
    OnSite {
        /// Officers present, by name.
        officers: Vec<String>,
    },
    /// From a third party's archive or platform.
    ThirdPartyArchive {
        /// Whose.
        platform: String,
    },
    /// Paper originals scanned.
    PaperScan {
        /// Each page was compared with the original.
        compared: bool,
        /// Pages.
        pages: u32,
    },
    /// Output of an algorithm.
    Derived {
        /// Name and version.
        algorithm: String,
        /// 原始数据是否留存.
        raw_data_kept: bool,
    },
    /// Captured online; never stated by hand.
    OfficeCapture {
        /// The clean-environment check found nothing abnormal.
        clean_check_passed: bool,
    },
    /// Fed by a device; never stated by hand.
    Device {
        /// Its number.
        device: String,
    },
}

/// The five groups of 民事诉讼证据规定 Art 14.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Art14Kind {
    /// 网络平台发布的信息.
    Web,
    /// 通信信息.
    Messages,
    /// 注册、认证、交易、日志.
    Registration,
    /// 电子文件.
    File,
    /// 其他.
    Other,
}

/// The carrier on which material was handed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(
    missing_docs,
    reason = "the fields are those of fidem_manifest::Carrier"
)]
pub struct Carrier {
    pub kind: String,
    pub make: String,
    pub model: String,
    pub serial: String,
    pub capacity: String,
    pub condition: String,
    pub disposition: String,
    pub sealed: bool,
}

/// Whether the original carrier can be shown in court.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(
    missing_docs,
    reason = "the fields are those of fidem_manifest::OriginalCarrier"
)]
pub struct OriginalCarrier {
    pub available_in_court: String,
    pub r#where: String,
    pub by_whom: String,
    pub until: String,
}

/// The six headings of 在线诉讼规则 Art 18.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the fields are those of fidem_manifest::Art18")]
pub struct Art18 {
    pub source: String,
    pub generation: String,
    pub storage: String,
    pub notarisation: String,
    pub witness: String,
    pub corroboration: String,
}

/// All that is known of where an item came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// How it reached the office.
    pub origin: Origin,
    /// The kind of data.
    pub art14_kind: Option<Art14Kind>,
    /// Who handed it over.
    pub handed_over_by: String,
    /// Who received it.
    pub received_by: String,
    /// Where.
    pub received_place: String,
    /// How the submitter says it was obtained.
    pub obtained: String,
    /// On what it came.
    pub carrier: Carrier,
    /// The original carrier.
    pub original: OriginalCarrier,
    /// Source and process.
    pub art18: Art18,
}

impl From<kept::Origin> for Origin {
    fn from(origin: kept::Origin) -> Self {
        use kept::Origin as K;
        match origin {
            K::SuppliedByParty {} => Self::SuppliedByParty,
            K::OfficeCapture {
                clean_check_passed, ..
            } => Self::OfficeCapture { clean_check_passed },
            K::OnSite { officers } => Self::OnSite { officers },
            K::Device { device, .. } => Self::Device { device },
            K::Derived {
                algorithm,
                raw_data_kept,
            } => Self::Derived {
                algorithm,
                raw_data_kept,
            },
            K::ThirdPartyArchive { platform } => Self::ThirdPartyArchive { platform },
            K::PaperScan { compared, pages } => Self::PaperScan { compared, pages },
        }
    }
}

impl From<Origin> for kept::Origin {
    /// A capture or a device feed stated by hand claims nothing: the office refuses both anyway.
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::SuppliedByParty => Self::SuppliedByParty {},
            Origin::OnSite { officers } => Self::OnSite { officers },
            Origin::ThirdPartyArchive { platform } => Self::ThirdPartyArchive { platform },
            Origin::PaperScan { compared, pages } => Self::PaperScan { compared, pages },
            Origin::Derived {
                algorithm,
                raw_data_kept,
            } => Self::Derived {
                algorithm,
                raw_data_kept,
            },
            Origin::OfficeCapture { .. } => Self::OfficeCapture {
                clean_check_passed: false,
                device_of_office: false,
                network: kept::Network::Other,
            },
            Origin::Device { device } => Self::Device {
                device,
                signature_checked: false,
            },
        }
    }
}

impl From<kept::Art14Kind> for Art14Kind {
    fn from(kind: kept::Art14Kind) -> Self {
        match kind {
            kept::Art14Kind::Web => Self::Web,
            kept::Art14Kind::Messages => Self::Messages,
            kept::Art14Kind::Registration => Self::Registration,
            kept::Art14Kind::File => Self::File,
            kept::Art14Kind::Other => Self::Other,
        }
    }
}

impl From<Art14Kind> for kept::Art14Kind {
    fn from(kind: Art14Kind) -> Self {
        match kind {
            Art14Kind::Web => Self::Web,
            Art14Kind::Messages => Self::Messages,
            Art14Kind::Registration => Self::Registration,
            Art14Kind::File => Self::File,
            Art14Kind::Other => Self::Other,
        }
    }
}

impl From<kept::Facts> for Facts {
    fn from(facts: kept::Facts) -> Self {
        let (carrier, original, art18) = (facts.carrier, facts.original, facts.art18);
        Self {
            origin: facts.origin.into(),
            art14_kind: facts.art14_kind.map(Art14Kind::from),
            handed_over_by: facts.handed_over_by,
            received_by: facts.received_by,
            received_place: facts.received_place,
            obtained: facts.obtained,
            carrier: Carrier {
                kind: carrier.kind,
                make: carrier.make,
                model: carrier.model,
                serial: carrier.serial,
                capacity: carrier.capacity,
                condition: carrier.condition,
                disposition: carrier.disposition,
                sealed: carrier.sealed,
            },
            original: OriginalCarrier {
                available_in_court: original.available_in_court,
                r#where: original.r#where,
                by_whom: original.by_whom,
                until: original.until,
            },
            art18: Art18 {
                source: art18.source,
                generation: art18.generation,
                storage: art18.storage,
                notarisation: art18.notarisation,
                witness: art18.witness,
                corroboration: art18.corroboration,
            },
        }
    }
}

impl From<Facts> for kept::Facts {
    fn from(facts: Facts) -> Self {
        let (carrier, original, art18) = (facts.carrier, facts.original, facts.art18);
        Self {
            origin: facts.origin.into(),
            art14_kind: facts.art14_kind.map(kept::Art14Kind::from),
            handed_over_by: facts.handed_over_by,
            received_by: facts.received_by,
            received_place: facts.received_place,
            obtained: facts.obtained,
            carrier: kept::Carrier {
                kind: carrier.kind,
                make: carrier.make,
                model: carrier.model,
                serial: carrier.serial,
                capacity: carrier.capacity,
                condition: carrier.condition,
                disposition: carrier.disposition,
                sealed: carrier.sealed,
            },
            original: kept::OriginalCarrier {
                available_in_court: original.available_in_court,
                r#where: original.r#where,
                by_whom: original.by_whom,
                until: original.until,
            },
            art18: kept::Art18 {
                source: art18.source,
                generation: art18.generation,
                storage: art18.storage,
                notarisation: art18.notarisation,
                witness: art18.witness,
                corroboration: art18.corroboration,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_survive_the_way_there_and_back() {
        let mut facts = kept::Facts::supplied_by_party();
        facts.origin = kept::Origin::PaperScan {
            compared: true,
            pages: 7,
        };
        facts.art14_kind = Some(kept::Art14Kind::Messages);
        facts.carrier.serial = "S/N 1".to_owned();
        facts.original.r#where = "申请人处".to_owned();
        facts.art18.storage = "U 盘".to_owned();
        assert_eq!(kept::Facts::from(Facts::from(facts.clone())), facts);
    }

    #[test]
    fn a_page_cannot_state_a_capture() {
        let stated = kept::Origin::from(Origin::OfficeCapture {
            clean_check_passed: true,
        });
        let facts = kept::Facts {
            origin: stated,
            ..kept::Facts::supplied_by_party()
        };
        assert!(!facts.can_be_stated_by_hand());
    }
}
