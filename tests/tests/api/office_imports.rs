//! Tables in the hands of officials (R20, R23): a file is sent, read by a job, looked at row by row, applied or
//! given up; only about localities of the official; what is wrong changes nothing.

use balabaqsha_api::service::office::{
    appointments,
    imports::{self, Order, TableFile},
};
use balabaqsha_shared::{
    appointment::Duty,
    code::Code,
    comment::Comment,
    dto::{
        Import, ImportRow, ImportRowError, ImportState, Page, Problem, RegistrySourceList,
        RowAction, TableFormat,
    },
    endpoint,
    id::{ImportId, LocalityId},
    import::ImportKind,
};
use balabaqsha_store::appointments::By;
use balabaqsha_tests::{
    Official, Parent, TestApp, appoint,
    builders::{Town, child},
    database::number,
    on_both_engines,
};
use reqwest::Method;
use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    future::poll_fn,
    io::{Cursor, Read, Write},
    net::TcpStream,
    pin::pin,
    task::Poll,
};

on_both_engines!(over_http:
    a_table_is_sent_looked_at_and_applied,
    errors_are_pages_and_nothing_is_changed,
    a_file_that_is_no_table_says_why,
    rows_about_other_localities_are_refused,
    of_a_kind_and_a_source_one_file_is_read_at_a_time,
    an_import_that_others_have_overtaken_is_refused_with_its_errors,
    a_queue_is_seen_by_whoever_has_imported_it,
    moments_of_an_imported_queue_are_those_of_nobody_else,
    lapses_of_the_previous_system_count,
    what_is_exported_is_imported_again_in_every_format,
    a_file_that_is_too_large_is_refused_before_it_is_sent,
    a_bomb_is_not_opened,
    an_import_is_applied_once,
    whose_appointment_has_ended_applies_nothing,
    an_import_that_is_killed_is_done_or_not_begun,
);

const CSV: &str = "text/csv";

fn kindergartens(town: &Town) -> String {
    format!(
        "external_id,locality,kind,bin,name_kk,name_ru,name_en,address_kk,address_ru,address_en,\
         latitude,longitude,phone,contract_until\n\
         K-1,{},private_state_order,050440000012,Балапан,Балапан,Balapan,а,б,c,49.47,57.42,+7,\n",
        town.locality.code
    )
}

const GROUPS: &str = "external_id,kindergarten,name,language,birth_year_from,birth_year_to,\
    state_order,capacity\nG-1,K-1,Ботақан,kazakh,2021,2023,yes,25\n";

async fn send(official: &Official, kind: &str, table: &str) -> Import {
    let query = format!("kind={kind}&source=city&file_name={kind}.csv");
    let sent: Import = official.upload(&query, CSV, table).await.json(202);
    official.checked(sent.id).await
}

async fn apply(official: &Official, id: ImportId) -> Import {
    let path = endpoint::import_applying(id);
    official.post(&path, &()).await.shown()
}

async fn import(official: &Official, kind: &str, table: &str) -> Import {
    let checked = send(official, kind, table).await;
    assert_eq!(checked.state, ImportState::Checked, "{checked:?}");
    apply(official, checked.id).await
}

async fn registrar(app: &TestApp, town: &Town) -> Official {
    Official::new(app, &town.locality, &[Duty::Registry]).await
}

