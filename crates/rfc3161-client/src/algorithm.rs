//! Signature algorithms: from identifiers to a judgement, with every algorithm in one dispatch.

mod ecdsa;
mod identifier;
#[cfg(feature = "native")]
mod native;
mod rsa;

pub(crate) use identifier::{AlgorithmIdentifier, Scheme, SignatureAlgorithm};

use crate::ber;
use crate::digest::DigestAlgorithm;
use crate::error::{ParseError, malformed};
use crate::oid;

/// What became of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The signature is that of the key over the octets.
    Valid,
    /// It is not.
    Invalid,
    /// The algorithm, its parameters or the curve are not known here; the name says which.
    Unsupported(String),
    /// The digest is known and never computed (MD5).
    Refused(DigestAlgorithm),
    /// An SM2 signature made with an empty signer identity, which the standard does not provide for.
    EmptyDistinguishingId,
}

/// A `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    /// The algorithm with its parameters.
    pub algorithm: AlgorithmIdentifier,
    /// The octets of the key.
    pub octets: Vec<u8>,
    /// The whole as it was read.
    pub spki: Vec<u8>,
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo`.
    pub(crate) fn parse(spki: &[u8]) -> Result<Self, ParseError> {
        let mut fields = ber::whole_sequence(spki, "SubjectPublicKeyInfo")?;
        let algorithm = AlgorithmIdentifier::parse(&mut fields)?;
        let octets = fields
            .expect(ber::BIT_STRING, "subjectPublicKey")?
            .bit_string()?
            .to_vec();
        Ok(Self {
            algorithm,
            octets,
            spki: spki.to_vec(),
        })
    }

    /// The named curve of an elliptic-curve key.
    pub(crate) fn curve(&self) -> Option<String> {
        if self.algorithm.oid != oid::EC_PUBLIC_KEY {
            return None;
        }
        let parameters = ber::whole(self.algorithm.parameters.as_deref()?, "curve").ok()?;
        if parameters.tag != ber::OBJECT_IDENTIFIER {
            return None;
        }
        oid::dotted(parameters.content).ok()
    }

    /// Bits of the modulus of an RSA key.
    pub(crate) fn rsa_bits(&self) -> Option<usize> {
        if self.algorithm.oid != oid::RSA_ENCRYPTION && self.algorithm.oid != oid::RSA_PSS {
            return None;
        }
        let (modulus, _) = rsa::modulus_and_exponent(&self.octets).ok()?;
        let leading = modulus.first()?.leading_zeros();
        (modulus.len() * 8).checked_sub(usize::try_from(leading).ok()?)
    }

    /// Bits of the field of an elliptic-curve key on a curve that is known here.
    pub(crate) fn curve_bits(&self) -> Option<usize> {
        match (self.algorithm.oid.as_str(), self.curve().as_deref()) {
            (oid::ED25519 | oid::SM2, _)
            | (_, Some(oid::P256 | oid::SM2 | oid::BRAINPOOL_P256R1)) => Some(256),
            (_, Some(oid::P384 | oid::BRAINPOOL_P384R1)) => Some(384),
            (_, Some(oid::P521)) => Some(521),
            _ => None,
        }
    }

    /// Kind and size as the algorithm table rates them, such as `RSA 2048` or `EC 256`.
    pub(crate) fn rated_name(&self) -> Option<String> {
        match (self.rsa_bits(), self.curve_bits()) {
            (Some(bits), _) => Some(format!("RSA {bits}")),
            (None, Some(bits)) => Some(format!("EC {bits}")),
            (None, None) => None,
        }
    }

    /// Judges `signature` over `message`.
    pub(crate) fn verify(
        &self,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Outcome {
        #[cfg(feature = "native")]
        if native::accepts(self, &algorithm.scheme, message, signature) {
            return Outcome::Valid;
        }
        self.verify_portably(algorithm, message, signature)
    }

    /// The judgement by the implementations that run everywhere; it alone refuses.
    fn verify_portably(
        &self,
        algorithm: &SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Outcome {
        match &algorithm.scheme {
            Scheme::RsaPkcs1(digest) => self.verify_pkcs1(*digest, message, signature),
            Scheme::RsaPss(parameters) => self.verify_pss(parameters, message, signature),
            Scheme::Ecdsa(digest) => self.verify_ecdsa(*digest, message, signature),
            Scheme::Sm2 => self.verify_sm2(message, signature),
            Scheme::Ed25519 => self.verify_ed25519(message, signature),
        }
    }

    fn verify_pkcs1(&self, digest: DigestAlgorithm, message: &[u8], signature: &[u8]) -> Outcome {
        if self.algorithm.oid != oid::RSA_ENCRYPTION {
            return self.unsuited();
        }
        let Some(hash) = digest.digest(message) else {
            return Outcome::Refused(digest);
        };
        rsa::verify_pkcs1(&self.octets, digest, &hash, signature)
    }

    fn verify_pss(
        &self,
        parameters: &identifier::PssParameters,
        message: &[u8],
        signature: &[u8],
    ) -> Outcome {
        if self.algorithm.oid == oid::RSA_PSS {
            // The key may narrow the parameters with which it is used (RFC 4055 §1.2, §3.3).
            match self
                .algorithm
                .parameters
                .as_deref()
                .map(identifier::PssParameters::parse)
            {
                Some(Ok(allowed)) if !allowed.permits(parameters) => return Outcome::Invalid,
                Some(Err(_)) => {
                    return Outcome::Unsupported("RSASSA-PSS key parameters".to_owned());
                }
                _ => {}
            }
        } else if self.algorithm.oid != oid::RSA_ENCRYPTION {
            return self.unsuited();
        }
        let Some(hash) = parameters.digest.digest(message) else {
            return Outcome::Refused(parameters.digest);
        };
        rsa::verify_pss(&self.octets, parameters, &hash, signature)
    }

    fn verify_ecdsa(&self, digest: DigestAlgorithm, message: &[u8], signature: &[u8]) -> Outcome {
        if self.algorithm.oid != oid::EC_PUBLIC_KEY {
            return self.unsuited();
        }
        let Some(hash) = digest.digest(message) else {
            return Outcome::Refused(digest);
        };
        match self.curve().as_deref() {
            Some(oid::P256) => ecdsa::verify_p256(&self.octets, &hash, signature),
            Some(oid::P384) => ecdsa::verify_p384(&self.octets, &hash, signature),
            Some(oid::P521) => ecdsa::verify_p521(&self.octets, &hash, signature),
            Some(oid::BRAINPOOL_P256R1) => {
                ecdsa::verify_brainpool_p256(&self.octets, &hash, signature)
            }
            Some(oid::BRAINPOOL_P384R1) => {
                ecdsa::verify_brainpool_p384(&self.octets, &hash, signature)
            }
            Some(curve) => Outcome::Unsupported(format!("curve {curve}")),
            // RFC 5480 §2.1.1: certificates name their curve; spelled-out parameters can be forged to fit a key.
            None => Outcome::Unsupported("explicit curve parameters".to_owned()),
        }
    }

    fn verify_sm2(&self, message: &[u8], signature: &[u8]) -> Outcome {
        let is_sm2 = self.curve().as_deref() == Some(oid::SM2) || self.algorithm.oid == oid::SM2;
        if is_sm2 {
            ecdsa::verify_sm2(&self.octets, message, signature)
        } else {
            self.unsuited()
        }
    }

    fn verify_ed25519(&self, message: &[u8], signature: &[u8]) -> Outcome {
        if self.algorithm.oid != oid::ED25519 {
            return self.unsuited();
        }
        let (Ok(key), Ok(signature)) = (
            <&[u8; 32]>::try_from(self.octets.as_slice()),
            <&[u8; 64]>::try_from(signature),
        ) else {
            return Outcome::Invalid;
        };
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        let verified = ed25519_dalek::VerifyingKey::from_bytes(key)
            .and_then(|key| key.verify_strict(message, &signature));
        outcome(verified.is_ok())
    }

    /// The key cannot have made a signature of this algorithm.
    fn unsuited(&self) -> Outcome {
        match self.algorithm.oid.as_str() {
            oid::RSA_ENCRYPTION | oid::RSA_PSS | oid::EC_PUBLIC_KEY | oid::ED25519 | oid::SM2 => {
                Outcome::Invalid
            }
            other => Outcome::Unsupported(other.to_owned()),
        }
    }
}

fn outcome(valid: bool) -> Outcome {
    if valid {
        Outcome::Valid
    } else {
        Outcome::Invalid
    }
}

/// Splits `SEQUENCE { r INTEGER, s INTEGER }` into fixed-length halves; negative or long values are refused.
fn fixed_pair(signature: &[u8], size: usize) -> Result<Vec<u8>, ParseError> {
    const WHAT: &str = "signature value";
    let mut fields = ber::whole_sequence(signature, WHAT)?;
    let mut pair = Vec::with_capacity(size * 2);
    for _ in 0..2 {
        let content = fields.integer(WHAT)?;
        let digits = ber::magnitude(content);
        if content.first().is_some_and(|octet| octet & 0x80 != 0) || digits.len() > size {
            return Err(malformed(WHAT));
        }
        pair.resize(pair.len() + size - digits.len(), 0);
        pair.extend_from_slice(digits);
    }
    fields.finish(WHAT)?;
    Ok(pair)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Reader;

    const SAMPLES: &str = include_str!("../tests/data/openssl_signatures.txt");
    const MESSAGE: &[u8] = b"fidem sample message";

    struct Sample {
        name: &'static str,
        algorithm: SignatureAlgorithm,
        key: PublicKey,
        signature: Vec<u8>,
    }

    fn unhex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    fn samples() -> Vec<Sample> {
        let rows = SAMPLES.lines().filter(|line| !line.starts_with('#'));
        rows.map(|line| {
            let fields: Vec<_> = line.split(" | ").collect();
            let identifier =
                AlgorithmIdentifier::parse(&mut Reader::new(&unhex(fields[1]))).unwrap();
            Sample {
                name: fields[0],
                algorithm: SignatureAlgorithm::of_certificate(&identifier).unwrap(),
                key: PublicKey::parse(&unhex(fields[2])).unwrap(),
                signature: unhex(fields[3]),
            }
        })
        .collect()
    }

    #[test]
    fn signatures_of_another_implementation_verify() {
        let samples = samples();
        assert!(samples.len() > 20);
        for Sample {
            name,
            algorithm,
            key,
            signature,
        } in &samples
        {
            let due = match name.contains("empty identity") {
                true => Outcome::EmptyDistinguishingId,
                false => Outcome::Valid,
            };
            assert_eq!(key.verify(algorithm, MESSAGE, signature), due, "{name}");
            assert_eq!(
                key.verify(algorithm, b"fidem sample massage", signature),
                Outcome::Invalid,
                "{name}"
            );
            for position in [0, signature.len() / 2, signature.len() - 1] {
                let mut wrong = signature.clone();
                wrong[position] ^= 4;
                assert_eq!(
                    key.verify(algorithm, MESSAGE, &wrong),
                    Outcome::Invalid,
                    "{name} {position}"
                );
            }
            assert_eq!(
                key.verify(algorithm, MESSAGE, &signature[1..]),
                Outcome::Invalid,
                "{name}"
            );
        }
    }

    #[cfg(feature = "native")]
    #[test]
    fn what_the_native_library_accepts_is_valid() {
        let samples = samples();
        let mut accepted = 0;
        for key in &samples {
            for other in &samples {
                let positions = 0..other.signature.len();
                for at in positions.map(Some).chain([None]) {
                    let mut signature = other.signature.clone();
                    if let Some(at) = at {
                        signature[at] ^= 1;
                    }
                    let scheme = &other.algorithm.scheme;
                    if native::accepts(&key.key, scheme, MESSAGE, &signature) {
                        let portable =
                            key.key
                                .verify_portably(&other.algorithm, MESSAGE, &signature);
                        assert_eq!(portable, Outcome::Valid, "{} by {}", other.name, key.name);
                        accepted += 1;
                    }
                }
            }
        }
        assert!(accepted > 8, "{accepted}");
    }

    #[test]
    fn keys_and_algorithms_do_not_mix() {
        let samples = samples();
        for key in &samples {
            for other in samples
                .iter()
                .filter(|other| other.key.octets != key.key.octets)
            {
                let outcome = key.key.verify(&other.algorithm, MESSAGE, &other.signature);
                assert_ne!(
                    outcome,
                    Outcome::Valid,
                    "{} with the key of {}",
                    other.name,
                    key.name
                );
            }
        }
    }

    #[test]
    fn negative_and_long_integers_are_refused() {
        assert!(fixed_pair(&[0x30, 6, 2, 1, 0x80, 2, 1, 1], 32).is_err());
        assert!(fixed_pair(&[0x30, 7, 2, 2, 1, 0, 2, 1, 1], 1).is_err());
        assert!(fixed_pair(&[0x30, 6, 2, 1, 1, 2, 1, 1, 0], 32).is_err());
        assert_eq!(
            fixed_pair(&[0x30, 7, 2, 2, 0, 0x80, 2, 1, 1], 2).unwrap(),
            [0, 0x80, 0, 1]
        );
    }
}
