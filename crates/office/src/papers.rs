//! Documents of a case: what is written for one, what it still lacks, who approves it, how it is issued, what is added to
//! it later, and to whom copies went.

mod archiving;
mod attachments;
mod compare;
mod content;
mod copies;
mod custody;
mod data;
mod detached;
mod drafts;
mod ending;
mod hindrance;
mod keys;
mod lists;
mod pictures;
mod report;
mod signing;
mod states;
mod steps;
mod templates;
mod times;
mod trial;

use fidem_casebook::{Approval, NewCertificate, Role};
use fidem_certificate::{
    Attachment, CertificateData, CertificateError, Kind, Picture, Print, Sort, Status,
    TemplateSource, Typesetter, check_conformance,
};
use fidem_fingerprint::sha256;
use serde::{Deserialize, Serialize};

use crate::folder::at;
use crate::{Desk, Office, OfficeError, Result};

pub use archiving::RenewedDocument;
pub(crate) use archiving::Stamps;
pub use compare::Comparison;
pub use copies::{CopyForm, CopyRow, DocumentState, NewCopy, PaperRow};
pub use detached::SignedBeside;
pub use drafts::Draft;
pub(crate) use ending::member;
pub use hindrance::Hindrance;
pub use keys::KeyPlace;
pub use report::{ReportRequest, report_pdf};
pub use signing::{SignedDocument, SigningCapacity, SigningPolicy};
pub(crate) use states::write_new;
pub use templates::templates_copy;
pub use trial::{TemplateFault, TemplateJob, TemplateTrial};

/// Which document, in which edition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PaperRequest {
    /// What it is.
    pub kind: Kind,
    /// Chinese alone; otherwise with English beneath.
    #[serde(default)]
    pub chinese_only: bool,
}

impl PaperRequest {
    /// A kind by its word, with English beneath.
    ///
    /// # Errors
    /// [`OfficeError::Kind`].
    pub fn named(word: &str) -> Result<Self> {
        let kind = Kind::named(word).filter(|kind| *kind != Kind::Report);
        let kind = kind.ok_or_else(|| OfficeError::Kind {
            kind: word.to_owned(),
        })?;
        Ok(Self {
            kind,
            chinese_only: false,
        })
    }
}

/// What a person writes for a document before it is issued.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct PaperText {
    /// 已知异常与缺失, one a line, beside what the facts already say.
    pub anomalies: Vec<String>,
    /// Points of Art 18 that intake left blank; printed as supplied before issue, or 无 where there is none.
    pub origins: Vec<OriginText>,
    /// ④: what each item is to prove.
    pub list: Vec<ListText>,
    /// ⑤: what is added, and to which document.
    pub correction: Option<CorrectionText>,
    /// For a document that goes abroad: number of the approval by the competent authority, or why none is needed
    /// (数据安全法 36, PIPL 41; R-136).
    pub foreign: String,
}

/// The points of one hand-over, each empty where intake has it or nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct OriginText {
    /// Number of the hand-over.
    pub batch: u32,
    /// 具体来源.
    pub source: String,
    /// 生成机制.
    pub generation: String,
    /// 存储过程.
    pub storage: String,
    /// 公证机构公证.
    pub notarisation: String,
    /// 第三方见证.
    pub witness: String,
    /// 关联印证数据.
    pub corroboration: String,
}

/// What one item is to prove, in the party's words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ListText {
    /// Number of the item.
    pub item: u32,
    /// 证明对象.
    pub proves: String,
    /// 证据内容.
    pub content: String,
    /// Pages on paper.
    pub pages: Option<u32>,
}

/// What is explained, supplemented, corrected or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CorrectionText {
    /// Number of the document concerned.
    pub document_id: String,
    /// How it bears on it.
    pub sort: Sort,
    /// Where in it; empty for the whole.
    #[serde(default)]
    pub place: String,
    /// What stood there.
    #[serde(default)]
    pub before: String,
    /// What is stated now.
    pub statement: String,
    /// Why.
    pub reason: String,
}

/// The points an approver answers for (公证程序规则 41; R-083).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Checklist {
    /// The matter is true and lawful.
    pub matter: bool,
    /// The materials are complete and sufficient.
    pub materials: bool,
    /// The procedure was kept.
    pub procedure: bool,
    /// Wording and form are right.
    pub wording: bool,
    /// Fees are as prescribed.
    pub fees: bool,
    /// Discussed collectively where it is of weight, or it is not.
    pub discussed: bool,
}

impl Checklist {
    /// Every point answered.
    pub const ALL: Self = Self {
        matter: true,
        materials: true,
        procedure: true,
        wording: true,
        fees: true,
        discussed: true,
    };
}

