//! The rules profile of a locality (R20) at the command line.

use super::{AdminError, core, line};
use crate::{
    config::CoreArgs,
    service::office::localities::{self, Wish},
};
use chrono::NaiveDate;

/// Rules profiles
#[derive(Debug, clap::Subcommand)]
pub enum ProfileCommand {
    /// Change numbers of the profile at once or on a day to come; deadlines that are fixed stay
    Change {
        /// Code of the locality
        #[arg(long)]
        locality: String,
        /// Member with its new value, such as hold_minutes=15 or limits.live_holds=3; may be repeated
        #[arg(long = "set", value_parser = member, required = true)]
        members: Vec<(String, String)>,
        /// First day on which it counts [default: at once]
        #[arg(long)]
        on: Option<NaiveDate>,
        /// Show what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Name of who decided; it stays in the history
        #[arg(long)]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
}

fn member(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "NAME=VALUE is expected".to_owned())
}

/// Runs a command on profiles.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn run(command: ProfileCommand) -> Result<String, AdminError> {
    let ProfileCommand::Change {
        locality,
        members,
        on,
        dry_run,
        by,
        service,
    } = command;
    let core = core(service).await?;
    let wish = Wish {
        locality: &locality,
        members: &members,
        effective_on: on,
        dry_run,
        by: &by,
    };
    let changed = localities::change_by_operator(&core, wish).await;
    core.db.close().await;
    let mut text = String::new();
    for change in changed? {
        let (before, after) = (change.before.to_string(), change.after.to_string());
        line(&mut text, &[&change.pointer, &before, "→", &after]);
    }
    Ok(text)
}
