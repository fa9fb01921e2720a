//! This machine.

use std::collections::BTreeMap;
use std::fs::File;
use std::hash::{BuildHasher, Hasher as _, RandomState};
use std::io::{self, Read, Write};
use std::net::{IpAddr, TcpStream, ToSocketAddrs, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::system::{Datagram, Failure, FileDigest, FileTime, Metadata, Platform, Ran, System};

const MAX_FILE: u64 = 16 << 20;
const MAX_OUTPUT: u64 = 4 << 20;
const MAX_NAMES: usize = 65_536;
const MAX_REPLY: u64 = 64 << 10;
const PROGRAM_TIME: Duration = Duration::from_secs(15);
const NETWORK_TIME: Duration = Duration::from_millis(2500);

/// The machine this program runs on.
#[derive(Debug, Clone)]
pub struct Local {
    stand_in: Option<PathBuf>,
    environment: Option<BTreeMap<String, String>>,
    started: Instant,
}

impl Default for Local {
    fn default() -> Self {
        Self {
            stand_in: None,
            environment: None,
            started: Instant::now(),
        }
    }
}

impl Local {
    /// The machine as it is.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// For tests: what lies under `folder` stands in for the file or folder of the same path. The report names such
    /// sources `stand-in:`.
    #[must_use]
    pub fn with_stand_ins(mut self, folder: impl Into<PathBuf>) -> Self {
        self.stand_in = Some(folder.into());
        self
    }

    /// For tests: another environment than this process has.
    #[must_use]
    pub fn with_environment(mut self, environment: BTreeMap<String, String>) -> Self {
        self.environment = Some(environment);
        self
    }

    fn stood_in(&self, path: &str) -> Option<PathBuf> {
        let below = self.stand_in.as_ref()?.join(path.trim_start_matches('/'));
        below.exists().then_some(below)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.stood_in(path).unwrap_or_else(|| PathBuf::from(path))
    }
}

impl System for Local {
    fn platform(&self) -> Platform {
        match std::env::consts::OS {
            "windows" => Platform::Windows,
            "macos" => Platform::Macos,
            _ => Platform::Linux,
        }
    }

    fn source(&self, path: &str) -> String {
        match self.stood_in(path) {
            Some(_) => format!("stand-in:{path}"),
            None => format!("file:{path}"),
        }
    }

    fn read(&mut self, path: &str) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let file = File::open(self.path(path)).map_err(failure)?;
        file.take(MAX_FILE + 1)
            .read_to_end(&mut bytes)
            .map_err(failure)?;
        match u64::try_from(bytes.len()) {
            Ok(length) if length <= MAX_FILE => Ok(bytes),
            _ => Err(other("larger than 16 MiB")),
        }
    }

    fn list(&mut self, folder: &str) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.path(folder)).map_err(failure)? {
            names.push(
                entry
                    .map_err(failure)?
                    .file_name()
                    .to_string_lossy()
                    .into_owned(),
            );
            if names.len() > MAX_NAMES {
                return Err(other("more than 65,536 names"));
            }
        }
        names.sort();
        Ok(names)
    }

    fn link(&mut self, path: &str) -> Result<String, Failure> {
        let target = std::fs::read_link(self.path(path)).map_err(failure)?;
        Ok(target.to_string_lossy().into_owned())
    }

    fn digest(&mut self, path: &str) -> Result<FileDigest, Failure> {
        let mut file = File::open(self.path(path)).map_err(failure)?;
        digest_of(&mut file).map_err(failure)
    }

    fn metadata(&mut self, path: &str) -> Result<Metadata, Failure> {
        let found = std::fs::metadata(self.path(path)).map_err(failure)?;
        Ok(Metadata {
            folder: found.is_dir(),
            modified_unix_ms: unix_us(found.modified().map_err(failure)?) / 1000,
            size: found.len(),
        })
    }

    fn run(&mut self, program: &str, arguments: &[&str]) -> Result<Ran, Failure> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        plain_environment(&mut command);
        own_group(&mut command);
        let child = command.spawn().map_err(failure)?;
        collect(child).map_err(failure)
    }

    fn environment(&mut self) -> BTreeMap<String, String> {
        match &self.environment {
            Some(environment) => environment.clone(),
            None => std::env::vars_os()
                .map(|(k, v)| {
                    (
                        k.to_string_lossy().into_owned(),
                        v.to_string_lossy().into_owned(),
                    )
                })
                .collect(),
        }
    }

    fn process(&self) -> u32 {
        std::process::id()
    }

    fn resolve(&mut self, host: &str) -> Result<Vec<IpAddr>, Failure> {
        let found = (host, 0).to_socket_addrs().map_err(failure)?;
        let mut addresses: Vec<IpAddr> = found.map(|socket| socket.ip()).collect();
        addresses.sort();
        addresses.dedup();
        Ok(addresses)
    }

    fn outgoing(&mut self, towards: IpAddr) -> Result<IpAddr, Failure> {
        let socket = any_socket(towards.is_ipv6()).map_err(failure)?;
        // Connecting a UDP socket sends nothing; it only asks the kernel for a route.
        socket.connect((towards, 9)).map_err(failure)?;
        Ok(socket.local_addr().map_err(failure)?.ip())
    }

    fn ask_udp(&mut self, server: &str, _what: &str, question: &[u8]) -> Result<Datagram, Failure> {
        let address = server
            .to_socket_addrs()
            .map_err(failure)?
            .next()
            .ok_or(Failure::Missing)?;
        let socket = any_socket(address.is_ipv6()).map_err(failure)?;
        socket
            .set_read_timeout(Some(NETWORK_TIME))
            .map_err(failure)?;
        // A connected socket takes answers from that server alone.
        socket.connect(address).map_err(failure)?;
        let sent_us = now_us();
        socket.send(question).map_err(failure)?;
        let mut buffer = [0; 4096];
        let length = socket.recv(&mut buffer).map_err(failure)?;
        Ok(Datagram {
            bytes: buffer[..length].to_vec(),
            received_us: now_us(),
            sent_us,
        })
    }

    fn ask_tcp(&mut self, server: &str, request: &[u8]) -> Result<Vec<u8>, Failure> {
        let address = server
            .to_socket_addrs()
            .map_err(failure)?
            .next()
            .ok_or(Failure::Missing)?;
        let mut stream = TcpStream::connect_timeout(&address, NETWORK_TIME).map_err(failure)?;
        let mut reply = Vec::new();
        if !request.is_empty() {
            stream
                .set_read_timeout(Some(NETWORK_TIME))
                .map_err(failure)?;
            stream.write_all(request).map_err(failure)?;
            read_until(&mut stream, &mut reply).map_err(failure)?;
        }
        Ok(reply)
    }

    fn wall_us(&mut self) -> i64 {
        now_us()
    }

    fn monotonic_us(&mut self) -> u64 {
        kernel_monotonic_us().unwrap_or_else(|| {
            u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
        })
    }

    fn file_time(&mut self) -> Result<FileTime, Failure> {
        let name = format!("fidem-clock-{}-{:016x}", std::process::id(), self.nonce());
        let path = std::env::temp_dir().join(name);
        let times = file_time_at(&path);
        // The file is ours and empty; if it cannot be removed, nothing is lost.
        std::fs::remove_file(&path).ok();
        times.map_err(failure)
    }

    fn nonce(&mut self) -> u64 {
        // The keys of RandomState come from the system's random source.
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_i64(now_us());
        hasher.finish()
    }
}

