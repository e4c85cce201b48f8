//! The contract, read off the code: the operations that are routed are the operations that are
//! described. What holds for all of them is added here.

use super::{idempotency_key, problem, v1};
use actix_web::http::Method;
use balabaqsha_shared::{
    Language,
    code::{Code, Params},
    dto::{Problem, ProblemError},
    endpoint,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::LazyLock};
use utoipa::{
    OpenApi,
    openapi::{
        ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, Required, Response,
        ResponseBuilder, Type,
        path::{Operation, ParameterBuilder, ParameterIn},
        security::{
            ApiKey, ApiKeyValue, ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2,
            Scopes, SecurityScheme,
        },
    },
};
use utoipa_actix_web::AppExt;

/// Security scheme of access tokens.
const BEARER: &str = "bearer";
/// Security scheme of the cookie that renews a session.
const REFRESH_COOKIE: &str = "refresh_cookie";
/// Security scheme of eGov Mobile.
const PHONE_TOKEN: &str = "phone_token";
/// Security scheme of programs.
const CLIENT_CREDENTIALS: &str = "client_credentials";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Balabaqsha",
        description = "Places in kindergartens for parents in Kazakhstan: the queue, free places \
            under the state educational order, referrals, and the signed documents of all of it.\n\n\
            Errors are problem details (RFC 9457) with a stable `code`; `title` and `detail` are \
            in Kazakh, Russian or English by `Accept-Language`. All codes: `/errors`.\n\n\
            An act of a parent is signed in two steps: a draft answers with the exact bytes to \
            sign; the second call sends the id of the draft and a detached CMS (RFC 5652) over \
            these bytes.\n\n\
            Enumerations may grow, and objects may get new members: be ready for both. \
            `X-Request-Id` is taken over from the request, or made, and comes back in the answer. \
            Answers carry `RateLimit-Policy` and `RateLimit`.",
        contact(),
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "The service that hands this description out.")),
    components(schemas(Problem, ProblemError)),
    tags(
        (name = "service", description = "What the service says of itself."),
        (name = "places", description = "Localities, kindergartens, free places. Public."),
        (name = "session", description = "Login by a signed challenge, and the account."),
        (name = "phone", description = "Signing with the national application eGov Mobile."),
        (name = "notices", description = "What people are told, in the account and by mail."),
        (name = "applications", description = "Children in the queue."),
        (name = "referrals", description = "Choosing a kindergarten, and the right to a place."),
        (name = "attachments", description = "Applications for a second parent."),
        (name = "enrolments", description = "For kindergartens, their staff and their programs: who is \
            expected, who arrived."),
        (name = "desk", description = "For kindergartens: free places, what parents see, the staff. \
            People send the header `Capacity: staff`."),
        (name = "documents", description = "Signed acts: bytes, signature, verdict, evidence, PDF."),
        (name = "signatures", description = "The verdict on any signature, for integrators. Public."),
        (name = "office", description = "For officials of education departments, who send the header \
            `Capacity: official`."),
        (name = "demo", description = "Keys to try everything with, and a clock to move; in demo mode only.")
    )
)]
struct Base;

/// The whole description.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, mut document) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(v1::configure)
        .split_for_parts();
    let components = document.components.get_or_insert_default();
    components.security_schemes.extend([
        (BEARER.to_owned(), RefOr::T(bearer())),
        (REFRESH_COOKIE.to_owned(), RefOr::T(refresh_cookie())),
        (PHONE_TOKEN.to_owned(), RefOr::T(phone_token())),
        (
            CLIENT_CREDENTIALS.to_owned(),
            RefOr::T(client_credentials()),
        ),
    ]);
    for (path, item) in &mut document.paths.paths {
        if let Some(operation) = item
            .post
            .as_mut()
            .filter(|_| idempotency_key::counts(&Method::POST, path))
        {
            describe_key(operation);
        }
        if let Some(operation) = &mut item.get {
            describe_tag(operation);
        }
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ];
        for operation in operations.into_iter().flatten() {
            let name = operation.operation_id.clone().unwrap_or_default();
            if CONDITIONAL.contains(&name.as_str()) {
                describe_condition(operation, Required::False);
            }
            if VERSIONED.contains(&name.as_str()) {
                describe_condition(operation, Required::True);
            }
            complete(operation);
        }
    }
    share_refusals(&mut document);
    document
}

