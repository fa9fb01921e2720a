//! What the tests of documents share.
#![allow(dead_code, reason = "each test file uses its own part of it")]

pub mod pixels;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use fidem_certificate::{
    AnchorWorth, Bilingual, CertificateData, ChainAnchor, FileRow, Finality, FindingRow, ItemRow,
    Kind, LayerRow, NetworkAccess, Outcome, Picture, Rendered, ReportData, TemplateSource,
    Typesetter, check_conformance, specimen,
};

/// The kinds made of a case.
pub const CASE_KINDS: [Kind; 7] = [
    Kind::Record,
    Kind::Receipt,
    Kind::List,
    Kind::Correction,
    Kind::Custodian,
    Kind::Steps,
    Kind::Prints,
];

pub fn of(kind: Kind) -> CertificateData {
    specimen(kind).unwrap().0
}

pub fn typesetter() -> Option<&'static Typesetter> {
    static ONE: OnceLock<Option<Typesetter>> = OnceLock::new();
    let made = ONE.get_or_init(|| {
        let folders = Typesetter::default_font_folders().ok()?;
        Some(Typesetter::new(TemplateSource::BuiltIn, &folders).unwrap())
    });
    if made.is_none() {
        skip("fonts; fonts.sh fetches them");
    }
    made.as_ref()
}

pub fn sample(items: u32) -> CertificateData {
    let text = include_str!("../../specimen/case.json");
    let mut data: CertificateData = serde_json::from_str(text).unwrap();
    let model = data.items[0].clone();
    let named = data.items.clone();
    let row = |n: u32| ItemRow {
        number: n + 1,
        name: format!("现场照片 {n:04}.jpg"),
        size: u64::from(n) * 131_071,
        sha256: format!("{:016x}", u64::from(n) * 0x1_0001_9E37).repeat(4),
        ..model.clone()
    };
    let rows = (0..items).map(|n| {
        let named = usize::try_from(n).ok().and_then(|i| named.get(i));
        named.cloned().unwrap_or_else(|| row(n))
    });
    data.items = rows.collect();
    data
}

pub fn conforms(pdf: &[u8]) {
    let conformance = check_conformance(pdf).unwrap();
    assert_eq!(conformance.failures, Vec::<String>::new());
    assert!(conformance.pdf_a_3a && conformance.pdf_ua_1);
}

/// The text of every page without spaces, as an outside tool reads it.
pub fn text_of(pdf: &[u8]) -> Option<Vec<String>> {
    if !tool("pdftotext") {
        skip("pdftotext");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("receipt.pdf");
    fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftotext")
        .arg(&path)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let pages = text.trim_end_matches('\u{c}').split('\u{c}');
    let squeezed = |page: &str| page.chars().filter(|c| !c.is_whitespace()).collect();
    Some(pages.map(squeezed).collect())
}

pub fn tool(name: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| Path::new(&folder).join(name).is_file())
}

pub fn skip(what: &str) {
    eprintln!("skipped: no {what}");
}

/// Set with pictures and no attachments.
pub fn set(typesetter: &Typesetter, data: &CertificateData, pictures: &[Picture]) -> Rendered {
    match typesetter.render_with(data, &[], pictures) {
        Ok(rendered) => rendered,
        Err(e) => panic!("{}: {e}", data.kind),
    }
}

/// A picture of 40 by 130, grey.
pub fn picture() -> Vec<Picture> {
    specimen(Kind::Prints).unwrap().1
}

/// A report in which the bytes of one item differ.
pub fn report() -> ReportData {
    let layers = [
        ("content", "内容", "Content", Outcome::Mismatch),
        ("manifest", "清单", "Manifest", Outcome::Match),
        ("time", "时间", "Time", Outcome::Match),
        ("chain", "外部锚定", "Chain", Outcome::Absent),
        ("signature", "签名", "Signature", Outcome::CannotCheck),
        ("journal", "保管链", "Journal", Outcome::Match),
        ("source", "来源", "Source", Outcome::NotSupplied),
    ];
    let layer = |(key, zh, en, outcome): (&str, &str, &str, Outcome)| LayerRow {
        key: key.to_owned(),
        name: Bilingual::new(zh, en),
        outcome,
        findings: vec![FindingRow {
            code: format!("{key}-finding"),
            outcome,
            sentence: Bilingual::new(format!("{zh}一层的所见。"), format!("What {en} found.")),
        }],
    };
    ReportData {
        issued_at: "2026-11-27T03:00:00Z".to_owned(),
        judged_at: None,
        chinese_only: false,
        made_by: "某某人民法院".to_owned(),
        subject: FileRow {
            name: "卷宗.asice".to_owned(),
            size: 1_234_567,
            sha256: "cd".repeat(32),
            sm3: "ef".repeat(32),
        },
        files: Vec::new(),
        verdict: Outcome::Mismatch,
        layers: layers.into_iter().map(layer).collect(),
        not_checked: vec![Bilingual::new(
            "取得是否合法。",
            "Whether it was lawfully obtained.",
        )],
        trust_roots: Vec::new(),
        trust_supplied: true,
        demonstration: false,
        program: sample(1).program,
    }
}

/// An anchoring of which little is known.
pub fn anchor(finality: Finality) -> ChainAnchor {
    ChainAnchor {
        anchor: 1,
        seals: vec![1],
        rail: "示范联盟链".to_owned(),
        network: "fisco:chain0/group0".to_owned(),
        adapter: "fisco/1".to_owned(),
        framework: Some("FISCO BCOS 3.0".to_owned()),
        access: NetworkAccess::Consortium,
        region: None,
        genesis: None,
        contract: None,
        identity: None,
        operator: None,
        filing: None,
        nodes: None,
        as_of: None,
        overseas_public: false,
        submitted_at: "2026-11-22T03:59:00Z".to_owned(),
        height: Some(1_234_567),
        block_hash: Some("ab".repeat(32)),
        transaction: None,
        block_time: Some("2026-11-22T04:00:00Z".to_owned()),
        finality,
        finality_rule: None,
        worth: AnchorWorth::QuorumUnpinned,
        interest: None,
        conformity: None,
    }
}
