//! Looks at what has changed since the last look, and tells those who listen.

use crate::{
    app::App,
    clock,
    error::Result,
    push::hub::{Bulletin, Seen},
};
use balabaqsha_shared::id::LocalityId;
use balabaqsha_store as store;
use chrono::TimeDelta;
use std::collections::HashSet;

/// An id is made before its transaction is committed, perhaps by a process whose clock is behind.
const OVERLAP: TimeDelta = TimeDelta::seconds(10);

/// The first look only looks.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn look(app: &App) -> Result<()> {
    let mut seen = app.changes.seen.lock().await;
    let now = app.core.now();
    let from = seen.as_ref().map_or(now, |seen| seen.at.min(now)) - OVERLAP;
    let mut tx = app.core.db.read().await?;
    let mut bulletin = Bulletin::new();
    for place in store::kindergartens::vacancies(&mut tx, None, None, now).await? {
        let groups = bulletin.entry(place.kindergarten.locality_id).or_default();
        groups.push((place.group.id, place.group.free));
    }
    let changes = store::changes::since(&mut tx, clock::id_from(from, [0; 10])).await?;
    let over = store::sessions::ended_since(&mut tx, from).await?;
    drop(tx);
    app.changes.end_sessions(&over);
    let next = Seen {
        at: now,
        bulletin,
        changes: changes.into_iter().collect(),
    };
    if let Some(before) = seen.as_ref() {
        app.changes
            .tell_places(&differing(&before.bulletin, &next.bulletin));
        let new = next.changes.difference(&before.changes);
        app.changes
            .tell_people(&new.map(|change| change.person).collect());
    }
    *seen = Some(next);
    Ok(())
}

fn differing(before: &Bulletin, after: &Bulletin) -> Vec<LocalityId> {
    let all: HashSet<_> = before.keys().chain(after.keys()).copied().collect();
    let differs = |locality: &LocalityId| before.get(locality) != after.get(locality);
    all.into_iter().filter(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::id::GroupId;
    use chrono::DateTime;

    fn locality(number: u8) -> LocalityId {
        LocalityId::new(clock::id_from(DateTime::UNIX_EPOCH, [number; 10]))
    }

    #[test]
    fn a_locality_differs_by_its_groups_and_their_places() {
        let group = |number| GroupId::new(clock::id_from(DateTime::UNIX_EPOCH, [number; 10]));
        let before = Bulletin::from([
            (locality(1), vec![(group(1), 2)]),
            (locality(2), vec![(group(2), 1)]),
            (locality(3), vec![(group(3), 1), (group(4), 2)]),
            (locality(4), vec![(group(5), 1)]),
        ]);
        let after = Bulletin::from([
            (locality(1), vec![(group(1), 2)]),
            (locality(3), vec![(group(3), 2), (group(4), 1)]),
            (locality(4), vec![(group(6), 1)]),
            (locality(5), vec![(group(7), 1)]),
        ]);
        let mut differing = differing(&before, &after);
        differing.sort_unstable();
        assert_eq!(differing, [2, 3, 4, 5].map(locality));
    }
}
