//! Which free places somebody looks for.

use crate::{
    id::LocalityId,
    kindergarten::{BirthYears, Coordinates, InstructionLanguage},
};
use serde::{Deserialize, Serialize};

/// A wish; what is absent does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VacancyFilter {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locality_id: Option<LocalityId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instruction_language: Option<InstructionLanguage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 2000, maximum = 2100))]
    pub birth_year: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<Near>,
}

/// Around a point, as the crow flies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Near {
    #[cfg_attr(feature = "openapi", schema(minimum = -90, maximum = 90))]
    pub latitude: f64,
    #[cfg_attr(feature = "openapi", schema(minimum = -180, maximum = 180))]
    pub longitude: f64,
    #[cfg_attr(feature = "openapi", schema(exclusive_minimum = 0, maximum = 500))]
    pub max_distance_km: f64,
}

/// What a filter looks at.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub locality_id: LocalityId,
    pub instruction_language: InstructionLanguage,
    pub birth_years: BirthYears,
    pub coordinates: Coordinates,
}

/// Years of birth that can be asked for.
pub const BIRTH_YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;
const MAX_DISTANCE_KM: f64 = 500.0;

impl VacancyFilter {
    /// Members that mean nothing, as JSON Pointers.
    #[must_use]
    pub fn meaningless(&self) -> Vec<&'static str> {
        let mut wrong = Vec::new();
        if self
            .birth_year
            .is_some_and(|year| !BIRTH_YEARS.contains(&year))
        {
            wrong.push("/birth_year");
        }
        if let Some(near) = self.near {
            if !(-90.0..=90.0).contains(&near.latitude) {
                wrong.push("/near/latitude");
            }
            if !(-180.0..=180.0).contains(&near.longitude) {
                wrong.push("/near/longitude");
            }
            if !(near.max_distance_km > 0.0 && near.max_distance_km <= MAX_DISTANCE_KM) {
                wrong.push("/near/max_distance_km");
            }
        }
        wrong
    }

    #[must_use]
    pub fn fits(&self, offer: &Offer) -> bool {
        self.locality_id.is_none_or(|id| id == offer.locality_id)
            && self
                .instruction_language
                .is_none_or(|language| language == offer.instruction_language)
            && self
                .birth_year
                .is_none_or(|year| (offer.birth_years.from..=offer.birth_years.to).contains(&year))
            && self.near.is_none_or(|near| {
                let point = Coordinates {
                    latitude: near.latitude,
                    longitude: near.longitude,
                };
                point.distance_km(offer.coordinates) <= near.max_distance_km
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn offer() -> Offer {
        Offer {
            locality_id: LocalityId::new(Uuid::from_u128(1)),
            instruction_language: InstructionLanguage::Kazakh,
            birth_years: BirthYears {
                from: 2022,
                to: 2023,
            },
            coordinates: Coordinates {
                latitude: 49.4744,
                longitude: 57.4233,
            },
        }
    }

    fn near(latitude: f64, max_distance_km: f64) -> VacancyFilter {
        VacancyFilter {
            near: Some(Near {
                latitude,
                longitude: 57.4233,
                max_distance_km,
            }),
            ..VacancyFilter::default()
        }
    }

    #[test]
    fn every_wish_must_be_met() {
        let all = VacancyFilter {
            locality_id: Some(offer().locality_id),
            instruction_language: Some(InstructionLanguage::Kazakh),
            birth_year: Some(2023),
            ..near(49.48, 1.0)
        };
        assert!(VacancyFilter::default().fits(&offer()) && all.fits(&offer()));
        let others = [
            VacancyFilter {
                locality_id: Some(LocalityId::new(Uuid::from_u128(2))),
                ..all
            },
            VacancyFilter {
                instruction_language: Some(InstructionLanguage::Russian),
                ..all
            },
            VacancyFilter {
                birth_year: Some(2024),
                ..all
            },
            VacancyFilter {
                birth_year: Some(2021),
                ..all
            },
            VacancyFilter {
                near: near(49.50, 1.0).near,
                ..all
            },
        ];
        for other in others {
            assert!(!other.fits(&offer()), "{other:?}");
        }
    }

    #[rstest::rstest]
    #[case(near(90.0, 500.0), &[])]
    #[case(near(90.1, 500.1), &["/near/latitude", "/near/max_distance_km"])]
    #[case(near(f64::NAN, 0.0), &["/near/latitude", "/near/max_distance_km"])]
    #[case(VacancyFilter { birth_year: Some(1999), ..VacancyFilter::default() }, &["/birth_year"])]
    fn what_means_nothing_is_named(#[case] filter: VacancyFilter, #[case] expected: &[&str]) {
        assert_eq!(filter.meaningless(), expected);
    }
}
