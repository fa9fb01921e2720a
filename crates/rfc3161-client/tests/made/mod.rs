//! Tokens made here, with a knob for each thing that a rule forbids.

#![allow(dead_code, reason = "each test binary turns other knobs")]

pub mod decades;
pub mod der;
pub mod key;
mod rsa;
pub mod xmlers;

use der::{algorithm, bits, boolean, generalized, integer, name, octets, oid, sequence, set, tlv};
use key::Key;
use rfc3161_client::{
    Anchor, Expected, Imprint, Indication, Inputs, Severity, UnixTime, Verification, verify,
};
use sha2::Digest as _;

pub const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
pub const POLICY: &str = "1.3.6.1.4.1.55555.1";
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";

/// An extension: identifier, critical or not, value.
pub type Ext = (&'static str, bool, Vec<u8>);

/// A certificate to be made.
#[derive(Clone)]
pub struct Cert {
    pub subject: &'static str,
    pub key: Key,
    pub serial: u64,
    pub from: &'static str,
    pub to: &'static str,
    pub extensions: Vec<Ext>,
}

pub fn basic(ca: bool, path_length: Option<u64>) -> Ext {
    let flag = if ca { boolean(true) } else { Vec::new() };
    let length = path_length.map(integer).unwrap_or_default();
    ("2.5.29.19", true, sequence(&[flag, length]))
}

pub fn key_usage(first: u8) -> Ext {
    ("2.5.29.15", true, tlv(3, &[0, first]))
}

pub fn purposes(critical: bool, list: &[&str]) -> Ext {
    let list: Vec<_> = list.iter().map(|purpose| oid(purpose)).collect();
    ("2.5.29.37", critical, sequence(&list))
}

/// Puts an extension in the place of the one with the same identifier, or adds it.
pub fn replace(extensions: &mut Vec<Ext>, extension: Ext) {
    extensions.retain(|other| other.0 != extension.0);
    extensions.push(extension);
}

impl Cert {
    fn authority(subject: &'static str, key: Key) -> Self {
        let extensions = vec![basic(true, None), key_usage(0x06)];
        Self {
            subject,
            key,
            serial: 7,
            from: "20200101000000Z",
            to: "20400101000000Z",
            extensions,
        }
    }

    /// The certificate signed by the key of `issuer`.
    pub fn signed_by(&self, issuer: &Self) -> Vec<u8> {
        let extensions: Vec<_> = self.extensions.iter().map(extension).collect();
        let tbs = sequence(&[
            tlv(0xa0, &integer(2)),
            integer(self.serial),
            issuer.key.signature_algorithm(),
            name(issuer.subject),
            sequence(&[generalized(self.from), generalized(self.to)]),
            name(self.subject),
            self.key.public_key_info(),
            tlv(0xa3, &sequence(&extensions)),
        ]);
        let signature = issuer.key.sign(&tbs);
        sequence(&[tbs, issuer.key.signature_algorithm(), bits(&signature)])
    }
}

fn extension((identifier, critical, value): &Ext) -> Vec<u8> {
    let flag = if *critical { boolean(true) } else { Vec::new() };
    sequence(&[oid(identifier), flag, octets(value)])
}

/// A token to be made; each field as it must be, until a test turns it.
#[derive(Clone)]
pub struct Recipe {
    pub root: Cert,
    pub intermediate: Cert,
    pub signer: Cert,
    pub tst_version: u64,
    pub policy: &'static str,
    pub imprint: Imprint,
    pub gen_time: &'static str,
    pub nonce: Option<u64>,
    pub tsa: Option<&'static str>,
    pub tst_extensions: Vec<Ext>,
    pub content_type: Option<&'static str>,
    pub message_digest: Option<Vec<u8>>,
    pub no_signed_attributes: bool,
    pub ess_v1: bool,
    pub ess_v2: bool,
    /// Flips an octet of the hash in each signing-certificate attribute whose version is listed.
    pub ess_wrong: Vec<u8>,
    pub ess_serial: u64,
    pub extra_attributes: Vec<Vec<u8>>,
    pub signer_version: u64,
    pub signers: usize,
    pub sid_serial: u64,
    pub include_certificates: bool,
    pub injected: Vec<Vec<u8>>,
    pub lists: Vec<Vec<u8>>,
    pub unsorted_attributes: bool,
    pub indefinite: bool,
}

impl Recipe {
    pub fn new(key: Key) -> Self {
        let extensions = vec![
            basic(false, None),
            key_usage(0xc0),
            purposes(true, &[TIME_STAMPING]),
        ];
        let signer = Cert {
            subject: "Time-Stamping Unit",
            key,
            serial: 9,
            from: "20250101000000Z",
            to: "20280101000000Z",
            extensions,
        };
        Self {
            root: Cert::authority("Root", Key::P256(1)),
            intermediate: Cert::authority("Intermediate", Key::P256(2)),
            signer,
            tst_version: 1,
            policy: POLICY,
            imprint: Imprint::sha256_of(b"evidence"),
            gen_time: "20260601120000.25Z",
            nonce: Some(0x8001),
            tsa: Some("Time-Stamping Unit"),
            tst_extensions: Vec::new(),
            content_type: Some(TST_INFO),
            message_digest: None,
            no_signed_attributes: false,
            ess_v1: false,
            ess_v2: true,
            ess_wrong: Vec::new(),
            ess_serial: 9,
            extra_attributes: Vec::new(),
            signer_version: 1,
            signers: 1,
            sid_serial: 9,
            include_certificates: true,
            injected: Vec::new(),
            lists: Vec::new(),
            unsorted_attributes: false,
            indefinite: false,
        }
    }

    pub fn anchors(&self) -> Vec<Anchor> {
        vec![Anchor::of(self.root.signed_by(&self.root))]
    }

    pub fn signer_der(&self) -> Vec<u8> {
        self.signer.signed_by(&self.intermediate)
    }

    pub fn tst_info(&self) -> Vec<u8> {
        let imprint = sequence(&[
            sequence(&[oid(self.imprint.algorithm.oid()), tlv(5, &[])]),
            octets(&self.imprint.value),
        ]);
        let extensions: Vec<_> = self.tst_extensions.iter().map(extension).collect();
        sequence(&[
            integer(self.tst_version),
            oid(self.policy),
            imprint,
            integer(0x1234),
            generalized(self.gen_time),
            sequence(&[integer(1), tlv(0x80, &[0x01, 0xf4])]),
            self.nonce.map(integer).unwrap_or_default(),
            self.tsa
                .map(|common| tlv(0xa0, &tlv(0xa4, &name(common))))
                .unwrap_or_default(),
            if extensions.is_empty() {
                Vec::new()
            } else {
                tlv(0xa1, &extensions.concat())
            },
        ])
    }

    fn signing_certificate(&self, version: u8) -> Vec<u8> {
        let der = self.signer_der();
        let mut hash = match version {
            1 => sha1::Sha1::digest(&der).to_vec(),
            _ => sha2::Sha256::digest(&der).to_vec(),
        };
        if self.ess_wrong.contains(&version) {
            hash[3] ^= 1;
        }
        let issuer = sequence(&[tlv(0xa4, &name(self.intermediate.subject))]);
        let id = sequence(&[octets(&hash), sequence(&[issuer, integer(self.ess_serial)])]);
        let kind = if version == 1 {
            "1.2.840.113549.1.9.16.2.12"
        } else {
            "1.2.840.113549.1.9.16.2.47"
        };
        attribute(kind, &sequence(&[sequence(&[id])]))
    }

    fn attributes(&self, content: &[u8]) -> Vec<Vec<u8>> {
        let mut list = self.extra_attributes.clone();
        if let Some(kind) = self.content_type {
            list.push(attribute("1.2.840.113549.1.9.3", &oid(kind)));
        }
        let digest = self
            .message_digest
            .clone()
            .unwrap_or_else(|| self.signer.key.digest(content));
        if !digest.is_empty() {
            list.push(attribute("1.2.840.113549.1.9.4", &octets(&digest)));
        }
        if self.ess_v1 {
            list.push(self.signing_certificate(1));
        }
        if self.ess_v2 {
            list.push(self.signing_certificate(2));
        }
        list.sort();
        if self.unsorted_attributes {
            list.reverse();
        }
        list
    }

    fn signer_info(&self, content: &[u8]) -> Vec<u8> {
        let attributes = self.attributes(content).concat();
        let key = self.signer.key;
        let signature = match self.no_signed_attributes {
            true => key.sign(content),
            false => key.sign(&tlv(0x31, &attributes)),
        };
        sequence(&[
            integer(self.signer_version),
            sequence(&[name(self.intermediate.subject), integer(self.sid_serial)]),
            algorithm(key.digest_algorithm()),
            if self.no_signed_attributes {
                Vec::new()
            } else {
                tlv(0xa0, &attributes)
            },
            key.signature_algorithm(),
            octets(&signature),
        ])
    }

    pub fn token(&self) -> Vec<u8> {
        let content = self.tst_info();
        let mut certificates = self.injected.clone();
        if self.include_certificates {
            certificates.push(self.intermediate.signed_by(&self.root));
            certificates.push(self.signer_der());
        }
        let lists = if self.lists.is_empty() {
            Vec::new()
        } else {
            tlv(0xa1, &self.lists.concat())
        };
        let e_content = match self.indefinite {
            true => segmented(&content),
            false => octets(&content),
        };
        let parts = [
            integer(3),
            set(&[algorithm(self.signer.key.digest_algorithm())]),
            sequence(&[oid(TST_INFO), tlv(0xa0, &e_content)]),
            if certificates.is_empty() {
                Vec::new()
            } else {
                tlv(0xa0, &certificates.concat())
            },
            lists,
            tlv(0x31, &self.signer_info(&content).repeat(self.signers)),
        ];
        let kind = oid("1.2.840.113549.1.7.2");
        match self.indefinite {
            true => endless(
                0x30,
                &[kind, endless(0xa0, &endless(0x30, &parts.concat()))].concat(),
            ),
            false => sequence(&[kind, tlv(0xa0, &sequence(&parts))]),
        }
    }
}

pub fn attribute(kind: &str, value: &[u8]) -> Vec<u8> {
    sequence(&[oid(kind), tlv(0x31, value)])
}

pub fn response(status: u64, token: Option<&[u8]>) -> Vec<u8> {
    sequence(&[
        sequence(&[integer(status)]),
        token.map(<[u8]>::to_vec).unwrap_or_default(),
    ])
}

/// A list by `issuer` that revokes the serial number `revoked` for `reason`.
pub fn revocation_list(
    issuer: &Cert,
    this_update: &str,
    revoked: Option<(u64, &str, Option<u8>)>,
) -> Vec<u8> {
    let entry = revoked.map(|(serial, date, reason)| {
        let reason = reason
            .map(|reason| sequence(&[extension(&("2.5.29.21", false, tlv(0x0a, &[reason])))]));
        sequence(&[sequence(&[
            integer(serial),
            generalized(date),
            reason.unwrap_or_default(),
        ])])
    });
    let tbs = sequence(&[
        integer(1),
        issuer.key.signature_algorithm(),
        name(issuer.subject),
        generalized(this_update),
        generalized("20270101000000Z"),
        entry.unwrap_or_default(),
    ]);
    let signature = issuer.key.sign(&tbs);
    sequence(&[tbs, issuer.key.signature_algorithm(), bits(&signature)])
}

/// An OCSP response by `issuer` itself about a certificate that it issued.
pub fn ocsp_response(issuer: &Cert, serial: u64, status: Vec<u8>, this_update: &str) -> Vec<u8> {
    let key = issuer.key.public_key_info();
    // The octets of the key follow the last zero "unused bits" octet: 65 for an uncompressed P-256 point.
    let key_octets = &key[key.len() - 65..];
    let id = sequence(&[
        algorithm("1.3.14.3.2.26"),
        octets(&sha1::Sha1::digest(name(issuer.subject))),
        octets(&sha1::Sha1::digest(key_octets)),
        integer(serial),
    ]);
    let data = sequence(&[
        tlv(0xa1, &name(issuer.subject)),
        generalized(this_update),
        sequence(&[sequence(&[id, status, generalized(this_update)])]),
    ]);
    let basic = sequence(&[
        data.clone(),
        issuer.key.signature_algorithm(),
        bits(&issuer.key.sign(&data)),
    ]);
    let body = sequence(&[oid("1.3.6.1.5.5.7.48.1.1"), octets(&basic)]);
    sequence(&[tlv(0x0a, &[0]), tlv(0xa0, &body)])
}

fn endless(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, 0x80], content, &[0, 0]].concat()
}

