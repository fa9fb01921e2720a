//! Programs known by name. A name proves little, in either direction; the digests in check 21 say the rest.

use super::Process;

/// What a program is known for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Reads or alters traffic.
    Interceptor,
    /// Reads or alters other programs.
    Debugger,
    /// Shows or controls this screen from elsewhere.
    Remote,
    /// Presses keys and moves the mouse.
    Automation,
}

/// Lower case, without `.exe`; a trailing `*` stands for any ending.
const KNOWN: &[(&str, Kind)] = &[
    ("fiddler*", Kind::Interceptor),
    ("charles", Kind::Interceptor),
    ("mitmproxy", Kind::Interceptor),
    ("mitmdump", Kind::Interceptor),
    ("mitmweb", Kind::Interceptor),
    ("burp*", Kind::Interceptor),
    ("zaproxy", Kind::Interceptor),
    ("proxifier*", Kind::Interceptor),
    ("proxychains*", Kind::Interceptor),
    ("privoxy", Kind::Interceptor),
    ("squid", Kind::Interceptor),
    ("tinyproxy", Kind::Interceptor),
    ("redsocks", Kind::Interceptor),
    ("clash*", Kind::Interceptor),
    ("mihomo*", Kind::Interceptor),
    ("v2ray*", Kind::Interceptor),
    ("xray", Kind::Interceptor),
    ("sing-box", Kind::Interceptor),
    ("ss-local", Kind::Interceptor),
    ("sslocal", Kind::Interceptor),
    ("shadowsocks*", Kind::Interceptor),
    ("trojan*", Kind::Interceptor),
    ("hysteria*", Kind::Interceptor),
    ("tor", Kind::Interceptor),
    ("bettercap", Kind::Interceptor),
    ("ettercap", Kind::Interceptor),
    ("sslsplit", Kind::Interceptor),
    ("whistle", Kind::Interceptor),
    ("reqable", Kind::Interceptor),
    ("httpdebugger*", Kind::Interceptor),
    ("gdb", Kind::Debugger),
    ("gdbserver", Kind::Debugger),
    ("lldb*", Kind::Debugger),
    ("strace", Kind::Debugger),
    ("ltrace", Kind::Debugger),
    ("frida*", Kind::Debugger),
    ("x64dbg", Kind::Debugger),
    ("x32dbg", Kind::Debugger),
    ("ollydbg", Kind::Debugger),
    ("windbg*", Kind::Debugger),
    ("cheatengine*", Kind::Debugger),
    ("anydesk*", Kind::Remote),
    ("teamviewer*", Kind::Remote),
    ("rustdesk*", Kind::Remote),
    ("todesk*", Kind::Remote),
    ("sunlogin*", Kind::Remote),
    ("awesun*", Kind::Remote),
    ("x11vnc", Kind::Remote),
    ("xvnc*", Kind::Remote),
    ("vncserver*", Kind::Remote),
    ("winvnc*", Kind::Remote),
    ("tvnserver*", Kind::Remote),
    ("wayvnc", Kind::Remote),
    ("krfb", Kind::Remote),
    ("vino-server", Kind::Remote),
    ("gnome-remote-de*", Kind::Remote),
    ("xrdp*", Kind::Remote),
    ("rdpclip", Kind::Remote),
    ("screensharingd", Kind::Remote),
    ("chrome-remote-d*", Kind::Remote),
    ("remoting_host", Kind::Remote),
    ("parsecd", Kind::Remote),
    ("nxserver*", Kind::Remote),
    ("obs", Kind::Remote),
    ("obs64", Kind::Remote),
    ("xdotool", Kind::Automation),
    ("ydotool*", Kind::Automation),
    ("wtype", Kind::Automation),
    ("xte", Kind::Automation),
    ("xmacro*", Kind::Automation),
    ("autokey*", Kind::Automation),
    ("actiona", Kind::Automation),
    ("sikuli*", Kind::Automation),
    ("autohotkey*", Kind::Automation),
    ("autoit3*", Kind::Automation),
    ("anjian*", Kind::Automation),
    ("qmacro*", Kind::Automation),
    ("按键精灵*", Kind::Automation),
    ("keyboard maestro*", Kind::Automation),
    ("chromedriver", Kind::Automation),
    ("geckodriver", Kind::Automation),
    ("msedgedriver", Kind::Automation),
];

/// What a process is known for, by its name or its program's.
pub(crate) fn kind(process: &Process) -> Option<Kind> {
    let program = process
        .executable
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default();
    let names = [plain(&process.name), plain(program)];
    let fits = |pattern: &str| {
        names.iter().any(|name| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == pattern,
        })
    };
    KNOWN
        .iter()
        .find(|(pattern, _)| fits(pattern))
        .map(|(_, kind)| *kind)
}

fn plain(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let without = lower.trim_end_matches(" (deleted)");
    without.strip_suffix(".exe").unwrap_or(without).to_owned()
}
