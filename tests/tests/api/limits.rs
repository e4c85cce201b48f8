//! Too many requests are refused with the time to come back. The buckets run by the machine's
//! clock, so these are refilled too slowly for a test to notice.

use balabaqsha_api::{
    config::{Rate, Rates, Settings},
    http::openapi,
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto::{ChallengeRequest, Problem},
    endpoint,
};
use balabaqsha_tests::{Engine, Parent, TestApp, builders::child, over_http_with};
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
    num::NonZeroU32,
    time::Duration,
};

fn slow(burst: u32) -> Rate {
    Rate {
        burst: NonZeroU32::new(burst).expect("a burst"),
        per_minute: NonZeroU32::MIN,
    }
}

#[test]
fn an_address_logs_in_so_often_and_not_more() {
    let few = |settings: &mut Settings| {
        settings.limits.rates = Rates {
            login: slow(2),
            ..Rates::default()
        };
    };
    over_http_with(Engine::Sqlite, few, async |app: &TestApp| {
        let client = app.client();
        let request = ChallengeRequest {
            language: Language::Ru,
        };
        for left in [1, 0] {
            let answer = client
                .post(endpoint::CHALLENGES, &request)
                .await
                .has_status(201);
            assert!(answer.header("ratelimit-policy").contains("\"login\";q=2"));
            assert!(
                answer
                    .header("ratelimit")
                    .contains(&format!("\"login\";r={left}"))
            );
        }
        let answer = app
            .without_a_change(client.post(endpoint::CHALLENGES, &request))
            .await;
        let wait: u64 = answer.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(
            answer.refused(Code::RateLimited).members["retry_after"],
            wait
        );
        // What is public is not touched by it.
        client.get(endpoint::SERVICE).await.has_status(200);
    });
}

#[test]
fn a_person_signs_so_often_and_the_next_one_is_not_touched() {
    let few = |settings: &mut Settings| {
        settings.limits.rates = Rates {
            signature: slow(1),
            ..Rates::default()
        };
    };
    over_http_with(Engine::Sqlite, few, async |app: &TestApp| {
        let town = app.town(1).await;
        let (first, second) = (Parent::new(app).await, Parent::new(app).await);
        let ailin = child("2022-05-10");
        first
            .draft_application(town.id(), &ailin)
            .await
            .has_status(201);
        let answer = app
            .without_a_change(first.draft_application(town.id(), &ailin))
            .await;
        answer.refused(Code::RateLimited);
        second
            .draft_application(town.id(), &ailin)
            .await
            .has_status(201);
    });
}

/// A body that never comes to its end, and the whole answer to it.
fn half_sent(base: &str, path: &str, kind: &str) -> String {
    let address = base.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: {kind}\r\n\
         accept-language: en\r\ncontent-length: 100\r\n\r\n"
    );
    let begun = format!("{head}{{\"language\":");
    stream.write_all(begun.as_bytes()).expect("a beginning");
    let mut answer = String::new();
    // Until the service closes the connection.
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn a_body_that_does_not_come_to_its_end_is_a_timeout() {
    let impatient = |settings: &mut Settings| {
        settings.limits.body_timeout_seconds = Duration::from_millis(50);
    };
    over_http_with(Engine::Sqlite, impatient, async |app: &TestApp| {
        let base = app.process.base();
        for (path, kind) in [
            (endpoint::CHALLENGES, "application/json"),
            (endpoint::TOKEN, "application/x-www-form-urlencoded"),
        ] {
            let answer = app
                .without_a_change(async { half_sent(base, path, kind) })
                .await;
            let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
            let head = head.to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 408 "), "{answer}");
            assert!(head.contains("\r\nconnection: close"), "{answer}");
            let problem: Problem = serde_json::from_str(body).expect("a problem");
            let code = Code::RequestTimeout;
            assert_eq!(
                (problem.code.as_str(), problem.status),
                (code.as_str(), 408)
            );
            assert_eq!(problem.title, code.title(Language::En));
        }
    });
}

