//! The registry one thing at a time, as officials see and change it (R20). What describes a thing is the
//! row of an import, so that files and pages say the same.

use crate::{
    Error, Result, Tx, dialect, ensure_one,
    kindergartens::{instruction_from, instruction_name, kind_from, kind_name, unpublished_places},
    on_conn,
};
use balabaqsha_shared::{
    id::{ApplicationId, GroupId, KindergartenId, LocalityId, ReferralId},
    iin::Bin,
    import::{GroupRow, KindergartenRow},
    kindergarten::KindergartenKind,
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// Whether somebody may change what they read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    Only,
    /// Locked until the end of the transaction.
    ToChange,
}

fn locked(tx: &Tx, reading: Reading, select: &'static str) -> sqlx::AssertSqlSafe<String> {
    match reading {
        Reading::Only => sqlx::AssertSqlSafe(select.to_owned()),
        Reading::ToChange => dialect::for_update(tx, select),
    }
}

/// What only officials see of a locality.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LocalityVersion {
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub version: i32,
}

pub async fn locality(
    tx: &mut Tx,
    id: LocalityId,
    reading: Reading,
) -> Result<Option<LocalityVersion>> {
    let select = "SELECT source, external_id, version FROM localities WHERE id = $1";
    let select = locked(tx, reading, select);
    Ok(on_conn!(tx, |conn| sqlx::query_as(select)
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?)
}

/// Whom another profile of a locality concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Concerned {
    pub waiting: i64,
    /// Born up to the first of the two days.
    pub old_enough: i64,
    /// Born up to the second of the two days.
    pub too_old: i64,
    /// That nobody has verified and that take part.
    pub unverified: i64,
    pub active_referrals: i64,
    pub live_holds: i64,
}

pub async fn concerned(
    tx: &mut Tx,
    locality: LocalityId,
    old_enough: NaiveDate,
    too_old: NaiveDate,
) -> Result<Concerned> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT COUNT(CASE WHEN a.state IN ('queued', 'stop_listed') THEN 1 END) AS waiting, \
         COUNT(CASE WHEN a.state IN ('queued', 'stop_listed') AND a.birth_date <= $2 THEN 1 END) \
           AS old_enough, \
         COUNT(CASE WHEN a.state IN ('queued', 'stop_listed') AND a.birth_date <= $3 THEN 1 END) \
           AS too_old, \
         COUNT(CASE WHEN a.standing = 'takes_part' \
           AND a.verification IN ('unanswered', 'denied') THEN 1 END) AS unverified, \
         COUNT(CASE WHEN a.state = 'referred' THEN 1 END) AS active_referrals, \
         (SELECT COUNT(*) FROM holds h JOIN applications b ON b.id = h.application_id \
           WHERE h.state = 'live' AND b.locality_id = $1) AS live_holds \
         FROM applications a WHERE a.locality_id = $1 \
         AND a.state IN ('queued', 'stop_listed', 'referred')"
    )
    .bind(locality.uuid())
    .bind(old_enough)
    .bind(too_old)
    .fetch_one(conn)
    .await)?)
}

/// Places of one group, or of several together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Places {
    /// Public or resting.
    pub free: i64,
    /// Of these, not yet public (R16).
    pub resting: i64,
    pub unpublished: i64,
    pub held: i64,
    pub taken: i64,
}

impl Places {
    #[must_use]
    pub const fn capacity(&self) -> i64 {
        self.free + self.unpublished + self.held + self.taken
    }
}

/// A kindergarten as officials know it.
#[derive(Clone, Debug)]
pub struct Kindergarten {
    pub id: KindergartenId,
    pub locality_id: LocalityId,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub version: i32,
    /// Without its names in the source where it has none.
    pub row: KindergartenRow,
}

#[derive(sqlx::FromRow)]
struct KindergartenColumns {
    id: Uuid,
    locality_id: Uuid,
    source: Option<String>,
    external_id: Option<String>,
    version: i32,
    locality: String,
    kind: String,
    bin: String,
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
    licence_until: Option<NaiveDate>,
    contract_until: Option<NaiveDate>,
}

impl TryFrom<KindergartenColumns> for Kindergarten {
    type Error = Error;

