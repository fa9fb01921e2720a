//! 手机取证记录: the phone, the application, the accounts, and where the original carrier of each item is.

use fidem_manifest::OriginalCarrier;
use serde::{Deserialize, Serialize};

use super::onsite::{StepDone, empty};

/// A phone record as a clerk writes it. Anything may be empty while it is a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Phone {
    /// Profiles that were logged in.
    pub accounts: Vec<Account>,
    /// The application that the material came from; empty name where it is none.
    pub app: App,
    /// IMEI, as shown by the phone.
    pub imei: String,
    /// What came from the phone.
    pub items: Vec<PhoneItem>,
    /// Maker.
    pub make: String,
    /// Model.
    pub model: String,
    /// Kind of network during the work.
    pub network: String,
    /// Who operated the phone.
    pub operated_by: String,
    /// Name of the operating system.
    pub os: String,
    /// Its version.
    pub os_version: String,
    /// Photographs taken on site, as items of the case.
    pub photos: Vec<u32>,
    /// Whatever else is to be said.
    pub remarks: String,
    /// Whether there are signs of root or jailbreak; unknown when it was not looked at.
    pub rooted: Answer,
    /// Serial number.
    pub serial: String,
    /// What was done, in order.
    pub steps: Vec<StepDone>,
}

/// Yes, no, or not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// 是.
    Yes,
    /// 否.
    No,
    /// 未知.
    #[default]
    Unknown,
}

/// The application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct App {
    /// SHA-256 of its maker's signing certificate as known from elsewhere, lowercase hex; empty where none is known.
    pub expected_sha256: String,
    /// Where it was installed from.
    pub install_source: String,
    /// Name as shown.
    pub name: String,
    /// Identifier of the package.
    pub package: String,
    /// SHA-256 of the signing certificate as found on the phone, lowercase hex; empty where it was not read.
    pub signing_sha256: String,
    /// Version.
    pub version: String,
}

/// A profile that was logged in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// Number or name by which the service knows it.
    pub id: String,
    /// Name as shown.
    pub nickname: String,
    /// Whether the application showed a verified real name.
    pub real_name_shown: Answer,
}

/// One item from the phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PhoneItem {
    /// Whether it was passed on through a chat before it came here.
    pub forwarded: Answer,
    /// Number of the item.
    pub item: u32,
    /// Its original carrier.
    pub original: OriginalCarrier,
}

