//! Databases of single tests, and what is in them.

use crate::{postgres, template};
use balabaqsha_api::clock;
use balabaqsha_store::Db;
use sqlx::{AssertSqlSafe, Executor};
use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

const SQLITE_FILE: &str = "test.sqlite";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database of one test; gone with it.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    /// The file of SQLite.
    folder: TempDir,
    /// Address of the administrator and name of the database.
    postgres: Option<(String, String)>,
}

impl TestDatabase {
    /// A new file of SQLite in a folder that the test has chosen.
    #[must_use]
    pub fn sqlite_in(folder: &Path) -> Self {
        Self {
            url: format!("sqlite://{}", folder.join(SQLITE_FILE).display()),
            folder: tempfile::tempdir().expect("a temporary folder"),
            postgres: None,
        }
    }

    /// A new database with the present schema and nothing in it; none, with the reason printed,
    /// where the engine is not there.
    pub async fn create(engine: Engine) -> Option<Self> {
        match engine {
            Engine::Sqlite => {
                let database = Self::empty_sqlite();
                template::copy_sqlite(&database.sqlite_path()).await;
                Some(database)
            }
            Engine::Postgres => {
                let admin = postgres::address()?;
                let template = template::postgres(&admin).await;
                Some(Self::postgres_from(admin, template).await)
            }
        }
    }

    /// A new database without a schema; none, with the reason printed, where the engine is not
    /// there.
    pub async fn empty(engine: Engine) -> Option<Self> {
        match engine {
            Engine::Sqlite => Some(Self::empty_sqlite()),
            Engine::Postgres => {
                let admin = postgres::address()?;
                Some(Self::postgres_from(admin, "template0").await)
            }
        }
    }

    fn empty_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self {
            url: format!("sqlite://{}", folder.path().join(SQLITE_FILE).display()),
            folder,
            postgres: None,
        }
    }

    fn sqlite_path(&self) -> PathBuf {
        self.folder.path().join(SQLITE_FILE)
    }

    async fn postgres_from(admin: String, template: &str) -> Self {
        let name = format!(
            "balabaqsha_test_{:032x}",
            u128::from_le_bytes(clock::random::<16>())
        );
        postgres::execute(
            &admin,
            format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await;
        Self {
            url: postgres::with_database(&admin, &name),
            folder: tempfile::tempdir().expect("a temporary folder"),
            postgres: Some((admin, name)),
        }
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Connects to the database and brings its schema up to date, where that is not done.
    pub async fn connect(&self) -> Db {
        let db = Db::connect(&self.url)
            .await
            .expect("the database of the test");
        db.migrate().await.expect("the schema");
        db
    }

    pub async fn remove(self) {
        if let Some((admin, name)) = self.postgres {
            postgres::execute(&admin, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// All rows of all tables.
#[derive(Clone, PartialEq, Eq)]
pub struct Dump(BTreeMap<String, Vec<String>>);

impl Dump {
    pub async fn of(db: &Db) -> Self {
        let mut tables = BTreeMap::new();
        for table in tables_of(db).await {
            let rows = match db {
                Db::Sqlite { .. } => {
                    let sql = format!(
                        "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')"
                    );
                    let columns = strings(db, sql).await.join(" || ', ' || ");
                    strings(db, format!("SELECT {columns} FROM \"{table}\" ORDER BY 1")).await
                }
                Db::Postgres(_) => {
                    strings(db, format!("SELECT t::text FROM \"{table}\" t ORDER BY 1")).await
                }
            };
            tables.insert(table, rows);
        }
        Self(tables)
    }

    #[must_use]
    pub fn rows(&self, table: &str) -> &[String] {
        self.0.get(table).expect("a table of this name")
    }

    /// What is different, line by line.
    #[must_use]
    pub fn difference(&self, later: &Self) -> Vec<String> {
        let lines = |dump: &Self| -> Vec<String> {
            let of_table = |(table, rows): (&String, &Vec<String>)| {
                rows.iter()
                    .map(|row| format!("{table}: {row}"))
                    .collect::<Vec<_>>()
            };
            dump.0.iter().flat_map(of_table).collect()
        };
        let (before, after) = (lines(self), lines(later));
        let gone = before
            .iter()
            .filter(|line| !after.contains(line))
            .map(|line| format!("- {line}"));
        let new = after
            .iter()
            .filter(|line| !before.contains(line))
            .map(|line| format!("+ {line}"));
        gone.chain(new).collect()
    }
}

impl fmt::Debug for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.0.iter().map(|(table, rows)| (table, rows.len()));
        f.debug_map().entries(counts).finish()
    }
}

/// The tables of the schema, without the migrations' own.
pub async fn tables_of(db: &Db) -> Vec<String> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             AND name <> '_sqlx_migrations' ORDER BY name"
        }
        Db::Postgres(_) => {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' \
             AND tablename <> '_sqlx_migrations' ORDER BY tablename"
        }
    };
    strings(db, sql.to_owned()).await
}

/// The only column of a query.
pub async fn strings(db: &Db, sql: String) -> Vec<String> {
    let query = AssertSqlSafe(sql);
    match db {
        Db::Sqlite { writer, .. } => sqlx::query_scalar(query).fetch_all(writer).await,
        Db::Postgres(pool) => sqlx::query_scalar(query).fetch_all(pool).await,
    }
    .expect("a query of the test")
}

/// The only number of a query.
pub async fn number(db: &Db, sql: &str) -> i64 {
    let query = AssertSqlSafe(sql.to_owned());
    match db {
        Db::Sqlite { writer, .. } => sqlx::query_scalar(query).fetch_one(writer).await,
        Db::Postgres(pool) => sqlx::query_scalar(query).fetch_one(pool).await,
    }
    .expect("a query of the test")
}

/// Runs a statement that the schema may refuse, and says why.
///
/// # Errors
/// With the sentence of the engine.
pub async fn try_execute(db: &Db, sql: &str) -> Result<(), String> {
    let statement = AssertSqlSafe(sql.to_owned());
    let outcome = match db {
        Db::Sqlite { writer, .. } => writer.execute(statement).await.map(|_| ()),
        Db::Postgres(pool) => pool.execute(statement).await.map(|_| ()),
    };
    outcome.map_err(|error| error.to_string())
}

/// Runs a statement that the service has no function for.
pub async fn run_sql(db: &Db, sql: &str) {
    let statement = AssertSqlSafe(sql.to_owned());
    match db {
        Db::Sqlite { writer, .. } => {
            writer
                .execute(statement)
                .await
                .expect("a statement of the test");
        }
        Db::Postgres(pool) => {
            pool.execute(statement)
                .await
                .expect("a statement of the test");
        }
    }
}