fn segmented(content: &[u8]) -> Vec<u8> {
    let segments: Vec<_> = content.chunks(50).map(octets).collect();
    endless(0x24, &segments.concat())
}

/// 2026-11-22 at noon.
pub fn now() -> UnixTime {
    UnixTime::from_rfc3339("2026-11-22T12:00:00Z").unwrap()
}

/// Judges a token over `evidence` on its own root.
pub fn judge(recipe: &Recipe) -> Verification {
    judge_on(recipe, &recipe.anchors(), &[])
}

/// Judges it on other anchors, with lists.
pub fn judge_on(recipe: &Recipe, anchors: &[Anchor], crls: &[Vec<u8>]) -> Verification {
    let token = recipe.token();
    let mut inputs = Inputs::new(&token, anchors, now());
    inputs.expected = Expected::Data(b"evidence");
    inputs.crls = crls;
    verify(&inputs)
}

/// Says the weight of the outcome, and a finding.
#[track_caller]
pub fn expect(verification: &Verification, code: &str, severity: Severity) {
    let weight = match verification.indication {
        Indication::Passed => Severity::Info,
        Indication::PassedWithNotes => Severity::Note,
        Indication::Indeterminate(_) => Severity::Indeterminate,
        Indication::Failed(_) => Severity::Failure,
    };
    let found = verification.finding(code);
    assert!(found.is_some(), "no {code} in {:#?}", verification.findings);
    assert_eq!(weight, severity, "{:#?}", verification.findings);
}
