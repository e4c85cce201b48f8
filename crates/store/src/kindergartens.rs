//! Kindergartens and their groups.

use super::{Error, Result, Tx, ensure_one, on_conn};
use balabaqsha_shared::{
    id::{GroupId, KindergartenId, LocalityId},
    iin::Bin,
    kindergarten::{BirthYears, Coordinates, InstructionLanguage, KindergartenKind},
    language::Localized,
    time,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Kindergarten {
    pub id: KindergartenId,
    pub locality_id: LocalityId,
    pub kind: KindergartenKind,
    pub name: Localized,
    pub address: Localized,
    pub coordinates: Coordinates,
    pub phone: String,
    /// When it is open, as it says itself; empty when it has not said.
    pub schedule: String,
    /// What it says of itself to parents.
    pub about: Localized,
    pub bin: Bin,
}

#[derive(Clone, Debug)]
pub struct Group {
    pub id: GroupId,
    pub kindergarten_id: KindergartenId,
    pub name: String,
    pub instruction_language: InstructionLanguage,
    pub birth_years: BirthYears,
    pub state_order: bool,
    pub capacity: i32,
    pub free: i32,
    pub held: i32,
    pub taken: i32,
}

/// A group together with its kindergarten.
#[derive(Clone, Debug)]
pub struct Place {
    pub group: Group,
    pub kindergarten: Kindergarten,
}

#[derive(sqlx::FromRow)]
struct KindergartenRow {
    k_id: Uuid,
    locality_id: Uuid,
    kind: String,
    name_kk: String,
    name_ru: String,
    name_en: String,
    address_kk: String,
    address_ru: String,
    address_en: String,
    latitude: f64,
    longitude: f64,
    phone: String,
    schedule: String,
    about_kk: String,
    about_ru: String,
    about_en: String,
    bin: String,
}

#[derive(sqlx::FromRow)]
struct GroupRow {
    g_id: Uuid,
    kindergarten_id: Uuid,
    group_name: String,
    instruction_language: String,
    birth_year_from: i32,
    birth_year_to: i32,
    state_order: bool,
    capacity: i32,
    free: i32,
    held: i32,
    taken: i32,
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    #[sqlx(flatten)]
    group: GroupRow,
    #[sqlx(flatten)]
    kindergarten: KindergartenRow,
}

macro_rules! kindergarten_columns {
    () => {
        "k.id AS k_id, k.locality_id, k.kind, k.name_kk, k.name_ru, k.name_en, k.address_kk, \
         k.address_ru, k.address_en, k.latitude, k.longitude, k.phone, k.schedule, \
         k.about_kk, k.about_ru, k.about_en, k.bin"
    };
}

/// Places of a group that have become free but wait for their publication (R16) at the moment that is
/// bound as `$now`.
macro_rules! unpublished_places {
    ($group:literal, $now:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM freed_places f WHERE f.group_id = ",
            $group,
            " AND f.public_from > ",
            $now,
            ")"
        )
    };
}
pub(super) use unpublished_places;

/// Free places of `g` that are public at the moment that is bound as `$now`.
macro_rules! public_places {
    ($now:literal) => {
        concat!(
            "CAST(g.free - ",
            $crate::kindergartens::unpublished_places!("g.id", $now),
            " AS INTEGER)"
        )
    };
}
pub(super) use public_places;

/// Whether places of `g` in the kindergarten `k` are offered on the day that is bound as `$today`: the group
/// is open, and the contract under the state order has not run out (R20).
macro_rules! offered {
    ($today:literal) => {
        concat!(
            "(g.open_from IS NULL OR g.open_from <= ",
            $today,
            ") AND (g.closed_from IS NULL OR g.closed_from > ",
            $today,
            ") AND (k.contract_until IS NULL OR k.contract_until >= ",
            $today,
            ")"
        )
    };
}
pub(super) use offered;

macro_rules! group_columns {
    () => {
        group_columns!("g.free")
    };
    ($free:expr) => {
        concat!(
            "g.id AS g_id, g.kindergarten_id, g.name AS group_name, g.instruction_language, \
             g.birth_year_from, g.birth_year_to, g.state_order, \
             g.capacity + g.unpublished AS capacity, ",
            $free,
            " AS free, g.held, g.taken"
        )
    };
}

macro_rules! select_kindergartens {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            kindergarten_columns!(),
            " FROM kindergartens k ",
            $rest
        )
    };
}

macro_rules! select_places {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            group_columns!(),
            ", ",
            kindergarten_columns!(),
            " FROM groups g JOIN kindergartens k ON k.id = g.kindergarten_id ",
            $rest
        )
    };
}

pub(super) const fn kind_name(kind: KindergartenKind) -> &'static str {
    match kind {
        KindergartenKind::PrivateStateOrder => "private_state_order",
        KindergartenKind::Private => "private",
        KindergartenKind::State => "state",
    }
}

