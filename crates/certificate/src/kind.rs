//! The kinds of document. None is a notarial certificate, and each says so on every page.

use serde::{Deserialize, Serialize};

use crate::Bilingual;

/// What a document is.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// ① 公证书附件·电子数据保全记录: what a notary attaches to a notarial certificate drawn up separately.
    Record,
    /// ② 电子数据保管回执（非公证书）.
    #[default]
    Receipt,
    /// ③ 核验报告.
    Report,
    /// ④ 证据清单, in the shape of 民事诉讼证据规定 Art 19.
    List,
    /// ⑤ 说明、补正、更正、撤销: added to an issued document, never in its place.
    Correction,
    /// Certification of a qualified person, FRE 902(13) and (14), for that person to complete and sign.
    Custodian,
    /// 当庭核验步骤, one page.
    Steps,
    /// 截图打印件, A4, with room for wet signature and seal.
    Prints,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Record,
        Self::Receipt,
        Self::Report,
        Self::List,
        Self::Correction,
        Self::Custodian,
        Self::Steps,
        Self::Prints,
    ];

    /// The word for it in commands and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Receipt => "receipt",
            Self::Report => "report",
            Self::List => "list",
            Self::Correction => "correction",
            Self::Custodian => "custodian",
            Self::Steps => "steps",
            Self::Prints => "prints",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The letter in its numbers: a series of its own for each kind, visibly unlike a notarial number.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Record => 'J',
            Self::Receipt => 'H',
            Self::Report => 'Y',
            Self::List => 'Q',
            Self::Correction => 'B',
            Self::Custodian => 'E',
            Self::Steps => 'S',
            Self::Prints => 'P',
        }
    }

    /// What an office calls it.
    #[must_use]
    pub fn title(self) -> Bilingual {
        let (zh, en) = match self {
            Self::Record => (
                "公证书附件·电子数据保全记录",
                "Annex to a notarial certificate: record of preserved electronic data",
            ),
            Self::Receipt => (
                "电子数据保管回执（非公证书）",
                "Custody receipt for electronic data (not a notarial certificate)",
            ),
            Self::Report => ("核验报告", "Verification report"),
            Self::List => ("证据清单", "List of evidence"),
            Self::Correction => ("说明与补正", "Explanation and correction"),
            Self::Custodian => (
                "保管人声明（英文格式）",
                "Certification of a qualified person, FRE 902(13)/(14)",
            ),
            Self::Steps => ("当庭核验步骤", "How to check in the courtroom"),
            Self::Prints => ("截图打印件", "Printed screenshots"),
        };
        Bilingual::new(zh, en)
    }

    /// What every page says: that it is not a notarial certificate.
    #[must_use]
    pub fn denial(self) -> &'static str {
        match self {
            Self::Record => "本记录不是公证书",
            Self::Receipt => "本回执不是公证书",
            Self::Report => "本报告不是公证书",
            Self::List => "本清单不是公证书",
            Self::Correction => "本说明不是公证书",
            Self::Custodian => "本声明不是公证书",
            Self::Steps => "本步骤不是公证书",
            Self::Prints => "本打印件不是公证书",
        }
    }

    /// Whether it states a scope of proof, and so must open with it and give its limits by page 2.
    #[must_use]
    pub fn states_proof(self) -> bool {
        matches!(self, Self::Record | Self::Receipt)
    }

    /// Whether it issues only after a second person approved exactly what is issued.
    #[must_use]
    pub fn needs_approval(self) -> bool {
        matches!(self, Self::Record | Self::Correction)
    }

    /// Name of the attachment that holds the document's data for machines.
    #[must_use]
    pub fn machine_record(self) -> &'static str {
        match self {
            Self::Receipt => crate::MACHINE_RECORD,
            _ => "document.json",
        }
    }

    pub(crate) fn template(self) -> &'static str {
        match self {
            Self::Record => "record.typ",
            Self::Receipt => "receipt.typ",
            Self::Report => "report.typ",
            Self::List => "list.typ",
            Self::Correction => "correction.typ",
            Self::Custodian => "custodian.typ",
            Self::Steps => "steps.typ",
            Self::Prints => "prints.typ",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Kind;

    #[test]
    fn words_and_letters_are_told_apart() {
        let words: BTreeSet<_> = Kind::ALL.iter().map(|k| k.as_str()).collect();
        let letters: BTreeSet<_> = Kind::ALL.iter().map(|k| k.letter()).collect();
        assert_eq!((words.len(), letters.len()), (8, 8));
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn r091_no_title_is_that_of_a_notarial_certificate() {
        for kind in Kind::ALL {
            let title = kind.title().zh;
            assert_ne!(title, "公证书");
            assert!(!title.starts_with("公证书") || title.starts_with("公证书附件"));
        }
    }
}
