//! `AlgorithmIdentifier` and what the identifiers of signatures mean (RFC 3370, 4055, 5754, 5758, 8419, GM/T 0006).

use super::PublicKey;
use crate::ber::{self, Reader};
use crate::digest::DigestAlgorithm::{
    self, Md5, Sha1, Sha3_256, Sha3_384, Sha3_512, Sha224, Sha256, Sha384, Sha512, Sm3,
};
use crate::error::{ParseError, malformed};
use crate::oid;

/// An `AlgorithmIdentifier` (RFC 5280 §4.1.1.2) with its parameters as they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AlgorithmIdentifier {
    /// The dotted identifier.
    pub oid: String,
    /// The encoding of the parameters, when present.
    pub parameters: Option<Vec<u8>>,
}

impl AlgorithmIdentifier {
    /// Reads the SEQUENCE next in `reader`.
    pub(crate) fn parse(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        Self::parse_fields(reader.sequence("AlgorithmIdentifier")?)
    }

    /// Reads the fields, where the SEQUENCE itself carries an implicit tag.
    pub(crate) fn parse_fields(mut fields: Reader<'_>) -> Result<Self, ParseError> {
        let oid = fields.oid("algorithm")?;
        let parameters = if fields.is_empty() {
            None
        } else {
            Some(fields.element()?.raw.to_vec())
        };
        fields.finish("AlgorithmIdentifier")?;
        Ok(Self { oid, parameters })
    }

    /// Whether the parameters are absent or NULL, as digests require (RFC 5754 §2).
    pub(crate) fn has_no_parameters(&self) -> bool {
        self.parameters
            .as_deref()
            .is_none_or(|raw| raw == [ber::NULL, 0])
    }

    /// The same algorithm, taking absent and NULL parameters for equal.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.oid == other.oid
            && (self.parameters == other.parameters
                || (self.has_no_parameters() && other.has_no_parameters()))
    }

    /// The digest that the identifier names.
    pub(crate) fn digest(&self) -> Option<DigestAlgorithm> {
        DigestAlgorithm::from_oid(&self.oid)
    }
}

/// A signature algorithm with everything that its identifier leaves to other fields filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignatureAlgorithm {
    /// How the signature is made.
    pub scheme: Scheme,
}

/// How a signature is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// RFC 8017 §8.2.
    RsaPkcs1(DigestAlgorithm),
    /// RFC 8017 §8.1.
    RsaPss(PssParameters),
    /// FIPS 186-5 §6.
    Ecdsa(DigestAlgorithm),
    /// GB/T 32918.2 with SM3.
    Sm2,
    /// RFC 8032 §5.1.
    Ed25519,
}

/// Identifiers that fix both the key's algorithm and the digest.
const RSA: &[(&str, DigestAlgorithm)] = &[
    ("1.2.840.113549.1.1.4", Md5),
    ("1.2.840.113549.1.1.5", Sha1),
    ("1.3.14.3.2.29", Sha1),
    ("1.2.840.113549.1.1.14", Sha224),
    ("1.2.840.113549.1.1.11", Sha256),
    ("1.2.840.113549.1.1.12", Sha384),
    ("1.2.840.113549.1.1.13", Sha512),
    ("2.16.840.1.101.3.4.3.14", Sha3_256),
    ("2.16.840.1.101.3.4.3.15", Sha3_384),
    ("2.16.840.1.101.3.4.3.16", Sha3_512),
    ("1.2.156.10197.1.504", Sm3),
];
const ECDSA: &[(&str, DigestAlgorithm)] = &[
    ("1.2.840.10045.4.1", Sha1),
    ("1.2.840.10045.4.3.1", Sha224),
    ("1.2.840.10045.4.3.2", Sha256),
    ("1.2.840.10045.4.3.3", Sha384),
    ("1.2.840.10045.4.3.4", Sha512),
    ("2.16.840.1.101.3.4.3.10", Sha3_256),
    ("2.16.840.1.101.3.4.3.11", Sha3_384),
    ("2.16.840.1.101.3.4.3.12", Sha3_512),
];

impl SignatureAlgorithm {
    /// The algorithm of a signature over a certificate or list, where no other field names a digest.
    ///
    /// The error is the name of what is not known.
    pub(crate) fn of_certificate(identifier: &AlgorithmIdentifier) -> Result<Self, String> {
        Self::with_digest(identifier, None)
    }

    /// The algorithm of a `SignerInfo`, whose `digestAlgorithm` completes identifiers that name only a key
    /// (RFC 3370 §3.2, RFC 5753 §2.1.1).
    pub(crate) fn of_signer(
        identifier: &AlgorithmIdentifier,
        digest: &AlgorithmIdentifier,
    ) -> Result<Self, String> {
        Self::with_digest(identifier, Some(digest))
    }

    /// The usual name, such as `ECDSA SHA-256`.
    pub(crate) fn name(&self) -> String {
        match &self.scheme {
            Scheme::RsaPkcs1(digest) => format!("RSA PKCS #1 {}", digest.name()),
            Scheme::RsaPss(parameters) => format!("RSASSA-PSS {}", parameters.digest.name()),
            Scheme::Ecdsa(digest) => format!("ECDSA {}", digest.name()),
            Scheme::Sm2 => "SM2 SM3".to_owned(),
            Scheme::Ed25519 => "Ed25519".to_owned(),
        }
    }

