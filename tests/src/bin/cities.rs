//! Brings a large city in by the commands of an operator, beside a server that answers parents: how long each table
//! takes, how much of it the applying, the memory of the command, and what parents wait meanwhile. Run by
//! `cargo xtask bench import`.

use anyhow::{Context, Result, bail, ensure};
use balabaqsha_shared::{dto::LocalityList, endpoint, import::ImportKind};
use balabaqsha_store::Db;
use balabaqsha_tests::{
    builders::{bin, iin},
    database::{number, strings},
};
use chrono::{Days, NaiveDate, TimeDelta};
use clap::Parser;
use rand::{Rng, SeedableRng, rngs::StdRng};
use reqwest::Client;
use std::{
    collections::HashSet,
    fmt::Write as _,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{sync::watch, time::sleep};

/// Bring a large city in
#[derive(Debug, Parser)]
struct Args {
    /// Where the server is
    #[arg(long)]
    base_url: String,
    /// The database of the server
    #[arg(long)]
    database_url: String,
    /// The program whose commands bring the tables in
    #[arg(long)]
    binary: PathBuf,
    #[arg(long, default_value_t = 12_000)]
    kindergartens: u32,
    #[arg(long, default_value_t = 300_000)]
    children: u32,
    /// More children than the database takes at once, which must be refused
    #[arg(long)]
    too_many: Option<u32>,
}

const SOURCE: &str = "bench";
const DEMO_BIN: &str = "050440000012";
const LOCALITIES: u32 = 20;
/// Of the births of the children; others are other children.
const FIRST_YEAR: i32 = 2021;
const GROUPS: u32 = 5;
const LOOK: Duration = Duration::from_millis(20);
/// Parents ask so often.
const ASKING: Duration = Duration::from_millis(50);
/// The town that they look at.
const TOWN: &str = "kandyagash";

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let folder = tempfile::tempdir()?;
    let db = Db::connect(&args.database_url).await?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| table | rows | whole | applying | memory of the command | a read meanwhile, median, p99, longest |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for kind in ImportKind::ALL {
        let file = folder.path().join(format!("{}.csv", kind.as_str()));
        let rows = write(&args, kind, &file, args.children, FIRST_YEAR)?;
        let (stop, stopped) = watch::channel(());
        let readers = tokio::spawn(read(args.base_url.clone(), stopped));
        let figures = bring_in(&args, &db, kind, &file).await?;
        drop(stop);
        let mut reads = readers.await??;
        reads.sort_unstable();
        writeln!(
            out,
            "| {} | {rows} | {} | {} | {} MiB | {}, {}, {} |",
            kind.as_str(),
            seconds(figures.whole),
            seconds(figures.applying),
            figures.memory / 1024,
            millis(&reads, 50),
            millis(&reads, 99),
            millis(&reads, 100),
        )?;
    }
    if let Some(children) = args.too_many {
        let file = folder.path().join("too-many.csv");
        write(&args, ImportKind::Queue, &file, children, FIRST_YEAR - 10)?;
        let before = number(&db, COUNT).await;
        let refused = command(&args, ImportKind::Queue, &file, "more").output()?;
        let said = String::from_utf8_lossy(&refused.stderr);
        ensure!(!refused.status.success(), "{children} children were taken");
        ensure!(said.contains("PostgreSQL"), "no way out: {said}");
        ensure!(number(&db, COUNT).await == before, "something was changed");
        writeln!(out, "\n{children} children at once are refused: {said}")?;
    }
    Ok(())
}

const COUNT: &str = "SELECT COUNT(*) FROM applications";

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

fn millis(sorted: &[Duration], percent: usize) -> String {
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    let time = sorted.get(index).copied().unwrap_or_default();
    format!("{:.0} ms", time.as_secs_f64() * 1000.0)
}

struct Figures {
    whole: Duration,
    applying: Duration,
    /// KiB at most.
    memory: u64,
}

fn command(args: &Args, kind: ImportKind, file: &Path, source: &str) -> Command {
    let mut command = Command::new(&args.binary);
    command
        .args(["import", kind.as_str()])
        .arg(file)
        .args(["--source", source, "--by", "bench"])
        .args(["--database-url", &args.database_url])
        .stdout(Stdio::null());
    command
}

async fn bring_in(args: &Args, db: &Db, kind: ImportKind, file: &Path) -> Result<Figures> {
    let begun = Instant::now();
    let mut running = command(args, kind, file, SOURCE).spawn()?;
    let state = format!(
        "SELECT state FROM imports WHERE source = '{SOURCE}' AND kind = '{}'",
        kind.as_str()
    );
    let mut checked = None;
    let mut memory = 0;
    let status = loop {
        if let Some(status) = running.try_wait()? {
            break status;
        }
        memory = memory.max(peak_memory(&running).unwrap_or_default());
        if checked.is_none()
            && strings(db, state.clone())
                .await
                .iter()
                .any(|one| one == "checked")
        {
            checked = Some(Instant::now());
        }
        sleep(LOOK).await;
    };
    let ended = Instant::now();
    if !status.success() {
        bail!("{} were not brought in: {status}", kind.as_str());
    }
    Ok(Figures {
        whole: ended - begun,
        applying: checked.map_or(Duration::ZERO, |checked| ended - checked),
        memory,
    })
}

