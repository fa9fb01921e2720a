//! A notary bulletin board: it publishes lines, each signed by the board's Ed25519 key and linked to the line before.

use ed25519_dalek::{Signature, VerifyingKey};
use fidem_anchor::octets::HexOf;
use fidem_anchor::receipt::{Judgement, Payload, Place, Remark, Worth};
use fidem_courier::{
    Adapter, Errand, Evidence, Probe, Rail, RailError, State, Supplies, Ticket, Wire,
};
use fidem_fingerprint::{hex, sha256};
use fidem_manifest::canonical;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The format of these receipts.
pub const FORMAT: &str = "example-bulletin/1";

/// One line of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub number: u64,
    pub previous: HexOf<32>,
    pub signature: HexOf<64>,
    pub text: HexOf<32>,
    pub time: u64,
}

impl Line {
    /// What is signed, and what the line after it names by its SHA-256.
    pub fn signed(&self, board: &str) -> String {
        let (previous, text) = (self.previous.hex(), self.text.hex());
        let Self { number, time, .. } = self;
        format!("bulletin\n{board}\n{number}\n{previous}\n{text}\n{time}\n")
    }

    fn holds(&self, board: &str, key: &HexOf<32>) -> bool {
        let signature = Signature::from_bytes(&self.signature.0);
        let message = self.signed(board);
        VerifyingKey::from_bytes(&key.0)
            .is_ok_and(|key| key.verify_strict(message.as_bytes(), &signature).is_ok())
    }
}

/// The receipt: the line, and where it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Receipt {
    board: String,
    format: String,
    key: HexOf<32>,
    line: Line,
}

/// A board as whoever verifies pins it.
#[derive(Debug, Clone)]
pub struct Pin {
    pub name: String,
    pub board: String,
    pub key: HexOf<32>,
}

/// The judge: no IO, no clock; nothing but the octets and the pins.
pub fn judge(octets: &[u8], payload: &Payload, pins: &[Pin]) -> Judgement {
    let failed = |code| Judgement::failed(Place::default(), Remark::new(code, &[]));
    let receipt = canonical::check(octets).ok();
    let receipt = receipt.and_then(|()| serde_json::from_slice::<Receipt>(octets).ok());
    let receipt = receipt.filter(|receipt| receipt.format == FORMAT);
    let Some(Receipt {
        board, key, line, ..
    }) = receipt
    else {
        return failed("bulletin-form");
    };
    if line.text.0 != *payload {
        return failed("bulletin-payload");
    }
    if !line.holds(&board, &key) {
        return failed("bulletin-signature");
    }
    let place = Place {
        network: format!("bulletin:{board}"),
        height: Some(line.number),
        block: Some(hex::encode(&sha256(line.signed(&board).as_bytes()))),
        transaction: None,
        time: i64::try_from(line.time).ok(),
    };
    let mut known = pins.iter();
    let pin = known.find(|pin| pin.board == board && pin.key == key);
    Judgement {
        // A board has one signer, who is a quorum by himself; without a pin he may be anybody.
        worth: pin.map_or(Worth::QuorumUnpinned, |_| Worth::Canonical),
        place,
        remarks: Vec::new(),
        pins: pin.map(|pin| pin.name.clone()).into_iter().collect(),
    }
}

/// How a board is reached, and the key it is known by. Nothing in it is secret.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub board: String,
    pub key: HexOf<32>,
    pub url: String,
}

/// The adapter.
pub struct Bulletin(pub Settings);

/// What is kept before anything is sent, and the number of the line once the board has said it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    number: Option<u64>,
    payload: HexOf<32>,
}

#[derive(Deserialize)]
struct About {
    board: String,
    key: HexOf<32>,
    lines: u64,
}

#[derive(Deserialize)]
struct Promised {
    number: u64,
}

#[derive(Deserialize)]
struct Published {
    line: Option<Line>,
}

fn answer<T: DeserializeOwned>(octets: &[u8]) -> Result<T, RailError> {
    serde_json::from_slice(octets).map_err(|e| RailError::Answer {
        what: e.to_string(),
    })
}

fn lie(what: &str) -> RailError {
    RailError::Lie {
        what: what.to_owned(),
    }
}

