//! What the page may call: one use case each, checked again below.

pub mod access;
pub mod anchors;
pub mod capture;
pub mod cases;
pub mod device;
pub mod items;
pub mod office;
pub mod papers;
pub mod records;
pub mod renewal;
pub mod templates;
pub mod time;
pub mod verify;

use crate::ShellError;

/// What every command answers.
pub type Answer<T> = Result<T, ShellError>;
