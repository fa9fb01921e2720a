//! Names that promise a secret.

/// Wherever they stand in a name, once it is in lower case and without `-`, `_` and blanks.
const WITHIN: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "csrf",
    "xsrf",
    "apikey",
    "accesskey",
    "privatekey",
    "sessionid",
    "sessid",
    "sessionkey",
    "authcode",
    "authkey",
    "verifycode",
    "verificationcode",
    "smscode",
    "captcha",
    "credential",
    "密码",
    "口令",
    "验证码",
    "校验码",
    "令牌",
    "密钥",
];
/// As a word of their own: within others they mean nothing (`shipping`, `passage`).
const WORDS: &[&str] = &[
    "pass", "pwd", "pw", "pin", "otp", "totp", "sid", "session", "jwt", "cvv", "cvc", "auth",
    "mima",
];
/// Headers beyond the names above.
const HEADERS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "x-auth",
    "x-session",
];
/// Headers that only talk about secrets.
const HARMLESS: &[&str] = &["www-authenticate", "proxy-authenticate", "clear-site-data"];

/// Whether the value of a field of this name is a secret; `more` are names given by the caller, in any case of letters.
pub(super) fn is_secret_field(name: &str, more: &[String]) -> bool {
    more.iter().any(|m| m.to_lowercase() == name.to_lowercase())
        || contains(name)
        || words(name).iter().any(|w| WORDS.contains(&w.as_str()))
}

/// Whether the value of a header of this name is a secret, cookies aside.
pub(super) fn is_secret_header(name: &str, more: &[String]) -> bool {
    let lower = name.to_ascii_lowercase();
    if HARMLESS.contains(&lower.as_str()) || lower.starts_with("access-control-") {
        return false;
    }
    more.iter().any(|m| m.to_lowercase() == lower)
        || HEADERS.contains(&lower.as_str())
        || lower.starts_with("x-auth-")
        || contains(name)
}

/// Headers whose value is an address.
pub(super) fn is_address_header(name: &str) -> bool {
    ["referer", "location", "content-location", "refresh", "link"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

fn contains(name: &str) -> bool {
    let plain: String = name
        .to_lowercase()
        .chars()
        .filter(|c| !matches!(c, '-' | '_' | ' ' | '.'))
        .collect();
    WITHIN.iter().any(|known| plain.contains(known))
}

/// `userPin`, `user_pin`, `user[pin]` have the words `user` and `pin`.
fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut lower_before = false;
    for c in name.chars() {
        let starts = c.is_uppercase() && lower_before;
        if !c.is_alphanumeric() || starts {
            out.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), out.last_mut()) {
            word.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase() || c.is_numeric();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in [
            "password",
            "user_password",
            "Passwd",
            "pin",
            "cardPin",
            "user[pin]",
            "access_token",
            "OTP",
            "PHPSESSID",
            "sid",
            "密码",
            "登录口令",
            "验证码",
            "x-csrf-token",
            "client-secret",
        ] {
            assert!(is_secret_field(name, &[]), "{name}");
        }
        for name in [
            "shipping", "passage", "opinion", "user", "q", "side", "author", "编号",
        ] {
            assert!(!is_secret_field(name, &[]), "{name}");
        }
        assert!(is_secret_field("Kennwort", &["kennwort".to_owned()]));
        for name in [
            "Authorization",
            "X-Api-Key",
            "X-Auth-Token",
            "X-CSRF-Token",
            "X-XSRF-TOKEN",
        ] {
            assert!(is_secret_header(name, &[]), "{name}");
        }
        for name in [
            "WWW-Authenticate",
            "Accept",
            "Access-Control-Allow-Headers",
            "Sec-WebSocket-Key",
        ] {
            assert!(!is_secret_header(name, &[]), "{name}");
        }
    }
}
