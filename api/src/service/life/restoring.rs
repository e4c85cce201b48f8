//! A lapse is put right (R10, R22): an official restores the referral while a place of its group is free
//! or rests, and takes the lapse alone back where none is. What comes back from a removal ends a newer
//! application of the child.

use super::{
    deciding::{self, DecisionError},
    journal::{self, Cause},
    locking::lock_all_of,
    saving::{save_application, save_referral},
    settle,
};
use crate::{
    app::Core,
    error::{Error, Result},
    service::telling::notices::{Referred, Subject},
};
use balabaqsha_shared::{
    application::{ApplicationState, Standing},
    code::Code,
    comment::Comment,
    entity::Application,
    event::Event,
    number::{ApplicationNumber, ReferralNumber},
    referral::ReferralState,
    rules::{Violation, r22_restoring},
    time,
};
use balabaqsha_store::{self as store, Tx};
use chrono::{DateTime, NaiveDate, Utc};

/// Why nothing was restored; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RestoringError {
    #[error("{0:?} is not the number of a referral, such as АКТ-Н-2026-001873")]
    Number(String),
    #[error("there is no referral {0}")]
    Unknown(ReferralNumber),
    #[error("referral {number} {fate}; it is as it was")]
    Fate {
        number: ReferralNumber,
        fate: &'static str,
    },
    #[error("the new deadline must be {0} or later")]
    TooEarly(NaiveDate),
    #[error("the child has an active referral by application {0}")]
    ReferredAnew(ApplicationNumber),
    #[error(transparent)]
    Decision(#[from] DecisionError),
}

impl From<Error> for RestoringError {
    fn from(error: Error) -> Self {
        Self::Decision(error.into())
    }
}

impl From<store::Error> for RestoringError {
    fn from(error: store::Error) -> Self {
        Self::Decision(error.into())
    }
}

impl From<RestoringError> for Error {
    fn from(error: RestoringError) -> Self {
        match error {
            RestoringError::Number(_) | RestoringError::Unknown(_) => Self::refused(Code::NotFound),
            RestoringError::Fate { .. } => Self::refused(Code::ReferralNotLapsed),
            RestoringError::TooEarly(from) => Violation::new(Code::DeadlineTooEarly)
                .with("from", from.format("%d.%m.%Y"))
                .into(),
            RestoringError::ReferredAnew(number) => Violation::new(Code::ReferredAnew)
                .with("number", number)
                .into(),
            RestoringError::Decision(error) => error.into(),
        }
    }
}

/// What an operator has typed in.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Of the referral.
    pub number: &'a str,
    /// The new last day to arrive; that of a new referral when absent.
    pub until: Option<NaiveDate>,
    pub reason: &'a str,
    /// Name of who decided.
    pub official: &'a str,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restored {
    Referral {
        number: ReferralNumber,
        deadline: NaiveDate,
    },
    /// There was no place: the application is queued at its old moment.
    LapseExcused(ApplicationNumber),
}

/// Restores a referral that lapsed.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn restore(core: &Core, wish: Wish<'_>) -> std::result::Result<Restored, RestoringError> {
    let number = ReferralNumber::typed(wish.number)
        .map_err(|_| RestoringError::Number(wish.number.to_owned()))?;
    let reason = deciding::reason(wish.reason)?;
    let official = Comment::parse(wish.official).map_err(|_| DecisionError::Official)?;
    core.db
        .transact(async |tx| {
            let decision = Restoring {
                number,
                until: wish.until,
                reason,
                cause: Cause::Official(official),
            };
            restore_in(tx, core, decision).await
        })
        .await
}

/// What an official has decided.
pub(in crate::service) struct Restoring {
    pub number: ReferralNumber,
    pub until: Option<NaiveDate>,
    pub reason: Comment,
    pub cause: Cause,
}

