//! Demo mode only: elsewhere these addresses do not exist.

use super::responses::{Always, OfOne, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    demo,
    http::{extract::Json, problem::ApiError},
};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    get,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    post, web,
};
use balabaqsha_shared::{
    code::Code,
    dto::{DemoChild, DemoClock, DemoClockRequest, DemoKeyList, ServiceMode},
};
use std::future::{Ready, ready};

/// Refuses before anything of the request is read: where there is no demo, there is no such address.
#[derive(Debug)]
pub struct Demo;

impl FromRequest for Demo {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<web::Data<App>>();
        ready(
            app.ok_or(Code::NotFound.into())
                .and_then(|app| only_in_demo_mode(app))
                .map(|()| Self),
        )
    }
}

fn only_in_demo_mode(app: &App) -> Result<(), ApiError> {
    match app.settings.mode() {
        ServiceMode::Demo => Ok(()),
        ServiceMode::Production => Err(Code::NotFound.into()),
    }
}

/// List demo keys
///
/// Key files of the demo authority, with their password.
#[utoipa::path(
    tag = "demo",
    operation_id = "list_demo_keys",
    extensions(("x-rate-limit" = json!(Class::General))),
    responses((status = 200, description = "The keys.", body = DemoKeyList), Always, OfOne)
)]
#[get("/v1/demo/keys")]
pub async fn keys(app: web::Data<App>) -> Result<web::Json<DemoKeyList>, ApiError> {
    only_in_demo_mode(&app)?;
    Ok(web::Json(demo::list(&app)?))
}

/// Make up a child
///
/// A number and a birth date of a child of three that nobody has queued.
#[utoipa::path(
    tag = "demo",
    operation_id = "make_up_child",
    extensions(("x-rate-limit" = json!(Class::General))),
    responses((status = 200, description = "The child.", body = DemoChild), Always, OfOne)
)]
#[get("/v1/demo/child")]
pub async fn child(app: web::Data<App>) -> Result<web::Json<DemoChild>, ApiError> {
    only_in_demo_mode(&app)?;
    Ok(web::Json(demo::made_up_child(&app).await?))
}

/// Get a demo key
#[utoipa::path(
    tag = "demo",
    operation_id = "get_demo_key",
    extensions(("x-rate-limit" = json!(Class::General))),
    params(("file_name" = String, Path, description = "A file name of the list.")),
    responses(
        (status = 200, description = "The key file (PKCS#12).", body = Vec<u8>,
            content_type = "application/x-pkcs12"),
        Always, OfOne
    )
)]
#[get("/v1/demo/keys/{file_name}")]
pub async fn key(app: web::Data<App>, name: web::Path<String>) -> Result<HttpResponse, ApiError> {
    only_in_demo_mode(&app)?;
    let bytes = demo::file(&app, &name)?;
    Ok(attachment("application/x-pkcs12", name.into_inner(), bytes))
}

/// Get a table of the demo
///
/// What the demo's city was brought in with, as an example of a city's tables. The days are those of this demo.
#[utoipa::path(
    tag = "demo",
    operation_id = "get_demo_table",
    extensions(("x-rate-limit" = json!(Class::General))),
    params(("file_name" = String, Path, description = "`localities.csv`, `kindergartens.csv`, \
        `groups.csv`, `places.csv` or `queue.csv`.")),
    responses(
        (status = 200, description = "The table.", body = String, content_type = "text/csv"),
        Always, OfOne
    )
)]
#[get("/v1/demo/tables/{file_name}")]
pub async fn table(app: web::Data<App>, name: web::Path<String>) -> Result<HttpResponse, ApiError> {
    only_in_demo_mode(&app)?;
    let bytes = demo::table(&app, &name).await?;
    Ok(attachment(
        "text/csv; charset=utf-8",
        name.into_inner(),
        bytes,
    ))
}

fn attachment(content_type: &'static str, name: String, bytes: Vec<u8>) -> HttpResponse {
    let file_name = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    };
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header(file_name)
        .body(bytes)
}

/// Show the test clock
#[utoipa::path(
    tag = "demo",
    operation_id = "show_demo_clock",
    extensions(("x-rate-limit" = json!(Class::General))),
    responses((status = 200, description = "The clock.", body = DemoClock), Always, OfOne)
)]
#[get("/v1/demo/clock")]
pub async fn clock(app: web::Data<App>) -> Result<web::Json<DemoClock>, ApiError> {
    only_in_demo_mode(&app)?;
    Ok(web::Json(demo::clock::show(&app)?))
}

/// Move the test clock
///
/// Forward only, by seconds or to a moment, for everybody at once. What falls due on the way is
/// settled before the answer. Sessions are carried along; access tokens end and are renewed.
#[utoipa::path(
    tag = "demo",
    operation_id = "move_demo_clock",
    extensions(("x-rate-limit" = json!(Class::General))),
    request_body = DemoClockRequest,
    responses(
        (status = 200, description = "The clock, moved.", body = DemoClock),
        Always, WithBody, OfOne
    )
)]
#[post("/v1/demo/clock")]
pub async fn move_clock(
    app: web::Data<App>,
    _: Demo,
    request: Json<DemoClockRequest>,
) -> Result<web::Json<DemoClock>, ApiError> {
    Ok(web::Json(demo::clock::advance(&app, request.0).await?))
}
