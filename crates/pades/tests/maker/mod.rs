//! A signer for tests: updates written by hand, with a knob for each thing that an attacker would turn.

#![allow(dead_code, reason = "each test binary turns other knobs")]

#[path = "../../../rfc3161-client/tests/made/mod.rs"]
pub mod made;

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

use fidem_pades::{Inputs, Verification, verify};
use fidem_pdf::{Dictionary, File, Object, Reference};
use made::der::{algorithm, integer, name, octets, oid, sequence, set, tlv};
use made::key::Key;
use made::{Cert, Recipe, attribute, basic, key_usage, revocation_list};
use rfc3161_client::{Anchor, Imprint};
use sha2::Digest as _;

/// A receipt of ours, unsigned.
pub static RECEIPT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../samples/packages/v1/receipt.pdf"
    );
    std::fs::read(path).unwrap()
});

const ROOM: usize = 8192;

/// The office: a certificate below the intermediate authority below the root.
pub fn office() -> Recipe {
    person("Office", 11, 40)
}

pub fn person(subject: &'static str, serial: u64, key: u8) -> Recipe {
    let mut recipe = Recipe::new(Key::P256(key));
    recipe.signer.subject = subject;
    recipe.signer.serial = serial;
    recipe.signer.extensions = vec![basic(false, None), key_usage(0xc0)];
    recipe
}

/// The time-stamping authority, under the same root.
pub fn authority() -> Recipe {
    Recipe::new(Key::P256(60))
}

pub fn anchors() -> Vec<Anchor> {
    office().anchors()
}

pub fn token_over(data: &[u8], time: &'static str) -> Vec<u8> {
    let mut recipe = authority();
    recipe.imprint = Imprint::sha256_of(data);
    recipe.gen_time = time;
    recipe.token()
}

pub fn judge(pdf: &[u8]) -> Verification {
    verify(&Inputs::new(pdf, &anchors(), made::now())).unwrap()
}

/// Every object of one kind as text of a PDF.
pub fn write(object: &Object) -> String {
    let hex = |octets: &[u8]| {
        octets.iter().fold(String::new(), |mut text, octet| {
            let _ = write!(text, "{octet:02x}");
            text
        })
    };
    let named = |octets: &[u8]| {
        octets.iter().fold("/".to_owned(), |mut text, octet| {
            match octet.is_ascii_alphanumeric() {
                true => text.push(char::from(*octet)),
                false => {
                    let _ = write!(text, "#{octet:02x}");
                }
            }
            text
        })
    };
    match object {
        Object::Null => "null".to_owned(),
        Object::Boolean(truth) => truth.to_string(),
        Object::Integer(n) => n.to_string(),
        Object::Real(x) => format!("{x:?}"),
        Object::Name(octets) => named(octets),
        Object::String(octets) => format!("<{}>", hex(octets)),
        Object::Array(array) => {
            let parts: Vec<String> = array.iter().map(write).collect();
            format!("[{}]", parts.join(" "))
        }
        Object::Dictionary(dictionary) => {
            let parts = dictionary
                .iter()
                .map(|(key, value)| format!("{} {}", named(key), write(value)));
            format!("<<{}>>", parts.collect::<Vec<_>>().join(" "))
        }
        Object::Reference(to) => format!("{} {} R", to.number, to.generation),
    }
}

pub fn reference(number: u32) -> Object {
    Object::Reference(Reference {
        number,
        generation: 0,
    })
}

pub fn dictionary(pdf: &[u8], number: u32) -> Dictionary {
    let file = File::parse(pdf).unwrap();
    file.dictionary(Some(&reference(number)), "test").unwrap()
}

pub fn trailer(pdf: &[u8]) -> Dictionary {
    File::parse(pdf).unwrap().sections()[0].trailer.clone()
}

pub fn root(pdf: &[u8]) -> u32 {
    trailer(pdf)
        .get("Root")
        .unwrap()
        .as_reference()
        .unwrap()
        .number
}

