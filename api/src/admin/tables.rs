//! Tables of other systems at the command line: templates, dry runs, imports and exports.

use super::{AdminError, core, line};
use crate::{
    app::Core,
    config::CoreArgs,
    service::office::{
        exports,
        imports::{self, Checked, ImportError, Order, TableFile},
    },
};
use balabaqsha_shared::{comment::Comment, import::ImportKind, language::Language};
use balabaqsha_store::{appointments::By, registry::Part};
use std::path::PathBuf;

/// So many errors are printed; the others are counted.
const SHOWN_ERRORS: usize = 1_000;
/// Rows of a dry run that are read at once.
const SHOWN_AT_ONCE: i64 = 1_000;

/// Tables of other systems
#[derive(Debug, clap::Subcommand)]
pub enum ImportCommand {
    /// Write an empty table to fill in; a workbook explains its columns
    Template {
        /// localities, kindergartens, groups, places or queue
        #[arg(value_parser = kind)]
        kind: ImportKind,
        /// File that does not exist yet and ends in .csv, .xlsx or .json
        file: PathBuf,
    },
    /// Localities with their rules profile
    Localities(FileArgs),
    /// Kindergartens
    Kindergartens(FileArgs),
    /// Groups of kindergartens
    Groups(FileArgs),
    /// How many places of the groups are free
    Places(FileArgs),
    /// The queue of another system
    Queue(FileArgs),
    /// List the latest imports with their protocols
    List {
        #[command(flatten)]
        service: CoreArgs,
    },
    /// Give an import up that was interrupted
    Discard {
        /// Its id, which `list` shows
        id: String,
        #[command(flatten)]
        service: CoreArgs,
    },
}

#[derive(Debug, clap::Args)]
pub struct FileArgs {
    /// File that ends in .csv, .xlsx, .json or .ndjson
    file: PathBuf,
    /// Short name of the system that the file comes from; ids are unique in it
    #[arg(long)]
    source: String,
    /// Show what would become of each row, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Name of who decided; it stays in the history
    #[arg(long, default_value = "operator")]
    by: String,
    #[command(flatten)]
    service: CoreArgs,
}

/// The registry as tables
#[derive(Debug, clap::Args)]
pub struct ExportCommand {
    /// localities, kindergartens, groups or places
    #[arg(value_parser = kind)]
    kind: ImportKind,
    /// File that does not exist yet and ends in .csv, .xlsx or .json
    file: PathBuf,
    /// Short name of the system that the data came from
    #[arg(long)]
    source: String,
    #[command(flatten)]
    service: CoreArgs,
}

fn kind(name: &str) -> Result<ImportKind, String> {
    ImportKind::from_name(name).ok_or_else(|| {
        let known = ImportKind::ALL.map(ImportKind::as_str).join(", ");
        format!("known are {known}")
    })
}

/// Runs a command on tables that come in.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn import(command: ImportCommand) -> Result<String, AdminError> {
    let (kind, arguments) = match command {
        ImportCommand::Template { kind, file } => {
            exports::template(kind, &file)?;
            return Ok(format!("{}\n", file.display()));
        }
        ImportCommand::List { service } => return list(service).await,
        ImportCommand::Discard { id, service } => {
            let unknown = || ImportError::Unknown(id.clone());
            let parsed = id.parse().map_err(|_| unknown())?;
            let core = core(service).await?;
            let discarded = imports::discard(&core, parsed).await;
            core.db.close().await;
            discarded?;
            return Ok("discarded\n".to_owned());
        }
        ImportCommand::Localities(arguments) => (ImportKind::Localities, arguments),
        ImportCommand::Kindergartens(arguments) => (ImportKind::Kindergartens, arguments),
        ImportCommand::Groups(arguments) => (ImportKind::Groups, arguments),
        ImportCommand::Places(arguments) => (ImportKind::Places, arguments),
        ImportCommand::Queue(arguments) => (ImportKind::Queue, arguments),
    };
    let by = Comment::parse(&arguments.by).map_err(|_| ImportError::Author)?;
    let core = core(arguments.service).await?;
    let order = Order {
        kind,
        source: arguments.source,
        table: TableFile::open(&arguments.file)?,
        by: By::Operator(by),
    };
    let done = perform(&core, order, arguments.dry_run).await;
    core.db.close().await;
    done
}

async fn perform(core: &Core, order: Order, dry_run: bool) -> Result<String, AdminError> {
    let checked = imports::check(core, order).await?;
    if !checked.is_clean() {
        let told = errors(&checked);
        imports::discard(core, checked.id).await?;
        return Err(AdminError::Rows(told));
    }
    if dry_run {
        let text = outcomes(core, &checked).await;
        imports::discard(core, checked.id).await?;
        return text;
    }
    let applied = imports::apply(core, checked.id).await?;
    Ok(counts(&applied))
}

fn errors(checked: &Checked) -> String {
    let mut text = String::new();
    for error in checked.errors.iter().take(SHOWN_ERRORS) {
        let place = format!("row {}, {}", error.number, error.column);
        let value = format!("{:?}", error.value);
        let sentence = imports::sentence(error, Language::En);
        line(&mut text, &[&place, &value, &error.code, &sentence]);
    }
    let total = usize::try_from(checked.error_count).unwrap_or(usize::MAX);
    if total > SHOWN_ERRORS {
        line(&mut text, &[&format!("and {} more", total - SHOWN_ERRORS)]);
    }
    text.trim_end().to_owned()
}

fn counts(checked: &Checked) -> String {
    let mut text = String::new();
    for (action, count) in &checked.counts {
        line(&mut text, &[action, &count.to_string()]);
    }
    text
}

async fn outcomes(core: &Core, checked: &Checked) -> Result<String, AdminError> {
    let mut text = String::new();
    let mut after = 0;
    loop {
        let rows = imports::outcomes(core, checked.id, after, SHOWN_AT_ONCE).await?;
        let Some(last) = rows.last() else {
            break;
        };
        after = last.number;
        for row in &rows {
            let place = format!("row {}", row.number);
            line(&mut text, &[&place, &row.key, &row.action]);
        }
    }
    text.push_str(&counts(checked));
    Ok(text)
}

async fn list(service: CoreArgs) -> Result<String, AdminError> {
    const SHOWN: i64 = 100;
    let core = core(service).await?;
    let listed = imports::list(&core, SHOWN).await;
    core.db.close().await;
    let mut text = String::new();
    for import in listed? {
        line(
            &mut text,
            &[
                &import.id.to_string(),
                import.kind.as_str(),
                &import.source,
                &import.file_name,
                import.state.as_str(),
                &super::moment(import.created_at),
                &import.protocol.to_string(),
            ],
        );
    }
    Ok(text)
}

/// Writes the registry.
///
/// # Errors
/// When the file is there already or cannot be written.
pub async fn export(command: ExportCommand) -> Result<String, AdminError> {
    let core = core(command.service).await?;
    let part = Part {
        source: &command.source,
        locality: None,
    };
    let written = exports::export(&core, command.kind, part, &command.file).await;
    core.db.close().await;
    Ok(format!("rows written: {}\n", written?))
}
