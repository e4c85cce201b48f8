//! What the act means and what it asks for; then the service writes the text.

use super::form::{ActForm, Wanted};
use crate::{
    api::use_api,
    components::{
        acts::{RevocationTime, act_name},
        fields::{Choice, SelectField, TextField},
        form::{Field, Form},
        heading::Heading,
        links::{ActionLink, BackLink},
        notice::{Inset, Warning},
        reasons::Reasons,
    },
    flows::use_acting,
    i18n::{I18n, format, language, language_now, t, t_string, use_i18n},
    pages::not_found::NotFoundPage,
    remote::{Ready, Remote},
    routes::{Act, ApplicationTab, Route},
};
use balabaqsha_shared::{
    Code,
    dto::{Application, ExtensionDraftRequest, ProblemError, Referral},
    id::ApplicationId,
    referral::ExtensionReason,
};
use chrono::NaiveDate;
use leptos::prelude::*;

#[component]
pub fn StartPage(id: ApplicationId, act: Act) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id)).in_language();
    let content = move || {
        let found = application.with_now(Application::clone)?;
        Some(view! { <Start act application=found/> })
    };
    view! {
        <BackLink to=Route::Application(id, ApplicationTab::Data)
            text=move || t_string!(i18n, choosing.to_application)/>
        <Ready data=application page=true>{content}</Ready>
    }
}

#[component]
fn Start(act: Act, application: Application) -> impl IntoView {
    let id = application.id;
    if let Some(unmet) = against(&application, act) {
        return view! { <Refused id act unmet/> }.into_any();
    }
    let child = application.child.full_name();
    match (act, application.referral) {
        (Act::Extension, Some(referral)) => view! { <Extension id child referral/> }.into_any(),
        (Act::Revocation, Some(referral)) => view! { <Revocation id child referral/> }.into_any(),
        (Act::Withdrawal, _) => view! { <Withdrawal id child/> }.into_any(),
        // There is nothing that could be extended or revoked.
        (Act::Extension | Act::Revocation, None) => view! { <NotFoundPage/> }.into_any(),
    }
}

/// The reasons against the act; none when it is possible.
fn against(application: &Application, act: Act) -> Option<Vec<ProblemError>> {
    let referral = application.referral.as_ref();
    let (allowed, unmet) = match act {
        Act::Extension => {
            let extending = &referral?.extending;
            (extending.allowed, &extending.unmet)
        }
        Act::Revocation => {
            let revoking = &referral?.revoking;
            (revoking.allowed, &revoking.unmet)
        }
        Act::Withdrawal => {
            let withdrawing = &application.withdrawing;
            (withdrawing.allowed, &withdrawing.unmet)
        }
    };
    (!allowed).then(|| unmet.clone())
}

#[component]
fn Refused(id: ApplicationId, act: Act, unmet: Vec<ProblemError>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Heading text=move || act_name(i18n.get_locale(), act)/>
        <p>{t!(i18n, act.refused)}</p>
        <Reasons unmet/>
        <p>
            <ActionLink to=Route::Application(id, ApplicationTab::Data)
                text=move || t_string!(i18n, choosing.to_application)/>
        </p>
    }
}

/// Whose referral, and to which kindergarten.
fn about(i18n: I18n, child: String, referral: &Referral) -> impl Fn() -> String + use<> {
    let kindergarten = referral.kindergarten_name.clone();
    move || {
        let kindergarten = kindergarten.get(language(i18n)).to_owned();
        t_string!(
            i18n,
            act.about,
            child = child.clone(),
            kindergarten = kindergarten
        )
    }
}

