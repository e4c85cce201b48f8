//! A kindergarten, for everybody: where it is and how far, its telephone, its groups and their free
//! places. Looking holds nothing.

use crate::{
    api::use_api,
    browser,
    components::{
        card::Card,
        facts::{Fact, Facts},
        fields::PlainButton,
        heading::Heading,
        kindergarten::{FreePlaces, plain_years},
        links::{BackLink, PhoneLink},
        suspension::Suspended,
    },
    i18n::{Locale, format, language, localized, t, t_string, td_string, use_i18n},
    pages::not_found::NotFoundPage,
    remote::{Ready, Remote},
    routes::Route,
    state::{Topic, use_localities},
};
use balabaqsha_shared::{
    Code,
    dto::{Group, Kindergarten, Locality},
    id::KindergartenId,
    kindergarten::{Coordinates, KindergartenKind},
    language::Localized,
};
use leptos::prelude::*;

const REFRESH_SECONDS: u32 = 15;

#[component]
pub fn KindergartenPage(id: KindergartenId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let kindergarten: Remote<Kindergarten> =
        Remote::new(move || api.kindergarten(id)).follow(Topic::Places, REFRESH_SECONDS);
    let unknown = Memo::new(move |_| {
        let failure = kindergarten.failure();
        failure.is_some_and(|failure| failure.is(Code::NotFound))
    });
    let content = move || {
        let found = kindergarten.with_now(Kindergarten::clone)?;
        Some(view! { <About found/> })
    };
    move || {
        if unknown.get() {
            return view! { <NotFoundPage/> }.into_any();
        }
        view! {
            <BackLink to=Route::Places text=move || t_string!(i18n, places.heading)/>
            <Ready data=kindergarten page=true>
                {content}
                <Groups kindergarten/>
            </Ready>
        }
        .into_any()
    }
}

/// What does not change while somebody looks.
#[component]
fn About(found: Kindergarten) -> impl IntoView {
    let i18n = use_i18n();
    let localities = use_localities();
    let Kindergarten {
        locality_id,
        kind,
        name,
        address,
        coordinates,
        phone,
        schedule,
        about,
        ..
    } = found;
    let says = [&about.kk, &about.ru, &about.en]
        .iter()
        .any(|text| !text.is_empty());
    let about = says.then(|| {
        let words = localized(i18n, &in_all_languages(about));
        view! { <p class="about" dir="auto">{words}</p> }
    });
    let here = Callback::new(move |one: Locality| one.id == locality_id);
    let name = localized(i18n, &name);
    let address = localized(i18n, &address);
    let schedule = (!schedule.is_empty()).then(|| {
        view! {
            <Fact name=move || t_string!(i18n, kindergarten.schedule)>
                <span translate="no">{schedule}</span>
            </Fact>
        }
    });
    view! {
        <Heading text=name/>
        <p class="lead">{move || kind_words(i18n.get_locale(), kind)}</p>
        {about}
        <Suspended shown=here/>
        <Card title=move || t_string!(i18n, kindergarten.where_it_is)>
            <Facts>
                <Fact name=move || t_string!(i18n, common.locality)>
                    {localities.name(locality_id)}
                </Fact>
                <Fact name=move || t_string!(i18n, referral.address)>{address}</Fact>
                <Fact name=move || t_string!(i18n, referral.phone)><PhoneLink number=phone/></Fact>
                {schedule}
            </Facts>
            <ul class="links">
                <li><a href=geo_address(coordinates)>{t!(i18n, kindergarten.open_in_app)}</a></li>
                <li>
                    <a href=two_gis(coordinates) rel="external noreferrer">
                        {t!(i18n, kindergarten.on_2gis)}
                    </a>
                </li>
                <li>
                    <a href=open_street_map(coordinates) rel="external noreferrer">
                        {t!(i18n, kindergarten.on_osm)}
                    </a>
                </li>
            </ul>
            <Distance to=coordinates/>
        </Card>
    }
}

/// A text that is there in one language stands for those in which it is not.
fn in_all_languages(text: Localized) -> Localized {
    let Localized { kk, ru, en } = text;
    let some = [&ru, &kk, &en].into_iter().find(|text| !text.is_empty());
    let some = some.cloned().unwrap_or_default();
    let or = |text: String| if text.is_empty() { some.clone() } else { text };
    Localized::new(or(kk), or(ru), or(en))
}

