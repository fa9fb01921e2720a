//! Source classes (来源类别) and the scope of proof (证明范围) that follows from them.
//!
//! A chain cannot make a false source true: what is known of the source is computed from facts, fixed at intake, and
//! can only be lowered afterwards.

use serde::{Deserialize, Serialize};

/// What is proved at most (law: doctrine on preservation; names P0…P3 are ours).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProofScope {
    /// Receipt registered only.
    P0,
    /// These bytes existed at or before a time and have not changed since.
    P1,
    /// The process of obtaining, as recorded.
    P2,
    /// Officers personally observed what was displayed.
    P3,
}

impl ProofScope {
    /// `P0` … `P3`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::P0 => "P0",
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
        }
    }
}

/// Where an item came from. Computed by [`crate::Facts::class`]; never chosen upward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SourceClass {
    /// Captured online by the office with its own machine and network, clean check passed.
    A,
    /// Captured by the office on another machine or network, clean check recorded.
    #[serde(rename = "A-")]
    AMinus,
    /// On site, two officers present.
    B,
    /// Supplied by a party.
    C,
    /// Fed by a registered device.
    D,
    /// Output of an algorithm.
    E,
    /// A third party's archive or platform record.
    F,
    /// Scan of paper originals shown to the office.
    G,
}

impl SourceClass {
    /// All eight, in the order of the letters.
    pub const ALL: [Self; 8] = [
        Self::A,
        Self::AMinus,
        Self::B,
        Self::C,
        Self::D,
        Self::E,
        Self::F,
        Self::G,
    ];

