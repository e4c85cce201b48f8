//! What officials of an education department do (R18). Everything is entered by the doors, which
//! know the appointments and write the audit log.

pub mod appointments;
pub mod audit_log;
pub mod doors;
pub mod exports;
pub mod imports;
pub mod limits;
pub mod searching;
pub mod suspensions;
