//! An adapter made from `docs/format/anchoring.md` alone keeps the contract: a network that the product does not know.

#[path = "third_party/board.rs"]
mod board;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use board::{Bulletin, Line, Pin, Settings, judge};
use ed25519_dalek::{Signer as _, SigningKey};
use fidem_anchor::octets::HexOf;
use fidem_anchor::receipt::{Judgement, Payload, Worth};
use fidem_courier::rails::RailSettings;
use fidem_courier::{Evidence, Rail};
use fidem_fingerprint::{hex, sha256};
use fidem_testkit::rails::{Fault, Lab, conform};
use fidem_testkit::{Ask, Faulty};
use serde_json::{Value, json};

const BOARD: &str = "Notary Bulletin Board";

/// The board itself.
struct Board {
    key: SigningKey,
    lines: Vec<Line>,
    waiting: Vec<HexOf<32>>,
}

impl Board {
    fn public(&self) -> HexOf<32> {
        HexOf(self.key.verifying_key().to_bytes())
    }

    fn publish(&mut self, text: HexOf<32>) {
        let before = self.lines.last().map(|line| line.signed(BOARD));
        let mut line = Line {
            number: self.lines.len() as u64 + 1,
            previous: HexOf(sha256(before.unwrap_or_default().as_bytes())),
            signature: HexOf([0; 64]),
            text,
            time: 1_796_126_400,
        };
        line.signature.0 = self.key.sign(line.signed(BOARD).as_bytes()).to_bytes();
        self.lines.push(line);
    }

    /// The number that a text has or will have: of a line, or of those that wait.
    fn take(&mut self, text: HexOf<32>) -> usize {
        let published = self.lines.iter().position(|line| line.text == text);
        if let Some(index) = published {
            return index + 1;
        }
        let waiting = self.waiting.iter().position(|waiting| *waiting == text);
        let index = waiting.unwrap_or_else(|| {
            self.waiting.push(text);
            self.waiting.len() - 1
        });
        self.lines.len() + index + 1
    }

    fn answer(&mut self, ask: &Ask) -> Value {
        if ask.path == "/board" {
            let key = match ask.fault {
                Some(Fault::WrongNetwork) => HexOf([7; 32]),
                _ => self.public(),
            };
            return json!({"board": BOARD, "key": key, "lines": self.lines.len()});
        }
        if ask.path == "/lines" {
            let asked: Value = serde_json::from_slice(&ask.body).unwrap();
            let text = hex::decode32(asked["text"].as_str().unwrap()).unwrap();
            return json!({"number": self.take(HexOf(text))});
        }
        let number: usize = ask.path.trim_start_matches("/lines/").parse().unwrap();
        let mut line = self.lines.get(number - 1).cloned();
        if let (Some(line), Some(Fault::Lie)) = (&mut line, ask.fault) {
            line.time -= 86_400;
        }
        json!({"line": line})
    }
}

struct BoardLab {
    board: Arc<Mutex<Board>>,
    server: Faulty,
}

impl BoardLab {
    fn start() -> Self {
        let board = Arc::new(Mutex::new(Board {
            key: SigningKey::from_bytes(&[9; 32]),
            lines: Vec::new(),
            waiting: Vec::new(),
        }));
        let shared = Arc::clone(&board);
        let server = Faulty::start(move |ask| {
            let mut board = shared.lock().unwrap_or_else(PoisonError::into_inner);
            board.answer(ask).to_string().into_bytes()
        });
        Self {
            board,
            server: server.unwrap(),
        }
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lab for BoardLab {
    fn rail(&self) -> Box<dyn Rail> {
        let settings = json!({
            "board": BOARD,
            "key": self.board().public(),
            "url": self.server.url().trim_end_matches('/'),
        });
        Box::new(Bulletin(
            serde_json::from_value::<Settings>(settings).unwrap(),
        ))
    }

    fn network(&self) -> String {
        format!("bulletin:{BOARD}")
    }

    fn settle(&mut self) {
        let mut board = self.board();
        for text in std::mem::take(&mut board.waiting) {
            board.publish(text);
        }
    }

    fn taken(&mut self) -> usize {
        let board = self.board();
        board.lines.len() + board.waiting.len()
    }

    fn fault(&mut self, fault: Fault) -> bool {
        self.server.set(Some(fault));
        true
    }

    fn heal(&mut self) {
        self.server.set(None);
    }

    fn fork(&mut self) -> bool {
        let mut board = self.board();
        board.lines.pop();
        board.publish(HexOf([0; 32]));
        true
    }

    fn judge(&self, evidence: &[Evidence], payload: &Payload, pinned: bool) -> Judgement {
        let pin = Pin {
            name: "board".to_owned(),
            board: BOARD.to_owned(),
            key: self.board().public(),
        };
        let pins = if pinned { vec![pin] } else { Vec::new() };
        judge(&evidence[0].octets, payload, &pins)
    }

    fn worth(&self) -> (Worth, Worth) {
        (Worth::Canonical, Worth::QuorumUnpinned)
    }
}

#[test]
fn an_adapter_made_from_the_document_keeps_the_contract() {
    let mut lab = BoardLab::start();
    let adapter = lab.rail().adapter();
    eprintln!("{} version {}", adapter.kind, adapter.version);
    assert_eq!((adapter.kind, adapter.version), ("bulletin", 1));
    conform(&mut lab);
}

#[test]
fn the_document_holds_the_adapter_that_is_tried() {
    let document = include_str!("../../../docs/format/anchoring.md");
    let tried = include_str!("third_party/board.rs");
    let block = document.split("```rust\n").nth(1);
    let shown = block.and_then(|block| block.split_once("```\n"));
    assert_eq!(shown.map(|(code, _)| code), Some(tried));
}

#[test]
fn the_settings_of_the_document_make_adapters() {
    let document = include_str!("../../../docs/format/anchoring.md");
    let mut kinds = Vec::new();
    for block in document.split("```json\n").skip(1) {
        let (text, _) = block.split_once("```\n").unwrap();
        let settings: RailSettings = serde_json::from_str(text).unwrap();
        let rail = settings.rail().unwrap();
        assert_eq!(rail.adapter().kind, settings.kind);
        let shown = settings.without_secrets();
        let shown = serde_json::to_string(&shown).unwrap();
        for secret in [
            "01010101", "02020202", "03030303", "secret\"", "password", "3f2a9c",
        ] {
            assert!(!shown.contains(secret), "{shown}");
        }
        kinds.push(settings.kind);
    }
    assert_eq!(kinds, ["opentimestamps", "evm", "fisco", "bsn-fabric"]);
}

#[test]
fn the_statement_of_the_document_is_one() {
    let document = include_str!("../../../docs/format/anchoring.md");
    let statement = document
        .lines()
        .find(|line| line.starts_with("{\"adapter\""));
    let octets = statement.unwrap().as_bytes();
    let anchor = fidem_manifest::Anchor::from_bytes(octets).unwrap();
    assert_eq!(anchor.to_bytes().unwrap(), octets);
    assert!(document.contains(&format!(
        "{} octets, SHA-256 `{}`",
        octets.len(),
        hex::encode(&sha256(octets))
    )));
}
