//! Requests over `gloo-net`: time limit, headers, and problem details from answers that report an
//! error.

use super::Failure;
use balabaqsha_shared::{Language, dto::Problem};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use web_sys::{AbortController, AbortSignal, RequestCache};

/// A bad mobile network takes its time; what takes longer has failed.
const PATIENCE_MS: u32 = 30_000;

/// What is asked, without who asks.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    body: Option<String>,
    /// Past the browser's cache.
    anew: bool,
}

impl Call {
    /// For a file that the browser may have kept.
    pub fn anew(path: &str) -> Self {
        Self {
            anew: true,
            ..Self::new(Method::GET, path)
        }
    }

    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body: None,
            anew: false,
        }
    }

    pub fn with_body(method: Method, path: &str, json: String) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body: Some(json),
            anew: false,
        }
    }

    fn request(
        self,
        language: Language,
        token: Option<&str>,
        limit: &AbortSignal,
    ) -> Result<Request, Failure> {
        let mut request = RequestBuilder::new(&self.path)
            .method(self.method)
            .abort_signal(Some(limit))
            .header("Accept-Language", language.tag());
        if self.anew {
            request = request.cache(RequestCache::NoStore);
        }
        if let Some(token) = token {
            request = request.header("Authorization", &format!("Bearer {token}"));
        }
        let request = match self.body {
            Some(json) => request
                .header("Content-Type", "application/json")
                .body(json),
            None => request.build(),
        };
        request.map_err(|_| Failure::Unreadable)
    }
}

/// The answer, or the problem that it reports.
pub async fn exchange(
    call: Call,
    language: Language,
    token: Option<String>,
) -> Result<Response, Failure> {
    let controller = AbortController::new().map_err(|_| Failure::Unreadable)?;
    let request = call.request(language, token.as_deref(), &controller.signal())?;
    let timer = {
        let controller = controller.clone();
        Timeout::new(PATIENCE_MS, move || controller.abort())
    };
    let answer = request.send().await;
    drop(timer);
    match answer {
        Ok(answer) if answer.ok() => Ok(answer),
        Ok(answer) => Err(problem(&answer).await),
        Err(_) if controller.signal().aborted() => Err(Failure::TimedOut),
        Err(_) => Err(Failure::Offline),
    }
}

async fn problem(answer: &Response) -> Failure {
    let body = match text(answer).await {
        Ok(body) => body,
        Err(failure) => return failure,
    };
    serde_json::from_str::<Problem>(&body).map_or(Failure::Unreadable, |problem| {
        Failure::Refused(Box::new(problem))
    })
}

pub async fn text(answer: &Response) -> Result<String, Failure> {
    answer.text().await.map_err(|_| Failure::Offline)
}

pub async fn bytes(answer: &Response) -> Result<Vec<u8>, Failure> {
    answer.binary().await.map_err(|_| Failure::Offline)
}
