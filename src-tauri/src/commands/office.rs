//! People and time-stamping authorities.

use fidem_casebook as kept;
use fidem_courier as courier;
use fidem_office::{self as uses, Office, OfficeError, SystemDesk};
use tauri::State;

use super::Answer;
use crate::state::Desktop;
use crate::wire::{
    Access, AuthorityChoice, AuthorityList, Bilingual, ChosenAuthority, NewPerson, Person,
    PublicAuthority, Standing,
};

/// All persons.
#[tauri::command]
#[specta::specta]
pub async fn person_list(desktop: State<'_, Desktop>) -> Answer<Vec<Person>> {
    desktop
        .with(|office| Ok(office.person_list()?.iter().map(Person::from).collect()))
        .await
}

/// Adds a person.
#[tauri::command]
#[specta::specta]
pub async fn person_add(desktop: State<'_, Desktop>, person: NewPerson) -> Answer<Person> {
    desktop
        .with(move |office| {
            let roles: Vec<kept::Role> = person.roles.into_iter().map(Into::into).collect();
            let desk = &mut SystemDesk;
            let added = office.person_add(desk, &person.name, &roles, &person.passphrase)?;
            Ok(Person::from(&added))
        })
        .await
}

/// The dated public list; reading it contacts nobody.
#[tauri::command]
#[specta::specta]
pub fn authorities_public() -> Answer<AuthorityList> {
    let list = uses::offered()?;
    Ok(AuthorityList {
        date: list.date,
        about: both(list.about),
        authorities: list.authorities.into_iter().map(listed).collect(),
    })
}

/// Those the office chose.
#[tauri::command]
#[specta::specta]
pub async fn authorities_chosen(desktop: State<'_, Desktop>) -> Answer<Vec<ChosenAuthority>> {
    desktop
        .with(|office| {
            let chosen = office
                .authorities()?
                .into_iter()
                .map(|one| ChosenAuthority {
                    own_root: one.roots_pem.is_some(),
                    name: one.name,
                    url: one.url,
                });
            Ok(chosen.collect())
        })
        .await
}

/// Chooses them, in the order in which they are asked.
#[tauri::command]
#[specta::specta]
pub async fn authorities_choose(
    desktop: State<'_, Desktop>,
    choices: Vec<AuthorityChoice>,
) -> Answer<()> {
    desktop
        .with(move |office| {
            let before = office.authorities()?;
            let chosen: Result<Vec<_>, OfficeError> = choices
                .into_iter()
                .map(|one| pinned(one, &before))
                .collect();
            choose(office, &chosen?)
        })
        .await
}

fn choose(office: &mut Office, choices: &[uses::AuthorityChoice]) -> uses::Result<()> {
    office.authorities_choose(&SystemDesk, choices)
}

/// A choice with its root: read from the file named now, or as pinned before.
fn pinned(
    choice: AuthorityChoice,
    before: &[uses::AuthorityChoice],
) -> uses::Result<uses::AuthorityChoice> {
    let known = before.iter().find(|known| known.url == choice.url);
    let roots_pem = match &choice.root_path {
        Some(path) => Some(root(path)?),
        None => known.and_then(|known| known.roots_pem.clone()),
    };
    let policy = choice
        .policy
        .or_else(|| known.and_then(|known| known.policy.clone()));
    Ok(uses::AuthorityChoice {
        policy,
        name: choice.name,
        roots_pem,
        url: choice.url,
    })
}

/// A root certificate as PEM; a DER file is put into PEM.
fn root(path: &str) -> uses::Result<String> {
    let bytes = std::fs::read(path).map_err(|error| OfficeError::Io {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| pem(error.as_bytes())))
}

/// RFC 7468.
fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let mut out = String::from("-----BEGIN CERTIFICATE-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, later) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = later;
    }
    out.push_str("-----END CERTIFICATE-----\n");
    out
}

fn both(text: courier::Bilingual) -> Bilingual {
    Bilingual {
        zh: text.zh,
        en: text.en,
    }
}

fn listed(one: courier::PublicAuthority) -> PublicAuthority {
    PublicAuthority {
        id: one.id,
        name: both(one.name),
        operator: one.operator,
        url: one.url.unwrap_or_default(),
        country: one.country.unwrap_or_default(),
        access: match one.access {
            courier::Access::Open => Access::Open,
            courier::Access::Contract => Access::Contract,
            _ => Access::Unknown,
        },
        standing: match one.standing {
            courier::Standing::ClaimedQualified => Standing::ClaimedQualified,
            _ => Standing::Unknown,
        },
        note: both(one.note),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(root_path: Option<String>) -> AuthorityChoice {
        AuthorityChoice {
            policy: None,
            name: "A".to_owned(),
            url: "https://a.example".to_owned(),
            root_path,
        }
    }

    #[test]
    fn a_root_pinned_before_stays_until_another_is_named() {
        let before = [uses::AuthorityChoice {
            policy: None,
            name: "A".to_owned(),
            roots_pem: Some("old".to_owned()),
            url: "https://a.example".to_owned(),
        }];
        let kept = pinned(choice(None), &before).expect("a choice");
        assert_eq!(kept.roots_pem.as_deref(), Some("old"));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("root.der");
        std::fs::write(&path, [0x30, 0x82, 0xff, 0xfe]).expect("written");
        let renewed = pinned(choice(Some(path.display().to_string())), &before).expect("a choice");
        let pem = renewed.roots_pem.expect("a root");
        assert_eq!(
            pem,
            "-----BEGIN CERTIFICATE-----\nMIL//g==\n-----END CERTIFICATE-----\n"
        );
        assert!(pinned(choice(Some("/nowhere".to_owned())), &before).is_err());
    }

    #[test]
    fn the_public_list_reaches_the_page_in_both_languages() {
        let list = authorities_public().expect("a list");
        assert!(list.authorities.iter().any(|one| !one.url.is_empty()));
        assert!(
            list.authorities
                .iter()
                .all(|one| !one.name.zh.is_empty() && !one.name.en.is_empty())
        );
    }
}
