//! Processor time of processes, rivals taking turns.

use std::process::Command;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::resource::UsageWho;
use nix::sys::resource::getrusage;
use nix::sys::time::TimeVal;
use nix::time::ClockId;

use crate::Outcome;

/// One side of a comparison.
pub(super) struct Contender {
    /// Programs run one after another, whose times add up.
    programs: Vec<Vec<String>>,
    environment: Vec<(String, String)>,
    clock: Clock,
}

#[derive(Clone, Copy)]
enum Clock {
    /// User and system time of the processes and of those they started.
    Process,
    /// What the program itself measured and printed, in nanoseconds.
    Printed,
}

impl Contender {
    /// A program of the machine.
    pub(super) fn rival(program: &[&str]) -> Self {
        let program = program.iter().map(ToString::to_string).collect();
        Contender {
            programs: vec![program],
            environment: Vec::new(),
            clock: Clock::Process,
        }
    }

    /// Another program whose time is added.
    pub(super) fn and(mut self, program: &[&str]) -> Self {
        self.programs
            .push(program.iter().map(ToString::to_string).collect());
        self
    }

    /// The same with a variable in its environment.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs once; what it took.
    pub(super) fn run(&self) -> Outcome<Spent> {
        let (began, before) = (Instant::now(), children_time()?);
        for program in &self.programs {
            let mut command = self.command(program)?;
            let status = command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()?;
            if !status.success() {
                return Err(format!("{} failed: {status}", program.join(" ")).into());
            }
        }
        Ok(Spent {
            processor: children_time()?.saturating_sub(before),
            wall: began.elapsed(),
        })
    }

    fn command(&self, program: &[String]) -> Outcome<Command> {
        let mut command = command(program)?;
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }

    /// A workload of our own in a process of its own.
    pub(super) fn ours(workload: &str, arguments: &[&str]) -> Outcome<Self> {
        let program = std::env::current_exe()?;
        let program = program.to_str().ok_or("this program's path is not text")?;
        Ok(Contender::rival(
            &[&[program, super::WORKLOAD, workload], arguments].concat(),
        ))
    }

    /// Lets the workload time itself with [`printing_own_time`]: for work on data that must first
    /// be made in the same process.
    pub(super) fn timing_itself(mut self) -> Self {
        self.clock = Clock::Printed;
        self
    }

    /// What the programs print, one after another.
    pub(super) fn output(&self) -> Outcome<String> {
        let mut text = String::new();
        for program in &self.programs {
            let output = command(program)?.stderr(Stdio::inherit()).output()?;
            if !output.status.success() {
                return Err(format!("{} failed: {}", program.join(" "), output.status).into());
            }
            text.push_str(&String::from_utf8(output.stdout)?);
        }
        Ok(text)
    }

    /// Runs once and reads what [`printing_own_cost`] printed.
    pub(super) fn cost(&self) -> Outcome<Cost> {
        let output = self.output()?;
        let (time, peak) = output
            .trim()
            .split_once('\n')
            .ok_or("the workload printed no cost")?;
        Ok(Cost {
            time: Duration::from_nanos(time.parse()?),
            peak_bytes: peak.parse()?,
        })
    }

    fn time(&self) -> Outcome<Duration> {
        match self.clock {
            Clock::Printed => Ok(Duration::from_nanos(self.output()?.trim().parse()?)),
            Clock::Process => {
                let before = children_time()?;
                for program in &self.programs {
                    let status = command(program)?.stdout(Stdio::null()).status()?;
                    if !status.success() {
                        return Err(format!("{} failed: {status}", program.join(" ")).into());
                    }
                }
                Ok(children_time()?.saturating_sub(before))
            }
        }
    }
}

/// What one run took: processor time of all its processes, and the time that passed.
#[derive(Clone, Copy)]
pub(super) struct Spent {
    pub(super) processor: Duration,
    pub(super) wall: Duration,
}

/// The medians of each contender over `rounds` rounds, in every one of which each runs once. For what waits for others:
/// there the best run says little.
pub(super) fn medians(rounds: u32, contenders: &[&Contender]) -> Outcome<Vec<Spent>> {
    let mut spent = vec![Vec::new(); contenders.len()];
    for _ in 0..rounds {
        for (spent, contender) in spent.iter_mut().zip(contenders) {
            spent.push(contender.run()?);
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let medians = spent.into_iter().map(|spent| Spent {
        processor: median(spent.iter().map(|s| s.processor).collect()),
        wall: median(spent.iter().map(|s| s.wall).collect()),
    });
    Ok(medians.collect())
}

/// The best time of each contender in `rounds` rounds, in every one of which each runs once.
pub(super) fn alternately(rounds: u32, contenders: &[&Contender]) -> Outcome<Vec<Duration>> {
    let mut best = vec![Duration::MAX; contenders.len()];
    for _ in 0..rounds {
        for (best, contender) in best.iter_mut().zip(contenders) {
            *best = contender.time()?.min(*best);
        }
    }
    Ok(best)
}

/// In a workload: does `work` and prints the processor time it took, for
/// [`Contender::timing_itself`].
pub(super) fn printing_own_time<T>(work: impl FnOnce() -> T) -> Outcome<T> {
    let before = own_time()?;
    let result = work();
    let nanoseconds = own_time()?.saturating_sub(before).as_nanos();
    super::print_out(&format!("{nanoseconds}\n"))?;
    Ok(result)
}

/// Likewise with the time that passed: for work that waits for a disk.
pub(super) fn printing_passed_time<T>(work: impl FnOnce() -> T) -> Outcome<T> {
    let began = Instant::now();
    let result = work();
    super::print_out(&format!("{}\n", began.elapsed().as_nanos()))?;
    Ok(result)
}

/// What one run of a workload took.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    /// Processor time of the work.
    pub(super) time: Duration,
    /// Most memory that the process held at once.
    pub(super) peak_bytes: u64,
}

/// In a workload: does `work` and prints its processor time and the process's peak of memory, for
/// [`Contender::cost`].
pub(super) fn printing_own_cost<T>(work: impl FnOnce() -> T) -> Outcome<T> {
    let result = printing_own_time(work)?;
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    // Linux counts in KiB.
    let peak = u64::try_from(usage.max_rss())? * 1024;
    super::print_out(&format!("{peak}\n"))?;
    Ok(result)
}

fn own_time() -> Outcome<Duration> {
    Ok(ClockId::CLOCK_PROCESS_CPUTIME_ID.now()?.into())
}

fn children_time() -> Outcome<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(duration(usage.user_time())? + duration(usage.system_time())?)
}

fn duration(time: TimeVal) -> Outcome<Duration> {
    let seconds = Duration::from_secs(time.tv_sec().try_into()?);
    Ok(seconds + Duration::from_micros(time.tv_usec().try_into()?))
}

fn command(program: &[String]) -> Outcome<Command> {
    let (name, arguments) = program.split_first().ok_or("no program")?;
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null());
    Ok(command)
}
