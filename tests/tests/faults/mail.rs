//! A mail server that takes connections and then says nothing.

use balabaqsha_store::{self as store, mails::NewMail};
use balabaqsha_tests::{Client, Installation, Server, builders::id, on_both_engines};
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

on_both_engines!(with_processes: a_silent_mail_server_is_complained_about_and_does_not_keep_the_service_from_stopping);

const POLL: Duration = Duration::from_millis(20);
/// Reached only when something hangs.
const PATIENCE: Duration = Duration::from_secs(120);
const MAILS: usize = 3;

/// The address of a server that keeps all connections open, and the connections.
fn silent() -> (String, Arc<Mutex<Vec<TcpStream>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let open = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&open);
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            kept.lock().unwrap().push(client);
        }
    });
    (url, open)
}

async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = tokio::time::Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(POLL).await;
    }
}

async fn a_silent_mail_server_is_complained_about_and_does_not_keep_the_service_from_stopping(
    site: &Installation<'_>,
) {
    // The process takes the time from the machine.
    let written = DateTime::<Utc>::from(std::time::SystemTime::now()) - TimeDelta::minutes(11);
    let mut tx = site.db.begin().await.unwrap();
    for _ in 0..MAILS {
        let mail = NewMail {
            id: id(),
            recipient: "parent@example.kz".into(),
            subject: "x".into(),
            body: "x".into(),
            created_at: written,
            notice_id: None,
        };
        store::mails::insert(&mut tx, &mail).await.unwrap();
    }
    tx.commit().await.unwrap();

    let (url, open) = silent();
    let flags = ["--smtp-url", &url, "--metrics-bind", "127.0.0.1:0"];
    let mut server: Server = site.start_with(0, &flags);
    until("it does not start", || server.is_ready().then_some(())).await;
    // All are tried, although none gets an answer.
    until("not all are tried", || {
        (open.lock().unwrap().len() >= MAILS).then_some(())
    })
    .await;
    let complaint = until("no complaint", || server.has_logged("mails are not sent")).await;
    assert!(complaint.contains("ERROR"), "{complaint}");
    assert!(!complaint.contains("example.kz"), "{complaint}");

    let line = server.has_logged("metrics").unwrap();
    let address = line.split("address=").nth(1).unwrap().trim();
    let shown = Client::new(&format!("http://{address}"))
        .get("/metrics")
        .await;
    assert_eq!(shown.status, 200);
    assert!(
        shown
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    let shown = shown.text();
    let age = shown
        .lines()
        .find_map(|line| line.strip_prefix("balabaqsha_mail_oldest_due_seconds "))
        .unwrap_or_else(|| panic!("{shown}"));
    assert!(age.parse::<f64>().unwrap() > 600.0, "{shown}");
    server.terminate();
}
