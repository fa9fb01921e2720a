//! A server on the loopback interface that sends exactly the bytes it is told to.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(5);

/// What to do with one connection after its request was read.
pub(crate) enum Behaviour {
    /// Send these bytes and close.
    Send(Vec<u8>),
    /// Send these bytes and then keep the connection open without a word, until the client or the
    /// server goes away.
    SendAndHang(Vec<u8>),
    /// Send these bytes again and again.
    SendForEver(Vec<u8>),
    /// Send these bytes one by one, slowly and again and again.
    Drip(Vec<u8>),
    /// Close without a word.
    Break,
}

pub(crate) struct Loopback {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Loopback {
    /// Serves on a free port; `behave` gets the body of each request.
    pub(crate) fn start(
        behave: impl Fn(&[u8]) -> Behaviour + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::serve(move |_, body| behave(body))
    }

    /// Likewise; `behave` gets the head of each request too.
    pub(crate) fn serve(
        behave: impl Fn(&str, &[u8]) -> Behaviour + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        let behave = Arc::new(behave);
        let listening = std::thread::Builder::new().spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (behave, stop) = (Arc::clone(&behave), Arc::clone(&stop));
                std::thread::spawn(move || {
                    // the client may go away at any point; that is its right
                    let _ = converse(stream, behave.as_ref(), &stop);
                });
            }
        })?;
        Ok(Self {
            address,
            stopped,
            listening: Some(listening),
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let woken = TcpStream::connect_timeout(&self.address, Duration::from_secs(1)).is_ok();
        if let (true, Some(listening)) = (woken, self.listening.take()) {
            let _ = listening.join();
        }
    }
}

fn converse(
    mut stream: TcpStream,
    behave: &dyn Fn(&str, &[u8]) -> Behaviour,
    stop: &AtomicBool,
) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let (head, body) = read_request(&mut stream)?;
    match behave(&head, &body) {
        Behaviour::Send(bytes) => stream.write_all(&bytes),
        Behaviour::SendAndHang(bytes) => {
            stream.write_all(&bytes)?;
            hang(&mut stream, stop)
        }
        Behaviour::Drip(bytes) => {
            for octet in bytes.iter().cycle() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                stream.write_all(&[*octet])?;
                std::thread::sleep(Duration::from_millis(50));
            }
            Ok(())
        }
        Behaviour::Break => Ok(()),
        Behaviour::SendForEver(bytes) => {
            while !stop.load(Ordering::SeqCst) {
                stream.write_all(&bytes)?;
            }
            Ok(())
        }
    }
}

fn hang(stream: &mut TcpStream, stop: &AtomicBool) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_millis(50)))?;
    let mut one = [0; 1];
    while !stop.load(Ordering::SeqCst) {
        match stream.read(&mut one) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {}
                _ => return Err(error),
            },
        }
    }
    Ok(())
}

fn read_request(stream: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        read_some(stream, &mut bytes)?;
    };
    let length = content_length(bytes.get(..head).unwrap_or_default());
    while bytes.len() < head + length {
        read_some(stream, &mut bytes)?;
    }
    let body = bytes.split_off(head);
    Ok((String::from_utf8_lossy(&bytes).into_owned(), body))
}

fn read_some(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut chunk = [0; 4096];
    match stream.read(&mut chunk)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        count => {
            bytes.extend(chunk.iter().take(count));
            Ok(())
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    String::from_utf8_lossy(head)
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}
