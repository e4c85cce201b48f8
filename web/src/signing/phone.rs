//! Signing with eGov Mobile: the QR code, or the link that opens the application on this phone; what the phone has
//! done; and the signature, once it is there. What was begun is kept in the tab: the browser of a phone may be
//! thrown out of memory while the application is in front.

use crate::{
    api::{Failure, use_api},
    app::groups,
    browser,
    components::{
        fields::{PlainButton, WorkingButton},
        hold::Countdown,
        notice::{Inset, Paper},
        trouble::TroubleSlot,
    },
    i18n::{t, t_string, use_i18n},
    lazy::Part,
    remote::failure_of,
    routes::Route,
    state::{Topic, use_changes, use_demo, use_session},
};
use balabaqsha_shared::{
    Code,
    dto::{BegunSigningSession, SigningSession},
    id::{ChallengeId, DraftId},
    signing_session::SigningState,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// How often is asked what the phone has done.
const SECONDS: u32 = 2;
const BEAT: std::time::Duration = std::time::Duration::from_secs(2);
/// Fewer seconds than these are shown as urgent.
const URGENT_SECONDS: i64 = 60;

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneTask {
    Login,
    /// One or several, in one session.
    Drafts(Vec<DraftId>),
}

/// What the phone has signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneSignature {
    /// Of a login.
    pub challenge: Option<ChallengeId>,
    /// Of an act.
    pub draft: Option<DraftId>,
    pub cms: String,
}

/// What the panel is for; its code is loaded when somebody chooses the phone.
#[derive(Clone)]
struct Order {
    task: PhoneTask,
    on_signed: Callback<Vec<PhoneSignature>>,
}

#[component]
pub fn PhonePanel(
    task: PhoneTask,
    #[prop(into)] on_signed: Callback<Vec<PhoneSignature>>,
) -> impl IntoView {
    provide_context(Order { task, on_signed });
    // The room is kept while the panel is loaded, so that nothing below it jumps.
    view! { <div class="phone-room"><Part load=groups::phone_panel/></div> }
}

/// A session as the tab keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Begun {
    begun: BegunSigningSession,
    /// The text of a login; the page of an act shows its own.
    text: Option<String>,
}

impl PhoneTask {
    /// Under which it is kept: what belongs to a person is forgotten with the person.
    fn name(&self) -> String {
        match self {
            Self::Login => "kept.phone.login".to_owned(),
            Self::Drafts(drafts) => {
                let drafts: Vec<String> = drafts.iter().map(DraftId::to_string).collect();
                let drafts = drafts.join(".");
                let person = untrack(|| use_session().person_id());
                let person = person.map(|person| person.to_string()).unwrap_or_default();
                format!("kept.phone.{drafts}.{person}")
            }
        }
    }

    const fn is_own(&self) -> bool {
        matches!(self, Self::Drafts(_))
    }
}

#[derive(Clone, Copy)]
struct Phone {
    name: StoredValue<String>,
    begun: RwSignal<Option<Begun>>,
    /// How the session stands, as far as this page knows.
    session: RwSignal<Option<SigningSession>>,
}

impl Phone {
    fn of(task: &PhoneTask) -> Self {
        let name = task.name();
        let kept = browser::kept(&name).and_then(|text| serde_json::from_str(&text).ok());
        let begun: Option<Begun> = kept;
        Self {
            name: StoredValue::new(name),
            session: RwSignal::new(begun.as_ref().map(|kept| kept.begun.session.clone())),
            begun: RwSignal::new(begun),
        }
    }

    fn keep(self, begun: Begun) {
        if let Ok(text) = serde_json::to_string(&begun) {
            self.name.with_value(|name| browser::keep(name, &text));
        }
        self.session.set(Some(begun.begun.session.clone()));
        self.begun.set(Some(begun));
    }

    fn forget(self) {
        self.name.with_value(|name| browser::forget(name));
        self.begun.set(None);
        self.session.set(None);
    }

    fn state(self) -> Option<SigningState> {
        self.session
            .with(|session| session.as_ref().map(|session| session.state))
    }

    fn is_open(self) -> bool {
        self.state().is_some_and(SigningState::is_open)
    }
}

