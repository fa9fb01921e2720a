//! Authorities that break one rule, for tests that must see the rule enforced.
//!
//! Everything here signs properly what it should not have signed. The proper way in is
//! [`Authority::new`].

use crate::authority::{Authority, AuthorityError, AuthorityOptions, EntropyUnavailable};

/// What the time-stamping certificate may be instead of what RFC 3161 §2.3 wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeafProfile {
    /// Unix seconds.
    pub not_before: i64,
    /// Unix seconds.
    pub not_after: i64,
    /// Whether its basic constraints say cA TRUE, although its key usage does not let it issue.
    pub is_ca: bool,
    /// Extended key usage time stamping: absent, or present and critical or not.
    pub time_stamping_critical: Option<bool>,
}

impl LeafProfile {
    /// As RFC 3161 §2.3 wants it, valid as long as the root.
    pub fn proper(options: &AuthorityOptions) -> Self {
        Self {
            not_before: options.not_before,
            not_after: options.not_after,
            is_ca: false,
            time_stamping_critical: Some(true),
        }
    }
}

/// An authority whose time-stamping certificate is shaped by `profile`. It still refuses times
/// outside the options' validity, but not outside the profile's.
///
/// # Errors
/// As [`Authority::new`].
pub fn authority_with_leaf(
    options: &AuthorityOptions,
    profile: &LeafProfile,
    entropy: &mut dyn FnMut(&mut [u8]) -> Result<(), EntropyUnavailable>,
) -> Result<Authority, AuthorityError> {
    Authority::with_leaf(options, profile, entropy)
}

/// An authority on SM2 that signs its tokens under the empty identity, which GM/T 0009 §10 does
/// not provide for. Its certificates and lists are proper.
///
/// # Errors
/// As [`Authority::new`], and [`AuthorityError::Key`] for any other kind of key.
pub fn authority_with_empty_identity(
    options: &AuthorityOptions,
    entropy: &mut dyn FnMut(&mut [u8]) -> Result<(), EntropyUnavailable>,
) -> Result<Authority, AuthorityError> {
    Authority::new(options, entropy)?.under_empty_identity()
}

/// The reply of `first`, its token signed by `second` as well; RFC 3161 §2.4.2 forbids that.
pub fn reply_with_two_signers(
    first: &Authority,
    second: &Authority,
    request_der: &[u8],
    now_unix_millis: i64,
) -> Vec<u8> {
    first.reply_with_second_signer(second, request_der, now_unix_millis)
}

/// A revocation list of the root that revokes the authority's own time-stamping certificate; times
/// in Unix seconds.
///
/// # Errors
/// When a time cannot be written.
pub fn crl_revoking_leaf(
    authority: &Authority,
    this_update: i64,
    next_update: i64,
    revoked_at: i64,
) -> Result<Vec<u8>, AuthorityError> {
    authority.crl_revoking_leaf(this_update, next_update, revoked_at, 0)
}

/// As [`crl_revoking_leaf`], and revoking `others` certificates besides: a list as long as those of large authorities.
///
/// # Errors
/// When a time cannot be written.
pub fn long_crl_revoking_leaf(
    authority: &Authority,
    this_update: i64,
    next_update: i64,
    revoked_at: i64,
    others: u64,
) -> Result<Vec<u8>, AuthorityError> {
    authority.crl_revoking_leaf(this_update, next_update, revoked_at, others)
}
