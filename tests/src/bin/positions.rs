//! Measures the place in the queue at growing sizes on a PostgreSQL of its own, next to plain
//! counting, and fails where the two do not say the same. Run by `cargo xtask bench positions`.

use anyhow::{Context, Result, ensure};
use balabaqsha_api::clock;
use balabaqsha_shared::{
    Language,
    application::Category,
    id::{ApplicationId, LocalityId, PersonId},
    rules::r05_order::Place,
};
use balabaqsha_store::{self as store, Db, Tx};
use balabaqsha_tests::{
    builders::{Town, day, iin},
    database::{number, run_sql},
};
use chrono::{DateTime, Utc};
use clap::Parser;
use sqlx::{AssertSqlSafe, PgPool};
use std::{
    io::Write,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Measure the place in the queue
#[derive(Debug, Parser)]
struct Args {
    /// PostgreSQL to make databases in
    #[arg(long)]
    url: String,
    /// Queued children
    #[arg(long, value_delimiter = ',', default_value = "10000,100000,1000000")]
    sizes: Vec<i64>,
    /// Places asked for at each size
    #[arg(long, default_value_t = 1000)]
    samples: i64,
}

/// Half of the children stand on one queue, the others on as many as this.
const LOCALITIES: usize = 20;
/// Children inserted by one statement.
const BATCH: i64 = 50_000;
/// All of a size in a few statements; the server folds fewer at once.
const FOLDED_AT_ONCE: i64 = 500_000;
/// So many places are also counted child by child.
const CHECKED: usize = 20;
/// The year of birth of the large queue.
const YEAR: i32 = 2022;

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| queued children | on one queue | median | p99 | counting child by child, median |"
    )?;
    writeln!(out, "|---|---|---|---|---|")?;
    let mut medians = Vec::new();
    for size in &args.sizes {
        let figures = measure(&args, *size).await?;
        writeln!(
            out,
            "| {size} | {} | {} | {} | {} |",
            figures.on_one_queue,
            millis(figures.median),
            millis(figures.p99),
            millis(figures.plain)
        )?;
        medians.push(figures.median);
    }
    if let (Some(first), Some(last)) = (medians.first(), medians.last()) {
        let ratio = last.as_secs_f64() / first.as_secs_f64();
        writeln!(out, "\nThe largest by the smallest: {ratio:.2}")?;
    }
    Ok(())
}

fn millis(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1000.0)
}

struct Figures {
    on_one_queue: i64,
    median: Duration,
    p99: Duration,
    plain: Duration,
}

async fn measure(args: &Args, size: i64) -> Result<Figures> {
    let admin = PgPool::connect(&args.url).await?;
    let name = format!("positions_{size}");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&admin)
        .await?;
    let (server, _) = args.url.rsplit_once('/').context("a URL with a database")?;
    let db = Db::connect(&format!("{server}/{name}")).await?;
    db.migrate().await?;
    let localities = load(&db, size).await?;
    let figures = ask(&db, &localities, args.samples).await?;
    db.close().await;
    sqlx::query(AssertSqlSafe(format!("DROP DATABASE {name}")))
        .execute(&admin)
        .await?;
    Ok(figures)
}

