//! Who attests a message, and where that can be looked up.

use super::OtsError;
use super::octets::{Reader, put_counted, put_number};

/// The eight octets that name a kind of attestation.
pub type Tag = [u8; 8];

const BITCOIN: Tag = [0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01];
const PENDING: Tag = [0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e];
/// Longest payload.
const MAX_PAYLOAD: usize = 8192;
/// Longest address of a calendar.
const MAX_URI: usize = 1000;

/// A claim about the message at its place in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attestation {
    /// The message is the Merkle root of the Bitcoin block of that height. The height is a hint: a header proves it.
    Bitcoin {
        /// Height as claimed.
        height: u64,
    },
    /// A calendar has promised to attest the message; nothing is proved yet.
    Pending {
        /// Address of the calendar.
        uri: String,
    },
    /// Of a kind that is not known.
    Unknown {
        /// Its kind.
        tag: Tag,
        /// Its payload.
        payload: Vec<u8>,
    },
}

impl Attestation {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, OtsError> {
        let mut tag = Tag::default();
        tag.copy_from_slice(reader.take(size_of::<Tag>())?);
        let at = reader.at();
        let payload = reader.counted(0, MAX_PAYLOAD)?;
        let mut inner = Reader::new(payload);
        let malformed = |_| OtsError::Form(at);
        let read = match tag {
            BITCOIN => Self::Bitcoin {
                height: inner.number().map_err(malformed)?,
            },
            PENDING => {
                let uri = inner.counted(0, MAX_URI).map_err(malformed)?;
                let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-._/:".contains(b);
                if !uri.iter().all(plain) {
                    return Err(OtsError::Form(at));
                }
                Self::Pending {
                    uri: String::from_utf8_lossy(uri).into_owned(),
                }
            }
            _ => {
                return Ok(Self::Unknown {
                    tag,
                    payload: payload.to_vec(),
                });
            }
        };
        match inner.is_at_end() {
            true => Ok(read),
            false => Err(OtsError::Form(at)),
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut payload = Vec::new();
        let tag = match self {
            Self::Bitcoin { height } => {
                put_number(&mut payload, *height);
                BITCOIN
            }
            Self::Pending { uri } => {
                put_counted(&mut payload, uri.as_bytes());
                PENDING
            }
            Self::Unknown { tag, payload: kept } => {
                payload.clone_from(kept);
                *tag
            }
        };
        out.extend_from_slice(&tag);
        put_counted(out, &payload);
    }
}
