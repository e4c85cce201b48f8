//! Login with the EDS (R1): the storage, the file, the password, the keys in it, then the owner's
//! data and «Войти». The person is whoever the certificate says.

use super::{card, elsewhere};
use crate::{
    api::{Failure, use_api},
    app::use_service,
    clock::use_clock,
    components::{
        facts::{fact, facts},
        fields::working_button,
        form::error_summary,
        heading::form_heading,
        key_panel::{KeyChoice, key_panel},
        key_words,
        notice::{inset, paper},
        trouble::trouble_slot,
    },
    dom::{
        El, View, a, aside, code, details, div, effect, h2, li, live, p, section, span, summary,
        ul, view,
    },
    i18n::{Text, t},
    remote::Remote,
    router::use_router,
    routes::Route,
    session::{Standing, use_session},
    signer::use_signer,
    signing::{KeyInfo, KeyPurpose, Usage},
};
use balabaqsha_shared::{
    Code,
    dto::{Challenge, DemoKey, DemoKeyCondition, DemoKeyList, DemoKeyPurpose, SessionRequest},
};
use leptos::prelude::*;

/// A challenge that ends within so many seconds is replaced before anybody signs it.
const FRESH_SECONDS: i64 = 20;

/// The page of its own address: whoever is logged in has no business here.
pub fn own_page() -> View {
    let router = use_router();
    let session = use_session();
    let standing = Memo::new(move |_| session.standing());
    live(move || match standing.get() {
        Standing::Person => elsewhere(move || router.replace(&Route::Applications)),
        Standing::EmailMissing => {
            router.announce();
            super::email::page()
        }
        Standing::Nobody | Standing::Unknown => page(),
    })
}

pub fn page() -> View {
    let choice = KeyChoice::new();
    let timed_out = untrack(|| use_session().timed_out())
        .then(|| inset(p().attr("role", "status").add(t::login::TIMED_OUT)));
    let owner = live(move || {
        if choice.in_ncalayer() {
            return Some(untrack(|| owner(choice, None)));
        }
        choice
            .facts()
            .map(|key| untrack(|| owner(choice, Some(&key))))
    });
    let about = section().add((
        h2().add(t::login::SAFE),
        p().add(t::login::SAFE_TEXT),
        h2().add(t::login::NO_KEY),
        p().add(t::login::NO_KEY_TEXT),
    ));
    view((
        timed_out,
        error_summary(choice.form()),
        form_heading(t::login::HEADING, choice.form()),
        p().class("lead").add(t::login::LEAD),
        div().class("two").add((
            div()
                .class("card")
                .add((key_panel(choice, Usage::Login), owner)),
            aside().add((demo_keys(), about)),
        )),
    ))
}

/// Whose key it is, as far as that is known before it signs, what will be signed, and «Войти».
fn owner(choice: KeyChoice, key: Option<&KeyInfo>) -> El {
    let api = use_api();
    let clock = use_clock();
    let signer = use_signer();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let challenge: Remote<Challenge> = Remote::new(move || api.challenge()).in_language();
    effect(move || {
        let ends = challenge.with(|challenge| challenge.expires_at);
        if ends.is_some_and(|ends| clock.seconds_until(ends) == FRESH_SECONDS) {
            challenge.refresh();
        }
    });
    let log_in = move || {
        let key = untrack(|| choice.key());
        let (Some(key), false) = (key, busy.get_untracked()) else {
            return;
        };
        let there = challenge.now(Challenge::clone);
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            // Whoever is faster than the network is not left without an answer.
            let asked = match there {
                Some(asked) => Ok(asked),
                None => api.challenge().await,
            };
            let asked = match asked {
                Ok(asked) => asked,
                Err(refused) => {
                    busy.try_set(false);
                    failure.try_set(Some(refused));
                    return;
                }
            };
            let outcome = match signer.sign(key, &asked.content, &asked.text).await {
                Ok(cms) => {
                    api.log_in(SessionRequest {
                        challenge_id: asked.id,
                        cms,
                    })
                    .await
                }
                Err(problem) => {
                    busy.try_set(false);
                    return choice.take(&problem);
                }
            };
            // After a success this page is gone.
            busy.try_set(false);
            if let Err(refused) = outcome {
                if refused.is(Code::ChallengeExpired) || refused.is(Code::ChallengeUsed) {
                    challenge.refresh();
                }
                failure.try_set(Some(refused));
            }
        });
    };
    let number =
        |name: Text, number: &Option<String>| number.as_deref().map(|number| fact(name, number));
    section()
        .class("owner")
        .attr("aria-labelledby", "owner-title")
        .add((
            h2().id("owner-title").add(match key {
                Some(_) => t::login::OWNER,
                None => t::key::STORAGE_NCALAYER,
            }),
            key.map(|key| {
                facts((
                    fact(t::common::FULL_NAME, key.owner_name.as_str()),
                    number(t::common::IIN, &key.iin),
                    number(t::common::BIN, &key.bin),
                ))
            }),
            details().add((
                summary().add(t::login::WHAT_IS_SIGNED),
                challenge.show(|challenge| paper(&challenge.text)),
            )),
            trouble_slot(failure),
            working_button("button", t::login::ENTER, t::login::WORKING, busy).on_click(log_in),
        ))
}

/// In the demo: keys to try the service with. Where the service offers none, nothing is there.
fn demo_keys() -> View {
    let api = use_api();
    let service = use_service();
    let demo = Memo::new(move |_| service.is_demo());
    live(move || {
        demo.get().then(|| {
            let keys: Remote<DemoKeyList> = Remote::new(move || api.demo_keys());
            live(move || keys.with(demo_key_box))
        })
    })
}

fn demo_key_box(list: &DemoKeyList) -> El {
    let keys: Vec<El> = list.items.iter().map(demo_key).collect();
    card(
        t::login::DEMO_KEYS,
        (
            p().add(t::login::DEMO_KEYS_TEXT),
            p().add((
                t::login::DEMO_PASSWORD,
                " ",
                code().add(list.password.as_str()),
            )),
            ul().add(keys),
        ),
    )
    .class("card demo-keys")
    .id("demo-keys")
    .attr("tabindex", "-1")
}

fn demo_key(key: &DemoKey) -> El {
    let purpose = key_words::purpose(match key.purpose {
        DemoKeyPurpose::Login => KeyPurpose::Login,
        DemoKeyPurpose::Signing => KeyPurpose::Signing,
        DemoKeyPurpose::LoginAndSigning => KeyPurpose::LoginAndSigning,
    });
    let condition = match key.condition {
        DemoKeyCondition::Valid => None,
        DemoKeyCondition::Expired => Some(t::login::DEMO_EXPIRED),
        DemoKeyCondition::Untrusted => Some(t::login::DEMO_UNTRUSTED),
    };
    let file = key.file_name.as_str();
    li().add((
        a().href(&key.url).attr("download", file).add(file),
        span().add(key.owner.as_str()),
        span()
            .class("note")
            .add((purpose, condition.map(|text| (", ", text)))),
    ))
}
