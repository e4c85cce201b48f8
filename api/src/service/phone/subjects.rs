//! The texts of a session: what they say, and what judging a signature over them takes.

use super::names;
use crate::{
    app::App,
    error::{Error, Result},
    service::signed::{drafting, record::SignedAct},
};
use balabaqsha_shared::{Localized, code::Code, id::PersonId};
use balabaqsha_store::{
    self as store, Tx,
    signing_sessions::{Beginner, Document, SigningSession, Subject},
};
use chrono::{DateTime, Utc};

/// A text that waits for its signature.
pub(super) struct Text {
    pub number: i32,
    pub name: Localized,
    pub content: Vec<u8>,
    signer: Signer,
}

#[derive(Clone, Copy)]
enum Signer {
    /// Whoever signs logs in.
    Anybody,
    /// The person of the session.
    Person(PersonId),
}

impl Text {
    pub fn words(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }

    /// Judges a signature over it as one that a page sends, and gives its bytes.
    pub async fn judge(&self, app: &App, cms: String, now: DateTime<Utc>) -> Result<Vec<u8>> {
        let content = self.content.clone();
        Ok(match self.signer {
            Signer::Anybody => app.trust.judge_login(cms, content, now).await?.cms,
            Signer::Person(person) => SignedAct::judge(app, person, content, cms, now)
                .await?
                .into_cms(),
        })
    }
}

/// The texts of a session that can still be signed.
pub(super) async fn read(
    tx: &mut Tx,
    session: &SigningSession,
    now: DateTime<Utc>,
) -> Result<Vec<Text>> {
    let documents = store::signing_sessions::documents(tx, session.id).await?;
    let mut texts = Vec::with_capacity(documents.len());
    for document in &documents {
        texts.push(text(tx, session, document, now).await?);
    }
    Ok(texts)
}

async fn text(
    tx: &mut Tx,
    session: &SigningSession,
    document: &Document,
    now: DateTime<Utc>,
) -> Result<Text> {
    let over = || Error::refused(Code::SigningSessionOver);
    let number = document.number;
    match (&session.beginner, document.subject) {
        (Beginner::Browser(_), Subject::Challenge(id)) => {
            let challenge = store::challenges::get(tx, id).await?.ok_or_else(over)?;
            if challenge.used_at.is_some() || now >= challenge.expires_at {
                return Err(over());
            }
            Ok(Text {
                number,
                name: names::login(),
                content: challenge.content,
                signer: Signer::Anybody,
            })
        }
        (Beginner::Person(person), Subject::Draft(id)) => {
            let draft = store::drafts::get(tx, id).await?.ok_or_else(over)?;
            if draft.used_at.is_some() || drafting::expired(&draft, now).is_some() {
                return Err(over());
            }
            Ok(Text {
                number,
                name: names::act(draft.kind),
                content: draft.content,
                signer: Signer::Person(*person),
            })
        }
        _ => Err(Error::internal("a signing session for another's text")),
    }
}
