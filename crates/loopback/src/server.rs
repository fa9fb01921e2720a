//! Listeners, and the threads behind them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::ServerConfig;

use crate::connection::House;
use crate::keeping::{Keeping, Record, nothing};
use crate::stop::Stop;
use crate::wire::Wire;
use crate::{
    Bounds, Connection, CredentialError, End, Endpoint, Listen, Security, Site, Transcript,
};

/// Names a listener that does not exist; see [`Server::endpoint`].
const NOWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);

/// How a server is to behave.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What it takes and keeps.
    pub bounds: Bounds,
    /// Host names in lower case, without ports, that are served; others get 421. `None` serves any:
    /// only for sites without secrets.
    pub allowed_hosts: Option<BTreeSet<String>>,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// An address outside of 127.0.0.0/8 would serve the network.
    #[error("{0} is not a loopback address")]
    NotLoopback(Ipv4Addr),
    /// No port or thread was to be had.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// TLS cannot serve the certificate.
    #[error(transparent)]
    Credential(#[from] CredentialError),
}

/// A running server. It ends, with all its connections, when the value is dropped.
pub struct Server {
    house: Arc<House>,
    guests: Arc<Guests>,
    listening: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Server")
            .field("endpoints", &self.house.endpoints)
            .finish_non_exhaustive()
    }
}

struct Bound {
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    endpoint: Endpoint,
}

impl Server {
    /// Binds every listener, then serves the site on all of them.
    ///
    /// # Errors
    /// [`StartError`]; nothing is left listening then.
    pub fn start(site: impl Site, listen: &[Listen], options: Options) -> Result<Self, StartError> {
        let bound: Vec<Bound> = listen.iter().map(bind).collect::<Result<_, _>>()?;
        let house = Arc::new(House {
            site: Box::new(site),
            keeping: Keeping::new(&options.bounds),
            bounds: options.bounds,
            allowed_hosts: options.allowed_hosts,
            endpoints: bound.iter().map(|bound| bound.endpoint).collect(),
            stop: Arc::new(Stop::default()),
        });
        let mut server = Self {
            house,
            guests: Arc::default(),
            listening: Vec::new(),
        };
        for (index, bound) in bound.into_iter().enumerate() {
            let address = bound.endpoint.address;
            let listening = server.listen(index, bound);
            // dropped on failure, and with it what listens already
            let listening = listening.map_err(|error| StartError::Listen { address, error })?;
            server.listening.push(listening);
        }
        Ok(server)
    }

    fn listen(&self, index: usize, bound: Bound) -> io::Result<JoinHandle<()>> {
        let (house, guests) = (Arc::clone(&self.house), Arc::clone(&self.guests));
        std::thread::Builder::new()
            .name("loopback listener".to_owned())
            .spawn(move || accept(&house, &guests, index, &bound))
    }

    /// The listeners in the order in which they were asked for.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.house.endpoints
    }

    /// One of the listeners; for one that does not exist, an endpoint nobody can reach.
    pub fn endpoint(&self, index: usize) -> Endpoint {
        let none = Endpoint {
            scheme: crate::Scheme::Http,
            address: NOWHERE,
        };
        self.endpoints().get(index).copied().unwrap_or(none)
    }

    /// What was done so far. A write in progress may not be in it yet: only the transcript of
    /// [`Server::finish`] is sure to be complete.
    pub fn log(&self) -> Transcript {
        self.house.keeping.transcript()
    }

    /// Stops, closes what is open, waits for every thread, and gives the whole transcript.
    pub fn finish(mut self) -> Transcript {
        self.stop();
        self.log()
    }

    fn stop(&mut self) {
        self.house.stop.stop();
        for endpoint in self.house.endpoints.iter() {
            // a connection wakes the listener; if none can be made it is already gone
            let _ = TcpStream::connect_timeout(&endpoint.address, Duration::from_secs(1));
        }
        for listening in self.listening.drain(..) {
            // a panic in a listener has nothing left to harm here
            let _ = listening.join();
        }
        self.guests.dismiss();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn bind(listen: &Listen) -> Result<Bound, StartError> {
    if !listen.address.is_loopback() {
        return Err(StartError::NotLoopback(listen.address));
    }
    let tls = match &listen.security {
        Security::Plain => None,
        Security::Tls { credential, alpn } => Some(credential.server_config(*alpn)?),
    };
    let address = SocketAddr::from((listen.address, listen.port));
    let bound = TcpListener::bind(address)
        .and_then(|listener| listener.local_addr().map(|address| (listener, address)));
    let (listener, address) = bound.map_err(|error| StartError::Listen { address, error })?;
    let scheme = listen.scheme();
    Ok(Bound {
        listener,
        tls,
        endpoint: Endpoint { scheme, address },
    })
}

fn accept(house: &Arc<House>, guests: &Arc<Guests>, index: usize, bound: &Bound) {
    loop {
        let accepted = bound.listener.accept();
        if house.stop.is_stopped() {
            return;
        }
        let Ok((stream, peer)) = accepted else {
            // such as too many open files: wait rather than spin
            house.stop.pause(Duration::from_millis(10));
            continue;
        };
        if guests.open.load(Ordering::SeqCst) >= house.bounds.connections {
            house.keeping.refuse();
            continue;
        }
        let record = house.keeping.open(opened(index, bound, peer));
        // without a thread the connection is dropped; its record stays open and empty
        let _ = admit(house, guests, bound, stream, record);
    }
}

fn opened(index: usize, bound: &Bound, peer: SocketAddr) -> Connection {
    Connection {
        number: 0,
        listener: index,
        scheme: bound.endpoint.scheme,
        local: bound.endpoint.address,
        peer,
        server_name: None,
        alpn: None,
        exchanges: Vec::new(),
        stray: nothing(),
        end: End::Open,
    }
}

fn admit(
    house: &Arc<House>,
    guests: &Arc<Guests>,
    bound: &Bound,
    stream: TcpStream,
    record: Record,
) -> io::Result<()> {
    let number = record.facts().number;
    let place = guests.place(number, stream.try_clone()?);
    let wire = Wire::plain(stream, Arc::clone(&house.stop), house.bounds.idle)?;
    let (house, tls) = (Arc::clone(house), bound.tls.clone());
    let thread = std::thread::Builder::new()
        .name("loopback connection".to_owned())
        .spawn(move || {
            let _place = place;
            house.receive(wire, tls.as_ref(), &record);
        })?;
    guests.keep(thread);
    Ok(())
}

/// The connections that are open, so that they can be ended.
#[derive(Default)]
struct Guests {
    open: AtomicUsize,
    streams: Mutex<BTreeMap<usize, TcpStream>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Guests {
    fn place(self: &Arc<Self>, number: usize, stream: TcpStream) -> Place {
        self.open.fetch_add(1, Ordering::SeqCst);
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.insert(number, stream);
        Place {
            guests: Arc::clone(self),
            number,
        }
    }

    fn keep(&self, thread: JoinHandle<()>) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
    }

    fn dismiss(&self) {
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in streams.values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(streams);
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let threads = std::mem::take(&mut *threads);
        for thread in threads {
            // a site that panicked ended its own connection only
            let _ = thread.join();
        }
    }
}

/// A place among the open connections, given back also by a thread that panics.
struct Place {
    guests: Arc<Guests>,
    number: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.guests.open.fetch_sub(1, Ordering::SeqCst);
        let mut streams = self
            .guests
            .streams
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        streams.remove(&self.number);
    }
}
