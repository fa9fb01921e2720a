//! A root, an issuing authority below it, signers of every kind of key, and a time-stamping authority: all by the
//! program `openssl`, so that what is signed with them is not judged by the code that made them.

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use fidem_signing::{Pkcs12Key, ValidationData};
use tempfile::TempDir;

pub const PASSPHRASE: &str = "锁 sesame 7";

const CONFIGURATION: &str = "\
[req]
distinguished_name = names
prompt = no
utf8 = yes
string_mask = utf8only
[names]
O = Test Office
[root]
new_certs_dir = .
database = root.index
serial = root.serial
crlnumber = root.crlnumber
certificate = root.pem
private_key = root.key
default_md = sha256
default_days = 3650
default_crl_days = 30
policy = anything
unique_subject = no
copy_extensions = none
crl_extensions = list
[issuing]
new_certs_dir = .
database = issuing.index
serial = issuing.serial
crlnumber = issuing.crlnumber
certificate = issuing.pem
private_key = issuing.key
default_md = sha256
default_days = 1800
default_crl_days = 30
policy = anything
unique_subject = no
copy_extensions = none
crl_extensions = list
[anything]
organizationName = optional
commonName = supplied
[list]
authorityKeyIdentifier = keyid
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[below]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[signer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[encipherer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, keyEncipherment
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[responder]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[stamper]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
serial = tsa.serial
default_policy = 1.3.6.1.4.1.99999.1
signer_digest = sha256
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
";

/// Name, common name, section of extensions, kind of key.
const SIGNERS: [(&str, &str, &str, &str); 8] = [
    ("handler", "经办人 张三", "signer", "rsa"),
    ("approver", "审批人 李四", "signer", "P-256"),
    ("office", "演示公证处 Office seal", "signer", "P-384"),
    ("sm2", "演示公证处 SM2", "signer", "SM2"),
    ("revoked", "Revoked", "signer", "rsa"),
    ("encipherer", "Encipherer", "encipherer", "rsa"),
    ("responder", "Responder", "responder", "rsa"),
    ("tsa", "Time-stamps", "stamper", "rsa"),
];

pub struct Pki {
    folder: TempDir,
    /// `openssl ts` keeps its next serial number in a file.
    stamping: Mutex<()>,
}

/// The one of this process.
pub fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(Pki::make)
}

impl Pki {
    fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pki = Self {
            folder,
            stamping: Mutex::new(()),
        };
        pki.write("openssl.cnf", CONFIGURATION);
        pki.write("tsa.serial", "1000\n");
        for authority in ["root", "issuing"] {
            pki.write(&format!("{authority}.index"), "");
            pki.write(&format!("{authority}.serial"), "1000\n");
            pki.write(&format!("{authority}.crlnumber"), "1000\n");
        }
        pki.key("root", "rsa");
        pki.openssl(
            "req -new -x509 -config openssl.cnf -extensions authority -key root.key -days 3650 -out root.pem",
            &["-subj", "/O=Test Office/CN=Test root"],
        );
        pki.issue("root", "issuing", "Test issuing", "below", "rsa");
        for (name, common_name, extensions, kind) in SIGNERS {
            pki.issue("issuing", name, common_name, extensions, kind);
            pki.export(name, name, &[]);
        }
        pki.openssl(
            "ca -batch -config openssl.cnf -name issuing -revoke revoked.pem",
            &[],
        );
        for authority in ["root", "issuing"] {
            pki.openssl(
                &format!("ca -config openssl.cnf -name {authority} -gencrl -out {authority}.crl"),
                &[],
            );
        }
        pki
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).expect("a file");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).expect("a file")
    }

    /// Runs the program with the words of `line` and the arguments that have spaces.
    pub fn openssl(&self, line: &str, more: &[&str]) {
        let output = Command::new("openssl")
            .current_dir(self.path())
            .args(line.split(' '))
            .args(more)
            .output()
            .expect("openssl is installed");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {line}: {errors}");
    }

    fn key(&self, name: &str, kind: &str) {
        let parameters = match kind {
            "rsa" => "RSA -pkeyopt rsa_keygen_bits:2048".to_owned(),
            curve => {
                format!("EC -pkeyopt ec_paramgen_curve:{curve} -pkeyopt ec_param_enc:named_curve")
            }
        };
        self.openssl(
            &format!("genpkey -algorithm {parameters} -out {name}.key"),
            &[],
        );
    }

    fn issue(&self, by: &str, name: &str, common_name: &str, extensions: &str, kind: &str) {
        self.key(name, kind);
        let subject = format!("/O=Test Office/CN={common_name}");
        if kind == "SM2" {
            // The request is another key's: `openssl ca` does not check one under the usual signer identity.
            self.openssl(&format!("pkey -in {name}.key -pubout -out {name}.pub"), &[]);
            self.openssl(
                "req -new -config openssl.cnf -utf8 -key root.key -out request.csr",
                &["-subj", &subject],
            );
            self.openssl(
                &format!(
                    "x509 -req -in request.csr -force_pubkey {name}.pub -CA {by}.pem -CAkey {by}.key -CAcreateserial \
                     -days 1800 -extfile openssl.cnf -extensions {extensions} -out {name}.pem"
                ),
                &[],
            );
        } else {
            self.openssl(
                &format!("req -new -config openssl.cnf -utf8 -key {name}.key -out request.csr"),
                &["-subj", &subject],
            );
            self.openssl(
                &format!(
                    "ca -batch -notext -utf8 -config openssl.cnf -name {by} -extensions {extensions} -in request.csr -out {name}.pem"
                ),
                &[],
            );
        }
        self.openssl(
            &format!("x509 -in {name}.pem -outform DER -out {name}.der"),
            &[],
        );
        if name == "issuing" {
            let chain = [self.read("issuing.pem"), self.read("root.pem")].concat();
            std::fs::write(self.path().join("chain.pem"), chain).expect("a file");
        }
    }

    /// A PKCS#12 file of this certificate with that key.
    pub fn export(&self, certificate: &str, key: &str, more: &[&str]) -> Vec<u8> {
        let passphrase = format!("pass:{PASSPHRASE}");
        let arguments = [&["-passout", &passphrase][..], more].concat();
        self.openssl(
            &format!(
                "pkcs12 -export -in {certificate}.pem -inkey {key}.key -certfile chain.pem -out {certificate}.p12"
            ),
            &arguments,
        );
        self.read(&format!("{certificate}.p12"))
    }

    pub fn signer(&self, name: &str) -> Pkcs12Key {
        Pkcs12Key::open(&self.read(&format!("{name}.p12")), PASSPHRASE).expect("a key")
    }

    pub fn root_pem(&self) -> std::path::PathBuf {
        self.path().join("root.pem")
    }

    pub fn der(&self, name: &str) -> Vec<u8> {
        self.openssl(
            &format!("x509 -in {name}.pem -outform DER -out {name}.der"),
            &[],
        );
        self.read(&format!("{name}.der"))
    }

    pub fn list(&self, authority: &str) -> Vec<u8> {
        self.openssl(
            &format!("crl -in {authority}.crl -outform DER -out {authority}.crl.der"),
            &[],
        );
        self.read(&format!("{authority}.crl.der"))
    }

    /// An OCSP response about a signer's certificate.
    pub fn ocsp(&self, name: &str) -> Vec<u8> {
        self.openssl(
            &format!("ocsp -issuer issuing.pem -cert {name}.pem -reqout {name}.req -no_nonce"),
            &[],
        );
        self.openssl(
            &format!(
                "ocsp -index issuing.index -CA issuing.pem -rsigner responder.pem -rkey responder.key -ndays 7 \
                 -reqin {name}.req -respout {name}.ocsp"
            ),
            &[],
        );
        self.read(&format!("{name}.ocsp"))
    }

    /// A whole response of the authority over a digest.
    pub fn stamp(&self, imprint: &[u8; 32]) -> Result<Vec<u8>, std::io::Error> {
        let _one_at_a_time = self.stamping.lock().expect("no test panicked here");
        let digits: String = imprint.iter().map(|octet| format!("{octet:02x}")).collect();
        self.openssl(
            &format!("ts -query -digest {digits} -sha256 -cert -out query"),
            &[],
        );
        self.openssl(
            "ts -reply -config openssl.cnf -section tsa -queryfile query -signer tsa.pem -inkey tsa.key \
             -chain chain.pem -out reply",
            &[],
        );
        std::fs::read(self.path().join("reply"))
    }

    /// What a verifier without a network needs for these signers and their time-stamps.
    pub fn validation_data(&self, signers: &[&str]) -> ValidationData {
        let certificates = ["root", "issuing", "tsa"].iter().chain(signers);
        ValidationData {
            certificates: certificates.map(|name| self.der(name)).collect(),
            lists: vec![self.list("root"), self.list("issuing")],
            responses: Vec::new(),
        }
    }
}
