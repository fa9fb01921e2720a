//! Starting the browser: its command line, its environment, its four pipes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Child;

use serde::{Deserialize, Serialize};

use crate::{Browser, CaptureError, Options};

/// In what a run differs from a browser as a member of the public would start it, beyond being recorded. Any of them
/// keeps the source class at A- or below.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Deviation {
    /// The browser ran without its sandbox.
    NoSandbox {},
    /// A root certificate was added for this run.
    ExtraRoot {
        /// SHA-256 of the certificate, lowercase hex.
        sha256: String,
    },
    /// A server key was accepted whatever its certificate: only the recorder's self-test does that, for its own server.
    AcceptedKey {
        /// Base64 of the SHA-256 of the key.
        spki: String,
    },
    /// The profile stood on a disk, since the system offered no folder in memory.
    ProfileOnDisk {},
    /// Host names were directed elsewhere: only replay and self-test do that.
    DirectedNames {
        /// The rule.
        rule: String,
    },
}

/// What the browser is started with beside the [`Options`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Extra {
    pub accepted_key: Option<String>,
    pub names: Option<String>,
    pub extra_root: Option<PathBuf>,
}

/// The flags of every capture, each with its reason.
const FLAGS: [&str; 12] = [
    // The command channel is a pipe; no port is opened.
    "--remote-debugging-pipe",
    // The log of everything sent and received does not cover QUIC, and HTTP/2 would need its header tables.
    "--disable-quic",
    "--disable-http2",
    "--net-log-capture-mode=Everything",
    // A fresh profile without first-run pages, and without traffic that no page asked for.
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    // No keyring of the desktop is asked for anything.
    "--password-store=basic",
];

/// The whole command line after the program's name.
#[must_use]
pub fn command_line(options: &Options, place: &Path) -> Vec<String> {
    let mut line: Vec<String> = FLAGS.iter().map(|f| (*f).to_owned()).collect();
    if !options.headed {
        line.push("--headless".to_owned());
    }
    let (width, height) = options.window;
    line.push(format!("--window-size={width},{height}"));
    line.push(format!("--user-data-dir={}", place.join("profile").display()));
    line.push(format!("--log-net-log={}", place.join(NETLOG).display()));
    line.push(format!("--ssl-key-log-file={}", place.join(KEYS).display()));
    line
}

/// Names of the named pipes in the workplace.
pub(crate) const NETLOG: &str = "netlog";
pub(crate) const KEYS: &str = "keys";

/// A browser that runs.
pub(crate) struct Running {
    pub child: Child,
    pub to_browser: Box<dyn std::io::Write + Send>,
    pub from_browser: Box<dyn Read + Send>,
    pub netlog: LogPipe,
    pub keys: LogPipe,
    pub line: Vec<String>,
    pub environment: BTreeMap<String, String>,
    pub deviations: Vec<Deviation>,
}

/// A named pipe the browser writes a log into. `guard` keeps it open until the browser has ended; then reading ends too.
pub(crate) struct LogPipe {
    pub reader: File,
    pub guard: File,
}

#[cfg(unix)]
pub(crate) use unix::launch;

#[cfg(not(unix))]
pub(crate) fn launch(
    _: &Browser,
    _: &Options,
    _: &Extra,
    _: &crate::workplace::Workplace,
) -> Result<Running, CaptureError> {
    Err(CaptureError::System)
}

