//! How often a use case asks the database. What it holds already it must not load again.

use balabaqsha_api::service::{
    acts::{choosing, extension, revocation},
    life::settle,
};
use balabaqsha_shared::{Language, dto::Draft};
use balabaqsha_tests::{Parent, TestApp, builders::child, on_both_engines, queries};
use std::collections::BTreeMap;

on_both_engines!(over_http:
    issuing_a_referral_loads_each_row_once,
    extending_a_referral_loads_each_row_once,
    revoking_a_referral_loads_each_row_once,
    a_lapse_loads_each_row_once,
);

/// Statements that a trip may make more often, with how often.
type Allowed<'a> = &'a [(&'a str, usize)];

/// Rows of their own: both reminders, and each piece of evidence.
const WRITES: Allowed<'static> = &[
    ("INSERT INTO reminders", 2),
    ("DELETE FROM reminders WHERE id", 2),
    ("INSERT INTO evidence", 9),
    ("INSERT INTO document_evidence", 9),
];

#[track_caller]
fn each_once(made: &[String], most: usize, allowed: Allowed<'_>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for statement in made {
        *counts.entry(statement).or_default() += 1;
    }
    let allowed_of = |statement: &str| {
        WRITES
            .iter()
            .chain(allowed)
            .filter(|(begin, _)| statement.starts_with(begin))
            .map(|(_, count)| *count)
            .max()
            .unwrap_or(1)
    };
    let repeated: Vec<_> = counts
        .iter()
        .filter(|(statement, count)| **count > allowed_of(statement))
        .map(|(statement, count)| format!("{count} × {statement}"))
        .collect();
    assert!(
        repeated.is_empty(),
        "a use case loads what it has loaded before. Hand the row on instead:\n{}",
        repeated.join("\n")
    );
    assert!(
        !made.is_empty() && made.len() <= most,
        "{} statements where {most} were enough. Find out which is new, and whether the use case \
         holds its row already:\n{}",
        made.len(),
        made.join("\n")
    );
}

async fn issuing_a_referral_loads_each_row_once(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let draft = parent.hold(application.id, town.group.id).await;
    let signed = parent.signed(&draft);
    let person = parent.id().await;
    let issue = choosing::issue(app.app(), person, signed, Language::Ru);
    let (referral, made) = queries::of(issue).await;
    assert_eq!(referral.expect("a referral").application_id, application.id);
    each_once(&made, 40, &[]);
}

async fn extending_a_referral_loads_each_row_once(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let wish = serde_json::json!({"until": "2026-12-20", "reason": "moving"});
    let draft: Draft = parent.draft_extension(referral.id, &wish).await.created();
    let signed = parent.signed(&draft);
    let person = parent.id().await;
    let extend = extension::extend(app.app(), person, referral.id, signed, Language::Ru);
    let (extended, made) = queries::of(extend).await;
    assert!(extended.expect("a referral").extension.is_some());
    // Two papers.
    let papers = ("INSERT INTO documents", 2);
    let counted = ("SELECT COUNT(*) FROM document_evidence", 2);
    each_once(&made, 48, &[papers, counted]);
}

async fn revoking_a_referral_loads_each_row_once(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let draft: Draft = parent.draft_revocation(referral.id).await.created();
    let signed = parent.signed(&draft);
    let person = parent.id().await;
    let revoke = revocation::revoke(app.app(), person, referral.id, signed, Language::Ru);
    let (revoked, made) = queries::of(revoke).await;
    assert!(!revoked.expect("a referral").state.is_active());
    each_once(&made, 40, &[]);
}

async fn a_lapse_loads_each_row_once(app: &TestApp) {
    let town = app.town(1).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let referral = parent.refer(application.id, town.group.id).await;
    app.clock
        .set(balabaqsha_shared::time::end_of_day(referral.deadline));
    let (swept, made) = queries::of(settle::sweep(app.app())).await;
    swept.expect("a sweep");
    // The lapse and the stop-list are entries of their own, and the sweep looks again at the end. Departures and
    // the ends of benefits are settled in transactions of their own.
    let twice = [
        ("COMMIT", 3),
        ("INSERT INTO events", 2),
        ("INSERT INTO queue_moves", 2),
        ("SELECT EXISTS (SELECT 1 FROM holds", 3),
    ];
    each_once(&made, 49, &twice);
}
