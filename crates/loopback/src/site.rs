//! What a server serves.

use crate::{Answer, Request};

/// A function from requests to answers. It is called from many threads at once.
pub trait Site: Send + Sync + 'static {
    /// The answer to one request, whose body was read before.
    fn answer(&self, request: &Request) -> Answer;
}

impl<F> Site for F
where
    F: Fn(&Request) -> Answer + Send + Sync + 'static,
{
    fn answer(&self, request: &Request) -> Answer {
        self(request)
    }
}