pub(super) fn kind_from(name: &str) -> Option<KindergartenKind> {
    [
        KindergartenKind::PrivateStateOrder,
        KindergartenKind::Private,
        KindergartenKind::State,
    ]
    .into_iter()
    .find(|kind| kind_name(*kind) == name)
}

pub(super) const fn instruction_name(language: InstructionLanguage) -> &'static str {
    match language {
        InstructionLanguage::Kazakh => "kazakh",
        InstructionLanguage::Russian => "russian",
        InstructionLanguage::English => "english",
    }
}

pub(super) fn instruction_from(name: &str) -> Option<InstructionLanguage> {
    [
        InstructionLanguage::Kazakh,
        InstructionLanguage::Russian,
        InstructionLanguage::English,
    ]
    .into_iter()
    .find(|language| instruction_name(*language) == name)
}

impl TryFrom<KindergartenRow> for Kindergarten {
    type Error = Error;

    fn try_from(row: KindergartenRow) -> Result<Self> {
        let inconsistent = |reason: &str| Error::inconsistent("kindergartens", row.k_id, reason);
        Ok(Self {
            kind: kind_from(&row.kind).ok_or_else(|| inconsistent("kind"))?,
            bin: Bin::parse(&row.bin).map_err(|_| inconsistent("bin"))?,
            id: KindergartenId::new(row.k_id),
            locality_id: LocalityId::new(row.locality_id),
            name: Localized::new(row.name_kk, row.name_ru, row.name_en),
            address: Localized::new(row.address_kk, row.address_ru, row.address_en),
            coordinates: Coordinates {
                latitude: row.latitude,
                longitude: row.longitude,
            },
            phone: row.phone,
            schedule: row.schedule,
            about: Localized::new(row.about_kk, row.about_ru, row.about_en),
        })
    }
}

impl TryFrom<GroupRow> for Group {
    type Error = Error;

    fn try_from(row: GroupRow) -> Result<Self> {
        Ok(Self {
            instruction_language: instruction_from(&row.instruction_language)
                .ok_or_else(|| Error::inconsistent("groups", row.g_id, "instruction_language"))?,
            id: GroupId::new(row.g_id),
            kindergarten_id: KindergartenId::new(row.kindergarten_id),
            name: row.group_name,
            birth_years: BirthYears {
                from: row.birth_year_from,
                to: row.birth_year_to,
            },
            state_order: row.state_order,
            capacity: row.capacity,
            free: row.free,
            held: row.held,
            taken: row.taken,
        })
    }
}

impl TryFrom<PlaceRow> for Place {
    type Error = Error;

    fn try_from(row: PlaceRow) -> Result<Self> {
        Ok(Self {
            group: row.group.try_into()?,
            kindergarten: row.kindergarten.try_into()?,
        })
    }
}