    /// The letter on screen and paper.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::AMinus => "A-",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
            Self::F => "F",
            Self::G => "G",
        }
    }

    /// Reads the letter.
    #[must_use]
    pub fn from_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == letter)
    }

    /// The widest scope of proof that the class supports.
    #[must_use]
    pub fn max_scope(self) -> ProofScope {
        match self {
            Self::A | Self::B => ProofScope::P3,
            Self::AMinus | Self::F | Self::G => ProofScope::P2,
            Self::C | Self::D | Self::E => ProofScope::P1,
        }
    }

    /// Whether the office may set `to` instead, as a lowering.
    ///
    /// # Errors
    /// [`ClassRefused`] when `to` is the same or claims more.
    pub fn lower_to(self, to: Self) -> Result<Self, ClassRefused> {
        let lower = to.max_scope() < self.max_scope() || (to == Self::C && self != Self::C);
        match lower {
            true => Ok(to),
            false => Err(ClassRefused {
                computed: self,
                wanted: to,
            }),
        }
    }

    /// Name on screen, Chinese and English.
    #[must_use]
    pub fn name(self) -> (&'static str, &'static str) {
        match self {
            Self::A => ("本处在线取证", "Captured online by this office"),
            Self::AMinus => (
                "本处取证（非本处环境）",
                "Captured by this office in another environment",
            ),
            Self::B => ("现场取证", "Obtained on site"),
            Self::C => ("当事人提交", "Supplied by a party"),
            Self::D => ("设备直传", "Fed by a device"),
            Self::E => ("算法结果", "Result of an algorithm"),
            Self::F => ("第三方存档", "Third-party archive"),
            Self::G => ("电子化副本", "Scan of paper originals"),
        }
    }

    /// The short sentence shown beside every item, larger than any hash.
    #[must_use]
    pub fn short_sentence(self) -> (&'static str, &'static str) {
        match self {
            Self::A => (
                "本处工作人员以本处设备及网络取得",
                "Obtained by this office with its own equipment and network",
            ),
            Self::AMinus => (
                "本处工作人员取得，设备或网络非本处所有",
                "Obtained by this office; equipment or network not its own",
            ),
            Self::B => (
                "由两名工作人员在场取得",
                "Obtained on site with two officers present",
            ),
            Self::C => (
                "当事人提交，本处未核实",
                "Supplied by a party; not verified by this office",
            ),
            Self::D => (
                "设备签名上传，所感知之事实未核实",
                "Signed by a device; what it sensed is not verified",
            ),
            Self::E => (
                "算法输出，非原始记录",
                "Output of an algorithm, not an original record",
            ),
            Self::F => (
                "第三方形成的存档，本处仅证明取得过程",
                "Formed by a third party; only the obtaining is recorded",
            ),
            Self::G => (
                "申请人出示原件，由本处扫描核对",
                "Scanned by this office from originals shown to it",
            ),
        }
    }

    /// What a certificate must say of the class (law: research on source classes, R-023).
    #[must_use]
    pub fn certificate_sentence(self) -> (&'static str, &'static str) {
        match self {
            Self::A => (
                "本处工作人员使用本处设备及网络访问所载网址，屏幕所示及所附数据为当时取得的内容。不证明该内容由何人发布、是否真实。",
                "The office accessed the address with its own equipment and network; the attached data is what was received then. Authorship and truth of the content are not proved.",
            ),
            Self::AMinus => (
                "本处工作人员使用非本处所有的设备或网络取得，已作清洁性检查，检查结果见附件。不证明该内容由何人发布、是否真实。",
                "Obtained by the office with equipment or a network not its own; a clean-environment check was made and is attached. Authorship and truth of the content are not proved.",
            ),
            Self::B => (
                "由两名工作人员在场，按现场记录所载过程取得。不证明所涉事实的成因及其真实性。",
                "Obtained with two officers present, by the process in the on-site record. The cause and truth of the facts concerned are not proved.",
            ),
            Self::C => (
                "本处仅证明收到该文件的时间及收到后未被改动；文件形成过程由提交人陈述，本处未予核实。",
                "Only the time of receipt and the absence of change since are proved; how the file came about is the submitter’s statement, which this office has not verified.",
            ),
            Self::D => (
                "数据由所载编号的设备签名上传；不证明设备所感知之事实真实，不证明设备未被遮挡、移位或模拟输入。",
                "The data was uploaded under the signature of the device named; it is not proved that what the device sensed is true, nor that it was not covered, moved or fed simulated input.",
            ),
            Self::E => (
                "该数据为所载算法（名称、版本）的输出，非原始记录；原始数据是否留存见来源记载。",
                "The data is the output of the algorithm named, not an original record; whether raw data is kept is stated under source.",
            ),
            Self::F => (
                "本处证明自所载网站或平台取得该存档之过程；存档本身由第三方形成。",
                "The obtaining of the archive from the site or platform named is proved; the archive itself was formed by a third party.",
            ),
            Self::G => (
                "本处将申请人出示的原件逐页扫描，与原件核对一致。不证明原件本身的真实性。",
                "The office scanned the originals shown by the applicant page by page and found the scan equal to them. The genuineness of the originals is not proved.",
            ),
        }
    }
}

/// A class that claims more than the facts support.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("class {} cannot be set: the facts give {}", wanted.as_str(), computed.as_str())]
pub struct ClassRefused {
    /// What the facts give.
    pub computed: SourceClass,
    /// What was asked for.
    pub wanted: SourceClass,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r021_r022_a_class_is_only_ever_lowered() {
        assert_eq!(
            SourceClass::A.lower_to(SourceClass::AMinus),
            Ok(SourceClass::AMinus)
        );
        assert_eq!(SourceClass::G.lower_to(SourceClass::C), Ok(SourceClass::C));
        for to in SourceClass::ALL {
            assert!(SourceClass::C.lower_to(to).is_err(), "C -> {to:?}");
        }
        assert!(SourceClass::AMinus.lower_to(SourceClass::A).is_err());
        assert!(SourceClass::A.lower_to(SourceClass::B).is_err());
    }

    #[test]
    fn letters_read_back() {
        for class in SourceClass::ALL {
            assert_eq!(SourceClass::from_letter(class.as_str()), Some(class));
        }
    }
}