/// Says once what several operations refuse alike; each of them refers to it.
fn share_refusals(document: &mut utoipa::openapi::OpenApi) {
    let mut known: BTreeMap<String, Vec<&mut RefOr<Response>>> = BTreeMap::new();
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ];
        for operation in operations.into_iter().flatten() {
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(refusal) = response
                    && refusal.content.contains_key(problem::CONTENT_TYPE)
                    && let Ok(whole) = serde_json::to_string(refusal)
                {
                    known
                        .entry(format!("{status} {whole}"))
                        .or_default()
                        .push(response);
                }
            }
        }
    }
    let mut shared = BTreeMap::new();
    for (whole, places) in known {
        let (status, _) = whole.split_once(' ').unwrap_or_default();
        let Some(RefOr::T(refusal)) = places.first().filter(|_| places.len() > 1) else {
            continue;
        };
        let name = name_of(status, &refusal.description, &shared);
        shared.insert(name.clone(), RefOr::T(refusal.clone()));
        for place in places {
            *place = RefOr::Ref(Ref::from_response_name(&name));
        }
    }
    let components = document.components.get_or_insert_default();
    components.responses.extend(shared);
}

/// The first words of the description, and its status; a number where others begin alike.
fn name_of(status: &str, description: &str, taken: &BTreeMap<String, RefOr<Response>>) -> String {
    const WORDS: usize = 6;
    let words = description.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).take(WORDS);
    let name = words.fold(format!("Refusal{status}"), |name, word| {
        let (first, rest) = word.split_at(1);
        name + &first.to_ascii_uppercase() + rest
    });
    let mut numbered = (2..).map(|number| format!("{name}{number}"));
    if taken.contains_key(&name) {
        let free = numbered.find(|name| !taken.contains_key(name));
        free.unwrap_or(name)
    } else {
        name
    }
}

fn bearer() -> SecurityScheme {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "Access token of `POST /v1/sessions`, good for ten minutes. Signed with EdDSA; the \
             keys are at `/.well-known/jwks.json`.",
        ))
        .build();
    SecurityScheme::Http(scheme)
}

fn phone_token() -> SecurityScheme {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "`auth_token` of API №1, for one signing session. Sent by the application eGov Mobile.",
        ))
        .build();
    SecurityScheme::Http(scheme)
}

fn refresh_cookie() -> SecurityScheme {
    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        "balabaqsha_refresh",
        "Set by `POST /v1/sessions` and changed by each renewal; HttpOnly, SameSite=Strict. Over \
         HTTPS its name is `__Host-balabaqsha_refresh`.",
    )))
}

fn client_credentials() -> SecurityScheme {
    let scopes = Scopes::from_iter([
        (
            "enrolments",
            "See whom the kindergarten expects, and confirm who arrived.",
        ),
        ("places", "Publish free places and take them back."),
    ]);
    let flow = Flow::ClientCredentials(ClientCredentials::new(endpoint::TOKEN, scopes));
    SecurityScheme::OAuth2(OAuth2::with_description(
        [flow],
        "For programs of organisations, which an operator makes with `balabaqsha client add`: OAuth \
         2.0 client credentials (RFC 6749, section 4.4), the secret in the header or in the form. \
         The token is good for ten minutes and works like that of a person, as a bearer token.",
    ))
}

/// Operations that change what was seen before, and ask for it by `If-Match`.
const CONDITIONAL: [&str; 8] = [
    "create_extension_draft",
    "create_revocation_draft",
    "create_withdrawal_draft",
    "extend_referral",
    "revoke_referral",
    "set_my_email",
    "set_notice_preferences",
    "withdraw_application",
];

/// Operations that change a thing with a version, and do nothing without `If-Match`.
const VERSIONED: [&str; 5] = [
    "change_group",
    "change_kindergarten",
    "change_locality",
    "describe_kindergarten",
    "set_free_places",
];

