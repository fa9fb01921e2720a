//! A document of each kind over invented facts, by which a template is tried before any case is set by it.

use crate::{
    Bilingual, CertificateData, Correction, Kind, ListEntry, OfficePerson, Particulars, Picture,
    Print, Sort,
};

const CASE: &str = include_str!("../specimen/case.json");
const PICTURE: &[u8] = include_bytes!("../specimen/print-1.png");

/// An invented document of this kind, and the pictures that it shows; none for a 核验报告, which is made of files and not of a
/// case.
#[must_use]
pub fn specimen(kind: Kind) -> Option<(CertificateData, Vec<Picture>)> {
    // It is compiled in, and a test reads it.
    let mut data: CertificateData = serde_json::from_str(CASE).ok()?;
    data.kind = kind;
    data.items.truncate(2);
    data.second_person = Some(OfficePerson {
        name: "王慎之".to_owned(),
        role: Bilingual::new("审批", "approver"),
    });
    data.particulars = match kind {
        Kind::Report => return None,
        Kind::Correction => correction(),
        Kind::List => list(),
        Kind::Prints => prints(),
        Kind::Record | Kind::Receipt | Kind::Custodian | Kind::Steps => Particulars::default(),
    };
    let picture = Picture {
        name: "print-1.png".to_owned(),
        bytes: PICTURE.to_vec(),
    };
    Some((data, vec![picture]))
}

fn correction() -> Particulars {
    Particulars {
        correction: Some(Correction {
            sort: Sort::Correction,
            document_id: "(2026)保全字第0001号-H01".to_owned(),
            title: Kind::Receipt.title(),
            issued_at: "2026-11-22T12:00:00Z".to_owned(),
            sha256: "ab".repeat(32),
            place: "第三部分".to_owned(),
            before: "存储过程：无".to_owned(),
            statement: "存储过程：存于申请人的办公电脑。".to_owned(),
            reason: "申请人补充陈述。".to_owned(),
        }),
        ..Particulars::default()
    }
}

fn list() -> Particulars {
    Particulars {
        list: vec![ListEntry {
            item: 1,
            source: "申请人提交".to_owned(),
            proves: "双方订有合同".to_owned(),
            content: "签署版".to_owned(),
            pages: Some(12),
            form: Bilingual::new("电子数据", "electronic data"),
        }],
        ..Particulars::default()
    }
}

fn prints() -> Particulars {
    Particulars {
        prints: vec![Print {
            item: 1,
            of: "https://example.cn/".to_owned(),
            file: "print-1.png".to_owned(),
            width: 40,
            height: 130,
            sha256: "cd".repeat(32),
            taken_at: None,
        }],
        ..Particulars::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_made_of_a_case_has_a_specimen_that_could_be_issued() {
        for kind in Kind::ALL {
            let made = specimen(kind);
            assert_eq!(made.is_none(), kind == Kind::Report, "{kind}");
            if let Some((data, _)) = made {
                data.check().unwrap();
            }
        }
    }
}