async fn a_table_is_sent_looked_at_and_applied(app: &TestApp) {
    let town = app.town(1).await;
    let official = registrar(app, &town).await;
    let answer = official
        .upload("kind=kindergartens&source=city", CSV, kindergartens(&town))
        .await;
    let place = answer.header("location").to_owned();
    let sent: Import = answer.json(202);
    assert_eq!(place, endpoint::import(sent.id));
    assert_eq!(sent.by, official.person.identity.full_name());
    let checked = official.checked(sent.id).await;
    assert_eq!(
        (checked.state, checked.counts.add),
        (ImportState::Checked, 1)
    );
    let rows: Page<ImportRow> = official.get(&endpoint::import_rows(sent.id)).await.shown();
    let row = &rows.items[0];
    assert_eq!(
        (row.row, row.key.as_str(), row.action),
        (2, "K-1", RowAction::Add)
    );
    let none: Page<ImportRow> = official
        .get(&format!("{}?action=change", endpoint::import_rows(sent.id)))
        .await
        .shown();
    assert!(none.items.is_empty());
    // A colleague of the same locality sees it too.
    let colleague = registrar(app, &town).await;
    let seen: Import = colleague.get(&place).await.shown();
    assert_eq!(seen, checked);

    let applied = apply(&official, sent.id).await;
    assert_eq!(applied.state, ImportState::Applied);
    assert!(applied.applied_at.is_some());
    for path in [
        endpoint::import_applying(sent.id),
        endpoint::import_discarding(sent.id),
    ] {
        let again = app.without_a_change(official.post(&path, &())).await;
        again.refused(Code::ImportOver);
    }
    // The same file again changes nothing.
    let again = import(&official, "kindergartens", &kindergartens(&town)).await;
    assert_eq!((again.counts.none, again.counts.add), (1, 0));
    let listed: Page<Import> = official.get(endpoint::IMPORTS).await.shown();
    let ids: Vec<_> = listed.items.iter().map(|one| one.id).collect();
    assert_eq!(ids, [again.id, sent.id]);
    let first: Page<Import> = official
        .get(&format!("{}?limit=1", endpoint::IMPORTS))
        .await
        .shown();
    let cursor = first.next_cursor.expect("a second page");
    let second: Page<Import> = official
        .get(&format!("{}?limit=1&cursor={cursor}", endpoint::IMPORTS))
        .await
        .shown();
    assert_eq!((second.items[0].id, second.next_cursor), (sent.id, None));
}

async fn errors_are_pages_and_nothing_is_changed(app: &TestApp) {
    let town = app.town(1).await;
    let official = registrar(app, &town).await;
    import(&official, "kindergartens", &kindergartens(&town)).await;
    let mut table = GROUPS.to_owned();
    for number in 2..=60 {
        writeln!(table, "G-{number},K-9,=1+1,latin,2023,2021,perhaps,-1").expect("a text");
    }
    let refused = send(&official, "groups", &table).await;
    assert_eq!(refused.state, ImportState::Refused);
    // Language, years, order and capacity of each; a row with errors is not looked at further.
    assert_eq!(refused.error_count, 59 * 4);
    let mut path = format!("{}?limit=100", endpoint::import_errors(refused.id));
    let mut all = Vec::new();
    loop {
        let page: Page<ImportRowError> = official.get(&path).await.shown();
        all.extend(page.items);
        let Some(cursor) = page.next_cursor else {
            break;
        };
        path = format!(
            "{}?limit=100&cursor={cursor}",
            endpoint::import_errors(refused.id)
        );
    }
    assert_eq!(all.len(), 59 * 4);
    let first: Vec<_> = all
        .iter()
        .take(4)
        .map(|error| {
            (
                error.row,
                error.column.as_str(),
                error.code.as_str(),
                error.value.as_str(),
            )
        })
        .collect();
    let expected = [
        (3, "birth_year_to", "period-invalid", "2021"),
        (3, "capacity", "quantity-invalid", "-1"),
        (3, "language", "choice-invalid", "latin"),
        (3, "state_order", "choice-invalid", "perhaps"),
    ];
    assert_eq!(first, expected);
    assert!(all.iter().all(|error| !error.detail.contains('{')));
    let path = endpoint::import_applying(refused.id);
    let refusal = app.without_a_change(official.post(&path, &())).await;
    refusal.refused(Code::ImportHasErrors);
    let groups = number(
        app.db(),
        "SELECT COUNT(*) FROM groups WHERE source = 'city'",
    )
    .await;
    assert_eq!(groups, 0);
    let path = endpoint::import_discarding(refused.id);
    let discarded: Import = official.post(&path, &()).await.shown();
    assert_eq!(discarded.state, ImportState::Discarded);
}

