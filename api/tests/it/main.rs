//! The program from outside, as a command.

#[cfg(test)]
mod eds;
