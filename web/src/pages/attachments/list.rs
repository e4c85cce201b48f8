//! The requests: the reader's own with what became of them, those that wait for the reader's
//! decision, and who is attached to the reader's applications.

use crate::{
    api::use_api,
    app::groups,
    components::{
        card::Card,
        fields::{PlainButton, WorkingButton},
        heading::Heading,
        links::{ActionLink, BackLink},
        tag::{Mood, Tag},
        trouble::TroubleSlot,
    },
    i18n::{Locale, format, t, t_string, td_string, use_i18n},
    lazy::preload,
    remote::{Fetched, Remote, failure_of},
    routes::{ApplicationTab, AttachStep, DetachStep, Route},
    state::Topic,
};
use balabaqsha_shared::{
    attachment::AttachmentState,
    dto::{AttachedPerson, Attachment, AttachmentList, AttachmentRequest},
    id::AttachmentId,
};
use leptos::prelude::*;

const REFRESH_SECONDS: u32 = 15;

#[component]
pub fn AttachmentsPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let list: Remote<AttachmentList> =
        Remote::new(move || api.attachments()).follow(Topic::Account, REFRESH_SECONDS);
    view! {
        <BackLink to=Route::Applications text=move || t_string!(i18n, applications.heading)/>
        <Heading text=move || t_string!(i18n, attach.heading)/>
        <p>{t!(i18n, attach.text)}</p>
        <p>
            <ActionLink to=Route::Attach(AttachStep::Ask) ahead=|| preload(groups::Attach)
                text=move || t_string!(i18n, attach.new)/>
        </p>
        <Fetched data=list let:found>
            <Waiting list waiting=found.waiting/>
            <Persons persons=found.attached/>
            <Mine mine=found.mine/>
        </Fetched>
    }
}

/// What others ask of the reader.
#[component]
fn Waiting(list: Remote<AttachmentList>, waiting: Vec<AttachmentRequest>) -> impl IntoView {
    let i18n = use_i18n();
    (!waiting.is_empty()).then(|| {
        let items = waiting
            .into_iter()
            .map(|asked| view! { <Decision list asked/> })
            .collect_view();
        view! {
            <Card title=move || t_string!(i18n, attach.waiting)>
                <ul class="documents">{items}</ul>
            </Card>
        }
    })
}

/// Who sees the reader's applications.
#[component]
fn Persons(persons: Vec<AttachedPerson>) -> impl IntoView {
    let i18n = use_i18n();
    (!persons.is_empty()).then(|| {
        let items = persons
            .into_iter()
            .map(|person| view! { <Person person/> })
            .collect_view();
        view! {
            <Card title=move || t_string!(i18n, attach.persons)>
                <ul class="documents">{items}</ul>
            </Card>
        }
    })
}

#[component]
fn Person(person: AttachedPerson) -> impl IntoView {
    let i18n = use_i18n();
    let (id, at) = (person.id, person.attached_at);
    let number = person.application_number.as_str().to_owned();
    let label = {
        let (number, name) = (number.clone(), person.name.clone());
        move || {
            t_string!(
                i18n,
                attach.end_of,
                name = name.clone(),
                number = number.clone()
            )
        }
    };
    let sentence = move || {
        t_string!(
            i18n,
            attach.person,
            child = person.child_name.clone(),
            iin = person.iin_masked.clone(),
            name = person.name.clone(),
            number = number.clone()
        )
    };
    let since = move || {
        let at = format::moment(i18n.get_locale(), at);
        t_string!(i18n, attach.since, at = at)
    };
    view! {
        <li class="asked">
            <div class="narrow">
                <p>{sentence}</p>
                <p class="muted">{since}</p>
                <EndLink id label/>
            </div>
        </li>
    }
}

/// Leads to the ending of an attachment. Several stand on one page: each names its own.
#[component]
fn EndLink(id: AttachmentId, #[prop(into)] label: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let end = Route::Detach(id, DetachStep::Start);
    view! {
        <a class="btn ghost" href=end.path() aria-label=label>
            {t!(i18n, attach.end)}
        </a>
    }
}