async fn a_file_that_is_no_table_says_why(app: &TestApp) {
    let town = app.town(1).await;
    let official = registrar(app, &town).await;
    let xlsx = TableFormat::Xlsx.media_type();
    let cases: [(&str, &[u8], &str); 8] = [
        (CSV, b"", "table-empty"),
        (CSV, b"external_id,colour\n", "table-columns"),
        (CSV, b"external_id,external_id\n", "table-columns"),
        (CSV, "external_id\u{a0}".as_bytes(), "table-columns"),
        (CSV, b"\xff\xfe\x00", "table-encoding"),
        (xlsx, b"external_id", "table-workbook"),
        ("application/json", b"[1]", "table-entry"),
        (
            "application/x-ndjson",
            b"{\"external_id\": [1]}",
            "table-columns",
        ),
    ];
    for (kind, bytes, code) in cases {
        let query = "kind=groups&source=city";
        let sent: Import = official.upload(query, kind, bytes).await.json(202);
        let import = official.checked(sent.id).await;
        assert_eq!(import.state, ImportState::Discarded);
        let failure = import.failure.expect("a reason");
        assert_eq!(failure.code, code, "{bytes:?}");
        assert!(!failure.detail.contains('{'), "{}", failure.detail);
    }
    for (query, kind, code) in [
        (
            "kind=groups&source=city",
            "application/pdf",
            Code::TableFormatUnknown,
        ),
        ("kind=groups&source=a%20b", CSV, Code::SourceInvalid),
        ("kind=groups", CSV, Code::MalformedRequest),
        ("kind=cities&source=city", CSV, Code::MalformedRequest),
    ] {
        let refused = app
            .without_a_change(official.upload(query, kind, "x"))
            .await;
        refused.refused(code);
    }
}

async fn rows_about_other_localities_are_refused(app: &TestApp) {
    let (mine, other) = (app.town(1).await, app.town(1).await);
    let official = registrar(app, &mine).await;
    let theirs = registrar(app, &other).await;
    import(&theirs, "kindergartens", &kindergartens(&other)).await;
    import(&theirs, "groups", GROUPS).await;
    // A locality that is not theirs, and a kindergarten that would be taken away.
    let elsewhere = kindergartens(&other)
        .replace("K-1", "K-2")
        .replace("050440000012", "050740004819");
    let taken = kindergartens(&mine);
    for table in [elsewhere, taken] {
        let refused = send(&official, "kindergartens", &table).await;
        assert_eq!(refused.state, ImportState::Refused, "{table}");
        let path = endpoint::import_errors(refused.id);
        let errors: Page<ImportRowError> = official.get(&path).await.shown();
        assert_eq!(errors.items[0].code, "locality-unknown");
    }
    for (kind, table, code) in [
        ("groups", GROUPS, "kindergarten-unknown"),
        ("places", "group,free\nG-1,3\n", "group-unknown"),
    ] {
        let refused = send(&official, kind, table).await;
        assert_eq!(refused.state, ImportState::Refused);
        let path = endpoint::import_errors(refused.id);
        let errors: Page<ImportRowError> = official.get(&path).await.shown();
        assert_eq!(errors.items[0].code, code);
    }
    // Nor do the imports of theirs exist, nor what would come out of theirs.
    let listed: Page<Import> = theirs.get(endpoint::IMPORTS).await.shown();
    let path = endpoint::import(listed.items[0].id);
    official.get(&path).await.refused(Code::NotFound);
    official
        .get(&export("groups", "city", other.id(), TableFormat::Csv))
        .await
        .refused(Code::NotFound);
    let sources: RegistrySourceList = theirs.get(endpoint::REGISTRY_SOURCES).await.shown();
    assert_eq!(sources.items[0].source, "city");
    let sources: RegistrySourceList = official.get(endpoint::REGISTRY_SOURCES).await.shown();
    assert!(sources.items.is_empty());
    // Nobody makes a locality here.
    let table = "external_id,code,name_kk,name_ru,name_en,district_kk,district_ru,district_en,\
        latitude,longitude,number_region,child_check\nL-1,new-town,а,б,c,а,б,c,49,57,АКТ,off\n";
    let refused = send(&official, "localities", table).await;
    assert_eq!(refused.state, ImportState::Refused);
    // Another duty brings in another table.
    let queue = official.upload("kind=queue&source=city", CSV, "x");
    app.without_a_change(queue)
        .await
        .refused(Code::NotAppointed);
}

