//! Documents of a case: what each lacks, what is written for it, approval, issue, copies.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use clap::{Subcommand, ValueEnum};
use fidem_office::{
    Checklist, CopyForm, DocumentState, Draft, Hindrance, KeyPlace, NewCopy, Office, OfficeError,
    PaperKind, PaperRequest, PaperText, SigningCapacity, SystemDesk, templates_copy,
};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::out::Out;
use crate::paper_words::{hindrance, kind_name, state_name};
use crate::session::{self, Result};

/// What to do with documents.
#[derive(Debug, Subcommand)]
pub enum Paper {
    /// 状态 · what each document lacks, and what was issued.
    Status {
        /// Case number or id.
        case: String,
        /// One kind only.
        #[arg(long)]
        kind: Option<String>,
    },
    /// 填写 · texts for a document from a JSON file; without one, those that stand are printed.
    Write {
        /// Case number or id.
        case: String,
        /// Kind of document.
        #[arg(long)]
        kind: String,
        /// The texts; see samples/papers.
        #[arg(long, value_name = "JSON")]
        text: Option<PathBuf>,
    },
    /// 预览 · the pages as they would be issued now, marked 草稿.
    Preview {
        /// Case number or id.
        case: String,
        /// Kind of document.
        #[arg(long, default_value = "receipt")]
        kind: String,
        /// Chinese alone.
        #[arg(long)]
        chinese_only: bool,
        /// Where to write the PDF.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// 审批 · a second person answers for every point of the checklist and approves exactly this content.
    Approve {
        /// Case number or id.
        case: String,
        /// Kind of document.
        #[arg(long)]
        kind: String,
        /// Chinese alone.
        #[arg(long)]
        chinese_only: bool,
        /// The points answered for.
        #[arg(long, value_delimiter = ',', required = true)]
        checked: Vec<Point>,
    },
    /// 起草 · a draft to edit in a word processor (.docx): work record, testimony or list of evidence.
    Draft {
        /// Case number or id.
        case: String,
        /// Which draft.
        #[arg(long)]
        what: What,
        /// Where to write the file.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// 电子签名 · sign an issued document; handler, approver and office one after the other.
    Sign {
        /// Number of the document.
        document: String,
        /// In which capacity.
        #[arg(long = "in")]
        capacity: As,
        /// A PKCS#12 file (.p12, .pfx); its passphrase is asked for or comes from FIDEM_KEY_PASSPHRASE.
        #[arg(long, value_name = "P12", required_unless_present = "driver")]
        key: Option<PathBuf>,
        /// Driver of a PKCS#11 token (UKey); its PIN is asked for or comes from FIDEM_KEY_PASSPHRASE.
        #[arg(
            long,
            value_name = "LIBRARY",
            conflicts_with = "key",
            requires = "token"
        )]
        driver: Option<PathBuf>,
        /// Label of the token.
        #[arg(long)]
        token: Option<String>,
        /// Label of the key on the token, where there are several.
        #[arg(long)]
        key_label: Option<String>,
        /// Where to write the signed file.
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// 签名设置 · which documents the office signs electronically, and with which seal; without options, what stands.
    Signing {
        /// Kinds that are signed, such as record,receipt,correction; an empty text for none.
        #[arg(long)]
        kinds: Option<String>,
        /// 电子公章: a PNG with transparency.
        #[arg(long, value_name = "PNG")]
        seal: Option<PathBuf>,
        /// Where is signed, for readers' panels.
        #[arg(long)]
        location: Option<String>,
    },
    /// 模板 · the office's own templates: copy the program's to edit them, use a folder, or the program's again.
    Templates {
        /// Write the program's templates into this new folder.
        #[arg(long, value_name = "FOLDER", conflicts_with_all = ["use_folder", "built_in"])]
        copy: Option<PathBuf>,
        /// Set documents by the templates of this folder.
        #[arg(long = "use", value_name = "FOLDER", conflicts_with = "built_in")]
        use_folder: Option<PathBuf>,
        /// Set documents by the program's own again.
        #[arg(long)]
        built_in: bool,
    },
    /// 取出 · an issued document's file, as it stands.
    Get {
        /// Number of the document.
        document: String,
        /// Where to write the PDF.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// 副本登记 · enter that copies were given, first or again.
    Copy {
        /// Case number or id.
        case: String,
        /// Number of the document.
        document: String,
        /// To whom.
        #[arg(long)]
        recipient: String,
        /// On what ground.
        #[arg(long)]
        basis: String,
        /// How many.
        #[arg(long, default_value_t = 1)]
        copies: u32,
        /// On paper or as a file.
        #[arg(long, default_value = "paper")]
        form: Form,
    },
    /// 副本登记簿 · the copy register of a case.
    Copies {
        /// Case number or id.
        case: String,
    },
}

/// A point of the approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Point {
    /// 事项真实、合法.
    Matter,
    /// 材料齐全、充分.
    Materials,
    /// 程序合规.
    Procedure,
    /// 文书表述与格式.
    Wording,
    /// 收费.
    Fees,
    /// 重大事项已集体讨论，或者不属于重大事项.
    Discussed,
    /// All of them.
    All,
}

/// In which capacity is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum As {
    /// 承办人.
    Handler,
    /// 审批人.
    Approver,
    /// 机构.
    Office,
}

