//! A time-stamp token opened field by field, in words for people. Reading judges nothing: a token of anyone's making reads
//! as well as a good one, and only verification tells them apart.

use fidem_fingerprint::{hex, sha256};
use rfc3161_client::{Accuracy, ParseError, Token, UnixTime, token_of};

use crate::report::Language;

/// One field of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenField {
    /// Stable key, such as `gen-time`.
    pub key: &'static str,
    /// What it says; empty where the token says nothing.
    pub value: String,
}

impl TokenField {
    /// What the field is called.
    #[must_use]
    pub fn name(&self, language: Language) -> &'static str {
        self.words(language).0
    }

    /// What it means, and what it does not.
    #[must_use]
    pub fn meaning(&self, language: Language) -> &'static str {
        self.words(language).1
    }

    fn words(&self, language: Language) -> (&'static str, &'static str) {
        let row = FIELDS.iter().find(|(key, ..)| *key == self.key);
        match (row, language) {
            (Some((_, zh, zh_meaning, ..)), Language::Chinese) => (zh, zh_meaning),
            (Some((.., en, en_meaning)), Language::English) => (en, en_meaning),
            (None, _) => (self.key, ""),
        }
    }
}

/// Key; name and meaning in Chinese; name and meaning in English. In the order in which they are shown.
const FIELDS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "gen-time",
        "时间",
        "机构声明：下列完整性校验值不晚于此时间已经存在。不表明数据形成于此时间。",
        "Time",
        "The authority states that the digest below existed no later than this. It does not state when the data were made.",
    ),
    (
        "accuracy",
        "精度",
        "机构声明的时间误差范围；未载明的，误差未知，不视为零。",
        "Accuracy",
        "How far off the time may be by the authority's own statement; where it says nothing this is unknown, not zero.",
    ),
    (
        "imprint-algorithm",
        "摘要算法",
        "计算完整性校验值所用的算法。",
        "Digest algorithm",
        "The algorithm of the digest.",
    ),
    (
        "imprint",
        "完整性校验值",
        "机构所见的全部内容：机构没有收到数据本身。与数据的校验值相同，方可认定时间戳针对该数据。",
        "Digest",
        "All that the authority ever saw; the data themselves were not sent. Only where the data have this digest is the token about them.",
    ),
    (
        "authority",
        "时间戳服务机构",
        "签名证书所载名称。名称由上级证书签发者核对，须经证书链核验后方可采信。",
        "Authority",
        "The name in the signer's certificate, as its issuer checked it; to be relied on once the chain is verified.",
    ),
    (
        "issuer",
        "签名证书签发者",
        "为上述名称作出担保的认证机构。",
        "Issuer of its certificate",
        "The certification authority that vouches for that name.",
    ),
    (
        "certificate-from",
        "签名证书有效期起",
        "早于此时间的时间戳无效。",
        "Certificate valid from",
        "A token with an earlier time does not hold.",
    ),
    (
        "certificate-to",
        "签名证书有效期止",
        "届满前应当续期；届满后仅凭本时间戳本身不再足以证明。",
        "Certificate valid to",
        "The token is to be renewed before this; afterwards it no longer proves by itself.",
    ),
    (
        "certificate-sha256",
        "签名证书 SHA-256",
        "用于与机构公布的证书核对。",
        "SHA-256 of its certificate",
        "For comparison with what the authority publishes.",
    ),
    (
        "policy",
        "时间戳策略",
        "机构承诺依此编号的策略签发；策略内容以机构公布的为准。",
        "Policy",
        "The authority undertakes to follow the policy of this number; what it says, the authority publishes.",
    ),
    (
        "serial",
        "序列号",
        "机构内唯一，可据此向机构查询。",
        "Serial number",
        "Unique with this authority; the token can be asked after by it.",
    ),
    (
        "nonce",
        "随机数",
        "机构自请求中原样抄录的随机数；与请求相同的，表明该时间戳系为该次请求新签发。此处未作比对。",
        "Nonce",
        "A random number copied from the request; where it is that of the request, the token was made for it. Nothing is compared here.",
    ),
    (
        "signature",
        "签名算法",
        "摘要算法与签名算法；其可靠期限见到期页面。",
        "Signature",
        "The algorithms of digest and signature; the calendar of what ends tells how long they are relied on.",
    ),
    (
        "certificates",
        "所附证书",
        "随时间戳保存的证书数量，供构建证书链；所附证书不因此可信。",
        "Certificates inside",
        "How many certificates travel inside, to build the chain; they are not trusted for standing there.",
    ),
    (
        "revocation",
        "所附吊销信息",
        "随时间戳保存的吊销列表与 OCSP 响应数量；为零的，吊销状态须另行核验。",
        "Revocation data inside",
        "How many revocation lists and OCSP responses travel inside; where there is none, revocation is to be checked otherwise.",
    ),
    (
        "extensions",
        "扩展项",
        "机构附加的声明；声称的资格须与可信列表核对。",
        "Extensions",
        "Further statements of the authority; a claimed status is to be checked against a trusted list.",
    ),
    (
        "token-sha256",
        "时间戳 SHA-256",
        "本时间戳文件自身的校验值。",
        "SHA-256 of the token",
        "The digest of the token itself.",
    ),
];

