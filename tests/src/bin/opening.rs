//! The opening minute against a running demo server: many people watch the bulletin of free places,
//! a while nothing happens, and then a place becomes free. Those who ask every so often are compared
//! with those who listen and ask when they are told, as the pages do. Run by `cargo xtask bench
//! opening`.

use anyhow::{Context, Result, bail, ensure};
use balabaqsha_api::{clock, open_files};
use balabaqsha_shared::endpoint;
use balabaqsha_store::Db;
use balabaqsha_tests::database::run_sql;
use clap::Parser;
use reqwest::{
    Client, Response, StatusCode,
    header::{ETAG, IF_NONE_MATCH},
};
use std::{
    fs,
    io::Write,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

/// Compare watchers that ask with watchers that listen
#[derive(Debug, Parser)]
struct Args {
    /// Where the demo server is
    #[arg(long)]
    base_url: String,
    /// The database of the server
    #[arg(long)]
    database_url: String,
    /// The process whose time is read
    #[arg(long)]
    server: u32,
    /// How many people watch
    #[arg(long, default_value_t = 2000)]
    watchers: u32,
    /// How many seconds nothing happens
    #[arg(long, default_value_t = 30)]
    quiet: u64,
}

/// A page that cannot listen asks again after this time.
const ASKING: Duration = Duration::from_secs(10);
/// A page looks once a second whether it has been told something.
const BEAT: Duration = Duration::from_secs(1);
/// After this time somebody has been forgotten.
const PATIENCE: Duration = Duration::from_secs(120);
/// The kernel counts the time of processes in this unit on every Linux we run on (`CLK_TCK`).
const TICKS: f64 = 100.0;

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Asking,
    Listening,
}

/// What all watchers share.
struct Crowd {
    http: Client,
    base: String,
    requests: AtomicU64,
    /// Who has seen the bulletin for the first time, and who has seen it change and when.
    there: AtomicU64,
    seen: Mutex<Vec<Instant>>,
}

/// What one way costs.
struct Figures {
    quiet_requests: u64,
    quiet_time: f64,
    news_time: f64,
    memory: u64,
    /// From the change until each watcher had the new bulletin, the quickest first.
    delays: Vec<Duration>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    open_files::take_all();
    let db = Db::connect(&args.database_url).await?;
    let asking = measure(&args, &db, Way::Asking).await?;
    let listening = measure(&args, &db, Way::Listening).await?;
    let mut out = std::io::stdout().lock();
    let watchers = args.watchers;
    writeln!(
        out,
        "| {watchers} people watch | asking every 10 s | listening |"
    )?;
    writeln!(out, "|---|---|---|")?;
    let mut row = |what: &str, of: &dyn Fn(&Figures) -> String| {
        writeln!(out, "| {what} | {} | {} |", of(&asking), of(&listening))
    };
    row("requests in a quiet second", &|figures| {
        format!("{:.1}", per_second(figures.quiet_requests, args.quiet))
    })?;
    row("the server's time in a quiet second", &|figures| {
        format!("{:.1} ms", figures.quiet_time * 1000.0)
    })?;
    row("the server's memory", &|figures| {
        format!("{:.1} MiB", mebibytes(figures.memory))
    })?;
    for (what, percent) in [("half", 50), ("95 %", 95), ("all", 100)] {
        let what = format!("a new place is seen by {what} of them after");
        row(&what, &|figures| {
            seconds(percentile(&figures.delays, percent))
        })?;
    }
    row("the server's time until then", &|figures| {
        format!("{:.2} s", figures.news_time)
    })?;
    let ratio = asking.quiet_time / listening.quiet_time;
    writeln!(
        out,
        "\nA quiet second of asking by one of listening: {ratio:.1}"
    )?;
    Ok(())
}

fn per_second(count: u64, seconds: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / Duration::from_secs(seconds).as_secs_f64()
}

fn mebibytes(kibibytes: u64) -> f64 {
    f64::from(u32::try_from(kibibytes).unwrap_or(u32::MAX)) / 1024.0
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// The value that so many percent of the sorted ones do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(index).copied().unwrap_or_default()
}

