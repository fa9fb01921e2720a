//! A token, with its own certificates as anchors so that its path is walked as well.
#![no_main]

use fidem_fuzz::{DATA, NOW};
use libfuzzer_sys::fuzz_target;
use rfc3161_client::{Anchor, Expected, Inputs, Token, verify};

fuzz_target!(|data: &[u8]| {
    let Ok(token) = Token::parse(data) else {
        return;
    };
    let own = token.certificates().iter().cloned().map(Anchor::of);
    let anchors: Vec<_> = own.collect();
    let mut inputs = Inputs::new(data, &anchors, NOW);
    inputs.expected = Expected::Data(DATA);
    let _ = (token.signer(), verify(&inputs).decisive());
});