    fn try_from(of: KindergartenColumns) -> Result<Self> {
        let inconsistent = |reason: &str| Error::inconsistent("kindergartens", of.id, reason);
        let bin = Bin::parse(&of.bin).map_err(|_| inconsistent("bin"))?;
        let kind = kind_from(&of.kind).ok_or_else(|| inconsistent("kind"))?;
        Ok(Self {
            id: KindergartenId::new(of.id),
            locality_id: LocalityId::new(of.locality_id),
            row: KindergartenRow {
                external_id: of.external_id.clone().unwrap_or(of.bin),
                locality: of.locality,
                kind,
                bin,
                name_kk: of.name_kk,
                name_ru: of.name_ru,
                name_en: of.name_en,
                address_kk: of.address_kk,
                address_ru: of.address_ru,
                address_en: of.address_en,
                latitude: of.latitude,
                longitude: of.longitude,
                phone: of.phone,
                schedule: of.schedule,
                licence_until: of.licence_until,
                contract_until: of.contract_until,
            },
            source: of.source,
            external_id: of.external_id,
            version: of.version,
        })
    }
}

pub async fn kindergarten(
    tx: &mut Tx,
    id: KindergartenId,
    reading: Reading,
) -> Result<Option<Kindergarten>> {
    let select = "SELECT k.id, k.locality_id, k.source, k.external_id, k.version, \
         (SELECT l.code FROM localities l WHERE l.id = k.locality_id) AS locality, k.kind, k.bin, \
         k.name_kk, k.name_ru, k.name_en, k.address_kk, k.address_ru, k.address_en, k.latitude, \
         k.longitude, k.phone, k.schedule, k.licence_until, k.contract_until \
         FROM kindergartens k WHERE k.id = $1";
    let select = locked(tx, reading, select);
    let row: Option<KindergartenColumns> = on_conn!(tx, |conn| sqlx::query_as(select)
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Kindergarten::try_from).transpose()
}

/// Makes a kindergarten that comes from `source`.
pub async fn insert_kindergarten(
    tx: &mut Tx,
    id: KindergartenId,
    locality: LocalityId,
    source: &str,
    row: &KindergartenRow,
) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO kindergartens (id, locality_id, kind, bin, name_kk, name_ru, name_en, \
         address_kk, address_ru, address_en, latitude, longitude, phone, schedule, licence_until, \
         contract_until, source, external_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
    )
    .bind(id.uuid())
    .bind(locality.uuid())
    .bind(kind_name(row.kind))
    .bind(row.bin.to_string())
    .bind(&row.name_kk)
    .bind(&row.name_ru)
    .bind(&row.name_en)
    .bind(&row.address_kk)
    .bind(&row.address_ru)
    .bind(&row.address_en)
    .bind(row.latitude)
    .bind(row.longitude)
    .bind(&row.phone)
    .bind(&row.schedule)
    .bind(row.licence_until)
    .bind(row.contract_until)
    .bind(source)
    .bind(&row.external_id)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Says everything of a kindergarten anew.
pub async fn update_kindergarten(
    tx: &mut Tx,
    id: KindergartenId,
    locality: LocalityId,
    row: &KindergartenRow,
) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE kindergartens SET locality_id = $2, kind = $3, bin = $4, name_kk = $5, \
         name_ru = $6, name_en = $7, address_kk = $8, address_ru = $9, address_en = $10, \
         latitude = $11, longitude = $12, phone = $13, schedule = $14, licence_until = $15, \
         contract_until = $16, version = version + 1 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(locality.uuid())
    .bind(kind_name(row.kind))
    .bind(row.bin.to_string())
    .bind(&row.name_kk)
    .bind(&row.name_ru)
    .bind(&row.name_en)
    .bind(&row.address_kk)
    .bind(&row.address_ru)
    .bind(&row.address_en)
    .bind(row.latitude)
    .bind(row.longitude)
    .bind(&row.phone)
    .bind(&row.schedule)
    .bind(row.licence_until)
    .bind(row.contract_until)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("kindergartens", id, rows)
}

