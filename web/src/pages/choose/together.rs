//! Places in one kindergarten for several children in one step (R8): who can choose with the child, and which places
//! there are for all of them.

use crate::{
    api::{Api, Failure},
    i18n::{t, use_i18n},
};
use balabaqsha_shared::{
    application::ApplicationState,
    dto::{Application, Vacancy},
    id::{ApplicationId, GroupId},
    rules::r08_hold::CHILDREN_OF_STEP,
};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// A child for whom a place can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Child {
    pub id: ApplicationId,
    pub name: String,
}

impl Child {
    pub fn of(application: &Application) -> Self {
        Self {
            id: application.id,
            name: application.child.full_name(),
        }
    }
}

/// The other children of the account that can choose in the same locality now.
pub async fn others(api: Api, application: Application) -> Result<Vec<Child>, Failure> {
    let mut found = Vec::new();
    for other in api.applications(None).await?.items {
        let fits = other.id != application.id
            && other.locality_id == application.locality_id
            && other.state == ApplicationState::Queued;
        if fits {
            let other = api.application(other.id).await?;
            if other.choosing.allowed {
                found.push(Child::of(&other));
            }
        }
    }
    Ok(found)
}

/// The places that each of the children can have, and those that everybody can.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lists {
    pub own: Vec<Vacancy>,
    pub beside: Vec<(Child, Vec<Vacancy>)>,
    public: BTreeMap<GroupId, u32>,
}

pub async fn lists(api: Api, id: ApplicationId, beside: Vec<Child>) -> Result<Lists, Failure> {
    let mut lists = Lists {
        own: api.fitting_vacancies(id).await?.items,
        ..Lists::default()
    };
    if !beside.is_empty() {
        let public = api.vacancies().await?.items.into_iter();
        lists.public = public
            .map(|vacancy| (vacancy.group_id, vacancy.free_places))
            .collect();
    }
    for child in beside {
        let places = api.fitting_vacancies(child.id).await?.items;
        lists.beside.push((child, places));
    }
    Ok(lists)
}

/// The place of another child of the step.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    pub child: Child,
    pub vacancy: Vacancy,
}

impl Lists {
    /// Places for the other children beside this one: in the same kindergarten and language of instruction. None where
    /// there are not enough.
    pub fn beside(&self, first: &Vacancy) -> Option<Vec<Beside>> {
        let mut left = self.public.clone();
        if self.beside.is_empty() {
            return Some(Vec::new());
        }
        self.take(first, &mut left)?;
        self.assign(first, &self.beside, &left)
    }

    /// A place that the child has of its own, by its hold, takes none of the others.
    fn take(&self, place: &Vacancy, left: &mut BTreeMap<GroupId, u32>) -> Option<()> {
        let public = self.public.get(&place.group_id).copied().unwrap_or(0);
        if place.free_places > public {
            return Some(());
        }
        let left = left.get_mut(&place.group_id)?;
        *left = left.checked_sub(1)?;
        Some(())
    }

    fn assign(
        &self,
        first: &Vacancy,
        children: &[(Child, Vec<Vacancy>)],
        left: &BTreeMap<GroupId, u32>,
    ) -> Option<Vec<Beside>> {
        let Some(((child, places), rest)) = children.split_first() else {
            return Some(Vec::new());
        };
        let mut fitting: Vec<&Vacancy> = places
            .iter()
            .filter(|place| {
                place.kindergarten_id == first.kindergarten_id
                    && place.instruction_language == first.instruction_language
            })
            .collect();
        // Twins go to one group where they can.
        fitting.sort_by_key(|place| place.group_id != first.group_id);
        fitting.into_iter().find_map(|place| {
            let mut left = left.clone();
            self.take(place, &mut left)?;
            let mut all = self.assign(first, rest, &left)?;
            let child = child.clone();
            let vacancy = place.clone();
            all.insert(0, Beside { child, vacancy });
            Some(all)
        })
    }
}

