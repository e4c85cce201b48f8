//! Subscriptions on free places.

use super::responses::{Always, OfOne, SignedIn, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Actor, Json, PathId},
        problem::ApiError,
    },
    service::people::subscriptions,
};
use actix_web::{HttpResponse, delete, get, http::header::LOCATION, post, web};
use balabaqsha_shared::{dto, endpoint, id::VacancySubscriptionId, vacancy::VacancyFilter};

/// Subscribe to free places
///
/// Whenever places become free that fit, there is a notice, and a mail unless it is switched off;
/// one for all that become free together. What is absent in the filter does not matter.
#[utoipa::path(
    tag = "notices",
    operation_id = "create_vacancy_subscription",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    request_body = VacancyFilter,
    responses(
        (status = 201, description = "The subscription.", body = dto::VacancySubscription,
            headers(("Location" = String, description = "Address of the subscription."))),
        Always, SignedIn, WithBody
    )
)]
#[post("/v1/vacancy-subscriptions")]
pub async fn create(
    app: web::Data<App>,
    actor: Actor,
    filter: Json<VacancyFilter>,
) -> Result<HttpResponse, ApiError> {
    let subscription = subscriptions::create(&app, actor.person_id, filter.0).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, endpoint::vacancy_subscription(subscription.id)))
        .json(subscription))
}

/// List subscriptions on free places
#[utoipa::path(
    tag = "notices",
    operation_id = "list_vacancy_subscriptions",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The subscriptions.", body = dto::VacancySubscriptionList),
        Always, SignedIn
    )
)]
#[get("/v1/vacancy-subscriptions")]
pub async fn list(
    app: web::Data<App>,
    actor: Actor,
) -> Result<web::Json<dto::VacancySubscriptionList>, ApiError> {
    Ok(web::Json(subscriptions::list(&app, actor.person_id).await?))
}

/// End a subscription on free places
#[utoipa::path(
    tag = "notices",
    operation_id = "delete_vacancy_subscription",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = VacancySubscriptionId, Path, description = "The subscription.")),
    responses((status = 204, description = "It is ended."), Always, SignedIn, OfOne)
)]
#[delete("/v1/vacancy-subscriptions/{id}")]
pub async fn delete(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<VacancySubscriptionId>,
) -> Result<HttpResponse, ApiError> {
    subscriptions::delete(&app, actor.person_id, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
