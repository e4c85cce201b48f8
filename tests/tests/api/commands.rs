//! What an operator does at the command line, with the real program on the database of a running
//! service: each command says what it did, or in a sentence why it did nothing.

use balabaqsha_api::clock::{Clock, SystemClock};
use balabaqsha_shared::{application::ApplicationState, referral::ReferralState};
use balabaqsha_tests::{
    Parent, Program, TestApp, authority, builders::child, on_both_engines, server::Operated,
};
use chrono::Datelike;
use std::{fs, path::Path};

on_both_engines!(over_http:
    a_program_is_made_listed_and_ended,
    a_program_that_means_nothing_is_not_made,
    decrees_are_imported_and_shown,
    files_that_mean_nothing_change_nothing,
    an_official_annuls_a_referral,
    officials_decide_about_children_and_benefits,
    the_key_of_tokens_is_exchanged,
    a_command_that_is_none_is_explained,
);

/// Of a command that was refused, and of a command line that is none.
const FAILED: i32 = 1;
const USAGE: i32 = 64;

/// What `doctor` says of a town that has no officials yet.
fn examined(app: &TestApp) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let anchor = folder.path().join("anchor.pem");
    fs::write(&anchor, authority().rsa_anchor_pem()).expect("an anchor");
    let folder = folder.path().to_str().expect("UTF-8");
    let anchor = anchor.to_str().expect("UTF-8");
    let flags = ["doctor", "--trust-anchors", anchor, "--data-dir", folder];
    let told = app.operate(&flags).expect("a doctor").failed(FAILED);
    assert!(told.contains("missing\tofficials\t"), "{told}");
    told
}

/// The value of a line `name=value`.
fn value<'a>(text: &'a str, name: &str) -> &'a str {
    let prefix = format!("{name}=");
    let line = text.lines().find_map(|line| line.strip_prefix(&prefix));
    line.unwrap_or_else(|| panic!("no {name} in {text}"))
}

/// A program as its owner has it.
fn program(app: &TestApp, told: &str) -> Program {
    Program {
        id: value(told, "client_id").to_owned(),
        secret: value(told, "client_secret").to_owned(),
        client: app.client(),
    }
}

async fn asks(program: &Program) -> u16 {
    let basic = Some((program.id.as_str(), program.secret.as_str()));
    let answer = program.ask(basic, "grant_type=client_credentials").await;
    answer.status
}

async fn a_program_is_made_listed_and_ended(app: &TestApp) {
    let town = app.town(1).await;
    let bin = town.kindergarten.bin.to_string();
    let add = ["client", "add", "--bin", &bin, "--name", "Тобы мен тізімі"];
    let add = [&add[..], &["--scope", "enrolments"]].concat();
    let Some(added) = app.operate(&add) else {
        return;
    };
    let program = program(app, &added.done());
    assert_eq!(asks(&program).await, 200);

    let list = || app.operate(&["client", "list"]).expect("a list").done();
    let listed = list();
    let fields: Vec<&str> = listed.trim_end().split('\t').collect();
    assert_eq!(
        fields[..4],
        [&program.id, &bin, "Тобы мен тізімі", "enrolments"]
    );
    assert_eq!(fields[4..], ["last used 23.11.2026 10:00:00", "active"]);
    assert!(!listed.contains(&program.secret));

    let revoke = || {
        app.operate(&["client", "revoke", &program.id])
            .expect("an end")
    };
    assert_eq!(revoke().done(), "revoked\n");
    assert_eq!(asks(&program).await, 401);
    assert!(list().trim_end().contains("\trevoked "));
    let again = app
        .without_a_change(async { revoke().failed(FAILED) })
        .await;
    let sentence = format!(
        "balabaqsha: there is no client {} that could be revoked\n",
        program.id
    );
    assert_eq!(again, sentence);
}

async fn a_program_that_means_nothing_is_not_made(app: &TestApp) {
    let town = app.town(1).await;
    let bin = town.kindergarten.bin.to_string();
    app.without_a_change(async {
        for (bin, name, scope, sentence) in [
            ("1", "a", "enrolments", "\"1\" is not a BIN"),
            ("050440005038", "a", "enrolments", "BIN"),
            (bin.as_str(), " ", "enrolments", "the name must have"),
            (bin.as_str(), "a\nb", "enrolments", "the name must have"),
            (
                bin.as_str(),
                "a",
                "all",
                "unknown scope \"all\"; known are: enrolments, places",
            ),
            (bin.as_str(), "a", "", "unknown scope"),
        ] {
            let flags = ["--bin", bin, "--name", name, "--scope", scope];
            let add = [&["client", "add"][..], &flags].concat();
            if let Some(refused) = app.operate(&add) {
                let told = refused.failed(FAILED);
                assert!(
                    told.starts_with("balabaqsha: ") && told.contains(sentence),
                    "{told}"
                );
            }
        }
        for id in ["somebody", "", "01941f29-7c00-7000-8000-000000000000"] {
            if let Some(refused) = app.operate(&["client", "revoke", id]) {
                let told = refused.failed(FAILED);
                assert!(told.contains("there is no client"), "{told}");
            }
        }
    })
    .await;
}