/// A group as officials know it.
#[derive(Clone, Debug)]
pub struct Group {
    pub id: GroupId,
    pub kindergarten_id: KindergartenId,
    pub locality_id: LocalityId,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub version: i32,
    pub places: Places,
    /// Without its names in the source where it has none.
    pub row: GroupRow,
}

#[derive(sqlx::FromRow)]
struct GroupColumns {
    id: Uuid,
    kindergarten_id: Uuid,
    locality_id: Uuid,
    source: Option<String>,
    external_id: Option<String>,
    version: i32,
    kindergarten: String,
    name: String,
    instruction_language: String,
    birth_year_from: i32,
    birth_year_to: i32,
    state_order: bool,
    open_from: Option<NaiveDate>,
    closed_from: Option<NaiveDate>,
    #[sqlx(flatten)]
    places: Places,
}

impl TryFrom<GroupColumns> for Group {
    type Error = Error;

    fn try_from(of: GroupColumns) -> Result<Self> {
        let inconsistent = |reason: &str| Error::inconsistent("groups", of.id, reason);
        Ok(Self {
            row: GroupRow {
                external_id: of.external_id.clone().unwrap_or_else(|| of.id.to_string()),
                kindergarten: of.kindergarten,
                name: of.name,
                language: instruction_from(&of.instruction_language)
                    .ok_or_else(|| inconsistent("instruction_language"))?,
                birth_year_from: of.birth_year_from,
                birth_year_to: of.birth_year_to,
                state_order: of.state_order,
                capacity: i32::try_from(of.places.capacity())
                    .map_err(|_| inconsistent("capacity"))?,
                open_from: of.open_from,
                closed_from: of.closed_from,
            },
            id: GroupId::new(of.id),
            kindergarten_id: KindergartenId::new(of.kindergarten_id),
            locality_id: LocalityId::new(of.locality_id),
            source: of.source,
            external_id: of.external_id,
            version: of.version,
            places: of.places,
        })
    }
}

macro_rules! select_groups {
    ($condition:literal) => {
        concat!(
            "SELECT g.id, g.kindergarten_id, (SELECT k.locality_id FROM kindergartens k \
               WHERE k.id = g.kindergarten_id) AS locality_id, g.source, g.external_id, g.version, \
             (SELECT COALESCE(k.external_id, k.bin) FROM kindergartens k \
               WHERE k.id = g.kindergarten_id) AS kindergarten, g.name, g.instruction_language, \
             g.birth_year_from, g.birth_year_to, g.state_order, g.open_from, g.closed_from, \
             CAST(g.free AS BIGINT) AS free, ",
            unpublished_places!("g.id", "$2"),
            " AS resting, CAST(g.unpublished AS BIGINT) AS unpublished, \
             CAST(g.held AS BIGINT) AS held, CAST(g.taken AS BIGINT) AS taken FROM groups g WHERE ",
            $condition
        )
    };
}

/// A group with its places at `now`.
pub async fn group(
    tx: &mut Tx,
    id: GroupId,
    now: DateTime<Utc>,
    reading: Reading,
) -> Result<Option<Group>> {
    let select = locked(tx, reading, select_groups!("g.id = $1"));
    let row: Option<GroupColumns> = on_conn!(tx, |conn| sqlx::query_as(select)
        .bind(id.uuid())
        .bind(now)
        .fetch_optional(conn)
        .await)?;
    row.map(Group::try_from).transpose()
}

/// The groups of a kindergarten with their places at `now`.
pub async fn groups_of(
    tx: &mut Tx,
    kindergarten: KindergartenId,
    now: DateTime<Utc>,
) -> Result<Vec<Group>> {
    let rows: Vec<GroupColumns> = on_conn!(tx, |conn| sqlx::query_as(select_groups!(
        "g.kindergarten_id = $1 ORDER BY g.name, g.id"
    ))
    .bind(kindergarten.uuid())
    .bind(now)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Group::try_from).collect()
}

