//! The sites that tests capture.
