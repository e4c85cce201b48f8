//! Empties the outbox: as many mails at once as there are slots, each on its own, so that one that
//! hangs keeps nobody but itself waiting.

use super::mailer::Mailer;
use crate::{clock::Clock, error, metrics::OLDEST_DUE};
use balabaqsha_store::{self as store, Db};
use chrono::{DateTime, TimeDelta, Utc};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{MissedTickBehavior, interval, timeout},
};

const BEAT: Duration = Duration::from_secs(1);
/// Mails that one process sends at once.
const SLOTS: usize = 20;
/// With this many free slots more mails are claimed before the next run.
const WORTH_ASKING: usize = SLOTS / 2;
/// Timeout for one claim of mails.
const CLAIM_PATIENCE: Duration = Duration::from_secs(60);
/// Grace period for mails being sent when the service stops; another process sends the rest.
const LAST_MOMENT: Duration = Duration::from_secs(10);
/// A mail that is overdue by more than this is reported as an error.
const LATE: TimeDelta = TimeDelta::minutes(10);

/// Takes and sends what is due until it is stopped.
pub(super) fn start(
    mailer: Mailer,
    db: Db,
    clock: Arc<dyn Clock>,
    mut stopped: watch::Receiver<()>,
) -> JoinHandle<()> {
    let outbox = Outbox { mailer, db, clock };
    tokio::spawn(async move {
        let mut beats = interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sending = JoinSet::new();
        let mut more = false;
        loop {
            let beat = tokio::select! {
                // The sender only ever goes away.
                _ = stopped.changed() => break,
                _ = beats.tick() => true,
                Some(ended) = sending.join_next() => {
                    log_panic(&ended);
                    false
                }
            };
            while let Some(ended) = sending.try_join_next() {
                log_panic(&ended);
            }
            let free = SLOTS.saturating_sub(sending.len());
            if free > 0 && (beat || (more && free >= WORTH_ASKING)) {
                more = outbox.fill(&mut sending, free).await;
            }
        }
        let finished = async { while sending.join_next().await.is_some() {} };
        if timeout(LAST_MOMENT, finished).await.is_err() {
            tracing::warn!("mails in hand are left to another process");
        }
    })
}

fn log_panic(ended: &Result<(), tokio::task::JoinError>) {
    if ended.is_err() {
        // The panic hook has written where.
        tracing::error!(job = "mail", "a job panicked");
    }
}

#[derive(Clone)]
struct Outbox {
    mailer: Mailer,
    db: Db,
    clock: Arc<dyn Clock>,
}

impl Outbox {
    /// Begins to send at most so many mails; whether there may be more.
    async fn fill(&self, sending: &mut JoinSet<()>, free: usize) -> bool {
        let most = i64::try_from(free).unwrap_or(1);
        let claiming = self.mailer.claim(&self.db, self.clock.now(), most);
        match timeout(CLAIM_PATIENCE, claiming).await {
            Ok(Ok(mails)) => {
                let more = mails.len() == free;
                for mail in mails {
                    let outbox = self.clone();
                    sending.spawn(async move {
                        let Outbox { mailer, db, clock } = outbox;
                        if let Err(error) = mailer.deliver(&db, clock.as_ref(), &mail).await {
                            super::failed("mail", &error);
                        }
                    });
                }
                more
            }
            Ok(Err(error)) => {
                super::failed("mail", &error);
                false
            }
            Err(_) => {
                super::took_too_long("mail");
                false
            }
        }
    }
}