/// The header that asks whether the sender still sees the present state, and its refusal.
fn describe_condition(operation: &mut Operation, required: Required) {
    let parameter = ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
        .required(required.clone())
        .description(Some(
            "The `ETag` with which the thing (of the preferences: these themselves, of the e-mail \
             address: the person) was shown. When it has changed since, 412, and nothing is done.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build();
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(RefOr::T(parameter));
    let mut refuse = |status: &str, description: &str| {
        let problem = Ref::from_schema_name("Problem");
        let refused = ResponseBuilder::new()
            .description(description)
            .content(
                problem::CONTENT_TYPE,
                ContentBuilder::new().schema(Some(problem)).build(),
            )
            .build();
        let responses = &mut operation.responses.responses;
        responses.insert(status.to_owned(), RefOr::T(refused));
    };
    refuse("412", "It has changed since it was shown.");
    if required == Required::True {
        refuse("428", "The request does not say which version was shown.");
    }
}

/// The version of what is shown.
fn describe_tag(operation: &mut Operation) {
    let tag = HeaderBuilder::new()
        .description(Some(
            "The version; `If-None-Match` asks whether it is still the present one (304).",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build();
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut("200")
        && response.content.contains_key("application/json")
    {
        let header = RefOr::T(tag);
        response.headers.insert("ETag".to_owned(), header);
    }
}

/// The header with which a request may be sent again, and the one that says that it was.
fn describe_key(operation: &mut Operation) {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let key = text()
        .min_length(Some(1))
        .max_length(Some(idempotency_key::LONGEST))
        .pattern(Some("^[!-~]+$"));
    let parameter = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A key of the sender's own, such as a UUID. The same request under the same key is done \
             once: whoever sends it again within 24 hours gets the first answer. Under the key of \
             another request it is refused with 422, and with 409 while the first is being done.",
        ))
        .schema(Some(key.build()))
        .build();
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(RefOr::T(parameter));
    let replayed = HeaderBuilder::new()
        .description(Some(
            "`true` when this is the answer of an earlier request.",
        ))
        .schema(Some(text().enum_values(Some(["true"])).build()))
        .build();
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with('2')
        {
            let header = RefOr::T(replayed.clone());
            response
                .headers
                .insert("Idempotent-Replayed".to_owned(), header);
        }
    }
}

fn complete(operation: &mut Operation) {
    // Said even where nothing is needed, so that nobody has to guess.
    operation.security.get_or_insert_default();
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        let Some(RefOr::T(content)) = response.content.get_mut(problem::CONTENT_TYPE) else {
            continue;
        };
        if content.example.is_none() && content.examples.is_empty() {
            content.example = status.parse().ok().and_then(example);
        }
    }
}

/// A problem with the first code of the table that has this status.
fn example(status: u16) -> Option<Value> {
    let code = Code::ALL
        .iter()
        .copied()
        .find(|code| code.status() == status)?;
    let request_id = "0193569a-7b7e-7c41-8f0e-0f6d3a4c9d21";
    let words = Params::from([
        ("request_id", request_id.to_owned()),
        ("reason", "missing field `cms`".to_owned()),
        ("limit", "262144".to_owned()),
        ("retry_after", "3".to_owned()),
    ]);
    Some(json!({
        "type": format!("https://balabaqsha.example.kz{}#{code}", problem::ERRORS_PATH),
        "title": code.title(Language::En),
        "status": status,
        "detail": code.detail(Language::En, &words),
        "instance": "/v1/…",
        "code": code,
        "request_id": request_id,
        "errors": [],
    }))
}

