//! What kind of file it is, by its first bytes; by its name's ending only where the bytes leave it open.

/// As many bytes as are looked at.
const HEAD: usize = 8192;

/// The media type of a file that begins with `head`. `application/octet-stream` when nothing is known.
///
/// Reads at most 8 KiB. An answer says what the bytes look like, and nothing about whether they are what they claim.
pub fn media_type(head: &[u8], name: &str) -> &'static str {
    let head = &head[..head.len().min(HEAD)];
    let ending = ending(name);
    by_magic(head)
        .or_else(|| riff(head))
        .or_else(|| iso_media(head))
        .or_else(|| zip(head, &ending))
        .or_else(|| compound(head, &ending))
        .or_else(|| audio_frames(head))
        .or_else(|| text(head, &ending))
        .unwrap_or("application/octet-stream")
}

/// The part after the last dot, in lower case.
fn ending(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or_default();
    last.rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase())
        .unwrap_or_default()
}

const MAGIC: [(&[u8], &str); 25] = [
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"\x02#!SILK_V3", "audio/x-silk"),
    (b"#!SILK_V3", "audio/x-silk"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"BZh", "application/x-bzip2"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"{\\rtf", "application/rtf"),
    (b"%!PS", "application/postscript"),
    (b"WARC/1.", "application/warc"),
];

fn by_magic(head: &[u8]) -> Option<&'static str> {
    MAGIC
        .iter()
        .find(|(magic, _)| head.starts_with(magic))
        .map(|(_, kind)| *kind)
}

fn riff(head: &[u8]) -> Option<&'static str> {
    if !head.starts_with(b"RIFF") {
        return None;
    }
    match head.get(8..12)? {
        b"WAVE" => Some("audio/wav"),
        b"WEBP" => Some("image/webp"),
        b"AVI " => Some("video/x-msvideo"),
        _ => None,
    }
}

/// ISO/IEC 14496-12: a box of type `ftyp` first, its major brand behind.
fn iso_media(head: &[u8]) -> Option<&'static str> {
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    Some(match head.get(8..12)? {
        b"qt  " => "video/quicktime",
        b"M4A " | b"M4B " => "audio/mp4",
        b"heic" | b"heix" | b"heim" | b"heis" => "image/heic",
        b"mif1" | b"msf1" => "image/heif",
        b"avif" | b"avis" => "image/avif",
        brand if brand.starts_with(b"3gp") => "video/3gpp",
        _ => "video/mp4",
    })
}

/// Containers that name themselves in a first, uncompressed member `mimetype`.
const NAMED_CONTAINERS: [&str; 7] = [
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.graphics",
    "application/vnd.etsi.asic-e+zip",
    "application/vnd.etsi.asic-s+zip",
    "application/epub+zip",
];

const OFFICE_FOLDERS: [(&[u8], &str, &str); 3] = [
    (
        b"word/",
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        b"xl/",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (
        b"ppt/",
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
];

fn zip(head: &[u8], ending: &str) -> Option<&'static str> {
    if !(head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")) {
        return None;
    }
    let first_name = head.get(30..).unwrap_or_default();
    if let Some(kind) = first_name.strip_prefix(b"mimetype") {
        // The longest that fits: one name may begin with another.
        let named = NAMED_CONTAINERS
            .iter()
            .filter(|name| kind.starts_with(name.as_bytes()));
        if let Some(name) = named.max_by_key(|name| name.len()) {
            return Some(name);
        }
    }
    let is_office = first_name.starts_with(b"[Content_Types].xml")
        || first_name.starts_with(b"_rels/")
        || first_name.starts_with(b"docProps/")
        || OFFICE_FOLDERS
            .iter()
            .any(|(folder, ..)| first_name.starts_with(folder));
    if is_office {
        let by_folder = OFFICE_FOLDERS
            .iter()
            .find(|(folder, ..)| has_member(head, folder));
        let by_ending = || OFFICE_FOLDERS.iter().find(|(_, own, _)| *own == ending);
        if let Some((.., kind)) = by_folder.or_else(by_ending) {
            return Some(kind);
        }
    }
    Some(match ending {
        "apk" => "application/vnd.android.package-archive",
        "jar" => "application/java-archive",
        "wacz" => "application/wacz+zip",
        _ => "application/zip",
    })
}

/// Whether a local file header for something in `folder` is in sight.
fn has_member(head: &[u8], folder: &[u8]) -> bool {
    let header = b"PK\x03\x04";
    head.windows(header.len()).enumerate().any(|(at, window)| {
        window == header
            && head
                .get(at + 30..)
                .is_some_and(|name| name.starts_with(folder))
    })
}

/// The compound files of older office programs; which one, only the ending tells cheaply.
fn compound(head: &[u8], ending: &str) -> Option<&'static str> {
    if !head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return None;
    }
    Some(match ending {
        "doc" | "dot" | "wps" => "application/msword",
        "xls" | "xlt" | "et" => "application/vnd.ms-excel",
        "ppt" | "pps" | "dps" => "application/vnd.ms-powerpoint",
        "msg" => "application/vnd.ms-outlook",
        _ => "application/x-ole-storage",
    })
}

