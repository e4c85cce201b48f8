//! Referrals: choosing a place, holding it while signing, and the public check of the paper.

use super::{
    files::named,
    paging::{self, Paging},
    responses::{Always, AtDesk, OfOne, SignedIn, WithBody},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{
            Actor, Attending, Enrolments, Json, OptionalJson, PathId, Query, ReaderLanguage,
            SpokenJson,
        },
        problem::ApiError,
        versions::IfMatch,
    },
    service::{
        acts::{
            choosing::{self, joint},
            extension, revocation,
        },
        desk::{self, enrolment, referrals::Asked},
        reading::{calendar_event as event, referrals},
    },
};
use actix_web::{
    HttpResponse, delete, get,
    http::header::{CACHE_CONTROL, DispositionType, LOCATION},
    post, put, web,
};
use balabaqsha_shared::{
    appointment::Capacity,
    dto::{self, ReferralChoice},
    endpoint,
    id::{DraftId, KindergartenId, ReferralId},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

/// Draft a referral
///
/// Holds the chosen place (R8) and answers with the exact bytes to sign. Choosing the held group
/// again keeps the hold and its end; another group gives the old place back.
#[utoipa::path(
    tag = "referrals",
    operation_id = "create_referral_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    request_body = dto::ReferralDraftRequest,
    responses(
        (status = 201, description = "The draft, with its hold.", body = dto::Draft),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/referral-drafts")]
pub async fn create_draft(
    app: web::Data<App>,
    actor: Actor,
    request: SpokenJson<dto::ReferralDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let draft = choosing::create_draft(&app, actor.person_id, &request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Draft referrals for several children in one step
///
/// Holds a place for each of two to four children, all in one kindergarten, or none (R8), and answers with the bytes to
/// sign. Deleting one of the drafts gives all places of the step back. What stands against a child is named
/// with the pointer of its choice.
#[utoipa::path(
    tag = "referrals",
    operation_id = "create_joint_referral_drafts",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    request_body = dto::JointReferralDraftRequest,
    responses(
        (status = 201, description = "The drafts, each with its hold.", body = dto::JointReferralDrafts),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/joint-referral-drafts")]
pub async fn create_joint_drafts(
    app: web::Data<App>,
    actor: Actor,
    request: SpokenJson<dto::JointReferralDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let drafts = joint::create_drafts(&app, actor.person_id, &request.0).await?;
    Ok(HttpResponse::Created().json(drafts))
}

/// Issue the referrals of a joint step
///
/// Takes the held places and takes the children off the queue, all or none (R8, R9). The same drafts with the same
/// signatures, sent again, get what they have led to.
#[utoipa::path(
    tag = "referrals",
    operation_id = "create_joint_referrals",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    request_body = dto::SignedJointDrafts,
    responses(
        (status = 201, description = "The referrals.", body = dto::JointReferrals),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/joint-referrals")]
pub async fn create_joint(
    app: web::Data<App>,
    actor: Actor,
    language: ReaderLanguage,
    request: Json<dto::SignedJointDrafts>,
) -> Result<HttpResponse, ApiError> {
    let referrals = joint::issue(&app, actor.person_id, request.0, language.0).await?;
    Ok(HttpResponse::Created().json(referrals))
}

/// Give a held place back
#[utoipa::path(
    tag = "referrals",
    operation_id = "delete_referral_draft",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = DraftId, Path, description = "The draft.")),
    responses(
        (status = 204, description = "The place is free again."),
        (status = 409, description = "The draft was signed already.", body = dto::Problem,
            content_type = "application/problem+json"),
        Always, SignedIn, OfOne
    )
)]
#[delete("/v1/referral-drafts/{id}")]
pub async fn delete_draft(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<DraftId>,
) -> Result<HttpResponse, ApiError> {
    choosing::cancel_draft(&app, actor.person_id, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Issue a referral
///
/// Takes the held place and takes the child off the queue, all or nothing (R9).
#[utoipa::path(
    tag = "referrals",
    operation_id = "create_referral",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    request_body = dto::SignedDraft,
    responses(
        (status = 201, description = "The referral.", body = dto::Referral,
            headers(("Location" = String, description = "Address of the referral."))),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/referrals")]
pub async fn create(
    app: web::Data<App>,
    actor: Actor,
    language: ReaderLanguage,
    request: Json<dto::SignedDraft>,
) -> Result<HttpResponse, ApiError> {
    let referral = choosing::issue(&app, actor.person_id, request.0, language.0).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, endpoint::referral(referral.id)))
        .json(referral))
}

/// Show a referral
///
/// With what is possible now: extending (R13) and revoking (R14), or why not.
#[utoipa::path(
    tag = "referrals",
    operation_id = "show_referral",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ReferralId, Path, description = "The referral.")),
    responses(
        (status = 200, description = "The referral.", body = dto::Referral),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/referrals/{id}")]
pub async fn show(
    app: web::Data<App>,
    actor: Actor,
    language: ReaderLanguage,
    id: PathId<ReferralId>,
) -> Result<web::Json<dto::Referral>, ApiError> {
    Ok(web::Json(
        referrals::get(&app, actor.person_id, id.0, language.0).await?,
    ))
}

/// Get the last day to arrive as an event for calendars
///
/// iCalendar (RFC 5545), with a reminder in the morning before. After an extension the event has the
/// same `UID` and the new day.
#[utoipa::path(
    tag = "referrals",
    operation_id = "get_calendar_event",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ReferralId, Path, description = "The referral.")),
    responses(
        (status = 200, description = "The event.", body = String, content_type = "text/calendar"),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/referrals/{id}/calendar-event")]
pub async fn calendar_event(
    app: web::Data<App>,
    actor: Actor,
    language: ReaderLanguage,
    id: PathId<ReferralId>,
) -> Result<HttpResponse, ApiError> {
    let file = event::get(&app, actor.person_id, id.0, language.0).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8")
        .insert_header(named(DispositionType::Attachment, file.file_name))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(file.text))
}

