//! A browser that sees nothing but an archive.

use serde_json::Value;

use super::{Contacts, Replaying};
use crate::launch::Extra;
use crate::page::Driver;
use crate::seat::{Seat, Seating};
use crate::workplace::Workplace;
use crate::{Browser, CaptureError, DevToolsError, Operations, Options};

/// A viewing browser that is open. It is ended when the value is dropped.
pub struct Viewer {
    seat: Seat,
    not_opened: Option<String>,
    _place: Workplace,
}

impl Viewer {
    /// In a window the page that says what is shown stands in the first tab, the archived page in the second.
    pub(super) fn open(
        replaying: &Replaying,
        browser: &Browser,
        headed: bool,
    ) -> Result<Self, CaptureError> {
        let place = Workplace::make()?;
        let seating = Seating {
            browser,
            options: Options {
                window: replaying.stated.window,
                scroll_pixels: replaying.stated.scroll_pixels,
                headed,
                ..Options::default()
            },
            extra: Extra {
                accepted_key: Some(replaying.accepted_key()),
                names: Some(replaying.rules()),
                ..Extra::default()
            },
            // A log of the steps that nobody keeps.
            operations: Operations::begin(None),
            film: None,
            first: headed.then(|| replaying.url().to_owned()),
            log: true,
        };
        let seat = Seat::open(seating, &place)?;
        let not_opened = seat.driver().navigate(replaying.archived_url())?;
        Ok(Self {
            seat,
            not_opened,
            _place: place,
        })
    }

    /// The browser's name of the error, where the page could not be opened.
    #[must_use]
    pub fn not_opened(&self) -> Option<&str> {
        self.not_opened.as_deref()
    }

    pub(super) fn driver(&self) -> Driver<'_> {
        self.seat.driver()
    }

    /// Addresses that the page, its frames and its workers asked for.
    pub(super) fn asked(&self) -> Vec<String> {
        self.seat
            .watched
            .look(|s| s.requests.iter().map(|r| r.url.clone()).collect())
    }

    /// Runs an expression in the archived page: for tests and checks.
    ///
    /// # Errors
    /// [`DevToolsError`].
    pub fn evaluate(&self, expression: &str) -> Result<Value, DevToolsError> {
        self.seat.evaluate(expression)
    }

    /// Whether somebody closed it.
    pub fn has_ended(&mut self) -> bool {
        self.seat.has_ended()
    }

    /// Waits until somebody closes the window, and reads its log.
    #[must_use]
    pub fn wait(mut self) -> Contacts {
        let _ = self.seat.child.wait();
        self.seat
            .log()
            .map(|log| Contacts::of(&log))
            .unwrap_or_default()
    }

    /// Closes it, and reads its log.
    #[must_use]
    pub fn close(mut self) -> Contacts {
        self.seat
            .close()
            .map(|log| Contacts::of(&log))
            .unwrap_or_default()
    }
}
