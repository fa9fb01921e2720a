//! Recorded machines: a clean one of each system, and one fault after the other put into it. Each fault must be found
//! by its own check, and by no other.

mod linux;
mod macos;
mod windows;

use std::collections::BTreeMap;

use fidem_cleanliness::{
    Browser, ControlSite, Effect, Launch, Metadata, OfficeNetwork, People, Phase, Plan,
    ProxyDecision, Recorded, Recording, Reference, Report, SelfTest, Tool, Verdict, check, compare,
};

const LINUX: &[u8] = include_bytes!("../machines/linux.json");
const WINDOWS: &[u8] = include_bytes!("../machines/windows.json");
const MACOS: &[u8] = include_bytes!("../machines/macos.json");

fn machine(bytes: &[u8]) -> Recorded {
    Recorded::from_json(bytes).unwrap()
}

fn plan(executable: &str, profile: &str, pid: Option<u32>) -> Plan {
    let site = |host: &str| ControlSite {
        host: host.to_owned(),
        met: vec!["ab".repeat(32)],
        pinned: vec!["ab".repeat(32)],
        error: None,
    };
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    Plan {
        browser: Some(Browser {
            command_line: texts(&[
                "--remote-debugging-pipe",
                &format!("--user-data-dir={profile}"),
            ]),
            environment: BTreeMap::from([("LANG".to_owned(), "zh_CN.UTF-8".to_owned())]),
            executable: executable.to_owned(),
            pid,
            profile: profile.to_owned(),
            profile_made_unix_ms: None,
        }),
        control_sites: vec![site("a.example"), site("b.example")],
        egress_services: texts(&["http://ip.example/"]),
        office_networks: vec![OfficeNetwork {
            egress: vec!["116.228.0.10".parse().unwrap()],
            gateways: texts(&["d4:da:21:0a:0b:0c"]),
            name: "二楼".to_owned(),
            prefixes: texts(&["192.168.1.0/24"]),
        }],
        people: Some(People {
            case: "（2026）沪徐证字第1号".to_owned(),
            notary: "甲".to_owned(),
            operator: "乙".to_owned(),
            second: "甲".to_owned(),
        }),
        recording: Some(Recording {
            started_unix_ms: 1_795_699_990_000,
            ..Recording::default()
        }),
        references: vec![Reference {
            address: "http://known.example/".to_owned(),
            status: Some(200),
            ..Reference::default()
        }],
        resolvers: texts(&["223.5.5.5", "119.29.29.29"]),
        self_test: Some(SelfTest {
            matching: 112,
            served: 112,
            ..SelfTest::default()
        }),
        session: "0123456789abcdef".to_owned(),
        targets: texts(&["https://court.example/page"]),
        time_servers: texts(&["ntp.ntsc.ac.cn", "ntp.aliyun.com"]),
        tool: Tool {
            name: "fidem".to_owned(),
            version: "0.1.0".to_owned(),
        },
        ..Plan::default()
    }
}

fn linux_plan() -> Plan {
    plan(
        "/usr/lib/chromium/chromium",
        "/home/clerk/fidem/profile",
        Some(5000),
    )
}

fn run(mut machine: Recorded, plan: &Plan) -> Report {
    check(&mut machine, plan, Phase::Before)
}

fn not_normal(report: &Report) -> Vec<(&str, Vec<&str>)> {
    let checks = report
        .checks
        .iter()
        .filter(|check| check.verdict != Verdict::Normal);
    checks
        .map(|check| {
            (
                check.code.as_str(),
                check.reasons.iter().map(|r| r.code.as_str()).collect(),
            )
        })
        .collect()
}

#[test]
fn a_clean_linux_machine_is_normal_in_every_check() {
    let report = run(machine(LINUX), &linux_plan());
    assert_eq!(not_normal(&report), []);
    assert_eq!(report.counts.normal, 37);
    assert_eq!(report.effect(), Effect::None);
    assert!(report.proven);
}

