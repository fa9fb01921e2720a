use std::io::{BufRead as _, BufReader, Cursor, Write as _, pipe};
use std::sync::{Arc, Mutex};

use super::*;
use crate::devtools::lock;
use crate::screencast::Reel;

fn tab(number: usize, opener: Option<usize>) -> Tab {
    let mut tabs = crate::tabs::Tabs::default();
    for n in 1..=number {
        tabs.meet(&format!("t{n}"), &format!("s{n}"), "", false);
    }
    let mut tab = tabs.of(&format!("s{number}")).cloned().unwrap();
    tab.opener = opener;
    tab
}

/// Pages with what they said last: shows, focused, appeared, gained.
fn sights(all: &[(usize, [bool; 4])]) -> BTreeMap<usize, Sight> {
    let one = |(number, [shows, focused, appeared, gained]): &(usize, [bool; 4])| {
        let mut sight = Sight::of(tab(*number, None), None);
        sight.look = Look {
            shows: Some(*shows),
            focused: *focused,
            appeared: *appeared,
            gained: *gained,
            answers: 1,
        };
        (*number, sight)
    };
    all.iter().map(one).collect()
}

const IN_FRONT: [bool; 4] = [true, true, false, false];
const BESIDE: [bool; 4] = [true, false, false, false];
const BEHIND: [bool; 4] = [false, false, false, false];

#[test]
fn in_front_is_what_was_opened_or_activated_last() {
    let opened = [true, true, true, true];
    // A tab opened in front, in the background, under the window in front.
    let of = |all: &[(usize, [bool; 4])], past: &[usize]| in_front(past, Some(1), &sights(all));
    assert_eq!(of(&[(1, BEHIND), (3, opened)], &[1]), Some(3));
    assert_eq!(of(&[(1, IN_FRONT), (3, BEHIND)], &[1]), Some(1));
    let under = [true, false, true, false];
    assert_eq!(of(&[(1, IN_FRONT), (3, under)], &[1]), Some(1));
    // The person is at a window of another program: what appears is in front all the same, what merely shows is not.
    assert_eq!(of(&[(1, BESIDE), (3, under)], &[1]), Some(3));
    assert_eq!(of(&[(1, BESIDE), (3, BESIDE)], &[1]), Some(1));
    // What was covered and shows again is not opened; where the one in front went, it takes its place.
    let mut uncovered = sights(&[(1, under), (3, BESIDE)]);
    uncovered.get_mut(&1).unwrap().look.answers = 9;
    assert_eq!(in_front(&[1, 3], Some(1), &uncovered), Some(3));
    uncovered.get_mut(&3).unwrap().look.shows = Some(false);
    assert_eq!(in_front(&[1, 3], Some(1), &uncovered), Some(1));
    // From one window to the other, both in sight.
    let gained = [true, true, false, true];
    assert_eq!(of(&[(1, gained), (3, BESIDE)], &[1, 3]), Some(1));
}

#[test]
fn behind_a_closed_window_is_the_one_that_opened_it() {
    let of =
        |all: &[(usize, [bool; 4])], past: &[usize], opener| in_front(past, opener, &sights(all));
    assert_eq!(
        of(&[(1, BEHIND), (2, BEHIND)], &[2, 1, 3], Some(2)),
        Some(2)
    );
    // Its opener was closed too.
    assert_eq!(
        of(&[(1, BEHIND), (2, BEHIND)], &[1, 2, 3], Some(4)),
        Some(2)
    );
    // What shows is in front, whoever opened what.
    assert_eq!(
        of(&[(1, BEHIND), (2, IN_FRONT)], &[2, 1, 3], Some(1)),
        Some(2)
    );
    assert_eq!(of(&[], &[3], None), None);
    // A hidden window of which nothing took the place stays.
    assert_eq!(of(&[(1, BEHIND)], &[1], None), Some(1));
}

#[test]
fn a_page_that_was_opened_and_does_not_answer_is_in_front_once() {
    let mut all = sights(&[(1, IN_FRONT)]);
    let mut silent = Sight::of(tab(3, Some(1)), Some(1));
    silent.met = Instant::now().checked_sub(SILENT * 2).unwrap();
    all.insert(3, silent);
    assert_eq!(in_front(&[1], None, &all), Some(3));
    assert_eq!(in_front(&[1, 3], Some(1), &all), Some(3));
    assert_eq!(in_front(&[3, 1], None, &all), Some(1));
    // One that is made ready for later is not.
    all.get_mut(&3).unwrap().tab.prepared = true;
    assert_eq!(in_front(&[1], None, &all), Some(1));
}

/// A browser that answers as its pages are said to be: session, shows, may be filmed.
struct Pretended {
    tools: DevTools,
    watched: Watched,
    tell: std::io::PipeWriter,
    pages: Pages,
}

