//! The connections of a process. Each takes an open file, and without one nobody is served; so one
//! address has only a part of them, and when half are taken none stays open after its answer.

use super::{
    peer,
    seats::{Bound, Seat, Seats},
};
use crate::{
    config::{Network, Settings},
    open_files,
};
use actix_web::{dev::Extensions, rt::net::TcpStream};
use rustix::net::{Shutdown, shutdown};
use std::{any::Any, sync::Arc};

/// Where the number of open files has no limit, memory has.
const MOST: u64 = 65_536;
/// Connections on which somebody listens.
const MOST_LISTENERS: u64 = 20_000;
/// Of one address; behind some of them there is a whole village.
const LISTENERS_OF_ADDRESS: u32 = 200;

#[derive(Debug)]
pub struct Connections {
    seats: Arc<Seats>,
    trusted_proxies: Vec<Network>,
}

impl Connections {
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            seats: Seats::new(bound(settings)),
            trusted_proxies: settings.trusted_proxies.clone(),
        }
    }

    /// Whether connections are scarce.
    #[must_use]
    pub fn are_scarce(&self) -> bool {
        self.seats.is_crowded()
    }

    /// Counts a new connection until it ends; one too many ends at once.
    pub fn admit(&self, connection: &dyn Any, held: &mut Extensions) {
        let Some(stream) = connection.downcast_ref::<TcpStream>() else {
            return;
        };
        match self.seat(stream) {
            Some(seat) => {
                held.insert(seat);
            }
            // It reads as closed, so whoever serves it finds that nobody is there.
            None => drop(shutdown(stream, Shutdown::Both)),
        }
    }

    fn seat(&self, stream: &TcpStream) -> Option<Seat> {
        let peer = stream.peer_addr().ok()?.ip();
        if self.trusted_proxies.iter().any(|one| one.contains(peer)) {
            // Everybody comes from there.
            return self.seats.take_freely(peer);
        }
        self.seats.take(peer::subscriber(peer))
    }
}

/// A quarter of the open files is for the database, for files and for questions to others.
fn bound(settings: &Settings) -> Bound {
    let files = open_files::allowed().unwrap_or(MOST).min(MOST);
    let part = |part: u64| u32::try_from(part.max(1)).unwrap_or(u32::MAX);
    let limits = &settings.limits;
    Bound {
        all: limits.connections.unwrap_or_else(|| part(files / 4 * 3)),
        of_address: limits
            .connections_of_address
            .unwrap_or_else(|| part(files / 4)),
    }
}

/// As many listeners as this process can have and answer requests besides.
#[must_use]
pub fn listeners() -> Arc<Seats> {
    let half = open_files::allowed().map_or(MOST_LISTENERS, |files| files / 2);
    Seats::new(Bound {
        all: u32::try_from(half.min(MOST_LISTENERS)).unwrap_or(u32::MAX),
        of_address: LISTENERS_OF_ADDRESS,
    })
}
