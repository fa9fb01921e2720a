//! The program `openssl ocsp` as a responder (RFC 6960) that shares no code with ours.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::TestkitError;

/// What a responder says of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not revoked.
    Good,
    /// Revoked on 1 July 2026 because its key was stolen.
    KeyCompromised,
}

/// A running responder of one issuer for one certificate; it ends with the value.
pub(crate) struct Responder(Child);

impl Drop for Responder {
    fn drop(&mut self) {
        // one that has ended already needs no ending
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Responder {
    /// Answers on `port` for the certificate `subject` of the folder, in the name of `issuer`.
    pub(crate) fn start(
        folder: &Path,
        issuer: &str,
        subject: &str,
        standing: Standing,
        port: u16,
    ) -> Result<Self, TestkitError> {
        let serial = serial_of(folder, subject)?;
        let index = format!("{subject}.index");
        std::fs::write(folder.join(&index), index_line(standing, &serial))?;
        Self::of_index(folder, issuer, &index, port)
    }

    /// Answers on `port` for every certificate of an index as `openssl ca` keeps it, in the name of `issuer`. It reads the
    /// index again when that changes.
    pub(crate) fn of_index(
        folder: &Path,
        issuer: &str,
        index: &str,
        port: u16,
    ) -> Result<Self, TestkitError> {
        let (certificate, key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
        let child = Command::new("openssl")
            .args(["ocsp", "-port", &port.to_string(), "-nmin", "60"])
            .args(["-index", index, "-CA", &certificate])
            .args(["-rsigner", &certificate, "-rkey", &key])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut responder = Self(child);
        wait_until_it_listens(&mut responder.0)?;
        Ok(responder)
    }
}

/// A line as `openssl ca` keeps it: state, end, revocation with its reason, serial number, file, subject.
fn index_line(standing: Standing, serial: &str) -> String {
    let (state, revoked) = match standing {
        Standing::Good => ("V", ""),
        Standing::KeyCompromised => ("R", "260701000000Z,keyCompromise"),
    };
    format!("{state}\t360101000000Z\t{revoked}\t{serial}\tunknown\t/CN=any\n")
}

fn serial_of(folder: &Path, name: &str) -> Result<String, TestkitError> {
    let output = Command::new("openssl")
        .args(["x509", "-noout", "-serial", "-in", &format!("{name}.pem")])
        .current_dir(folder)
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let serial = said.trim().strip_prefix("serial=").map(str::to_owned);
    serial.ok_or(TestkitError::Program {
        command: "openssl x509 -serial".to_owned(),
        output: said,
    })
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16, TestkitError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// The program says when it listens. Knocking would not do: it waits for ever on a client that leaves without a word.
fn wait_until_it_listens(child: &mut Child) -> Result<(), TestkitError> {
    let mut said = String::new();
    if let Some(output) = child.stdout.as_mut() {
        let mut lines = BufReader::new(output);
        while !said.contains("ACCEPT") {
            if lines.read_line(&mut said)? == 0 {
                return Err(TestkitError::Program {
                    command: "openssl ocsp -port".to_owned(),
                    output: said,
                });
            }
        }
    }
    Ok(())
}
