//! The receipt as a judge, a reader program and a validator see it.
//!
//! Without fonts (`fonts.sh` fetches them) the tests say so and pass; outside tools likewise.

mod common;

use std::fs;
use std::process::Command;

use fidem_certificate::{
    Attachment, Bilingual, CertificateData, CertificateError, Finality, Presumption, Problem,
    Relationship, Rendered, TemplateSource, Typesetter,
};
use fidem_manifest::SourceClass;

use common::{anchor, conforms, sample, skip, text_of, tool, typesetter};

macro_rules! typesetter_or_skip {
    () => {
        match typesetter() {
            Some(typesetter) => typesetter,
            None => return,
        }
    };
}

#[test]
fn a_small_receipt_conforms_and_repeats_byte_for_byte() {
    let typesetter = typesetter_or_skip!();
    let first = set(typesetter, &sample(3));
    let again = set(typesetter, &sample(3));
    let (_, folders) = fresh_parts();
    let fresh = Typesetter::new(TemplateSource::BuiltIn, &folders).unwrap();
    let elsewhere = set(&fresh, &sample(3));
    assert!(first.pdf == again.pdf && first.pdf == elsewhere.pdf);
    assert_eq!(first.warnings, []);
    conforms(&first.pdf);
}

#[test]
fn r100_two_hundred_items_are_printed_and_two_thousand_are_cut() {
    let typesetter = typesetter_or_skip!();
    let many = set(typesetter, &sample(200));
    conforms(&many.pdf);
    let cut = set(typesetter, &sample(1001));
    assert!(cut.pages < many.pages);
    if let Some(pages) = text_of(&cut.pdf) {
        let all: String = pages.concat();
        assert!(all.contains("此处印前50项"));
        assert!(all.contains("共1,001项"));
        assert!(all.contains("现场照片0049") && !all.contains("现场照片0051"));
    }
}

#[test]
fn rare_characters_are_set_and_a_character_without_glyph_is_named() {
    let typesetter = typesetter_or_skip!();
    let mut data = sample(1);
    data.applicant.name = "㛃𬭳龘䶮鿏𬬭".to_owned();
    let common = set(typesetter, &data);
    data.applicant.name = "𠮷田㛃".to_owned();
    match typesetter.render(&data, &attachments()) {
        Ok(rare) => {
            conforms(&rare.pdf);
            assert_ne!(rare.fonts_sha256, common.fonts_sha256);
        }
        Err(CertificateError::MissingGlyph { character, .. }) => {
            assert_eq!(character, '𠮷');
            skip("the HanaMin fallback fonts");
        }
        Err(other) => panic!("{other}"),
    }
    data.applicant.name = "张\u{1F4F7}".to_owned();
    let refused = typesetter.render(&data, &attachments());
    assert!(matches!(
        refused,
        Err(CertificateError::MissingGlyph {
            character: '\u{1F4F7}',
            ..
        })
    ));
}

#[test]
fn a_file_name_neither_blocks_nor_deceives() {
    let typesetter = typesetter_or_skip!();
    let mut data = sample(3);
    data.items[0].name = "度假\u{1F4F7}.jpg".to_owned();
    data.items[1].name = "invoice\u{202E}fdp.exe".to_owned();
    data.items[2].name = "100% 绝对真实.docx".to_owned();
    let receipt = set(typesetter, &data);
    conforms(&receipt.pdf);
    if let Some(pages) = text_of(&receipt.pdf) {
        let all: String = pages.concat();
        assert!(all.contains("‹U+1F4F7›.jpg") && all.contains("‹U+202E›"));
        assert!(all.contains("‹U+码位›"));
    }
}

#[test]
fn attachments_come_back_byte_for_byte() {
    let typesetter = typesetter_or_skip!();
    let data = sample(2);
    let receipt = set(typesetter, &data);
    let carried = embedded(&receipt.pdf);
    for wanted in attachments() {
        let found = carried.iter().find(|(name, _)| *name == wanted.name);
        assert_eq!(found.map(|(_, bytes)| bytes), Some(&wanted.bytes));
    }
    let record = carried.iter().find(|(name, _)| name == "receipt.json");
    let record: CertificateData = serde_json::from_slice(&record.unwrap().1).unwrap();
    assert_eq!(record, data);
    assert_eq!(carried.len(), attachments().len() + 1);
}

