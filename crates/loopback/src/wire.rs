//! A connection under HTTP, plain or TLS, with what was read ahead.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::stop::Stop;

const READ_OCTETS: usize = 16 * 1024;
/// How often a connection held open looks whether its client is still there.
const GLANCE: Duration = Duration::from_millis(100);

enum Transport {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

pub(crate) struct Wire {
    transport: Transport,
    /// Received and not yet taken.
    pub(crate) pending: Vec<u8>,
    pub(crate) stop: Arc<Stop>,
    idle: Duration,
}

impl Wire {
    pub(crate) fn plain(stream: TcpStream, stop: Arc<Stop>, idle: Duration) -> io::Result<Self> {
        stream.set_read_timeout(Some(idle))?;
        stream.set_write_timeout(Some(idle))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            transport: Transport::Plain(stream),
            pending: Vec::new(),
            stop,
            idle,
        })
    }

    /// Puts TLS over a plain wire and shakes hands.
    pub(crate) fn secure(self, config: &Arc<ServerConfig>) -> io::Result<Self> {
        let Transport::Plain(mut stream) = self.transport else {
            return Err(io::ErrorKind::AlreadyExists.into());
        };
        let mut connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        while connection.is_handshaking() {
            connection.complete_io(&mut stream)?;
        }
        let transport = Transport::Tls(Box::new(StreamOwned::new(connection, stream)));
        Ok(Self { transport, ..self })
    }

    /// The server name and the protocol that the client chose.
    pub(crate) fn negotiated(&self) -> (Option<&str>, Option<&[u8]>) {
        match &self.transport {
            Transport::Plain(_) => (None, None),
            Transport::Tls(tls) => (tls.conn.server_name(), tls.conn.alpn_protocol()),
        }
    }

    fn socket(&self) -> &TcpStream {
        match &self.transport {
            Transport::Plain(stream) => stream,
            Transport::Tls(tls) => &tls.sock,
        }
    }

    /// Reads more; 0 at the end.
    pub(crate) fn fill(&mut self) -> io::Result<usize> {
        let mut buffer = [0; READ_OCTETS];
        let count = match &mut self.transport {
            Transport::Plain(stream) => stream.read(&mut buffer)?,
            Transport::Tls(tls) => match tls.read(&mut buffer) {
                // closed without close_notify: clients do
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
                result => result?,
            },
        };
        self.pending.extend(buffer.iter().take(count));
        Ok(count)
    }

    /// Hands some octets to the network and says how many.
    pub(crate) fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match &mut self.transport {
            Transport::Plain(stream) => stream.write(octets),
            Transport::Tls(tls) => {
                let count = tls.write(octets)?;
                tls.flush()?;
                Ok(count)
            }
        }
    }

    /// Waits until the client closes or the server stops; says whether it was the client.
    pub(crate) fn hold(&mut self) -> io::Result<bool> {
        self.socket().set_read_timeout(Some(GLANCE))?;
        let ended = loop {
            match self.fill() {
                Ok(0) => break Ok(true),
                // a client that goes on sending is not read without end
                Ok(_) if self.pending.len() > READ_OCTETS * 4 => break Ok(true),
                Ok(_) => {}
                Err(error) if is_timeout(&error) => {}
                Err(error) => break Err(error),
            }
            if self.stop.is_stopped() {
                break Ok(false);
            }
        };
        self.socket().set_read_timeout(Some(self.idle))?;
        ended
    }

    /// Closes with an end that the client can see.
    pub(crate) fn close(mut self) {
        if let Transport::Tls(tls) = &mut self.transport {
            tls.conn.send_close_notify();
            let _ = tls.conn.write_tls(&mut tls.sock);
        }
        let socket = self.socket();
        let _ = socket.shutdown(Shutdown::Write);
        // unread octets would turn the close into a reset and take back what was sent
        let _ = socket.set_read_timeout(Some(GLANCE));
        let mut rest = [0; READ_OCTETS];
        let mut socket = socket;
        for _ in 0..64 {
            if !matches!(socket.read(&mut rest), Ok(count) if count > 0) {
                break;
            }
        }
    }

    /// Closes with a reset (RFC 9293 §3.10.7).
    pub(crate) fn reset(self) {
        let _ = socket2::SockRef::from(self.socket()).set_linger(Some(Duration::ZERO));
    }
}

/// What a read time-out is called differs between systems.
pub(crate) fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
