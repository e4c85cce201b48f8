//! Databases that have the present schema and nothing in them: made once, copied for each test.

use crate::postgres::with_database;
use balabaqsha_store::{Db, postgres_migrations};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};
use tokio::sync::OnceCell;

/// Makes a file of SQLite with the schema.
pub async fn copy_sqlite(path: &Path) {
    static BYTES: OnceCell<Vec<u8>> = OnceCell::const_new();
    let bytes = BYTES.get_or_init(made_sqlite).await;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(bytes))
        .expect("a copy of the database");
}

async fn made_sqlite() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("template.sqlite");
    make(&format!("sqlite://{}", path.display())).await;
    fs::read(path).expect("the database that was made")
}

/// The name of a database of PostgreSQL with the schema. It stays there for the next run.
pub async fn postgres(admin: &str) -> &'static str {
    static NAME: OnceCell<String> = OnceCell::const_new();
    NAME.get_or_init(async || made_postgres(admin).await).await
}

async fn made_postgres(admin: &str) -> String {
    let mut digest = Sha256::new();
    for migration in postgres_migrations().iter() {
        digest.update(&*migration.checksum);
    }
    let digest: [u8; 32] = digest.finalize().into();
    let name = format!(
        "balabaqsha_template_{:016x}",
        u64::from_be_bytes(digest[..8].try_into().expect("eight bytes"))
    );
    let mut connection = PgConnection::connect(admin)
        .await
        .expect("the PostgreSQL of the tests");
    // Other programs of the same run may begin at the same moment.
    sqlx::query("SELECT pg_advisory_lock(hashtextextended($1, 0))")
        .bind(&name)
        .execute(&mut connection)
        .await
        .expect("the lock of the database that is copied");
    let is_there: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(&name)
            .fetch_one(&mut connection)
            .await
            .expect("the databases that are there");
    if !is_there {
        // What an earlier run did not finish has another name.
        let unfinished = format!("{name}_unfinished");
        for sql in [
            format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)"),
            format!("CREATE DATABASE {unfinished} TEMPLATE template0"),
        ] {
            run(&mut connection, sql).await;
        }
        make(&with_database(admin, &unfinished)).await;
        run(
            &mut connection,
            format!("ALTER DATABASE {unfinished} RENAME TO {name}"),
        )
        .await;
    }
    connection.close().await.expect("goodbye");
    name
}

/// Brings the schema into an empty database and leaves it: the last connection that closes brings
/// everything of SQLite into the one file.
async fn make(url: &str) {
    let db = Db::connect(url).await.expect("the database that is copied");
    db.migrate().await.expect("the schema");
    db.close().await;
}

async fn run(connection: &mut PgConnection, sql: String) {
    connection
        .execute(AssertSqlSafe(sql))
        .await
        .expect("the database that is copied is made");
}
