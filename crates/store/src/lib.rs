//! Storage on SQLite and PostgreSQL with one SQL. Functions take a transaction and bound values;
//! moments and ids are always passed in. What differs between the engines stands in [`dialect`].
//! Knows neither HTTP nor the rules.

pub mod applications;
pub mod appointments;
pub mod attachments;
pub mod attempts;
pub mod audit;
pub mod backup;
pub mod benefits;
pub mod calendar;
pub mod challenges;
pub mod changes;
mod clean;
pub mod clients;
pub mod counters;
pub mod departures;
pub mod dialect;
pub mod documents;
pub mod drafts;
pub mod due;
pub mod effect;
mod error;
pub mod events;
pub mod evidence;
pub mod freed;
pub mod holds;
pub mod idempotency;
pub mod imports;
pub mod kindergartens;
pub mod known_browsers;
pub mod known_revocations;
pub mod lifted_limits;
pub mod localities;
pub mod mailed_codes;
pub mod mails;
pub mod maintenance;
pub mod notices;
pub mod papers;
pub mod persons;
pub mod places;
pub mod queue;
pub mod referrals;
pub mod registry;
pub mod renewals;
pub mod scans;
pub mod sessions;
pub mod settings;
pub mod signing_sessions;
pub mod staff;
pub mod subscriptions;
pub mod suspensions;
pub mod time_stamps;
pub mod token_keys;
pub mod upgrade;

pub use error::{Error, Result};

use chrono::{DateTime, Utc};
use sqlx::{
    Connection, Executor, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions},
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
    },
};
use std::{
    str::FromStr,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// How long a request waits for a connection before it is told to come back.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// The setting that is written to see whether the database takes a change.
const PROBE: &str = "probe";

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

/// The migrations of PostgreSQL, for tests that name a database after them.
#[cfg(feature = "testing")]
#[must_use]
pub fn postgres_migrations() -> &'static Migrator {
    &POSTGRES_MIGRATIONS
}

/// A database of either engine.
#[derive(Clone, Debug)]
pub enum Db {
    /// One writer and several readers: writers queue up fairly in the pool instead of meeting
    /// `SQLITE_BUSY`.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction; rolled back unless committed.
#[derive(Debug)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// What the clock of a server showed between asking and answering.
#[derive(Clone, Copy, Debug)]
pub struct ServerMoment {
    pub moment: DateTime<Utc>,
    pub asked: Instant,
    pub answered: Instant,
}

/// Stamps one body for the concrete connection of each engine.
macro_rules! on_conn {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match $tx {
            $crate::Tx::Sqlite(inner) => {
                let $conn = &mut **inner;
                $body
            }
            $crate::Tx::Postgres(inner) => {
                let $conn = &mut **inner;
                $body
            }
        }
    };
}
use on_conn;

/// One attempt to connect, which says what is wrong; a pool goes on trying and then only says that
/// it waited.
async fn reach(options: &PgConnectOptions) -> Result<()> {
    let attempt = timeout(ACQUIRE_TIMEOUT, PgConnection::connect_with(options)).await;
    let attempt = attempt.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    let unreachable = |source| Error::Unreachable {
        server: options.get_socket().map_or_else(
            || format!("{}:{}", options.get_host(), options.get_port()),
            |socket| socket.display().to_string(),
        ),
        source,
    };
    Ok(attempt.map_err(unreachable)?.close().await?)
}

