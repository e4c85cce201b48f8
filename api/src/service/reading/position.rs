//! The number in the queue explained (R5): who left before a child, who came before it, day by
//! day, and when it may stand first.

use super::views;
use crate::{
    app::App,
    error::Result,
    service::{
        counting::count,
        life::{settle, visibility::visible},
    },
};
use balabaqsha_shared::{
    application::{ApplicationState, Category},
    dto::{self, EventKind, PositionChange},
    forecast::{self, Basis, Week},
    id::{ApplicationId, PersonId},
    rules::r27_child,
    time,
};
use balabaqsha_store::{self as store, Tx, applications::Application, queue::MoveCount};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// The changes since a moment, else over the last days; never from before the submission.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn history(
    app: &App,
    person: PersonId,
    id: ApplicationId,
    since: Option<DateTime<Utc>>,
    days: u16,
) -> Result<dto::PositionHistory> {
    let mut tx = settle::read(app).await?;
    let now = app.core.now();
    let application = visible(&mut tx, person, id).await?;
    let locality = store::localities::require(&mut tx, application.locality_id).await?;
    let shown = application.state == ApplicationState::Queued
        && r27_child::shows_a_number(application.standing, locality.rules.child_check);
    let number = if shown {
        Some(views::position(&mut tx, &application).await?.number)
    } else {
        None
    };
    let today = time::local_date(now);
    let first_day = today - Days::new(u64::from(days.max(1)) - 1);
    // Before, the child stood in another category or year, where other children were before it.
    let begin = store::queue::standing_since(
        &mut tx,
        application.id,
        application.child.birth_year(),
        application.category(),
    )
    .await?
    .unwrap_or(application.submitted_at);
    let window = time::start_of_day(first_day).max(begin);
    let since = since.unwrap_or(window).clamp(begin, now.max(begin));
    let change = total(&moves(&mut tx, &application, since).await?);
    let daily = moves(&mut tx, &application, window).await?;
    let forecast = match number {
        Some(number) => Some(forecast(&mut tx, &application, number - 1, today).await?),
        None => None,
    };
    Ok(dto::PositionHistory {
        number,
        since,
        number_then: number.map(|number| before(number, &change)),
        change,
        days: by_day(&daily, number),
        forecast,
    })
}

async fn moves(
    tx: &mut Tx,
    application: &Application,
    since: DateTime<Utc>,
) -> Result<Vec<MoveCount>> {
    Ok(store::queue::moves_before(
        tx,
        application.locality_id,
        application.child.birth_year(),
        application.place(),
        since,
    )
    .await?)
}

/// Adds what has moved up.
fn total<'a>(moves: impl IntoIterator<Item = &'a MoveCount>) -> PositionChange {
    let mut change = PositionChange::default();
    for moved in moves {
        let (left, came) = (&mut change.left, &mut change.came);
        let children = match (moved.came, moved.kind, moved.category) {
            (false, EventKind::ReferralIssued, _) => &mut left.referred,
            (false, EventKind::Withdrawn, _) => &mut left.withdrawn,
            (false, _, _) => &mut left.other,
            (
                true,
                EventKind::ApplicationSubmitted | EventKind::BenefitConfirmed,
                Category::Extraordinary,
            ) => &mut came.extraordinary,
            (
                true,
                EventKind::ApplicationSubmitted | EventKind::BenefitConfirmed,
                Category::Priority,
            ) => &mut came.priority,
            (true, EventKind::ApplicationSubmitted | EventKind::ClaimEnded, Category::General) => {
                &mut came.general
            }
            (true, _, _) => &mut came.returned,
        };
        *children = children.saturating_add(count(moved.children));
    }
    change
}

fn left(change: &PositionChange) -> u32 {
    let left = change.left;
    left.referred + left.withdrawn + left.other
}

fn came(change: &PositionChange) -> u32 {
    let came = change.came;
    came.extraordinary + came.priority + came.general + came.returned
}

/// The number before a change that has led to `number`.
fn before(number: u32, change: &PositionChange) -> u32 {
    (number + left(change)).saturating_sub(came(change))
}