async fn of_a_kind_and_a_source_one_file_is_read_at_a_time(app: &TestApp) {
    let town = app.town(1).await;
    let official = registrar(app, &town).await;
    import(&official, "kindergartens", &kindergartens(&town)).await;
    // An import whose process was killed after it had begun.
    let mut table = GROUPS.to_owned();
    for number in 2..=10 {
        writeln!(table, "G-{number},K-1,Топ,russian,2021,2023,yes,20").expect("a text");
    }
    let interrupted = interrupted(app, &official, &table).await;
    let other = official.upload("kind=groups&source=city", CSV, GROUPS);
    let problem = app
        .without_a_change(other)
        .await
        .refused(Code::ImportRunning);
    assert_eq!(problem.members["import_id"], interrupted.to_string());
    let path = endpoint::import_applying(interrupted);
    let early = app.without_a_change(official.post(&path, &())).await;
    early.refused(Code::ImportNotChecked);
    // Another source is none of its business, nor is another kind.
    let elsewhere: Import = official
        .upload("kind=groups&source=other", CSV, "x")
        .await
        .json(202);
    official.checked(elsewhere.id).await;
    // The same file goes on with it.
    let again: Import = official
        .upload("kind=groups&source=city", CSV, table.as_str())
        .await
        .json(202);
    assert_eq!(again.id, interrupted);
    let checked = official.checked(interrupted).await;
    assert_eq!(
        (checked.state, checked.counts.add),
        (ImportState::Checked, 10)
    );
    // Or it is given up.
    let second = self::interrupted(
        app,
        &official,
        &format!("{table}G-11,K-1,Топ,russian,2021,2023,yes,20\n"),
    )
    .await;
    let path = endpoint::import_discarding(second);
    official.post(&path, &()).await.has_status(200);
    assert_eq!(
        send(&official, "groups", GROUPS).await.state,
        ImportState::Checked
    );
    let left = "SELECT COUNT(*) FROM import_rows WHERE key = 'G-11'";
    assert_eq!(number(app.db(), left).await, 0);
}

/// The import of an official as a killed process leaves it: begun, and nothing read.
async fn interrupted(app: &TestApp, official: &Official, table: &str) -> ImportId {
    use balabaqsha_store::{self as store, appointments::By, imports};
    let import = imports::Import {
        id: ImportId::new(balabaqsha_tests::builders::id()),
        kind: balabaqsha_shared::import::ImportKind::Groups,
        source: "city".into(),
        file_name: "groups.csv".into(),
        digest: Sha256::digest(table.as_bytes()).to_vec(),
        state: ImportState::Staging,
        created_at: app.now(),
        author: By::Person(official.person.id().await),
        rows_read: 0,
        applied_at: None,
        protocol: serde_json::json!({}),
        failure: None,
    };
    let mut tx = app.db().begin().await.expect("a transaction");
    store::imports::insert(&mut tx, &import)
        .await
        .expect("an import");
    tx.commit().await.expect("a commit");
    import.id
}

async fn an_import_that_others_have_overtaken_is_refused_with_its_errors(app: &TestApp) {
    let town = app.town(1).await;
    let official = registrar(app, &town).await;
    import(&official, "kindergartens", &kindergartens(&town)).await;
    import(&official, "groups", GROUPS).await;
    import(&official, "places", "group,free\nG-1,2\n").await;
    let small = GROUPS.replace(",25", ",0");
    let checked = send(&official, "groups", &small).await;
    assert_eq!(checked.state, ImportState::Checked);
    // Meanwhile a parent takes a place.
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let group = vacant(app, &town).await;
    parent.refer(application.id, group).await;
    let path = endpoint::import_applying(checked.id);
    official
        .post(&path, &())
        .await
        .refused(Code::ImportHasErrors);
    let then: Import = official.get(&endpoint::import(checked.id)).await.shown();
    assert_eq!((then.state, then.error_count), (ImportState::Refused, 1));
    let path = endpoint::import_errors(checked.id);
    let errors: Page<ImportRowError> = official.get(&path).await.shown();
    assert_eq!(errors.items[0].code, "capacity-too-small");
}

/// The group of the import, which is not the one that the town began with.
async fn vacant(app: &TestApp, town: &Town) -> balabaqsha_shared::id::GroupId {
    let list: balabaqsha_shared::dto::VacancyList =
        app.client().get(endpoint::VACANCIES).await.shown();
    let mut groups = list.items.iter().map(|one| one.group_id);
    groups
        .find(|group| *group != town.group.id)
        .expect("a vacancy")
}

