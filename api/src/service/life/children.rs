//! Who vouches for a child (R27): the registry, or an official. An official also says that an application is
//! disputed, and decides claims and disputes.

use super::{
    claims,
    deciding::{self, Decision, DecisionError, Wish},
    freeing::{end_hold, free_taken},
    journal::{self, Cause},
    saving::{save_application, save_referral},
    settle,
};
use crate::{
    app::Core,
    error::Result,
    outside::registry::Answer,
    service::telling::notices::{Referred, Subject},
};
use balabaqsha_shared::{
    application::{ApplicationState, Standing, VerifiedBy},
    code::Code,
    comment::Comment,
    entity::Application,
    event::Event,
    number::ApplicationNumber,
    rules::r27_child::{self, First, Outcome},
};
use balabaqsha_store::{self as store, Tx, holds::HoldState};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// A word for an applicant and a child.
#[derive(Clone, Debug)]
pub(in crate::service) struct Word {
    pub by: VerifiedBy,
    /// The birth date that is registered.
    pub birth_date: Option<NaiveDate>,
    pub cause: Cause,
}

/// Register or official vouch for the applicant. The applications about the child are locked by its
/// name. A claim ends by it (R27).
pub(in crate::service) async fn verify(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    word: &Word,
    now: DateTime<Utc>,
) -> Result<Application> {
    if application.verification.is_proven() {
        return Ok(application);
    }
    let previous = application.child.birth_date;
    let verified = application.verify(word.by, word.birth_date, now);
    let application = save_application(tx, verified).await?;
    store::applications::ask_registry_at(tx, application.id, None).await?;
    let subject = Subject::Application(&application);
    let event = Event::ChildVerified { by: word.by };
    journal::record(tx, core, subject, now, word.cause.clone(), &event).await?;
    if application.child.birth_date != previous {
        let event = Event::BirthDateRegistered {
            birth_date: application.child.birth_date,
            previous,
        };
        journal::record(tx, core, subject, now, word.cause.clone(), &event).await?;
    }
    if application.standing == Standing::Claim {
        end_claim(tx, core, &application, now).await?;
    }
    Ok(application)
}

async fn end_claim(
    tx: &mut Tx,
    core: &Core,
    claim: &Application,
    now: DateTime<Utc>,
) -> Result<()> {
    let firsts = claims::firsts(tx, claim.applicant_id, &claim.child.iin).await?;
    let facts: Vec<First> = firsts
        .iter()
        .map(|first| First {
            verification: first.verification,
            same_locality: first.locality_id == claim.locality_id,
        })
        .collect();
    let outcome = r27_child::outcome(&facts);
    for first in firsts {
        if first.verification.is_proven() && outcome != Outcome::TakesPart {
            claims::attach(tx, core, &first, claim, now).await?;
        } else if first.state.is_active() {
            dispute_in(tx, core, first, Cause::Rules, now).await?;
        }
    }
    claims::settle(tx, core, claim.id, now).await
}

/// The application holds no place any more until an official has decided; an active referral stays.
async fn dispute_in(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    cause: Cause,
    now: DateTime<Utc>,
) -> Result<Application> {
    let application = save_application(tx, application.dispute()?).await?;
    if let Some(hold) = store::holds::live_of(tx, application.id).await? {
        end_hold(tx, core, &hold, HoldState::Released).await?;
    }
    let subject = Subject::Application(&application);
    journal::record(tx, core, subject, now, cause, &Event::Disputed {}).await?;
    Ok(application)
}

/// How long after an unanswered question the registry is asked again at first; each time twice as long.
const FIRST_PAUSE: TimeDelta = TimeDelta::minutes(1);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(6);

/// Takes what the registry has said of the applicant and the child.
pub(in crate::service) async fn hear(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    answer: Answer,
    now: DateTime<Utc>,
) -> Result<()> {
    match answer {
        Answer::Yes { birth_date } => {
            let word = Word {
                by: VerifiedBy::Registry,
                birth_date,
                cause: Cause::Rules,
            };
            verify(tx, core, application, &word, now).await?;
        }
        Answer::No => {
            let id = application.id;
            save_application(tx, application.deny(now)).await?;
            store::applications::ask_registry_at(tx, id, None).await?;
        }
        Answer::None => {
            let at = Some(now + FIRST_PAUSE);
            store::applications::ask_registry_at(tx, application.id, at).await?;
        }
    }
    Ok(())
}

/// When the registry is asked once more after so many questions without an answer.
pub(in crate::service) fn next_question(now: DateTime<Utc>, attempts: i32) -> DateTime<Utc> {
    let doublings = u32::try_from(attempts.clamp(0, 16)).unwrap_or(0);
    let factor = 2_i32.saturating_pow(doublings);
    now + (FIRST_PAUSE * factor).min(LONGEST_PAUSE)
}

/// An official has seen that the applicant is a parent of the child, and its birth date.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn verify_by_official(
    core: &Core,
    wish: Wish<'_>,
    birth_date: Option<NaiveDate>,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    let decision = Decision::read(wish)?;
    core.db
        .transact(async |tx| {
            let application = decision.lock(tx).await?;
            verify_known(tx, core, application, birth_date, decision.official).await
        })
        .await
}

