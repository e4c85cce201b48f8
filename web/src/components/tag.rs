//! States as tags: always with text, the colour only helps.

use crate::{
    dom::{El, span},
    i18n::{Text, t},
};
use balabaqsha_shared::{application::ApplicationState, referral::ReferralState};

/// Looks of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Wait,
    Good,
    Soon,
    Stop,
    Over,
}

impl Mood {
    const fn class(self) -> &'static str {
        match self {
            Self::Wait => "tag wait",
            Self::Good => "tag ok",
            Self::Soon => "tag soon",
            Self::Stop => "tag stop",
            Self::Over => "tag over",
        }
    }
}

pub fn tag(mood: Mood, text: Text) -> El {
    span().class(mood.class()).add(text)
}

pub fn of_application(state: &ApplicationState) -> El {
    use t::state;
    let (mood, text) = match state {
        ApplicationState::Queued => (Mood::Wait, state::QUEUED),
        ApplicationState::StopListed { .. } => (Mood::Stop, state::STOP_LISTED),
        ApplicationState::Referred { .. } => (Mood::Good, state::REFERRED),
        ApplicationState::Enrolled { .. } => (Mood::Good, state::ENROLLED),
        ApplicationState::Removed { .. } => (Mood::Stop, state::REMOVED),
        ApplicationState::Withdrawn { .. } => (Mood::Over, state::WITHDRAWN),
    };
    tag(mood, text)
}

pub fn of_referral(state: &ReferralState) -> El {
    use t::state;
    let (mood, text) = match state {
        ReferralState::Active { .. } => (Mood::Good, state::REFERRAL_ACTIVE),
        ReferralState::Enrolled { .. } => (Mood::Good, state::ENROLLED),
        ReferralState::Lapsed { .. } => (Mood::Stop, state::REFERRAL_LAPSED),
        ReferralState::Revoked { .. } => (Mood::Over, state::REFERRAL_REVOKED),
        ReferralState::Annulled { .. } => (Mood::Stop, state::REFERRAL_ANNULLED),
    };
    tag(mood, text)
}
