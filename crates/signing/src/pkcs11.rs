//! Keys in cards, UKeys and HSMs, through the driver that their maker supplies (OASIS PKCS #11 v2.40 and 3.x).

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;
use sha2::{Digest as _, Sha256};

use crate::algorithm::Algorithm;
use crate::certificate::{Certificate, chain_of, completed};
use crate::der::{self, oid};
use crate::key::{KeyError, PinTries, SignKey};

/// Most certificates read from one token.
const MAX_CERTIFICATES: usize = 64;

/// Drivers that are loaded. One is initialised once in a process and stays: unloading it while its threads run, or while
/// another key uses it, is more than drivers bear.
static LOADED: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// The driver of a maker of tokens.
#[derive(Debug, Clone)]
pub struct Driver {
    context: Pkcs11,
}

/// A token that is plugged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its label.
    pub label: String,
    /// Its serial number.
    pub serial: String,
    /// Who made it.
    pub manufacturer: String,
    /// Which model it is.
    pub model: String,
    /// What it says of further tries of the PIN.
    pub tries: PinTries,
    /// Whether it is locked after too many wrong PINs.
    pub is_locked: bool,
}

/// A certificate on a token, which anyone may read without the PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenCertificate {
    /// Its label (`CKA_LABEL`).
    pub label: String,
    /// Its identifier, which it shares with its key (`CKA_ID`).
    pub id: Vec<u8>,
    /// The certificate in DER.
    pub der: Vec<u8>,
}

/// Which token is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenName<'a> {
    /// The one with this label.
    Label(&'a str),
    /// The one with this serial number.
    Serial(&'a str),
}

/// Which key of the token is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyName<'a> {
    /// The only one there is.
    Only,
    /// The one with this label (`CKA_LABEL`).
    Label(&'a str),
    /// The one with this identifier (`CKA_ID`).
    Id(&'a [u8]),
}

impl Driver {
    /// Loads the driver at this path. What is loaded runs with the rights of the program: the path is the office's to give.
    ///
    /// # Errors
    /// [`KeyError::Driver`].
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let failed = |error: Error| KeyError::Driver {
            path: path.display().to_string(),
            reason: error.to_string(),
        };
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(context) = loaded.get(path) {
            return Ok(Self {
                context: context.clone(),
            });
        }
        let context = Pkcs11::new(path).map_err(failed)?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(failed(error)),
        }
        loaded.insert(path.to_owned(), context.clone());
        Ok(Self { context })
    }

    /// The tokens that are plugged in.
    ///
    /// # Errors
    /// [`KeyError::Token`].
    pub fn tokens(&self) -> Result<Vec<Token>, KeyError> {
        let slots = self.slots()?;
        Ok(slots.iter().map(|(_, info)| describe(info)).collect())
    }

    /// The certificates on a token.
    ///
    /// # Errors
    /// [`KeyError::TokenMissing`] and [`KeyError::Token`].
    pub fn certificates(&self, token: TokenName<'_>) -> Result<Vec<TokenCertificate>, KeyError> {
        let slot = self.slot(token)?;
        certificates(&self.context.open_ro_session(slot).map_err(said)?)
    }

    fn slots(&self) -> Result<Vec<(Slot, TokenInfo)>, KeyError> {
        let slots = self.context.get_slots_with_token().map_err(said)?;
        let slots = slots.into_iter().map(|slot| {
            let info = self.context.get_token_info(slot).map_err(said)?;
            Ok((slot, info))
        });
        // an uninitialised token has no name and no keys
        slots
            .filter(|slot| !matches!(slot, Ok((_, info)) if !info.token_initialized()))
            .collect()
    }

    fn slot(&self, token: TokenName<'_>) -> Result<Slot, KeyError> {
        let slots = self.slots()?;
        let found = slots.iter().find(|(_, info)| match token {
            TokenName::Label(label) => info.label() == label,
            TokenName::Serial(serial) => info.serial_number() == serial,
        });
        found.map(|(slot, _)| *slot).ok_or_else(|| {
            let (TokenName::Label(wanted) | TokenName::Serial(wanted)) = token;
            KeyError::TokenMissing {
                wanted: wanted.to_owned(),
                present: slots
                    .iter()
                    .map(|(_, info)| info.label().to_owned())
                    .collect(),
            }
        })
    }
}

/// A private key on a token, unlocked until it is dropped.
pub struct Pkcs11Key {
    session: Session,
    handle: ObjectHandle,
    algorithm: Algorithm,
    chain: Vec<Vec<u8>>,
}

