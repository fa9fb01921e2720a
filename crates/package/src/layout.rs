//! Names of members: what stands where in a package (`docs/format/package.md`).

/// Longest member name in bytes.
const MAX_NAME: usize = 1024;

/// What is wrong with a member's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameFault {
    /// No name, or over 1,024 bytes.
    Length,
    /// Starts at the root of a file system, or names a drive.
    Absolute,
    /// Has `.`, `..` or nothing between slashes, or ends in a slash.
    Segment,
    /// Holds a backslash or a control character.
    Character,
    /// Is not UTF-8, or is not marked so.
    NotUtf8,
}

/// Refuses names that could leave the folder they are unpacked into.
///
/// # Errors
/// [`NameFault`].
pub fn check_name(name: &str) -> Result<(), NameFault> {
    if name.is_empty() || name.len() > MAX_NAME {
        return Err(NameFault::Length);
    }
    let drive = name.as_bytes().get(1) == Some(&b':');
    if name.starts_with('/') || drive {
        return Err(NameFault::Absolute);
    }
    if name.chars().any(|c| c == '\\' || c.is_control()) {
        return Err(NameFault::Character);
    }
    match name.split('/').any(|s| matches!(s, "" | "." | "..")) {
        true => Err(NameFault::Segment),
        false => Ok(()),
    }
}

/// `seals/001`.
#[must_use]
pub fn seal_folder(seal: u32) -> String {
    format!("seals/{seal:03}")
}

/// `seals/001/seal.json`.
#[must_use]
pub fn seal(seal: u32) -> String {
    format!("seals/{seal:03}/seal.json")
}

/// `seals/001/manifest.json`.
#[must_use]
pub fn manifest(seal: u32) -> String {
    format!("seals/{seal:03}/manifest.json")
}

/// `seals/001/items/0001.json`.
#[must_use]
pub fn record(seal: u32, item: u32) -> String {
    format!("seals/{seal:03}/items/{item:04}.json")
}

/// `NAME.p7s`, and `NAME.2.p7s` and so on: the signatures that lie beside a file, from 1.
#[must_use]
pub fn detached_signature(file: &str, number: u32) -> String {
    match number {
        0 | 1 => format!("{file}.p7s"),
        further => format!("{file}.{further}.p7s"),
    }
}

/// The file that a signature of this name lies beside.
#[must_use]
pub fn signed_by(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(".p7s")?;
    if stem.ends_with(".pdf") {
        return Some(stem);
    }
    let (file, number) = stem.rsplit_once('.')?;
    let number: u32 = number.parse().ok().filter(|number| *number > 1)?;
    (detached_signature(file, number) == name).then_some(file)
}

/// `proofs/log/001.tlog-proof`: the office log's proof of one seal.
#[must_use]
pub fn log_proof(seal: u32) -> String {
    format!("proofs/log/{seal:03}.tlog-proof")
}

/// `proofs/log/001-witnessed.tlog-proof`: the same over a checkpoint that witnesses signed.
#[must_use]
pub fn witnessed_proof(seal: u32) -> String {
    format!("proofs/log/{seal:03}-witnessed.tlog-proof")
}

/// `proofs/anchors/0001/NAME`: what belongs to one anchoring of the office log.
#[must_use]
pub fn anchor(number: u32, name: &str) -> String {
    format!("proofs/anchors/{number:04}/{name}")
}

/// What the office says of an anchoring.
pub const ANCHOR: &str = "anchor.json";

/// `proofs/anchors/0001/anchor.json`.
#[must_use]
pub fn anchor_statement(number: u32) -> String {
    anchor(number, ANCHOR)
}

/// `anchor-0001-NAME`: the copy of such a member that is attached to a receipt.
#[must_use]
pub fn attached_anchor(number: u32, name: &str) -> String {
    format!("anchor-{number:04}-{name}")
}

/// `001.tlog-proof`: the path of seal 1 among the files of an anchoring.
#[must_use]
pub fn anchor_path_name(seal: u32) -> String {
    format!("{seal:03}.tlog-proof")
}

/// `proofs/anchors/0001/001.tlog-proof`: the path of seal 1 to the root that was anchored.
#[must_use]
pub fn anchor_path(number: u32, seal: u32) -> String {
    anchor(number, &anchor_path_name(seal))
}

/// The number of the anchoring that a member belongs to.
#[must_use]
pub fn anchor_of(name: &str) -> Option<u32> {
    let (digits, file) = name.strip_prefix("proofs/anchors/")?.split_once('/')?;
    let number: u32 = digits.parse().ok()?;
    (number > 0 && anchor(number, file) == name).then_some(number)
}

/// `proofs/partial.json`: the paths of one exhibit.
pub const PARTIAL: &str = "proofs/partial.json";
/// Number of the delivery.
pub const REVISION: &str = "revision.json";
/// The journal's extract.
pub const JOURNAL: &str = "journal.json";
/// For `sha256sum -c`.
pub const CHECKSUMS: &str = "manifest-sha256.txt";
/// The manual route in English.
pub const VERIFY: &str = "VERIFY.txt";
/// The manual route in Chinese.
pub const VERIFY_ZH: &str = "核验说明.txt";
/// The manifest over all members of a delivery.
pub const DELIVERY: &str = "META-INF/ASiCArchiveManifest.xml";
/// The token over the delivery manifest.
pub const DELIVERY_TOKEN: &str = "META-INF/timestamp-delivery.tst";

