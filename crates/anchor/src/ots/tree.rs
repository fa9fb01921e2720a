//! The tree of operations.

use super::octets::Reader;
use super::{Attestation, Operation, OtsError};

const FORK: u8 = 0xff;
const ATTESTATION: u8 = 0x00;
/// Deepest tree, as the reference has it.
const MAX_DEPTH: usize = 256;
/// Most branches: forks multiply, and each branch is computed.
const MAX_NODES: usize = 1 << 16;

/// One branch of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branch {
    /// An attestation of the node's message.
    Attested(Attestation),
    /// A step to another message.
    Step(Operation, Box<Timestamp>),
}

/// A message with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp {
    /// The message.
    pub message: Vec<u8>,
    /// At least one; in the order of the file.
    pub branches: Vec<Branch>,
}

impl Timestamp {
    /// Reads the tree over a message. The calendar's answer to a digest is such a tree.
    ///
    /// # Errors
    /// [`OtsError`].
    pub fn parse(bytes: &[u8], message: Vec<u8>) -> Result<Self, OtsError> {
        let mut reader = Reader::new(bytes);
        let read = Self::read(&mut reader, message)?;
        match reader.is_at_end() {
            true => Ok(read),
            false => Err(OtsError::Trailing(reader.at())),
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>, message: Vec<u8>) -> Result<Self, OtsError> {
        let mut left = MAX_NODES;
        node(reader, message, MAX_DEPTH, &mut left)
    }

    /// As octets.
    pub fn write(&self, out: &mut Vec<u8>) {
        let last = self.branches.len().saturating_sub(1);
        for (index, branch) in self.branches.iter().enumerate() {
            if index < last {
                out.push(FORK);
            }
            match branch {
                Branch::Attested(attestation) => {
                    out.push(ATTESTATION);
                    attestation.write(out);
                }
                Branch::Step(operation, next) => {
                    operation.write(out);
                    next.write(out);
                }
            }
        }
    }

    /// Every attestation with the message that it attests, in the order of the file.
    #[must_use]
    pub fn attestations(&self) -> Vec<(&[u8], &Attestation)> {
        let mut found = Vec::new();
        for branch in &self.branches {
            match branch {
                Branch::Attested(attestation) => found.push((self.message.as_slice(), attestation)),
                Branch::Step(_, next) => found.extend(next.attestations()),
            }
        }
        found
    }

    /// Takes over what another tree knows of the same message; false where it is of another. What both know stays once.
    pub fn merge(&mut self, other: Self) -> bool {
        if self.message != other.message {
            return false;
        }
        for branch in other.branches {
            self.take_over(branch);
        }
        true
    }

    /// The tree with those attestations alone that are wanted, and the branches that lead to them; none where none is.
    #[must_use]
    pub fn only(&self, wanted: &dyn Fn(&[u8], &Attestation) -> bool) -> Option<Self> {
        let branches: Vec<Branch> = self
            .branches
            .iter()
            .filter_map(|branch| match branch {
                Branch::Attested(attestation) => {
                    wanted(&self.message, attestation).then(|| branch.clone())
                }
                Branch::Step(step, next) => {
                    let next = next.only(wanted)?;
                    Some(Branch::Step(step.clone(), Box::new(next)))
                }
            })
            .collect();
        (!branches.is_empty()).then(|| Self {
            message: self.message.clone(),
            branches,
        })
    }

    /// Takes over what another tree knows of a message that stands anywhere in this one; whether one did.
    pub fn attach(&mut self, other: &Self) -> bool {
        if self.message == other.message {
            return self.merge(other.clone());
        }
        let mut any = false;
        for branch in &mut self.branches {
            if let Branch::Step(_, next) = branch {
                any |= next.attach(other);
            }
        }
        any
    }

    fn take_over(&mut self, branch: Branch) {
        let Branch::Step(step, theirs) = branch else {
            if !self.branches.contains(&branch) {
                self.branches.push(branch);
            }
            return;
        };
        for mine in &mut self.branches {
            if let Branch::Step(known, next) = mine
                && *known == step
            {
                next.merge(*theirs);
                return;
            }
        }
        self.branches.push(Branch::Step(step, theirs));
    }
}

fn node(
    reader: &mut Reader<'_>,
    message: Vec<u8>,
    depth: usize,
    left: &mut usize,
) -> Result<Timestamp, OtsError> {
    let mut branches = Vec::new();
    loop {
        let at = reader.at();
        if depth == 0 || *left == 0 {
            return Err(OtsError::Size(at));
        }
        *left -= 1;
        let tag = reader.octet()?;
        let forked = tag == FORK;
        let tag = match forked {
            true => reader.octet()?,
            false => tag,
        };
        branches.push(match tag {
            ATTESTATION => Branch::Attested(Attestation::read(reader)?),
            _ => {
                let operation = Operation::read(reader, tag)?;
                let next = operation.apply(&message).ok_or(OtsError::Message(at))?;
                Branch::Step(operation, Box::new(node(reader, next, depth - 1, left)?))
            }
        });
        if !forked {
            return Ok(Timestamp { message, branches });
        }
    }
}
