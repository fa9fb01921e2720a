//! Signatures in a PDF: PAdES B-B and B-T (EN 319 142-1 §6).

use fidem_pdf::Object;
use rfc3161_client::UnixTime;
use sha2::{Digest as _, Sha256};

use crate::algorithm::Algorithm;
use crate::certificate::Certificate;
use crate::check::{self, CheckError};
use crate::cms::{self, ContentTypes};
use crate::contents::{Draft, Unfilled};
use crate::error::SignError;
use crate::field::{self, Form, SignatureField};
use crate::key::SignKey;
use crate::revocation::Revocation;
use crate::seal::Seal;
use crate::stamp::checked_token;
use crate::update::{Update, dictionary, name, size, text};

/// Room for a token with three RSA certificates and an OCSP response, in octets.
pub const TOKEN_ROOM: usize = 12 << 10;

/// When a signature is made, as the signer's clock has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningTime {
    /// Unix seconds.
    pub unix: i64,
    /// Minutes that local time is ahead of UTC; 480 in China.
    pub offset_minutes: i16,
}

/// What is to be signed how.
#[derive(Clone, Default)]
pub struct SignatureRequest<'a> {
    /// Name of the field to sign.
    pub field: &'a str,
    /// Fields to declare before: all that will ever be signed. Only the first signature of a file may declare any, for it
    /// settles what may still change (ISO 32000-2 §12.8.2.2).
    pub declare: &'a [SignatureField],
    /// The seal to be seen in the field.
    pub seal: Option<&'a Seal>,
    /// Why it is signed, for readers' panels.
    pub reason: Option<&'a str>,
    /// Where it is signed.
    pub location: Option<&'a str>,
    /// Octets kept for a time-stamp token; zero when there will be none.
    pub token_room: usize,
}

/// A file ready to be signed. What a key must sign is [`Self::to_be_signed`]; nothing here needs a key or a network.
#[derive(Debug, Clone)]
pub struct Prepared {
    unfilled: Unfilled,
    algorithm: Algorithm,
    chain: Vec<Vec<u8>>,
    signer: Certificate,
    signed_attributes: Vec<u8>,
}

/// Appends everything of a signature but its value. The first signature of a file certifies it: afterwards only the
/// declared fields may be signed, and validation data and time-stamps added (DocMDP, P 2).
///
/// # Errors
/// [`SignError`].
pub fn prepare(
    pdf: &[u8],
    request: &SignatureRequest<'_>,
    chain: &[Vec<u8>],
    time: SigningTime,
) -> Result<Prepared, SignError> {
    let signer = chain.first().and_then(|leaf| Certificate::parse(leaf));
    let signer = signer.ok_or(CheckError::Certificate)?;
    let algorithm = Algorithm::of_key(&signer.key).filter(|kind| *kind != Algorithm::Sm2Sm3);
    let algorithm = algorithm.ok_or(SignError::AlgorithmNotForPdf)?;
    let mut update = Update::of(pdf)?;
    let signed_before = Form::read(&update)?
        .signature_fields(&update)?
        .iter()
        .any(field::Found::is_signed);
    if signed_before && !request.declare.is_empty() {
        return Err(SignError::FieldsAreSettled);
    }
    for field in request.declare {
        field::declare(&mut update, field)?;
    }
    let value = update.reserve();
    sign_field(&mut update, request, value)?;
    if !signed_before {
        certify(&mut update, value)?;
    }
    let entries = entries(request, time, !signed_before)?;
    let room = cms::room(chain, &signer) + request.token_room;
    let unfilled = Unfilled::write(update, value, Draft::of(&entries, room))?;
    let digest = algorithm.digest(&unfilled.covered().concat());
    Ok(Prepared {
        signed_attributes: cms::signed_attributes(&digest, &signer, ContentTypes::Cms, None),
        unfilled,
        algorithm,
        chain: chain.to_vec(),
        signer,
    })
}

impl Prepared {
    /// What the key signs: DER of the signed attributes.
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.signed_attributes
    }

    /// How the key must sign.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Offsets and lengths of what is covered, as they stand in the file.
    #[must_use]
    pub fn byte_range(&self) -> [usize; 4] {
        self.unfilled.byte_range()
    }

    /// The signed file: with `signature` over [`Self::to_be_signed`], and for B-T with a token over [`imprint`] of it.
    ///
    /// # Errors
    /// [`SignError::KeyMismatch`], [`SignError::TimeStamp`] or [`SignError::Room`]; no wrong signature gets into a file.
    pub fn finish(self, signature: &[u8], token: Option<&[u8]>) -> Result<Vec<u8>, SignError> {
        let key = &self.signer.key;
        if !key.verifies(self.algorithm, &self.signed_attributes, signature) {
            return Err(SignError::KeyMismatch);
        }
        let token = token
            .map(|token| checked_token(token, &imprint(signature)))
            .transpose()?;
        let signed_data = cms::Signature {
            algorithm: self.algorithm,
            chain: &self.chain,
            signer: &self.signer,
            signed_attributes: &self.signed_attributes,
            value: signature,
            content_types: ContentTypes::Cms,
            revocation: Revocation::default(),
        };
        let signed_data = signed_data.signed_data(token.as_deref());
        self.unfilled.fill(&signed_data)
    }
}

