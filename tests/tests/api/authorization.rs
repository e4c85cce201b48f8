//! Who may do what: every operation of the contract for every kind of caller. An operation without
//! a row fails the test, so that none is forgotten.

use balabaqsha_api::http::openapi;
use balabaqsha_shared::{
    Language,
    application::Category,
    dto::{
        Application, ApplicationDraftRequest, ChallengeRequest, DocumentList, Draft,
        EmailConfirmation, EmailRequest, ReferralDraftRequest, SessionRequest, SignedDraft,
    },
    endpoint,
    id::{ChallengeId, DocumentId},
};
use balabaqsha_tests::{
    Answer, Client, Parent, TestApp,
    builders::{Town, child, id},
    on_both_engines,
};
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both_engines!(over_http: every_operation_answers_every_kind_of_caller_as_it_should);

/// What the callers get, in this order: nobody, a newcomer without an e-mail address, a stranger,
/// the owner.
type Expected = [u16; 4];

const PUBLIC: Expected = [200, 200, 200, 200];
/// For everybody who has logged in, the newcomer included.
const LOGGED_IN: Expected = [401, 200, 200, 200];
/// For everybody after the first login.
const ANYBODY: Expected = [401, 403, 200, 200];
/// For the owner alone; for others it does not exist.
const OWNED: Expected = [401, 403, 404, 200];

struct Row {
    operation: &'static str,
    method: Method,
    path: String,
    body: Option<Value>,
    expected: Expected,
}

fn get(operation: &'static str, path: impl Into<String>, expected: Expected) -> Row {
    Row {
        operation,
        method: Method::GET,
        path: path.into(),
        body: None,
        expected,
    }
}

fn with_body(
    operation: &'static str,
    method: Method,
    path: &str,
    body: &impl Serialize,
    expected: Expected,
) -> Row {
    let body = Some(serde_json::to_value(body).expect("JSON"));
    Row {
        operation,
        method,
        path: path.to_owned(),
        body,
        expected,
    }
}

fn post(operation: &'static str, path: &str, body: &impl Serialize, expected: Expected) -> Row {
    with_body(operation, Method::POST, path, body, expected)
}

/// What the owner has, so that each operation has something to work on.
struct Belongings {
    town: Town,
    /// Has a referral.
    referred: Application,
    document: DocumentId,
    /// A signed but unsent application.
    application: SignedDraft,
    /// A signed but unsent referral.
    referral: SignedDraft,
    /// A hold to be given back.
    hold: Draft,
    /// Queued, without a hold.
    queued: Application,
}

impl Belongings {
    async fn of(owner: &Parent, app: &TestApp) -> Self {
        let town = app.town(9).await;
        let group = town.group.id;
        let mut queued = Vec::new();
        for birth in ["2022-05-10", "2022-05-11", "2022-05-12", "2022-05-13"] {
            queued.push(owner.queue(town.id(), &child(birth)).await);
        }
        let referred = queued.remove(0);
        owner.refer(referred.id, group).await;
        let documents = endpoint::application_documents(referred.id);
        let documents: DocumentList = owner.client.get(&documents).await.shown();
        let unsent: Draft = owner
            .draft_application(town.id(), &child("2022-05-14"))
            .await
            .created();
        Self {
            document: documents.items[0].id,
            referred: owner.application(referred.id).await,
            application: owner.signed(&unsent),
            referral: owner.signed(&owner.hold(queued.remove(0).id, group).await),
            hold: owner.hold(queued.remove(0).id, group).await,
            queued: queued.remove(0),
            town,
        }
    }
}

