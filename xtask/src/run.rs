//! `cargo xtask run`: from a fresh clone to a page in the browser.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::progress::{Progress, note, seconds};
use crate::server;
use crate::tools;
use crate::web::{self, Build};
use crate::workspace::Workspace;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The port on 127.0.0.1 that the server listens on.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE; a file in the data folder when
    /// left out.
    #[arg(long, value_name = "URL", value_parser = database_url)]
    database_url: Option<String>,
    /// Where the database, the demo keys and the mail are kept; `data` beside this repository's
    /// Cargo.toml when left out.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Begins with fresh demo data; what is there is deleted.
    #[arg(long)]
    fresh: bool,
    /// Builds the server with all optimisations (takes longer).
    #[arg(long)]
    release: bool,
    /// Builds the pages fast, for developers: not optimised, not compressed.
    #[arg(long)]
    dev_pages: bool,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    check_port(args.port)?;
    let mut progress = Progress::of(4);

    progress.step("tools");
    let pages = if args.dev_pages {
        Build::Dev
    } else {
        Build::Release
    };
    tools::ensure_wasm_target()?;
    if pages == Build::Release {
        tools::ensure_wasm_opt(&workspace)?;
    }
    // Without its package the service takes no PDF of proofs.
    tools::install_missing(&[tools::Tool::Pdftotext])?;
    progress.done("there");

    progress.step("pages (WebAssembly; minutes the first time)");
    progress.done(web::build_as(&workspace, pages)?);

    progress.step("server (minutes the first time)");
    let binary = server::build(&workspace, args.release)?;
    progress.done("built");

    progress.step("start");
    let here = std::env::current_dir().context("the current folder is gone")?;
    let data = match &args.data {
        Some(folder) => folder.clone(),
        None => from_here(&workspace.root.join("data"), &here),
    };
    let database_url = match &args.database_url {
        Some(url) => url.clone(),
        None => server::sqlite_url(&data),
    };
    let options = server::Options {
        port: args.port,
        database_url: &database_url,
        data: &data,
        web: Some(&from_here(&workspace.dist(), &here)),
        fresh: args.fresh,
        rate_limits: true,
    };
    let mut running = options.start(&binary)?;
    let ended = match server::wait_ready(&mut running, args.port)? {
        Some(status) => status,
        None => {
            progress.done("ready");
            note(&format!(
                "http://127.0.0.1:{} after {} in all; Ctrl-C stops it",
                args.port,
                seconds(progress.elapsed())
            ));
            running.wait()?
        }
    };
    Ok(ExitCode::from(process::exit_code(ended)))
}

/// Another program on the port would answer in the server's place.
fn check_port(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is in use: stop what listens there or choose another with --port")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on port {port}")),
    }
}

/// The path as a person in the folder `here` would write it.
fn from_here(path: &Path, here: &Path) -> PathBuf {
    path.strip_prefix(here).unwrap_or(path).to_path_buf()
}

fn database_url(text: &str) -> Result<String, String> {
    let known = ["sqlite://", "postgres://", "postgresql://"];
    if known.iter().any(|scheme| text.starts_with(scheme)) {
        Ok(text.to_owned())
    } else {
        Err("it has to start with sqlite:// or postgres://".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_engines_are_taken() {
        for url in ["sqlite://x.db", "postgres://u@h/d", "postgresql://u@h/d"] {
            assert!(database_url(url).is_ok(), "{url}");
        }
        for url in ["mysql://h/d", "x.db", ""] {
            assert!(database_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_taken_port_is_said_before_anything_is_built() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let error = check_port(taken.local_addr().unwrap().port()).unwrap_err();
        assert!(error.to_string().contains("--port"), "{error}");
    }

    #[test]
    fn paths_are_shown_from_the_users_folder() {
        let here = Path::new("/repo");
        assert_eq!(from_here(Path::new("/repo/data"), here), Path::new("data"));
        assert_eq!(
            from_here(Path::new("/else/data"), here),
            Path::new("/else/data")
        );
    }
}
