//! Decrees that are imported count from then on, in every process; a stored deadline never moves.
//! A list with contradictions changes nothing.

use balabaqsha_api::{
    clock,
    working_calendar::{
        self, ImportError,
        decree_files::{self, Format},
    },
};
use balabaqsha_shared::{calendar::decrees::DecreeDay, dto::Referral, endpoint};
use balabaqsha_tests::{
    Parent, TestApp,
    builders::{child, day},
    on_both_engines,
};

on_both_engines!(over_http:
    an_import_counts_for_what_is_issued_afterwards,
    contradictions_change_nothing,
);

fn days(csv: &str) -> Vec<DecreeDay> {
    decree_files::read(&format!("date,kind,decree\n{csv}"), Format::Csv).expect("days")
}

async fn import(app: &TestApp, csv: &str) -> Result<(), ImportError> {
    working_calendar::import(app.db(), &days(csv), clock::new_id(app.now()), app.now()).await
}

async fn an_import_counts_for_what_is_issued_afterwards(app: &TestApp) {
    let town = app.town(9).await;
    let parent = Parent::new(app).await;
    let other = app.second_process().await;
    let mut deadlines = Vec::new();
    let mut first = None;
    for csv in [
        None,
        // Wednesday is off, and so is Thursday.
        Some("2026-11-25,off,№ 1\n2026-11-26,off,№ 1\n"),
        // Not Thursday after all; and Saturday is worked.
        Some("2026-11-26,work,№ 2\n2026-11-28,work,№ 2\n"),
    ] {
        if let Some(csv) = csv {
            import(app, csv).await.expect("an import");
        }
        for at in [&parent, &parent.at(&other)] {
            let birth = format!("2022-05-{}", 10 + deadlines.len());
            let application = at.queue(town.id(), &child(&birth)).await;
            let referral = at.refer(application.id, town.group.id).await;
            deadlines.push(referral.deadline.to_string());
            first.get_or_insert(referral.id);
        }
    }
    other.stop().await;
    assert_eq!(
        deadlines,
        [
            "2026-11-30",
            "2026-11-30",
            "2026-12-02",
            "2026-12-02",
            "2026-11-30",
            "2026-11-30"
        ]
    );
    let path = endpoint::referral(first.expect("a referral"));
    let kept: Referral = parent.client.get(&path).await.shown();
    assert_eq!(kept.deadline, day("2026-11-30"), "a stored deadline stays");
    let (shown, imported) = working_calendar::show(app.db()).await.expect("a calendar");
    assert_eq!(imported.len(), 3);
    assert_eq!(shown.is_working(day("2026-11-28")), Ok(true));
}

async fn contradictions_change_nothing(app: &TestApp) {
    import(app, "2026-11-25,off,№ 1\n")
        .await
        .expect("an import");
    for csv in [
        "",
        "2026-11-26,off,№ 2\n2026-11-26,work,№ 2\n",
        "2026-11-26,off,№ 2\n2031-01-01,off,№ 2\n",
        "2026-11-26,off,№ 2\n2023-12-31,off,№ 2\n",
    ] {
        let refused = app.without_a_change(import(app, csv)).await;
        refused.expect_err(csv);
    }
    let both = import(
        app,
        "2031-01-01,off,№ 2\n2026-11-26,off,a\n2026-11-26,work,a\n",
    )
    .await;
    let told = both.expect_err("contradictions").to_string();
    assert!(
        told.contains("2026-11-26 is said to be both") && told.contains("2031-01-01 lies outside"),
        "{told}"
    );
}
