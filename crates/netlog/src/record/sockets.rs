//! Sockets: TCP, TLS on it, UDP.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Allowance, Fault, Known, Taken};
use crate::connection::{Connection, Direction, Message, Stream, Tls, Verdict};
use crate::constants::{Constants, Kind};
use crate::event;
use crate::http;
use crate::log::{Datagrams, FailedConnect, SourceId};

/// All sockets by source.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    tcp: BTreeMap<SourceId, Socket>,
    udp: BTreeMap<SourceId, Datagram>,
    /// Verdicts by the verifier's job, and the sockets that wait for them.
    verdicts: BTreeMap<SourceId, Verdict>,
    awaited: Vec<(SourceId, SourceId)>,
}

#[derive(Debug, Default)]
struct Socket {
    connection: Connection,
    attempts: Vec<FailedConnect>,
    connect_error: Option<String>,
    /// TLS inside TLS: a proxy over HTTPS.
    nested: bool,
}

/// A UDP socket.
#[derive(Debug, Default)]
pub(super) struct Datagram(Datagrams);

impl Datagram {
    pub(super) fn into_fact(self) -> Datagrams {
        self.0
    }
}

impl Sockets {
    pub(super) fn take(
        &mut self,
        known: &Known<'_, '_>,
        constants: &Constants,
        allowance: &mut Allowance,
    ) -> Taken {
        match known.kind {
            Kind::SocketAlive => return self.alive(known, constants, allowance),
            Kind::UdpConnect | Kind::UdpSent | Kind::UdpReceived => {
                return self.datagram(known, allowance);
            }
            Kind::VerifierJob => return self.verdict(known, constants, allowance),
            Kind::VerifierBound => return self.await_verdict(known, allowance),
            _ => {}
        }
        let socket = entry(&mut self.tcp, known, allowance)?;
        match known.kind {
            Kind::TcpConnect => socket.connect(known, constants),
            Kind::TcpConnectAttempt => socket.attempt(known, constants, allowance),
            Kind::BytesSent => socket.octets(known, Direction::Sent, allowance),
            Kind::BytesReceived => socket.octets(known, Direction::Received, allowance),
            Kind::TlsBytesSent => socket.tls_octets(known, Direction::Sent, allowance),
            Kind::TlsBytesReceived => socket.tls_octets(known, Direction::Received, allowance),
            Kind::TlsMessageSent => socket.message(known, Direction::Sent, false, allowance),
            Kind::TlsMessageReceived => {
                socket.message(known, Direction::Received, false, allowance)
            }
            Kind::TlsInnerHello => socket.message(known, Direction::Sent, true, allowance),
            Kind::TlsCertificates => socket.certificates(known, allowance),
            Kind::TlsConnect => socket.tls_connect(known, constants),
            Kind::ClosingSocket => socket.closing(known),
            _ => socket.failure(known, constants),
        }
    }

    /// Octets of application data sent so far on a connection.
    pub(super) fn sent_so_far(&self, id: SourceId) -> Option<usize> {
        let socket = self.tcp.get(&id)?;
        Some(socket.connection.sent.bytes.len())
    }

    /// UDP sockets live too, under the same event.
    fn alive(
        &mut self,
        known: &Known<'_, '_>,
        constants: &Constants,
        allowance: &mut Allowance,
    ) -> Taken {
        let tcp = constants.source_type(known.event.source.kind) == "SOCKET";
        if known.begins() && tcp {
            entry(&mut self.tcp, known, allowance)?;
        } else if known.ends()
            && let Some(socket) = self.tcp.get_mut(&known.id())
        {
            socket.connection.closed = Some(known.at);
        }
        Ok(())
    }

    fn datagram(&mut self, known: &Known<'_, '_>, allowance: &mut Allowance) -> Taken {
        if !self.udp.contains_key(&known.id()) {
            allowance.fact()?;
        }
        let Datagram(socket) = self.udp.entry(known.id()).or_insert_with(|| {
            Datagram(Datagrams {
                id: known.id(),
                started: known.at,
                ..Datagrams::default()
            })
        });
        match known.kind {
            Kind::UdpConnect => {
                let address: event::Address = known.params()?;
                if let Some(address) = address.address {
                    socket.address = address;
                }
            }
            Kind::UdpSent => socket.sent = socket.sent.saturating_add(count(known)?),
            _ => socket.received = socket.received.saturating_add(count(known)?),
        }
        Ok(())
    }

    fn verdict(
        &mut self,
        known: &Known<'_, '_>,
        constants: &Constants,
        allowance: &mut Allowance,
    ) -> Taken {
        if !known.ends() {
            return Ok(());
        }
        allowance.fact()?;
        let raw: event::Verdict = known.params()?;
        let verdict = Verdict {
            error: failure(raw.net_error, constants),
            flags: constants.certificate_flags(raw.cert_status.unwrap_or(0)),
            known_root: raw.is_issued_by_known_root.unwrap_or(false),
        };
        self.verdicts.insert(known.id(), verdict);
        Ok(())
    }

