//! What officials decide at the command line until they have pages: children and disputes (R27), benefits
//! (R21), attachments (R3); what waits for them, and what the present settings allow.

use crate::{
    admin::{self, AdminError},
    config::CoreArgs,
    service::{
        life::{
            benefits,
            checking::{self, CheckingError},
            children::{self, Verdict},
            deciding::{DecisionError, Wish},
            detaching, todo,
        },
        office::grounds,
    },
};
use balabaqsha_shared::{iin::Iin, profile::ChildCheck, time};
use balabaqsha_store::applications::Waiting;
use chrono::NaiveDate;
use std::{fmt::Write, path::PathBuf};

/// An application and who decides about it
#[derive(Debug, clap::Args)]
pub struct About {
    /// Number of the application, such as АКТ-2026-004512
    #[arg(long)]
    application: String,
    /// Name of the official who decides; it stays in the journal
    #[arg(long)]
    by: String,
    #[command(flatten)]
    service: CoreArgs,
}

/// Children: parenthood, birth date, disputes
#[derive(Debug, clap::Subcommand)]
pub enum ChildCommand {
    /// Say that the applicant is a parent of the child; a claim ends by it
    Verify {
        #[command(flatten)]
        about: About,
        /// The birth date on the certificate, where the application has another
        #[arg(long)]
        birth_date: Option<NaiveDate>,
    },
    /// Say that the application is doubted: it takes part in nothing until it is decided
    Dispute {
        #[command(flatten)]
        about: About,
    },
    /// Decide a claim or a dispute
    Decide {
        #[command(flatten)]
        about: About,
        /// For or against the application
        #[arg(long, value_enum)]
        verdict: Side,
        /// Why; the applicant reads it
        #[arg(long)]
        reason: String,
    },
    /// Switch the check of children in a locality
    Check {
        /// Code of the locality, such as kandyagash
        #[arg(long)]
        locality: String,
        #[arg(long, value_enum)]
        set: Switch,
        /// Name of the official who decides
        #[arg(long)]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Side {
    For,
    Against,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    On,
    Off,
}

/// Benefits that applicants claim
#[derive(Debug, clap::Subcommand)]
pub enum BenefitCommand {
    /// Let the claimed category count, with the original moment of submission
    Confirm {
        #[command(flatten)]
        about: About,
    },
    /// Give benefits in a locality for exactly the grounds of a file from now on
    Grounds {
        /// Code of the locality
        #[arg(long)]
        locality: String,
        /// JSON: a list of {code, category, name, article, proof_days}; name and article in kk, ru, en
        #[arg(long)]
        file: PathBuf,
        /// Name of the official who decided it; it stays in the log
        #[arg(long)]
        by: String,
        #[command(flatten)]
        service: CoreArgs,
    },
    /// Let the application stand in the general category
    Refuse {
        #[command(flatten)]
        about: About,
        /// Why; the applicant reads it
        #[arg(long)]
        reason: String,
    },
}

/// Attachments of second parents
#[derive(Debug, clap::Subcommand)]
pub enum AttachmentCommand {
    /// End the attachment of an application to a person
    End {
        #[command(flatten)]
        about: About,
        /// IIN of the attached person
        #[arg(long)]
        iin: String,
    },
}

/// What waits for officials
#[derive(Debug, clap::Subcommand)]
pub enum TodoCommand {
    /// List it, what is overdue first
    List {
        #[command(flatten)]
        service: CoreArgs,
    },
}

impl About {
    fn wish(&self) -> Wish<'_> {
        Wish {
            number: &self.application,
            official: &self.by,
        }
    }
}

