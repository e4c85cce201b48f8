//! The HTTP client for services of authorities. Addresses come from certificates, so hosts, sizes and
//! times are limited, and private networks are excluded unless allowed (SSRF).

use crate::config::Revocation;
use futures_util::future::BoxFuture;
use reqwest::{
    Client, RequestBuilder, Response, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{ACCEPT, CONTENT_TYPE},
    redirect::{Attempt, Policy},
};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::lookup_host,
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout_at},
};

/// Maximum of redirects of one request.
const MOST_REDIRECTS: usize = 3;
/// Longer URLs are rejected.
const LONGEST_ADDRESS: usize = 2_048;

/// Why there is no answer. Fit for the log: no address, which may name a person's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("not an address of HTTP")]
    Address,
    #[error("the host is not one of those that may be asked")]
    Host,
    #[error("the host has no address that may be asked")]
    PrivateAddress,
    #[error("no answer in time")]
    TimeOut,
    /// It was not asked at all.
    #[error("too many questions are under way")]
    Busy,
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
    #[error("the answer leads elsewhere")]
    Redirect,
    #[error("the answer has the status {0}")]
    Status(u16),
    #[error("the host cannot be reached")]
    Unreachable,
}

/// The client. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: Client,
    settings: Arc<Revocation>,
    slots: Arc<Semaphore>,
}

/// Until when all requests that belong together must be done.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    #[must_use]
    pub fn after(patience: Duration) -> Self {
        Self(Instant::now() + patience)
    }

    fn at_most(self, timeout: Duration) -> Instant {
        self.0.min(Instant::now() + timeout)
    }
}

/// What a question and its answer are, by their media types.
#[derive(Clone, Copy, Debug)]
pub struct MediaTypes {
    pub request: &'static str,
    pub response: &'static str,
}

impl Fetcher {
    /// # Errors
    /// When the client cannot be built.
    pub fn new(settings: Revocation) -> Result<Self, reqwest::Error> {
        let mut builder = Client::builder()
            .no_proxy()
            .referer(false)
            .connect_timeout(settings.connect_timeout_seconds)
            .redirect(Policy::custom(follow));
        if !settings.private_addresses {
            builder = builder.dns_resolver(Arc::new(PublicAddresses));
        }
        Ok(Self {
            client: builder.build()?,
            slots: Arc::new(Semaphore::new(settings.concurrent)),
            settings: Arc::new(settings),
        })
    }

    #[must_use]
    pub fn settings(&self) -> &Revocation {
        &self.settings
    }

    /// Fetches what is at an address.
    pub async fn get(
        &self,
        address: &str,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Vec<u8>, FetchError> {
        let url = self.allowed(address)?;
        self.ask(self.client.get(url), limit, deadline).await
    }

    /// Sends a question and takes its answer.
    pub async fn post(
        &self,
        address: &str,
        question: Vec<u8>,
        kinds: MediaTypes,
        deadline: Deadline,
    ) -> Result<Vec<u8>, FetchError> {
        let url = self.allowed(address)?;
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, kinds.request)
            .header(ACCEPT, kinds.response)
            .body(question);
        self.ask(request, self.settings.largest_answer_bytes, deadline)
            .await
    }

    fn allowed(&self, address: &str) -> Result<Url, FetchError> {
        if address.len() > LONGEST_ADDRESS {
            return Err(FetchError::Address);
        }
        let url = Url::parse(address).map_err(|_| FetchError::Address)?;
        let host = url.host_str().ok_or(FetchError::Address)?;
        let plain = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !plain {
            return Err(FetchError::Address);
        }
        let hosts = &self.settings.hosts;
        if !hosts.is_empty() && !hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
            return Err(FetchError::Host);
        }
        // An address in figures never meets the resolver.
        let figures = host.trim_start_matches('[').trim_end_matches(']').parse();
        if let Ok(figures) = figures
            && !self.settings.private_addresses
            && !is_public(figures)
        {
            return Err(FetchError::PrivateAddress);
        }
        Ok(url)
    }

    async fn ask(
        &self,
        request: RequestBuilder,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Vec<u8>, FetchError> {
        // Waiting for one's turn says nothing of whoever is asked.
        let _slot = timeout_at(deadline.0, self.slot())
            .await
            .map_err(|_| FetchError::Busy)??;
        let asking = async {
            let answer = request.send().await.map_err(|error| failure(&error))?;
            body(answer, limit).await
        };
        timeout_at(deadline.at_most(self.settings.timeout_seconds), asking)
            .await
            .map_err(|_| FetchError::TimeOut)?
    }

    async fn slot(&self) -> Result<SemaphorePermit<'_>, FetchError> {
        // It is never closed.
        self.slots
            .acquire()
            .await
            .map_err(|_| FetchError::Unreachable)
    }
}

