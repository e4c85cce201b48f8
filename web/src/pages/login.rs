//! Login with the EDS (R1): the storage, the file, the password, the keys in it, then the owner's
//! data and «Войти». The person is whoever the certificate says.

use super::email::EmailPage;
use crate::{
    api::{Failure, use_api},
    browser,
    components::{
        facts::{Fact, Facts},
        fields::{PlainButton, WorkingButton, true_when},
        form::ErrorSummary,
        heading::Heading,
        notice::{Inset, Paper},
        trouble::TroubleSlot,
    },
    i18n::{t, t_string, use_i18n},
    navigation::use_navigation,
    remote::{Fetched, Remote, failure_of},
    routes::Route,
    signing::{
        ChosenKey, KeyChoice, KeyInfo, KeyPanel, KeyPurpose, PhonePanel, PhoneSignature, PhoneTask,
        Text, Usage, key_words, use_signer,
    },
    state::{Ending, Standing, use_clock, use_demo, use_session},
};
use balabaqsha_shared::{
    Code,
    dto::{Challenge, DemoKey, DemoKeyCondition, DemoKeyList, DemoKeyPurpose, SessionRequest},
    endpoint,
    import::ImportKind,
    staff::StaffRole,
};
use leptos::prelude::*;

/// A challenge that ends within so many seconds is replaced before anybody signs it.
const FRESH_SECONDS: i64 = 20;

/// The page of its own address: whoever is logged in has no business here.
#[component]
pub fn OwnLoginPage() -> impl IntoView {
    let navigation = use_navigation();
    let session = use_session();
    let standing = Memo::new(move |_| session.standing());
    move || match standing.get() {
        Standing::Person => {
            browser::soon(move || navigation.replace(&Route::Applications));
            ().into_any()
        }
        Standing::EmailMissing => {
            navigation.announce();
            view! { <EmailPage/> }.into_any()
        }
        Standing::Nobody | Standing::Unknown | Standing::Unreached(_) => {
            view! { <LoginPage/> }.into_any()
        }
    }
}

#[component]
pub fn LoginPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let choice = KeyChoice::new(Usage::Login);
    let ending = untrack(|| session.ending()).map(|ending| view! { <Ended ending/> });
    let keeps_nothing = (!browser::keeps()).then(|| {
        view! { <Inset><p role="status">{t!(i18n, login.keeps_nothing)}</p></Inset> }
    });
    let owner = move || {
        if choice.in_ncalayer() {
            return Some(untrack(|| view! { <Owner choice key=None/> }).into_any());
        }
        if choice.in_phone() {
            return Some(view! { <WithPhone/> }.into_any());
        }
        let key = choice.facts()?;
        Some(untrack(|| view! { <Owner choice key=Some(key)/> }).into_any())
    };
    view! {
        {ending}
        {keeps_nothing}
        <ErrorSummary form=choice.form()/>
        <Heading text=move || t_string!(i18n, login.heading) form=choice.form()/>
        <p class="lead">{t!(i18n, login.lead)}</p>
        <div class="two">
            <div class="card">
                <KeyPanel choice/>
                {owner}
            </div>
            <aside>
                <DemoKeys choice/>
                <section>
                    <h2>{t!(i18n, login.safe)}</h2>
                    <p>{t!(i18n, login.safe_text)}</p>
                    <h2>{t!(i18n, login.no_key)}</h2>
                    <p>{t!(i18n, login.no_key_text)}</p>
                </section>
            </aside>
        </div>
    }
}

/// The login with eGov Mobile, which enters by itself once the phone has signed.
#[component]
fn WithPhone() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let log_in = Action::new_local(move |signature: &PhoneSignature| {
        let PhoneSignature { challenge, cms, .. } = signature.clone();
        async move {
            match challenge {
                Some(challenge_id) => api.log_in(SessionRequest { challenge_id, cms }).await,
                None => Ok(()),
            }
        }
    });
    let on_signed = move |signed: Vec<PhoneSignature>| {
        if let (Some(signature), false) = (signed.first(), log_in.pending().get_untracked()) {
            log_in.dispatch_local(signature.clone());
        }
    };
    view! {
        <TroubleSlot failure=failure_of(log_in)/>
        <Show when=move || !log_in.pending().get()
            fallback=move || view! { <p role="status">{t!(i18n, login.working)}</p> }>
            <PhonePanel task=PhoneTask::Login on_signed/>
        </Show>
    }
}