/// KiB that a process has held at most.
fn peak_memory(process: &Child) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.context("no VmHWM")?.trim().strip_suffix(" kB");
    Ok(number.context("no kB")?.parse()?)
}

/// What parents wait, until somebody says stop.
async fn read(base: String, mut stopped: watch::Receiver<()>) -> Result<Vec<Duration>> {
    let client = Client::builder().no_proxy().build()?;
    let list: LocalityList = client
        .get(format!("{base}{}", endpoint::LOCALITIES))
        .send()
        .await?
        .json()
        .await?;
    let mut towns = list.items.into_iter();
    let town = towns.find(|town| town.code == TOWN).context("a town")?;
    let asked = [
        endpoint::LOCALITIES.to_owned(),
        format!("{}?locality_id={}", endpoint::VACANCIES, town.id),
        format!("{}?limit=20", endpoint::KINDERGARTENS),
    ];
    let mut times = Vec::new();
    for path in asked.iter().cycle() {
        let asked = Instant::now();
        let answer = client.get(format!("{base}{path}")).send().await?;
        ensure!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await?;
        times.push(asked.elapsed());
        tokio::select! {
            _ = stopped.changed() => break,
            () = sleep(ASKING) => {}
        }
    }
    Ok(times)
}

/// Writes a table; says how many rows it has.
fn write(
    args: &Args,
    kind: ImportKind,
    file: &Path,
    children: u32,
    first_year: i32,
) -> Result<usize> {
    let names: Vec<&str> = kind.columns().iter().map(|column| column.name).collect();
    let mut text = names.join(",");
    text.push('\n');
    let groups =
        || (0..args.kindergartens).flat_map(|owner| (0..GROUPS).map(move |group| (owner, group)));
    match kind {
        ImportKind::Localities => {
            for one in 0..LOCALITIES {
                writeln!(
                    text,
                    "L-{one},bench-{one},Қала {one},Город {one},Town {one},Аудан,Район,District,50,57,БЕН,off,,,,,"
                )?;
            }
        }
        ImportKind::Kindergartens => {
            for one in 0..args.kindergartens {
                let (locality, bin) = (one % LOCALITIES, another_bin());
                writeln!(
                    text,
                    "K-{one},bench-{locality},private_state_order,{bin},Балапан {one},Балапан {one},Balapan {one},\
                     Абай көшесі {one},ул. Абая {one},{one} Abai Street,50.{one:05},57.{one:05},\
                     +7 713 33 12 34,08:00–18:00,,"
                )?;
            }
        }
        ImportKind::Groups => {
            for (owner, group) in groups() {
                let year = 2021 + group;
                writeln!(
                    text,
                    "G-{owner}-{group},K-{owner},Ботақан {group},kazakh,{year},{year},yes,25,,"
                )?;
            }
        }
        ImportKind::Places => {
            for (owner, group) in groups() {
                writeln!(text, "G-{owner}-{group},{}", (owner + group) % 5)?;
            }
        }
        ImportKind::Queue => queue(&mut text, children, first_year)?,
    }
    fs::write(file, &text)?;
    Ok(text.lines().count() - 1)
}

/// Of none of the demo's kindergartens.
fn another_bin() -> String {
    loop {
        let bin = bin().to_string();
        if bin != DEMO_BIN {
            return bin;
        }
    }
}

fn queue(text: &mut String, children: u32, first_year: i32) -> Result<()> {
    let rng = &mut StdRng::seed_from_u64(12);
    let day = |year, days| {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).context("a day")?;
        first.checked_add_days(Days::new(days)).context("a day")
    };
    let mut known = HashSet::new();
    let first = day(2024, 0)?.and_hms_opt(9, 0, 0).context("a moment")?;
    for one in 0..children {
        let born = day(first_year, rng.random_range(0..1_900))?;
        let child = loop {
            let child = iin(born).to_string();
            if known.insert(child.clone()) {
                break child;
            }
        };
        let parent = day(1975, rng.random_range(0..9_000))?;
        // The first queues are the largest.
        let locality = rng
            .random_range(0..LOCALITIES)
            .min(rng.random_range(0..LOCALITIES));
        let at = first + TimeDelta::seconds(rng.random_range(0..80_000_000));
        let category = match rng.random_range(0..100) {
            0..3 => "extraordinary",
            3..15 => "priority",
            _ => "general",
        };
        writeln!(
            text,
            "Q-{children}-{one},bench-{locality},{child},Серикова,Айлин,,{born},{},СЕРИКОВ ДАНИЯР,\
             +77011234567,{at},{category},queued,0,,,,,",
            iin(parent)
        )?;
    }
    Ok(())
}