fn rows(mine: &Belongings) -> Vec<Row> {
    let id_of_application = mine.referred.id;
    let referral = mine.referred.referral.as_ref().expect("a referral");
    let token = referral
        .verification_url
        .rsplit('/')
        .next()
        .expect("a token");
    let unknown = SessionRequest {
        challenge_id: ChallengeId::new(id()),
        cms: String::new(),
    };
    let draft = ApplicationDraftRequest {
        locality_id: mine.town.id(),
        child: child("2022-06-10"),
        category: Category::General,
        contact_phone: "+77011234567".into(),
        language: Language::Ru,
    };
    let choice = ReferralDraftRequest {
        application_id: mine.queued.id,
        group_id: mine.town.group.id,
        language: Language::Ru,
    };
    let email = EmailRequest {
        address: "parent@example.kz".into(),
        language: Language::Ru,
    };
    let code = EmailConfirmation {
        code: "no code".into(),
    };
    let challenge = ChallengeRequest {
        language: Language::Ru,
    };
    let kindergarten = format!("{}/{}", endpoint::KINDERGARTENS, mine.town.kindergarten.id);
    let current = |operation, method, expected| Row {
        operation,
        method,
        path: endpoint::CURRENT_SESSION.to_owned(),
        body: None,
        expected,
    };
    vec![
        get("show_service", endpoint::SERVICE, PUBLIC),
        get("list_localities", endpoint::LOCALITIES, PUBLIC),
        get("list_kindergartens", endpoint::KINDERGARTENS, PUBLIC),
        get("show_kindergarten", kindergarten, PUBLIC),
        get("list_vacancies", endpoint::VACANCIES, PUBLIC),
        get(
            "verify_referral",
            endpoint::referral_verification(token),
            PUBLIC,
        ),
        // Outside of demo mode there are no such addresses.
        get(
            "get_demo_key",
            format!("{}/none.p12", endpoint::DEMO_KEYS),
            [404, 404, 404, 404],
        ),
        get("list_demo_keys", endpoint::DEMO_KEYS, [404, 404, 404, 404]),
        post(
            "create_challenge",
            endpoint::CHALLENGES,
            &challenge,
            [201, 201, 201, 201],
        ),
        post(
            "create_session",
            endpoint::SESSIONS,
            &unknown,
            [404, 404, 404, 404],
        ),
        // By the cookie, not by the token.
        current("renew_session", Method::PUT, LOGGED_IN),
        get("show_me", endpoint::ME, LOGGED_IN),
        post(
            "confirm_my_email",
            endpoint::MY_EMAIL_CONFIRMATION,
            &code,
            [401, 422, 422, 422],
        ),
        get("list_applications", endpoint::APPLICATIONS, ANYBODY),
        post(
            "create_application_draft",
            endpoint::APPLICATION_DRAFTS,
            &draft,
            [401, 403, 201, 201],
        ),
        post(
            "create_application",
            endpoint::APPLICATIONS,
            &mine.application,
            [401, 403, 404, 201],
        ),
        get(
            "show_application",
            endpoint::application(id_of_application),
            OWNED,
        ),
        get(
            "show_application_history",
            endpoint::application_history(id_of_application),
            OWNED,
        ),
        get(
            "list_application_vacancies",
            endpoint::application_vacancies(id_of_application),
            OWNED,
        ),
        get(
            "list_application_documents",
            endpoint::application_documents(id_of_application),
            OWNED,
        ),
        post(
            "create_referral_draft",
            endpoint::REFERRAL_DRAFTS,
            &choice,
            [401, 403, 404, 201],
        ),
        post(
            "create_referral",
            endpoint::REFERRALS,
            &mine.referral,
            [401, 403, 404, 201],
        ),
        Row {
            operation: "delete_referral_draft",
            method: Method::DELETE,
            path: endpoint::referral_draft(mine.hold.id),
            body: None,
            expected: [401, 403, 404, 204],
        },
        get("show_referral", endpoint::referral(referral.id), OWNED),
        get("show_document", endpoint::document(mine.document), OWNED),
        get(
            "get_document_content",
            endpoint::document_content(mine.document),
            OWNED,
        ),
        get(
            "get_document_signature",
            endpoint::document_signature(mine.document),
            OWNED,
        ),
        get(
            "get_document_pdf",
            endpoint::document_pdf(mine.document),
            OWNED,
        ),
        get(
            "get_document_evidence",
            endpoint::document_evidence(mine.document),
            OWNED,
        ),
        post(
            "verify_signature",
            endpoint::SIGNATURE_VERIFICATION,
            &json!({"cms": ""}),
            PUBLIC,
        ),
        // Last, because they change who the callers are.
        with_body(
            "set_my_email",
            Method::PUT,
            endpoint::MY_EMAIL,
            &email,
            LOGGED_IN,
        ),
        current("end_session", Method::DELETE, [204, 204, 204, 204]),
    ]
}

fn operations() -> BTreeSet<String> {
    let document = serde_json::to_value(openapi::document()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    paths
        .values()
        .flat_map(|path| path.as_object().expect("methods").values())
        .filter_map(|operation| operation["operationId"].as_str())
        .map(str::to_owned)
        .collect()
}

async fn ask(client: &Client, row: &Row) -> Answer {
    let request = client.request(row.method.clone(), &row.path);
    let request = match &row.body {
        Some(body) => request.json(body),
        None => request,
    };
    client.send(request).await
}

async fn every_operation_answers_every_kind_of_caller_as_it_should(app: &TestApp) {
    let owner = Parent::new(app).await;
    let newcomer = Parent::newcomer(app).await;
    let stranger = Parent::new(app).await;
    let nobody = app.client();
    let rows = rows(&Belongings::of(&owner, app).await);
    let listed: BTreeSet<String> = rows.iter().map(|row| row.operation.to_owned()).collect();
    assert_eq!(
        listed,
        operations(),
        "every operation has a row, and every row an operation"
    );

    let callers = [
        ("nobody", &nobody),
        ("a newcomer", &newcomer.client),
        ("a stranger", &stranger.client),
        ("the owner", &owner.client),
    ];
    let mut wrong = Vec::new();
    for row in &rows {
        for ((who, client), expected) in callers.iter().zip(row.expected) {
            let answer = ask(client, row).await;
            if answer.status != expected {
                let status = answer.status;
                wrong.push(format!(
                    "{}: {who} gets {status} instead of {expected}",
                    row.operation
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
