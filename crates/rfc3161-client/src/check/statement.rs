//! The statement itself: version, time, accuracy, extensions (RFC 3161 §2.4.2).

use crate::ber::{self, Reader};
use crate::certificate::Certificate;
use crate::error::ParseError;
use crate::finding::{Findings, borrowed};
use crate::name::{GeneralName, Name, display};
use crate::oid;
use crate::rules;
use crate::time::UnixTime;
use crate::tst_info::TstInfo;

/// Seconds by which an authority's clock may be ahead of the caller's.
const SKEW: i64 = 300;
/// Octets of a serial number that every client must accept (RFC 3161 §2.4.2: 160 bits), with a sign octet.
const MAX_SERIAL: usize = 21;

/// Checks the statement at the time `now` of the caller's clock.
pub(crate) fn check(tst_info: &TstInfo, now: UnixTime, findings: &mut Findings) {
    if tst_info.version != 1 {
        findings.add(
            &rules::TST_VERSION,
            &[("version", &tst_info.version.to_string())],
        );
    }
    if !tst_info.is_der {
        findings.add(&rules::TST_NOT_DER, &[]);
    }
    let is_positive = tst_info
        .serial
        .first()
        .is_some_and(|octet| octet & 0x80 == 0);
    if !is_positive || tst_info.serial.len() > MAX_SERIAL {
        findings.add(
            &rules::SERIAL_OUT_OF_RANGE,
            &[("serial", &tst_info.serial_hex())],
        );
    }
    if tst_info.gen_time.has_trailing_zero() {
        findings.add(
            &rules::GEN_TIME_TRAILING_ZERO,
            &[("gen_time", &tst_info.gen_time.to_string())],
        );
    }
    check_time(tst_info, now, findings);
    check_extensions(tst_info, findings);
}

fn check_time(tst_info: &TstInfo, now: UnixTime, findings: &mut Findings) {
    if tst_info.gen_time.time > now.plus(SKEW) {
        let params = [
            ("gen_time", tst_info.gen_time.to_string()),
            ("now", now.to_rfc3339()),
        ];
        findings.add(&rules::GEN_TIME_IN_FUTURE, &borrowed(&params));
    }
    if tst_info.accuracy.is_none() {
        findings.add(&rules::ACCURACY_UNKNOWN, &[]);
    }
    if !tst_info.accuracy_in_range {
        findings.add(&rules::ACCURACY_OUT_OF_RANGE, &[]);
    }
}

fn check_extensions(tst_info: &TstInfo, findings: &mut Findings) {
    for extension in &tst_info.extensions {
        if extension.oid == oid::QC_STATEMENTS {
            // What cannot be read claims nothing.
            if statements(&extension.value)
                .is_ok_and(|list| list.iter().any(|oid| oid == oid::QTST_STATEMENT))
            {
                findings.add(&rules::CLAIMS_QUALIFIED, &[]);
            }
        } else if extension.critical {
            findings.add(
                &rules::STATEMENT_EXTENSION_UNKNOWN,
                &[("extension", &extension.oid)],
            );
        }
    }
}

/// Identifiers of the `QCStatements` (RFC 3739 §3.2.6).
fn statements(value: &[u8]) -> Result<Vec<String>, ParseError> {
    let elements = Reader::new(value)
        .sequence("QCStatements")?
        .all("QCStatements", crate::cms::MAX_SET)?;
    elements
        .iter()
        .map(|element| element.reader()?.oid("statementId"))
        .collect()
}

/// Whether the authority's name for itself is one of the certificate's names (RFC 3161 §2.4.2).
pub(crate) fn check_name(tst_info: &TstInfo, signer: &Certificate, findings: &mut Findings) {
    let Some(raw) = &tst_info.tsa else {
        return;
    };
    let stated = ber::whole(raw, "tsa").and_then(|element| GeneralName::parse(&element));
    let mut names = signer.subject_alternative_names().unwrap_or_default();
    names.extend(Name::parse(&signer.subject).map(GeneralName::Directory));
    let matches = stated.is_ok_and(|stated| names.contains(&stated));
    if !matches {
        let stated = ber::whole(raw, "tsa")
            .map(|element| display(element.content))
            .unwrap_or_default();
        let params = [
            ("stated", stated.as_str()),
            ("subject", &display(&signer.subject)),
        ];
        findings.add(&rules::TSA_NAME_MISMATCH, &params);
    }
}
