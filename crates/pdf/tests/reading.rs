//! A file is what its tables say, and nothing is repaired.

use fidem_pdf::{Error, File, attachments};

/// A PDF of these objects, numbered from 1, whose first is the catalog.
fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (number, body) in (1..).zip(objects) {
        offsets.push(file.len());
        file.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }
    let table: String = offsets
        .iter()
        .map(|at| format!("{at:010} 00000 n \n"))
        .collect();
    let size = objects.len() + 1;
    let start = file.len();
    file.extend_from_slice(
        format!(
            "xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\n\
             startxref\n{start}\n%%EOF\n"
        )
        .as_bytes(),
    );
    file
}

/// An update (§7.5.6) that writes one object anew.
fn update(mut file: Vec<u8>, number: u32, body: &str) -> Vec<u8> {
    let previous = File::parse(&file).unwrap().sections()[0].offset;
    let at = file.len();
    file.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    let start = file.len();
    file.extend_from_slice(
        format!(
            "xref\n{number} 1\n{at:010} 00000 n \ntrailer\n<</Size 9/Root 1 0 R/Prev {previous}>>\n\
             startxref\n{start}\n%%EOF\n"
        )
        .as_bytes(),
    );
    file
}

const CATALOG: &str = "<</Type/Catalog/Names<</EmbeddedFiles<</Names[(a)2 0 R]>>>>>>";
const SPECIFICATION: &str = "<</Type/Filespec/UF(a.json)/EF<</F 3 0 R>>>>";
const FILE: &str = "<</Length 5>>\nstream\nhello\nendstream";

fn refused(objects: &[&str]) -> Error {
    attachments(&pdf(objects)).unwrap_err()
}

#[test]
fn an_attachment_is_read_and_an_update_replaces_it() {
    let first = pdf(&[CATALOG, SPECIFICATION, FILE]);
    assert_eq!(attachments(&first).unwrap()["a.json"], b"hello");
    let second = update(first, 3, "<</Length 4 >> stream\r\nworl\r\nendstream");
    assert_eq!(attachments(&second).unwrap()["a.json"], b"worl");
    let file = File::parse(&second).unwrap();
    assert_eq!(file.sections().len(), 2);
    assert_eq!(file.sections()[0].end, second.len());
    // the name in UTF-16, the length by reference, the strings' escapes
    let named = "<</UF<FEFF6E05 002E>/EF<</F 3 0 R>>>>";
    let by_reference = pdf(&[
        CATALOG,
        named,
        "<</Length 4 0 R>>\nstream\nhello\nendstream",
        "5",
    ]);
    assert_eq!(attachments(&by_reference).unwrap()["清."], b"hello");
    let escaped = pdf(&[
        CATALOG,
        r"<</UF(\(\141\\\
\)(b))/EF<</F 3 0 R>>>>",
        FILE,
    ]);
    assert!(attachments(&escaped).unwrap().contains_key(r"(a\)(b)"));
}

