//! The tab «Заявление»: each card changes by itself, so that news in one of them takes the focus
//! from no other.

use super::offers::{ActsCard, ChoosingCard, acts, choosing};
use crate::{
    api::use_api,
    browser,
    components::{
        calendar_file::DeadlineFile,
        card::Card,
        deadline::{DaysLeft, LastDay},
        document::ReferralPaper,
        facts::{Fact, Facts},
        fields::{PlainButton, SubmitButton, TextField},
        form::{Field, Form},
        hand_over::HandOver,
        links::PhoneLink,
        notice::Inset,
        save::SaveOnDevice,
        tag::{Mood, ReferralTag, Tag},
        trouble::TroubleSlot,
    },
    i18n::{Locale, format, language, localized, t, t_string, td_string, use_i18n},
    remote::{Remote, failure_of},
    routes::Route,
    state::use_localities,
};
use balabaqsha_shared::{
    Language,
    application::{ApplicationState, Benefit, BenefitState, Category},
    dto::{Application, Before, Participation, Position, Referral},
    id::ApplicationId,
    input,
    phone::Phone,
};
use leptos::{ev, prelude::*};

#[component]
pub fn DataTab(application: Remote<Application>, id: ApplicationId) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="two">
            <div>
                <Part application look=|found| found.state let:state>
                    <StateNote state/>
                </Part>
                <Part application look=|found| found.participation let:participation>
                    <ParticipationNote participation/>
                </Part>
                <Part application look=|found| found.referral.clone() let:referral>
                    {referral.map(|referral| view! { <ReferralCard referral/> })}
                </Part>
                <Part application look=referred let:found>
                    {found.map(|application| view! { <SaveOnDevice application/> })}
                </Part>
                <Part application look=|found| found.position.clone() let:position>
                    {position.map(|position| view! { <QueueCard position/> })}
                </Part>
                <Part application look=Application::clone let:found>
                    <DataCard application=found/>
                </Part>
                <PhoneCard application id/>
            </div>
            <aside>
                <Part application look=choosing let:possibility>
                    {possibility.map(|possibility| {
                        view! { <ChoosingCard application id possibility/> }
                    })}
                </Part>
                <Part application look=acts let:acts>
                    {(!acts.is_empty()).then(|| view! { <ActsCard id acts/> })}
                </Part>
                <p><a href=Route::Benefit(id).path()>{t!(i18n, benefit.heading)}</a></p>
                <p><a href=Route::Looks(id).path()>{t!(i18n, looks.heading)}</a></p>
            </aside>
        </div>
    }
}

/// The application while its referral can be shown to a kindergarten.
fn referred(application: &Application) -> Option<Application> {
    let referral = application.referral.as_ref()?;
    referral.state.is_active().then(|| application.clone())
}

/// What depends on one part of the application: made anew only when that has changed.
#[component]
fn Part<T, F, V>(
    application: Remote<Application>,
    look: fn(&Application) -> T,
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let part = Memo::new(move |_| application.with(look));
    move || part.get().map(|part| untrack(|| children(part)))
}

/// What the present state means, where it needs saying.
#[component]
fn StateNote(state: ApplicationState) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let sentence = state_words(i18n.get_locale(), state)?;
        Some(view! { <Inset><p>{sentence}</p></Inset> })
    }
}

/// Why the application does not take part in its queue as others do (R27).
#[component]
fn ParticipationNote(participation: Participation) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let locale = i18n.get_locale();
        let sentence = match participation {
            Participation::Full => return None,
            Participation::Unverified => td_string!(locale, application.unverified),
            Participation::Claim => td_string!(locale, application.claim),
            Participation::Disputed => td_string!(locale, application.disputed),
        };
        Some(view! { <Inset><p>{sentence}</p></Inset> })
    }
}

fn state_words(locale: Locale, state: ApplicationState) -> Option<String> {
    Some(match state {
        ApplicationState::StopListed { until } => {
            let until = format::day(locale, until);
            td_string!(locale, application.stop_listed, until = until)
        }
        ApplicationState::Left { at } => {
            let day = format::day_of(locale, at);
            td_string!(locale, application.left, day = day)
        }
        ApplicationState::Removed { at } => {
            let day = format::day_of(locale, at);
            td_string!(locale, application.removed, day = day)
        }
        ApplicationState::Enrolled { at } => {
            let day = format::day_of(locale, at);
            td_string!(locale, application.enrolled, day = day)
        }
        ApplicationState::Withdrawn { at } => {
            let day = format::day_of(locale, at);
            td_string!(locale, application.withdrawn, day = day)
        }
        ApplicationState::Queued | ApplicationState::Referred { .. } => return None,
    })
}

