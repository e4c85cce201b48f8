//! Too many requests are refused with the time to come back. The buckets run by the machine's
//! clock, so these are refilled too slowly for a test to notice.

use balabaqsha_api::config::{Rate, Rates, Settings};
use balabaqsha_shared::{Language, code::Code, dto::ChallengeRequest, endpoint};
use balabaqsha_tests::{Engine, Parent, TestApp, builders::child, over_http_with};
use std::num::NonZeroU32;

fn slow(burst: u32) -> Rate {
    Rate {
        burst: NonZeroU32::new(burst).expect("a burst"),
        per_minute: NonZeroU32::MIN,
    }
}

#[test]
fn an_address_logs_in_so_often_and_not_more() {
    let few = |settings: &mut Settings| {
        settings.limits.rates = Some(Rates {
            login: slow(2),
            ..Rates::default()
        });
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
        settings.limits.rates = Some(Rates {
            signature: slow(1),
            ..Rates::default()
        });
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
