//! What officials of an education department do (R18). Everything is entered by the doors, which
//! know the appointments and write the audit log.

pub mod annulments;
pub mod applications;
pub mod appointments;
pub mod audit_log;
pub mod benefits;
pub mod calendar;
pub mod changes;
pub mod deciding;
pub mod decisions;
pub mod doors;
pub mod exports;
pub mod grounds;
pub mod groups;
pub mod imports;
pub mod kindergartens;
pub mod limits;
pub mod localities;
pub mod planned;
pub mod proofs;
mod rows;
pub mod searching;
mod signing;
pub mod suspensions;