#[test]
fn scope_limits_and_article_18_stand_in_the_order_of_the_questions() {
    let typesetter = typesetter_or_skip!();
    let receipt = set(typesetter, &sample(3));
    let Some(pages) = text_of(&receipt.pdf) else {
        return;
    };
    let sentence = SourceClass::C.certificate_sentence().0;
    assert!(pages[0].contains("一、证明范围") && pages[0].contains(sentence));
    assert!(pages[0].contains("P4内容真实") && pages[0].contains("可援引的推定"));
    assert!(pages[..2].concat().contains("二、局限与未证明的事项"));
    let all = pages.concat();
    let order = [
        "一、证明范围",
        "二、局限与未证明的事项",
        "三、固化前的来源与过程",
        "四、环境与清洁性检查",
        "五、固化",
        "六、时间",
        "七、登记与外部锚定",
        "八、保管与经手记录",
        "九、核验步骤",
        "十、工具说明",
        "附件一证据项清单",
    ];
    let places: Vec<_> = order.iter().map(|part| all.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    for heading in [
        "具体来源",
        "生成机制",
        "存储过程",
        "公证机构公证",
        "第三方见证",
        "关联印证数据",
    ] {
        let at = all.find(heading).unwrap();
        assert!(at < places[6], "{heading}");
    }
    for missing in ["取得起止时间", "区块时间"] {
        let after = &all[all.find(missing).unwrap()..];
        assert!(after[..60].contains('无'), "{missing}");
    }
    assert!(all.contains("二〇二六年十一月二十二日"));
    assert!(all.contains("无，系本处自行记录"));
}

#[test]
fn r068_without_an_anchor_no_word_of_chains_is_printed() {
    let typesetter = typesetter_or_skip!();
    let receipt = set(typesetter, &sample(3));
    if let Some(pages) = text_of(&receipt.pdf) {
        let all = pages.concat().to_lowercase();
        for word in ["上链", "区块链", "blockchain", "chainrecord"] {
            assert!(!all.contains(word), "{word}");
        }
        assert!(!all.contains("公证书编号"));
    }
    let mut data = sample(3);
    data.anomalies = vec![Bilingual::new("该记录已上链", "")];
    let refused = typesetter.render(&data, &attachments());
    assert!(matches!(
        refused,
        Err(CertificateError::ForbiddenPhrases { .. })
    ));
}

#[test]
fn an_anchored_receipt_discloses_the_chain_after_the_limits() {
    let typesetter = typesetter_or_skip!();
    let mut data = sample(3);
    data.chain_anchors = vec![anchor(Finality::Final)];
    data.presumptions = vec![Presumption::UnchangedAfterAnchoring];
    let receipt = set(typesetter, &data);
    conforms(&receipt.pdf);
    data.chain_anchors = vec![anchor(Finality::Included)];
    let refused = typesetter.render(&data, &attachments());
    assert!(matches!(
        refused,
        Err(CertificateError::Data {
            problem: Problem::Presumption,
            ..
        })
    ));
}

#[test]
fn r092_every_page_says_what_it_is_and_a_demonstration_says_so() {
    let typesetter = typesetter_or_skip!();
    let mut data = sample(60);
    data.demonstration = true;
    let receipt = set(typesetter, &data);
    conforms(&receipt.pdf);
    let Some(pages) = text_of(&receipt.pdf) else {
        return;
    };
    assert_eq!(pages.len(), receipt.pages);
    let short = short_manifest(&data);
    for (i, page) in pages.iter().enumerate() {
        let number = format!("第{}页，共{}页", i + 1, pages.len());
        for mark in [
            "本回执不是公证书",
            "演示",
            "DEMONSTRATION",
            "(2026)保全字第0001号",
            "HZ-2026-0001-R01",
            "来源类别",
            "已出具",
            "出具机构名称系自行填写，身份未核验",
            "本文件未经电子签名",
            "未经第二人复核",
            &short,
            &number,
        ] {
            assert!(page.contains(mark), "page {} lacks {mark}", i + 1);
        }
    }
}

#[test]
fn a_reviewed_signed_receipt_of_a_known_office_carries_no_caution() {
    let typesetter = typesetter_or_skip!();
    let mut data = sample(3);
    data.office.identity_verified = true;
    data.electronically_signed = true;
    data.second_person = Some(data.handler.clone());
    let receipt = set(typesetter, &data);
    conforms(&receipt.pdf);
    if let Some(pages) = text_of(&receipt.pdf) {
        let all = pages.concat();
        for caution in ["身份未核验", "未经电子签名", "未经第二人复核", "演示"]
        {
            assert!(!all.contains(caution), "{caution}");
        }
    }
}

#[test]
fn r101_all_eight_classes_fit_the_first_two_pages() {
    let typesetter = typesetter_or_skip!();
    let mut data = sample(8);
    for (item, class) in data.items.iter_mut().zip(SourceClass::ALL) {
        item.class = class;
        item.scope = class.max_scope();
    }
    let receipt = set(typesetter, &data);
    conforms(&receipt.pdf);
    if let Some(pages) = text_of(&receipt.pdf) {
        assert!(pages[0].contains("证明范围"));
        assert!(pages[..2].concat().contains("不是鉴定意见"));
    }
}

#[test]
fn the_qr_code_reads_back() {
    let typesetter = typesetter_or_skip!();
    let data = sample(3);
    let receipt = set(typesetter, &data);
    if !tool("pdftoppm") || !tool("zbarimg") {
        return skip("pdftoppm and zbarimg");
    }
    let folder = tempfile::tempdir().unwrap();
    let pdf = folder.path().join("receipt.pdf");
    fs::write(&pdf, &receipt.pdf).unwrap();
    let page = folder.path().join("page");
    let drawn = Command::new("pdftoppm")
        .args(["-r", "150", "-png", "-singlefile"])
        .args([&pdf, &page])
        .status()
        .unwrap();
    assert!(drawn.success());
    let read = Command::new("zbarimg")
        .args(["-q", "--raw"])
        .arg(page.with_extension("png"))
        .output()
        .unwrap();
    let wanted = format!(
        "FIDEM1:{}:{}",
        data.case_number, data.seals[0].manifest_sha256
    );
    assert_eq!(String::from_utf8(read.stdout).unwrap().trim(), wanted);
}

#[test]
fn a_template_may_be_edited_but_not_gutted() {
    let _ = typesetter_or_skip!();
    let title =
        "#set document(title: \"回执\")\n#set text(lang: \"zh\", font: \"Noto Serif SC\")\n";
    let gutted = with_template(&format!("{title}收到了。"));
    assert!(matches!(
        gutted,
        Err(CertificateError::Omitted { page: 1, .. })
    ));

    let posing = with_template("#set document(title: \"公证书\")\n内容");
    assert!(matches!(posing, Err(CertificateError::Title { .. })));

    let outside = with_template("#image(\"../../../../etc/passwd\")");
    assert!(matches!(outside, Err(CertificateError::Template { .. })));

    let package = with_template("#import \"@preview/cetz:0.3.0\"");
    assert!(matches!(package, Err(CertificateError::Template { .. })));

    let Err(CertificateError::Template { errors }) = with_template("好\n\n#undefined-word") else {
        panic!("a faulty template was accepted");
    };
    assert_eq!(errors[0].file.as_deref(), Some("receipt.typ"));
    assert_eq!((errors[0].line, errors[0].column), (3, 2));
}

#[test]
fn an_endless_template_is_given_up() {
    let _ = typesetter_or_skip!();
    let (folder, folders) = fresh_parts();
    fs::write(folder.path().join("receipt.typ"), "#let f(n) = { for i in range(2000000) { let _ = calc.pow(2, 3) } }\n#for i in range(50) { f(i) }").unwrap();
    let source = TemplateSource::Folder(folder.path().to_path_buf());
    let limit = std::time::Duration::from_millis(50);
    let slow = Typesetter::new(source, &folders)
        .unwrap()
        .with_time_limit(limit);
    let given_up = slow.render(&sample(1), &[]);
    assert!(matches!(given_up, Err(CertificateError::TimedOut { .. })));
}

#[test]
fn no_fonts_is_said_with_every_place() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("none");
    let Err(CertificateError::NoFonts { looked_in }) =
        Typesetter::new(TemplateSource::BuiltIn, std::slice::from_ref(&nowhere))
    else {
        panic!("set without fonts");
    };
    assert_eq!(looked_in, [nowhere]);
}