/// MPEG audio without a tag before it: two bytes only, so weak that it comes late. ISO/IEC 11172-3, layer III.
fn audio_frames(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xfb | 0xfa | 0xf3 | 0xf2, ..] => Some("audio/mpeg"),
        [0xff, 0xf1 | 0xf9, ..] => Some("audio/aac"),
        _ => None,
    }
}

fn text(head: &[u8], ending: &str) -> Option<&'static str> {
    let is_utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let Some(text) = as_utf8(head) else {
        // Older Chinese texts in GB 18030: no control characters, and an ending that says text.
        let legacy = !head.iter().any(|byte| is_binary(*byte)) || is_utf16;
        return legacy
            .then(|| by_ending(ending))
            .flatten()
            .or(is_utf16.then_some("text/plain"));
    };
    if text.bytes().any(is_binary) {
        return None;
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.is_empty() {
        return Some(by_ending(ending).unwrap_or("text/plain"));
    }
    let lower = start
        .get(..start.floor_char_boundary(512))
        .unwrap_or_default()
        .to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return Some("text/html");
    }
    if lower.starts_with("<svg") || (lower.starts_with("<?xml") && lower.contains("<svg")) {
        return Some("image/svg+xml");
    }
    if lower.starts_with("<?xml") {
        return Some(if lower.contains("<html") {
            "application/xhtml+xml"
        } else {
            "application/xml"
        });
    }
    if is_mail(&lower) && ending != "txt" {
        return Some(if lower.starts_with("from ") {
            "application/mbox"
        } else {
            "message/rfc822"
        });
    }
    if let Some(kind) = by_ending(ending) {
        return Some(kind);
    }
    Some(if start.starts_with(['{', '[']) && looks_like_json(start) {
        "application/json"
    } else {
        "text/plain"
    })
}

/// The head as UTF-8, forgiving a character cut off by the head's end.
fn as_utf8(head: &[u8]) -> Option<&str> {
    match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() && head.len() == HEAD => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

fn is_binary(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)
}

/// RFC 5322: a header field that only mail begins with.
fn is_mail(lower: &str) -> bool {
    const FIRST: [&str; 11] = [
        "received:",
        "return-path:",
        "delivered-to:",
        "message-id:",
        "mime-version:",
        "x-mailer:",
        "from:",
        "date:",
        "subject:",
        "to:",
        "from ",
    ];
    let begins = FIRST.iter().any(|field| lower.starts_with(field));
    // One such line may stand at the top of any letter; two are a header.
    let fields = lower
        .lines()
        .take(30)
        .filter(|line| FIRST.iter().any(|field| line.starts_with(field)))
        .count();
    begins && fields >= 2
}

fn looks_like_json(text: &str) -> bool {
    let inner = text[1..].trim_start();
    inner.starts_with(['"', '{', '[', ']', '}', '-'])
        || inner.starts_with(|c: char| c.is_ascii_digit())
}

