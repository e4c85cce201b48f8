//! The keys that encrypt scans of proofs (R21), at the command line.

use super::{AdminError, connect};
use crate::{
    config::{ChosenDatabase, ServeArgs},
    scans,
    service::life::scans::seal_anew,
    startup,
};
use balabaqsha_scans::Keys;

/// Scans of proofs
#[derive(Debug, clap::Subcommand)]
pub enum ScanCommand {
    /// Add a key to the key file and encrypt the keys of all scans by it; takes the flags of `serve`. Running
    /// processes need not be stopped, and the older keys can be taken out of the file afterwards
    RotateKey(Box<ServeArgs>),
}

/// Runs a command on scans.
///
/// # Errors
/// With what is wrong. A key that was added stays; once more goes on.
pub async fn run(command: ScanCommand) -> Result<String, AdminError> {
    let ScanCommand::RotateKey(arguments) = command;
    let settings = arguments.settings()?;
    let chosen = ChosenDatabase {
        url: settings.database_url.clone(),
        mode: Some(settings.mode()),
    };
    let db = connect(&chosen).await?;
    let keys = Keys::add(&scans::key_file(&settings))?;
    let newest = keys.newest_id().clone();
    let opened = startup::open_scans(&settings, &db).await?;
    let sealed = seal_anew(&db, &opened, newest.as_str()).await;
    db.close().await;
    Ok(format!(
        "new key {newest}; keys of scans sealed anew: {}\n",
        sealed?
    ))
}
