//! What the window holds: the office a person opened, and the work that can be stopped.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use fidem_capture::interactive::Command;
use fidem_office::{Desk, Lend, Office, OfficeError, Step, SystemDesk};
use tauri::ipc::Channel;

use crate::ShellError;
use crate::wire::Progress;

/// State shared by all commands.
#[derive(Clone, Default)]
pub struct Desktop {
    office: Arc<Mutex<Option<Office>>>,
    jobs: Arc<Mutex<BTreeMap<String, Arc<AtomicBool>>>>,
    /// What a person says to a browser that they drive, by job.
    visits: Arc<Mutex<BTreeMap<String, Sender<Command>>>>,
}

/// The open office, borrowed piece by piece: between, other pages use it.
pub struct Borrowed {
    office: Arc<Mutex<Option<Office>>>,
    /// Folder and person of the first borrowing. To another office, or another person, nothing is given.
    whose: Option<(PathBuf, String)>,
}

impl Lend for Borrowed {
    fn lend<T>(
        &mut self,
        act: impl FnOnce(&mut Office) -> Result<T, OfficeError>,
    ) -> Result<T, OfficeError> {
        let mut held = held(&self.office);
        let open = held.as_mut().ok_or(OfficeError::Closed)?;
        let now = (open.dir().to_owned(), open.person().name.clone());
        match self.whose.get_or_insert_with(|| now.clone()) == &now {
            true => act(open),
            false => Err(OfficeError::Closed),
        }
    }
}

/// A command that panicked must not take the office with it: what it held is consistent on disk, so it is used on.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Desktop {
    /// Runs a use case on the open office, away from the window's own thread.
    ///
    /// # Errors
    /// `locked` when nobody is logged in, and whatever the use case refuses.
    pub async fn with<T, F>(&self, act: F) -> Result<T, ShellError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Office) -> Result<T, OfficeError> + Send + 'static,
    {
        let office = Arc::clone(&self.office);
        aside(move || {
            let mut held = held(&office);
            let open = held.as_mut().ok_or_else(ShellError::locked)?;
            Ok(act(open)?)
        })
        .await
    }

    /// Runs a long use case that reports and can be stopped by its job's id.
    ///
    /// # Errors
    /// As [`Desktop::with`]; `stopped` when it was stopped.
    pub async fn work<T, F>(
        &self,
        job: String,
        on_progress: Channel<Progress>,
        act: F,
    ) -> Result<T, ShellError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Office, &mut Reporter) -> Result<T, OfficeError> + Send + 'static,
    {
        let mut reporter = self.reporter(&job, on_progress);
        let done = self.with(move |office| act(office, &mut reporter)).await;
        self.forget(&job);
        done
    }

    /// As [`Desktop::work`], for what takes long and needs the office only now and then.
    ///
    /// # Errors
    /// As [`Desktop::work`].
    pub async fn work_beside<T, F>(
        &self,
        job: String,
        on_progress: Channel<Progress>,
        act: F,
    ) -> Result<T, ShellError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Borrowed, &mut Reporter) -> Result<T, OfficeError> + Send + 'static,
    {
        let mut reporter = self.reporter(&job, on_progress);
        let mut borrowed = Borrowed {
            office: Arc::clone(&self.office),
            whose: None,
        };
        let done = aside(move || Ok(act(&mut borrowed, &mut reporter)?)).await;
        self.forget(&job);
        held(&self.visits).remove(&job);
        done
    }

    /// What a person will say to the browser of a job.
    pub fn listen(&self, job: &str) -> Receiver<Command> {
        let (sender, commands) = channel();
        held(&self.visits).insert(job.to_owned(), sender);
        commands
    }

    /// Passes a word on; false where no browser listens.
    pub fn say(&self, job: &str, command: Command) -> bool {
        let visits = held(&self.visits);
        visits
            .get(job)
            .is_some_and(|sender| sender.send(command).is_ok())
    }

    /// A reporter for a job that needs no office.
    pub fn reporter(&self, job: &str, on_progress: Channel<Progress>) -> Reporter {
        let stop = Arc::new(AtomicBool::new(false));
        held(&self.jobs).insert(job.to_owned(), Arc::clone(&stop));
        Reporter {
            stop,
            on_progress,
            last: None,
        }
    }

    /// The job is over.
    pub fn forget(&self, job: &str) {
        held(&self.jobs).remove(job);
    }

    /// Asks a job to stop at its next safe place; a job that is over is nobody's error.
    pub fn cancel(&self, job: &str) {
        if let Some(stop) = held(&self.jobs).get(job) {
            stop.store(true, Ordering::Relaxed);
        }
        // A browser that a person drives ends in order when nobody speaks to it any more.
        held(&self.visits).remove(job);
    }

    /// Puts an opened office in place of the one before, or closes it.
    ///
    /// # Errors
    /// `unexpected` when the thread could not be had.
    pub async fn set(&self, open: Option<Office>) -> Result<(), ShellError> {
        let office = Arc::clone(&self.office);
        aside(move || {
            *held(&office) = open;
            Ok(())
        })
        .await
    }
}