fn import(app: &TestApp, folder: &Path, name: &str, content: &str) -> Option<Operated> {
    let path = folder.join(name);
    fs::write(&path, content).expect("a file");
    app.operate(&["calendar", "import", path.to_str().expect("UTF-8")])
}

async fn decrees_are_imported_and_shown(app: &TestApp) {
    let folder = tempfile::tempdir().expect("a folder");
    let csv = "date,kind,decree\n2026-11-25,off,№ 1\n2026-11-28,work,№ 1\n";
    let Some(imported) = import(app, folder.path(), "decree.csv", csv) else {
        return;
    };
    assert_eq!(imported.done(), "days imported: 2\n");
    let json = r#"[{"date": "2026-11-28", "kind": "off", "decree": "№ 2"}]"#;
    let imported = import(app, folder.path(), "decree.JSON", json).expect("an import");
    assert_eq!(imported.done(), "days imported: 1\n");
    let show = |year| app.operate(&["calendar", "show", year]).expect("a year");
    let shown = show("2026").done();
    assert!(shown.contains("2026-11-25\toff\t№ 1\n"), "{shown}");
    assert!(
        !shown.contains("№ 1\n2026-11-28\twork"),
        "replaced: {shown}"
    );
    assert!(
        shown.contains("2026-01-01\toff\n"),
        "the built-in ones: {shown}"
    );
    for year in ["2023", "2031"] {
        let told = show(year).failed(FAILED);
        assert_eq!(
            told,
            "balabaqsha: the calendar has the years 2024 to 2030\n"
        );
    }
}

async fn files_that_mean_nothing_change_nothing(app: &TestApp) {
    let folder = tempfile::tempdir().expect("a folder");
    let both = "date,kind,decree\n2026-11-26,off,a\n2026-11-26,work,a\n2031-01-01,off,a\n";
    app.without_a_change(async {
        for (name, content, sentences) in [
            (
                "both.csv",
                both,
                vec![
                    "nothing was imported:",
                    "2026-11-26 is said to be both",
                    "2031-01-01 lies outside",
                ],
            ),
            ("empty.csv", "date,kind,decree\n", vec!["has no days"]),
            (
                "words.csv",
                "date,kind,decree\nsoon,off,a\n",
                vec!["words.csv: "],
            ),
            (
                "kind.json",
                r#"[{"date": "2026-11-28", "kind": "x", "decree": "a"}]"#,
                vec!["kind.json: "],
            ),
            ("half.json", "[", vec!["half.json: "]),
            ("decree.txt", "", vec!["must end in .csv or .json"]),
        ] {
            if let Some(refused) = import(app, folder.path(), name, content) {
                let told = refused.failed(FAILED);
                for sentence in sentences {
                    assert!(told.contains(sentence), "{name}: {told}");
                }
            }
        }
        if let Some(refused) = app.operate(&["calendar", "import", "/nowhere/decree.csv"]) {
            let told = refused.failed(FAILED);
            assert!(told.contains("/nowhere/decree.csv: "), "{told}");
        }
    })
    .await;
}

async fn officials_decide_about_children_and_benefits(app: &TestApp) {
    let town = app.real_town(1).await;
    let (first, second) = (Parent::new(app).await, Parent::new(app).await);
    let born = child("2022-05-10");
    let mine = first.queue(town.id(), &born).await;
    let claim = second.queue(town.id(), &born).await;
    first.application(mine.id).await;
    let number = claim.number.as_str();
    let by = ["--by", "А. Ахметова"];
    let decide = |words: &[&str], number: &str| {
        app.operate(&[words, &["--application", number], &by].concat())
    };
    let Some(listed) = app.operate(&["todo", "list"]) else {
        return;
    };
    let claimed = format!("{number}\tclaim: somebody else had queued the child\tsubmitted ");
    let listed = listed.done();
    assert!(listed.contains(&claimed), "{listed}");
    let doctor = examined(app);
    let warned = format!("notice\tchild_check\t{}: off: ", town.locality.code);
    assert!(doctor.contains(&warned), "{doctor}");

    let verified = decide(&["child", "verify"], number)
        .expect("a decision")
        .done();
    assert_eq!(verified, format!("application {number} is verified\n"));
    let against = [
        "child",
        "decide",
        "--verdict",
        "against",
        "--reason",
        "не родитель",
    ];
    let removed = decide(&against, mine.number.as_str()).expect("a decision");
    let off = format!("application {} is off the queue\n", mine.number);
    assert_eq!(removed.done(), off);
    let refused = decide(&["benefit", "confirm"], number).expect("a refusal");
    let told = refused.failed(FAILED);
    assert!(told.contains("claims no benefit"), "{told}");
    let unknown = decide(&["child", "dispute"], "АКТ-2026-999999").expect("a refusal");
    assert!(unknown.failed(FAILED).contains("there is no application"));

    let check = [
        "child",
        "check",
        "--locality",
        &town.locality.code,
        "--set",
        "on",
    ];
    let switched = app.operate(&[&check[..], &by].concat()).expect("a switch");
    let words = switched.done();
    assert!(
        words.contains("existed before: 0"),
        "one is verified already: {words}"
    );
    let doctor = examined(app);
    let well = format!("ok\tchild_check\t{}: on: ", town.locality.code);
    assert!(doctor.contains(&well), "{doctor}");
}