/// The same about an application that is locked with everything about its child.
pub(in crate::service) async fn verify_known(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    birth_date: Option<NaiveDate>,
    official: Comment,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    let now = core.now();
    if application.verification.is_proven() {
        let code = Code::ChildVerified;
        return Err(deciding::fate(&application, code, "is verified already"));
    }
    let (applicant, child) = (application.applicant_id, application.child.iin.clone());
    let number = application.number.clone();
    let word = Word {
        by: VerifiedBy::Official,
        birth_date,
        cause: Cause::Official(official),
    };
    // The word is about the applicant and the child, wherever the child is queued.
    for known in store::applications::of_child(tx, &child).await? {
        if known.applicant_id == applicant && known.state.is_active() {
            verify(tx, core, known, &word, now).await?;
        }
    }
    if !application.state.is_active() {
        verify(tx, core, application, &word, now).await?;
    }
    Ok(number)
}

/// An official doubts: the application holds no place until it is decided.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn dispute(
    core: &Core,
    wish: Wish<'_>,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    let decision = Decision::read(wish)?;
    core.db
        .transact(async |tx| {
            let application = decision.lock(tx).await?;
            dispute_known(tx, core, application, decision.official).await
        })
        .await
}

/// The same about an application that is locked with everything about its child.
pub(in crate::service) async fn dispute_known(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    official: Comment,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    let now = core.now();
    let application = active(tx, core, application, now).await?;
    if application.standing != Standing::TakesPart {
        return Err(deciding::fate(
            &application,
            Code::ApplicationTakesNoPart,
            "does not take part in the queue",
        ));
    }
    let cause = Cause::Official(official);
    let application = dispute_in(tx, core, application, cause, now).await?;
    claims::release(tx, core, &application.child.iin, now).await?;
    Ok(application.number)
}

/// The application as it is now; one that has ended is refused.
async fn active(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    now: DateTime<Utc>,
) -> std::result::Result<Application, DecisionError> {
    let application = settle::application(tx, core, application, now).await?;
    if application.state.is_active() {
        Ok(application)
    } else {
        let code = Code::ApplicationOver;
        Err(deciding::fate(&application, code, "is not active any more"))
    }
}

/// How an official decides.
#[derive(Clone, Copy, Debug)]
pub struct Verdict<'a> {
    pub in_favour: bool,
    /// The applicant reads it.
    pub reason: &'a str,
}

/// An official decides a claim or a dispute.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn decide(
    core: &Core,
    wish: Wish<'_>,
    verdict: Verdict<'_>,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    let decision = Decision::read(wish)?;
    let decided = Decided {
        in_favour: verdict.in_favour,
        reason: deciding::reason(verdict.reason)?,
    };
    core.db
        .transact(async |tx| {
            let application = decision.lock(tx).await?;
            decide_known(tx, core, application, decided, decision.official).await
        })
        .await
}

/// A verdict that was read.
#[derive(Clone, Debug)]
pub(in crate::service) struct Decided {
    pub in_favour: bool,
    pub reason: Comment,
}

/// The same about an application that is locked with everything about its child.
pub(in crate::service) async fn decide_known(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    decided: Decided,
    official: Comment,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    let now = core.now();
    let application = active(tx, core, application, now).await?;
    let (reason, cause) = (decided.reason, Cause::Official(official));
    if decided.in_favour {
        decide_for(tx, core, application, reason, cause, now).await
    } else {
        decide_against(tx, core, application, reason, cause, now).await
    }
}

async fn decide_for(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    reason: Comment,
    cause: Cause,
    now: DateTime<Utc>,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    if application.standing != Standing::Disputed {
        return Err(deciding::fate(
            &application,
            Code::ApplicationTakesPart,
            "is not disputed",
        ));
    }
    let others = store::applications::of_child(tx, &application.child.iin).await?;
    let other = others.into_iter().find(|other| {
        other.id != application.id
            && other.locality_id == application.locality_id
            && other.standing == Standing::TakesPart
            && other.state.is_active()
    });
    if let Some(other) = other {
        return Err(DecisionError::AnotherTakesPart(other.number));
    }
    let application = save_application(tx, application.take_part()?).await?;
    let subject = Subject::Application(&application);
    let event = Event::DecidedFor { reason };
    journal::record(tx, core, subject, now, cause, &event).await?;
    Ok(application.number)
}

async fn decide_against(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    reason: Comment,
    cause: Cause,
    now: DateTime<Utc>,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    if application.standing == Standing::TakesPart {
        return Err(deciding::fate(
            &application,
            Code::ApplicationTakesPart,
            "takes part and is not disputed",
        ));
    }
    if let Some(hold) = store::holds::live_of(tx, application.id).await? {
        end_hold(tx, core, &hold, HoldState::Released).await?;
    }
    let state = application.state;
    let application = save_application(tx, application.decide_against(now)?).await?;
    if let ApplicationState::Referred { referral_id } = state {
        let referral = super::referral::require(tx, referral_id).await?;
        let referral = save_referral(tx, referral.annul(now)?).await?;
        let place = store::kindergartens::require_place(tx, referral.group_id).await?;
        let locality = store::localities::require(tx, application.locality_id).await?;
        free_taken(tx, core, &place, &locality).await?;
        let subject = Subject::Referral(Referred {
            application: &application,
            referral: &referral,
            place: &place,
            calendar: None,
        });
        let event = Event::ReferralAnnulled {
            number: referral.number.clone(),
            reason: reason.clone(),
        };
        journal::record(tx, core, subject, now, cause.clone(), &event).await?;
    }
    let subject = Subject::Application(&application);
    let event = Event::DecidedAgainst { reason };
    journal::record(tx, core, subject, now, cause, &event).await?;
    claims::release(tx, core, &application.child.iin, now).await?;
    Ok(application.number)
}
