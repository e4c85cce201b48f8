//! A client of the API that keeps its token and its cookies, and looks at every refusal closely.

use balabaqsha_shared::{Language, code::Code, dto::Problem};
use reqwest::{Method, RequestBuilder, header::HeaderMap};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::sync::{Mutex, PoisonError};

#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Mutex<Option<String>>,
    language: Language,
}

impl Client {
    #[must_use]
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client");
        Self {
            http,
            base: base.to_owned(),
            token: Mutex::new(None),
            language: Language::Ru,
        }
    }

    /// The same caller on the way to another address of the service.
    #[must_use]
    pub fn moved_to(&self, base: &str) -> Self {
        Self {
            http: self.http.clone(),
            base: base.to_owned(),
            token: Mutex::new(self.token()),
            language: self.language,
        }
    }

    #[must_use]
    pub fn reading(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    pub fn use_token(&self, token: Option<String>) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    #[must_use]
    pub fn token(&self) -> Option<String> {
        self.token
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A request with everything but a body.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .header("Accept-Language", self.language.tag());
        match self.token() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends whatever request; the answer remembers the language it must be in.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let what = format!("{} {}", request.method(), request.url().path());
        let answer = self.http.execute(request).await.expect("an answer");
        Answer {
            what,
            language: self.language,
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: answer.bytes().await.expect("a body").to_vec(),
        }
    }

    /// Opens a stream of events.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn listen(&self, path: &str) -> Stream {
        let answer = self.request(Method::GET, path).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        Stream {
            answer,
            rest: String::new(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}

/// Server-sent events.
#[derive(Debug)]
pub struct Stream {
    answer: reqwest::Response,
    /// What has arrived and was not read yet.
    rest: String,
}

impl Stream {
    /// The next event and its data; none at the end. Comments are left out.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some((event, rest)) = self.rest.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                let heard = field("event: ").zip(field("data: ")).map(|(name, data)| {
                    (name.to_owned(), serde_json::from_str(data).expect("JSON"))
                });
                self.rest = rest.to_owned();
                if heard.is_some() {
                    return heard;
                }
            }
            let bytes = self.answer.chunk().await.expect("the stream")?;
            self.rest
                .push_str(std::str::from_utf8(&bytes).expect("UTF-8"));
        }
    }

    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.answer.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

#[derive(Debug)]
pub struct Answer {
    pub what: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    language: Language,
}

impl Answer {
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    #[track_caller]
    pub fn has_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text());
        self
    }

    #[track_caller]
    pub fn json<T: DeserializeOwned>(self, status: u16) -> T {
        let answer = self.has_status(status);
        serde_json::from_slice(&answer.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", answer.what, answer.text()))
    }

    #[track_caller]
    pub fn created<T: DeserializeOwned>(self) -> T {
        self.json(201)
    }

    #[track_caller]
    pub fn shown<T: DeserializeOwned>(self) -> T {
        self.json(200)
    }

    /// A problem with this code, whole and in the reader's language.
    #[track_caller]
    pub fn refused(self, code: Code) -> Problem {
        assert!(
            self.text().contains(&format!("\"{code}\"")),
            "{}: {}",
            self.what,
            self.text()
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.header("content-language"), self.language.tag());
        let request_id = self.header("x-request-id").to_owned();
        let (what, language) = (self.what.clone(), self.language);
        let problem: Problem = self.json(code.status());
        assert_eq!(problem.code, code.as_str(), "{what}: {problem:?}");
        assert_eq!(problem.status, code.status());
        assert_eq!(problem.title, code.title(language));
        assert!(
            !problem.detail.is_empty() && !problem.detail.contains(['{', '}']),
            "{problem:?}"
        );
        assert!(
            problem.type_uri.ends_with(&format!("/errors#{code}")),
            "{problem:?}"
        );
        assert_eq!(problem.request_id, request_id);
        assert!(
            what.ends_with(&problem.instance),
            "{what}: {}",
            problem.instance
        );
        problem
    }
}