fn failure(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Failure::Missing,
        io::ErrorKind::PermissionDenied => Failure::Denied,
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Failure::TimedOut,
        _ => other(&error.to_string()),
    }
}

fn other(reason: &str) -> Failure {
    Failure::Other {
        reason: reason.to_owned(),
    }
}

fn digest_of(file: &mut File) -> io::Result<FileDigest> {
    let mut hasher = fidem_fingerprint::Sha256Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let length = file.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        hasher.update(&buffer[..length]);
        size += u64::try_from(length).unwrap_or(0);
    }
    Ok(FileDigest {
        sha256: fidem_fingerprint::hex::encode(&hasher.finish()),
        size,
    })
}

/// A fixed language, and on Unix fixed folders of programs: the user's settings must not choose what is run.
fn plain_environment(command: &mut Command) {
    if cfg!(unix) {
        let kept = ["HOME", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"];
        let values = kept.map(|name| (name, std::env::var_os(name)));
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.envs(
            values
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?))),
        );
    }
    command.env("LC_ALL", "C").env("LANG", "C");
}

fn collect(mut child: Child) -> io::Result<Ran> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        let stdout = scope.spawn(|| drain(out));
        let stderr = scope.spawn(|| drain(err));
        let exit = wait(&mut child);
        // Whatever it started and left behind would keep the pipes open.
        end_group(&child);
        Ok(Ran {
            exit: exit?,
            stdout: stdout.join().unwrap_or_default(),
            stderr: stderr.join().unwrap_or_default(),
        })
    })
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}

