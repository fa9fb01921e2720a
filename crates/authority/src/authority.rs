//! The authority: two certificates, a policy, and a count of the tokens it has issued.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use der::asn1::Int;
use der::pem::LineEnding;

use crate::asn1::TimeStampReq;
use crate::certificate::{Identity, Role, Shape, name, positive_integer};
use crate::key::{KeyKind, SecretKey, SeedStream};
use crate::parts::LeafProfile;
use crate::policy::PolicyId;
use crate::reply::{Refusal, accepted, granting, refusing};
use crate::server::{Asked, Place, Server};
use crate::token::{Statement, token};

/// What the subject of both certificates of a demonstration contains.
pub const DEMONSTRATION_MARK: &str = "DEMONSTRATION 演示";

/// The policy that every token of a demonstration carries.
pub const DEMONSTRATION_POLICY: &str = "2.25.279514046213384215104376301";

/// Where the revocation list is served, below the address of the authority.
pub const LIST_PATH: &str = "root.crl";
/// Until the next list is due, in seconds: a day.
const LIST_VALIDITY: i64 = 86_400;

/// Together with the mark and its suffix a name of this many characters stays within the 64 of a
/// common name (RFC 5280 appendix A, ub-common-name).
pub const MAX_ORGANISATION_CHARACTERS: usize = 40;

/// What an authority is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityOptions {
    /// Who runs it, in 1 to [`MAX_ORGANISATION_CHARACTERS`] characters, none of them a control.
    pub organisation: String,
    /// Marks both certificates; the policy must then be [`DEMONSTRATION_POLICY`].
    pub demonstration: bool,
    /// The kind of both keys.
    pub key: KeyKind,
    /// Start of the validity of both certificates, in Unix seconds, 1970 or later.
    pub not_before: i64,
    /// End of the validity of both certificates, in Unix seconds, before the year 10000.
    pub not_after: i64,
    /// The policy of every token, as dotted decimals.
    pub policy: String,
    /// Accuracy stated in every token, in milliseconds; zero states none.
    pub accuracy_millis: u32,
    /// Where the time-stamping certificate says that the revocation list is, in ASCII (RFC 5280 §4.2.1.13). Filled in by
    /// [`Authority::start`], which knows the address.
    pub list_url: Option<String>,
}

impl AuthorityOptions {
    /// A demonstration's authority with the policy of demonstrations and an accuracy of a second.
    pub fn demonstration(
        organisation: impl Into<String>,
        key: KeyKind,
        not_before: i64,
        not_after: i64,
    ) -> Self {
        Self {
            organisation: organisation.into(),
            demonstration: true,
            key,
            not_before,
            not_after,
            policy: DEMONSTRATION_POLICY.to_owned(),
            accuracy_millis: 1000,
            list_url: None,
        }
    }
}

/// The caller's source of randomness could not give any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no entropy available")]
pub struct EntropyUnavailable;

