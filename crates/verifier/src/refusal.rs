//! Why a request has no report.

use fidem_package::SourceError;
use fidem_verify::{Language, TrustError};

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Refusal {
    /// Lengths that do not fit the buffer, or no options and subject.
    #[error("the request does not consist of length-prefixed parts")]
    Parts,
    /// Options that are not those of a request.
    #[error("the options are unreadable: {0}")]
    Options(String),
    /// Names and files that do not go together.
    #[error("{named} files are named and {given} are handed in")]
    Files {
        /// Names in the options, and the subject.
        named: usize,
        /// Parts after the options.
        given: usize,
    },
    /// A time in another form.
    #[error("a time is RFC 3339, not {0}")]
    Time(String),
    /// A digest in another form.
    #[error("a digest is ALGORITHM:HEX, not {0}")]
    Digest(String),
    /// A trust file or a run of headers that is not read whole.
    #[error("{name} has {size} octets, more than are read")]
    TooLarge {
        /// The file.
        name: String,
        /// Its octets.
        size: u64,
    },
    /// Octets that the host did not give.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A digest stands in place of data.
    #[error("a digest and data exclude each other")]
    DigestAndData,
    /// Trust that cannot be read.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

impl Refusal {
    /// The answer in place of a report.
    pub(crate) fn to_json(&self, language: Language) -> serde_json::Value {
        let message = match language {
            Language::Chinese => self.chinese(),
            Language::English => self.to_string(),
        };
        serde_json::json!({"error": {"code": self.code(), "message": message}})
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Trust(_) => "trust",
            _ => "usage",
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Parts => "请求的格式有误：各部分的长度与数据不符。".to_owned(),
            Self::Options(reason) => format!("无法读取核验选项：{reason}"),
            Self::Files { named, given } => {
                format!("所列文件数（{named}）与提交的文件数（{given}）不一致。")
            }
            Self::Time(text) => format!("时间应为 RFC 3339 格式：{text}"),
            Self::Digest(text) => format!("校验值应为“算法:十六进制”：{text}"),
            Self::TooLarge { name, size } => format!("{name} 有 {size} 字节，过大，未予读取。"),
            Self::Source(error) => format!("文件无法读取：{error}"),
            Self::DigestAndData => "校验值与原始文件只能选用其一。".to_owned(),
            Self::Trust(TrustError::Unreadable { name, reason }) => {
                format!("{name} 既不是信任文件，也不是 PEM 证书：{reason}")
            }
            Self::Trust(TrustError::Digest { root }) => {
                format!("信任根“{root}”的校验值与其证书不符。")
            }
            Self::Trust(other) => format!("无法读取信任根：{other}"),
        }
    }
}
