//! A receipt: the PDF reader, and verification of what is attached.
#![no_main]

use fidem_fuzz::NOW;
use fidem_fuzz::package::EXAMPLE_TRUST;
use fidem_verify::{Request, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // Without it the bytes are of another kind; a mutation should not be spent on it.
    let subject = [b"%PDF-", data].concat();
    judge(subject.clone());
    // Every mutation that moves an octet breaks the table, and the reader is strict: a table for what stands there.
    judge(tabled(subject));
});

fn judge(subject: Vec<u8>) {
    let request = Request {
        subject: &subject,
        data: &[],
        digest: None,
        revocation: &[],
        headers: &[],
        signatures: &[],
        trust: &EXAMPLE_TRUST,
        at: NOW,
    };
    let _ = verify(&request, &mut |_, _| ());
}

/// The file with one more cross-reference section, which places whatever looks like an object; the last trailer's
/// catalog, or the first object.
fn tabled(mut pdf: Vec<u8>) -> Vec<u8> {
    let mut table = String::new();
    for at in (0..pdf.len()).filter(|at| *at == 0 || pdf[at - 1] == b'\n') {
        let mut words = pdf[at..pdf.len().min(at + 24)].split(|byte| *byte == b' ');
        let number = words
            .next()
            .and_then(|word| std::str::from_utf8(word).ok()?.parse::<u16>().ok());
        if let (Some(number), Some(b"0"), Some(word)) = (number, words.next(), words.next())
            && word.starts_with(b"obj")
        {
            table += &format!("{number} 1\n{at:010} 00000 n \n");
        }
    }
    let root = pdf
        .windows(6)
        .rposition(|window| window == b"/Root ")
        .and_then(|at| pdf[at + 6..].split(|byte| *byte == b' ').next())
        .map_or("1".into(), |word| {
            String::from_utf8_lossy(word).into_owned()
        });
    pdf.push(b'\n');
    let offset = pdf.len();
    pdf.extend_from_slice(
        format!("xref\n{table}trailer\n<</Root {root} 0 R>>\nstartxref\n{offset}\n%%EOF\n")
            .as_bytes(),
    );
    pdf
}