/// Follows only on the same host, and never from HTTPS back to HTTP.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let to = attempt.url();
    let stays = attempt.previous().last().is_some_and(|from| {
        from.host_str() == to.host_str()
            && match (from.scheme(), to.scheme()) {
                ("http", "https") => true,
                (from_scheme, to_scheme) => {
                    from_scheme == to_scheme
                        && from.port_or_known_default() == to.port_or_known_default()
                }
            }
    });
    if stays && attempt.previous().len() <= MOST_REDIRECTS {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

fn failure(error: &reqwest::Error) -> FetchError {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(current) = cause {
        if let Some(error) = current.downcast_ref::<io::Error>()
            && error.kind() == io::ErrorKind::PermissionDenied
        {
            return FetchError::PrivateAddress;
        }
        cause = current.source();
    }
    if error.is_timeout() {
        FetchError::TimeOut
    } else {
        FetchError::Unreachable
    }
}

async fn body(mut answer: Response, limit: usize) -> Result<Vec<u8>, FetchError> {
    let status = answer.status();
    if status.is_redirection() {
        return Err(FetchError::Redirect);
    }
    if !status.is_success() {
        return Err(FetchError::Status(status.as_u16()));
    }
    let too_large = FetchError::TooLarge(limit);
    let announced = answer.content_length().unwrap_or(0);
    if usize::try_from(announced).map_or(true, |announced| announced > limit) {
        return Err(too_large);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| failure(&error))? {
        if bytes.len() + chunk.len() > limit {
            return Err(too_large);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// A DNS resolver that drops addresses outside of the public internet, so that no name in a
/// certificate leads into the own network.
#[derive(Debug)]
struct PublicAddresses;

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let looking: BoxFuture<'static, io::Result<Vec<SocketAddr>>> = Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            Ok(found.filter(|address| is_public(address.ip())).collect())
        });
        Box::pin(async move {
            let found = looking.await?;
            if found.is_empty() {
                return Err(io::Error::from(io::ErrorKind::PermissionDenied).into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address is globally routable.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        // This network; shared by providers; of protocols; of tests and relays; for the future.
        [0, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [240..=255, ..] => true,
        [100, second, ..] => (64..128).contains(&second),
        [198, second, ..] => matches!(second, 18 | 19),
        _ => false,
    };
    !(special
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Addresses of IPv4 in other clothes: NAT64, 6to4. Teredo hides them, so it is out.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(joined(high, low)),
        [0x2002, high, low, ..] => is_public_v4(joined(high, low)),
        [0x2001, 0..=0x01ff, ..] | [0x2001, 0x0db8, ..] => false,
        // All that is given out.
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetcher(change: impl FnOnce(&mut Revocation)) -> Fetcher {
        let mut settings = Revocation {
            connect_timeout_seconds: Duration::from_secs(5),
            timeout_seconds: Duration::from_secs(5),
            ..Revocation::default()
        };
        change(&mut settings);
        Fetcher::new(settings).unwrap()
    }

    #[rstest::rstest]
    #[case("127.0.0.1", false)]
    #[case("10.1.2.3", false)]
    #[case("172.16.0.1", false)]
    #[case("172.32.0.1", true)]
    #[case("192.168.1.1", false)]
    #[case("169.254.169.254", false)]
    #[case("100.63.255.255", true)]
    #[case("100.64.0.1", false)]
    #[case("100.128.0.1", true)]
    #[case("0.0.0.0", false)]
    #[case("255.255.255.255", false)]
    #[case("224.0.0.1", false)]
    #[case("198.18.0.1", false)]
    #[case("198.20.0.1", true)]
    #[case("195.12.114.1", true)]
    #[case("::1", false)]
    #[case("::", false)]
    #[case("::ffff:127.0.0.1", false)]
    #[case("::ffff:195.12.114.1", true)]
    #[case("fe80::1", false)]
    #[case("fd00::1", false)]
    #[case("ff02::1", false)]
    #[case("64:ff9b::7f00:1", false)]
    #[case("64:ff9b::c30c:7201", true)]
    #[case("2002:7f00:1::", false)]
    #[case("2001:0:1::", false)]
    #[case("2001:db8::1", false)]
    #[case("2a00:1450::1", true)]
    fn addresses_of_the_open_internet(#[case] address: &str, #[case] expected: bool) {
        assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
    }

    #[test]
    fn urls_with_credentials_other_schemes_or_foreign_hosts_are_rejected() {
        let any = fetcher(|_| ());
        let refused = |address: &str| any.allowed(address).unwrap_err();
        for address in [
            "ldap://directory.example.kz/cn=ca",
            "file:///etc/passwd",
            "ftp://example.kz/a.crl",
            "http://user:word@example.kz/",
            "crl.example.kz/a.crl",
            "",
        ] {
            assert_eq!(refused(address), FetchError::Address, "{address}");
        }
        assert_eq!(
            refused(&format!("http://example.kz/{}", "a".repeat(3_000))),
            FetchError::Address
        );
        for address in [
            "http://127.0.0.1/",
            "http://[::1]:80/",
            "http://2130706433/",
            "http://0x7f.1/",
            "https://169.254.169.254/latest",
        ] {
            assert_eq!(refused(address), FetchError::PrivateAddress, "{address}");
        }
        assert!(any.allowed("http://ocsp.example.kz/").is_ok());
        let some = fetcher(|settings| settings.hosts = vec!["OCSP.example.kz".into()]);
        assert!(some.allowed("https://ocsp.example.kz:8443/x").is_ok());
        for address in ["http://evil.example.kz/", "http://ocsp.example.kz.evil.kz/"] {
            assert_eq!(some.allowed(address).unwrap_err(), FetchError::Host);
        }
    }

    /// A responder that takes its time, and the address of it.
    async fn slow(pause: Duration) -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut question = [0; 1024];
                    let _ = client.read(&mut question).await;
                    tokio::time::sleep(pause).await;
                    let answer =
                        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx";
                    let _ = client.write_all(answer).await;
                });
            }
        });
        address
    }

    #[tokio::test]
    async fn waiting_for_a_slot_does_not_count_for_the_timeout() {
        let address = slow(Duration::from_millis(100)).await;
        let fetcher = fetcher(|settings| {
            settings.private_addresses = true;
            settings.concurrent = 1;
            // Enough for one answer, by far not for all.
            settings.timeout_seconds = Duration::from_millis(700);
        });
        let deadline = Deadline::after(Duration::from_secs(600));
        let asking = (0..20).map(|_| fetcher.get(&address, 100, deadline));
        for answer in futures_util::future::join_all(asking).await {
            assert_eq!(answer, Ok(b"x".to_vec()));
        }
    }

    #[tokio::test]
    async fn deadline_without_a_free_slot_is_reported_as_busy() {
        let address = slow(Duration::from_secs(3_600)).await;
        let fetcher = fetcher(|settings| {
            settings.private_addresses = true;
            settings.concurrent = 1;
            settings.timeout_seconds = Duration::from_secs(3_600);
        });
        let first = fetcher.clone();
        let long = Deadline::after(Duration::from_secs(3_600));
        let asked = address.clone();
        let hanging = tokio::spawn(async move { first.get(&asked, 100, long).await });
        while fetcher.slots.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let short = Deadline::after(Duration::from_millis(20));
        assert_eq!(
            fetcher.get(&address, 100, short).await,
            Err(FetchError::Busy)
        );
        hanging.abort();
    }

    #[tokio::test]
    async fn host_name_of_a_private_address_is_rejected() {
        let deadline = Deadline::after(Duration::from_secs(5));
        let answer = fetcher(|_| ())
            .get("http://localhost:9/", 100, deadline)
            .await;
        assert_eq!(answer, Err(FetchError::PrivateAddress));
    }
}