/// The description as YAML, made once.
///
/// # Errors
/// Never with a description that the tests have seen.
pub fn yaml() -> Result<&'static str, &'static str> {
    static YAML: LazyLock<Result<String, String>> =
        LazyLock::new(|| document().to_yaml().map_err(|error| error.to_string()));
    YAML.as_deref().map_err(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use utoipa::openapi::HttpMethod;

    fn operations() -> Vec<(String, HttpMethod, Operation)> {
        let mut all = Vec::new();
        for (path, item) in document().paths.paths {
            for (method, operation) in [
                (HttpMethod::Get, item.get),
                (HttpMethod::Put, item.put),
                (HttpMethod::Post, item.post),
                (HttpMethod::Delete, item.delete),
                (HttpMethod::Patch, item.patch),
            ] {
                all.extend(operation.map(|operation| (path.clone(), method, operation)));
            }
        }
        assert!(!all.is_empty());
        all
    }

    fn statuses(operation: &Operation) -> BTreeSet<u16> {
        operation
            .responses
            .responses
            .keys()
            .filter_map(|status| status.parse().ok())
            .collect()
    }

    #[test]
    fn it_is_openapi_3_1() {
        assert!(
            yaml().unwrap().starts_with("openapi: 3.1.0\n"),
            "{}",
            &yaml().unwrap()[..40]
        );
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_a_summary_and_a_known_tag() {
        let known: BTreeSet<String> = document()
            .tags
            .unwrap()
            .into_iter()
            .map(|tag| tag.name)
            .collect();
        let mut names = BTreeSet::new();
        for (path, _, operation) in operations() {
            let name = operation.operation_id.unwrap_or_default();
            assert!(
                !name.is_empty() && names.insert(name.clone()),
                "{path}: {name}"
            );
            assert!(
                operation.summary.is_some_and(|summary| !summary.is_empty()),
                "{name}"
            );
            let tags = operation.tags.unwrap_or_default();
            assert!(
                tags.len() == 1 && known.contains(&tags[0]),
                "{name}: {tags:?}"
            );
            assert!(operation.security.is_some(), "{name}");
        }
    }

    #[test]
    fn paths_are_plural_nouns_below_the_version() {
        for (path, _, _) in operations() {
            assert!(path.starts_with("/v1/") && !path.ends_with('/'), "{path}");
            assert!(!path.contains('_') || path.contains('{'), "{path}");
        }
    }

    /// What eGov Mobile calls has the application's form of refusals.
    const OF_THE_PHONE: &str = "/v1/egov-mobile/";

    #[test]
    fn every_refusal_is_a_problem_with_an_example() {
        let shared = document().components.unwrap().responses;
        assert!(!shared.is_empty());
        for (path, _, operation) in operations() {
            for (status, response) in &operation.responses.responses {
                let response = match response {
                    RefOr::T(response) => response,
                    RefOr::Ref(reference) => {
                        let name = reference.ref_location.rsplit('/').next().unwrap();
                        let RefOr::T(response) = &shared[name] else {
                            panic!("{path} {status}")
                        };
                        response
                    }
                };
                if !status.starts_with(['4', '5']) {
                    continue;
                }
                let kinds: Vec<&String> = response.content.keys().collect();
                if path.starts_with(OF_THE_PHONE) && kinds == ["application/json"] {
                    continue;
                }
                assert_eq!(kinds, [problem::CONTENT_TYPE], "{path} {status}");
                let RefOr::T(content) = &response.content[problem::CONTENT_TYPE] else {
                    panic!("{path} {status}")
                };
                assert!(content.example.is_some(), "{path} {status}");
            }
        }
    }

    #[test]
    fn every_operation_says_what_may_go_wrong() {
        for (path, _, operation) in operations() {
            let statuses = statuses(&operation);
            let mut expected = BTreeSet::from([429, 500, 503]);
            if path.starts_with(OF_THE_PHONE) {
                expected.extend([404, 410]);
                if operation.request_body.is_some() {
                    expected.extend([403, 408, 413]);
                }
                let missing: Vec<_> = expected.difference(&statuses).collect();
                assert!(missing.is_empty(), "{path}: {missing:?}");
                continue;
            }
            if operation.request_body.is_some() {
                expected.extend([400, 413, 415]);
            }
            if path.contains("{id}") {
                expected.insert(404);
            }
            if operation
                .security
                .is_some_and(|security| !security.is_empty())
            {
                expected.insert(401);
            }
            let missing: Vec<_> = expected.difference(&statuses).collect();
            assert!(missing.is_empty(), "{path}: {missing:?}");
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(reference)) = members.get("$ref") {
                        found.insert(reference.clone());
                    }
                    members.values().for_each(|value| references(value, found));
                }
                Value::Array(items) => items.iter().for_each(|item| references(item, found)),
                _ => {}
            }
        }
        let document = serde_json::to_value(document()).unwrap();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(!found.is_empty());
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn examples_are_problems() {
        for status in [400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503] {
            let example = example(status).unwrap();
            let problem: Problem = serde_json::from_value(example).unwrap();
            assert_eq!(problem.status, status);
            assert!(!problem.detail.contains('{'), "{}", problem.detail);
        }
    }
}
