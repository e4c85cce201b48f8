//! The services around an authority, over HTTP on this machine: a responder, lists, a stamper of
//! time. Each misbehaves as a test wants it.

use crate::{Identity, Key, WORKING_DAY, at, authority};
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::header::{CONTENT_TYPE, LOCATION},
    web,
};
use balabaqsha_api::{
    clock::{Clock, ManualClock},
    config::{self, Settings},
};
use balabaqsha_pki::{
    Digest,
    authority::{
        Answer, AnswerDates, AnswerOptions, Authority, Profile, RevokedSerial, Service, Services,
        Validity,
    },
    certificate::Certificate,
    random::SystemRandom,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use std::{
    net::TcpListener,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};
use tokio::task::JoinHandle;

/// How the responder answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Responder {
    Good,
    Revoked,
    /// On hold.
    Held,
    Unknown,
    TryLater,
    /// Signed by a responder that the authority did not delegate.
    Stranger,
    /// An answer that ran out two hours ago.
    Stale,
    /// Good, with `nextUpdate`, but with the nonce of another request.
    OtherNonce,
    /// Never.
    Silent,
    /// With more bytes than the limit.
    Huge,
    /// That somebody else will answer.
    Elsewhere(String),
    Garbage,
    /// With an error.
    Down,
}

/// What the lists are like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lists {
    /// Of this day, with nobody on them.
    Empty,
    /// Of this day, with the certificate in question.
    Revoked,
    /// Ran out this many hours ago.
    Stale(i64),
    /// Not signed by the authority.
    Stranger,
    Huge,
    Down,
    Elsewhere(String),
}

/// What the list of changes says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changes {
    None,
    Revoked,
    /// On hold.
    Held,
    Down,
}

/// How the stamper answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamper {
    Good,
    /// Over other octets.
    SomethingElse,
    Down,
}

/// How everything is at the moment, and what was asked.
#[derive(Debug)]
struct Manners {
    responder: Responder,
    lists: Lists,
    changes: Changes,
    stamper: Stamper,
    about: Vec<(Certificate, Certificate)>,
    /// Paths that were asked, in order.
    asked: Vec<String>,
}

/// An authority with its services.
#[derive(Debug)]
pub struct TrustServices {
    state: web::Data<State>,
    server: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    base: String,
}

#[derive(Debug)]
struct State {
    root: Authority,
    /// Issues the keys of people.
    authority: Authority,
    responder: Service,
    stranger: Service,
    strange_authority: Authority,
    stamper: Service,
    manners: Mutex<Manners>,
    clock: OnceLock<Arc<ManualClock>>,
}

impl State {
    fn now(&self) -> DateTime<Utc> {
        self.clock
            .get()
            .map_or_else(|| at(WORKING_DAY), |clock| clock.now())
    }

    fn manners(&self) -> MutexGuard<'_, Manners> {
        self.manners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hours(from: DateTime<Utc>, before: i64, after: i64) -> Validity {
    Validity {
        not_before: from - TimeDelta::hours(before),
        not_after: from + TimeDelta::hours(after),
    }
}

fn life() -> Validity {
    hours(at(WORKING_DAY), 24 * 365, 24 * 365 * 20)
}

impl TrustServices {
    /// Starts them with everything in order.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let rng = &mut SystemRandom;
        let named = |path: &str| Some(format!("{base}/{path}"));
        let root = Authority::gost512("TEST ROOT", life(), rng)
            .expect("an authority")
            .with_services(Services {
                crl: named("root.crl"),
                ..Services::default()
            });
        let authority = root
            .subordinate("TEST ISSUER", Some(0), life(), rng)
            .expect("an authority")
            .with_services(Services {
                crl: named("list.crl"),
                delta_crl: named("changes.crl"),
                ocsp: named("ocsp"),
                certificate: named("issuer.cer"),
            });
        let strange_authority =
            Authority::gost512("TEST ISSUER", life(), rng).expect("an authority");
        let state = web::Data::new(State {
            responder: authority.responder(true, life(), rng).expect("a responder"),
            stranger: strange_authority
                .responder(true, life(), rng)
                .expect("a responder"),
            stamper: root.stamper(life(), rng).expect("a stamper"),
            strange_authority,
            root,
            authority,
            manners: Mutex::new(Manners {
                responder: Responder::Good,
                lists: Lists::Empty,
                changes: Changes::None,
                stamper: Stamper::Good,
                about: Vec::new(),
                asked: Vec::new(),
            }),
            clock: OnceLock::new(),
        });
        let of_workers = state.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(of_workers.clone())
                .default_service(web::to(answer))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .expect("a server")
        .run();
        let handle = server.handle();
        Self {
            state,
            server: handle,
            serving: tokio::spawn(server),
            base,
        }
    }