/// What the reader has asked for.
#[component]
fn Mine(mine: Vec<Attachment>) -> impl IntoView {
    let i18n = use_i18n();
    let requests = if mine.is_empty() {
        view! { <p class="empty">{t!(i18n, attach.none)}</p> }.into_any()
    } else {
        let items = mine.into_iter().map(|asked| view! { <Request asked/> });
        view! { <ul class="journal">{items.collect_view()}</ul> }.into_any()
    };
    view! { <Card title=move || t_string!(i18n, attach.mine)>{requests}</Card> }
}

/// What became of a request.
#[component]
fn Request(asked: Attachment) -> impl IntoView {
    let i18n = use_i18n();
    let (at, state) = (asked.requested_at, asked.state);
    let number = asked.application_number.as_str().to_owned();
    let end = matches!(state, AttachmentState::Attached { .. }).then(|| {
        let number = number.clone();
        let label = move || t_string!(i18n, attach.end_own_of, number = number.clone());
        view! { <EndLink id=asked.id label/> }
    });
    let name = match asked.application_id {
        Some(id) => {
            let application = Route::Application(id, ApplicationTab::Data);
            view! { <a class="row" href=application.path()>{number}</a> }.into_any()
        }
        None => view! { <b>{number}</b> }.into_any(),
    };
    let requested = move || {
        let at = format::moment(i18n.get_locale(), at);
        t_string!(i18n, attach.requested, at = at)
    };
    view! {
        <li>
            {name}
            <span>{requested}</span>
            <Tag mood=mood(&state) text=move || state_words(i18n.get_locale(), &state)/>
            {end}
        </li>
    }
}

const fn mood(state: &AttachmentState) -> Mood {
    match state {
        AttachmentState::Pending => Mood::Wait,
        AttachmentState::Attached { .. } => Mood::Good,
        AttachmentState::Declined { .. } => Mood::Stop,
        AttachmentState::Ended { .. } => Mood::Over,
    }
}

fn state_words(locale: Locale, state: &AttachmentState) -> &'static str {
    match state {
        AttachmentState::Pending => td_string!(locale, attach.pending),
        AttachmentState::Attached { .. } => td_string!(locale, attach.attached),
        AttachmentState::Declined { .. } => td_string!(locale, attach.declined),
        AttachmentState::Ended { .. } => td_string!(locale, attach.ended),
    }
}

/// Somebody asks; the reader decides.
#[component]
fn Decision(list: Remote<AttachmentList>, asked: AttachmentRequest) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let id = asked.id;
    let decide = Action::new_local(move |accept: &bool| {
        let accept = *accept;
        async move {
            api.decide_attachment(id, accept).await?;
            list.refresh();
            Ok(())
        }
    });
    let press = move |accept: bool| {
        if !decide.pending().get_untracked() {
            decide.dispatch_local(accept);
        }
    };
    let child = asked.child_name.clone();
    let child = move || t_string!(i18n, attach.for_child, child = child.clone());
    let sentence = move || {
        t_string!(
            i18n,
            attach.asks,
            iin = asked.requester_iin_masked.clone(),
            name = asked.requester_name.clone(),
            number = asked.application_number.as_str().to_owned()
        )
    };
    view! {
        <li class="asked">
            <div class="narrow">
                <p>{sentence} " " {child}</p>
                <p class="muted">{t!(i18n, attach.accept_meaning)}</p>
                <TroubleSlot failure=failure_of(decide)/>
                <div class="buttons">
                    <WorkingButton text=move || t_string!(i18n, attach.accept)
                        busy=decide.pending() on_press=move |()| press(true)/>
                    <PlainButton text=move || t_string!(i18n, attach.decline)
                        busy=decide.pending() on_press=move |()| press(false)/>
                </div>
            </div>
        </li>
    }
}