/// How far it is, for whoever shares where they are.
#[component]
fn Distance(to: Coordinates) -> impl IntoView {
    let i18n = use_i18n();
    // The outer value is there once the device was asked, the inner one when it has answered.
    let place = RwSignal::new(None::<Option<Coordinates>>);
    let locate = move |()| {
        browser::position(move |found| {
            let found = found.map(|(latitude, longitude)| Coordinates {
                latitude,
                longitude,
            });
            place.try_set(Some(found));
        });
    };
    let words = move || {
        place.get().map(|place| match place {
            Some(here) => {
                let km = format::kilometres(i18n.get_locale(), here.distance_km(to));
                t_string!(i18n, kindergarten.distance, km = km)
            }
            None => t_string!(i18n, kindergarten.no_distance).to_owned(),
        })
    };
    view! {
        <PlainButton text=move || t_string!(i18n, kindergarten.how_far) on_press=locate/>
        <p class="hint" role="status">{words}</p>
    }
}

#[component]
fn Groups(kindergarten: Remote<Kindergarten>) -> impl IntoView {
    let i18n = use_i18n();
    let groups = Memo::new(move |_| {
        let groups = kindergarten.with(|found| found.groups.clone());
        groups.unwrap_or_default()
    });
    let key = |group: &Group| (group.id, group.free_places);
    view! {
        <section>
            <h2>{t!(i18n, kindergarten.groups)}</h2>
            <p>{t!(i18n, kindergarten.groups_text)}</p>
            <ul class="places">
                <For each=move || groups.get() key let:group><GroupRow group/></For>
            </ul>
            <Show when=move || groups.with(Vec::is_empty)>
                <p class="empty">{t!(i18n, kindergarten.no_groups)}</p>
            </Show>
        </section>
    }
}

#[component]
fn GroupRow(group: Group) -> impl IntoView {
    let i18n = use_i18n();
    let Group {
        name,
        instruction_language,
        birth_years,
        capacity,
        free_places,
        state_order,
        ..
    } = group;
    let paid = move || {
        if state_order {
            t_string!(i18n, kindergarten.state_order)
        } else {
            t_string!(i18n, kindergarten.own_money)
        }
    };
    let years = move || t_string!(i18n, place.born_in, years = plain_years(birth_years));
    let capacity = move || {
        let count = format::count(i18n.get_locale(), capacity);
        t_string!(i18n, kindergarten.capacity, count = count)
    };
    view! {
        <li class="place">
            <div>
                <h3>{move || t_string!(i18n, place.group, name = name.clone())}</h3>
                <span class="chips">
                    <span class="chip">
                        {move || instruction_language.name(language(i18n))}
                    </span>
                    <span class="chip">{years}</span>
                    <span class="chip">{capacity}</span>
                    <span class="chip">{paid}</span>
                </span>
            </div>
            <FreePlaces count=free_places/>
        </li>
    }
}

fn kind_words(locale: Locale, kind: KindergartenKind) -> &'static str {
    match kind {
        KindergartenKind::PrivateStateOrder => td_string!(locale, kindergarten.private_state_order),
        KindergartenKind::Private => td_string!(locale, kindergarten.private),
        KindergartenKind::State => td_string!(locale, kindergarten.state),
    }
}

/// RFC 5870: a telephone opens the map that its owner likes.
fn geo_address(at: Coordinates) -> String {
    let (latitude, longitude) = written(at);
    // Android shows a pin only for the query.
    format!("geo:{latitude},{longitude}?q={latitude},{longitude}")
}

fn two_gis(at: Coordinates) -> String {
    let (latitude, longitude) = written(at);
    format!("https://2gis.kz/geo/{longitude},{latitude}")
}

/// Latitude and longitude.
fn written(at: Coordinates) -> (String, String) {
    (
        browser::decimal(at.latitude),
        browser::decimal(at.longitude),
    )
}

fn open_street_map(at: Coordinates) -> String {
    let (latitude, longitude) = written(at);
    format!(
        "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Coordinates = Coordinates {
        latitude: 49.4744,
        longitude: 57.4233,
    };

    #[test]
    fn each_map_gets_the_coordinates_in_its_own_order() {
        assert_eq!(geo_address(AT), "geo:49.4744,57.4233?q=49.4744,57.4233");
        assert_eq!(two_gis(AT), "https://2gis.kz/geo/57.4233,49.4744");
        assert!(open_street_map(AT).contains("mlat=49.4744&mlon=57.4233"));
    }
}
