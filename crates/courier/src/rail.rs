//! The contract of an adapter that anchors 32 octets somewhere: `docs/format/anchoring.md` is its description.
//!
//! A rail has no socket, clock, randomness or memory of its own. What it sends goes through a [`Wire`], what it must
//! remember stands in the [`Ticket`] that the office keeps before anything is sent, and what it brings back is judged
//! offline by `fidem-anchor`. A gateway is transport; its word is never evidence.

use fidem_anchor::receipt::{Payload, Place};

use crate::{CourierError, Wire};

/// Which adapter made a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// Kind: `opentimestamps`, `bitcoin`, `evm`, `fisco`, `fabric`, `bsn-fabric`.
    pub kind: &'static str,
    /// Raised with every change of what it sends or keeps.
    pub version: u32,
}

/// What an adapter must be able to find again after a crash: JSON in its own form, at most one mebibyte. It holds no
/// secret key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket(pub Vec<u8>);

/// What comes from the office at the moment of an act.
pub struct Supplies<'a> {
    /// Seconds since 1970 by the office's clock.
    pub now: i64,
    /// Fills with octets from the system's secure source.
    pub random: &'a mut dyn FnMut(&mut [u8]),
}

/// What the other side says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The network, as in [`Place::network`].
    pub network: String,
    /// Its height, where it has one.
    pub height: Option<u64>,
    /// What else a person wants to see: version of the node, account, balance.
    pub remarks: Vec<(String, String)>,
}

/// A file of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its name: `receipt.json`, `proof.ots`, `headers.bin`.
    pub name: String,
    /// Its octets.
    pub octets: Vec<u8>,
}

/// How far a submission has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// 已提交: sent and in no block that is known.
    Submitted,
    /// 已入块: in a block that may still be replaced.
    Included(Place),
    /// 已终局: final by the rule of that network; everything that shows it offline.
    Final(Place, Vec<Evidence>),
    /// 分叉失效: it stood in a block that is no longer in the chain, or can no longer be taken in. It is prepared anew.
    Forked {
        /// Why, for a person.
        reason: String,
    },
}

/// Why an act at a rail failed. Nothing is lost by it: the ticket stays, and the act is tried again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RailError {
    /// Nothing came back.
    #[error(transparent)]
    Courier(#[from] CourierError),
    /// The answer is not in the form of the interface.
    #[error("the answer is not understood: {what}")]
    Answer {
        /// Which part.
        what: String,
    },
    /// The other side refused.
    #[error("refused with code {code}: {reason}")]
    Refused {
        /// Its code.
        code: i64,
        /// Its words, shortened.
        reason: String,
    },
    /// Another network than the one that was configured.
    #[error("network {found} in place of {expected}")]
    WrongNetwork {
        /// Configured.
        expected: String,
        /// Met.
        found: String,
    },
    /// The account cannot pay.
    #[error("the account holds {held} and {needed} are needed")]
    Funds {
        /// In the network's smallest unit.
        needed: String,
        /// Likewise.
        held: String,
    },
    /// What was answered contradicts itself or what was sent: nothing of it is kept.
    #[error("the answer does not hold: {what}")]
    Lie {
        /// What does not hold.
        what: String,
    },
    /// A ticket or a setting that cannot be read.
    #[error("the setting {what} cannot be used")]
    Setting {
        /// Which.
        what: String,
    },
}

/// An adapter.
pub trait Rail {
    /// Kind and version, printed with each receipt.
    fn adapter(&self) -> Adapter;

    /// The network that it is set up for, as in [`Place::network`].
    fn network(&self) -> String;

    /// Asks who is there; submits nothing. The connection test of the settings.
    ///
    /// # Errors
    /// [`RailError`]; [`RailError::WrongNetwork`] where another network answers than was configured.
    fn probe(&self, wire: &mut Wire<'_>) -> Result<Probe, RailError>;

    /// Makes everything that will be sent, so that it can be kept before it is sent. It may ask the other side (for a
    /// nonce, a fee), it submits nothing.
    ///
    /// # Errors
    /// [`RailError`].
    fn prepare(
        &self,
        wire: &mut Wire<'_>,
        payload: &Payload,
        supplies: &mut Supplies<'_>,
    ) -> Result<Ticket, RailError>;

    /// Sends what was prepared. Sending it twice does no harm: it is one submission. The ticket that comes back takes the
    /// place of the one that went in.
    ///
    /// # Errors
    /// [`RailError`]; the office sends again later.
    fn submit(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<Ticket, RailError>;

    /// Looks how far it has come. Also asked of what was final, to notice a fork. [`State::Final`] is said only of
    /// evidence that the adapter itself has judged and found to hold.
    ///
    /// # Errors
    /// [`RailError`]; the state known before stays.
    fn look(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<State, RailError>;
}
