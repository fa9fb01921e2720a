//! Benchmarks and generated data.

use std::process::ExitCode;

mod bench;

/// What a task of a developer answers: whatever goes wrong is printed and ends it.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "\
xtask bench [options]        measure against the programs people use today; writes BENCH.md
    --quick                  a small corpus and three rounds: is everything in order?
    --rounds N               runs of each rival, the best of which counts (default 5)
    --only GROUP             only this group of rows; may be repeated
    --corpus FOLDER          where the generated files live (default: the temporary folder)
    --out FILE               where the table goes (default: BENCH.md; with --quick or --only
                             only to the terminal)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        Some((task, rest)) if task == "bench" => bench::run(rest),
        Some((task, rest)) if task == bench::WORKLOAD => bench::run_workload(rest),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