/// Makes a group that comes from `source`, none of whose places are published.
pub async fn insert_group(
    tx: &mut Tx,
    id: GroupId,
    kindergarten: KindergartenId,
    source: &str,
    row: &GroupRow,
) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO groups (id, kindergarten_id, name, instruction_language, birth_year_from, \
         birth_year_to, state_order, capacity, free, held, taken, unpublished, open_from, \
         closed_from, source, external_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, $8, $9, $10, $11, $12)"
    )
    .bind(id.uuid())
    .bind(kindergarten.uuid())
    .bind(&row.name)
    .bind(instruction_name(row.language))
    .bind(row.birth_year_from)
    .bind(row.birth_year_to)
    .bind(row.state_order)
    .bind(row.capacity)
    .bind(row.open_from)
    .bind(row.closed_from)
    .bind(source)
    .bind(&row.external_id)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Says everything of a group anew. Its free places stay free as far as the new capacity has room for
/// them; false when it has less than is held and taken.
pub async fn update_group(tx: &mut Tx, id: GroupId, row: &GroupRow) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE groups SET name = $2, instruction_language = $3, birth_year_from = $4, \
         birth_year_to = $5, state_order = $6, open_from = $8, closed_from = $9, \
         version = version + 1, \
         free = CASE WHEN free > $7 - held - taken THEN $7 - held - taken ELSE free END, \
         capacity = held + taken \
           + CASE WHEN free > $7 - held - taken THEN $7 - held - taken ELSE free END, \
         unpublished = $7 - held - taken \
           - CASE WHEN free > $7 - held - taken THEN $7 - held - taken ELSE free END \
         WHERE id = $1 AND held + taken <= $7"
    )
    .bind(id.uuid())
    .bind(&row.name)
    .bind(instruction_name(row.language))
    .bind(row.birth_year_from)
    .bind(row.birth_year_to)
    .bind(row.state_order)
    .bind(row.capacity)
    .bind(row.open_from)
    .bind(row.closed_from)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// What a kindergarten of a list must be like.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub localities: Vec<LocalityId>,
    pub kind: Option<KindergartenKind>,
}

/// By what a list of kindergartens is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sorting {
    Name,
    Bin,
}

/// The names of all kindergartens that fit, in the order of the list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    pub id: Uuid,
    pub bin: String,
    pub name_kk: String,
    pub name_ru: String,
    pub name_en: String,
}

pub async fn named(tx: &mut Tx, filter: &Filter, sorting: Sorting) -> Result<Vec<Named>> {
    let order = match sorting {
        Sorting::Name => "k.name_ru, k.id",
        Sorting::Bin => "k.bin, k.id",
    };
    on_conn!(tx, |conn| {
        let mut query = sqlx::QueryBuilder::new(
            "SELECT k.id, k.bin, k.name_kk, k.name_ru, k.name_en FROM kindergartens k \
             WHERE k.locality_id IN (",
        );
        let mut list = query.separated(", ");
        for locality in &filter.localities {
            list.push_bind(locality.uuid());
        }
        query.push(")");
        if let Some(kind) = filter.kind {
            query.push(" AND k.kind = ").push_bind(kind_name(kind));
        }
        query.push(" ORDER BY ").push(order);
        query.build_query_as().fetch_all(conn).await
    })
    .map_err(Error::from)
}

/// A kindergarten of a list with the sums over its groups.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Summary {
    pub id: Uuid,
    pub locality_id: Uuid,
    pub kind: String,
    pub bin: String,
    pub name_kk: String,
    pub name_ru: String,
    pub name_en: String,
    pub contract_until: Option<NaiveDate>,
    pub groups: i64,
    #[sqlx(flatten)]
    pub places: Places,
}

/// Some kindergartens with the places of their groups at `now`, in no order.
pub async fn summaries(
    tx: &mut Tx,
    ids: &[KindergartenId],
    now: DateTime<Utc>,
) -> Result<Vec<Summary>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_conn!(tx, |conn| {
        let mut query = sqlx::QueryBuilder::new(
            "SELECT k.id, k.locality_id, k.kind, k.bin, k.name_kk, k.name_ru, k.name_en, \
             k.contract_until, COUNT(g.id) AS groups, \
             CAST(COALESCE(SUM(g.free), 0) AS BIGINT) AS free, \
             CAST(COALESCE(SUM((SELECT COUNT(*) FROM freed_places f WHERE f.group_id = g.id \
               AND f.public_from > ",
        );
        query.push_bind(now).push(
            ")), 0) AS BIGINT) AS resting, \
             CAST(COALESCE(SUM(g.unpublished), 0) AS BIGINT) AS unpublished, \
             CAST(COALESCE(SUM(g.held), 0) AS BIGINT) AS held, \
             CAST(COALESCE(SUM(g.taken), 0) AS BIGINT) AS taken \
             FROM kindergartens k LEFT JOIN groups g ON g.kindergarten_id = k.id WHERE k.id IN (",
        );
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(id.uuid());
        }
        query.push(
            ") GROUP BY k.id, k.locality_id, k.kind, k.bin, k.name_kk, k.name_ru, k.name_en, \
             k.contract_until",
        );
        query.build_query_as().fetch_all(conn).await
    })
    .map_err(Error::from)
}

