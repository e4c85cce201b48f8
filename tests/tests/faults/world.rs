//! Many referrals of which most are overdue, and what the database has to say when each of them
//! is settled once.

use balabaqsha_api::clock::{Clock, SystemClock};
use balabaqsha_shared::{
    Language,
    application::{ApplicationState, Standing, Verification},
    attachment::AttachmentState,
    child::{Child, NamePart},
    email::Email,
    id::{ApplicationId, AttachmentId, GroupId, PersonId, ReferralId},
    number::{ApplicationNumber, ReferralNumber},
    phone::Phone,
    referral::ReferralState,
    rules::r05_order::Place,
    time,
};
use balabaqsha_store::{
    self as store, Db, Tx, applications::Application, attachments::Attachment,
    kindergartens::Group, notices::Reminder, persons::Person, referrals::Referral,
};
use balabaqsha_tests::{
    builders::{Town, a_group, day, id, iin, store_group},
    database::{number, strings},
};
use chrono::{DateTime, Days, TimeDelta, Utc};

const GROUPS: usize = 20;
/// Every so many children there is one whose deadline is still to come.
const NOT_DUE: usize = 25;
/// And one that has a second parent.
const SECOND_PARENT: usize = 10;
/// Persons and children of one birthday, so that their numbers do not run out.
const PER_DAY: usize = 100;
const BIRTH_YEAR: i32 = 2022;

/// What the rules make of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// The deadline is to come.
    NotDue,
    /// R11.
    StopListed,
    /// R11, so long ago that the stop-list is over as well.
    QueuedAgain,
    /// R12.
    Removed,
}

impl Fate {
    fn events(self) -> &'static [&'static str] {
        match self {
            Self::NotDue => &[],
            Self::StopListed => &["referral_lapsed", "stop_listed"],
            Self::QueuedAgain => &["referral_lapsed", "stop_list_ended", "stop_listed"],
            Self::Removed => &["referral_lapsed", "removed_from_queue"],
        }
    }

    fn notices(self) -> &'static [&'static str] {
        match self {
            Self::NotDue => &[],
            Self::StopListed => &["referral_lapsed"],
            Self::QueuedAgain => &["referral_lapsed", "stop_list_over"],
            Self::Removed => &["removed"],
        }
    }

    /// State and lapses of the application, state of the referral.
    fn states(self) -> &'static str {
        match self {
            Self::NotDue => "referred 0 active",
            Self::StopListed => "stop_listed 1 lapsed",
            Self::QueuedAgain => "queued 1 lapsed",
            Self::Removed => "removed 2 lapsed",
        }
    }
}

struct Case {
    application: Application,
    group: usize,
    fate: Fate,
    /// All who see the application.
    readers: Vec<Person>,
}

pub struct World {
    town: Town,
    groups: Vec<Group>,
    cases: Vec<Case>,
}

impl World {
    /// Stores so many referrals that are due, and some that are not.
    pub async fn of(db: &Db, due: usize) -> Self {
        let town = Town::with_free_places(0).store(db).await;
        let fates = fates(due);
        let mut groups = Vec::new();
        for index in 0..GROUPS {
            let taken = fates.iter().skip(index).step_by(GROUPS).count();
            let mut group = a_group(town.kindergarten.id, 0);
            group.free = 3;
            group.taken = i32::try_from(taken).unwrap();
            group.capacity = group.free + group.taken;
            store_group(db, &group).await;
            groups.push(group);
        }
        let now = SystemClock.now();
        let mut tx = db.begin().await.unwrap();
        let mut cases = Vec::new();
        for (index, fate) in fates.into_iter().enumerate() {
            let group = index % GROUPS;
            let group_id = groups[group].id;
            let (application, readers) = refer(&mut tx, &town, group_id, index, fate, now).await;
            cases.push(Case {
                application,
                group,
                fate,
                readers,
            });
        }
        tx.commit().await.unwrap();
        Self {
            town,
            groups,
            cases,
        }
    }

    pub async fn assert_settled_once(&self, db: &Db) {
        self.assert_states(db).await;
        self.assert_events(db).await;
        self.assert_notices_and_mails(db).await;
        self.assert_places(db).await;
        self.assert_queue(db).await;
    }

    async fn assert_states(&self, db: &Db) {
        let expected = self.cases.iter().map(|case| {
            let number = case.application.number.to_string();
            format!("{number} {}", case.fate.states())
        });
        let sql = "SELECT a.number || ' ' || a.state || ' ' || a.lapses || ' ' || r.state \
                   FROM applications a JOIN referrals r ON r.application_id = a.id \
                   WHERE r.verification_token LIKE 'token-%'";
        assert_rows(db, sql, expected.collect()).await;
        assert_eq!(number(db, "SELECT COUNT(*) FROM reminders").await, 0);
    }

