//! Revocation before signing: what lists (RFC 5280 §5) and OCSP responses (RFC 6960) say that are given.

mod ocsp;

pub(crate) use ocsp::basic_response;

use x509_parser::prelude::FromDer as _;
use x509_parser::revocation_list::CertificateRevocationList;

use crate::certificate::{Certificate, Signed};
use crate::check::CheckError;
use crate::der::{self, Reader};
use ocsp::Response;

/// Lists and responses in DER, as they were fetched.
#[derive(Clone, Copy, Debug, Default)]
pub struct Revocation<'a> {
    /// Certificate revocation lists.
    pub lists: &'a [Vec<u8>],
    /// OCSP responses, whole.
    pub responses: &'a [Vec<u8>],
}

/// What is known of the signer's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing was given to check with.
    NotChecked,
    /// Not revoked by a statement made at this time (Unix seconds).
    Good {
        /// `thisUpdate` of the newest statement.
        this_update: i64,
    },
}

/// One statement about one certificate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    pub(crate) this_update: i64,
    pub(crate) next_update: Option<i64>,
    /// Unix seconds; `None` is not revoked.
    pub(crate) revoked_at: Option<i64>,
}

pub(crate) fn check(
    chain: &[Certificate],
    time: i64,
    given: &Revocation<'_>,
) -> Result<Standing, CheckError> {
    if given.lists.is_empty() && given.responses.is_empty() {
        return Ok(Standing::NotChecked);
    }
    let mut standing = None;
    for (position, certificate) in chain.iter().enumerate() {
        let issuer = chain.get(position + 1);
        let statements =
            issuer.map_or_else(Vec::new, |issuer| statements(certificate, issuer, given));
        let verdict = judge(certificate, &statements, time)?;
        if position == 0 {
            standing = verdict;
        }
    }
    match (standing, chain.first()) {
        (Some(this_update), _) => Ok(Standing::Good { this_update }),
        (None, Some(leaf)) => Err(CheckError::RevocationUnknown {
            subject: leaf.subject_text.clone(),
        }),
        (None, None) => Err(CheckError::Certificate),
    }
}

/// Whether a list or response (DER) is one of `issuer` that says something of `certificate`: anything else that an address
/// gives must not get into a file.
#[must_use]
pub fn speaks_of(statement: &[u8], certificate: &[u8], issuer: &[u8]) -> bool {
    let parsed = (Certificate::parse(certificate), Certificate::parse(issuer));
    let (Some(certificate), Some(issuer)) = parsed else {
        return false;
    };
    let response = || Response::parse(statement)?.of(&certificate, &issuer);
    of_list(statement, &certificate, &issuer)
        .or_else(response)
        .is_some()
}

fn statements(
    certificate: &Certificate,
    issuer: &Certificate,
    given: &Revocation<'_>,
) -> Vec<Statement> {
    let lists = given.lists.iter();
    let lists = lists.filter_map(|list| of_list(list, certificate, issuer));
    let responses = given.responses.iter();
    let responses = responses.filter_map(|bytes| Response::parse(bytes)?.of(certificate, issuer));
    lists.chain(responses).collect()
}

/// The newest statement that still holds; a revocation counts however old its statement.
fn judge(
    certificate: &Certificate,
    statements: &[Statement],
    time: i64,
) -> Result<Option<i64>, CheckError> {
    let subject = || certificate.subject_text.clone();
    if let Some(revoked_at) = statements.iter().find_map(|one| one.revoked_at) {
        return Err(CheckError::Revoked {
            subject: subject(),
            revoked_at,
        });
    }
    let Some(newest) = statements.iter().max_by_key(|one| one.this_update) else {
        return Ok(None);
    };
    match newest.next_update {
        Some(next_update) if next_update < time => Err(CheckError::RevocationStale {
            subject: subject(),
            next_update,
        }),
        _ => Ok(Some(newest.this_update)),
    }
}

/// What a list says, when it is the issuer's and signed by its key. Lists of a part of the certificates (§5.2.5) say
/// nothing here: only a whole one can tell that a certificate is not on it.
fn of_list(list: &[u8], certificate: &Certificate, issuer: &Certificate) -> Option<Statement> {
    let (_, parsed) = CertificateRevocationList::from_der(list).ok()?;
    let is_partial = parsed.extensions().iter().any(|extension| {
        matches!(
            extension.oid.to_id_string().as_str(),
            "2.5.29.27" | "2.5.29.28"
        )
    });
    let is_theirs = parsed.issuer().as_raw() == issuer.subject
        && issuer.may_sign_lists
        && Signed::parse(list)?.is_by(&issuer.key);
    if !is_theirs || is_partial {
        return None;
    }
    let serial = Reader(&certificate.serial).expect(der::INTEGER)?.content;
    let revoked = parsed
        .iter_revoked_certificates()
        .find(|revoked| revoked.raw_serial() == serial);
    Some(Statement {
        this_update: parsed.last_update().timestamp(),
        next_update: parsed.next_update().map(|time| time.timestamp()),
        revoked_at: revoked.map(|revoked| revoked.revocation_date.timestamp()),
    })
}
