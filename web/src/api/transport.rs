//! Requests over `gloo-net`: time limit, headers, and problem details from answers that report an
//! error.

use super::{Failure, failure::Loss};
use balabaqsha_shared::{Language, appointment::Capacity, dto::Problem, endpoint};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, AbortSignal, RequestCache};

/// A bad mobile network takes its time; what takes longer has failed.
const PATIENCE_MS: u32 = 30_000;
/// The same for a file, which may be large.
const PATIENCE_FOR_FILES_MS: u32 = 600_000;

/// What is asked, without who asks.
#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    /// With its type.
    body: Option<(&'static str, JsValue)>,
    /// The version that a change is meant for.
    version: Option<String>,
    /// Past the browser's cache.
    anew: bool,
    patience_ms: u32,
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
            version: None,
            anew: false,
            patience_ms: PATIENCE_MS,
        }
    }

    pub fn with_body(method: Method, path: &str, json: String) -> Self {
        Self {
            body: Some(("application/json", json.into())),
            ..Self::new(method, path)
        }
    }

    pub fn with_file(path: &str, kind: &'static str, file: web_sys::File) -> Self {
        Self {
            body: Some((kind, file.into())),
            patience_ms: PATIENCE_FOR_FILES_MS,
            ..Self::new(Method::POST, path)
        }
    }

    /// Only if the thing still has that version.
    pub fn if_match(mut self, version: u32) -> Self {
        self.version = Some(format!("\"{version}\""));
        self
    }

    /// Only if the thing is still as it was shown with that tag.
    pub fn if_tag(mut self, tag: String) -> Self {
        self.version = Some(tag);
        self
    }

    fn request(
        self,
        language: Language,
        token: Option<&str>,
        limit: &AbortSignal,
    ) -> Result<Request, Failure> {
        let capacity = endpoint::capacity(self.method.as_ref(), &self.path);
        let mut request = RequestBuilder::new(&self.path)
            .method(self.method)
            .abort_signal(Some(limit))
            .header("Accept-Language", language.tag());
        if self.anew {
            request = request.cache(RequestCache::NoStore);
        }
        if let Some(capacity) = capacity {
            request = request.header(Capacity::HEADER, capacity.as_str());
        }
        if let Some(token) = token {
            request = request.header("Authorization", &format!("Bearer {token}"));
        }
        if let Some(version) = &self.version {
            request = request.header("If-Match", version);
        }
        let request = match self.body {
            Some((kind, body)) => request.header("Content-Type", kind).body(body),
            None => request.build(),
        };
        request.map_err(|_| Failure::lost(Loss::Unreadable))
    }
}

/// The answer, or the problem that it reports.
pub async fn exchange(
    call: Call,
    language: Language,
    token: Option<String>,
) -> Result<Response, Failure> {
    let controller = AbortController::new().map_err(|_| Failure::lost(Loss::Unreadable))?;
    let (own_file, patience) = (call.anew, call.patience_ms);
    let request = call.request(language, token.as_deref(), &controller.signal())?;
    let timer = {
        let controller = controller.clone();
        Timeout::new(patience, move || controller.abort())
    };
    let answer = request.send().await;
    drop(timer);
    match answer {
        Ok(answer) if answer.ok() => Ok(answer),
        Ok(answer) if own_file && answer.status() == 404 => Err(Failure::ReleaseGone),
        Ok(answer) => Err(problem(&answer).await),
        Err(_) if controller.signal().aborted() => Err(Failure::lost(Loss::TimedOut)),
        Err(_) => Err(Failure::lost(Loss::Offline)),
    }
}

/// What the service says, or what its status says where something else speaks for it.
async fn problem(answer: &Response) -> Failure {
    let body = match text(answer).await {
        Ok(body) => body,
        Err(failure) => return failure,
    };
    match serde_json::from_str::<Problem>(&body) {
        Ok(problem) => Failure::Refused(Box::new(problem)),
        Err(_) => spoken_by_another(answer.status()),
    }
}

/// A proxy has answers of its own, with pages that nobody reads.
fn spoken_by_another(status: u16) -> Failure {
    match status {
        429 => Failure::Crowded,
        502..=504 => Failure::lost(Loss::Gateway),
        _ => Failure::lost(Loss::Unreadable),
    }
}

pub async fn text(answer: &Response) -> Result<String, Failure> {
    let text = answer.text().await;
    text.map_err(|_| Failure::lost(Loss::Offline))
}

pub async fn bytes(answer: &Response) -> Result<Vec<u8>, Failure> {
    let bytes = answer.binary().await;
    bytes.map_err(|_| Failure::lost(Loss::Offline))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_tells_what_a_proxy_means() {
        assert_eq!(spoken_by_another(429), Failure::Crowded);
        for status in [502, 503, 504] {
            assert_eq!(spoken_by_another(status), Failure::lost(Loss::Gateway));
        }
        for status in [400, 404, 500] {
            assert_eq!(spoken_by_another(status), Failure::lost(Loss::Unreadable));
        }
    }
}
