//! The personal account: who has logged in, the e-mail address, and which notices are mailed.

mod sessions;

use self::sessions::Sessions;
use super::email::{ConfirmationForm, EmailForm, OneField};
use crate::{
    api::use_api,
    components::{
        card::Card,
        facts::{Fact, Facts},
        form::ErrorSummary,
        heading::Heading,
        tag::{Mood, Tag},
        trouble::TroubleSlot,
    },
    i18n::{Locale, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote, failure_of},
    state::use_session,
};
use balabaqsha_shared::{
    dto::{NoticePreference, NoticePreferences, Person},
    notice::NoticeKind,
};
use leptos::prelude::*;

#[component]
pub fn AccountPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let address = OneField::new("email");
    let code = OneField::new("code");
    let person = Memo::new(move |_| session.person());
    let unconfirmed = Memo::new(move |_| {
        let email = person.get()?.email?;
        (!email.confirmed).then(|| email.address.as_str().to_owned())
    });
    let owner = move || person.get().map(|person| view! { <Owner person/> });
    let confirmation = move || {
        unconfirmed.get().map(|address| {
            let sent = move || t_string!(i18n, email.code_sent, address = address.clone());
            view! {
                <Card title=move || t_string!(i18n, account.confirm)>
                    <p>{t!(i18n, account.why_confirm)}</p>
                    <p>{sent}</p>
                    <ConfirmationForm code/>
                </Card>
            }
        })
    };
    view! {
        <ErrorSummary form=address.form/>
        <ErrorSummary form=code.form/>
        <Heading text=move || t_string!(i18n, account.heading)/>
        <div class="narrow">
            <Card title=move || t_string!(i18n, login.owner)>
                {owner}
                <p class="muted">{t!(i18n, account.from_certificate)}</p>
            </Card>
            {confirmation}
            <Card title=move || t_string!(i18n, account.change_email)>
                <EmailForm address button=move || t_string!(i18n, account.change)/>
            </Card>
            <Preferences/>
            <Sessions/>
        </div>
    }
}

#[component]
fn Owner(person: Person) -> impl IntoView {
    let i18n = use_i18n();
    let email = person.email.map(|email| {
        let tag = if email.confirmed {
            view! { <Tag mood=Mood::Good text=move || t_string!(i18n, account.confirmed)/> }
                .into_any()
        } else {
            view! { <Tag mood=Mood::Soon text=move || t_string!(i18n, account.not_confirmed)/> }
                .into_any()
        };
        view! {
            <Fact name=move || t_string!(i18n, email.address)>
                {email.address.as_str().to_owned()} " " {tag}
            </Fact>
        }
    });
    view! {
        <Facts>
            <Fact name=move || t_string!(i18n, common.full_name)>{person.full_name}</Fact>
            <Fact name=move || t_string!(i18n, common.iin)>{person.iin.to_string()}</Fact>
            {email}
        </Facts>
    }
}

/// Which notices are also mailed.
#[component]
fn Preferences() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let known: Remote<NoticePreferences> = Remote::new(move || api.notice_preferences());
    let set = Action::new_local(move |wanted: &NoticePreference| {
        api.set_notice_preferences(NoticePreferences {
            items: vec![*wanted],
        })
    });
    let saved = move || set.value().with(|outcome| matches!(outcome, Some(Ok(()))));
    let said = move || (saved() && !set.pending().get()).then(|| t_string!(i18n, notices.saved));
    let checkboxes = move |known: NoticePreferences| {
        let items = known.items.into_iter().enumerate();
        items
            .map(|(index, item)| view! { <Preference index item set/> })
            .collect_view()
    };
    view! {
        <Card title=move || t_string!(i18n, notices.preferences)>
            <p class="muted">{t!(i18n, notices.preferences_text)}</p>
            <Fetched data=known let:found>
                <fieldset>
                    <legend class="visually-hidden">{t!(i18n, notices.preferences)}</legend>
                    {checkboxes(found)}
                </fieldset>
            </Fetched>
            <TroubleSlot failure=failure_of(set)/>
            <p role="status">{said}</p>
        </Card>
    }
}

