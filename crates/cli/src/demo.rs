//! `fidem demo`: samples through the whole main job, offline. Two authorities run on this machine with keys made fresh;
//! everything made says 演示 / DEMONSTRATION and proves nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fidem_authority::{Authority, AuthorityOptions, EntropyUnavailable, KeyKind, Server};
use fidem_casebook::{KdfParams, NewCase, Role};
use fidem_manifest::Facts;
use fidem_office::{
    AuthorityChoice, Desk as _, NewOffice, Office, OfficeError, SealOptions, SystemDesk, TakeIn,
    VerifyRequest, load_trust, verify_file,
};
use fidem_verify::Verdict;
use serde_json::json;

use crate::failure::Failure;
use crate::out::Out;
use crate::session::Result;
use crate::verify;

const PACKAGE: &str = "demo.asice";
/// One exhibit by itself: what a party hands in without showing the rest of the case.
const EXHIBIT: &str = "demo-exhibit.asice";
const CERTIFICATE: &str = "demo-receipt.pdf";
const REPORT: &str = "demo-report.json";
const TRUST: &str = "demo-trust.pem";
const VERIFIER: &str = "verifier.html";
/// Ten years: a demonstration may lie about for a while.
const VALIDITY: i64 = 10 * 365 * 86_400;

/// Runs the demonstration in the current folder; exits as its verification does.
pub fn run(samples: Option<&Path>, out: &Out) -> Result<u8> {
    let samples = material(samples)?;
    let stage = Stage::set()?;
    out.remark(
        "演示开始：密钥为临时生成，不联网。",
        "The demonstration begins: throw-away keys, no network.",
    );
    let outcome = play(&stage, &samples, out);
    stage.clear();
    outcome
}

fn play(stage: &Stage, samples: &Path, out: &Out) -> Result<u8> {
    let mut desk = SystemDesk;
    let mut office = stage.office(&mut desk)?;
    let case = take_in(&mut office, &mut desk, samples, out)?;
    let sealed = office.seal(&mut desk, &case, &SealOptions::default())?;
    for token in &sealed.tokens {
        let said = token.time.as_deref().or(token.problem.as_deref());
        let said = said.unwrap_or_default();
        out.remark(
            &format!("时间戳 {}：{said}", token.authority),
            &format!("time stamp {}: {said}", token.authority),
        );
    }
    let mut office = review(office, stage, &mut desk, &case, sealed.seal)?;
    let issued = office.certify(&mut desk, &case, "receipt")?;
    write(CERTIFICATE, &issued.pdf)?;
    office.export(
        &mut desk,
        &case,
        Path::new(PACKAGE),
        &SealOptions::default(),
    )?;
    office.export_only(&mut desk, &case, 1, Path::new(EXHIBIT))?;
    write(TRUST, stage.roots.as_bytes())?;
    if let Some(page) = fidem_office::verifier_page() {
        write(VERIFIER, &page.bytes)?;
    }
    judge(&mut desk, out)
}

fn take_in(
    office: &mut Office,
    desk: &mut SystemDesk,
    samples: &Path,
    out: &Out,
) -> Result<String> {
    let case = office.case_new(
        desk,
        &NewCase {
            matter: "茶叶买卖质量异议相关电子数据的保管".to_owned(),
            applicant: "苏州澄原贸易有限公司".to_owned(),
            purpose: Some("用于民事诉讼中证明电子数据自提交之时起未被改动".to_owned()),
            facts_json: "{}".to_owned(),
            ..NewCase::default()
        },
    )?;
    let facts = match std::fs::read(samples.join("facts.json")) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| OfficeError::Facts {
            reason: e.to_string(),
        })?,
        Err(_) => Facts::supplied_by_party(),
    };
    let what = TakeIn {
        paths: vec![samples.join("case-shop")],
        facts,
        lower: None,
    };
    let taken = office.take_in(desk, &case.id, &what)?;
    let count = taken.items.len();
    out.remark(
        &format!("{}：收入 {count} 项", case.number),
        &format!("{}: {count} items taken in", case.number),
    );
    Ok(case.id)
}

/// The second person opens the office after the first has left it.
fn review(
    office: Office,
    stage: &Stage,
    desk: &mut SystemDesk,
    case: &str,
    seal: u32,
) -> Result<Office> {
    drop(office);
    let mut second = Office::open(&stage.folder, SECOND, PASSPHRASE, desk)?;
    second.review(desk, case, seal)?;
    drop(second);
    Ok(Office::open(&stage.folder, FIRST, PASSPHRASE, desk)?)
}

