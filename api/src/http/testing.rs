//! A small application around what a test of this side looks at, with the real edge, and the
//! answers as a client sees them.

use super::{
    HttpState,
    middleware::{edge::edge, rates::rates},
    problem,
};
use crate::{clock::ManualClock, config::Settings};
use actix_web::{
    App, Error, HttpResponse,
    body::{MessageBody, to_bytes},
    dev::{Service, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName},
    middleware::from_fn,
    test::{TestRequest, init_service},
    web::{self, Bytes, ServiceConfig},
};
use balabaqsha_shared::dto::Problem;
use chrono::{DateTime, Utc};
use std::{path::Path, sync::Arc};

pub const PUBLIC_URL: &str = "https://queue.example.kz";

pub fn now() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

/// The HTTP state of a service behind HTTPS, with settings changed as a test needs.
pub fn state(change: impl FnOnce(&mut Settings)) -> web::Data<HttpState> {
    let bind = "127.0.0.1:0".parse().unwrap();
    let mut settings = Settings::demo(bind, Path::new("unused")).unwrap();
    settings.public_url = PUBLIC_URL.to_owned();
    change(&mut settings);
    web::Data::new(HttpState::new(&settings, Arc::new(ManualClock::new(now()))).unwrap())
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub async fn of<B>(outcome: Result<ServiceResponse<B>, Error>) -> Self
    where
        B: MessageBody + 'static,
    {
        let response = match outcome {
            Ok(response) => response.into_parts().1.map_into_boxed_body(),
            // As the server does it.
            Err(error) => HttpResponse::from_error(error),
        };
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: to_bytes(response.into_body()).await.unwrap(),
        }
    }

    pub fn header(&self, name: impl Into<HeaderName>) -> Option<&str> {
        self.headers
            .get(name.into())
            .map(|value| value.to_str().unwrap())
    }

    /// The body as a problem; it must be one, and fit the status.
    pub fn problem(&self) -> Problem {
        let problem: Problem = serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.body));
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            Some(problem::CONTENT_TYPE)
        );
        assert_eq!(problem.status, self.status);
        problem
    }
}

/// Asks an application of these routes, behind the real layers.
pub async fn ask(
    state: web::Data<HttpState>,
    routes: impl FnOnce(&mut ServiceConfig),
    request: TestRequest,
) -> Answer {
    ask_all(state, routes, [request]).await.remove(0)
}

/// Asks one after the other.
pub async fn ask_all(
    state: web::Data<HttpState>,
    routes: impl FnOnce(&mut ServiceConfig),
    requests: impl IntoIterator<Item = TestRequest>,
) -> Vec<Answer> {
    let app = App::new()
        .app_data(state)
        .configure(routes)
        .wrap(from_fn(rates))
        .wrap(from_fn(edge));
    let service = init_service(app).await;
    let mut answers = Vec::new();
    for request in requests {
        answers.push(Answer::of(service.call(request.to_request()).await).await);
    }
    answers
}