impl Pkcs11Key {
    /// Unlocks a token with its PIN and finds the key and its certificate.
    ///
    /// # Errors
    /// [`KeyError::TokenMissing`], [`KeyError::WrongPin`], [`KeyError::PinLocked`], [`KeyError::KeyMissing`] and others.
    pub fn open(
        driver: &Driver,
        token: TokenName<'_>,
        key: KeyName<'_>,
        pin: &str,
    ) -> Result<Self, KeyError> {
        let slot = driver.slot(token)?;
        let session = driver.context.open_ro_session(slot).map_err(said)?;
        let pin = AuthPin::from(pin.to_owned());
        login(&session, &pin).map_err(|error| refused(driver, slot, error))?;
        let handle = find_key(&session, key)?;
        let certificates = certificates(&session)?;
        let leaf = certificate_of(&session, handle, &certificates)?;
        let leaf = leaf.ok_or_else(|| missing(key))?;
        let leaf = Certificate::parse(&leaf.der).ok_or(KeyError::Certificate)?;
        let algorithm = Algorithm::of_key(&leaf.key)
            .filter(|algorithm| *algorithm != Algorithm::Sm2Sm3)
            .ok_or(KeyError::Unsupported)?;
        let heap: Vec<Certificate> = certificates
            .iter()
            .filter_map(|one| Certificate::parse(&one.der))
            .collect();
        Ok(Self {
            session,
            handle,
            algorithm,
            chain: chain_of(&leaf, &heap),
        })
    }

    /// Completes a chain of which only a part is at hand, by certificates in DER from elsewhere.
    #[must_use]
    pub fn with_certificates(mut self, others: &[Vec<u8>]) -> Self {
        self.chain = completed(&self.chain, others);
        self
    }
}

impl SignKey for Pkcs11Key {
    fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn sign(&self, to_be_signed: &[u8]) -> Result<Vec<u8>, KeyError> {
        match self.algorithm {
            Algorithm::RsaSha256 => self.sign_rsa(to_be_signed),
            Algorithm::EcdsaP256Sha256 | Algorithm::EcdsaP384Sha384 => {
                let digest = self.algorithm.digest(to_be_signed);
                let pair = self.with(&Mechanism::Ecdsa, &digest)?;
                ecdsa_value(&pair).ok_or(KeyError::Refused)
            }
            Algorithm::Sm2Sm3 => Err(KeyError::Unsupported),
        }
    }
}

impl Pkcs11Key {
    /// Old tokens pad and do not hash: they get the `DigestInfo` (RFC 8017 §9.2).
    fn sign_rsa(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signed = self
            .session
            .sign(&Mechanism::Sha256RsaPkcs, self.handle, message);
        match signed {
            Err(Error::Pkcs11(RvError::MechanismInvalid, _)) => {
                let algorithm = der::sequence(&[&der::object(oid::SHA256), der::NULL]);
                let digest = der::element(der::OCTET_STRING, &[&Sha256::digest(message)]);
                let info = der::sequence(&[&algorithm, &digest]);
                self.with(&Mechanism::RsaPkcs, &info)
            }
            other => other.map_err(said),
        }
    }

    fn with(&self, mechanism: &Mechanism<'_>, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.session
            .sign(mechanism, self.handle, data)
            .map_err(said)
    }
}

impl Drop for Pkcs11Key {
    /// The token asks for the PIN again, whoever comes next.
    fn drop(&mut self) {
        // a token that was pulled out has nothing left to lock
        let _ = self.session.logout();
    }
}

impl fmt::Debug for Pkcs11Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs11Key")
            .field("algorithm", &self.algorithm)
            .field("certificates", &self.chain.len())
            .finish_non_exhaustive()
    }
}

/// A login holds for every session of the process: one that is there already was another person's, and says nothing of
/// this PIN.
fn login(session: &Session, pin: &AuthPin) -> Result<(), Error> {
    match session.login(UserType::User, Some(pin)) {
        Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
            session.logout()?;
            session.login(UserType::User, Some(pin))
        }
        other => other,
    }
}

fn refused(driver: &Driver, slot: Slot, error: Error) -> KeyError {
    let Error::Pkcs11(value, _) = &error else {
        return said(error);
    };
    match value {
        RvError::PinLocked => KeyError::PinLocked,
        RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange => {
            let info = driver.context.get_token_info(slot);
            match info.map(|info| describe(&info)) {
                Ok(token) if token.is_locked => KeyError::PinLocked,
                Ok(token) => KeyError::WrongPin { tries: token.tries },
                Err(_) => KeyError::WrongPin {
                    tries: PinTries::NotSaid,
                },
            }
        }
        _ => said(error),
    }
}

