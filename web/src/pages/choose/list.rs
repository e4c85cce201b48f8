//! The free places that fit the child, to be compared by language and distance. Choosing one holds
//! it for the time of signing (R8).

use super::{
    Progress, lost,
    notice::Notice,
    together::{self, Beside, Child, Lists, Together},
};
use crate::{
    api::{Api, Failure, use_api},
    browser,
    components::{
        fields::{Choice, FieldError, PlainButton, SelectField, SubmitButton},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
        kindergarten::{FreePlaces, VacancyDetails},
        links::{ActionLink, BackLink},
        reasons::Reasons,
        trouble::TroubleSlot,
    },
    flows::{self, Held, use_choosing, use_together},
    i18n::{format, language_now, localized, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    pages::places::{self, InstructionLanguageFilter},
    remote::{Ready, Remote, failure_of},
    routes::{ApplicationTab, ChooseStep, Route},
    state::{Topic, use_localities},
};
use balabaqsha_shared::{
    Language,
    dto::{
        Application, Draft, JointChoice, JointReferralDraftRequest, ReferralDraftRequest, Vacancy,
    },
    id::{ApplicationId, GroupId},
    kindergarten::Coordinates,
};
use leptos::{ev, prelude::*};
use std::iter;

/// Others choose at the same time.
const REFRESH_SECONDS: u32 = 10;
/// The distances on offer, in kilometres.
const DISTANCES: [u32; 5] = [1, 2, 5, 10, 20];

#[component]
pub fn ListPage(id: ApplicationId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id)).in_language();
    let content = move || {
        if application.with_now(|found| found.choosing.allowed) == Some(true) {
            view! { <Offers id application/> }.into_any()
        } else {
            view! { <NotAllowed id application/> }.into_any()
        }
    };
    view! {
        <BackLink to=Route::Application(id, ApplicationTab::Data)
            text=move || t_string!(i18n, choosing.to_application)/>
        <Ready data=application page=true>{content}</Ready>
    }
}

/// The reasons, where somebody comes here by the address.
#[component]
fn NotAllowed(id: ApplicationId, application: Remote<Application>) -> impl IntoView {
    let i18n = use_i18n();
    let reasons = move || {
        let unmet = application.with(|found| found.choosing.unmet.clone());
        unmet.map(|unmet| view! { <Reasons unmet/> })
    };
    view! {
        <Heading text=move || t_string!(i18n, choosing.refused)/>
        {reasons}
        <p>
            <ActionLink to=Route::Application(id, ApplicationTab::Data)
                text=move || t_string!(i18n, choosing.to_application)/>
        </p>
    }
}

#[component]
fn Offers(id: ApplicationId, application: Remote<Application>) -> impl IntoView {
    let i18n = use_i18n();
    let flow = use_choosing();
    let noticed = Memo::new(move |_| flow.get().is_noticed(id));
    // The one complaint of this page is that nothing is chosen.
    let chosen = Field::new("place", "");
    let form = Form::new([chosen]);
    let whom = move || {
        let name = application.with(|found| found.child.full_name());
        name.map(|name| t_string!(i18n, choosing.for_child, name = name))
    };
    view! {
        {move || view! { <Progress current=usize::from(noticed.get())/> }}
        <Notice id open=move || !noticed.get()/>
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, choosing.list) form/>
        <p class="lead">{whom}</p>
        <p>{t!(i18n, choosing.look)}</p>
        <Show when=move || noticed.get()>
            <List id application chosen form/>
        </Show>
    }
}

/// From where distances are measured.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Origin {
    Center,
    Device(Coordinates),
    /// Asked for and refused, or not to be had.
    NoDevice,
}

/// What the places are filtered by.
#[derive(Clone, Debug, Default)]
struct Wanted {
    /// The tag of the language of instruction; empty where any will do.
    language: String,
    limit_km: Option<f64>,
    from: Option<Coordinates>,
}

/// A place with its distance.
#[derive(Clone, Debug, PartialEq)]
struct Offer {
    vacancy: Vacancy,
    /// Of the other children of the step.
    beside: Vec<Beside>,
    km: Option<f64>,
}

