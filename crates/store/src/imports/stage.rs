//! Putting rows and errors down, many with one statement.

use super::{RowError, StagedRow};
use crate::{Result, Tx, on_conn};
use balabaqsha_shared::id::ImportId;
use sqlx::{QueryBuilder, types::Json};

/// Values in one statement: SQLite takes 32,766 of them, PostgreSQL 65,535.
const AT_ONCE: usize = 3_000;

pub(super) async fn rows(tx: &mut Tx, id: ImportId, rows: &[StagedRow]) -> Result<()> {
    for some in rows.chunks(AT_ONCE) {
        on_conn!(tx, |conn| {
            let mut insert = QueryBuilder::new(
                "INSERT INTO import_rows (import_id, number, key, parent_key, target_id, \
                 further_id, referral_id, data) ",
            );
            insert.push_values(some, |mut values, row| {
                values
                    .push_bind(id.uuid())
                    .push_bind(row.number)
                    .push_bind(&row.key)
                    .push_bind(&row.parent_key)
                    .push_bind(row.target_id)
                    .push_bind(row.further_id)
                    .push_bind(row.referral_id)
                    .push_bind(Json(&row.data));
            });
            insert.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

pub(super) async fn errors(tx: &mut Tx, id: ImportId, errors: &[RowError]) -> Result<()> {
    for some in errors.chunks(AT_ONCE) {
        on_conn!(tx, |conn| {
            let mut insert = QueryBuilder::new(
                "INSERT INTO import_errors (import_id, number, column_name, code, value, params) ",
            );
            insert.push_values(some, |mut values, error| {
                values
                    .push_bind(id.uuid())
                    .push_bind(error.number)
                    .push_bind(&error.column)
                    .push_bind(&error.code)
                    .push_bind(&error.value)
                    .push_bind(Json(&error.params));
            });
            insert.push(" ON CONFLICT (import_id, number, column_name, code) DO NOTHING");
            insert.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}