/// Why somebody who was here has to log in again.
#[component]
fn Ended(ending: Ending) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    match ending {
        Ending::LoggedOut => ().into_any(),
        Ending::TimedOut => view! {
            <Inset><p role="status">{t!(i18n, login.timed_out)}</p></Inset>
        }
        .into_any(),
        Ending::Ended => view! {
            <Inset><p role="status">{t!(i18n, login.ended)}</p></Inset>
        }
        .into_any(),
        Ending::AnotherPerson => view! {
            <Inset>
                <p role="status">{t!(i18n, login.another_person)}</p>
                <p>
                    <PlainButton text=move || t_string!(i18n, login.go_on_as_them)
                        on_press=move |()| leptos::task::spawn_local(api.resume())/>
                </p>
            </Inset>
        }
        .into_any(),
    }
}

/// Whose key it is, as far as that is known before it signs, what will be signed, and «Войти».
#[component]
fn Owner(
    choice: KeyChoice,
    /// None where NCALayer asks for the key.
    key: Option<KeyInfo>,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let clock = use_clock();
    let signer = use_signer();
    let challenge: Remote<Challenge> = Remote::new(move || api.challenge()).in_language();
    Effect::new(move || {
        let ends = challenge.with(|challenge| challenge.expires_at);
        if ends.is_some_and(|ends| clock.seconds_until(ends) == FRESH_SECONDS) {
            challenge.refresh();
        }
    });
    let log_in = Action::new_local(move |key: &ChosenKey| {
        let key = *key;
        let there = challenge.with_now(Challenge::clone);
        async move {
            // Whoever is faster than the network is not left without an answer.
            let asked = match there {
                Some(asked) => asked,
                None => api.challenge().await?,
            };
            let text = Text {
                content: &asked.content,
                shown: &asked.text,
            };
            let cms = match signer.sign(key, &[text]).await {
                // One text, one signature.
                Ok(signed) => signed.into_iter().next().unwrap_or_default(),
                Err(problem) => {
                    choice.take(&problem);
                    return Ok(());
                }
            };
            let request = SessionRequest {
                challenge_id: asked.id,
                cms,
            };
            // After a success this page is gone.
            api.log_in(request).await.inspect_err(|refused: &Failure| {
                if refused.is(Code::ChallengeExpired) || refused.is(Code::ChallengeUsed) {
                    challenge.refresh();
                }
            })
        }
    });
    let press = move |()| {
        let key = untrack(|| choice.key());
        if let (Some(key), false) = (key, log_in.pending().get_untracked()) {
            log_in.dispatch_local(key);
        }
    };
    let in_file = key.is_some();
    let title = move || {
        if in_file {
            t_string!(i18n, login.owner)
        } else {
            t_string!(i18n, key.storage_ncalayer)
        }
    };
    let facts = key.map(|key| view! { <OwnerFacts key/> });
    view! {
        <section class="owner" aria-labelledby="owner-title">
            <h2 id="owner-title">{title}</h2>
            {facts}
            <details>
                <summary>{t!(i18n, login.what_is_signed)}</summary>
                <Fetched data=challenge let:challenge><Paper text=challenge.text/></Fetched>
            </details>
            <TroubleSlot failure=failure_of(log_in)/>
            <p class="hint">{t!(i18n, login.instruction)}</p>
            <WorkingButton text=move || t_string!(i18n, login.enter)
                working=move || t_string!(i18n, login.working)
                busy=log_in.pending() on_press=press/>
        </section>
    }
}

#[component]
fn OwnerFacts(key: KeyInfo) -> impl IntoView {
    let i18n = use_i18n();
    let iin = key.iin.map(|iin| {
        view! { <Fact name=move || t_string!(i18n, common.iin)>{iin}</Fact> }
    });
    let bin = key.bin.map(|bin| {
        view! { <Fact name=move || t_string!(i18n, common.bin)>{bin}</Fact> }
    });
    view! {
        <Facts>
            <Fact name=move || t_string!(i18n, common.full_name)>{key.owner_name}</Fact>
            {iin}
            {bin}
        </Facts>
    }
}