#[cfg(unix)]
mod unix {
    use std::io::pipe;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};

    use command_fds::{CommandFdExt, FdMapping};
    use rustix::fs::{Mode, OFlags};

    use super::*;
    use crate::workplace::Workplace;

    /// What beside names could lead out of a replay: a proxy of the system, and datagrams of WebRTC, which no rule for names
    /// reaches.
    const DIRECTED: [&str; 2] = ["--no-proxy-server", "--webrtc-ip-handling-policy=disable_non_proxied_udp"];

    pub(crate) fn launch(
        browser: &Browser,
        options: &Options,
        extra: &Extra,
        place: &Workplace,
    ) -> Result<Running, CaptureError> {
        let fail = |e: std::io::Error| CaptureError::Launch {
            reason: e.to_string(),
        };
        let netlog = log_pipe(place, NETLOG)?;
        let keys = log_pipe(place, KEYS)?;
        let (commands, to_browser) = pipe().map_err(fail)?;
        let (from_browser, answers) = pipe().map_err(fail)?;
        let mut deviations = deviations(extra, place);
        if let Some(root) = &extra.extra_root {
            deviations.push(crate::roots::add(root, place)?);
        }
        let line = line(options, extra, place);
        let environment = environment(place, options.headed);
        let mut command = Command::new(&browser.path);
        command
            .args(&line)
            .env_clear()
            .envs(&environment)
            .current_dir(place.home())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(user) = place.user {
            command.uid(user.uid).gid(user.gid);
        }
        // A group of its own: Ctrl+C in a terminal is for us, who then close the browser in order.
        command.process_group(0);
        command
            .fd_mappings(vec![
                FdMapping {
                    parent_fd: commands.into(),
                    child_fd: 3,
                },
                FdMapping {
                    parent_fd: answers.into(),
                    child_fd: 4,
                },
            ])
            .map_err(|e| CaptureError::Launch {
                reason: e.to_string(),
            })?;
        let child = command.spawn().map_err(fail)?;
        Ok(Running {
            child,
            to_browser: Box::new(to_browser),
            from_browser: Box::new(from_browser),
            netlog,
            keys,
            line,
            environment,
            deviations,
        })
    }

    fn line(options: &Options, extra: &Extra, place: &Workplace) -> Vec<String> {
        let mut line = command_line(options, place.path());
        if let Some(key) = &extra.accepted_key {
            line.push(format!("--ignore-certificate-errors-spki-list={key}"));
        }
        if let Some(rule) = &extra.names {
            line.push(format!("--host-resolver-rules={rule}"));
            line.extend(DIRECTED.map(str::to_owned));
        }
        line.push("about:blank".to_owned());
        line
    }

    fn deviations(extra: &Extra, place: &Workplace) -> Vec<Deviation> {
        let mut found = Vec::new();
        if let Some(spki) = extra.accepted_key.clone() {
            found.push(Deviation::AcceptedKey { spki });
        }
        if let Some(rule) = extra.names.clone() {
            found.push(Deviation::DirectedNames { rule });
        }
        if !place.in_memory {
            found.push(Deviation::ProfileOnDisk {});
        }
        found
    }

    /// What the browser is told of its surroundings: no proxy variable, no preloaded library, no key log of another.
    fn environment(place: &Workplace, headed: bool) -> BTreeMap<String, String> {
        let home = place.home().display().to_string();
        let mut environment: BTreeMap<String, String> = BTreeMap::from(
            [
                ("HOME", home.as_str()),
                ("XDG_CONFIG_HOME", &home),
                ("XDG_CACHE_HOME", &home),
                ("PATH", "/usr/bin:/bin"),
                ("LANG", "zh_CN.UTF-8"),
                // No desktop bus: nothing of the session reaches the browser.
                ("DBUS_SESSION_BUS_ADDRESS", "disabled:"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let kept: &[&str] = match headed {
            true => &["TZ", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR"],
            false => &["TZ"],
        };
        for name in kept {
            if let Ok(value) = std::env::var(name) {
                environment.insert((*name).to_owned(), value);
            }
        }
        environment
    }

    fn log_pipe(place: &Workplace, name: &str) -> Result<LogPipe, CaptureError> {
        let path = place.path().join(name);
        let fail = |e: rustix::io::Errno| CaptureError::io(&path, &e.into());
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &path,
            rustix::fs::FileType::Fifo,
            Mode::RUSR | Mode::WUSR,
            0,
        )
        .map_err(fail)?;
        place.give(&path)?;
        // Open for both ends: neither this nor the next open waits for the browser.
        let guard = rustix::fs::open(&path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty());
        let guard = File::from(guard.map_err(fail)?);
        let reader = rustix::fs::open(&path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
        let reader = File::from(reader.map_err(fail)?);
        // A larger pipe spares the browser waiting; where it is refused the usual size serves.
        let _ = rustix::pipe::fcntl_setpipe_size(&reader, 1 << 20);
        Ok(LogPipe { reader, guard })
    }
}
