//! 电子数据保管回执（非公证书）: the facts of a case in the shape of the certificate room, set, checked, kept.

use fidem_casebook::{Case, NewCertificate, Role};
use fidem_certificate::{
    Attachment, Bilingual, CaptureRow, CertificateData, CustodyRow, ItemRow, JournalHead, Kind,
    LogEntry, Office as OfficeData, OfficePerson, Origin, Party, Program, Relationship, SealRow,
    SixTimes, Status, TemplateSource, TimeEntry, TokenRow, TokenState, TrustRoot, Typesetter,
    check_conformance,
};
use fidem_fingerprint::{hex, of, sha256};
use fidem_manifest::{Facts, Seal};
use rfc3161_client::UnixTime;

use crate::folder::at;
use crate::forms::forwarded;
use crate::stamp::{TokenSummary, summary};
use crate::{Desk, Office, OfficeError, Result};

/// The one kind issued so far.
const RECEIPT: &str = "receipt";

/// A receipt as issued.
#[derive(Debug, Clone)]
pub struct Issued {
    /// Its number.
    pub document_id: String,
    /// The file.
    pub pdf: Vec<u8>,
    /// Pages.
    pub pages: usize,
    /// What the typesetter remarked.
    pub warnings: Vec<String>,
}

impl Office {
    /// Sets, checks and issues a receipt over all seals of a case.
    ///
    /// # Errors
    /// [`OfficeError::RecordsWanting`], [`OfficeError::Waiting`] while a seal waits for tokens, [`OfficeError::Unsealed`],
    /// [`OfficeError::InterestUndeclared`],
    /// [`OfficeError::Certificate`] for forbidden phrases and missing glyphs, [`OfficeError::Conformance`].
    pub fn certify(&mut self, desk: &mut dyn Desk, case: &str, kind: &str) -> Result<Issued> {
        self.require(&[Role::Clerk, Role::Notary])?;
        if kind != RECEIPT {
            return Err(OfficeError::Kind {
                kind: kind.to_owned(),
            });
        }
        let case = self.case(case)?;
        self.issuable(&case.id)?;
        self.deliverable(&case.id)?;
        self.interests_declared(&case.id)?;
        let at = at(desk);
        let data = self.receipt_data(&case, &at)?;
        let attachments = self.attachments(&case)?;
        let rendered = typesetter()?.render(&data, &attachments)?;
        conforms(&rendered.pdf)?;
        let digest = sha256(&rendered.pdf);
        let upto = self.book.seals(&case.id)?.last().map_or(0, |s| s.number);
        self.book.certificate_add(
            &at,
            &case.id,
            &NewCertificate {
                kind: RECEIPT.to_owned(),
                document_id: data.document_id.clone(),
                seals_upto: upto,
                pdf: rendered.pdf.clone(),
                data_json: crate::intake::to_json(&data)?,
                sha256: digest,
                reviewed_by: data.second_person.as_ref().map(|p| p.name.clone()),
            },
        )?;
        Ok(Issued {
            document_id: data.document_id,
            pages: rendered.pages,
            warnings: rendered.warnings.iter().map(ToString::to_string).collect(),
            pdf: rendered.pdf,
        })
    }

    /// The pages as they would be issued now, without issuing.
    ///
    /// # Errors
    /// As [`Office::certify`].
    pub fn certificate_preview(&self, desk: &dyn Desk, case: &str) -> Result<Vec<u8>> {
        let case = self.case(case)?;
        self.deliverable(&case.id)?;
        let mut data = self.receipt_data(&case, &at(desk))?;
        data.status = Status::Draft;
        let attachments = self.attachments(&case)?;
        Ok(typesetter()?
            .render(&data, &attachments)?
            .pdf)
    }

    /// An issued receipt's file.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`].
    pub fn certificate_pdf(&self, document_id: &str) -> Result<Vec<u8>> {
        Ok(self.book.certificate_pdf(document_id)?)
    }