async fn an_official_annuls_a_referral(app: &TestApp) {
    // The program goes by the machine's clock.
    let now = SystemClock.now();
    app.clock.set(now);
    let town = app.town(1).await;
    let parent = Parent::with_confirmed_email(app).await;
    let birth = format!("{}-01-10", now.year() - 4);
    let application = parent.queue(town.id(), &child(&birth)).await;
    let referral = parent.refer(application.id, town.group.id).await;
    let annul = |number: &str| {
        let order = ["referral", "annul", "--number", number];
        let why = ["--reason", "Группа закрыта", "--by", "А. Ахметова"];
        let pages = ["--public-url", "https://balabaqsha.example.kz"];
        app.operate(&[&order[..], &why, &pages].concat())
    };
    let number = referral.number.as_str();
    let Some(annulled) = annul(number) else {
        return;
    };
    let told = format!(
        "referral {number} is annulled, application {} is queued again\n",
        application.number
    );
    assert_eq!(annulled.done(), told);
    let back = parent.application(application.id).await;
    assert_eq!(back.state, ApplicationState::Queued);
    let state = back.referral.expect("a referral").state;
    assert!(matches!(state, ReferralState::Annulled { .. }), "{state:?}");
    let bodies = balabaqsha_tests::database::strings(
        app.db(),
        "SELECT m.body FROM mails m JOIN notices n ON n.id = m.notice_id \
         WHERE n.kind = 'referral_annulled'"
            .into(),
    )
    .await;
    assert_eq!(bodies.len(), 1);
    let page = format!(
        "https://balabaqsha.example.kz/applications/{}",
        application.id
    );
    assert!(bodies[0].contains(&page), "{}", bodies[0]);

    app.without_a_change(async {
        let again = annul(number).expect("a refusal").failed(FAILED);
        let told = format!(
            "balabaqsha: referral-not-active: it was annulled before; referral {number} is as it was\n"
        );
        assert_eq!(again, told);
        let unknown = annul("АКТ-Н-2026-999999").expect("a refusal").failed(FAILED);
        assert_eq!(unknown, "balabaqsha: there is no referral АКТ-Н-2026-999999\n");
    })
    .await;
}

async fn the_key_of_tokens_is_exchanged(app: &TestApp) {
    app.clock.set(SystemClock.now());
    let list = || app.operate(&["token-key", "list"]).map(Operated::done);
    let Some(before) = list() else {
        return;
    };
    assert_eq!(before.lines().count(), 1);
    assert!(before.trim_end().ends_with("\tactive"), "{before}");
    for more in [&[][..], &["--at-once"]] {
        let rotate = [&["token-key", "rotate"], more].concat();
        let told = app.operate(&rotate).expect("a new key").done();
        let kid = told
            .strip_prefix("key ")
            .and_then(|rest| rest.strip_suffix(" signs from now on\n"))
            .expect("its id")
            .to_owned();
        let listed = list().expect("a list");
        let (first, others) = listed.split_once('\n').expect("lines");
        assert!(
            first.starts_with(&kid) && first.ends_with("\tactive"),
            "{listed}"
        );
        assert!(
            others.lines().all(|line| line.contains("\tretired ")),
            "{listed}"
        );
    }
    assert_eq!(list().expect("a list").lines().count(), 3);
}

async fn a_command_that_is_none_is_explained(app: &TestApp) {
    for arguments in [
        &["referral", "annul", "--number", "АКТ-Н-2026-000001"][..],
        &["client", "add"],
        &["calendar", "show", "soon"],
        &["calender"],
    ] {
        if let Some(refused) = app.operate(arguments) {
            let told = refused.failed(USAGE);
            assert!(told.starts_with("error: "), "{told}");
        }
    }
}