/// The number and what stands before it (R5).
#[component]
fn QueueCard(position: Position) -> impl IntoView {
    let i18n = use_i18n();
    let Position {
        number,
        total,
        birth_year,
        before,
    } = position;
    let of = move || {
        let count = format::count(i18n.get_locale(), total);
        t_string!(i18n, queue.of, count = count, year = birth_year.to_string())
    };
    let before = if number == 1 {
        view! { <p>{t!(i18n, queue.first)}</p> }.into_any()
    } else {
        view! { <p>{t!(i18n, queue.before)}</p><Ahead before/> }.into_any()
    };
    view! {
        <Card title=move || t_string!(i18n, queue.heading)>
            <p class="position">
                <span class="num" translate="no">
                    {move || format::number(i18n.get_locale(), number)}
                </span>
                " "
                <span>{of}</span>
            </p>
            {before}
            <p class="muted">{t!(i18n, queue.why)}</p>
        </Card>
    }
}

#[component]
fn Ahead(before: Before) -> impl IntoView {
    let i18n = use_i18n();
    let Before {
        extraordinary,
        priority,
        general,
    } = before;
    let extraordinary = (extraordinary > 0).then(|| {
        let count = move || format::count(i18n.get_locale(), extraordinary);
        view! { <li>{move || t_string!(i18n, queue.extraordinary, count = count())}</li> }
    });
    let priority = (priority > 0).then(|| {
        let count = move || format::count(i18n.get_locale(), priority);
        view! { <li>{move || t_string!(i18n, queue.priority, count = count())}</li> }
    });
    let general = (general > 0).then(|| {
        let count = move || format::count(i18n.get_locale(), general);
        view! { <li>{move || t_string!(i18n, queue.general, count = count())}</li> }
    });
    view! { <ul>{extraordinary} {priority} {general}</ul> }
}

#[component]
fn DataCard(application: Application) -> impl IntoView {
    let i18n = use_i18n();
    let localities = use_localities();
    let child = application.child;
    let (birth_date, submitted_at) = (child.birth_date, application.submitted_at);
    let (category, benefit) = (application.category, application.benefit);
    let category = move || category_words(i18n.get_locale(), category, benefit);
    let (name, iin) = (child.full_name(), child.iin.to_string());
    view! {
        <Card title=move || t_string!(i18n, application.data)>
            <Facts>
                <Fact name=move || t_string!(i18n, application.number)>
                    {application.number.as_str().to_owned()}
                </Fact>
                <Fact name=move || t_string!(i18n, application.child)>{name}</Fact>
                <Fact name=move || t_string!(i18n, common.iin)>{iin}</Fact>
                <Fact name=move || t_string!(i18n, common.birth_date)>
                    {move || format::day(i18n.get_locale(), birth_date)}
                </Fact>
                <Fact name=move || t_string!(i18n, common.locality)>
                    {localities.name(application.locality_id)}
                </Fact>
                <Fact name=move || t_string!(i18n, application.submitted)>
                    {move || format::moment(i18n.get_locale(), submitted_at)}
                </Fact>
                <Fact name=move || t_string!(i18n, application.category)>
                    {category}
                </Fact>
            </Facts>
        </Card>
    }
}

