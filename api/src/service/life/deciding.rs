//! What an official decides: whom it is about, why, and who decided. It is refused while the release before
//! may still be reading what it writes.

use super::locking::lock_all_of;
use crate::error::Error;
use balabaqsha_shared::{
    code::Code, comment::Comment, entity::Application, number::ApplicationNumber, rules::Violation,
};
use balabaqsha_store::{self as store, Tx};

/// Why nothing was decided; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    #[error("{0:?} is not the number of an application, such as АКТ-2026-004512")]
    Number(String),
    #[error("there is no application {0}")]
    Unknown(ApplicationNumber),
    #[error("the reason must have 1 to {max} characters and no hidden ones", max = Comment::MAX_CHARS)]
    Reason,
    #[error(
        "the name of who decided must have 1 to {max} characters and no hidden ones",
        max = Comment::MAX_CHARS
    )]
    Official,
    #[error("a process of the release before may be alive: run balabaqsha upgrade finish first")]
    UpgradeUnfinished,
    #[error("application {number} {fate}; it is as it was")]
    Fate {
        number: ApplicationNumber,
        code: Code,
        fate: &'static str,
    },
    #[error("application {0} of the same child takes part in this queue: decide against it first")]
    AnotherTakesPart(ApplicationNumber),
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for DecisionError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

impl From<DecisionError> for Error {
    fn from(error: DecisionError) -> Self {
        match error {
            DecisionError::Number(_) | DecisionError::Unknown(_) => Self::refused(Code::NotFound),
            DecisionError::Reason | DecisionError::Official => Self::refused(Code::TextInvalid),
            DecisionError::UpgradeUnfinished => Self::refused(Code::UpgradeUnfinished),
            DecisionError::Fate { code, .. } => Self::refused(code),
            DecisionError::AnotherTakesPart(number) => Violation::new(Code::AnotherTakesPart)
                .with("number", number)
                .into(),
            DecisionError::Service(error) => error,
        }
    }
}

impl From<balabaqsha_shared::application::InvalidTransition> for DecisionError {
    fn from(error: balabaqsha_shared::application::InvalidTransition) -> Self {
        Self::Service(error.into())
    }
}

/// What an operator has typed in.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Of the application.
    pub number: &'a str,
    /// Name of who decided.
    pub official: &'a str,
}

/// The same, read.
#[derive(Debug)]
pub(super) struct Decision {
    number: ApplicationNumber,
    pub official: Comment,
}

impl Decision {
    pub fn read(wish: Wish<'_>) -> Result<Self, DecisionError> {
        Ok(Self {
            number: ApplicationNumber::typed(wish.number)
                .map_err(|_| DecisionError::Number(wish.number.to_owned()))?,
            official: Comment::parse(wish.official).map_err(|_| DecisionError::Official)?,
        })
    }

    /// The application, locked with everything about its child.
    pub async fn lock(&self, tx: &mut Tx) -> Result<Application, DecisionError> {
        if !store::upgrade::finished(tx).await? {
            return Err(DecisionError::UpgradeUnfinished);
        }
        let unknown = || DecisionError::Unknown(self.number.clone());
        let known = store::applications::by_number(tx, &self.number).await?;
        let known = known.ok_or_else(unknown)?;
        lock_all_of(tx, &known.child.iin).await?;
        store::applications::lock(tx, known.id)
            .await?
            .ok_or_else(unknown)
    }
}

/// Words that parents read.
pub(super) fn reason(words: &str) -> Result<Comment, DecisionError> {
    Comment::parse(words).map_err(|_| DecisionError::Reason)
}

/// How an application stands, where that is no state to decide about.
pub(super) fn fate(application: &Application, code: Code, fate: &'static str) -> DecisionError {
    DecisionError::Fate {
        number: application.number.clone(),
        code,
        fate,
    }
}