/// R13: a date out of those that are possible, and a reason.
#[component]
fn Extension(id: ApplicationId, child: String, referral: Referral) -> impl IntoView {
    let i18n = use_i18n();
    let about = about(i18n, child, &referral);
    let flow = use_acting();
    let given = flow.get_now().of(id, Act::Extension);
    let until = Field::new("until", given.until);
    let reason = Field::new("reason", given.reason);
    let comment = Field::new("comment", given.comment);
    let form = Form::new([until, reason, comment]);
    let pointers = vec![
        ("/until", until),
        ("/reason", reason),
        ("/comment", comment),
    ];
    let (deadline, limit) = (referral.deadline, referral.extending.latest);
    let days = referral.extending.working_days;
    let dates = move || {
        let choice = |day: &NaiveDate| Choice {
            value: day.to_string(),
            label: format::weekday(i18n.get_locale(), *day),
        };
        days.iter().map(choice).collect::<Vec<_>>()
    };
    let reasons = move || {
        ExtensionReason::ALL
            .map(|reason| Choice {
                value: reason.as_str().to_owned(),
                label: reason.name(language(i18n)).to_owned(),
            })
            .to_vec()
    };
    let why = move || {
        let locale = i18n.get_locale();
        let limit = limit
            .map(|day| format::day(locale, day))
            .unwrap_or_default();
        let deadline = format::day(locale, deadline);
        t_string!(i18n, act.extend_limit, deadline = deadline, limit = limit)
    };
    let referral = referral.id;
    let read = move |()| {
        flow.update(|acting| {
            *acting = std::mem::take(acting).of(id, Act::Extension);
            acting.until = until.text();
            acting.reason = reason.text();
            acting.comment = comment.text();
        });
        let day = until.read(|text| text.parse::<NaiveDate>().map_err(|_| Code::ChoiceInvalid));
        let comment = explanation(reason, comment);
        let (reason, comment) = comment?;
        let request = ExtensionDraftRequest {
            until: day?,
            reason: Some(reason),
            comment,
            language: language_now(i18n),
        };
        Some(Wanted::Extension(referral, request))
    };
    view! {
        <ActForm id act=Act::Extension form pointers read
            button=move || t_string!(i18n, act.extend_button)>
            <p class="lead">{about}</p>
            <Inset>
                <p>{t!(i18n, act.extend_text)}</p>
                <p>{why}</p>
            </Inset>
            <SelectField field=until label=move || t_string!(i18n, act.until)
                empty=move || t_string!(i18n, act.until_empty) choices=dates/>
            <SelectField field=reason label=move || t_string!(i18n, act.reason)
                empty=move || t_string!(i18n, act.reason_empty) choices=reasons/>
            <TextField field=comment label=move || t_string!(i18n, act.comment)
                hint=move || t_string!(i18n, act.comment_hint)/>
        </ActForm>
    }
}

/// The reason and the parent's own words, which another reason needs.
fn explanation(reason: Field, comment: Field) -> Option<(ExtensionReason, String)> {
    let words = comment.text();
    match ExtensionReason::from_name(&reason.text()) {
        None => {
            reason.complain(Code::ReasonRequired);
            None
        }
        Some(ExtensionReason::Other) if words.is_empty() => {
            comment.complain(Code::ReasonRequired);
            None
        }
        Some(reason) => Some((reason, words)),
    }
}

/// R14: what it means, and how long it is possible.
#[component]
fn Revocation(id: ApplicationId, child: String, referral: Referral) -> impl IntoView {
    let i18n = use_i18n();
    let about = about(i18n, child, &referral);
    let over = RwSignal::new(false);
    let read = move |()| Some(Wanted::Revocation(referral.id));
    view! {
        <ActForm id act=Act::Revocation form=Form::new([]) read over
            button=move || t_string!(i18n, common.proceed)>
            <p class="lead">{about}</p>
            <Warning text=move || t_string!(i18n, act.revoke_warning)/>
            <ul>
                <li>{t!(i18n, act.revoke_place)}</li>
                <li>{t!(i18n, act.revoke_queue)}</li>
                <li>{t!(i18n, act.revoke_no_lapse)}</li>
            </ul>
            <RevocationTime until=referral.revocable_until over/>
        </ActForm>
    }
}

/// R15.
#[component]
fn Withdrawal(id: ApplicationId, child: String) -> impl IntoView {
    let i18n = use_i18n();
    let read = move |()| Some(Wanted::Withdrawal(id));
    view! {
        <ActForm id act=Act::Withdrawal form=Form::new([]) read
            button=move || t_string!(i18n, common.proceed)>
            <p class="lead">{child}</p>
            <Warning text=move || t_string!(i18n, act.withdraw_warning)/>
            <ul>
                <li>{t!(i18n, act.withdraw_place)}</li>
                <li>{t!(i18n, act.withdraw_new)}</li>
            </ul>
        </ActForm>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_reason_needs_words() {
        let owner = Owner::new();
        owner.with(|| {
            let reason = Field::new("reason", ExtensionReason::Other.as_str());
            let comment = Field::new("comment", " ");
            assert_eq!(explanation(reason, comment), None);
            assert!(comment.complaint.get_untracked().is_some());
            comment.value.set("Карантин".into());
            assert_eq!(
                explanation(reason, comment),
                Some((ExtensionReason::Other, "Карантин".into()))
            );
        });
    }
}
