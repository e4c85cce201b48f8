//! What a process has only so many of, and one address still fewer: connections, and those of them on
//! which somebody listens.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

#[derive(Debug)]
pub struct Seats {
    bound: Bound,
    taken: Mutex<Taken>,
}

/// How many there are, and how many of them one address may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    pub all: u32,
    pub of_address: u32,
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
    #[must_use]
    pub fn new(bound: Bound) -> Arc<Self> {
        Arc::new(Self {
            bound,
            taken: Mutex::default(),
        })
    }

    /// Whether half of them are taken.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all > self.bound.all / 2
    }

    /// A seat for one of many who share an address, while there is one.
    #[must_use]
    pub fn take_freely(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        self.take_within(address, u32::MAX)
    }

    /// A seat for somebody at an address, while there is one.
    #[must_use]
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        self.take_within(address, self.bound.of_address)
    }

    fn take_within(self: &Arc<Self>, address: IpAddr, most: u32) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.by_address.get(&address).copied().unwrap_or_default();
        if taken.all >= self.bound.all || of_address >= most {
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
        let seats = Seats::new(Bound {
            all: 6,
            of_address: 5,
        });
        let mut taken: Vec<_> = (0..5).map(|_| seats.take(address(1))).collect();
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
    fn more_than_half_is_a_crowd() {
        let seats = Seats::new(Bound {
            all: 4,
            of_address: 4,
        });
        let two = [seats.take(address(1)), seats.take(address(2))];
        assert!(!seats.is_crowded());
        let third = seats.take(address(2));
        assert!(seats.is_crowded());
        drop((two, third));
        assert!(!seats.is_crowded());
    }

    #[test]
    fn addresses_that_have_left_are_forgotten() {
        let seats = Seats::new(Bound {
            all: 2,
            of_address: 2,
        });
        drop(seats.take(address(1)));
        let taken = seats.taken.lock().unwrap();
        assert_eq!((taken.all, taken.by_address.len()), (0, 0));
    }
}