async fn a_queue_is_seen_by_whoever_has_imported_it(app: &TestApp) {
    let town = app.town(1).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let colleague = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let registrar = registrar(app, &town).await;
    let table = format!(
        "previous_number,locality,child_iin,child_surname,child_given_name,birth_date,\
         applicant_iin,applicant_name,contact_phone,submitted_at,category,state,lapses\n\
         ОД-17,{},210104500011,Серикова,Айлин,2021-01-04,880229400023,СЕРИКОВА АЙГҮЛ,\
         +7 701 123 45 67,2025-03-01 09:30:15,general,queued,0\n",
        town.locality.code
    );
    let checked = send(&official, "queue", &table).await;
    assert_eq!(checked.state, ImportState::Checked, "{checked:?}");
    let path = endpoint::import_rows(checked.id);
    official.get(&path).await.has_status(200);
    colleague.get(&path).await.refused(Code::NotFound);
    let path = endpoint::import(checked.id);
    colleague.get(&path).await.has_status(200);
    registrar.get(&path).await.refused(Code::NotFound);
    let applied = apply(&official, checked.id).await;
    assert_eq!(applied.queues.len(), 1);
    let queue = &applied.queues[0];
    assert_eq!(
        (queue.locality.as_str(), queue.birth_year, queue.children),
        (town.locality.code.as_str(), 2021, 1)
    );
}

fn queue_of(town: &Town, rows: &[&str]) -> String {
    let mut table = "previous_number,locality,child_iin,child_surname,child_given_name,birth_date,\
         applicant_iin,applicant_name,contact_phone,submitted_at,category,state,lapses\n"
        .to_owned();
    for row in rows {
        let code = &town.locality.code;
        writeln!(table, "{}", row.replace("kandyagash", code)).expect("a text");
    }
    table
}

async fn moments_of_an_imported_queue_are_those_of_nobody_else(app: &TestApp) {
    let town = app.town(1).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let row = |number: &str, iin: &str| {
        format!(
            "{number},kandyagash,{iin},Серикова,Айлин,2022-05-10,880229400023,СЕРИКОВА АЙГҮЛ,\
             +7 701 123 45 67,2025-03-01 09:30:15,general,queued,0"
        )
    };
    let child_of = |nth: usize| child(&format!("2022-05-{:02}", 10 + nth)).iin;
    let numbers: Vec<String> = (0..4).map(child_of).collect();
    let (first, second) = (row("ОД-1", &numbers[0]), row("ОД-2", &numbers[1]));
    import(&official, "queue", &queue_of(&town, &[&first, &second])).await;
    // The same second once more, by another file.
    let (third, fourth) = (row("ОД-3", &numbers[2]), row("ОД-4", &numbers[3]));
    import(&official, "queue", &queue_of(&town, &[&third, &fourth])).await;
    let moments = "SELECT COUNT(DISTINCT submitted_at) FROM applications";
    assert_eq!(number(app.db(), moments).await, 4);
}

async fn lapses_of_the_previous_system_count(app: &TestApp) {
    let town = app.town(3).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let parent = Parent::new(app).await;
    let own = child("2022-05-10");
    let row = format!(
        "ОД-1,kandyagash,{},Серикова,Айлин,2022-05-10,{},СЕРИКОВ ДАНИЯР,+7 701 123 45 67,\
         2025-03-01 09:30:15,general,queued,1",
        own.iin, parent.identity.iin
    );
    import(&official, "queue", &queue_of(&town, &[&row])).await;
    let journal: Page<balabaqsha_shared::dto::ApplicationSummary> =
        parent.client.get(endpoint::APPLICATIONS).await.shown();
    let application = journal.items[0].id;
    let referral = parent.refer(application, town.group.id).await;
    // Nobody arrives: the second lapse of the child removes it from the queue (R12).
    let lapses = balabaqsha_shared::time::end_of_day(referral.deadline);
    app.clock.set(lapses);
    parent.log_in().await;
    let shown = parent.application(application).await;
    let state = serde_json::to_value(shown.state).expect("JSON");
    assert!(state.to_string().contains("removed"), "{state}");
}

fn export(kind: &str, source: &str, locality: LocalityId, format: TableFormat) -> String {
    format!(
        "{}?kind={kind}&source={source}&locality_id={locality}&format={}",
        endpoint::EXPORTS,
        format.as_str()
    )
}

