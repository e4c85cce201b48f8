//! The audit log (R25): who looked at the data of a child or a parent, and who did what.

use serde::{Deserialize, Serialize};

/// In what capacity somebody looked or acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AuditCapacity {
    /// Of the education department of a locality.
    Official,
    /// Of a kindergarten.
    Staff,
    /// The program of an organisation.
    Program,
    /// At the command line of the service.
    Operator,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AuditKind {
    Look,
    Act,
}

/// Why an official searches applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SearchReason {
    /// The parent has asked for help.
    RequestOfParent,
    /// Benefit, correction or another request that is to be decided.
    Decision,
    /// A complaint is looked into.
    Complaint,
    /// A kindergarten has asked about a referral.
    RequestOfKindergarten,
}

impl SearchReason {
    pub const ALL: [Self; 4] = [
        Self::RequestOfParent,
        Self::Decision,
        Self::Complaint,
        Self::RequestOfKindergarten,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RequestOfParent => "request_of_parent",
            Self::Decision => "decision",
            Self::Complaint => "complaint",
            Self::RequestOfKindergarten => "request_of_kindergarten",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

impl AuditCapacity {
    pub const ALL: [Self; 4] = [Self::Official, Self::Staff, Self::Program, Self::Operator];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Staff => "staff",
            Self::Program => "program",
            Self::Operator => "operator",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|capacity| capacity.as_str() == name)
    }
}

impl AuditKind {
    pub const ALL: [Self; 2] = [Self::Look, Self::Act];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Act => "act",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_again_and_are_those_of_the_wire() {
        for reason in SearchReason::ALL {
            assert_eq!(SearchReason::from_name(reason.as_str()), Some(reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
        for capacity in AuditCapacity::ALL {
            assert_eq!(AuditCapacity::from_name(capacity.as_str()), Some(capacity));
            assert_eq!(serde_json::to_value(capacity).unwrap(), capacity.as_str());
        }
        for kind in AuditKind::ALL {
            assert_eq!(AuditKind::from_name(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
