//! Faults of macOS.

use crate::{Fault, MACOS, find_each, plan};

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