/// Every operation with the class of limits it declares. One without a row fails the test.
const CLASSES: [(&str, &str); 142] = [
    ("annul_referral", "signature"),
    ("apply_import", "general"),
    ("appoint_staff", "general"),
    ("begin_to_sign_challenge", "login"),
    ("begin_to_sign_drafts", "signature"),
    ("cancel_signing_session", "general"),
    ("change_group", "general"),
    ("change_kindergarten", "general"),
    ("change_locality", "general"),
    ("claim_benefit", "general"),
    ("confirm_my_email", "email"),
    ("create_annulment_draft", "signature"),
    ("create_application", "signature"),
    ("create_application_decision_draft", "signature"),
    ("create_application_draft", "signature"),
    ("create_appointment", "general"),
    ("create_attachment", "signature"),
    ("create_attachment_draft", "attachment"),
    ("create_benefit_decision_draft", "signature"),
    ("create_challenge", "login"),
    ("create_detachment_draft", "signature"),
    ("create_extension_draft", "signature"),
    ("create_group", "general"),
    ("create_kindergarten", "general"),
    ("create_referral", "signature"),
    ("create_referral_draft", "signature"),
    ("create_resumption_draft", "signature"),
    ("create_revocation_draft", "signature"),
    ("create_session", "login"),
    ("create_suspension_draft", "signature"),
    ("create_vacancy_subscription", "general"),
    ("create_withdrawal_draft", "signature"),
    ("decide_application", "signature"),
    ("decide_attachment", "general"),
    ("decide_benefit_claim", "signature"),
    ("delete_referral_draft", "general"),
    ("delete_vacancy_subscription", "general"),
    ("describe_kindergarten", "general"),
    ("discard_import", "general"),
    ("egov_mobile_documents", "general"),
    ("egov_mobile_invitation", "general"),
    ("egov_mobile_signatures", "verification"),
    ("end_appointment", "general"),
    ("end_attachment", "signature"),
    ("end_my_session", "general"),
    ("end_session", "general"),
    ("end_staff", "general"),
    ("enrol_child", "general"),
    ("export_table", "general"),
    ("extend_referral", "signature"),
    ("find_referral", "general"),
    ("follow_changes", "general"),
    ("follow_vacancies", "general"),
    ("get_calendar_event", "general"),
    ("get_decision_pdf", "paper"),
    ("get_demo_key", "general"),
    ("get_document_content", "general"),
    ("get_document_evidence", "general"),
    ("get_document_pdf", "paper"),
    ("get_document_signature", "general"),
    ("get_import_template", "general"),
    ("get_office_scan_original", "paper"),
    ("get_office_scan_page", "general"),
    ("get_scan_page", "general"),
    ("import_calendar_days", "general"),
    ("import_table", "general"),
    ("list_application_documents", "general"),
    ("list_application_looks", "general"),
    ("list_application_vacancies", "general"),
    ("list_applications", "general"),
    ("list_appointments", "general"),
    ("list_attachments", "general"),
    ("list_benefit_claims", "general"),
    ("list_benefit_grounds", "general"),
    ("list_demo_keys", "general"),
    ("list_expected_children", "general"),
    ("list_group_changes", "general"),
    ("list_group_referrals", "general"),
    ("list_import_errors", "general"),
    ("list_import_rows", "general"),
    ("list_imports", "general"),
    ("list_kindergarten_changes", "general"),
    ("list_kindergartens", "general"),
    ("list_localities", "general"),
    ("list_locality_changes", "general"),
    ("list_my_sessions", "general"),
    ("list_notices", "general"),
    ("list_office_benefit_claims", "general"),
    ("list_office_kindergartens", "general"),
    ("list_office_localities", "general"),
    ("list_registry_sources", "general"),
    ("list_staff", "general"),
    ("list_suspensions", "general"),
    ("list_vacancies", "general"),
    ("list_vacancy_subscriptions", "general"),
    ("list_waiting_applications", "general"),
    ("make_up_child", "general"),
    ("move_demo_clock", "general"),
    ("override_virus_check", "general"),
    ("preview_group_change", "general"),
    ("preview_kindergarten_change", "general"),
    ("preview_locality_change", "general"),
    ("read_notice", "general"),
    ("remove_scan", "general"),
    ("renew_session", "general"),
    ("resume_issue", "signature"),
    ("revoke_referral", "signature"),
    ("search_applications", "general"),
    ("search_audit_records", "general"),
    ("set_contact_phone", "general"),
    ("set_free_places", "general"),
    ("set_my_email", "email"),
    ("set_notice_preferences", "general"),
    ("show_application", "general"),
    ("show_application_history", "general"),
    ("show_calendar", "general"),
    ("show_decision", "general"),
    ("show_demo_clock", "general"),
    ("show_desk_group", "general"),
    ("show_desk_kindergarten", "general"),
    ("show_document", "general"),
    ("show_draft", "general"),
    ("show_group", "general"),
    ("show_import", "general"),
    ("show_kindergarten", "general"),
    ("show_me", "general"),
    ("show_notice_preferences", "general"),
    ("show_office_application", "general"),
    ("show_office_benefit_claim", "general"),
    ("show_office_kindergarten", "general"),
    ("show_office_locality", "general"),
    ("show_position_history", "general"),
    ("show_referral", "general"),
    ("show_service", "general"),
    ("show_signing_session", "general"),
    ("suspend_issue", "signature"),
    ("take_planned_change_back", "general"),
    ("undo_enrolment", "general"),
    ("upload_scan", "paper"),
    ("verify_referral", "general"),
    ("verify_signature", "verification"),
    ("withdraw_application", "signature"),
];

#[test]
fn every_operation_declares_its_class_of_limits() {
    let document = serde_json::to_value(openapi::document()).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths
        .values()
        .flat_map(|item| item.as_object().expect("operations").values())
        .filter_map(|operation| Some((operation["operationId"].as_str()?, operation)));
    let declared: BTreeMap<_, _> = operations
        .map(|(name, operation)| {
            (
                name,
                operation["x-rate-limit"].as_str().unwrap_or("nothing"),
            )
        })
        .collect();
    assert_eq!(declared, BTreeMap::from(CLASSES));
}
