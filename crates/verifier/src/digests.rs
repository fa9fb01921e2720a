//! The digests by which a report names the file that it is about.

use fidem_fingerprint::{Hasher, hex};
use fidem_package::Source;

/// SHA-256 and SM3 of a file as JSON; an empty object where it cannot be read. `progress` is told octets done and octets
/// in all.
#[must_use]
pub fn fingerprint_of(file: &dyn Source, progress: &mut dyn FnMut(u64, u64)) -> Vec<u8> {
    let len = file.len();
    let (mut hasher, mut done) = (Hasher::new(), 0);
    let read = file.blocks(0, len, &mut |block| {
        hasher.update(block);
        done += block.len() as u64;
        progress(done, len);
    });
    let found = match read {
        Ok(()) => {
            let print = hasher.finish();
            serde_json::json!({"sha256": hex::encode(&print.sha256), "sm3": hex::encode(&print.sm3)})
        }
        Err(_) => serde_json::json!({}),
    };
    found.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::fingerprint_of;

    #[test]
    fn both_digests_of_the_standards() {
        // FIPS 180-4 and GB/T 32905-2016, example 1
        let answer = fingerprint_of(&b"abc".to_vec(), &mut |done, total| {
            assert_eq!((done, total), (3, 3));
        });
        let expected = r#"{"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","sm3":"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"}"#;
        assert_eq!(String::from_utf8(answer).unwrap(), expected);
    }
}