/// The panel, in a group of its own.
#[component]
pub fn PhoneWork() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let Order { task, on_signed } = expect_context::<Order>();
    let phone = Phone::of(&task);
    let own = task.is_own();
    let begin = Action::new_local(move |(): &()| {
        let task = task.clone();
        async move {
            let begun = match task {
                PhoneTask::Login => {
                    let challenge = api.challenge().await?;
                    let begun = api.begin_to_sign_challenge(challenge.id).await?;
                    Begun {
                        begun,
                        text: Some(challenge.text),
                    }
                }
                PhoneTask::Drafts(drafts) => Begun {
                    begun: api.begin_to_sign_drafts(drafts).await?,
                    text: None,
                },
            };
            phone.keep(begun);
            Ok(())
        }
    });
    let id = move || {
        phone
            .session
            .with_untracked(|session| session.as_ref().map(|session| session.id))
    };
    // What does not exist any more is begun anew.
    let took = move |answer: Result<SigningSession, Failure>| match answer {
        Ok(session) => phone.session.set(Some(session)),
        Err(failure) if failure.is(Code::NotFound) => phone.forget(),
        Err(_) => {}
    };
    let look = move || {
        let Some(id) = id() else { return };
        if !untrack(|| phone.is_open()) {
            return;
        }
        leptos::task::spawn_local(async move {
            let answer = api.signing_session(id, own).await;
            if phone.begun.try_get_untracked().is_some() {
                took(answer);
            }
        });
    };
    // A session that was kept may be over by now.
    look();
    if own {
        use_changes().follow(Topic::Account, SECONDS, Rc::new(look));
    } else if let Ok(timer) = set_interval_with_handle(
        move || {
            if browser::visible() {
                look();
            }
        },
        BEAT,
    ) {
        // Nobody is told of a login before it.
        on_cleanup(move || timer.clear());
    }
    let cancel = Action::new_local(move |(): &()| async move {
        if let Some(id) = id() {
            took(Ok(api.cancel_signing_session(id, own).await?));
        }
        Ok(())
    });
    Effect::new(move || {
        if phone.state() != Some(SigningState::Signed) {
            return;
        }
        let signed = phone.session.with_untracked(|session| {
            let documents = session.as_ref()?.documents.iter();
            let signed = documents.map(|document| {
                Some(PhoneSignature {
                    challenge: document.challenge_id,
                    draft: document.draft_id,
                    cms: document.cms.clone()?,
                })
            });
            signed.collect::<Option<Vec<_>>>()
        });
        if let Some(signed) = signed {
            // It has been handed over: what becomes of it the page finds out.
            untrack(|| phone.forget());
            on_signed.run(signed);
        }
    });
    let state = Memo::new(move |_| phone.state());
    let content = move || match state.get() {
        None | Some(SigningState::Signed) => ().into_any(),
        Some(SigningState::Pending | SigningState::Scanned) => {
            untrack(|| view! { <Open phone look=Callback::new(move |()| look())/> }).into_any()
        }
        Some(SigningState::Rejected) => {
            view! { <p role="status">{t!(i18n, phone.rejected)}</p> }.into_any()
        }
        Some(SigningState::Cancelled) => {
            view! { <p role="status">{t!(i18n, phone.cancelled)}</p> }.into_any()
        }
        Some(SigningState::Expired) => {
            view! { <p role="status">{t!(i18n, phone.expired)}</p> }.into_any()
        }
    };
    let begin_words = move || match state.get() {
        None if browser::is_phone() => t_string!(i18n, phone.begin_here),
        None => t_string!(i18n, phone.begin),
        Some(_) => t_string!(i18n, phone.again),
    };
    let open = Memo::new(move |_| phone.is_open());
    view! {
        <section class="phone" aria-label=move || t_string!(i18n, key.storage_phone)>
            <p class="hint">{t!(i18n, phone.hint)}</p>
            {(!own).then(|| view! {
                <Inset><p>{t!(i18n, phone.never_scan)}</p></Inset>
            })}
            {content}
            <LastFailure phone/>
            <TroubleSlot failure=failure_of(begin)/>
            <TroubleSlot failure=failure_of(cancel)/>
            {move || if open.get() {
                view! {
                    <PlainButton text=move || t_string!(i18n, phone.cancel) busy=cancel.pending()
                        on_press=move |()| {
                            if !cancel.pending().get_untracked() {
                                cancel.dispatch_local(());
                            }
                        }/>
                }.into_any()
            } else {
                view! {
                    <WorkingButton text=begin_words busy=begin.pending() on_press=move |()| {
                        if !begin.pending().get_untracked() {
                            begin.dispatch_local(());
                        }
                    }/>
                }.into_any()
            }}
            <details>
                <summary>{t!(i18n, phone.not_allowed)}</summary>
                <p>{t!(i18n, phone.not_allowed_text)}</p>
            </details>
        </section>
    }
}

/// Why the last signature of the phone did not pass.
#[component]
fn LastFailure(phone: Phone) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let failure = phone
            .session
            .with(|session| session.as_ref().and_then(|session| session.failure.clone()))?;
        Some(view! {
            <div class="trouble" role="alert">
                <h2>{t!(i18n, phone.not_passed)}</h2>
                <p>{failure.detail}</p>
            </div>
        })
    }
}

/// A session that the phone can still sign.
#[component]
fn Open(phone: Phone, look: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let begun = phone.begun.get_untracked()?;
    let Begun { begun, text } = begun;
    let on_phone = browser::is_phone();
    let step = move || match phone.state() {
        Some(SigningState::Scanned) => t_string!(i18n, phone.scanned),
        _ if on_phone => t_string!(i18n, phone.pending_here),
        _ => t_string!(i18n, phone.pending),
    };
    let code = view! {
        <div class="qr" role="img" aria-label=move || t_string!(i18n, phone.qr_code)
            inner_html=begun.qr_svg/>
    };
    let links = view! {
        <p><a class="btn" href=begun.launch_link>{t!(i18n, phone.open)}</a></p>
        <p><a href=begun.business_launch_link>{t!(i18n, phone.open_business)}</a></p>
    };
    let stand_in = use_demo().get_untracked().then(|| {
        let code = begun.qr_text.rsplit('/').next().unwrap_or_default();
        let to = Route::DemoPhone(code.to_owned()).path();
        view! {
            <p><a href=to target="_blank" rel="noopener">{t!(i18n, phone.stand_in)}</a></p>
        }
    });
    let way = if on_phone {
        view! {
            {links}
            <details><summary>{t!(i18n, phone.other_phone)}</summary>{code}</details>
        }
        .into_any()
    } else {
        view! {
            {code}
            <details><summary>{t!(i18n, phone.this_device)}</summary>{links}</details>
        }
        .into_any()
    };
    let text = text.map(|text| {
        view! {
            <details>
                <summary>{t!(i18n, login.what_is_signed)}</summary>
                <Paper text/>
            </details>
        }
    });
    Some(view! {
        <Countdown text=move || t_string!(i18n, phone.time_left)
            ends_at=begun.session.expires_at urgent_below=URGENT_SECONDS on_over=look/>
        <p role="status">{step}</p>
        {way}
        {stand_in}
        {text}
    })
}
