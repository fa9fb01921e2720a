//! One exchange with a time-stamping authority, or with those who say whether its certificates were revoked.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, ClientBuilder, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, LOCATION};
use reqwest::{Certificate, Identity, Proxy, StatusCode, Url, redirect};
use sha2::{Digest, Sha256};

use crate::error::CourierError;
use crate::secret::Secret;

/// The type of a request (RFC 3161 §3.4).
pub const QUERY_TYPE: &str = "application/timestamp-query";
/// The type of a reply (RFC 3161 §3.4).
pub const REPLY_TYPE: &str = "application/timestamp-reply";
/// The type of an OCSP request (RFC 6960 appendix A.1).
pub const OCSP_QUERY_TYPE: &str = "application/ocsp-request";
/// The type of an OCSP response (RFC 6960 appendix A.2).
pub const OCSP_REPLY_TYPE: &str = "application/ocsp-response";
/// The longest reply that is read. Real ones have 1 to 12 kilobytes.
pub const MAX_REPLY_BYTES: usize = 1024 * 1024;

const CHUNK_BYTES: usize = 16 * 1024;
/// Some front ends refuse clients without a name.
const USER_AGENT: &str = concat!("fidem/", env!("CARGO_PKG_VERSION"));

/// How to get out of the building.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Route {
    /// Straight, whatever the environment says. A proxy between an office and its witness is one
    /// more party that could have altered what was sent.
    #[default]
    Direct,
    /// As the environment says (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`).
    Environment,
    /// Through this proxy.
    Proxy {
        /// Its address, such as `http://proxy.example:3128`.
        url: String,
    },
}

/// Limits of a courier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourierOptions {
    /// How to get out.
    pub route: Route,
    /// For the connection, TLS included.
    pub connect_timeout: Duration,
    /// For one whole exchange, however slowly the answer drips.
    pub total_timeout: Duration,
    /// The longest reply in bytes.
    pub max_reply_bytes: usize,
}

impl Default for CourierOptions {
    fn default() -> Self {
        Self {
            route: Route::Direct,
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(30),
            max_reply_bytes: MAX_REPLY_BYTES,
        }
    }
}

/// What left the machine, and what came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Egress {
    /// Where to, without user name and password.
    pub url: String,
    /// Bytes of the body that left or may have left; 0 for something that was only fetched, or when it is certain that
    /// no connection was made.
    pub bytes_sent: u64,
    /// Bytes of the answer's body that were read.
    pub bytes_received: u64,
    /// SHA-256 of that body in lower-case hexadecimal, when `bytes_sent` counts it.
    pub sent_sha256: Option<String>,
}

/// One exchange: what left, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Delivery {
    /// To be logged whatever the outcome.
    pub egress: Egress,
    /// The bytes of the answer, unread.
    pub outcome: Result<Vec<u8>, CourierError>,
}

/// Carries requests out and answers in. Blocking: not to be used on a thread that drives
/// asynchronous tasks.
#[derive(Clone, Debug)]
pub struct Courier {
    pub(crate) client: Client,
    pub(crate) options: CourierOptions,
}

/// How a server is reached whose TLS is a network's own affair.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tls {
    /// The only roots that are trusted, as PEM; with none those of the system.
    pub roots: Option<String>,
    /// Certificates and key of the client, as PEM.
    pub identity: Option<Secret>,
}

/// An answer whose header fields matter.
pub(crate) struct Answer {
    /// The status.
    pub status: u16,
    /// The header fields; what comes after the body is not among them.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// What is to be carried out.
#[derive(Clone, Copy, Debug)]
pub enum Errand<'a> {
    /// Nothing: something is fetched.
    Fetch {
        /// The type that is asked for.
        accept: &'static str,
        /// Further header fields, names and values.
        headers: &'a [(String, String)],
    },
    /// A body of one type.
    Post {
        /// The body.
        body: &'a [u8],
        /// Its type.
        kind: &'static str,
        /// The type that is asked for.
        accept: &'static str,
        /// The one type that is taken; with none the type is not looked at.
        reply: Option<&'static str>,
        /// Further header fields, names and values.
        headers: &'a [(String, String)],
    },
}

impl<'a> Errand<'a> {
    /// A body of one type, to be answered by exactly one of another.
    fn post(body: &'a [u8], kind: &'static str, reply: &'static str) -> Self {
        Self::Post {
            body,
            kind,
            accept: reply,
            reply: Some(reply),
            headers: &[],
        }
    }
}

impl Courier {
    /// Prepares connections; dials nothing.
    ///
    /// # Errors
    /// [`CourierError::Preparation`] when the proxy is no address or TLS cannot be set up.
    pub fn new(options: &CourierOptions) -> Result<Self, CourierError> {
        Self::built(options, ClientBuilder::http1_only)
    }

