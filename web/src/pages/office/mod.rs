//! «Кабинет специалиста»: the pages of officials (R18), a group of their own that no parent loads. The router
//! of the app knows one address for all of them; which page it is, [`routes`] says.

mod applications;
mod appoint;
mod appointments;
mod audit;
mod capacity;
mod export;
mod frame;
mod list;
mod routes;
mod start;
mod state;
mod words;

pub use capacity::{CapacityBar, CapacityPage};
pub use frame::OfficePages;