    fn await_verdict(&mut self, known: &Known<'_, '_>, allowance: &mut Allowance) -> Taken {
        let bound: event::Bound = known.params()?;
        let job = bound.source_dependency.ok_or(Fault::Parameters)?;
        allowance.fact()?;
        self.awaited.push((known.id(), job.id));
        Ok(())
    }

    /// Connections with their exchanges, attempts that failed, UDP.
    pub(super) fn into_facts(
        mut self,
        exchanges: usize,
    ) -> (Vec<Connection>, Vec<FailedConnect>, Vec<Datagram>) {
        for (socket, job) in &self.awaited {
            let socket = self.tcp.get_mut(socket);
            if let Some(tls) = socket.and_then(|socket| socket.connection.tls.as_mut()) {
                tls.verdict = self.verdicts.get(job).cloned();
            }
        }
        let mut left = exchanges;
        let (mut connections, mut failed) = (Vec::new(), Vec::new());
        for socket in self.tcp.into_values() {
            failed.extend(socket.failed());
            if socket.came_about() {
                connections.push(socket.into_connection(&mut left));
            }
        }
        connections.sort_by_key(|connection| connection.opened);
        let datagrams = self
            .udp
            .into_values()
            .filter(|Datagram(d)| !d.address.is_empty());
        (connections, failed, datagrams.collect())
    }
}

fn entry<'s>(
    sockets: &'s mut BTreeMap<SourceId, Socket>,
    known: &Known<'_, '_>,
    allowance: &mut Allowance,
) -> Result<&'s mut Socket, Fault> {
    if !sockets.contains_key(&known.id()) {
        allowance.fact()?;
    }
    Ok(sockets.entry(known.id()).or_insert_with(|| Socket {
        connection: Connection {
            id: known.id(),
            opened: known.at,
            ..Connection::default()
        },
        ..Socket::default()
    }))
}

impl Socket {
    fn connect(&mut self, known: &Known<'_, '_>, constants: &Constants) -> Taken {
        let connect: event::TcpConnect = known.params()?;
        if !known.ends() {
            return Ok(());
        }
        self.connection.local = connect.local_address;
        self.connection.peer = connect.remote_address;
        self.connect_error = failure(connect.net_error, constants);
        Ok(())
    }

    fn attempt(
        &mut self,
        known: &Known<'_, '_>,
        constants: &Constants,
        allowance: &mut Allowance,
    ) -> Taken {
        let attempt: event::Address = known.params()?;
        if known.begins() {
            allowance.fact()?;
            self.attempts.push(FailedConnect {
                id: known.id(),
                address: attempt.address.unwrap_or_default(),
                started: known.at,
                ..FailedConnect::default()
            });
        } else if attempt.os_error.is_none() && attempt.net_error.is_none() {
            self.attempts.pop();
        } else if let Some(last) = self.attempts.last_mut() {
            last.os_error = attempt.os_error;
            last.error = failure(attempt.net_error, constants);
            last.ended = Some(known.at);
        }
        Ok(())
    }

    /// Under TLS these are records, of which the number of octets is enough.
    fn octets(
        &mut self,
        known: &Known<'_, '_>,
        direction: Direction,
        allowance: &mut Allowance,
    ) -> Taken {
        if self.connection.tls.is_none() {
            return self.application(known, direction, allowance);
        }
        let octets = count(known)?;
        let wire = match direction {
            Direction::Sent => &mut self.connection.wire.0,
            Direction::Received => &mut self.connection.wire.1,
        };
        *wire = wire.saturating_add(octets);
        Ok(())
    }

    /// Application data under TLS; without a handshake in the log it is that all the same.
    fn tls_octets(
        &mut self,
        known: &Known<'_, '_>,
        direction: Direction,
        allowance: &mut Allowance,
    ) -> Taken {
        self.tls();
        self.application(known, direction, allowance)
    }

    fn application(
        &mut self,
        known: &Known<'_, '_>,
        direction: Direction,
        allowance: &mut Allowance,
    ) -> Taken {
        let octets: event::Bytes<'_> = known.params()?;
        let stream = match direction {
            Direction::Sent => &mut self.connection.sent,
            Direction::Received => &mut self.connection.received,
        };
        let added = append(&octets, &mut stream.bytes, allowance)?;
        if added > 0 {
            stream.mark(known.at);
        } else if direction == Direction::Received {
            self.connection.peer_ended.get_or_insert(known.at);
        }
        Ok(())
    }

    /// The TLS of this connection, begun now if it was not. What passed before was a tunnel being asked for.
    fn tls(&mut self) -> &mut Tls {
        let connection = &mut self.connection;
        let before = !connection.sent.bytes.is_empty() || !connection.received.bytes.is_empty();
        if connection.tls.is_none() && before {
            let sent: Stream = std::mem::take(&mut connection.sent);
            let received = std::mem::take(&mut connection.received);
            connection.tunnel = Some((sent, received));
        }
        connection.tls.get_or_insert_default()
    }

