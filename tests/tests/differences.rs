//! R-117: a file that is not the sealed one is compared with it, and the places where it differs are told; never why.

use fidem_tests::demo::{Bench, demo};
use fidem_tests::fidem::{self, Answer, repository};

const CHAT: &str = "03-往来/聊天记录.txt";
const INVOICE: &str = "02-报价与付款/商业发票.pdf";
const SCREENSHOT: &str = "04-现场/网店页面截图.png";

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(repository().join("samples/case-shop").join(name)).unwrap()
}

/// The demonstration's package against a file of that name.
fn against(name: &str, octets: &[u8]) -> Answer {
    let bench = Bench::new();
    let package = bench.file("demo.asice", &demo().package);
    let trust = bench.file("roots.pem", &demo().trust);
    let last = name.rsplit('/').next().unwrap();
    let given = bench.file(last, octets);
    let paths = [trust, given].map(|path| path.display().to_string());
    fidem::verify(&package, &["--trust", &paths[0], "--data", &paths[1]])
}

fn said(answer: &Answer, code: &str) -> String {
    let all = answer.findings();
    let found = all.iter().find(|f| f["code"] == code);
    let found = found.unwrap_or_else(|| panic!("no {code}: {}", answer.told()));
    assert_eq!(found["status"], "note", "where, and no more");
    found["message"].as_str().unwrap().to_owned()
}

#[test]
fn the_sealed_file_differs_nowhere() {
    let answer = against(CHAT, &sample(CHAT)).exits(0);
    assert!(answer.finds("data-matches"));
    let picture = against(SCREENSHOT, &sample(SCREENSHOT)).exits(0);
    let octets = ["data-places", "data-stretch", "data-line", "data-pages"];
    let pixels = ["data-pixels", "data-pixels-same", "data-picture-size"];
    for code in octets.iter().chain(&pixels) {
        assert!(!answer.finds(code) && !picture.finds(code), "{code}");
    }
}

#[test]
fn r117_a_changed_octet_is_told_by_its_place_line_and_character() {
    let mut chat = sample(CHAT);
    let second = chat.iter().position(|b| *b == b'\n').unwrap() + 1;
    chat[second] ^= 1;
    let answer = against(CHAT, &chat).exits(1);
    assert_eq!(answer.json()["verdict"], "mismatch");
    assert!(answer.finds("data-unknown"));
    let places = said(&answer, "data-places");
    assert!(
        places.contains(&format!("at bytes {} (from 1)", second + 1)),
        "{places}"
    );
    assert!(said(&answer, "data-line").contains("line 2, character 1"));
    assert!(!answer.finds("data-pages"));
}

#[test]
fn r117_what_was_added_or_left_out_is_told_by_what_is_the_same() {
    let chat = sample(CHAT);
    let mut longer = chat.clone();
    longer.splice(40..40, *b"0000");
    let stretch = said(&against(CHAT, &longer).exits(1), "data-stretch");
    assert!(
        stretch.contains(&format!(
            "original {} bytes, handed in {}",
            chat.len(),
            chat.len() + 4
        )),
        "{stretch}"
    );
    let shorter = said(&against(CHAT, &chat[..100]).exits(1), "data-stretch");
    assert!(
        shorter.contains("first 100 bytes and the last 0"),
        "{shorter}"
    );
}

#[test]
fn r117_of_a_pdf_the_pages_are_told() {
    let mut invoice = sample(INVOICE);
    // An octet of a content stream, not of the tables.
    let stream = invoice.windows(7).position(|w| w == b"stream\n").unwrap() + 12;
    invoice[stream] ^= 1;
    let answer = against(INVOICE, &invoice).exits(1);
    assert!(answer.finds("data-places"));
    let pages = said(&answer, "data-pages");
    assert!(pages.ends_with(": 1."), "{pages}");
}

/// The screenshot written anew, its pixels (RGB) altered before.
fn screenshot(alter: impl FnOnce(&mut [u8], usize)) -> Vec<u8> {
    let sample = sample(SCREENSHOT);
    let mut reader = png::Decoder::new(std::io::Cursor::new(sample))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    alter(&mut pixels, frame.line_size);
    let mut octets = Vec::new();
    let mut encoder = png::Encoder::new(&mut octets, frame.width, frame.height);
    encoder.set_color(frame.color_type);
    encoder.set_depth(frame.bit_depth);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    octets
}