    async fn assert_events(&self, db: &Db) {
        let expected = self.cases.iter().flat_map(|case| {
            let of = |kind: &&str| format!("{} {kind}", case.application.number);
            case.fate.events().iter().map(of).collect::<Vec<_>>()
        });
        let sql = "SELECT a.number || ' ' || e.kind FROM events e \
                   JOIN applications a ON a.id = e.application_id";
        assert_rows(db, sql, expected.collect()).await;

        let back = self.queued_again();
        let expected = back.map(|case| format!("{} stop_list_ended 1", case.application.number));
        let sql = "SELECT a.number || ' ' || m.kind || ' ' || m.delta FROM queue_moves m \
                   JOIN applications a ON a.id = m.application_id";
        assert_rows(db, sql, expected.collect()).await;
    }

    /// One for each person and event, and a mail to everybody who has an address.
    async fn assert_notices_and_mails(&self, db: &Db) {
        let told = |with_address: bool| {
            let mut rows = Vec::new();
            for case in &self.cases {
                let readers = case.readers.iter();
                for person in readers.filter(|person| !with_address || person.email.is_some()) {
                    let of =
                        |kind: &&str| format!("{} {} {kind}", case.application.number, person.iin);
                    rows.extend(case.fate.notices().iter().map(of));
                }
            }
            rows
        };
        let sql = "SELECT a.number || ' ' || p.iin || ' ' || n.kind FROM notices n \
                   JOIN applications a ON a.id = n.application_id \
                   JOIN persons p ON p.id = n.person_id";
        assert_rows(db, sql, told(false)).await;
        let sql = "SELECT a.number || ' ' || p.iin || ' ' || n.kind FROM mails m \
                   JOIN notices n ON n.id = m.notice_id \
                   JOIN applications a ON a.id = n.application_id \
                   JOIN persons p ON p.id = n.person_id \
                   AND (p.email = m.recipient OR m.sent_at IS NOT NULL AND m.recipient = '')";
        assert_rows(db, sql, told(true)).await;
        // None without a notice.
        let mails = number(db, "SELECT COUNT(*) FROM mails").await;
        assert_eq!(usize::try_from(mails).unwrap(), told(true).len());
    }

    async fn assert_places(&self, db: &Db) {
        for (index, group) in self.groups.iter().enumerate() {
            let due = self
                .cases
                .iter()
                .filter(|case| case.group == index && case.fate != Fate::NotDue)
                .count();
            let due = i32::try_from(due).unwrap();
            let mut tx = db.read().await.unwrap();
            let place = store::kindergartens::require_place(&mut tx, group.id).await;
            let found = place.unwrap().group;
            assert_eq!(
                (found.free, found.held, found.taken),
                (group.free + due, 0, group.taken - due)
            );
            assert_eq!(found.free + found.held + found.taken, group.capacity);
        }
        let due = self.cases.iter().filter(|case| case.fate != Fate::NotDue);
        let freed = number(db, "SELECT COUNT(*) FROM freed_places").await;
        assert_eq!(usize::try_from(freed).unwrap(), due.count());
    }

    /// The sums that places in the queue are read from say what a plain count says.
    async fn assert_queue(&self, db: &Db) {
        let plain = number(
            db,
            "SELECT COUNT(*) FROM applications WHERE state = 'queued'",
        )
        .await;
        for level in 0..4 {
            let sql = format!(
                "SELECT CAST(SUM(children) AS BIGINT) FROM queue_counts WHERE level = {level}"
            );
            assert_eq!(number(db, &sql).await, plain, "level {level}");
        }
        let mut tx = db.read().await.unwrap();
        for (before, case) in self.queued_again().enumerate().step_by(7) {
            let place = Place {
                category: case.application.category(),
                submitted_at: case.application.submitted_at,
                id: case.application.id,
            };
            let counts = store::queue::count(&mut tx, self.town.id(), BIRTH_YEAR, place).await;
            let counts = counts.unwrap();
            let [general] = counts.as_slice() else {
                panic!("one category is in the queue: {counts:?}");
            };
            let before = i64::try_from(before).unwrap();
            assert_eq!((general.before, general.total), (before, plain));
        }
    }

    fn queued_again(&self) -> impl Iterator<Item = &Case> {
        let cases = self.cases.iter();
        cases.filter(|case| case.fate == Fate::QueuedAgain)
    }
}

fn fates(due: usize) -> Vec<Fate> {
    let mut fates = Vec::new();
    for index in 0..due {
        fates.push(match index % 4 {
            0 | 1 => Fate::StopListed,
            2 => Fate::QueuedAgain,
            _ => Fate::Removed,
        });
        if index % NOT_DUE == 0 {
            fates.push(Fate::NotDue);
        }
    }
    fates
}