fn describe(info: &TokenInfo) -> Token {
    let tries = match (info.user_pin_final_try(), info.user_pin_count_low()) {
        (true, _) => PinTries::Last,
        (false, true) => PinTries::Few,
        (false, false) => PinTries::NotSaid,
    };
    Token {
        label: info.label().to_owned(),
        serial: info.serial_number().to_owned(),
        manufacturer: info.manufacturer_id().to_owned(),
        model: info.model().to_owned(),
        tries,
        is_locked: info.user_pin_locked(),
    }
}

fn find_key(session: &Session, key: KeyName<'_>) -> Result<ObjectHandle, KeyError> {
    let mut template = vec![Attribute::Class(ObjectClass::PRIVATE_KEY)];
    match key {
        KeyName::Only => {}
        KeyName::Label(label) => template.push(Attribute::Label(label.as_bytes().to_vec())),
        KeyName::Id(id) => template.push(Attribute::Id(id.to_vec())),
    }
    let found = session.find_objects(&template).map_err(said)?;
    match found.as_slice() {
        [] => Err(missing(key)),
        [only] => Ok(*only),
        several => Err(KeyError::SeveralKeys {
            count: several.len(),
        }),
    }
}

fn missing(key: KeyName<'_>) -> KeyError {
    let wanted = match key {
        KeyName::Only => String::new(),
        KeyName::Label(label) => label.to_owned(),
        KeyName::Id(id) => id.iter().map(|octet| format!("{octet:02x}")).collect(),
    };
    KeyError::KeyMissing { wanted }
}

/// The certificate that shares the identifier of the key, or its label where it has none.
fn certificate_of<'a>(
    session: &Session,
    key: ObjectHandle,
    certificates: &'a [TokenCertificate],
) -> Result<Option<&'a TokenCertificate>, KeyError> {
    let (id, label, _) = attributes(session, key, &[AttributeType::Id, AttributeType::Label])?;
    let by_id = certificates
        .iter()
        .find(|one| !id.is_empty() && one.id == id);
    Ok(by_id.or_else(|| {
        certificates
            .iter()
            .find(|one| !label.is_empty() && one.label == label)
    }))
}

fn certificates(session: &Session) -> Result<Vec<TokenCertificate>, KeyError> {
    let template = [Attribute::Class(ObjectClass::CERTIFICATE)];
    let handles = session.find_objects(&template).map_err(said)?;
    let wanted = [
        AttributeType::Id,
        AttributeType::Label,
        AttributeType::Value,
    ];
    let read = handles.iter().take(MAX_CERTIFICATES).map(|handle| {
        let (id, label, der) = attributes(session, *handle, &wanted)?;
        Ok(TokenCertificate { label, id, der })
    });
    read.collect()
}

/// Identifier, label and value of an object, each empty where it has none.
fn attributes(
    session: &Session,
    object: ObjectHandle,
    wanted: &[AttributeType],
) -> Result<(Vec<u8>, String, Vec<u8>), KeyError> {
    let (mut id, mut label, mut value) = (Vec::new(), String::new(), Vec::new());
    for attribute in session.get_attributes(object, wanted).map_err(said)? {
        match attribute {
            Attribute::Id(octets) => id = octets,
            Attribute::Label(octets) => label = String::from_utf8_lossy(&octets).into_owned(),
            Attribute::Value(octets) => value = octets,
            _ => {}
        }
    }
    Ok((id, label, value))
}

/// `Ecdsa-Sig-Value` of two numbers laid end to end (PKCS #11 §2.3.1, RFC 3279 §2.2.3).
fn ecdsa_value(pair: &[u8]) -> Option<Vec<u8>> {
    if pair.is_empty() || !pair.len().is_multiple_of(2) {
        return None;
    }
    let (r, s) = pair.split_at(pair.len() / 2);
    Some(der::sequence(&[&positive(r), &positive(s)]))
}

fn positive(octets: &[u8]) -> Vec<u8> {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let digits = &octets[zeros.min(octets.len().saturating_sub(1))..];
    match digits.first() {
        Some(0x80..) => der::element(der::INTEGER, &[&[0], digits]),
        _ => der::element(der::INTEGER, &[digits]),
    }
}

fn said(error: Error) -> KeyError {
    KeyError::Token {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_become_values() {
        assert_eq!(
            ecdsa_value(&[0, 1, 0x80, 2]),
            Some(vec![0x30, 8, 2, 1, 1, 2, 3, 0, 0x80, 2])
        );
        assert_eq!(ecdsa_value(&[0, 0]), Some(vec![0x30, 6, 2, 1, 0, 2, 1, 0]));
        assert_eq!(ecdsa_value(&[1, 2, 3]), None);
        assert_eq!(ecdsa_value(&[]), None);
    }
}
