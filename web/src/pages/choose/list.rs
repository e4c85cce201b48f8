//! The free places that fit the child, to be compared by language and distance. Choosing one holds
//! it for the time of signing (R8).

use super::{lost, notice::Notice, refusal, steps};
use crate::{
    api::{Failure, use_api},
    browser,
    components::{
        fields::{SelectField, SubmitButton},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        kindergarten,
    },
    flows::{Held, use_choosing},
    i18n::{format, t, use_i18n},
    localities::use_localities,
    pages::{back, places, words},
    remote::Remote,
    router::use_router,
    routes::{ApplicationTab, ChooseStep, Route},
};
use balabaqsha_shared::{
    dto::{Application, ReferralDraftRequest, Vacancy, VacancyList},
    id::{ApplicationId, GroupId},
    kindergarten::Coordinates,
};
use leptos::{ev, prelude::*};

/// Others choose at the same time.
const REFRESH_SECONDS: u64 = 10;
/// The distances on offer, in kilometres.
const DISTANCES: [u32; 5] = [1, 2, 5, 10, 20];

/// From where distances are measured.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Origin {
    Center,
    Device(Coordinates),
    /// Asked for and refused, or not to be had.
    NoDevice,
}

/// A place with its distance.
#[derive(Clone, Debug, PartialEq)]
struct Offer {
    vacancy: Vacancy,
    km: Option<f64>,
}

pub fn page(id: ApplicationId) -> AnyView {
    let api = use_api();
    let flow = use_choosing();
    let application: Remote<Application> = Remote::new(move || api.application(id)).in_language();
    let noticed = Memo::new(move |_| flow.get().is_noticed(id));
    let view = application.show_once(move || {
        let allowed = application
            .get_now()
            .is_some_and(|found| found.choosing.allowed);
        if allowed {
            offers(id, application, noticed)
        } else {
            not_allowed(id, application)
        }
    });
    view! {
        {back(&Route::Application(id, ApplicationTab::Data), t::choosing::TO_APPLICATION)}
        {view}
    }
    .into_any()
}

/// The reasons, where somebody comes here by the address.
fn not_allowed(id: ApplicationId, application: Remote<Application>) -> AnyView {
    let i18n = use_i18n();
    let reasons = move || {
        let unmet = application
            .get()
            .map(|found| found.choosing.unmet)
            .unwrap_or_default();
        unmet
            .into_iter()
            .map(|reason| view! { <li class="no">{reason.detail}</li> })
            .collect_view()
    };
    view! {
        <Heading words=words(t::choosing::REFUSED)/>
        <ul class="check">{reasons}</ul>
        <p>
            <a class="btn" href=Route::Application(id, ApplicationTab::Data).path()>
                {i18n.t(t::choosing::TO_APPLICATION)}
            </a>
        </p>
    }
    .into_any()
}

fn offers(id: ApplicationId, application: Remote<Application>, noticed: Memo<bool>) -> AnyView {
    let i18n = use_i18n();
    // The one complaint of this page is that nothing is chosen.
    let choice = Field::new("place", "");
    let form = Form::new([choice]);
    let unread = Signal::derive(move || !noticed.get());
    let name = move || {
        application
            .get()
            .map(|found| t::choosing::for_child(i18n.language(), &found.child.full_name()))
    };
    view! {
        {move || steps(usize::from(noticed.get()))}
        <Notice id=id open=unread/>
        <ErrorSummary form=form/>
        <Heading words=words(t::choosing::LIST) form=form/>
        <p class="lead">{name}</p>
        <p>{i18n.t(t::choosing::LOOK)}</p>
        {move || noticed.get().then(|| view! {
            <List id=id application=application choice=choice form=form/>
        })}
    }
    .into_any()
}

