//! A real EVM node: npm `anvil`. Without it there is none, and tests say so.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fidem_courier::{Courier, CourierOptions, Wire};
use serde_json::{Value, json};

use crate::TestkitError;

/// The secret key of the first account that `anvil` gives money to, known to everybody.
pub const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// A node that makes blocks when it is told to.
pub struct Anvil {
    child: Child,
    url: String,
    courier: Courier,
}

impl Anvil {
    /// Starts a chain of that id; none where `FIDEM_ANVIL` names no program.
    ///
    /// # Errors
    /// [`TestkitError`] when it does not start.
    ///
    /// # Panics
    /// When it does not answer in time.
    pub fn start(chain_id: u64) -> Result<Option<Self>, TestkitError> {
        let Some(program) = std::env::var_os("FIDEM_ANVIL") else {
            assert!(
                std::env::var_os("FIDEM_REQUIRE_VECTORS").is_none(),
                "no FIDEM_ANVIL"
            );
            eprintln!("skipped: no EVM node (FIDEM_ANVIL)");
            return Ok(None);
        };
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = free.local_addr()?.port().to_string();
        drop(free);
        let child = Command::new(program)
            .args(["--host", "127.0.0.1", "--silent", "--no-mining"])
            .args(["--chain-id", &chain_id.to_string(), "--port", &port])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let anvil = Self {
            child,
            url: format!("http://127.0.0.1:{port}/"),
            courier: Courier::new(&CourierOptions::default()).map_err(io::Error::other)?,
        };
        anvil.wait();
        anvil.mine(3);
        Ok(Some(anvil))
    }

    fn wait(&self) {
        for _ in 0..200 {
            let mut wire = Wire::new(&self.courier);
            if wire.rpc(&self.url, &[], "eth_chainId", &json!([])).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("anvil does not answer");
    }

    /// Where its JSON-RPC answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes blocks.
    ///
    /// # Panics
    /// When it refuses.
    pub fn mine(&self, blocks: u64) {
        for _ in 0..blocks {
            self.ask("evm_mine", json!([]));
        }
    }

    /// Every block by height and hash, for a court's pins.
    ///
    /// # Panics
    /// When it does not answer.
    #[must_use]
    pub fn blocks(&self) -> Vec<(u64, String)> {
        let mut blocks = Vec::new();
        loop {
            let height = blocks.len() as u64;
            let block = self.ask(
                "eth_getBlockByNumber",
                json!([format!("{height:#x}"), false]),
            );
            let Some(hash) = block["hash"].as_str() else {
                return blocks;
            };
            blocks.push((height, hash.trim_start_matches("0x").to_owned()));
        }
    }

    fn ask(&self, method: &str, params: Value) -> Value {
        let mut wire = Wire::new(&self.courier);
        let answer = wire.rpc(&self.url, &[], method, &params);
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