fn by_ending(ending: &str) -> Option<&'static str> {
    Some(match ending {
        "txt" | "log" | "text" | "ini" | "conf" => "text/plain",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "tsv" => "text/tab-separated-values",
        "json" => "application/json",
        "htm" | "html" => "text/html",
        "xml" => "application/xml",
        "eml" => "message/rfc822",
        "vcf" => "text/vcard",
        "ics" => "text/calendar",
        "srt" => "application/x-subrip",
        "css" => "text/css",
        "js" | "mjs" => "text/javascript",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A local file header with a stored member, as far as sniffing looks.
    fn member(name: &str, content: &str) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend([0; 26]);
        bytes.extend(name.as_bytes());
        bytes.extend(content.as_bytes());
        bytes
    }

    #[test]
    fn kinds_by_their_first_bytes() {
        let cases: [(&[u8], &str, &str); 22] = [
            (b"%PDF-1.7\n", "x", "application/pdf"),
            (b"%PDF-1.7\n", "harmless.jpg", "application/pdf"),
            (b"\x89PNG\r\n\x1a\n\0", "x", "image/png"),
            (b"\xff\xd8\xff\xe1", "x", "image/jpeg"),
            (b"GIF89a", "x", "image/gif"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "x", "image/webp"),
            (b"RIFF\x10\0\0\0WAVEfmt ", "x", "audio/wav"),
            (b"\0\0\0\x20ftypisom\0\0\x02\0", "x", "video/mp4"),
            (b"\0\0\0\x14ftypqt  ", "x.mov", "video/quicktime"),
            (b"\0\0\0\x20ftypM4A ", "x", "audio/mp4"),
            (b"ID3\x04", "x", "audio/mpeg"),
            (b"\xff\xfb\x90\x64", "x", "audio/mpeg"),
            (b"\xff\xfea\0b\0", "x", "text/plain"),
            (b"<!DOCTYPE html><p>", "x", "text/html"),
            (b"\n{\"a\": 1}", "x", "application/json"),
            (b"{not json", "x", "text/plain"),
            (b"a,b\r\n1,2\r\n", "x.CSV", "text/csv"),
            (
                b"From: a@example.cn\r\nTo: b@example.cn\r\n",
                "x",
                "message/rfc822",
            ),
            (b"From: my desk\nDear all", "letter", "text/plain"),
            (b"\xba\xcf\xcd\xac\n", "x.txt", "text/plain"),
            (b"\xba\xcf\xcd\xac\n", "x", "application/octet-stream"),
            (b"\0\x01\x02", "x.txt", "application/octet-stream"),
        ];
        for (head, name, expected) in cases {
            assert_eq!(media_type(head, name), expected, "{name} {head:?}");
        }
        assert_eq!(media_type(b"", "空.txt"), "text/plain");
        assert_eq!(media_type("合同".as_bytes(), "合同"), "text/plain");
    }

    #[test]
    fn containers_by_what_is_in_them() {
        let office = |folder: &str| {
            [
                member("[Content_Types].xml", "<Types/>"),
                member(folder, ""),
            ]
            .concat()
        };
        assert!(
            media_type(&office("word/document.xml"), "x").ends_with("wordprocessingml.document")
        );
        assert!(media_type(&office("xl/workbook.xml"), "x.zip").ends_with("spreadsheetml.sheet"));
        assert!(
            media_type(&office("ppt/presentation.xml"), "x")
                .ends_with("presentationml.presentation")
        );
        assert_eq!(
            media_type(
                &member("mimetype", "application/vnd.oasis.opendocument.textPK"),
                "x"
            ),
            "application/vnd.oasis.opendocument.text"
        );
        assert_eq!(
            media_type(&member("mimetype", "application/vnd.etsi.asic-e+zip"), "x"),
            "application/vnd.etsi.asic-e+zip"
        );
        assert_eq!(
            media_type(&member("photo.jpg", ""), "x.docx"),
            "application/zip"
        );
    }

    #[test]
    fn a_character_cut_by_the_head_is_no_binary() {
        let text = "合".repeat(4000);
        assert_eq!(media_type(text.as_bytes(), "x"), "text/plain");
    }
}
