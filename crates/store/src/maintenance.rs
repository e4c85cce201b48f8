//! Work on the database as a whole.

use super::{Result, Tx, dialect, on_conn};
use sqlx::AssertSqlSafe;

/// Tables with rows that come and go, each before the ones it refers to.
const TABLES: &[&str] = &[
    "transferred_applications",
    "import_errors",
    "import_rows",
    "imports",
    "registry_changes",
    "planned_changes",
    "suspensions",
    "lifted_limits",
    "audit_subjects",
    "audit_records",
    "appointments",
    "mailed_codes",
    "mails",
    "notices",
    "notice_switches",
    "reminders",
    "queue_moves",
    "vacancy_subscriptions",
    "freed_places",
    "events",
    "clients",
    "attachments",
    "calendar_days",
    "time_stamp_orders",
    "document_evidence",
    "evidence",
    "scans",
    "benefit_claims",
    "papers",
    "known_revocations",
    "documents",
    "departures",
    "referrals",
    "holds",
    "signing_session_documents",
    "signing_sessions",
    "known_browsers",
    "drafts",
    "applications",
    // Deleting the applications has left its trace here.
    "queue_deltas",
    "queue_counts",
    "sessions",
    "staff_members",
    "challenges",
    "email_confirmations",
    "attempts",
    "persons",
    "benefit_grounds",
    "groups",
    "kindergartens",
    "localities",
    "token_keys",
    "counters",
    "idempotency_keys",
    "processes",
    "settings",
];

/// Deletes all rows of all tables.
pub async fn empty(tx: &mut Tx) -> Result<()> {
    for table in TABLES {
        on_conn!(tx, |conn| sqlx::query(AssertSqlSafe(format!(
            "DELETE FROM {table}"
        )))
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

/// Whether the tables of the service are there, of whatever version.
pub async fn has_schema(tx: &mut Tx) -> Result<bool> {
    let sql = dialect::has_table(tx);
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(sql)
        .bind("settings")
        .fetch_one(conn)
        .await)?)
}

/// Whether somebody has served from this database, or filled it in order to.
pub async fn is_in_use(tx: &mut Tx) -> Result<bool> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM token_keys) OR EXISTS (SELECT 1 FROM persons) \
         OR EXISTS (SELECT 1 FROM localities)"
    )
    .fetch_one(conn)
    .await)?)
}