    /// The same over HTTP/2 and nothing else, without TLS where the address has none, under the same limits.
    ///
    /// # Errors
    /// [`CourierError::Preparation`] when roots or identity cannot be read.
    pub(crate) fn over_http2(&self, tls: &Tls) -> Result<Self, CourierError> {
        let roots = tls.roots.as_deref().map(str::as_bytes);
        let roots = roots.map(Certificate::from_pem_bundle).transpose();
        let roots = roots.map_err(preparation)?;
        let identity = tls.identity.as_ref().map(|pem| pem.reveal().as_bytes());
        let identity = identity.map(Identity::from_pem).transpose();
        let identity = identity.map_err(preparation)?;
        Self::built(&self.options, |builder| {
            let mut builder = builder.http2_prior_knowledge();
            if let Some(roots) = roots {
                builder = builder.tls_certs_only(roots);
            }
            match identity {
                Some(identity) => builder.identity(identity),
                None => builder,
            }
        })
    }

    fn built(
        options: &CourierOptions,
        more: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, CourierError> {
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(options.connect_timeout)
            .timeout(options.total_timeout);
        let builder = match &options.route {
            Route::Direct => builder.no_proxy(),
            Route::Environment => builder,
            Route::Proxy { url } => builder.proxy(Proxy::all(url).map_err(preparation)?),
        };
        Ok(Self {
            client: more(builder).build().map_err(preparation)?,
            options: options.clone(),
        })
    }

    /// Posts a time-stamp request in DER and returns the body of the answer (RFC 3161 §3.4): status
    /// 200 and `application/timestamp-reply`, or an error. User name and password of the address,
    /// where it has them, become basic authentication.
    pub fn timestamp(&self, url: &str, request_der: &[u8]) -> Delivery {
        self.deliver(url, &Errand::post(request_der, QUERY_TYPE, REPLY_TYPE))
    }

    /// Posts an OCSP request in DER and returns the body of the answer (RFC 6960 appendix A).
    pub fn ask_responder(&self, url: &str, request_der: &[u8]) -> Delivery {
        let errand = Errand::post(request_der, OCSP_QUERY_TYPE, OCSP_REPLY_TYPE);
        self.deliver(url, &errand)
    }

    /// Fetches a certificate revocation list (RFC 5280 §4.2.1.13). Servers send them under many types, so the type is
    /// not looked at.
    pub fn revocation_list(&self, url: &str) -> Delivery {
        let errand = Errand::Fetch {
            accept: "*/*",
            headers: &[],
        };
        self.deliver(url, &errand)
    }

    /// Carries out an errand.
    pub fn deliver(&self, url: &str, errand: &Errand<'_>) -> Delivery {
        let mut egress = Egress {
            url: without_credentials(url),
            bytes_sent: 0,
            bytes_received: 0,
            sent_sha256: None,
        };
        let outcome = self.exchange(url, errand, &mut egress);
        let outcome = outcome.and_then(|answer| match answer.status {
            200 => Ok(answer.body),
            code => Err(CourierError::Status { code }),
        });
        Delivery { egress, outcome }
    }

    /// Carries out an errand whose answer says something under any status; redirects stay errors.
    ///
    /// # Errors
    /// [`CourierError`], never [`CourierError::Status`].
    pub(crate) fn ask(
        &self,
        url: &str,
        errand: &Errand<'_>,
    ) -> (Egress, Result<Answer, CourierError>) {
        let mut egress = Egress {
            url: without_credentials(url),
            bytes_sent: 0,
            bytes_received: 0,
            sent_sha256: None,
        };
        let outcome = self.exchange(url, errand, &mut egress);
        (egress, outcome)
    }

    fn exchange(
        &self,
        url: &str,
        errand: &Errand<'_>,
        egress: &mut Egress,
    ) -> Result<Answer, CourierError> {
        let (url, host) = dialled(url)?;
        let deadline = Instant::now() + self.options.total_timeout;
        let (request, headers) = match errand {
            Errand::Fetch { accept, headers } => {
                (self.client.get(url).header(ACCEPT, *accept), headers)
            }
            Errand::Post {
                body,
                kind,
                accept,
                headers,
                ..
            } => {
                let request = self.client.post(url).header(CONTENT_TYPE, *kind);
                let request = request.header(ACCEPT, *accept).body(body.to_vec());
                (request, headers)
            }
        };
        let sent = headers
            .iter()
            .fold(request, |request, (name, value)| {
                request.header(name, value)
            })
            .send();
        // without a connection nothing has left; in every other case it may have, also when the
        // time ran out before anyone can say
        let may_have_left =
            !matches!(&sent, Err(error) if error.is_connect() || error.is_builder());
        if let (true, Errand::Post { body, .. }) = (may_have_left, errand) {
            egress.bytes_sent = u64::try_from(body.len()).unwrap_or(u64::MAX);
            egress.sent_sha256 = Some(hexadecimal(&Sha256::digest(body)));
        }
        let mut response = sent.map_err(|error| self.failure(error, &host))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(CourierError::Redirected {
                to: text(response.headers(), &LOCATION),
            });
        }
        if let (
            StatusCode::OK,
            Errand::Post {
                reply: Some(reply), ..
            },
        ) = (status, errand)
        {
            check_type(response.headers(), reply)?;
        }
        let headers = std::mem::take(response.headers_mut());
        let body = self.read_body(response, deadline, &mut egress.bytes_received)?;
        Ok(Answer {
            status: status.as_u16(),
            headers,
            body,
        })
    }

