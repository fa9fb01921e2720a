use fidem_capture::*;
struct A;
impl Audience for A {}
fn main() {
    let url = std::env::args().nth(1).unwrap();
    let t = std::time::Instant::now();
    let b = find_browser(None).unwrap();
    println!("{b:?} {:?}", t.elapsed());
    let plan = Plan::of(&url, Options::default()).unwrap();
    let ops = Operations::begin(None);
    let sinks = Sinks {
        netlog: Box::new(std::io::sink()),
        keys: Box::new(std::io::sink()),
    };
    let r = record(&b, &plan, sinks, &ops, &mut A).unwrap();
    println!("{}", String::from_utf8_lossy(&r.operations));
    println!(
        "{:?} {:?} {:?} seen {} {:?}",
        r.ending,
        r.log.connections.len(),
        r.deviations,
        r.seen.len(),
        t.elapsed()
    );
    for s in &r.seen {
        if s.outcome != (Outcome::Finished {}) {
            println!("{s:?}");
        }
    }
    let naming = archive::Naming {
        capture: "00112233445566778899aabbccddeeff",
        mask_key: [7; 32],
        software: "Fidem 0.1.0",
        cleanliness_before: None,
        secret_fields: vec![],
    };
    let t = std::time::Instant::now();
    let mut whole = Vec::new();
    let a = archive::write(
        &r,
        &naming,
        std::fs::File::create("/tmp/cs/court.wacz").unwrap(),
        &mut whole,
    )
    .unwrap();
    println!(
        "archive {:?} masked {} whole {}",
        t.elapsed(),
        a.masked,
        whole.len()
    );
    println!(
        "{}",
        serde_json::to_string_pretty(&a.statement.completeness).unwrap()
    );
    if let Some(p) = r.page {
        println!(
            "{} {} {:?} {:?} {:?} loaded {} still {} refs {} missing {:?} full {:?} mhtml {:?} pdf {:?} dom {:?}",
            p.url,
            p.title,
            p.viewport,
            p.size,
            p.scrolled,
            p.loaded,
            p.still,
            p.references.len(),
            p.missing,
            p.pictures.full.as_ref().map(Vec::len),
            p.mhtml.map(|m| m.len()),
            p.pdf.map(|m| m.len()),
            p.dom.map(|m| m.len())
        );
        std::fs::write("/tmp/cs/full.png", p.pictures.full.unwrap_or_default()).unwrap();
        std::fs::write("/tmp/cs/view.png", p.pictures.viewport.unwrap_or_default()).unwrap();
    }
}
