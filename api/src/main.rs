//! The command line. What the commands do is the library's.

use balabaqsha_api::{
    admin,
    clock::SystemClock,
    config::{self, ServeArgs},
    decisions, eds_tool, healthcheck,
    http::{error_table, openapi},
    private_files, startup, telemetry,
};
use clap::{CommandFactory, FromArgMatches, Parser};
use std::{error::Error, io::Write, process::ExitCode, sync::Arc};

/// Balabaqsha: places in kindergartens for parents in Kazakhstan
#[derive(Parser)]
#[command(name = "balabaqsha", version, arg_required_else_help = true)]
enum Command {
    /// Serve the API and the pages
    Serve(Box<ServeArgs>),
    /// Look into, judge and make digital signatures (EDS)
    #[command(arg_required_else_help = true)]
    Eds(balabaqsha_eds::Tool),
    /// Show the working calendar, or import days that decrees moved
    #[command(subcommand)]
    Calendar(admin::CalendarCommand),
    /// Make, list and end programs of organisations
    #[command(subcommand)]
    Client(admin::ClientCommand),
    /// End and restore referrals by the decision of an official
    #[command(subcommand)]
    Referral(admin::ReferralCommand),
    /// Appoint officials of education departments, end and list appointments
    #[command(subcommand)]
    Official(admin::officials::OfficialCommand),
    /// Verify children, decide claims and disputes
    #[command(subcommand)]
    Child(decisions::ChildCommand),
    /// Confirm or refuse benefits that applicants claim
    #[command(subcommand)]
    Benefit(decisions::BenefitCommand),
    /// End attachments by the decision of an official
    #[command(subcommand)]
    Attachment(decisions::AttachmentCommand),
    /// What waits for officials
    #[command(subcommand)]
    Todo(decisions::TodoCommand),
    /// Finish the step to a new release
    #[command(subcommand)]
    Upgrade(admin::UpgradeCommand),
    /// Copy a running SQLite database into a new file
    Backup(admin::BackupCommand),
    /// After a restore: let numbers begin beyond those that were given out
    Restored(admin::RestoredCommand),
    /// Bring tables of other systems in: registry, free places, an existing queue
    #[command(subcommand)]
    Import(admin::tables::ImportCommand),
    /// Write the registry as tables
    Export(admin::tables::ExportCommand),
    /// Change the rules profile of a locality
    #[command(subcommand)]
    Profile(admin::profile::ProfileCommand),
    /// Suspend the issue of referrals in a locality, or let it begin again
    #[command(subcommand)]
    Suspension(admin::suspensions::SuspensionCommand),
    /// Lift the limits of a person for a time, or let them hold again
    #[command(subcommand)]
    Limit(admin::limits::LimitCommand),
    /// Say what is missing before parents may come; takes the flags of `serve`
    Doctor(Box<ServeArgs>),
    /// Exchange the key that encrypts scans of proofs
    #[command(subcommand)]
    Scan(admin::scans::ScanCommand),
    /// Exchange the key that signs access tokens
    #[command(subcommand)]
    TokenKey(admin::TokenKeyCommand),
    /// Print the description of the API (OpenAPI 3.1, YAML)
    Openapi,
    /// Print the table of error codes (Markdown)
    Errors,
    /// Print a settings file with every setting and its default (TOML)
    Settings,
    /// Ask a running service whether it is well
    Healthcheck {
        /// Address to ask
        #[arg(long, default_value = "http://127.0.0.1:8080/readyz")]
        url: String,
    },
}

fn main() -> ExitCode {
    private_files::by_default();
    let command = match parse() {
        Ok(command) => command,
        Err(error) => return explain(&error),
    };
    match run(command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("balabaqsha: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The command line; the help of settings tells their defaults.
fn parse() -> Result<Command, clap::Error> {
    let command = Command::command()
        .mut_subcommand("serve", config::with_defaults)
        .mut_subcommand("doctor", config::with_defaults);
    Command::from_arg_matches(&command.try_get_matches()?)
}

/// Prints what is wrong with the command line, or the help that was asked for.
fn explain(error: &clap::Error) -> ExitCode {
    // There is nowhere to say that this cannot be said.
    let _ = error.print();
    if error.use_stderr() {
        ExitCode::from(balabaqsha_eds::USAGE)
    } else {
        ExitCode::SUCCESS
    }
}

fn run(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Serve(arguments) => serve(*arguments)?,
        Command::Eds(tool) => return Ok(eds_tool::run(&tool)),
        Command::Calendar(command) => print(&wait(admin::calendar(command))??)?,
        Command::Client(command) => print(&wait(admin::client(command))??)?,
        Command::Child(command) => print(&wait(decisions::child(command))??)?,
        Command::Benefit(command) => print(&wait(decisions::benefit(command))??)?,
        Command::Attachment(command) => print(&wait(decisions::attachment(command))??)?,
        Command::Todo(command) => print(&wait(decisions::todo(command))??)?,
        Command::Referral(command) => print(&wait(admin::referral(command))??)?,
        Command::Official(command) => print(&wait(admin::officials::run(command))??)?,
        Command::Upgrade(command) => print(&wait(admin::upgrade(command))??)?,
        Command::Backup(command) => print(&wait(admin::backup(command))??)?,
        Command::Restored(command) => print(&wait(admin::restored(command))??)?,
        Command::Import(command) => print(&wait(admin::tables::import(command))??)?,
        Command::Export(command) => print(&wait(admin::tables::export(command))??)?,
        Command::Profile(command) => print(&wait(admin::profile::run(command))??)?,
        Command::Suspension(command) => print(&wait(admin::suspensions::run(command))??)?,
        Command::Limit(command) => print(&wait(admin::limits::run(command))??)?,
        Command::Scan(command) => print(&wait(admin::scans::run(command))??)?,
        Command::Doctor(arguments) => print(&wait(admin::doctor::examine(*arguments))??)?,
        Command::TokenKey(command) => print(&wait(admin::token_key(command))??)?,
        Command::Openapi => print(openapi::yaml()?)?,
        Command::Errors => print(&error_table::markdown())?,
        Command::Settings => print(&config::template())?,
        Command::Healthcheck { url } => healthcheck::check(&url)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn serve(arguments: ServeArgs) -> Result<(), Box<dyn Error>> {
    let settings = arguments.settings()?;
    telemetry::init(settings.log_format, &settings.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(startup::serve(settings, Arc::new(SystemClock)))?;
    Ok(())
}

/// Waits for a command that asks the database.
fn wait<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(work))
}

fn print(text: &str) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Command;
    use clap::CommandFactory as _;

    #[test]
    fn the_flags_do_not_contradict_each_other() {
        Command::command().debug_assert();
    }
}
