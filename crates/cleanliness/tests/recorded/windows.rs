//! Faults of Windows.

use crate::{Fault, WINDOWS, find_each, plan};

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
