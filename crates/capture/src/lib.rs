//! Web capture: an unmodified browser with a fresh profile, driven over a pipe and recorded by its own log.
#![forbid(unsafe_code)]