/// Reads a token, or the token of a response.
///
/// # Errors
/// `ParseError` when the bytes are neither.
pub fn read_token(bytes: &[u8]) -> Result<Vec<TokenField>, ParseError> {
    let bytes = token_of(bytes).unwrap_or(bytes);
    let token = Token::parse(bytes)?;
    let values = values(&token, bytes);
    let fields = FIELDS.iter().filter_map(|(key, ..)| {
        let value = values.iter().find(|(name, _)| name == key)?.1.clone();
        Some(TokenField { key, value })
    });
    Ok(fields.collect())
}

fn values(token: &Token, bytes: &[u8]) -> Vec<(&'static str, String)> {
    let statement = token.tst_info();
    let imprint = &statement.message_imprint;
    let algorithm = imprint.imprint().map(|known| known.algorithm.name());
    let mut values = vec![
        ("gen-time", statement.gen_time.to_string()),
        (
            "accuracy",
            statement
                .accuracy
                .as_ref()
                .map(deviation)
                .unwrap_or_default(),
        ),
        (
            "imprint-algorithm",
            algorithm.map_or_else(|| imprint.algorithm_oid.clone(), str::to_owned),
        ),
        ("imprint", hex::encode(&imprint.value)),
        ("policy", statement.policy.clone()),
        ("serial", statement.serial_hex()),
        (
            "nonce",
            statement
                .nonce
                .as_deref()
                .map(hex::encode)
                .unwrap_or_default(),
        ),
        (
            "signature",
            token
                .algorithms()
                .map(|names| names.join(" · "))
                .unwrap_or_default(),
        ),
        ("certificates", token.certificates().len().to_string()),
        ("revocation", revocation(token)),
        ("extensions", extensions(token)),
        ("token-sha256", hex::encode(&sha256(bytes))),
    ];
    if let Some(signer) = token.signer() {
        values.extend([
            ("authority", signer.subject),
            ("issuer", signer.issuer),
            ("certificate-from", UnixTime::to_rfc3339(signer.not_before)),
            ("certificate-to", UnixTime::to_rfc3339(signer.not_after)),
            ("certificate-sha256", signer.sha256),
        ]);
    }
    values
}

/// Seconds, with as many places as are stated.
fn deviation(accuracy: &Accuracy) -> String {
    let micros = accuracy.total_micros();
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    format!("±{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

fn revocation(token: &Token) -> String {
    format!(
        "CRL {} · OCSP {}",
        token.revocation_lists().len(),
        token.ocsp_responses().len()
    )
}

fn extensions(token: &Token) -> String {
    let names = token
        .tst_info()
        .extensions
        .iter()
        .map(|one| one.oid.as_str());
    names.collect::<Vec<_>>().join(", ")
}
