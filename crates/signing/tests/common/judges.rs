//! Judges that share no code with the crate.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};

use super::pki::Pki;

/// ISO 19005-3 §6.4.3: the judge compares a byte range with the end of the file, the standard with the end of its revision.
const BYTE_RANGE_AT_END: &str = "6.4.3:1";
/// ISO 19005-3 §6.1.7.1: the judge reads back from `endstream` and takes a last octet CR of a stream for the end of a line.
const STREAM_LENGTH: &str = "6.1.7.1:1";

/// PDF/A-3a and PDF/UA-1 for the file, and for what it was at the end of each signature. Only of a file that ends
/// otherwise is one rule not asked that the judge applies to the wrong end.
pub fn conforms(pdf: &[u8], what: &str) {
    let ends = revision_ends(pdf);
    for end in &ends {
        assert_eq!(failures(&pdf[..*end]), [""; 0], "{what} up to {end}");
    }
    let mut left = failures(pdf);
    if ends.len() > 1 || ends.last() != Some(&pdf.len()) {
        left.retain(|rule| !rule.contains(BYTE_RANGE_AT_END));
    }
    assert_eq!(left, [""; 0], "{what}");
}

fn failures(pdf: &[u8]) -> Vec<String> {
    let ends_in_cr = pdf
        .windows(b"\r\nendstream".len())
        .any(|window| window == b"\r\nendstream");
    let mut all = Vec::new();
    for profile in [ValidationProfile::PdfA3a, ValidationProfile::PdfUa1] {
        let options = ValidationOptions::default().profile(profile);
        let report = validate_pdf_bytes(pdf, &options).expect("a judgement");
        let kept = report
            .failures
            .iter()
            .filter(|one| !(ends_in_cr && one.rule_id.ends_with(STREAM_LENGTH)));
        all.extend(kept.map(|one| format!("{} {}", one.rule_id, one.message)));
    }
    // Earlier signatures of a file cut at a later one end before its end, too.
    if byte_ranges(pdf).len() > 1 {
        all.retain(|rule| !rule.contains(BYTE_RANGE_AT_END));
    }
    all
}

/// Where the part that each signature covers ends.
pub fn revision_ends(pdf: &[u8]) -> Vec<usize> {
    byte_ranges(pdf)
        .iter()
        .map(|range| range[2] + range[3])
        .collect()
}

/// The four numbers of each signature, in the order of the file.
pub fn byte_ranges(pdf: &[u8]) -> Vec<[usize; 4]> {
    let key = b"/ByteRange [";
    let places = pdf
        .windows(key.len())
        .enumerate()
        .filter(|(_, window)| window == key);
    places
        .map(|(at, _)| {
            let text = String::from_utf8_lossy(&pdf[at + key.len()..at + 80]);
            let (inside, _) = text.split_once(']').expect("its end");
            let numbers: Vec<usize> = inside
                .split_whitespace()
                .map(|number| number.parse().expect("a number"))
                .collect();
            numbers.try_into().expect("four numbers")
        })
        .collect()
}

/// Writes the file to where programs can read it.
pub struct OnDisk(tempfile::TempDir);

impl OnDisk {
    pub fn of(pdf: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("signed.pdf"), pdf).expect("a file");
        Self(folder)
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("signed.pdf")
    }
}

/// The output of a program, or nothing where it is not installed, which is said.
pub fn run(program: &Path, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(_) => {
            println!("skipped: {} is not installed", program.display());
            None
        }
    }
}

fn words(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// qpdf, mutool and pdfsig: no complaint, and `signatures` valid ones. pdfsig knows of no document time-stamps; of a
/// file that ends with a signature it must say that the whole of it is signed.
pub fn readers_agree(pdf: &[u8], signatures: usize, what: &str) {
    let file = OnDisk::of(pdf);
    let path = file.path();
    let path = path.to_str().expect("a path");
    if let Some(output) = run(Path::new("qpdf"), &["--check", path]) {
        let said = words(&output);
        assert!(
            output.status.success() && !said.contains("WARNING"),
            "{what}: {said}"
        );
    }
    if let Some(output) = run(Path::new("mutool"), &["info", path]) {
        let said = words(&output);
        let complains = said.contains("warning") || said.contains("error");
        assert!(output.status.success() && !complains, "{what}: {said}");
    }
    if let Some(output) = run(Path::new("pdfsig"), &["-nocert", path]) {
        let said = words(&output);
        let valid = said.matches("Signature is Valid").count();
        assert_eq!(valid, signatures, "{what}: {said}");
        let ranges = byte_ranges(pdf);
        if ranges.len() == signatures && revision_ends(pdf).last() == Some(&pdf.len()) {
            assert!(said.contains("Total document signed"), "{what}: {said}");
        }
    }
}

/// How pyHanko is asked.
pub enum Ask {
    /// `sign validate`, without revocation.
    Signatures,
    /// `sign adesverify`: everything offline, from what is in the file, at the level of its last step.
    LongTerm,
}

/// pyHanko trusts nothing but our root and says the file is valid. `None` where it is not installed.
pub fn pyhanko(pdf: &[u8], pki: &Pki, ask: &Ask) -> Option<(bool, String)> {
    let program = std::env::var_os("FIDEM_PYHANKO").map_or_else(|| "pyhanko".into(), PathBuf::from);
    let file = OnDisk::of(pdf);
    let (path, root) = (file.path(), pki.root_pem());
    let (path, root) = (path.to_str()?, root.to_str()?);
    let arguments = match ask {
        Ask::Signatures => vec![
            "sign",
            "validate",
            "--no-revocation-check",
            "--pretty-print",
        ],
        Ask::LongTerm => vec!["sign", "adesverify", "--pretty-print"],
    };
    let trust = ["--trust-replace", "--trust", root, path];
    let output = run(&program, &[arguments, trust.to_vec()].concat())?;
    Some((output.status.success(), words(&output)))
}

pub fn pyhanko_accepts(pdf: &[u8], pki: &Pki, ask: &Ask, what: &str) {
    if let Some((valid, said)) = pyhanko(pdf, pki, ask) {
        assert!(valid, "{what}: {said}");
    }
}
