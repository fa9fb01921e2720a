//! The hard pages that tests capture. For development only.
