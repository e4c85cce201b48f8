//! Sends one mail of the outbox: to a mail server, or, where none is configured, into files
//! under the data folder. Logs never carry an address, a subject or a text, and of a mail server's
//! answer only its kind, because servers like to quote the address.

use crate::{
    clock::{self, Clock},
    config::Settings,
    error,
    metrics::MAILS,
};
use balabaqsha_shared::{id::NoticeId, notice::NoticeKind};
use balabaqsha_store::{self as store, Db, Tx, mails::MailRow, notices::Notice};
use chrono::{DateTime, TimeDelta, Utc};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header},
    transport::smtp,
};
use secrecy::ExposeSecret;
use std::{io, path::PathBuf, sync::Arc, time::Duration};
use tokio::time::timeout;
use uuid::Uuid;

/// Lease on a claimed mail; afterwards another process may claim it.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// Timeout for connecting to the mail server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// For everything about one mail, since a server may fall silent at any step. Well below the lease,
/// so that a living process never loses one.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pauses after the first, second, … failed attempt; after the last there is none.
const PAUSES: [TimeDelta; 7] = [
    TimeDelta::seconds(5),
    TimeDelta::seconds(30),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(6),
    TimeDelta::hours(12),
];

#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    #[error("the sender of mails is no mailbox: {0}")]
    Sender(#[from] lettre::address::AddressError),
    /// Without the URL, which carries a password.
    #[error("the URL of the mail server cannot be used")]
    Url,
    #[error("the folder for mails, {}: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },
}

/// Why one mail could not be sent, in words that are fit for the log.
#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error("the mail cannot be written")]
    Unwritable,
    #[error("mail server: {0}")]
    Server(String),
    #[error("mail server: does not know the address ({0})")]
    NoSuchAddress(u16),
    #[error("not done in time")]
    TimeOut,
    #[error("file: {0}")]
    File(io::ErrorKind),
}

enum Transport {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// Takes mails from the outbox and sends them.
#[derive(Clone)]
pub struct Mailer {
    transport: Arc<Transport>,
    sender: Mailbox,
    patience: Duration,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").finish_non_exhaustive()
    }
}

impl Mailer {
    /// # Errors
    /// When the settings for mails mean nothing, or the folder for them cannot be made.
    pub fn new(settings: &Settings) -> Result<Self, MailerError> {
        let transport = match &settings.smtp_url {
            Some(url) => {
                let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
                    .map_err(|_| MailerError::Url)?;
                Transport::Server(server.timeout(Some(CONNECT_TIMEOUT)).build())
            }
            None => {
                let path = settings.data_dir.join("mail");
                std::fs::create_dir_all(&path).map_err(|source| MailerError::Folder {
                    path: path.clone(),
                    source,
                })?;
                Transport::Folder(path)
            }
        };
        Ok(Self {
            transport: Arc::new(transport),
            sender: settings.mail_from.parse()?,
            patience: PATIENCE,
        })
    }

