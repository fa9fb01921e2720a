//! Clients of a server under test.
#![allow(dead_code, reason = "each test file uses a part")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// `nobody`, as whom a browser keeps its sandbox when the tests run as root.
const NOBODY: u32 = 65534;

/// Sends octets, and reads until the server closes.
pub fn talk(address: SocketAddr, octets: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream.write_all(octets).unwrap();
    let mut answer = Vec::new();
    // a reset ends it as well
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// What `curl` prints, headers first; `None` where there is no curl.
pub fn curl(arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("curl")
        .args([
            "--silent",
            "--include",
            "--max-time",
            "60",
            "--noproxy",
            "*",
        ])
        .args(arguments)
        .output();
    match output {
        Ok(output) => Some(output.stdout),
        Err(error) => {
            eprintln!("skipped: no curl ({error})");
            None
        }
    }
}

/// A headless browser that ends with the value.
pub struct Browser {
    child: Child,
    home: tempfile::TempDir,
}

impl Browser {
    /// Opens a page; `None` with a printed reason where there is no browser.
    pub fn open(url: &str, more: &[&str]) -> Option<Self> {
        let program = PathBuf::from("/usr/lib/chromium/chromium");
        if !program.exists() {
            eprintln!("skipped: no {}", program.display());
            return None;
        }
        let home = tempfile::Builder::new()
            .prefix("loopback")
            .tempdir_in("/dev/shm")
            .unwrap();
        let mut command = Command::new(program);
        if std::fs::metadata(home.path()).is_ok_and(|data| {
            use std::os::unix::fs::MetadataExt as _;
            data.uid() == 0
        }) {
            chown(home.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            command.uid(NOBODY).gid(NOBODY);
        }
        let child = command
            .env("HOME", home.path())
            .args([
                "--headless",
                "--disable-gpu",
                "--no-first-run",
                "--disable-http2",
            ])
            .args([
                "--disable-quic",
                "--disable-background-networking",
                "--disable-sync",
            ])
            .args(["--disable-component-update", "--window-size=1280,900"])
            .arg(format!("--user-data-dir={}/profile", home.path().display()))
            .arg(format!(
                "--log-net-log={}/netlog.json",
                home.path().display()
            ))
            .arg("--net-log-capture-mode=Everything")
            .args([
                "--remote-debugging-port=0",
                "--autoplay-policy=no-user-gesture-required",
            ])
            .args(more)
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { child, home })
    }

    /// Waits until a page has a title that `test` likes, and gives that title.
    pub fn title(&self, limit: Duration, test: impl Fn(&str) -> bool) -> Result<String, String> {
        let end = Instant::now() + limit;
        let mut last = String::new();
        while Instant::now() < end {
            if let Some(list) = self.pages() {
                last = list;
                if let Some(title) = titles(&last).find(|title| test(title)) {
                    return Ok(title.to_owned());
                }
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Err(last)
    }

    /// The list of pages as the browser gives it.
    fn pages(&self) -> Option<String> {
        let port = self.home.path().join("profile/DevToolsActivePort");
        let port = std::fs::read_to_string(port).ok()?;
        let port: u16 = port.lines().next()?.parse().ok()?;
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
        stream
            .write_all(b"GET /json/list HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            .ok()?;
        let mut answer = Vec::new();
        // the debugger may leave the connection open: what came until then is enough
        let _ = stream.read_to_end(&mut answer);
        Some(String::from_utf8_lossy(&answer).into_owned())
    }
}

fn titles(list: &str) -> impl Iterator<Item = &str> {
    list.lines()
        .filter_map(|line| line.trim().strip_prefix("\"title\": \""))
        .filter_map(|rest| rest.strip_suffix("\","))
}

impl Browser {
    /// Ends the browser by its own command, so that it writes its log to the end; gives that log.
    pub fn close(mut self) -> String {
        let port = self.home.path().join("profile/DevToolsActivePort");
        let port = std::fs::read_to_string(port).unwrap();
        let (port, path) = port.trim().split_once('\n').unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", port.parse().unwrap())).unwrap();
        let ask = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(ask.as_bytes()).unwrap();
        stream.read_exact(&mut [0; 12]).unwrap();
        let command = br#"{"id":1,"method":"Browser.close"}"#;
        // a text frame under the mask of zeros
        let length = u8::try_from(command.len()).unwrap() | 0x80;
        let frame = [&[0x81, length, 0, 0, 0, 0], &command[..]].concat();
        stream.write_all(&frame).unwrap();
        self.child.wait().unwrap();
        std::fs::read_to_string(self.home.path().join("netlog.json")).unwrap_or_default()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
