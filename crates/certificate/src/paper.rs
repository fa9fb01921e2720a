//! What the typesetter needs to know of a document, whatever it is.

use crate::data::CertificateData;
use crate::fonts::FontSet;
use crate::report::ReportData;
use crate::view::{self, Engine};
use crate::{Attachment, CertificateError, Kind, Relationship};

/// A document of a case, or a report on a verification.
#[derive(Debug, Clone)]
pub(crate) enum Paper {
    /// Everything but ③.
    Case(Box<CertificateData>),
    /// ③.
    Report(Box<ReportData>),
}

impl Paper {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Case(data) => data.kind,
            Self::Report(_) => Kind::Report,
        }
    }

    pub(crate) fn issued_at(&self) -> &str {
        match self {
            Self::Case(data) => &data.issued_at,
            Self::Report(data) => &data.issued_at,
        }
    }

    /// What tells the file from every other.
    pub(crate) fn ident(&self) -> String {
        match self {
            Self::Case(data) => format!("{} {}", data.case_number, data.document_id),
            Self::Report(data) => format!("{} {}", data.subject.sha256, data.issued_at),
        }
    }

    /// All its words, to find characters for which a font is wanting.
    pub(crate) fn words(&self) -> Result<String, CertificateError> {
        let words = match self {
            Self::Case(data) => serde_json::to_string(data),
            Self::Report(data) => serde_json::to_string(data),
        };
        words.map_err(|_| CertificateError::Worker)
    }

    /// The text of `/data.json`.
    pub(crate) fn data_json(
        &self,
        attachments: &[Attachment],
        fonts: &FontSet,
        engine: Engine,
    ) -> Result<String, CertificateError> {
        match self {
            Self::Case(data) => view::data_json(data, attachments, fonts, engine),
            Self::Report(data) => view::report_json(data, attachments, fonts, engine),
        }
    }

    /// QR codes by the paths at which a template reads them, with their texts.
    pub(crate) fn codes(&self) -> Result<Vec<(String, String)>, CertificateError> {
        let Self::Case(data) = self else {
            return Ok(Vec::new());
        };
        let main = view::qr_text(data, view::principal(data)?);
        let mut codes = vec![("/qr.svg".to_owned(), main)];
        for seal in &data.seals {
            let path = format!("/qr-{}.svg", seal.number);
            codes.push((path, view::qr_text(data, seal)));
        }
        Ok(codes)
    }

    /// The same facts for machines, attached to the pages.
    pub(crate) fn machine_record(&self) -> Result<Attachment, CertificateError> {
        let bytes = match self {
            Self::Case(data) => serde_json::to_vec_pretty(data),
            Self::Report(data) => serde_json::to_vec_pretty(data),
        };
        let mut bytes = bytes.map_err(|_| CertificateError::Worker)?;
        bytes.push(b'\n');
        Ok(Attachment {
            name: self.kind().machine_record().to_owned(),
            media_type: "application/json".to_owned(),
            relationship: Relationship::Data,
            description: "机读记录 Machine-readable record of this document".to_owned(),
            bytes,
        })
    }
}
