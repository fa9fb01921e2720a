//! Recorded machines: a clean one of each system, and one fault after the other put into it. Each fault must be found
//! by its own check, and by no other.

use std::collections::BTreeMap;

use fidem_cleanliness::{
    Browser, ControlSite, Effect, FileTime, Launch, Metadata, OfficeNetwork, People, Phase, Plan,
    ProxyDecision, Recorded, Recording, Report, SelfTest, Tool, Verdict, check, compare,
};

const LINUX: &[u8] = include_bytes!("machines/linux.json");
const WINDOWS: &[u8] = include_bytes!("machines/windows.json");
const MACOS: &[u8] = include_bytes!("machines/macos.json");

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
    assert_eq!(report.counts.normal, 36);
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
type Fault = (fn(&mut Recorded, &mut Plan), &'static str, &'static str);

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
fn every_fault_of_a_linux_machine_is_found_by_its_own_check() {
    let maps = "7f00-7f01 r-xp 00000000 fe:00 2 /tmp/inject.so\n";
    assert!(maps.contains("inject"));
    let faults: &[Fault] = &[
        (
            |m, _| {
                m.text("run systemd-detect-virt", "vmware\n");
            },
            "virtual-machine",
            "virtual-machine",
        ),
        (
            |m, _| {
                m.variable("SSH_CONNECTION", "10.0.0.9 1 10.0.0.1 22");
            },
            "virtual-machine",
            "remote-session",
        ),
        (
            |m, _| {
                m.time_server("ntp.ntsc.ac.cn:123", 300_000_000);
            },
            "clock-offset",
            "clock-offset",
        ),
        (
            |m, _| {
                m.text(
                    "read /etc/hosts",
                    "127.0.0.1 localhost\n203.0.113.9 court.example\n",
                );
            },
            "hosts-file",
            "hosts-captured",
        ),
        (
            |m, _| {
                m.text("read /etc/hosts", "203.0.113.9 cdn.example\n");
            },
            "hosts-file",
            "hosts-added",
        ),
        (
            |m, _| {
                m.text("read /etc/nsswitch.conf", "hosts: files evil dns\n");
            },
            "hosts-file",
            "hosts-diverted",
        ),
        (
            |m, _| {
                m.text("read /etc/resolv.conf", "nameserver 127.0.0.1\n");
            },
            "resolver-configuration",
            "resolver-on-this-machine",
        ),
        (
            |m, _| {
                m.lines("resolve court.example", &["8.8.4.4"]);
            },
            "independent-resolution",
            "dns-differs",
        ),
        (
            |m, _| {
                m.lines("resolve court.example", &["10.0.0.9"]);
            },
            "independent-resolution",
            "dns-private",
        ),
        (
            |m, _| {
                m.lines("udp 198.51.100.53:53 dns A example.com", &["8.8.4.4"]);
            },
            "independent-resolution",
            "dns-intercepted",
        ),
        (
            |m, _| {
                m.variable("https_proxy", "http://127.0.0.1:1");
            },
            "proxy",
            "proxy-set",
        ),
        (
            |m, _| {
                m.text(
                    "run gsettings get org.gnome.system.proxy mode",
                    "'manual'\n",
                );
            },
            "proxy",
            "proxy-set",
        ),
        (
            |m, _| {
                m.text(
                    "read /home/clerk/.config/kioslaverc",
                    "[Proxy Settings]\nProxyType=1\n",
                );
            },
            "proxy",
            "proxy-set",
        ),
        (
            |m, _| {
                m.text("read /etc/environment", "ALL_PROXY=socks5://127.0.0.1:1\n");
            },
            "proxy",
            "proxy-set",
        ),
        (
            |m, _| {
                m.text("read /sys/class/net/enp0s31f6/tun_flags", "0x1002\n");
            },
            "vpn-interfaces",
            "tunnel",
        ),
        (
            |m, _| {
                m.text("read /proc/net/route", "h\ntun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\nenp0s31f6\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
            },
            "routes",
            "route-over-default",
        ),
        (
            |m, _| {
                m.text(
                    "run iptables-save",
                    "*nat\n-A OUTPUT -p tcp --dport 443 -j REDIRECT --to-ports 8080\nCOMMIT\n",
                );
            },
            "redirect-rules",
            "redirection",
        ),
        (
            |m, _| {
                m.lines("list /usr/local/share/ca-certificates", &["x.crt"])
                    .text(
                        "read /usr/local/share/ca-certificates/x.crt",
                        "-----BEGIN CERTIFICATE-----\nMIIABAUGBwg=\n-----END CERTIFICATE-----\n",
                    );
            },
            "trust-store",
            "root-added",
        ),
        (
            |m, _| {
                m.text(
                    "run dpkg --verify ca-certificates",
                    "??5??????   /usr/share/ca-certificates/mozilla/Example_Root.crt\n",
                );
            },
            "trust-store",
            "root-list-altered",
        ),
        (
            |m, _| {
                m.text(
                    "run dpkg --verify chromium",
                    "??5??????   /usr/lib/chromium/chromium\n",
                );
            },
            "browser-binary",
            "browser-altered",
        ),
        (
            |m, _| {
                m.lines("list /etc/chromium/policies/managed", &["p.json"]);
            },
            "browser-policies",
            "browser-policy",
        ),
        (
            |m, _| {
                m.lines("list /usr/share/chromium/extensions", &["e.json"]);
            },
            "browser-policies",
            "browser-extension",
        ),
        (
            |m, _| {
                m.variable("CHROMIUM_FLAGS", "--no-sandbox");
            },
            "browser-policies",
            "browser-flags",
        ),
        (
            |m, _| {
                m.lines("list /home/clerk/fidem/profile", &["Default"]);
            },
            "browser-profile",
            "profile-not-empty",
        ),
        (
            |_, p| {
                browser(p)
                    .command_line
                    .push("--ignore-certificate-errors".to_owned())
            },
            "browser-command-line",
            "flag-accepts-bad-certificates",
        ),
        (
            |_, p| browser(p).command_line.push("--no-sandbox".to_owned()),
            "browser-command-line",
            "flag-forbidden",
        ),
        (
            |m, _| {
                m.text(
                    "read /proc/5000/cmdline",
                    "/x\0--remote-debugging-pipe\0--proxy-server=x:1\0",
                );
            },
            "browser-command-line",
            "argument-not-given",
        ),
        (
            |m, _| {
                m.text("read /proc/5000/environ", "SSLKEYLOGFILE=/tmp/k\0");
            },
            "browser-command-line",
            "variable-forbidden",
        ),
        (
            |m, _| {
                m.text(
                    "read /proc/5000/status",
                    "Name:\tchromium\nTracerPid:\t77\n",
                );
            },
            "browser-command-line",
            "browser-traced",
        ),
        (
            |m, _| {
                m.text(
                    "read /proc/5000/maps",
                    "7f00-7f01 r-xp 00000000 fe:00 2 /tmp/inject.so\n",
                );
            },
            "browser-modules",
            "module-foreign",
        ),
        (
            |m, _| {
                m.text("read /proc/1/comm", "mitmproxy\n");
            },
            "processes",
            "program-intercepts",
        ),
        (
            |m, _| {
                m.text(
                    "read /proc/1/cmdline",
                    "chrome\0--remote-debugging-port=9222\0",
                );
            },
            "listening-sockets",
            "debugging-port",
        ),
        (
            |m, _| {
                m.text(
                    "read /proc/net/tcp",
                    "h\n 0: 0100007F:1ED2 00000000:0000 0A 0 0\n",
                );
            },
            "listening-sockets",
            "port-listening",
        ),
        (
            |m, _| {
                m.text(
                    "run clamscan --version",
                    "ClamAV 1.0.9/27000/Mon Jun  1 08:44:12 2026\n",
                );
            },
            "security-software",
            "signatures-old",
        ),
        (
            |m, _| {
                m.lines("outgoing 198.51.100.53", &["10.9.9.9"]);
            },
            "office-network",
            "not-office-network",
        ),
        (
            |_, p| p.control_sites[0].met = vec!["cd".repeat(32)],
            "control-sites",
            "control-site-differs",
        ),
        (
            |_, p| p.self_test.as_mut().unwrap().matching = 111,
            "recorder-self-test",
            "self-test-failed",
        ),
        (
            |_, p| p.people.as_mut().unwrap().second = "乙".to_owned(),
            "people",
            "second-person-same",
        ),
        (
            |_, p| p.recording.as_mut().unwrap().started_unix_ms = 1_795_800_000_000,
            "recording",
            "recording-late",
        ),
        (
            |m, _| {
                m.text(
                    "read /proc/self/status",
                    "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n",
                );
            },
            "user-privileges",
            "user-privileged",
        ),
        (
            |m, _| {
                m.text("read /proc/1/comm", "anydesk\n");
            },
            "screen-sharing",
            "program-remote",
        ),
        (
            |m, _| {
                m.text(
                    "run df -Pk /home/clerk/fidem",
                    "F 1 2 3 4\n/dev/sda2 9 9 1000 99% /\n",
                );
            },
            "storage",
            "disk-nearly-full",
        ),
        (
            |m, _| {
                m.text(
                    "read /proc/mounts",
                    "/dev/sdb1 /media/clerk/KEY vfat rw 0 0\n",
                );
            },
            "removable-media",
            "removable-mounted",
        ),
        (
            |m, _| {
                m.text("read /proc/1/comm", "ydotoold\n");
            },
            "input-automation",
            "program-automates",
        ),
        (
            |m, _| {
                m.lines("list /proc/1/fd", &["7"])
                    .text("link /proc/1/fd/7", "/dev/uinput");
            },
            "input-automation",
            "virtual-input",
        ),
        (
            |m, _| {
                m.variable("LD_PRELOAD", "/tmp/x.so");
            },
            "clock-integrity",
            "preloaded",
        ),
        (
            |m, _| {
                m.clocks(FileTime {
                    file_us: 0,
                    kernel_us: None,
                    wall_us: 300_000_000,
                });
            },
            "clock-integrity",
            "clock-not-that-of-files",
        ),
        (
            |m, _| {
                m.clocks(FileTime {
                    file_us: 0,
                    kernel_us: Some(900_000),
                    wall_us: 0,
                });
            },
            "clock-integrity",
            "clock-not-that-of-kernel",
        ),
    ];
    find_each(LINUX, &linux_plan(), faults);
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
fn every_fault_of_a_windows_machine_is_found_by_its_own_check() {
    let edge = r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe";
    let faults: &[Fault] = &[
        (
            |m, _| {
                m.text(r"run reg query HKLM\HARDWARE\DESCRIPTION\System\BIOS", "HKEY_LOCAL_MACHINE\\X\r\n    SystemManufacturer    REG_SZ    VMware, Inc.\r\n    SystemProductName    REG_SZ    VMware20,1\r\n");
            },
            "virtual-machine",
            "virtual-machine",
        ),
        (
            |m, _| {
                m.variable("SESSIONNAME", "RDP-Tcp#3");
            },
            "virtual-machine",
            "remote-session",
        ),
        (
            |m, _| {
                m.text(r"run reg query HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters /v DataBasePath", "HKEY_LOCAL_MACHINE\\X\r\n    DataBasePath    REG_EXPAND_SZ    C:\\Users\\Public\\etc\r\n").text(r"read C:\Users\Public\etc\hosts", "");
            },
            "hosts-file",
            "hosts-diverted",
        ),
        (
            |m, _| {
                m.text(
                    r"read C:\WINDOWS\System32\drivers\etc\hosts",
                    "203.0.113.9 court.example\r\n",
                );
            },
            "hosts-file",
            "hosts-captured",
        ),
        (
            |m, _| {
                m.text(r"run reg query HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings", "HKEY_CURRENT_USER\\X\r\n    ProxyEnable    REG_DWORD    0x1\r\n    ProxyServer    REG_SZ    127.0.0.1:7890\r\n");
            },
            "proxy",
            "proxy-set",
        ),
        (
            |m, _| {
                m.text("run netsh winhttp show proxy", "\r\nCurrent WinHTTP proxy settings:\r\n\r\n    Proxy Server(s) :  127.0.0.1:8888\r\n");
            },
            "proxy",
            "proxy-set",
        ),
        (
            |m, _| {
                m.text(r"run reg query HKLM\SYSTEM\CurrentControlSet\Control\Class\{4D36E972-E325-11CE-BFC1-08002BE10318} /s /v DriverDesc", "HKEY_LOCAL_MACHINE\\X\\0000\r\n    DriverDesc    REG_SZ    TAP-Windows Adapter V9\r\n");
            },
            "vpn-interfaces",
            "tunnel",
        ),
        (
            |m, _| {
                m.text(
                    "run netsh interface portproxy show all",
                    "*               443         10.0.0.5        8443\r\n",
                );
            },
            "redirect-rules",
            "redirection",
        ),
        (
            |m, _| {
                m.text(r"run reg query HKCU\SOFTWARE\Microsoft\SystemCertificates\Root\Certificates", "HKEY_CURRENT_USER\\SOFTWARE\\Microsoft\\SystemCertificates\\Root\\Certificates\\0123456789ABCDEF0123456789ABCDEF01234567\r\n");
            },
            "trust-store",
            "root-added",
        ),
        (
            |m, _| {
                m.text(r"run reg query HKLM\SOFTWARE\Policies\Microsoft\Edge /s", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Edge\r\n    ProxyMode    REG_SZ    fixed_servers\r\n");
            },
            "browser-policies",
            "browser-policy",
        ),
        (
            |m, _| {
                m.text(
                    "run tasklist /fo csv /nh",
                    "\"Fiddler.exe\",\"77\",\"Console\",\"1\",\"9 K\"\r\n",
                );
            },
            "processes",
            "program-intercepts",
        ),
        (
            |m, _| {
                m.text(
                    "run tasklist /fo csv /nh",
                    "\"SunloginClient.exe\",\"77\",\"Console\",\"1\",\"9 K\"\r\n",
                );
            },
            "screen-sharing",
            "program-remote",
        ),
        (
            |m, _| {
                m.text(
                    "run netstat -an",
                    "  TCP    127.0.0.1:8888         0.0.0.0:0              LISTENING\r\n",
                );
            },
            "listening-sockets",
            "port-listening",
        ),
        (
            |m, _| {
                m.text(
                    "run whoami /groups /fo csv /nh",
                    "\"Mandatory Label\\High Mandatory Level\",\"Label\",\"S-1-16-12288\",\"\"\r\n",
                );
            },
            "user-privileges",
            "user-privileged",
        ),
    ];
    find_each(
        WINDOWS,
        &plan(edge, r"C:\Users\clerk\fidem\profile", None),
        faults,
    );
}

#[test]
fn every_fault_of_a_macos_machine_is_found_by_its_own_check() {
    let chrome = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    let faults: &[Fault] = &[
        (
            |m, _| {
                m.text("run sysctl -n kern.hv_vmm_present", "1\n");
            },
            "virtual-machine",
            "virtual-machine",
        ),
        (
            |m, _| {
                m.lines("list /etc/resolver", &["example"]);
            },
            "hosts-file",
            "hosts-diverted",
        ),
        (
            |m, _| {
                m.text("run scutil --proxy", "<dictionary> {\n  HTTPSEnable : 1\n  HTTPSPort : 8888\n  HTTPSProxy : 127.0.0.1\n}\n");
            },
            "proxy",
            "proxy-set",
        ),
        (
            |m, _| {
                m.text("run ifconfig", "utun4: flags=8051<UP> mtu 1380\n\tinet 10.8.0.2 --> 10.8.0.1 netmask 0xffffffff\n");
            },
            "vpn-interfaces",
            "tunnel",
        ),
        (
            |m, _| {
                m.text("run pfctl -s nat", "rdr pass on en0 inet proto tcp from any to any port = 443 -> 127.0.0.1 port 8080\n");
            },
            "redirect-rules",
            "redirection",
        ),
        (
            |m, _| {
                m.text(
                    "run security dump-trust-settings",
                    "Number of trusted certs = 1\nCert 0: Charles Proxy CA (12 Mar 2026)\n",
                );
            },
            "trust-store",
            "root-added",
        ),
        (
            |m, _| {
                m.exit(
                    "run codesign --verify --deep --strict /Applications/Google Chrome.app",
                    1,
                    "",
                );
            },
            "browser-binary",
            "browser-altered",
        ),
        (
            |m, _| {
                m.lines(
                    "list /Library/Managed Preferences",
                    &["com.google.Chrome.plist"],
                );
            },
            "browser-policies",
            "browser-policy",
        ),
        (
            |m, _| {
                m.text(
                    "run csrutil status",
                    "System Integrity Protection status: disabled.\n",
                );
            },
            "secure-boot",
            "system-protection-off",
        ),
        (
            |m, _| {
                m.text(
                    "run diskutil list external",
                    "/dev/disk4 (external, physical):\n",
                );
            },
            "removable-media",
            "removable-mounted",
        ),
        (
            |m, _| {
                m.variable("DYLD_INSERT_LIBRARIES", "/tmp/x.dylib");
            },
            "clock-integrity",
            "preloaded",
        ),
    ];
    find_each(
        MACOS,
        &plan(chrome, "/Users/clerk/fidem/profile", None),
        faults,
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
    assert_eq!(report.counts.not_checked, 33);
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
    assert_eq!(report.counts.normal, 37);
    assert_eq!(compare(&before, &report), []);
}

#[test]
fn what_changed_during_the_capture_is_listed_and_has_its_effect() {
    let changes: [(fn(&mut Recorded, &mut Plan), &str); 3] = [
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