impl Kept {
    fn read(ticket: &Ticket) -> Result<Self, RailError> {
        serde_json::from_slice(&ticket.0).map_err(|e| RailError::Setting {
            what: format!("ticket: {e}"),
        })
    }

    fn ticket(&self) -> Ticket {
        Ticket(
            json!({"number": self.number, "payload": self.payload})
                .to_string()
                .into(),
        )
    }
}

impl Bulletin {
    fn get<T: DeserializeOwned>(&self, wire: &mut Wire<'_>, path: &str) -> Result<T, RailError> {
        let errand = Errand::Fetch {
            accept: "application/json",
            headers: &[],
        };
        answer(&wire.carry(&format!("{}{path}", self.0.url), &errand)?)
    }

    /// Every act begins with this: another board answers nothing that is believed.
    fn about(&self, wire: &mut Wire<'_>) -> Result<About, RailError> {
        let about: About = self.get(wire, "/board")?;
        match about.board == self.0.board && about.key == self.0.key {
            true => Ok(about),
            false => Err(RailError::WrongNetwork {
                expected: self.network(),
                found: format!("bulletin:{} with key {}", about.board, about.key.hex()),
            }),
        }
    }

    fn evidence(&self, line: Line, payload: &Payload) -> Result<State, RailError> {
        let receipt = Receipt {
            board: self.0.board.clone(),
            format: FORMAT.to_owned(),
            key: self.0.key,
            line,
        };
        let octets = canonical::encode(&receipt).map_err(|e| lie(&e.to_string()))?;
        let pin = Pin {
            name: "settings".to_owned(),
            board: self.0.board.clone(),
            key: self.0.key,
        };
        // What is called final has been judged as a court will judge it.
        let judged = judge(&octets, payload, &[pin]);
        if judged.worth != Worth::Canonical {
            return Err(lie(judged.worth.as_str()));
        }
        let name = "receipt.json".to_owned();
        Ok(State::Final(judged.place, vec![Evidence { name, octets }]))
    }
}

impl Rail for Bulletin {
    fn adapter(&self) -> Adapter {
        Adapter {
            kind: "bulletin",
            version: 1,
        }
    }

    fn network(&self) -> String {
        format!("bulletin:{}", self.0.board)
    }

    fn probe(&self, wire: &mut Wire<'_>) -> Result<Probe, RailError> {
        let about = self.about(wire)?;
        Ok(Probe {
            network: self.network(),
            height: Some(about.lines),
            remarks: Vec::new(),
        })
    }

    fn prepare(
        &self,
        wire: &mut Wire<'_>,
        payload: &Payload,
        _supplies: &mut Supplies<'_>,
    ) -> Result<Ticket, RailError> {
        self.about(wire)?;
        let payload = HexOf(*payload);
        Ok(Kept {
            number: None,
            payload,
        }
        .ticket())
    }

    fn submit(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<Ticket, RailError> {
        let Kept { payload, .. } = Kept::read(ticket)?;
        self.about(wire)?;
        // The board takes a text that it has already for the same line.
        let url = format!("{}/lines", self.0.url);
        let said = wire.post_json(&url, &[], &json!({"text": payload}))?;
        let Promised { number } = answer(said.to_string().as_bytes())?;
        let number = Some(number);
        Ok(Kept { number, payload }.ticket())
    }

    fn look(&self, wire: &mut Wire<'_>, ticket: &Ticket) -> Result<State, RailError> {
        let kept = Kept::read(ticket)?;
        self.about(wire)?;
        let Some(number) = kept.number else {
            return Ok(State::Submitted);
        };
        let Published { line } = self.get(wire, &format!("/lines/{number}"))?;
        let Some(line) = line else {
            return Ok(State::Submitted);
        };
        if line.number != number || !line.holds(&self.0.board, &self.0.key) {
            return Err(lie("a line that the board did not sign"));
        }
        // A line is signed once and final at once; another one in its place was signed by a board that broke its word.
        match line.text == kept.payload {
            true => self.evidence(line, &kept.payload.0),
            false => Ok(State::Forked {
                reason: format!("line {number} is another one now"),
            }),
        }
    }
}
