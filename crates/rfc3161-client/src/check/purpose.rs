//! The purpose of the signer's certificate (RFC 3161 §2.3; RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12).

use crate::ber;
use crate::certificate::Certificate;
use crate::error::ParseError;
use crate::finding::Findings;
use crate::oid;
use crate::rules;
use crate::time::{GenTime, UnixTime};
use crate::tst_info::TstInfo;

/// Checks that the certificate is for time-stamping and nothing else. `exception` is the anchor's leave for a purpose
/// without the critical flag.
pub(crate) fn check(
    signer: &Certificate,
    tst_info: &TstInfo,
    exception: bool,
    findings: &mut Findings,
) {
    check_extended_key_usage(signer, exception, findings);
    check_key_usage(signer, findings);
    match signer.basic_constraints() {
        Ok(Some(constraints)) if constraints.ca => findings.add(&rules::SIGNER_IS_CA, &[]),
        Ok(_) => {}
        Err(_) => malformed(oid::BASIC_CONSTRAINTS, findings),
    }
    check_private_key_period(signer, tst_info.gen_time.time, findings);
    check_interval(signer, tst_info, findings);
}

fn check_extended_key_usage(signer: &Certificate, exception: bool, findings: &mut Findings) {
    let purposes = match signer.extended_key_usage() {
        Ok(purposes) => purposes.unwrap_or_default(),
        Err(_) => return malformed(oid::EXTENDED_KEY_USAGE, findings),
    };
    if !purposes.iter().any(|purpose| purpose == oid::TIME_STAMPING) {
        return findings.add(
            &rules::EXTENDED_KEY_USAGE_MISSING,
            &[("purposes", &purposes.join(" "))],
        );
    }
    if purposes.iter().any(|purpose| purpose != oid::TIME_STAMPING) {
        findings.add(
            &rules::EXTENDED_KEY_USAGE_OTHER,
            &[("purposes", &purposes.join(" "))],
        );
    }
    if !signer
        .extension(oid::EXTENDED_KEY_USAGE)
        .is_some_and(|extension| extension.critical)
    {
        let rule = match exception {
            true => &rules::EXTENDED_KEY_USAGE_EXCEPTION,
            false => &rules::EXTENDED_KEY_USAGE_NOT_CRITICAL,
        };
        findings.add(rule, &[]);
    }
}

/// A certificate without the extension may sign; with it, it must say so, and should say nothing else.
fn check_key_usage(signer: &Certificate, findings: &mut Findings) {
    match signer.key_usage() {
        Ok(None) => {}
        Ok(Some(usage)) if !usage.signs() => findings.add(&rules::KEY_USAGE_UNSUITED, &[]),
        Ok(Some(usage)) if usage.does_more_than_sign() => {
            findings.add(&rules::KEY_USAGE_EXCESSIVE, &[]);
        }
        Ok(Some(_)) => {}
        Err(_) => malformed(oid::KEY_USAGE, findings),
    }
}

/// privateKeyUsagePeriod: the time in which the key may sign, shorter than that of the certificate.
fn check_private_key_period(signer: &Certificate, time: UnixTime, findings: &mut Findings) {
    let period = signer.read(oid::PRIVATE_KEY_USAGE_PERIOD, |reader| {
        let mut fields = reader.sequence("privateKeyUsagePeriod")?;
        let mut bound = |number: u8| -> Result<Option<UnixTime>, ParseError> {
            let field = fields.optional(ber::context_primitive(number))?;
            field
                .map(|field| GenTime::parse(field.content).map(|time| time.time))
                .transpose()
        };
        Ok((bound(0)?, bound(1)?))
    });
    match period {
        Ok(Some((from, to)))
            if from.is_some_and(|from| time < from) || to.is_some_and(|to| time > to) =>
        {
            findings.add(&rules::PRIVATE_KEY_PERIOD, &[("time", &time.to_rfc3339())]);
        }
        Ok(_) => {}
        Err(_) => malformed(oid::PRIVATE_KEY_USAGE_PERIOD, findings),
    }
}

/// The whole interval of the accuracy should lie within the validity, not only its middle.
fn check_interval(signer: &Certificate, tst_info: &TstInfo, findings: &mut Findings) {
    let time = tst_info.gen_time.time;
    let within = |time: UnixTime| time >= signer.not_before && time <= signer.not_after;
    let deviation = tst_info
        .accuracy
        .map_or(0, |accuracy| accuracy.seconds_rounded_up());
    if within(time)
        && !(within(time.plus(deviation)) && within(time.plus(deviation.saturating_neg())))
    {
        findings.add(
            &rules::ACCURACY_BEYOND_VALIDITY,
            &[("seconds", &deviation.to_string())],
        );
    }
}

fn malformed(oid: &str, findings: &mut Findings) {
    findings.add_once(
        &rules::CERTIFICATE_EXTENSION_MALFORMED,
        &[("extension", oid)],
    );
}