/// Draft an extension
///
/// Checks the chosen day and the reason (R13) and answers with the exact bytes to sign. All
/// violations are named at once.
#[utoipa::path(
    tag = "referrals",
    operation_id = "create_extension_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = ReferralId, Path, description = "The referral.")),
    request_body = dto::ExtensionDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/referrals/{id}/extension-drafts")]
pub async fn create_extension_draft(
    app: web::Data<App>,
    actor: Actor,
    language: ReaderLanguage,
    if_match: IfMatch,
    id: PathId<ReferralId>,
    request: SpokenJson<dto::ExtensionDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    if_match
        .check(async || referrals::get(&app, actor.person_id, id.0, language.0).await)
        .await?;
    let draft = extension::create_draft(&app, actor.person_id, id.0, request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Extend a referral
///
/// Moves the last day to arrive to the signed day, once (R13). The referral gets a new paper.
#[utoipa::path(
    tag = "referrals",
    operation_id = "extend_referral",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = ReferralId, Path, description = "The referral.")),
    request_body = dto::SignedDraft,
    responses(
        (status = 200, description = "The referral with its new deadline.", body = dto::Referral),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/referrals/{id}/extension")]
pub async fn extend(
    app: web::Data<App>,
    actor: Actor,
    if_match: IfMatch,
    language: ReaderLanguage,
    id: PathId<ReferralId>,
    request: Json<dto::SignedDraft>,
) -> Result<web::Json<dto::Referral>, ApiError> {
    if_match
        .check(async || referrals::get(&app, actor.person_id, id.0, language.0).await)
        .await?;
    Ok(web::Json(
        extension::extend(&app, actor.person_id, id.0, request.0, language.0).await?,
    ))
}

/// Draft a revocation
///
/// Answers with the exact bytes to sign while a revocation is possible (R14).
#[utoipa::path(
    tag = "referrals",
    operation_id = "create_revocation_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = ReferralId, Path, description = "The referral.")),
    request_body = dto::ActDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/referrals/{id}/revocation-drafts")]
pub async fn create_revocation_draft(
    app: web::Data<App>,
    actor: Actor,
    language: ReaderLanguage,
    if_match: IfMatch,
    id: PathId<ReferralId>,
    request: SpokenJson<dto::ActDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    if_match
        .check(async || referrals::get(&app, actor.person_id, id.0, language.0).await)
        .await?;
    let draft = revocation::create_draft(&app, actor.person_id, id.0, request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Revoke a referral
///
/// The place is free again, and the child is queued with its original moment of submission (R14).
#[utoipa::path(
    tag = "referrals",
    operation_id = "revoke_referral",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = ReferralId, Path, description = "The referral.")),
    request_body = dto::SignedDraft,
    responses(
        (status = 200, description = "The revoked referral.", body = dto::Referral),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/referrals/{id}/revocation")]
pub async fn revoke(
    app: web::Data<App>,
    actor: Actor,
    if_match: IfMatch,
    language: ReaderLanguage,
    id: PathId<ReferralId>,
    request: Json<dto::SignedDraft>,
) -> Result<web::Json<dto::Referral>, ApiError> {
    if_match
        .check(async || referrals::get(&app, actor.person_id, id.0, language.0).await)
        .await?;
    Ok(web::Json(
        revocation::revoke(&app, actor.person_id, id.0, request.0, language.0).await?,
    ))
}

/// Which referrals are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// Needed by whoever works for several.
    kindergarten_id: Option<KindergartenId>,
    /// `active` when absent.
    #[param(inline)]
    choice: Option<ReferralChoice>,
    /// Only those to which something has happened since.
    updated_since: Option<DateTime<Utc>>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u16>,
}

/// List the children that a kindergarten expects
///
/// For its staff and its programs: the referrals to its own groups, in the order of their ids. Of what has ended without
/// an arrival no more than initials are shown (R2).
#[utoipa::path(
    tag = "enrolments",
    operation_id = "list_expected_children",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = []), ("client_credentials" = ["enrolments"])),
    params(Listing, ("Capacity" = Option<Capacity>, Header, description = "`staff`, of a person.")),
    responses(
        (status = 200, description = "A page of referrals.", body = dto::Page<dto::ExpectedChild>),
        Always, AtDesk, OfOne
    )
)]
#[get("/v1/referrals")]
pub async fn list_expected(
    app: web::Data<App>,
    attending: Attending<Enrolments>,
    listing: Query<Listing>,
) -> Result<web::Json<dto::Page<dto::ExpectedChild>>, ApiError> {
    let Query(listing) = listing;
    let paging = Paging {
        cursor: listing.cursor,
        limit: listing.limit,
    };
    let asked = Asked {
        kindergarten: listing.kindergarten_id,
        choice: listing.choice.unwrap_or_default(),
        updated_since: listing.updated_since,
        after: paging.after()?,
        limit: paging.limit()?,
    };
    let page = desk::referrals::list(&app, &attending.attendant, asked).await?;
    Ok(web::Json(paging::of::<ReferralId, _>(page)))
}