/// In the demo: keys to try the service with. Where the service offers none, nothing is there.
#[component]
fn DemoKeys(choice: KeyChoice) -> impl IntoView {
    let demo = use_demo();
    view! {
        <Show when=move || demo.get()>
            <DemoKeyBox choice/>
        </Show>
    }
}

#[component]
fn DemoKeyBox(choice: KeyChoice) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let keys: Remote<DemoKeyList> = Remote::new(move || api.demo_keys());
    move || {
        let list = keys.with(DemoKeyList::clone)?;
        let items = list.items.into_iter();
        let password = list.password.clone();
        let items = items.map(|key| {
            let password = password.clone();
            view! { <DemoKeyRow choice key password/> }
        });
        let items = items.collect_view();
        Some(view! {
            <section class="card demo-keys" id="demo-keys" tabindex="-1">
                <h2>{t!(i18n, login.demo_keys)}</h2>
                <p>{t!(i18n, login.demo_keys_text)}</p>
                <p>{t!(i18n, login.demo_password)} " " <code>{list.password}</code></p>
                <ul>{items}</ul>
                <p>{t!(i18n, login.demo_tables)} " " {tables()}</p>
            </section>
        })
    }
}

/// The tables that the demo's city was made of.
fn tables() -> impl IntoView {
    let file = |kind: ImportKind| {
        let name = format!("{}.csv", kind.as_str());
        let url = format!("{}/{name}", endpoint::DEMO_TABLES);
        view! { <a href=url download=name.clone()>{name.clone()}</a> " " }
    };
    ImportKind::ALL.map(file).collect_view()
}

#[component]
fn DemoKeyRow(choice: KeyChoice, key: DemoKey, password: String) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let (url, file_name) = (key.url.clone(), key.file_name.clone());
    // What the reader could do by hand: save the file, choose it, type the password.
    let try_key = Action::new_local(move |(): &()| {
        let (url, name, password) = (url.clone(), file_name.clone(), password.clone());
        async move {
            let bytes = api.demo_key(url).await?;
            choice.open_bytes(name, bytes, password);
            Ok(())
        }
    });
    let press = move |()| {
        if !try_key.pending().get_untracked() {
            try_key.dispatch_local(());
        }
    };
    let file = key.file_name.clone();
    let full_name = move || t_string!(i18n, login.try_key_of, file = file.clone());
    let purpose = match key.purpose {
        DemoKeyPurpose::Login => KeyPurpose::Login,
        DemoKeyPurpose::Signing => KeyPurpose::Signing,
        DemoKeyPurpose::LoginAndSigning => KeyPurpose::LoginAndSigning,
    };
    let (condition, staff, official) = (key.condition, key.staff, key.official);
    let role = move || match staff {
        Some(StaffRole::Head) => Some(t_string!(i18n, login.demo_head)),
        Some(StaffRole::Employee) => Some(t_string!(i18n, login.demo_employee)),
        None => official.then(|| t_string!(i18n, login.demo_official)),
    };
    let note = move || {
        let purpose = key_words::purpose(i18n.get_locale(), purpose);
        match condition {
            DemoKeyCondition::Valid => purpose.to_owned(),
            DemoKeyCondition::Expired => {
                format!("{purpose}, {}", t_string!(i18n, login.demo_expired))
            }
            DemoKeyCondition::Untrusted => {
                format!("{purpose}, {}", t_string!(i18n, login.demo_untrusted))
            }
            DemoKeyCondition::Revoked => {
                format!("{purpose}, {}", t_string!(i18n, login.demo_revoked))
            }
        }
    };
    view! {
        <li>
            <a href=key.url download=key.file_name.clone()>{key.file_name.clone()}</a>
            <span>{key.owner}</span>
            {move || role().map(|role| view! { <span class="note">{role}</span> })}
            <span class="note">{note}</span>
            <button type="button" class="btn small ghost" aria-label=full_name
                aria-disabled=true_when(move || try_key.pending().get())
                on:click=move |_| press(())>
                {t!(i18n, login.try_key)}
            </button>
            <TroubleSlot failure=failure_of(try_key)/>
        </li>
    }
}