/// Whether a member is named as the archive manifests of EN 319 162-1 are: `META-INF/ASiCArchiveManifest*.xml`.
#[must_use]
pub fn is_archive_manifest(name: &str) -> bool {
    name.strip_prefix("META-INF/ASiCArchiveManifest")
        .and_then(|rest| rest.strip_suffix(".xml"))
        .is_some_and(|between| !between.contains('/'))
}

/// `META-INF/ASiCManifest001.xml`; numbers run through all seals of a case.
#[must_use]
pub fn asic_manifest(ordinal: u32) -> String {
    format!("META-INF/ASiCManifest{ordinal:03}.xml")
}

/// An OCSP response on a certificate of token `ordinal`, from number 1.
#[must_use]
pub fn ocsp_response(ordinal: u32, number: usize) -> String {
    format!("trust/tsa/{ordinal:03}-{number}.ocsp")
}

/// `META-INF/timestamp001.tst`.
#[must_use]
pub fn token(ordinal: u32) -> String {
    format!("META-INF/timestamp{ordinal:03}.tst")
}

/// The ordinal of `META-INF/ASiCManifestNNN.xml`.
#[must_use]
pub fn ordinal_of(name: &str) -> Option<u32> {
    let digits = name
        .strip_prefix("META-INF/ASiCManifest")?
        .strip_suffix(".xml")?;
    let ordinal = digits.parse().ok()?;
    (asic_manifest(ordinal) == name).then_some(ordinal)
}

/// `META-INF/ASiCEvidenceRecordManifest001.xml`; numbers run through all records of a case.
#[must_use]
pub fn evidence_manifest(ordinal: u32) -> String {
    format!("META-INF/ASiCEvidenceRecordManifest{ordinal:03}.xml")
}

/// `META-INF/evidencerecord001.ers`.
#[must_use]
pub fn evidence_record(ordinal: u32) -> String {
    format!("META-INF/evidencerecord{ordinal:03}.ers")
}

/// `META-INF/evidencerecord001.xml`, as others make them (RFC 6283).
#[must_use]
pub fn evidence_record_xml(ordinal: u32) -> String {
    format!("META-INF/evidencerecord{ordinal:03}.xml")
}

/// The ordinal of `META-INF/ASiCEvidenceRecordManifestNNN.xml`.
#[must_use]
pub fn evidence_ordinal_of(name: &str) -> Option<u32> {
    let digits = name
        .strip_prefix("META-INF/ASiCEvidenceRecordManifest")?
        .strip_suffix(".xml")?;
    let ordinal = digits.parse().ok()?;
    (evidence_manifest(ordinal) == name).then_some(ordinal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_are_refused() {
        for (name, fault) in [
            ("", NameFault::Length),
            ("/etc/passwd", NameFault::Absolute),
            ("C:/x", NameFault::Absolute),
            ("a/../b", NameFault::Segment),
            ("a//b", NameFault::Segment),
            ("a/", NameFault::Segment),
            ("a\\b", NameFault::Character),
            ("a\nb", NameFault::Character),
        ] {
            assert_eq!(check_name(name), Err(fault), "{name:?}");
        }
        assert_eq!(check_name("evidence/0001-合同.pdf"), Ok(()));
    }

    #[test]
    fn signatures_beside_a_file_are_counted_and_found_back() {
        let file = "certificate/D-1.pdf";
        let names: Vec<String> = (1..4).map(|n| detached_signature(file, n)).collect();
        assert_eq!(
            names,
            [
                "certificate/D-1.pdf.p7s",
                "certificate/D-1.pdf.2.p7s",
                "certificate/D-1.pdf.3.p7s"
            ]
        );
        assert!(names.iter().all(|name| signed_by(name) == Some(file)));
        for other in [file, "D-1.pdf.1.p7s", "D-1.pdf.02.p7s", "D-1.pdf.x.p7s"] {
            assert_eq!(signed_by(other), None, "{other}");
        }
    }

    #[test]
    fn ordinals_read_back() {
        assert_eq!(ordinal_of(&asic_manifest(12)), Some(12));
        assert_eq!(ordinal_of("META-INF/ASiCManifest12.xml"), None);
        assert_eq!(ordinal_of(DELIVERY), None);
        assert!(is_archive_manifest(DELIVERY));
        assert!(is_archive_manifest("META-INF/ASiCArchiveManifest001.xml"));
        assert!(!is_archive_manifest("META-INF/ASiCArchiveManifest/1.xml"));
        assert!(!is_archive_manifest(&asic_manifest(1)));
        assert_eq!(ordinal_of(&evidence_manifest(3)), None);
        assert_eq!(evidence_ordinal_of(&evidence_manifest(3)), Some(3));
    }
}
