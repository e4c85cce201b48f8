//! «Кабинет специалиста»: the pages of officials (R18), a group of their own that no parent loads. The router
//! of the app knows one address for all of them; which page it is, [`routes`] says.

mod application;
mod applications;
mod appoint;
mod appointments;
mod audit;
mod benefits;
mod calendar;
mod capacity;
mod editor;
mod export;
mod frame;
mod group;
mod import;
mod imports;
mod kindergarten;
mod kindergartens;
mod list;
mod localities;
mod queue;
mod registry;
mod routes;
mod start;
mod state;
mod suspensions;
mod waiting;
mod words;

pub use capacity::{CapacityBar, CapacityPage};
pub use frame::OfficePages;
pub use queue::QueuePages;
