//! Kindergartens and their groups.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// How a kindergarten is run and paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum KindergartenKind {
    /// Private, with places under the state educational order.
    PrivateStateOrder,
    /// Private, paid for by the parents.
    Private,
    State,
}

impl KindergartenKind {
    pub const ALL: [Self; 3] = [Self::PrivateStateOrder, Self::Private, Self::State];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PrivateStateOrder => "private_state_order",
            Self::Private => "private",
            Self::State => "state",
        }
    }
}

/// Language of instruction of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum InstructionLanguage {
    Kazakh,
    Russian,
    English,
}

impl InstructionLanguage {
    pub const ALL: [Self; 3] = [Self::Kazakh, Self::Russian, Self::English];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kazakh => "kazakh",
            Self::Russian => "russian",
            Self::English => "english",
        }
    }
}

/// Where something stands, in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coordinates {
    pub latitude: f64,
    pub longitude: f64,
}

impl Coordinates {
    /// Great-circle distance in kilometres (haversine).
    #[must_use]
    pub fn distance_km(self, other: Self) -> f64 {
        const EARTH_RADIUS_KM: f64 = 6371.0;
        let (lat1, lat2) = (self.latitude.to_radians(), other.latitude.to_radians());
        let dlat = (lat2 - lat1) / 2.0;
        let dlon = (other.longitude - self.longitude).to_radians() / 2.0;
        let a = dlat.sin().powi(2) + lat1.cos() * lat2.cos() * dlon.sin().powi(2);
        2.0 * EARTH_RADIUS_KM * a.sqrt().min(1.0).asin()
    }
}

/// The calendar years of birth a group takes, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BirthYears {
    pub from: i32,
    pub to: i32,
}

impl BirthYears {
    #[must_use]
    pub fn take(self, birth_date: chrono::NaiveDate) -> bool {
        (self.from..=self.to).contains(&birth_date.year())
    }
}

#[cfg(test)]
mod tests {
    use super::Coordinates;

    #[test]
    fn distance_between_aktobe_and_kandyagash() {
        let aktobe = Coordinates {
            latitude: 50.2839,
            longitude: 57.1670,
        };
        let kandyagash = Coordinates {
            latitude: 49.4744,
            longitude: 57.4233,
        };
        let km = aktobe.distance_km(kandyagash);
        assert!((91.0..93.0).contains(&km), "{km}");
        assert!(aktobe.distance_km(aktobe) < 1e-9);
    }
}