/// Rows in any order, each as often as it is expected.
async fn assert_rows(db: &Db, sql: &str, mut expected: Vec<String>) {
    let mut found = strings(db, sql.to_owned()).await;
    found.sort();
    expected.sort();
    let difference = found
        .iter()
        .zip(&expected)
        .find(|(found, expected)| found != expected);
    assert_eq!(difference, None, "{sql}");
    assert_eq!(found.len(), expected.len(), "{sql}");
}

async fn refer(
    tx: &mut Tx,
    town: &Town,
    group: GroupId,
    index: usize,
    fate: Fate,
    now: DateTime<Utc>,
) -> (Application, Vec<Person>) {
    let applicant = person(tx, index, !index.is_multiple_of(3), now).await;
    let serial = u32::try_from(index).unwrap() + 1;
    let referral_id = ReferralId::new(id());
    let birth_date = day("2022-01-03") + days(index);
    let application = Application {
        id: ApplicationId::new(id()),
        number: ApplicationNumber::new("АКТ", 2026, serial),
        locality_id: town.id(),
        applicant_id: applicant.id,
        child: Child {
            iin: iin(birth_date),
            surname: NamePart::parse("Әбдірахманова").unwrap(),
            given_name: NamePart::parse("Айлин").unwrap(),
            patronymic: None,
            birth_date,
        },
        benefit: None,
        contact_phone: Phone::parse("+77011234567").unwrap(),
        // In this order, over many spans of the queue's sums.
        submitted_at: now - TimeDelta::days(200) + TimeDelta::seconds(i64::from(serial) * 7),
        state: ApplicationState::Referred { referral_id },
        standing: Standing::TakesPart,
        verification: Verification::Unanswered,
        discounted: false,
        lapses: u16::from(fate == Fate::Removed),
    };
    store::applications::insert(tx, &application).await.unwrap();
    let today = time::local_date(now);
    let deadline = match fate {
        Fate::NotDue => today + Days::new(20),
        Fate::StopListed | Fate::Removed => today - Days::new(1),
        Fate::QueuedAgain => today - Days::new(60),
    };
    let issued_at = time::start_of_day(deadline) - TimeDelta::days(7);
    let referral = Referral {
        id: referral_id,
        number: ReferralNumber::new("АКТ", 2026, serial),
        application_id: application.id,
        child_iin: application.child.iin.clone(),
        group_id: group,
        state: ReferralState::NEW,
        issued_at,
        deadline,
        revocable_until: issued_at + TimeDelta::hours(24),
        extension: None,
        undoable_until: None,
        stop_listed_until: None,
        arrived_on: None,
        excused_at: None,
        verification_token: format!("token-{serial}"),
    };
    store::referrals::insert(tx, &referral).await.unwrap();
    if fate == Fate::Removed {
        lapse_before(tx, &referral, serial).await;
    }
    if fate != Fate::NotDue {
        // The service stood still when it was due.
        let reminder = Reminder {
            id: id(),
            referral_id,
            working_days_left: 1,
            due_at: time::start_of_day(deadline),
        };
        store::notices::insert_reminder(tx, reminder).await.unwrap();
    }
    let mut readers = vec![applicant];
    if index.is_multiple_of(SECOND_PARENT) {
        let second = person(tx, index, true, now).await;
        let attachment = Attachment {
            id: AttachmentId::new(id()),
            application_id: application.id,
            person_id: second.id,
            state: AttachmentState::Attached { at: now },
            requested_at: now,
            claim_id: None,
        };
        store::attachments::insert(tx, &attachment).await.unwrap();
        readers.push(second);
    }
    (application, readers)
}

/// The lapse of an earlier referral of the same child.
async fn lapse_before(tx: &mut Tx, referral: &Referral, serial: u32) {
    let at = referral.issued_at - TimeDelta::days(30);
    let earlier = Referral {
        id: ReferralId::new(id()),
        number: ReferralNumber::new("АКТ", 2025, serial),
        state: ReferralState::Lapsed { at },
        issued_at: at - TimeDelta::days(7),
        deadline: time::local_date(at) - Days::new(1),
        revocable_until: at - TimeDelta::days(6),
        verification_token: format!("earlier-{serial}"),
        ..referral.clone()
    };
    store::referrals::insert(tx, &earlier).await.unwrap();
}

async fn person(tx: &mut Tx, index: usize, with_address: bool, now: DateTime<Utc>) -> Person {
    let number = iin(day("1985-07-15") + days(index));
    let new = PersonId::new(id());
    let person = store::persons::log_in(tx, new, &number, "СЕРИКОВ ДАНИЯР", Language::Kk, now)
        .await
        .unwrap();
    if with_address {
        let address = Email::parse(&format!("parent-{number}@example.kz")).unwrap();
        store::persons::set_email(tx, person.id, &address, Language::Kk)
            .await
            .unwrap();
    }
    store::persons::require(tx, person.id).await.unwrap()
}

fn days(index: usize) -> Days {
    Days::new(u64::try_from(index / PER_DAY).unwrap())
}
