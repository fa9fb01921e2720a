//! Why a file cannot be signed.

use crate::check::CheckError;
use crate::key::KeyError;
use crate::seal::SealError;

/// Why a file cannot be signed, or an update not made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The file cannot be read.
    #[error("the PDF cannot be read: {0}")]
    Pdf(#[from] fidem_pdf::Error),
    /// A part of its structure is missing or of another shape than certificates have.
    #[error("the PDF has no {0} that can be extended")]
    Structure(&'static str),
    /// No page of that number.
    #[error("there is no page {page}; there are {pages}")]
    Page {
        /// Asked for, counted from 1.
        page: u32,
        /// How many there are.
        pages: usize,
    },
    /// A place outside its page, or without extent.
    #[error("the field {field} does not lie on its page")]
    Place {
        /// Name of the field.
        field: String,
    },
    /// No field of that name was declared.
    #[error("there is no signature field {field}")]
    NoField {
        /// Its name.
        field: String,
    },
    /// A field of that name is there already, or its name cannot be one.
    #[error("the name {field} cannot be given to a field")]
    FieldName {
        /// Its name.
        field: String,
    },
    /// The field is signed.
    #[error("the field {field} is signed already")]
    Signed {
        /// Its name.
        field: String,
    },
    /// The first signature decides which fields there are.
    #[error("the file is signed; fields can no longer be declared")]
    FieldsAreSettled,
    /// The picture of the seal.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A seal for a field without extent.
    #[error("the field {field} has no place for a seal")]
    NoPlaceForSeal {
        /// Its name.
        field: String,
    },
    /// SM2 in a PDF is understood by no usual reader; it signs beside the file.
    #[error("this algorithm does not sign inside a PDF")]
    AlgorithmNotForPdf,
    /// The signature or token is larger than the room kept for it.
    #[error("{needed} octets do not fit into {room}")]
    Room {
        /// Octets that are needed.
        needed: usize,
        /// Octets that were kept.
        room: usize,
    },
    /// The signature is not that of the certificate.
    #[error("the signature is not that of the certificate's key")]
    KeyMismatch,
    /// The time-stamp is no token, or one over something else.
    #[error("the time-stamp does not belong to this signature")]
    TimeStamp,
    /// A date that cannot be written.
    #[error("the time {0} (Unix seconds) cannot be written")]
    Time(i64),
    /// The certificate may not sign.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The key did not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
}
