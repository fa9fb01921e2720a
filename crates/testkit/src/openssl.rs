//! The program `openssl` as an authority that shares no code with ours.

use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fidem_authority::Server;
use tempfile::TempDir;

use crate::TestkitError;
use crate::ocsp::{Responder, Standing, free_port};

/// An authority with RSA keys, an intermediate certificate, a precision of milliseconds, and the
/// policy 1.3.6.1.4.1.99999.1. It goes by the system's clock.
const CONFIGURATION: &str = "\
[req]
distinguished_name = names
prompt = no
[names]
O = @ORGANISATION@ Example
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[below_root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
@OCSP OF ROOT@
[time_stamping]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
@OCSP OF MIDDLE@
[tsa]
default_tsa = independent
[independent]
serial = serial
default_policy = 1.3.6.1.4.1.99999.1
signer_digest = sha256
digests = sha256, sha384, sha512, sm3
accuracy = secs:1
clock_precision_digits = 3
tsa_name = yes
ess_cert_id_alg = sha256
";

/// Whose the first one is.
const FIRST: &str = "Independent";

/// Names with the extensions they get and the one who signs them; a root signs itself.
const CERTIFICATES: [(&str, &str, Option<&str>); 3] = [
    ("root", "authority", None),
    ("middle", "below_root", Some("root")),
    ("leaf", "time_stamping", Some("middle")),
];

/// A running `openssl ts -reply` behind HTTP.
pub struct OpensslAuthority {
    server: Server,
    root_pem: String,
    responders: Vec<Responder>,
    left: Arc<AtomicUsize>,
    delay: Arc<AtomicU64>,
    next: Arc<Mutex<Option<Hook>>>,
}

/// What happens before an answer.
type Hook = Box<dyn FnOnce() + Send>;

impl OpensslAuthority {
    /// Where to post.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Its root.
    pub fn root_pem(&self) -> &str {
        &self.root_pem
    }

    /// From now on it answers this often, and then no more.
    pub fn answer_only(&self, times: usize) {
        self.left.store(times, Ordering::SeqCst);
    }

    /// From now on it lets askers wait this long before it stamps.
    pub fn stamp_after(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.delay.store(millis, Ordering::SeqCst);
    }

    /// Lets something happen while the next asker waits for a stamp.
    pub fn before_next(&self, hook: impl FnOnce() + Send + 'static) {
        if let Ok(mut next) = self.next.lock() {
            *next = Some(Box::new(hook));
        }
    }

    /// Ends the OCSP responders, as if their operators were gone.
    pub fn close_responders(&mut self) {
        self.responders.clear();
    }
}

/// Starts one. `Ok(None)` when the program is not installed.
///
/// # Errors
/// When the program is there and fails, or no server starts.
pub fn openssl_tsa() -> Result<Option<OpensslAuthority>, TestkitError> {
    start(FIRST, None)
}

/// Starts one whose certificates name two `openssl ocsp` responders; the signer's answers with `standing`. `Ok(None)` when
/// the program is not installed.
///
/// # Errors
/// When the program is there and fails, or no server starts.
pub fn openssl_tsa_with_responders(
    standing: Standing,
) -> Result<Option<OpensslAuthority>, TestkitError> {
    start(FIRST, Some(standing))
}

/// Another such authority of another organisation.
///
/// # Errors
/// When the program is there and fails, or no server starts.
pub fn another_openssl_tsa_with_responders(
    standing: Standing,
) -> Result<Option<OpensslAuthority>, TestkitError> {
    start("Another", Some(standing))
}

fn start(
    organisation: &str,
    standing: Option<Standing>,
) -> Result<Option<OpensslAuthority>, TestkitError> {
    if Command::new("openssl").arg("version").output().is_err() {
        return Ok(None);
    }
    let folder = tempfile::tempdir()?;
    let ports = [free_port()?, free_port()?];
    let access = |port: u16| match standing {
        Some(_) => format!("authorityInfoAccess = OCSP;URI:http://127.0.0.1:{port}/"),
        None => String::new(),
    };
    let configuration = CONFIGURATION
        .replace("@ORGANISATION@", organisation)
        .replace("@OCSP OF ROOT@", &access(ports[0]))
        .replace("@OCSP OF MIDDLE@", &access(ports[1]));
    std::fs::write(folder.path().join("openssl.cnf"), configuration)?;
    std::fs::write(folder.path().join("serial"), "1000\n")?;
    for (name, extensions, issuer) in CERTIFICATES {
        issue(folder.path(), organisation, name, extensions, issuer)?;
    }
    let root_pem = std::fs::read_to_string(folder.path().join("root.pem"))?;
    let mut responders = Vec::new();
    if let Some(standing) = standing {
        let path = folder.path();
        responders.push(Responder::start(
            path,
            "root",
            "middle",
            Standing::Good,
            ports[0],
        )?);
        responders.push(Responder::start(
            path, "middle", "leaf", standing, ports[1],
        )?);
    }
    // one at a time: the program keeps its next serial number in a file
    let folder = Mutex::new(folder);
    let left = Arc::new(AtomicUsize::new(usize::MAX));
    let counted = Arc::clone(&left);
    let delay = Arc::new(AtomicU64::new(0));
    let waited = Arc::clone(&delay);
    let next = Arc::new(Mutex::new(None::<Hook>));
    let hooked = Arc::clone(&next);
    let server = Server::answering(move |query| {
        if let Some(hook) = hooked.lock().ok().and_then(|mut next| next.take()) {
            hook();
        }
        std::thread::sleep(Duration::from_millis(waited.load(Ordering::SeqCst)));
        let take = |left: usize| left.checked_sub(1);
        match counted.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take) {
            Ok(_) => reply(&folder, query).unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    })?;
    Ok(Some(OpensslAuthority {
        server,
        root_pem,
        responders,
        left,
        delay,
        next,
    }))
}

fn issue(
    folder: &Path,
    organisation: &str,
    name: &str,
    extensions: &str,
    issuer: Option<&str>,
) -> Result<(), TestkitError> {
    let (key, request, certificate) = (
        format!("{name}.key"),
        format!("{name}.csr"),
        format!("{name}.pem"),
    );
    let subject = format!("/O={organisation} Example/CN={organisation} {name}");
    run(folder, &["genrsa", "-out", &key, "2048"])?;
    run(
        folder,
        &[
            "req",
            "-new",
            "-config",
            "openssl.cnf",
            "-key",
            &key,
            "-subj",
            &subject,
            "-out",
            &request,
        ],
    )?;
    let (issuer_key, issuer_certificate) = issuer
        .map(|issuer| (format!("{issuer}.key"), format!("{issuer}.pem")))
        .unzip();
    let mut arguments = vec![
        "x509",
        "-req",
        "-in",
        &request,
        "-days",
        "3650",
        "-sha256",
        "-extfile",
        "openssl.cnf",
        "-extensions",
        extensions,
        "-out",
        &certificate,
    ];
    match (&issuer_key, &issuer_certificate) {
        (Some(key), Some(certificate)) => {
            arguments.extend(["-CA", certificate, "-CAkey", key, "-CAcreateserial"]);
        }
        _ => arguments.extend(["-signkey", &key]),
    }
    run(folder, &arguments)
}

fn reply(folder: &Mutex<TempDir>, query: &[u8]) -> io::Result<Vec<u8>> {
    let folder = folder
        .lock()
        .map_err(|_| io::Error::other("an earlier reply panicked"))?;
    let path = folder.path();
    std::fs::write(path.join("query"), query)?;
    let asked = run(
        path,
        &[
            "ts",
            "-reply",
            "-config",
            "openssl.cnf",
            "-section",
            "independent",
            "-queryfile",
            "query",
            "-signer",
            "leaf.pem",
            "-inkey",
            "leaf.key",
            "-chain",
            "middle.pem",
            "-out",
            "reply",
        ],
    );
    asked.map_err(io::Error::other)?;
    std::fs::read(path.join("reply"))
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Result<(), TestkitError> {
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(TestkitError::Program {
        command: format!("openssl {}", arguments.join(" ")),
        output: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
