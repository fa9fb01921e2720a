//! Extensions of an authority and of a signer whose signatures hold: what RFC 5280 §6.1 makes of them.
#![no_main]

use fidem_fuzz::made;
use libfuzzer_sys::fuzz_target;
use rfc3161_client::verify;

fuzz_target!(|data: &[u8]| {
    // The first octet says where the authority's extensions end.
    let Some((&at, rest)) = data.split_first() else {
        return;
    };
    let (authority, signer) = rest.split_at(rest.len().min(at.into()));
    let pool = [made::signer(signer), made::authority(authority)];
    let _ = verify(&made::inputs(&pool, &[]));
});