/// The newest first, each with the number at its end.
fn by_day(moves: &[MoveCount], number: Option<u32>) -> Vec<dto::PositionDay> {
    let mut number = number;
    let days = moves.chunk_by(|one, next| one.day == next.day).rev();
    days.filter_map(|moves| {
        let change = total(moves);
        let day = dto::PositionDay {
            day: moves.first()?.day,
            number,
            change,
        };
        number = number.map(|number| before(number, &change));
        Some(day)
    })
    .collect()
}

/// From the whole weeks before today, as far as the moves of the queue are known.
async fn forecast(
    tx: &mut Tx,
    application: &Application,
    before: u32,
    today: NaiveDate,
) -> Result<dto::Forecast> {
    let birth_year = application.child.birth_year();
    let first = store::queue::first_move(tx, application.locality_id, birth_year).await?;
    let known_days = first.map_or(0, |first| (today - time::local_date(first)).num_days());
    let known = usize::try_from(known_days / 7).unwrap_or(0);
    let begin = today - Days::new(7 * 8);
    let mut moves = moves(tx, application, time::start_of_day(begin)).await?;
    // Whoever of the same category submitted earlier came before this child was there; nobody of
    // it will come again but those who return.
    moves.retain(|moved| {
        moved.kind != EventKind::ApplicationSubmitted || moved.category != application.category()
    });
    let basis = Basis {
        before,
        weeks: weeks(&moves, today, known.min(forecast::WEEKS)),
    };
    Ok(dto::Forecast {
        outcome: forecast::outcome(&basis),
        basis,
    })
}

/// The latest week first; it ends with yesterday.
fn weeks(moves: &[MoveCount], today: NaiveDate, known: usize) -> Vec<Week> {
    (0..known)
        .zip((0_i64..).step_by(7))
        .map(|(_, ago)| {
            let of_week = moves.iter().filter(|moved| {
                let days = (today - moved.day).num_days();
                (ago + 1..=ago + 7).contains(&days)
            });
            let change = total(of_week);
            Week {
                left: left(&change),
                came: came(&change),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(day: &str, kind: EventKind, category: Category, children: i64) -> MoveCount {
        MoveCount {
            day: day.parse().unwrap(),
            kind,
            category,
            came: !matches!(kind, EventKind::ReferralIssued | EventKind::Withdrawn),
            children,
        }
    }

    fn moves() -> Vec<MoveCount> {
        vec![
            moved(
                "2026-11-20",
                EventKind::ReferralIssued,
                Category::General,
                3,
            ),
            moved(
                "2026-11-20",
                EventKind::ApplicationSubmitted,
                Category::Priority,
                1,
            ),
            moved("2026-11-22", EventKind::Withdrawn, Category::Priority, 1),
            moved("2026-11-22", EventKind::StopListEnded, Category::General, 2),
        ]
    }

    #[test]
    fn the_numbers_of_the_days_follow_from_the_changes() {
        let days = by_day(&moves(), Some(10));
        let told: Vec<_> = days
            .iter()
            .map(|day| (day.day.to_string(), day.number))
            .collect();
        // 10 now; before the 22nd one left and two came back, so it was 9.
        assert_eq!(
            told,
            [
                ("2026-11-22".to_owned(), Some(10)),
                ("2026-11-20".to_owned(), Some(9))
            ]
        );
        assert_eq!(before(10, &total(&moves())), 11);
        assert_eq!(days[1].change.left.referred, 3);
        assert_eq!(days[1].change.came.priority, 1);
        assert_eq!(days[0].change.left.withdrawn, 1);
        assert_eq!(days[0].change.came.returned, 2);
    }

    #[test]
    fn weeks_end_with_yesterday_and_have_seven_days() {
        let today = "2026-11-27".parse().unwrap();
        let weeks = weeks(&moves(), today, 2);
        assert_eq!(
            weeks,
            [Week { left: 4, came: 3 }, Week { left: 0, came: 0 }]
        );
        let later = "2026-11-28".parse().unwrap();
        let weeks = super::weeks(&moves(), later, 2);
        assert_eq!(
            weeks,
            [Week { left: 1, came: 2 }, Week { left: 3, came: 1 }]
        );
        let same_day = super::weeks(&moves(), "2026-11-20".parse().unwrap(), 1);
        assert_eq!(same_day, [Week::default()]);
    }
}
