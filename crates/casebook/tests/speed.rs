//! How fast items register. Printed, not asserted: machines differ. `FIDEM_ITEMS` sets the count.

mod common;

use std::time::Instant;

use common::*;

#[test]
#[expect(clippy::print_stdout, reason = "its purpose is to tell the figures")]
fn ten_thousand_items_register_and_are_found() {
    let count: u32 = std::env::var("FIDEM_ITEMS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(10_000);
    let (_dir, mut casebook, _) = office();
    let (id, batch) = case(&mut casebook, "many");
    let items: Vec<_> = (0..count)
        .map(|n| new_item(&format!("证据材料第{n}号_{n:06}.png")))
        .collect();
    let begin = Instant::now();
    for chunk in items.chunks(1000) {
        casebook.items_add(AT, &id, batch, chunk).unwrap();
    }
    let added = begin.elapsed();
    let begin = Instant::now();
    let hits = casebook.search("第77号").unwrap();
    let searched = begin.elapsed();
    assert_eq!(hits[0].item, Some(78));
    let begin = Instant::now();
    let head = casebook.journal_verify().unwrap();
    let verified = begin.elapsed();
    assert_eq!(head.seq, u64::from(count) + 4);
    let begin = Instant::now();
    let numbers: Vec<u32> = (1..=count).collect();
    casebook.seal_begin(AT, &id, &numbers, b"M", b"S").unwrap();
    println!(
        "{count} items: added {added:?} ({:.0}/s), search {searched:?}, journal verified {verified:?}, sealed {:?}",
        f64::from(count) / added.as_secs_f64(),
        begin.elapsed()
    );
}