/// Why an authority cannot be made, or cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// The organisation's name has no characters, too many, or control characters.
    #[error("an organisation of {characters} characters cannot be named in a certificate")]
    Organisation {
        /// How many characters the name has.
        characters: usize,
    },
    /// The policy is no object identifier.
    #[error("`{policy}` is not a policy identifier")]
    Policy {
        /// The policy as it was given.
        policy: String,
    },
    /// A demonstration carries the policy of demonstrations, so that nobody takes it for another.
    #[error("a demonstration must use the policy {DEMONSTRATION_POLICY}, not `{policy}`")]
    DemonstrationPolicy {
        /// The policy as it was given.
        policy: String,
    },
    /// The end of the validity does not follow its start.
    #[error("a validity from {not_before} to {not_after} (Unix seconds) is empty")]
    Validity {
        /// Unix seconds.
        not_before: i64,
        /// Unix seconds.
        not_after: i64,
    },
    /// No entropy to make keys of.
    #[error(transparent)]
    Entropy(#[from] EntropyUnavailable),
    /// A key could not be made or would not sign.
    #[error("the key could not be made or used")]
    Key,
    /// A structure cannot be written in DER, such as a time out of its range.
    #[error("not encodable: {0}")]
    Encoding(#[from] der::Error),
    /// The loopback address could not be bound, or no thread started.
    #[error("cannot serve: {0}")]
    Serve(#[from] std::io::Error),
}

/// A time-stamping authority whose keys live as long as this value.
pub struct Authority {
    root: Identity,
    leaf: Identity,
    policy: PolicyId,
    accuracy_millis: u32,
    not_before: i64,
    not_after: i64,
    serial_prefix: [u8; 8],
    issued: AtomicU64,
}

impl Authority {
    /// Makes keys and certificates. `entropy` is called once, for 48 bytes.
    ///
    /// # Errors
    /// When an option cannot be honoured, or when there is no entropy.
    pub fn new(
        options: &AuthorityOptions,
        entropy: &mut dyn FnMut(&mut [u8]) -> Result<(), EntropyUnavailable>,
    ) -> Result<Self, AuthorityError> {
        Self::with_leaf(options, &LeafProfile::proper(options), entropy)
    }

    pub(crate) fn with_leaf(
        options: &AuthorityOptions,
        profile: &LeafProfile,
        entropy: &mut dyn FnMut(&mut [u8]) -> Result<(), EntropyUnavailable>,
    ) -> Result<Self, AuthorityError> {
        let policy = checked(options)?;
        let mut stream = SeedStream::draw(entropy)?;
        let root_key = SecretKey::generate(options.key, &mut stream)?;
        let root = Identity::issue(
            root_key,
            Shape {
                subject: subject(options, "CA")?,
                serial_number: positive_integer(stream.bytes::<16>())?,
                not_before: options.not_before,
                not_after: options.not_after,
                role: Role::Root,
                time_stamping_critical: None,
                list_url: None,
            },
            None,
        )?;
        let leaf_key = SecretKey::generate(options.key, &mut stream)?;
        let leaf = Identity::issue(
            leaf_key,
            Shape {
                subject: subject(options, "TSA")?,
                serial_number: positive_integer(stream.bytes::<16>())?,
                not_before: profile.not_before,
                not_after: profile.not_after,
                role: if profile.is_ca {
                    Role::TimeStampingMarkedAsCa
                } else {
                    Role::TimeStamping
                },
                time_stamping_critical: profile.time_stamping_critical,
                list_url: options.list_url.clone(),
            },
            Some(&root),
        )?;
        Ok(Self {
            root,
            leaf,
            policy,
            accuracy_millis: options.accuracy_millis,
            not_before: options.not_before,
            not_after: options.not_after,
            serial_prefix: stream.bytes(),
            issued: AtomicU64::new(0),
        })
    }

    pub(crate) fn under_empty_identity(mut self) -> Result<Self, AuthorityError> {
        self.leaf.key = self.leaf.key.under_empty_identity()?;
        Ok(self)
    }

    /// The root certificate in DER.
    pub fn root_der(&self) -> &[u8] {
        &self.root.der
    }

    /// The root certificate in PEM (RFC 7468).
    ///
    /// # Errors
    /// When the certificate cannot be encoded.
    pub fn root_pem(&self) -> Result<String, AuthorityError> {
        pem(&self.root.der)
    }

    /// The time-stamping certificate in DER.
    pub fn leaf_der(&self) -> &[u8] {
        &self.leaf.der
    }

    /// The time-stamping certificate in PEM (RFC 7468).
    ///
    /// # Errors
    /// When the certificate cannot be encoded.
    pub fn leaf_pem(&self) -> Result<String, AuthorityError> {
        pem(&self.leaf.der)
    }

    /// A revocation list signed by the root that lists nothing (RFC 5280 §5); times in Unix
    /// seconds.
    ///
    /// # Errors
    /// When a time cannot be written.
    pub fn crl_der(&self, this_update: i64, next_update: i64) -> Result<Vec<u8>, AuthorityError> {
        self.root
            .revocation_list(this_update, next_update, &[], this_update)
    }

    pub(crate) fn crl_revoking_leaf(
        &self,
        this_update: i64,
        next_update: i64,
        revoked_at: i64,
        others: u64,
    ) -> Result<Vec<u8>, AuthorityError> {
        let mut revoked = vec![self.leaf.serial_number.clone()];
        for number in 0..others {
            let mut serial = [0x7f; 16];
            serial[8..].copy_from_slice(&number.to_be_bytes());
            revoked.push(positive_integer(serial)?);
        }
        self.root
            .revocation_list(this_update, next_update, &revoked, revoked_at)
    }

    /// Answers a time-stamp request (RFC 3161 §2.4). The answer is always a TimeStampResp: a
    /// request that cannot be granted is rejected in it, with its PKIFailureInfo.
    pub fn reply(&self, request_der: &[u8], now_unix_millis: i64) -> Vec<u8> {
        self.reply_signed_by(request_der, now_unix_millis, &[&self.leaf])
    }

    pub(crate) fn reply_with_second_signer(
        &self,
        other: &Self,
        request_der: &[u8],
        now_unix_millis: i64,
    ) -> Vec<u8> {
        self.reply_signed_by(request_der, now_unix_millis, &[&self.leaf, &other.leaf])
    }

    /// Makes an authority and serves it at once, so that its certificate can say where its revocation list is: under the
    /// path [`LIST_PATH`] of the same server.
    ///
    /// # Errors
    /// As [`Self::new`] and [`Self::serve`].
    pub fn start(
        options: &AuthorityOptions,
        entropy: &mut dyn FnMut(&mut [u8]) -> Result<(), EntropyUnavailable>,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<(Arc<Self>, Server), AuthorityError> {
        let place = Place::bind()?;
        let options = AuthorityOptions {
            list_url: Some(place.url(LIST_PATH)),
            ..options.clone()
        };
        let authority = Arc::new(Self::new(&options, entropy)?);
        let server = Arc::clone(&authority).serve_at(place, clock)?;
        Ok((authority, server))
    }

    /// Serves [`Self::reply`] over HTTP on a free port of the loopback interface (RFC 3161 §3.4).
    /// `clock` gives the time in Unix milliseconds.
    ///
    /// # Errors
    /// When no port or thread is to be had.
    pub fn serve(
        self: Arc<Self>,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<Server, AuthorityError> {
        self.serve_at(Place::bind()?, clock)
    }

    fn serve_at(
        self: Arc<Self>,
        place: Place,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<Server, AuthorityError> {
        Ok(place.answering(move |asked| match asked {
            Asked::Query(request) => Some(self.reply(request, clock())),
            Asked::List => {
                let now = clock().div_euclid(1000);
                self.crl_der(now, now + LIST_VALIDITY).ok()
            }
        })?)
    }

    fn reply_signed_by(&self, request_der: &[u8], now: i64, signers: &[&Identity]) -> Vec<u8> {
        let granted = accepted(request_der).and_then(|request| {
            self.refuse_out_of_window(now)?;
            self.refuse_other_policy(&request)?;
            let statement = self.statement(request, now)?;
            token(statement, signers).map_err(|_| Refusal::SystemFailure)
        });
        match granted {
            Ok(token) => granting(token),
            Err(refusal) => refusing(refusal),
        }
    }

    fn refuse_out_of_window(&self, now_unix_millis: i64) -> Result<(), Refusal> {
        let now = now_unix_millis.div_euclid(1000);
        if (self.not_before..=self.not_after).contains(&now) {
            Ok(())
        } else {
            Err(Refusal::TimeNotAvailable)
        }
    }

    fn refuse_other_policy(&self, request: &TimeStampReq) -> Result<(), Refusal> {
        match &request.req_policy {
            Some(policy) if *policy != self.policy => Err(Refusal::UnacceptedPolicy),
            _ => Ok(()),
        }
    }

    fn statement(&self, request: TimeStampReq, now: i64) -> Result<Statement<'_>, Refusal> {
        Ok(Statement {
            policy: &self.policy,
            message_imprint: request.message_imprint,
            serial_number: self
                .next_serial_number()
                .map_err(|_| Refusal::SystemFailure)?,
            unix_millis: now,
            accuracy_millis: self.accuracy_millis,
            nonce: request.nonce,
            with_certificates: request.cert_req,
        })
    }

    /// Eight random bytes of this start and a count: unique also across two starts under one name
    /// (RFC 3161 §2.4.2).
    fn next_serial_number(&self) -> der::Result<Int> {
        let count = self.issued.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.serial_prefix);
        bytes[8..].copy_from_slice(&count.to_be_bytes());
        positive_integer(bytes)
    }
}

fn checked(options: &AuthorityOptions) -> Result<PolicyId, AuthorityError> {
    let characters = options.organisation.chars().count();
    let nameable = (1..=MAX_ORGANISATION_CHARACTERS).contains(&characters)
        && !options.organisation.chars().any(char::is_control);
    if !nameable {
        return Err(AuthorityError::Organisation { characters });
    }
    if options.not_after <= options.not_before {
        return Err(AuthorityError::Validity {
            not_before: options.not_before,
            not_after: options.not_after,
        });
    }
    let policy = options.policy.clone();
    if options.demonstration && policy != DEMONSTRATION_POLICY {
        return Err(AuthorityError::DemonstrationPolicy { policy });
    }
    PolicyId::parse(&policy).ok_or(AuthorityError::Policy { policy })
}

fn subject(options: &AuthorityOptions, role: &str) -> der::Result<crate::asn1::Name> {
    let organisation = &options.organisation;
    if options.demonstration {
        let common_name = format!("{DEMONSTRATION_MARK} {organisation} {role}");
        name(organisation, Some(DEMONSTRATION_MARK), &common_name)
    } else {
        name(organisation, None, &format!("{organisation} {role}"))
    }
}

fn pem(der: &[u8]) -> Result<String, AuthorityError> {
    der::pem::encode_string("CERTIFICATE", LineEnding::LF, der)
        .map_err(|error| AuthorityError::Encoding(error.into()))
}
