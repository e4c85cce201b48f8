//! What bad requests get: a stable code, a clear sentence, and nothing changed.

use balabaqsha_shared::{
    Language,
    code::{Code, Params},
    dto::Problem,
    endpoint,
};
use balabaqsha_tests::{Answer, Client, Parent, TestApp, builders::child, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(over_http:
    a_body_that_is_not_json_is_malformed,
    another_media_type_is_unsupported,
    a_body_too_large_is_refused,
    a_refusal_does_not_repeat_what_was_sent,
    every_place_of_another_shape_is_named,
    parameters_are_known_and_inside_their_limits,
    a_cursor_is_for_its_own_list,
    an_unknown_address_is_not_found,
    an_address_of_the_demo_is_not_found_whatever_is_sent,
    another_method_is_not_allowed,
    a_request_id_is_taken_over_when_it_is_safe,
    what_is_personal_is_not_kept_by_caches,
);

/// The addresses that take a body.
const WITH_BODY: [(&str, Method); 8] = [
    (endpoint::CHALLENGES, Method::POST),
    (endpoint::SESSIONS, Method::POST),
    (endpoint::MY_EMAIL, Method::PUT),
    (endpoint::MY_EMAIL_CONFIRMATION, Method::POST),
    (endpoint::APPLICATION_DRAFTS, Method::POST),
    (endpoint::APPLICATIONS, Method::POST),
    (endpoint::REFERRAL_DRAFTS, Method::POST),
    (endpoint::REFERRALS, Method::POST),
];

async fn send(client: &Client, method: Method, path: &str, kind: &str, body: &str) -> Answer {
    let request = client
        .request(method, path)
        .header("Content-Type", kind)
        .body(body.to_owned());
    client.send(request).await
}

async fn a_body_that_is_not_json_is_malformed(app: &TestApp) {
    let parent = Parent::new(app).await;
    let nested = "[".repeat(10_000);
    app.without_a_change(async {
        for (path, method) in WITH_BODY {
            for body in [
                "",
                "{",
                "null",
                "[1]",
                "\"text\"",
                "{\"a\":1}garbage",
                "\u{0}",
                &nested,
            ] {
                let answer = send(
                    &parent.client,
                    method.clone(),
                    path,
                    "application/json",
                    body,
                )
                .await;
                let problem = answer.refused(Code::MalformedRequest);
                assert!(problem.members["reason"].is_string(), "{path}: {body:.20}");
            }
        }
    })
    .await;
}

async fn another_media_type_is_unsupported(app: &TestApp) {
    let parent = Parent::new(app).await;
    app.without_a_change(async {
        for (path, method) in WITH_BODY {
            for kind in [
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonx",
                "x",
            ] {
                let answer = send(&parent.client, method.clone(), path, kind, "{}").await;
                answer.refused(Code::UnsupportedMediaType);
            }
        }
        let packed = parent
            .client
            .request(Method::POST, endpoint::CHALLENGES)
            .header("Content-Encoding", "gzip")
            .json(&json!({"language": "ru"}));
        parent
            .client
            .send(packed)
            .await
            .refused(Code::UnsupportedMediaType);
    })
    .await;
}

async fn a_body_too_large_is_refused(app: &TestApp) {
    let parent = Parent::new(app).await;
    let limit = 262_144;
    let body = format!("{{\"language\":\"ru\"{}}}", " ".repeat(limit));
    app.without_a_change(async {
        for (path, method) in WITH_BODY {
            let answer = send(&parent.client, method, path, "application/json", &body).await;
            assert_eq!(
                answer.refused(Code::PayloadTooLarge).members["limit"],
                limit
            );
        }
    })
    .await;
    // Exactly as much as is allowed is read.
    let body = format!("{{\"language\":\"ru\"{}}}", " ".repeat(limit - 17));
    assert_eq!(body.len(), limit);
    let answer = send(
        &parent.client,
        Method::POST,
        endpoint::CHALLENGES,
        "application/json",
        &body,
    );
    answer.await.has_status(201);
}

async fn a_refusal_does_not_repeat_what_was_sent(app: &TestApp) {
    let parent = Parent::new(app).await;
    let secret = "850715300013";
    for (path, body) in [
        (endpoint::APPLICATION_DRAFTS, json!({"locality_id": secret})),
        (endpoint::APPLICATION_DRAFTS, json!({"category": secret})),
        (
            endpoint::APPLICATIONS,
            json!({"draft_id": secret, "cms": ""}),
        ),
        (endpoint::REFERRAL_DRAFTS, json!({"language": secret})),
        (endpoint::CHALLENGES, json!({"language": secret})),
    ] {
        let answer = app.without_a_change(parent.client.post(path, &body)).await;
        assert!(!answer.text().contains(secret), "{}", answer.text());
        answer.refused(Code::MalformedRequest);
    }
    for query in ["limit=850715300013", "limit=-1", "limit=x"] {
        let path = format!("{}?{query}", endpoint::APPLICATIONS);
        let answer = parent.client.get(&path).await;
        assert!(!answer.text().contains(secret), "{}", answer.text());
        answer.refused(Code::MalformedRequest);
    }
}

/// Pointers and codes of a problem.
fn places(problem: &Problem) -> Vec<(&str, &str)> {
    let mut places: Vec<_> = problem
        .errors
        .iter()
        .map(|error| (error.pointer.as_str(), error.code.as_str()))
        .collect();
    places.sort_unstable();
    places
}

async fn every_place_of_another_shape_is_named(app: &TestApp) {
    let mut parent = Parent::new(app).await;
    let body = json!({
        "locality_id": 5,
        "child": {"iin": 7, "birth_date": 20220230},
        "category": "best",
    });
    for language in Language::ALL {
        parent.client = parent.client.reading(language);
        let answer = parent
            .client
            .post(endpoint::APPLICATION_DRAFTS, &body)
            .await;
        let problem = answer.refused(Code::MalformedRequest);
        let told = places(&problem);
        for expected in [
            ("/category", "choice-invalid"),
            ("/child/birth_date", "value-form-invalid"),
            ("/child/iin", "value-form-invalid"),
            ("/locality_id", "value-form-invalid"),
        ] {
            assert!(told.contains(&expected), "{expected:?} in {told:?}");
        }
        // In the reader's language, whatever the parser says.
        for error in &problem.errors {
            let code = Code::ALL.iter().find(|code| code.as_str() == error.code);
            assert_eq!(error.detail, code.unwrap().detail(language, &Params::new()));
        }
        assert!(!problem.detail.contains("invalid"), "{}", problem.detail);
    }
    // An array is no object, although it could be read as one, whether at the top or below it.
    let town = app.town(1).await;
    let child = child("2022-05-10");
    let members = [
        &child.iin,
        &child.surname,
        &child.given_name,
        &child.patronymic,
    ];
    let body = json!({
        "locality_id": town.id(), "category": "general", "contact_phone": "+77011234567",
        "child": [members[0], members[1], members[2], members[3], child.birth_date],
    });
    let answer = parent
        .client
        .post(endpoint::APPLICATION_DRAFTS, &body)
        .await;
    let problem = answer.refused(Code::MalformedRequest);
    assert_eq!(places(&problem), [("/child", "value-form-invalid")]);
    for body in [json!([]), json!(["ru"])] {
        let answer = parent.client.post(endpoint::CHALLENGES, &body).await;
        let problem = answer.refused(Code::MalformedRequest);
        assert_eq!(places(&problem), [("", "value-form-invalid")]);
    }
}

async fn parameters_are_known_and_inside_their_limits(app: &TestApp) {
    let parent = Parent::new(app).await;
    let vacancies = endpoint::VACANCIES;
    for (path, query, expected) in [
        (
            vacancies,
            "birthYear=2022",
            ("/birthYear", "parameter-unknown"),
        ),
        (
            vacancies,
            "birth_year=-1",
            ("/birth_year", "value-out-of-range"),
        ),
        (
            vacancies,
            "birth_year=2022.5",
            ("/birth_year", "value-form-invalid"),
        ),
        (
            vacancies,
            "locality_id=7",
            ("/locality_id", "value-form-invalid"),
        ),
        (
            endpoint::VACANCIES_FEED,
            "instruction_language=latin",
            ("/instruction_language", "choice-invalid"),
        ),
        (
            endpoint::VACANCIES_FEED,
            "birth_year=1999",
            ("/birth_year", "choice-invalid"),
        ),
        (
            endpoint::KINDERGARTENS,
            "locality=x",
            ("/locality", "parameter-unknown"),
        ),
        (
            endpoint::APPLICATIONS,
            "limit=abc",
            ("/limit", "value-form-invalid"),
        ),
        (
            endpoint::APPLICATIONS,
            "limit=0",
            ("/limit", "value-out-of-range"),
        ),
        (
            endpoint::APPLICATIONS,
            "limit=101",
            ("/limit", "value-out-of-range"),
        ),
        (
            endpoint::APPLICATIONS,
            "limit=2&limit=3",
            ("/limit", "value-form-invalid"),
        ),
        (
            endpoint::APPLICATIONS,
            "page=2",
            ("/page", "parameter-unknown"),
        ),
        (
            endpoint::NOTICES,
            "limit=0",
            ("/limit", "value-out-of-range"),
        ),
    ] {
        let answer = parent.client.get(&format!("{path}?{query}")).await;
        let problem = answer.refused(Code::MalformedRequest);
        assert_eq!(places(&problem), [expected], "{path}?{query}");
    }
    let path = format!("{}?limit=x&page=2&cursor=1", endpoint::APPLICATIONS);
    let problem = parent
        .client
        .get(&path)
        .await
        .refused(Code::MalformedRequest);
    let expected = [
        ("/limit", "value-form-invalid"),
        ("/page", "parameter-unknown"),
    ];
    assert_eq!(places(&problem), expected);
    // What cannot be a name is not repeated.
    let path = format!("{}?850715300013=1", endpoint::APPLICATIONS);
    let answer = parent.client.get(&path).await;
    assert!(!answer.text().contains("850715300013"));
    let problem = answer.refused(Code::MalformedRequest);
    assert_eq!(places(&problem), [("", "parameter-unknown")]);
    for query in ["limit=1", "limit=100", ""] {
        let path = format!("{}?{query}", endpoint::APPLICATIONS);
        parent.client.get(&path).await.has_status(200);
    }
}

async fn a_cursor_is_for_its_own_list(app: &TestApp) {
    let (town, _) = (app.town(1).await, app.town(1).await);
    let parent = Parent::new(app).await;
    for birth_date in ["2022-05-10", "2022-06-10"] {
        parent.queue(town.id(), &child(birth_date)).await;
    }
    let lists = [endpoint::APPLICATIONS, endpoint::KINDERGARTENS];
    for list in lists {
        let page: Value = parent.client.get(&format!("{list}?limit=1")).await.shown();
        let cursor = page["next_cursor"]
            .as_str()
            .expect("another page")
            .to_owned();
        for other in lists.into_iter().chain([endpoint::NOTICES]) {
            let path = format!("{other}?limit=1&cursor={cursor}");
            let answer = parent.client.get(&path).await;
            if other == list {
                answer.has_status(200);
                continue;
            }
            let problem = answer.refused(Code::MalformedRequest);
            assert_eq!(places(&problem), [("/cursor", "value-form-invalid")]);
        }
    }
}

async fn an_unknown_address_is_not_found(app: &TestApp) {
    let client = app.client();
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v2/service",
        "/v1/service/",
        "/etc/passwd",
    ] {
        client.get(path).await.refused(Code::NotFound);
    }
    client.delete("/v1/nothing").await.refused(Code::NotFound);
}

