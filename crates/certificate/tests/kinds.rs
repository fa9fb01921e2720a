//! Every kind of document, in both editions, for every source class.
//!
//! Without fonts (`fonts.sh` fetches them) the tests say so and pass; outside tools likewise.

mod common;

use common::{CASE_KINDS, anchor, conforms, of, picture, report, sample, set, text_of, typesetter};
use fidem_certificate::{CertificateError, Finality, Kind, Presumption, Problem, Status};
use fidem_manifest::SourceClass;

#[test]
fn r091_r092_every_kind_conforms_in_both_editions_and_says_what_it_is() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    for kind in CASE_KINDS {
        for chinese_only in [false, true] {
            let mut data = of(kind);
            data.chinese_only = chinese_only;
            let rendered = set(typesetter, &data, &picture());
            conforms(&rendered.pdf);
            assert_eq!(rendered.warnings, [], "{kind}");
            let again = set(typesetter, &data, &picture());
            assert!(
                rendered.pdf == again.pdf,
                "{kind}: other bytes the second time"
            );
            let Some(pages) = text_of(&rendered.pdf) else {
                continue;
            };
            for page in &pages {
                assert!(page.contains(kind.denial()), "{kind}");
                assert!(page.contains(&data.document_id), "{kind}");
            }
            let whole = pages.concat();
            // English titles are the mark of the edition with English; the certification is English in both.
            if kind != Kind::Custodian {
                assert_eq!(
                    whole.contains("notreviewed") || whole.contains("Officename"),
                    !chinese_only,
                    "{kind}"
                );
            }
        }
    }
}

#[test]
fn r023_r101_wording_follows_the_class_in_every_kind_that_states_proof() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    for class in SourceClass::ALL {
        for kind in [Kind::Record, Kind::Receipt] {
            let mut data = of(kind);
            for item in &mut data.items {
                item.class = class;
                item.scope = class.max_scope();
            }
            let rendered = set(typesetter, &data, &[]);
            let Some(pages) = text_of(&rendered.pdf) else {
                return;
            };
            let sentence: String = class.certificate_sentence().0.split_whitespace().collect();
            assert!(pages[0].contains(&sentence), "{kind} {class:?}");
            assert!(pages[0].contains("证明范围"));
            assert!(
                pages[..2].concat().contains("局限与未证明"),
                "R-106 {kind} {class:?}"
            );
            let whole = pages.concat();
            let others = SourceClass::ALL.into_iter().filter(|c| *c != class);
            for other in others {
                let theirs: String = other.certificate_sentence().0.split_whitespace().collect();
                assert!(
                    sentence.contains(&theirs) || !whole.contains(&theirs),
                    "{kind}: the sentence of {other:?} on a document of {class:?}"
                );
            }
        }
    }
}

#[test]
fn r102_r103_r110_article_18_precedes_article_17_and_its_nine_headings() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    let rendered = set(typesetter, &of(Kind::Record), &[]);
    let Some(pages) = text_of(&rendered.pdf) else {
        return;
    };
    let whole = pages.concat();
    let article_18 = whole.find("具体来源").unwrap();
    let article_17 = whole.find("第十七条对照表").unwrap();
    assert!(article_18 < article_17);
    let sheet = &whole[article_17..];
    let headings = [
        "（一）平台合规情况",
        "（二）利害关系与技术干预",
        "（三）信息系统",
        "清洁性",
        "安全性",
        "可靠性",
        "可用性",
        "（四）存证技术和过程",
        "系统环境",
        "技术安全",
        "加密方式",
        "数据传输",
        "信息验证",
    ];
    let mut from = 0;
    for heading in headings {
        let at = sheet[from..]
            .find(heading)
            .unwrap_or_else(|| panic!("{heading}"));
        from += at;
    }
    // Labels and values come from the text extractor in columns; each of the thirteen lines has its word.
    let end = sheet.find("八、保管").unwrap();
    assert!(sheet[..end].matches('无').count() >= headings.len());
    for n in 1..=15 {
        assert!(whole.contains(&format!("J{n}")), "J{n}");
    }
}

#[test]
fn r083_what_needs_an_approver_is_not_issued_without_one() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    for kind in [Kind::Record, Kind::Correction] {
        let mut data = of(kind);
        data.second_person = None;
        let refused = typesetter.render(&data, &[]);
        let approval = matches!(
            refused,
            Err(CertificateError::Data {
                problem: Problem::Approval,
                ..
            })
        );
        assert!(approval, "{kind}");
        data.status = Status::Draft;
        assert!(
            typesetter.render(&data, &[]).is_ok(),
            "{kind}: a draft can be seen"
        );
    }
}

