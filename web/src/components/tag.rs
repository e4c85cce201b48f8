//! States as tags: always with text, the colour only helps.

use crate::i18n::{I18n, Text, t};
use balabaqsha_shared::{application::ApplicationState, referral::ReferralState};
use leptos::prelude::*;

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
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Wait => "tag wait",
            Self::Good => "tag ok",
            Self::Soon => "tag soon",
            Self::Stop => "tag stop",
            Self::Over => "tag over",
        }
    }
}

#[must_use]
pub const fn of_application(state: &ApplicationState) -> (Mood, Text) {
    use t::state;
    match state {
        ApplicationState::Queued => (Mood::Wait, state::QUEUED),
        ApplicationState::StopListed { .. } => (Mood::Stop, state::STOP_LISTED),
        ApplicationState::Referred { .. } => (Mood::Good, state::REFERRED),
        ApplicationState::Enrolled { .. } => (Mood::Good, state::ENROLLED),
        ApplicationState::Removed { .. } => (Mood::Stop, state::REMOVED),
        ApplicationState::Withdrawn { .. } => (Mood::Over, state::WITHDRAWN),
    }
}

#[must_use]
pub const fn of_referral(state: &ReferralState) -> (Mood, Text) {
    use t::state;
    match state {
        ReferralState::Active => (Mood::Good, state::REFERRAL_ACTIVE),
        ReferralState::Enrolled { .. } => (Mood::Good, state::ENROLLED),
        ReferralState::Lapsed { .. } => (Mood::Stop, state::REFERRAL_LAPSED),
        ReferralState::Revoked { .. } => (Mood::Over, state::REFERRAL_REVOKED),
        ReferralState::Annulled { .. } => (Mood::Stop, state::REFERRAL_ANNULLED),
    }
}

pub fn tag((mood, text): (Mood, Text), i18n: I18n) -> AnyView {
    view! { <span class=mood.class()>{i18n.t(text)}</span> }.into_any()
}
