//! What an operator does at the command line beside serving: days of the calendar, programs of
//! organisations, referrals that an official ends, keys of access tokens. Each command answers with the text to print.

pub mod doctor;
pub mod limits;
pub mod officials;
pub mod profile;
pub mod scans;
pub mod suspensions;
pub mod tables;

use crate::{
    access::keys,
    app::Core,
    clock::{self, Clock, SystemClock, TestClock},
    config::{ChosenDatabase, CoreArgs, DatabaseArgs, SettingsError},
    demo, error,
    mode::{self, ModeError},
    private_files::{self, PrivateFilesError},
    restored,
    service::{
        life::{
            annulment::{self, AnnulmentError, Wish},
            benefits::{self, OfBefore},
            deciding::DecisionError,
            restoring::{self, Restored, RestoringError},
        },
        office::appointments::AppointmentError,
        programs::clients::{self, ClientError, NewClient},
    },
    timekeeper::Timekeeper,
    upgrade::{self, File, Finished, UpgradeError},
    working_calendar::{
        self, ImportError,
        decree_files::{self, FileError, Format},
    },
};
use balabaqsha_shared::{calendar::decrees::DecreeDay, dto::ServiceMode, time};
use balabaqsha_store::{self as store, Db};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use secrecy::ExposeSecret;
use std::{
    fmt::Write,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The working calendar
#[derive(Debug, clap::Subcommand)]
pub enum CalendarCommand {
    /// Lay days of decrees over the calendar: CSV (date,kind,decree) or JSON, all or nothing
    Import {
        /// File that ends in .csv or .json
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// List the days of a year that differ from a plain five-day week
    Show {
        /// The present year when absent
        year: Option<i32>,
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

/// Programs of organisations
#[derive(Debug, clap::Subcommand)]
pub enum ClientCommand {
    /// Make a program and print its id and its secret, this once
    Add {
        /// BIN of its kindergarten
        #[arg(long)]
        bin: String,
        /// What people call it
        #[arg(long)]
        name: String,
        /// What it may do: enrolments
        #[arg(long)]
        scope: String,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// List all programs
    List {
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// End a program; its tokens are refused from now on
    Revoke {
        id: String,
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

/// Referrals
#[derive(Debug, clap::Subcommand)]
pub enum ReferralCommand {
    /// End an active referral for a reason: the place is free again, the child queued as before
    Annul {
        /// Number of the referral, such as АКТ-Н-2026-001873
        #[arg(long)]
        number: String,
        /// Why; the parents read it
        #[arg(long)]
        reason: String,
        /// Name of the official who decided it; it stays in the journal
        #[arg(long)]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
    /// Restore a referral that lapsed on an innocent child, while its group has a place; without one
    /// the lapse alone is taken back
    Restore {
        /// Number of the referral, such as АКТ-Н-2026-001873
        #[arg(long)]
        number: String,
        /// The new last day to arrive, such as 2026-12-03; that of a new referral when absent
        #[arg(long)]
        until: Option<NaiveDate>,
        /// Why; the parents read it
        #[arg(long)]
        reason: String,
        /// Name of the official who decided it; it stays in the journal
        #[arg(long)]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
}

/// The step to a new release
#[derive(Debug, clap::Subcommand)]
pub enum UpgradeCommand {
    /// Let the new release write what the one before cannot read; refused while one of it is alive
    Finish {
        /// Confirm the benefits that were given before officials decided; otherwise they become
        /// claims, which count as general until they are confirmed
        #[arg(long)]
        keep_claimed_benefits: bool,
        #[command(flatten)]
        service: CoreArgs,
    },
}

/// Copies of the database
#[derive(Debug, clap::Args)]
pub struct BackupCommand {
    /// New file for the copy
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// After a restore
#[derive(Debug, clap::Args)]
pub struct RestoredCommand {
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Keys that sign access tokens
#[derive(Debug, clap::Subcommand)]
pub enum TokenKeyCommand {
    /// Make a new key that signs from now on; tokens of the present one are good until they end
    Rotate {
        /// Refuse them within seconds instead, since somebody else may know the key
        #[arg(long)]
        at_once: bool,
        #[command(flatten)]
        database: DatabaseArgs,
    },
    /// List the keys, the newest first
    List {
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("the database: {0}")]
    Database(#[from] store::Error),
    #[error(transparent)]
    Mode(#[from] ModeError),
    #[error(transparent)]
    PrivateFiles(#[from] PrivateFilesError),
    #[error("{} is there already; a copy never replaces a file", .0.display())]
    Exists(PathBuf),
    #[error("this is a database of a server, which is copied by pg_dump")]
    NotAFile,
    #[error("the copy, {}: {source}", path.display())]
    Copy {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: must end in .csv or .json", .0.display())]
    Format(PathBuf),
    #[error("{}: larger than {limit} bytes", .0.display(), limit = decree_files::LARGEST_FILE)]
    Size(PathBuf),
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: FileError },
    #[error("nothing was imported:\n{0}")]
    Import(#[from] ImportError),
    #[error("the calendar has the years {first} to {last}")]
    Year { first: i32, last: i32 },
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Table(#[from] crate::service::office::imports::ImportError),
    #[error("nothing was imported:\n{0}")]
    Rows(String),
    #[error("parents may not come yet:\n{0}")]
    Missing(String),
    #[error(transparent)]
    Profile(#[from] crate::service::office::localities::ProfileError),
    #[error(transparent)]
    Suspension(#[from] crate::service::office::suspensions::SuspensionError),
    #[error(transparent)]
    BenefitGrounds(#[from] crate::service::office::grounds::GroundsError),
    #[error("{}: {source}", path.display())]
    Grounds {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error(transparent)]
    Scans(#[from] crate::scans::ScansError),
    #[error("the key file of the scans: {0}")]
    ScanKeys(#[from] balabaqsha_scans::KeyFileError),
    #[error(transparent)]
    Startup(#[from] crate::startup::StartupError),
    #[error(transparent)]
    Limits(#[from] crate::service::office::limits::LimitsError),
    #[error(transparent)]
    Appointment(#[from] AppointmentError),
    #[error(transparent)]
    Upgrade(#[from] UpgradeError),
    #[error(transparent)]
    Annulment(#[from] AnnulmentError),
    #[error(transparent)]
    Restoring(#[from] RestoringError),
    #[error(transparent)]
    Decision(DecisionError),
    #[error("there is no locality {0:?}")]
    Locality(String),
    #[error("an IIN has twelve digits")]
    Iin,
    #[error(transparent)]
    Service(#[from] error::Error),
}

/// Runs a command on the calendar.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn calendar(command: CalendarCommand) -> Result<String, AdminError> {
    match command {
        CalendarCommand::Import { file, database } => {
            let days = read(&file)?;
            let db = open(database).await?;
            let now = service_clock(&db).await?.now();
            let outcome = working_calendar::import(&db, &days, clock::new_id(now), now).await;
            db.close().await;
            outcome?;
            Ok(format!("days imported: {}\n", days.len()))
        }
        CalendarCommand::Show { year, database } => {
            let db = open(database).await?;
            let now = service_clock(&db).await?.now();
            let shown = working_calendar::show(&db).await;
            db.close().await;
            let (calendar, imported) = shown?;
            let year = year.unwrap_or_else(|| time::local_date(now).year());
            if !calendar.years().contains(&year) {
                return Err(AdminError::Year {
                    first: *calendar.years().start(),
                    last: *calendar.years().end(),
                });
            }
            let mut text = String::new();
            for (day, kind) in calendar.exceptions(year) {
                let decree = imported
                    .iter()
                    .find(|one| one.day == day)
                    .map_or("", |one| &one.decree);
                line(&mut text, &[&day.to_string(), kind.as_str(), decree]);
            }
            Ok(text)
        }
    }
}

/// Runs a command on programs.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn client(command: ClientCommand) -> Result<String, AdminError> {
    match command {
        ClientCommand::Add {
            bin,
            name,
            scope,
            database,
        } => {
            let db = open(database).await?;
            let now = service_clock(&db).await?.now();
            let wish = NewClient {
                bin: &bin,
                name: &name,
                scope: &scope,
            };
            let added = clients::add(&db, wish, now).await;
            db.close().await;
            let added = added?;
            Ok(format!(
                "client_id={}\nclient_secret={}\n",
                added.id,
                added.secret.expose_secret()
            ))
        }
        ClientCommand::List { database } => {
            let db = open(database).await?;
            let listed = clients::list(&db).await;
            db.close().await;
            let mut text = String::new();
            for client in listed? {
                let used = client
                    .last_used_at
                    .map_or_else(|| "never".to_owned(), moment);
                let used = format!("last used {used}");
                let state = match client.revoked_at {
                    Some(at) => format!("revoked {}", moment(at)),
                    None => "active".to_owned(),
                };
                let (id, bin) = (client.id.to_string(), client.bin.to_string());
                line(
                    &mut text,
                    &[&id, &bin, &client.name, &client.scopes, &used, &state],
                );
            }
            Ok(text)
        }
        ClientCommand::Revoke { id, database } => {
            let db = open(database).await?;
            let now = service_clock(&db).await?.now();
            let revoked = clients::revoke(&db, &id, now).await;
            db.close().await;
            revoked?;
            Ok("revoked\n".to_owned())
        }
    }
}

/// Runs a command on referrals.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn referral(command: ReferralCommand) -> Result<String, AdminError> {
    match command {
        ReferralCommand::Annul {
            number,
            reason,
            by,
            service,
        } => {
            let core = core(service).await?;
            let wish = Wish {
                number: &number,
                reason: &reason,
                official: &by,
            };
            let annulled = annulment::annul(&core, wish).await;
            core.db.close().await;
            let annulled = annulled?;
            Ok(format!(
                "referral {} is annulled, application {} is queued again\n",
                annulled.referral, annulled.application
            ))
        }
        ReferralCommand::Restore {
            number,
            until,
            reason,
            by,
            service,
        } => {
            let core = core(service).await?;
            let wish = restoring::Wish {
                number: &number,
                until,
                reason: &reason,
                official: &by,
            };
            let restored = restoring::restore(&core, wish).await;
            core.db.close().await;
            Ok(match restored? {
                Restored::Referral { number, deadline } => {
                    format!(
                        "referral {number} is active again; the last day to arrive is {deadline}\n"
                    )
                }
                Restored::LapseExcused(application) => format!(
                    "the group has no place left; the lapse is taken back and application \
                     {application} is queued at its old moment\n"
                ),
            })
        }
    }
}

/// Runs a command on the keys that sign access tokens.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn token_key(command: TokenKeyCommand) -> Result<String, AdminError> {
    match command {
        TokenKeyCommand::Rotate { at_once, database } => {
            let db = open(database).await?;
            let now = service_clock(&db).await?.now();
            let rotated = keys::rotate(&db, now, at_once).await;
            db.close().await;
            Ok(format!("key {} signs from now on\n", rotated?))
        }
        TokenKeyCommand::List { database } => {
            let db = open(database).await?;
            let keys = keys::list(&db).await;
            db.close().await;
            let mut text = String::new();
            for key in keys? {
                let made = format!("made {}", moment(key.created_at));
                let state = match key.retired_at {
                    Some(at) => format!("retired {}", moment(at)),
                    None => "active".to_owned(),
                };
                line(&mut text, &[&key.kid, &made, &state]);
            }
            Ok(text)
        }
    }
}

/// Runs a command on the step to a new release.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn upgrade(command: UpgradeCommand) -> Result<String, AdminError> {
    match command {
        UpgradeCommand::Finish {
            keep_claimed_benefits,
            service,
        } => {
            let (chosen, public_url) = service.settings()?;
            let free = store::upgrade::nobody_has_open(chosen.url.expose_secret()).await?;
            let file = if free { File::Free } else { File::InUse };
            let core = core_of(&chosen, public_url).await?;
            let finished = upgrade::finish(&core.db, file, core.now()).await;
            let benefits = match &finished {
                Ok(_) => {
                    let fate = if keep_claimed_benefits {
                        OfBefore::AreConfirmed
                    } else {
                        OfBefore::BecomeClaims
                    };
                    // Also when it was finished before: the command may have been killed in between.
                    benefits::settle_those_of_before(&core, fate).await
                }
                Err(_) => Ok(0),
            };
            core.db.close().await;
            let finished = finished?;
            let benefits = benefits?;
            let mut text = match finished {
                Finished::Now => "the upgrade is finished\n".to_owned(),
                Finished::Before => "the upgrade was finished before\n".to_owned(),
            };
            if benefits > 0 {
                let fate = if keep_claimed_benefits {
                    "confirmed"
                } else {
                    "claims to be confirmed"
                };
                // Writing into a string does not fail.
                let _ = writeln!(text, "benefits of before that are {fate} now: {benefits}");
            }
            Ok(text)
        }
    }
}

/// Copies a running database into a new file.
///
/// # Errors
/// With what is wrong; there is no copy then.
pub async fn backup(command: BackupCommand) -> Result<String, AdminError> {
    let BackupCommand { file, database } = command;
    if file.exists() {
        return Err(AdminError::Exists(file));
    }
    let chosen = database.chosen()?;
    private_files::of_database(chosen.url.expose_secret())?;
    // A copy changes nothing, so the schema stays what it is.
    let db = Db::connect(chosen.url.expose_secret()).await?;
    let copied = copy(&db, &file).await;
    db.close().await;
    match copied {
        Ok(bytes) => Ok(format!("copied: {}, {bytes} bytes\n", file.display())),
        Err(error) => {
            // Half a copy is worse than none.
            let _ = std::fs::remove_file(&file);
            Err(error)
        }
    }
}

async fn copy(db: &Db, file: &Path) -> Result<u64, AdminError> {
    let now = service_clock(db).await?.now();
    if !store::backup::copy(db, file, &now.to_rfc3339()).await? {
        return Err(AdminError::NotAFile);
    }
    let failed = |source| AdminError::Copy {
        path: file.to_owned(),
        source,
    };
    // What is said to be copied is on the disk.
    let written = std::fs::File::open(file).map_err(failed)?;
    written.sync_all().map_err(failed)?;
    Ok(written.metadata().map_err(failed)?.len())
}

/// Lets numbers begin beyond those that were given out after the copy was made.
///
/// # Errors
/// When the database does not answer; nothing was changed then.
pub async fn restored(command: RestoredCommand) -> Result<String, AdminError> {
    let db = open(command.database).await?;
    let moved = restored::move_on(&db).await;
    db.close().await;
    moved?;
    Ok("numbers begin anew beyond those that were given out\n".to_owned())
}

/// As the wall clocks of the country show it.
fn moment(at: DateTime<Utc>) -> String {
    time::local(at).format(time::MOMENT).to_string()
}

fn line(text: &mut String, fields: &[&str]) {
    // Writing into a string does not fail.
    let _ = writeln!(text, "{}", fields.join("\t").trim_end());
}

/// What a change needs, at the moment that the service has.
pub(crate) async fn core(service: CoreArgs) -> Result<Core, AdminError> {
    let (database, public_url) = service.settings()?;
    core_of(&database, public_url).await
}

async fn core_of(database: &ChosenDatabase, public_url: String) -> Result<Core, AdminError> {
    let db = connect(database).await?;
    let clock = Arc::new(service_clock(&db).await?);
    Ok(Core {
        db,
        clock,
        calendar: Arc::default(),
        public_url,
    })
}

/// Ahead of the machine's clock only in demo mode, where it has been moved.
async fn service_clock(db: &Db) -> Result<TestClock, AdminError> {
    let keeper = Timekeeper::start(db, Arc::new(SystemClock)).await?;
    let clock = TestClock::new(Arc::new(keeper));
    if mode::of(db).await? == Some(ServiceMode::Demo) {
        demo::clock::open(db, &clock).await?;
    }
    Ok(clock)
}

async fn open(database: DatabaseArgs) -> Result<Db, AdminError> {
    connect(&database.chosen()?).await
}

/// A database of the other mode than the settings say is not touched.
async fn connect(chosen: &ChosenDatabase) -> Result<Db, AdminError> {
    private_files::of_database(chosen.url.expose_secret())?;
    let db = Db::connect(chosen.url.expose_secret()).await?;
    if let Some(asked) = chosen.mode {
        mode::check(&db, asked).await?;
    }
    db.migrate().await?;
    Ok(db)
}

fn read(path: &Path) -> Result<Vec<DecreeDay>, AdminError> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let format = match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("csv") => Format::Csv,
        Some("json") => Format::Json,
        _ => return Err(AdminError::Format(path.to_owned())),
    };
    let failed = |source| AdminError::Read {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut text = String::new();
    let read = file
        .take(decree_files::LARGEST_FILE + 1)
        .read_to_string(&mut text)
        .map_err(failed)?;
    if u64::try_from(read).map_or(true, |read| read > decree_files::LARGEST_FILE) {
        return Err(AdminError::Size(path.to_owned()));
    }
    decree_files::read(&text, format).map_err(|source| AdminError::File {
        path: path.to_owned(),
        source,
    })
}
