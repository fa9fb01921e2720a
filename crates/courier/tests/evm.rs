//! The adapter of EVM chains against a real node, `anvil` (`scripts/chains.sh` brings it and names it in `FIDEM_ANVIL`),
//! with a proxy between them that lies when it is told to.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fidem_anchor::receipt::{Judgement, Payload, Pins, Worth, judge};
use fidem_courier::rails::evm::{Evm, Settings};
use fidem_courier::{Courier, Evidence, Rail, RailError, State, Ticket, Wire};
use fidem_testkit::rails::{Fault, Lab, conform, impatient, prepare};
use fidem_testkit::{Ask, Faulty};
use serde_json::{Value, json};

const CHAIN: u64 = 5555;
const CONFIRMATIONS: u64 = 4;
/// Blocks after which the adapter gives up what its node does not know.
const PATIENCE: u64 = 12;
/// The first of the accounts that `anvil` gives money to, known to everybody.
const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const ACCOUNT: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

/// A way of changing an answer: method, answer.
type Twist = dyn Fn(&str, &mut Value) + Send + Sync;

struct Chain {
    node: Child,
    url: String,
    proxy: Faulty,
    twist: Arc<Mutex<Option<Box<Twist>>>>,
    courier: Courier,
    pins: Pins,
    extra: Value,
}

impl Drop for Chain {
    fn drop(&mut self) {
        let _ = self.node.kill();
        let _ = self.node.wait();
    }
}

fn anvil() -> Option<String> {
    let program = std::env::var("FIDEM_ANVIL").ok();
    assert!(program.is_some() || std::env::var_os("FIDEM_REQUIRE_VECTORS").is_none());
    if program.is_none() {
        eprintln!("skipped: no anvil (scripts/chains.sh)");
    }
    program
}

