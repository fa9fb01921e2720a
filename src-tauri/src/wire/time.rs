//! Time stamps opened, seals that wait, and the authorities as they stand.

use fidem_office as office;
use fidem_verify::{Language, TokenField};
use serde::Serialize;
use specta::Type;

use super::{Bilingual, Standing};

/// A field of a token in words.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TokenFieldView {
    /// Stable key.
    pub key: String,
    /// What it is called.
    pub name: Bilingual,
    /// What it says; empty where the token says nothing.
    pub value: String,
    /// What it means, and what it does not.
    pub meaning: Bilingual,
}

impl From<TokenField> for TokenFieldView {
    fn from(field: TokenField) -> Self {
        let both = |words: fn(&TokenField, Language) -> &'static str| Bilingual {
            zh: words(&field, Language::Chinese).to_owned(),
            en: words(&field, Language::English).to_owned(),
        };
        Self {
            key: field.key.to_owned(),
            name: both(TokenField::name),
            meaning: both(TokenField::meaning),
            value: field.value,
        }
    }
}

/// A seal that waits for time stamps.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WaitingRow {
    /// The case's id.
    pub case_id: String,
    /// The case's number.
    pub number: String,
    /// The seal's number.
    pub seal: u32,
    /// Items in it.
    pub items: u32,
    /// Since when, by the device.
    pub since: String,
}

impl From<office::WaitingSeal> for WaitingRow {
    fn from(waiting: office::WaitingSeal) -> Self {
        Self {
            case_id: waiting.case,
            number: waiting.number,
            seal: waiting.seal,
            items: waiting.items,
            since: waiting.since,
        }
    }
}

/// A chosen authority as it stands; what is unknown is absent.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuthorityState {
    /// Name for people.
    pub name: String,
    /// Where requests go.
    pub url: String,
    /// The office pinned its root.
    pub own_root: bool,
    /// Who runs it.
    pub operator: Option<String>,
    /// Licence or qualified status; absent when it is not on the list.
    pub standing: Option<Standing>,
    /// Date of that list.
    pub listed: Option<String>,
    /// The policy of its last token.
    pub policy: Option<String>,
    /// Accuracy stated in its last token, in milliseconds.
    pub accuracy_millis: Option<u64>,
    /// When the first certificate of that token's chain ends.
    pub expires: Option<String>,
    /// genTime of its last token.
    pub last_token: Option<String>,
    /// When it was last asked, by the device.
    pub last_asked: Option<String>,
    /// It answered then.
    pub answered: bool,
    /// Seconds by which its last token was ahead of the device.
    pub clock_offset: Option<i32>,
}

impl From<office::AuthorityStanding> for AuthorityState {
    fn from(row: office::AuthorityStanding) -> Self {
        Self {
            name: row.name,
            url: row.url,
            own_root: row.own_root,
            operator: row.operator,
            standing: row.standing.map(|standing| match standing {
                "claimed-qualified" => Standing::ClaimedQualified,
                _ => Standing::Unknown,
            }),
            listed: row.listed,
            policy: row.policy,
            accuracy_millis: row.accuracy_micros.map(|micros| micros.div_ceil(1000)),
            expires: row.expires,
            last_token: row.last_token,
            last_asked: row.last_asked,
            answered: row.last_outcome.as_deref() == Some("answered"),
            clock_offset: row
                .clock_offset
                .and_then(|seconds| i32::try_from(seconds).ok()),
        }
    }
}
