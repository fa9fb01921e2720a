//! Writes the seeds that stand in no folder: `seeds DIR [TOKEN…]` makes `DIR/TARGET/N`, with what the tokens carry.

mod evidence;
mod extensions;
mod fisco;
mod log;
mod revocation;
mod web;

use std::collections::BTreeMap;
use std::path::Path;

use fidem_anchor::LogProof;
use fidem_fuzz::{AUTHORITY, BARE_TOKEN, DATA, NOW, REPLY, REQUEST, package, signed, stamp};
// The counters of coverage that every crate here carries are libFuzzer's.
use libfuzzer_sys as _;
use rfc3161_client::{Imprint, Token};

type Seeds = BTreeMap<&'static str, Vec<Vec<u8>>>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().ok_or("seeds DIR [TOKEN…]")?;
    let mut seeds = made()?;
    for path in arguments {
        if let Ok(token) = Token::parse(&std::fs::read(path)?) {
            let mut give = |target, parts: &[Vec<u8>]| {
                seeds.entry(target).or_default().extend_from_slice(parts);
            };
            give("certificate", token.certificates());
            give("crl", token.revocation_lists());
            give("ocsp", token.ocsp_responses());
        }
    }
    for (target, seeds) in seeds {
        let folder = Path::new(&folder).join(target);
        std::fs::create_dir_all(&folder)?;
        for (number, seed) in seeds.iter().enumerate() {
            std::fs::write(folder.join(number.to_string()), seed)?;
        }
    }
    Ok(())
}

fn made() -> Result<Seeds, Box<dyn std::error::Error>> {
    let proof = package::member(false, "proofs/log/001.tlog-proof");
    let note = LogProof::parse(std::str::from_utf8(&proof)?)?.note;
    let token = stamp(Imprint::sm3_of(DATA), NOW);
    let [warc, wacz, cdxj, redaction] = web::seeds()?;
    Ok(Seeds::from([
        ("warc", warc),
        ("wacz", wacz),
        ("cdxj", cdxj),
        ("redaction", redaction),
        ("pdf_signature", signed::updates()),
        ("token", vec![token, BARE_TOKEN.clone()]),
        ("response", vec![REPLY.clone()]),
        ("request", vec![REQUEST.to_der()?]),
        ("certificate", extensions::certificates()),
        ("path", extensions::paths()),
        ("crl", revocation::lists()?),
        ("ocsp", revocation::responses()),
        ("pem", vec![AUTHORITY.root_pem()?.into_bytes()]),
        (
            "evidence_record",
            evidence::records().ok_or("no evidence record")?,
        ),
        (
            "xml_evidence",
            evidence::xml_records().ok_or("no evidence record in XML")?,
        ),
        ("rfc3339", vec![NOW.to_rfc3339().into_bytes()]),
        ("checkpoint", vec![note.text.clone().into_bytes()]),
        ("note", vec![note.to_text().into_bytes()]),
        ("package_member", package::seeds()),
        ("fisco_receipt", fisco::receipts()),
        ("add_checkpoint", log::requests()),
        ("cosignature", log::cosigned()),
        ("tile_bundle", log::bundles()),
        ("anchor_statement", log::statements()?),
        ("opentimestamps", log::proofs()),
    ]))
}
