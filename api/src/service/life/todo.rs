//! What waits for officials, and for how long, as `balabaqsha todo list` tells it: claimed benefits (R21), claims, disputes,
//! children that nobody verified, and birth dates that the IIN contradicts (R27).

use crate::{app::Core, error::Result};
use balabaqsha_shared::{
    calendar::WorkingCalendar, entity::Application, number::ApplicationNumber, time,
};
use balabaqsha_store::{self as store, applications::Waiting};
use chrono::{DateTime, NaiveDate, Utc};

/// More than one person decides in a day.
const LIMIT: i64 = 1_000;
/// R21: working days in which an official decides.
const WORKING_DAYS: u16 = 5;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub what: Waiting,
    pub application: ApplicationNumber,
    pub submitted_at: DateTime<Utc>,
    /// Longer than an official has.
    pub overdue: bool,
}

/// Everything that waits, what is overdue first, then the oldest.
///
/// # Errors
/// When the database does not answer.
pub async fn list(core: &Core) -> Result<Vec<Item>> {
    let today = time::local_date(core.now());
    let mut tx = core.db.read().await?;
    let calendar = core.calendar.current(&mut tx).await?;
    let mut items = Vec::new();
    for what in Waiting::ALL {
        for application in store::applications::waiting(&mut tx, what, None, LIMIT).await? {
            items.push(Item {
                what,
                submitted_at: application.submitted_at,
                overdue: is_overdue(&application, today, &calendar),
                application: application.number,
            });
        }
    }
    items.sort_by_key(|item| (!item.overdue, item.submitted_at));
    Ok(items)
}

/// Whether it waits longer than an official has.
pub(in crate::service) fn is_overdue(
    application: &Application,
    today: NaiveDate,
    calendar: &WorkingCalendar,
) -> bool {
    let submitted = time::local_date(application.submitted_at);
    // A day outside of the calendar is long ago.
    let last = calendar.add_working_days(submitted, WORKING_DAYS);
    last.map_or(true, |last| last < today)
}
