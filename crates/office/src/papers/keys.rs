//! Where keys that sign are, and whose they are.

use std::path::Path;

use fidem_signing::{Driver, KeyName, Pkcs11Key, Pkcs12Key, SignKey, TokenName};

use crate::{OfficeError, Result};

/// Largest key file read, octets.
const KEY_FILE: u64 = 1 << 20;

/// Where the key is. Passphrase and PIN are used once.
pub enum KeyPlace<'a> {
    /// A PKCS#12 file.
    File {
        /// The file.
        path: &'a Path,
        /// Its passphrase.
        passphrase: &'a str,
    },
    /// A PKCS#11 token, such as a UKey.
    Token {
        /// The driver.
        driver: &'a Path,
        /// Label of the token.
        token: &'a str,
        /// Label of the key, where there are several.
        key: Option<&'a str>,
        /// Its PIN.
        pin: &'a str,
    },
}

pub(super) fn open_key(place: &KeyPlace<'_>) -> Result<Box<dyn SignKey>> {
    let refused = |error: fidem_signing::KeyError| OfficeError::Signing {
        reason: error.to_string(),
    };
    match place {
        KeyPlace::File { path, passphrase } => {
            let too_large = std::fs::metadata(path).is_ok_and(|m| m.len() > KEY_FILE);
            if too_large {
                return Err(OfficeError::Signing {
                    reason: format!("{}: no key file", path.display()),
                });
            }
            let file = std::fs::read(path).map_err(|e| OfficeError::io(path, &e))?;
            let key = Pkcs12Key::open(&file, passphrase).map_err(refused)?;
            Ok(Box::new(key))
        }
        KeyPlace::Token {
            driver,
            token,
            key,
            pin,
        } => {
            let driver = Driver::load(driver).map_err(refused)?;
            let name = key.map_or(KeyName::Only, KeyName::Label);
            let key = Pkcs11Key::open(&driver, TokenName::Label(token), name, pin);
            Ok(Box::new(key.map_err(refused)?))
        }
    }
}

/// The common name is the person's, or the person's with what an authority puts behind it, such as `张三@3301…`.
pub(super) fn bears(subject: &str, person: &str) -> bool {
    let names = subject
        .split(", ")
        .filter_map(|part| part.strip_prefix("CN="));
    names.into_iter().any(|name| {
        let rest = name.strip_prefix(person);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::bears;

    #[test]
    fn a_name_that_only_begins_alike_is_another() {
        assert!(bears("C=CN, CN=张三", "张三"));
        assert!(bears("CN=张三@330100, C=CN", "张三"));
        assert!(!bears("C=CN, CN=张三丰", "张三"));
        assert!(!bears("C=CN, O=张三, CN=李四", "张三"));
        assert!(!bears("", "张三"));
    }
}
