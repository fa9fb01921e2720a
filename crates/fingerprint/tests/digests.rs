//! The digests against the standards' examples and, kernel by kernel, against the crates `sha2`
//! and `sm3`.

use fidem_fingerprint::Fingerprint;
use fidem_fingerprint::Hasher;
use fidem_fingerprint::Lanes;
use fidem_fingerprint::Sha256Hasher;
use fidem_fingerprint::Sm3Hasher;
use fidem_fingerprint::hex;
use fidem_fingerprint::kernels;
use fidem_fingerprint::of;
use fidem_fingerprint::of_many;
use fidem_fingerprint::of_many_with;
use sha2::Digest as _;

/// SplitMix64: the same numbers in every run.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length.div_ceil(8))
            .flat_map(|_| self.next().to_le_bytes())
            .take(length)
            .collect()
    }
}

fn oracle(bytes: &[u8]) -> Fingerprint {
    Fingerprint {
        size: bytes.len() as u64,
        sha256: sha2::Sha256::digest(bytes).into(),
        sm3: sm3::Sm3::digest(bytes).into(),
    }
}

fn streamed(lanes: Lanes, pieces: &[&[u8]]) -> Fingerprint {
    let mut hasher = Hasher::with(lanes);
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finish()
}

/// Every way to the fingerprint of these inputs gives what the crates give.
#[track_caller]
fn check_many(inputs: &[Vec<u8>]) {
    let expected: Vec<Fingerprint> = inputs.iter().map(|input| oracle(input)).collect();
    let inputs: Vec<&[u8]> = inputs.iter().map(Vec::as_slice).collect();
    for lanes in kernels() {
        let found = of_many_with(lanes, &inputs);
        assert_eq!(found.len(), expected.len(), "{lanes:?}");
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{lanes:?}, {} inputs", inputs.len());
        }
    }
    assert_eq!(of_many(&inputs), expected);
}

/// FIPS 180-4 examples (NIST "SHA-256" example values and the one million letters of FIPS 180-2).
#[test]
fn fips_180_vectors() {
    let million = vec![b'a'; 1_000_000];
    let vectors: [(&[u8], &str); 5] = [
        (
            b"",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            b"abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (
            b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq\
              klmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
        ),
        (
            &million,
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        ),
    ];
    for (message, digest) in vectors {
        assert_eq!(hex::encode(&fidem_fingerprint::sha256(message)), digest);
        for lanes in kernels() {
            assert_eq!(
                hex::encode(&streamed(lanes, &[message]).sha256),
                digest,
                "{lanes:?}"
            );
            for found in of_many_with(lanes, &[message; 17]) {
                assert_eq!(hex::encode(&found.sha256), digest, "{lanes:?}");
            }
        }
    }
}

/// GB/T 32905-2016 annex A, examples 1 and 2.
#[test]
fn gb_t_32905_vectors() {
    let abcd16 = b"abcd".repeat(16);
    let vectors: [(&[u8], &str); 2] = [
        (
            b"abc",
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        ),
        (
            &abcd16,
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
        ),
    ];
    for (message, digest) in vectors {
        assert_eq!(hex::encode(&fidem_fingerprint::sm3(message)), digest);
        for lanes in kernels() {
            assert_eq!(
                hex::encode(&streamed(lanes, &[message]).sm3),
                digest,
                "{lanes:?}"
            );
            for found in of_many_with(lanes, &[message; 17]) {
                assert_eq!(hex::encode(&found.sm3), digest, "{lanes:?}");
            }
        }
    }
}

#[test]
fn every_length_to_300() {
    let mut seeded = Seeded(1);
    let inputs: Vec<Vec<u8>> = (0..=300).map(|length| seeded.bytes(length)).collect();
    check_many(&inputs);
    for input in &inputs {
        let expected = oracle(input);
        assert_eq!(of(input), expected);
        for lanes in kernels() {
            assert_eq!(
                streamed(lanes, &[input]),
                expected,
                "{lanes:?}, {} bytes",
                input.len()
            );
        }
    }
}

/// Every number of messages around the widths of the kernels, so that lanes idle in every way.
#[test]
fn every_count_to_40() {
    let mut seeded = Seeded(2);
    for count in 0..=40 {
        let equal: Vec<Vec<u8>> = (0..count).map(|_| seeded.bytes(200)).collect();
        check_many(&equal);
        let mixed: Vec<Vec<u8>> = (0..count)
            .map(|_| {
                let length = seeded.below(3_000);
                seeded.bytes(length)
            })
            .collect();
        check_many(&mixed);
    }
}

#[test]
fn random_mixtures() {
    let mut seeded = Seeded(3);
    for _ in 0..30 {
        let count = seeded.below(120);
        let mut inputs = Vec::new();
        for _ in 0..count {
            // Mostly short, some long, many empty or at the edges of the padding.
            let length = match seeded.below(10) {
                0 => 0,
                1..=3 => 64 * seeded.below(6) + 55 + seeded.below(10),
                4..=8 => seeded.below(5_000),
                _ => seeded.below(100_000),
            };
            inputs.push(seeded.bytes(length));
        }
        check_many(&inputs);
    }
}

#[test]
fn one_long_among_short() {
    let mut seeded = Seeded(4);
    let mut inputs: Vec<Vec<u8>> = (0..50).map(|length| seeded.bytes(length)).collect();
    inputs.insert(25, seeded.bytes(700_001));
    check_many(&inputs);
}

#[test]
fn pieces_of_any_size() {
    let mut seeded = Seeded(5);
    for _ in 0..200 {
        let length = seeded.below(20_000);
        let message = seeded.bytes(length);
        let mut rest = message.as_slice();
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let limit = if seeded.below(2) == 0 { 70 } else { 5_000 };
            let (piece, later) = rest.split_at(seeded.below(limit).min(rest.len()));
            pieces.push(piece);
            rest = later;
        }
        let expected = oracle(&message);
        for lanes in kernels() {
            assert_eq!(streamed(lanes, &pieces), expected, "{lanes:?}");
        }
        let mut sha256 = Sha256Hasher::new();
        pieces.iter().for_each(|piece| sha256.update(piece));
        assert_eq!(sha256.finish(), expected.sha256);
        let mut sm3 = Sm3Hasher::new();
        pieces.iter().for_each(|piece| sm3.update(piece));
        assert_eq!(sm3.finish(), expected.sm3);
    }
}

#[test]
fn a_clone_goes_its_own_way() {
    for lanes in kernels() {
        let mut first = Hasher::with(lanes);
        first.update(b"common ");
        let mut second = first.clone();
        first.update(b"one");
        second.update(b"other");
        assert_eq!(first.finish(), oracle(b"common one"), "{lanes:?}");
        assert_eq!(second.finish(), oracle(b"common other"), "{lanes:?}");
    }
}

/// A choice that the processor lacks is no error: what it has computes the same.
#[test]
fn every_choice_answers() {
    for lanes in [Lanes::Scalar, Lanes::ShaNi, Lanes::Avx2, Lanes::Avx512] {
        assert_eq!(streamed(lanes, &[b"abc"]), oracle(b"abc"));
        assert_eq!(
            of_many_with(lanes, &[b"abc", b""]),
            [oracle(b"abc"), oracle(b"")]
        );
    }
    assert_eq!(kernels().first(), Some(&Lanes::Scalar));
    assert_eq!(kernels().last(), Some(&Lanes::fastest()));
}
