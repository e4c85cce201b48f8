//! What the act means and what it asks for; then the service writes the text.

use super::{name, progress};
use crate::{
    api::{Api, Failure, use_api},
    clock::use_clock,
    components::{
        fields::{TextField, select_field, submit_button},
        form::{Field, Form, error_summary},
        heading::{form_heading, heading},
        notice::{inset, warning},
        trouble::trouble_slot,
    },
    dom::{El, View, div, form, live, p, say, span, view},
    flows::use_acting,
    i18n::{format, language, language_now, t},
    pages::{action, application::data, back, items, narrow},
    remote::Remote,
    router::use_router,
    routes::{Act, ActStep, ApplicationTab, Route},
};
use balabaqsha_shared::{
    Code,
    dto::{ActDraftRequest, Application, Draft, ExtensionDraftRequest, ProblemError, Referral},
    id::ApplicationId,
    referral::ExtensionReason,
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use leptos::prelude::*;
use std::{future::Future, pin::Pin, rc::Rc};

/// Asks the service for the text; none while something is missing that was complained about.
type Write = Rc<dyn Fn() -> Option<Pin<Box<dyn Future<Output = Result<Draft, Failure>>>>>>;

pub fn page(id: ApplicationId, act: Act) -> View {
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id)).in_language();
    let to_application = Route::Application(id, ApplicationTab::Data);
    view((
        back(&to_application, t::choosing::TO_APPLICATION),
        application.show_once(move || {
            let found = application.now(Application::clone);
            found.map(|found| match against(&found, act) {
                Some(reasons) => refused(act, &reasons, &to_application),
                None => asked(api, &found, act),
            })
        }),
    ))
}

/// The reasons against the act; none when it is possible.
fn against(application: &Application, act: Act) -> Option<Vec<ProblemError>> {
    let referral = application.referral.as_ref();
    let (allowed, reasons) = match act {
        Act::Extension => {
            let extending = referral.map(|referral| &referral.extending);
            extending.map_or((false, &[][..]), |it| (it.allowed, &it.unmet[..]))
        }
        Act::Revocation => {
            let revoking = referral.map(|referral| &referral.revoking);
            revoking.map_or((false, &[][..]), |it| (it.allowed, &it.unmet[..]))
        }
        Act::Withdrawal => {
            let withdrawing = &application.withdrawing;
            (withdrawing.allowed, &withdrawing.unmet[..])
        }
    };
    (!allowed).then(|| reasons.to_vec())
}

fn refused(act: Act, reasons: &[ProblemError], way: &Route) -> View {
    view((
        heading(name(act)),
        p().add(t::act::REFUSED),
        data::reasons(reasons),
        p().add(action(way, t::choosing::TO_APPLICATION)),
    ))
}

fn asked(api: Api, application: &Application, act: Act) -> View {
    let id = application.id;
    match (act, &application.referral) {
        (Act::Extension, Some(referral)) => extension(api, id, referral),
        (Act::Revocation, Some(referral)) => revocation(api, id, referral),
        _ => withdrawal(api, id),
    }
}

