//! What travels between the page and the office. The same shapes stand in `ui/src/shell/types.ts`.

mod access;
mod case;
mod facts;
mod renewal;
mod report;
mod time;
mod work;

pub use access::*;
pub use case::*;
pub use facts::*;
pub use renewal::*;
pub use report::*;
pub use time::*;
pub use work::*;
