//! The checks, one file for each part of a token; each adds findings and decides nothing.

pub(crate) mod attributes;
pub(crate) mod envelope;
pub(crate) mod ess;
pub(crate) mod imprint;
pub(crate) mod purpose;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod signature;
pub(crate) mod statement;