pub(in crate::service) async fn restore_in(
    tx: &mut Tx,
    core: &Core,
    decision: Restoring,
) -> std::result::Result<Restored, RestoringError> {
    if !store::upgrade::finished(tx).await? {
        return Err(DecisionError::UpgradeUnfinished.into());
    }
    let now = core.now();
    let Some(known) = store::referrals::by_number(tx, &decision.number).await? else {
        return Err(RestoringError::Unknown(decision.number));
    };
    lock_all_of(tx, &known.child_iin).await?;
    let Some(application) = store::applications::lock(tx, known.application_id).await? else {
        return Err(RestoringError::Unknown(decision.number));
    };
    let application = settle::application(tx, core, application, now).await?;
    let referral = super::referral::require(tx, known.id).await?;
    if let Some(fate) = fate(&application, referral.state) {
        let number = referral.number;
        return Err(RestoringError::Fate { number, fate });
    }
    let locality = store::localities::require(tx, application.locality_id).await?;
    let calendar = core.calendar.current(tx).await?;
    let today = time::local_date(now);
    let earliest = r22_restoring::earliest(today, &calendar).map_err(Error::from)?;
    let usual = calendar
        .add_working_days(today, locality.rules.arrival_working_days)
        .map_err(Error::from)?;
    let deadline = decision.until.unwrap_or(usual);
    if deadline < earliest {
        return Err(RestoringError::TooEarly(earliest));
    }
    if let Some(number) = supersede(tx, core, &application, now).await? {
        return Err(RestoringError::ReferredAnew(number));
    }
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    store::dialect::lock_groups(tx, vec![referral.group_id]).await?;
    if !store::places::take_free_or_resting(tx, referral.group_id, now).await? {
        let excused = referral.excuse(now).map_err(Error::from)?;
        let referral = save_referral(tx, excused).await?;
        let queued = application.excuse_lapse().map_err(Error::from)?;
        let application = save_application(tx, queued).await?;
        let event = Event::LapseExcused {
            number: referral.number,
            reason: decision.reason,
        };
        let subject = Subject::Application(&application);
        journal::record(tx, core, subject, now, decision.cause, &event).await?;
        return Ok(Restored::LapseExcused(application.number));
    }
    let restored = referral.restore(deadline).map_err(Error::from)?;
    let referral = save_referral(tx, restored).await?;
    let back = application.restore(referral.id).map_err(Error::from)?;
    let application = save_application(tx, back).await?;
    let event = Event::ReferralRestored {
        number: referral.number.clone(),
        deadline,
        reason: decision.reason,
    };
    let subject = Subject::Referral(Referred {
        application: &application,
        referral: &referral,
        place: &place,
        calendar: Some(&calendar),
    });
    journal::record(tx, core, subject, now, decision.cause, &event).await?;
    Ok(Restored::Referral {
        number: referral.number,
        deadline,
    })
}

/// Why there is nothing to restore.
pub(in crate::service) const fn fate(
    application: &Application,
    state: ReferralState,
) -> Option<&'static str> {
    match state {
        ReferralState::Lapsed { .. } => match application.state {
            ApplicationState::StopListed { .. } | ApplicationState::Removed { .. }
                if !application.discounted =>
            {
                None
            }
            _ => Some("has lapsed, and its application has gone on"),
        },
        ReferralState::Active { .. } => Some("is active"),
        ReferralState::Enrolled { .. } => Some("has led to an enrolment"),
        ReferralState::Ended { .. } => Some("has led to an enrolment that has ended"),
        ReferralState::Revoked { .. } => Some("was revoked"),
        ReferralState::Annulled { .. } => Some("was annulled"),
    }
}

/// What comes back from a removal ends a newer application of the child in the locality. Answers with
/// the one that cannot be ended because it has an active referral.
pub(in crate::service) async fn supersede(
    tx: &mut Tx,
    core: &Core,
    back: &Application,
    now: DateTime<Utc>,
) -> Result<Option<ApplicationNumber>> {
    for newer in store::applications::of_child(tx, &back.child.iin).await? {
        let stands = newer.id != back.id
            && newer.locality_id == back.locality_id
            && newer.standing == Standing::TakesPart
            && newer.state.is_active();
        if !stands {
            continue;
        }
        let Some(newer) = store::applications::lock(tx, newer.id).await? else {
            continue;
        };
        if let Some(hold) = store::holds::live_of(tx, newer.id).await? {
            super::freeing::end_hold(tx, core, &hold, store::holds::HoldState::Released).await?;
        }
        let number = newer.number.clone();
        let Ok(withdrawn) = newer.withdraw(now) else {
            return Ok(Some(number));
        };
        let newer = save_application(tx, withdrawn).await?;
        let event = Event::Superseded {
            number: back.number.clone(),
        };
        let subject = Subject::Application(&newer);
        journal::record(tx, core, subject, now, Cause::Rules, &event).await?;
    }
    Ok(None)
}
