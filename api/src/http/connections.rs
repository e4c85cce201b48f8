//! The connections of a process. Each takes open files, and without one nobody is served; so one address
//! has only a part of them. Where they are all taken, whoever comes gets the place of a connection on
//! which nothing has happened for the longest time.

use super::peer;
use crate::{
    config::{Network, Settings},
    open_files,
};
use actix_web::{dev::Extensions, rt::net::TcpStream};
use rustix::net::{Shutdown, shutdown};
use std::{
    any::Any,
    collections::{BTreeMap, HashMap},
    fmt,
    net::IpAddr,
    num::NonZeroUsize,
    os::fd::{AsFd, OwnedFd},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// Where the number of open files has no limit, memory has.
const MOST_FILES: u64 = 65_536;
/// A connection and the handle by which it can be ended.
const FILES_OF_ONE: u64 = 2;

/// How many there are, and how many of them one address may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bound {
    all: usize,
    of_address: usize,
}

impl Bound {
    /// A quarter of the open files is for the database, for files and for questions to others.
    fn of(settings: &Settings) -> Self {
        let files = open_files::allowed().unwrap_or(MOST_FILES).min(MOST_FILES);
        let part = |files: u64| {
            let connections = usize::try_from(files / FILES_OF_ONE).unwrap_or(usize::MAX);
            connections.max(1)
        };
        let limits = &settings.limits;
        Self {
            all: limits
                .connections
                .map_or_else(|| part(files / 4 * 3), NonZeroUsize::get),
            of_address: limits
                .connections_of_address
                .map_or_else(|| part(files / 4), NonZeroUsize::get),
        }
    }
}

#[derive(Debug)]
pub struct Connections {
    bound: Bound,
    trusted_proxies: Vec<Network>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    /// In the order in which they came.
    all: BTreeMap<u64, Connection>,
    by_address: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Connection {
    address: IpAddr,
    socket: OwnedFd,
    /// Absent while a request is being answered.
    idle_since: Option<Instant>,
}

impl Open {
    fn of_address(&self, address: IpAddr) -> usize {
        self.by_address.get(&address).copied().unwrap_or_default()
    }

    fn add(&mut self, connection: Connection) -> u64 {
        let number = self.next;
        self.next += 1;
        *self.by_address.entry(connection.address).or_default() += 1;
        self.all.insert(number, connection);
        number
    }

    fn remove(&mut self, number: u64) -> Option<Connection> {
        let connection = self.all.remove(&number)?;
        let address = connection.address;
        if let Some(count) = self.by_address.get_mut(&address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_address.remove(&address);
            }
        }
        Some(connection)
    }

    /// Ends the one that has been idle for the longest time; false when none is.
    fn shed(&mut self, of: Option<IpAddr>) -> bool {
        let idle = self
            .all
            .iter()
            .filter(|(_, one)| of.is_none_or(|address| one.address == address))
            .filter_map(|(number, one)| Some((one.idle_since?, *number)))
            .min();
        let Some(connection) = idle.and_then(|(_, number)| self.remove(number)) else {
            return false;
        };
        end(&connection.socket);
        true
    }
}

/// Its reader finds that nobody is there any more. When that fails it has ended by itself.
fn end(socket: impl AsFd) {
    let _ = shutdown(socket, Shutdown::Both);
}

/// The place of a connection, given back when it is dropped.
pub struct Place {
    connections: Arc<Connections>,
    number: u64,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().remove(self.number);
    }
}

/// Which connection a request has come by.
#[derive(Clone, Debug)]
pub struct Busy {
    connections: Arc<Connections>,
    number: u64,
}

impl Place {
    /// A request is being answered on it.
    #[must_use]
    pub fn busy(&self) -> Busy {
        self.connections.set_idle(self.number, None);
        Busy {
            connections: Arc::clone(&self.connections),
            number: self.number,
        }
    }
}

impl Busy {
    /// The request is answered.
    pub fn over(&self) {
        self.connections.set_idle(self.number, Some(Instant::now()));
    }
}

impl Connections {
    #[must_use]
    pub fn new(settings: &Settings) -> Arc<Self> {
        Arc::new(Self {
            bound: Bound::of(settings),
            trusted_proxies: settings.trusted_proxies.clone(),
            open: Mutex::default(),
        })
    }

    /// Whether more than half of them are taken.
    #[must_use]
    pub fn are_scarce(&self) -> bool {
        self.open().all.len() > self.bound.all / 2
    }

    /// Gives a new connection its place until it ends; one for which there is none ends at once.
    pub fn admit(self: &Arc<Self>, connection: &dyn Any, held: &mut Extensions) {
        let Some(stream) = connection.downcast_ref::<TcpStream>() else {
            return;
        };
        match self.place(stream) {
            Some(place) => {
                held.insert(place);
            }
            None => end(stream),
        }
    }

    fn place(self: &Arc<Self>, stream: &TcpStream) -> Option<Place> {
        let peer = stream.peer_addr().ok()?.ip();
        // Behind a proxy is everybody.
        let shared = self.trusted_proxies.iter().any(|one| one.contains(peer));
        let address = peer::subscriber(peer);
        let socket = stream.as_fd().try_clone_to_owned().ok()?;
        let mut open = self.open();
        let full_of_one = !shared && open.of_address(address) >= self.bound.of_address;
        if full_of_one && !open.shed(Some(address)) {
            return None;
        }
        if open.all.len() >= self.bound.all && !open.shed(None) {
            return None;
        }
        let number = open.add(Connection {
            address,
            socket,
            idle_since: Some(Instant::now()),
        });
        drop(open);
        Some(Place {
            connections: Arc::clone(self),
            number,
        })
    }

    fn set_idle(&self, number: u64, since: Option<Instant>) {
        if let Some(connection) = self.open().all.get_mut(&number) {
            connection.idle_since = since;
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