#[component]
fn Preference(
    index: usize,
    item: NoticePreference,
    set: Action<NoticePreference, Result<(), crate::api::Failure>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let NoticePreference {
        kind,
        mail,
        obligatory,
    } = item;
    let id = format!("notice-{index}");
    let choose = move |mail: bool| {
        set.dispatch_local(NoticePreference {
            kind,
            mail,
            obligatory: false,
        });
    };
    let note = obligatory.then(|| {
        view! { <span class="note">" " {t!(i18n, notices.obligatory)}</span> }
    });
    view! {
        <div class="radio">
            <input type="checkbox" id=id.clone() checked=mail disabled=obligatory
                on:change:target=move |event| choose(event.target().checked())/>
            <label for=id>{move || kind_words(i18n.get_locale(), kind)} {note}</label>
        </div>
    }
}

fn kind_words(locale: Locale, kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::ReferralIssued => td_string!(locale, notices.kind_referral_issued),
        NoticeKind::TwoWorkingDaysLeft => td_string!(locale, notices.kind_two_days),
        NoticeKind::OneWorkingDayLeft => td_string!(locale, notices.kind_one_day),
        NoticeKind::ReferralExtended => td_string!(locale, notices.kind_extended),
        NoticeKind::ReferralRevoked => td_string!(locale, notices.kind_revoked),
        NoticeKind::ReferralLapsed => td_string!(locale, notices.kind_lapsed),
        NoticeKind::ReferralAnnulled => td_string!(locale, notices.kind_annulled),
        NoticeKind::StopListOver => td_string!(locale, notices.kind_stop_list_over),
        NoticeKind::Removed => td_string!(locale, notices.kind_removed),
        NoticeKind::Withdrawn => td_string!(locale, notices.kind_withdrawn),
        NoticeKind::Enrolled => td_string!(locale, notices.kind_enrolled),
        NoticeKind::EnrolmentUndone => td_string!(locale, notices.kind_enrolment_undone),
        NoticeKind::AttachmentRequested => td_string!(locale, notices.kind_attachment_requested),
        NoticeKind::Attached => td_string!(locale, notices.kind_attached),
        NoticeKind::AttachmentDeclined => td_string!(locale, notices.kind_attachment_declined),
        NoticeKind::AttachmentEnded => td_string!(locale, notices.kind_attachment_ended),
        NoticeKind::LateEnrolmentUndone => td_string!(locale, notices.kind_late_undone),
        NoticeKind::EnrolmentEnded => td_string!(locale, notices.kind_enrolment_ended),
        NoticeKind::ReferralRestored => td_string!(locale, notices.kind_restored),
        NoticeKind::ChildCorrected => td_string!(locale, notices.kind_corrected),
        NoticeKind::LapseExcused => td_string!(locale, notices.kind_excused),
        NoticeKind::Superseded => td_string!(locale, notices.kind_superseded),
        NoticeKind::BenefitClaimed => td_string!(locale, notices.kind_benefit_claimed),
        NoticeKind::BenefitConfirmed => td_string!(locale, notices.kind_benefit_confirmed),
        NoticeKind::BenefitEnding => td_string!(locale, notices.kind_benefit_ending),
        NoticeKind::BenefitExpired => td_string!(locale, notices.kind_benefit_expired),
        NoticeKind::BenefitRefused => td_string!(locale, notices.kind_benefit_refused),
        NoticeKind::ChildVerified => td_string!(locale, notices.kind_child_verified),
        NoticeKind::BirthDateRegistered => td_string!(locale, notices.kind_birth_date),
        NoticeKind::ClaimMade => td_string!(locale, notices.kind_claim_made),
        NoticeKind::ClaimEnded => td_string!(locale, notices.kind_claim_ended),
        NoticeKind::Disputed => td_string!(locale, notices.kind_disputed),
        NoticeKind::DecidedFor => td_string!(locale, notices.kind_decided_for),
        NoticeKind::DecidedAgainst => td_string!(locale, notices.kind_decided_against),
        NoticeKind::PlaceAvailable => td_string!(locale, notices.kind_place_available),
        NoticeKind::EmailRefused => td_string!(locale, notices.kind_email_refused),
    }
}
