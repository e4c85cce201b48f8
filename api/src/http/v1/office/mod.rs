//! The operations of officials (R18).

pub mod annulments;
pub mod applications;
pub mod appointments;
pub mod audit;
pub mod benefits;
pub mod calendar;
pub mod decisions;
pub mod groups;
pub mod imports;
pub mod kindergartens;
pub mod localities;
pub mod planned_changes;
pub mod suspensions;