/// What a time-stamp of a signature is over: SHA-256 of its value.
#[must_use]
pub fn imprint(signature: &[u8]) -> [u8; 32] {
    Sha256::digest(signature).into()
}

/// Why [`sign`] did not sign: `E` is what the source of time-stamps says.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SignFailure<E> {
    /// The file, the certificate or the key.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// No time-stamp was to be had.
    #[error("no time-stamp: {0}")]
    Stamp(E),
}

/// Where time-stamps come from: a token for a SHA-256 digest.
pub type StampSource<'a, E> = &'a mut dyn FnMut(&[u8; 32]) -> Result<Vec<u8>, E>;

/// Checks the certificate ([`check`](crate::check)), signs, and fetches a time-stamp where `stamp` is given.
///
/// # Errors
/// [`SignFailure`].
pub fn sign<E>(
    pdf: &[u8],
    request: &SignatureRequest<'_>,
    key: &dyn SignKey,
    time: SigningTime,
    revocation: &Revocation<'_>,
    stamp: Option<StampSource<'_, E>>,
) -> Result<Vec<u8>, SignFailure<E>> {
    check::check(key, time.unix, revocation).map_err(SignError::from)?;
    let prepared = prepare(pdf, request, key.chain(), time)?;
    let signature = key.sign(prepared.to_be_signed()).map_err(SignError::from)?;
    let token = match stamp {
        Some(stamp) => Some(stamp(&imprint(&signature)).map_err(SignFailure::Stamp)?),
        None => None,
    };
    Ok(prepared.finish(&signature, token.as_deref())?)
}

/// Gives the field its value and its seal.
fn sign_field(
    update: &mut Update<'_>,
    request: &SignatureRequest<'_>,
    value: fidem_pdf::Reference,
) -> Result<(), SignError> {
    let field = || request.field.to_owned();
    let found = Form::read(update)?.signature_fields(update)?;
    let found = found.into_iter().find(|one| one.name == request.field);
    let found = found.ok_or_else(|| SignError::NoField { field: field() })?;
    if found.is_signed() {
        return Err(SignError::Signed { field: field() });
    }
    let mut widget = found.widget.clone();
    if let Some(seal) = request.seal {
        let extent = found.extent(update)?;
        let (width, height) = extent.ok_or_else(|| SignError::NoPlaceForSeal { field: field() })?;
        let normal = seal.appearance(update, width, height);
        widget.set("AP", field::appearance(normal));
    }
    widget.set("V", Object::Reference(value));
    update.put(found.reference, Object::Dictionary(widget));
    Ok(())
}

/// Names the certification signature (ISO 32000-2 §12.8.6).
fn certify(update: &mut Update<'_>, value: fidem_pdf::Reference) -> Result<(), SignError> {
    let (root, mut catalog) = update.catalog()?;
    let permissions = dictionary([("DocMDP", Object::Reference(value))]);
    catalog.set("Perms", Object::Dictionary(permissions));
    update.put(root, Object::Dictionary(catalog));
    Ok(())
}

fn entries(
    request: &SignatureRequest<'_>,
    time: SigningTime,
    certifies: bool,
) -> Result<Vec<(&'static str, Object)>, SignError> {
    let mut entries = vec![
        ("Type", name("Sig")),
        ("Filter", name("Adobe.PPKLite")),
        ("SubFilter", name("ETSI.CAdES.detached")),
        ("M", date(time)?),
    ];
    entries.extend(request.reason.map(|reason| ("Reason", text(reason))));
    entries.extend(
        request
            .location
            .map(|location| ("Location", text(location))),
    );
    if certifies {
        let parameters = dictionary([
            ("Type", name("TransformParams")),
            ("P", size(2)),
            ("V", name("1.2")),
        ]);
        let reference = dictionary([
            ("Type", name("SigRef")),
            ("TransformMethod", name("DocMDP")),
            ("TransformParams", Object::Dictionary(parameters)),
        ]);
        let references = Object::Array(vec![Object::Dictionary(reference)]);
        entries.push(("Reference", references));
    }
    Ok(entries)
}

/// A date (ISO 32000-2 §7.9.4).
fn date(time: SigningTime) -> Result<Object, SignError> {
    let offset = i64::from(time.offset_minutes);
    let local = time.unix.saturating_add(offset * 60);
    // from 1970 to 9999, and zones of less than a day
    if !(0..253_402_300_800).contains(&local) || offset.abs() >= 24 * 60 {
        return Err(SignError::Time(time.unix));
    }
    let digits = UnixTime(local).to_generalized_time();
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
    let date = format!(
        "D:{}{sign}{hours:02}'{minutes:02}'",
        digits.trim_end_matches('Z')
    );
    Ok(Object::String(date.into_bytes()))
}