    fn tls_connect(&mut self, known: &Known<'_, '_>, constants: &Constants) -> Taken {
        let raw: event::TlsConnect = known.params()?;
        if known.begins() {
            self.nested |= self.connection.tls.is_some();
            self.tls();
            return Ok(());
        }
        let tls = self.tls();
        tls.version = raw.version;
        tls.cipher_suite = raw.cipher_suite;
        tls.group = raw.key_exchange_group;
        tls.signature_scheme = raw.peer_signature_algorithm;
        tls.resumed = raw.is_resumed.unwrap_or(false);
        tls.encrypted_client_hello = raw.encrypted_client_hello.unwrap_or(false);
        tls.alpn = raw.next_proto.filter(|name| name != "unknown");
        tls.error = failure(raw.net_error, constants);
        Ok(())
    }

    fn message(
        &mut self,
        known: &Known<'_, '_>,
        direction: Direction,
        inner: bool,
        allowance: &mut Allowance,
    ) -> Taken {
        let octets: event::Bytes<'_> = known.params()?;
        allowance.fact()?;
        let mut bytes = Vec::new();
        append(&octets, &mut bytes, allowance)?;
        self.tls().messages.push(Message {
            direction,
            inner,
            at: known.at,
            bytes,
        });
        Ok(())
    }

    fn certificates(&mut self, known: &Known<'_, '_>, allowance: &mut Allowance) -> Taken {
        let chain: event::Certificates = known.params()?;
        let mut certificates = Vec::new();
        for pem in &chain.certificates {
            let der = of_pem(pem).ok_or(Fault::Parameters)?;
            allowance.payload(der.len())?;
            certificates.push(der);
        }
        self.tls().certificates = certificates;
        Ok(())
    }

    fn closing(&mut self, known: &Known<'_, '_>) -> Taken {
        let closing: event::Reason = known.params()?;
        self.connection.close_reason = closing.reason;
        Ok(())
    }

    fn failure(&mut self, known: &Known<'_, '_>, constants: &Constants) -> Taken {
        let ended: event::Ended = known.params()?;
        if let Some(error) = failure(ended.net_error, constants) {
            self.connection.error.get_or_insert(error);
        }
        Ok(())
    }

    fn came_about(&self) -> bool {
        let Connection {
            peer,
            sent,
            received,
            tls,
            ..
        } = &self.connection;
        peer.is_some() || tls.is_some() || !sent.bytes.is_empty() || !received.bytes.is_empty()
    }

    /// The socket's own error stands where the attempt's has no name of its own.
    fn failed(&self) -> impl Iterator<Item = FailedConnect> {
        self.attempts.iter().map(|attempt| {
            let mut failed = attempt.clone();
            if failed.error.is_none() && failed.ended.is_some() {
                failed.error.clone_from(&self.connect_error);
            }
            failed
        })
    }

    fn into_connection(self, left: &mut usize) -> Connection {
        let mut connection = self.connection;
        http::take_apart(&mut connection, self.nested, left);
        connection
    }
}

/// The name of an error; zero and absence are none, and so is how a request ends that became a WebSocket.
pub(super) fn failure(net_error: Option<i64>, constants: &Constants) -> Option<String> {
    let number = net_error.filter(|number| *number != 0)?;
    Some(constants.error(number)).filter(|name| name != "ERR_WS_UPGRADE")
}

fn count(known: &Known<'_, '_>) -> Result<u64, Fault> {
    let octets: event::Bytes<'_> = known.params()?;
    octets.byte_count.ok_or(Fault::Parameters)
}

/// Decodes to the end of the buffer and says how many octets those were; the count told must agree.
fn append(
    octets: &event::Bytes<'_>,
    buffer: &mut Vec<u8>,
    allowance: &mut Allowance,
) -> Result<usize, Fault> {
    let Some(text) = octets.bytes.as_deref() else {
        return if octets.byte_count == Some(0) {
            Ok(0)
        } else {
            Err(Fault::Parameters)
        };
    };
    allowance.payload(text.len() / 4 * 3)?;
    let before = buffer.len();
    STANDARD
        .decode_vec(text, buffer)
        .map_err(|_| Fault::Parameters)?;
    let added = buffer.len().saturating_sub(before);
    let told = octets
        .byte_count
        .is_none_or(|told| usize::try_from(told) == Ok(added));
    if told {
        Ok(added)
    } else {
        Err(Fault::Parameters)
    }
}

/// The one certificate of a PEM text (RFC 7468).
fn of_pem(pem: &str) -> Option<Vec<u8>> {
    let body = pem.trim().strip_prefix("-----BEGIN CERTIFICATE-----")?;
    let body = body.strip_suffix("-----END CERTIFICATE-----")?;
    let base64: Vec<u8> = body
        .bytes()
        .filter(|octet| !octet.is_ascii_whitespace())
        .collect();
    STANDARD.decode(base64).ok()
}