    /// Makes the service trust the root, know the issuer, and ask on this machine.
    pub fn configure(&self, settings: &mut Settings, folder: &Path) {
        let write = |name: &str, certificate: &Certificate| {
            let path = folder.join(name);
            std::fs::write(&path, certificate.pem()).expect("a file");
            path
        };
        let root = write("root.pem", self.root());
        settings.intermediates = vec![write("issuer.pem", self.issuer())];
        settings.revocation.private_addresses = true;
        // The issuer's certificate does not say where the list of the root is.
        settings.revocation.authorities = vec![config::Authority {
            certificate: root.clone(),
            crl: vec![format!("{}/root.crl", self.base)],
            ..config::Authority::default()
        }];
        settings.trust_anchors = vec![root];
    }

    /// The address of the stamper, for the settings.
    #[must_use]
    pub fn time_stamps(&self) -> String {
        format!("{}/tsa", self.base)
    }

    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    #[must_use]
    pub fn root(&self) -> &Certificate {
        self.state.root.certificate()
    }

    #[must_use]
    pub fn issuer(&self) -> &Certificate {
        self.state.authority.certificate()
    }

    /// Answers are of the moment of this clock from now on.
    pub fn follow(&self, clock: Arc<ManualClock>) {
        self.state.clock.set(clock).expect("one clock");
    }

    /// A key of a person for login and for signing, about which the services will be asked.
    #[must_use]
    pub fn key(&self, owner: &Identity) -> Key {
        self.key_until(owner, life().not_after)
    }

    #[must_use]
    pub fn key_until(&self, owner: &Identity, until: DateTime<Utc>) -> Key {
        let validity = Validity {
            not_after: until,
            ..life()
        };
        let key = authority().key_of(&self.state.authority, owner, Profile::Gost512, validity);
        self.add(&key);
        key
    }

    /// The services will be asked about this key as well.
    pub fn add(&self, key: &Key) {
        let pair = (key.certificate_parsed().clone(), self.issuer().clone());
        self.state.manners().about.push(pair);
    }

    #[must_use]
    pub fn authority(&self) -> &Authority {
        &self.state.authority
    }

    pub fn responder(&self, manner: Responder) {
        self.state.manners().responder = manner;
    }

    pub fn lists(&self, manner: Lists) {
        self.state.manners().lists = manner;
    }

    pub fn changes(&self, manner: Changes) {
        self.state.manners().changes = manner;
    }

    pub fn stamper(&self, manner: Stamper) {
        self.state.manners().stamper = manner;
    }

    /// The paths that were asked since the last time, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.manners().asked)
    }

    pub async fn stop(self) {
        // Those who wait for an answer wait for nothing.
        self.server.stop(false).await;
        self.serving
            .await
            .expect("the server's task")
            .expect("the server");
    }
}

async fn answer(
    request: HttpRequest,
    mut payload: web::Payload,
    state: web::Data<State>,
) -> HttpResponse {
    let mut question = Vec::new();
    while let Some(Ok(chunk)) = payload.next().await {
        question.extend_from_slice(&chunk);
    }
    let path = request.path().trim_start_matches('/').to_owned();
    state.manners().asked.push(path.clone());
    match path.as_str() {
        "ocsp" => ocsp(&state, &question).await,
        "list.crl" => list(&state, &state.authority),
        // Nobody ever revoked the issuer.
        "root.crl" => crl(&state.root, &[], hours(state.now(), 1, 24)),
        "changes.crl" => changes(&state),
        "issuer.cer" => HttpResponse::Ok().body(state.authority.certificate().der().to_vec()),
        "tsa" => stamp(&state, &question),
        _ => HttpResponse::NotFound().finish(),
    }
}

fn elsewhere(address: &str) -> HttpResponse {
    HttpResponse::TemporaryRedirect()
        .insert_header((LOCATION, address))
        .finish()
}

fn huge() -> HttpResponse {
    // Without saying beforehand how much it is.
    let chunk = web::Bytes::from(vec![0_u8; 1 << 20]);
    let endless = futures_util::stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()));
    HttpResponse::Ok().streaming(endless.take(64))
}

