//! Pages known beforehand, fetched before and after a capture: is the network live (check 38, R-045)?

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::plan::Reference;
use crate::report::{Report, Value};

/// Code of the check.
const CODE: &str = "network-baseline";

impl Report {
    /// The reference pages as this report has them, in their order (check 38).
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let raw = self.check(CODE).into_iter().flat_map(|check| &check.raw);
        let texts = raw.filter_map(|raw| raw.text.as_deref());
        texts
            .filter_map(|text| serde_json::from_str(text).ok())
            .collect()
    }
}

/// Check 38: what the caller fetched just before this run. One page that came shows a network; what others answered is
/// kept beside it.
pub(crate) fn references(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let pages = &round.plan.references;
    for page in pages {
        let bytes = serde_json::to_vec(page).unwrap_or_default();
        let source = format!("given by the caller: reference page {}", page.address);
        x.keep(&source, Ok(&bytes));
    }
    let value = |page: &Reference| (page.address.clone(), fact(page));
    let facts = pages.iter().map(value).collect();
    x.observe("references", Value::Record(facts));
    judge(pages)
}

/// What is known of a page; what is not known is left out.
fn fact(page: &Reference) -> Value {
    let text = |text: &Option<String>| text.clone().map(Value::Text);
    let parts = [
        ("asked", Some(Value::Text(page.asked.clone()))),
        ("error", text(&page.error)),
        ("peer", text(&page.peer)),
        ("sha256", text(&page.sha256)),
        ("size", page.size.map(Value::from)),
        (
            "status",
            page.status.map(|code| Value::from(u32::from(code))),
        ),
    ];
    let known = parts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Record(known.collect())
}

fn judge(pages: &[Reference]) -> Judgement {
    if pages.is_empty() {
        return Judgement::missing("no-reference-addresses");
    }
    let mut judgement = Judgement::default();
    if pages.iter().any(Reference::came) {
        return judgement;
    }
    for page in pages {
        let status = || page.status.map(|code| format!("HTTP {code}"));
        let reason = page.error.clone().or_else(status).unwrap_or_default();
        let params = [("address", page.address.as_str()), ("reason", &reason)];
        judgement.abnormal("reference-failed", &params);
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(status: Option<u16>, error: Option<&str>) -> Reference {
        Reference {
            address: "http://known.example/".to_owned(),
            status,
            error: error.map(str::to_owned),
            ..Reference::default()
        }
    }

    #[test]
    fn a_page_that_came_whole_shows_the_network() {
        assert_eq!(judge(&[page(Some(200), None)]), Judgement::default());
        let one_of_two = [page(None, Some("refused")), page(Some(204), None)];
        assert_eq!(judge(&one_of_two), Judgement::default());
    }

    #[test]
    fn silence_a_break_and_another_status_do_not() {
        for (status, error, said) in [
            (None, Some("refused"), "refused"),
            (Some(200), Some("broken"), "broken"),
            // what a captive portal answers
            (Some(302), None, "HTTP 302"),
            (Some(511), None, "HTTP 511"),
        ] {
            let judgement = judge(&[page(status, error)]);
            assert_eq!(judgement.codes(), ["reference-failed"]);
            assert_eq!(judgement.abnormal[0].params["reason"], said);
        }
    }

    #[test]
    fn without_pages_nothing_was_checked() {
        let judgement = judge(&[]);
        assert_eq!(judgement.codes(), ["no-reference-addresses"]);
        assert!(judgement.abnormal.is_empty());
    }
}
