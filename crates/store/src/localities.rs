//! Localities and the sums shown with them.

use super::{
    Error, Result, Tx, ensure_one,
    kindergartens::{offered, public_places},
    on_conn,
};
use balabaqsha_shared::{
    id::LocalityId, kindergarten::Coordinates, language::Localized, profile::RulesProfile, time,
};
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Locality {
    pub id: LocalityId,
    pub code: String,
    pub name: Localized,
    pub district: Localized,
    pub center: Coordinates,
    pub served_here: bool,
    pub number_region: String,
    pub rules: RulesProfile,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    code: String,
    name_kk: String,
    name_ru: String,
    name_en: String,
    district_kk: String,
    district_ru: String,
    district_en: String,
    latitude: f64,
    longitude: f64,
    served_here: bool,
    number_region: String,
    rules: Json<RulesProfile>,
}

impl From<Row> for Locality {
    fn from(row: Row) -> Self {
        Self {
            id: LocalityId::new(row.id),
            code: row.code,
            name: Localized::new(row.name_kk, row.name_ru, row.name_en),
            district: Localized::new(row.district_kk, row.district_ru, row.district_en),
            center: Coordinates {
                latitude: row.latitude,
                longitude: row.longitude,
            },
            served_here: row.served_here,
            number_region: row.number_region,
            rules: row.rules.0,
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, code, name_kk, name_ru, name_en, district_kk, district_ru, district_en, \
             latitude, longitude, served_here, number_region, rules FROM localities ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, locality: &Locality) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO localities (id, code, name_kk, name_ru, name_en, district_kk, district_ru, \
         district_en, latitude, longitude, served_here, number_region, rules) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    )
    .bind(locality.id.uuid())
    .bind(&locality.code)
    .bind(&locality.name.kk)
    .bind(&locality.name.ru)
    .bind(&locality.name.en)
    .bind(&locality.district.kk)
    .bind(&locality.district.ru)
    .bind(&locality.district.en)
    .bind(locality.center.latitude)
    .bind(locality.center.longitude)
    .bind(locality.served_here)
    .bind(&locality.number_region)
    .bind(Json(&locality.rules))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// All localities in the order of their codes.
pub async fn list(tx: &mut Tx) -> Result<Vec<Locality>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("ORDER BY code"))
        .fetch_all(conn)
        .await)?;
    Ok(rows.into_iter().map(Locality::from).collect())
}

pub async fn get(tx: &mut Tx, id: LocalityId) -> Result<Option<Locality>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    Ok(row.map(Locality::from))
}

/// The locality that a row of another table names.
pub async fn require(tx: &mut Tx, id: LocalityId) -> Result<Locality> {
    get(tx, id)
        .await?
        .ok_or_else(|| Error::inconsistent("localities", id, "missing"))
}

pub async fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Locality>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE code = $1"))
        .bind(code)
        .fetch_optional(conn)
        .await)?;
    Ok(row.map(Locality::from))
}

/// Gives a locality another rules profile, and by it the next version.
pub async fn set_rules(tx: &mut Tx, id: LocalityId, rules: &RulesProfile) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE localities SET rules = $2, version = version + 1 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(Json(rules))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("localities", id, rows)
}

/// Free places under the state order and queued children of a locality.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    pub locality_id: LocalityId,
    pub free_places: i64,
    pub queued_children: i64,
}

/// With the places that are public at `now`.
pub async fn sums(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Sums>> {
    let rows: Vec<(Uuid, i64, i64)> = on_conn!(tx, |conn| sqlx::query_as(concat!(
        "SELECT l.id, CAST(COALESCE((SELECT SUM(",
        public_places!("$1"),
        ") FROM groups g JOIN kindergartens k ON k.id = g.kindergarten_id \
           WHERE k.locality_id = l.id AND g.state_order AND ",
        offered!("$2"),
        "), 0) AS BIGINT), \
         CAST(COALESCE((SELECT SUM(c.children) FROM queue_counts c \
             WHERE c.locality_id = l.id AND c.level = 3), 0) \
           + COALESCE((SELECT SUM(d.delta) FROM queue_deltas d \
             WHERE d.locality_id = l.id), 0) AS BIGINT) \
         FROM localities l ORDER BY l.code"
    ))
    .bind(now)
    .bind(time::local_date(now))
    .fetch_all(conn)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(id, free_places, queued_children)| Sums {
            locality_id: LocalityId::new(id),
            free_places,
            queued_children,
        })
        .collect())
}
