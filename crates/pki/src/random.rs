//! Randomness from the operating system, or in the browser from `crypto.getRandomValues`.
//!
//! The one adapter of its kind; everything else here takes its randomness as an argument.

use rsa::rand_core::{CryptoRng, Error, RngCore};

/// The system's source of randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl RngCore for SystemRandom {
    fn next_u32(&mut self) -> u32 {
        rsa::rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rsa::rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        // Keys and signatures made without randomness would be worse than none at all, and the
        // trait has no way to say so.
        assert!(
            getrandom::fill(dest).is_ok(),
            "the system gives no randomness"
        );
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(dest).map_err(|_| {
            // A code outside of what the system uses.
            Error::from(core::num::NonZeroU32::MIN.saturating_add(Error::CUSTOM_START))
        })
    }
}

impl CryptoRng for SystemRandom {}