#[test]
fn r109_notarised_content_is_presumed_on_the_annex_alone_and_never_for_what_others_supplied() {
    let mut data = of(Kind::Record);
    data.presumptions = vec![Presumption::NotarisedContent];
    data.notarial_number = Some("(2026)浙杭西证民字第1234号".to_owned());
    for class in SourceClass::ALL {
        for item in &mut data.items {
            item.class = class;
            item.scope = class.max_scope();
        }
        let supplied = matches!(
            class,
            SourceClass::C | SourceClass::D | SourceClass::E | SourceClass::F
        );
        assert_eq!(data.check().is_ok(), !supplied, "{class:?}");
    }
    let ours = SourceClass::B;
    for item in &mut data.items {
        item.class = ours;
        item.scope = ours.max_scope();
    }
    assert!(data.check().is_ok());
    let mut unnumbered = data.clone();
    unnumbered.notarial_number = None;
    assert!(unnumbered.check().is_err());
    data.kind = Kind::Receipt;
    assert!(data.check().is_err());
}

#[test]
fn r085_a_correction_names_the_document_and_what_a_person_wrote_is_examined() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    let mut data = of(Kind::Correction);
    let rendered = set(typesetter, &data, &[]);
    if let Some(pages) = text_of(&rendered.pdf) {
        let whole = pages.concat();
        for word in [
            "原文书不作改动",
            "(2026)保全字第0001号-H01",
            "未提供状态清单",
        ] {
            assert!(whole.contains(word), "{word}");
        }
    }
    if let Some(correction) = &mut data.particulars.correction {
        correction.statement = "上述数据绝对真实".to_owned();
    }
    assert!(matches!(
        data.check(),
        Err(CertificateError::ForbiddenPhrases { .. })
    ));
    data.particulars.correction = None;
    assert!(data.check().is_err());
}

#[test]
fn names_of_the_rarest_characters_are_set_in_every_kind() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    for kind in CASE_KINDS {
        let mut data = of(kind);
        data.applicant.name = "䶮𰻝".to_owned();
        match typesetter.render_with(&data, &[], &picture()) {
            Ok(rendered) => conforms(&rendered.pdf),
            Err(CertificateError::MissingGlyph { character, .. }) => {
                eprintln!("skipped: no fallback font has {character}");
                return;
            }
            Err(other) => panic!("{kind}: {other}"),
        }
    }
}

#[test]
fn r112_a_report_never_shows_its_verdict_without_the_layers() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    for chinese_only in [false, true] {
        let mut data = report();
        data.chinese_only = chinese_only;
        let rendered = typesetter.render_report(&data).unwrap();
        conforms(&rendered.pdf);
        if let Some(pages) = text_of(&rendered.pdf) {
            for name in [
                "内容",
                "清单",
                "时间",
                "外部锚定",
                "签名",
                "保管链",
                "来源",
                "不一致",
            ] {
                assert!(pages[0].contains(name), "{name}");
            }
            assert!(pages.concat().contains("未核验的事项"));
            assert!(pages.iter().all(|page| page.contains("亦不是鉴定意见")));
        }
        data.layers.pop();
        assert!(typesetter.render_report(&data).is_err());
    }
}

#[test]
fn r072_r074_a_document_is_whole_with_no_anchor_and_discloses_three() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    for kind in [Kind::Record, Kind::Receipt] {
        let none = set(typesetter, &of(kind), &[]);
        conforms(&none.pdf);
        assert!(none.words.concat().contains("不依赖外部锚定即为完整"));
        let mut data = of(kind);
        for (number, finality) in [
            (1, Finality::Final),
            (2, Finality::Included),
            (3, Finality::Orphaned),
        ] {
            let mut one = anchor(finality);
            one.anchor = number;
            one.overseas_public = number == 2;
            data.chain_anchors.push(one);
        }
        let three = set(typesetter, &data, &[]);
        conforms(&three.pdf);
        let words = three.words.concat();
        assert_eq!(words.matches("（一）平台合规情况").count(), 3, "{kind}");
        for state in [
            "已终局",
            "已入块",
            "分叉失效",
            "境外公有链，无境内备案，仅作辅助印证",
        ] {
            assert!(words.contains(state), "{kind}: {state}");
        }
    }
}

#[test]
fn r100_ten_thousand_items_are_summed_up_on_paper() {
    let Some(typesetter) = typesetter() else {
        return;
    };
    let mut data = sample(10_000);
    data.kind = Kind::List;
    let rendered = set(typesetter, &data, &[]);
    conforms(&rendered.pdf);
    assert!(rendered.pages < 20, "{} pages", rendered.pages);
    assert!(rendered.words.concat().contains("共10,000项"));
}
