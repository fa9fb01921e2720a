//! The dated list of time-stamping authorities that others run for the public.

use serde::Deserialize;

const LIST: &str = include_str!("../data/authorities.json");
const FORMAT: &str = "fidem-authorities/1";

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What is known of an authority's licence or qualified status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Standing {
    /// Nothing is known for sure.
    Unknown,
    /// The operator calls this service qualified (Regulation (EU) No 910/2014, article 42). That was
    /// not checked against a trusted list at the date of the list.
    ClaimedQualified,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Access {
    /// Anyone may ask without an account, as far as is known.
    Open,
    /// Needs an agreement or an account with the operator.
    Contract,
    /// Whether anyone may ask is unknown.
    Unknown,
}

/// One authority.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicAuthority {
    /// Short and stable, in lower case.
    pub id: String,
    /// What people call it.
    pub name: Bilingual,
    /// The company or person that runs it.
    pub operator: String,
    /// Where requests are posted; `None` where the operator gives it out by contract.
    pub url: Option<String>,
    /// ISO 3166-1 alpha-2 code of the operator's seat; `None` when unknown.
    pub country: Option<String>,
    /// Whether anyone may ask.
    pub access: Access,
    /// Licence or qualified status, as of the date of the list.
    pub standing: Standing,
    /// What is known about policy, use and standing.
    pub note: Bilingual,
    /// Common names of the roots that its tokens are known to lead to; empty when unknown. A name
    /// is a hint for a person, never trust.
    pub roots: Vec<String>,
}

/// The whole list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityList {
    /// `fidem-authorities/1`.
    pub format: String,
    /// The date to which everything in the list refers, as YYYY-MM-DD.
    pub date: String,
    /// What the list is, and is not.
    pub about: Bilingual,
    /// The authorities, by id.
    pub authorities: Vec<PublicAuthority>,
}

/// Why the list cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthoritiesError {
    /// It is not the JSON it should be.
    #[error("the list of authorities cannot be read: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It is of another format.
    #[error("the list of authorities has the format `{format}`")]
    Format {
        /// The format it names.
        format: String,
    },
}

/// The list that this version of the program was built with. Reading it contacts nobody.
///
/// # Errors
/// When the list is damaged, which the tests of this crate rule out.
pub fn public_authorities() -> Result<AuthorityList, AuthoritiesError> {
    let list: AuthorityList = serde_json::from_str(LIST)?;
    if list.format != FORMAT {
        return Err(AuthoritiesError::Format {
            format: list.format,
        });
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn list() -> AuthorityList {
        public_authorities().expect("a list")
    }

    #[test]
    fn entries_are_in_order_and_once() {
        let ids: Vec<_> = list()
            .authorities
            .into_iter()
            .map(|entry| entry.id)
            .collect();
        let ordered: BTreeSet<_> = ids.iter().cloned().collect();
        assert_eq!(ids, ordered.into_iter().collect::<Vec<_>>());
        assert!(ids.len() >= 10);
    }

    #[test]
    fn addresses_can_be_dialled_and_open_ones_have_one() {
        for entry in list().authorities {
            match &entry.url {
                Some(url) => {
                    let parsed = reqwest::Url::parse(url).expect("a URL");
                    assert!(matches!(parsed.scheme(), "http" | "https"), "{url}");
                    assert!(parsed.host_str().is_some(), "{url}");
                }
                None => assert_ne!(entry.access, Access::Open, "{}", entry.id),
            }
        }
    }

    #[test]
    fn people_find_both_languages() {
        let list = list();
        let mut texts = vec![list.about];
        texts.extend(
            list.authorities
                .into_iter()
                .flat_map(|entry| [entry.name, entry.note]),
        );
        for text in texts {
            assert!(
                !text.zh.trim().is_empty() && !text.en.trim().is_empty(),
                "{text:?}"
            );
        }
    }
}