#[component]
fn List(
    id: ApplicationId,
    application: Remote<Application>,
    choice: Field,
    form: Form,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let router = use_router();
    let flow = use_choosing();
    let localities = use_localities();
    let vacancies: Remote<VacancyList> =
        Remote::new(move || api.fitting_vacancies(id)).every(REFRESH_SECONDS);
    let language = Field::new("filter-language", "");
    let distance = Field::new("filter-distance", "");
    let origin = RwSignal::new(Origin::Center);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);

    let from = Memo::new(move |_| match origin.get() {
        Origin::Device(place) => Some(place),
        Origin::Center | Origin::NoDevice => {
            let locality = application.get()?.locality_id;
            localities.by_id(locality).map(|locality| locality.center)
        }
    });
    let offers = Memo::new(move |_| {
        let (language, limit) = (language.value.get(), distance.value.get());
        let limit: Option<f64> = limit.parse().ok();
        let from = from.get();
        let list = vacancies.get().map(|list| list.items).unwrap_or_default();
        let mut offers: Vec<Offer> = list
            .into_iter()
            .filter(|vacancy| {
                language.is_empty() || places::tag(vacancy.instruction_language) == language
            })
            .map(|vacancy| {
                let km = from.map(|from| from.distance_km(vacancy.coordinates));
                Offer { vacancy, km }
            })
            .filter(|offer| match (limit, offer.km) {
                (Some(limit), Some(km)) => km <= limit,
                _ => true,
            })
            .collect();
        offers.sort_by(|a, b| a.km.unwrap_or(0.0).total_cmp(&b.km.unwrap_or(0.0)));
        offers
    });

    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        form.clear();
        failure.set(None);
        let chosen = choice.value.get_untracked();
        let offer = offers.with_untracked(|offers| {
            offers
                .iter()
                .find(|offer| offer.vacancy.group_id.to_string() == chosen)
                .cloned()
        });
        let Some(Offer { vacancy, .. }) = offer else {
            choice.complain(t::choosing::CHOOSE_ONE);
            form.refuse();
            return;
        };
        let request = ReferralDraftRequest {
            application_id: id,
            group_id: vacancy.group_id,
            language: i18n.language_now(),
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = api.draft_referral(&request).await;
            busy.try_set(false);
            match answer {
                Ok(draft) => {
                    flow.update(|choosing| choosing.hold(id, Held { vacancy, draft }));
                    router.go(&Route::Choose(id, ChooseStep::Check));
                }
                Err(refused) => {
                    if lost(&refused) {
                        vacancies.refresh();
                    }
                    failure.try_set(Some(refused));
                }
            }
        });
    };

    let locate = move |_| {
        browser::position(move |found| {
            let place = match found {
                Some((latitude, longitude)) => Origin::Device(Coordinates {
                    latitude,
                    longitude,
                }),
                None => Origin::NoDevice,
            };
            origin.try_set(place);
        });
    };
    let measured_from = move || match origin.get() {
        Origin::Center => t::choosing::FROM_CENTER,
        Origin::Device(_) => t::choosing::FROM_DEVICE,
        Origin::NoDevice => t::choosing::NO_DEVICE,
    };
    let distances = Signal::derive(move || {
        DISTANCES
            .map(|km| {
                let words =
                    t::choosing::up_to(i18n.language(), &format::number(i18n.language(), km));
                (km.to_string(), words)
            })
            .to_vec()
    });
    let count = move || {
        let count = offers.with(|offers| u32::try_from(offers.len()).unwrap_or(u32::MAX));
        t::choosing::found(i18n.language(), count)
    };
    let list = vacancies.show_once(move || {
        view! {
            <p role="status">{count}</p>
            <fieldset class="pick">
                <legend class="visually-hidden">{i18n.t(t::choosing::LIST)}</legend>
                <For each=move || offers.get() key=key let:offer>{row(&offer, choice)}</For>
            </fieldset>
            {move || offers.with(Vec::is_empty).then(|| view! {
                <p class="empty">{i18n.t(t::choosing::NOTHING)}</p>
            })}
        }
        .into_any()
    });
    view! {
        <div class="filters" role="group" aria-label=i18n.t(t::places::FILTERS)>
            <SelectField field=language label=t::place::LANGUAGE options=places::languages()
                empty=t::places::ALL_LANGUAGES/>
            <SelectField field=distance label=t::choosing::DISTANCE options=distances
                empty=t::choosing::ANY_DISTANCE/>
            <div class="field">
                <button type="button" class="btn ghost" on:click=locate>
                    {i18n.t(t::choosing::USE_DEVICE)}
                </button>
                <p class="hint" role="status">{move || i18n.t(measured_from())()}</p>
            </div>
        </div>
        <form on:submit=submit novalidate>
            {list}
            {move || failure.get().map(|failure| refusal(failure, id))}
            <p class="hint">{i18n.t(t::choosing::HOLD_HINT)}</p>
            <SubmitButton label=t::common::CONTINUE busy=busy.into()/>
        </form>
    }
    .into_any()
}

/// A row is made anew when what it shows changes, and only then.
fn key(offer: &Offer) -> (GroupId, u32, Option<String>) {
    let vacancy = &offer.vacancy;
    (
        vacancy.group_id,
        vacancy.free_places,
        offer.km.map(|km| format!("{km:.2}")),
    )
}

fn row(offer: &Offer, choice: Field) -> AnyView {
    let i18n = use_i18n();
    let vacancy = &offer.vacancy;
    let value = vacancy.group_id.to_string();
    let name = vacancy.kindergarten_name.clone();
    let checked = {
        let value = value.clone();
        move || choice.value.with(|chosen| *chosen == value)
    };
    let choose = {
        let value = value.clone();
        move |_| {
            choice.value.set(value.clone());
            choice.complaint.set(None);
        }
    };
    view! {
        <label class="offer">
            <input type="radio" name=choice.id value=value prop:checked=checked on:change=choose/>
            <span>
                <b>{i18n.say(move |language| name.get(language).to_owned())}</b>
                {kindergarten::details(vacancy, offer.km, i18n)}
            </span>
            {kindergarten::free(vacancy.free_places, i18n)}
        </label>
    }
    .into_any()
}
