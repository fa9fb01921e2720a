//! `xtask bench`: our programs and their rivals, measured alternately in one run.
//!
//! Machines are shared and their clocks sag, so what is compared is processor time, and only
//! between programs that ran in turns: A B A B …, the best run of each. Ours run as processes of
//! their own too, so that both sides pay for starting one.
//!
//! A group of rows is a module with a [`Group`]; adding one means writing it and naming it in
//! [`GROUPS`].

use std::path::PathBuf;
use std::process::ExitCode;

use crate::Outcome;

mod anchoring;
mod capture;
mod cases;
mod corpus;
mod documents;
mod kernels;
mod large;
mod machine;
mod measure;
mod merkle;
mod one_file;
mod report;
mod small_files;
mod tokens;

/// The task by which the bench starts itself to do one piece of our own work.
pub(crate) const WORKLOAD: &str = "bench-workload";

const GROUPS: &[Group] = &[
    small_files::GROUP,
    one_file::GROUP,
    merkle::GROUP,
    kernels::GROUP,
    tokens::GROUP,
    cases::GROUP,
    large::GROUP,
    documents::GROUP,
    capture::GROUP,
    anchoring::GROUP,
];

/// Rows that are measured together.
struct Group {
    /// As `--only` names it.
    name: &'static str,
    rows: fn(&Options) -> Outcome<Vec<report::Row>>,
    workloads: &'static [Workload],
}

/// Work of ours that a process is started for.
struct Workload {
    name: &'static str,
    run: fn(&[String]) -> Outcome<()>,
}

/// What the command line asked for.
struct Options {
    quick: bool,
    rounds: u32,
    only: Vec<String>,
    corpus: PathBuf,
    out: Option<PathBuf>,
}

impl Options {
    fn parse(arguments: &[String]) -> Outcome<Self> {
        let mut options = Options {
            quick: false,
            rounds: 0,
            only: Vec::new(),
            corpus: std::env::temp_dir().join("fidem-bench"),
            out: None,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--quick" => options.quick = true,
                "--rounds" => options.rounds = value()?.parse()?,
                "--only" => options.only.push(value()?.clone()),
                "--corpus" => options.corpus = value()?.into(),
                "--out" => options.out = Some(value()?.into()),
                _ => return Err(format!("unknown option {argument}\n\n{}", crate::USAGE).into()),
            }
        }
        if options.rounds == 0 {
            options.rounds = if options.quick { 3 } else { 5 };
        }
        if options.out.is_none() && !options.quick && options.only.is_empty() {
            options.out = Some("BENCH.md".into());
        }
        Ok(options)
    }

    fn wants(&self, group: &Group) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == group.name)
    }

    /// `full`, or with `--quick` a fraction of it.
    fn scaled(&self, full: u64, quick: u64) -> u64 {
        if self.quick { quick } else { full }
    }
}

/// The part of the document from here on is not measured here: faults found, what `scripts/fuzz.sh --log` gives.
const OTHERS: &str = "\n## Cleanliness";

/// Measures and reports. Fails when a row lies under 0.9 of its target: what is between that and
/// the target may be the machine's mood.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    let options = Options::parse(arguments)?;
    if let Some(name) = options
        .only
        .iter()
        .find(|&name| GROUPS.iter().all(|g| g.name != *name))
    {
        return Err(format!("there is no group of rows named {name}").into());
    }
    let mut report = report::Report::begin(&options);
    for group in GROUPS.iter().filter(|group| options.wants(group)) {
        eprintln!("{} …", group.name);
        report.rows.extend((group.rows)(&options)?);
    }
    report.end();
    print_out(&report.table())?;
    if let Some(path) = &options.out {
        let before = std::fs::read_to_string(path).unwrap_or_default();
        let kept = before.find(OTHERS).and_then(|at| before.get(at..));
        std::fs::write(path, report.document() + kept.unwrap_or_default())?;
    }
    Ok(if report.rows.iter().any(report::Row::fails) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Does the work that `arguments` name: the other end of [`measure::Contender::ours`].
pub(crate) fn run_workload(arguments: &[String]) -> Outcome<ExitCode> {
    let (name, rest) = arguments.split_first().ok_or("which workload?")?;
    let workload = GROUPS
        .iter()
        .flat_map(|group| group.workloads)
        .find(|workload| workload.name == name)
        .ok_or(format!("there is no workload named {name}"))?;
    (workload.run)(rest)?;
    Ok(ExitCode::SUCCESS)
}

fn print_out(text: &str) -> Outcome<()> {
    use std::io::Write as _;
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
