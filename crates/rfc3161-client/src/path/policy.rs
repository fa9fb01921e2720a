//! Certificate policies as far as a path itself demands them (RFC 5280 §6.1; no policy is asked for from outside, and
//! mappings are met with "cannot be judged").

use super::validate::malformed;
use crate::ber::{self, Reader};
use crate::certificate::Certificate;
use crate::cms::MAX_SET;
use crate::error::ParseError;
use crate::finding::Findings;
use crate::oid;
use crate::rules;

/// How many more certificates may pass before a demand takes effect; none is never.
#[derive(Clone, Copy, Debug)]
struct Countdown(Option<u64>);

impl Countdown {
    fn lower_to(&mut self, value: Option<u64>) {
        if let Some(value) = value {
            self.0 = Some(self.0.map_or(value, |own| own.min(value)));
        }
    }

    fn step(&mut self) {
        self.0 = self.0.map(|value| value.saturating_sub(1));
    }

    fn is_due(self) -> bool {
        self.0 == Some(0)
    }
}

struct State {
    /// Policies valid so far; none is any.
    valid: Option<Vec<String>>,
    explicit: Countdown,
    no_any: Countdown,
    mapped: bool,
}

/// Checks the certificates below the anchor, given from the signer upwards.
pub(super) fn check(path: &[&Certificate], findings: &mut Findings) {
    let mut state = State {
        valid: None,
        explicit: Countdown(None),
        no_any: Countdown(None),
        mapped: false,
    };
    for (index, certificate) in path.iter().enumerate().rev() {
        if let Err(oid) = state.take(certificate, index == 0) {
            return malformed(certificate, oid, findings);
        }
        if state.explicit.is_due() && state.valid.as_ref().is_some_and(Vec::is_empty) {
            let rule = if state.mapped {
                &rules::POLICY_MAPPING_UNKNOWN
            } else {
                &rules::EXPLICIT_POLICY_MISSING
            };
            return findings.add(rule, &[("certificate", &certificate.sha256())]);
        }
    }
}

impl State {
    fn take(&mut self, certificate: &Certificate, is_last: bool) -> Result<(), &'static str> {
        let policies = certificate
            .read(oid::CERTIFICATE_POLICIES, parse_policies)
            .map_err(|_| oid::CERTIFICATE_POLICIES)?;
        self.intersect(
            policies.unwrap_or_default(),
            certificate.is_self_issued() && !is_last,
        );
        let (explicit, _) = certificate
            .read(oid::POLICY_CONSTRAINTS, parse_constraints)
            .map_err(|_| oid::POLICY_CONSTRAINTS)?
            .unwrap_or_default();
        if !certificate.is_self_issued() || is_last {
            self.explicit.step();
            self.no_any.step();
        }
        if is_last {
            // §6.1.5 (b): only a zero matters at the end.
            self.explicit.lower_to(explicit.filter(|skip| *skip == 0));
            return Ok(());
        }
        self.mapped |= certificate.extension(oid::POLICY_MAPPINGS).is_some();
        self.explicit.lower_to(explicit);
        let no_any = certificate
            .read(oid::INHIBIT_ANY_POLICY, |reader| {
                reader.small_integer("inhibitAnyPolicy")
            })
            .map_err(|_| oid::INHIBIT_ANY_POLICY)?;
        self.no_any.lower_to(no_any);
        Ok(())
    }

    fn intersect(&mut self, policies: Vec<String>, is_exempt: bool) {
        let any = policies.iter().any(|policy| policy == oid::ANY_POLICY)
            && (!self.no_any.is_due() || is_exempt);
        if any {
            return;
        }
        self.valid = Some(match self.valid.take() {
            None => policies
                .into_iter()
                .filter(|policy| policy != oid::ANY_POLICY)
                .collect(),
            Some(valid) => valid
                .into_iter()
                .filter(|policy| policies.contains(policy))
                .collect(),
        });
    }
}

fn parse_policies(reader: &mut Reader<'_>) -> Result<Vec<String>, ParseError> {
    let elements = reader
        .sequence("certificatePolicies")?
        .all("certificatePolicies", MAX_SET)?;
    elements
        .iter()
        .map(|element| element.reader()?.oid("policyIdentifier"))
        .collect()
}

fn parse_constraints(reader: &mut Reader<'_>) -> Result<(Option<u64>, Option<u64>), ParseError> {
    const WHAT: &str = "policyConstraints";
    let mut fields = reader.sequence(WHAT)?;
    let mut skip = |number: u8| -> Result<Option<u64>, ParseError> {
        match fields.optional(ber::context_primitive(number))? {
            Some(field) => ber::small(field.content)
                .map(Some)
                .ok_or(ParseError::Malformed { what: WHAT }),
            None => Ok(None),
        }
    };
    let parsed = (skip(0)?, skip(1)?);
    fields.finish(WHAT)?;
    Ok(parsed)
}
