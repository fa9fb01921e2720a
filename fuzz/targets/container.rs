//! A container: what opens holds the same members once written anew.
#![no_main]

use std::io::Cursor;

use fidem_package::{Container, Writer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let source = data.to_vec();
    let Ok(container) = Container::open(&source) else {
        return;
    };
    let mut writer = Writer::new(Cursor::new(Vec::new())).expect("in memory");
    for member in container.members().iter().skip(1) {
        // A damaged member opens, and is refused only when it is read.
        let Ok(bytes) = container.bytes(member, 1 << 20) else {
            return;
        };
        writer.member(&member.name, &bytes).expect("in memory");
    }
    let again = writer.finish().expect("in memory").into_inner();
    let again = Container::open(&again).map(|found| found.members().to_vec());
    assert_eq!(again.as_deref(), Ok(container.members()));
});
