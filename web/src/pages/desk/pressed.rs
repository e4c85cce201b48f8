//! What was pressed on a bad network. It is kept on the device with its moment, sent as soon as there is a network, and
//! told when it could not be done. No name of a child is kept: only the number of the referral.

use crate::{
    api::{Api, Failure, use_api},
    browser,
    state::use_session,
};
use balabaqsha_shared::{
    dto::EnrolmentRequest,
    id::{PersonId, ReferralId},
    number::ReferralNumber,
};
use chrono::{DateTime, NaiveDate, Utc};
use gloo_timers::future::sleep;
use leptos::{ev, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Between two tries without a sign of a network.
const PAUSE: Duration = Duration::from_secs(15);
const KEPT_AS: &str = "desk.pressed.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// «Ребёнок пришёл», with the day where that is needed.
    Arrived(Option<NaiveDate>),
    Undo,
}

/// Something that somebody has pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Press {
    pub what: What,
    pub referral: ReferralId,
    pub number: ReferralNumber,
    pub at: DateTime<Utc>,
    /// Why it could not be done, as the service has said.
    #[serde(default)]
    pub refused: Option<String>,
}

#[derive(Clone, Copy)]
pub struct Pressed {
    api: Api,
    list: RwSignal<Vec<Press>>,
    person: StoredValue<Option<PersonId>>,
    sending: RwSignal<bool>,
    /// Grows with each one that was done.
    pub done: RwSignal<u32>,
}

impl Pressed {
    /// Takes up what is kept of this person, and sends it.
    pub fn begin() -> Self {
        let person = use_session().person_id();
        let kept = person
            .and_then(|person| browser::remembered(&key(person)))
            .and_then(|text| serde_json::from_str(&text).ok());
        let pressed = Self {
            api: use_api(),
            list: RwSignal::new(kept.unwrap_or_default()),
            person: StoredValue::new(person),
            sending: RwSignal::new(false),
            done: RwSignal::new(0),
        };
        let listening = window_event_listener(ev::online, move |_| pressed.send());
        on_cleanup(move || listening.remove());
        pressed.send();
        pressed
    }

    pub fn list(self) -> Vec<Press> {
        self.list.get()
    }

    /// Whether something about the referral waits for a network.
    pub fn waits(self, referral: ReferralId) -> bool {
        self.list.with(|list| {
            list.iter()
                .any(|press| press.referral == referral && press.refused.is_none())
        })
    }

    /// Keeps what was pressed for later.
    pub fn keep(self, press: Press) {
        self.change(|list| {
            list.retain(|other| other.referral != press.referral || other.what != press.what);
            list.push(press);
        });
        self.send();
    }

    /// Forgets one that was told.
    pub fn dismiss(self, press: &Press) {
        self.change(|list| list.retain(|other| other != press));
    }

    fn change(self, change: impl FnOnce(&mut Vec<Press>)) {
        self.list.update(change);
        let text = self
            .list
            .with_untracked(|list| serde_json::to_string(list).ok());
        if let (Some(person), Some(text)) = (self.person.get_value(), text) {
            browser::remember(&key(person), &text);
        }
    }

    /// Sends what waits, one after the other, until there is no more or no network.
    pub fn send(self) {
        if self.sending.get_untracked() {
            return;
        }
        self.sending.set(true);
        spawn_local(async move {
            loop {
                let waiting = self.list.try_with_untracked(|list| {
                    list.iter().find(|press| press.refused.is_none()).cloned()
                });
                let Some(Some(press)) = waiting else {
                    break;
                };
                match send(self.api, &press, Some(press.at)).await {
                    Ok(()) => {
                        self.change(|list| list.retain(|other| *other != press));
                        self.done.update(|done| *done = done.wrapping_add(1));
                    }
                    Err(failure) if failure.leaves_open() => sleep(PAUSE).await,
                    Err(failure) => {
                        let refused = Some(said(&failure));
                        self.change(|list| {
                            for other in list.iter_mut().filter(|other| **other == press) {
                                other.refused.clone_from(&refused);
                            }
                        });
                        self.done.update(|done| *done = done.wrapping_add(1));
                    }
                }
            }
            self.sending.try_set(false);
        });
    }
}

/// What the service has said, in the language of that moment.
fn said(failure: &Failure) -> String {
    match failure {
        Failure::Refused(problem) => match problem.errors.first() {
            Some(error) => error.detail.clone(),
            None => problem.detail.clone(),
        },
        _ => String::new(),
    }
}

/// Sends one; `at` where it was pressed before.
pub async fn send(api: Api, press: &Press, at: Option<DateTime<Utc>>) -> Result<(), Failure> {
    match press.what {
        What::Arrived(arrived_on) => {
            let request = EnrolmentRequest {
                arrived_on,
                pressed_at: at,
            };
            api.enrol(press.referral, request).await
        }
        What::Undo => api.undo_enrolment(press.referral, at).await,
    }
}

fn key(person: PersonId) -> String {
    format!("{KEPT_AS}{person}")
}
