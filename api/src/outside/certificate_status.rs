//! Learning whether certificates have been revoked: a responder first, the lists when it does not
//! know, each remembered for as long as it holds.
//!
//! Nothing is decided here. What is brought home is evidence; the verdict is that of
//! `balabaqsha-pki`, for which unknown is never good.

use super::fetch::{Deadline, FetchError, Fetcher, MediaTypes};
use crate::{
    clock,
    config::{Authority, Revocation},
};
use balabaqsha_pki::{
    Certificate, ChainPolicy, Evidence, PathPolicy, TrustAnchors, certificate, chain, cms,
    revocation::{Crl, Freshness, OcspError, OcspResponse, Question},
    verdict::RevocationStatus,
};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Mutex as AsyncMutex;

const OCSP: MediaTypes = MediaTypes {
    request: "application/ocsp-request",
    response: "application/ocsp-response",
};
/// Maximum of addresses of one kind that are tried for one certificate.
const MOST_ADDRESSES: usize = 4;
/// Capacity of the cache of OCSP answers.
const MOST_ANSWERS: usize = 20_000;
/// Capacity of the caches of lists and of resting addresses.
const MOST_OTHERS: usize = 256;
/// After this many failures in a row an address is not asked for a while (circuit breaker).
const FAILURES: u32 = 3;
/// Maximum of issuer certificates that are fetched above one certificate.
const MOST_ISSUERS: usize = 4;

/// Client for revocation status, with a cache. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct RevocationClient {
    fetcher: Fetcher,
    settings: Arc<Revocation>,
    /// Authorities whose services are configured.
    known: Arc<Vec<(Certificate, Authority)>>,
    memory: Arc<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    answers: Remembered<AnswerKey, Answered>,
    lists: Mutex<HashMap<String, Arc<AsyncMutex<Option<Listed>>>>>,
    issuers: Remembered<String, Vec<Certificate>>,
    resting: Remembered<String, ()>,
    /// Failures in a row.
    failures: Remembered<String, u32>,
}

/// A certificate and the key that issued it.
type AnswerKey = (Vec<u8>, Vec<u8>);

/// An OCSP answer with the nonce of its question.
#[derive(Clone, Debug)]
struct Answered {
    der: Vec<u8>,
    nonce: Option<Vec<u8>>,
}

/// A list of a known signer, and until when it need not be fetched anew.
#[derive(Clone, Debug)]
struct Listed {
    list: Crl,
    until: DateTime<Utc>,
}

/// Something learned about one certificate.
#[derive(Clone, Debug)]
enum Piece {
    Answer(Answered),
    List(Crl),
}

impl RevocationClient {
    #[must_use]
    pub fn new(
        fetcher: Fetcher,
        settings: Revocation,
        known: Vec<(Certificate, Authority)>,
    ) -> Self {
        Self {
            fetcher,
            settings: Arc::new(settings),
            known: Arc::new(known),
            memory: Arc::default(),
        }
    }

    #[must_use]
    pub fn settings(&self) -> &Revocation {
        &self.settings
    }

    /// How fresh answers must be, with nothing yielded.
    #[must_use]
    pub fn freshness(&self) -> Freshness {
        Freshness {
            longest_without_next_update: self.settings.longest_age_minutes,
            ..Freshness::default()
        }
    }

    /// Asks everything that must be asked, and gives what was answered.
    pub async fn ask(
        &self,
        questions: Vec<Question>,
        intermediates: &[Certificate],
        now: DateTime<Utc>,
    ) -> Evidence {
        let deadline = Deadline::after(self.fetcher.settings().patience_seconds);
        let asking = questions.into_iter().map(|question| {
            let inquiry = Inquiry {
                client: self,
                question,
                intermediates,
                now,
                deadline,
                pieces: Vec::new(),
            };
            inquiry.run()
        });
        let pieces: Vec<Piece> = join_all(asking).await.into_iter().flatten().collect();
        evidence(&pieces)
    }