/// The places that fit, the nearest first.
fn fitting(places: &[Vacancy], wanted: &Wanted) -> Vec<Offer> {
    let language = &wanted.language;
    let mut offers: Vec<Offer> = places
        .iter()
        .filter(|vacancy| {
            language.is_empty() || places::tag(vacancy.instruction_language) == language
        })
        .map(|vacancy| Offer {
            vacancy: vacancy.clone(),
            beside: Vec::new(),
            km: wanted
                .from
                .map(|from| from.distance_km(vacancy.coordinates)),
        })
        .filter(|offer| match (wanted.limit_km, offer.km) {
            (Some(limit), Some(km)) => km <= limit,
            _ => true,
        })
        .collect();
    offers.sort_by(|a, b| a.km.unwrap_or(0.0).total_cmp(&b.km.unwrap_or(0.0)));
    offers
}

#[component]
fn List(
    id: ApplicationId,
    application: Remote<Application>,
    chosen: Field,
    form: Form,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let navigation = use_navigation();
    let localities = use_localities();
    let flow = use_choosing();
    let kept_together = use_together();
    let with_whom = RwSignal::new(Vec::<Child>::new());
    let others: Remote<Vec<Child>> = Remote::new(move || {
        let own = application.with(Application::clone);
        async move {
            match own {
                Some(own) => together::others(api, own).await,
                None => Ok(Vec::new()),
            }
        }
    });
    let vacancies: Remote<Lists> = Remote::new(move || together::lists(api, id, with_whom.get()))
        .follow(Topic::Places, REFRESH_SECONDS);
    let language = Field::new("filter-language", "");
    let distance = Field::new("filter-distance", "");
    let origin = RwSignal::new(Origin::Center);
    let offers = Memo::new(move |_| {
        let locality = application.with(|found| found.locality_id);
        let center = localities.one(|found| Some(found.id) == locality, |found| found.center);
        let wanted = Wanted {
            language: language.value.get(),
            limit_km: distance
                .value
                .with(|limit| limit.parse::<u32>().ok().map(f64::from)),
            from: match origin.get() {
                Origin::Device(place) => Some(place),
                Origin::Center | Origin::NoDevice => center,
            },
        };
        vacancies
            .with(|lists| {
                let offers = fitting(&lists.own, &wanted).into_iter();
                let for_all = offers.filter_map(|offer| {
                    let beside = lists.beside(&offer.vacancy)?;
                    Some(Offer { beside, ..offer })
                });
                for_all.collect::<Vec<_>>()
            })
            .unwrap_or_default()
    });
    // Holds the place and goes on to the text.
    let hold = Action::new_local(move |offer: &Offer| {
        let name = application.with_now(|found| found.child.full_name());
        let own = Beside {
            child: Child {
                id,
                name: name.unwrap_or_default(),
            },
            vacancy: offer.vacancy.clone(),
        };
        let all: Vec<Beside> = iter::once(own).chain(offer.beside.clone()).collect();
        let language = language_now(i18n);
        async move {
            let drafts = draft(api, language, &all).await;
            let drafts = drafts.inspect_err(|refused| {
                if lost(refused) {
                    vacancies.refresh();
                }
            })?;
            let held = all.into_iter().zip(drafts).map(|(of, draft)| Held {
                application: of.child.id,
                child: of.child.name,
                vacancy: of.vacancy,
                draft,
            });
            let held: Vec<Held> = held.collect();
            kept_together.update(|together| *together = flows::Together::of(&held));
            flow.update(|choosing| choosing.hold(id, held));
            navigation.go(&Route::Choose(id, ChooseStep::Check));
            Ok(())
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if hold.pending().get_untracked() {
            return;
        }
        form.clear();
        let wanted = chosen.value.get_untracked();
        let offer = offers.with_untracked(|offers| {
            let is_chosen = |offer: &&Offer| offer.vacancy.group_id.to_string() == wanted;
            offers.iter().find(is_chosen).cloned()
        });
        if let Some(offer) = offer {
            hold.dispatch_local(offer);
        } else {
            chosen.complain(Complaint::Text(|locale| {
                td_string!(locale, choosing.choose_place)
            }));
            form.refuse();
        }
    };
    // How many tries there are is said before each of them (R8).
    let left = move || {
        let left = application.with(|found| found.choosing.holds_left)?;
        let count = format::number(i18n.get_locale(), left);
        Some(t_string!(i18n, choosing.holds_left, count = count))
    };
    let found = move || {
        let count = offers.with(|offers| format::count_of(i18n.get_locale(), offers));
        t_string!(i18n, choosing.found, count = count)
    };
    let with_others = move || {
        let others = others
            .with(Clone::clone)
            .filter(|others| !others.is_empty())?;
        Some(view! { <Together others chosen=with_whom/> })
    };
    let nothing = move || {
        if with_whom.with(Vec::is_empty) {
            t_string!(i18n, choosing.nothing)
        } else {
            t_string!(i18n, choosing.nothing_together)
        }
    };
    view! {
        {with_others}
        <TroubleSlot failure=Signal::derive(move || others.failure())/>
        <div class="filters" role="group" aria-label=move || t_string!(i18n, places.filters)>
            <InstructionLanguageFilter field=language/>
            <DistanceFilter field=distance/>
            <OriginChoice origin/>
        </div>
        <form on:submit=submit novalidate>
            <Ready data=vacancies>
                <p role="status">{found}</p>
                <fieldset class="pick" id=chosen.id>
                    <legend class="visually-hidden">{t!(i18n, choosing.list)}</legend>
                    <FieldError field=chosen/>
                    <For each=move || offers.get() key=row_key let:offer>
                        <Row offer chosen/>
                    </For>
                </fieldset>
                <Show when=move || offers.with(Vec::is_empty)>
                    <p class="empty">{nothing}</p>
                </Show>
            </Ready>
            <TroubleSlot failure=failure_of(hold)/>
            <p class="hint">{t!(i18n, choosing.hold_hint)} " " {left}</p>
            <SubmitButton text=move || t_string!(i18n, common.proceed) busy=hold.pending()/>
        </form>
    }
}

#[component]
fn DistanceFilter(field: Field) -> impl IntoView {
    let i18n = use_i18n();
    let choices = move || {
        DISTANCES
            .map(|km| Choice {
                value: km.to_string(),
                label: {
                    let km = format::number(i18n.get_locale(), km);
                    t_string!(i18n, choosing.up_to, km = km)
                },
            })
            .to_vec()
    };
    view! {
        <SelectField field label=move || t_string!(i18n, choosing.distance)
            empty=move || t_string!(i18n, choosing.any_distance) choices/>
    }
}

/// From where distances are measured, and the way to measure them from the device.
#[component]
fn OriginChoice(origin: RwSignal<Origin>) -> impl IntoView {
    let i18n = use_i18n();
    let locate = move |()| {
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
        Origin::Center => t_string!(i18n, choosing.from_center),
        Origin::Device(_) => t_string!(i18n, choosing.from_device),
        Origin::NoDevice => t_string!(i18n, choosing.no_device),
    };
    view! {
        <div class="field">
            <PlainButton text=move || t_string!(i18n, choosing.use_device) on_press=locate/>
            <p class="hint" role="status">{measured_from}</p>
        </div>
    }
}

/// Holds the places: one, or those of a step.
async fn draft(api: Api, language: Language, all: &[Beside]) -> Result<Vec<Draft>, Failure> {
    let choices = all.iter().map(|one| JointChoice {
        application_id: one.child.id,
        group_id: one.vacancy.group_id,
    });
    let choices: Vec<JointChoice> = choices.collect();
    if let [only] = choices.as_slice() {
        let request = ReferralDraftRequest {
            application_id: only.application_id,
            group_id: only.group_id,
            language,
        };
        return Ok(vec![api.draft_referral(request).await?]);
    }
    let request = JointReferralDraftRequest { choices, language };
    Ok(api.draft_joint_referrals(request).await?.items)
}

/// What a row shows.
type RowKey = (GroupId, u32, Option<u64>, Vec<GroupId>);

/// A row is made anew when what it shows changes, and only then.
fn row_key(offer: &Offer) -> RowKey {
    let Offer {
        vacancy,
        beside,
        km,
    } = offer;
    let beside = beside.iter().map(|one| one.vacancy.group_id).collect();
    // No language writes a distance more finely.
    let km = km.map(|km| (km * 10.0).round().to_bits());
    (vacancy.group_id, vacancy.free_places, km, beside)
}

#[component]
fn Row(offer: Offer, chosen: Field) -> impl IntoView {
    let i18n = use_i18n();
    let Offer {
        vacancy,
        beside,
        km,
    } = offer;
    let beside = beside.into_iter().map(|one| {
        let (name, group) = (one.child.name, one.vacancy.group_name);
        let words = move || {
            t_string!(
                i18n,
                choosing.together_group,
                name = name.clone(),
                group = group.clone()
            )
        };
        view! { <span class="hint">{words}</span> }
    });
    let free_places = vacancy.free_places;
    let name = localized(i18n, &vacancy.kindergarten_name);
    let value = vacancy.group_id.to_string();
    let id = format!("place-{value}");
    let is_chosen = {
        let value = value.clone();
        move || chosen.value.with(|chosen| *chosen == value)
    };
    let choose = {
        let value = value.clone();
        move |_| {
            chosen.value.set(value.clone());
            chosen.complaint.set(None);
        }
    };
    let about = Route::Kindergarten(vacancy.kindergarten_id).path();
    let about_whom = localized(i18n, &vacancy.kindergarten_name);
    view! {
        <div class="offer-row">
        <label class="offer" for=id.clone()>
            <input type="radio" id=id.clone() name=chosen.id value=value prop:checked=is_chosen
                on:change=choose/>
            <span>
                <b>{name}</b>
                <VacancyDetails vacancy nostrip:distance_km=km/>
                {beside.collect_view()}
            </span>
            <FreePlaces count=free_places/>
        </label>
        <a class="more" href=about>
            {t!(i18n, kindergarten.about)} <span class="visually-hidden">" " {about_whom}</span>
        </a>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::{
        Localized,
        kindergarten::{BirthYears, InstructionLanguage},
    };

    const CENTER: Coordinates = Coordinates {
        latitude: 49.47,
        longitude: 57.42,
    };

    /// A free place so many thousandths of a degree north of the centre, each 111 metres.
    fn place(name: &str, north: f64, instruction_language: InstructionLanguage) -> Vacancy {
        let any = "0198a0b0-0000-7000-8000-000000000001";
        Vacancy {
            group_id: any.parse().unwrap(),
            group_name: name.into(),
            instruction_language,
            birth_years: BirthYears {
                from: 2022,
                to: 2022,
            },
            free_places: 1,
            kindergarten_id: any.parse().unwrap(),
            locality_id: any.parse().unwrap(),
            kindergarten_name: Localized::new(name, name, name),
            address: Localized::new("", "", ""),
            coordinates: Coordinates {
                latitude: CENTER.latitude + north / 1000.0,
                ..CENTER
            },
        }
    }

    fn names(wanted: &Wanted) -> Vec<String> {
        let places = [
            place("far", 60.0, InstructionLanguage::Kazakh),
            place("near", 5.0, InstructionLanguage::Russian),
            place("middle", 15.0, InstructionLanguage::Kazakh),
        ];
        fitting(&places, wanted)
            .into_iter()
            .map(|offer| offer.vacancy.group_name)
            .collect()
    }

    #[test]
    fn the_nearest_place_comes_first() {
        let wanted = Wanted {
            from: Some(CENTER),
            ..Wanted::default()
        };
        assert_eq!(names(&wanted), ["near", "middle", "far"]);
    }

    #[test]
    fn without_an_origin_the_order_of_the_service_stays_and_no_limit_holds() {
        let wanted = Wanted {
            limit_km: Some(1.0),
            ..Wanted::default()
        };
        assert_eq!(names(&wanted), ["far", "near", "middle"]);
    }

    #[test]
    fn distance_and_language_are_limits_together() {
        let mut wanted = Wanted {
            limit_km: Some(2.0),
            from: Some(CENTER),
            ..Wanted::default()
        };
        assert_eq!(names(&wanted), ["near", "middle"]);
        wanted.language = places::tag(InstructionLanguage::Kazakh).into();
        assert_eq!(names(&wanted), ["middle"]);
        wanted.limit_km = None;
        assert_eq!(names(&wanted), ["middle", "far"]);
    }

    #[test]
    fn a_row_is_made_anew_with_its_count_and_its_written_distance_only() {
        let offer = |free_places, km| Offer {
            vacancy: Vacancy {
                free_places,
                ..place("a", 0.0, InstructionLanguage::Kazakh)
            },
            beside: Vec::new(),
            km: Some(km),
        };
        let key = row_key(&offer(1, 1.21));
        assert_eq!(row_key(&offer(1, 1.24)), key);
        assert_ne!(row_key(&offer(1, 1.31)), key);
        assert_ne!(row_key(&offer(2, 1.21)), key);
    }
}
