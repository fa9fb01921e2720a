//! Sets a receipt from a JSON file, to try a template without an office:
//! `cargo run -p fidem-certificate --example receipt -- DATA.json OUT.pdf [TEMPLATE-FOLDER]`

use std::error::Error;
use std::time::Instant;

use fidem_certificate::{CertificateData, Kind, TemplateSource, Typesetter, check_conformance};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(data), Some(out)) = (args.next(), args.next()) else {
        return Err("usage: receipt DATA.json OUT.pdf [TEMPLATE-FOLDER]".into());
    };
    let templates = args.next().map_or(TemplateSource::BuiltIn, |folder| {
        TemplateSource::Folder(folder.into())
    });
    let start = Instant::now();
    let data: CertificateData = serde_json::from_slice(&std::fs::read(data)?)?;
    let typesetter = Typesetter::new(templates, &Typesetter::default_font_folders()?)?;
    let fonts_read = start.elapsed();
    let receipt = typesetter.render(Kind::Receipt, &data, &[])?;
    let cold = start.elapsed();
    let second = Instant::now();
    typesetter.render(Kind::Receipt, &data, &[])?;
    let warm = second.elapsed();
    std::fs::write(&out, &receipt.pdf)?;
    for warning in &receipt.warnings {
        eprintln!("{warning}");
    }
    let conformance = check_conformance(&receipt.pdf)?;
    for failure in &conformance.failures {
        eprintln!("{failure}");
    }
    eprintln!(
        "{} pages, {} bytes; fonts {fonts_read:.0?}, cold {cold:.0?}, again {warm:.0?}",
        receipt.pages,
        receipt.pdf.len()
    );
    Ok(())
}
