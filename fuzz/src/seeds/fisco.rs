//! Receipts of FISCO BCOS: our own that hold, and recorded headers with recorded transactions, which do not belong together.

use fidem_anchor::fisco::header::{Fields, Members, Parent};
use fidem_anchor::fisco::{FORMAT, Header, Hex, Level, Receipt, Suite, answer};
use fidem_fuzz::fisco::{hash, sealed, transaction_v2, transaction_v3};
use serde_json::Value;

pub fn receipts() -> Vec<Vec<u8>> {
    let beside = |count: u8| (0..count).map(|n| Hex(vec![n; 32])).collect::<Vec<_>>();
    let two = vec![
        Level {
            left: beside(1),
            right: Vec::new(),
        },
        Level::default(),
        Level {
            left: Vec::new(),
            right: beside(1),
        },
    ];
    let leaf = |index: u8| Hex([&[index][..], &[7; 32]].concat());
    let sixteen = vec![
        Level {
            left: vec![leaf(1)],
            right: vec![leaf(3)],
        },
        Level::default(),
    ];
    let mut sixteen = sixteen;
    sixteen[0].left[0] = Hex([&[0x80][..], &[7; 32]].concat());
    sixteen[0].left.push(leaf(1));
    let all = [
        made(header_v2(), Some(2), sixteen, Suite::Keccak),
        made(header_v2(), Some(0), vec![Level::default()], Suite::Keccak),
        made(header_v3(), None, two.clone(), Suite::Keccak),
        made(header_v3(), None, two, Suite::Sm),
        made(header_v3(), None, Vec::new(), Suite::Sm),
    ];
    let held = all
        .into_iter()
        .map(|r| sealed(r).expect("it can be sealed"));
    let recorded = recorded().unwrap_or_default();
    held.chain(recorded)
        .map(|r| r.to_bytes().expect("it can be written"))
        .collect()
}

fn made(header: Header, index: Option<u32>, path: Vec<Level>, suite: Suite) -> Receipt {
    let transaction = match header {
        Header::V2(_) => transaction_v2(),
        Header::V3(_) => transaction_v3(suite),
    };
    Receipt {
        format: FORMAT.to_owned(),
        header,
        index,
        path,
        signatures: Vec::new(),
        suite,
        transaction: Hex(transaction),
    }
}

fn header_v2() -> Header {
    let fields = Fields {
        hashes: [1, 2, 3, 4, 5].map(hash),
        bloom: vec![0; 256],
        numbers: [2, 0, 0, 1_796_126_400_000],
        extra: vec![b"x".to_vec()],
        sealer: 1,
        sealers: Vec::new(),
    };
    Header::V2(Hex(fields.encode()))
}

fn header_v3() -> Header {
    Header::V3(Box::new(Members {
        consensus_weights: vec![1; 4],
        extra_data: Hex(Vec::new()),
        gas_used: "24363".to_owned(),
        number: 2,
        parent_info: vec![Parent {
            block_hash: hash(1),
            block_number: 1,
        }],
        receipts_root: hash(2),
        sealer: 1,
        sealer_list: Vec::new(),
        state_root: hash(3),
        timestamp: 1_796_126_400_000,
        txs_root: hash(4),
        version: 0x0303_0000,
    }))
}

/// Recorded headers and signatures around our transactions; none without the vectors.
fn recorded() -> Option<Vec<Receipt>> {
    let folder = std::path::PathBuf::from(std::env::var_os("FIDEM_VECTORS")?).join("fisco");
    let read = |name: &str| -> Option<Value> {
        serde_json::from_slice(&std::fs::read(folder.join(name)).ok()?).ok()
    };
    let early = read("v2_block1.json")?;
    let proof = read("v2_tx_proof.json")?;
    let late = read("v3_sm_block2.json")?;
    let path = answer::path_v2(&proof["txProof"])?;
    let mut all = vec![
        made(answer::header_v2(&early)?, Some(0x8c), path, Suite::Keccak),
        made(answer::header_v3(&late)?, None, Vec::new(), Suite::Sm),
    ];
    all[0].signatures = answer::signatures(&early)?;
    all[1].signatures = answer::signatures(&late)?;
    let tars = read("v3_tars.json")?;
    let tars = answer::octets(&tars["tars_encoded_transactions"][0]["tars"])?;
    let mut other = made(header_v3(), None, Vec::new(), Suite::Keccak);
    other.transaction = Hex(tars);
    all.push(other);
    Some(all)
}
