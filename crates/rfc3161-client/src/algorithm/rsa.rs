//! RSA verification: the bare public operation of the `rsa` crate, the padding compared here for every digest.

use rsa::BoxedUint;
use rsa::RsaPublicKey;

use super::identifier::PssParameters;
use super::{Outcome, outcome};
use crate::ber;
use crate::digest::DigestAlgorithm;
use crate::error::{ParseError, malformed};

/// Moduli accepted, in bits: below lies nothing that ever was in use, above lies only work.
const MODULUS_BITS: std::ops::RangeInclusive<u32> = 512..=8192;
/// Octets of a public exponent: FIPS 186-5 §5.1 ends at 2^256, and a national authority uses 2^64 + 1.
const MAX_EXPONENT: usize = 32;

/// Splits `RSAPublicKey` (RFC 8017 §A.1.1) into magnitudes.
pub(super) fn modulus_and_exponent(key: &[u8]) -> Result<(&[u8], &[u8]), ParseError> {
    const WHAT: &str = "RSAPublicKey";
    let mut fields = ber::whole_sequence(key, WHAT)?;
    let modulus = fields.integer(WHAT)?;
    let exponent = fields.integer(WHAT)?;
    fields.finish(WHAT)?;
    let negative = |content: &[u8]| content.first().is_some_and(|octet| octet & 0x80 != 0);
    if negative(modulus) || negative(exponent) {
        return Err(malformed(WHAT));
    }
    Ok((ber::magnitude(modulus), ber::magnitude(exponent)))
}

/// RSASSA-PKCS1-v1_5 by encode and compare (RFC 8017 §8.2.2).
pub(super) fn verify_pkcs1(
    key: &[u8],
    digest: DigestAlgorithm,
    hash: &[u8],
    signature: &[u8],
) -> Outcome {
    let (encoded, _) = match recover(key, signature) {
        Ok(recovered) => recovered,
        Err(outcome) => return outcome,
    };
    // RFC 8017 §9.2 note 1: NULL parameters are the rule, absent ones are met.
    let valid = [true, false].iter().any(|null| {
        pkcs1_encoding(digest, hash, *null, encoded.len())
            .is_some_and(|expected| expected == encoded)
    });
    outcome(valid)
}

fn pkcs1_encoding(
    digest: DigestAlgorithm,
    hash: &[u8],
    null: bool,
    size: usize,
) -> Option<Vec<u8>> {
    let oid = ber::encode(
        ber::OBJECT_IDENTIFIER,
        &crate::oid::content(digest.oid()).ok()?,
    );
    let parameters: &[u8] = if null { &[ber::NULL, 0] } else { &[] };
    let algorithm = ber::encode_sequence(&[&oid, parameters]);
    let info = ber::encode_sequence(&[&algorithm, &ber::encode(ber::OCTET_STRING, hash)]);
    let padding = size.checked_sub(info.len())?.checked_sub(3)?;
    if padding < 8 {
        return None;
    }
    let mut encoded = vec![0, 1];
    encoded.resize(2 + padding, 0xff);
    encoded.push(0);
    encoded.extend_from_slice(&info);
    Some(encoded)
}

/// RSASSA-PSS (RFC 8017 §8.1.2, §9.1.2).
pub(super) fn verify_pss(
    key: &[u8],
    parameters: &PssParameters,
    hash: &[u8],
    signature: &[u8],
) -> Outcome {
    let (encoded, bits) = match recover(key, signature) {
        Ok(recovered) => recovered,
        Err(outcome) => return outcome,
    };
    if parameters.mask_digest == DigestAlgorithm::Md5 {
        return Outcome::Refused(DigestAlgorithm::Md5);
    }
    outcome(pss_matches(parameters, hash, &encoded, bits.saturating_sub(1)).unwrap_or(false))
}