/// Runs a command on children.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn child(command: ChildCommand) -> Result<String, AdminError> {
    match command {
        ChildCommand::Verify { about, birth_date } => {
            let core = admin::core(about.service.clone()).await?;
            let done = children::verify_by_official(&core, about.wish(), birth_date).await;
            core.db.close().await;
            Ok(format!("application {} is verified\n", done?))
        }
        ChildCommand::Dispute { about } => {
            let core = admin::core(about.service.clone()).await?;
            let done = children::dispute(&core, about.wish()).await;
            core.db.close().await;
            Ok(format!("application {} is disputed\n", done?))
        }
        ChildCommand::Decide {
            about,
            verdict,
            reason,
        } => {
            let core = admin::core(about.service.clone()).await?;
            let in_favour = verdict == Side::For;
            let reasoned = Verdict {
                in_favour,
                reason: &reason,
            };
            let done = children::decide(&core, about.wish(), reasoned).await;
            core.db.close().await;
            let number = done?;
            Ok(if in_favour {
                format!("application {number} takes part in the queue again\n")
            } else {
                format!("application {number} is off the queue\n")
            })
        }
        ChildCommand::Check {
            locality,
            set,
            by,
            service,
        } => {
            let core = admin::core(service).await?;
            let check = match set {
                Switch::On => ChildCheck::On,
                Switch::Off => ChildCheck::Off,
            };
            let done = checking::switch(&core, &locality, check, &by).await;
            core.db.close().await;
            let verified = done?;
            Ok(match set {
                Switch::On => format!(
                    "children are verified in {locality}; applications that count as verified \
                     because they existed before: {verified}\n"
                ),
                Switch::Off => format!("children are not verified in {locality}\n"),
            })
        }
    }
}

/// Runs a command on benefits.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn benefit(command: BenefitCommand) -> Result<String, AdminError> {
    match command {
        BenefitCommand::Confirm { about } => {
            let core = admin::core(about.service.clone()).await?;
            let done = benefits::confirm(&core, about.wish()).await;
            core.db.close().await;
            Ok(format!(
                "the benefit of application {} is confirmed\n",
                done?
            ))
        }
        BenefitCommand::Refuse { about, reason } => {
            let core = admin::core(about.service.clone()).await?;
            let done = benefits::refuse(&core, about.wish(), &reason).await;
            core.db.close().await;
            Ok(format!("the benefit of application {} is refused\n", done?))
        }
        BenefitCommand::Grounds {
            locality,
            file,
            by,
            service,
        } => {
            let text = std::fs::read(&file).map_err(|source| AdminError::Read {
                path: file.clone(),
                source,
            })?;
            let grounds: Vec<grounds::Ground> = serde_json::from_slice(&text)
                .map_err(|source| AdminError::Grounds { path: file, source })?;
            let core = admin::core(service).await?;
            let done = grounds::replace(&core, &locality, &grounds, &by).await;
            core.db.close().await;
            let changes = done?;
            Ok(format!(
                "grounds of benefits in {locality}: added {}, ended {}, unchanged {}\n",
                changes.added, changes.ended, changes.unchanged
            ))
        }
    }
}

/// Runs a command on attachments.
///
/// # Errors
/// With what is wrong; nothing was changed then.
pub async fn attachment(command: AttachmentCommand) -> Result<String, AdminError> {
    let AttachmentCommand::End { about, iin } = command;
    // The keys of a test authority carry numbers that fail the sum.
    let person = Iin::parse_of_test_authority(iin.trim()).map_err(|_| AdminError::Iin)?;
    let core = admin::core(about.service.clone()).await?;
    let done = detaching::end_by_official(&core, about.wish(), &person).await;
    core.db.close().await;
    Ok(format!(
        "the attachment of application {} has ended\n",
        done?
    ))
}

/// Runs a command on what waits for officials.
///
/// # Errors
/// When the database does not answer.
pub async fn todo(command: TodoCommand) -> Result<String, AdminError> {
    let TodoCommand::List { service } = command;
    let core = admin::core(service).await?;
    let items = todo::list(&core).await;
    core.db.close().await;
    let mut text = String::new();
    for item in items? {
        let submitted = time::local(item.submitted_at).format(time::MOMENT);
        let overdue = if item.overdue { "\toverdue" } else { "" };
        // Writing into a string does not fail.
        let _ = writeln!(
            text,
            "{}\t{}\tsubmitted {submitted}{overdue}",
            item.application,
            words(item.what)
        );
    }
    Ok(text)
}

const fn words(what: Waiting) -> &'static str {
    match what {
        Waiting::Benefit => "benefit claimed",
        Waiting::Claim => "claim: somebody else had queued the child",
        Waiting::Disputed => "disputed",
        Waiting::Unverified => "child not verified",
        Waiting::DateDiffers => "birth date differs from the IIN",
    }
}

impl From<CheckingError> for AdminError {
    fn from(error: CheckingError) -> Self {
        match error {
            CheckingError::Unknown(code) => Self::Locality(code),
            CheckingError::Decision(error) => Self::Decision(error),
        }
    }
}

impl From<DecisionError> for AdminError {
    fn from(error: DecisionError) -> Self {
        Self::Decision(error)
    }
}