/// Verifies what was made: with the built-in trust, as a stranger would, and with the demonstration's roots.
fn judge(desk: &mut SystemDesk, out: &Out) -> Result<u8> {
    let package = Path::new(PACKAGE);
    let verify_with = |file: &str, trust: Option<&Path>, desk: &mut SystemDesk| {
        let trust = load_trust(trust)?;
        let what = VerifyRequest {
            data: &[],
            digest: None,
            trust: &trust,
            headers: &[],
            signatures: &[],
            at: None,
        };
        verify_file(Path::new(file), &what, desk).map_err(Failure::from)
    };
    let stranger = verify_with(PACKAGE, None, desk)?;
    let exhibit = verify_with(EXHIBIT, Some(Path::new(TRUST)), desk)?;
    let report = verify_with(PACKAGE, Some(Path::new(TRUST)), desk)?;
    let json = report.to_json(out.language);
    write(REPORT, format!("{json:#}\n").as_bytes())?;
    out.remark(
        &verify::sentences(package, &report, out.language),
        &verify::sentences(package, &report, out.language),
    );
    let absolute = |name: &str| {
        std::path::absolute(name).map_or_else(|_| name.to_owned(), |p| p.display().to_string())
    };
    let mut made = json!({"package": absolute(PACKAGE), "exhibit": absolute(EXHIBIT),
        "certificate": absolute(CERTIFICATE), "report": absolute(REPORT), "trust": absolute(TRUST)});
    let page = match fidem_office::verifier_page() {
        None => "",
        Some(_) => {
            made["verifier"] = absolute(VERIFIER).into();
            "、verifier.html"
        }
    };
    out.result(
        &made,
        &format!(
            "已制作：{PACKAGE}、{EXHIBIT}（仅第 1 项）、{CERTIFICATE}、{REPORT}、{TRUST}{page}\n再次核验：fidem verify {PACKAGE} --trust {TRUST}"
        ),
        &format!(
            "Made: {PACKAGE}, {EXHIBIT} (item 1 alone), {CERTIFICATE}, {REPORT}, {TRUST}{}\nVerify again: fidem verify {PACKAGE} --trust {TRUST}",
            page.replace('、', ", ")
        ),
    );
    // Without the demonstration's own roots its time must not be checkable.
    match (stranger.verdict, exhibit.verdict) {
        (Verdict::CannotCheck, Verdict::Match) => Ok(report.verdict.exit_code()),
        _ => Ok(Verdict::Mismatch.exit_code()),
    }
}

const FIRST: &str = "张三";
const SECOND: &str = "李四";
/// The office is deleted when the demonstration ends; this opens nothing else.
const PASSPHRASE: &str = "demonstration";

/// A throw-away office and two authorities.
struct Stage {
    folder: PathBuf,
    servers: Vec<(String, Server)>,
    roots: String,
}

impl Stage {
    fn set() -> Result<Self> {
        let mut id = [0; 8];
        SystemDesk.entropy(&mut id)?;
        let name = format!("fidem-demo-{}", fidem_fingerprint::hex::encode(&id));
        let mut stage = Self {
            folder: std::env::temp_dir().join(name),
            servers: Vec::new(),
            roots: String::new(),
        };
        for (organisation, key) in [
            ("Demo TSA One", KeyKind::P256),
            ("Demo TSA Two", KeyKind::P384),
        ] {
            let (authority, server) = authority(organisation, key)?;
            stage.roots.push_str(&authority.root_pem().map_err(failed)?);
            stage.servers.push((organisation.to_owned(), server));
        }
        Ok(stage)
    }

    fn office(&self, desk: &mut SystemDesk) -> Result<Office> {
        let new = NewOffice {
            name: "示例公证处",
            name_en: Some("Example Notary Office"),
            demonstration: true,
            person: FIRST,
            passphrase: PASSPHRASE,
            kdf: KdfParams::standard(),
        };
        let (mut office, _) = Office::create(&self.folder, &new, desk)?;
        office.person_add(desk, SECOND, &[Role::Reviewer], PASSPHRASE)?;
        let choices: Vec<AuthorityChoice> = self
            .servers
            .iter()
            .map(|(name, server)| AuthorityChoice {
                policy: None,
                name: format!("{name} (DEMONSTRATION 演示)"),
                roots_pem: Some(self.roots.clone()),
                url: server.url(),
            })
            .collect();
        office.authorities_choose(desk, &choices)?;
        Ok(office)
    }

    fn clear(&self) {
        // What cannot be deleted lies in the system's temporary folder and holds samples only.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn authority(organisation: &str, key: KeyKind) -> Result<(Arc<Authority>, Server)> {
    let now = SystemDesk::seconds();
    let options = AuthorityOptions::demonstration(organisation, key, now - 3600, now + VALIDITY);
    let mut entropy = |out: &mut [u8]| SystemDesk::fill(out).map_err(|_| EntropyUnavailable);
    let clock = || SystemDesk::seconds() * 1000;
    Authority::start(&options, &mut entropy, clock).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Office(OfficeError::Damaged {
        what: error.to_string(),
    })
}

fn material(given: Option<&Path>) -> Result<PathBuf> {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join("samples")));
    let named = std::env::var_os("FIDEM_SAMPLES").map(PathBuf::from);
    let places = [
        given.map(Path::to_owned),
        named,
        Some(PathBuf::from("samples")),
        beside,
    ];
    places
        .into_iter()
        .flatten()
        .find(|p| p.join("case-shop").is_dir())
        .ok_or_else(|| {
            Failure::usage(
                "没有找到示例材料；请在项目文件夹内执行，或者用 --samples 指定。",
                "The samples were not found; run it in the project's folder or name them with --samples.",
            )
        })
}

fn write(name: &str, bytes: &[u8]) -> Result<()> {
    std::fs::write(name, bytes).map_err(|e| {
        Failure::Office(OfficeError::Io {
            path: name.to_owned(),
            reason: e.to_string(),
        })
    })
}
