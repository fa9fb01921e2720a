//! Proofs that the processor has certain instructions. They can only be made by looking.

use super::Lanes;

/// The SHA extensions, and the small instructions used beside them.
#[derive(Clone, Copy)]
pub(crate) struct ShaNi(());

/// 256-bit integer vectors.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

/// 512-bit integer vectors, with operations on bytes.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl ShaNi {
    fn look() -> Option<Self> {
        let found = is_x86_feature_detected!("sha")
            && is_x86_feature_detected!("sse4.1")
            && is_x86_feature_detected!("ssse3")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2");
        found.then_some(ShaNi(()))
    }
}

impl Avx2 {
    fn look() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Avx2(()))
    }
}

impl Avx512 {
    fn look() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw");
        found.then_some(Avx512(()))
    }
}

/// What the kernels of one choice may use.
#[derive(Clone, Copy)]
pub(crate) struct Proofs {
    pub(crate) sha_ni: Option<ShaNi>,
    pub(crate) avx2: Option<Avx2>,
    pub(crate) avx512: Option<Avx512>,
}

impl Proofs {
    /// What `lanes` allows and this processor has.
    pub(crate) fn new(lanes: Lanes) -> Self {
        Proofs {
            sha_ni: ShaNi::look().filter(|_| lanes >= Lanes::ShaNi),
            avx2: Avx2::look().filter(|_| lanes >= Lanes::Avx2),
            avx512: Avx512::look().filter(|_| lanes >= Lanes::Avx512),
        }
    }

    /// Whether the instructions that give `lanes` its name are among them.
    pub(super) fn reaches(&self, lanes: Lanes) -> bool {
        match lanes {
            Lanes::Scalar => true,
            Lanes::ShaNi => self.sha_ni.is_some(),
            Lanes::Avx2 => self.avx2.is_some(),
            Lanes::Avx512 => self.avx512.is_some(),
        }
    }
}
