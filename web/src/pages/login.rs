//! Login with the EDS (R1): the storage, the file, the password, the keys in it, then the owner's
//! data and «Войти». The person is whoever the certificate says.

use super::words;
use crate::{
    api::{Failure, use_api},
    app::use_service,
    browser,
    clock::use_clock,
    components::{
        facts::{Facts, plain},
        form::ErrorSummary,
        heading::Heading,
        key_panel::{KeyChoice, KeyPanel},
        notice::Inset,
        paper::Paper,
        trouble::TroubleSlot,
    },
    i18n::{I18n, t, use_i18n},
    remote::Remote,
    router::use_router,
    routes::Route,
    session::{Standing, use_session},
    signer::use_signer,
    signing::{KeyInfo, Usage},
};
use balabaqsha_shared::{
    Code,
    dto::{
        Challenge, DemoKey, DemoKeyCondition, DemoKeyList, DemoKeyPurpose, ServiceMode,
        SessionRequest,
    },
};
use leptos::prelude::*;

/// A challenge that ends within so many seconds is replaced before anybody signs it.
const FRESH_SECONDS: i64 = 20;

/// The page of its own address: whoever is logged in has no business here.
pub fn own_page() -> AnyView {
    let router = use_router();
    let session = use_session();
    let standing = Memo::new(move |_| session.standing());
    let view = move || match standing.get() {
        Standing::Person => {
            browser::soon(move || router.replace(&Route::Applications));
            ().into_any()
        }
        Standing::EmailMissing => {
            router.announce();
            super::email::page()
        }
        Standing::Nobody | Standing::Unknown => page(),
    };
    view.into_any()
}

pub fn page() -> AnyView {
    let i18n = use_i18n();
    let session = use_session();
    let choice = KeyChoice::new();
    let timed_out = session.timed_out().then(|| {
        view! { <Inset><p role="status">{i18n.t(t::login::TIMED_OUT)}</p></Inset> }
    });
    let owner = move || {
        choice
            .facts()
            .map(|key| view! { <Owner choice=choice key=key/> })
    };
    view! {
        {timed_out}
        <ErrorSummary form=choice.form()/>
        <Heading words=words(t::login::HEADING) form=choice.form()/>
        <p class="lead">{i18n.t(t::login::LEAD)}</p>
        <div class="two">
            <div class="card">
                <KeyPanel choice=choice usage=Usage::Login/>
                {owner}
            </div>
            <aside>
                <DemoKeys/>
                <section>
                    <h2>{i18n.t(t::login::SAFE)}</h2>
                    <p>{i18n.t(t::login::SAFE_TEXT)}</p>
                    <h2>{i18n.t(t::login::NO_KEY)}</h2>
                    <p>{i18n.t(t::login::NO_KEY_TEXT)}</p>
                </section>
            </aside>
        </div>
    }
    .into_any()
}

/// Whose key it is, what will be signed, and «Войти».
#[component]
fn Owner(choice: KeyChoice, key: KeyInfo) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let clock = use_clock();
    let signer = use_signer();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let challenge: Remote<Challenge> = Remote::new(move || api.challenge()).in_language();
    Effect::new(move || {
        let ends = challenge.get().map(|challenge| challenge.expires_at);
        if ends.is_some_and(|ends| clock.seconds_until(ends) < FRESH_SECONDS) {
            challenge.refresh();
        }
    });

    let log_in = move |_| {
        let (Some(key), Some(challenge_now), false) =
            (choice.key(), challenge.get_now(), busy.get_untracked())
        else {
            return;
        };
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let signed = signer
                .sign(key, &challenge_now.content, &challenge_now.text)
                .await;
            let outcome = match signed {
                Ok(cms) => {
                    let request = SessionRequest {
                        challenge_id: challenge_now.id,
                        cms,
                    };
                    api.log_in(&request).await
                }
                Err(problem) => {
                    busy.try_set(false);
                    choice.take(&problem);
                    return;
                }
            };
            // After a success this page is gone.
            busy.try_set(false);
            if let Err(refused) = outcome {
                let again = refused.is(Code::ChallengeExpired) || refused.is(Code::ChallengeUsed);
                if again {
                    challenge.refresh();
                }
                failure.try_set(Some(refused));
            }
        });
    };

    let mut facts = vec![(t::common::FULL_NAME, plain(key.owner_name))];
    facts.extend(key.iin.map(|iin| (t::common::IIN, plain(iin))));
    facts.extend(key.bin.map(|bin| (t::common::BIN, plain(bin))));
    view! {
        <section class="owner" aria-labelledby="owner-title">
            <h2 id="owner-title">{i18n.t(t::login::OWNER)}</h2>
            <Facts facts=facts/>
            <details>
                <summary>{i18n.t(t::login::WHAT_IS_SIGNED)}</summary>
                {challenge.show(|challenge| view! { <Paper text=challenge.text/> }.into_any())}
            </details>
            <TroubleSlot failure=failure/>
            <button type="button" class="btn" on:click=log_in
                aria-disabled=move || (busy.get() || challenge.get().is_none()).then_some("true")>
                {move || if busy.get() { i18n.t(t::login::WORKING)() } else { i18n.t(t::login::ENTER)() }}
            </button>
        </section>
    }
    .into_any()
}

/// In the demo: keys to try the service with.
#[component]
fn DemoKeys() -> impl IntoView {
    let service = use_service();
    let demo = Memo::new(move |_| {
        service
            .get()
            .is_some_and(|service| service.mode == ServiceMode::Demo)
    });
    move || demo.get().then(|| view! { <DemoKeyBox/> })
}

#[component]
fn DemoKeyBox() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let keys: Remote<DemoKeyList> = Remote::new(move || api.demo_keys());
    // Where the service offers none, the box is not there.
    move || {
        keys.get().map(|list| {
            let password = list.password;
            let items = list
                .items
                .into_iter()
                .map(|key| demo_key(key, i18n))
                .collect_view();
            view! {
                <section class="card demo-keys" id="demo-keys" tabindex="-1">
                    <h2>{i18n.t(t::login::DEMO_KEYS)}</h2>
                    <p>{i18n.t(t::login::DEMO_KEYS_TEXT)}</p>
                    <p>{i18n.t(t::login::DEMO_PASSWORD)} " " <code>{password}</code></p>
                    <ul>{items}</ul>
                </section>
            }
        })
    }
}

fn demo_key(key: DemoKey, i18n: I18n) -> AnyView {
    let purpose = match key.purpose {
        DemoKeyPurpose::Login => t::key::PURPOSE_LOGIN,
        DemoKeyPurpose::Signing => t::key::PURPOSE_SIGNING,
        DemoKeyPurpose::LoginAndSigning => t::key::PURPOSE_BOTH,
    };
    let condition = match key.condition {
        DemoKeyCondition::Valid => None,
        DemoKeyCondition::Expired => Some(t::login::DEMO_EXPIRED),
        DemoKeyCondition::Untrusted => Some(t::login::DEMO_UNTRUSTED),
    };
    view! {
        <li>
            <a href=key.url download=key.file_name.clone()>{key.file_name.clone()}</a>
            <span>{key.owner}</span>
            <span class="note">
                {i18n.t(purpose)} {condition.map(|text| view! { ", " {i18n.t(text)} })}
            </span>
        </li>
    }
    .into_any()
}
