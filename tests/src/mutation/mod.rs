//! The mutation run: parts of packages flipped, cut, swapped, played in from elsewhere and forged, and every mutant judged.
//!
//! None may panic. One that still matches must differ from its package in nothing but the regions that stand in
//! `docs/format/package.md`, "Octets that no digest covers", affirm nothing that the package did not affirm, and say
//! what that table demands.
//!
//! * [`subject`]: the packages and their trust; [`fields`]: what each octet of a container is;
//! * [`octets`], [`parts`], [`forged`] with [`companions`]: the families of mutants;
//! * [`regions`]: the table, and what explains a mutant that matches;
//! * [`run`]: a plan, two threads, and the numbers.

pub mod companions;
pub mod fields;
pub mod forged;
pub mod octets;
pub mod parts;
pub mod regions;
pub mod run;
pub mod subject;

/// A file that is to be judged.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// What was done, for whoever has to find out why.
    pub what: String,
    /// The file.
    pub octets: Vec<u8>,
}

impl Mutant {
    /// What was done and what came of it.
    #[must_use]
    pub fn new(what: String, octets: Vec<u8>) -> Self {
        Self { what, octets }
    }
}