impl Chain {
    /// A chain where blocks are made when the test says so.
    fn start(arguments: &[&str]) -> Option<Self> {
        let program = anvil()?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let node = Command::new(program)
            .args(["--host", "127.0.0.1", "--silent", "--no-mining"])
            .args([
                "--chain-id",
                &CHAIN.to_string(),
                "--port",
                &port.to_string(),
            ])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}/");
        let twist: Arc<Mutex<Option<Box<Twist>>>> = Arc::default();
        let (courier, current, node_url) = (impatient(), Arc::clone(&twist), url.clone());
        let proxy = Faulty::start(move |ask| relay(&courier, &node_url, ask, &current)).unwrap();
        let mut chain = Self {
            node,
            url,
            proxy,
            twist,
            courier: impatient(),
            pins: Pins::default(),
            extra: json!({}),
        };
        chain.wait();
        chain.mine(3);
        Some(chain)
    }

    fn wait(&mut self) {
        for _ in 0..200 {
            assert!(self.node.try_wait().unwrap().is_none(), "anvil has ended");
            let mut wire = Wire::new(&self.courier);
            if wire.rpc(&self.url, &[], "eth_chainId", &json!([])).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("anvil does not answer");
    }

    fn ask(&self, method: &str, params: Value) -> Value {
        let mut wire = Wire::new(&self.courier);
        wire.rpc(&self.url, &[], method, &params).unwrap()
    }

    fn mine(&mut self, blocks: u64) {
        for _ in 0..blocks {
            self.ask("evm_mine", json!([]));
        }
        self.pin();
    }

    fn height(&self) -> u64 {
        let head = self.ask("eth_blockNumber", json!([]));
        u64::from_str_radix(head.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
    }

    /// Pins every block, as the chain itself knows it.
    fn pin(&mut self) {
        let blocks: Vec<Value> = (0..=self.height())
            .map(|height| {
                let block = self.ask(
                    "eth_getBlockByNumber",
                    json!([format!("{height:#x}"), false]),
                );
                let hash = block["hash"].as_str().unwrap().trim_start_matches("0x");
                json!({"height": height, "hash": hash})
            })
            .collect();
        let pin = json!({"name": "anvil", "chain_id": CHAIN, "blocks": blocks});
        self.pins.evm = vec![serde_json::from_value(pin).unwrap()];
    }

    fn settings(&self, more: &Value) -> Settings {
        let mut settings = json!({
            "url": format!("{}api/{{project}}/rpc", self.proxy.url()),
            "project": "p1",
            "headers": [{"name": "x-api-key", "value": "secret of the gateway"}],
            "chain_id": CHAIN, "key": KEY, "confirmations": CONFIRMATIONS,
        });
        for more in [&self.extra, more] {
            for (name, value) in more.as_object().unwrap() {
                settings[name] = value.clone();
            }
        }
        serde_json::from_value(settings).unwrap()
    }

    fn evm(&self, more: &Value) -> Evm {
        Evm::new(self.settings(more)).unwrap()
    }

    fn lie(&self, twist: impl Fn(&str, &mut Value) + Send + Sync + 'static) {
        *self.twist.lock().unwrap() = Some(Box::new(twist));
        self.proxy.set(Some(Fault::Lie));
    }

    fn submitted(&self, rail: &dyn Rail, payload: &Payload) -> Ticket {
        let mut wire = Wire::new(&self.courier);
        let ticket = prepare(rail, &mut wire, payload).unwrap();
        rail.submit(&mut wire, &ticket).unwrap()
    }

    fn look(&self, rail: &dyn Rail, ticket: &Ticket) -> Result<State, RailError> {
        rail.look(&mut Wire::new(&self.courier), ticket)
    }
}

/// Hands a request on, and the answer back as the fault of the moment wants it.
fn relay(courier: &Courier, url: &str, ask: &Ask, twist: &Mutex<Option<Box<Twist>>>) -> Vec<u8> {
    let request: Value = serde_json::from_slice(&ask.body).unwrap();
    assert_eq!(ask.path, "/api/p1/rpc");
    assert!(ask.head.contains("x-api-key: secret of the gateway"));
    let mut wire = Wire::new(courier);
    let mut answer = wire.post_json(url, &[], &request).unwrap();
    let method = request["method"].as_str().unwrap();
    match ask.fault {
        Some(Fault::WrongNetwork) if method == "eth_chainId" => answer["result"] = json!("0x1"),
        Some(Fault::Lie) => match &*twist.lock().unwrap() {
            Some(twist) => twist(method, &mut answer["result"]),
            None => alter(&mut answer["result"], "timestamp"),
        },
        _ => {}
    }
    answer.to_string().into_bytes()
}

/// The last digit of a field, where there is such a field.
fn alter(result: &mut Value, name: &str) {
    if let Some(Value::String(text)) = result.get_mut(name) {
        let last = if text.pop() == Some('1') { '2' } else { '1' };
        text.push(last);
    }
}

impl Lab for Chain {
    fn rail(&self) -> Box<dyn Rail> {
        Box::new(self.evm(&json!({})))
    }

    fn network(&self) -> String {
        format!("eip155:{CHAIN}")
    }

    fn settle(&mut self) {
        self.mine(CONFIRMATIONS);
    }

    fn taken(&mut self) -> usize {
        let count = self.ask("eth_getTransactionCount", json!([ACCOUNT, "latest"]));
        usize::from_str_radix(count.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
    }

    fn fault(&mut self, fault: Fault) -> bool {
        self.proxy.set(Some(fault));
        true
    }

    fn heal(&mut self) {
        self.proxy.set(None);
        *self.twist.lock().unwrap() = None;
    }

    fn fork(&mut self) -> bool {
        self.ask("anvil_reorg", json!([CONFIRMATIONS, []]));
        // So long it may still come back.
        self.mine(PATIENCE);
        true
    }

    fn judge(&self, evidence: &[Evidence], payload: &Payload, pinned: bool) -> Judgement {
        let pins = if pinned {
            self.pins.clone()
        } else {
            Pins::default()
        };
        assert_eq!(evidence[0].name, "receipt.json");
        judge(&evidence[0].octets, payload, &pins).unwrap_or_else(|_| {
            let reason = fidem_anchor::receipt::Remark::new("unread", &[]);
            Judgement::failed(Default::default(), reason)
        })
    }

    fn worth(&self) -> (Worth, Worth) {
        (Worth::Canonical, Worth::InclusionOnly)
    }
}

#[test]
fn conforms_with_transactions_of_the_newer_kind() {
    let Some(mut chain) = Chain::start(&[]) else {
        return;
    };
    conform(&mut chain);
}

#[test]
fn conforms_with_legacy_transactions() {
    let Some(mut chain) = Chain::start(&["--hardfork", "berlin"]) else {
        return;
    };
    conform(&mut chain);
    let Some(mut chain) = Chain::start(&[]) else {
        return;
    };
    chain.extra = json!({"fee_kind": "legacy"});
    conform(&mut chain);
}

#[test]
fn headers_of_every_fork_are_put_back_together() {
    for fork in ["london", "paris", "shanghai", "cancun", "prague", "osaka"] {
        let Some(mut chain) = Chain::start(&["--hardfork", fork]) else {
            return;
        };
        let rail = chain.rail();
        let ticket = chain.submitted(&*rail, &[7; 32]);
        chain.settle();
        let state = chain.look(&*rail, &ticket);
        assert!(matches!(state, Ok(State::Final(..))), "{fork}: {state:?}");
    }
}

#[test]
fn a_block_of_many_neighbours() {
    let Some(mut chain) = Chain::start(&[]) else {
        return;
    };
    let rail = chain.rail();
    let accounts = chain.ask("eth_accounts", json!([]));
    for n in 0..150_u64 {
        let from = &accounts[1 + usize::try_from(n % 9).unwrap()];
        let mut call =
            json!({"from": from, "to": from, "gas": "0x15f90", "data": format!("{:#066x}", n)});
        match n % 3 {
            0 => call["gasPrice"] = json!("0x77359400"),
            1 => {
                call["gasPrice"] = json!("0x77359400");
                call["accessList"] =
                    json!([{"address": from, "storageKeys": [format!("{n:#066x}")]}]);
            }
            _ => {}
        }
        chain.ask("eth_sendTransaction", json!([call]));
    }
    let ticket = chain.submitted(&*rail, &[7; 32]);
    chain.settle();
    let Ok(State::Final(place, evidence)) = chain.look(&*rail, &ticket) else {
        panic!("not final");
    };
    let receipt: Value = serde_json::from_slice(&evidence[0].octets).unwrap();
    assert!(receipt["proof"].as_array().unwrap().len() >= 3);
    let judged = chain.judge(&evidence, &[7; 32], true);
    assert_eq!((judged.worth, judged.place), (Worth::Canonical, place));
    if let Some(folder) = std::env::var_os("FIDEM_KEEP_RECEIPTS") {
        std::fs::write(
            std::path::Path::new(&folder).join("evm.json"),
            &evidence[0].octets,
        )
        .unwrap();
    }
}

#[test]
fn no_lie_makes_it_final() {
    let Some(mut chain) = Chain::start(&[]) else {
        return;
    };
    let rail = chain.rail();
    let ticket = chain.submitted(&*rail, &[7; 32]);
    chain.settle();
    type Lie = (&'static str, &'static str, fn(&mut Value));
    let lies: [Lie; 12] = [
        ("state root", "eth_getBlockByNumber", |b| {
            alter(b, "stateRoot");
        }),
        ("root", "eth_getBlockByNumber", |b| {
            alter(b, "transactionsRoot");
        }),
        ("hash", "eth_getBlockByNumber", |b| alter(b, "hash")),
        ("number", "eth_getBlockByNumber", |b| alter(b, "number")),
        ("time", "eth_getBlockByNumber", |b| alter(b, "timestamp")),
        ("no field", "eth_getBlockByNumber", |b| {
            b.as_object_mut().unwrap().remove("baseFeePerGas");
        }),
        ("no transactions", "eth_getBlockByNumber", |b| {
            b["transactions"] = json!([]);
        }),
        ("one more", "eth_getBlockByNumber", |b| {
            let first = b["transactions"][0].clone();
            b["transactions"].as_array_mut().unwrap().insert(0, first);
        }),
        ("no block", "eth_getBlockByNumber", |b| *b = Value::Null),
        ("another block", "eth_getTransactionReceipt", |r| {
            alter(r, "blockHash");
        }),
        ("another height", "eth_getTransactionReceipt", |r| {
            r["blockNumber"] = json!("0x1");
        }),
        ("no number", "eth_getTransactionReceipt", |r| {
            r["blockNumber"] = json!("12");
        }),
    ];
    for (name, method, twist) in lies {
        chain.lie(move |asked, result| {
            if asked == method {
                twist(result);
            }
        });
        let state = chain.look(&*rail, &ticket);
        chain.heal();
        assert!(
            matches!(state, Err(RailError::Lie { .. } | RailError::Answer { .. })),
            "{name}: {state:?}"
        );
    }
    assert!(matches!(chain.look(&*rail, &ticket), Ok(State::Final(..))));
}

/// As FISCO BCOS serves it: the form of Ethereum, hashes of its own.
#[test]
fn an_endpoint_with_other_hashes_is_refused() {
    let Some(mut chain) = Chain::start(&[]) else {
        return;
    };
    chain.lie(|method, result| {
        if method == "eth_getBlockByNumber" {
            result["hash"] = json!(format!("0x{}", "2f".repeat(32)));
        }
    });
    let probe = chain.rail().probe(&mut Wire::new(&chain.courier));
    assert!(matches!(probe, Err(RailError::Lie { .. })), "{probe:?}");
    let ticket = prepare(&*chain.rail(), &mut Wire::new(&chain.courier), &[7; 32]);
    assert!(matches!(ticket, Err(RailError::Lie { .. })), "{ticket:?}");
    chain.heal();
}

#[test]
fn pins_in_the_settings_decide_what_is_final() {
    let Some(mut chain) = Chain::start(&[]) else {
        return;
    };
    let rail = chain.rail();
    let ticket = chain.submitted(&*rail, &[7; 32]);
    chain.settle();
    let pins = |hash: &str| json!({"pins": [{"name": "x", "chain_id": CHAIN, "blocks": [{"height": 4, "hash": hash}]}]});
    let other = chain.evm(&pins(&"11".repeat(32)));
    assert!(matches!(
        chain.look(&other, &ticket),
        Err(RailError::Lie { .. })
    ));
    let block = chain.ask("eth_getBlockByNumber", json!(["0x4", false]));
    let pinned = chain.evm(&pins(
        block["hash"].as_str().unwrap().trim_start_matches("0x"),
    ));
    assert!(matches!(chain.look(&pinned, &ticket), Ok(State::Final(..))));
    // A chain said to be sealed that is not is not called final.
    for consensus in ["clique", "ibft2", "qbft"] {
        let sealed = chain.evm(&json!({"consensus": consensus}));
        let state = chain.look(&sealed, &ticket);
        assert!(state.is_err(), "{consensus}: {state:?}");
    }
}

#[test]
fn the_tag_finalized_where_it_is_wanted() {
    let Some(mut chain) = Chain::start(&["--slots-in-an-epoch", "2"]) else {
        return;
    };
    let rail = chain.evm(&json!({"finalized_tag": true, "confirmations": 1}));
    let ticket = chain.submitted(&rail, &[7; 32]);
    chain.mine(2);
    assert!(matches!(chain.look(&rail, &ticket), Ok(State::Included(_))));
    chain.mine(4);
    let state = chain.look(&rail, &ticket);
    assert!(matches!(state, Ok(State::Final(..))), "{state:?}");
}

#[test]
fn another_transaction_with_its_nonce_is_a_fork() {
    let Some(mut chain) = Chain::start(&[]) else {
        return;
    };
    let rail = chain.rail();
    let mut wire = Wire::new(&chain.courier);
    let first = prepare(&*rail, &mut wire, &[7; 32]).unwrap();
    let second = prepare(&*rail, &mut wire, &[8; 32]).unwrap();
    rail.submit(&mut wire, &first).unwrap();
    drop(wire);
    chain.settle();
    let refused = rail.submit(&mut Wire::new(&chain.courier), &second);
    assert!(
        matches!(refused, Err(RailError::Refused { .. })),
        "{refused:?}"
    );
    let state = chain.look(&*rail, &second);
    assert!(matches!(state, Ok(State::Forked { .. })), "{state:?}");
    assert!(matches!(chain.look(&*rail, &first), Ok(State::Final(..))));
}

#[test]
fn a_snapshot_that_is_gone_back_to_is_a_fork() {
    let Some(mut chain) = Chain::start(&[]) else {
        return;
    };
    let rail = chain.rail();
    let snapshot = chain.ask("evm_snapshot", json!([]));
    let ticket = chain.submitted(&*rail, &[7; 32]);
    chain.settle();
    assert!(matches!(chain.look(&*rail, &ticket), Ok(State::Final(..))));
    chain.ask("evm_revert", json!([snapshot]));
    // A node that lags answers likewise.
    for _ in 0..PATIENCE {
        assert_eq!(chain.look(&*rail, &ticket), Ok(State::Submitted));
        chain.mine(1);
    }
    let state = chain.look(&*rail, &ticket);
    assert!(matches!(state, Ok(State::Forked { .. })), "{state:?}");
}

#[test]
fn without_money_nothing_is_made() {
    let Some(mut chain) = Chain::start(&[]) else {
        return;
    };
    let poor = chain.evm(&json!({"key": "77".repeat(32)}));
    let made = prepare(&poor, &mut Wire::new(&chain.courier), &[7; 32]);
    assert!(matches!(made, Err(RailError::Funds { .. })), "{made:?}");
    // And what is made and can no longer be paid is refused for that reason.
    let rail = chain.rail();
    let ticket = prepare(&*rail, &mut Wire::new(&chain.courier), &[7; 32]).unwrap();
    chain.ask("anvil_setBalance", json!([ACCOUNT, "0x1"]));
    let sent = rail.submit(&mut Wire::new(&chain.courier), &ticket);
    assert!(matches!(sent, Err(RailError::Funds { .. })), "{sent:?}");
    chain.mine(1);
}

#[test]
fn limits_of_fee_and_gas_are_kept() {
    let Some(chain) = Chain::start(&[]) else {
        return;
    };
    for (limit, value) in [("max_gas", 21_000), ("max_fee_per_gas", 1000)] {
        let rail = chain.evm(&json!({limit: value}));
        let made = prepare(&rail, &mut Wire::new(&chain.courier), &[7; 32]);
        let Err(RailError::Setting { what }) = made else {
            panic!("{made:?}");
        };
        assert!(what.starts_with(limit), "{what}");
    }
}

#[test]
fn settings_do_not_show_their_secrets() {
    let settings: Settings = serde_json::from_value(json!({
        "url": "https://gateway.example/api/{project}/rpc", "project": "p1secret",
        "headers": [{"name": "x-api-key", "value": "hush"}], "chain_id": 5555, "key": KEY,
    }))
    .unwrap();
    let shown = format!("{settings:?} {:?}", Evm::new(settings.clone()).unwrap());
    for secret in ["p1secret", "hush", KEY] {
        assert!(!shown.contains(secret), "{shown}");
    }
    for wrong in [
        json!({"url": "http://x/", "chain_id": 1, "key": "00".repeat(32)}),
        json!({"url": "http://x/{project}", "chain_id": 1, "key": KEY}),
    ] {
        let settings = serde_json::from_value(wrong).unwrap();
        assert!(matches!(Evm::new(settings), Err(RailError::Setting { .. })));
    }
}
