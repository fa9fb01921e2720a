//! The program `openssl` as an authority for signers: with a distribution point for its list (RFC 5280 §4.2.1.13) and a
//! responder (RFC 6960) that are really there to be asked.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::TestkitError;
use crate::http::{Loopback, answer};
use crate::ocsp::{Responder, free_port};
use crate::openssl::run;

const CONFIGURATION: &str = "\
[req]
distinguished_name = names
prompt = no
utf8 = yes
string_mask = utf8only
[names]
O = Signers
[ca]
default_ca = signers
[signers]
new_certs_dir = .
database = index
serial = serial
crlnumber = number
certificate = root.pem
private_key = root.key
default_md = sha256
default_days = 365
default_crl_days = 30
policy = anything
unique_subject = no
copy_extensions = none
crl_extensions = list
[anything]
countryName = optional
commonName = supplied
[list]
authorityKeyIdentifier = keyid
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign, digitalSignature
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:@LIST@list.crl
authorityInfoAccess = OCSP;URI:http://127.0.0.1:@RESPONDER@/
";

/// For how long a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// A year from now.
    Year,
    /// It ended in 2021.
    Ended,
}

/// A running authority for signers; list and responder end with the value.
pub struct SignerAuthority {
    folder: TempDir,
    _list: Loopback,
    _responder: Responder,
}

impl SignerAuthority {
    /// Starts one. `Ok(None)` when the program is not installed.
    ///
    /// # Errors
    /// When the program is there and fails, or no server starts.
    pub fn start() -> Result<Option<Self>, TestkitError> {
        if Command::new("openssl").arg("version").output().is_err() {
            return Ok(None);
        }
        let folder = tempfile::tempdir()?;
        let path = folder.path().to_owned();
        let at = path.clone();
        let list = Loopback::serve(move |_| match std::fs::read(at.join("list.crl")) {
            Ok(list) => answer("200 OK", "application/pkix-crl", &list),
            Err(_) => answer("404 Not Found", "text/plain", b""),
        })?;
        let port = free_port()?;
        let configuration = CONFIGURATION
            .replace("@LIST@", &list.url())
            .replace("@RESPONDER@", &port.to_string());
        std::fs::write(path.join("openssl.cnf"), configuration)?;
        for (name, content) in [("index", ""), ("serial", "1000\n"), ("number", "1000\n")] {
            std::fs::write(path.join(name), content)?;
        }
        openssl(&path, "genrsa -out root.key 2048", &[])?;
        openssl(
            &path,
            "req -x509 -new -config openssl.cnf -extensions root -key root.key -days 3650 -out root.pem",
            &["-subj", "/CN=Signers root"],
        )?;
        list_anew(&path)?;
        let responder = Responder::of_index(&path, "root", "index", port)?;
        Ok(Some(Self {
            folder,
            _list: list,
            _responder: responder,
        }))
    }

    /// Its root in PEM.
    pub fn root_pem(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    /// The revocation list as it is served now, DER.
    ///
    /// # Errors
    /// When there is none.
    pub fn list(&self) -> Result<Vec<u8>, TestkitError> {
        Ok(std::fs::read(self.folder.path().join("list.crl"))?)
    }

    /// A certificate for a name, as a PKCS#12 file with its chain.
    ///
    /// # Errors
    /// When the program fails.
    pub fn issue(
        &self,
        name: &str,
        validity: Validity,
        passphrase: &str,
    ) -> Result<PathBuf, TestkitError> {
        let path = self.folder.path();
        let (key, certificate, packed) = (
            format!("{name}.key"),
            format!("{name}.pem"),
            format!("{name}.p12"),
        );
        openssl(path, "genrsa -out", &[&key, "2048"])?;
        let subject = format!("/C=CN/CN={name}");
        openssl(
            path,
            "req -new -config openssl.cnf -utf8 -out request",
            &["-key", &key, "-subj", &subject],
        )?;
        let dates: &[&str] = match validity {
            Validity::Year => &[],
            Validity::Ended => &[
                "-startdate",
                "20200101000000Z",
                "-enddate",
                "20210101000000Z",
            ],
        };
        openssl(
            path,
            "ca -batch -notext -utf8 -config openssl.cnf -extensions signer -in request -out",
            &[&[certificate.as_str()], dates].concat(),
        )?;
        let passphrase = format!("pass:{passphrase}");
        openssl(
            path,
            "pkcs12 -export -certfile root.pem -inkey",
            &[
                &key,
                "-in",
                &certificate,
                "-passout",
                &passphrase,
                "-out",
                &packed,
            ],
        )?;
        Ok(path.join(packed))
    }

    /// Revokes the certificate of a name: list and responder say so from now on.
    ///
    /// # Errors
    /// When the program fails.
    pub fn revoke(&self, name: &str) -> Result<(), TestkitError> {
        let certificate = format!("{name}.pem");
        let path = self.folder.path();
        openssl(
            path,
            "ca -batch -config openssl.cnf -crl_reason keyCompromise -revoke",
            &[&certificate],
        )?;
        list_anew(path)
    }
}

fn list_anew(folder: &Path) -> Result<(), TestkitError> {
    openssl(folder, "ca -config openssl.cnf -gencrl -out list.pem", &[])?;
    openssl(folder, "crl -in list.pem -outform DER -out list.crl", &[])
}

fn openssl(folder: &Path, line: &str, more: &[&str]) -> Result<(), TestkitError> {
    let arguments: Vec<&str> = line.split(' ').chain(more.iter().copied()).collect();
    run(folder, &arguments)
}
