//! The sample case, as a person would hand it over: every file's kind, and the digests an outside tool gave.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use fidem_fingerprint::hex;
use fidem_intake::{Taken, plan, take_in};
use fidem_vault::Vault;

const KINDS: [(&str, &str); 12] = [
    (
        "01-合同/茶叶买卖合同.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("01-合同/𠮷田合同（补充）.txt", "text/plain"),
    ("02-报价与付款/付款明细.csv", "text/csv"),
    (
        "02-报价与付款/价目表.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("02-报价与付款/商业发票.pdf", "application/pdf"),
    ("03-往来/2026-04-03 质量异议.eml", "message/rfc822"),
    ("03-往来/备份/聊天记录（副本）.txt", "text/plain"),
    ("03-往来/聊天记录.txt", "text/plain"),
    ("04-现场/IMG_20260402_101533.jpg", "image/jpeg"),
    ("04-现场/开箱.mp4", "video/mp4"),
    ("04-现场/网店页面截图.png", "image/png"),
    ("04-现场/验收单（未填写）.txt", "text/plain"),
];

#[test]
fn the_sample_case_comes_in() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let found = plan(&[samples.join("case-shop")]);
    assert!(found.refused.is_empty() && found.all_notes().next().is_none());

    let mut all: Vec<Taken> = Vec::new();
    take_in(
        &found,
        &vault,
        &mut || "2026-11-22T12:00:00Z".to_owned(),
        &mut |_| ControlFlow::Continue(()),
        &mut |taken| {
            all.extend(taken);
            Ok::<_, ()>(())
        },
    )
    .unwrap();

    let kinds: Vec<_> = all
        .iter()
        .map(|one| {
            (
                one.name.strip_prefix("case-shop/").unwrap(),
                one.media_type.as_str(),
            )
        })
        .collect();
    assert_eq!(kinds, KINDS);
    let listed: String = all
        .iter()
        .map(|one| format!("{}  {}\n", hex::encode(&one.sha256), one.name))
        .collect();
    assert_eq!(
        listed,
        fs::read_to_string(samples.join("sha256sums.txt")).unwrap()
    );
    let twins: Vec<_> = all
        .iter()
        .filter(|one| !one.notes.is_empty())
        .map(|one| one.notes[0].code)
        .collect();
    assert_eq!(twins, ["same-content"]);
    assert_eq!(vault.keys().count(), 11);
}
