//! What the numbers were measured on.

use std::fs;
use std::process::Command;

/// The instructions that decide which kernels run.
const FLAGS: [&str; 8] = [
    "sha_ni", "ssse3", "sse4_1", "bmi1", "bmi2", "avx2", "avx512f", "avx512bw",
];

const PROGRAMS: [&[&str]; 5] = [
    &["/usr/lib/chromium/chromium", "--version"],
    &["rustc", "--version"],
    &["openssl", "version"],
    &["rhash", "--version"],
    &["sha256sum", "--version"],
];

/// The processor and the versions of the rivals, as a list.
pub(super) fn description() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = cpuinfo.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(": "))
            .map_or("", |(_, value)| value)
    };
    let has: Vec<&str> = field("flags")
        .split(' ')
        .filter(|flag| FLAGS.contains(flag))
        .collect();
    let lacks: Vec<&str> = FLAGS
        .into_iter()
        .filter(|flag| !has.contains(flag))
        .collect();
    let mut text = format!(
        "Processor: {} (family {}, model {}); of the instructions that matter it has {}{}.\n\n",
        field("model name"),
        field("cpu family"),
        field("model\t"),
        has.join(", "),
        if lacks.is_empty() {
            String::new()
        } else {
            format!(" and lacks {}", lacks.join(", "))
        },
    );
    for program in PROGRAMS {
        text.push_str("* ");
        text.push_str(&first_line(program));
        text.push('\n');
    }
    text.push_str("* rs_merkle 1.5\n");
    text
}

/// The load averages of the last 1, 5 and 15 minutes.
pub(super) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn first_line(program: &[&str]) -> String {
    let output = Command::new(program[0]).args(&program[1..]).output();
    output
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .and_then(|text| text.lines().next().map(str::to_owned))
        .unwrap_or_else(|| format!("{}: not installed", program[0]))
}