    fn receipt_data(&self, case: &Case, at: &str) -> Result<CertificateData> {
        let issued = self.book.certificates(&case.id)?;
        let profile = self.book.profile();
        let head = self.book.journal_head()?;
        let items = self.item_rows(case)?;
        let seals = self.seal_rows(case, &items)?;
        let reviewer = self.reviewer(case)?;
        let batches = self.batch_facts(&case.id)?;
        let annexes = self.annexes(case)?;
        Ok(CertificateData {
            document_id: document_id(&case.number, issued.len() + 1),
            case_number: case.number.clone(),
            notarial_number: case.notarial_number.clone(),
            status: match reviewer {
                Some(_) => Status::Reviewed,
                None => Status::Issued,
            },
            issued_at: at.to_owned(),
            demonstration: profile.demonstration,
            electronically_signed: false,
            office: OfficeData {
                name: Bilingual::new(
                    profile.name.clone(),
                    profile.name_en.clone().unwrap_or_default(),
                ),
                address: None,
                licence: None,
                identity_verified: false,
            },
            applicant: party(&case.applicant, case.applicant_id.as_deref()),
            agent: case.agent.as_deref().map(|name| party(name, None)),
            matter: Bilingual::zh_only(case.matter.clone()),
            purpose: case.purpose.clone().map(Bilingual::zh_only),
            handler: OfficePerson {
                name: handlers(&self.book.seals(&case.id)?, &self.book.person().name),
                role: Bilingual::new("经办", "handler"),
            },
            second_person: reviewer,
            times: SixTimes {
                capture: annexes.captures.shown.iter().map(capture_time).collect(),
                ..times(&items, &seals, at)
            },
            items,
            origins: batches.iter().map(|(n, f)| origin(*n, f)).collect(),
            environment: None,
            captures: annexes.captures,
            onsite: annexes.onsite,
            phones: annexes.phones,
            anomalies: Vec::new(),
            presumptions: Vec::new(),
            seals,
            chain_anchors: self.anchor_rows(case)?,
            platform_receipts: Vec::new(),
            custody: self.custody(case)?,
            journal: Some(JournalHead {
                entries: head.seq,
                head: hex::encode(&head.hash),
            }),
            trust_roots: self.trust_roots(case)?,
            program: program(),
        })
    }

    /// The reviewer of the last seal, whose approval named exactly that seal.
    fn reviewer(&self, case: &Case) -> Result<Option<OfficePerson>> {
        let Some(last) = self.book.seals(&case.id)?.pop() else {
            return Ok(None);
        };
        let review = self
            .book
            .reviews(&case.id)?
            .into_iter()
            .find(|r| r.seal == last.number && r.approved_sha256 == last.seal_sha256);
        Ok(review.map(|r| OfficePerson {
            name: r.person,
            role: Bilingual::new("复核", "reviewer"),
        }))
    }

    fn item_rows(&self, case: &Case) -> Result<Vec<ItemRow>> {
        let mut rows = Vec::new();
        let stated = self.forwarding_stated(&case.id)?;
        self.each_item(&case.id, &mut |item| {
            if let (Some(seal), None) = (item.seal, &item.withdrawn) {
                let class = crate::cases::class_of(&item)?;
                let forwarded = forwarded::of_item(&item.name, item.number, &stated);
                rows.push(ItemRow {
                    forwarded: forwarded.map(Into::into),
                    number: item.number,
                    name: item.name,
                    size: item.size,
                    class,
                    scope: class.max_scope(),
                    batch: item.batch.0,
                    seal,
                    received_at: item.received_at,
                    sha256: hex::encode(&item.sha256),
                    sm3: hex::encode(&item.sm3),
                });
            }
            Ok(())
        })?;
        Ok(rows)
    }

    fn seal_rows(&self, case: &Case, items: &[ItemRow]) -> Result<Vec<SealRow>> {
        let mut rows = Vec::new();
        for kept in self.book.seals(&case.id)? {
            let seal = Seal::from_bytes(&kept.seal_json)?;
            let print = of(&kept.seal_json);
            let tokens = self.book.tokens(&case.id, kept.number)?;
            let mut stamped = Vec::new();
            for token in &tokens {
                stamped.push(token_row(token, &summary(token)?));
            }
            rows.push(SealRow {
                number: kept.number,
                manifest_sha256: seal.manifest.sha256.clone(),
                manifest_sm3: seal.manifest.sm3.clone(),
                seal_sha256: hex::encode(&print.sha256),
                seal_sm3: hex::encode(&print.sm3),
                root: seal.root.clone(),
                tree_size: seal.size,
                device_time: seal.time.clone(),
                interval_seconds: interval(items, kept.number, &stamped),
                manifest_file: Some(format!("manifest-{:03}.json", kept.number)),
                seal_file: Some(format!("seal-{:03}.json", kept.number)),
                tokens: stamped,
                log: self.log_entry(&case.id, kept.number)?,
            });
        }
        Ok(rows)
    }

