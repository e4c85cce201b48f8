//! States as tags: always with text, the colour only helps.

use crate::i18n::{Locale, td_string, use_i18n};
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

#[component]
pub fn Tag(mood: Mood, #[prop(into)] text: Signal<String>) -> impl IntoView {
    view! { <span class=mood.class()>{text}</span> }
}

#[component]
pub fn ApplicationTag(state: ApplicationState) -> impl IntoView {
    let i18n = use_i18n();
    let mood = match state {
        ApplicationState::Queued => Mood::Wait,
        ApplicationState::Referred { .. } | ApplicationState::Enrolled { .. } => Mood::Good,
        ApplicationState::StopListed { .. } | ApplicationState::Removed { .. } => Mood::Stop,
        ApplicationState::Left { .. } | ApplicationState::Withdrawn { .. } => Mood::Over,
    };
    view! { <Tag mood text=move || application_words(i18n.get_locale(), &state)/> }
}

fn application_words(locale: Locale, state: &ApplicationState) -> &'static str {
    match state {
        ApplicationState::Queued => td_string!(locale, state.queued),
        ApplicationState::StopListed { .. } => td_string!(locale, state.stop_listed),
        ApplicationState::Referred { .. } => td_string!(locale, state.referred),
        ApplicationState::Enrolled { .. } => td_string!(locale, state.enrolled),
        ApplicationState::Left { .. } => td_string!(locale, state.left),
        ApplicationState::Removed { .. } => td_string!(locale, state.removed),
        ApplicationState::Withdrawn { .. } => td_string!(locale, state.withdrawn),
    }
}

#[component]
pub fn ReferralTag(state: ReferralState) -> impl IntoView {
    let i18n = use_i18n();
    let mood = match state {
        ReferralState::Active { .. } | ReferralState::Enrolled { .. } => Mood::Good,
        ReferralState::Lapsed { .. } | ReferralState::Annulled { .. } => Mood::Stop,
        ReferralState::Ended { .. } | ReferralState::Revoked { .. } => Mood::Over,
    };
    view! { <Tag mood text=move || referral_words(i18n.get_locale(), &state)/> }
}

fn referral_words(locale: Locale, state: &ReferralState) -> &'static str {
    match state {
        ReferralState::Active { .. } => td_string!(locale, state.referral_active),
        ReferralState::Enrolled { .. } => td_string!(locale, state.enrolled),
        ReferralState::Ended { .. } => td_string!(locale, state.referral_ended),
        ReferralState::Lapsed { .. } => td_string!(locale, state.referral_lapsed),
        ReferralState::Revoked { .. } => td_string!(locale, state.referral_revoked),
        ReferralState::Annulled { .. } => td_string!(locale, state.referral_annulled),
    }
}