pub fn size(pdf: &[u8]) -> u32 {
    u32::try_from(trailer(pdf).get("Size").unwrap().as_size().unwrap()).unwrap()
}

/// The objects of the pages.
pub fn pages(pdf: &[u8]) -> Vec<u32> {
    let file = File::parse(pdf).unwrap();
    let mut found = Vec::new();
    let mut nodes = vec![file.catalog().unwrap().get("Pages").unwrap().clone()];
    while let Some(node) = nodes.pop() {
        let read = file.dictionary(Some(&node), "test").unwrap();
        match file.array(read.get("Kids"), "Kids").unwrap() {
            kids if kids.is_empty() => found.push(node.as_reference().unwrap().number),
            kids => nodes.extend(kids.into_iter().rev()),
        }
    }
    found
}

/// Appends an update with these objects; the trailer is that before, with `change` made to it.
pub fn append_with(
    pdf: &[u8],
    objects: &[(u32, Vec<u8>)],
    change: impl FnOnce(&mut Dictionary),
) -> Vec<u8> {
    let mut out = pdf.to_vec();
    if !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    let mut table = String::new();
    let mut size = size(pdf);
    for (number, body) in objects {
        let _ = write!(table, "{number} 1\n{:010} 00000 n \n", out.len());
        out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        out.extend_from_slice(body);
        out.extend_from_slice(b"\nendobj\n");
        size = size.max(number + 1);
    }
    let before = File::parse(pdf).unwrap().sections()[0].offset;
    let mut trailer = trailer(pdf);
    trailer.set("Size", Object::Integer(size.into()));
    trailer.set("Prev", Object::Integer(i64::try_from(before).unwrap()));
    change(&mut trailer);
    let at = out.len();
    let end = format!(
        "xref\n{table}trailer\n{}\nstartxref\n{at}\n%%EOF\n",
        write(&Object::Dictionary(trailer))
    );
    out.extend_from_slice(end.as_bytes());
    out
}

pub fn append(pdf: &[u8], objects: &[(u32, Vec<u8>)]) -> Vec<u8> {
    append_with(pdf, objects, |_| {})
}

pub fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<<{dictionary}/Length {}>>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

/// Appends an update in which one dictionary is another.
pub fn edit(pdf: &[u8], number: u32, change: impl FnOnce(&mut Dictionary)) -> Vec<u8> {
    edit_with(pdf, number, change, &[])
}

pub fn edit_with(
    pdf: &[u8],
    number: u32,
    change: impl FnOnce(&mut Dictionary),
    more: &[(u32, Vec<u8>)],
) -> Vec<u8> {
    let mut edited = dictionary(pdf, number);
    change(&mut edited);
    let mut objects = vec![(number, write(&Object::Dictionary(edited)).into_bytes())];
    objects.extend_from_slice(more);
    append(pdf, &objects)
}

/// A signature to be made.
pub struct Signing {
    pub who: Recipe,
    pub field: &'static str,
    /// Time of a signature time stamp.
    pub stamped: Option<&'static str>,
    /// What the time stamp is over instead of the signature value.
    pub stamp_over: Option<Vec<u8>>,
    pub filter: &'static str,
    pub kind: &'static str,
    pub rect: &'static str,
    /// Keys added to the signature dictionary.
    pub extra: &'static str,
    pub sid_serial: Option<u64>,
    /// Certificates in place of the signer's.
    pub certificates: Option<Vec<u8>>,
    pub certificate_bound: bool,
    /// Objects written beside, by number, and keys set in the catalog.
    pub beside: Vec<(u32, Vec<u8>)>,
}

impl Signing {
    pub fn by(who: Recipe) -> Self {
        Self {
            who,
            field: "Seal",
            stamped: None,
            stamp_over: None,
            filter: "ETSI.CAdES.detached",
            kind: "Sig",
            rect: "[0 0 0 0]",
            extra: "",
            sid_serial: None,
            certificates: None,
            certificate_bound: true,
            beside: Vec::new(),
        }
    }

    pub fn stamped(mut self, time: &'static str) -> Self {
        self.stamped = Some(time);
        self
    }

