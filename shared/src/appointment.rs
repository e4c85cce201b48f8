//! Officials (R18): their duties, and the capacities in which one person may act (R18, R19).

use serde::{Deserialize, Serialize};

/// What an official may do in a locality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Duty {
    /// Kindergartens, groups, places, rules profile, calendar, suspension.
    Registry,
    /// Benefits, children and disputes, corrections, annulments, restoring, limits, import of a queue.
    Queue,
    /// Reads the audit log and statistics.
    Audit,
    /// Appoints officials and ends appointments.
    Appointments,
}

impl Duty {
    pub const ALL: [Self; 4] = [Self::Registry, Self::Queue, Self::Audit, Self::Appointments];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Queue => "queue",
            Self::Audit => "audit",
            Self::Appointments => "appointments",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.as_str() == name)
    }
}

/// In what capacity a person acts. One person may have several; a request names one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Capacity {
    #[default]
    Parent,
    Official,
    /// Of a kindergarten (R19).
    Staff,
}

impl Capacity {
    /// The header of a request that names the capacity; without it a person acts as a parent.
    pub const HEADER: &'static str = "capacity";

    pub const ALL: [Self; 3] = [Self::Parent, Self::Official, Self::Staff];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Official => "official",
            Self::Staff => "staff",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|capacity| capacity.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_again_and_are_those_of_the_wire() {
        for duty in Duty::ALL {
            assert_eq!(Duty::from_name(duty.as_str()), Some(duty));
            assert_eq!(serde_json::to_value(duty).unwrap(), duty.as_str());
        }
        for capacity in Capacity::ALL {
            assert_eq!(Capacity::from_name(capacity.as_str()), Some(capacity));
            assert_eq!(serde_json::to_value(capacity).unwrap(), capacity.as_str());
        }
        assert_eq!(Duty::from_name("Registry"), None);
        assert_eq!(Capacity::from_name(""), None);
    }
}