#[test]
fn a_file_without_attachments_has_none() {
    assert!(
        attachments(&pdf(&["<</Type/Catalog>>"]))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn nothing_is_repaired() {
    let whole = pdf(&[CATALOG, SPECIFICATION, FILE]);
    assert_eq!(attachments(b"%PDF").unwrap_err(), Error::Header);
    assert_eq!(attachments(b"%PDF-1.7\n").unwrap_err(), Error::End);
    // one octet more at the start: every offset is wrong
    let mut moved = whole.clone();
    moved.insert(9, b'\n');
    assert!(matches!(attachments(&moved), Err(Error::CrossReference(_))));
    for cut in 0..whole.len() - 1 {
        // the end of line after %%EOF is all that may go
        assert!(attachments(&whole[..cut]).is_err(), "cut at {cut}");
    }
    // Nothing follows the newest section, and an older one cannot be pointed at again.
    for more in ["x", "\nstartxref\n9\n%%EOF\n"] {
        let longer = [&whole[..], more.as_bytes()].concat();
        assert!(attachments(&longer).is_err(), "{more}");
    }
    let second = update(whole.clone(), 3, FILE);
    let first = File::parse(&whole).unwrap().sections()[0].offset;
    let back = [
        &second[..],
        format!("startxref\n{first}\n%%EOF\n").as_bytes(),
    ]
    .concat();
    assert_eq!(attachments(&back).unwrap_err(), Error::End);
    let text = String::from_utf8(whole).unwrap();
    let loops = text.replace("/Root 1 0 R", "/Root 1 0 R/Prev 0");
    assert!(matches!(
        attachments(loops.as_bytes()),
        Err(Error::CrossReference(_) | Error::Syntax(_))
    ));
    let encrypted = text.replace("/Root 1 0 R", "/Encrypt 2 0 R/Root 1 0 R");
    assert_eq!(
        attachments(encrypted.as_bytes()).unwrap_err(),
        Error::Encrypted
    );
    let hybrid = text.replace("/Root 1 0 R", "/XRefStm 9/Root 1 0 R");
    assert!(matches!(
        attachments(hybrid.as_bytes()),
        Err(Error::CrossReferenceStream(_))
    ));
    let stream =
        b"%PDF-1.7\n1 0 obj <</Type/XRef>> stream\n\nendstream endobj\nstartxref\n9\n%%EOF\n";
    assert_eq!(
        attachments(stream).unwrap_err(),
        Error::CrossReferenceStream(9)
    );
}

#[test]
fn what_is_out_of_place_is_named() {
    assert_eq!(refused(&["[]"]), Error::Type("catalog"));
    assert_eq!(refused(&[CATALOG]), Error::Type("Filespec"));
    assert_eq!(
        refused(&[CATALOG, "<</UF(a)/EF<</F 3 0 R>>>>"]),
        Error::Missing(3)
    );
    assert_eq!(
        refused(&[CATALOG, "<</UF(a)/EF<</F(x)>>>>"]),
        Error::Type("stream")
    );
    for (broken, why) in [
        ("<</Length 7>>\nstream\nhello\nendstream", "too long"),
        ("<</Length 4>>\nstream\nhello\nendstream", "too short"),
        (
            "<</Length 5/Length 5>>\nstream\nhello\nendstream",
            "a key twice",
        ),
        (
            "<</Length -5>>\nstream\nhello\nendstream",
            "a negative length",
        ),
        (
            "<</Length 5/Filter/LZWDecode>>\nstream\nhello\nendstream",
            "a filter that is not read",
        ),
        (
            "<</Length 5/Filter/FlateDecode>>\nstream\nhello\nendstream",
            "no zlib",
        ),
        (
            "<</Length 5/DecodeParms<</Predictor 2>>>>\nstream\nhello\nendstream",
            "a predictor",
        ),
    ] {
        assert!(
            attachments(&pdf(&[CATALOG, SPECIFICATION, broken])).is_err(),
            "{why}"
        );
    }
    let twice = CATALOG.replace("2 0 R]", "2 0 R(b)4 0 R]");
    assert_eq!(
        refused(&[
            &twice,
            SPECIFICATION,
            FILE,
            "<</UF(a.json)/EF<</F 5 0 R>>>>",
            FILE
        ]),
        Error::Twice("a.json".into())
    );
    assert_eq!(
        refused(&[&twice, SPECIFICATION, FILE, "<</UF(b)/EF<</F 3 0 R>>>>"]),
        Error::Again(3)
    );
}

/// Objects that lie within one another are each as long as all of them.
#[test]
fn overlapping_objects_cost_no_more_than_the_file() {
    let count = 3_000;
    let mut file =
        b"%PDF-1.7\n1 0 obj <</Names<</EmbeddedFiles 2 0 R>>>> endobj\n2 0 obj <</Kids[".to_vec();
    for number in 3..3 + count {
        file.extend_from_slice(format!("{number} 0 R ").as_bytes());
    }
    file.extend_from_slice(b"]>> endobj\n");
    let second = file.windows(8).position(|w| w == b"\n2 0 obj").unwrap() + 1;
    let mut table = format!(
        "xref\n1 2\n{:010} 00000 n \n{second:010} 00000 n \n3 {count}\n",
        9
    );
    for number in 3..3 + count {
        table += &format!("{:010} 00000 n \n", file.len());
        file.extend_from_slice(format!("{number} 0 obj%").as_bytes());
    }
    file.extend_from_slice(&b" ".repeat(4 << 20));
    file.extend_from_slice(b"\n<<>> endobj\n");
    let start = file.len();
    file.extend_from_slice(
        format!("{table}trailer\n<</Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    assert!(matches!(attachments(&file), Err(Error::TooMuch(4, _))));
}

#[test]
fn a_tree_that_returns_to_itself_ends() {
    let catalog = "<</Names<</EmbeddedFiles 2 0 R>>>>";
    assert_eq!(
        refused(&[catalog, "<</Kids[3 0 R]>>", "<</Kids[3 0 R]>>"]),
        Error::Again(3)
    );
    let deep = "[".repeat(100_000);
    assert!(matches!(refused(&[catalog, &deep]), Error::Syntax(_)));
    assert!(matches!(refused(&["2 0 R", "1 0 R"]), Error::TooMuch(..)));
}