/// A draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// 工作记录.
    WorkRecord,
    /// 证词草稿.
    Testimony,
    /// 证据清单.
    List,
}

/// Paper or file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// 纸质.
    Paper,
    /// 电子文件.
    File,
}

/// A kind by its word.
pub fn request(kind: &str, chinese_only: bool) -> Result<PaperRequest> {
    Ok(PaperRequest {
        chinese_only,
        ..PaperRequest::named(kind)?
    })
}

/// One act.
pub fn run(mut office: Office, what: &Paper, out: &Out) -> Result<u8> {
    match what {
        Paper::Status { case, kind } => status(&office, case, kind.as_deref(), out)?,
        Paper::Write { case, kind, text } => write(&mut office, case, kind, text.as_deref(), out)?,
        Paper::Preview {
            case,
            kind,
            chinese_only,
            output,
        } => {
            let pdf = office.paper_preview(&SystemDesk, case, &request(kind, *chinese_only)?)?;
            save(output, &pdf)?;
            let path = output.display().to_string();
            out.result(
                &json!({ "preview": path }),
                &format!("草稿：{path}"),
                &format!("Draft: {path}"),
            );
        }
        Paper::Approve {
            case,
            kind,
            chinese_only,
            checked,
        } => {
            let request = request(kind, *chinese_only)?;
            office.paper_approve(&SystemDesk, case, &request, &checklist(checked))?;
            out.result(
                &json!({"approved": kind, "person": office.person().name}),
                &format!("已审批：{}。", kind_name(request.kind, true)),
                &format!("Approved: {}.", kind_name(request.kind, false)),
            );
        }
        Paper::Draft { case, what, output } => {
            let draft = match what {
                What::WorkRecord => Draft::WorkRecord,
                What::Testimony => Draft::Testimony,
                What::List => Draft::List,
            };
            save(output, &office.draft_docx(&SystemDesk, case, draft)?)?;
            let path = output.display().to_string();
            out.result(
                &json!({ "draft": path }),
                &format!("草稿：{path}"),
                &format!("Draft: {path}"),
            );
        }
        Paper::Sign {
            document,
            capacity,
            key,
            driver,
            token,
            key_label,
            output,
        } => {
            let secret = session::secret("FIDEM_KEY_PASSPHRASE", "密钥口令 / passphrase or PIN")?;
            let place = match (key, driver) {
                (Some(path), _) => KeyPlace::File {
                    path,
                    passphrase: &secret,
                },
                (None, driver) => KeyPlace::Token {
                    driver: driver.as_deref().unwrap_or(Path::new("")),
                    token: token.as_deref().unwrap_or_default(),
                    key: key_label.as_deref(),
                    pin: &secret,
                },
            };
            let capacity = match capacity {
                As::Handler => SigningCapacity::Handler,
                As::Approver => SigningCapacity::Approver,
                As::Office => SigningCapacity::Office,
            };
            let signed = office.sign_document(&SystemDesk, document, capacity, &place)?;
            if let Some(output) = output {
                save(output, &office.certificate_pdf(document)?)?;
            }
            let left: Vec<&str> = signed.remaining.iter().map(|c| c.as_str()).collect();
            let (signer, level) = (&signed.signer, signed.level);
            out.result(
                &json!({"document": document, "signer": signer, "level": level, "remaining": left}),
                &format!(
                    "已签名：{signer}（PAdES {level}）；尚待签名：{}",
                    none_or(&left, "无")
                ),
                &format!(
                    "Signed: {signer} (PAdES {level}); still to sign: {}",
                    none_or(&left, "none")
                ),
            );
        }
        Paper::Signing {
            kinds,
            seal,
            location,
        } => signing(
            &mut office,
            kinds.as_deref(),
            seal.as_deref(),
            location.as_deref(),
            out,
        )?,
        Paper::Templates {
            copy,
            use_folder,
            built_in,
        } => {
            if let Some(folder) = copy {
                templates_copy(folder)?;
            }
            if use_folder.is_some() || *built_in {
                office.templates_use(&SystemDesk, use_folder.as_deref())?;
            }
            let used = office.templates()?.map(|path| path.display().to_string());
            let shown = used.as_deref().unwrap_or("—");
            out.result(
                &json!({ "templates": used }),
                &format!("机构自有模板：{shown}"),
                &format!("The office’s own templates: {shown}"),
            );
        }
        Paper::Get { document, output } => {
            let pdf = office.certificate_pdf(document)?;
            save(output, &pdf)?;
            let path = output.display().to_string();
            out.result(&json!({ "certificate": path }), &path, &path);
        }
        Paper::Copy {
            case,
            document,
            recipient,
            basis,
            copies,
            form,
        } => {
            let copy = NewCopy {
                document_id: document.clone(),
                form: match form {
                    Form::Paper => CopyForm::Paper,
                    Form::File => CopyForm::File,
                },
                copies: *copies,
                recipient: recipient.clone(),
                basis: basis.clone(),
            };
            office.copy_given(&SystemDesk, case, &copy)?;
            out.result(
                &json!({"document": document, "copies": copies}),
                &format!("已登记：{document}，{copies} 份，交 {recipient}。"),
                &format!("Entered: {document}, {copies} to {recipient}."),
            );
        }
        Paper::Copies { case } => register(&office, case, out)?,
    }
    Ok(0)
}

