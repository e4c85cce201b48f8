//! Scans of proofs (R21): read by content, shown as images only, encrypted where they are kept, seen by those
//! who may, and opened by nobody while the virus scanner has not answered.

use balabaqsha_api::{config::Settings, service::life::scans};
use balabaqsha_shared::{
    appointment::Duty,
    benefit::{LARGEST_SCAN, ScanKind, VirusCheck},
    code::Code,
    dto::{Scan, VirusCheckOverride},
    endpoint,
};
use balabaqsha_tests::{
    Engine, Official, Parent, TestApp,
    builders::child,
    database::{number, strings},
    on_both_engines, over_http_with,
    proofs::{give_benefits, pdf, picture},
};
use std::{fs, path::Path};

on_both_engines!(over_http:
    a_scan_is_shown_as_an_image_to_those_who_may_see_it,
    what_is_no_scan_is_refused_and_nothing_is_kept,
    a_scan_that_was_sent_with_no_claim_can_be_taken_away,
    a_key_is_exchanged_and_a_lost_one_loses_nothing_else,
);

/// Every file below a folder.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(fs::read(path).expect("a file"));
        }
    }
    found
}

fn folder(app: &TestApp) -> std::path::PathBuf {
    app.app().settings.data_dir.join("scans")
}

async fn a_scan_is_shown_as_an_image_to_those_who_may_see_it(app: &TestApp) {
    let town = app.town(2).await;
    let grounds = give_benefits(app, &town).await;
    let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let original = picture(7);
    let sent = parent.upload(application.id, original.clone()).await;
    let scan: Scan = sent.created();
    assert_eq!(
        (scan.kind, scan.pages, scan.virus_check),
        (ScanKind::Png, 1, VirusCheck::Off)
    );
    // Whoever has lost the answer sends it again, and it is there once.
    let again: Scan = parent
        .upload(application.id, original.clone())
        .await
        .created();
    assert_eq!(again.id, scan.id);
    assert_eq!(number(app.db(), "SELECT COUNT(*) FROM scans").await, 1);

    let page = endpoint::scan_page(scan.id, 1);
    let image = parent.client.get(&page).await.has_status(200);
    assert_eq!(image.header("content-type"), "image/jpeg");
    assert_eq!(image.header("cache-control"), "no-store");
    assert!(image.body.starts_with(&[0xff, 0xd8]));
    for wrong in [0, 2] {
        let path = endpoint::scan_page(scan.id, wrong);
        parent.client.get(&path).await.refused(Code::NotFound);
    }
    let stranger = Parent::new(app).await;
    stranger.client.get(&page).await.refused(Code::NotFound);
    // Before it is sent with a claim, officials do not know of it.
    let office = endpoint::office_scan_page(scan.id, 1);
    official.get(&office).await.refused(Code::NotFound);
    parent
        .claim(application.id, &grounds[0], &[scan.id])
        .await
        .has_status(201);
    let shown = official.get(&office).await.has_status(200);
    assert_eq!(shown.body, image.body);
    let path = endpoint::office_scan_original(scan.id);
    let file = official.get(&path).await.has_status(200);
    assert_eq!(file.body, original);
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    let elsewhere = app.town(1).await;
    let other = Official::new(app, &elsewhere.locality, &Duty::ALL).await;
    other.get(&office).await.refused(Code::NotFound);
    let looks = "SELECT operation FROM audit_records WHERE operation LIKE '%scan%' ORDER BY id";
    let looks = strings(app.db(), looks.into()).await;
    assert_eq!(looks, ["get_office_scan_page", "get_office_scan_original"]);

    // What is kept tells nothing.
    let kept = files(&folder(app));
    assert_eq!(kept.len(), 2);
    for file in kept {
        for clear in [&original, &image.body] {
            let part = &clear[clear.len() / 2..][..16];
            assert!(!file.windows(16).any(|bytes| bytes == part));
        }
    }
}