    /// Fetches the authorities that are missing above some certificates, from where those say.
    /// Nothing unless it is switched on.
    pub async fn issuers(
        &self,
        certificates: &[Certificate],
        now: DateTime<Utc>,
    ) -> Vec<Certificate> {
        let mut found: Vec<Certificate> = Vec::new();
        if !self.settings.fetch_issuers {
            return found;
        }
        let deadline = Deadline::after(self.fetcher.settings().patience_seconds);
        let mut ahead: Vec<String> = addresses_of_issuers(certificates);
        let mut tried: Vec<String> = Vec::new();
        while let Some(address) = ahead.pop() {
            if tried.len() == MOST_ISSUERS {
                break;
            }
            if tried.contains(&address) {
                continue;
            }
            tried.push(address.clone());
            let issuers = self.issuers_at(&address, now, deadline).await;
            ahead.extend(addresses_of_issuers(&issuers));
            found.extend(issuers);
        }
        found
    }

    async fn issuers_at(
        &self,
        address: &str,
        now: DateTime<Utc>,
        deadline: Deadline,
    ) -> Vec<Certificate> {
        if let Some(known) = self.memory.issuers.get(&address.to_owned(), now) {
            return known;
        }
        let limit = self.fetcher.settings().largest_answer_bytes;
        match self
            .at_rested(address, now, |address| async move {
                self.fetcher.get(&address, limit, deadline).await
            })
            .await
        {
            Some(bytes) => {
                // One certificate, or a bundle of them (RFC 5280, section 4.2.2.1).
                let issuers =
                    certificate::certificates(&bytes).unwrap_or_else(|_| cms::certificates(&bytes));
                let until = now + self.settings.keep_lists_seconds;
                let most = MOST_OTHERS;
                self.memory
                    .issuers
                    .put(address.to_owned(), issuers.clone(), until, now, most);
                issuers
            }
            None => Vec::new(),
        }
    }

    /// Asks at an address unless it has failed again and again a moment ago; notes when it fails.
    async fn at_rested<F>(
        &self,
        address: &str,
        now: DateTime<Utc>,
        ask: impl FnOnce(String) -> F,
    ) -> Option<Vec<u8>>
    where
        F: Future<Output = Result<Vec<u8>, FetchError>>,
    {
        if self.memory.resting.get(&address.to_owned(), now).is_some() {
            return None;
        }
        match ask(address.to_owned()).await {
            Ok(bytes) => {
                self.memory.failures.remove(&address.to_owned());
                Some(bytes)
            }
            Err(error) => {
                tracing::warn!(address, %error, "a service of an authority gives no answer");
                // Nobody was asked, so nobody has failed.
                if error != FetchError::Busy {
                    self.failed(address, now);
                }
                None
            }
        }
    }

    fn failed(&self, address: &str, now: DateTime<Utc>) {
        let address = address.to_owned();
        let failures = &self.memory.failures;
        let count = failures.get(&address, now).unwrap_or(0) + 1;
        let until = now + self.settings.rest_seconds;
        if count < FAILURES {
            failures.put(address, count, until, now, MOST_OTHERS);
        } else {
            failures.remove(&address);
            let resting = &self.memory.resting;
            resting.put(address, (), until, now, MOST_OTHERS);
        }
    }

    fn services_of(&self, issuer: &Certificate) -> Option<&Authority> {
        self.known
            .iter()
            .find(|(certificate, _)| {
                // The same key may be certified several times.
                let identifier = certificate.subject_key_identifier();
                certificate == issuer
                    || (identifier.is_some() && identifier == issuer.subject_key_identifier())
            })
            .map(|(_, services)| services)
    }

    /// The place of a list in the memory: whoever holds it is the only one who fetches.
    fn shelf(&self, address: &str) -> Arc<AsyncMutex<Option<Listed>>> {
        let mut lists = lock(&self.memory.lists);
        if lists.len() >= MOST_OTHERS && !lists.contains_key(address) {
            // Those that nobody fetches at this moment.
            lists.retain(|_, shelf| Arc::strong_count(shelf) > 1);
        }
        Arc::clone(lists.entry(address.to_owned()).or_default())
    }
}

fn addresses_of_issuers(certificates: &[Certificate]) -> Vec<String> {
    certificates
        .iter()
        .flat_map(|certificate| certificate.issuer_addresses())
        .take(MOST_ADDRESSES)
        .cloned()
        .collect()
}

