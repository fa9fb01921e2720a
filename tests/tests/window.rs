//! A clerk's clicks in the real window: first start, new case, hand-over, seal, receipt, export, verification, in both
//! languages. The file panels are the system's own and are answered by keyboard, as a person would.
//!
//! Runs only where a display, `WebKitWebDriver` and `xdotool` are at hand (`scripts/window.sh` brings them); elsewhere it
//! says so and passes over.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use fidem_testkit::FrozenClock;
use serde_json::{Value, json};

/// How long a screen may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a capture may take, its self-test and its seals included.
const CAPTURE: Duration = Duration::from_secs(120);

/// The second person of the office.
const SECOND: &str = "陈砚秋";

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_does_the_whole_main_job_in_chinese() -> Outcome {
    whole_job("zh-CN", 4466).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_does_the_whole_main_job_in_english() -> Outcome {
    whole_job("en", 4476).await
}

async fn whole_job(language: &str, port: u16) -> Outcome {
    if std::env::var_os("FIDEM_WINDOW").is_none() {
        eprintln!("SKIPPED: no window to drive (run scripts/window.sh)");
        return Ok(());
    }
    let now = std::time::UNIX_EPOCH.elapsed()?.as_secs();
    let clock = FrozenClock::at(i64::try_from(now)?);
    let authorities = fidem_testkit::two_authorities(&clock)?;
    let home = tempfile::tempdir()?;
    let desk = Desk::open(language, port, home.path()).await?;
    let office = home.path().join("office");
    let handed_over = home.path().join("handed-over");
    std::fs::create_dir(&handed_over)?;

    desk.first_start(&office).await?;
    desk.new_case().await?;
    desk.take_in().await?;
    desk.choose_and_seal(&authorities).await?;
    desk.look_at_time().await?;
    desk.certify().await?;
    desk.export(&handed_over).await?;
    desk.verify(&handed_over, authorities.roots()).await?;
    desk.look_at_authorities().await?;
    desk.edit_templates(home.path()).await?;
    // One manner of capture in each language: each takes half a minute.
    match language {
        "en" => desk.drive_a_capture().await?,
        _ => desk.capture_and_certify().await?,
    }
    desk.close().await
}

/// The driver, killed with the test whatever happens, and with it the window that it opened: a window left behind
/// would answer for the next one.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}

/// One window and the words of its language.
struct Desk {
    page: Client,
    words: Value,
    language: String,
    _driver: Driver,
}

impl Desk {
    async fn open(language: &str, port: u16, home: &Path) -> Outcome<Self> {
        let driver = Driver(
            Command::new("WebKitWebDriver")
                .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
                .process_group(0)
                .env("TAURI_WEBVIEW_AUTOMATION", "true")
                .env("HOME", home)
                .env("XDG_DATA_HOME", home.join("data"))
                .env("XDG_CONFIG_HOME", home.join("config"))
                .spawn()?,
        );
        tokio::time::sleep(Duration::from_millis(1000)).await;
        let program = program("fidem-desktop")?;
        let capabilities = json!({"webkitgtk:browserOptions": {"binary": program, "args": []}});
        let capabilities = capabilities.as_object().cloned().unwrap_or_default();
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let page = ClientBuilder::new(connector)
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await?;
        let words = repository().join(format!("ui/src/words/{language}.json"));
        let desk = Self {
            page,
            words: serde_json::from_slice(&std::fs::read(words)?)?,
            language: language.to_owned(),
            _driver: driver,
        };
        desk.speak().await?;
        Ok(desk)
    }

    /// Both windows start in Chinese; the switch is on every screen.
    async fn speak(&self) -> Outcome {
        if self.language == "en" {
            self.press("English").await?;
        }
        Ok(())
    }

    async fn first_start(&self, office: &Path) -> Outcome {
        self.fill(&self.word("first.name"), "青梧市公证处").await?;
        self.fill(&self.word("first.folder"), &office.display().to_string())
            .await?;
        self.fill(&self.word("first.person"), "苏晚").await?;
        self.fill(&self.word("passphrase.label"), "correct horse battery")
            .await?;
        self.fill(&self.word("passphrase.again"), "correct horse battery")
            .await?;
        self.picture("first-start").await?;
        self.press(&self.word("first.create")).await?;
        self.see(&self.word("recovery.title")).await?;
        self.picture("recovery-sheet").await?;
        self.click_text(&self.word("recovery.sure")).await?;
        self.press(&self.word("recovery.go")).await?;
        self.see(&self.word("cases.empty")).await
    }

    async fn new_case(&self) -> Outcome {
        self.page
            .find(Locator::XPath(&format!(
                "//button[contains(.,{})]",
                quoted(&self.word("nav.newCase"))
            )))
            .await?
            .click()
            .await?;
        self.fill(
            &self.word("case.matter"),
            "网店侵权页面及往来函件的电子数据保管",
        )
        .await?;
        self.fill(&self.word("case.applicant"), "杭州青石文化创意有限公司")
            .await?;
        self.press(&self.word("newCase.open")).await?;
        self.see("保全字第0001号").await
    }

    async fn take_in(&self) -> Outcome {
        self.press(&self.word("next.take-in")).await?;
        self.see(&self.word("takeIn.drop")).await?;
        let samples = repository().join("samples/case-shop");
        self.press(&self.word("act.pickFolder")).await?;
        answer_panel(&samples).await?;
        self.see("case-shop").await?;
        self.choose(&self.word("takeIn.art14"), &self.word("art14.file"))
            .await?;
        self.fill(&self.word("takeIn.handedOverBy"), "沈若溪")
            .await?;
        self.fill(&self.word("carrier.kind"), "手机").await?;
        self.fill(&self.word("art18.source"), "申请人手机中的照片与聊天记录")
            .await?;
        self.picture("take-in").await?;
        self.press(&self.word("act.takeIn")).await?;
        self.see(&self.word("class.C.sentence")).await?;
        self.picture("case").await
    }

    async fn choose_and_seal(&self, authorities: &fidem_testkit::TwoAuthorities) -> Outcome {
        self.press(&self.word("next.seal")).await?;
        let urls = authorities.urls();
        for (number, url) in urls.iter().enumerate() {
            self.press(&self.word("authority.addOwn")).await?;
            self.fill(&self.word("authority.name"), &format!("TSA {}", number + 1))
                .await?;
            self.fill(&self.word("authority.url"), url).await?;
            let roots = authorities.roots().display().to_string();
            self.fill(&self.word("authority.root"), &roots).await?;
            self.press(&self.word("authority.add")).await?;
        }
        self.press(&self.word("authority.choose").replace("{n}", "2"))
            .await?;
        self.see(&self.word("seal.what")).await?;
        self.picture("seal").await?;
        self.press(&self.word("act.seal")).await?;
        self.see(&self.word("seal.doneTitle").replace("{n}", "1"))
            .await?;
        self.picture("sealed").await?;
        self.press(&self.word("act.toCase")).await
    }

    /// A token opened field by field, and the authorities as they stand after it.
    async fn look_at_time(&self) -> Outcome {
        self.press(&self.word("tab.time")).await?;
        self.press(&self.word("token.open")).await?;
        self.see("±1 s").await?;
        self.picture("token").await?;
        self.press(&self.word("token.close")).await
    }

    async fn look_at_authorities(&self) -> Outcome {
        self.follow(&self.word("nav.settings")).await?;
        self.press(&self.word("settings.authorities")).await?;
        self.see(&self.word("standing.answered")).await?;
        self.picture("authorities").await
    }

    /// The specimen follows the editor: a fault is shown at its line, and gone when it is mended.
    async fn edit_templates(&self, home: &Path) -> Outcome {
        self.press(&self.word("settings.templates")).await?;
        self.painted().await?;
        self.see(&self.word("templates.specimen")).await?;
        let inside = home.join("letterheads");
        std::fs::create_dir(&inside)?;
        self.press(&self.word("templates.copy")).await?;
        answer_panel(&inside).await?;
        self.see(&self.word("templates.follows")).await?;
        let file = inside.join("fidem-templates/receipt.typ");
        let sound = std::fs::read_to_string(&file)?;
        std::fs::write(&file, format!("{sound}\n#no-such-thing\n"))?;
        self.see("unknown variable: no-such-thing").await?;
        self.picture("template-fault").await?;
        std::fs::write(&file, sound)?;
        self.see(&self.word("templates.follows")).await?;
        self.press(&self.word("templates.back")).await?;
        self.see(&self.word("templates.specimen")).await
    }

    async fn certify(&self) -> Outcome {
        self.certify_as("certificate").await
    }

    async fn certify_as(&self, name: &str) -> Outcome {
        self.press(&self.word("next.review")).await?;
        self.press(&self.word("review.receipt")).await?;
        self.painted().await?;
        self.press(&self.word("act.certify")).await?;
        self.see(&self.word("papers.stateIs.issued")).await?;
        self.painted().await?;
        self.picture(name).await
    }

    async fn export(&self, folder: &Path) -> Outcome {
        self.press(&self.word("next.export")).await?;
        self.press(&self.word("act.browse")).await?;
        answer_panel(folder).await?;
        self.see(&folder.display().to_string()).await?;
        self.press(&self.word("act.export")).await?;
        self.see(&self.word("export.done").replace("{revision}", "1"))
            .await?;
        // The page goes along where there is one; the list of states always.
        let there = std::env::var_os("FIDEM_VERIFIER").is_some_and(|p| Path::new(&p).is_file());
        assert_eq!(find(folder, "html").is_some(), there);
        let list = find(folder, "asice").map(|package| package.with_file_name("status-list.txt"));
        assert!(
            list.is_some_and(|list| list.is_file()),
            "the list of states"
        );
        self.picture("exported").await?;
        self.press(&self.word("export.verify")).await
    }

    async fn verify(&self, folder: &Path, roots: PathBuf) -> Outcome {
        let found = find(folder, "asice").ok_or("no package in the hand-over folder")?;
        // Keys that no keyboard has are mapped while they are typed, and on a busy machine arrive as others.
        let package = folder.with_file_name("package.asice");
        std::fs::copy(found, &package)?;
        self.press(&self.word("act.pickFiles")).await?;
        answer_panel(&package).await?;
        self.press(&self.word("verify.addTrust")).await?;
        answer_panel(&roots).await?;
        self.press(&self.word("act.verify")).await?;
        self.see(&self.word("verify.verdict.match")).await?;
        let cells = self
            .page
            .find_all(Locator::XPath(&format!(
                "//*[@aria-label={}]//li",
                quoted(&self.word("verify.strip"))
            )))
            .await?;
        assert_eq!(cells.len(), 7, "the strip has seven cells");
        self.picture("verified").await
    }

    /// A page is captured into a new case and the receipt of it issued.
    async fn capture_and_certify(&self) -> Outcome {
        if !browser() {
            return Ok(());
        }
        let site = fidem_loopback::sites::Plain::start(fidem_loopback::Listen::http())?;
        let url = format!("{}/index.html", site.endpoint(0).origin());
        self.hire().await?;
        self.follow(&self.word("nav.capture")).await?;
        self.fill(&self.word("capture.addresses"), &url).await?;
        self.press(&self.word("act.capture")).await?;
        self.see_within(&self.word("captureStep.look"), CAPTURE)
            .await?;
        self.picture("capture-running").await?;
        self.see_within(&self.word("capture.picture"), CAPTURE)
            .await?;
        self.see(&self.word("whole.whole")).await?;
        self.picture("captured").await?;
        self.follow(&self.word("act.toCase")).await?;
        self.see(&self.word("withheld.tag")).await?;
        self.picture("captured-case").await?;
        self.complete_the_case().await?;
        self.certify_as("captured-certificate").await
    }

    /// What must be there before a document: who asked for it, and why work went on though the examination found
    /// something abnormal. One person writes that, another confirms it, and it is sealed.
    async fn complete_the_case(&self) -> Outcome {
        self.press(&self.word("tab.details")).await?;
        self.fill(&self.word("case.applicant"), "杭州青石文化创意有限公司")
            .await?;
        self.press(&self.word("tab.records")).await?;
        self.press(&self.word("record.do.give")).await?;
        let why = "检查异常系取证机器的常态，已核对，不影响所访问的网址。";
        self.fill(&self.word("record.reason"), why).await?;
        self.picture("reason").await?;
        self.press(&self.word("record.giveReason")).await?;
        self.see(&self.word("record.byOther")).await?;
        self.log_out("苏晚").await?;
        self.choose(&self.word("logIn.person"), SECOND).await?;
        self.fill(&self.word("passphrase.label"), "correct horse battery")
            .await?;
        self.press(&self.word("logIn.go")).await?;
        self.press(&self.word("record.do.confirm")).await?;
        self.press(&self.word("record.do.confirm")).await?;
        self.see(&self.word("record.stateIs.complete")).await?;
        self.press(&self.word("next.seal")).await?;
        self.press(&self.word("act.seal")).await?;
        self.see(&self.word("seal.doneTitle").replace("{n}", "3"))
            .await?;
        self.press(&self.word("act.toCase")).await
    }

    async fn log_out(&self, person: &str) -> Outcome {
        let menu = format!("//button[contains(normalize-space(.),{})]", quoted(person));
        self.wait(&menu, person).await?.click().await?;
        tokio::time::sleep(Duration::from_millis(400)).await;
        self.press(&self.word("top.logOut")).await
    }

    /// A second person, who confirms and issues.
    async fn hire(&self) -> Outcome {
        self.follow(&self.word("nav.settings")).await?;
        self.press(&self.word("settings.people")).await?;
        self.press(&self.word("people.add")).await?;
        self.fill(&self.word("people.name"), SECOND).await?;
        self.click_text(&self.word("role.notary")).await?;
        self.fill(&self.word("passphrase.label"), "correct horse battery")
            .await?;
        self.fill(&self.word("passphrase.again"), "correct horse battery")
            .await?;
        // The page scrolls as the last field is left, and a click on what moves presses nothing.
        let listed = format!("//td[contains(normalize-space(.),{})]", quoted(SECOND));
        for _ in 0..3 {
            self.press(&self.word("people.add")).await?;
            let patience = Duration::from_secs(10);
            if self.wait_within(&listed, SECOND, patience).await.is_ok() {
                return Ok(());
            }
        }
        Err(format!("{SECOND} was not added").into())
    }

    /// A person drives the browser's own window; the desktop's page says what is kept.
    async fn drive_a_capture(&self) -> Outcome {
        if !browser() {
            return Ok(());
        }
        let site = fidem_loopback::sites::Plain::start(fidem_loopback::Listen::http())?;
        let origin = site.endpoint(0).origin();
        self.follow(&self.word("nav.capture")).await?;
        self.fill(
            &self.word("capture.addresses"),
            &format!("{origin}/index.html"),
        )
        .await?;
        self.click_text(&self.word("capture.modeVisit")).await?;
        self.press(&self.word("act.capture")).await?;
        self.see_within(&self.word("visit.recording"), CAPTURE)
            .await?;
        self.fill_named(&self.word("visit.fixLabel"), "首页")
            .await?;
        self.press(&self.word("visit.fix")).await?;
        self.see_within(&self.word("visit.fixed").replace("{n}", "1"), CAPTURE)
            .await?;
        self.picture("visit").await?;
        self.press(&self.word("visit.finish")).await?;
        self.see_within(&self.word("visit.did"), CAPTURE).await?;
        self.see("首页").await?;
        self.see(&self.word("whole.whole")).await?;
        self.picture("visited").await
    }

    async fn close(self) -> Outcome {
        self.page.close().await?;
        Ok(())
    }

    /// A word of the screens, by its key.
    fn word(&self, key: &str) -> String {
        let found = key
            .split('.')
            .try_fold(&self.words, |at, part| at.get(part))
            .and_then(Value::as_str);
        // Plural forms are written `one | many`; the tests count one or take the second.
        match found {
            Some(text) => text.rsplit(" | ").next().unwrap_or(text).to_owned(),
            None => panic!("the screens have no word {key}"),
        }
    }

    async fn see(&self, text: &str) -> Outcome {
        let what = format!("//*[contains(normalize-space(.),{})]", quoted(text));
        self.wait(&what, text).await.map(drop)
    }

    /// As [`Desk::see`], of something that takes its time.
    async fn see_within(&self, text: &str, patience: Duration) -> Outcome {
        let what = format!("//*[contains(normalize-space(.),{})]", quoted(text));
        self.wait_within(&what, text, patience).await.map(drop)
    }

    async fn press(&self, text: &str) -> Outcome {
        let what = format!(
            "//button[normalize-space(.)={0} and not(@disabled)]",
            quoted(text)
        );
        self.wait(&what, text).await?.click().await?;
        Ok(())
    }

    async fn follow(&self, text: &str) -> Outcome {
        let what = format!("//a[normalize-space(.)={}]", quoted(text));
        self.wait(&what, text).await?.click().await?;
        Ok(())
    }

    async fn click_text(&self, text: &str) -> Outcome {
        let what = format!("//label[contains(normalize-space(.),{})]", quoted(text));
        self.wait(&what, text).await?.click().await?;
        Ok(())
    }

    async fn fill(&self, label: &str, text: &str) -> Outcome {
        let what = format!(
            "//label[normalize-space(.)={}]/following::*[self::input or self::textarea][1]",
            quoted(label)
        );
        let field = self.wait(&what, label).await?;
        // Select all and type over, as a person does; clearing an input by script is not seen by the page.
        field.send_keys("\u{e009}a\u{e000}").await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// A field that is named by itself and has no label beside it.
    async fn fill_named(&self, name: &str, text: &str) -> Outcome {
        let what = format!("//input[@aria-label={}]", quoted(name));
        self.wait(&what, name).await?.send_keys(text).await?;
        Ok(())
    }

    /// Again where the list was still unfolding: a click on what moves chooses nothing.
    async fn choose(&self, label: &str, option: &str) -> Outcome {
        let field = format!(
            "//label[normalize-space(.)={}]/following::*[contains(@class,'el-select__wrapper')][1]",
            quoted(label)
        );
        let listed = format!(
            "//*[@role='option'][contains(normalize-space(.),{})]",
            quoted(option)
        );
        for _ in 0..3 {
            self.wait(&field, label).await?.click().await?;
            self.wait(&listed, option).await?.click().await?;
            tokio::time::sleep(Duration::from_millis(400)).await;
            if self.wait(&field, label).await?.text().await? == option {
                return Ok(());
            }
        }
        Err(format!("{option} is not chosen for {label}").into())
    }

    async fn painted(&self) -> Outcome {
        self.wait("//*[@data-painted]", "a painted page")
            .await
            .map(drop)
    }

    /// The first element that a person can see; a page keeps others in store.
    async fn wait(&self, xpath: &str, said: &str) -> Outcome<fantoccini::elements::Element> {
        self.wait_within(xpath, said, PATIENCE).await
    }

    async fn wait_within(
        &self,
        xpath: &str,
        said: &str,
        patience: Duration,
    ) -> Outcome<fantoccini::elements::Element> {
        let until = Instant::now() + patience;
        loop {
            for element in self.page.find_all(Locator::XPath(xpath)).await? {
                if element.is_displayed().await.unwrap_or(false) {
                    return Ok(element);
                }
            }
            if Instant::now() > until {
                self.picture("failed").await?;
                return Err(format!("not on the screen: {said}").into());
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }

    /// A picture for people, where they asked for pictures.
    async fn picture(&self, name: &str) -> Outcome {
        let Some(folder) = std::env::var_os("FIDEM_SCREENSHOTS") else {
            return Ok(());
        };
        tokio::time::sleep(Duration::from_millis(700)).await;
        // Of the display, not of the driver: the driver waits for a next frame that a page at rest never draws.
        let found = Command::new("xdotool")
            .args(["search", "--onlyvisible", "--name", "^Fidem"])
            .output()?;
        let window = String::from_utf8(found.stdout)?;
        // Where something is missing, what stands before the window is of interest too.
        let window = match name {
            "failed" => "root",
            _ => window
                .lines()
                .next()
                .ok_or("no window to take a picture of")?,
        };
        // Another window, a browser's for example, may stand before it.
        if window != "root" {
            let raise = ["windowactivate", "--sync", window];
            Command::new("xdotool").args(raise).status()?;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let file = format!("{name}.{}.png", self.language);
        let taken = Command::new("import")
            .args(["-window", window])
            .arg(PathBuf::from(folder).join(file))
            .status()?;
        assert!(taken.success(), "no picture of {name}");
        Ok(())
    }
}

/// Types a path into the system's file panel and confirms it, again where the panel was not ready to listen: it reads
/// its folders while keys arrive, and on a busy machine swallows some.
async fn answer_panel(path: &Path) -> Outcome {
    let mut text = path.canonicalize()?.display().to_string();
    if path.is_dir() {
        text.push('/');
    }
    let panel = panel_window(PATIENCE)
        .await
        .ok_or("the file panel did not open")?;
    for _ in 0..6 {
        type_path(&panel, &text).await?;
        if panel_closes(&panel, Duration::from_secs(5)).await? {
            return Ok(());
        }
    }
    Err("the file panel did not close".into())
}

async fn type_path(panel: &str, text: &str) -> Outcome {
    for arguments in [
        vec!["windowactivate", "--sync", panel],
        vec!["key", "ctrl+l"],
        vec!["key", "ctrl+a"],
        vec!["type", "--delay", "12", text],
        // What the panel completed of its own accord is selected, and removed.
        vec!["key", "--delay", "300", "Delete"],
        vec!["key", "Return"],
    ] {
        tokio::time::sleep(Duration::from_millis(300)).await;
        // The panel may close under the keys of a second round; whether it did is asked afterwards.
        Command::new("xdotool").args(&arguments).status()?;
    }
    Ok(())
}

/// The window that holds the keyboard, once that is a panel and no longer ours.
async fn panel_window(patience: Duration) -> Option<String> {
    let until = Instant::now() + patience;
    while Instant::now() < until {
        if let Some((window, name)) = active_window()
            && !name.starts_with("Fidem")
        {
            // The panel takes keys a moment after it is shown.
            tokio::time::sleep(Duration::from_millis(600)).await;
            return Some(window);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}

/// Whether the panel is gone, and the keyboard the window's again, within the time given.
async fn panel_closes(panel: &str, patience: Duration) -> Outcome<bool> {
    let until = Instant::now() + patience;
    while Instant::now() < until {
        if let Some((window, name)) = active_window()
            && window != panel
            && name.starts_with("Fidem")
        {
            tokio::time::sleep(Duration::from_millis(600)).await;
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(false)
}

/// The number and the name of the active window, if there is one.
fn active_window() -> Option<(String, String)> {
    let active = Command::new("xdotool")
        .args(["getactivewindow", "getwindowname", "getactivewindow"])
        .output()
        .ok()
        .filter(|asked| asked.status.success())?;
    let said = String::from_utf8_lossy(&active.stdout).into_owned();
    let (name, window) = said.trim_end().rsplit_once('\n')?;
    Some((window.to_owned(), name.to_owned()))
}

/// An XPath literal of any text.
fn quoted(text: &str) -> String {
    match text.contains('\'') {
        false => format!("'{text}'"),
        true => format!("\"{text}\""),
    }
}

fn find(folder: &Path, extension: &str) -> Option<PathBuf> {
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if let Some(found) = find(&path, extension) {
                return Some(found);
            }
        } else if path.extension().is_some_and(|e| e == extension) {
            return Some(path);
        }
    }
    None
}

/// Whether there is a browser to capture with.
fn browser() -> bool {
    let found = Path::new("/usr/lib/chromium/chromium").is_file();
    if !found {
        eprintln!("SKIPPED: captures in the window, no Chromium here");
    }
    found
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A program of this build, beside the test's own.
fn program(name: &str) -> Outcome<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own
        .parent()
        .and_then(Path::parent)
        .ok_or("no build folder")?;
    let program = folder.join(name);
    match program.is_file() {
        true => Ok(program),
        false => Err(format!(
            "{} is not built: cargo build --workspace",
            program.display()
        )
        .into()),
    }
}
