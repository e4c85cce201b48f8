//! The registry as tables (R20): what is exported has the columns of what is imported. And what may be
//! offered of it on a day.

pub mod entries;
pub mod history;

use super::{Error, Result, Tx, on_conn};
use balabaqsha_shared::{
    id::{GroupId, LocalityId},
    iin::Bin,
    import::{GroupRow, KindergartenRow, LocalityRow, PlacesRow},
    kindergarten::{InstructionLanguage, KindergartenKind},
};
use chrono::NaiveDate;
use sqlx::types::Json;
use uuid::Uuid;

/// What is exported: what came from a source, of one locality or of all.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    pub source: &'a str,
    pub locality: Option<LocalityId>,
}

impl Part<'_> {
    fn locality(self) -> Option<Uuid> {
        self.locality.map(LocalityId::uuid)
    }
}

/// Localities in the order of their names in the source, after `after`: as the history of the registry
/// has them.
pub async fn localities(
    tx: &mut Tx,
    part: Part<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<LocalityRow>> {
    let rows: Vec<(String, Json<LocalityRow>)> = on_conn!(tx, |conn| {
        sqlx::query_as(
        "SELECT l.external_id, c.data FROM localities l \
         JOIN registry_changes c ON c.subject_id = l.id AND c.kind = 'localities' \
         WHERE l.source = $1 AND l.external_id > $2 AND ($4 IS NULL OR l.id = $4) AND c.id = (SELECT d.id \
           FROM registry_changes d WHERE d.subject_id = l.id AND d.kind = 'localities' \
           ORDER BY d.at DESC, d.id DESC LIMIT 1) ORDER BY l.external_id LIMIT $3"
    )
    .bind(part.source)
    .bind(after)
    .bind(limit)
    .bind(part.locality())
    .fetch_all(conn)
    .await
    })?;
    Ok(rows.into_iter().map(|(_, row)| row.0).collect())
}

/// Kindergartens in the order of their names in the source, after `after`.
pub async fn kindergartens(
    tx: &mut Tx,
    part: Part<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<KindergartenRow>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        external_id: String,
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
    let rows: Vec<Row> = on_conn!(tx, |conn| {
        sqlx::query_as(
        "SELECT k.external_id, l.code AS locality, k.kind, k.bin, k.name_kk, k.name_ru, k.name_en, \
         k.address_kk, k.address_ru, k.address_en, k.latitude, k.longitude, k.phone, k.schedule, \
         k.licence_until, k.contract_until FROM kindergartens k \
         JOIN localities l ON l.id = k.locality_id \
         WHERE k.source = $1 AND k.external_id > $2 AND ($4 IS NULL OR k.locality_id = $4) ORDER BY k.external_id LIMIT $3"
    )
    .bind(part.source)
    .bind(after)
    .bind(limit)
    .bind(part.locality())
    .fetch_all(conn)
    .await
    })?;
    rows.into_iter()
        .map(|row| {
            let inconsistent =
                |reason| Error::inconsistent("kindergartens", &row.external_id, reason);
            let kinds = KindergartenKind::ALL;
            Ok(KindergartenRow {
                kind: kinds
                    .into_iter()
                    .find(|kind| kind.as_str() == row.kind)
                    .ok_or_else(|| inconsistent("kind"))?,
                bin: Bin::parse(&row.bin).map_err(|_| inconsistent("bin"))?,
                external_id: row.external_id,
                locality: row.locality,
                name_kk: row.name_kk,
                name_ru: row.name_ru,
                name_en: row.name_en,
                address_kk: row.address_kk,
                address_ru: row.address_ru,
                address_en: row.address_en,
                latitude: row.latitude,
                longitude: row.longitude,
                phone: row.phone,
                schedule: row.schedule,
                licence_until: row.licence_until,
                contract_until: row.contract_until,
            })
        })
        .collect()
}

/// Groups in the order of their names in the source, each with its free places, after `after`.
pub async fn groups(
    tx: &mut Tx,
    part: Part<'_>,
    after: &str,
    limit: i64,
) -> Result<Vec<(GroupRow, PlacesRow)>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        external_id: String,
        kindergarten: String,
        name: String,
        instruction_language: String,
        birth_year_from: i32,
        birth_year_to: i32,
        state_order: bool,
        capacity: i32,
        free: i32,
        open_from: Option<NaiveDate>,
        closed_from: Option<NaiveDate>,
    }
    let rows: Vec<Row> = on_conn!(tx, |conn| {
        sqlx::query_as(
        "SELECT g.external_id, COALESCE(k.external_id, k.bin) AS kindergarten, g.name, g.instruction_language, \
         g.birth_year_from, g.birth_year_to, g.state_order, \
         g.capacity + g.unpublished AS capacity, g.free, g.open_from, g.closed_from \
         FROM groups g JOIN kindergartens k ON k.id = g.kindergarten_id \
         WHERE g.source = $1 AND g.external_id > $2 AND ($4 IS NULL OR k.locality_id = $4) ORDER BY g.external_id LIMIT $3"
    )
    .bind(part.source)
    .bind(after)
    .bind(limit)
    .bind(part.locality())
    .fetch_all(conn)
    .await
    })?;
    rows.into_iter()
        .map(|row| {
            let language = InstructionLanguage::ALL
                .into_iter()
                .find(|language| language.as_str() == row.instruction_language)
                .ok_or_else(|| {
                    Error::inconsistent("groups", &row.external_id, "instruction_language")
                })?;
            let places = PlacesRow {
                group: row.external_id.clone(),
                free: row.free,
            };
            let group = GroupRow {
                external_id: row.external_id,
                kindergarten: row.kindergarten,
                name: row.name,
                language,
                birth_year_from: row.birth_year_from,
                birth_year_to: row.birth_year_to,
                state_order: row.state_order,
                capacity: row.capacity,
                open_from: row.open_from,
                closed_from: row.closed_from,
            };
            Ok((group, places))
        })
        .collect()
}

