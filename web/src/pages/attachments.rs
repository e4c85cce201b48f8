//! «Прикрепление заявления к ИИН-у родителя» (R3): what the reader asked for, what waits for the
//! reader's decision, and a new request with its signature.

mod ask;
mod sign;

use super::{action, back, card, narrow};
use crate::{
    api::{Failure, use_api},
    changes::Topic,
    components::{
        fields::{plain_button, working_button},
        heading::heading,
        tag::{Mood, tag},
        trouble::trouble_slot,
    },
    dom::{El, View, a, b, div, li, p, say, span, ul, view},
    i18n::{format, t},
    remote::Remote,
    routes::{ApplicationTab, AttachStep, Route},
};
use balabaqsha_shared::{
    attachment::AttachmentState,
    dto::{Attachment, AttachmentList, AttachmentRequest},
    id::AttachmentId,
};
use leptos::prelude::*;

const REFRESH_SECONDS: u32 = 15;

pub fn page() -> View {
    let api = use_api();
    let list: Remote<AttachmentList> =
        Remote::new(move || api.attachments()).follow(Topic::Account, REFRESH_SECONDS);
    view((
        back(&Route::Applications, t::applications::HEADING),
        heading(t::attach::HEADING),
        p().add(t::attach::TEXT),
        p().add(action(&Route::Attach(AttachStep::Ask), t::attach::NEW)),
        list.show(move |found| {
            let waiting: Vec<El> = found
                .waiting
                .iter()
                .map(|asked| decision(list, asked))
                .collect();
            let mine: Vec<El> = found.mine.iter().map(request).collect();
            let waiting = (!waiting.is_empty())
                .then(|| card(t::attach::WAITING, ul().class("documents").add(waiting)));
            let mine = if mine.is_empty() {
                view(p().class("empty").add(t::attach::NONE))
            } else {
                view(ul().class("journal").add(mine))
            };
            view((waiting, card(t::attach::MINE, mine)))
        }),
    ))
}

pub fn step(step: AttachStep) -> View {
    match step {
        AttachStep::Ask => ask::page(),
        AttachStep::Sign => sign::page(),
        AttachStep::Done => sign::done(),
    }
}

/// What became of a request.
fn request(asked: &Attachment) -> El {
    let at = asked.requested_at;
    let (mood, text) = match asked.state {
        AttachmentState::Pending => (Mood::Wait, t::attach::PENDING),
        AttachmentState::Attached { .. } => (Mood::Good, t::attach::ATTACHED),
        AttachmentState::Declined { .. } => (Mood::Stop, t::attach::DECLINED),
    };
    let number = asked.application_number.as_str();
    let name = match asked.application_id {
        Some(id) => a()
            .class("row")
            .href(&Route::Application(id, ApplicationTab::Data).path())
            .add(number),
        None => b().add(number),
    };
    li().add((
        name,
        span().add(say(move || t::attach::requested(&format::moment(at)))),
        tag(mood, text),
    ))
}

/// Somebody asks; the reader decides.
fn decision(list: Remote<AttachmentList>, asked: &AttachmentRequest) -> El {
    let api = use_api();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let id: AttachmentId = asked.id;
    let decide = move |accept: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let outcome = api.decide_attachment(id, accept).await;
            busy.try_set(false);
            match outcome {
                Ok(()) => list.refresh(),
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let asked = asked.clone();
    let sentence = say(move || {
        t::attach::asks(
            &asked.requester_iin_masked,
            &asked.requester_name_masked,
            asked.application_number.as_str(),
        )
    });
    li().class("asked").add(narrow((
        p().add(sentence),
        p().class("muted").add(t::attach::ACCEPT_MEANING),
        trouble_slot(failure),
        div().class("buttons").add((
            working_button("button", t::attach::ACCEPT, t::common::WORKING, busy)
                .on_click(move || decide(true)),
            plain_button(t::attach::DECLINE, move || decide(false)),
        )),
    )))
}