async fn another_method_is_not_allowed(app: &TestApp) {
    let client = app.client();
    for (method, path, allowed) in [
        (Method::DELETE, endpoint::APPLICATIONS, "GET, POST, HEAD"),
        (Method::PATCH, endpoint::SERVICE, "GET, HEAD"),
        (Method::GET, endpoint::CHALLENGES, "POST"),
        (Method::POST, endpoint::CURRENT_SESSION, "PUT, DELETE"),
        (Method::POST, "/healthz", "GET, HEAD"),
    ] {
        let answer = client.send(client.request(method, path)).await;
        assert_eq!(answer.header("allow"), allowed, "{path}");
        answer.refused(Code::MethodNotAllowed);
    }
}

async fn a_request_id_is_taken_over_when_it_is_safe(app: &TestApp) {
    let client = app.client();
    let with = |id: &str| {
        client
            .request(Method::GET, "/v1/nothing")
            .header("X-Request-Id", id)
    };
    let answer = client.send(with("office-7.42_a")).await;
    assert_eq!(answer.header("x-request-id"), "office-7.42_a");
    assert_eq!(answer.refused(Code::NotFound).request_id, "office-7.42_a");
    for unsafe_id in ["a b", "<script>", &"x".repeat(65)] {
        let problem: Problem = client.send(with(unsafe_id)).await.refused(Code::NotFound);
        assert_ne!(problem.request_id, unsafe_id);
        assert_eq!(problem.request_id.len(), 36);
    }
}

async fn what_is_personal_is_not_kept_by_caches(app: &TestApp) {
    let parent = Parent::new(app).await;
    for path in [endpoint::ME, endpoint::APPLICATIONS] {
        assert_eq!(
            parent.client.get(path).await.header("cache-control"),
            "no-store"
        );
    }
    // The bulletin may be kept, and asking again costs nothing while nothing has changed.
    let client = app.client();
    let town = app.town(1).await;
    let first = client.get(endpoint::VACANCIES).await;
    assert_eq!(first.header("cache-control"), "no-cache");
    let again = || {
        client
            .request(Method::GET, endpoint::VACANCIES)
            .header("If-None-Match", first.header("etag").to_owned())
    };
    let unchanged = client.send(again()).await;
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
    town.another_group(app, 1).await;
    client.send(again()).await.has_status(200);
}

async fn an_address_of_the_demo_is_not_found_whatever_is_sent(app: &TestApp) {
    for (kind, body) in [
        ("application/json", "{"),
        ("application/json", r#"{"nonsense":1}"#),
        ("text/plain", ""),
    ] {
        send(
            &app.client(),
            Method::POST,
            endpoint::DEMO_CLOCK,
            kind,
            body,
        )
        .await
        .refused(Code::NotFound);
    }
}
