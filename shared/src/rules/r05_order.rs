//! R5: the order of a queue (one per locality and year of birth): benefit category, then the
//! moment of submission, then the id. Positions are computed from this, never stored.

use crate::{application::Category, id::ApplicationId};
use chrono::{DateTime, Utc};

/// The sort key of an application; smaller stands in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub category: Category,
    pub submitted_at: DateTime<Utc>,
    pub id: ApplicationId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn place(category: Category, second: i64, id: u128) -> Place {
        Place {
            category,
            submitted_at: DateTime::from_timestamp(second, 0).unwrap(),
            id: ApplicationId::new(Uuid::from_u128(id)),
        }
    }

    #[test]
    fn category_comes_before_moment_and_moment_before_id() {
        let ordered = [
            place(Category::Extraordinary, 9, 9),
            place(Category::Priority, 8, 8),
            place(Category::General, 1, 7),
            place(Category::General, 2, 1),
            place(Category::General, 2, 2),
        ];
        assert!(ordered.is_sorted_by(|a, b| a < b));
        assert!(ordered.map(|p| p.category.rank()).is_sorted());
    }
}
