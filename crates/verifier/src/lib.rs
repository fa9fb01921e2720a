//! The verification crate behind three functions over linear memory.
