//! The browser: binary, policies, profile, command line, modules (checks 16 … 20).

mod binary;
mod launch;
mod policies;
mod profile;

pub(crate) use binary::{Binary, binary};
pub(crate) use launch::{command_line, modules};
pub(crate) use policies::{Policies, policies};
pub(crate) use profile::profile;
