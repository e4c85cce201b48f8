//! What somebody has saved on this device, to be shown without a network: an application with its
//! referral, and the paper. Kept by the browser's own store of answers, for one person at a time;
//! gone with a log-out, a stolen session, or another person's login.

use crate::browser;
use balabaqsha_shared::{
    dto::Application,
    id::{ApplicationId, PersonId},
};
use chrono::{DateTime, Utc};
use js_sys::Array;
use leptos::prelude::window;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Cache, CacheStorage, Request, Response};

/// The name of the store.
const STORE: &str = "saved";
/// Paths that the service does not have.
const PATH: &str = "/saved";

/// An application as it was when it was saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    pub at: DateTime<Utc>,
    pub application: Application,
}

fn stores() -> Option<CacheStorage> {
    window().caches().ok()
}

async fn store() -> Option<Cache> {
    let opened = JsFuture::from(stores()?.open(STORE)).await.ok()?;
    opened.dyn_into().ok()
}

fn of_person(person: PersonId) -> String {
    format!("{PATH}/{person}/")
}

fn path(person: PersonId, application: ApplicationId) -> String {
    format!("{}{application}", of_person(person))
}

/// Saves an application with the paper of its referral. False where the browser does not.
pub async fn save(person: PersonId, saved: &Saved, paper: &Blob) -> bool {
    let path = path(person, saved.application.id);
    let (Some(store), Ok(text)) = (store().await, serde_json::to_string(saved)) else {
        return false;
    };
    let (Ok(application), Ok(paper)) = (
        Response::new_with_opt_str(Some(&text)),
        Response::new_with_opt_blob(Some(paper)),
    ) else {
        return false;
    };
    let kept = [
        store.put_with_str(&format!("{path}.pdf"), &paper),
        store.put_with_str(&path, &application),
    ];
    for promise in kept {
        if JsFuture::from(promise).await.is_err() {
            return false;
        }
    }
    true
}

/// Whether an application is saved.
pub async fn has(person: PersonId, application: ApplicationId) -> bool {
    answer(&path(person, application)).await.is_some()
}

async fn answer(path: &str) -> Option<Response> {
    let found = JsFuture::from(store().await?.match_with_str(path)).await;
    found.ok()?.dyn_into().ok()
}

/// Everything that is saved, each with the address of its paper in the store.
pub async fn all() -> Vec<(Saved, String)> {
    let mut all = Vec::new();
    for path in paths().await {
        if path.ends_with(".pdf") {
            continue;
        }
        let text = async { JsFuture::from(answer(&path).await?.text().ok()?).await.ok() };
        let text = text.await.and_then(|text| text.as_string());
        if let Some(saved) = text.and_then(|text| serde_json::from_str(&text).ok()) {
            all.push((saved, format!("{path}.pdf")));
        }
    }
    all
}

/// A paper by its address in the store.
pub async fn paper(path: &str) -> Option<Blob> {
    let blob = answer(path).await?.blob().ok()?;
    JsFuture::from(blob).await.ok()?.dyn_into().ok()
}

/// Forgets everything, or what belongs to others than a person.
pub async fn forget(but: Option<PersonId>) {
    let Some(person) = but else {
        if let Some(stores) = stores() {
            drop(JsFuture::from(stores.delete(STORE)).await);
        }
        return;
    };
    let own = of_person(person);
    let Some(store) = store().await else { return };
    for path in paths().await {
        if !path.starts_with(&own) {
            drop(JsFuture::from(store.delete_with_str(&path)).await);
        }
    }
}

/// The paths of all answers in the store. Nothing is made where nothing was saved.
async fn paths() -> Vec<String> {
    let paths = async {
        let there = JsFuture::from(stores()?.has(STORE)).await.ok()?;
        if there != JsValue::TRUE {
            return None;
        }
        let keys = JsFuture::from(store().await?.keys()).await.ok()?;
        let requests: Array = keys.dyn_into().ok()?;
        let requests = requests.iter().filter_map(|key| key.dyn_into().ok());
        Some(
            requests
                .filter_map(|request: Request| browser::path_of(&request.url()))
                .collect(),
        )
    };
    paths.await.unwrap_or_default()
}