impl Phone {
    /// Codes of the obligatory fields that are missing.
    #[must_use]
    pub fn lacking(&self) -> Vec<String> {
        let a = &self.app;
        let app = !empty(&a.name);
        let carrier = |i: &PhoneItem| {
            let o = &i.original;
            let kept = !empty(&o.r#where) && !empty(&o.by_whom);
            match o.available_in_court.as_str() {
                "yes" => kept,
                "no" => true,
                _ => false,
            }
        };
        let rules = [
            ("make", empty(&self.make)),
            ("model", empty(&self.model)),
            ("serial-or-imei", empty(&self.serial) && empty(&self.imei)),
            ("os", empty(&self.os) || empty(&self.os_version)),
            ("app-package", app && empty(&a.package)),
            ("app-version", app && empty(&a.version)),
            ("app-install-source", app && empty(&a.install_source)),
            ("app-signing", !is_digest_or_empty(&a.signing_sha256)),
            ("app-expected", !is_digest_or_empty(&a.expected_sha256)),
            ("network", empty(&self.network)),
            ("operated-by", empty(&self.operated_by)),
            ("steps", self.steps.iter().all(|s| empty(&s.what))),
            ("items", self.items.is_empty()),
            ("original-carrier", !self.items.iter().all(carrier)),
        ];
        rules
            .into_iter()
            .filter(|(_, lacks)| *lacks)
            .map(|(code, _)| code.to_owned())
            .collect()
    }

    /// Codes of what speaks against the phone, whatever is filled in: none of it keeps the record from being completed.
    #[must_use]
    pub fn findings(&self) -> Vec<String> {
        let a = &self.app;
        let read = !empty(&a.signing_sha256);
        let expected = !empty(&a.expected_sha256);
        let rules = [
            (
                "app-certificate-differs",
                read && expected && a.signing_sha256 != a.expected_sha256,
            ),
            ("app-certificate-not-read", !empty(&a.name) && !read),
            ("rooted", self.rooted == Answer::Yes),
            ("root-not-checked", self.rooted == Answer::Unknown),
        ];
        rules
            .into_iter()
            .filter(|(_, found)| *found)
            .map(|(code, _)| code.to_owned())
            .collect()
    }

    /// Digests without blanks, colons and capitals, as tools print them.
    pub(super) fn normalise(&mut self) {
        for digest in [&mut self.app.signing_sha256, &mut self.app.expected_sha256] {
            *digest = digest
                .chars()
                .filter(|c| !c.is_whitespace() && *c != ':')
                .collect::<String>()
                .to_ascii_lowercase();
        }
    }
}

fn is_digest_or_empty(text: &str) -> bool {
    text.is_empty() || (text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Names that chat applications give to what they pass on; what they pass on is often compressed anew, and its own
/// metadata lost. A name proves nothing: it is a reason to ask.
const CHAT_NAMES: [(&str, &str); 12] = [
    ("mmexport", "wechat"),
    ("wx_camera_", "wechat"),
    ("微信图片", "wechat"),
    ("微信视频", "wechat"),
    ("wechat image", "wechat"),
    ("wechatimg", "wechat"),
    ("wechat video", "wechat"),
    ("qq图片", "qq"),
    ("qq视频", "qq"),
    ("whatsapp image", "whatsapp"),
    ("whatsapp video", "whatsapp"),
    ("telegram-cloud-", "telegram"),
];

/// The chat application that a file's name points to.
#[must_use]
pub fn forwarded_by_name(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let known = CHAT_NAMES.iter().find(|(start, _)| name.starts_with(start));
    known.map(|(_, app)| *app).or_else(|| whatsapp(&name))
}

/// `IMG-20261122-WA0001.jpg`.
fn whatsapp(name: &str) -> Option<&'static str> {
    let rest = name
        .strip_prefix("img-")
        .or_else(|| name.strip_prefix("vid-"))?;
    let (day, after) = rest.split_once("-wa")?;
    let numbers = day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit());
    (numbers && after.starts_with(|c: char| c.is_ascii_digit())).then_some("whatsapp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r048_a_repackaged_app_is_reported() {
        let mut phone = Phone {
            app: App {
                name: "某应用".to_owned(),
                signing_sha256: "AA:bb ".repeat(16),
                expected_sha256: "aabb".repeat(16),
                ..App::default()
            },
            rooted: Answer::No,
            ..Phone::default()
        };
        phone.normalise();
        assert_eq!(phone.findings(), [""; 0]);
        phone.app.signing_sha256.replace_range(..2, "00");
        assert_eq!(phone.findings(), ["app-certificate-differs"]);
        phone.app.signing_sha256.clear();
        assert_eq!(phone.findings(), ["app-certificate-not-read"]);
    }

    #[test]
    fn r015_each_item_says_where_its_original_is() {
        let mut phone = Phone {
            items: vec![PhoneItem::default()],
            ..Phone::default()
        };
        let lacks = |phone: &Phone| phone.lacking().contains(&"original-carrier".to_owned());
        assert!(lacks(&phone));
        phone.items[0].original.available_in_court = "yes".to_owned();
        assert!(lacks(&phone));
        phone.items[0].original.r#where = "申请人处".to_owned();
        phone.items[0].original.by_whom = "王小明".to_owned();
        assert!(!lacks(&phone));
        phone.items[0].original = OriginalCarrier {
            available_in_court: "no".to_owned(),
            ..OriginalCarrier::default()
        };
        assert!(!lacks(&phone));
    }

    #[test]
    fn names_that_chats_give_are_known_and_others_are_not() {
        for name in [
            "mmexport1700000000000.jpg",
            "wx_camera_1700000000.mp4",
            "微信图片_20261122.jpg",
            "WeChat Image_20261122.jpg",
            "IMG-20261122-WA0003.jpg",
        ] {
            assert!(forwarded_by_name(name).is_some(), "{name}");
        }
        for name in ["IMG_20261122_120000.jpg", "img-2026-wall.jpg", "合同.pdf"] {
            assert_eq!(forwarded_by_name(name), None, "{name}");
        }
    }
}