    fn log_entry(&self, case: &str, seal: u32) -> Result<Option<LogEntry>> {
        let Some(text) = self.log_proof(case, seal)? else {
            return Ok(None);
        };
        let damaged = |what: String| OfficeError::Damaged { what };
        let proof = fidem_anchor::LogProof::parse(&text).map_err(|e| damaged(e.to_string()))?;
        let checkpoint = fidem_anchor::Checkpoint::from_text(&proof.note.text)
            .map_err(|e| damaged(e.to_string()))?;
        Ok(Some(LogEntry {
            origin: checkpoint.origin,
            index: proof.index,
            checkpoint_size: checkpoint.size,
            checkpoint_root: hex::encode(&checkpoint.root),
            witnesses: Vec::new(),
        }))
    }

    /// What was done, by whom: the case's journal without its looks.
    fn custody(&self, case: &Case) -> Result<Vec<CustodyRow>> {
        const SHOWN: usize = 60;
        let entries = self.book.journal(&fidem_casebook::JournalFilter {
            case: Some(case.id.clone()),
            ..fidem_casebook::JournalFilter::default()
        })?;
        let mut rows: Vec<CustodyRow> = Vec::new();
        let mut added = 0;
        for entry in &entries {
            let Some(act) = act_name(&entry.action) else {
                continue;
            };
            // Hundreds of like entries say no more than their first; all stand in the journal's extract.
            added += usize::from(entry.action == "item.added");
            if (entry.action == "item.added" && added > 20) || rows.len() >= SHOWN {
                continue;
            }
            let value: serde_json::Value = serde_json::from_slice(&entry.bytes).unwrap_or_default();
            rows.push(CustodyRow {
                entry: entry.seq,
                at: value["at"].as_str().unwrap_or_default().to_owned(),
                person: value["actor"]["name"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                act,
            });
        }
        Ok(rows)
    }

    fn trust_roots(&self, case: &Case) -> Result<Vec<TrustRoot>> {
        let mut roots: Vec<TrustRoot> = Vec::new();
        for seal in self.book.seals(&case.id)? {
            for token in self.book.tokens(&case.id, seal.number)? {
                let Some(digest) = summary(&token)?.anchor else {
                    continue;
                };
                if roots.iter().all(|r| r.sha256 != digest) {
                    roots.push(TrustRoot {
                        name: token.authority.clone(),
                        sha256: digest,
                        source: None,
                    });
                }
            }
        }
        Ok(roots)
    }

    /// Manifest, seal, ASiC manifests, tokens and log proofs under flat names: the PDF and the files prove alone.
    fn attachments(&self, case: &Case) -> Result<Vec<Attachment>> {
        let mut all = Vec::new();
        let mut attach = |name: String, media_type: &str, data: bool, what: &str, bytes| {
            all.push(Attachment {
                name,
                media_type: media_type.to_owned(),
                relationship: match data {
                    true => Relationship::Data,
                    false => Relationship::Supplement,
                },
                description: what.to_owned(),
                bytes,
            });
        };
        for seal in self.book.seals(&case.id)? {
            let n = seal.number;
            let manifest = self.book.seal_manifest(&case.id, n)?;
            attach(
                format!("manifest-{n:03}.json"),
                "application/json",
                true,
                "清单 Manifest",
                manifest,
            );
            attach(
                format!("seal-{n:03}.json"),
                "application/json",
                true,
                "固化记录 Seal",
                seal.seal_json,
            );
            for token in self
                .book
                .tokens(&case.id, n)?
                .into_iter()
                .filter(|t| t.counts)
            {
                let o = token.ordinal;
                attach(
                    format!("ASiCManifest{o:03}.xml"),
                    "text/xml",
                    false,
                    "盖戳清单 ASiC manifest",
                    token.asic_xml,
                );
                attach(
                    format!("timestamp{o:03}.tst"),
                    "application/vnd.etsi.timestamp-token",
                    false,
                    "时间戳 Time-stamp token (RFC 3161)",
                    token.token,
                );
            }
            if let Some(proof) = self.log_proof(&case.id, n)? {
                attach(
                    format!("log-{n:03}.tlog-proof"),
                    "text/plain",
                    false,
                    "本处登记日志 Office log proof",
                    proof.into_bytes(),
                );
            }
        }
        all.extend(self.anchor_attachments(case)?);
        Ok(all)
    }
}

/// Who fixed what is in the case, in the order of the seals, and who issues; each once.
fn handlers(seals: &[fidem_casebook::Seal], issuer: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let sealed = seals.iter().map(|seal| seal.created_by.as_str());
    for name in sealed.chain([issuer]) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("、")
}

fn typesetter() -> Result<Typesetter> {
    let folders = Typesetter::default_font_folders()?;
    Ok(Typesetter::new(TemplateSource::BuiltIn, &folders)?)
}

fn conforms(pdf: &[u8]) -> Result<()> {
    let conformance = check_conformance(pdf)?;
    match conformance.pdf_a_3a && conformance.pdf_ua_1 {
        true => Ok(()),
        false => Err(OfficeError::Conformance {
            failures: conformance.failures.join("; "),
        }),
    }
}

/// The receipt's own number: the case's, with a letter and a count, visibly unlike a notarial number.
fn document_id(case_number: &str, count: usize) -> String {
    format!("{case_number}-H{count:02}")
}

fn party(name: &str, identity: Option<&str>) -> Party {
    Party {
        name: name.to_owned(),
        identity_kind: None,
        identity_number_masked: identity.map(mask),
    }
}

/// First and last characters of a document's number.
fn mask(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    let kept = chars.len().min(8) / 2;
    let hidden = "*".repeat(chars.len() - kept * 2);
    let head: String = chars[..kept].iter().collect();
    let tail: String = chars[chars.len() - kept..].iter().collect();
    format!("{head}{hidden}{tail}")
}

fn origin(batch: u32, facts: &Facts) -> Origin {
    let said = |text: &str| (!text.is_empty()).then(|| Bilingual::zh_only(text));
    let a = &facts.art18;
    Origin {
        batch,
        source: said(&source_line(facts)),
        generation: said(&a.generation),
        storage: said(&a.storage),
        notarisation: said(&a.notarisation),
        witness: said(&a.witness),
        corroboration: said(&a.corroboration),
    }
}

/// 具体来源 with carrier and hand-over, as far as known.
fn source_line(facts: &Facts) -> String {
    let carrier = &facts.carrier;
    let device: Vec<&str> = [
        &carrier.kind,
        &carrier.make,
        &carrier.model,
        &carrier.serial,
    ]
    .into_iter()
    .map(String::as_str)
    .filter(|s| !s.is_empty())
    .collect();
    let device = device.join(" ");
    let parts = [
        ("", &facts.art18.source),
        ("交出人：", &facts.handed_over_by),
        ("收件人：", &facts.received_by),
        ("收件地点：", &facts.received_place),
        ("载体：", &device),
        ("载体状况：", &carrier.condition),
        ("原始载体可否当庭出示：", &in_court(facts)),
        ("取得方式（提交人陈述）：", &facts.obtained),
    ];
    let said: Vec<String> = parts
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| format!("{label}{text}"))
        .collect();
    said.join("；")
}

