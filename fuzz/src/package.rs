//! Whole packages around one fuzzed member: a mutation of a container breaks its CRC long before its statements.

use std::io::Cursor;
use std::sync::LazyLock;

use fidem_package::{Container, Writer, layout};
use fidem_verify::Trust;

type Members = Vec<(String, Vec<u8>)>;

const CASE: &[u8] = include_bytes!("../../docs/format/example/example.asice");
const EXHIBIT: &[u8] = include_bytes!("../../docs/format/example/example-item-1.asice");
const TRUST: &[u8] = include_bytes!("../../docs/format/example/trust.json");

/// The worked example of the formats: the whole case, then the exhibit.
static PACKAGES: LazyLock<[Members; 2]> = LazyLock::new(|| [CASE, EXHIBIT].map(members));

/// The trust under which both match.
pub static EXAMPLE_TRUST: LazyLock<Trust> =
    LazyLock::new(|| Trust::supplied([("trust.json", TRUST)]).expect("the example's trust"));

fn members(package: &[u8]) -> Members {
    let source = package.to_vec();
    let container = Container::open(&source).expect("the example is a package");
    let read = |member| container.bytes(member, 1 << 20).expect("a small member");
    let members = container.members().iter();
    members.map(|m| (m.name.clone(), read(m))).collect()
}

/// A member of the case, or of the exhibit.
pub fn member(exhibit: bool, name: &str) -> Vec<u8> {
    let members = &PACKAGES[usize::from(exhibit)];
    let found = members.iter().find(|(own, _)| own == name);
    found.map(|(_, bytes)| bytes.clone()).unwrap_or_default()
}

/// Every member's seed: its number through both packages, then its bytes.
pub fn seeds() -> Vec<Vec<u8>> {
    let all = PACKAGES.iter().flatten().zip(0_u8..);
    all.map(|((_, bytes), number)| [&[number], bytes.as_slice()].concat())
        .collect()
}

/// The package with the member of that number replaced, and whether it must match, where that is certain.
pub fn with_member(number: u8, bytes: &[u8]) -> Option<(Vec<u8>, Option<bool>)> {
    let mut number = usize::from(number);
    let exhibit = number >= PACKAGES[0].len();
    let members = &PACKAGES[usize::from(exhibit)];
    number -= if exhibit { PACKAGES[0].len() } else { 0 };
    let (name, before) = members.get(number)?;
    let mut writer = Writer::new(Cursor::new(Vec::new())).ok()?;
    // The writer itself begins with the member `mimetype`, which cannot be another.
    for (at, (name, own)) in members.iter().enumerate().skip(1) {
        let bytes = if at == number { bytes } else { own };
        writer.member(name, bytes).ok()?;
    }
    let package = writer.finish().ok()?.into_inner();
    // Nothing covers the token over the whole delivery, and nothing the list of an exhibit, which has no delivery.
    let covered = name != layout::DELIVERY_TOKEN && !(exhibit && name == layout::CHECKSUMS);
    let unchanged = number == 0 || before == bytes;
    Some((package, (unchanged || covered).then_some(unchanged)))
}