async fn measure(args: &Args, db: &Db, way: Way) -> Result<Figures> {
    let crowd = Arc::new(Crowd {
        http: Client::builder().no_proxy().build()?,
        base: args.base_url.clone(),
        requests: AtomicU64::new(0),
        there: AtomicU64::new(0),
        seen: Mutex::default(),
    });
    let mut watchers = JoinSet::new();
    for number in 0..args.watchers {
        let crowd = Arc::clone(&crowd);
        watchers.spawn(async move { crowd.watch(number, way).await });
    }
    wait(&mut watchers, || {
        crowd.there.load(Ordering::Relaxed) >= u64::from(args.watchers)
    })
    .await?;
    // The last ones have just come.
    sleep(2 * BEAT).await;

    let (requests, time) = (crowd.requests.load(Ordering::Relaxed), server_time(args)?);
    sleep(Duration::from_secs(args.quiet)).await;
    let quiet_requests = crowd.requests.load(Ordering::Relaxed) - requests;
    let news = server_time(args)?;
    let quiet_time = (news - time) / Duration::from_secs(args.quiet).as_secs_f64();
    let memory = server_memory(args)?;

    let changed = Instant::now();
    run_sql(
        db,
        "UPDATE groups SET free = free + 1, capacity = capacity + 1 WHERE id = (SELECT g.id \
         FROM groups g JOIN kindergartens k ON k.id = g.kindergarten_id WHERE g.state_order \
         AND g.free > 0 AND k.kind = 'private_state_order' ORDER BY g.id LIMIT 1)",
    )
    .await;
    wait(&mut watchers, || {
        crowd.seen().len() >= usize::try_from(args.watchers).unwrap_or(usize::MAX)
    })
    .await?;
    let news_time = server_time(args)? - news;
    watchers.shutdown().await;
    let mut delays: Vec<Duration> = crowd.seen().iter().map(|at| *at - changed).collect();
    delays.sort_unstable();
    Ok(Figures {
        quiet_requests,
        quiet_time,
        news_time,
        memory,
        delays,
    })
}

/// Until something is so, while all watchers go on.
async fn wait(watchers: &mut JoinSet<Result<()>>, is_so: impl Fn() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !is_so() {
        if let Some(ended) = watchers.try_join_next() {
            ended??;
            bail!("a watcher has ended");
        }
        ensure!(begun.elapsed() < PATIENCE, "somebody was forgotten");
        sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

impl Crowd {
    fn seen(&self) -> std::sync::MutexGuard<'_, Vec<Instant>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn watch(&self, number: u32, way: Way) -> Result<()> {
        // They have not all come at the same moment.
        sleep(ASKING.mul_f64(random())).await;
        let mut stream = match way {
            Way::Asking => None,
            Way::Listening => Some(self.ask(number, endpoint::CHANGES, None).await?),
        };
        let mut tag = String::new();
        loop {
            self.requests.fetch_add(1, Ordering::Relaxed);
            let answer = self.ask(number, endpoint::VACANCIES, Some(&tag)).await?;
            if answer.status() == StatusCode::OK {
                let new = answer.headers().get(ETAG).context("no ETag")?;
                let new = new.to_str()?.to_owned();
                answer.bytes().await?;
                if tag.is_empty() {
                    self.there.fetch_add(1, Ordering::Relaxed);
                } else {
                    self.seen().push(Instant::now());
                }
                tag = new;
            }
            match &mut stream {
                None => sleep(ASKING).await,
                Some(stream) => {
                    told(stream).await?;
                    sleep(BEAT.mul_f64(random())).await;
                }
            }
        }
    }

    async fn ask(&self, number: u32, path: &str, tag: Option<&str>) -> Result<Response> {
        let [_, a, b, c] = number.to_be_bytes();
        let mut request = self
            .http
            .get(format!("{}{path}", self.base))
            .header("x-forwarded-for", format!("10.{a}.{b}.{c}"));
        if let Some(tag) = tag.filter(|tag| !tag.is_empty()) {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let fine = status == StatusCode::OK || status == StatusCode::NOT_MODIFIED;
        ensure!(fine, "{path}: {status}");
        Ok(answer)
    }
}

/// Until the stream says that the bulletin has changed.
async fn told(stream: &mut Response) -> Result<()> {
    loop {
        let chunk = stream.chunk().await?.context("the stream has ended")?;
        if chunk.starts_with(b"event: vacancies") {
            return Ok(());
        }
    }
}

fn random() -> f64 {
    f64::from(u32::from_le_bytes(clock::random())) / f64::from(u32::MAX)
}

/// Seconds that the server has run on a processor.
fn server_time(args: &Args) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", args.server))?;
    // The name in brackets may have spaces; `utime` and `stime` are the 14th and 15th field.
    let (_, fields) = stat.rsplit_once(") ").context("a process")?;
    let fields: Vec<&str> = fields.split(' ').collect();
    let ticks = |index: usize| -> Result<f64> { Ok(fields.get(index).context("a time")?.parse()?) };
    Ok((ticks(11)? + ticks(12)?) / TICKS)
}

/// KiB that the server holds in memory.
fn server_memory(args: &Args) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", args.server))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.context("no VmRSS")?.trim().strip_suffix(" kB");
    Ok(number.context("no kB")?.parse()?)
}
