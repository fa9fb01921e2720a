//! What travels between the page and the office. The same shapes stand in `ui/src/shell/types.ts`.

mod access;
mod anchors;
mod capture;
mod captured;
mod case;
mod cleanliness;
mod device;
mod facts;
mod papers;
mod records;
mod renewal;
mod report;
mod templates;
mod time;
mod visit;
mod work;

pub use access::*;
pub use anchors::*;
pub use capture::*;
pub use captured::*;
pub use case::*;
pub use cleanliness::*;
pub use device::*;
pub use facts::*;
pub use papers::*;
pub use records::*;
pub use renewal::*;
pub use report::*;
pub use templates::*;
pub use time::*;
pub use visit::*;
pub use work::*;