#[test]
fn what_cannot_be_printed_truthfully_is_refused() {
    type Spoil = fn(&mut CertificateData);
    let cases: [(Spoil, &str, Problem); 7] = [
        (|d| d.items.clear(), "items", Problem::Empty),
        (
            |d| d.items[1].sha256.push('0'),
            "items[1].sha256",
            Problem::Digest,
        ),
        (
            |d| d.seals[0].root = "A".repeat(64),
            "seals[0].root",
            Problem::Digest,
        ),
        (
            |d| d.issued_at = "2026-11-22 20:00".to_owned(),
            "issued_at",
            Problem::Time,
        ),
        (|d| d.items[1].number = 1, "items", Problem::Order),
        (|d| d.items[0].seal = 9, "items[0].seal", Problem::Dangling),
        (
            |d| d.items[0].scope = fidem_manifest::ProofScope::P3,
            "items[0].scope",
            Problem::Scope,
        ),
    ];
    for (spoil, field, problem) in cases {
        let mut data = sample(3);
        spoil(&mut data);
        match data.check() {
            Err(CertificateError::Data {
                field: f,
                problem: p,
            }) => assert_eq!((f.as_str(), p), (field, problem)),
            other => panic!("{field}: {other:?}"),
        }
    }
    assert!(sample(3).check().is_ok());
}