async fn what_is_no_scan_is_refused_and_nothing_is_kept(app: &TestApp) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let mut giant = picture(1);
    giant.splice(16..24, [0, 0, 0x4e, 0x20, 0, 0, 0x27, 0x10]);
    let sum = crc(&giant[12..29]);
    giant.splice(29..33, sum.to_be_bytes());
    let mut large = picture(1);
    large.resize(LARGEST_SCAN + 1, 0);
    let mut broken = picture(1);
    broken.truncate(60);
    for (content, code) in [
        (b"#!/bin/sh\nrm -rf /\n".to_vec(), Code::ScanFormatUnknown),
        (
            b"<html><script>alert(1)</script>%PDF-1.7".to_vec(),
            Code::ScanFormatUnknown,
        ),
        (b"PK\x03\x04zip".to_vec(), Code::ScanFormatUnknown),
        (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), Code::ScanHeic),
        (giant, Code::ScanTooManyPixels),
        (large, Code::ScanTooLarge),
        (Vec::new(), Code::ScanTooLarge),
        (broken, Code::ScanBroken),
        (b"%PDF-1.7 and nothing else".to_vec(), Code::ScanBroken),
    ] {
        let sent = parent.upload(application.id, content);
        app.without_a_change(sent).await.refused(code);
    }
    let sent: Scan = parent.upload(application.id, pdf()).await.created();
    assert_eq!((sent.kind, sent.pages), (ScanKind::Pdf, 1));
    assert_eq!(files(&folder(app)).len(), 2);
    // Before anything is read of the body.
    let stranger = Parent::new(app).await;
    let theirs = stranger.upload(application.id, picture(1));
    app.without_a_change(theirs).await.refused(Code::NotFound);
    for shade in 2..11 {
        let sent = parent.upload(application.id, picture(shade)).await;
        sent.has_status(201);
    }
    let more = parent.upload(application.id, picture(11));
    app.without_a_change(more).await.refused(Code::ScansTooMany);
}

/// CRC-32 of PNG.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

async fn a_scan_that_was_sent_with_no_claim_can_be_taken_away(app: &TestApp) {
    let town = app.town(2).await;
    let grounds = give_benefits(app, &town).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let first: Scan = parent.upload(application.id, picture(1)).await.created();
    let second: Scan = parent.upload(application.id, picture(2)).await.created();
    let path = endpoint::scan(first.id);
    let stranger = Parent::new(app).await;
    stranger.client.delete(&path).await.refused(Code::NotFound);
    parent.client.delete(&path).await.has_status(204);
    parent.client.delete(&path).await.refused(Code::NotFound);
    assert_eq!(files(&folder(app)).len(), 2);
    parent
        .claim(application.id, &grounds[0], &[second.id])
        .await
        .has_status(201);
    let path = endpoint::scan(second.id);
    let sent = app.without_a_change(parent.client.delete(&path)).await;
    sent.refused(Code::NotFound);
    // R26: after thirty days nobody waits for what was sent with no claim.
    let third: Scan = parent.upload(application.id, picture(3)).await.created();
    app.clock.advance(chrono::TimeDelta::days(30));
    scans::forget_unsent(app.app())
        .await
        .expect("nothing to forget");
    assert_eq!(files(&folder(app)).len(), 4);
    app.clock.advance(chrono::TimeDelta::seconds(1));
    scans::forget_unsent(app.app())
        .await
        .expect("a scan to forget");
    assert_eq!(files(&folder(app)).len(), 2);
    parent.log_in().await;
    let page = endpoint::scan_page(third.id, 1);
    parent.client.get(&page).await.refused(Code::NotFound);
}

