//! Document time-stamps (EN 319 142-1 §5.4.3): the step to B-LTA, and every renewal after it.

use rfc3161_client::{Token, token_of};
use sha2::{Digest as _, Sha256};

use fidem_pdf::Object;

use crate::contents::{Draft, Unfilled};
use crate::error::SignError;
use crate::field::{self, Form, SignatureField};
use crate::sign::{SignFailure, StampSource};
use crate::update::{Update, name};

/// What the fields of document time-stamps are called, before their number.
const FIELD: &str = "ArchiveTimeStamp";
/// What a screen reader would say of them.
const LABEL: &str = "存档时间戳 Archive time-stamp";

/// A file that lacks nothing but a token over [`Self::imprint`].
#[derive(Debug, Clone)]
pub struct PreparedStamp {
    unfilled: Unfilled,
    imprint: [u8; 32],
}

/// Appends a document time-stamp with room for a token of `token_room` octets.
///
/// # Errors
/// [`SignError`].
pub fn prepare_time_stamp(pdf: &[u8], token_room: usize) -> Result<PreparedStamp, SignError> {
    let mut update = Update::of(pdf)?;
    let names: Vec<String> = Form::read(&update)?
        .signature_fields(&update)?
        .into_iter()
        .map(|found| found.name)
        .collect();
    let free = (1..=names.len() + 1)
        .map(|number| format!("{FIELD}{number}"))
        .find(|name| !names.contains(name));
    let field = SignatureField {
        name: free.unwrap_or_default(),
        label: LABEL.to_owned(),
        place: None,
    };
    let widget = field::declare(&mut update, &field)?;
    let value = update.reserve();
    let mut dictionary = update.current_dictionary(Some(&Object::Reference(widget)), "widget")?;
    dictionary.set("V", Object::Reference(value));
    update.put(widget, Object::Dictionary(dictionary));
    let entries = [
        ("Type", name("DocTimeStamp")),
        ("Filter", name("Adobe.PPKLite")),
        ("SubFilter", name("ETSI.RFC3161")),
    ];
    let unfilled = Unfilled::write(update, value, Draft::of(&entries, token_room))?;
    let imprint = unfilled
        .covered()
        .iter()
        .fold(Sha256::new(), |hash, part| hash.chain_update(part))
        .finalize()
        .into();
    Ok(PreparedStamp { unfilled, imprint })
}

impl PreparedStamp {
    /// What the token must be over: SHA-256 of all but the token's own place.
    #[must_use]
    pub fn imprint(&self) -> &[u8; 32] {
        &self.imprint
    }

    /// Offsets and lengths of what is covered, as they stand in the file.
    #[must_use]
    pub fn byte_range(&self) -> [usize; 4] {
        self.unfilled.byte_range()
    }

    /// The stamped file.
    ///
    /// # Errors
    /// [`SignError::TimeStamp`] or [`SignError::Room`].
    pub fn finish(self, token: &[u8]) -> Result<Vec<u8>, SignError> {
        let token = checked_token(token, &self.imprint)?;
        self.unfilled.fill(&token)
    }
}

/// [`prepare_time_stamp`], the token, and [`PreparedStamp::finish`] in one.
///
/// # Errors
/// [`SignFailure`].
pub fn time_stamp<E>(
    pdf: &[u8],
    token_room: usize,
    stamp: StampSource<'_, E>,
) -> Result<Vec<u8>, SignFailure<E>> {
    let prepared = prepare_time_stamp(pdf, token_room)?;
    let token = stamp(prepared.imprint()).map_err(SignFailure::Stamp)?;
    Ok(prepared.finish(&token)?)
}

/// The token alone, out of a response where it is one, when it is over this digest.
pub(crate) fn checked_token(bytes: &[u8], imprint: &[u8; 32]) -> Result<Vec<u8>, SignError> {
    let token = token_of(bytes).map_err(|_| SignError::TimeStamp)?;
    let parsed = Token::parse(token).map_err(|_| SignError::TimeStamp)?;
    let over = parsed.tst_info().message_imprint.imprint();
    let is_over = over.is_some_and(|over| {
        over.algorithm == rfc3161_client::DigestAlgorithm::Sha256 && over.value == imprint
    });
    match is_over {
        true => Ok(token.to_vec()),
        false => Err(SignError::TimeStamp),
    }
}
