//! Doing what staged rows say. `$1` is the import, `$2` its source.

use super::{Import, run};
use crate::{Error, Result, Tx, dialect, on_conn};
use balabaqsha_shared::{import::ImportKind, profile::RulesProfile, time};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

/// The last numbers of a region that were given out before, and the year of the new ones.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    pub year: i32,
    pub applications: i64,
    pub referrals: i64,
}

pub(super) async fn all(tx: &mut Tx, import: &Import, now: DateTime<Utc>) -> Result<()> {
    match import.kind {
        ImportKind::Localities => localities(tx, import).await?,
        ImportKind::Kindergartens => kindergartens(tx, import).await?,
        ImportKind::Groups => groups(tx, import).await?,
        ImportKind::Places => places(tx, import).await?,
        ImportKind::Queue => {
            return Err(Error::inconsistent(
                "imports",
                import.id,
                "a queue has numbers",
            ));
        }
    }
    history(tx, import, now).await
}

const CHANGED: &str = "r.import_id = $1 AND r.action IN ('change', 'end')";
const ADDED: &str = "r.import_id = $1 AND r.action = 'add'";

fn text(name: &str) -> String {
    format!("r.data ->> '{name}'")
}

fn whole(name: &str) -> String {
    format!("CAST(r.data ->> '{name}' AS INTEGER)")
}

fn real(name: &str) -> String {
    format!("CAST(r.data ->> '{name}' AS DOUBLE PRECISION)")
}

/// `table` gets new rows and changes the known ones: columns with the expressions over `r` that fill
/// them.
async fn write(
    tx: &mut Tx,
    import: &Import,
    table: &str,
    both: &[(&str, String)],
    new: &[(&str, String)],
    changed: &[(&str, String)],
) -> Result<()> {
    let names = |columns: &[(&str, String)]| {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    };
    let values = |columns: &[(&str, String)]| {
        let values: Vec<&str> = columns.iter().map(|(_, value)| value.as_str()).collect();
        values.join(", ")
    };
    let filled: Vec<_> = both.iter().chain(new).cloned().collect();
    let insert = format!(
        "INSERT INTO {table} (id, source, external_id, {}) \
         SELECT r.target_id, $2, r.key, {} FROM import_rows r WHERE {ADDED}",
        names(&filled),
        values(&filled),
    );
    run(tx, import, insert).await?;
    let set: Vec<String> = both
        .iter()
        .chain(changed)
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    let update = format!(
        "UPDATE {table} SET source = $2, external_id = r.key, version = {table}.version + 1, {} \
         FROM import_rows r WHERE {CHANGED} AND {table}.id = r.target_id",
        set.join(", "),
    );
    run(tx, import, update).await
}