/// 原始载体可否当庭出示, with where it is, at whom, until when.
fn in_court(facts: &Facts) -> String {
    let original = &facts.original;
    let answer = match original.available_in_court.as_str() {
        "yes" => "可以",
        "no" => "不可以",
        other => other,
    };
    let parts = [
        ("", answer),
        ("存于", original.r#where.as_str()),
        ("由", &original.by_whom),
        ("保管至", &original.until),
    ];
    let said = parts.iter().filter(|(_, text)| !text.is_empty());
    let said: Vec<String> = said.map(|(label, text)| format!("{label}{text}")).collect();
    said.join("，")
}

fn token_row(token: &fidem_casebook::Token, summary: &TokenSummary) -> TokenRow {
    TokenRow {
        authority: token.authority.clone(),
        gen_time: whole_seconds(summary.time.as_deref().unwrap_or_default()),
        accuracy: summary
            .accuracy_micros
            .map(|m| format!("±{} ms", m.div_ceil(1000))),
        serial: summary.serial.clone().unwrap_or_default(),
        policy: summary.policy.clone().unwrap_or_default(),
        state: match token.counts {
            true => TokenState::Match,
            false => TokenState::Invalid,
        },
        token_file: token
            .counts
            .then(|| format!("timestamp{:03}.tst", token.ordinal)),
        covered_file: token
            .counts
            .then(|| format!("ASiCManifest{:03}.xml", token.ordinal)),
    }
}

/// `2026-11-22T12:00:00.123Z` without its fraction, as the pages print it.
fn whole_seconds(time: &str) -> String {
    match time.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => time.to_owned(),
    }
}

