//! Tests of the running service and of its storage, in one binary. They read as sentences: the
//! module is the subject, the function says what holds.

#[cfg(test)]
mod api;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod db;
#[cfg(test)]
mod faults;