/// Issues a document and writes it.
pub fn issue(
    mut office: Office,
    case: &str,
    request: &PaperRequest,
    output: &Path,
    out: &Out,
) -> Result<u8> {
    let issued = office.issue(&mut SystemDesk, case, request)?;
    save(output, &issued.pdf)?;
    let path = output.display();
    let (document, pages) = (&issued.document_id, issued.pages);
    out.result(
        &json!({"certificate": path.to_string(), "document": document, "kind": request.kind,
            "pages": pages, "warnings": issued.warnings}),
        &format!("已出具 {document}（{pages} 页）：{path}"),
        &format!("Issued {document} ({pages} pages): {path}"),
    );
    Ok(0)
}

fn checklist(checked: &[Point]) -> Checklist {
    let has = |point| checked.contains(&point) || checked.contains(&Point::All);
    Checklist {
        matter: has(Point::Matter),
        materials: has(Point::Materials),
        procedure: has(Point::Procedure),
        wording: has(Point::Wording),
        fees: has(Point::Fees),
        discussed: has(Point::Discussed),
    }
}

fn status(office: &Office, case: &str, kind: Option<&str>, out: &Out) -> Result<()> {
    let kinds: Vec<PaperKind> = match kind {
        Some(word) => vec![PaperRequest::named(word)?.kind],
        None => PaperKind::ALL
            .into_iter()
            .filter(|k| *k != PaperKind::Report)
            .collect(),
    };
    let (mut rows, mut zh, mut en) = (Vec::new(), Vec::new(), Vec::new());
    for kind in kinds {
        let request = PaperRequest {
            kind,
            chinese_only: false,
        };
        let standing = office.paper_standing(case, &request)?;
        let approved = standing.approval.map(|a| a.person);
        zh.push(line(kind, &standing.hindrances, approved.as_deref(), true));
        en.push(line(kind, &standing.hindrances, approved.as_deref(), false));
        rows.push(
            json!({"kind": kind, "hindrances": standing.hindrances, "approved_by": approved}),
        );
    }
    let issued = office.papers(case)?;
    for paper in &issued {
        zh.push(issued_line(paper, true));
        en.push(issued_line(paper, false));
    }
    let issued: Vec<Value> = issued.iter().map(paper_json).collect();
    let json = json!({"documents": rows, "issued": issued});
    out.result(&json, &zh.join("\n"), &en.join("\n"));
    Ok(())
}

fn line(kind: PaperKind, hindrances: &[Hindrance], approved: Option<&str>, zh: bool) -> String {
    let name = kind_name(kind, zh);
    if hindrances.is_empty() {
        return match (approved, zh) {
            (Some(person), true) => format!("{name}：可以出具（{person}已审批）"),
            (Some(person), false) => format!("{name}: ready (approved by {person})"),
            (None, true) => format!("{name}：可以出具"),
            (None, false) => format!("{name}: ready"),
        };
    }
    let mut lines = vec![format!("{name}{}", if zh { "：" } else { ":" })];
    lines.extend(
        hindrances
            .iter()
            .map(|h| format!("  - {}", hindrance(h, zh))),
    );
    lines.join("\n")
}