async fn ocsp(state: &State, question: &[u8]) -> HttpResponse {
    let manner = state.manners().responder.clone();
    let now = state.now();
    let fresh = AnswerDates {
        produced_at: now,
        this_update: now,
        next_update: Some(now + TimeDelta::minutes(30)),
    };
    let bytes = match manner {
        Responder::Silent => {
            futures_util::future::pending::<()>().await;
            Vec::new()
        }
        Responder::Huge => return huge(),
        Responder::Elsewhere(address) => return elsewhere(&address),
        Responder::Garbage => b"garbage".to_vec(),
        Responder::Down => return HttpResponse::ServiceUnavailable().finish(),
        Responder::TryLater => Service::try_later(),
        Responder::Good => said(state, question, Answer::Good, fresh, None),
        Responder::OtherNonce => said(state, question, Answer::Good, fresh, Some(b"another")),
        Responder::Unknown => said(state, question, Answer::Unknown, fresh, None),
        Responder::Revoked => {
            let answer = Answer::Revoked(now - TimeDelta::days(1));
            said(state, question, answer, fresh, None)
        }
        Responder::Held => {
            let answer = Answer::RevokedFor(now - TimeDelta::days(1), 6);
            said(state, question, answer, fresh, None)
        }
        Responder::Stale => {
            let stale = AnswerDates {
                produced_at: now - TimeDelta::hours(3),
                this_update: now - TimeDelta::hours(3),
                next_update: Some(now - TimeDelta::hours(2)),
            };
            said(state, question, Answer::Good, stale, None)
        }
        Responder::Stranger => said(state, question, Answer::Good, fresh, None),
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/ocsp-response"))
        .body(bytes)
}

/// An answer about the certificate that the question names by its serial number.
fn said(
    state: &State,
    question: &[u8],
    answer: Answer,
    dates: AnswerDates,
    nonce: Option<&[u8]>,
) -> Vec<u8> {
    let manners = state.manners();
    let stranger = manners.responder == Responder::Stranger;
    let (certificate, issuer) = manners
        .about
        .iter()
        .find(|(certificate, _)| {
            let serial = certificate.serial_hex();
            let serial: Vec<u8> = (0..serial.len() / 2)
                .map(|at| u8::from_str_radix(&serial[at * 2..at * 2 + 2], 16).expect("hex"))
                .collect();
            question
                .windows(serial.len())
                .any(|window| window == serial.as_slice())
        })
        .cloned()
        .expect("a certificate that was asked about");
    drop(manners);
    let service = if stranger {
        &state.stranger
    } else {
        &state.responder
    };
    let options = AnswerOptions {
        dates,
        digest: Digest::Sha256,
        nonce,
    };
    service
        .answer(&certificate, &issuer, answer, &options, &mut SystemRandom)
        .expect("an answer")
}

/// Complete lists have the number 7.
const NUMBER: u64 = 7;

fn crl(signer: &Authority, revoked: &[RevokedSerial], validity: Validity) -> HttpResponse {
    let list = signer
        .revoke(revoked, NUMBER, validity, &mut SystemRandom)
        .expect("a list");
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/pkix-crl"))
        .body(list)
}

fn all_of(state: &State, reason: u8) -> Vec<RevokedSerial> {
    let at = state.now() - TimeDelta::days(1);
    let manners = state.manners();
    let about = manners.about.iter();
    about
        .map(|(certificate, _)| RevokedSerial::new(certificate, at, reason))
        .collect()
}

fn list(state: &State, authority: &Authority) -> HttpResponse {
    let manner = state.manners().lists.clone();
    let today = hours(state.now(), 1, 24);
    match manner {
        Lists::Empty => crl(authority, &[], today),
        Lists::Revoked => crl(authority, &all_of(state, 1), today),
        Lists::Stale(ago) => crl(authority, &[], hours(state.now(), ago + 24, -ago)),
        Lists::Stranger => crl(&state.strange_authority, &[], today),
        Lists::Huge => huge(),
        Lists::Down => HttpResponse::ServiceUnavailable().finish(),
        Lists::Elsewhere(address) => elsewhere(&address),
    }
}

fn changes(state: &State) -> HttpResponse {
    let manner = state.manners().changes;
    let changes = match manner {
        Changes::Down => return HttpResponse::ServiceUnavailable().finish(),
        Changes::None => Vec::new(),
        Changes::Revoked => all_of(state, 1),
        Changes::Held => all_of(state, 6),
    };
    let today = hours(state.now(), 1, 24);
    let list = state
        .authority
        .revoke_since(NUMBER, &changes, NUMBER + 1, today, &mut SystemRandom)
        .expect("a list of changes");
    HttpResponse::Ok().body(list)
}

fn stamp(state: &State, question: &[u8]) -> HttpResponse {
    let manner = state.manners().stamper;
    if manner == Stamper::Down {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let mut question = StampQuestion::read(question).expect("a question for a time stamp");
    if manner == Stamper::SomethingElse {
        question.imprint = vec![7; 32];
    }
    let answer = state
        .stamper
        .stamp_imprint(
            &question.imprint,
            Digest::Sha256,
            state.now(),
            1,
            &question.nonce,
            &mut SystemRandom,
        )
        .expect("a time stamp");
    HttpResponse::Ok().body(answer)
}

/// What a question for a time stamp has at fixed places: version, imprint (SHA-256), nonce.
struct StampQuestion {
    imprint: Vec<u8>,
    nonce: Vec<u8>,
}

impl StampQuestion {
    fn read(bytes: &[u8]) -> Option<Self> {
        let found = bytes.windows(2).position(|window| window == [0x04, 0x20])?;
        let imprint = bytes.get(found + 2..found + 34)?;
        let rest = bytes.get(found + 34..)?;
        let [0x02, length, rest @ ..] = rest else {
            return None;
        };
        Some(Self {
            imprint: imprint.to_vec(),
            nonce: rest.get(..usize::from(*length))?.to_vec(),
        })
    }
}
