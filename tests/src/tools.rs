//! Programs of the machine that nobody here wrote.

use std::{
    path::Path,
    process::{Command, Output},
};

/// Whether a program is there; where it is not, says that the test is skipped.
#[must_use]
pub fn is_there(program: &str) -> bool {
    let there = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output()
        .is_ok_and(|output| output.status.success());
    if !there {
        println!("skipped: no {program} on this machine");
    }
    there
}

/// Runs a program in a folder and wants it to succeed.
///
/// # Panics
/// When it does not.
#[must_use]
pub fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let output = try_run(folder, program, arguments);
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Runs a program in a folder.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn try_run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"))
}
