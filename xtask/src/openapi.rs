//! `openapi.yaml`: printed by the server from its own code, kept in the repository, never edited.

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::server;
use crate::workspace::Workspace;

pub fn command(check: bool) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    if check {
        compare(&workspace)?;
        println!("openapi.yaml is what the code says");
    } else {
        let path = workspace.openapi();
        fs::write(&path, generate(&workspace)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("openapi.yaml is written");
    }
    Ok(ExitCode::SUCCESS)
}

/// An error that shows the first line where the file and the code differ.
pub fn compare(workspace: &Workspace) -> Result<()> {
    let generated = generate(workspace)?;
    let kept = fs::read_to_string(workspace.openapi()).unwrap_or_default();
    match first_difference(&kept, &generated) {
        None => Ok(()),
        Some((line, kept, generated)) => bail!(
            "openapi.yaml is not what the code says; `cargo xtask openapi` writes it\n\
             line {line} of the file: {kept}\n\
             line {line} of the code: {generated}"
        ),
    }
}

fn generate(workspace: &Workspace) -> Result<String> {
    let binary = server::build(workspace, false)?;
    let text = process::output(Command::new(binary).arg("openapi"))?;
    if !text.starts_with("openapi:") {
        bail!("`balabaqsha openapi` printed no OpenAPI document");
    }
    Ok(text)
}

/// The number of the first line that differs, and what stands there on each side.
fn first_difference<'t>(kept: &'t str, generated: &'t str) -> Option<(usize, &'t str, &'t str)> {
    if kept == generated {
        return None;
    }
    let (mut left, mut right) = (kept.lines(), generated.lines());
    let mut number = 1;
    loop {
        match (left.next(), right.next()) {
            (Some(a), Some(b)) if a == b => number += 1,
            (a, b) => {
                return Some((number, a.unwrap_or("(its end)"), b.unwrap_or("(its end)")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_shown() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some((2, "b", "c")));
        assert_eq!(
            first_difference("a\n", "a\nc\n"),
            Some((2, "(its end)", "c"))
        );
        assert_eq!(first_difference("", "a\n"), Some((1, "(its end)", "a")));
        // Only the last line's end differs.
        assert_eq!(
            first_difference("a", "a\n"),
            Some((2, "(its end)", "(its end)"))
        );
    }
}