type Pages = Arc<Mutex<Vec<(&'static str, bool, bool)>>>;

impl Pretended {
    fn begin(log: &Operations) -> Self {
        let (browser_in, to_browser) = pipe().unwrap();
        let (from_browser, mut answers) = pipe().unwrap();
        let tell = answers.try_clone().unwrap();
        let (tools, events) = DevTools::new(to_browser, from_browser);
        let pages: Pages = Arc::new(Mutex::new(vec![("s1", true, true)]));
        let known = Arc::clone(&pages);
        std::thread::spawn(move || {
            let mut lines = BufReader::new(browser_in);
            let mut line = Vec::new();
            while lines.read_until(0, &mut line).is_ok_and(|read| read > 0) {
                let asked: Value = serde_json::from_slice(&line[..line.len() - 1]).unwrap();
                line.clear();
                let session = asked["sessionId"].as_str().unwrap_or_default().to_owned();
                let page = lock(&known).iter().find(|p| p.0 == session).copied();
                let (_, shows, films) = page.unwrap_or(("", false, true));
                let mut answer = json!({"id": asked["id"], "result": {}});
                match asked["method"].as_str().unwrap() {
                    "Runtime.evaluate" => {
                        answer["result"] = json!({"result": {"value": [shows, shows]}});
                    }
                    "Page.startScreencast" if !films => {
                        answer = json!({"id": asked["id"], "error": {"message": "no"}});
                    }
                    _ => {}
                }
                if write!(answers, "{answer}\0").is_err() {
                    return;
                }
            }
        });
        let watched = Watched::start(&tools, events, log.clone());
        watched.set_main("t1", "s1");
        Self {
            tools,
            watched,
            tell,
            pages,
        }
    }

    /// A page opens in front of the others.
    fn opens(&mut self, session: &'static str, films: bool) {
        let mut pages = lock(&self.pages);
        pages.iter_mut().for_each(|page| page.1 = false);
        pages.push((session, true, films));
        drop(pages);
        let info = json!({"type": "page", "targetId": session, "openerId": "t1", "url": ""});
        self.event(
            "Target.attachedToTarget",
            json!({"sessionId": session, "targetInfo": info}),
        );
    }

    /// One closes, and another shows.
    fn closes(&mut self, session: &'static str, shows: &'static str) {
        let mut pages = lock(&self.pages);
        pages.retain(|page| page.0 != session);
        pages.iter_mut().for_each(|page| page.1 = page.0 == shows);
        drop(pages);
        self.event("Target.detachedFromTarget", json!({ "sessionId": session }));
    }

    fn event(&mut self, method: &str, params: Value) {
        let event = json!({"method": method, "params": params});
        write!(self.tell, "{event}\0").unwrap();
    }
}

fn film() -> Film {
    let reels = |_| -> std::io::Result<Box<dyn Reel>> { Ok(Box::new(Cursor::new(Vec::new()))) };
    Film::begin(Box::new(reels), "")
}

fn until(follower: &mut Follower, wanted: impl Fn(&Front) -> bool) -> Front {
    for _ in 0..500 {
        match follower.step() {
            Some(front) if wanted(&front) => return front,
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    panic!("it was not told");
}

#[test]
fn a_window_that_cannot_be_filmed_is_a_gap_and_has_no_hand() {
    let log = Operations::begin(None);
    let mut browser = Pretended::begin(&log);
    let film = film();
    film.of("s1");
    let begun = (&browser.tools, &browser.watched);
    let mut follower = Follower::begin(begun, &log, Some(&film), ("s1", (800, 600)));
    assert_eq!(follower.session(), Some("s1"));
    browser.opens("s2", true);
    let front = until(&mut follower, |f| f.window == 2);
    assert!(front.followed);
    assert_eq!(follower.session(), Some("s2"));
    browser.opens("s3", false);
    let front = until(&mut follower, |f| f.window == 3);
    assert!(!front.followed);
    assert_eq!(follower.session(), None);
    browser.closes("s3", "s2");
    let front = until(&mut follower, |f| f.window == 2);
    assert!(front.followed);
    assert_eq!(follower.session(), Some("s2"));
    let gaps: Vec<String> = film.finish().gaps.into_iter().map(|g| g.reason).collect();
    assert_eq!(gaps, [OTHER_WINDOW]);
    let lines = String::from_utf8(log.lines()).unwrap();
    let acts: Vec<Value> = lines
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let fronts: Vec<&Value> = acts
        .iter()
        .filter(|l| l["act"] == "front")
        .map(|l| &l["data"]["window"])
        .collect();
    assert_eq!(fronts, [1, 2, 3, 2]);
    for act in ["front-not-followed", "window-closed"] {
        assert_eq!(acts.iter().filter(|l| l["act"] == act).count(), 1, "{act}");
    }
}