/// What was learned, ready to be judged.
fn evidence(pieces: &[Piece]) -> Evidence {
    let mut evidence = Evidence::new();
    let mut lists: Vec<&[u8]> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Answer(answered) => {
                match OcspResponse::parse(&answered.der) {
                    Ok(response) => evidence.push_ocsp(response, answered.nonce.as_deref()),
                    Err(OcspError::TryLater) => evidence.defer(),
                    // What a responder sends instead of an answer says nothing; the lists are
                    // asked next.
                    Err(_) => {}
                }
            }
            Piece::List(list) => {
                if !lists.contains(&list.der()) {
                    lists.push(list.der());
                    evidence.push_crl(list.clone());
                }
            }
        }
    }
    evidence
}

/// The asking about one certificate.
struct Inquiry<'a> {
    client: &'a RevocationClient,
    question: Question,
    intermediates: &'a [Certificate],
    now: DateTime<Utc>,
    deadline: Deadline,
    pieces: Vec<Piece>,
}

impl Inquiry<'_> {
    async fn run(mut self) -> Vec<Piece> {
        let key = (
            self.question.certificate.fingerprint(),
            self.question.issuer.fingerprint(),
        );
        if let Some(answered) = self.client.memory.answers.get(&key, self.now) {
            return vec![Piece::Answer(answered)];
        }
        let services = self.client.services_of(&self.question.issuer).cloned();
        let services = services.unwrap_or_default();
        if self.client.settings.ocsp && self.responders(&services, key).await {
            return self.pieces;
        }
        if self.client.settings.crl {
            self.lists(&services).await;
        }
        self.pieces
    }

    /// Whether a responder has given an answer that decides.
    async fn responders(&mut self, services: &Authority, key: AnswerKey) -> bool {
        let addresses = configured_or(&services.ocsp, || self.question.ocsp_addresses().to_vec());
        for address in addresses.into_iter().take(MOST_ADDRESSES) {
            let Some(answered) = self.responder(&address).await else {
                continue;
            };
            let until = self.kept_until(&answered.der);
            self.pieces.push(Piece::Answer(answered.clone()));
            if self.is_decided().await {
                if let Some(until) = until {
                    let memory = &self.client.memory.answers;
                    memory.put(key, answered, until, self.now, MOST_ANSWERS);
                }
                return true;
            }
        }
        false
    }

    async fn responder(&self, address: &str) -> Option<Answered> {
        let client = self.client;
        let nonce = client.settings.nonce.then(clock::random::<16>);
        let digest = client.settings.certificate_id.digest();
        let nonce = nonce.as_ref().map(<[u8; 16]>::as_slice);
        let body = self.question.ocsp_request(digest, nonce);
        let deadline = self.deadline;
        let der = client
            .at_rested(address, self.now, |address| async move {
                client.fetcher.post(&address, body, OCSP, deadline).await
            })
            .await?;
        Some(Answered {
            der,
            nonce: nonce.map(<[u8]>::to_vec),
        })
    }

    /// Until when an answer is good enough to be used again.
    fn kept_until(&self, der: &[u8]) -> Option<DateTime<Utc>> {
        let ends = OcspResponse::parse(der)
            .ok()?
            .inspect()
            .answers
            .iter()
            .map(|answer| {
                answer
                    .next_update
                    .unwrap_or(answer.this_update + self.client.settings.longest_age_minutes)
            })
            .min()?;
        Some(ends.min(self.now + self.client.settings.keep_answers_seconds))
    }

    /// Complete lists until one decides, then whatever delta lists there are: what they say is
    /// newer.
    async fn lists(&mut self, services: &Authority) {
        let complete = configured_or(&services.crl, || owned(self.question.list_addresses()));
        for address in complete.into_iter().take(MOST_ADDRESSES) {
            self.list(&address).await;
            if self.is_decided().await {
                break;
            }
        }
        let delta = configured_or(&services.delta_crl, || {
            owned(self.question.delta_addresses())
        });
        for address in delta.into_iter().take(MOST_ADDRESSES) {
            self.list(&address).await;
        }
    }

    async fn list(&mut self, address: &str) {
        let client = self.client;
        let shelf = client.shelf(address);
        let mut shelf = shelf.lock().await;
        if let Some(listed) = shelf.as_ref().filter(|listed| self.now < listed.until) {
            self.pieces.push(Piece::List(listed.list.clone()));
            return;
        }
        let (limit, deadline) = (client.fetcher.settings().largest_list_bytes, self.deadline);
        let fetched = client
            .at_rested(address, self.now, |address| async move {
                client.fetcher.get(&address, limit, deadline).await
            })
            .await;
        let list = match fetched {
            Some(bytes) => self.read(bytes, address).await,
            None => None,
        };
        match list {
            Some((list, signed)) => {
                if signed {
                    let listed = Listed {
                        until: self.list_kept_until(&list),
                        list: list.clone(),
                    };
                    *shelf = Some(listed);
                }
                self.pieces.push(Piece::List(list));
            }
            // An older one is better than none: how old it may be is for the judge to say.
            None => {
                let older = shelf.as_ref().map(|listed| listed.list.clone());
                self.pieces.extend(older.map(Piece::List));
            }
        }
    }

    /// The list, and whether the issuer itself signed it. One of a stranger is dropped; those of
    /// charged issuers are for the judge, and are not remembered.
    async fn read(&self, bytes: Vec<u8>, address: &str) -> Option<(Crl, bool)> {
        let issuer = self.question.issuer.clone();
        let read = tokio::task::spawn_blocking(move || {
            let list = Crl::parse(&bytes).ok()?;
            let signed = list.is_signed_by(&issuer);
            (signed || list.inspect().indirect).then_some((list, signed))
        })
        .await
        .ok()
        .flatten();
        if read.is_none() {
            tracing::warn!(
                address,
                "no revocation list of the authority that is asked for"
            );
            self.client.failed(address, self.now);
        }
        read
    }

    fn list_kept_until(&self, list: &Crl) -> DateTime<Utc> {
        let inspection = list.inspect();
        inspection
            .next_update
            .unwrap_or(inspection.this_update)
            .min(self.now + self.client.settings.keep_lists_seconds)
    }

    /// Whether what is known so far says good or revoked.
    async fn is_decided(&self) -> bool {
        let evidence = evidence(&self.pieces);
        let certificate = self.question.certificate.clone();
        let anchors = TrustAnchors::from_certificates([self.question.issuer.clone()]);
        let intermediates = self.intermediates.to_vec();
        let (freshness, now) = (self.client.freshness(), self.now);
        tokio::task::spawn_blocking(move || {
            let policy = ChainPolicy::new(&anchors, PathPolicy::at(now))
                .intermediates(&intermediates)
                .evidence(&evidence)
                .freshness(freshness);
            let report = chain::verify(&certificate, &policy);
            report.chain.first().is_some_and(|link| {
                matches!(
                    link.revocation,
                    RevocationStatus::Good { .. }
                        | RevocationStatus::Revoked { .. }
                        | RevocationStatus::Held { .. }
                        | RevocationStatus::NeverIssued { .. }
                )
            })
        })
        .await
        .unwrap_or(false)
    }
}

fn owned(addresses: Vec<&str>) -> Vec<String> {
    addresses.into_iter().map(str::to_owned).collect()
}

fn configured_or(configured: &[String], named: impl FnOnce() -> Vec<String>) -> Vec<String> {
    if configured.is_empty() {
        named()
    } else {
        configured.to_vec()
    }
}

/// A bounded cache of values that expire.
#[derive(Debug)]
struct Remembered<K, V>(Mutex<HashMap<K, (V, DateTime<Utc>)>>);

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Remembered<K, V> {
    fn get(&self, key: &K, now: DateTime<Utc>) -> Option<V> {
        lock(&self.0)
            .get(key)
            .filter(|(_, until)| now < *until)
            .map(|(value, _)| value.clone())
    }

    fn remove(&self, key: &K) {
        lock(&self.0).remove(key);
    }

    fn put(&self, key: K, value: V, until: DateTime<Utc>, now: DateTime<Utc>, most: usize) {
        let mut values = lock(&self.0);
        if values.len() >= most {
            values.retain(|_, (_, until)| now < *until);
        }
        // Full of what still holds: asking again costs less than growing without end.
        if values.len() >= most {
            values.clear();
        }
        values.insert(key, (value, until));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
