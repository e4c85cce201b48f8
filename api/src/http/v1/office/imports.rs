//! Tables of other systems: imports as jobs, templates and exports.

use super::super::{
    paging::{self, Listed, Paging},
    responses::{Always, InOffice, OfOne, WithBody},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{PathId, Query, ReaderLanguage},
        malformed,
        problem::ApiError,
        upload,
    },
    service::office::{
        doors::{Official, Registry, Tables},
        exports,
        imports::{self, Upload},
    },
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION},
    post, web,
};
use balabaqsha_shared::{
    appointment::Capacity,
    dto::{self, RowAction, TableFormat},
    endpoint,
    id::{ImportId, LocalityId},
    import::ImportKind,
};
use serde::Deserialize;
use std::{num::ParseIntError, str::FromStr};
use utoipa::IntoParams;

const LONGEST_FILE_NAME: usize = 200;

/// What the body of the request is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct About {
    kind: ImportKind,
    /// Short name of the system that the file comes from: letters, digits, hyphens, underscores. Ids are
    /// unique in it.
    #[param(max_length = 50)]
    source: String,
    /// As it is shown in the list of imports.
    #[param(max_length = 200)]
    file_name: Option<String>,
}

/// Import a table
///
/// The body is the file: `text/csv` (UTF-8), XLSX, `application/json` or `application/x-ndjson`, at most
/// 128 MiB, not compressed on the wire. It is read after the answer; `GET` on the `Location` tells how far.
/// Nothing is changed until the import is applied. A source has one import of a kind at a time that is being
/// read; the same file goes on with one that was interrupted.
#[utoipa::path(
    tag = "office",
    operation_id = "import_table",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(About, ("Capacity" = Capacity, Header, description = "`official`.")),
    request_body(content(
        ("text/csv"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("application/json"),
        ("application/x-ndjson"),
    ), description = "The file."),
    responses(
        (status = 202, description = "The import, which is being read.", body = dto::Import,
            headers(("Location" = String, description = "Address of the import."))),
        Always, InOffice, WithBody
    )
)]
#[post("/v1/office/imports")]
pub async fn create(
    app: web::Data<App>,
    official: Official<Tables>,
    about: Query<About>,
    language: ReaderLanguage,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let About {
        kind,
        source,
        file_name,
    } = about.0;
    let file_name = file_name.unwrap_or_else(|| kind.as_str().to_owned());
    let shown = file_name.chars().count() <= LONGEST_FILE_NAME
        && !balabaqsha_shared::text::has_hidden(&file_name);
    if !shown {
        return Err(malformed::refusal("file_name"));
    }
    // Before anything is taken of the body.
    let format = upload::announced(&request)?;
    imports::require_duty(&app, &official, kind).await?;
    let file = upload::receive(payload).await?;
    let upload = Upload {
        kind,
        source,
        file_name,
        format,
        file,
    };
    let import = imports::take(&app, &official, upload, language.0).await?;
    Ok(HttpResponse::Accepted()
        .insert_header((LOCATION, endpoint::import(import.id)))
        .json(import))
}

/// List imports
///
/// Of officials of the same localities, the newest first.
#[utoipa::path(
    tag = "office",
    operation_id = "list_imports",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(Paging, ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "A page of imports.", body = dto::Page<dto::Import>),
        Always, InOffice
    )
)]
#[get("/v1/office/imports")]
pub async fn list(
    app: web::Data<App>,
    official: Official<Tables>,
    language: ReaderLanguage,
    paging: Query<Paging>,
) -> Result<web::Json<dto::Page<dto::Import>>, ApiError> {
    let Query(paging) = paging;
    let (before, limit) = (paging.after()?, paging.limit()?);
    let page = imports::list_for(&app, &official, before, limit, language.0).await?;
    Ok(web::Json(paging::of::<ImportId, _>(page)))
}

/// Show an import
///
/// How far it has come, what would become of its rows, and how many errors it has.
#[utoipa::path(
    tag = "office",
    operation_id = "show_import",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = ImportId, Path, description = "The import."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "The import.", body = dto::Import),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/imports/{id}")]
pub async fn show(
    app: web::Data<App>,
    official: Official<Tables>,
    language: ReaderLanguage,
    id: PathId<ImportId>,
) -> Result<web::Json<dto::Import>, ApiError> {
    Ok(web::Json(
        imports::get(&app, &official, id.0, language.0).await?,
    ))
}

/// The number of a row, as a cursor.
struct RowNumber(i64);

impl FromStr for RowNumber {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl Listed for RowNumber {
    const LIST: &'static str = "i";
}

/// Which rows are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RowFilter {
    /// What becomes of them.
    action: Option<RowAction>,
    /// `next_cursor` of the page before, of the same list.
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u16>,
}

/// List the rows of an import
///
/// What would become of each, in the order of the file. An import that was applied or discarded has none
/// any more. Those of a queue are seen by whoever has imported it.
#[utoipa::path(
    tag = "office",
    operation_id = "list_import_rows",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = ImportId, Path, description = "The import."), RowFilter,
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "A page of rows.", body = dto::Page<dto::ImportRow>),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/imports/{id}/rows")]
pub async fn rows(
    app: web::Data<App>,
    official: Official<Tables>,
    id: PathId<ImportId>,
    filter: Query<RowFilter>,
) -> Result<web::Json<dto::Page<dto::ImportRow>>, ApiError> {
    let RowFilter {
        action,
        cursor,
        limit,
    } = filter.0;
    let paging = Paging { cursor, limit };
    let after = paging.after()?.unwrap_or(RowNumber(0)).0;
    let page = imports::rows(&app, &official, id.0, action, after, paging.limit()?).await?;
    Ok(web::Json(paging::of::<RowNumber, _>(page)))
}