async fn a_key_is_exchanged_and_a_lost_one_loses_nothing_else(app: &TestApp) {
    let town = app.town(2).await;
    let parent = Parent::new(app).await;
    let application = parent.queue(town.id(), &child("2022-05-10")).await;
    let scan: Scan = parent.upload(application.id, picture(1)).await.created();
    let page = endpoint::scan_page(scan.id, 1);
    let shown = parent.client.get(&page).await.has_status(200).body;
    let file = app.app().settings.data_dir.join("scans.key");
    let old = fs::read_to_string(&file).expect("a key file");
    // As the command does it, beside the running process.
    let keys = balabaqsha_scans::Keys::add(&file).expect("a new key");
    let opened = balabaqsha_api::startup::open_scans(&app.app().settings, app.db())
        .await
        .expect("scans");
    let newest = keys.newest_id().as_str();
    let sealed = scans::seal_anew(app.db(), &opened, newest).await;
    assert_eq!(sealed.expect("keys of scans"), 1);
    let known = strings(app.db(), "SELECT DISTINCT key_id FROM scans".into()).await;
    assert_eq!(known, [newest]);
    let whole = fs::read_to_string(&file).expect("a key file");
    let without_old = whole.strip_prefix(&old).expect("the old key first");
    fs::write(&file, without_old).expect("the newest key alone");
    let after = parent.client.get(&page).await.has_status(200).body;
    assert_eq!(after, shown);
    // Another process that has only a key of before.
    fs::write(&file, &old).expect("the old key");
    let other = app.second_process().await;
    let elsewhere = parent.at(&other);
    elsewhere
        .client
        .get(&page)
        .await
        .refused(Code::ScansUnavailable);
    other.stop().await;
    // Without the file nothing is made in its place.
    fs::remove_file(&file).expect("a key file");
    let other = app.second_process().await;
    let elsewhere = parent.at(&other);
    let sent = elsewhere.upload(application.id, picture(2)).await;
    sent.refused(Code::ScansUnavailable);
    assert!(!file.exists());
    elsewhere.application(application.id).await;
    other.stop().await;
}

#[test]
fn nobody_opens_what_the_virus_scanner_has_not_looked_at() {
    // Nobody listens there.
    let down = |settings: &mut Settings| {
        settings.scans.virus_scanner = Some("127.0.0.1:1".to_owned());
    };
    over_http_with(Engine::Sqlite, down, async |app: &TestApp| {
        let town = app.town(2).await;
        let grounds = give_benefits(app, &town).await;
        let official = Official::new(app, &town.locality, &[Duty::Queue]).await;
        let parent = Parent::new(app).await;
        let application = parent.queue(town.id(), &child("2022-05-10")).await;
        let scan: Scan = parent.upload(application.id, picture(1)).await.created();
        assert_eq!(scan.virus_check, VirusCheck::Unchecked);
        parent
            .claim(application.id, &grounds[0], &[scan.id])
            .await
            .has_status(201);
        let page = endpoint::scan_page(scan.id, 1);
        parent.client.get(&page).await.refused(Code::ScanUnchecked);
        let page = endpoint::office_scan_page(scan.id, 1);
        official.get(&page).await.refused(Code::ScanUnchecked);
        let original = endpoint::office_scan_original(scan.id);
        official.get(&original).await.refused(Code::ScanUnchecked);
        scans::look_again(app.app()).await.expect("no answer yet");
        let path = endpoint::virus_check_override(scan.id);
        let wish = |reason: &str| VirusCheckOverride {
            reason: reason.into(),
        };
        let words = wish(" ");
        let empty = app.without_a_change(official.post(&path, &words)).await;
        empty.refused(Code::ValidationFailed);
        let wish = wish("проверка не отвечает второй день");
        let opened: Scan = official.post(&path, &wish).await.shown();
        assert_eq!(opened.virus_check, VirusCheck::Overridden);
        official.get(&page).await.has_status(200);
        let reasons = "SELECT override_reason FROM scans".to_owned();
        assert_eq!(strings(app.db(), reasons).await, [wish.reason]);
    });
}
