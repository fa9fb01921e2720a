//! A capture that a person drives: commands on standard input, what happens on standard error.

use std::io::BufRead as _;
use std::sync::mpsc::{Receiver, Sender, channel};

use fidem_capture::interactive::{Command, SignIn, Told};
use fidem_capture::{Interactive, Seen};
use fidem_office::{CaptureOptions, Captured, Driving, Office, OfficeError, capture_with};

use crate::arguments::Visit;
use crate::capture::Teller;
use crate::out::Out;

/// Captures one address while a person drives.
pub fn capture(
    office: &mut Office,
    (case, url): (&str, &str),
    mut options: CaptureOptions,
    visit: &Visit,
    out: &Out,
) -> std::result::Result<Captured, OfficeError> {
    options.bounds.headed = !visit.no_window;
    let login = match (&visit.login, &visit.account, &visit.signed_in_by) {
        (Some(url), Some(account), Some(person)) => Some(SignIn {
            url: url.clone(),
            account: account.clone(),
            person: person.clone(),
        }),
        _ => None,
    };
    let commands = listen(out);
    let mut desk = Teller { out, url };
    let mut told = |told: Told| tell(&told, out);
    let driving = Driving::Person {
        login,
        commands: &commands,
        told: &mut told,
    };
    capture_with(office, &mut desk, case, url, &options, driving)
}

/// Commands as they are typed. The thread ends with the input, or with the program.
fn listen(out: &Out) -> Receiver<Command> {
    let (sender, commands) = channel();
    out.remark(
        "交互取证：逐行输入命令。go 网址；fix 名称（固定当前页面）；note 备注；pause、resume；end-login；finish。",
        "Commands, one to a line: go ADDRESS, fix LABEL, note WORDS, pause, resume, end-login, finish.",
    );
    std::thread::spawn(move || read(&sender));
    commands
}

fn read(sender: &Sender<Command>) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else {
            return;
        };
        match command(&line) {
            Some(command) => {
                if sender.send(command).is_err() {
                    return;
                }
            }
            None if line.trim().is_empty() => {}
            None => eprintln!("? {line}"),
        }
    }
}

fn command(line: &str) -> Option<Command> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim().to_owned();
    match (word, rest.is_empty()) {
        ("go", false) => Some(Command::Goto(rest)),
        ("fix", _) => Some(Command::Fix(rest)),
        ("note", false) => Some(Command::Note(rest)),
        ("pause", true) => Some(Command::Pause),
        ("resume", true) => Some(Command::Resume),
        ("end-login", true) => Some(Command::EndLogin),
        ("finish", true) => Some(Command::Finish),
        _ => None,
    }
}

fn tell(told: &Told, out: &Out) {
    match told {
        Told::Recording(false) => out.remark(
            "登录阶段：不记录网络，录像中遮盖口令。登录后输入 end-login。",
            "Sign-in: the traffic is not recorded, secrets are blank in the film. Then say end-login.",
        ),
        Told::Recording(true) => out.remark("开始记录。", "Recording begins."),
        Told::Opened(url, None) => {
            out.remark(&format!("已打开：{url}"), &format!("opened: {url}"));
        }
        Told::Opened(url, Some(error)) => out.remark(
            &format!("未能打开：{url}（{error}）"),
            &format!("not opened: {url} ({error})"),
        ),
        Told::Fixed(number) => out.remark(
            &format!("已固定第 {number} 页。"),
            &format!("Page {number} is fixed."),
        ),
        Told::Front {
            window,
            url,
            followed: true,
        } if !url.is_empty() => out.remark(
            &format!("当前为第 {window} 个标签页或窗口，录像与固定随之切换：{url}"),
            &format!("tab or window {window} is in front, filmed and fixed from now on: {url}"),
        ),
        Told::Front {
            window,
            url,
            followed: false,
        } => out.remark(
            &format!("当前的第 {window} 个标签页或窗口不能录像、不能固定，其网络通信照常记录：{url}"),
            &format!("tab or window {window} is in front and can be neither filmed nor fixed; its traffic is recorded: {url}"),
        ),
        Told::Refused(what) if what == "fix" => out.remark(
            "未固定：当前的标签页或窗口不能截取。",
            "not fixed: of the tab or window in front no picture can be taken.",
        ),
        Told::Refused(what) => out.remark(
            &format!("此时不能执行：{what}"),
            &format!("not possible here: {what}"),
        ),
        Told::Request(_, seen) if seen.status > 0 => request(seen, out),
        _ => {}
    }
}

fn request(seen: &Seen, out: &Out) {
    let line = format!("  {} {} {}", seen.status, seen.method, seen.url);
    out.remark(&line, &line);
}

/// What a person did, in words: the account and who signed in, the fixed pages, the film and its gaps.
pub fn report(did: &Interactive, zh: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(login) = &did.login {
        lines.push(match zh {
            true => format!(
                "登录账号 {}，由 {} 操作登录；登录阶段的网络通信未记录。",
                login.account, login.person
            ),
            false => format!(
                "Signed in to {} by {}; the traffic of the sign-in is not recorded.",
                login.account, login.person
            ),
        });
    }
    for (number, page) in (1..).zip(&did.fixed) {
        lines.push(match zh {
            true => format!("第 {number} 页“{}”：{}，{}", page.label, page.url, page.at),
            false => format!("Page {number}, {}: {}, {}", page.label, page.url, page.at),
        });
    }
    if let Some(film) = &did.film {
        let of = |reason| film.gaps.iter().filter(|g| g.reason == reason).count();
        let (paused, other) = (of("paused"), of("other-window"));
        lines.push(match zh {
            true => format!(
                "录像 {} 帧（无声音），未录时段 {} 处，其中人为暂停 {paused} 处，当前窗口不能录像 {other} 处。",
                film.frames,
                film.gaps.len()
            ),
            false => format!(
                "Film of {} frames (no sound), {} gaps, {paused} of them pauses, {other} while a window was in front that could not be filmed.",
                film.frames,
                film.gaps.len()
            ),
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_command_or_none() {
        assert_eq!(
            command("fix  订单 页"),
            Some(Command::Fix("订单 页".to_owned()))
        );
        assert_eq!(
            command("go http://a.example/"),
            Some(Command::Goto("http://a.example/".to_owned()))
        );
        assert_eq!(command(" finish "), Some(Command::Finish));
        assert_eq!(command("go"), None);
        assert_eq!(command("finish now"), None);
    }
}
