//! The facts of a hand-over (交接) from which the source class is computed.
//!
//! Entered once per hand-over batch and inherited by its items, with exceptions per item (R-014, R-015, R-016, R-024).

use serde::{Deserialize, Serialize};

use crate::SourceClass;

/// Whose network was used for a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// The office's own, on its premises.
    Office,
    /// Anyone else's.
    Other,
}

/// How the bytes reached the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Origin {
    /// A party handed it in.
    SuppliedByParty {},
    /// Officers captured it online.
    OfficeCapture {
        /// A clean-environment check stands in the same seal and found nothing abnormal.
        clean_check_passed: bool,
        /// The machine is registered as the office's own.
        device_of_office: bool,
        /// Whose network.
        network: Network,
    },
    /// Obtained on site.
    OnSite {
        /// Officers present, by name.
        officers: Vec<String>,
    },
    /// Uploaded by a registered device under its key.
    Device {
        /// The device's number.
        device: String,
        /// Its signature was checked on arrival.
        signature_checked: bool,
    },
    /// Output of an algorithm.
    Derived {
        /// Name and version.
        algorithm: String,
        /// 原始数据是否留存.
        raw_data_kept: bool,
    },
    /// Taken from a third party's archive or platform by the office.
    ThirdPartyArchive {
        /// Whose.
        platform: String,
    },
    /// Paper originals scanned by the office.
    PaperScan {
        /// Each page was compared with the original.
        compared: bool,
        /// Pages scanned.
        pages: u32,
    },
}

/// The carrier on which material was handed over (R-014). Empty text means 未知 and is printed so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Carrier {
    /// Capacity as marked.
    pub capacity: String,
    /// State when received.
    pub condition: String,
    /// Kept or returned.
    pub disposition: String,
    /// Phone, disk, optical disc, e-mail …
    pub kind: String,
    /// Maker.
    pub make: String,
    /// Model.
    pub model: String,
    /// Sealed when received.
    pub sealed: bool,
    /// Serial number.
    pub serial: String,
}

/// Whether the original carrier can be shown in court (R-015).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OriginalCarrier {
    /// yes, no or empty for unknown.
    pub available_in_court: String,
    /// By whom.
    pub by_whom: String,
    /// Until when.
    pub until: String,
    /// Where it is.
    pub r#where: String,
}

/// The five groups of 民事诉讼证据规定 Art 14 (R-016).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Art14Kind {
    /// 网页、博客、微博客等网络平台发布的信息.
    Web,
    /// 手机短信、电子邮件、即时通信、通讯群组等网络应用服务的通信信息.
    Messages,
    /// 用户注册信息、身份认证信息、电子交易记录、通信记录、登录日志等信息.
    Registration,
    /// 文档、图片、音频、视频、数字证书、计算机程序等电子文件.
    File,
    /// 其他以数字化形式存储、处理、传输的能够证明案件事实的信息.
    Other,
}

/// The six headings of 在线诉讼规则 Art 18; an empty one is printed 无 (R-024).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Art18 {
    /// 关联印证数据.
    pub corroboration: String,
    /// 生成机制.
    pub generation: String,
    /// 公证机构公证.
    pub notarisation: String,
    /// 具体来源.
    pub source: String,
    /// 存储过程.
    pub storage: String,
    /// 第三方见证.
    pub witness: String,
}

/// All that is known of where an item came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The kind of data (Art 14); required before sealing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub art14_kind: Option<Art14Kind>,
    /// The Art 18 headings.
    #[serde(default)]
    pub art18: Art18,
    /// On what it came.
    #[serde(default)]
    pub carrier: Carrier,
    /// Who handed it over.
    #[serde(default)]
    pub handed_over_by: String,
    /// How the submitter says it was obtained.
    #[serde(default)]
    pub obtained: String,
    /// How the bytes reached the office.
    pub origin: Origin,
    /// The original carrier.
    #[serde(default)]
    pub original: OriginalCarrier,
    /// Who received it.
    #[serde(default)]
    pub received_by: String,
    /// Where it was received.
    #[serde(default)]
    pub received_place: String,
}

impl Facts {
    /// The facts of a file of which nothing but the hand-over is known.
    #[must_use]
    pub fn supplied_by_party() -> Self {
        Self {
            art14_kind: None,
            art18: Art18::default(),
            carrier: Carrier::default(),
            handed_over_by: String::new(),
            obtained: String::new(),
            origin: Origin::SuppliedByParty {},
            original: OriginalCarrier::default(),
            received_by: String::new(),
            received_place: String::new(),
        }
    }

    /// The source class that the facts support, and no more (R-021).
    #[must_use]
    pub fn class(&self) -> SourceClass {
        match &self.origin {
            Origin::SuppliedByParty {} => SourceClass::C,
            Origin::OfficeCapture {
                clean_check_passed: true,
                device_of_office: true,
                network: Network::Office,
            } => SourceClass::A,
            Origin::OfficeCapture { .. } => SourceClass::AMinus,
            Origin::OnSite { officers } if distinct(officers) >= 2 => SourceClass::B,
            Origin::Device {
                signature_checked: true,
                ..
            } => SourceClass::D,
            Origin::Derived { .. } => SourceClass::E,
            Origin::ThirdPartyArchive { .. } => SourceClass::F,
            Origin::PaperScan {
                compared: true,
                pages: 1..,
            } => SourceClass::G,
            Origin::OnSite { .. } | Origin::Device { .. } | Origin::PaperScan { .. } => {
                SourceClass::C
            }
        }
    }

    /// Whether a person at the desk may state this origin, or only a machine that witnessed it.
    ///
    /// A capture and a device feed are facts of the recorder; stated by hand they would let a typed word raise a class.
    #[must_use]
    pub fn can_be_stated_by_hand(&self) -> bool {
        !matches!(
            self.origin,
            Origin::OfficeCapture { .. } | Origin::Device { .. }
        )
    }
}

fn distinct(officers: &[String]) -> usize {
    let mut names: Vec<&str> = officers
        .iter()
        .map(|n| n.trim())
        .filter(|n| !n.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(origin: Origin) -> SourceClass {
        Facts {
            origin,
            ..Facts::supplied_by_party()
        }
        .class()
    }

    #[test]
    fn r021_the_class_follows_from_facts() {
        let capture = |clean, device, network| {
            with(Origin::OfficeCapture {
                clean_check_passed: clean,
                device_of_office: device,
                network,
            })
        };
        assert_eq!(capture(true, true, Network::Office), SourceClass::A);
        assert_eq!(capture(true, false, Network::Office), SourceClass::AMinus);
        assert_eq!(capture(true, true, Network::Other), SourceClass::AMinus);
        assert_eq!(capture(false, true, Network::Office), SourceClass::AMinus);
        let two = vec!["张三".to_owned(), "李四".to_owned()];
        assert_eq!(with(Origin::OnSite { officers: two }), SourceClass::B);
        let same = vec!["张三".to_owned(), " 张三".to_owned()];
        assert_eq!(with(Origin::OnSite { officers: same }), SourceClass::C);
        assert_eq!(
            with(Origin::PaperScan {
                compared: true,
                pages: 3
            }),
            SourceClass::G
        );
        assert_eq!(
            with(Origin::PaperScan {
                compared: false,
                pages: 3
            }),
            SourceClass::C
        );
    }

    #[test]
    fn unknown_facts_are_refused_not_dropped() {
        let text = r#"{"origin":{"kind":"supplied-by-party"},"clas":"A"}"#;
        assert!(serde_json::from_str::<Facts>(text).is_err());
    }
}
