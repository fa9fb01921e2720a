use fidem_capture::*;
struct A;
impl Audience for A {}
fn main() {
    let b = find_browser(None).unwrap();
    let t = std::time::Instant::now();
    let r = self_test(&b, "abcdefghij0123456789", &mut A).unwrap();
    println!("{r:?} {} {:?}", r.passed(), t.elapsed());
}
