//! Limits of a person that an official lifts for a time (R22), at the command line.

use super::{AdminError, core, line, moment};
use crate::{
    config::CoreArgs,
    service::office::limits::{self, Whose},
};
use chrono::NaiveDate;

/// Limits of a person: applications (R4) and places for unverified children (R8)
#[derive(Debug, clap::Subcommand)]
pub enum LimitCommand {
    /// Lift them in a locality for a time
    Lift {
        /// IIN of the person, who need not have logged in before
        #[arg(long)]
        iin: String,
        /// Code of the locality
        #[arg(long)]
        locality: String,
        /// Last day
        #[arg(long)]
        until: NaiveDate,
        /// Why
        #[arg(long)]
        reason: String,
        /// Name of the official who decided it; it stays in the log
        #[arg(long)]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
    /// Let them hold again before that
    End {
        /// IIN of the person
        #[arg(long)]
        iin: String,
        /// Code of the locality
        #[arg(long)]
        locality: String,
        /// Name of the official who decided it; it stays in the log
        #[arg(long)]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
    /// List all that are lifted now
    List {
        #[command(flatten)]
        service: CoreArgs,
    },
}

/// Runs a command on limits.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn run(command: LimitCommand) -> Result<String, AdminError> {
    match command {
        LimitCommand::Lift {
            iin,
            locality,
            until,
            reason,
            by,
            service,
        } => {
            let core = core(service).await?;
            let whose = Whose {
                iin: &iin,
                locality: &locality,
                by: &by,
            };
            let lifted = limits::lift(&core, whose, until, &reason).await;
            core.db.close().await;
            let until = moment(lifted?.ends_at);
            Ok(format!("limits are lifted in {locality} until {until}\n"))
        }
        LimitCommand::End {
            iin,
            locality,
            by,
            service,
        } => {
            let core = core(service).await?;
            let whose = Whose {
                iin: &iin,
                locality: &locality,
                by: &by,
            };
            let ended = limits::end(&core, whose).await;
            core.db.close().await;
            ended?;
            Ok(format!("limits hold again in {locality}\n"))
        }
        LimitCommand::List { service } => {
            let core = core(service).await?;
            let listed = limits::list(&core).await;
            core.db.close().await;
            let mut text = String::new();
            for (lifted, locality) in listed? {
                let iin = lifted.iin.to_string();
                let until = format!("until {}", moment(lifted.ends_at));
                let (reason, by) = (lifted.reason.as_str(), lifted.made_by.as_str());
                line(&mut text, &[&iin, &locality, &until, reason, by]);
            }
            Ok(text)
        }
    }
}
