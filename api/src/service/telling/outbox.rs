//! The outbox of mails. A mail is written in the transaction of its cause and sent later by a
//! job, so that it is sent exactly when the cause has happened.

use crate::{app::Core, error::Result};
use balabaqsha_shared::{email::Email, id::NoticeId};
use balabaqsha_store::{self as store, Tx, mails::NewMail};
use std::fmt;

/// A mail without its recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    pub subject: String,
    pub body: String,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").finish_non_exhaustive()
    }
}

/// Puts a mail into the outbox.
pub async fn enqueue(
    tx: &mut Tx,
    core: &Core,
    recipient: &Email,
    mail: Mail,
    notice: Option<NoticeId>,
) -> Result<()> {
    let mail = NewMail {
        id: core.new_id(),
        recipient: recipient.as_str().to_owned(),
        subject: mail.subject,
        body: mail.body,
        created_at: core.now(),
        notice_id: notice,
    };
    store::mails::insert(tx, &mail).await?;
    Ok(())
}