#[test]
fn clean_windows_and_macos_machines_lack_only_what_is_known() {
    let edge = r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe";
    let report = run(
        machine(WINDOWS),
        &plan(edge, r"C:\Users\clerk\fidem\profile", Some(5000)),
    );
    assert_eq!(
        not_normal(&report),
        [("browser-modules", vec!["modules-unreadable"])]
    );
    let chrome = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    let report = run(
        machine(MACOS),
        &plan(chrome, "/Users/clerk/fidem/profile", Some(5000)),
    );
    assert_eq!(
        not_normal(&report),
        [("browser-modules", vec!["modules-unreadable"])]
    );
    assert!(!report.proven);
    assert_eq!(report.effect(), Effect::ClassAMinus);
}

/// A fault: what it does to machine and plan, the check that must find it, and the reason.
type Fault = (Change, &'static str, &'static str);
type Change = fn(&mut Recorded, &mut Plan);

fn find_each(bytes: &[u8], plan: &Plan, faults: &[Fault]) {
    let clean = run(machine(bytes), plan);
    for (inject, code, reason) in faults {
        let (mut faulty, mut its_plan) = (machine(bytes), plan.clone());
        inject(&mut faulty, &mut its_plan);
        let report = run(faulty, &its_plan);
        let found = report.check(code).unwrap();
        assert_eq!(found.verdict, Verdict::Abnormal, "{reason}");
        assert!(found.says(reason), "{reason}: {:?}", found.reasons);
        assert!(found.effect >= Effect::ClassAMinus, "{reason}");
        for (old, new) in clean.checks.iter().zip(&report.checks) {
            let same = old.verdict == new.verdict || new.code == *code;
            // A redirected name leads to a private address too: two checks see it.
            assert!(
                same || *reason == "dns-private",
                "{reason} also changed {}: {:?}",
                new.code,
                new.reasons
            );
        }
    }
}

fn browser(plan: &mut Plan) -> &mut Browser {
    plan.browser.as_mut().unwrap()
}

#[test]
fn a_target_on_this_machine_is_found() {
    let mut plan = linux_plan();
    plan.targets = vec!["http://127.0.0.1:8080/".to_owned()];
    let report = run(machine(LINUX), &plan);
    assert!(
        report
            .check("target-address")
            .unwrap()
            .says("target-not-public")
    );
}

#[test]
fn nothing_readable_is_nothing_passed() {
    let empty = Recorded::new(fidem_cleanliness::Platform::Linux, 1_795_700_000_000_000);
    let report = run(empty, &Plan::default());
    let normal: Vec<&str> = report
        .checks
        .iter()
        .filter(|c| c.verdict == Verdict::Normal)
        .map(|c| c.code.as_str())
        .collect();
    // Absent settings are what these look for; the clocks of a recording always agree.
    assert_eq!(normal, ["proxy", "browser-policies", "clock-integrity"]);
    assert_eq!(report.counts.abnormal, 0);
    assert_eq!(report.counts.not_checked, 34);
    assert_eq!(report.effect(), Effect::None);
}

#[test]
fn a_report_survives_its_bytes_and_refuses_others() {
    let report = run(machine(LINUX), &linux_plan());
    let bytes = report.to_bytes().unwrap();
    assert_eq!(Report::from_bytes(&bytes).unwrap(), report);
    let text = String::from_utf8(bytes).unwrap();
    assert!(
        Report::from_bytes(text.replacen("{\"checks\"", "{ \"checks\"", 1).as_bytes()).is_err()
    );
    assert!(
        Report::from_bytes(
            text.replacen("cleanliness/1", "cleanliness/2", 1)
                .as_bytes()
        )
        .is_err()
    );
    assert!(Report::from_bytes(text.replacen("\"phase\"", "\"phasf\"", 1).as_bytes()).is_err());
}

#[test]
fn a_report_holds_for_thirty_minutes() {
    let report = run(machine(LINUX), &linux_plan());
    let ended = report.ended.monotonic_ms;
    assert!(report.holds_at(ended + 1_800_000) && !report.holds_at(ended + 1_800_001));
    assert!(
        !report.holds_at(ended - 1),
        "a machine started anew is another machine"
    );
}

