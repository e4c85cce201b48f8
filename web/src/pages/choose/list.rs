//! The free places that fit the child, to be compared by language and distance. Choosing one holds
//! it for the time of signing (R8).

use super::{lost, notice::notice, progress};
use crate::{
    api::{Failure, use_api},
    browser,
    changes::Topic,
    components::{
        fields::{plain_button, select_field, submit_button},
        form::{Field, Form, error_summary},
        heading::{form_heading, heading},
        kindergarten,
        trouble::trouble_slot,
    },
    dom::{El, View, b, div, each, fieldset, form, input, label, legend, live, p, say, span, view},
    flows::{Held, use_choosing},
    i18n::{format, language_now, name, t},
    localities::use_localities,
    pages::{action, application::data, back, places},
    remote::Remote,
    router::use_router,
    routes::{ApplicationTab, ChooseStep, Route},
};
use balabaqsha_shared::{
    dto::{Application, ReferralDraftRequest, Vacancy, VacancyList},
    id::ApplicationId,
    kindergarten::Coordinates,
};
use leptos::prelude::*;

/// Others choose at the same time.
const REFRESH_SECONDS: u32 = 10;
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
struct Offer {
    vacancy: Vacancy,
    km: Option<f64>,
}

pub fn page(id: ApplicationId) -> View {
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id)).in_language();
    let content = application.show_once(move || {
        if application.now(|found| found.choosing.allowed) == Some(true) {
            offers(id, application)
        } else {
            not_allowed(id, application)
        }
    });
    view((
        back(
            &Route::Application(id, ApplicationTab::Data),
            t::choosing::TO_APPLICATION,
        ),
        content,
    ))
}

/// The reasons, where somebody comes here by the address.
fn not_allowed(id: ApplicationId, application: Remote<Application>) -> View {
    view((
        heading(t::choosing::REFUSED),
        live(move || application.with(|found| data::reasons(&found.choosing.unmet))),
        p().add(action(
            &Route::Application(id, ApplicationTab::Data),
            t::choosing::TO_APPLICATION,
        )),
    ))
}

fn offers(id: ApplicationId, application: Remote<Application>) -> View {
    let flow = use_choosing();
    let noticed = Memo::new(move |_| flow.get().is_noticed(id));
    // The one complaint of this page is that nothing is chosen.
    let choice = Field::new("place", "");
    let checks = Form::new([choice]);
    let whom = say(move || {
        let name = application.with(|found| found.child.full_name());
        name.map(|name| t::choosing::for_child(&name))
            .unwrap_or_default()
    });
    view((
        live(move || progress(usize::from(noticed.get()))),
        notice(id, move || !noticed.get()),
        error_summary(checks),
        form_heading(t::choosing::LIST, checks),
        p().class("lead").add(whom),
        p().add(t::choosing::LOOK),
        live(move || {
            noticed
                .get()
                .then(|| untrack(|| list(id, application, choice, checks)))
        }),
    ))
}

/// What the list is filtered by.
#[derive(Clone, Copy)]
struct Filter {
    language: Field,
    distance: Field,
    origin: RwSignal<Origin>,
}

impl Filter {
    /// The places that fit, the nearest first.
    fn offers(self, places: Vec<Vacancy>, center: Option<Coordinates>) -> Vec<Offer> {
        let (language, limit) = (self.language.value.get(), self.distance.value.get());
        let limit = limit.parse::<u32>().ok().map(f64::from);
        let from = match self.origin.get() {
            Origin::Device(place) => Some(place),
            Origin::Center | Origin::NoDevice => center,
        };
        let mut offers: Vec<Offer> = places
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
    }