    /// Claims up to so many mails that are due. The claim is committed before anything is sent: no
    /// transaction waits for a mail server.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn claim(
        &self,
        db: &Db,
        now: DateTime<Utc>,
        most: i64,
    ) -> error::Result<Vec<MailRow>> {
        db.transact(async |tx| Ok(store::mails::claim_due(tx, now, now + LEASE, most).await?))
            .await
    }

    /// Sends a mail that was claimed, and writes down what became of it.
    ///
    /// # Errors
    /// When the database does not answer; the mail is sent again when the lease is over.
    pub async fn deliver(&self, db: &Db, clock: &dyn Clock, mail: &MailRow) -> error::Result<()> {
        let outcome = timeout(self.patience, self.send(mail, clock.now()))
            .await
            .unwrap_or(Err(SendError::TimeOut));
        settle(db, clock.now(), mail, outcome).await
    }

    async fn send(&self, mail: &MailRow, now: DateTime<Utc>) -> Result<(), SendError> {
        let message = self.write(mail, now)?;
        match self.transport.as_ref() {
            Transport::Server(server) => match server.send(message).await {
                Ok(_) => Ok(()),
                Err(error) => Err(failure(&error)),
            },
            Transport::Folder(folder) => {
                // Under the mail's own id: sent twice is written twice, but there once.
                let file = folder.join(format!("{}.eml", mail.id));
                let unfinished = folder.join(format!("{}.eml.part", mail.id));
                let failed = |error: io::Error| SendError::File(error.kind());
                tokio::fs::write(&unfinished, message.formatted())
                    .await
                    .map_err(failed)?;
                tokio::fs::rename(&unfinished, &file).await.map_err(failed)
            }
        }
    }

    fn write(&self, mail: &MailRow, now: DateTime<Utc>) -> Result<Message, SendError> {
        let recipient: Mailbox = mail.recipient.parse().map_err(|_| SendError::Unwritable)?;
        Message::builder()
            .from(self.sender.clone())
            .to(recipient)
            .subject(mail.subject.clone())
            .date(now.into())
            .message_id(Some(self.message_id(mail.id)))
            .raw_header(automatic())
            .header(header::ContentType::TEXT_PLAIN)
            .body(mail.body.clone())
            .map_err(|_| SendError::Unwritable)
    }

    /// The same for every attempt, so that mail programs recognise a mail that came twice.
    fn message_id(&self, id: Uuid) -> String {
        format!("<{id}@{}>", self.sender.email.domain())
    }
}

/// `Auto-Submitted` keeps vacation responders from replying (RFC 3834).
fn automatic() -> header::HeaderValue {
    let name = header::HeaderName::new_from_ascii_str("Auto-Submitted");
    header::HeaderValue::new(name, "auto-generated".to_owned())
}

/// Answers after which no attempt can succeed (RFC 5321, section 4.2.3): there is no such mailbox, it
/// is elsewhere, its name is none, or its host takes no mail (RFC 7504).
const NO_SUCH_ADDRESS: [u16; 4] = [550, 551, 553, 556];

fn failure(error: &smtp::Error) -> SendError {
    let status = error.status().map(u16::from);
    match status.filter(|status| NO_SUCH_ADDRESS.contains(status)) {
        Some(status) => SendError::NoSuchAddress(status),
        None => SendError::Server(kind(error)),
    }
}

fn kind(error: &smtp::Error) -> String {
    match error.status() {
        Some(status) => format!("answered {status}"),
        None if error.is_timeout() => "timed out".to_owned(),
        None if error.is_tls() => "TLS failed".to_owned(),
        None if error.is_response() => "answered nonsense".to_owned(),
        None if error.is_client() => "lacks what is needed".to_owned(),
        None => "cannot be reached".to_owned(),
    }
}

async fn settle(
    db: &Db,
    now: DateTime<Utc>,
    mail: &MailRow,
    outcome: Result<(), SendError>,
) -> error::Result<()> {
    db.transact(async |tx| {
        match outcome {
            Ok(()) => {
                store::mails::mark_sent(tx, mail.id, now).await?;
                metrics::counter!(MAILS, "outcome" => "sent").increment(1);
                tracing::info!(mail = %mail.id, "mail sent");
            }
            Err(error) => {
                let pause = pause_after(mail.attempts, &error);
                let again = pause.map(|pause| now + pause);
                store::mails::mark_failed(tx, mail.id, now, again).await?;
                if matches!(error, SendError::NoSuchAddress(_)) {
                    // The account says so: nobody waits for mails that never come.
                    refuse(tx, mail, now).await?;
                }
                let (attempts, last) = (mail.attempts, pause.is_none());
                let kind = if last { "given_up" } else { "failed" };
                metrics::counter!(MAILS, "outcome" => kind).increment(1);
                tracing::warn!(mail = %mail.id, attempts, last, %error, "mail not sent");
            }
        }
        Ok(())
    })
    .await
}

