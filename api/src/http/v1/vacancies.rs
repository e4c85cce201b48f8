//! The bulletin of free places under the state order.

use super::{paging, responses::Always};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Query, ReaderLanguage},
        feed, malformed,
        prepared::Prepared,
        problem::ApiError,
        shape::located,
        state::{Bulletin, HttpState},
    },
    service::reading::{feed as freed, places},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{
        header::{HeaderValue, VARY},
        uri::PathAndQuery,
    },
    web,
};
use balabaqsha_shared::{
    code::Code,
    dto, endpoint,
    id::LocalityId,
    kindergarten::InstructionLanguage,
    vacancy::{BIRTH_YEARS, Near, VacancyFilter},
};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Only places of this locality.
    locality_id: Option<LocalityId>,
    /// Only groups that take children born in this year.
    #[param(minimum = 2000, maximum = 2100)]
    birth_year: Option<i32>,
}

/// List free places
///
/// Groups of private kindergartens under the state educational order that have a free place now.
/// The answer has an `ETag`; asking again with `If-None-Match` costs next to nothing while nothing
/// has changed.
#[utoipa::path(
    tag = "places",
    operation_id = "list_vacancies",
    extensions(("x-rate-limit" = json!(Class::General))),
    params(Filter),
    responses(
        (status = 200, description = "The bulletin.", body = dto::VacancyList),
        (status = 304, description = "Nothing has changed."),
        Always
    )
)]
#[get("/v1/vacancies")]
pub async fn list(
    app: web::Data<App>,
    request: HttpRequest,
    filter: Query<Filter>,
) -> Result<HttpResponse, ApiError> {
    let (locality, birth_year) = (filter.0.locality_id, filter.0.birth_year);
    if let Some(year) = birth_year {
        paging::within("/birth_year", year, BIRTH_YEARS)?;
    }
    let what = Bulletin::Vacancies {
        locality,
        birth_year,
    };
    let look = async || Prepared::json(&places::vacancies(&app, locality, birth_year).await?);
    let list = HttpState::of(&request)?.bulletins.ask(what, look).await?;
    Ok(list.unless_known(&request))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FeedFilter {
    /// Only places of this locality.
    locality_id: Option<LocalityId>,
    /// Only groups with this language of instruction.
    instruction_language: Option<InstructionLanguage>,
    /// Only groups that take children born in this year.
    #[param(minimum = 2000, maximum = 2100)]
    birth_year: Option<i32>,
    /// Only places around a point; together with `longitude` and `max_distance_km`.
    #[param(minimum = -90, maximum = 90)]
    latitude: Option<f64>,
    #[param(minimum = -180, maximum = 180)]
    longitude: Option<f64>,
    #[param(maximum = 500)]
    max_distance_km: Option<f64>,
}

impl FeedFilter {
    fn read(&self) -> Result<VacancyFilter, ApiError> {
        let near = match (self.latitude, self.longitude, self.max_distance_km) {
            (None, None, None) => None,
            (Some(latitude), Some(longitude), Some(max_distance_km)) => Some(Near {
                latitude,
                longitude,
                max_distance_km,
            }),
            _ => {
                let together = "query: latitude, longitude and max_distance_km belong together";
                let given = [
                    ("/latitude", self.latitude),
                    ("/longitude", self.longitude),
                    ("/max_distance_km", self.max_distance_km),
                ];
                let missing = given.into_iter().filter(|(_, given)| given.is_none());
                let missing = missing.map(|(name, _)| located(name, Code::FieldRequired));
                return Err(malformed::shape(together.to_owned(), missing.collect()));
            }
        };
        let filter = VacancyFilter {
            locality_id: self.locality_id,
            instruction_language: self.instruction_language,
            birth_year: self.birth_year,
            near,
        };
        let wrong = filter.meaningless();
        if wrong.is_empty() {
            return Ok(filter);
        }
        let reason = format!("query: {}", wrong.join(", "));
        // In the query the members of `near` stand by themselves.
        let wrong = wrong
            .into_iter()
            .map(|member| located(member.trim_start_matches("/near"), Code::ChoiceInvalid));
        Err(malformed::shape(reason, wrong.collect()))
    }
}

/// Follow free places
///
/// The latest places that have become free, as an Atom feed (RFC 4287) in the reader's language,
/// with an `ETag`.
#[utoipa::path(
    tag = "places",
    operation_id = "follow_vacancies",
    extensions(("x-rate-limit" = json!(Class::General))),
    params(FeedFilter),
    responses(
        (status = 200, description = "The feed.", body = String,
            content_type = "application/atom+xml"),
        (status = 304, description = "Nothing has changed."),
        Always
    )
)]
#[get("/v1/vacancies/feed.atom")]
pub async fn follow(
    app: web::Data<App>,
    request: HttpRequest,
    language: ReaderLanguage,
    filter: Query<FeedFilter>,
) -> Result<HttpResponse, ApiError> {
    let entries = freed::feed(&app, &filter.0.read()?).await?;
    // Whatever name of the service the reader has used, the feed keeps its id.
    let address = request
        .uri()
        .path_and_query()
        .map_or(endpoint::VACANCIES_FEED, PathAndQuery::as_str);
    let head = feed::Head {
        origin: &app.settings.public_url,
        address,
        language: language.0,
    };
    let body = feed::document(head, &entries).into_bytes();
    let feed = Prepared::new("application/atom+xml; charset=utf-8", body);
    let mut answer = feed.unless_known(&request);
    answer
        .headers_mut()
        .append(VARY, HeaderValue::from_static("accept-language"));
    Ok(answer)
}