#[cfg(unix)]
fn end_group(child: &Child) {
    let group = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    // Mostly there is nobody left to end.
    group.map(|group| rustix::process::kill_process_group(group, rustix::process::Signal::KILL));
}

#[cfg(not(unix))]
fn end_group(_: &Child) {}

fn drain(pipe: Option<impl Read>) -> Vec<u8> {
    let mut kept = Vec::new();
    if let Some(mut pipe) = pipe {
        // What cannot be read any more is not part of the output; the exit code says the rest.
        pipe.by_ref().take(MAX_OUTPUT).read_to_end(&mut kept).ok();
        io::copy(&mut pipe, &mut io::sink()).ok();
    }
    kept
}

fn wait(child: &mut Child) -> io::Result<Option<i32>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if started.elapsed() > PROGRAM_TIME {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn any_socket(v6: bool) -> io::Result<UdpSocket> {
    UdpSocket::bind(match v6 {
        true => "[::]:0",
        false => "0.0.0.0:0",
    })
}

/// Reads until the other side closes, the time is up, or there is enough.
fn read_until(stream: &mut TcpStream, reply: &mut Vec<u8>) -> io::Result<()> {
    match stream.take(MAX_REPLY).read_to_end(reply) {
        Err(error) if reply.is_empty() => Err(error),
        _ => Ok(()),
    }
}

fn file_time_at(path: &Path) -> io::Result<FileTime> {
    let mut file = File::create_new(path)?;
    file.write_all(b"\n")?;
    let file_us = unix_us(file.metadata()?.modified()?);
    Ok(FileTime {
        file_us,
        kernel_us: kernel_wall_us(),
        wall_us: now_us(),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the machine's clock is what is examined"
)]
fn now_us() -> i64 {
    unix_us(SystemTime::now())
}

fn unix_us(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |us| -us),
    }
}

/// The kernel's clock. On Linux this goes past the C library, and so past anything preloaded into it.
#[cfg(unix)]
fn kernel_wall_us() -> Option<i64> {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Realtime);
    Some(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)
}

#[cfg(not(unix))]
fn kernel_wall_us() -> Option<i64> {
    None
}

#[cfg(unix)]
fn kernel_monotonic_us() -> Option<u64> {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    u64::try_from(now.tv_sec * 1_000_000 + now.tv_nsec / 1000).ok()
}

#[cfg(not(unix))]
fn kernel_monotonic_us() -> Option<u64> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_leaves_another_behind_is_not_waited_for() {
        let started = Instant::now();
        let ran = Local::new().run("sh", &["-c", "sleep 60 & echo done; exit 3"]);
        let expected = Ran {
            exit: Some(3),
            stdout: b"done\n".to_vec(),
            stderr: Vec::new(),
        };
        assert_eq!(ran, Ok(expected));
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn what_is_not_there_is_missing_and_not_empty() {
        let mut machine = Local::new();
        assert_eq!(machine.run("/no/such/program", &[]), Err(Failure::Missing));
        assert_eq!(machine.read("/no/such/file"), Err(Failure::Missing));
        assert_eq!(machine.list("/no/such/folder"), Err(Failure::Missing));
    }
}