/// An active referral, without the child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReferral {
    pub id: ReferralId,
    pub number: String,
    pub application_id: ApplicationId,
    pub group_id: GroupId,
    pub issued_at: DateTime<Utc>,
    pub deadline: NaiveDate,
}

/// Where referrals are looked for.
#[derive(Clone, Copy, Debug)]
pub enum Within {
    Group(GroupId),
    Kindergarten(KindergartenId),
}

#[derive(sqlx::FromRow)]
struct OpenColumns {
    id: Uuid,
    number: String,
    application_id: Uuid,
    group_id: Uuid,
    issued_at: DateTime<Utc>,
    deadline: NaiveDate,
}

/// The active referrals of a group or a kindergarten, the earliest deadline first.
pub async fn open_referrals(tx: &mut Tx, within: Within, limit: i64) -> Result<Vec<OpenReferral>> {
    let (group, kindergarten) = match within {
        Within::Group(id) => (Some(id.uuid()), None),
        Within::Kindergarten(id) => (None, Some(id.uuid())),
    };
    let rows: Vec<OpenColumns> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT r.id, r.number, r.application_id, r.group_id, r.issued_at, r.deadline \
         FROM referrals r JOIN groups g ON g.id = r.group_id WHERE r.state = 'active' \
         AND (r.group_id = $1 OR g.kindergarten_id = $2) ORDER BY r.deadline, r.id LIMIT $3"
    )
    .bind(group)
    .bind(kindergarten)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|row| OpenReferral {
            id: ReferralId::new(row.id),
            number: row.number,
            application_id: ApplicationId::new(row.application_id),
            group_id: GroupId::new(row.group_id),
            issued_at: row.issued_at,
            deadline: row.deadline,
        })
        .collect())
}

pub async fn count_open_referrals(tx: &mut Tx, within: Within) -> Result<i64> {
    let (group, kindergarten) = match within {
        Within::Group(id) => (Some(id.uuid()), None),
        Within::Kindergarten(id) => (None, Some(id.uuid())),
    };
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT COUNT(*) FROM referrals r JOIN groups g ON g.id = r.group_id \
         WHERE r.state = 'active' AND (r.group_id = $1 OR g.kindergarten_id = $2)"
    )
    .bind(group)
    .bind(kindergarten)
    .fetch_one(conn)
    .await)?)
}

/// Sources that parts of the registry of some localities came from, each with one of these localities.
pub async fn sources(tx: &mut Tx, localities: &[LocalityId]) -> Result<Vec<(String, LocalityId)>> {
    let rows: Vec<(String, Uuid)> = on_conn!(tx, |conn| {
        let mut query = sqlx::QueryBuilder::new(
            "SELECT DISTINCT s.source, s.locality_id FROM (SELECT source, id AS locality_id \
             FROM localities UNION ALL SELECT source, locality_id FROM kindergartens \
             UNION ALL SELECT g.source, k.locality_id FROM groups g \
             JOIN kindergartens k ON k.id = g.kindergarten_id) AS s \
             WHERE s.source IS NOT NULL AND s.locality_id IN (",
        );
        let mut list = query.separated(", ");
        for locality in localities {
            list.push_bind(locality.uuid());
        }
        query.push(") ORDER BY s.source, s.locality_id");
        query.build_query_as().fetch_all(conn).await
    })?;
    Ok(rows
        .into_iter()
        .map(|(source, locality)| (source, LocalityId::new(locality)))
        .collect())
}