    fn controls(self) -> El {
        let origin = self.origin;
        let locate = move || {
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
        let measured_from = say(move || {
            match origin.get() {
                Origin::Center => t::choosing::FROM_CENTER,
                Origin::Device(_) => t::choosing::FROM_DEVICE,
                Origin::NoDevice => t::choosing::NO_DEVICE,
            }
            .get()
            .to_owned()
        });
        let distances = || {
            DISTANCES
                .map(|km| (km.to_string(), t::choosing::up_to(&format::number(km))))
                .to_vec()
        };
        let any = Some(t::choosing::ANY_DISTANCE);
        div()
            .class("filters")
            .attr("role", "group")
            .label(t::places::FILTERS)
            .add((
                places::language_filter(self.language),
                select_field(self.distance, t::choosing::DISTANCE, None, any, distances),
                div().class("field").add((
                    plain_button(t::choosing::USE_DEVICE, locate),
                    p().class("hint").attr("role", "status").add(measured_from),
                )),
            ))
    }
}

fn list(id: ApplicationId, application: Remote<Application>, choice: Field, checks: Form) -> View {
    let api = use_api();
    let localities = use_localities();
    let vacancies: Remote<VacancyList> =
        Remote::new(move || api.fitting_vacancies(id)).follow(Topic::Places, REFRESH_SECONDS);
    let filter = Filter {
        language: Field::new("filter-language", ""),
        distance: Field::new("filter-distance", ""),
        origin: RwSignal::new(Origin::Center),
    };
    let offers = move || {
        let locality = application.with(|found| found.locality_id);
        let center = localities.one(|found| Some(found.id) == locality, |found| found.center);
        filter.offers(
            vacancies
                .with(|list| list.items.clone())
                .unwrap_or_default(),
            center,
        )
    };
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let hold = hold(id, busy, failure, vacancies);
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        checks.clear();
        failure.set(None);
        let chosen = choice.value.get_untracked();
        let offer = untrack(offers)
            .into_iter()
            .find(|offer| offer.vacancy.group_id.to_string() == chosen);
        match offer {
            Some(offer) => hold(offer.vacancy),
            None => {
                choice.complain(t::choosing::CHOOSE_ONE);
                checks.refuse();
            }
        }
    };
    let found = vacancies.show_once(move || {
        let count =
            say(move || t::choosing::found(u32::try_from(offers().len()).unwrap_or(u32::MAX)));
        (
            p().attr("role", "status").add(count),
            fieldset().class("pick").id(choice.id).add((
                legend().class("visually-hidden").add(t::choosing::LIST),
                each(offers, key, move |offer| row(&offer, choice)),
            )),
            live(move || {
                offers()
                    .is_empty()
                    .then(|| p().class("empty").add(t::choosing::NOTHING))
            }),
        )
    });
    view((
        filter.controls(),
        form().on_submit(submit).add((
            found,
            trouble_slot(failure),
            p().class("hint").add(t::choosing::HOLD_HINT),
            submit_button(t::common::CONTINUE, busy),
        )),
    ))
}

/// Holds the place and goes on to the text.
fn hold(
    id: ApplicationId,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    vacancies: Remote<VacancyList>,
) -> impl Fn(Vacancy) + 'static {
    let api = use_api();
    let router = use_router();
    let flow = use_choosing();
    move |vacancy| {
        let request = ReferralDraftRequest {
            application_id: id,
            group_id: vacancy.group_id,
            language: language_now(),
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = api.draft_referral(request).await;
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
    }
}

/// A row is made anew when what it shows changes, and only then.
fn key(offer: &Offer) -> String {
    let km = offer.km.map(format::kilometres).unwrap_or_default();
    format!(
        "{}/{}/{km}",
        offer.vacancy.group_id, offer.vacancy.free_places
    )
}

fn row(offer: &Offer, choice: Field) -> El {
    let vacancy = &offer.vacancy;
    let value = vacancy.group_id.to_string();
    let id = format!("place-{value}");
    let radio = input()
        .attr("type", "radio")
        .attr("name", choice.id)
        .id(&id)
        .attr("value", &value);
    let radio = {
        let value = value.clone();
        radio.checked_when(move || choice.value.with(|chosen| *chosen == value))
    };
    let radio = radio.on("change", move |_| {
        choice.value.set(value.clone());
        choice.complaint.set(None);
    });
    let facts = span().add((
        b().add(name(&vacancy.kindergarten_name)),
        kindergarten::details(vacancy, offer.km),
    ));
    label().class("offer").attr("for", &id).add((
        radio,
        facts,
        kindergarten::free(vacancy.free_places),
    ))
}