/// The telephone, which can be changed: a referral is lost when nobody can be reached.
#[component]
fn PhoneCard(application: Remote<Application>, id: ApplicationId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let field = Field::new("contact-phone", "");
    let form = Form::new([field]);
    let changing = RwSignal::new(false);
    let phone = Memo::new(move |_| application.with(|found| found.contact_phone.to_string()));
    let save = Action::new_local(move |phone: &Phone| {
        let phone = phone.as_str().to_owned();
        async move {
            match api.set_contact_phone(id, phone).await {
                Ok(()) => {
                    application.refresh();
                    changing.try_set(false);
                    Ok(())
                }
                Err(refused) => form.take(refused, &[("/contact_phone", field)]),
            }
        }
    });
    let change = move |()| {
        field.value.set(phone.get_untracked().unwrap_or_default());
        changing.set(true);
        browser::soon(move || browser::focus_id(field.id));
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if save.pending().get_untracked() {
            return;
        }
        form.clear();
        match field.read(input::phone) {
            Some(phone) => drop(save.dispatch_local(phone)),
            None => browser::focus_id(field.id),
        }
    };
    let saved = move || {
        let done = save.value().with(|outcome| matches!(outcome, Some(Ok(()))));
        (done && !changing.get()).then(|| t_string!(i18n, application.phone_saved))
    };
    view! {
        <Card title=move || t_string!(i18n, application.phone)>
            <p hidden=move || changing.get()>
                <span translate="no">{move || phone.get()}</span> " "
                <PlainButton text=move || t_string!(i18n, application.phone_change)
                    on_press=change class="btn small ghost"/>
            </p>
            <p role="status">{saved}</p>
            <Show when=move || changing.get()>
                <form on:submit=submit novalidate>
                    <TextField field label=move || t_string!(i18n, queueing.phone)
                        hint=move || t_string!(i18n, queueing.phone_hint)
                        kind="tel" autocomplete="tel" inputmode="tel" width="w-20"/>
                    <TroubleSlot failure=failure_of(save)/>
                    <SubmitButton text=move || t_string!(i18n, account.change) busy=save.pending()/>
                </form>
            </Show>
        </Card>
    }
}

/// The category that counts, and what became of a benefit that was claimed.
fn category_words(locale: Locale, counts: Category, benefit: Option<Benefit>) -> String {
    let name = |category: Category| category.name(Language::from(locale)).to_owned();
    match benefit {
        Some(Benefit {
            category,
            state: BenefitState::Claimed,
        }) => td_string!(
            locale,
            application.benefit_claimed,
            category = name(category)
        ),
        Some(Benefit {
            category,
            state: BenefitState::Refused,
        }) => td_string!(
            locale,
            application.benefit_refused,
            category = name(category)
        ),
        Some(Benefit {
            category,
            state: BenefitState::Expired,
        }) => td_string!(
            locale,
            application.benefit_expired,
            category = name(category)
        ),
        _ => name(counts),
    }
}

/// The latest referral, with its deadline.
#[component]
fn ReferralCard(referral: Referral) -> impl IntoView {
    let i18n = use_i18n();
    let instruction = referral.instruction_language;
    let extended = referral.extension.is_some().then(|| {
        view! { <Tag mood=Mood::Good text=move || t_string!(i18n, act.extended)/> }
    });
    let due = referral.state.is_active().then(|| {
        view! {
            <p class="deadline">
                {t!(i18n, referral.arrive_by)} " "
                <LastDay day=referral.deadline/> " "
                <DaysLeft count=referral.working_days_left/> " "
                {extended}
            </p>
        }
    });
    let paper = referral.state.is_active().then(|| {
        let own = referral.clone();
        view! {
            <ReferralPaper application=referral.application_id/>
            <div class="buttons">
                <DeadlineFile referral=own.clone()/>
                <HandOver referral=own/>
            </div>
        }
    });
    view! {
        <section class="card">
            <h2>{t!(i18n, referral.heading)} " " <ReferralTag state=referral.state/></h2>
            {due}
            {paper}
            <Facts>
                <Fact name=move || t_string!(i18n, referral.number)>
                    {referral.number.as_str().to_owned()}
                </Fact>
                <Fact name=move || t_string!(i18n, referral.kindergarten)>
                    {localized(i18n, &referral.kindergarten_name)}
                </Fact>
                <Fact name=move || t_string!(i18n, referral.address)>
                    {localized(i18n, &referral.address)}
                </Fact>
                <Fact name=move || t_string!(i18n, referral.group)>{referral.group_name}</Fact>
                <Fact name=move || t_string!(i18n, place.language)>
                    {move || instruction.name(language(i18n))}
                </Fact>
                <Fact name=move || t_string!(i18n, referral.phone)>
                    <PhoneLink number=referral.phone/>
                </Fact>
            </Facts>
        </section>
    }
}
