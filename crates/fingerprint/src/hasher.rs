//! Digests of a message that arrives in pieces.

use sha2::Digest as _;

use crate::Fingerprint;
use crate::Lanes;
use crate::pass::Pass;
use crate::pass::Portable;
use crate::pass::Sm3;

/// Both digests of one message, in one pass over its pieces.
#[derive(Clone)]
pub struct Hasher(Inner);

#[derive(Clone)]
enum Inner {
    Portable(Box<Pass<Portable>>),
    #[cfg(target_arch = "x86_64")]
    Fused(Box<Pass<crate::lanes::Fused>>),
}

impl Default for Hasher {
    fn default() -> Self {
        Hasher::new()
    }
}

impl Hasher {
    /// A hasher of the empty message.
    pub fn new() -> Self {
        Hasher::with(Lanes::fastest())
    }

    /// As [`Hasher::new`], with the instructions chosen; those this processor lacks are not used.
    pub fn with(lanes: Lanes) -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(fused) = crate::lanes::Fused::new(lanes) {
            return Hasher(Inner::Fused(Box::new(Pass::new(fused))));
        }
        let _ = lanes;
        Hasher(Inner::Portable(Box::new(Pass::new(Portable::new()))))
    }

    /// Appends `bytes` to the message.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Inner::Portable(pass) => pass.update(bytes),
            #[cfg(target_arch = "x86_64")]
            Inner::Fused(pass) => pass.update(bytes),
        }
    }

    /// The fingerprint of the message.
    pub fn finish(self) -> Fingerprint {
        match self.0 {
            Inner::Portable(pass) => pass.finish(),
            #[cfg(target_arch = "x86_64")]
            Inner::Fused(pass) => pass.finish(),
        }
    }
}

/// SHA-256 alone (FIPS 180-4), of a message that arrives in pieces.
#[derive(Clone, Default)]
pub struct Sha256Hasher(sha2::Sha256);

impl Sha256Hasher {
    /// A hasher of the empty message.
    pub fn new() -> Self {
        Sha256Hasher::default()
    }

    /// Appends `bytes` to the message.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of the message.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// SM3 alone (GB/T 32905-2016), of a message that arrives in pieces.
#[derive(Clone)]
pub struct Sm3Hasher(Pass<Sm3>);

impl Default for Sm3Hasher {
    fn default() -> Self {
        Sm3Hasher(Pass::new(Sm3::new()))
    }
}

impl Sm3Hasher {
    /// A hasher of the empty message.
    pub fn new() -> Self {
        Sm3Hasher::default()
    }

    /// Appends `bytes` to the message.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of the message.
    pub fn finish(self) -> [u8; 32] {
        self.0.finish()
    }
}
