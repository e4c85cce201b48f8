//! Annulling a referral: an official ends an active one for a reason. The place is free again and
//! the child stands where it stood. It is neither a lapse nor bound to the hours of a revocation.

use super::{
    journal::{self, Cause},
    referral,
};
use crate::{
    app::Core,
    error::Error,
    service::telling::notices::{Referred, Subject},
};
use balabaqsha_shared::{
    code::Code,
    comment::Comment,
    event::Event,
    number::{ApplicationNumber, ReferralNumber},
    referral::ReferralState,
};
use balabaqsha_store::{self as store, Tx, referrals::Referral};

/// Why nothing was annulled; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AnnulmentError {
    #[error("{0:?} is not the number of a referral, such as АКТ-Н-2026-001873")]
    Number(String),
    #[error("there is no referral {0}")]
    Unknown(ReferralNumber),
    #[error("the reason must have 1 to {max} characters and no hidden ones", max = Comment::MAX_CHARS)]
    Reason,
    #[error(
        "the name of who decided must have 1 to {max} characters and no hidden ones",
        max = Comment::MAX_CHARS
    )]
    Official,
    #[error("{code}: {fate}; referral {number} is as it was", code = Code::ReferralNotActive)]
    NotActive {
        number: ReferralNumber,
        fate: &'static str,
    },
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for AnnulmentError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

impl From<AnnulmentError> for Error {
    fn from(error: AnnulmentError) -> Self {
        match error {
            AnnulmentError::Service(error) => error,
            AnnulmentError::NotActive { .. } => Self::refused(Code::ReferralNotActive),
            AnnulmentError::Unknown(_) | AnnulmentError::Number(_) => Self::refused(Code::NotFound),
            AnnulmentError::Reason | AnnulmentError::Official => Self::refused(Code::TextInvalid),
        }
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annulled {
    pub referral: ReferralNumber,
    /// The application that is queued again.
    pub application: ApplicationNumber,
}

/// What an operator has typed in.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Of the referral.
    pub number: &'a str,
    pub reason: &'a str,
    /// Name of who decided.
    pub official: &'a str,
}

/// What an official has decided.
struct Decision {
    number: ReferralNumber,
    reason: Comment,
    official: Comment,
}

/// Ends the referral of this number, frees its place, queues the child again and tells the parents
/// the reason, all or nothing. Who decided stays in the journal.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn annul(core: &Core, wish: Wish<'_>) -> std::result::Result<Annulled, AnnulmentError> {
    let decision = Decision {
        number: ReferralNumber::typed(wish.number)
            .map_err(|_| AnnulmentError::Number(wish.number.to_owned()))?,
        reason: Comment::parse(wish.reason).map_err(|_| AnnulmentError::Reason)?,
        official: Comment::parse(wish.official).map_err(|_| AnnulmentError::Official)?,
    };
    core.db
        .transact(async |tx| annul_in(tx, core, decision).await)
        .await
}

async fn annul_in(
    tx: &mut Tx,
    core: &Core,
    decision: Decision,
) -> std::result::Result<Annulled, AnnulmentError> {
    let Some(known) = store::referrals::by_number(tx, &decision.number).await? else {
        return Err(AnnulmentError::Unknown(decision.number));
    };
    annul_known(tx, core, known, decision.reason, decision.official).await
}

/// The same for a referral that is known; `official` is the name of who decided.
pub(in crate::service) async fn annul_known(
    tx: &mut Tx,
    core: &Core,
    known: Referral,
    reason: Comment,
    official: Comment,
) -> std::result::Result<Annulled, AnnulmentError> {
    let now = core.now();
    let application = store::applications::lock(tx, known.application_id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let place = store::kindergartens::require_place(tx, known.group_id).await?;
    let found = referral::settled(tx, core, known.id, application, place, now).await?;
    if let Some(fate) = fate(found.referral.state) {
        let number = found.referral.number;
        return Err(AnnulmentError::NotActive { number, fate });
    }
    let (place, locality) = (found.place, found.locality);
    let annulled = found.referral.annul(now).map_err(Error::from)?;
    let (referral, application) =
        referral::give_back(tx, core, annulled, found.application, &place, &locality).await?;
    let subject = Subject::Referral(Referred {
        application: &application,
        referral: &referral,
        place: &place,
        calendar: None,
    });
    let cause = Cause::Official(official);
    let event = Event::ReferralAnnulled {
        number: referral.number.clone(),
        reason,
    };
    journal::record(tx, core, subject, now, cause, &event).await?;
    Ok(Annulled {
        referral: referral.number,
        application: application.number,
    })
}

/// How a referral has ended.
const fn fate(state: ReferralState) -> Option<&'static str> {
    match state {
        ReferralState::Active { .. } => None,
        ReferralState::Enrolled { .. } => Some("the child is enrolled by it"),
        ReferralState::Ended { .. } => Some("the child is enrolled elsewhere"),
        ReferralState::Lapsed { .. } => Some("it has lapsed"),
        ReferralState::Revoked { .. } => Some("it was revoked"),
        ReferralState::Annulled { .. } => Some("it was annulled before"),
    }
}