/// A document as issued.
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

/// How a document that is not issued stands.
#[derive(Debug, Clone)]
pub struct PaperStanding {
    /// Which.
    pub request: PaperRequest,
    /// What keeps it from being issued now, each with why.
    pub hindrances: Vec<Hindrance>,
    /// The approval of exactly this content.
    pub approval: Option<Approval>,
    /// What was written for it.
    pub text: PaperText,
}

impl Office {
    /// Issues a receipt; see [`Office::issue`].
    ///
    /// # Errors
    /// As [`Office::issue`].
    pub fn certify(&mut self, desk: &mut dyn Desk, case: &str, kind: &str) -> Result<Issued> {
        self.issue(desk, case, &PaperRequest::named(kind)?)
    }

    /// Sets, checks and issues a document over all seals of a case.
    ///
    /// # Errors
    /// The first of [`Office::paper_standing`]'s hindrances as an error; [`OfficeError::Certificate`] for forbidden
    /// phrases and missing glyphs, [`OfficeError::Conformance`].
    pub fn issue(
        &mut self,
        desk: &mut dyn Desk,
        case: &str,
        request: &PaperRequest,
    ) -> Result<Issued> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let case = self.case(case)?;
        self.issuable(&case.id)?;
        self.deliverable(&case.id)?;
        self.interests_declared(&case.id)?;
        let at = at(desk);
        let standing = self.paper_standing(&case.id, request)?;
        if !standing.hindrances.is_empty() {
            return Err(OfficeError::PaperWanting {
                hindrances: standing.hindrances,
            });
        }
        let mut data = self.paper_data(&case, request, &at)?;
        if let Some(approval) = &standing.approval {
            // Who issues handles; one person is not both.
            if approval.person == self.person().name {
                return Err(OfficeError::SecondPerson {
                    proposed_by: approval.person.clone(),
                });
            }
            data.second_person = Some(data::approver(&approval.person));
        }
        data.status = Status::Issued;
        let (attachments, prints, pictures) = self.paper_files(&case, request.kind)?;
        data.particulars.prints = prints;
        let rendered = self.set(&data, &attachments, &pictures)?;
        conforms(&rendered.pdf)?;
        // What a document names it must be possible to hand over, whatever page the program has by then.
        crate::verifier::keep(self.book.dir())?;
        let upto = self.book.seals(&case.id)?.last().map_or(0, |s| s.number);
        let amends = data.particulars.correction.as_ref();
        self.book.certificate_add(
            &at,
            &case.id,
            &NewCertificate {
                kind: request.kind.to_string(),
                document_id: data.document_id.clone(),
                seals_upto: upto,
                sha256: sha256(&rendered.pdf),
                pdf: rendered.pdf.clone(),
                data_json: crate::intake::to_json(&data)?,
                reviewed_by: data.second_person.as_ref().map(|p| p.name.clone()),
                amends: amends.map(|c| (c.document_id.clone(), c.sort.as_str().to_owned())),
                seal_place: rendered
                    .seal
                    .map(|place| crate::intake::to_json(&place))
                    .transpose()?,
            },
        )?;
        Ok(Issued {
            document_id: data.document_id,
            pages: rendered.pages,
            warnings: rendered.warnings.iter().map(ToString::to_string).collect(),
            pdf: rendered.pdf,
        })
    }

    /// The pages as they would be issued now, marked 草稿, without issuing.
    ///
    /// # Errors
    /// [`OfficeError::Waiting`], [`OfficeError::Unsealed`], [`OfficeError::Certificate`].
    pub fn paper_preview(
        &self,
        desk: &dyn Desk,
        case: &str,
        request: &PaperRequest,
    ) -> Result<Vec<u8>> {
        let case = self.case(case)?;
        self.deliverable(&case.id)?;
        let mut data = self.paper_data(&case, request, &at(desk))?;
        data.status = Status::Draft;
        let (attachments, prints, pictures) = self.paper_files(&case, request.kind)?;
        data.particulars.prints = prints;
        let rendered = self.set(&data, &attachments, &pictures)?;
        Ok(rendered.pdf)
    }

    /// Keeps what a person writes for a document.
    ///
    /// # Errors
    /// [`OfficeError::Role`], [`OfficeError::Casebook`].
    pub fn paper_write(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        kind: Kind,
        text: &PaperText,
    ) -> Result<()> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let case = self.case(case)?;
        let json = crate::intake::to_json(text)?;
        Ok(self
            .book
            .paper_draft_set(&at(desk), &case.id, kind.as_str(), &json)?)
    }

    /// What was last written for a document of that kind.
    ///
    /// # Errors
    /// [`OfficeError::Damaged`].
    pub fn paper_text(&self, case: &str, kind: Kind) -> Result<PaperText> {
        match self.book.paper_draft(case, kind.as_str())? {
            None => Ok(PaperText::default()),
            Some(draft) => {
                serde_json::from_str(&draft.particulars_json).map_err(|e| OfficeError::Damaged {
                    what: e.to_string(),
                })
            }
        }
    }

    /// Approves a document as it stands: exactly that content and no other. Who handled the case or wrote for the
    /// document cannot.
    ///
    /// # Errors
    /// [`OfficeError::Role`], [`OfficeError::Checklist`] with an open point, [`OfficeError::SecondPerson`],
    /// [`OfficeError::Casebook`] for who handled, [`OfficeError::PaperWanting`] while something else is missing.
    pub fn paper_approve(
        &mut self,
        desk: &dyn Desk,
        case: &str,
        request: &PaperRequest,
        checklist: &Checklist,
    ) -> Result<()> {
        self.require(&[Role::Reviewer, Role::Notary])?;
        if *checklist != Checklist::ALL {
            return Err(OfficeError::Checklist);
        }
        let case = self.case(case)?;
        self.deliverable(&case.id)?;
        self.other_person(&case.id, request.kind)?;
        let mut open = self.paper_standing(&case.id, request)?.hindrances;
        open.retain(|h| !h.is_approval());
        if !open.is_empty() {
            return Err(OfficeError::PaperWanting { hindrances: open });
        }
        let at = at(desk);
        let content = content::digest(&self.paper_data(&case, request, &at)?)?;
        let ticked = crate::intake::to_json(checklist)?;
        Ok(self
            .book
            .approval_add(&at, &case.id, request.kind.as_str(), content, &ticked)?)
    }

    fn other_person(&self, case: &str, kind: Kind) -> Result<()> {
        let last = self.book.seals(case)?.last().map_or(0, |s| s.number);
        let me = self.person().name.clone();
        if let Some(handled) = self.book.review_hindrance(case, last)? {
            return Err(fidem_casebook::CasebookError::SamePerson { name: me, handled }.into());
        }
        match self.book.paper_draft(case, kind.as_str())? {
            Some(draft) if draft.person == me => Err(OfficeError::SecondPerson {
                proposed_by: draft.person,
            }),
            _ => Ok(()),
        }
    }

    /// Everything that still keeps a document from being issued, and its approval.
    ///
    /// # Errors
    /// [`OfficeError::Casebook`], [`OfficeError::Damaged`].
    pub fn paper_standing(&self, case: &str, request: &PaperRequest) -> Result<PaperStanding> {
        let case = self.case(case)?;
        let text = self.paper_text(&case.id, request.kind)?;
        let mut hindrances = self.case_hindrances(&case)?;
        let mut approval = None;
        if hindrances.iter().all(Hindrance::allows_data) {
            let data = self.paper_data(&case, request, data::ANY_TIME)?;
            hindrances.extend(hindrance::of_data(&data, &text));
            if request.kind == Kind::Prints && !self.has_pictures(&case)? {
                hindrances.push(Hindrance::NoPictures);
            }
            approval = self.approval_of(&case.id, &data)?;
            if request.kind.needs_approval() && approval.is_none() {
                let before = self.book.approvals(&case.id)?;
                let stale = before.iter().any(|a| a.kind == request.kind.as_str());
                hindrances.push(match stale {
                    true => Hindrance::ChangedSinceApproval,
                    false => Hindrance::NotApproved,
                });
            }
        }
        Ok(PaperStanding {
            request: *request,
            hindrances,
            approval,
            text,
        })
    }

    fn approval_of(&self, case: &str, data: &CertificateData) -> Result<Option<Approval>> {
        let content = content::digest(data)?;
        let given = self.book.approvals(case)?.into_iter().rev();
        Ok(given
            .filter(|a| a.kind == data.kind.as_str())
            .find(|a| a.content_sha256 == content))
    }

    fn paper_files(
        &self,
        case: &fidem_casebook::Case,
        kind: Kind,
    ) -> Result<(Vec<Attachment>, Vec<Print>, Vec<Picture>)> {
        let (prints, pictures) = match kind {
            Kind::Prints => self.pictures(case)?.into_iter().unzip(),
            _ => (Vec::new(), Vec::new()),
        };
        Ok((self.attachments(case)?, prints, pictures))
    }
}

pub(crate) fn typesetter() -> std::result::Result<Typesetter, CertificateError> {
    let folders = Typesetter::default_font_folders()?;
    Typesetter::new(TemplateSource::BuiltIn, &folders)
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
