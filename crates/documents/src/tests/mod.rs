//! The papers as a parent gets them: made, read back by programs of other people, attacked.

mod facts;
mod file;
mod hostile;
mod qr;
mod reader;
mod samples;
