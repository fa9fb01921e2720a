//! Time-stamp requests (RFC 3161 §2.4.1) written byte by byte, so that tests of readers and writers
//! do not depend on either; and the edits with which an authority is made to lie.

/// The digest algorithm of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Imprint {
    /// SHA-256.
    Sha256,
    /// SM3.
    Sm3,
}

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
/// BOOLEAN TRUE.
const CERTIFICATES_WANTED: [u8; 3] = [0x01, 0x01, 0xff];
const VERSION_1: [u8; 3] = [INTEGER, 0x01, 0x01];

impl Imprint {
    /// AlgorithmIdentifier with NULL parameters.
    fn algorithm(self) -> Vec<u8> {
        let identifier: &[u8] = match self {
            Self::Sha256 => &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01],
            Self::Sm3 => &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11],
        };
        element(
            SEQUENCE,
            [element(0x06, identifier.to_vec()), vec![0x05, 0x00]].concat(),
        )
    }
}

/// A request in DER for a 32-byte digest, with a nonce and with certificates wanted.
pub fn request(imprint: Imprint, digest: &[u8; 32], nonce: u32) -> Vec<u8> {
    let message_imprint = element(
        SEQUENCE,
        [imprint.algorithm(), element(OCTET_STRING, digest.to_vec())].concat(),
    );
    // five bytes with a first one that keeps the number positive and the encoding shortest
    let nonce = [&[0x01][..], &nonce.to_be_bytes()].concat();
    let fields = [
        VERSION_1.to_vec(),
        message_imprint,
        element(INTEGER, nonce),
        CERTIFICATES_WANTED.to_vec(),
    ];
    element(SEQUENCE, fields.concat())
}

/// The request with one bit of its digest changed.
pub(crate) fn with_other_imprint(request: &[u8]) -> Option<Vec<u8>> {
    edited(request, |fields| {
        let imprint = fields.get_mut(1)?;
        *imprint.last_mut()? ^= 0x01;
        Some(())
    })
}

/// The request with one bit of its nonce changed.
pub(crate) fn with_other_nonce(request: &[u8]) -> Option<Vec<u8>> {
    edited(request, |fields| {
        let nonce = fields
            .iter_mut()
            .skip(2)
            .find(|field| field.first() == Some(&INTEGER))?;
        *nonce.last_mut()? ^= 0x01;
        Some(())
    })
}

/// The request without its nonce.
pub(crate) fn without_nonce(request: &[u8]) -> Option<Vec<u8>> {
    edited(request, |fields| {
        let mut position = 0;
        fields.retain(|field| {
            position += 1;
            position <= 2 || field.first() != Some(&INTEGER)
        });
        Some(())
    })
}

fn edited(request: &[u8], edit: impl FnOnce(&mut Vec<Vec<u8>>) -> Option<()>) -> Option<Vec<u8>> {
    let (SEQUENCE, contents, []) = split(request)? else {
        return None;
    };
    let mut fields = Vec::new();
    let mut rest = contents;
    while !rest.is_empty() {
        let (_, _, behind) = split(rest)?;
        let length = rest.len() - behind.len();
        fields.push(rest.get(..length)?.to_vec());
        rest = behind;
    }
    edit(&mut fields)?;
    Some(element(SEQUENCE, fields.concat()))
}

/// Tag, contents and what follows the first element.
fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81 => rest
            .split_first()
            .map(|(length, rest)| (usize::from(*length), rest))?,
        _ => return None,
    };
    let (contents, behind) = rest.split_at_checked(length)?;
    Some((*tag, contents, behind))
}

fn element(tag: u8, contents: Vec<u8>) -> Vec<u8> {
    let mut bytes = vec![tag];
    let length = contents.len().to_be_bytes();
    let significant: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    match significant.as_slice() {
        [] => bytes.push(0),
        [short] if *short < 0x80 => bytes.push(*short),
        long => {
            bytes.push(0x80 | u8::try_from(long.len()).unwrap_or(0x7f));
            bytes.extend(long);
        }
    }
    bytes.extend(contents);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_change_what_they_name_and_nothing_else() {
        let plain = request(Imprint::Sha256, &[7; 32], 5);
        assert_eq!(plain, edited(&plain, |_| Some(())).expect("readable"));

        let other = with_other_imprint(&plain).expect("edited");
        assert_eq!(
            other,
            request(
                Imprint::Sha256,
                &{
                    let mut digest = [7; 32];
                    digest[31] = 6;
                    digest
                },
                5
            )
        );
        assert_eq!(
            with_other_nonce(&plain),
            Some(request(Imprint::Sha256, &[7; 32], 4))
        );
        let without = without_nonce(&plain).expect("edited");
        assert_eq!(without.len(), plain.len() - 7);
    }

    #[test]
    fn what_is_no_request_is_not_edited() {
        assert_eq!(with_other_nonce(b"GET"), None);
        assert_eq!(with_other_imprint(&[SEQUENCE, 0]), None);
    }
}
