//! Sets a document from a JSON file, to try a template without an office:
//! `cargo run -p fidem-certificate --example document -- DATA.json OUT.pdf [TEMPLATE-FOLDER]`
//!
//! `kind` in the data says which; a 核验报告 is known by its `layers`. Pictures that it names stand beside the data.

use std::error::Error;
use std::time::Instant;

use fidem_certificate::{
    CertificateData, CertificateError, Picture, Rendered, TemplateSource, Typesetter,
    check_conformance,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(data), Some(out)) = (args.next(), args.next()) else {
        return Err("usage: document DATA.json OUT.pdf [TEMPLATE-FOLDER]".into());
    };
    let templates = args.next().map_or(TemplateSource::BuiltIn, |folder| {
        TemplateSource::Folder(folder.into())
    });
    let start = Instant::now();
    let folder = std::path::Path::new(&data).with_file_name("");
    let text = std::fs::read_to_string(&data)?;
    let typesetter = Typesetter::new(templates, &Typesetter::default_font_folders()?)?;
    let fonts_read = start.elapsed();
    let receipt = set(&typesetter, &text, &folder)?;
    let cold = start.elapsed();
    let second = Instant::now();
    set(&typesetter, &text, &folder)?;
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

fn set(
    typesetter: &Typesetter,
    text: &str,
    folder: &std::path::Path,
) -> Result<Rendered, Box<dyn Error>> {
    let value: serde_json::Value = serde_json::from_str(text)?;
    if value.get("layers").is_some() {
        return Ok(typesetter.render_report(&serde_json::from_value(value)?)?);
    }
    let data: CertificateData = serde_json::from_value(value)?;
    let mut pictures = Vec::new();
    for print in &data.particulars.prints {
        let name = print.file.clone();
        let bytes = std::fs::read(folder.join(&name))?;
        pictures.push(Picture { name, bytes });
    }
    let set: Result<_, CertificateError> = typesetter.render_with(&data, &[], &pictures);
    Ok(set?)
}
