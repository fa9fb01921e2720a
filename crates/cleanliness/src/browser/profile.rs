//! The browser's profile: new, and of this session (check 18).

use crate::check::Round;
use crate::examination::Examination;
use crate::judgement::Judgement;
use crate::report::{Phase, Value};
use crate::system::{Failure, Metadata};

/// What was seen of the profile's folder.
#[derive(Debug)]
enum Folder {
    /// Not there: the browser will make it.
    Absent,
    /// Its names, and the earliest time any of them was last written, milliseconds since 1970.
    Present {
        names: Vec<String>,
        oldest_unix_ms: Option<i64>,
    },
    /// Something else, or unreadable.
    Unreadable,
}

/// Check 18: no cookies, no cache, no workers of earlier.
pub(crate) fn profile(x: &mut Examination<'_>, round: &Round<'_>) -> Judgement {
    let Some(browser) = round
        .plan
        .browser
        .as_ref()
        .filter(|browser| !browser.profile.is_empty())
    else {
        return Judgement::missing("no-browser");
    };
    let folder = look(x, &browser.profile);
    x.observe("folder", browser.profile.as_str());
    if let Folder::Present {
        names,
        oldest_unix_ms,
    } = &folder
    {
        x.observe("entries", names.len());
        x.observe(
            "oldest_unix_ms",
            oldest_unix_ms.map_or(Value::from(""), Value::from),
        );
    }
    match round.phase {
        Phase::Before => judge_before(&folder, browser.profile_made_unix_ms),
        Phase::After => judge_after(
            &folder,
            round
                .plan
                .before
                .as_ref()
                .map(|report| report.started.unix_ms),
        ),
    }
}

fn look(x: &mut Examination<'_>, path: &str) -> Folder {
    match x.list(path) {
        Ok(names) => {
            let times = names
                .iter()
                .filter_map(|name| x.system.metadata(&format!("{path}/{name}")).ok());
            Folder::Present {
                oldest_unix_ms: times
                    .map(
                        |Metadata {
                             modified_unix_ms, ..
                         }| modified_unix_ms,
                    )
                    .min(),
                names,
            }
        }
        Err(Failure::Missing) => match x.system.metadata(path) {
            Err(Failure::Missing) => Folder::Absent,
            _ => Folder::Unreadable,
        },
        Err(_) => Folder::Unreadable,
    }
}

/// Empty; or of a browser that runs, with nothing older than the folder that was made for it.
fn judge_before(folder: &Folder, made: Option<i64>) -> Judgement {
    let mut judgement = Judgement::default();
    match folder {
        Folder::Absent => (),
        Folder::Present { names, .. } if names.is_empty() => (),
        Folder::Present {
            oldest_unix_ms: Some(oldest),
            ..
        } if made.is_some() => older_than(made, *oldest, &mut judgement),
        Folder::Present { names, .. } => {
            judgement.abnormal(
                "profile-not-empty",
                &[("entries", &names.len().to_string())],
            );
        }
        Folder::Unreadable => judgement.unchecked("profile-unreadable", &[]),
    }
    judgement
}

/// After the capture it is full, but of nothing older than the session.
fn judge_after(folder: &Folder, began: Option<i64>) -> Judgement {
    let Some(began) = began else {
        return Judgement::missing("no-report-before");
    };
    let mut judgement = Judgement::default();
    match folder {
        Folder::Present {
            oldest_unix_ms: Some(oldest),
            ..
        } => older_than(Some(began), *oldest, &mut judgement),
        Folder::Present { .. } => (),
        Folder::Absent | Folder::Unreadable => judgement.unchecked("profile-unreadable", &[]),
    }
    judgement
}

fn older_than(began: Option<i64>, oldest: i64, judgement: &mut Judgement) {
    if began.is_some_and(|began| oldest < began) {
        judgement.abnormal(
            "profile-older-than-session",
            &[("oldest", &crate::check::rfc3339(oldest))],
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn present(names: &[&str], oldest_unix_ms: Option<i64>) -> Folder {
        Folder::Present {
            names: names.iter().map(|&name| name.to_owned()).collect(),
            oldest_unix_ms,
        }
    }

    #[test]
    fn only_a_new_profile_is_normal_before() {
        assert!(judge_before(&Folder::Absent, None).codes().is_empty());
        assert!(judge_before(&present(&[], None), None).codes().is_empty());
        assert_eq!(
            judge_before(&present(&["Default"], Some(1)), None).codes(),
            ["profile-not-empty"]
        );
        assert_eq!(
            judge_before(&Folder::Unreadable, None).codes(),
            ["profile-unreadable"]
        );
    }

    #[test]
    fn a_browser_that_runs_has_filled_the_folder_made_for_it() {
        let used = present(&["Default", "Last Version"], Some(1000));
        assert!(judge_before(&used, Some(1000)).codes().is_empty());
        assert_eq!(
            judge_before(&used, Some(1001)).codes(),
            ["profile-older-than-session"]
        );
    }

    #[test]
    fn nothing_may_be_older_than_the_session_after() {
        assert!(
            judge_after(&present(&["Default"], Some(1000)), Some(1000))
                .codes()
                .is_empty()
        );
        let older = judge_after(&present(&["Default"], Some(999)), Some(1000));
        assert_eq!(older.codes(), ["profile-older-than-session"]);
        assert_eq!(
            judge_after(&present(&["Default"], Some(1)), None).codes(),
            ["no-report-before"]
        );
    }
}
