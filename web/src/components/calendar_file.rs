//! The last day to arrive with a referral, as a file for the calendar of the device.

use super::{document::DownloadButton, trouble::TroubleSlot};
use crate::{
    api::Failure,
    i18n::{t_string, use_i18n},
};
use balabaqsha_shared::{dto::Referral, endpoint};
use leptos::prelude::*;

#[component]
pub fn DeadlineFile(referral: Referral) -> impl IntoView {
    let i18n = use_i18n();
    let failure = RwSignal::new(None::<Failure>);
    let file_name = format!("{}.ics", referral.number.as_str());
    view! {
        <DownloadButton text=move || t_string!(i18n, referral.to_calendar)
            path=endpoint::calendar_event(referral.id) file_name failure/>
        <TroubleSlot failure/>
    }
}
