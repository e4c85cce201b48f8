//! The pages of the duty `queue`, which are loaded with the first of them.

use super::{
    application::ApplicationPage,
    benefits::{BenefitPage, BenefitsPage, NextBenefitPage},
    routes::{OfficePage, Segments},
    waiting::WaitingPage,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn QueuePages() -> impl IntoView {
    let params = use_params_map();
    let page = params.with_untracked(|params| {
        let segment = |name: &str| params.get(name).unwrap_or_default();
        OfficePage::read(&Segments {
            section: segment("section"),
            id: segment("id"),
            step: segment("step"),
        })
    });
    match page {
        Some(OfficePage::Benefit(id, step)) => view! { <BenefitPage id step/> }.into_any(),
        Some(OfficePage::NextBenefit) => view! { <NextBenefitPage/> }.into_any(),
        Some(OfficePage::Application(id, step)) => view! { <ApplicationPage id step/> }.into_any(),
        Some(OfficePage::Waiting) => view! { <WaitingPage/> }.into_any(),
        _ => view! { <BenefitsPage/> }.into_any(),
    }
}