/// Find a referral
///
/// By its number or by what the QR code of its paper says, for the kindergarten that it names.
#[utoipa::path(
    tag = "enrolments",
    operation_id = "find_referral",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = []), ("client_credentials" = ["enrolments"])),
    params(("Capacity" = Option<Capacity>, Header, description = "`staff`, of a person.")),
    request_body = dto::ReferralSearch,
    responses(
        (status = 200, description = "The referral.", body = dto::ExpectedChild),
        Always, AtDesk, WithBody, OfOne
    )
)]
#[post("/v1/referral-searches")]
pub async fn search(
    app: web::Data<App>,
    attending: Attending<Enrolments>,
    request: Json<dto::ReferralSearch>,
) -> Result<web::Json<dto::ExpectedChild>, ApiError> {
    Ok(web::Json(
        desk::referrals::find(&app, &attending.attendant, &request.0.text).await?,
    ))
}

/// Enrol a child
///
/// The kindergarten confirms that the child arrived (R10). Once more changes nothing
/// and answers the same. Until the end of the working day after the deadline an arrival in time can
/// be confirmed with its day, while a place of the group is free or rests. What was pressed without a network is sent
/// later with its moment: 409 `overtaken` when something else was done meanwhile.
#[utoipa::path(
    tag = "enrolments",
    operation_id = "enrol_child",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = []), ("client_credentials" = ["enrolments"])),
    params(
        ("id" = ReferralId, Path, description = "The referral."),
        ("Capacity" = Option<Capacity>, Header, description = "`staff`, of a person.")
    ),
    request_body = Option<dto::EnrolmentRequest>,
    responses(
        (status = 200, description = "The enrolment.", body = dto::Enrolment),
        (status = 409, description = "The referral has lapsed, was revoked or annulled.",
            body = dto::Problem, content_type = "application/problem+json"),
        Always, AtDesk, WithBody, OfOne
    )
)]
#[put("/v1/referrals/{id}/enrolment")]
pub async fn enrol(
    app: web::Data<App>,
    attending: Attending<Enrolments>,
    id: PathId<ReferralId>,
    request: OptionalJson<dto::EnrolmentRequest>,
) -> Result<web::Json<dto::Enrolment>, ApiError> {
    Ok(web::Json(
        enrolment::enrol(&app, &attending.attendant, id.0, request.0).await?,
    ))
}

