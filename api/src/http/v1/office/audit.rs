//! The audit log for officials whose duty is `audit`.

use super::super::{
    paging::{self, Paging},
    responses::{Always, InOffice},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{extract::Query, problem::ApiError},
    service::office::{
        audit_log::{self, Wish},
        doors::{Audit, Official},
    },
};
use actix_web::{get, web};
use balabaqsha_shared::{
    appointment::Capacity,
    dto,
    id::{ApplicationId, AuditRecordId},
};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Whoever looked or acted: IIN of a person, id of a program, name of an operator.
    actor: Option<String>,
    /// Whose data it was.
    application_id: Option<ApplicationId>,
    /// The first day, local time.
    since: Option<NaiveDate>,
    /// The last day, local time.
    until: Option<NaiveDate>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u16>,
}

/// Search the audit log
///
/// The newest first. Each search is itself a record (R25).
#[utoipa::path(
    tag = "office",
    operation_id = "search_audit_records",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(Filter, ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "A page of records.", body = dto::Page<dto::AuditRecord>),
        Always, InOffice
    )
)]
#[get("/v1/office/audit-records")]
pub async fn search(
    app: web::Data<App>,
    official: Official<Audit>,
    filter: Query<Filter>,
) -> Result<web::Json<dto::Page<dto::AuditRecord>>, ApiError> {
    let Filter {
        actor,
        application_id,
        since,
        until,
        cursor,
        limit,
    } = filter.0;
    let paging = Paging { cursor, limit };
    let wish = Wish {
        actor,
        application: application_id,
        before: paging.after()?,
        since,
        until,
    };
    let page = audit_log::search(&app, &official, wish, paging.limit()?).await?;
    Ok(web::Json(paging::of::<AuditRecordId, _>(page)))
}
