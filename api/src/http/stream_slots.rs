//! Slots for streams that stay open (server-sent events), per process and per address. A client without
//! one polls.

use crate::open_files;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// Streams of a process.
const MOST: u64 = 20_000;
/// Streams of one address, which a whole village may share.
const OF_ADDRESS: u32 = 200;

#[derive(Debug)]
pub struct StreamSlots {
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
pub struct StreamSlot {
    slots: Arc<StreamSlots>,
    address: IpAddr,
}

impl StreamSlots {
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

    /// A slot for a stream of an address, unless all are taken.
    #[must_use]
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<StreamSlot> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.by_address.get(&address).copied().unwrap_or_default();
        if taken.all >= self.all || of_address >= OF_ADDRESS {
            return None;
        }
        taken.all += 1;
        taken.by_address.insert(address, of_address + 1);
        Some(StreamSlot {
            slots: Arc::clone(self),
            address,
        })
    }
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut taken = self
            .slots
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
    fn streams_are_limited_per_address() {
        let slots = StreamSlots::new(OF_ADDRESS + 1);
        let mut taken: Vec<_> = (0..OF_ADDRESS).map(|_| slots.take(address(1))).collect();
        assert!(taken.iter().all(Option::is_some));
        assert!(slots.take(address(1)).is_none());
        let other = slots.take(address(2));
        assert!(other.is_some());
        assert!(slots.take(address(3)).is_none(), "all are taken");
        taken.pop();
        assert!(slots.take(address(3)).is_some(), "one was given back");
        drop(taken);
        assert!(slots.take(address(1)).is_some());
    }

    #[test]
    fn addresses_without_streams_are_removed() {
        let slots = StreamSlots::new(2);
        drop(slots.take(address(1)));
        let taken = slots.taken.lock().unwrap();
        assert_eq!((taken.all, taken.by_address.len()), (0, 0));
    }
}