/// The frame of the three: the form, the button, and on to the text.
fn frame(
    id: ApplicationId,
    act: Act,
    checks: Form,
    content: View,
    button: crate::i18n::Text,
    write: Write,
) -> View {
    let router = use_router();
    let flow = use_acting();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        checks.clear();
        failure.set(None);
        let Some(answer) = write() else {
            return checks.refuse();
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = answer.await;
            busy.try_set(false);
            match answer {
                Ok(draft) => {
                    flow.update(|acting| {
                        *acting = std::mem::take(acting).of(id, act).with_draft(draft);
                    });
                    router.go(&Route::Act(id, act, ActStep::Check));
                }
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    view((
        progress(act, 0),
        error_summary(checks),
        form_heading(name(act), checks),
        narrow(form().on_submit(submit).add((
            content,
            trouble_slot(failure),
            submit_button(button, busy),
        ))),
    ))
}

/// R13: a date out of those that are possible, and a reason.
fn extension(api: Api, id: ApplicationId, referral: &Referral) -> View {
    let flow = use_acting();
    let given = flow.get_now().of(id, Act::Extension);
    let until = Field::new("until", given.until);
    let reason = Field::new("reason", given.reason);
    let comment = Field::new("comment", given.comment);
    let checks = Form::new([until, reason, comment]);
    let (deadline, days) = (referral.deadline, possible_days(referral));
    let limit = referral.extending.latest;
    let dates = move || {
        days.iter()
            .map(|day| (day.to_string(), format::weekday(*day)))
            .collect()
    };
    let reasons = || {
        ExtensionReason::ALL
            .map(|reason| {
                (
                    reason.as_str().to_owned(),
                    reason.name(language()).to_owned(),
                )
            })
            .to_vec()
    };
    let why = say(move || {
        let limit = limit.map(format::day).unwrap_or_default();
        t::act::extend_limit(&format::day(deadline), &limit)
    });
    let content = view((
        inset((p().add(t::act::EXTEND_TEXT), p().add(why))),
        select_field(until, t::act::UNTIL, None, Some(t::act::UNTIL_EMPTY), dates),
        select_field(
            reason,
            t::act::REASON,
            None,
            Some(t::act::REASON_EMPTY),
            reasons,
        ),
        TextField::new(comment, t::act::COMMENT)
            .hint(t::act::COMMENT_HINT)
            .el(),
    ));
    let referral = referral.id;
    let write: Write = Rc::new(move || {
        flow.update(|acting| {
            *acting = std::mem::take(acting).of(id, Act::Extension);
            acting.until = until.text();
            acting.reason = reason.text();
            acting.comment = comment.text();
        });
        let day = until.read(|text| text.parse::<NaiveDate>().map_err(|_| Code::ChoiceInvalid));
        let why = ExtensionReason::from_name(&reason.text());
        let words = comment.text();
        match why {
            None => reason.complain(Code::ReasonRequired),
            Some(ExtensionReason::Other) if words.is_empty() => {
                comment.complain(Code::ReasonRequired);
                return None;
            }
            Some(_) => {}
        }
        let request = ExtensionDraftRequest {
            until: day?,
            reason: Some(why?),
            comment: words,
            language: language_now(),
        };
        Some(Box::pin(api.draft_extension(referral, request)))
    });
    frame(
        id,
        Act::Extension,
        checks,
        content,
        t::act::EXTEND_BUTTON,
        write,
    )
}

/// Every day that the rule allows.
fn possible_days(referral: &Referral) -> Vec<NaiveDate> {
    let (Some(first), Some(last)) = (referral.extending.earliest, referral.extending.latest) else {
        return Vec::new();
    };
    std::iter::successors(Some(first), |day| day.checked_add_days(Days::new(1)))
        .take_while(|day| *day <= last)
        .collect()
}

/// R14: what it means, and how long it is possible.
fn revocation(api: Api, id: ApplicationId, referral: &Referral) -> View {
    let content = view((
        warning(t::act::REVOKE_WARNING),
        items_list(&[
            t::act::REVOKE_PLACE,
            t::act::REVOKE_QUEUE,
            t::act::REVOKE_NO_LAPSE,
        ]),
        time_left(referral.revocable_until),
    ));
    let referral = referral.id;
    let write: Write = Rc::new(move || {
        let language = language_now();
        Some(Box::pin(
            api.draft_revocation(referral, ActDraftRequest { language }),
        ))
    });
    frame(
        id,
        Act::Revocation,
        Form::new([]),
        content,
        t::common::CONTINUE,
        write,
    )
}

fn items_list(texts: &[crate::i18n::Text]) -> El {
    crate::dom::ul().add(items(texts))
}

/// The time in which a revocation is possible, to the second.
pub fn time_left(end: DateTime<Utc>) -> El {
    let clock = use_clock();
    let left = Memo::new(move |_| clock.seconds_until(end).max(0));
    // A reader hears the minutes, not every second.
    let minutes = Memo::new(move |_| (left.get() + 59) / 60);
    div()
        .class("hold")
        .class_when("urgent", move || left.get() < 600)
        .add((
            span().add(say(move || t::act::revoke_until(&format::moment(end)))),
            span()
                .class("time")
                .attr("aria-hidden", "true")
                .add(say(move || format::long_countdown(left.get()))),
            span()
                .class("visually-hidden")
                .attr("role", "status")
                .add(say(move || {
                    t::hold::minutes_left(u32::try_from(minutes.get()).unwrap_or_default())
                })),
            live(move || (left.get() == 0).then(|| span().add(t::act::REVOKE_OVER))),
        ))
}

/// R15.
fn withdrawal(api: Api, id: ApplicationId) -> View {
    let content = view((
        warning(t::act::WITHDRAW_WARNING),
        items_list(&[t::act::WITHDRAW_PLACE, t::act::WITHDRAW_NEW]),
    ));
    let write: Write = Rc::new(move || {
        let language = language_now();
        Some(Box::pin(
            api.draft_withdrawal(id, ActDraftRequest { language }),
        ))
    });
    frame(
        id,
        Act::Withdrawal,
        Form::new([]),
        content,
        t::common::CONTINUE,
        write,
    )
}