async fn what_is_exported_is_imported_again_in_every_format(app: &TestApp) {
    let town = app.town(1).await;
    let official = registrar(app, &town).await;
    let formula = kindergartens(&town).replace("Балапан,Балапан", "=1+1,-2");
    import(&official, "kindergartens", &formula).await;
    import(&official, "groups", GROUPS).await;
    import(&official, "places", "group,free\nG-1,3\n").await;
    for kind in ["kindergartens", "groups", "places"] {
        for format in TableFormat::ALL {
            let path = export(kind, "city", town.id(), format);
            let file = official.get(&path).await.has_status(200);
            assert_eq!(file.header("content-type"), format.media_type());
            let query = format!("kind={kind}&source=city");
            let sent: Import = official
                .upload(&query, format.media_type(), file.body.to_vec())
                .await
                .json(202);
            let checked = official.checked(sent.id).await;
            assert_eq!(
                (checked.state, checked.counts.none),
                (ImportState::Checked, 1),
                "{kind} {format:?}: {checked:?}"
            );
            let path = endpoint::import_discarding(sent.id);
            official.post(&path, &()).await.has_status(200);
        }
    }
    // No spreadsheet takes a cell for a formula.
    let path = export("kindergartens", "city", town.id(), TableFormat::Csv);
    let text = official.get(&path).await.has_status(200).text();
    assert!(text.contains("'=1+1") && text.contains("'-2"), "{text}");
    for format in TableFormat::ALL {
        let path = format!(
            "{}?kind=queue&format={}",
            endpoint::IMPORT_TEMPLATES,
            format.as_str()
        );
        official.get(&path).await.has_status(200);
    }
    let path = export("queue", "city", town.id(), TableFormat::Csv);
    official.get(&path).await.refused(Code::QueueNotExported);
}

async fn a_file_that_is_too_large_is_refused_before_it_is_sent(app: &TestApp) {
    let town = app.town(1).await;
    let official = registrar(app, &town).await;
    let base = app.process.base();
    let address = base.strip_prefix("http://").expect("an address");
    let token = official.client().token().expect("a token");
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head = format!(
        "POST {}?kind=groups&source=city HTTP/1.1\r\nhost: {address}\r\ncontent-type: text/csv\r\n\
         capacity: official\r\nauthorization: Bearer {token}\r\naccept-language: en\r\n\
         content-length: 134217729\r\n\r\nexternal_id",
        endpoint::IMPORTS
    );
    stream.write_all(head.as_bytes()).expect("a beginning");
    let mut answer = String::new();
    // Until the service closes the connection.
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.starts_with("HTTP/1.1 413 "), "{head}");
    let problem: Problem = serde_json::from_str(body).expect("a problem");
    assert_eq!(problem.code, Code::TableTooLarge.as_str());
    assert_eq!(problem.members["limit"], 134_217_728);
    // Whoever may not do it is told as early.
    let stranger = Parent::new(app).await;
    let path = format!("{}?kind=groups&source=city", endpoint::IMPORTS);
    let request = stranger.client.request(Method::POST, &path);
    let request = request.header("capacity", "official");
    let request = request.header("content-type", CSV).body("x");
    stranger
        .client
        .send(request)
        .await
        .refused(Code::NotAppointed);
}

