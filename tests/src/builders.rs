//! Places and children to test with: sensible by default, changed where a test cares.

use crate::TestApp;
use balabaqsha_api::clock;
use balabaqsha_shared::{
    dto::ChildInput,
    id::{GroupId, KindergartenId, LocalityId},
    iin::{Bin, Iin},
    kindergarten::{BirthYears, Coordinates, InstructionLanguage, KindergartenKind},
    language::Localized,
    profile::{ChildCheck, Limits, Resting, RulesProfile},
};
use balabaqsha_store::{
    self as store, Db, Tx,
    kindergartens::{Group, Kindergarten},
    localities::Locality,
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

/// No two things of one run are the same.
fn serial() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// An id whose order does not depend on when it is made.
#[must_use]
pub fn id() -> Uuid {
    clock::new_id(DateTime::<Utc>::UNIX_EPOCH)
}

/// A day.
///
/// # Panics
/// When the text is none.
#[must_use]
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A number of a person born on a day; another with each call.
#[must_use]
pub fn iin(birth: NaiveDate) -> Iin {
    let century = if birth.year() < 2000 { 3 } else { 5 };
    loop {
        // Both digits of sex and all serials: some 18,000 numbers a day.
        let number = serial();
        let stem = format!(
            "{}{}{:04}",
            birth.format("%y%m%d"),
            century + number / 10_000 % 2,
            number % 10_000
        );
        if let Some(iin) = (0..10).find_map(|digit| Iin::parse(&format!("{stem}{digit}")).ok()) {
            return iin;
        }
    }
}

#[must_use]
pub fn bin() -> Bin {
    loop {
        let stem = format!("{:06}{:05}", 50_440, serial());
        if let Some(bin) = (0..10).find_map(|digit| Bin::parse(&format!("{stem}{digit}")).ok()) {
            return bin;
        }
    }
}

/// A child as a parent types it in.
#[must_use]
pub fn child(birth: &str) -> ChildInput {
    let birth_date = day(birth);
    ChildInput {
        iin: iin(birth_date).to_string(),
        surname: "Серикова".into(),
        given_name: "Айлин".into(),
        patronymic: "Данияровна".into(),
        birth_date: birth_date.to_string(),
    }
}

#[must_use]
pub fn a_locality() -> Locality {
    let number = serial();
    Locality {
        id: LocalityId::new(id()),
        code: format!("town-{number}"),
        name: Localized::new("Қандыағаш", "Кандыагаш", "Kandyagash"),
        district: Localized::new(
            "Мұғалжар ауданы",
            "Мугалжарский район",
            "Mugalzhar District",
        ),
        center: Coordinates {
            latitude: 49.4744,
            longitude: 57.4233,
        },
        served_here: true,
        number_region: "АКТ".into(),
        rules: lenient(),
    }
}

/// A profile for tests that are not about what one person may have, nor about places that rest.
fn lenient() -> RulesProfile {
    let plenty = 1_000;
    RulesProfile {
        limits: Limits {
            new_applications_per_day: plenty,
            active_applications: plenty,
            holds_per_further_child: plenty,
            live_holds: plenty,
            unverified_in_hand: plenty,
            drafts_about_others_per_day: plenty,
        },
        resting: Resting {
            from_minutes: 0,
            to_minutes: 0,
            ..Resting::default()
        },
        ..RulesProfile::default()
    }
}

/// A private kindergarten under the state order.
#[must_use]
pub fn a_kindergarten(locality: LocalityId) -> Kindergarten {
    Kindergarten {
        id: KindergartenId::new(id()),
        locality_id: locality,
        kind: KindergartenKind::PrivateStateOrder,
        name: Localized::new("«Күншуақ»", "«Күншуақ»", "Kunshuaq"),
        address: Localized::new("Абай көшесі, 12", "ул. Абая, 12", "12 Abai Street"),
        coordinates: Coordinates {
            latitude: 49.47,
            longitude: 57.42,
        },
        phone: "+7 713 33 12 34".into(),
        schedule: "08:00–18:30".into(),
        about: Localized::default(),
        bin: bin(),
    }
}

/// A group under the state order for all ages, with so many free places of 25.
#[must_use]
pub fn a_group(kindergarten: KindergartenId, free: i32) -> Group {
    Group {
        id: GroupId::new(id()),
        kindergarten_id: kindergarten,
        name: "Ботақан".into(),
        instruction_language: InstructionLanguage::Kazakh,
        birth_years: BirthYears {
            from: 2019,
            to: 2026,
        },
        state_order: true,
        capacity: 25,
        free,
        held: 0,
        taken: 25 - free,
    }
}

/// A locality with one private kindergarten that has one group.
#[derive(Clone, Debug)]
pub struct Town {
    pub locality: Locality,
    pub kindergarten: Kindergarten,
    pub group: Group,
}

impl Town {
    #[must_use]
    pub fn with_free_places(free: i32) -> Self {
        let locality = a_locality();
        let kindergarten = a_kindergarten(locality.id);
        let group = a_group(kindergarten.id, free);
        Self {
            locality,
            kindergarten,
            group,
        }
    }

    #[must_use]
    pub fn id(&self) -> LocalityId {
        self.locality.id
    }

    pub async fn store(self, db: &Db) -> Self {
        let mut tx = db.begin().await.expect("a transaction");
        let town = self.store_in(&mut tx).await;
        tx.commit().await.expect("a commit");
        town
    }

    /// The same in a transaction of the test.
    pub async fn store_in(self, tx: &mut Tx) -> Self {
        store::localities::insert(tx, &self.locality)
            .await
            .expect("a locality");
        store::kindergartens::insert(tx, &self.kindergarten)
            .await
            .expect("a kindergarten");
        store::kindergartens::insert_group(tx, &self.group)
            .await
            .expect("a group");
        self
    }

    /// A locality with the limits and the rest that real ones have.
    #[must_use]
    pub fn with_default_rules(free: i32) -> Self {
        let mut town = Self::with_free_places(free);
        town.locality.rules = RulesProfile::default();
        town
    }

    /// One group more in the same kindergarten.
    pub async fn another_group(&self, app: &TestApp, free: i32) -> Group {
        let group = a_group(self.kindergarten.id, free);
        store_group(app.db(), &group).await;
        group
    }
}

pub async fn store_group(db: &Db, group: &Group) {
    let mut tx = db.begin().await.expect("a transaction");
    store::kindergartens::insert_group(&mut tx, group)
        .await
        .expect("a group");
    tx.commit().await.expect("a commit");
}

pub async fn store_kindergarten(db: &Db, kindergarten: &Kindergarten) {
    let mut tx = db.begin().await.expect("a transaction");
    store::kindergartens::insert(&mut tx, kindergarten)
        .await
        .expect("a kindergarten");
    tx.commit().await.expect("a commit");
}

impl TestApp {
    /// A new locality with one kindergarten and one group.
    pub async fn town(&self, free: i32) -> Town {
        Town::with_free_places(free).store(self.db()).await
    }

    /// A new locality with the limits and the rest that real ones have.
    pub async fn real_town(&self, free: i32) -> Town {
        Town::with_default_rules(free).store(self.db()).await
    }

    /// The same where children are verified.
    pub async fn checked_town(&self, free: i32) -> Town {
        let mut town = Town::with_default_rules(free);
        town.locality.rules.child_check = ChildCheck::On;
        town.store(self.db()).await
    }

    /// A new locality that differs from the usual one.
    pub async fn town_with(&self, free: i32, change: impl FnOnce(&mut Town)) -> Town {
        let mut town = Town::with_free_places(free);
        change(&mut town);
        town.store(self.db()).await
    }

    /// The places of a group as the database has them: free, held, taken.
    pub async fn places(&self, group: GroupId) -> (i32, i32, i32) {
        let mut tx = self.db().read().await.expect("a transaction");
        let place = store::kindergartens::require_place(&mut tx, group)
            .await
            .expect("a group");
        (place.group.free, place.group.held, place.group.taken)
    }
}
