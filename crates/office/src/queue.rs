//! The queue of seals that wait for time stamps (待固化). It stands in the casebook, so it survives whatever ends the
//! program, and it is worked off without touching what was fixed.

use fidem_casebook::Role;
use serde::Serialize;

use crate::seal::Whom;
use crate::{Desk, Office, Result, SealOptions, Sealed};

/// A seal that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitingSeal {
    /// The case's id.
    pub case: String,
    /// The case's number.
    pub number: String,
    /// The seal's number.
    pub seal: u32,
    /// Items in it.
    pub items: u32,
    /// Since when, by the office's device.
    pub since: String,
}

impl Office {
    /// Every seal of the office that waits, the oldest first.
    ///
    /// # Errors
    /// [`crate::OfficeError::Casebook`].
    pub fn waiting(&self) -> Result<Vec<WaitingSeal>> {
        let seals = self.book.seals_waiting()?.into_iter();
        Ok(seals
            .map(|seal| WaitingSeal {
                case: seal.case,
                number: seal.case_number,
                seal: seal.number,
                items: seal.items,
                since: seal.created,
            })
            .collect())
    }

    /// Asks the authorities that never answered again, for every seal that waits. Unlike sealing it fixes nothing new, so it
    /// may run by itself while a person is logged in.
    ///
    /// # Errors
    /// [`crate::OfficeError::Role`] unless clerk or notary; an authority that does not answer is no error.
    pub fn retry(
        &mut self,
        desk: &mut dyn Desk,
        options: &SealOptions,
    ) -> Result<Vec<(WaitingSeal, Sealed)>> {
        self.require(&[Role::Clerk, Role::Notary])?;
        let mut tried = Vec::new();
        for waiting in self.waiting()? {
            let case = self.case(&waiting.case)?;
            let before = self.book.tokens(&case.id, waiting.seal)?.len();
            let sealed = self.complete(desk, &case, waiting.seal, options, Whom::TheSilent)?;
            let nobody = self.book.tokens(&case.id, waiting.seal)?.len() == before
                && sealed.tokens.iter().any(|token| token.ordinal.is_none());
            tried.push((waiting, sealed));
            // Where nobody answers for one seal, nobody will for the next: the person is not kept waiting for each.
            if nobody {
                break;
            }
        }
        Ok(tried)
    }
}
