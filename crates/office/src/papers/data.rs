//! The facts of a case in the shape of the certificate room.

use fidem_casebook::Case;
use fidem_certificate::{
    AnchorWorth, Bilingual, CertificateData, ChainAnchor, Finality, ItemRow, JournalHead, Kind,
    Office as OfficeData, OfficePerson, Origin, Party, Presumption, Program, SealRow, SixTimes,
    Status, TokenRow, TokenState,
};
use fidem_fingerprint::{hex, of};
use fidem_manifest::{self as manifest, Facts, Seal};

use super::times::{capture_time, interval, times};
use super::{PaperRequest, PaperText};
use crate::forms::forwarded;
use crate::stamp::{TokenSummary, summary};
use crate::{Office, Result};

/// Stands where no time of issue is known yet and none is content.
pub(super) const ANY_TIME: &str = "2000-01-01T00:00:00Z";

impl Office {
    /// What the document would say, issued at this time by the person who is logged in.
    pub(super) fn paper_data(
        &self,
        case: &Case,
        request: &PaperRequest,
        at: &str,
    ) -> Result<CertificateData> {
        let kind = request.kind;
        let mut issued = self.book.certificates(&case.id)?;
        issued.retain(|d| d.kind == kind.as_str());
        let text = self.paper_text(&case.id, kind)?;
        let profile = self.book.profile();
        let head = self.book.journal_head()?;
        let items = self.item_rows(case)?;
        let seals = self.seal_rows(case, &items)?;
        let reviewer = self.reviewer(case)?;
        let batches = self.batch_facts(&case.id)?;
        let annexes = self.annexes(case)?;
        let particulars = self.particulars(case, request, &text, &items)?;
        let said = text.anomalies.iter().filter(|line| !line.trim().is_empty());
        let mut data = CertificateData {
            kind,
            chinese_only: request.chinese_only,
            particulars,
            document_id: document_id(&case.number, kind, issued.len() + 1),
            case_number: case.number.clone(),
            notarial_number: case.notarial_number.clone(),
            status: match reviewer {
                Some(_) => Status::Reviewed,
                None => Status::Issued,
            },
            issued_at: at.to_owned(),
            demonstration: profile.demonstration,
            electronically_signed: self.signing_policy()?.kinds.contains(&kind),
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
            origins: batches
                .iter()
                .map(|(n, f)| supplied(origin(*n, f), &text))
                .collect(),
            environment: None,
            captures: annexes.captures,
            onsite: annexes.onsite,
            phones: annexes.phones,
            anomalies: said.map(Bilingual::zh_only).collect(),
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
            program: program()?,
        };
        data.presumptions = presumptions(&data);
        Ok(data)
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

/// The document's own number: the case's, with the letter of its kind and a count without gaps, visibly unlike a notarial
/// number.
fn document_id(case_number: &str, kind: Kind, count: usize) -> String {
    format!("{case_number}-{}{count:02}", kind.letter())
}

/// Only what the facts of the case bear out. What would need facts that no one recorded, such as an archive's yearly
/// examination or an agreement of the parties, is not claimed.
fn presumptions(data: &CertificateData) -> Vec<Presumption> {
    let settled =
        |a: &ChainAnchor| a.finality == Finality::Final && a.worth == AnchorWorth::Canonical;
    let anchored = data.chain_anchors.iter().any(settled);
    let mut all = Vec::new();
    all.extend(
        data.notarised_content()
            .then_some(Presumption::NotarisedContent),
    );
    all.extend(anchored.then_some(Presumption::UnchangedAfterAnchoring));
    all
}

/// Who approved a document.
pub(super) fn approver(name: &str) -> OfficePerson {
    OfficePerson {
        name: name.to_owned(),
        role: Bilingual::new("审批", "approver"),
    }
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

/// What intake left blank, as a person said it before issue; what intake has stays.
fn supplied(mut origin: Origin, text: &PaperText) -> Origin {
    let Some(said) = text.origins.iter().find(|o| o.batch == origin.batch) else {
        return origin;
    };
    let fill = |point: &mut Option<Bilingual>, words: &str| {
        let words = words.trim();
        if point.is_none() && !words.is_empty() {
            *point = Some(match words {
                "无" => Bilingual::new("无", "None"),
                other => Bilingual::zh_only(format!("{other}（出具前补充）")),
            });
        }
    };
    fill(&mut origin.source, &said.source);
    fill(&mut origin.generation, &said.generation);
    fill(&mut origin.storage, &said.storage);
    fill(&mut origin.notarisation, &said.notarisation);
    fill(&mut origin.witness, &said.witness);
    fill(&mut origin.corroboration, &said.corroboration);
    origin
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
    // Of what the office obtained itself nobody but the office states how.
    let own = matches!(
        facts.origin,
        manifest::Origin::OfficeCapture { .. } | manifest::Origin::OnSite { .. }
    );
    let obtained = match own {
        true => "取得方式（本处记载）：",
        false => "取得方式（提交人陈述）：",
    };
    let parts = [
        ("", &facts.art18.source),
        ("交出人：", &facts.handed_over_by),
        ("收件人：", &facts.received_by),
        ("收件地点：", &facts.received_place),
        ("载体：", &device),
        ("载体状况：", &carrier.condition),
        ("原始载体可否当庭出示：", &in_court(facts)),
        (obtained, &facts.obtained),
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

pub(super) fn program() -> Result<Program> {
    let verifier = crate::verifier_page();
    Ok(Program {
        name: "Fidem 存证".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: option_env!("FIDEM_COMMIT").map(str::to_owned),
        sha256: own_digest(),
        verifier_sha256: verifier.map(|page| hex::encode(&page.print.sha256)),
        self_test: Some(crate::selftest::self_test()?),
    })
}

/// SHA-256 of the running program, where the system lets it be read.
fn own_digest() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    let print = crate::handover::digest_of(&path).ok()?;
    Some(hex::encode(&print.sha256))
}
