//! A real Bitcoin node on its private network: npm `bcoin` in regtest. Without it there is none, and tests say so.

use std::io;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fidem_courier::{Courier, CourierOptions, RailError, Wire};
use fidem_fingerprint::hex;
use serde_json::{Value, json};

use crate::TestkitError;

/// How long the node may take to start.
const PATIENCE: usize = 300;

/// A running node with a wallet that has coins.
pub struct Regtest {
    child: Child,
    folder: tempfile::TempDir,
    node: String,
    wallet: String,
    courier: Courier,
    address: String,
}

impl Regtest {
    /// Starts a node; none where `FIDEM_BCOIN` names no installation of it.
    ///
    /// # Errors
    /// [`TestkitError`] when it does not start.
    ///
    /// # Panics
    /// When the node does not answer in time.
    pub fn start() -> Result<Option<Self>, TestkitError> {
        let Some(program) = std::env::var_os("FIDEM_BCOIN") else {
            assert!(
                std::env::var_os("FIDEM_REQUIRE_VECTORS").is_none(),
                "no FIDEM_BCOIN"
            );
            eprintln!("skipped: no Bitcoin node (FIDEM_BCOIN)");
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        let (node, wallet) = (free_port()?, free_port()?);
        let child = Command::new("node")
            .arg(std::path::Path::new(&program).join("bin/node"))
            .args(["--network=regtest", "--memory=true", "--listen=false"])
            .args(["--index-tx=true", "--workers=false", "--no-dns=true"])
            .args(["--max-outbound=1", "--only=127.0.0.1:1"])
            .args(["--http-host=127.0.0.1", "--wallet-http-host=127.0.0.1"])
            .args(["--api-key=k", "--wallet-api-key=k"])
            .arg(format!("--http-port={node}"))
            .arg(format!("--wallet-http-port={wallet}"))
            .arg(format!("--prefix={}", folder.path().display()))
            .envs([("NODE_BACKEND", "js"), ("BCOIN_NETWORK", "regtest")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut regtest = Self {
            child,
            folder,
            node: format!("http://x:k@127.0.0.1:{node}"),
            wallet: format!("http://x:k@127.0.0.1:{wallet}"),
            courier: Courier::new(&CourierOptions::default()).map_err(io::Error::other)?,
            address: String::new(),
        };
        regtest.fill();
        Ok(Some(regtest))
    }

    /// Waits for the node, and mines until its wallet has coins to spend.
    fn fill(&mut self) {
        for _ in 0..PATIENCE {
            let wallet = self.wallet.clone();
            if let Ok(Value::String(address)) =
                self.ask(&wallet, "getnewaddress", json!(["default"]))
            {
                self.address = address;
                break;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        assert!(!self.address.is_empty(), "the node does not answer");
        self.mine(110);
        self.wait_for_wallet();
    }

    /// Its address for JSON-RPC, with user name and password.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.node
    }

    /// Folder of the node.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Height of the chain.
    ///
    /// # Panics
    /// When the node does not answer.
    #[must_use]
    pub fn height(&self) -> u64 {
        let count = self.node("getblockcount", json!([]));
        count.as_u64().expect("a height")
    }

    /// Hash of the block at a height, as it is shown.
    ///
    /// # Panics
    /// When the node does not answer.
    #[must_use]
    pub fn hash_at(&self, height: u64) -> String {
        let hash = self.node("getblockhash", json!([height]));
        hash.as_str().expect("a hash").to_owned()
    }

    /// Mines blocks.
    pub fn mine(&self, blocks: u32) {
        self.node("generatetoaddress", json!([blocks, self.address]));
    }

    /// Puts 32 octets into a block as `OP_RETURN`: its height, the octets of the transaction, and the transactions of the
    /// block by their hashes in the order of their octets.
    ///
    /// # Panics
    /// When node or wallet refuse.
    #[must_use]
    pub fn publish(&self, root: &[u8; 32]) -> (u64, Vec<u8>, Vec<[u8; 32]>) {
        self.wait_for_wallet();
        let script = format!("6a20{}", hex::encode(root));
        let body = json!({"outputs": [{"script": script, "value": 0}], "rate": 10_000, "selection": "age"});
        let url = format!("{}/wallet/primary/send", self.wallet);
        let sent = Wire::new(&self.courier).post_json(&url, &[], &body);
        let sent = sent.expect("a transaction");
        let raw = hex::decode(sent["tx"].as_str().expect("its octets")).expect("hex");
        self.wait_for_mempool(sent["hash"].as_str().expect("its hash"));
        self.mine(1);
        let height = self.height();
        let hash = self.node("getblockhash", json!([height]));
        let block = self.node("getblock", json!([hash, true]));
        let hashes = block["tx"].as_array().expect("transactions").iter();
        let hashes = hashes.map(|hash| {
            let mut hash = hex::decode32(hash.as_str().expect("a hash")).expect("hex");
            hash.reverse();
            hash
        });
        (height, raw, hashes.collect())
    }

    /// Takes blocks from that height on out of the chain, and mines one more in their place than there were.
    pub fn replace_from(&self, height: u64) {
        let above = self.height() - height + 1;
        let hash = self.node("getblockhash", json!([height]));
        self.node("invalidateblock", json!([hash]));
        self.mine(u32::try_from(above).unwrap_or(10) + 8);
    }

    fn wait_for_mempool(&self, hash: &str) {
        for _ in 0..PATIENCE {
            let waiting = self.node("getrawmempool", json!([]));
            if waiting
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one == hash))
            {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the transaction did not arrive");
    }

    /// The wallet follows the chain a moment later.
    fn wait_for_wallet(&self) {
        let wallet = self.wallet.clone();
        for _ in 0..PATIENCE {
            let info = self.ask(&wallet, "getwalletinfo", json!([]));
            let height = info.ok().and_then(|info| info["walletheight"].as_u64());
            let coins = self.ask(&wallet, "getbalance", json!([]));
            let rich = coins.ok().and_then(|coins| coins.as_f64()).unwrap_or(0.0) > 1.0;
            if rich && height.is_none_or(|height| height >= self.height()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the wallet does not follow");
    }

    fn node(&self, method: &str, params: Value) -> Value {
        self.ask(&self.node, method, params)
            .unwrap_or_else(|e| panic!("{method}: {e}"))
    }

    fn ask(&self, url: &str, method: &str, params: Value) -> Result<Value, RailError> {
        Wire::new(&self.courier).rpc(url, &[], method, &params)
    }
}

impl Drop for Regtest {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