    pub(crate) fn failure(&self, error: reqwest::Error, host: &str) -> CourierError {
        if error.is_timeout() {
            CourierError::Timeout {
                limit: self.options.total_timeout,
            }
        } else if error.is_connect() {
            CourierError::UnreachableHost {
                host: host.to_owned(),
                reason: innermost(error),
            }
        } else if error.is_builder() {
            CourierError::Preparation {
                reason: innermost(error),
            }
        } else {
            CourierError::Interrupted {
                received: 0,
                reason: innermost(error),
            }
        }
    }

    pub(crate) fn read_body(
        &self,
        mut response: Response,
        deadline: Instant,
        received: &mut u64,
    ) -> Result<Vec<u8>, CourierError> {
        let too_large = CourierError::TooLarge {
            limit: self.options.max_reply_bytes,
        };
        let limit = u64::try_from(self.options.max_reply_bytes).unwrap_or(u64::MAX);
        if response
            .content_length()
            .is_some_and(|announced| announced > limit)
        {
            return Err(too_large);
        }
        let timeout = CourierError::Timeout {
            limit: self.options.total_timeout,
        };
        let mut body = Vec::new();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            // the client's own limit starts anew with each read
            if Instant::now() >= deadline {
                return Err(timeout);
            }
            let count = match response.read(&mut chunk) {
                Ok(0) => return Ok(body),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if timed_out(&error) => return Err(timeout),
                Err(error) => {
                    let reason = innermost_of(&error);
                    return Err(CourierError::Interrupted {
                        received: *received,
                        reason,
                    });
                }
            };
            body.extend(chunk.iter().take(count));
            *received = u64::try_from(body.len()).unwrap_or(u64::MAX);
            if body.len() > self.options.max_reply_bytes {
                return Err(too_large);
            }
        }
    }
}

pub(crate) fn dialled(url: &str) -> Result<(Url, String), CourierError> {
    let invalid = || CourierError::InvalidUrl {
        url: without_credentials(url),
    };
    let parsed = Url::parse(url).map_err(|_| invalid())?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(CourierError::ForbiddenScheme {
            scheme: parsed.scheme().to_owned(),
        });
    }
    let host = parsed.host_str().ok_or_else(invalid)?.to_owned();
    Ok((parsed, host))
}

fn check_type(headers: &HeaderMap, expected: &str) -> Result<(), CourierError> {
    let seen = text(headers, &CONTENT_TYPE);
    let media_type = seen.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case(expected) {
        Ok(())
    } else {
        Err(CourierError::ContentType { seen })
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .unwrap_or_default()
}

/// An address without user name and password, as it stands in [`Egress`].
pub fn without_credentials(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else {
        // what cannot be read cannot be cleaned: nothing of it before an at-sign is repeated
        return url.rsplit('@').next().unwrap_or_default().to_owned();
    };
    if parsed.username().is_empty() && parsed.password().is_none() {
        return url.to_owned();
    }
    if parsed.set_username("").is_err() || parsed.set_password(None).is_err() {
        return parsed.host_str().unwrap_or_default().to_owned();
    }
    parsed.into()
}

fn timed_out(error: &std::io::Error) -> bool {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    error.kind() == ErrorKind::TimedOut || inner.is_some_and(reqwest::Error::is_timeout)
}

fn preparation(error: reqwest::Error) -> CourierError {
    CourierError::Preparation {
        reason: innermost(error),
    }
}

/// The last cause has the facts; those above it repeat that a request failed.
fn innermost(error: reqwest::Error) -> String {
    innermost_of(&error.without_url())
}

fn innermost_of(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
