//! From settings to a running service, and its orderly end.

use crate::{
    access::tokens,
    app::{App, Core},
    clock::{Clock, TestClock},
    config::Settings,
    demo, error, http,
    jobs::{self, mailer::MailerError},
    metrics,
    mode::{self, ModeError},
    open_files,
    outside::registry::{self, Registry},
    private_files::{self, PrivateFilesError},
    restored,
    scans::{Known, Scans, ScansError},
    timekeeper::Timekeeper,
    trust::{anchors::TrustError, judgement::TrustStore},
    upgrade,
};
use actix_web::{HttpServer, dev::Server};
use balabaqsha_documents::{RenderError, Renderer};
use balabaqsha_shared::dto::ServiceMode;
use balabaqsha_store::{self as store, Db};
use metrics_exporter_prometheus::BuildError;
use secrecy::ExposeSecret;
use std::{
    fs::DirBuilder,
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};

/// Requests that are being answered and jobs that are at work get this long when the service stops.
const SHUTDOWN_SECONDS: u64 = 20;
/// A database that does not answer any more is left without a goodbye.
const GOODBYE: Duration = Duration::from_secs(3);
const KEEP_ALIVE: Duration = Duration::from_secs(75);

#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    #[error("the data folder, {}: {source}", path.display())]
    DataFolder { path: PathBuf, source: io::Error },
    #[error("the database: {0}")]
    Database(#[from] store::Error),
    #[error(transparent)]
    PrivateFiles(#[from] PrivateFilesError),
    #[error(transparent)]
    Mode(#[from] ModeError),
    #[error("the trust anchors: {0}")]
    Trust(#[from] TrustError),
    #[error("the registry of parents: {0}")]
    Registry(reqwest::Error),
    #[error(transparent)]
    Scans(#[from] ScansError),
    #[error("the documents: {0}")]
    Documents(#[from] RenderError),
    #[error(transparent)]
    Mail(#[from] MailerError),
    #[error(transparent)]
    Service(#[from] error::Error),
    #[error("{address}: {source}")]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("the metrics: {0}")]
    Metrics(#[from] BuildError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Connects, migrates, loads keys and trust; in demo mode also makes the demo's data. The clock of
/// the machine is for databases that have none of their own.
///
/// # Errors
/// With the part that is missing or unusable.
pub async fn build(settings: Settings, machine: Arc<dyn Clock>) -> Result<App, StartupError> {
    make_data_folder(&settings.data_dir)?;
    private_files::of_database(settings.database_url.expose_secret())?;
    private_files::of_folder(&settings.data_dir.join("mail"))?;
    let db = Db::connect(settings.database_url.expose_secret()).await?;
    mode::check(&db, settings.mode()).await?;
    db.migrate().await?;
    mode::claim(&db, settings.mode()).await?;
    restored::move_on_if_copied(&db).await?;
    let clock: Arc<dyn Clock> = Arc::new(Timekeeper::start(&db, machine).await?);
    let trust = match settings.mode() {
        ServiceMode::Production => TrustStore::open(&settings)?.remembering(db.clone()),
        ServiceMode::Demo => demo::open(&settings, &db, clock.now())
            .await?
            .with_legal_entity_keys(settings.legal_entity_keys)
            .remembering(db.clone()),
    };
    let (clock, test_clock) = match settings.mode() {
        ServiceMode::Production => (clock, None),
        ServiceMode::Demo => {
            let test_clock = Arc::new(TestClock::new(clock));
            demo::clock::open(&db, &test_clock).await?;
            let clock: Arc<dyn Clock> = test_clock.clone();
            (clock, Some(test_clock))
        }
    };
    let tokens = tokens::load_or_create(&db, &settings.public_url, clock.now()).await?;
    let registry: Arc<dyn Registry> = match (settings.mode(), &settings.registry_url) {
        (ServiceMode::Demo, None) => Arc::new(demo::StandIn::new(db.clone())),
        _ => registry::of(&settings).map_err(StartupError::Registry)?,
    };
    let scans = open_scans(&settings, &db).await?;
    let core = Core {
        db,
        clock,
        calendar: Arc::default(),
        public_url: settings.public_url.clone(),
    };
    let process = core.new_id();
    let app = App {
        core,
        process,
        test_clock,
        settings: Arc::new(settings),
        registry,
        trust: Arc::new(trust),
        tokens: Arc::new(tokens),
        sessions: Arc::default(),
        renderer: Arc::new(Renderer::new()?),
        scans: Arc::new(scans),
        due: Arc::default(),
        changes: Arc::default(),
    };
    if app.settings.mode() == ServiceMode::Demo {
        demo::prepare(&app).await?;
    }
    Ok(app)
}

/// The key file is made with the first scan in sight, and never in the place of a lost one.
///
/// # Errors
/// When the key file or the storage cannot be used.
pub async fn open_scans(settings: &Settings, db: &Db) -> Result<Scans, StartupError> {
    let mut tx = db.read().await?;
    let names = store::scans::key_names(&mut tx).await?;
    drop(tx);
    let known = if names.is_empty() {
        Known::None
    } else {
        Known::Some
    };
    Ok(Scans::open(settings, known)?)
}

/// The folder holds the data of parents: nobody else of this machine needs to read it.
fn make_data_folder(path: &Path) -> Result<(), StartupError> {
    use std::os::unix::fs::DirBuilderExt;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| StartupError::DataFolder {
            path: path.to_owned(),
            source,
        })
}

/// The HTTP server of a service, for the program and for tests alike. It handles no signals; it is
/// stopped through its handle.
///
/// # Errors
/// When the folder with the pages cannot be read, or the listener is of no use.
pub fn http_server(app: App, listener: TcpListener) -> io::Result<Server> {
    let workers = app.settings.workers;
    let header_timeout = app.settings.limits.header_timeout_seconds;
    let shared = http::Shared::new(app)?;
    let connections = shared.connections();
    let mut server = HttpServer::new(move || http::application(shared.clone()))
        .on_connect(move |connection, held| connections.admit(connection, held))
        .client_request_timeout(header_timeout)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals();
    if let Some(workers) = workers {
        server = server.workers(workers);
    }
    Ok(server.listen(listener)?.run())
}

/// Serves until SIGTERM or SIGINT, then answers what has been asked and stops.
///
/// # Errors
/// When the service cannot be built or cannot listen.
pub async fn serve(settings: Settings, clock: Arc<dyn Clock>) -> Result<(), StartupError> {
    let address = settings.bind;
    let mut stop = StopSignals::new()?;
    open_files::take_all();
    let listener = listen(address)?;
    if let Some(address) = settings.metrics_bind {
        let listener = listen(address)?;
        tracing::info!(address = %listener.local_addr()?, "metrics");
        // It needs no orderly end: nothing is lost with it.
        tokio::spawn(metrics::server(listener, metrics::install()?)?);
    }
    let app = build(settings, clock).await?;
    upgrade::register(&app.core, app.process).await?;
    let server = http_server(app.clone(), listener)?;
    let jobs = jobs::start(app.clone())?;
    tracing::info!(%address, url = app.settings.public_url, mode = ?app.settings.mode(), "ready");
    if !app.settings.secure_cookies && !is_of_this_machine(&app.settings.public_url) {
        tracing::warn!("the pages come over http: whoever is on the way can take over sessions");
    }
    if app.settings.mode() == ServiceMode::Demo {
        let folder = demo::keys_folder(&app);
        tracing::info!(folder = %folder.display(), password = demo::PASSWORD, "the demo's keys");
    }

    let handle = server.handle();
    let mut server = pin!(server);
    let served = tokio::select! {
        served = &mut server => {
            jobs.stop().await;
            served
        }
        () = stop.wait() => {
            tracing::info!("stopping");
            app.changes.end();
            let (served, (), ()) = tokio::join!(server, handle.stop(true), jobs.stop());
            served
        }
    };
    let gone = timeout(GOODBYE, upgrade::leave(&app.core.db, app.process)).await;
    if !matches!(gone, Ok(Ok(()))) {
        tracing::warn!("this process could not be taken off the register of processes");
    }
    if timeout(GOODBYE, app.core.db.close()).await.is_err() {
        tracing::warn!("the database does not answer any more");
    }
    Ok(served?)
}

/// Nobody is on the way.
fn is_of_this_machine(url: &str) -> bool {
    let host = reqwest::Url::parse(url).ok();
    let host = host.as_ref().and_then(reqwest::Url::host_str);
    host.is_some_and(|host| {
        let address = host.trim_start_matches('[').trim_end_matches(']');
        let address = address.parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

fn listen(address: SocketAddr) -> Result<TcpListener, StartupError> {
    TcpListener::bind(address).map_err(|source| StartupError::Listen { address, source })
}

struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// From here on the signals no longer kill the process.
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_of_this_machine;

    #[test]
    fn this_machine_is_known_by_its_names() {
        for own in [
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://127.8.0.1:80",
            "http://[::1]:8080",
        ] {
            assert!(is_of_this_machine(own), "{own}");
        }
        for other in [
            "http://localhost.example.kz",
            "http://127.example.kz",
            "http://192.0.2.1:8080",
            "http://[2001:db8::1]",
            "",
        ] {
            assert!(!is_of_this_machine(other), "{other}");
        }
    }
}