pub async fn insert(tx: &mut Tx, kindergarten: &Kindergarten) -> Result<()> {
    on_conn!(tx, |conn| {
        sqlx::query(
        "INSERT INTO kindergartens (id, locality_id, kind, name_kk, name_ru, name_en, address_kk, \
         address_ru, address_en, latitude, longitude, phone, schedule, bin, about_kk, about_ru, \
         about_en) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
    )
    .bind(kindergarten.id.uuid())
    .bind(kindergarten.locality_id.uuid())
    .bind(kind_name(kindergarten.kind))
    .bind(&kindergarten.name.kk)
    .bind(&kindergarten.name.ru)
    .bind(&kindergarten.name.en)
    .bind(&kindergarten.address.kk)
    .bind(&kindergarten.address.ru)
    .bind(&kindergarten.address.en)
    .bind(kindergarten.coordinates.latitude)
    .bind(kindergarten.coordinates.longitude)
    .bind(&kindergarten.phone)
    .bind(&kindergarten.schedule)
    .bind(kindergarten.bin.to_string())
    .bind(&kindergarten.about.kk)
    .bind(&kindergarten.about.ru)
    .bind(&kindergarten.about.en)
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// What a kindergarten says of itself to parents.
#[derive(Clone, Copy, Debug)]
pub struct Description<'a> {
    pub phone: &'a str,
    pub schedule: &'a str,
    pub about: &'a Localized,
}

/// Says anew what parents see, as a new version.
pub async fn describe(tx: &mut Tx, id: KindergartenId, description: Description<'_>) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE kindergartens SET phone = $2, schedule = $3, about_kk = $4, about_ru = $5, \
         about_en = $6, version = version + 1 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(description.phone)
    .bind(description.schedule)
    .bind(&description.about.kk)
    .bind(&description.about.ru)
    .bind(&description.about.en)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("kindergartens", id, rows)
}

pub async fn insert_group(tx: &mut Tx, group: &Group) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO groups (id, kindergarten_id, name, instruction_language, birth_year_from, \
         birth_year_to, state_order, capacity, free, held, taken) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    )
    .bind(group.id.uuid())
    .bind(group.kindergarten_id.uuid())
    .bind(&group.name)
    .bind(instruction_name(group.instruction_language))
    .bind(group.birth_years.from)
    .bind(group.birth_years.to)
    .bind(group.state_order)
    .bind(group.capacity)
    .bind(group.free)
    .bind(group.held)
    .bind(group.taken)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Kindergartens in the order of their ids, after `after`.
pub async fn list(
    tx: &mut Tx,
    locality: Option<LocalityId>,
    after: Option<KindergartenId>,
    limit: i64,
) -> Result<Vec<Kindergarten>> {
    let rows: Vec<KindergartenRow> = on_conn!(tx, |conn| sqlx::query_as(select_kindergartens!(
        "WHERE ($1 IS NULL OR k.locality_id = $1) AND ($2 IS NULL OR k.id > $2) \
         ORDER BY k.id LIMIT $3"
    ))
    .bind(locality.map(LocalityId::uuid))
    .bind(after.map(KindergartenId::uuid))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Kindergarten::try_from).collect()
}

pub async fn get(tx: &mut Tx, id: KindergartenId) -> Result<Option<Kindergarten>> {
    let row: Option<KindergartenRow> = on_conn!(tx, |conn| sqlx::query_as(select_kindergartens!(
        "WHERE k.id = $1"
    ))
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?;
    row.map(Kindergarten::try_from).transpose()
}

/// The kindergarten with this BIN.
pub async fn by_bin(tx: &mut Tx, bin: &Bin) -> Result<Option<Kindergarten>> {
    let row: Option<KindergartenRow> = on_conn!(tx, |conn| sqlx::query_as(select_kindergartens!(
        "WHERE k.bin = $1"
    ))
    .bind(bin.to_string())
    .fetch_optional(conn)
    .await)?;
    row.map(Kindergarten::try_from).transpose()
}

/// Whether there is a kindergarten with this BIN.
pub async fn is_known(tx: &mut Tx, bin: &Bin) -> Result<bool> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM kindergartens WHERE bin = $1)"
    )
    .bind(bin.to_string())
    .fetch_one(conn)
    .await)?)
}

/// The groups of one kindergarten, with the free places that are public at `now`.
pub async fn groups(tx: &mut Tx, id: KindergartenId, now: DateTime<Utc>) -> Result<Vec<Group>> {
    let rows: Vec<GroupRow> = on_conn!(tx, |conn| sqlx::query_as(concat!(
        "SELECT ",
        group_columns!(public_places!("$2")),
        " FROM groups g WHERE g.kindergarten_id = $1 ORDER BY g.id"
    ))
    .bind(id.uuid())
    .bind(now)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Group::try_from).collect()
}

/// Groups under the state order that have a free place which is public at `now`, optionally of one
/// locality and for one year of birth.
pub async fn vacancies(
    tx: &mut Tx,
    locality: Option<LocalityId>,
    birth_year: Option<i32>,
    now: DateTime<Utc>,
) -> Result<Vec<Place>> {
    let rows: Vec<PlaceRow> = on_conn!(tx, |conn| sqlx::query_as(concat!(
        "SELECT ",
        group_columns!(public_places!("$3")),
        ", ",
        kindergarten_columns!(),
        " FROM groups g JOIN kindergartens k ON k.id = g.kindergarten_id \
         WHERE g.state_order AND g.free > 0 AND k.kind = 'private_state_order' \
         AND ($1 IS NULL OR k.locality_id = $1) \
         AND ($2 IS NULL OR $2 BETWEEN g.birth_year_from AND g.birth_year_to) AND ",
        public_places!("$3"),
        " > 0 AND ",
        offered!("$4"),
        " ORDER BY k.id, g.id"
    ))
    .bind(locality.map(LocalityId::uuid))
    .bind(birth_year)
    .bind(now)
    .bind(time::local_date(now))
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Place::try_from).collect()
}

pub async fn place(tx: &mut Tx, group: GroupId) -> Result<Option<Place>> {
    let row: Option<PlaceRow> =
        on_conn!(tx, |conn| sqlx::query_as(select_places!("WHERE g.id = $1"))
            .bind(group.uuid())
            .fetch_optional(conn)
            .await)?;
    row.map(Place::try_from).transpose()
}

/// The place that a row of another table names.
pub async fn require_place(tx: &mut Tx, group: GroupId) -> Result<Place> {
    place(tx, group)
        .await?
        .ok_or_else(|| Error::inconsistent("groups", group, "missing"))
}
