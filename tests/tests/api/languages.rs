//! Kazakh, Russian and English, for everything that a person reads.

use balabaqsha_shared::{
    Language,
    code::Code,
    dto::{Application, ApplicationDraftRequest, Challenge, ChallengeRequest, Draft, Problem},
    endpoint,
};
use balabaqsha_tests::{Parent, TestApp, builders::child, on_both_engines};
use reqwest::{
    Method,
    header::{ACCEPT_LANGUAGE, HeaderMap},
};
use serde_json::json;

on_both_engines!(over_http:
    problems_are_in_the_language_of_the_reader,
    the_language_is_negotiated,
    reasons_of_the_rules_are_in_the_language_of_the_reader,
    texts_are_signed_in_the_language_that_was_chosen,
    a_request_that_names_no_language_is_in_that_of_its_reader,
);

async fn problems_are_in_the_language_of_the_reader(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let mut titles = Vec::new();
    let mut sentences = Vec::new();
    for language in Language::ALL {
        let client = app.client().reading(language);
        let problem = client
            .get(endpoint::ME)
            .await
            .refused(Code::NotAuthenticated);
        titles.push(problem.title);
        client.use_token(parent.client.token());
        let mut too_old = child("2020-01-01");
        too_old.iin = "1".into();
        let request = json!({
            "locality_id": town.id(), "child": too_old, "category": "general",
            "contact_phone": "1", "language": "ru",
        });
        let answer = client.post(endpoint::APPLICATION_DRAFTS, &request).await;
        let problem = answer.refused(Code::ValidationFailed);
        let iin = problem
            .errors
            .iter()
            .find(|error| error.code == "iin-invalid");
        sentences.push(iin.expect("the IIN is wrong").detail.clone());
    }
    assert_eq!(titles, ["Кіру қажет", "Нужно войти", "Log in first"]);
    for (sentence, word) in sentences.iter().zip(["ЖСН", "ИИН", "IIN"]) {
        assert!(sentence.contains(word), "{sentence}");
    }
}

async fn the_language_is_negotiated(app: &TestApp) {
    let client = app.client();
    for (header, language) in [
        ("de, en;q=0.5, kk;q=0.9", Language::Kk),
        ("kk-KZ,kk;q=0.9,ru;q=0.8", Language::Kk),
        ("en-GB", Language::En),
        ("fr", Language::Ru),
        ("*", Language::Ru),
        ("", Language::Ru),
        (";;;q=q,,,", Language::Ru),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, header.parse().expect("a header"));
        let request = client.request(Method::GET, endpoint::ME).headers(headers);
        let answer = client.send(request).await;
        assert_eq!(
            answer.header("content-language"),
            language.tag(),
            "{header:?}"
        );
        let problem: Problem = answer.json(401);
        assert_eq!(problem.title, Code::NotAuthenticated.title(language));
    }
}

async fn reasons_of_the_rules_are_in_the_language_of_the_reader(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2024-05-10")).await;
    let mut sentences = Vec::new();
    for language in Language::ALL {
        let client = app.client().reading(language);
        client.use_token(parent.client.token());
        let shown: Application = client
            .get(&endpoint::application(application.id))
            .await
            .shown();
        sentences.push(shown.choosing.unmet[0].detail.clone());
    }
    for (sentence, word) in sentences.iter().zip(["Таңдау", "Выбор", "Choosing"]) {
        assert!(
            sentence.starts_with(word) && sentence.contains("10.05.2027"),
            "{sentence}"
        );
    }
}

async fn texts_are_signed_in_the_language_that_was_chosen(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    for (language, login, application) in [
        (
            Language::Kk,
            "жеке кабинетіне кіремін",
            "кезегіне қоюды сұраймын",
        ),
        (
            Language::Ru,
            "Вхожу в личный кабинет",
            "поставить ребёнка в очередь",
        ),
        (
            Language::En,
            "I log in to my account",
            "put the child in the queue",
        ),
    ] {
        let request = ChallengeRequest { language };
        let challenge: Challenge = parent
            .client
            .post(endpoint::CHALLENGES, &request)
            .await
            .created();
        assert!(challenge.text.contains(login), "{}", challenge.text);
        let request = ApplicationDraftRequest {
            locality_id: town.id(),
            child: child("2022-05-10"),
            category: balabaqsha_shared::application::Category::General,
            contact_phone: "+77011234567".into(),
            language,
        };
        let draft: Draft = parent
            .client
            .post(endpoint::APPLICATION_DRAFTS, &request)
            .await
            .created();
        assert!(draft.text.contains(application), "{}", draft.text);
        // Whatever the language, the signed bytes are those of the draft.
        parent.submit_application(&draft).await.has_status(201);
    }
}

async fn a_request_that_names_no_language_is_in_that_of_its_reader(app: &TestApp) {
    for (language, login) in [
        (Language::Kk, "жеке кабинетіне кіремін"),
        (Language::Ru, "Вхожу в личный кабинет"),
        (Language::En, "I log in to my account"),
    ] {
        let client = app.client().reading(language);
        let challenge: Challenge = client
            .post(endpoint::CHALLENGES, &serde_json::json!({}))
            .await
            .created();
        assert!(challenge.text.contains(login), "{}", challenge.text);
        // What the request says counts more.
        let request = serde_json::json!({ "language": "kk" });
        let named: Challenge = client.post(endpoint::CHALLENGES, &request).await.created();
        assert!(named.text.contains("жеке кабинетіне кіремін"));
    }
}
