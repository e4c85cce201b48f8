//! «Рабочее место детского сада»: the pages of the staff (R19), a group that no parent loads. The router of the app knows
//! one address for all of them; which page it is, [`routes`] says.

mod about;
mod camera;
mod capacity;
mod child;
mod colleagues;
mod frame;
mod places;
mod pressed;
mod routes;
mod start;
mod state;

pub use camera::{Grey, decode};
pub use capacity::{DeskBar, StaffChoice};
pub use frame::DeskPages;
