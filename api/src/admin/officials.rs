//! Officials at the command line: the first one of a city is appointed here.

use super::{AdminError, core, line, moment};
use crate::{
    config::CoreArgs,
    service::office::appointments::{self, Period, Wish},
};
use balabaqsha_store::appointments::{Appointment, By};
use chrono::NaiveDate;

/// Officials of education departments
#[derive(Debug, clap::Subcommand)]
pub enum OfficialCommand {
    /// Appoint somebody: each duty in each locality, all or nothing
    Appoint {
        /// IIN of the person, who need not have logged in before
        #[arg(long)]
        iin: String,
        /// Code of a locality; may be given again
        #[arg(long = "locality", required = true)]
        localities: Vec<String>,
        /// registry, queue, audit or appointments; may be given again
        #[arg(long = "duty", required = true)]
        duties: Vec<String>,
        /// First day, such as 2026-09-01 [default: from now on]
        #[arg(long)]
        from: Option<NaiveDate>,
        /// Last day [default: without end]
        #[arg(long)]
        until: Option<NaiveDate>,
        /// Name of who decided; it stays in the log
        #[arg(long, default_value = "operator")]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
    /// End an appointment; it is kept
    End {
        /// Its id, which `list` shows
        id: String,
        /// Name of who decided; it stays in the log
        #[arg(long, default_value = "operator")]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
    /// List all appointments, also those that are over
    List {
        #[command(flatten)]
        service: CoreArgs,
    },
}

/// Runs a command on officials.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn run(command: OfficialCommand) -> Result<String, AdminError> {
    match command {
        OfficialCommand::Appoint {
            iin,
            localities,
            duties,
            from,
            until,
            by,
            service,
        } => {
            let core = core(service).await?;
            let wish = Wish {
                iin: &iin,
                localities: &localities,
                duties: &duties,
                period: Period {
                    first_day: from,
                    last_day: until,
                },
                by: &by,
            };
            let made = appointments::appoint_by_operator(&core, wish).await;
            core.db.close().await;
            let mut text = String::new();
            for appointment in made? {
                line(
                    &mut text,
                    &[
                        "appointed",
                        &appointment.id.to_string(),
                        appointment.duty.as_str(),
                    ],
                );
            }
            Ok(text)
        }
        OfficialCommand::End { id, by, service } => {
            let core = core(service).await?;
            let ended = appointments::end_by_operator(&core, &id, &by).await;
            core.db.close().await;
            Ok(format!("ended {}\n", ended?.id))
        }
        OfficialCommand::List { service } => {
            let core = core(service).await?;
            let now = core.now();
            let listed = appointments::list_for_operator(&core).await;
            core.db.close().await;
            let mut text = String::new();
            for (appointment, locality) in listed? {
                let id = appointment.id.to_string();
                let iin = appointment.iin.to_string();
                let duty = appointment.duty.as_str();
                let since = format!("from {}", moment(appointment.begins_at));
                let state = state(&appointment, now);
                let by = match &appointment.made_by {
                    By::Person(id) => format!("by {id}"),
                    By::Operator(name) => format!("by {}", name.as_str()),
                };
                line(
                    &mut text,
                    &[&id, &iin, &locality, duty, &since, &state, &by],
                );
            }
            Ok(text)
        }
    }
}

fn state(appointment: &Appointment, now: chrono::DateTime<chrono::Utc>) -> String {
    match appointment.ends_at {
        Some(end) if end <= now => format!("ended {}", moment(end)),
        Some(end) => format!("until {}", moment(end)),
        None => "without end".to_owned(),
    }
}