#[test]
fn r117_of_a_picture_the_place_is_told() {
    let altered = screenshot(|pixels, line| {
        for (x, y) in [(300, 120), (341, 131)] {
            pixels[y * line + 3 * x] ^= 1;
        }
    });
    let answer = against(SCREENSHOT, &altered).exits(1);
    let pixels = said(&answer, "data-pixels");
    assert!(pixels.contains(" 2 differ from item "), "{pixels}");
    assert!(pixels.ends_with(": (300, 120)–(341, 131)."), "{pixels}");
    // Saved again by some program, and nothing touched.
    let saved = against(SCREENSHOT, &screenshot(|_, _| {})).exits(1);
    assert_eq!(
        saved.json()["verdict"],
        "mismatch",
        "another file all the same"
    );
    assert!(said(&saved, "data-pixels-same").contains("1100×600"));
    assert!(!saved.finds("data-pixels"));
}

#[test]
fn a_file_of_another_name_is_compared_with_nothing() {
    let mut chat = sample(CHAT);
    chat[0] ^= 1;
    let answer = against("其他.txt", &chat).exits(1);
    assert!(answer.finds("data-unknown"));
    assert!(!answer.finds("data-places"));
}

#[test]
fn an_exhibit_is_compared_with_what_bears_its_name_alone() {
    let bench = Bench::new();
    let package = std::fs::read(repository().join("samples/packages/v1/exhibit.asice")).unwrap();
    let package = bench.file("exhibit.asice", &package);
    let trust = repository().join("samples/packages/v1/trust.pem");
    let trust = trust.display().to_string();
    let given = |name: &str| {
        let file = bench.file(name, b"something else").display().to_string();
        fidem::verify(
            &package,
            &[
                "--trust",
                &trust,
                "--data",
                &file,
                "--at",
                "2026-12-01T00:00:00Z",
            ],
        )
    };
    let other = given("unrelated.txt").exits(1);
    assert!(
        other.finds("data-unknown") && !other.finds("data-stretch"),
        "{}",
        other.told()
    );
    let same = given("茶叶买卖合同.docx").exits(1);
    assert!(same.finds("data-stretch"), "{}", same.told());
}

/// A page tree of so many kids costs what it holds, and not its square.
#[test]
fn a_broad_page_tree_is_read_in_little_memory() {
    let kids: String = (0..30_000).map(|n| format!("{} 0 R ", n + 3)).collect();
    let mut pdf = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    let mut object = |pdf: &mut String, number: usize, body: &str| {
        places.push(pdf.len());
        pdf.push_str(&format!("{number} 0 obj\n{body}\nendobj\n"));
    };
    object(&mut pdf, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    object(
        &mut pdf,
        2,
        &format!("<< /Type /Pages /Count 30000 /Kids [ {kids}] >>"),
    );
    for n in 0..30_000 {
        object(&mut pdf, n + 3, "<< /Type /Page /Parent 2 0 R >>");
    }
    let start = pdf.len();
    pdf.push_str(&format!(
        "xref\n0 {}\n0000000000 65535 f \n",
        places.len() + 1
    ));
    for at in &places {
        pdf.push_str(&format!("{at:010} 00000 n \n"));
    }
    pdf.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        places.len() + 1
    ));
    let bench = Bench::new();
    let package = bench.file("demo.asice", &demo().package);
    let given = bench.file("商业发票.pdf", pdf.as_bytes());
    // One gibibyte of addresses is little for a program of this size, and nothing for the square of thirty thousand.
    let line = r#"ulimit -v 1500000; exec "$0" verify "$1" --json --trust "$2" --data "$3""#;
    let mut command = std::process::Command::new("sh");
    command
        .arg("-c")
        .arg(line)
        .arg(fidem::program())
        .arg(&package)
        .arg(bench.trust())
        .arg(&given);
    let answer = fidem::run(&mut command).exits(1);
    assert!(answer.finds("data-pages"), "{}", answer.told());
}
