//! Sends parents through the whole job against a running demo server, and says how long its steps
//! take. Each journey logs a demo parent in, queues a new made-up child, gets a referral while
//! there are free places, and fetches the papers.
//!
//! It knows the server by its API alone; `cargo xtask measure` looks at the server's memory
//! afterwards.

use anyhow::{Context, Result, bail};
use balabaqsha_pki::{
    cms::{self, SignOptions},
    keystore::{self, KeyEntry},
    rand_core::RngCore,
    random::SystemRandom,
};
use balabaqsha_shared::{
    Language,
    application::Category,
    dto::{
        Application, ApplicationDraftRequest, Challenge, ChallengeRequest, ChildInput, DemoKey,
        DemoKeyCondition, DemoKeyList, DemoKeyPurpose, DocumentKind, DocumentList, Draft,
        EmailRequest, Problem, Referral, ReferralDraftRequest, Service, Session, SessionRequest,
        SignedDraft, VacancyList,
    },
    endpoint,
    iin::Iin,
    time,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Days, NaiveDate, Utc};
use clap::Parser;
use futures_util::{StreamExt, stream};
use reqwest::{Client, Method, Response, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::BTreeMap,
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

/// Send parents through the whole job
#[derive(Debug, Parser)]
struct Args {
    /// How many journeys
    #[arg(long, default_value_t = 1000)]
    count: usize,
    /// Where the demo server is
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    base_url: String,
    /// How many parents are on their way at the same time
    #[arg(long, default_value_t = 8)]
    concurrency: usize,
}

/// An answer that takes longer ends the journey.
const PATIENCE: Duration = Duration::from_secs(60);
/// So often a journey comes back when the server asks it to wait.
const WAITS: u32 = 100;
/// Serial numbers of a birthday; each journey has some of its own, because a child that stands in two
/// queues gets one referral.
const SERIALS: u32 = 10_000;
const SERIALS_OF_ONE: u32 = 10;
/// A child of this age can be given to a kindergarten.
const AGE_IN_DAYS: u64 = 1400;

/// The keys of one demo parent.
struct Keys {
    login: KeyEntry,
    signing: KeyEntry,
}

/// What all journeys share.
struct Road {
    http: Client,
    base: String,
    parents: Vec<Keys>,
    /// By the server's clock.
    now: DateTime<Utc>,
}

/// What became of a journey, and how long each call took.
#[derive(Default)]
struct Journey {
    referred: bool,
    calls: Vec<(&'static str, Duration)>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let road = Arc::new(Road::open(&args.base_url).await?);
    let started = Instant::now();
    let outcomes: Vec<Result<Journey>> = stream::iter(0..args.count)
        .map(|number| {
            let road = Arc::clone(&road);
            async move {
                road.travel(number)
                    .await
                    .with_context(|| format!("journey {number}"))
            }
        })
        .buffer_unordered(args.concurrency.max(1))
        .collect()
        .await;
    let mut out = std::io::stdout().lock();
    report(&mut out, outcomes, started.elapsed())
}

fn report(out: &mut impl Write, outcomes: Vec<Result<Journey>>, took: Duration) -> Result<()> {
    let (mut finished, mut referred, mut failures) = (0_usize, 0_usize, Vec::new());
    let mut calls: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for outcome in outcomes {
        match outcome {
            Ok(journey) => {
                finished += 1;
                referred += usize::from(journey.referred);
                for (name, took) in journey.calls {
                    calls.entry(name).or_default().push(took);
                }
            }
            Err(error) => failures.push(error),
        }
    }
    writeln!(
        out,
        "{finished} journeys in {:.1} s, {referred} with a referral, {} failed",
        took.as_secs_f64(),
        failures.len()
    )?;
    writeln!(
        out,
        "{:<22}{:>8}{:>10}{:>10}{:>10}",
        "call", "count", "median", "95 %", "99 %"
    )?;
    for (name, mut times) in calls {
        times.sort();
        let at = |percent| percentile(&times, percent).as_millis();
        writeln!(
            out,
            "{name:<22}{:>8}{:>7} ms{:>7} ms{:>7} ms",
            times.len(),
            at(50),
            at(95),
            at(99)
        )?;
    }
    for failure in failures.iter().take(5) {
        writeln!(out, "failed: {failure:#}")?;
    }
    if failures.is_empty() {
        Ok(())
    } else {
        bail!("{} journeys failed", failures.len())
    }
}

/// The value that so many percent of the sorted ones do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(index).copied().unwrap_or_default()
}

impl Road {
    async fn open(base: &str) -> Result<Self> {
        let http = Client::builder().no_proxy().timeout(PATIENCE).build()?;
        let base = base.trim_end_matches('/').to_owned();
        let service: Service = read(
            http.get(format!("{base}{}", endpoint::SERVICE))
                .send()
                .await?,
        )
        .await?;
        let list: DemoKeyList = read(
            http.get(format!("{base}{}", endpoint::DEMO_KEYS))
                .send()
                .await?,
        )
        .await?;
        let mut parents = Vec::new();
        let parents_keys = list.items.iter().filter(|key| key.staff.is_none());
        let mut owners: Vec<&str> = parents_keys.map(|key| key.owner.as_str()).collect();
        owners.dedup();
        owners.sort_unstable();
        owners.dedup();
        for owner in owners {
            let find = |purpose| {
                list.items.iter().find(|key| {
                    key.owner == owner
                        && key.condition == DemoKeyCondition::Valid
                        && (key.purpose == purpose
                            || key.purpose == DemoKeyPurpose::LoginAndSigning)
                })
            };
            let (Some(login), Some(signing)) =
                (find(DemoKeyPurpose::Login), find(DemoKeyPurpose::Signing))
            else {
                bail!("{owner} has no keys for the whole job");
            };
            parents.push(Keys {
                login: key(&http, &base, login, &list.password).await?,
                signing: key(&http, &base, signing, &list.password).await?,
            });
        }
        Ok(Self {
            http,
            base,
            parents,
            now: service.now,
        })
    }

    async fn travel(&self, number: usize) -> Result<Journey> {
        let keys = self
            .parents
            .get(
                number
                    .checked_rem(self.parents.len())
                    .context("there are no demo parents")?,
            )
            .context("a parent")?;
        let mut journey = Journey::default();
        let mut traveller = Traveller {
            road: self,
            journey: &mut journey,
            token: None,
        };
        traveller.log_in(keys).await?;

        let birth_date = time::local_date(self.now) - Days::new(AGE_IN_DAYS);
        let year = birth_date.format("%Y").to_string();
        let bulletin: VacancyList = traveller
            .get(
                "free places",
                &format!("{}?birth_year={year}", endpoint::VACANCIES),
            )
            .await?;
        let locality = match bulletin
            .items
            .get(number.checked_rem(bulletin.items.len()).unwrap_or(0))
        {
            Some(vacancy) => vacancy.locality_id,
            None => traveller.any_locality().await?,
        };
        let serial = u32::try_from(number)?.wrapping_mul(SERIALS_OF_ONE);
        let child = child(birth_date, serial);
        let application = traveller.queue(keys, locality, child).await?;
        let referred = match application.choosing.allowed {
            true => traveller.refer(keys, &application).await?,
            false => false,
        };
        traveller.fetch_papers(&application, referred).await?;
        journey.referred = referred;
        Ok(journey)
    }
}

async fn key(http: &Client, base: &str, key: &DemoKey, password: &str) -> Result<KeyEntry> {
    let file = http
        .get(format!("{base}{}", key.url))
        .send()
        .await?
        .error_for_status()?;
    let store = keystore::open(&file.bytes().await?, password)?;
    store
        .into_entries()
        .into_iter()
        .next()
        .context("a key file without a key")
}

/// Somebody who does not exist, with the first number from this one on that is one.
fn child(birth_date: NaiveDate, mut serial: u32) -> ChildInput {
    let iin = loop {
        let stem = format!("{}5{:04}", birth_date.format("%y%m%d"), serial % SERIALS);
        if let Some(iin) = (0..10).find_map(|digit| Iin::parse(&format!("{stem}{digit}")).ok()) {
            break iin;
        }
        serial += 1;
    };
    ChildInput {
        iin: iin.to_string(),
        surname: "Сапаров".into(),
        given_name: "Тимур".into(),
        patronymic: String::new(),
        birth_date: birth_date.to_string(),
    }
}

/// A parent on the way.
struct Traveller<'a> {
    road: &'a Road,
    journey: &'a mut Journey,
    token: Option<String>,
}

