//! One act's way out: every exchange under the courier's limits, and every one on record.

use serde_json::{Value, json};

use crate::courier::{Answer, Tls};
use crate::{Courier, CourierError, Delivery, Egress, Errand, RailError};

/// What an adapter dials through.
pub struct Wire<'a> {
    courier: &'a Courier,
    deliveries: Vec<Delivery>,
}

impl<'a> Wire<'a> {
    /// A way out.
    #[must_use]
    pub fn new(courier: &'a Courier) -> Self {
        Self {
            courier,
            deliveries: Vec::new(),
        }
    }

    /// What left so far, in order.
    #[must_use]
    pub fn egress(&self) -> Vec<&Egress> {
        self.deliveries.iter().map(|d| &d.egress).collect()
    }

    /// Every exchange so far, in order; answers are left out, errors are not.
    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    /// Carries out an errand; any status but 200 is an error.
    ///
    /// # Errors
    /// [`RailError::Courier`].
    pub fn carry(&mut self, url: &str, errand: &Errand<'_>) -> Result<Vec<u8>, RailError> {
        let Delivery { egress, outcome } = self.courier.deliver(url, errand);
        self.deliveries.push(Delivery {
            egress,
            outcome: outcome.as_ref().map(|_| Vec::new()).map_err(Clone::clone),
        });
        Ok(outcome?)
    }

    /// Carries out an errand whose answer says something under any status: the status and the body.
    ///
    /// # Errors
    /// [`RailError::Courier`].
    pub fn ask(&mut self, url: &str, errand: &Errand<'_>) -> Result<(u16, Vec<u8>), RailError> {
        let (egress, outcome) = self.courier.ask(url, errand);
        let answer = self.noted(egress, outcome)?;
        Ok((answer.status, answer.body))
    }

    /// Carries out an errand over HTTP/2, under the same limits.
    ///
    /// # Errors
    /// [`RailError::Courier`].
    pub(crate) fn ask_http2(
        &mut self,
        tls: &Tls,
        url: &str,
        errand: &Errand<'_>,
    ) -> Result<Answer, RailError> {
        let (egress, outcome) = self.courier.over_http2(tls)?.ask(url, errand);
        self.noted(egress, outcome)
    }

    fn noted(
        &mut self,
        egress: Egress,
        outcome: Result<Answer, CourierError>,
    ) -> Result<Answer, RailError> {
        self.deliveries.push(Delivery {
            egress,
            outcome: outcome.as_ref().map(|_| Vec::new()).map_err(Clone::clone),
        });
        Ok(outcome?)
    }

    /// Posts JSON and reads JSON.
    ///
    /// # Errors
    /// [`RailError::Courier`], [`RailError::Answer`].
    pub fn post_json(
        &mut self,
        url: &str,
        headers: &[(String, String)],
        body: &Value,
    ) -> Result<Value, RailError> {
        let body = body.to_string();
        let errand = Errand::Post {
            body: body.as_bytes(),
            kind: "application/json",
            reply: None,
            accept: "application/json",
            headers,
        };
        let octets = self.carry(url, &errand)?;
        serde_json::from_slice(&octets).map_err(|e| RailError::Answer {
            what: e.to_string(),
        })
    }

    /// Calls a method by JSON-RPC 2.0 and returns its result, which may be null.
    ///
    /// # Errors
    /// [`RailError::Courier`], [`RailError::Answer`]; [`RailError::Refused`] for an error object.
    pub fn rpc(
        &mut self,
        url: &str,
        headers: &[(String, String)],
        method: &str,
        params: &Value,
    ) -> Result<Value, RailError> {
        let body = json!({"id": 1, "jsonrpc": "2.0", "method": method, "params": params});
        let mut answer = self.post_json(url, headers, &body)?;
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            return Err(refused(error));
        }
        match answer.get_mut("result") {
            Some(result) => Ok(result.take()),
            None => Err(RailError::Answer {
                what: format!("{method}: no result"),
            }),
        }
    }
}

/// What a node said, no longer than a person reads.
fn refused(error: &Value) -> RailError {
    const LONGEST: usize = 300;
    let words = error.get("message").and_then(Value::as_str);
    RailError::Refused {
        code: error.get("code").and_then(Value::as_i64).unwrap_or(0),
        reason: words.unwrap_or_default().chars().take(LONGEST).collect(),
    }
}
