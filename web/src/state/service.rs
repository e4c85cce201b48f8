//! What the service says of itself: its mode, its clock and its sums.

use crate::{api::Api, browser, remote::Remote, state::Topic};
use balabaqsha_shared::dto::Service;
use leptos::prelude::*;

/// The clock and the sums are asked for once a minute.
const REFRESH_SECONDS: u32 = 60;

pub fn provide_service(api: Api) {
    let service = Remote::new(move || api.service()).follow(Topic::Time, REFRESH_SECONDS);
    provide_context::<Remote<Service>>(service);
}

pub fn use_service() -> Remote<Service> {
    expect_context()
}

/// Whether this is a demonstration, as the page itself says: known before the service is asked.
pub fn use_demo() -> Signal<bool> {
    Signal::stored(browser::is_demo())
}