/// A workbook with so many entries of so many noughts each.
fn bomb(entries: usize, bytes: usize) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let noughts = vec![0; bytes];
    for number in 0..entries {
        let name = format!("xl/worksheets/sheet{number}.xml");
        archive.start_file(name, options).expect("an entry");
        archive.write_all(&noughts).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

async fn a_bomb_is_not_opened(app: &TestApp) {
    let town = app.town(1).await;
    let official = registrar(app, &town).await;
    let xlsx = TableFormat::Xlsx.media_type();
    for (entries, bytes) in [(201, 1), (1, 8 << 20)] {
        let query = "kind=groups&source=city";
        let sent: Import = official
            .upload(query, xlsx, bomb(entries, bytes))
            .await
            .json(202);
        let import = official.checked(sent.id).await;
        assert_eq!(
            (import.state, import.rows_read),
            (ImportState::Discarded, 0)
        );
        let failure = import.failure.expect("a reason");
        assert_eq!(failure.code, Code::TableArchive.as_str(), "{entries}");
    }
    // The source is not kept busy by it.
    let fine = send(&official, "kindergartens", &kindergartens(&town)).await;
    assert_eq!(fine.state, ImportState::Checked);
}

async fn an_import_is_applied_once(app: &TestApp) {
    let town = app.town(1).await;
    let official = registrar(app, &town).await;
    let first = send(&official, "kindergartens", &kindergartens(&town)).await;
    // Another file of the same kind and source, checked at the same time.
    let changed = kindergartens(&town).replace("+7,", "+7 700,");
    let second = send(&official, "kindergartens", &changed).await;
    let paths = [first.id, first.id, second.id].map(endpoint::import_applying);
    let [one, two, other] = paths.each_ref().map(|path| official.post(path, &()));
    let (one, two, other) = tokio::join!(one, two, other);
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    // Whichever came second saw what the first has made.
    let _: Import = other.shown();
    let known = "SELECT COUNT(*) FROM kindergartens WHERE source = 'city'";
    assert_eq!(number(app.db(), known).await, 1);
    let history = "SELECT COUNT(*) FROM registry_changes WHERE kind = 'kindergartens'";
    assert_eq!(number(app.db(), history).await, 2);
}

async fn whose_appointment_has_ended_applies_nothing(app: &TestApp) {
    let town = app.town(1).await;
    let official = Official {
        person: Parent::new(app).await,
    };
    let made = appoint(app, &official.person, &town.locality, &[Duty::Registry]).await;
    let checked = send(&official, "kindergartens", &kindergartens(&town)).await;
    assert_eq!(checked.state, ImportState::Checked);
    let core = &app.app().core;
    let ended = appointments::end_by_operator(core, &made[0].id.to_string(), "А. Ахметова").await;
    ended.expect("an appointment that ends");
    for path in [
        endpoint::import_applying(checked.id),
        endpoint::import_discarding(checked.id),
    ] {
        let refused = app.without_a_change(official.post(&path, &())).await;
        refused.refused(Code::NotAppointed);
    }
    let table = official.upload("kind=groups&source=city", CSV, GROUPS);
    let refused = app.without_a_change(table).await;
    refused.refused(Code::NotAppointed);
    // In another locality the rows are about none of theirs.
    let other = app.town(1).await;
    appoint(app, &official.person, &other.locality, &[Duty::Registry]).await;
    let path = endpoint::import_applying(checked.id);
    let refused = official.post(&path, &()).await;
    refused.refused(Code::ImportHasErrors);
    let known = "SELECT COUNT(*) FROM kindergartens WHERE source = 'city'";
    assert_eq!(number(app.db(), known).await, 0);
}

/// Work of which nobody waits for more than so many steps, as when its process is killed.
async fn killed_after<T>(steps: u32, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut taken = 0;
    poll_fn(|context| {
        taken += 1;
        if taken > steps {
            return Poll::Ready(None);
        }
        work.as_mut().poll(context).map(Some)
    })
    .await
}

async fn an_import_that_is_killed_is_done_or_not_begun(app: &TestApp) {
    let town = app.town(1).await;
    let official = registrar(app, &town).await;
    import(&official, "kindergartens", &kindergartens(&town)).await;
    const GROUPS_IN_ALL: i64 = 2_500;
    let mut table = GROUPS.to_owned();
    for number in 2..=GROUPS_IN_ALL {
        writeln!(table, "G-{number},K-1,Топ,russian,2021,2023,yes,20").expect("a text");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("groups.csv");
    std::fs::write(&path, table).expect("a file");
    let core = app.app().core.clone();
    let bring_in = async || {
        let order = Order {
            kind: ImportKind::Groups,
            source: "city".into(),
            table: TableFile::open(&path).expect("a table"),
            by: By::Operator(Comment::parse("А. Ахметова").expect("a name")),
        };
        let checked = imports::check(&core, order).await?;
        imports::apply(&core, checked.id).await
    };
    let known = "SELECT COUNT(*) FROM groups WHERE source = 'city'";
    let mut steps = 1;
    let done = loop {
        if let Some(done) = killed_after(steps, bring_in()).await {
            break done.expect("an import that goes on");
        }
        let there = number(app.db(), known).await;
        assert!(
            there == 0 || there == GROUPS_IN_ALL,
            "{there} after {steps} steps"
        );
        steps += steps.div_ceil(2);
    };
    assert!(steps > 1, "nothing was killed");
    assert_eq!(number(app.db(), known).await, GROUPS_IN_ALL);
    let rows: i64 = done.counts.iter().map(|(_, count)| count).sum();
    assert_eq!(rows, GROUPS_IN_ALL);
    let left = "SELECT COUNT(*) FROM import_rows r JOIN imports i ON i.id = r.import_id \
                WHERE i.state = 'applied'";
    assert_eq!(number(app.db(), left).await, 0);
}