/// Everybody who has the address sees that mails do not reach it.
async fn refuse(tx: &mut Tx, mail: &MailRow, now: DateTime<Utc>) -> error::Result<()> {
    let told = store::persons::refuse_email(tx, &mail.recipient, now).await?;
    // A process of the release before cannot read this kind.
    if !store::upgrade::finished(tx).await? {
        return Ok(());
    }
    for person_id in told {
        let notice = Notice {
            id: NoticeId::new(clock::new_id(now)),
            person_id,
            application_id: None,
            cause_id: mail.id,
            kind: NoticeKind::EmailRefused,
            at: now,
            facts: serde_json::json!({}),
            read_at: None,
        };
        store::notices::insert(tx, &notice).await?;
    }
    Ok(())
}

/// None gives up: after the last attempt, and where no attempt can succeed.
fn pause_after(attempts: i32, error: &SendError) -> Option<TimeDelta> {
    if matches!(error, SendError::Unwritable | SendError::NoSuchAddress(_)) {
        return None;
    }
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    PAUSES.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use balabaqsha_shared::{Language, email::Email, id::PersonId, iin::Iin};
    use balabaqsha_store::mails::NewMail;
    use futures_util::future::join_all;
    use std::{net::SocketAddr, path::Path};
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::{TcpListener, TcpStream},
        sync::mpsc,
    };

    const BATCH: i64 = 10;
    const NOBODY: &str = "550 <parent@example.kz> no such user\r\n";
    const LATER: &str = "450 <parent@example.kz> come again\r\n";
    const SECRET_WORDS: &str = "042137 — құпия код";

    struct Post {
        db: Db,
        clock: ManualClock,
        settings: Settings,
        folder: tempfile::TempDir,
    }

    async fn post(smtp_url: Option<String>) -> Post {
        let folder = tempfile::tempdir().unwrap();
        let mut settings =
            Settings::demo(SocketAddr::from(([127, 0, 0, 1], 0)), folder.path()).unwrap();
        settings.mail_from = "Балабақша <noreply@queue.example.kz>".into();
        settings.smtp_url = smtp_url.map(Into::into);
        let db = Db::connect(settings.database_url.expose_secret())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let clock = ManualClock::new("2026-11-23T09:00:00Z".parse().unwrap());
        Post {
            db,
            clock,
            settings,
            folder,
        }
    }

    impl Post {
        async fn put(&self, recipient: &str) -> Uuid {
            let mail = NewMail {
                id: crate::clock::new_id(self.clock.now()),
                recipient: recipient.into(),
                subject: "Растау коды".into(),
                body: SECRET_WORDS.into(),
                created_at: self.clock.now(),
                notice_id: None,
            };
            let mut tx = self.db.begin().await.unwrap();
            store::mails::insert(&mut tx, &mail).await.unwrap();
            tx.commit().await.unwrap();
            mail.id
        }

        async fn send_due(&self) {
            self.send_due_with(&Mailer::new(&self.settings).unwrap())
                .await;
        }

        async fn send_due_with(&self, mailer: &Mailer) {
            let mails = mailer
                .claim(&self.db, self.clock.now(), BATCH)
                .await
                .unwrap();
            let sending = mails
                .iter()
                .map(|mail| mailer.deliver(&self.db, &self.clock, mail));
            for settled in join_all(sending).await {
                settled.unwrap();
            }
        }

        /// Mails that would be claimed at this moment; the claim itself is rolled back.
        async fn due(&self) -> usize {
            let now = self.clock.now();
            let mut tx = self.db.begin().await.unwrap();
            store::mails::claim_due(&mut tx, now, now + LEASE, BATCH)
                .await
                .unwrap()
                .len()
        }
    }

    fn files(folder: &Path) -> Vec<String> {
        std::fs::read_dir(folder.join("mail"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[tokio::test]
    async fn without_a_mail_server_mails_are_files_under_their_ids() {
        let post = post(None).await;
        let id = post.put("parent@example.kz").await;
        post.send_due().await;
        assert_eq!(files(post.folder.path()), [format!("{id}.eml")]);
        let file = post.folder.path().join("mail").join(format!("{id}.eml"));
        let mail = std::fs::read_to_string(file).unwrap();
        assert!(
            mail.contains(&format!("Message-ID: <{id}@queue.example.kz>")),
            "{mail}"
        );
        assert!(mail.contains("To: parent@example.kz"), "{mail}");
        assert!(mail.contains("Auto-Submitted: auto-generated"), "{mail}");
        assert_eq!(post.due().await, 0);
        post.send_due().await;
        assert_eq!(files(post.folder.path()).len(), 1);
    }

    /// Speaks SMTP (RFC 5321) to one client after another; `refusal` answers RCPT.
    async fn mail_server(
        refusal: Option<&'static str>,
    ) -> (String, mpsc::UnboundedReceiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (delivered, mails) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(converse(client, refusal, delivered.clone()));
            }
        });
        (url, mails)
    }

    async fn converse(
        client: TcpStream,
        refusal: Option<&'static str>,
        delivered: mpsc::UnboundedSender<String>,
    ) -> io::Result<()> {
        let (reader, mut writer) = client.into_split();
        let mut lines = BufReader::new(reader).lines();
        writer.write_all(b"220 test\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let answer: &[u8] = match line.get(..4).unwrap_or("") {
                "RCPT" if refusal.is_some() => refusal.unwrap_or_default().as_bytes(),
                "EHLO" => b"250-test\r\n250 8BITMIME\r\n",
                "QUIT" => b"221 bye\r\n",
                "DATA" => {
                    writer.write_all(b"354 go on\r\n").await?;
                    let mut mail = String::new();
                    while let Some(line) = lines.next_line().await? {
                        if line == "." {
                            break;
                        }
                        mail.push_str(&line);
                        mail.push('\n');
                    }
                    let _ = delivered.send(mail);
                    b"250 taken\r\n"
                }
                _ => b"250 ok\r\n",
            };
            writer.write_all(answer).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn each_mail_is_sent_once() {
        let (url, mut delivered) = mail_server(None).await;
        let post = post(Some(url)).await;
        let ids = [
            post.put("a@example.kz").await,
            post.put("b@example.kz").await,
        ];
        post.send_due().await;
        post.send_due().await;
        let mut mails = [
            delivered.recv().await.unwrap(),
            delivered.recv().await.unwrap(),
        ];
        mails.sort();
        for id in ids {
            let count = mails
                .iter()
                .filter(|mail| mail.contains(&id.to_string()))
                .count();
            assert_eq!(count, 1);
        }
        assert!(delivered.try_recv().is_err(), "nothing comes twice");
        assert!(
            !post.folder.path().join("mail").exists(),
            "there are no files then"
        );
    }

    /// Takes connections, and falls silent after so many lines of each.
    async fn silent_after(lines: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((client, _)) = listener.accept().await {
                let (reader, mut writer) = client.into_split();
                let mut heard = BufReader::new(reader).lines();
                for said in 0..lines {
                    if said > 0 {
                        let _ = heard.next_line().await;
                    }
                    let answer: &[u8] = if said == 0 {
                        b"220 test\r\n"
                    } else {
                        b"250 ok\r\n"
                    };
                    let _ = writer.write_all(answer).await;
                }
                open.push((heard, writer));
            }
        });
        url
    }

    #[rstest::rstest]
    #[case::at_the_greeting(0)]
    #[case::after_the_greeting(1)]
    #[case::at_the_sender(2)]
    #[case::at_the_recipient(3)]
    #[tokio::test]
    async fn silent_mail_server_costs_one_attempt(#[case] lines: usize) {
        let post = post(Some(silent_after(lines).await)).await;
        post.put("parent@example.kz").await;
        let mut mailer = Mailer::new(&post.settings).unwrap();
        mailer.patience = Duration::from_millis(100);
        post.send_due_with(&mailer).await;
        assert_eq!(post.due().await, 0, "it waits for its next attempt");
        post.clock.advance(PAUSES[0]);
        assert_eq!(post.due().await, 1);
    }

    #[tokio::test]
    async fn a_refused_mail_is_tried_eight_times_with_growing_pauses() {
        let (url, _delivered) = mail_server(Some(LATER)).await;
        let post = post(Some(url)).await;
        post.put("parent@example.kz").await;
        for pause in PAUSES {
            assert_eq!(post.due().await, 1);
            post.send_due().await;
            post.clock.advance(pause - TimeDelta::microseconds(1));
            assert_eq!(post.due().await, 0, "before the pause of {pause} is over");
            post.clock.advance(TimeDelta::microseconds(1));
        }
        assert_eq!(post.due().await, 1);
        post.send_due().await;
        post.clock.advance(TimeDelta::days(365));
        assert_eq!(post.due().await, 0, "given up");
    }

    #[tokio::test]
    async fn an_address_that_does_not_exist_is_tried_once_and_noted() {
        let (url, _delivered) = mail_server(Some(NOBODY)).await;
        let post = post(Some(url)).await;
        let mut tx = post.db.begin().await.unwrap();
        let mut ids = Vec::new();
        for (iin, address) in [
            ("850715300013", "parent@example.kz"),
            ("880229400023", "other@example.kz"),
        ] {
            let id = PersonId::new(crate::clock::new_id(post.clock.now()));
            let iin = Iin::parse(iin).unwrap();
            let (language, now) = (Language::Kk, post.clock.now());
            store::persons::log_in(&mut tx, id, &iin, "СЕРИКОВ", language, now)
                .await
                .unwrap();
            let address = Email::parse(address).unwrap();
            store::persons::set_email(&mut tx, id, &address, language)
                .await
                .unwrap();
            ids.push(id);
        }
        tx.commit().await.unwrap();
        post.put("parent@example.kz").await;
        post.send_due().await;
        post.clock.advance(TimeDelta::days(365));
        assert_eq!(post.due().await, 0);
        let mut tx = post.db.read().await.unwrap();
        let mut refused = Vec::new();
        for id in ids.clone() {
            let person = store::persons::require(&mut tx, id).await.unwrap();
            refused.push(person.email_refused_at.is_some());
        }
        assert_eq!(refused, [true, false]);
        let mut told = Vec::new();
        for id in ids {
            let notices = store::notices::list_of(&mut tx, id, None, 9).await.unwrap();
            told.push(notices.into_iter().map(|one| one.kind).collect::<Vec<_>>());
        }
        assert_eq!(told, [vec![NoticeKind::EmailRefused], vec![]]);
    }

    #[tokio::test]
    async fn mail_that_cannot_be_composed_is_given_up() {
        let post = post(None).await;
        post.put("not an address").await;
        post.send_due().await;
        post.clock.advance(TimeDelta::days(365));
        assert_eq!(post.due().await, 0);
        assert!(files(post.folder.path()).is_empty());
    }

    #[tokio::test]
    async fn errors_do_not_repeat_replies_of_the_mail_server() {
        let (url, _delivered) = mail_server(Some(NOBODY)).await;
        let post = post(Some(url)).await;
        let mailer = Mailer::new(&post.settings).unwrap();
        let mail = MailRow {
            id: Uuid::from_u128(1),
            recipient: "parent@example.kz".into(),
            subject: "x".into(),
            body: SECRET_WORDS.into(),
            attempts: 1,
        };
        let error = mailer
            .send(&mail, post.clock.now())
            .await
            .unwrap_err()
            .to_string();
        assert_eq!(error, "mail server: does not know the address (550)");
    }

    #[tokio::test]
    async fn leased_mail_is_not_sent_by_another_process() {
        let post = post(None).await;
        post.put("parent@example.kz").await;
        let now = post.clock.now();
        let mut tx = post.db.begin().await.unwrap();
        store::mails::claim_due(&mut tx, now, now + LEASE, BATCH)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        post.clock.advance(LEASE - TimeDelta::microseconds(1));
        assert_eq!(post.due().await, 0);
        post.clock.advance(TimeDelta::microseconds(1));
        assert_eq!(post.due().await, 1);
    }

    #[test]
    fn invalid_smtp_url_is_rejected_without_echoing_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings =
            Settings::demo(SocketAddr::from(([127, 0, 0, 1], 0)), folder.path()).unwrap();
        settings.smtp_url = Some("ftp://u:hunter2@mail.example.kz".into());
        let error = Mailer::new(&settings).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
