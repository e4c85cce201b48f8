//! Connections that stay open: how many of them a process has, and one address. Whoever gets none
//! can still ask every so often.

use crate::open_files;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

const MOST: u64 = 20_000;
/// Of one address; behind some of them there is a whole village.
const OF_ADDRESS: u32 = 200;

#[derive(Debug)]
pub struct Seats {
    all: u32,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: u32,
    by_address: HashMap<IpAddr, u32>,
}

/// Given back when dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Seats>,
    address: IpAddr,
}

impl Seats {
    /// As many as this process can have and answer requests besides.
    #[must_use]
    pub fn of_process() -> Arc<Self> {
        let half = open_files::allowed().map_or(MOST, |files| files / 2);
        Self::new(u32::try_from(half.min(MOST)).unwrap_or(u32::MAX))
    }

    #[must_use]
    pub fn new(all: u32) -> Arc<Self> {
        Arc::new(Self {
            all,
            taken: Mutex::default(),
        })
    }

    /// A seat for somebody at an address, while there is one.
    #[must_use]
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.by_address.get(&address).copied().unwrap_or_default();
        if taken.all >= self.all || of_address >= OF_ADDRESS {
            return None;
        }
        taken.all += 1;
        taken.by_address.insert(address, of_address + 1);
        Some(Seat {
            seats: Arc::clone(self),
            address,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self
            .seats
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        if let Some(of_address) = taken.by_address.get_mut(&self.address) {
            *of_address = of_address.saturating_sub(1);
            if *of_address == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn address(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))
    }

    #[test]
    fn one_address_does_not_take_all() {
        let seats = Seats::new(OF_ADDRESS + 1);
        let mut taken: Vec<_> = (0..OF_ADDRESS).map(|_| seats.take(address(1))).collect();
        assert!(taken.iter().all(Option::is_some));
        assert!(seats.take(address(1)).is_none());
        let other = seats.take(address(2));
        assert!(other.is_some());
        assert!(seats.take(address(3)).is_none(), "all are taken");
        taken.pop();
        assert!(seats.take(address(3)).is_some(), "one was given back");
        drop(taken);
        assert!(seats.take(address(1)).is_some());
    }

    #[test]
    fn addresses_that_have_left_are_forgotten() {
        let seats = Seats::new(2);
        drop(seats.take(address(1)));
        let taken = seats.taken.lock().unwrap();
        assert_eq!((taken.all, taken.by_address.len()), (0, 0));
    }
}