/// Says how old the oldest mail is that is due, and complains when it is too old.
pub(super) async fn watch_age(db: &Db, now: DateTime<Utc>) -> error::Result<()> {
    let mut tx = db.read().await?;
    let oldest = store::mails::oldest_due(&mut tx, now).await?;
    drop(tx);
    let age = oldest.map_or(TimeDelta::zero(), |oldest| now - oldest);
    let seconds = u32::try_from(age.num_seconds()).unwrap_or(u32::MAX);
    metrics::gauge!(OLDEST_DUE).set(f64::from(seconds));
    if age > LATE {
        tracing::error!(
            seconds,
            "mails are not sent: the oldest that is due waits too long"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::ManualClock, config::Settings};
    use balabaqsha_store::mails::NewMail;
    use secrecy::ExposeSecret;
    use std::path::Path;
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::{TcpListener, TcpStream},
        sync::mpsc,
    };

    /// A mail server that falls silent when it hears of the recipient who is named, and tells of the
    /// mails of all others.
    async fn server(silent_for: &'static str) -> (String, mpsc::UnboundedReceiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (delivered, mails) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(converse(client, silent_for, delivered.clone()));
            }
        });
        (url, mails)
    }

    async fn converse(
        client: TcpStream,
        silent_for: &str,
        delivered: mpsc::UnboundedSender<String>,
    ) -> std::io::Result<()> {
        let (reader, mut writer) = client.into_split();
        let mut lines = BufReader::new(reader).lines();
        writer.write_all(b"220 test\r\n").await?;
        let mut recipient = String::new();
        let mut text = false;
        while let Some(line) = lines.next_line().await? {
            let answer: &[u8] = match line.as_str() {
                "." => {
                    text = false;
                    let _ = delivered.send(recipient.clone());
                    b"250 taken\r\n"
                }
                _ if text => continue,
                "DATA" => {
                    text = true;
                    b"354 go on\r\n"
                }
                _ if line.starts_with("RCPT") && line.contains(silent_for) => {
                    std::future::pending().await
                }
                _ => {
                    if line.starts_with("RCPT") {
                        recipient.clone_from(&line);
                    }
                    b"250 ok\r\n"
                }
            };
            writer.write_all(answer).await?;
        }
        Ok(())
    }

    async fn database(folder: &Path) -> (Settings, Db) {
        let settings = Settings::demo(([127, 0, 0, 1], 0).into(), folder).unwrap();
        let db = Db::connect(settings.database_url.expose_secret())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        (settings, db)
    }

    async fn put(db: &Db, recipient: String, now: DateTime<Utc>) {
        let mail = NewMail {
            id: crate::clock::new_id(now),
            recipient,
            subject: "x".into(),
            body: "x".into(),
            created_at: now,
            notice_id: None,
        };
        let mut tx = db.begin().await.unwrap();
        store::mails::insert(&mut tx, &mail).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_mail_that_hangs_stops_neither_the_others_nor_the_end_of_the_service() {
        let folder = tempfile::tempdir().unwrap();
        let (mut settings, db) = database(folder.path()).await;
        let (url, mut delivered) = server("silent").await;
        settings.smtp_url = Some(url.into());
        let clock = Arc::new(ManualClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
        put(&db, "silent@example.kz".into(), clock.now()).await;
        let others = SLOTS * 3;
        for number in 0..others {
            put(&db, format!("parent{number}@example.kz"), clock.now()).await;
        }
        let (stop, stopped) = watch::channel(());
        let mailer = Mailer::new(&settings).unwrap();
        let job = start(mailer, db.clone(), clock, stopped);
        for _ in 0..others {
            delivered.recv().await.unwrap();
        }
        drop(stop);
        job.await.unwrap();
    }

    #[tokio::test]
    async fn the_oldest_mail_is_one_that_is_due() {
        let folder = tempfile::tempdir().unwrap();
        let (_, db) = database(folder.path()).await;
        let now: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().unwrap();
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let _guard = metrics::set_default_local_recorder(&recorder);
        let shown = |age: u32| {
            let line = format!("{OLDEST_DUE} {age}\n");
            assert!(handle.render().contains(&line), "{}", handle.render());
        };
        watch_age(&db, now).await.unwrap();
        shown(0);
        put(&db, "a@example.kz".into(), now - TimeDelta::seconds(601)).await;
        put(&db, "b@example.kz".into(), now - TimeDelta::seconds(7)).await;
        put(&db, "c@example.kz".into(), now + TimeDelta::seconds(1)).await;
        watch_age(&db, now).await.unwrap();
        shown(601);
        let mut tx = db.begin().await.unwrap();
        let hour = now + TimeDelta::hours(1);
        let oldest = store::mails::claim_due(&mut tx, now, hour, 1)
            .await
            .unwrap();
        store::mails::mark_sent(&mut tx, oldest[0].id, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        watch_age(&db, now).await.unwrap();
        shown(7);
    }
}