/// The children that can choose together with the first.
#[component]
pub fn Together(others: Vec<Child>, chosen: RwSignal<Vec<Child>>) -> impl IntoView {
    let i18n = use_i18n();
    let boxes = others.into_iter().map(|child| {
        let id = format!("together-{}", child.id);
        let name = child.name.clone();
        let whom = child.id;
        let is_chosen = move || chosen.with(|chosen| chosen.iter().any(|one| one.id == whom));
        // The first child is one of them.
        let full = move || chosen.with(Vec::len) >= CHILDREN_OF_STEP.end() - 1 && !is_chosen();
        let choose = move |wanted: bool| {
            chosen.update(|chosen| {
                chosen.retain(|one| one.id != whom);
                if wanted {
                    chosen.push(child.clone());
                }
            });
        };
        view! {
            <div class="radio">
                <input type="checkbox" id=id.clone() prop:checked=is_chosen disabled=full
                    on:change:target=move |event| choose(event.target().checked())/>
                <label for=id>{name}</label>
            </div>
        }
    });
    view! {
        <fieldset>
            <legend>{t!(i18n, choosing.together)}</legend>
            <p class="hint">{t!(i18n, choosing.together_hint)}</p>
            {boxes.collect_view()}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::{
        Localized,
        kindergarten::{BirthYears, Coordinates, InstructionLanguage},
    };
    use rstest::rstest;

    fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(last: u32) -> T {
        format!("0198a0b0-0000-7000-8000-{last:012}")
            .parse()
            .unwrap()
    }

    /// A group, by its number, of a kindergarten, by the tens of it.
    fn place(group: u32, free_places: u32) -> Vacancy {
        Vacancy {
            group_id: id(group),
            group_name: group.to_string(),
            instruction_language: InstructionLanguage::Kazakh,
            birth_years: BirthYears {
                from: 2022,
                to: 2022,
            },
            free_places,
            kindergarten_id: id(group / 10),
            locality_id: id(1),
            kindergarten_name: Localized::new("a", "a", "a"),
            address: Localized::new("", "", ""),
            coordinates: Coordinates {
                latitude: 49.0,
                longitude: 57.0,
            },
        }
    }

    fn lists(public: &[(u32, u32)], beside: &[Vec<(u32, u32)>]) -> Lists {
        let places = |of: &Vec<(u32, u32)>| {
            let of = of.iter();
            of.map(|(group, free)| place(*group, *free)).collect()
        };
        Lists {
            own: Vec::new(),
            beside: (1..)
                .zip(beside)
                .map(|(n, of)| {
                    let name = n.to_string();
                    (Child { id: id(n), name }, places(of))
                })
                .collect(),
            public: public
                .iter()
                .map(|(group, free)| (id(*group), *free))
                .collect(),
        }
    }

    #[rstest]
    #[case::two_in_one_group(&[(11, 2)], (11, 2), vec![vec![(11, 2)]], Some(vec![11]))]
    #[case::one_is_too_few(&[(11, 1)], (11, 1), vec![vec![(11, 1)]], None)]
    #[case::another_group_has_one(&[(11, 1), (12, 1)], (11, 1), vec![vec![(11, 1), (12, 1)]], Some(vec![12]))]
    #[case::of_another_year(&[(11, 1), (12, 1)], (11, 1), vec![vec![(12, 1)]], Some(vec![12]))]
    #[case::of_another_kindergarten(&[(11, 1), (21, 5)], (11, 1), vec![vec![(21, 5)]], None)]
    #[case::the_first_has_its_own(&[], (11, 1), vec![vec![(12, 1)]], Some(vec![12]))]
    #[case::one_of_its_own_and_one_for_all(&[(11, 1)], (11, 2), vec![vec![(11, 1)]], Some(vec![11]))]
    #[case::each_has_its_own(&[], (11, 1), vec![vec![(11, 1)]], Some(vec![11]))]
    #[case::one_of_three_must_move(
        &[(11, 2), (12, 1)], (11, 2), vec![vec![(11, 2), (12, 1)], vec![(11, 2)]], Some(vec![12, 11])
    )]
    fn places_are_found_for_all_or_none(
        #[case] public: &[(u32, u32)],
        #[case] first: (u32, u32),
        #[case] beside: Vec<Vec<(u32, u32)>>,
        #[case] expected: Option<Vec<u32>>,
    ) {
        let found = lists(public, &beside).beside(&place(first.0, first.1));
        let found = found.map(|all| {
            let groups = all
                .iter()
                .map(|one| one.vacancy.group_name.parse().unwrap());
            groups.collect::<Vec<u32>>()
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn the_language_of_instruction_is_one() {
        let mut lists = lists(&[(11, 1), (12, 1)], &[vec![(12, 1)]]);
        lists.beside[0].1[0].instruction_language = InstructionLanguage::Russian;
        assert_eq!(lists.beside(&place(11, 1)), None);
    }
}
