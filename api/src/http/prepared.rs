//! Answers that are the same for everybody: written once, with an `ETag`, for all who ask at the same
//! time.

use super::{problem::ApiError, versions};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CacheControl, CacheDirective, ETag, EntityTag},
    web::Bytes,
};
use serde::Serialize;
use std::sync::Arc;

#[derive(Debug)]
pub struct Prepared {
    kind: &'static str,
    body: Bytes,
    tag: EntityTag,
}

impl Prepared {
    #[must_use]
    pub fn new(kind: &'static str, body: Vec<u8>) -> Self {
        let tag = versions::tag(&body);
        Self {
            kind,
            body: body.into(),
            tag,
        }
    }

    /// # Errors
    /// Never with what the service answers.
    pub fn json(data: &impl Serialize) -> Result<Arc<Self>, ApiError> {
        let body = serde_json::to_vec(data).map_err(ApiError::internal)?;
        Ok(Arc::new(Self::new("application/json", body)))
    }

    /// The answer, or 304 for whoever has it already.
    #[must_use]
    pub fn unless_known(&self, request: &HttpRequest) -> HttpResponse {
        let unchanged = versions::is_known(request, &self.tag);
        let mut response = if unchanged {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response
            .insert_header(ETag(self.tag.clone()))
            .insert_header(CacheControl(vec![CacheDirective::NoCache]));
        if unchanged {
            response.finish()
        } else {
            response.content_type(self.kind).body(self.body.clone())
        }
    }
}