/// List the errors of an import
///
/// In the order of the file: row, column, value, and what is expected. The first 10,000. Those of a queue are
/// seen by whoever has imported it.
#[utoipa::path(
    tag = "office",
    operation_id = "list_import_errors",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = ImportId, Path, description = "The import."), Paging,
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "A page of errors.", body = dto::Page<dto::ImportRowError>),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/imports/{id}/errors")]
pub async fn errors(
    app: web::Data<App>,
    official: Official<Tables>,
    language: ReaderLanguage,
    id: PathId<ImportId>,
    paging: Query<Paging>,
) -> Result<web::Json<dto::Page<dto::ImportRowError>>, ApiError> {
    let Query(paging) = paging;
    let skipped = paging.after()?.unwrap_or(RowNumber(0)).0;
    let limit = paging.limit()?;
    let page = imports::errors(&app, &official, id.0, skipped, limit, language.0).await?;
    Ok(web::Json(paging::of::<RowNumber, _>(page)))
}

/// Apply an import
///
/// All of it, or nothing. It is looked at once more first: when others have changed what it rests on, it is
/// refused with its errors.
#[utoipa::path(
    tag = "office",
    operation_id = "apply_import",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = ImportId, Path, description = "The import."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "The import, applied.", body = dto::Import),
        (status = 409, description = "It cannot be applied; `code` says why.", body = dto::Problem,
            content_type = "application/problem+json"),
        Always, InOffice, OfOne
    )
)]
#[post("/v1/office/imports/{id}/applying")]
pub async fn apply(
    app: web::Data<App>,
    official: Official<Tables>,
    language: ReaderLanguage,
    id: PathId<ImportId>,
) -> Result<web::Json<dto::Import>, ApiError> {
    Ok(web::Json(
        imports::apply_by_official(&app, &official, id.0, language.0).await?,
    ))
}

/// Give an import up
///
/// What was read of its file goes; nothing else is changed.
#[utoipa::path(
    tag = "office",
    operation_id = "discard_import",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = ImportId, Path, description = "The import."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "The import, discarded.", body = dto::Import),
        (status = 409, description = "It is over already.", body = dto::Problem,
            content_type = "application/problem+json"),
        Always, InOffice, OfOne
    )
)]
#[post("/v1/office/imports/{id}/discarding")]
pub async fn discard(
    app: web::Data<App>,
    official: Official<Tables>,
    language: ReaderLanguage,
    id: PathId<ImportId>,
) -> Result<web::Json<dto::Import>, ApiError> {
    Ok(web::Json(
        imports::discard_by_official(&app, &official, id.0, language.0).await?,
    ))
}

/// Which template is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Template {
    kind: ImportKind,
    #[param(inline)]
    format: Option<TableFormat>,
}

/// Get an empty table to fill in
///
/// With the columns of an import; a workbook has a sheet that explains them.
#[utoipa::path(
    tag = "office",
    operation_id = "get_import_template",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(Template, ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The file.", body = Vec<u8>,
            content_type = "application/octet-stream"),
        Always, InOffice
    )
)]
#[get("/v1/office/import-templates")]
pub async fn template(
    app: web::Data<App>,
    official: Official<Tables>,
    asked: Query<Template>,
) -> Result<HttpResponse, ApiError> {
    let Template { kind, format } = asked.0;
    let format = format.unwrap_or_default();
    let file = upload::scratch().await?;
    let own = file.try_clone().map_err(ApiError::internal)?;
    exports::template_for(&app, &official, kind, upload::format(format), own).await?;
    let name = format!("{}-template", kind.as_str());
    download(&name, format, upload::written(file).await?)
}

/// Which part of the registry is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Part {
    kind: ImportKind,
    locality_id: LocalityId,
    /// The system that it came from; `office` is what was made here.
    #[param(max_length = 50)]
    source: String,
    #[param(inline)]
    format: Option<TableFormat>,
}

/// Export a part of the registry
///
/// What came from a source, of one locality, with the columns of an import. The queue is not exported.
#[utoipa::path(
    tag = "office",
    operation_id = "export_table",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(Part, ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The file.", body = Vec<u8>,
            content_type = "application/octet-stream"),
        (status = 422, description = "The queue is not exported.", body = dto::Problem,
            content_type = "application/problem+json"),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/exports")]
pub async fn export(
    app: web::Data<App>,
    official: Official<Registry>,
    asked: Query<Part>,
) -> Result<HttpResponse, ApiError> {
    let Part {
        kind,
        locality_id,
        source,
        format,
    } = asked.0;
    let format = format.unwrap_or_default();
    let file = upload::scratch().await?;
    let own = file.try_clone().map_err(ApiError::internal)?;
    let wanted = upload::format(format);
    exports::export_for(&app, &official, kind, locality_id, &source, wanted, own).await?;
    download(kind.as_str(), format, upload::written(file).await?)
}

fn download(name: &str, format: TableFormat, bytes: Vec<u8>) -> Result<HttpResponse, ApiError> {
    let name = format!("attachment; filename=\"{name}.{}\"", format.as_str());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, format.media_type()))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(bytes))
}

/// List the sources of the registry
///
/// Systems that things of the caller's localities came from; `office` is what was made here.
#[utoipa::path(
    tag = "office",
    operation_id = "list_registry_sources",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The sources.", body = dto::RegistrySourceList),
        Always, InOffice
    )
)]
#[get("/v1/office/registry-sources")]
pub async fn sources(
    app: web::Data<App>,
    official: Official<Registry>,
) -> Result<web::Json<dto::RegistrySourceList>, ApiError> {
    Ok(web::Json(exports::sources(&app, &official).await?))
}
