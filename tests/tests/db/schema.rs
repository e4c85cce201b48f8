//! Both engines have the same schema: tables, columns, what may be absent, keys, and indexes with
//! their conditions.

use balabaqsha_store::Db;
use balabaqsha_tests::{
    Engine, TestDatabase,
    database::{strings, tables_of},
};
use std::collections::BTreeSet;

/// The schema in words both engines share.
#[derive(Debug, PartialEq, Eq)]
struct Schema {
    tables: Vec<String>,
    /// `table.column nullable`, in the order of the columns.
    columns: Vec<String>,
    /// `table name unique partial (columns)` of the indexes that have names.
    indexes: BTreeSet<String>,
    /// `table (columns)` of the primary keys and unique columns.
    keys: BTreeSet<String>,
    /// `table.column -> table.column`
    references: BTreeSet<String>,
}

async fn query(db: &Db, sql: &str) -> Vec<String> {
    strings(db, sql.to_owned()).await
}

async fn of_sqlite(db: &Db) -> Schema {
    let tables = "(SELECT name FROM sqlite_master WHERE type = 'table' \
                  AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations') AS t";
    let columns_of = "(SELECT group_concat(c.name, ', ') FROM pragma_index_info(i.name) c)";
    let columns = format!(
        "SELECT t.name || '.' || c.name || CASE c.\"notnull\" WHEN 1 THEN '' ELSE ' nullable' END \
         FROM {tables}, pragma_table_info(t.name) c ORDER BY t.name, c.cid"
    );
    let indexes = format!(
        "SELECT t.name || ' ' || i.name || CASE i.\"unique\" WHEN 1 THEN ' unique' ELSE '' END \
         || CASE i.partial WHEN 1 THEN ' partial' ELSE '' END || ' (' || {columns_of} || ')' \
         FROM {tables}, pragma_index_list(t.name) i WHERE i.origin = 'c'"
    );
    let keys = format!(
        "SELECT t.name || ' (' || {columns_of} || ')' \
         FROM {tables}, pragma_index_list(t.name) i WHERE i.origin <> 'c'"
    );
    let references = format!(
        "SELECT t.name || '.' || f.\"from\" || ' -> ' || f.\"table\" || '.' || f.\"to\" \
         FROM {tables}, pragma_foreign_key_list(t.name) f"
    );
    Schema {
        tables: tables_of(db).await,
        columns: query(db, &columns).await,
        indexes: query(db, &indexes).await.into_iter().collect(),
        keys: query(db, &keys).await.into_iter().collect(),
        references: query(db, &references).await.into_iter().collect(),
    }
}

async fn of_postgres(db: &Db) -> Schema {
    let indexes = |named: bool| {
        let shape = if named {
            "t.relname || ' ' || i.relname || CASE WHEN x.indisunique THEN ' unique' ELSE '' END \
             || CASE WHEN x.indpred IS NOT NULL THEN ' partial' ELSE '' END"
        } else {
            "t.relname::text"
        };
        let not = if named { "NOT" } else { "" };
        format!(
            "SELECT {shape} || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.place) \
             FROM unnest(x.indkey::smallint[]) WITH ORDINALITY AS k (number, place) \
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) || ')' \
             FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid \
             JOIN pg_class t ON t.oid = x.indrelid \
             JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public' \
             WHERE t.relname <> '_sqlx_migrations' AND {not} EXISTS \
             (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u'))"
        )
    };
    let columns = "SELECT table_name || '.' || column_name \
         || CASE is_nullable WHEN 'NO' THEN '' ELSE ' nullable' END \
         FROM information_schema.columns WHERE table_schema = 'public' \
         AND table_name <> '_sqlx_migrations' ORDER BY table_name::text COLLATE \"C\", ordinal_position";
    let references = "SELECT t.relname || '.' || a.attname || ' -> ' || f.relname || '.' || b.attname \
         FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid \
         JOIN pg_class f ON f.oid = c.confrelid \
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] \
         JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = c.confkey[1] \
         WHERE c.contype = 'f'";
    Schema {
        tables: tables_of(db).await,
        columns: query(db, columns).await,
        indexes: query(db, &indexes(true)).await.into_iter().collect(),
        keys: query(db, &indexes(false)).await.into_iter().collect(),
        references: query(db, references).await.into_iter().collect(),
    }
}

/// Which types of the engines keep the same thing.
const SAME_TYPE: [(&str, &str); 11] = [
    ("BLOB", "uuid"),
    ("BLOB", "bytea"),
    ("TEXT", "text"),
    ("TEXT", "timestamp with time zone"),
    ("TEXT", "date"),
    ("TEXT", "jsonb"),
    ("INTEGER", "boolean"),
    ("INTEGER", "smallint"),
    ("INTEGER", "integer"),
    ("INTEGER", "bigint"),
    ("REAL", "double precision"),
];

async fn types(db: &Db) -> Vec<String> {
    match db {
        Db::Sqlite { .. } => {
            query(
                db,
                "SELECT t.name || '.' || c.name || '=' || c.type FROM sqlite_master t, \
                 pragma_table_info(t.name) c WHERE t.type = 'table' \
                 AND t.name NOT LIKE 'sqlite_%' AND t.name <> '_sqlx_migrations' \
                 ORDER BY t.name, c.cid",
            )
            .await
        }
        Db::Postgres(_) => {
            query(
                db,
                "SELECT table_name || '.' || column_name || '=' || data_type \
                 FROM information_schema.columns WHERE table_schema = 'public' \
                 AND table_name <> '_sqlx_migrations' \
                 ORDER BY table_name::text COLLATE \"C\", ordinal_position",
            )
            .await
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_the_same_schema() {
    let Some(postgres) = TestDatabase::empty(Engine::Postgres).await else {
        return;
    };
    let sqlite = TestDatabase::empty(Engine::Sqlite).await.unwrap();
    let (left, right) = (sqlite.connect().await, postgres.connect().await);
    let (here, there) = (of_sqlite(&left).await, of_postgres(&right).await);
    let (types_here, types_there) = (types(&left).await, types(&right).await);
    left.close().await;
    right.close().await;
    postgres.remove().await;

    assert!(
        here.tables.len() >= 17 && here.references.len() > 15,
        "{here:?}"
    );
    assert!(
        here.indexes
            .iter()
            .any(|index| index.contains(" unique partial ")),
        "{here:?}"
    );
    assert_eq!(here.tables, there.tables);
    assert_eq!(here.columns, there.columns);
    assert_eq!(here.indexes, there.indexes);
    assert_eq!(here.keys, there.keys);
    assert_eq!(here.references, there.references);
    assert_eq!(types_here.len(), types_there.len());
    for (here, there) in types_here.iter().zip(&types_there) {
        let ((column, sqlite), (_, postgres)) = (
            here.split_once('=').unwrap(),
            there.split_once('=').unwrap(),
        );
        assert!(
            SAME_TYPE.contains(&(sqlite, postgres)),
            "{column}: {sqlite} and {postgres}"
        );
    }
}
