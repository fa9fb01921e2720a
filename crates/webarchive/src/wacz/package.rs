//! The JSON of a WACZ: data package, its digest, pages.

use serde::{Deserialize, Serialize};

/// `datapackage.json` (Frictionless Data Package, WACZ 1.1.1 §5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Datapackage {
    /// `data-package`.
    pub profile: String,
    /// `1.1.1`.
    #[serde(default)]
    pub wacz_version: String,
    /// What the collection is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// What wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software: Option<String>,
    /// Which page to open first.
    #[serde(
        rename = "mainPageUrl",
        alias = "mainPageURL",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub main_page_url: Option<String>,
    /// When that page was captured.
    #[serde(
        rename = "mainPageDate",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub main_page_date: Option<String>,
    /// The members.
    pub resources: Vec<Resource>,
}

/// One member as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// A short name, unique in the package.
    #[serde(default)]
    pub name: String,
    /// The member.
    pub path: String,
    /// `sha256:` and hexadecimal.
    pub hash: String,
    /// Length.
    pub bytes: u64,
}

/// `datapackage-digest.json`; further members, `signedData` for instance, are left to whoever knows them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Digest {
    pub(super) path: String,
    pub(super) hash: String,
}

/// The first line of a list of pages.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PagesHeader {
    pub(super) format: String,
    pub(super) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Unique in the list.
    #[serde(default)]
    pub id: String,
    /// Its address.
    pub url: String,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// RFC 3339.
    pub ts: String,
}
