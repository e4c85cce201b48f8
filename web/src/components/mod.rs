//! The parts that pages are made of: thin, with the semantic markup of the GOV.UK Design System
//! and styles of our own. A component knows words and looks, never an address of the service.

pub mod acts;
pub mod calendar_file;
pub mod card;
pub mod combobox;
pub mod deadline;
pub mod demo_clock;
pub mod dialog;
pub mod document;
pub mod facts;
pub mod fields;
pub mod form;
pub mod hand_over;
pub mod heading;
pub mod hold;
pub mod kindergarten;
pub mod links;
pub mod loading;
pub mod matching;
pub mod notes;
pub mod notice;
pub mod outcome;
pub mod paper_card;
pub mod reasons;
pub mod save;
pub mod scans;
pub mod session_warning;
pub mod shell;
pub mod steps;
pub mod subscriptions;
pub mod suspension;
pub mod tag;
pub mod trouble;
pub mod waiting;

#[cfg(all(test, target_family = "wasm"))]
mod tests;