/// Annexes with all kinds of rows, lists longer than print, and what servers may send.
fn annexed() -> CertificateData {
    let mut data = sample(3);
    let text = include_str!("data/annexes.json");
    let annexes: serde_json::Value = serde_json::from_str(text).unwrap();
    let part = |name: &str| annexes[name].clone();
    data.captures = serde_json::from_value(part("captures")).unwrap();
    data.onsite = serde_json::from_value(part("onsite")).unwrap();
    data.phones = serde_json::from_value(part("phones")).unwrap();
    data.items[0].forwarded = Some(fidem_certificate::Forwarded::Named);
    data
}

#[test]
fn annexes_conform_and_say_what_law_asks_for() {
    let typesetter = typesetter_or_skip!();
    let data = annexed();
    let receipt = set(typesetter, &data);
    conforms(&receipt.pdf);
    let Some(pages) = text_of(&receipt.pdf) else {
        return;
    };
    let all = pages.concat().replace('\u{200b}', "");
    for said in [
        "附件二网页取证与网络证据",
        "附件三清洁性检查报告",
        "附件四现场记录",
        "附件五手机取证记录",
        "Annex7:Filesattachedtothisdocument",
        // R-032, R-036
        "https://example.org/final?a=1&b=2",
        "301",
        "203.0.113.7:443",
        "192.0.2.10",
        "TLS1.3",
        "CN=example.org",
        "CN=ExampleCA",
        "签名一致",
        // R-042: never as passed.
        "正常24，异常1，未检7",
        "系统时间",
        "systemtime",
        // R-043, R-044
        "检查报告的时间戳早于首次请求12秒",
        "经两人说明理由后继续：网页将于当日下线",
        // R-055
        "超过十分钟",
        "取证结束至取得时间戳相隔15分钟",
        // R-035
        "【不完整】",
        "另有37项，见证据包",
        // R-048, R-015, R-049
        "应用签名证书与预期的不一致",
        "可能被压缩",
        "封存编号FC-1",
    ] {
        assert!(all.contains(said), "{said}");
    }
    // What turns the reading direction stands as its code point.
    assert!(all.contains("‹U+202E›") && !all.contains('\u{202e}'));
    // The limits still stand on page 2, before the anomalies.
    assert!(pages[..2].concat().contains("二、局限与未证明的事项"));
}

/// A template that leaves the annexes out issues nothing that hides what they say.
#[test]
fn r042_a_template_without_annexes_cannot_hide_what_was_abnormal() {
    let Some(_) = typesetter() else {
        return;
    };
    let (folder, folders) = fresh_parts();
    let set = concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates");
    for entry in fs::read_dir(set).unwrap() {
        let entry = entry.unwrap();
        let text = fs::read_to_string(entry.path()).unwrap();
        let text = text
            .replace("  more.cleanliness(d)\n", "")
            .replace("经两人说明理由后继续。\"", "\"");
        fs::write(folder.path().join(entry.file_name()), text).unwrap();
    }
    let source = TemplateSource::Folder(folder.path().to_path_buf());
    let typesetter = Typesetter::new(source, &folders).unwrap();
    let refused = typesetter.render(&annexed(), &attachments());
    let Err(CertificateError::Omitted { .. }) = refused else {
        panic!("{refused:?}");
    };
}