    /// Appends the update that signs.
    pub fn sign(&self, pdf: &[u8]) -> Vec<u8> {
        let (mut out, gap) = self.prepare(pdf);
        let value = self.cms(&[&out[..gap.start], &out[gap.end..]]);
        fill(&mut out, &gap, &value);
        out
    }

    /// The update with an empty place for the signature, and where that is.
    pub fn prepare(&self, pdf: &[u8]) -> (Vec<u8>, Range<usize>) {
        let (value, field) = (size(pdf), size(pdf) + 1);
        let page = pages(pdf)[0];
        let dictionary = format!(
            "<</Type/{}/Filter/Adobe.PPKLite/SubFilter/{}/M(D:20260601120000Z){}/ByteRange[0 0000000000 0000000000 0000000000]/Contents<{}>>>",
            self.kind,
            self.filter,
            self.extra,
            "0".repeat(2 * ROOM),
        );
        let widget = format!(
            "<</Type/Annot/Subtype/Widget/FT/Sig/T({})/F 132/P {page} 0 R/V {value} 0 R/Rect{}>>",
            self.field, self.rect,
        );
        let mut page_edited = self::dictionary(pdf, page);
        push(&mut page_edited, "Annots", field);
        let mut catalog = self::dictionary(pdf, root(pdf));
        let mut form = catalog
            .get("AcroForm")
            .and_then(Object::as_dictionary)
            .cloned()
            .unwrap_or_default();
        push(&mut form, "Fields", field);
        form.set("SigFlags", Object::Integer(3));
        catalog.set("AcroForm", Object::Dictionary(form));
        let mut objects = vec![
            (value, dictionary.into_bytes()),
            (field, widget.into_bytes()),
            (page, write(&Object::Dictionary(page_edited)).into_bytes()),
            (root(pdf), write(&Object::Dictionary(catalog)).into_bytes()),
        ];
        objects.extend(self.beside.iter().cloned());
        let mut out = append(pdf, &objects);
        let start = find(&out, b"/Contents<000000", pdf.len()) + 9;
        let gap = start..start + 2 * ROOM + 2;
        let range = find(&out, b"/ByteRange[0 ", pdf.len()) + 13;
        let numbers = format!(
            "{:010} {:010} {:010}",
            gap.start,
            gap.end,
            out.len() - gap.end
        );
        out[range..range + numbers.len()].copy_from_slice(numbers.as_bytes());
        (out, gap)
    }

    /// A CMS signature, or a bare token for a document time stamp, over the pieces.
    pub fn cms(&self, pieces: &[&[u8]]) -> Vec<u8> {
        let data = pieces.concat();
        if self.filter == "ETSI.RFC3161" {
            return token_over(&data, self.stamped.unwrap());
        }
        let (who, key) = (&self.who, self.who.signer.key);
        let der = who.signer_der();
        let id = sequence(&[octets(&sha2::Sha256::digest(&der))]);
        let mut attributes = vec![
            attribute("1.2.840.113549.1.9.3", &oid("1.2.840.113549.1.7.1")),
            attribute("1.2.840.113549.1.9.4", &octets(&key.digest(&data))),
        ];
        if self.certificate_bound {
            attributes.push(attribute(
                "1.2.840.113549.1.9.16.2.47",
                &sequence(&[sequence(&[id])]),
            ));
        }
        attributes.sort();
        let attributes = attributes.concat();
        let signature = key.sign(&tlv(0x31, &attributes));
        let unsigned = self.stamped.map(|time| {
            let over = self.stamp_over.as_deref().unwrap_or(&signature);
            tlv(
                0xa1,
                &attribute("1.2.840.113549.1.9.16.2.14", &token_over(over, time)),
            )
        });
        let signer = sequence(&[
            integer(1),
            sequence(&[
                name(who.intermediate.subject),
                integer(self.sid_serial.unwrap_or(who.signer.serial)),
            ]),
            algorithm(key.digest_algorithm()),
            tlv(0xa0, &attributes),
            key.signature_algorithm(),
            octets(&signature),
            unsigned.unwrap_or_default(),
        ]);
        let own = || [der.clone(), who.intermediate.signed_by(&who.root)].concat();
        let certificates = self.certificates.clone().unwrap_or_else(own);
        let data = sequence(&[
            integer(1),
            set(&[algorithm(key.digest_algorithm())]),
            sequence(&[oid("1.2.840.113549.1.7.1")]),
            tlv(0xa0, &certificates),
            tlv(0x31, &signer),
        ]);
        sequence(&[oid("1.2.840.113549.1.7.2"), tlv(0xa0, &data)])
    }
}

