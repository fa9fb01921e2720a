//! A package as a list of members that can be changed and written again with fitting CRCs.

use std::io::Cursor;

use fidem_package::{Container, Writer, checksums, layout};

/// The members of a package in their order, `mimetype` first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members(pub Vec<(String, Vec<u8>)>);

impl Members {
    /// Reads a package.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn of(package: &[u8]) -> Self {
        let source = package.to_vec();
        let container = Container::open(&source).expect("a package");
        let read = |m: &fidem_package::Member| {
            let bytes = container.bytes(m, u64::MAX).expect("a whole member");
            (m.name.clone(), bytes)
        };
        Self(container.members().iter().map(read).collect())
    }

    /// Names in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The names that start so.
    #[must_use]
    pub fn under(&self, start: &str) -> Vec<String> {
        let names = self.names();
        names.into_iter().filter(|n| n.starts_with(start)).collect()
    }

    /// Bytes of a member.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&[u8]> {
        let found = self.0.iter().find(|(n, _)| n == name);
        found.map(|(_, bytes)| bytes.as_slice())
    }

    /// Bytes of a member that must be there.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    #[must_use]
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let found = self.find(name);
        found.unwrap_or_else(|| panic!("no member {name}")).to_vec()
    }

    /// Replaces a member in its place, or adds it at the end.
    pub fn set(&mut self, name: &str, bytes: Vec<u8>) {
        match self.0.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = bytes,
            None => self.0.push((name.to_owned(), bytes)),
        }
    }

    /// Changes a member's bytes.
    #[track_caller]
    pub fn change(&mut self, name: &str, how: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = self.bytes(name);
        how(&mut bytes);
        self.set(name, bytes);
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(n, _)| n != name);
    }

    /// Takes out all whose names start so.
    pub fn remove_under(&mut self, start: &str) {
        self.0.retain(|(n, _)| !n.starts_with(start));
    }

    /// Gives a member another name.
    pub fn rename(&mut self, from: &str, to: &str) {
        for (name, _) in &mut self.0 {
            if name == from {
                to.clone_into(name);
            }
        }
    }

    /// Takes out revision, delivery manifest and its token: what is left is no delivery, only its seals.
    pub fn strip_delivery(&mut self) {
        for name in [layout::REVISION, layout::DELIVERY, layout::DELIVERY_TOKEN] {
            self.remove(name);
        }
    }

    /// Writes the checksum list anew, over all members it has to list.
    pub fn relist(&mut self) {
        let own = [layout::CHECKSUMS, layout::DELIVERY, layout::DELIVERY_TOKEN];
        let listed = self.0.iter().filter(|(n, _)| !own.contains(&n.as_str()));
        let sums = listed.map(|(name, bytes)| (name.as_str(), fidem_fingerprint::sha256(bytes)));
        let list = checksums::write(sums).into_bytes();
        self.set(layout::CHECKSUMS, list);
    }

    /// The container, written by our own writer.
    ///
    /// # Panics
    /// When a name is one that our writer refuses.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut writer = Writer::new(Cursor::new(Vec::new())).expect("a writer");
        for (name, bytes) in self.0.iter().filter(|(n, _)| n != "mimetype") {
            writer.member(name, bytes).expect("a member");
        }
        writer.finish().expect("a package").into_inner()
    }
}