/// From the last receipt of an item of the seal to its earliest valid token.
fn interval(items: &[ItemRow], seal: u32, tokens: &[TokenRow]) -> Option<u64> {
    let last = items
        .iter()
        .filter(|i| i.seal == seal)
        .filter_map(|i| UnixTime::from_rfc3339(&i.received_at))
        .max()?;
    let first = tokens
        .iter()
        .filter(|t| t.state == TokenState::Match)
        .filter_map(|t| UnixTime::from_rfc3339(&t.gen_time))
        .min()?;
    u64::try_from(first.0 - last.0).ok()
}

fn capture_time(capture: &CaptureRow) -> TimeEntry {
    TimeEntry {
        of: Bilingual::new(
            format!("第{}项网页取证", capture.item),
            format!("web capture, item {}", capture.item),
        ),
        at: capture.started.clone(),
        until: Some(capture.ended.clone()),
        source: Bilingual::new("本处设备时钟", "clock of the office’s device"),
        precision: None,
    }
}

fn times(items: &[ItemRow], seals: &[SealRow], issued: &str) -> SixTimes {
    let device = || Bilingual::new("本处设备时钟", "clock of the office’s device");
    let first = items.iter().map(|i| i.received_at.as_str()).min();
    let last = items.iter().map(|i| i.received_at.as_str()).max();
    let receipt = first.zip(last).map(|(first, last)| TimeEntry {
        of: Bilingual::new("全部证据项", "all items"),
        at: first.to_owned(),
        until: (first != last).then(|| last.to_owned()),
        source: device(),
        precision: None,
    });
    let tokens = seals.iter().flat_map(|seal| {
        seal.tokens
            .iter()
            .filter(|t| t.state == TokenState::Match)
            .map(|t| TimeEntry {
                of: Bilingual::new(
                    format!("第{}次固化", seal.number),
                    format!("seal {}", seal.number),
                ),
                at: t.gen_time.clone(),
                until: None,
                source: Bilingual::new(t.authority.clone(), t.authority.clone()),
                precision: t.accuracy.clone().map(|a| Bilingual::new(a.clone(), a)),
            })
    });
    SixTimes {
        receipt: receipt.into_iter().collect(),
        token: tokens.collect(),
        issue: vec![TimeEntry {
            of: Bilingual::new("本回执", "this receipt"),
            at: issued.to_owned(),
            until: None,
            source: device(),
            precision: None,
        }],
        ..SixTimes::default()
    }
}

/// Acts that a receipt's custody table shows; looks stay in the journal.
fn act_name(action: &str) -> Option<Bilingual> {
    let (zh, en) = match action {
        "case.opened" => ("立卷", "case opened"),
        "batch.received" => ("登记交接", "hand-over recorded"),
        "item.added" => ("收入证据项", "item taken in"),
        "item.withdrawn" => ("撤回证据项", "item withdrawn"),
        "item.class-lowered" => ("调低来源类别", "source class lowered"),
        "seal.begun" => ("制作固化记录", "seal made"),
        "token.added" => ("取得时间戳", "time stamp obtained"),
        "seal.completed" => ("固化完成", "seal completed"),
        "record.completed" => ("完成办理记录", "record of work completed"),
        "capture.begun" => ("开始网页取证", "web capture begun"),
        "capture.ended" => ("网页取证结束", "web capture ended"),
        "review.approved" => ("复核", "reviewed"),
        "certificate.issued" => ("出具文书", "document issued"),
        "case.exported" => ("导出证据包", "package exported"),
        _ => return None,
    };
    Some(Bilingual::new(zh, en))
}

fn program() -> Program {
    Program {
        name: "Fidem 存证".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: option_env!("FIDEM_COMMIT").map(str::to_owned),
        sha256: own_digest(),
        verifier_sha256: None,
        self_test: None,
    }
}

/// SHA-256 of the running program, where the system lets it be read.
fn own_digest() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    let print = crate::handover::digest_of(&path).ok()?;
    Some(hex::encode(&print.sha256))
}
