//! Handshake messages (RFC 8446 §4, RFC 5246 §7.4), as far as the signature needs them.

/// Versions on the wire.
pub(super) const TLS_1_2: u16 = 0x0303;
pub(super) const TLS_1_3: u16 = 0x0304;

/// Numbers of messages (RFC 8446 §4, RFC 5246 §7.4).
pub(super) mod kind {
    pub(in super::super) const CLIENT_HELLO: u8 = 1;
    pub(in super::super) const SERVER_HELLO: u8 = 2;
    pub(in super::super) const NEW_SESSION_TICKET: u8 = 4;
    pub(in super::super) const CERTIFICATE: u8 = 11;
    pub(in super::super) const SERVER_KEY_EXCHANGE: u8 = 12;
    pub(in super::super) const SERVER_HELLO_DONE: u8 = 14;
    pub(in super::super) const CERTIFICATE_VERIFY: u8 = 15;
    pub(in super::super) const FINISHED: u8 = 20;
    pub(in super::super) const MESSAGE_HASH: u8 = 254;
}

const SUPPORTED_VERSIONS: u16 = 43;
const PRE_SHARED_KEY: u16 = 41;
const NAMED_CURVE: u8 = 3;
/// `random` of a HelloRetryRequest: SHA-256 of that name (RFC 8446 §4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// Takes fields off the front.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of that many octets.
    fn number(&mut self, octets: usize) -> Option<usize> {
        let digits = self.take(octets)?.iter();
        digits.copied().try_fold(0_usize, |number, digit| {
            number.checked_mul(256)?.checked_add(usize::from(digit))
        })
    }

    fn u16(&mut self) -> Option<u16> {
        u16::try_from(self.number(2)?).ok()
    }

    /// A vector with its length in front (RFC 8446 §3.4).
    fn vector(&mut self, octets: usize) -> Option<&'a [u8]> {
        let length = self.number(octets)?;
        self.take(length)
    }
}

/// The content of a whole message of that kind.
fn content(message: &[u8], kind: u8) -> Option<Fields<'_>> {
    let mut fields = Fields(message.strip_prefix(&[kind])?);
    let content = fields.vector(3)?;
    fields.0.is_empty().then_some(Fields(content))
}

/// `ServerHello` (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3).
pub(super) struct ServerHello<'a> {
    pub random: &'a [u8],
    pub version: u16,
    pub cipher_suite: u16,
    /// Whether a pre-shared key was taken (TLS 1.3).
    pub resumes: bool,
}

impl<'a> ServerHello<'a> {
    pub(super) fn parse(message: &'a [u8]) -> Option<Self> {
        let mut fields = content(message, kind::SERVER_HELLO)?;
        let legacy_version = fields.u16()?;
        let random = fields.take(32)?;
        fields.vector(1)?;
        let cipher_suite = fields.u16()?;
        fields.take(1)?;
        let mut hello = Self {
            random,
            version: legacy_version,
            cipher_suite,
            resumes: false,
        };
        if !fields.0.is_empty() {
            hello.extensions(fields.vector(2)?)?;
        }
        Some(hello)
    }

    fn extensions(&mut self, extensions: &[u8]) -> Option<()> {
        let mut fields = Fields(extensions);
        while !fields.0.is_empty() {
            let number = fields.u16()?;
            let mut data = Fields(fields.vector(2)?);
            match number {
                SUPPORTED_VERSIONS => self.version = data.u16()?,
                PRE_SHARED_KEY => self.resumes = true,
                _ => {}
            }
        }
        Some(())
    }

    /// Whether it asks for another ClientHello.
    pub(super) fn is_retry(&self) -> bool {
        self.random == RETRY
    }
}

/// `random` of a ClientHello.
pub(super) fn client_random(message: &[u8]) -> Option<&[u8]> {
    let mut fields = content(message, kind::CLIENT_HELLO)?;
    fields.u16()?;
    fields.take(32)
}

/// Scheme and signature of `CertificateVerify`.
pub(super) fn certificate_verify(message: &[u8]) -> Option<(u16, &[u8])> {
    let mut fields = content(message, kind::CERTIFICATE_VERIFY)?;
    Some((fields.u16()?, fields.vector(2)?))
}

/// The first certificate of `Certificate`, in the form of TLS 1.3 (§4.4.2) or 1.2.
pub(super) fn leaf(message: &[u8], tls_1_3: bool) -> Option<&[u8]> {
    let mut fields = content(message, kind::CERTIFICATE)?;
    if tls_1_3 {
        fields.vector(1)?;
    }
    Fields(fields.vector(3)?).vector(3)
}

/// `ServerKeyExchange` over a named curve (RFC 8422 §5.4).
pub(super) struct ServerKeyExchange<'a> {
    /// What is signed after the two random values.
    pub parameters: &'a [u8],
    pub scheme: u16,
    pub signature: &'a [u8],
}

impl<'a> ServerKeyExchange<'a> {
    pub(super) fn parse(message: &'a [u8]) -> Option<Self> {
        let Fields(whole) = content(message, kind::SERVER_KEY_EXCHANGE)?;
        let mut fields = Fields(whole);
        if fields.take(1)? != [NAMED_CURVE] {
            return None;
        }
        fields.u16()?;
        fields.vector(1)?;
        let length = whole.len().checked_sub(fields.0.len())?;
        Some(Self {
            parameters: whole.get(..length)?,
            scheme: fields.u16()?,
            signature: fields.vector(2)?,
        })
    }
}
