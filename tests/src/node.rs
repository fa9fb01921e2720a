//! A server of others that speaks HTTP/2 and HTTP/1.1: Node's own (`h2.mjs`), under a certificate that `openssl` made.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// What passed on one connection after TLS was taken off.
#[derive(Debug, Clone)]
pub struct Carried {
    /// What ALPN chose.
    pub alpn: String,
    /// By the server.
    pub sent: Vec<u8>,
    /// By the client.
    pub received: Vec<u8>,
}

/// The server, running.
pub struct Node {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
    root: PathBuf,
    port: u64,
}

impl Node {
    /// Starts it; none, with a printed reason, where `node` or `openssl` is not there.
    ///
    /// # Panics
    /// When it does not come up, or does not speak HTTP/2.
    #[must_use]
    pub fn start(folder: &Path) -> Option<Self> {
        let root = folder.join("h2-root.pem");
        let (key, certificate) = (folder.join("h2.key"), folder.join("h2.pem"));
        if !certified(folder, &root, &key, &certificate) {
            eprintln!("skipped: no openssl here");
            return None;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/h2.mjs");
        let started = Command::new("node")
            .args([&script, &key, &certificate])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = started else {
            eprintln!("skipped: no node here");
            return None;
        };
        let mut said = BufReader::new(child.stdout.take().expect("piped"));
        let mut first = String::new();
        said.read_line(&mut first).expect("a line");
        let first: Value = serde_json::from_str(&first).expect("JSON");
        assert_eq!(first["h2"], 200, "it speaks HTTP/2");
        Some(Self {
            child,
            said,
            root,
            port: first["port"].as_u64().expect("a port"),
        })
    }

    /// Address of its page.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://h2.localhost:{}/", self.port)
    }

    /// The root that its certificate is of.
    #[must_use]
    pub fn root(&self) -> String {
        self.root.display().to_string()
    }

    /// Ends it; what it carried over HTTP/1.1, and how many connections it had over HTTP/2 beside its own.
    ///
    /// # Panics
    /// When it does not say so.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Carried>, usize) {
        drop(self.child.stdin.take());
        let mut lines = String::new();
        self.said.read_to_string(&mut lines).expect("text");
        self.child.wait().expect("ended");
        let octets = |value: &Value| {
            let text = value.as_str().expect("base64");
            BASE64_STANDARD.decode(text).expect("base64")
        };
        let carried = lines.lines().map(|line| {
            let line: Value = serde_json::from_str(line).expect("JSON");
            Carried {
                alpn: line["alpn"].as_str().unwrap_or_default().to_owned(),
                sent: octets(&line["sent"]),
                received: octets(&line["received"]),
            }
        });
        let (two, one): (Vec<_>, Vec<_>) = carried.partition(|c| c.alpn == "h2");
        (one, two.len() - 1)
    }
}

/// A root and a certificate of it for `h2.localhost`.
fn certified(folder: &Path, root: &Path, key: &Path, certificate: &Path) -> bool {
    let path = |p: &Path| p.display().to_string();
    let (root_key, request) = (folder.join("h2-root.key"), folder.join("h2.csr"));
    let extensions = folder.join("h2.ext");
    if std::fs::write(&extensions, "subjectAltName=DNS:h2.localhost\n").is_err() {
        return false;
    }
    let openssl = |line: &str, more: &[String]| {
        let said = Command::new("openssl")
            .args(line.split(' '))
            .args(more)
            .output();
        said.is_ok_and(|output| output.status.success())
    };
    let new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(
        &format!("req -x509 {new} -days 30 -subj /CN=throw-away"),
        &[
            "-keyout".to_owned(),
            path(&root_key),
            "-out".to_owned(),
            path(root),
        ],
    ) && openssl(
        &format!("req {new} -subj /CN=h2.localhost"),
        &[
            "-keyout".to_owned(),
            path(key),
            "-out".to_owned(),
            path(&request),
        ],
    ) && openssl(
        "x509 -req -days 30 -CAcreateserial",
        &[
            "-in".to_owned(),
            path(&request),
            "-CA".to_owned(),
            path(root),
            "-CAkey".to_owned(),
            path(&root_key),
            "-extfile".to_owned(),
            path(&extensions),
            "-out".to_owned(),
            path(certificate),
        ],
    )
}