/// Ends a statement whose process is gone; PostgreSQL would finish it first, and keep its locks from the
/// process that comes next. Servers older than 14, and those on other systems than Linux, do not know how.
async fn notice_lost_clients(conn: &mut PgConnection) -> sqlx::Result<()> {
    match conn
        .execute("SET client_connection_check_interval = '5s'")
        .await
    {
        Ok(_) | Err(sqlx::Error::Database(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Begins a transaction of PostgreSQL in a task of its own. A request that is given up between the
/// statement and its answer would leave a connection that is inside of a transaction without knowing
/// it.
async fn begin(pool: &PgPool, statement: SqlStr) -> Result<Transaction<'static, Postgres>> {
    let connection = pool.acquire().await?;
    let beginning = tokio::spawn(Transaction::begin(connection, Some(statement)));
    Ok(beginning.await.map_err(|_| sqlx::Error::WorkerCrashed)??)
}

impl Db {
    /// Connects to `sqlite://path` or `postgres://…`; an SQLite file is made when it is missing.
    pub async fn connect(url: &str) -> Result<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options =
                PgConnectOptions::from_str(url)?.application_name(&upgrade::connection_name());
            reach(&options).await?;
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .after_connect(|conn, _| Box::pin(notice_lost_clients(conn)))
                .after_release(|conn, _| clean::outside_of_transactions(conn))
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        if !url.starts_with("sqlite:") {
            return Err(Error::UnknownEngine);
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(SQLITE_BUSY_TIMEOUT);
        let pool = |options, connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .after_release(|conn, _| clean::outside_of_transactions(conn))
                .connect_with(options)
        };
        let reading = options.clone().pragma("query_only", "ON");
        Ok(Self::Sqlite {
            writer: pool(options, 1).await?,
            readers: pool(reading, SQLITE_READERS).await?,
        })
    }

    /// Brings the schema to this version of the service. Nobody has served an earlier one from a
    /// database that is new.
    pub async fn migrate(&self) -> Result<()> {
        let mut tx = self.read().await?;
        let is_new = !maintenance::has_schema(&mut tx).await?;
        drop(tx);
        self.run_migrations().await?;
        if is_new {
            self.transact(async |tx| upgrade::finish(tx).await).await?;
        }
        Ok(())
    }

    async fn run_migrations(&self) -> Result<()> {
        match self {
            Self::Sqlite { writer, .. } => SQLITE_MIGRATIONS.run(writer).await?,
            Self::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }

    /// A transaction that may write, for tests that look into one before it ends.
    #[cfg(feature = "testing")]
    pub async fn begin(&self) -> Result<Tx> {
        self.begin_writing().await
    }

    async fn begin_writing(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(begin(pool, "BEGIN".into_sql_str()).await?),
        })
    }

    /// Does the work in one transaction: all of it, or nothing when it fails.
    pub async fn transact<T, E: From<Error>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut tx = self.begin_writing().await?;
        let outcome = work(&mut tx).await;
        tx.finish(outcome).await
    }

    /// Like [`Self::transact`], for the effect of a request: inside of [`effect::kept_open`] the
    /// transaction is not ended, and what the request does later belongs to it.
    pub async fn effect<T, E: From<Error>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        effect::within(self, work).await
    }

    /// A transaction that only reads, from one snapshot.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                let statement = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Tx::Postgres(begin(pool, statement.into_sql_str()).await?)
            }
        })
    }

    /// Whether the database answers and takes a change. It writes a row, because a full disk and a
    /// server that only reads show in nothing else.
    pub async fn ping(&self) -> Result<()> {
        let mut tx = self.read().await?;
        on_conn!(&mut tx, |conn| sqlx::query("SELECT 1")
            .execute(conn)
            .await
            .map(|_| ()))?;
        drop(tx);
        self.transact(async |tx| settings::put(tx, PROBE, "written").await)
            .await
    }

    /// The moment of the server's clock; none on SQLite, which has no clock of its own.
    pub async fn moment(&self) -> Result<Option<ServerMoment>> {
        let Self::Postgres(pool) = self else {
            return Ok(None);
        };
        let mut connection = pool.acquire().await?;
        let asked = Instant::now();
        let moment = sqlx::query_scalar("SELECT clock_timestamp()")
            .fetch_one(&mut *connection)
            .await?;
        Ok(Some(ServerMoment {
            moment,
            asked,
            answered: Instant::now(),
        }))
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Commits what succeeded and takes back what did not, before the answer goes out: a dropped
    /// transaction would keep its locks until the pool gets round to it.
    async fn finish<T, E: From<Error>>(
        self,
        outcome: std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        match &outcome {
            Ok(_) => self.commit_written().await?,
            // What went wrong first is what counts: SQLite has taken some transactions back by itself
            // and refuses to do it again. The pool closes a connection that is left inside of one.
            Err(_) => drop(self.rollback().await),
        }
        outcome
    }

    async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// For tests.
    #[cfg(feature = "testing")]
    pub async fn commit(self) -> Result<()> {
        self.commit_written().await
    }

    async fn commit_written(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// Exactly one row must have been touched.
fn ensure_one(table: &'static str, id: impl std::fmt::Display, rows: u64) -> Result<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(Error::inconsistent(
            table,
            id,
            format_args!("{rows} rows touched instead of one"),
        ))
    }
}
