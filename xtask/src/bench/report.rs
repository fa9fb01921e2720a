//! The table, and the document around it.

use std::fmt::Write as _;
use std::time::Duration;

use super::Options;
use super::machine;
use super::measure::{Cost, Spent};

/// One comparison.
pub(super) struct Row {
    /// What was done.
    pub(super) what: String,
    /// What we did it in.
    pub(super) ours: String,
    /// Who else did it, and in what.
    pub(super) rival: String,
    /// How many times better ours is.
    pub(super) ratio: f64,
    /// What `ratio` should at least be; `None` if the row only states.
    pub(super) target: Option<f64>,
}

/// What an amount of work is counted in.
#[derive(Clone, Copy)]
pub(super) enum Work {
    Bytes(u64),
    Files(u64),
    Leaves(u64),
    Tokens(u64),
}

impl Row {
    /// A row of two processor times for the same work.
    pub(super) fn of_times(
        what: impl Into<String>,
        work: Work,
        ours: Duration,
        (name, rival): (&str, Duration),
        target: Option<f64>,
    ) -> Self {
        Row {
            what: what.into(),
            ours: cost(ours, work),
            rival: format!("{name}: {}", cost(rival, work)),
            ratio: rival.as_secs_f64() / ours.as_secs_f64(),
            target,
        }
    }

    /// A row of a processor time against what it may take.
    pub(super) fn of_time_limit(
        what: impl Into<String>,
        time: Duration,
        limit: Duration,
        target: Option<f64>,
    ) -> Self {
        Row {
            what: what.into(),
            ours: format!("{:.3} s", time.as_secs_f64()),
            rival: format!("limit: {:.3} s", limit.as_secs_f64()),
            ratio: limit.as_secs_f64() / time.as_secs_f64(),
            target,
        }
    }

    /// A row of a peak of memory against what it may be, in megabytes; the processor time is stated.
    pub(super) fn of_memory_limit(
        what: impl Into<String>,
        cost: Cost,
        limit: u64,
        target: Option<f64>,
    ) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "printed with three digits")]
        let (peak, limit) = (cost.peak_bytes as f64 / 1e6, limit as f64);
        Row {
            what: what.into(),
            ours: format!("{peak:.0} MB, {:.1} s", cost.time.as_secs_f64()),
            rival: format!("limit: {limit:.0} MB"),
            ratio: limit / peak,
            target,
        }
    }

    /// A row of two medians that only states: the rival does a small part of the work.
    pub(super) fn of_spent(
        what: impl Into<String>,
        ours: Spent,
        (name, rival): (&str, Spent),
    ) -> Self {
        let said = |s: Spent| {
            let (processor, wall) = (s.processor.as_secs_f64(), s.wall.as_secs_f64());
            format!("{processor:.2} s ({wall:.2} s passed)")
        };
        Row {
            what: what.into(),
            ours: said(ours),
            rival: format!("{name}: {}", said(rival)),
            ratio: rival.processor.as_secs_f64() / ours.processor.as_secs_f64(),
            target: None,
        }
    }

    /// A row of a size against how many times another size it may be.
    pub(super) fn of_size_limit(what: impl Into<String>, size: u64, of: u64, times: f64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "printed with three digits")]
        let (size, of) = (size as f64 / 1e6, of as f64 / 1e6);
        Row {
            what: what.into(),
            ours: format!("{size:.2} MB, {:.2} times what was received", size / of),
            rival: format!("limit: {times:.0} × {of:.2} MB received"),
            ratio: times * of / size,
            target: Some(1.0),
        }
    }

    /// Whether the row lies so far under its target that no mood of the machine explains it.
    pub(super) fn fails(&self) -> bool {
        self.target.is_some_and(|target| self.ratio < 0.9 * target)
    }

    fn verdict(&self) -> &'static str {
        match self.target {
            None => "stated",
            Some(target) if self.ratio >= target => "yes",
            Some(_) if self.fails() => "**no**",
            Some(_) => "within 10 %",
        }
    }
}

fn cost(time: Duration, work: Work) -> String {
    let seconds = time.as_secs_f64();
    let per_second = |amount: u64| {
        #[expect(clippy::cast_precision_loss, reason = "printed with three digits")]
        let amount = amount as f64;
        amount / seconds
    };
    let rate = match work {
        Work::Bytes(bytes) => format!("{:.0} MB/s", per_second(bytes) / 1e6),
        Work::Files(files) => format!("{:.1} k files/s", per_second(files) / 1e3),
        Work::Tokens(tokens) => format!("{:.0} tokens/s", per_second(tokens)),
        Work::Leaves(leaves) => format!("{:.2} M leaves/s", per_second(leaves) / 1e6),
    };
    format!("{seconds:.3} s, {rate}")
}

/// What a run found.
pub(super) struct Report {
    pub(super) rows: Vec<Row>,
    rounds: u32,
    load: [String; 2],
}

impl Report {
    pub(super) fn begin(options: &Options) -> Self {
        let load = [machine::load(), String::new()];
        Report {
            rows: Vec::new(),
            rounds: options.rounds,
            load,
        }
    }

    pub(super) fn end(&mut self) {
        self.load[1] = machine::load();
    }

    pub(super) fn table(&self) -> String {
        let mut table = String::from("| | ours | rival | ratio | target | pass |\n");
        table.push_str("|---|---|---|---|---|---|\n");
        for row in &self.rows {
            let target = row
                .target
                .map_or("–".into(), |target| format!("≥ {target:.1}"));
            let (what, ours, rival, verdict) = (&row.what, &row.ours, &row.rival, row.verdict());
            // Writing to a string cannot fail.
            let _ = writeln!(
                table,
                "| {what} | {ours} | {rival} | {:.2} | {target} | {verdict} |",
                row.ratio
            );
        }
        table
    }

    pub(super) fn document(&self) -> String {
        let [before, after] = &self.load;
        format!(
            "# Benchmarks\n\n\
             Written by `cargo run --release -p xtask -- bench`. Times are processor time (user \
             and system), best of {} runs, ours and the rival in turns. A ratio is how many times \
             less ours took; rates are per second of processor time.\n\n\
             Rows of files include starting the processes of both sides; the files were in the \
             page cache, and before anything was timed our digests were compared with \
             `openssl`'s. Rows of trees and of messages in memory leave out starting the process \
             and making the data. `rs_merkle` hashes without the prefixes of RFC 6962, so its \
             roots are other ones and are not compared.\n\n\
             Rows with a limit are no comparison: the ratio says how far ours stays under it. \
             Every step of a case is a process of its own, and its peak of memory includes \
             opening the office (key derivation takes 64 MiB).\n\n\
             {}\n{}\nLoad average before {before}, after {after}.\n",
            self.rounds,
            self.table(),
            machine::description(),
        )
    }
}
