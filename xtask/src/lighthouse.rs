//! `cargo xtask lighthouse`: Lighthouse's figures of the pages as built, on its simulated phone.
//! Not a part of `cargo xtask test`: the figures depend on the machine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process;
use crate::progress::{Progress, note};
use crate::server;
use crate::test::browser::Browser;
use crate::tools::{self, Tool};
use crate::web;
use crate::workspace::Workspace;

/// The last line of Lighthouse for the Node.js that Debian has.
const LIGHTHOUSE: &str = "lighthouse@12.8.2";
const SCRIPT: &str = "lighthouse.mjs";

/// What one page has to reach.
const LEAST_PERFORMANCE: u32 = 90;
const LONGEST_LCP_MS: f64 = 2_500.0;
const LONGEST_TBT_MS: f64 = 200.0;
const LARGEST_CLS: f64 = 0.05;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// How often each page is measured; the median counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..))]
    runs: u8,
    /// Measures the development build of the server.
    #[arg(long)]
    dev: bool,
}

/// The medians of one page, as the script prints them; times in milliseconds.
#[derive(Debug, Deserialize)]
struct Figures {
    page: String,
    performance: u32,
    fcp: f64,
    lcp: f64,
    tbt: f64,
    cls: f64,
}

impl Figures {
    fn line(&self) -> String {
        format!(
            "{:<14}{:>12}{:>10.0} ms{:>10.0} ms{:>10.0} ms{:>10.3}",
            self.page, self.performance, self.fcp, self.lcp, self.tbt, self.cls
        )
    }

    fn short_of(&self) -> Vec<&'static str> {
        [
            (self.performance < LEAST_PERFORMANCE, "performance"),
            (self.lcp > LONGEST_LCP_MS, "largest contentful paint"),
            (self.tbt > LONGEST_TBT_MS, "total blocking time"),
            (self.cls > LARGEST_CLS, "layout shift"),
        ]
        .into_iter()
        .filter_map(|(short, what)| short.then_some(what))
        .collect()
    }
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let mut progress = Progress::of(3);
    progress.step("tools");
    tools::install_missing(&Browser::TOOLS)?;
    let browser = Browser::find(&workspace)?;
    let folder = install(&workspace)?;
    progress.done("there");

    progress.step("pages and server");
    note(web::build(&workspace)?);
    let binary = server::build(&workspace, !args.dev)?;
    progress.done("built");

    progress.step("Lighthouse");
    println!(
        "{:<14}{:>12}{:>13}{:>13}{:>13}{:>10}",
        "page", "performance", "FCP", "LCP", "TBT", "CLS"
    );
    let mut command = browser.node(&workspace)?;
    command
        .arg(SCRIPT)
        .env(server::BINARY_VARIABLE, binary)
        .env("LIGHTHOUSE_FOLDER", folder)
        .env("LIGHTHOUSE_RUNS", args.runs.to_string());
    let mut short = BTreeMap::new();
    let mut unread = None;
    let status = process::stream(&mut command, |line| match read(line) {
        Ok(figures) => {
            println!("{}", figures.line());
            let what = figures.short_of();
            if !what.is_empty() {
                short.insert(figures.page, what.join(", "));
            }
        }
        Err(error) => unread = Some(error),
    })?;
    if !status.success() {
        bail!("the measurement failed: {status}");
    }
    if let Some(error) = unread {
        return Err(error);
    }
    progress.done("measured");
    for (page, what) in &short {
        println!("{page} falls short: {what}");
    }
    Ok(if short.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read(line: &str) -> Result<Figures> {
    serde_json::from_str(line).with_context(|| format!("no figures: {line}"))
}

/// Lighthouse in a folder of this tool's own.
fn install(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.scratch()?.join("lighthouse");
    let there = folder.join("node_modules/lighthouse/package.json");
    if !there.is_file() {
        let npm = Tool::Npm.find().with_context(|| Tool::Npm.missing())?;
        note(&format!("installing {LIGHTHOUSE} with npm"));
        process::run(
            Command::new(npm)
                .args(["install", "--no-save", "--no-audit", "--no-fund"])
                .args(["--ignore-scripts", "--prefix"])
                .arg(&folder)
                .arg(LIGHTHOUSE),
        )?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(performance: u32, lcp: f64, tbt: f64, cls: f64) -> Figures {
        Figures {
            page: "home".to_owned(),
            performance,
            fcp: 900.0,
            lcp,
            tbt,
            cls,
        }
    }

    #[test]
    fn figures_at_their_limits_suffice() {
        assert!(figures(90, 2_500.0, 200.0, 0.05).short_of().is_empty());
    }

    #[test]
    fn each_figure_beyond_its_limit_is_named() {
        let short = figures(89, 2_501.0, 201.0, 0.06).short_of();
        assert_eq!(
            short,
            [
                "performance",
                "largest contentful paint",
                "total blocking time",
                "layout shift"
            ]
        );
    }

    #[test]
    fn figures_are_read_from_the_lines_of_the_script() {
        let line = r#"{"page":"home","performance":97,"fcp":1,"lcp":2.5,"tbt":0,"cls":0.01}"#;
        let read = read(line).unwrap();
        assert_eq!((read.page.as_str(), read.performance), ("home", 97));
        assert!(super::read("Lighthouse says hello").is_err());
    }
}
