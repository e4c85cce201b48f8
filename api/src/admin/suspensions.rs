//! Suspension of the issue of referrals (R24) at the command line.

use super::{AdminError, core, moment};
use crate::{
    config::CoreArgs,
    service::office::suspensions::{self, Wish},
};
use chrono::NaiveDate;

/// Suspension of the issue of referrals
#[derive(Debug, clap::Subcommand)]
pub enum SuspensionCommand {
    /// Issue no referrals in a locality; holds that live are honoured, deadlines run on
    Begin {
        /// Code of the locality
        #[arg(long)]
        locality: String,
        /// First day [default: from now on]
        #[arg(long)]
        from: Option<NaiveDate>,
        /// Last day
        #[arg(long)]
        until: NaiveDate,
        /// Why; parents read it
        #[arg(long)]
        reason: String,
        /// Name of the official who decided it
        #[arg(long)]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
    /// Issue referrals again
    End {
        /// Code of the locality
        #[arg(long)]
        locality: String,
        /// Name of the official who decided it
        #[arg(long)]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
}

/// Runs a command on suspensions.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn run(command: SuspensionCommand) -> Result<String, AdminError> {
    match command {
        SuspensionCommand::Begin {
            locality,
            from,
            until,
            reason,
            by,
            service,
        } => {
            let core = core(service).await?;
            let wish = Wish {
                locality: &locality,
                first_day: from,
                last_day: until,
                reason: &reason,
                by: &by,
            };
            let begun = suspensions::begin(&core, wish).await;
            core.db.close().await;
            let begun = begun?;
            Ok(format!(
                "suspended in {locality} from {} until {}\n",
                moment(begun.begins_at),
                moment(begun.ends_at)
            ))
        }
        SuspensionCommand::End {
            locality,
            by,
            service,
        } => {
            let core = core(service).await?;
            let ended = suspensions::end(&core, &locality, &by).await;
            core.db.close().await;
            ended?;
            Ok(format!("referrals are issued again in {locality}\n"))
        }
    }
}