pub fn fill(out: &mut [u8], gap: &Range<usize>, value: &[u8]) {
    assert!(value.len() <= ROOM, "{}", value.len());
    let mut hex = String::new();
    for octet in value {
        let _ = write!(hex, "{octet:02x}");
    }
    out[gap.start + 1..gap.start + 1 + hex.len()].copy_from_slice(hex.as_bytes());
}

pub fn find(hay: &[u8], needle: &[u8], from: usize) -> usize {
    let found = hay[from..]
        .windows(needle.len())
        .position(|window| window == needle);
    found.unwrap_or_else(|| panic!("no {}", String::from_utf8_lossy(needle))) + from
}

pub fn push(dictionary: &mut Dictionary, key: &str, number: u32) {
    let mut list = dictionary
        .get(key)
        .and_then(Object::as_array)
        .unwrap_or_default()
        .to_vec();
    list.push(reference(number));
    dictionary.set(key, Object::Array(list));
}

/// Lists of both authorities, of 2026-07-01.
pub fn lists() -> [Vec<u8>; 2] {
    let office = office();
    let list = |issuer: &Cert| revocation_list(issuer, "20260701000000Z", None);
    [list(&office.root), list(&office.intermediate)]
}

/// Appends a store with the certificates and lists.
pub fn store(pdf: &[u8]) -> Vec<u8> {
    let next = size(pdf);
    let office = office();
    let entries = [
        office.intermediate.signed_by(&office.root),
        office.signer_der(),
        authority().signer_der(),
    ];
    let mut objects = Vec::new();
    let mut number = next;
    for entry in entries.iter().chain(&lists()) {
        objects.push((number, stream("", entry)));
        number += 1;
    }
    let names = |from: u32, to: u32| (from..to).map(|n| format!("{n} 0 R ")).collect::<String>();
    let dss = format!(
        "<</Type/DSS/Certs[{}]/CRLs[{}]>>",
        names(next, next + 3),
        names(next + 3, next + 5),
    );
    objects.push((number, dss.into_bytes()));
    edit_with(
        pdf,
        root(pdf),
        |catalog| {
            catalog.set("DSS", reference(number));
            let mut level = Dictionary::default();
            level.set("BaseVersion", Object::Name(b"1.7".to_vec()));
            level.set("ExtensionLevel", Object::Integer(5));
            let mut extensions = Dictionary::default();
            extensions.set("ESIC", Object::Dictionary(level));
            catalog.set("Extensions", Object::Dictionary(extensions));
        },
        &objects,
    )
}

/// Appends a document time stamp.
pub fn archive(pdf: &[u8], field: &'static str, time: &'static str) -> Vec<u8> {
    let mut signing = Signing::by(authority()).stamped(time);
    signing.kind = "DocTimeStamp";
    signing.filter = "ETSI.RFC3161";
    signing.field = field;
    signing.sign(pdf)
}

/// The receipt signed by the office with a time stamp: B-T.
pub static SIGNED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    Signing::by(office())
        .stamped("20260601120000Z")
        .sign(&RECEIPT)
});

/// With validation data: B-LT.
pub static LONG_TERM: LazyLock<Vec<u8>> = LazyLock::new(|| store(&SIGNED));

/// With a document time stamp: B-LTA.
pub static ARCHIVED: LazyLock<Vec<u8>> =
    LazyLock::new(|| archive(&LONG_TERM, "Archive1", "20260801120000Z"));
