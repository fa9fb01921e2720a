//! What a judge says of the facts before it.

use crate::codes;
use crate::report::Reason;

/// Reasons found by a pure judge. No reason of either kind means: normal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Judgement {
    /// What is abnormal.
    pub abnormal: Vec<Reason>,
    /// What is missing for a verdict.
    pub unchecked: Vec<Reason>,
    /// The abnormality forbids a capture.
    pub blocks: bool,
}

impl Judgement {
    /// Nothing could be judged, for one reason.
    pub fn missing(code: &str) -> Self {
        let mut judgement = Self::default();
        judgement.unchecked(code, &[]);
        judgement
    }

    pub fn abnormal(&mut self, code: &str, params: &[(&str, &str)]) {
        debug_assert!(codes::is_reason(code), "{code} has no sentence");
        self.abnormal.push(Reason::new(code, params));
    }

    pub fn unchecked(&mut self, code: &str, params: &[(&str, &str)]) {
        debug_assert!(codes::is_reason(code), "{code} has no sentence");
        self.unchecked.push(Reason::new(code, params));
    }

    #[cfg(test)]
    pub fn codes(&self) -> Vec<&str> {
        let all = self.abnormal.iter().chain(&self.unchecked);
        all.map(|reason| reason.code.as_str()).collect()
    }
}
