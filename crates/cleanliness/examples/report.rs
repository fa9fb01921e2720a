//! Prints a report of this machine with a summary: for trying the checks by hand.
#![allow(clippy::print_stdout)]

use fidem_cleanliness::codes::{self, Language};
use fidem_cleanliness::{Browser, Local, Phase, Plan, check};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let plan = Plan {
        session: "00".to_owned(),
        targets: arguments.by_ref().take(1).collect(),
        resolvers: vec!["223.5.5.5".to_owned(), "119.29.29.29".to_owned()],
        time_servers: vec!["ntp.ntsc.ac.cn".to_owned(), "ntp.aliyun.com".to_owned()],
        browser: Some(Browser {
            executable: "/usr/lib/chromium/chromium".to_owned(),
            profile: "/tmp/fidem-no-profile".to_owned(),
            command_line: vec!["--remote-debugging-pipe".to_owned()],
            ..Browser::default()
        }),
        ..Plan::default()
    };
    let report = check(&mut Local::new(), &plan, Phase::Before);
    let bytes = report.to_bytes()?;
    println!(
        "{} bytes, {:?}, {} ms",
        bytes.len(),
        report.counts,
        report.ended.monotonic_ms - report.started.monotonic_ms
    );
    for check in &report.checks {
        let verdict = codes::verdict(check.verdict, Language::Chinese);
        println!(
            "{} {} {verdict}",
            check.number,
            codes::title(&check.code, Language::Chinese)
        );
        for reason in &check.reasons {
            println!("     {}", codes::sentence(reason, Language::Chinese));
        }
    }
    Ok(())
}
