//! Persons: each with a passphrase of their own, so that every act is somebody's.

use fidem_casebook::{Person, Role};

use crate::folder::{at, entropy};
use crate::{Desk, Office, Result};

impl Office {
    /// Adds a person.
    ///
    /// # Errors
    /// [`crate::OfficeError::Role`] unless asked by an administrator; [`crate::OfficeError::Casebook`].
    pub fn person_add(
        &mut self,
        desk: &mut dyn Desk,
        name: &str,
        roles: &[Role],
        passphrase: &str,
    ) -> Result<Person> {
        self.require(&[Role::Admin])?;
        let at = at(desk);
        let mut entropy = entropy(desk);
        Ok(self
            .book
            .person_add(&at, name.trim(), roles, passphrase, &mut entropy)?)
    }

    /// All persons.
    ///
    /// # Errors
    /// [`crate::OfficeError::Casebook`].
    pub fn person_list(&self) -> Result<Vec<Person>> {
        Ok(self.book.person_list()?)
    }
}
