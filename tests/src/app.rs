//! The service as tests run it: everything real but the clock.

use crate::{
    Client, Dump, Engine, TestDatabase, authority, database,
    server::{self, Operated},
};
use actix_web::dev::ServerHandle;
use balabaqsha_api::{
    access::tokens,
    app::{App, Core},
    clock::{Clock, ManualClock, TestClock},
    config::Settings,
    demo, mode,
    outside::registry,
    startup,
    trust::judgement::TrustStore,
};
use balabaqsha_documents::Renderer;
use balabaqsha_shared::dto::ServiceMode;
use balabaqsha_store::Db;
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    net::TcpListener,
    num::NonZeroUsize,
    path::Path,
    sync::{Arc, LazyLock},
};
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// When every test begins: Monday 2026-11-23, ten in the morning in Kazakhstan.
pub const WORKING_DAY: &str = "2026-11-23T05:00:00Z";

/// A moment.
///
/// # Panics
/// When the text is none.
#[must_use]
pub fn at(moment: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(moment)
        .expect("a moment")
        .to_utc()
}

/// The service with a database of its own.
#[derive(Debug)]
pub struct TestApp {
    pub process: Process,
    pub clock: Arc<ManualClock>,
    database: TestDatabase,
    folder: TempDir,
}

/// One running server. Several of them may share a database.
#[derive(Debug)]
pub struct Process {
    pub app: App,
    base: String,
    server: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
}

impl TestApp {
    /// None, with the reason printed, where the engine is not there.
    pub async fn start(engine: Engine) -> Option<Self> {
        Self::start_with(engine, |_| ()).await
    }

    pub async fn start_with(engine: Engine, change: impl FnOnce(&mut Settings)) -> Option<Self> {
        let database = TestDatabase::create(engine).await?;
        Some(Self::on(database, change).await)
    }

    /// The service on a database that the test has chosen.
    pub async fn on(database: TestDatabase, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = Arc::new(ManualClock::new(at(WORKING_DAY)));
        let process = Process::start(&database, folder.path(), Arc::clone(&clock), change).await;
        Self {
            process,
            clock,
            database,
            folder,
        }
    }

    /// A second process of the service on the same database.
    pub async fn second_process(&self) -> Process {
        self.second_process_with(|_| ()).await
    }

    /// The same with other settings.
    pub async fn second_process_with(&self, change: impl FnOnce(&mut Settings)) -> Process {
        Process::start(
            &self.database,
            self.folder.path(),
            Arc::clone(&self.clock),
            change,
        )
        .await
    }

    pub async fn stop(self) {
        self.process.stop().await;
        self.database.remove().await;
    }

    #[must_use]
    pub fn app(&self) -> &App {
        &self.process.app
    }

    #[must_use]
    pub fn db(&self) -> &Db {
        &self.process.app.core.db
    }

    /// A client that has not logged in.
    #[must_use]
    pub fn client(&self) -> Client {
        self.process.client()
    }

    /// The code in the newest mail, which confirms an address.
    ///
    /// # Panics
    ///
    /// Where there is none.
    pub async fn mailed_code(&self) -> String {
        let newest = "SELECT body FROM mails ORDER BY id DESC LIMIT 1";
        let body = database::strings(self.db(), newest.to_owned()).await;
        let digits =
            |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        let code = body[0].split_whitespace().find(digits);
        code.expect("a code in the mail").to_owned()
    }

    /// Runs a command of an operator on the database of this service, to its end; none, with the
    /// reason printed, where nobody has built the program.
    #[must_use]
    pub fn operate(&self, arguments: &[&str]) -> Option<Operated> {
        server::operate(self.database.url(), arguments)
    }

    #[must_use]
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub async fn dump(&self) -> Dump {
        Dump::of(self.db()).await
    }

    /// Does something and shows that no row of any table is another afterwards. What was learned of
    /// certificates that are revoked for good, and that somebody has tried, is kept whatever becomes of
    /// the request, and a paper that was drawn is drawn for all.
    pub async fn without_a_change<T>(&self, action: impl Future<Output = T>) -> T {
        let before = self.dump().await;
        let result = action.await;
        let mut difference = before.difference(&self.dump().await);
        let kept = [
            "+ known_revocations: ",
            "+ papers: ",
            "+ attempts: ",
            "- attempts: ",
        ];
        difference.retain(|line| !kept.iter().any(|start| line.starts_with(start)));
        assert!(
            difference.is_empty(),
            "something changed:\n{}",
            difference.join("\n")
        );
        result
    }

    /// The last microsecond before a moment.
    pub fn go_just_before(&self, moment: DateTime<Utc>) {
        self.clock.set(moment - TimeDelta::microseconds(1));
    }
}

impl Process {
    async fn start(
        database: &TestDatabase,
        folder: &Path,
        clock: Arc<ManualClock>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut settings = Settings::demo(address, folder).expect("demo settings");
        // Not a demo: no keys are handed out, and papers carry no mark. Only trust is the test's own.
        settings.demo = false;
        settings.public_url = "https://balabaqsha.example.kz".to_owned();
        settings.database_url = database.url().into();
        settings.limits.rates.enabled = false;
        // All parents of a test come from one address, and the limit of open files is that of the tests.
        settings.limits.connections = NonZeroUsize::new(10_000);
        settings.limits.connections_of_address = NonZeroUsize::new(10_000);
        settings.workers = Some(2);
        change(&mut settings);

        let real = &settings.trust_anchors;
        let trust = if real.is_empty() && settings.test_trust_anchors.is_empty() {
            TrustStore::demo(authority().anchors())
                .with_legal_entity_keys(settings.legal_entity_keys)
        } else {
            TrustStore::open(&settings).expect("whom to trust")
        };
        let db = database.connect().await;
        mode::claim(&db, settings.mode())
            .await
            .expect("a database of this mode");
        let trust = trust.remembering(db.clone());
        let tokens = tokens::load_or_create(&db, &settings.public_url, clock.now()).await;
        let test_clock = match settings.mode() {
            ServiceMode::Production => None,
            ServiceMode::Demo => Some(Arc::new(TestClock::new(clock.clone()))),
        };
        let clock: Arc<dyn Clock> = match &test_clock {
            Some(test_clock) => {
                demo::clock::open(&db, test_clock)
                    .await
                    .expect("the test clock");
                test_clock.clone()
            }
            None => clock,
        };
        let registry = registry::of(&settings).expect("an HTTP client");
        let scans = startup::open_scans(&settings, &db)
            .await
            .expect("a key file");
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
            tokens: Arc::new(tokens.expect("keys of access tokens")),
            sessions: Arc::default(),
            renderer: renderer(),
            scans: Arc::new(scans),
            due: Arc::default(),
            changes: Arc::default(),
        };
        let server = startup::http_server(app.clone(), listener).expect("a server");
        let handle = server.handle();
        let serving = tokio::spawn(server);
        Self {
            app,
            base: format!("http://{address}"),
            server: handle,
            serving,
        }
    }

    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    pub async fn stop(self) {
        self.server.stop(false).await;
        self.serving
            .await
            .expect("the server's task")
            .expect("the server");
        self.app.core.db.close().await;
    }
}

/// Reading the fonts takes longer than most tests.
fn renderer() -> Arc<Renderer> {
    static RENDERER: LazyLock<Arc<Renderer>> =
        LazyLock::new(|| Arc::new(Renderer::new().expect("the fonts")));
    Arc::clone(&RENDERER)
}