fn after(mut plan: Plan, change: fn(&mut Recorded, &mut Plan)) -> (Report, Report) {
    let before = run(machine(LINUX), &plan);
    let mut later = machine(LINUX);
    let full = Metadata {
        folder: true,
        modified_unix_ms: before.started.unix_ms + 5,
        size: 0,
    };
    later
        .lines("list /home/clerk/fidem/profile", &["Default"])
        .file("/home/clerk/fidem/profile/Default", full);
    plan.before = Some(Box::new(before.clone()));
    plan.launch = Some(Launch {
        addresses: BTreeMap::from([(
            "court.example".to_owned(),
            ["101.6.15.66".parse().unwrap()].into(),
        )]),
        command_line: None,
        proxy_decisions: vec![ProxyDecision {
            host: "court.example".to_owned(),
            list: "DIRECT".to_owned(),
        }],
    });
    change(&mut later, &mut plan);
    let report = check(&mut later, &plan, Phase::After);
    (before, report)
}

#[test]
fn an_unchanged_machine_is_normal_after_too() {
    let (before, report) = after(linux_plan(), |_, _| ());
    assert_eq!(not_normal(&report), []);
    assert_eq!(report.counts.normal, 38);
    assert_eq!(compare(&before, &report), []);
}

#[test]
fn what_changed_during_the_capture_is_listed_and_has_its_effect() {
    let changes: [(Change, &str); 3] = [
        (
            |m, _| {
                m.text("read /etc/hosts", "127.0.0.1 localhost # changed\n");
            },
            "hosts-file",
        ),
        (
            |m, _| {
                m.text(
                    "read /proc/net/route",
                    "h\nwlan0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n",
                );
            },
            "routes",
        ),
        (
            |m, _| {
                m.variable("http_proxy", "x:1");
            },
            "proxy",
        ),
    ];
    for (change, code) in changes {
        let (before, report) = after(linux_plan(), change);
        let listed = compare(&before, &report);
        assert!(
            listed
                .iter()
                .any(|c| c.code == code && c.effect == Effect::ClassAMinus),
            "{code}: {listed:?}"
        );
        assert!(report.check("re-run").unwrap().says("changed"), "{code}");
    }
}

#[test]
fn programs_that_come_and_go_are_listed_without_effect() {
    let (before, report) = after(linux_plan(), |m, _| {
        m.text("read /proc/1/comm", "systemd\n")
            .text("link /proc/1/exe", "/usr/lib/systemd/other");
    });
    let listed = compare(&before, &report);
    assert!(
        listed
            .iter()
            .all(|c| c.code == "processes" && c.effect == Effect::None)
            && !listed.is_empty()
    );
    assert_eq!(report.check("re-run").unwrap().verdict, Verdict::Normal);
}

#[test]
fn a_browser_that_used_a_proxy_or_another_address_is_found_after() {
    let (_, report) = after(linux_plan(), |_, p| {
        let launch = p.launch.as_mut().unwrap();
        launch.proxy_decisions[0].list = "PROXY 127.0.0.1:8080".to_owned();
        launch.addresses.insert(
            "court.example".to_owned(),
            ["9.9.9.9".parse().unwrap()].into(),
        );
    });
    assert!(report.check("proxy").unwrap().says("browser-used-proxy"));
    assert!(
        report
            .check("independent-resolution")
            .unwrap()
            .says("browser-address-differs")
    );
}

#[test]
fn what_was_checked_while_the_browser_ran_stands_in_the_report_after() {
    let mut plan = linux_plan();
    plan.running = fidem_cleanliness::check_running(&mut machine(LINUX), &plan);
    assert_eq!(
        plan.running
            .iter()
            .map(|c| c.number.as_str())
            .collect::<Vec<_>>(),
        ["19", "20"]
    );
    let (_, report) = after(plan, |m, _| {
        m.failure("read /proc/5000/maps", fidem_cleanliness::Failure::Missing);
    });
    assert_eq!(
        report.check("browser-modules").unwrap().verdict,
        Verdict::Normal
    );
}
