//! What the service says of itself: its mode, its clock and its sums.

use crate::{api::Api, remote::Remote, state::Topic};
use balabaqsha_shared::dto::{Service, ServiceMode};
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

/// Whether this is a demonstration: false while that is not known.
pub fn use_demo() -> Memo<bool> {
    let service = use_service();
    Memo::new(move |_| service.with(|service| service.mode == ServiceMode::Demo) == Some(true))
}
