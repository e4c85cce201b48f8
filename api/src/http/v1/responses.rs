//! The problems that operations have in common, for their descriptions.

use balabaqsha_shared::dto::Problem;
use utoipa::IntoResponses;

/// What every operation may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "these types only describe answers")]
pub enum Always {
    /// The query or the path cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(Problem),
    /// Too many requests; `Retry-After` says when to come back.
    #[response(status = 429, content_type = "application/problem+json")]
    RateLimited(Problem),
    /// A failure on our side; whether it was done is not known. The same request can be sent again.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(Problem),
    /// Overloaded or starting; `Retry-After` says when to come back.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// What an operation with a body may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "these types only describe answers")]
pub enum WithBody {
    /// The body did not arrive in time; the same request can be sent again.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(Problem),
    /// The present state does not allow it; `code` says why.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is not `application/json`.
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(Problem),
    /// The data or the signature is refused; `errors` lists all violations.
    #[response(status = 422, content_type = "application/problem+json")]
    Refused(Problem),
}

/// What an operation for people who have logged in may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "these types only describe answers")]
pub enum SignedIn {
    /// No valid access token.
    #[response(status = 401, content_type = "application/problem+json")]
    NotAuthenticated(Problem),
    /// The first login is not completed with an e-mail address (R1).
    #[response(status = 403, content_type = "application/problem+json")]
    EmailRequired(Problem),
}

/// What an operation for officials may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "these types only describe answers")]
pub enum InOffice {
    /// No valid access token.
    #[response(status = 401, content_type = "application/problem+json")]
    NotAuthenticated(Problem),
    /// The request does not name the capacity of an official, or no appointment for the duty is in force
    /// (R18).
    #[response(status = 403, content_type = "application/problem+json")]
    NotAppointed(Problem),
}

/// What an operation of the desk may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "these types only describe answers")]
pub enum AtDesk {
    /// No valid access token.
    #[response(status = 401, content_type = "application/problem+json")]
    NotAuthenticated(Problem),
    /// The request does not name the capacity of staff, the person works for no kindergarten (R19), or the program has
    /// another scope.
    #[response(status = 403, content_type = "application/problem+json")]
    NotStaff(Problem),
}

/// What an operation on one thing may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "these types only describe answers")]
pub enum OfOne {
    /// There is no such thing, or it is not visible to the caller (R2).
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
}
