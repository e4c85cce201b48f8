//! The PostgreSQL in which tests may make databases.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Names the server.
const POSTGRES: &str = "BALABAQSHA_TEST_POSTGRES";

#[expect(
    clippy::disallowed_methods,
    reason = "the runner of the tests names the database here"
)]
pub fn address() -> Option<String> {
    let address = std::env::var(POSTGRES).ok();
    if address.is_none() {
        println!("skipped: no PostgreSQL ({POSTGRES} is not set)");
    }
    address
}

pub async fn execute(address: &str, sql: String) {
    let mut connection = PgConnection::connect(address)
        .await
        .expect("the PostgreSQL of the tests");
    connection
        .execute(AssertSqlSafe(sql))
        .await
        .expect("a database is made or dropped");
    connection.close().await.expect("goodbye");
}

/// The same server, another database.
pub fn with_database(address: &str, name: &str) -> String {
    let (plain, options) = address.split_once('?').unwrap_or((address, ""));
    let (server, _) = plain.rsplit_once('/').expect("an address with a database");
    if options.is_empty() {
        format!("{server}/{name}")
    } else {
        format!("{server}/{name}?{options}")
    }
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn another_database_of_the_same_server() {
        assert_eq!(
            with_database("postgres://u:p@h:1/postgres", "x"),
            "postgres://u:p@h:1/x"
        );
        assert_eq!(
            with_database("postgres://h/a?sslmode=off", "x"),
            "postgres://h/x?sslmode=off"
        );
    }
}
