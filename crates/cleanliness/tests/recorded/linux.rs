//! Faults of Linux.

use fidem_cleanliness::FileTime;

use crate::{Fault, LINUX, browser, find_each, linux_plan};

#[test]
fn every_fault_of_a_linux_machine_is_found_by_its_own_check() {
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
                    .push("--ignore-certificate-errors".to_owned());
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
