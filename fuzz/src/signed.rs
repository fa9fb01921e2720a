//! A PDF of one page with a document time stamp of [`crate::AUTHORITY`], to which the target appends.

use std::sync::LazyLock;

use fidem_pdf::File;
use rfc3161_client::Imprint;

use crate::{NOW, stamp};

/// What its page shows.
pub const CONTENT: &[u8] = b"BT (signed) Tj ET";

const ROOM: usize = 4096;

/// The file, stamped to its end.
pub static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut out = unstamped();
    let gap = find(&out, b"/Contents<") + b"/Contents".len();
    let end = gap + 2 * ROOM + 2;
    let numbers = format!("{gap:010} {end:010} {:010}", out.len() - end);
    let at = find(&out, b"/ByteRange[0 ") + b"/ByteRange[0 ".len();
    out[at..at + numbers.len()].copy_from_slice(numbers.as_bytes());
    let covered = [&out[..gap], &out[end..]].concat();
    let token = stamp(Imprint::sha256_of(&covered), NOW);
    let hex: String = token.iter().map(|octet| format!("{octet:02x}")).collect();
    out[gap + 1..gap + 1 + hex.len()].copy_from_slice(hex.as_bytes());
    out
});

fn unstamped() -> Vec<u8> {
    let stream = format!(
        "<</Length {}>>\nstream\n{}\nendstream",
        CONTENT.len(),
        String::from_utf8_lossy(CONTENT)
    );
    let stamp = format!(
        "<</Type/DocTimeStamp/SubFilter/ETSI.RFC3161/ByteRange[0 0000000000 0000000000 0000000000]/Contents<{}>>>",
        "0".repeat(2 * ROOM)
    );
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Annots[5 0 R]>>",
        &stream,
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(A)/F 132/P 3 0 R/V 6 0 R/Rect[0 0 0 0]>>",
        &stamp,
    ];
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let at = out.len();
    out.extend(table.bytes());
    out.extend(format!("trailer\n<</Size 7/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n").bytes());
    out
}

fn find(hay: &[u8], needle: &[u8]) -> usize {
    hay.windows(needle.len())
        .position(|window| window == needle)
        .expect("it was just written")
}

/// What page 1 of a file shows, where it shows one stream and nothing lies over it.
pub fn page_content(pdf: &[u8]) -> Option<Vec<u8>> {
    let file = File::parse(pdf).ok()?;
    let catalog = file.catalog().ok()?;
    let pages = file.dictionary(catalog.get("Pages"), "Pages").ok()?;
    let kids = file.array(pages.get("Kids"), "Kids").ok()?;
    let page = file.dictionary(kids.first(), "Page").ok()?;
    let stream = file.stream(page.get("Contents")?).ok()?;
    file.decode(&stream, 1 << 20).ok()
}

/// Updates to begin with: validation data, another catalog, another content.
pub fn updates() -> Vec<Vec<u8>> {
    let update = |number: usize, object: &str| {
        let from = FILE.len();
        let body = format!("{number} 0 obj\n{object}\nendobj\n");
        let at = from + body.len();
        let size = number.max(6) + 1;
        format!(
            "{body}xref\n{number} 1\n{from:010} 00000 n \ntrailer\n<</Size {size}/Root 1 0 R/Prev {}>>\nstartxref\n{at}\n%%EOF\n",
            find(&FILE, b"xref\n0 ")
        )
        .into_bytes()
    };
    vec![
        update(
            1,
            "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>/DSS<</Certs[]>>>>",
        ),
        update(4, "<</Length 3>>\nstream\nq Q\nendstream"),
        update(7, "<</Type/Page>>"),
        update(
            3,
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Annots[5 0 R]/Tabs/S>>",
        ),
    ]
}
