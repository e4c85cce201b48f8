//! The personal account: who has logged in, and the e-mail address.

use super::{
    card,
    email::{OneField, confirmation_form, email_form},
    narrow,
};
use crate::{
    api::{Failure, use_api},
    components::{
        facts::{fact, facts},
        form::error_summary,
        heading::heading,
        tag::{Mood, tag},
        trouble::trouble_slot,
    },
    dom::{El, View, div, fieldset, input, label, legend, live, p, say, span, view},
    i18n::{Text, t},
    remote::Remote,
    session::use_session,
};
use balabaqsha_shared::{
    dto::{NoticePreference, NoticePreferences, Person},
    notice::NoticeKind,
};
use leptos::prelude::*;

pub fn page() -> View {
    let session = use_session();
    let address = OneField::new("email");
    let code = OneField::new("code");
    let person = Memo::new(move |_| session.person());
    let confirmation = live(move || {
        let email = person.get()?.email?;
        (!email.confirmed).then(|| {
            let address = email.address.as_str().to_owned();
            card(
                t::account::CONFIRM,
                (
                    p().add(t::account::WHY_CONFIRM),
                    p().add(say(move || t::email::code_sent(&address))),
                    confirmation_form(code),
                ),
            )
        })
    });
    view((
        error_summary(address.form),
        error_summary(code.form),
        heading(t::account::HEADING),
        narrow((
            card(
                t::login::OWNER,
                (
                    live(move || person.get().map(owner)),
                    p().class("muted").add(t::account::FROM_CERTIFICATE),
                ),
            ),
            confirmation,
            card(
                t::account::CHANGE_EMAIL,
                email_form(address, t::account::CHANGE),
            ),
            preferences(),
        )),
    ))
}

/// Which notices are also mailed.
fn preferences() -> El {
    let api = use_api();
    let known: Remote<NoticePreferences> = Remote::new(move || api.notice_preferences());
    let failure = RwSignal::new(None::<Failure>);
    let saved = RwSignal::new(false);
    let set = move |kind: NoticeKind, mail: bool| {
        failure.set(None);
        saved.set(false);
        let obligatory = false;
        let items = vec![NoticePreference {
            kind,
            mail,
            obligatory,
        }];
        leptos::task::spawn_local(async move {
            match api
                .set_notice_preferences(NoticePreferences { items })
                .await
            {
                Ok(()) => drop(saved.try_set(true)),
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let list = known.show(move |known| {
        let rows: Vec<El> = known
            .items
            .iter()
            .enumerate()
            .map(|(index, item)| preference(index, item, set))
            .collect();
        fieldset().add((
            legend()
                .class("visually-hidden")
                .add(t::notices::PREFERENCES),
            rows,
        ))
    });
    let said = live(move || saved.get().then_some(t::notices::SAVED));
    card(
        t::notices::PREFERENCES,
        (
            p().class("muted").add(t::notices::PREFERENCES_TEXT),
            list,
            trouble_slot(failure),
            p().attr("role", "status").add(said),
        ),
    )
}

fn preference(
    index: usize,
    item: &NoticePreference,
    set: impl Fn(NoticeKind, bool) + 'static,
) -> El {
    let (kind, words) = (item.kind, kind_words(item.kind));
    let id = format!("notice-{index}");
    let input = input()
        .attr("type", "checkbox")
        .id(&id)
        .flag("checked", item.mail)
        .flag("disabled", item.obligatory);
    let checkbox = input.input();
    let input = input.on("change", move |_| set(kind, checkbox.checked()));
    let note = item
        .obligatory
        .then(|| span().class("note").add((" ", t::notices::OBLIGATORY)));
    div()
        .class("radio")
        .add((input, label().attr("for", &id).add((words, note))))
}

const fn kind_words(kind: NoticeKind) -> Text {
    use t::notices as words;
    match kind {
        NoticeKind::ReferralIssued => words::KIND_REFERRAL_ISSUED,
        NoticeKind::TwoWorkingDaysLeft => words::KIND_TWO_DAYS,
        NoticeKind::OneWorkingDayLeft => words::KIND_ONE_DAY,
        NoticeKind::ReferralExtended => words::KIND_EXTENDED,
        NoticeKind::ReferralRevoked => words::KIND_REVOKED,
        NoticeKind::ReferralLapsed => words::KIND_LAPSED,
        NoticeKind::ReferralAnnulled => words::KIND_ANNULLED,
        NoticeKind::StopListOver => words::KIND_STOP_LIST_OVER,
        NoticeKind::Removed => words::KIND_REMOVED,
        NoticeKind::Withdrawn => words::KIND_WITHDRAWN,
        NoticeKind::Enrolled => words::KIND_ENROLLED,
        NoticeKind::EnrolmentUndone => words::KIND_ENROLMENT_UNDONE,
        NoticeKind::AttachmentRequested => words::KIND_ATTACHMENT_REQUESTED,
        NoticeKind::Attached => words::KIND_ATTACHED,
        NoticeKind::AttachmentDeclined => words::KIND_ATTACHMENT_DECLINED,
        NoticeKind::PlaceAvailable => words::KIND_PLACE_AVAILABLE,
    }
}

fn owner(person: Person) -> El {
    let email = person.email.map(|email| {
        let state = if email.confirmed {
            tag(Mood::Good, t::account::CONFIRMED)
        } else {
            tag(Mood::Soon, t::account::NOT_CONFIRMED)
        };
        fact(t::email::ADDRESS, (email.address.as_str(), " ", state))
    });
    facts((
        fact(t::common::FULL_NAME, person.full_name),
        fact(t::common::IIN, person.iin.to_string()),
        email,
    ))
}
