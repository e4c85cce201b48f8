//! The crate seen from outside: with storage and a virus scanner as they run elsewhere.

#[cfg(test)]
mod clamd;
#[cfg(test)]
mod storage;