/// Half of the children on the first locality, born in one year; a tenth of all in one hour.
async fn load(db: &Db, size: i64) -> Result<Vec<LocalityId>> {
    let mut localities = Vec::new();
    for _ in 0..LOCALITIES {
        localities.push(Town::with_free_places(1).store(db).await.id());
    }
    let mut tx = db.begin().await?;
    let person = PersonId::new(clock::new_id(DateTime::UNIX_EPOCH));
    let number = iin(day("1985-07-15"));
    let (name, language) = ("СЕРИКОВ", Language::Kk);
    store::persons::log_in(
        &mut tx,
        person,
        &number,
        name,
        language,
        DateTime::UNIX_EPOCH,
    )
    .await?;
    tx.commit().await?;
    let all = localities
        .iter()
        .map(|id| format!("'{id}'::uuid"))
        .collect::<Vec<_>>()
        .join(", ");
    let mut from = 0;
    while from < size {
        let to = (from + BATCH).min(size);
        run_sql(
            db,
            &format!(
                "INSERT INTO applications (id, number, locality_id, applicant_id, child_iin, \
                 child_surname, child_given_name, birth_date, birth_year, category, \
                 contact_phone, submitted_at, state, lapses) \
                 SELECT gen_random_uuid(), 'N-' || i, \
                 (ARRAY[{all}])[CASE WHEN i % 2 = 0 THEN 1 ELSE 1 + i % {LOCALITIES} END], \
                 '{person}', lpad(i::text, 12, '0'), 'С', 'А', '{YEAR}-05-10', \
                 {YEAR} - CASE WHEN i % 2 = 0 THEN 0 ELSE (i / 2) % 6 END, \
                 CASE WHEN random() < 0.03 THEN 0 WHEN random() < 0.15 THEN 1 ELSE 2 END, \
                 '+77011234567', TIMESTAMPTZ '2024-01-01' + CASE WHEN random() < 0.1 \
                   THEN INTERVAL '1 hour' ELSE INTERVAL '1000 days' END * random(), 'queued', 0 \
                 FROM generate_series({from}, {to} - 1) AS i"
            ),
        )
        .await;
        from = to;
    }
    loop {
        let mut tx = db.begin().await?;
        let folded = store::queue::fold(&mut tx, FOLDED_AT_ONCE).await?;
        tx.commit().await?;
        if folded == 0 {
            break;
        }
    }
    run_sql(db, "VACUUM ANALYZE").await;
    Ok(localities)
}

/// A place in the large queue.
async fn places(db: &Db, locality: LocalityId, samples: i64) -> Result<Vec<Place>> {
    let Db::Postgres(pool) = db else {
        anyhow::bail!("only PostgreSQL is measured")
    };
    let rows: Vec<(i16, DateTime<Utc>, Uuid)> = sqlx::query_as(
        "SELECT category, submitted_at, id FROM applications \
         WHERE locality_id = $1 AND birth_year = $2 ORDER BY md5(id::text) LIMIT $3",
    )
    .bind(locality.uuid())
    .bind(YEAR)
    .bind(samples)
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|(rank, submitted_at, id)| {
            Ok(Place {
                category: Category::from_rank(rank).context("a category")?,
                submitted_at,
                id: ApplicationId::new(id),
            })
        })
        .collect()
}

async fn ask(db: &Db, localities: &[LocalityId], samples: i64) -> Result<Figures> {
    let locality = *localities.first().context("a locality")?;
    let places = places(db, locality, samples).await?;
    let mut tx = db.read().await?;
    let mut quick = Vec::new();
    for place in &places {
        let started = Instant::now();
        before(&mut tx, locality, *place).await?;
        quick.push(started.elapsed());
    }
    let mut plain = Vec::new();
    for place in places.iter().take(CHECKED) {
        let started = Instant::now();
        let counted = counted(&mut tx, locality, *place).await?;
        plain.push(started.elapsed());
        let summed = before(&mut tx, locality, *place).await?;
        ensure!(summed == counted, "{summed} before it, counted {counted}");
    }
    drop(tx);
    let sql = format!(
        "SELECT COUNT(*) FROM applications WHERE locality_id = '{locality}' AND birth_year = {YEAR}"
    );
    Ok(Figures {
        on_one_queue: number(db, &sql).await,
        median: quantile(&mut quick, 50)?,
        p99: quantile(&mut quick, 99)?,
        plain: quantile(&mut plain, 50)?,
    })
}

async fn before(tx: &mut Tx, locality: LocalityId, place: Place) -> Result<i64> {
    let counts = store::queue::count(tx, locality, YEAR, place).await?;
    Ok(counts.iter().map(|count| count.before).sum())
}

async fn counted(tx: &mut Tx, locality: LocalityId, place: Place) -> Result<i64> {
    let Tx::Postgres(conn) = tx else {
        anyhow::bail!("only PostgreSQL is measured")
    };
    Ok(sqlx::query_scalar(
        "SELECT COUNT(*) FROM applications WHERE locality_id = $1 AND birth_year = $2 \
         AND state = 'queued' AND (category, submitted_at, id) < ($3, $4, $5)",
    )
    .bind(locality.uuid())
    .bind(YEAR)
    .bind(place.category.rank())
    .bind(place.submitted_at)
    .bind(place.id.uuid())
    .fetch_one(&mut **conn)
    .await?)
}

fn quantile(times: &mut [Duration], percent: usize) -> Result<Duration> {
    times.sort();
    times
        .get(times.len() * percent / 100)
        .copied()
        .context("nothing was measured")
}
