//! Keys as people have them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// The secret of a PKCS #8 PEM (RFC 5915 inside) or of 64 hexadecimal digits.
pub(super) fn scalar(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    /// Version 1, then an octet string of 32.
    const BEFORE: [u8; 5] = [0x02, 0x01, 0x01, 0x04, 0x20];
    if let Some(scalar) = fidem_fingerprint::hex::decode32(text.trim()) {
        return Some(Zeroizing::new(scalar));
    }
    let der = Zeroizing::new(decoded(text)?);
    let at = der
        .windows(BEFORE.len())
        .position(|window| window == BEFORE)?;
    let start = at.checked_add(BEFORE.len())?;
    let scalar = der.get(start..start.checked_add(32)?)?;
    scalar.try_into().map(Zeroizing::new).ok()
}

/// What stands between the lines of a PEM text (RFC 7468).
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    let inner: Zeroizing<String> = Zeroizing::new(
        text.lines()
            .filter(|line| !line.starts_with("-----"))
            .flat_map(str::split_ascii_whitespace)
            .collect(),
    );
    STANDARD.decode(&*inner).ok()
}