/// When a button was pressed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Pressed {
    /// Where the request is sent later than that.
    pressed_at: Option<DateTime<Utc>>,
}

/// Undo an enrolment
///
/// A mistake of the kindergarten, until the end of the working day on which it was made, or of the
/// next working day when it was made on a day off. The referral is active again, with its deadline.
#[utoipa::path(
    tag = "enrolments",
    operation_id = "undo_enrolment",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = []), ("client_credentials" = ["enrolments"])),
    params(
        ("id" = ReferralId, Path, description = "The referral."), Pressed,
        ("Capacity" = Option<Capacity>, Header, description = "`staff`, of a person.")
    ),
    responses(
        (status = 204, description = "There is no enrolment (any more)."),
        (status = 409, description = "It is too late, the child was queued anew, or something else was done meanwhile.",
            body = dto::Problem, content_type = "application/problem+json"),
        Always, AtDesk, OfOne
    )
)]
#[delete("/v1/referrals/{id}/enrolment")]
pub async fn undo_enrolment(
    app: web::Data<App>,
    attending: Attending<Enrolments>,
    id: PathId<ReferralId>,
    pressed: Query<Pressed>,
) -> Result<HttpResponse, ApiError> {
    enrolment::undo(&app, &attending.attendant, id.0, pressed.0.pressed_at).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Check a referral
///
/// Public: what the QR code of the paper leads to. Says whether the referral is valid; the name of
/// the child is masked (R17).
#[utoipa::path(
    tag = "referrals",
    operation_id = "verify_referral",
    extensions(("x-rate-limit" = json!(Class::General))),
    params(("token" = String, Path, description = "The token of the QR code.")),
    responses(
        (status = 200, description = "The state of the referral.", body = dto::ReferralVerification),
        Always, OfOne
    )
)]
#[get("/v1/referral-verifications/{token}")]
pub async fn verification(
    app: web::Data<App>,
    token: web::Path<String>,
) -> Result<web::Json<dto::ReferralVerification>, ApiError> {
    Ok(web::Json(referrals::verification(&app, &token).await?))
}
