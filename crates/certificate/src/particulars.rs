//! What a kind of document needs beside the facts of its case.

use serde::{Deserialize, Serialize};

use crate::Bilingual;

/// Particulars of one document; what its kind does not use stays empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// ⑤: what is explained, supplemented, corrected or withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
    /// ④: what each item is to prove, in the party's words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<ListEntry>,
    /// The pictures of a 截图打印件.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prints: Vec<Print>,
    /// For a document that goes abroad: the approval of the competent authority, or why none is needed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub foreign: String,
}

/// How an added document bears on the one it is added to (R-085; 公证法 39, 知识产权证据规定 30).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// 说明: explains; nothing of the original changes its meaning.
    Explanation,
    /// 补正: adds what was left out.
    Supplement,
    /// 更正: says that something was wrong and what is right.
    Correction,
    /// 撤销: the original is no longer relied on.
    Withdrawal,
}

impl Sort {
    /// The word for it in commands and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Explanation => "explanation",
            Self::Supplement => "supplement",
            Self::Correction => "correction",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// A document added to an issued one, which stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// How it bears on it.
    pub sort: Sort,
    /// Number of the document concerned.
    pub document_id: String,
    /// Its title.
    pub title: Bilingual,
    /// When it was issued.
    pub issued_at: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// Where in it: part, page or item; empty for the whole.
    #[serde(default)]
    pub place: String,
    /// What stood there, for a correction.
    #[serde(default)]
    pub before: String,
    /// What is stated now.
    pub statement: String,
    /// Why.
    pub reason: String,
}

/// One row of the list of evidence beyond what the item itself says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEntry {
    /// Number of the item.
    pub item: u32,
    /// 证据来源 in short.
    pub source: String,
    /// 证明对象.
    #[serde(default)]
    pub proves: String,
    /// 证据内容.
    #[serde(default)]
    pub content: String,
    /// Pages of a document on paper, where that is known.
    #[serde(default)]
    pub pages: Option<u32>,
    /// 原件, 复制件 or 电子数据.
    pub form: Bilingual,
}

/// One picture set on one or more A4 pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    /// Number of the item it was taken from.
    pub item: u32,
    /// What is seen: the address of a page, or the item's name.
    pub of: String,
    /// Name of the picture among the files of the document, such as `print-1.png`.
    pub file: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// SHA-256 of the picture as it was taken.
    pub sha256: String,
    /// When it was taken, by the device's clock.
    #[serde(default)]
    pub taken_at: Option<String>,
}
