//! What holds for the project as a whole: its inner arrows, and that its guide works.

mod architecture;
mod circles;
mod city;
mod documents;
mod guide;
mod holidays;
pub mod sources;
