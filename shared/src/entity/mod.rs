//! What is kept: applications and referrals. A transition consumes the entity and gives what it has
//! become, or refuses; the storage writes nothing else.

mod application;
mod referral;

pub use application::{Application, LapseError};
pub use referral::{Extension, Referral};

/// An entity that a transition has changed, with what it was before. Only transitions make one, so
/// nothing else can be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed<T> {
    before: T,
    now: T,
}

impl<T> Changed<T> {
    const fn new(before: T, now: T) -> Self {
        Self { before, now }
    }

    /// A change that the rules may not know, for tests of what is below them.
    #[cfg(feature = "testing")]
    #[must_use]
    pub const fn for_tests(before: T, now: T) -> Self {
        Self::new(before, now)
    }

    pub const fn before(&self) -> &T {
        &self.before
    }

    pub const fn now(&self) -> &T {
        &self.now
    }

    #[must_use]
    pub fn into_now(self) -> T {
        self.now
    }
}