fn issued_line(paper: &fidem_office::PaperRow, zh: bool) -> String {
    let mark = match paper.state {
        DocumentState::Withdrawn => "✕",
        DocumentState::Corrected | DocumentState::Explained => "!",
        DocumentState::Issued => "✓",
    };
    let (id, state) = (&paper.document_id, state_name(paper.state, zh));
    let name = kind_name(paper.kind, zh);
    format!(
        "{mark} {id} {name} · {state} · {} · {}",
        paper.at, paper.person
    )
}

fn paper_json(paper: &fidem_office::PaperRow) -> Value {
    json!({
        "document": paper.document_id,
        "kind": paper.kind,
        "at": paper.at,
        "person": paper.person,
        "reviewed_by": paper.reviewed_by,
        "sha256": fidem_fingerprint::hex::encode(&paper.sha256),
        "state": paper.state,
        "amends": paper.amends,
        "amended_by": paper.amended_by,
        "signatures": paper.editions.len(),
        "unsigned": paper.open,
        "copies": paper.copies,
    })
}

fn write(
    office: &mut Office,
    case: &str,
    kind: &str,
    text: Option<&Path>,
    out: &Out,
) -> Result<()> {
    let kind = PaperRequest::named(kind)?.kind;
    if let Some(path) = text {
        let bytes = std::fs::read(path).map_err(|e| OfficeError::Io {
            path: path.display().to_string(),
            reason: e.to_string(),
        })?;
        let written: PaperText = serde_json::from_slice(&bytes).map_err(|e| {
            Failure::usage(
                format!("文书填写内容格式有误：{e}"),
                format!("The texts cannot be read: {e}"),
            )
        })?;
        office.paper_write(&SystemDesk, case, kind, &written)?;
    }
    let stands = office.paper_text(&office.case(case)?.id, kind)?;
    let json = json!({"kind": kind, "text": stands});
    let shown = serde_json::to_string_pretty(&stands).unwrap_or_default();
    out.result(&json, &shown, &shown);
    Ok(())
}

fn register(office: &Office, case: &str, out: &Out) -> Result<()> {
    let rows = office.copies(case)?;
    let text: Vec<String> = rows
        .iter()
        .map(|r| {
            format!(
                "{} {} ×{} → {}（{}）{}",
                r.at, r.document_id, r.copies, r.recipient, r.basis, r.person
            )
        })
        .collect();
    let json: Vec<Value> = rows
        .iter()
        .map(|r| {
            json!({"at": r.at, "document": r.document_id, "form": r.form, "copies": r.copies,
                "recipient": r.recipient, "basis": r.basis, "person": r.person})
        })
        .collect();
    let text = text.join("\n");
    out.result(&json!({ "copies": json }), &text, &text);
    Ok(())
}

fn none_or(list: &[&str], none: &str) -> String {
    match list.is_empty() {
        true => none.to_owned(),
        false => list.join(", "),
    }
}

fn signing(
    office: &mut Office,
    kinds: Option<&str>,
    seal: Option<&Path>,
    location: Option<&str>,
    out: &Out,
) -> Result<()> {
    let mut policy = office.signing_policy()?;
    if let Some(kinds) = kinds {
        let words = kinds.split(',').filter(|word| !word.is_empty());
        let named: Result<Vec<PaperKind>> = words
            .map(|word| Ok(PaperRequest::named(word)?.kind))
            .collect();
        policy.kinds = named?;
    }
    if let Some(path) = seal {
        let png = std::fs::read(path).map_err(|e| OfficeError::Io {
            path: path.display().to_string(),
            reason: e.to_string(),
        })?;
        policy.seal = base64::engine::general_purpose::STANDARD.encode(png);
    }
    if let Some(location) = location {
        location.clone_into(&mut policy.location);
    }
    if kinds.is_some() || seal.is_some() || location.is_some() {
        office.signing_policy_set(&SystemDesk, &policy)?;
    }
    let kinds: Vec<&str> = policy.kinds.iter().map(|k| k.as_str()).collect();
    let sealed = !policy.seal.is_empty();
    out.result(
        &json!({"kinds": kinds, "seal": sealed, "location": policy.location}),
        &format!(
            "电子签名的文书：{}；电子公章：{}",
            none_or(&kinds, "无"),
            if sealed { "已设置" } else { "无" }
        ),
        &format!(
            "Documents signed electronically: {}; seal: {}",
            none_or(&kinds, "none"),
            if sealed { "set" } else { "none" }
        ),
    );
    Ok(())
}

fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|e| {
        Failure::Office(OfficeError::Io {
            path: path.display().to_string(),
            reason: e.to_string(),
        })
    })
}
