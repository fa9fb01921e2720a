//! The recovery sheet: a secret of 160 bits that a person can copy from paper without mistakes.
//!
//! Eight groups of five characters of Crockford's base 32 (no I, L, O, U). The fifth of each group is a check character
//! over GF(32) with a different factor for each place and a constant for each group, so that one wrong character, two
//! swapped characters and two swapped groups are each found, and found in their group.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::{CasebookError, Result};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Groups on a sheet.
const GROUPS: usize = 8;
/// Characters that carry the secret in each group.
const DATA: usize = 4;
/// Bytes of the secret: 8 groups × 4 characters × 5 bits.
pub(crate) const SECRET_LEN: usize = GROUPS * DATA * 5 / 8;

/// What is printed once, when the office is made, and kept on paper in a sealed envelope. It opens the casebook when
/// every passphrase is lost. It is wiped from memory when dropped and never written in clear.
pub struct RecoverySheet {
    text: Zeroizing<String>,
}

impl RecoverySheet {
    /// Eight groups of five characters with hyphens between them. Show it once; store it nowhere.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn of(secret: &[u8; SECRET_LEN]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(GROUPS * (DATA + 2)));
        for (index, group) in symbols(secret).chunks_exact(DATA).enumerate() {
            if index > 0 {
                text.push('-');
            }
            for symbol in group.iter().copied().chain([check(index, group)]) {
                text.push(char::from(ALPHABET[usize::from(symbol & 31)]));
            }
        }
        Self { text }
    }
}

impl fmt::Debug for RecoverySheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoverySheet(…)")
    }
}

/// Reads a sheet as typed: case, spaces and hyphens do not matter; O is read as 0, I and L as 1.
pub(crate) fn read(sheet: &str) -> Result<Zeroizing<[u8; SECRET_LEN]>> {
    let typed: Zeroizing<Vec<char>> = Zeroizing::new(
        sheet
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '－'))
            .collect(),
    );
    let found = typed.len().div_ceil(DATA + 1);
    if typed.len() != GROUPS * (DATA + 1) {
        return Err(CasebookError::SheetLength {
            expected: GROUPS,
            found,
        });
    }
    let mut data = Zeroizing::new(Vec::with_capacity(GROUPS * DATA));
    for (index, group) in typed.chunks_exact(DATA + 1).enumerate() {
        let read: Option<Vec<u8>> = group.iter().copied().map(symbol).collect();
        let read = Zeroizing::new(read.unwrap_or_default());
        match read.split_last() {
            Some((last, rest)) if *last == check(index, rest) => data.extend_from_slice(rest),
            _ => return Err(CasebookError::MistypedSheet { group: index + 1 }),
        }
    }
    Ok(octets(&data))
}

fn symbol(typed: char) -> Option<u8> {
    let read = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET.iter().position(|c| char::from(*c) == read)?;
    u8::try_from(at).ok()
}

/// check = (group + 1) + Σ αⁱ·cᵢ for i = 1…4, in GF(32) with α⁵ = α² + 1.
fn check(group: usize, data: &[u8]) -> u8 {
    let constant = u8::try_from(group + 1).unwrap_or(0);
    let weighted = data
        .iter()
        .zip(1..)
        .map(|(symbol, power)| times(*symbol, power));
    weighted.fold(constant, |sum, term| sum ^ term)
}

fn times(symbol: u8, power: u32) -> u8 {
    (0..power).fold(symbol, |value, _| {
        let doubled = value << 1;
        match doubled & 32 {
            0 => doubled,
            _ => (doubled ^ 0b100101) & 31,
        }
    })
}

fn symbols(secret: &[u8; SECRET_LEN]) -> Zeroizing<Vec<u8>> {
    let bit = |at: usize| secret[at / 8] >> (7 - at % 8) & 1;
    let symbol = |n: usize| (0..5).fold(0, |value, i| value << 1 | bit(n * 5 + i));
    Zeroizing::new((0..GROUPS * DATA).map(symbol).collect())
}

fn octets(symbols: &[u8]) -> Zeroizing<[u8; SECRET_LEN]> {
    let mut secret = Zeroizing::new([0; SECRET_LEN]);
    for (at, byte) in secret.iter_mut().enumerate() {
        let bit = |n: usize| symbols[n / 5] >> (4 - n % 5) & 1;
        *byte = (0..8).fold(0, |value, i| value << 1 | bit(at * 8 + i));
    }
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> [u8; SECRET_LEN] {
        std::array::from_fn(|i| u8::try_from(i * 37 % 251).unwrap())
    }

    #[test]
    fn a_sheet_reads_back_however_it_is_typed() {
        let sheet = RecoverySheet::of(&secret());
        assert_eq!(sheet.text().split('-').count(), GROUPS);
        assert_eq!(*read(sheet.text()).unwrap(), secret());
        let typed = sheet
            .text()
            .to_lowercase()
            .replace('-', "  ")
            .replace('0', "o");
        assert_eq!(*read(&typed).unwrap(), secret());
        assert!(!format!("{sheet:?}").contains(sheet.text().get(..5).unwrap()));
    }

    #[test]
    fn every_single_mistake_is_found_in_its_group() {
        let text = RecoverySheet::of(&secret()).text().to_owned();
        for (at, was) in text.char_indices().filter(|(_, c)| *c != '-') {
            for wrong in ALPHABET
                .iter()
                .map(|c| char::from(*c))
                .filter(|c| *c != was)
            {
                let mut typed: Vec<char> = text.chars().collect();
                typed[at] = wrong;
                let typed: String = typed.into_iter().collect();
                let group = at / 6 + 1;
                assert_eq!(read(&typed), Err(CasebookError::MistypedSheet { group }));
            }
        }
    }

    #[test]
    fn swapped_characters_and_swapped_groups_are_found() {
        let text = RecoverySheet::of(&secret()).text().to_owned();
        let groups: Vec<&str> = text.split('-').collect();
        for i in 0..GROUPS {
            for j in i + 1..GROUPS {
                let mut swapped = groups.clone();
                swapped.swap(i, j);
                assert!(read(&swapped.join("-")).is_err(), "groups {i} {j}");
            }
            for (a, b) in [(0, 1), (1, 2), (2, 3), (3, 4), (0, 2), (1, 4)] {
                let mut chars: Vec<char> = text.chars().collect();
                chars.swap(i * 6 + a, i * 6 + b);
                let typed: String = chars.into_iter().collect();
                assert!(typed == text || read(&typed).is_err(), "{typed}");
            }
        }
    }

    #[test]
    fn a_short_sheet_says_so() {
        let found = 2;
        let expected = GROUPS;
        assert_eq!(
            read("00001-00002"),
            Err(CasebookError::SheetLength { expected, found })
        );
    }
}
