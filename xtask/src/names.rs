//! `cargo xtask names`: names that were replaced do not come back.
//!
//! `docs/names.tsv` has a line for each: the old name, the new one, and the folders (git pathspecs)
//! in which the old one would mislead. A name is a word of the code or a path of the tree.

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::report::Outcome;
use crate::workspace::Workspace;

const TABLE: &str = "docs/names.tsv";
/// Decisions speak of their own time.
const DECISIONS: &str = "docs/adr";

#[derive(Debug, PartialEq, Eq)]
struct Renaming<'t> {
    old: &'t str,
    new: &'t str,
    places: Vec<&'t str>,
}

pub fn run() -> Result<ExitCode> {
    Ok(check(&Workspace::locate()?)?.tell())
}

/// Each line of the table is a check.
pub fn check(workspace: &Workspace) -> Result<Outcome> {
    let path = workspace.root.join(TABLE);
    let table = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    if !process::succeeds(git(workspace).arg("rev-parse")) {
        return Ok(Outcome::skipped(
            "names: the tree is no clone of a repository",
        ));
    }
    let files = process::output(git(workspace).arg("ls-files"))?;
    let files: Vec<&str> = files.lines().collect();
    let mut outcome = Outcome::default();
    for renaming in read(&table)? {
        let Renaming { old, new, places } = &renaming;
        let found = if is_path(old) {
            files
                .iter()
                .find(|file| is_below(file, old))
                .map(|file| (*file).to_owned())
        } else {
            first_use(workspace, old, places)
        };
        let known = if is_path(new) {
            files.iter().any(|file| is_below(file, new))
        } else {
            first_use(workspace, new, &[]).is_some()
        };
        match found {
            Some(place) => outcome
                .failures
                .push(format!("{old} is called {new} now: {place}")),
            None if !known => outcome.failures.push(format!(
                "{new} is not in the tree: {TABLE} has to say what {old} is called now"
            )),
            None => outcome.passed += 1,
        }
    }
    Ok(outcome)
}

fn read(table: &str) -> Result<Vec<Renaming<'_>>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(
            |line| match line.split('\t').collect::<Vec<_>>().as_slice() {
                [old, new, places] if !old.is_empty() && !new.is_empty() => Ok(Renaming {
                    old,
                    new,
                    places: places
                        .split(' ')
                        .filter(|place| !place.is_empty())
                        .collect(),
                }),
                _ => bail!("{TABLE}: old, new and where, with tabs between them: {line}"),
            },
        )
        .collect()
}

fn is_path(name: &str) -> bool {
    name.contains('/')
}

/// Whether a file is the one of the path, or in the folder of the path.
fn is_below(file: &str, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    file.strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The first line with the word; no place means the whole tree.
fn first_use(workspace: &Workspace, word: &str, places: &[&str]) -> Option<String> {
    let mut grep = git(workspace);
    grep.args(["grep", "--untracked", "-n", "-w", "-F", "-e", word, "--"]);
    grep.args(places);
    grep.args([format!(":!{TABLE}"), format!(":!{DECISIONS}")]);
    // Without a line git answers with a failure.
    let lines = process::output(&mut grep).ok()?;
    lines.lines().next().map(str::to_owned)
}

fn git(workspace: &Workspace) -> Command {
    let mut git = Command::new("git");
    git.current_dir(&workspace.root);
    git
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_comments_left_out() {
        let table = "# old\tnew\twhere\nkeep_lines\tkeep_facts\tapi/src shared\na/b.rs\tc/d.rs\t\n";
        let expected = [
            Renaming {
                old: "keep_lines",
                new: "keep_facts",
                places: vec!["api/src", "shared"],
            },
            Renaming {
                old: "a/b.rs",
                new: "c/d.rs",
                places: Vec::new(),
            },
        ];
        assert_eq!(read(table).unwrap(), expected);
        assert!(read("only\ttwo\n").is_err());
        assert!(read("\tnew\tapi\n").is_err());
    }

    #[test]
    fn a_path_is_a_file_or_a_folder_of_that_very_name() {
        assert!(is_below("api/src/db/mod.rs", "api/src/db"));
        assert!(is_below("api/src/db.rs", "api/src/db.rs"));
        assert!(!is_below("api/src/db.rs", "api/src/db"));
        assert!(!is_below("api/src/dbx/mod.rs", "api/src/db"));
    }

    #[test]
    fn an_old_name_that_comes_back_is_found_by_its_line() {
        let workspace = Workspace::locate().unwrap();
        let found = first_use(
            &workspace,
            "an_old_name_that_comes_back_is_found_by_its_line",
            &[],
        );
        assert!(found.unwrap().starts_with("xtask/src/names.rs:"));
        let elsewhere = first_use(
            &workspace,
            "an_old_name_that_comes_back_is_found_by_its_line",
            &["api"],
        );
        assert_eq!(elsewhere, None);
    }
}