fn pss_matches(
    parameters: &PssParameters,
    hash: &[u8],
    encoded: &[u8],
    bits: usize,
) -> Option<bool> {
    let size = bits.div_ceil(8);
    // With a modulus of 8k+1 bits the encoding is one octet shorter than the modulus.
    let (lead, encoded) = encoded.split_at_checked(encoded.len().checked_sub(size)?)?;
    let masked_length = size.checked_sub(hash.len())?.checked_sub(1)?;
    let (masked, rest) = encoded.split_at_checked(masked_length)?;
    let (seed, trailer) = rest.split_at_checked(hash.len())?;
    let unused = u32::try_from(size.checked_mul(8)?.checked_sub(bits)?).ok()?;
    let top = 0xffu8.checked_shr(unused)?;
    if lead.iter().any(|octet| *octet != 0) || trailer != [0xbc] || masked.first()? & !top != 0 {
        return Some(false);
    }
    let mask = mask(parameters.mask_digest, seed, masked_length)?;
    let mut block: Vec<u8> = masked
        .iter()
        .zip(&mask)
        .map(|(left, right)| left ^ right)
        .collect();
    *block.first_mut()? &= top;
    let zeros = masked_length
        .checked_sub(parameters.salt_length)?
        .checked_sub(1)?;
    let (padding, salt) = block.split_at_checked(zeros.checked_add(1)?)?;
    let padded = padding.iter().take(zeros).all(|octet| *octet == 0) && padding.last() == Some(&1);
    let again = parameters.digest.digest(&[&[0; 8], hash, salt].concat())?;
    Some(padded && again == seed)
}

/// MGF1 (RFC 8017 §B.2.1).
fn mask(digest: DigestAlgorithm, seed: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut mask = Vec::with_capacity(length.saturating_add(digest.size()));
    let mut counter = 0u32;
    while mask.len() < length {
        mask.extend(digest.digest(&[seed, &counter.to_be_bytes()].concat())?);
        counter = counter.checked_add(1)?;
    }
    mask.truncate(length);
    Some(mask)
}

/// The octets of signature^e mod n, as long as the modulus, and the bits of the modulus.
fn recover(key: &[u8], signature: &[u8]) -> Result<(Vec<u8>, usize), Outcome> {
    let (modulus, exponent) = modulus_and_exponent(key).map_err(|_| Outcome::Invalid)?;
    let octets = u32::try_from(modulus.len()).map_err(|_| Outcome::Invalid)?;
    let precision = octets.saturating_mul(8);
    let bits = precision.saturating_sub(modulus.first().map_or(0, |octet| octet.leading_zeros()));
    if !MODULUS_BITS.contains(&bits) || exponent.len() > MAX_EXPONENT {
        return Err(Outcome::Unsupported(format!("RSA key of {bits} bits")));
    }
    let is_odd = |number: &[u8]| number.last().is_some_and(|octet| octet & 1 == 1);
    let is_one = exponent == [1];
    if !is_odd(modulus)
        || !is_odd(exponent)
        || is_one
        || signature.len() != modulus.len()
        || signature >= modulus
    {
        return Err(Outcome::Invalid);
    }
    let number =
        |bytes: &[u8]| BoxedUint::from_be_slice(bytes, precision).map_err(|_| Outcome::Invalid);
    // The bounds of the checking constructors exclude exponents in use; the conditions above take their place.
    let key = RsaPublicKey::new_unchecked(number(modulus)?, number(exponent)?);
    let recovered =
        rsa::hazmat::rsa_encrypt(&key, &number(signature)?).map_err(|_| Outcome::Invalid)?;
    // The integer is held in whole words, so zeros may stand before the modulus' length.
    let words = recovered.to_be_bytes();
    let excess = words.len().saturating_sub(modulus.len());
    let encoded = words.get(excess..).unwrap_or_default().to_vec();
    Ok((
        encoded,
        usize::try_from(bits).map_err(|_| Outcome::Invalid)?,
    ))
}
