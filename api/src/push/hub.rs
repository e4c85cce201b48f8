//! Whoever listens hears that something has changed, and asks for it with the rights they have then:
//! a stream carries no data of a child. One look per process and second finds the changes of all
//! processes, however many listen. This is the part that listens; who looks is a use case.

use balabaqsha_shared::id::{GroupId, LocalityId, PersonId, SessionId};
use balabaqsha_store::changes::Change;
use chrono::{DateTime, Utc};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// With what number each locality changed last; the numbers grow.
type Versions = Arc<BTreeMap<LocalityId, u64>>;

/// Free places of the groups of each locality, as everybody sees them.
pub type Bulletin = BTreeMap<LocalityId, Vec<(GroupId, i32)>>;

/// What the last look has found.
#[derive(Debug)]
pub struct Seen {
    pub at: DateTime<Utc>,
    pub bulletin: Bulletin,
    pub changes: HashSet<Change>,
}

/// The listeners of this process, and the versions they have been told of.
pub struct Changes {
    places: watch::Sender<Versions>,
    people: Mutex<HashMap<PersonId, watch::Sender<()>>>,
    sessions: Mutex<HashMap<SessionId, watch::Sender<bool>>>,
    over: watch::Sender<bool>,
    /// Locked by whoever looks.
    pub seen: tokio::sync::Mutex<Option<Seen>>,
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").finish_non_exhaustive()
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self {
            places: watch::Sender::new(Versions::default()),
            people: Mutex::default(),
            sessions: Mutex::default(),
            over: watch::Sender::new(false),
            seen: tokio::sync::Mutex::default(),
        }
    }
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The bulletin of free places has changed in these localities.
    Places(Vec<LocalityId>),
    /// Something that the listener sees in the account has changed.
    Account,
}

impl Changes {
    /// From now on, for somebody who may have logged in; until the session ends.
    #[must_use]
    pub fn listen(&self, account: Option<(PersonId, SessionId)>) -> Listener {
        let places = self.places.subscribe();
        let told = latest(&places.borrow());
        let session = account.map(|(_, session)| {
            let mut sessions = self.sessions();
            sessions
                .entry(session)
                .or_insert_with(|| watch::Sender::new(false))
                .subscribe()
        });
        let account = account.map(|(person, _)| {
            let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
            people
                .entry(person)
                .or_insert_with(|| watch::Sender::new(()))
                .subscribe()
        });
        Listener {
            places,
            told,
            account,
            session,
            over: self.over.subscribe(),
        }
    }

    /// Ends all listening: the service stops.
    pub fn end(&self) {
        self.over.send_replace(true);
    }

    /// Ends the listening of sessions that are over.
    pub fn end_sessions(&self, over: &[SessionId]) {
        let mut sessions = self.sessions();
        sessions.retain(|_, session| session.receiver_count() > 0);
        for id in over {
            if let Some(session) = sessions.remove(id) {
                session.send_replace(true);
            }
        }
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<SessionId, watch::Sender<bool>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn tell_places(&self, localities: &[LocalityId]) {
        if localities.is_empty() {
            return;
        }
        self.places.send_modify(|versions| {
            let version = latest(versions) + 1;
            let versions = Arc::make_mut(versions);
            versions.extend(localities.iter().map(|locality| (*locality, version)));
        });
    }

    pub fn tell_people(&self, people: &HashSet<PersonId>) {
        let mut listening = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        listening.retain(|_, account| account.receiver_count() > 0);
        for person in people {
            if let Some(account) = listening.get(person) {
                account.send_replace(());
            }
        }
    }
}

fn latest(versions: &Versions) -> u64 {
    versions.values().copied().max().unwrap_or_default()
}

/// A listener. Several changes before the next read are merged into one.
#[derive(Debug)]
pub struct Listener {
    places: watch::Receiver<Versions>,
    /// The version of the last change that was read.
    told: u64,
    account: Option<watch::Receiver<()>>,
    session: Option<watch::Receiver<bool>>,
    over: watch::Receiver<bool>,
}

impl Listener {
    /// The next change; none when the session is over or the service stops. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Heard> {
        tokio::select! {
            biased;
            _ = self.over.wait_for(|over| *over) => None,
            () = over(self.session.as_mut()) => None,
            changed = changed(self.account.as_mut()) => changed.then_some(Heard::Account),
            changed = self.places.changed() => {
                changed.ok()?;
                let versions = Arc::clone(&self.places.borrow_and_update());
                let told = std::mem::replace(&mut self.told, latest(&versions));
                let new = versions.iter().filter(|(_, version)| **version > told);
                Some(Heard::Places(new.map(|(locality, _)| *locality).collect()))
            }
        }
    }
}

async fn over(session: Option<&mut watch::Receiver<bool>>) {
    match session {
        // Whoever ends it says so before going away.
        Some(session) => drop(session.wait_for(|over| *over).await),
        None => pending().await,
    }
}

async fn changed(account: Option<&mut watch::Receiver<()>>) -> bool {
    match account {
        Some(account) => account.changed().await.is_ok(),
        None => pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn locality(number: u8) -> LocalityId {
        LocalityId::new(clock::id_from(DateTime::UNIX_EPOCH, [number; 10]))
    }

    fn person(number: u8) -> PersonId {
        PersonId::new(clock::id_from(DateTime::UNIX_EPOCH, [number; 10]))
    }

    fn session(number: u8) -> SessionId {
        SessionId::new(clock::id_from(DateTime::UNIX_EPOCH, [number; 10]))
    }

    #[tokio::test]
    async fn changes_before_the_next_read_are_merged() {
        let changes = Changes::default();
        changes.tell_places(&[locality(9)]);
        let mut listener = changes.listen(Some((person(1), session(1))));
        changes.tell_places(&[locality(1), locality(2)]);
        changes.tell_places(&[locality(2)]);
        for _ in 0..3 {
            changes.tell_people(&HashSet::from([person(1), person(2)]));
        }
        assert_eq!(listener.next().await, Some(Heard::Account));
        let places = Heard::Places(vec![locality(1), locality(2)]);
        assert_eq!(listener.next().await, Some(places));
        changes.tell_places(&[]);
        changes.tell_people(&HashSet::from([person(2)]));
        changes.end();
        assert_eq!(listener.next().await, None);
        assert_eq!(changes.listen(None).next().await, None, "it stays ended");
    }

    #[test]
    fn dropped_listeners_are_removed() {
        let changes = Changes::default();
        let gone = changes.listen(Some((person(1), session(1))));
        let _stays = changes.listen(Some((person(2), session(2))));
        drop(gone);
        changes.tell_people(&HashSet::new());
        let people = changes.people.lock().unwrap();
        assert_eq!(people.keys().copied().collect::<Vec<_>>(), [person(2)]);
        drop(people);
        changes.end_sessions(&[]);
        let sessions = changes.sessions();
        assert_eq!(sessions.keys().copied().collect::<Vec<_>>(), [session(2)]);
    }

    #[tokio::test]
    async fn listening_ends_with_its_session_and_with_no_other() {
        let changes = Changes::default();
        let mut one = changes.listen(Some((person(1), session(1))));
        let mut tab = changes.listen(Some((person(1), session(1))));
        let mut other = changes.listen(Some((person(1), session(2))));
        changes.end_sessions(&[session(1), session(3)]);
        assert_eq!((one.next().await, tab.next().await), (None, None));
        changes.tell_people(&HashSet::from([person(1)]));
        assert_eq!(other.next().await, Some(Heard::Account));
    }
}
