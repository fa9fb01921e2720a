//! A page that is fetched only to see whether the network is live.

use std::net::SocketAddr;
use std::time::Instant;

use sha2::{Digest, Sha256};

use crate::courier::{Courier, dialled, hexadecimal};
use crate::error::CourierError;

/// What was seen of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Address and port that answered; none where nobody did.
    pub peer: Option<SocketAddr>,
    /// The status; redirects are not followed.
    pub status: Option<u16>,
    /// SHA-256 of the body in lower-case hexadecimal, and its octets; none where it did not come whole.
    pub body: Option<(String, u64)>,
    /// Why nothing, or not all of it, came.
    pub failure: Option<CourierError>,
}

impl Courier {
    /// Fetches an address and says who answered what. Any status is an answer.
    #[must_use]
    pub fn look(&self, url: &str) -> Seen {
        let mut seen = Seen::default();
        seen.failure = self.looked(url, &mut seen).err();
        seen
    }

    fn looked(&self, url: &str, seen: &mut Seen) -> Result<(), CourierError> {
        let (url, host) = dialled(url)?;
        let deadline = Instant::now() + self.options.total_timeout;
        let sent = self.client.get(url).send();
        let response = sent.map_err(|error| self.failure(error, &host))?;
        seen.peer = response.remote_addr();
        seen.status = Some(response.status().as_u16());
        let mut received = 0;
        let body = self.read_body(response, deadline, &mut received)?;
        seen.body = Some((hexadecimal(&Sha256::digest(&body)), received));
        Ok(())
    }
}