impl Traveller<'_> {
    async fn log_in(&mut self, keys: &Keys) -> Result<()> {
        let request = ChallengeRequest {
            language: Language::Ru,
        };
        let challenge: Challenge = self
            .send("challenge", Method::POST, endpoint::CHALLENGES, &request)
            .await?;
        let cms = sign(&keys.login, &challenge.text, self.road.now)?;
        let request = SessionRequest {
            challenge_id: challenge.id,
            cms,
        };
        let session: Session = self
            .send("login", Method::POST, endpoint::SESSIONS, &request)
            .await?;
        self.token = Some(session.access_token);
        if session.person.email.is_none() {
            let request = EmailRequest {
                address: "parent@example.kz".into(),
                language: Language::Ru,
            };
            let session: Session = self
                .send("e-mail", Method::PUT, endpoint::MY_EMAIL, &request)
                .await?;
            self.token = Some(session.access_token);
        }
        Ok(())
    }

    async fn any_locality(&mut self) -> Result<balabaqsha_shared::id::LocalityId> {
        let all: balabaqsha_shared::dto::LocalityList =
            self.get("localities", endpoint::LOCALITIES).await?;
        let served = all.items.iter().find(|locality| locality.served_here);
        Ok(served.context("no locality is served here")?.id)
    }

    async fn queue(
        &mut self,
        keys: &Keys,
        locality_id: balabaqsha_shared::id::LocalityId,
        mut child: ChildInput,
    ) -> Result<Application> {
        // An earlier run may have taken this number.
        for _ in 0..20 {
            let request = ApplicationDraftRequest {
                locality_id,
                child: child.clone(),
                category: Category::General,
                contact_phone: "+77011234567".into(),
                language: Language::Ru,
            };
            let path = endpoint::APPLICATION_DRAFTS;
            let drafted: Result<Draft> = self
                .send("application draft", Method::POST, path, &request)
                .await;
            let submitted = match drafted {
                Ok(draft) => {
                    let signed = signed(keys, &draft, self.road.now)?;
                    self.send("application", Method::POST, endpoint::APPLICATIONS, &signed)
                        .await
                }
                Err(error) => Err(error),
            };
            match submitted {
                Err(error) if is_refusal(&error, "child-already-queued") => {
                    child =
                        crate::child(child.birth_date.parse()?, SystemRandom.next_u32() % SERIALS);
                }
                other => return other,
            }
        }
        bail!("no number of a child is left")
    }

    /// Whether a place was found; others may be faster.
    async fn refer(&mut self, keys: &Keys, application: &Application) -> Result<bool> {
        let vacancies: VacancyList = self
            .get(
                "fitting places",
                &endpoint::application_vacancies(application.id),
            )
            .await?;
        for vacancy in vacancies.items.iter().take(3) {
            let request = ReferralDraftRequest {
                application_id: application.id,
                group_id: vacancy.group_id,
                language: Language::Ru,
            };
            let path = endpoint::REFERRAL_DRAFTS;
            let drafted: Result<Draft> = self
                .send("referral draft", Method::POST, path, &request)
                .await;
            let draft = match drafted {
                Err(error) if is_refusal(&error, "place-taken") => continue,
                other => other?,
            };
            let signed = signed(keys, &draft, self.road.now)?;
            let referral: Referral = self
                .send("referral", Method::POST, endpoint::REFERRALS, &signed)
                .await?;
            let _: Referral = self
                .get("show referral", &endpoint::referral(referral.id))
                .await?;
            return Ok(true);
        }
        Ok(false)
    }

    async fn fetch_papers(&mut self, application: &Application, referred: bool) -> Result<()> {
        let _: Application = self
            .get("show application", &endpoint::application(application.id))
            .await?;
        let path = endpoint::application_documents(application.id);
        let documents: DocumentList = self.get("documents", &path).await?;
        let kind = if referred {
            DocumentKind::Referral
        } else {
            DocumentKind::Application
        };
        let document = documents
            .items
            .iter()
            .find(|document| document.kind == kind);
        let path = endpoint::document_pdf(document.context("the signed act has no document")?.id);
        let response = self.ask("pdf", Method::GET, &path, None::<&()>).await?;
        let paper = response.bytes().await?;
        if !paper.starts_with(b"%PDF-") {
            bail!("the paper is no PDF");
        }
        Ok(())
    }

    async fn get<T: DeserializeOwned>(&mut self, name: &'static str, path: &str) -> Result<T> {
        read(self.ask(name, Method::GET, path, None::<&()>).await?).await
    }

    async fn send<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T> {
        read(self.ask(name, method, path, Some(body)).await?).await
    }

    /// One call; it waits when the server asks it to.
    async fn ask(
        &mut self,
        name: &'static str,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<Response> {
        for _ in 0..WAITS {
            let mut request = self
                .road
                .http
                .request(method.clone(), format!("{}{path}", self.road.base));
            if let Some(token) = &self.token {
                request = request.bearer_auth(token);
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            let started = Instant::now();
            let response = request
                .send()
                .await
                .with_context(|| format!("{name}: no answer"))?;
            if response.status() != StatusCode::TOO_MANY_REQUESTS {
                self.journey.calls.push((name, started.elapsed()));
                return refused(name, response).await;
            }
            let seconds = response
                .headers()
                .get("retry-after")
                .and_then(|value| value.to_str().ok())
                .and_then(|value| value.parse().ok())
                .unwrap_or(1);
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
        bail!("{name}: the server asks to wait for ever")
    }
}

/// The server said no.
#[derive(Debug)]
struct Refusal(String);

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

fn is_refusal(error: &anyhow::Error, code: &str) -> bool {
    error
        .downcast_ref::<Refusal>()
        .is_some_and(|refusal| refusal.0 == code)
}

async fn refused(name: &'static str, response: Response) -> Result<Response> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    match response.json::<Problem>().await {
        Ok(problem) => Err(anyhow::Error::new(Refusal(problem.code)).context(name)),
        Err(_) => bail!("{name}: {status}"),
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T> {
    Ok(response.error_for_status()?.json().await?)
}

fn sign(key: &KeyEntry, text: &str, at: DateTime<Utc>) -> Result<String> {
    let options = SignOptions::detached(at);
    Ok(BASE64_STANDARD.encode(cms::sign(
        key,
        text.as_bytes(),
        &options,
        &mut SystemRandom,
    )?))
}

fn signed(keys: &Keys, draft: &Draft, at: DateTime<Utc>) -> Result<SignedDraft> {
    Ok(SignedDraft {
        draft_id: draft.id,
        cms: sign(&keys.signing, &draft.text, at)?,
    })
}

#[cfg(test)]
mod tests {
    use super::percentile;
    use std::time::Duration;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 50), Duration::from_millis(100));
        assert_eq!(percentile(&times, 99), Duration::from_millis(198));
        assert_eq!(percentile(&times[..1], 99), Duration::from_millis(1));
        assert_eq!(percentile(&[], 50), Duration::ZERO);
    }
}
