//! The three small protocols the checks speak: DNS, SNTP and the head of HTTP. Pure; every length is bounded.

pub(crate) mod dns;
pub(crate) mod http;
pub(crate) mod sntp;