    /// The algorithm that the key makes of it, where a name of RSA stands over the signature of an elliptic-curve key or
    /// the other way round. Such tokens are met; the key alone decides how its signature is verified, so nothing can be
    /// forged by a wrong name.
    pub(crate) fn by_key(&self, key: &PublicKey) -> Option<Self> {
        let scheme = match (&self.scheme, key.algorithm.oid.as_str()) {
            (Scheme::RsaPkcs1(digest), oid::EC_PUBLIC_KEY) => Scheme::Ecdsa(*digest),
            (Scheme::Ecdsa(digest), oid::RSA_ENCRYPTION) => Scheme::RsaPkcs1(*digest),
            _ => return None,
        };
        Some(Self { scheme })
    }

    fn with_digest(
        identifier: &AlgorithmIdentifier,
        digest: Option<&AlgorithmIdentifier>,
    ) -> Result<Self, String> {
        let name = identifier.oid.as_str();
        let fixed = |table: &[(&str, DigestAlgorithm)]| {
            table.iter().find(|row| row.0 == name).map(|row| row.1)
        };
        let given = || {
            let digest = digest.ok_or_else(|| name.to_owned())?;
            digest.digest().ok_or_else(|| digest.oid.clone())
        };
        let scheme = match name {
            oid::RSA_ENCRYPTION => Scheme::RsaPkcs1(given()?),
            oid::EC_PUBLIC_KEY => Scheme::Ecdsa(given()?),
            oid::SM2_WITH_SM3 | oid::SM2_SIGNATURE | oid::SM2 => Scheme::Sm2,
            oid::ED25519 => Scheme::Ed25519,
            oid::RSA_PSS => Scheme::RsaPss(
                PssParameters::of(identifier).map_err(|_| "RSASSA-PSS parameters".to_owned())?,
            ),
            _ => match (fixed(RSA), fixed(ECDSA)) {
                (Some(digest), _) => Scheme::RsaPkcs1(digest),
                (_, Some(digest)) => Scheme::Ecdsa(digest),
                _ => return Err(name.to_owned()),
            },
        };
        Ok(Self { scheme })
    }

    /// The digest that the signature rests on.
    pub(crate) fn digest(&self) -> DigestAlgorithm {
        match &self.scheme {
            Scheme::RsaPkcs1(digest) | Scheme::Ecdsa(digest) => *digest,
            Scheme::RsaPss(parameters) => parameters.digest,
            Scheme::Sm2 => Sm3,
            Scheme::Ed25519 => Sha512,
        }
    }
}

/// `RSASSA-PSS-params` (RFC 4055 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PssParameters {
    /// Digest of the message.
    pub digest: DigestAlgorithm,
    /// Digest of the mask generation function.
    pub mask_digest: DigestAlgorithm,
    /// Octets of salt.
    pub salt_length: usize,
}

impl PssParameters {
    /// The parameters of an identifier; a signature must state them (RFC 4055 §3.1).
    fn of(identifier: &AlgorithmIdentifier) -> Result<Self, ParseError> {
        Self::parse(
            identifier
                .parameters
                .as_deref()
                .ok_or(malformed("RSASSA-PSS parameters"))?,
        )
    }

    /// Reads the SEQUENCE with its defaults.
    pub(crate) fn parse(raw: &[u8]) -> Result<Self, ParseError> {
        const WHAT: &str = "RSASSA-PSS parameters";
        let mut fields = Reader::new(raw).sequence(WHAT)?;
        let mut parameters = Self {
            digest: Sha1,
            mask_digest: Sha1,
            salt_length: 20,
        };
        if let Some(field) = fields.optional(ber::context(0))? {
            let digest = AlgorithmIdentifier::parse(&mut field.reader()?)?;
            parameters.digest = digest.digest().ok_or(malformed(WHAT))?;
        }
        if let Some(field) = fields.optional(ber::context(1))? {
            let mask = AlgorithmIdentifier::parse(&mut field.reader()?)?;
            let digest = AlgorithmIdentifier::parse(&mut Reader::new(
                mask.parameters.as_deref().unwrap_or_default(),
            ))?;
            if mask.oid != oid::MGF1 {
                return Err(malformed(WHAT));
            }
            parameters.mask_digest = digest.digest().ok_or(malformed(WHAT))?;
        }
        if let Some(field) = fields.optional(ber::context(2))? {
            let length = field.reader()?.small_integer(WHAT)?;
            parameters.salt_length = usize::try_from(length).map_err(|_| malformed(WHAT))?;
        }
        if let Some(field) = fields.optional(ber::context(3))?
            && field.reader()?.small_integer(WHAT)? != 1
        {
            return Err(malformed(WHAT));
        }
        fields.finish(WHAT)?;
        Ok(parameters)
    }

    /// Whether a key with these parameters may make a signature with `other` (RFC 4055 §3.3).
    pub(crate) fn permits(&self, other: &Self) -> bool {
        self.digest == other.digest
            && self.mask_digest == other.mask_digest
            && other.salt_length >= self.salt_length
    }
}