/// What the registry has, for whoever looks whether a city can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Sizes {
    pub localities: i64,
    pub kindergartens: i64,
    pub groups: i64,
    pub free_places: i64,
    pub applications: i64,
    /// Appointments that were never ended.
    pub appointments: i64,
}

pub async fn sizes(tx: &mut Tx) -> Result<Sizes> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM localities WHERE served_here) AS localities, \
         (SELECT COUNT(*) FROM kindergartens) AS kindergartens, \
         (SELECT COUNT(*) FROM groups) AS groups, \
         (SELECT CAST(COALESCE(SUM(free), 0) AS BIGINT) FROM groups WHERE state_order) \
           AS free_places, \
         (SELECT COUNT(*) FROM applications) AS applications, \
         (SELECT COUNT(*) FROM appointments WHERE ends_at IS NULL) AS appointments"
    )
    .fetch_one(conn)
    .await)?)
}

/// Groups that get more free places by a staged import of places: locality, group, and how many more.
pub async fn places_to_come(
    tx: &mut Tx,
    import: balabaqsha_shared::id::ImportId,
) -> Result<Vec<(LocalityId, GroupId, i32)>> {
    let rows: Vec<(Uuid, Uuid, i32)> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT k.locality_id, g.id, CAST(r.data ->> 'free' AS INTEGER) - g.free \
         FROM import_rows r JOIN groups g ON g.id = r.target_id \
         JOIN kindergartens k ON k.id = g.kindergarten_id \
         WHERE r.import_id = $1 AND r.action = 'change' AND g.state_order \
         AND CAST(r.data ->> 'free' AS INTEGER) > g.free ORDER BY g.id"
    )
    .bind(import.uuid())
    .fetch_all(conn)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(locality, group, more)| (LocalityId::new(locality), GroupId::new(group), more))
        .collect())
}
