//! The browser's tabs and windows, as it tells of them: which were opened, by whom, and what each shows.

/// A tab, or a window of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tab {
    /// Number in the order in which they were met, from 1.
    pub number: usize,
    /// The browser's name of it.
    pub target: String,
    /// The session through which it is watched.
    pub session: String,
    /// Number of the one that opened it, where the browser tells.
    pub opener: Option<usize>,
    /// Address of its main frame; empty before a document came.
    pub url: String,
    /// Its load event came.
    pub loaded: bool,
    /// It is a page that is made ready and not shown.
    pub prepared: bool,
    /// Its process died.
    pub crashed: bool,
    open: bool,
}

/// All that were met.
#[derive(Debug, Default)]
pub(crate) struct Tabs(Vec<Tab>);

impl Tabs {
    /// One was met; its number. What is known already is not met twice.
    pub fn meet(&mut self, target: &str, session: &str, opener: &str, prepared: bool) -> usize {
        if let Some(known) = self.of(session) {
            return known.number;
        }
        let number = self.0.len() + 1;
        let opener = self.0.iter().rev().find(|t| t.target == opener);
        self.0.push(Tab {
            number,
            target: target.to_owned(),
            session: session.to_owned(),
            opener: opener.map(|t| t.number),
            url: String::new(),
            loaded: false,
            prepared,
            crashed: false,
            open: true,
        });
        number
    }

    /// Those that are open, in the order in which they were met.
    pub fn open(&self) -> impl Iterator<Item = &Tab> {
        self.0.iter().filter(|t| t.open)
    }

    /// The one watched through a session.
    pub fn of(&self, session: &str) -> Option<&Tab> {
        self.0.iter().find(|t| t.session == session)
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, session: &str) -> Option<&mut Tab> {
        self.0.iter_mut().find(|t| t.session == session)
    }

    /// It was closed.
    pub fn closed(&mut self, session: &str) {
        if let Some(tab) = self.of_mut(session) {
            tab.open = false;
        }
    }
}