#[test]
fn annexes_that_cannot_be_printed_truthfully_are_refused() {
    let refused = |change: &dyn Fn(&mut CertificateData)| {
        let mut data = annexed();
        change(&mut data);
        data.check().is_err()
    };
    assert!(!refused(&|_| {}));
    assert!(refused(
        &|d| d.captures.shown[0].started = "yesterday".to_owned()
    ));
    assert!(refused(
        &|d| d.captures.shown[0].certificates.shown[0].sha256 = "AB".to_owned()
    ));
    assert!(refused(&|d| d.onsite[0].began = String::new()));
    assert!(refused(&|d| d.onsite[0].remarks = "内容绝对真实".to_owned()));
    assert!(refused(
        &|d| d.phones[0].steps.shown[0].what = "已上链".to_owned()
    ));
    // A page's own title is quoted, not claimed.
    assert!(!refused(
        &|d| d.captures.shown[0].title = "区块链 100%".to_owned()
    ));
}

#[test]
fn r107_a_promise_in_the_clerks_words_blocks_issue() {
    let mut data = sample(3);
    data.matter = Bilingual::new("不可篡改的合同", "");
    data.custody[0].act.en = "Tamper-proof storage".to_owned();
    let fields: Vec<_> = data.forbidden().into_iter().map(|f| f.field).collect();
    assert_eq!(fields, ["matter.zh", "custody[0].en"]);
    assert!(matches!(
        data.check(),
        Err(CertificateError::ForbiddenPhrases { .. })
    ));
}

// ---- parts ----

fn fresh_parts() -> (tempfile::TempDir, Vec<std::path::PathBuf>) {
    let folders = Typesetter::default_font_folders().unwrap();
    (tempfile::tempdir().unwrap(), folders)
}

fn with_template(text: &str) -> Result<Rendered, CertificateError> {
    let (folder, folders) = fresh_parts();
    fs::write(folder.path().join("receipt.typ"), text).unwrap();
    let source = TemplateSource::Folder(folder.path().to_path_buf());
    Typesetter::new(source, &folders)?.render(&sample(1), &[])
}

fn set(typesetter: &Typesetter, data: &CertificateData) -> Rendered {
    match typesetter.render(data, &attachments()) {
        Ok(rendered) => rendered,
        Err(e) => panic!("{e}"),
    }
}

fn attachments() -> Vec<Attachment> {
    let file = |name: &str, media_type: &str, relationship, bytes: &[u8]| Attachment {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        relationship,
        description: format!("{name} 附件"),
        bytes: bytes.to_vec(),
    };
    let (data, supplement) = (Relationship::Data, Relationship::Supplement);
    vec![
        file(
            "manifest-001.json",
            "application/json",
            data,
            b"{\"items\":[]}",
        ),
        file("seal-001.json", "application/json", supplement, b"{}"),
        file("ASiCManifest001.xml", "text/xml", supplement, b"<a/>"),
        file(
            "timestamp001.tst",
            "application/vnd.etsi.timestamp-token",
            supplement,
            &[0x30, 0x82, 0x00, 0xFF],
        ),
    ]
}

fn short_manifest(data: &CertificateData) -> String {
    let digest = &data.seals[0].manifest_sha256;
    format!("{}…{}", &digest[..8], &digest[56..])
}

/// Name and content of every file in /Names/EmbeddedFiles.
fn embedded(pdf: &[u8]) -> Vec<(String, Vec<u8>)> {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let dict = |object: &lopdf::Object| -> lopdf::Dictionary {
        let (_, object) = document.dereference(object).unwrap();
        object.as_dict().unwrap().clone()
    };
    let catalog = document.catalog().unwrap();
    let names = dict(catalog.get(b"Names").unwrap());
    let files = dict(names.get(b"EmbeddedFiles").unwrap());
    let (_, list) = document.dereference(files.get(b"Names").unwrap()).unwrap();
    let pairs = list.as_array().unwrap().chunks(2);
    pairs
        .map(|pair| {
            let spec = dict(&pair[1]);
            let name = lopdf::decode_text_string(spec.get(b"UF").unwrap()).unwrap();
            let streams = dict(spec.get(b"EF").unwrap());
            let (_, stream) = document.dereference(streams.get(b"F").unwrap()).unwrap();
            let stream = stream.as_stream().unwrap();
            let bytes = stream.decompressed_content();
            (name, bytes.unwrap_or_else(|_| stream.content.clone()))
        })
        .collect()
}