/// Blocking work on a thread of its own.
///
/// # Errors
/// Those of the work; `unexpected` when it panicked.
pub async fn aside<T, F>(work: F) -> Result<T, ShellError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, ShellError> + Send + 'static,
{
    tauri::async_runtime::spawn_blocking(work)
        .await
        .map_err(ShellError::unexpected)?
}

/// The desk of one act: the system's clock and randomness, progress to the page at a pace it can draw.
pub struct Reporter {
    stop: Arc<AtomicBool>,
    on_progress: Channel<Progress>,
    last: Option<Instant>,
}

/// Reports closer together than this are left out; the last of a task never is.
const PACE: Duration = Duration::from_millis(80);

impl Reporter {
    /// Whether the person asked for a stop.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Desk for Reporter {
    fn now(&self) -> i64 {
        SystemDesk::seconds()
    }

    fn entropy(&self, out: &mut [u8]) -> Result<(), OfficeError> {
        SystemDesk::fill(out)
    }

    fn progress(&mut self, step: Step<'_>) -> ControlFlow<()> {
        let now = Instant::now();
        let due = self
            .last
            .is_none_or(|last| now.duration_since(last) >= PACE);
        if due || step.done == step.total {
            self.last = Some(now);
            // A page that went away loses its report, not the work.
            let _ = self.on_progress.send(Progress::from(step));
        }
        match self.stopped() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use fidem_office::Task;

    use super::*;

    fn step(done: u64) -> Step<'static> {
        Step {
            task: Task::TakeIn,
            done,
            total: 10,
            current: "a",
        }
    }

    #[test]
    fn a_cancelled_job_stops_at_its_next_step_and_no_other_does() {
        let desktop = Desktop::default();
        let mut one = desktop.reporter("one", Channel::new(|_| Ok(())));
        let mut other = desktop.reporter("other", Channel::new(|_| Ok(())));
        assert_eq!(one.progress(step(1)), ControlFlow::Continue(()));
        desktop.cancel("one");
        desktop.cancel("nobody");
        assert_eq!(one.progress(step(2)), ControlFlow::Break(()));
        assert_eq!(other.progress(step(2)), ControlFlow::Continue(()));
    }

    #[test]
    fn a_cancelled_visit_is_hung_up() {
        let desktop = Desktop::default();
        let commands = desktop.listen("one");
        assert!(desktop.say("one", Command::Pause));
        assert!(!desktop.say("other", Command::Pause));
        desktop.cancel("one");
        assert_eq!(commands.recv(), Ok(Command::Pause));
        assert!(commands.recv().is_err());
        assert!(!desktop.say("one", Command::Finish));
    }

    #[test]
    fn reports_are_paced_but_the_last_always_arrives() {
        let seen = Arc::new(Mutex::new(0));
        let count = Arc::clone(&seen);
        let desktop = Desktop::default();
        let mut reporter = desktop.reporter(
            "job",
            Channel::new(move |_| {
                *held(&count) += 1;
                Ok(())
            }),
        );
        for done in 1..=10 {
            let _ = reporter.progress(step(done));
        }
        assert_eq!(*held(&seen), 2);
    }

    #[test]
    fn nothing_happens_while_nobody_is_logged_in() {
        let desktop = Desktop::default();
        let refused = tauri::async_runtime::block_on(desktop.with(|_| Ok(())));
        assert_eq!(refused, Err(ShellError::locked()));
    }
}
