//! Requests as the browser makes them: time limit, headers, and problem details from answers that
//! report an error.

use super::Failure;
use crate::json;
use balabaqsha_shared::{Language, dto::Problem};
use gloo_timers::callback::Timeout;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Blob, Headers, RequestInit, Response};

/// A bad mobile network takes its time; what takes longer has failed.
const PATIENCE_MS: u32 = 30_000;

#[derive(Clone, Copy, Debug)]
pub enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Call {
    method: Method,
    path: String,
    body: Option<String>,
}

impl Call {
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body: None,
        }
    }

    pub fn with_body(method: Method, path: &str, json: String) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body: Some(json),
        }
    }
}

/// The answer, or the problem that it reports.
pub async fn exchange(
    call: Call,
    language: Language,
    token: Option<String>,
) -> Result<Response, Failure> {
    let controller = AbortController::new().map_err(|_| Failure::Unreadable)?;
    let request = RequestInit::new();
    request.set_method(call.method.name());
    request.set_signal(Some(&controller.signal()));
    let headers = headers(&call, language, token.as_deref()).map_err(|_| Failure::Unreadable)?;
    request.set_headers(&headers);
    if let Some(body) = &call.body {
        request.set_body(&JsValue::from_str(body));
    }
    let timer = {
        let controller = controller.clone();
        Timeout::new(PATIENCE_MS, move || controller.abort())
    };
    let fetched = JsFuture::from(window().fetch_with_str_and_init(&call.path, &request)).await;
    drop(timer);
    let response: Response = match fetched.map(JsCast::dyn_into) {
        Ok(Ok(response)) => response,
        _ if controller.signal().aborted() => return Err(Failure::TimedOut),
        _ => return Err(Failure::Offline),
    };
    if response.ok() {
        Ok(response)
    } else {
        Err(problem(&response).await)
    }
}

fn headers(call: &Call, language: Language, token: Option<&str>) -> Result<Headers, JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept-Language", language.tag())?;
    if call.body.is_some() {
        headers.set("Content-Type", "application/json")?;
    }
    if let Some(token) = token {
        headers.set("Authorization", &format!("Bearer {token}"))?;
    }
    Ok(headers)
}

async fn problem(response: &Response) -> Failure {
    let body = match text(response).await {
        Ok(body) => body,
        Err(failure) => return failure,
    };
    json::read::<Problem>(&body).map_or(Failure::Unreadable, |problem| {
        Failure::Refused(Box::new(problem))
    })
}

pub async fn text(response: &Response) -> Result<String, Failure> {
    let body = JsFuture::from(response.text().map_err(|_| Failure::Unreadable)?);
    body.await
        .map_err(|_| Failure::Offline)?
        .as_string()
        .ok_or(Failure::Unreadable)
}

pub async fn blob(response: &Response) -> Result<Blob, Failure> {
    let body = JsFuture::from(response.blob().map_err(|_| Failure::Unreadable)?);
    body.await
        .map_err(|_| Failure::Offline)?
        .dyn_into()
        .map_err(|_| Failure::Unreadable)
}