fn texts(names: &[&'static str]) -> Vec<(&'static str, String)> {
    names.iter().map(|name| (*name, text(name))).collect()
}

fn position() -> [(&'static str, String); 2] {
    ["latitude", "longitude"].map(|name| (name, real(name)))
}

async fn localities(tx: &mut Tx, import: &Import) -> Result<()> {
    let mut both = texts(&[
        "code",
        "name_kk",
        "name_ru",
        "name_en",
        "district_kk",
        "district_ru",
        "district_en",
        "number_region",
    ]);
    both.extend(position());
    both.push(("served_here", "TRUE".to_owned()));
    // What the row does not say of the profile stays, or is as usual.
    let usual = serde_json::to_string(&RulesProfile::default())
        .map_err(|error| Error::inconsistent("imports", import.id, error))?;
    let merged = |tx: &Tx, rules: &str| match tx {
        Tx::Sqlite(_) => format!("json_patch({rules}, r.data -> 'rules')"),
        Tx::Postgres(_) => format!("CAST({rules} AS JSONB) || (r.data -> 'rules')"),
    };
    let new = [("rules", merged(tx, &format!("'{usual}'")))];
    let changed = [("rules", merged(tx, "localities.rules"))];
    write(tx, import, "localities", &both, &new, &changed).await
}

async fn kindergartens(tx: &mut Tx, import: &Import) -> Result<()> {
    let mut both = texts(&[
        "kind",
        "bin",
        "name_kk",
        "name_ru",
        "name_en",
        "address_kk",
        "address_ru",
        "address_en",
        "phone",
        "schedule",
    ]);
    both.extend(position());
    both.push(("locality_id", "r.parent_id".to_owned()));
    for name in ["licence_until", "contract_until"] {
        both.push((name, dialect::json_day(tx, name)));
    }
    write(tx, import, "kindergartens", &both, &[], &[]).await
}

async fn groups(tx: &mut Tx, import: &Import) -> Result<()> {
    let state_order = match tx {
        Tx::Sqlite(_) => "(r.data ->> 'state_order')",
        Tx::Postgres(_) => "CAST(r.data ->> 'state_order' AS BOOLEAN)",
    };
    let mut both = vec![
        ("kindergarten_id", "r.parent_id".to_owned()),
        ("name", text("name")),
        ("instruction_language", text("language")),
        ("birth_year_from", whole("birth_year_from")),
        ("birth_year_to", whole("birth_year_to")),
        ("state_order", state_order.to_owned()),
    ];
    for name in ["open_from", "closed_from"] {
        both.push((name, dialect::json_day(tx, name)));
    }
    let zero = |name| (name, "0".to_owned());
    let capacity = whole("capacity");
    let new = [
        ("unpublished", capacity.clone()),
        zero("capacity"),
        zero("free"),
        zero("held"),
        zero("taken"),
    ];
    // Free places are kept as far as the new capacity has room for them.
    let room = format!("{capacity} - groups.held - groups.taken");
    let free = format!("CASE WHEN groups.free > {room} THEN {room} ELSE groups.free END");
    let changed = [
        ("free", free.clone()),
        ("capacity", format!("{free} + groups.held + groups.taken")),
        ("unpublished", format!("{room} - ({free})")),
    ];
    write(tx, import, "groups", &both, &new, &changed).await
}

async fn places(tx: &mut Tx, import: &Import) -> Result<()> {
    let free = whole("free");
    let sql = format!(
        "UPDATE groups SET free = {free}, \
         capacity = {free} + groups.held + groups.taken, \
         unpublished = groups.unpublished + groups.free - {free}, \
         version = groups.version + 1 FROM import_rows r WHERE {CHANGED} AND groups.id = r.target_id \
         AND groups.source = $2"
    );
    run(tx, import, sql).await
}

async fn history(tx: &mut Tx, import: &Import, now: DateTime<Utc>) -> Result<()> {
    let (author_id, author_name) = import.author.columns();
    let sql = format!(
        "INSERT INTO registry_changes (id, at, kind, subject_id, data, author_id, author_name, \
         import_id) SELECT r.further_id, $2, '{}', r.target_id, r.data, $3, $4, $1 \
         FROM import_rows r WHERE r.import_id = $1 AND r.action IN ('add', 'change', 'end')",
        import.kind.as_str()
    );
    on_conn!(tx, |conn| sqlx::query(AssertSqlSafe(sql.as_str()))
        .bind(import.id.uuid())
        .bind(now)
        .bind(author_id)
        .bind(author_name)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The number of a row after so many: six digits or more.
fn number(infix: &str, last: &str, nth: &str) -> String {
    let serial = format!("({last} + {nth})");
    format!(
        "l.number_region || '{infix}-' || $4 || '-' || CASE WHEN {serial} < 1000000 \
         THEN substr(CAST(1000000 + {serial} AS TEXT), 2) ELSE CAST({serial} AS TEXT) END"
    )
}

/// Statements with `$1` import, `$2` moment, `$3` region, `$4` year, `$5` last number.
struct Region<'a> {
    import: &'a Import,
    now: DateTime<Utc>,
    region: &'a str,
    year: String,
}

async fn run_in(tx: &mut Tx, of: &Region<'_>, last: i64, sql: String) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(AssertSqlSafe(sql.as_str()))
        .bind(of.import.id.uuid())
        .bind(of.now)
        .bind(of.region)
        .bind(&of.year)
        .bind(last)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Uses all values of a statement where it needs only some.
const ALL_BOUND: &str = "CAST($2 AS TEXT) IS NOT NULL AND CAST($4 AS TEXT) IS NOT NULL \
                         AND CAST($5 AS BIGINT) IS NOT NULL";

pub(super) async fn queue(
    tx: &mut Tx,
    import: &Import,
    now: DateTime<Utc>,
    region: &str,
    numbers: Numbers,
) -> Result<()> {
    let of = Region {
        import,
        now,
        region,
        year: numbers.year.to_string(),
    };
    let rows = format!(
        "import_rows r JOIN localities l ON l.id = r.parent_id AND l.number_region = $3 \
         WHERE {ADDED}"
    );
    let persons = format!(
        "INSERT INTO persons (id, iin, full_name, language, created_at) \
         SELECT n.further_id, n.iin, n.full_name, 'ru', $2 FROM (SELECT r.further_id, {iin} AS iin, \
           {name} AS full_name, ROW_NUMBER() OVER (PARTITION BY {iin} ORDER BY r.number) AS nth \
           FROM {rows} AND CAST($4 AS TEXT) IS NOT NULL AND CAST($5 AS BIGINT) IS NOT NULL) AS n \
         WHERE n.nth = 1 ON CONFLICT (iin) DO NOTHING",
        iin = text("applicant_iin"),
        name = text("applicant_name"),
    );
    run_in(tx, &of, 0, persons).await?;
    let applications = format!(
        "INSERT INTO applications (id, number, locality_id, applicant_id, child_iin, \
         child_surname, child_given_name, child_patronymic, birth_date, birth_year, category, \
         contact_phone, submitted_at, state, stop_listed_until, stop_list_ends_at, referral_id, \
         lapses, verification, verification_at, benefit_category, benefit_state, date_differs) \
         SELECT n.target_id, n.new_number, n.parent_id, p.id, n.child_iin, n.surname, \
         n.given_name, n.patronymic, n.birth_date, n.birth_year, n.rank, n.phone, n.submitted_at, \
         n.state, n.stop_listed_until, n.stop_list_ends_at, n.referral_id, n.lapses, \
         'imported', $2, CASE WHEN n.rank < 2 THEN n.rank END, \
         CASE WHEN n.rank < 2 THEN 'confirmed' END, n.date_differs \
         FROM (SELECT r.target_id, {number} AS new_number, r.parent_id, {iin} AS applicant, \
           {child} AS child_iin, {surname} AS surname, {given} AS given_name, \
           {patronymic} AS patronymic, {birth} AS birth_date, {year} AS birth_year, \
           {rank} AS rank, {phone} AS phone, {submitted} AS submitted_at, {state} AS state, \
           {until} AS stop_listed_until, {ends} AS stop_list_ends_at, r.referral_id, \
           {lapses} AS lapses, CASE WHEN CAST(r.data ->> 'date_differs' AS TEXT) \
             IN ('1', 'true') THEN TRUE ELSE FALSE END AS date_differs FROM {rows}) AS n \
         JOIN persons p ON p.iin = n.applicant",
        number = number(
            "",
            "$5",
            "ROW_NUMBER() OVER (ORDER BY r.data ->> 'submitted_at', r.number)"
        ),
        iin = text("applicant_iin"),
        child = text("child_iin"),
        surname = text("child_surname"),
        given = text("child_given_name"),
        patronymic = text("child_patronymic"),
        birth = dialect::json_day(tx, "birth_date"),
        year = whole("birth_year"),
        rank = whole("rank"),
        phone = text("contact_phone"),
        submitted = dialect::json_moment(tx, "submitted_at"),
        state = text("state"),
        until = dialect::json_day(tx, "stop_listed_until"),
        ends = dialect::json_moment(tx, "stop_list_ends_at"),
        lapses = whole("lapses"),
    );
    run_in(tx, &of, numbers.applications, applications).await?;
    referrals(tx, &of, numbers.referrals, &rows).await?;
    marks(tx, &of, &rows).await
}

/// Referrals that go on, and their places: first those that nobody has published.
async fn referrals(tx: &mut Tx, of: &Region<'_>, last: i64, rows: &str) -> Result<()> {
    let referrals = format!(
        "INSERT INTO referrals (id, number, application_id, child_iin, group_id, state, issued_at, \
         deadline, lapses_at, revocable_until, verification_token) \
         SELECT r.referral_id, {number}, r.target_id, {child}, r.group_id, 'active', {issued}, \
         {deadline}, {lapses}, {revocable}, {token} FROM {rows} AND r.referral_id IS NOT NULL \
         AND CAST($2 AS TEXT) IS NOT NULL",
        number = number("-Н", "$5", "ROW_NUMBER() OVER (ORDER BY r.number)"),
        child = text("child_iin"),
        issued = dialect::json_moment(tx, "issued_at"),
        deadline = dialect::json_day(tx, "deadline"),
        lapses = dialect::json_moment(tx, "lapses_at"),
        revocable = dialect::json_moment(tx, "revocable_until"),
        token = text("verification_token"),
    );
    run_in(tx, of, last, referrals).await?;
    let hidden = "CASE WHEN n.children < groups.unpublished THEN n.children \
                  ELSE groups.unpublished END";
    let places = format!(
        "UPDATE groups SET taken = taken + n.children, \
         unpublished = unpublished - ({hidden}), capacity = capacity + ({hidden}), \
         free = free - (n.children - ({hidden})) \
         FROM (SELECT r.group_id, CAST(COUNT(*) AS INTEGER) AS children FROM {rows} \
           AND r.referral_id IS NOT NULL AND {ALL_BOUND} GROUP BY r.group_id) AS n \
         WHERE groups.id = n.group_id"
    );
    run_in(tx, of, last, places).await
}

/// Where everything came from, the journal, and the moves in the queue.
async fn marks(tx: &mut Tx, of: &Region<'_>, rows: &str) -> Result<()> {
    let transferred = format!(
        "INSERT INTO transferred_applications (application_id, source, previous_number, import_id, \
         previous_referral, lapses, stop_listed_until) \
         SELECT r.target_id, i.source, r.key, $1, {}, {}, {} FROM {rows} AND {ALL_BOUND}",
        text("previous_referral"),
        whole("lapses"),
        dialect::json_day(tx, "stop_listed_until"),
    )
    .replace(
        "FROM import_rows r ",
        "FROM imports i JOIN import_rows r ON i.id = r.import_id ",
    );
    run_in(tx, of, 0, transferred).await?;
    let data = dialect::json_object(tx, "previous_number", "r.key");
    let events = format!(
        "INSERT INTO events (id, application_id, at, kind, rule, data) \
         SELECT r.further_id, r.target_id, $2, 'application_transferred', 'R23', {data} FROM {rows} \
         AND CAST($4 AS TEXT) IS NOT NULL AND CAST($5 AS BIGINT) IS NOT NULL"
    );
    run_in(tx, of, 0, events).await?;
    let day = time::local_date(of.now);
    let day = match tx {
        Tx::Sqlite(_) => format!("'{day}'"),
        Tx::Postgres(_) => format!("DATE '{day}'"),
    };
    let moves = format!(
        "INSERT INTO queue_moves (id, application_id, locality_id, birth_year, category, \
         submitted_at, at, day, kind, delta) SELECT r.further_id, r.target_id, r.parent_id, {year}, \
         {rank}, {submitted}, $2, {day}, 'application_transferred', 1 FROM {rows} \
         AND {state} = 'queued' AND CAST($4 AS TEXT) IS NOT NULL AND CAST($5 AS BIGINT) IS NOT NULL",
        year = whole("birth_year"),
        rank = whole("rank"),
        submitted = dialect::json_moment(tx, "submitted_at"),
        state = text("state"),
    );
    run_in(tx, of, 0, moves).await
}
