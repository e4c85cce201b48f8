//! The telephone under which the people of an application are reached. It is not part of what was
//! signed: the signed text keeps the one of its day.

use crate::{
    app::App,
    error::{Error, Result},
    service::{
        input::Fields,
        life::{
            journal::{self, Cause},
            visibility,
        },
        telling::notices::Subject,
    },
};
use balabaqsha_shared::{
    dto,
    event::Event,
    id::{ApplicationId, PersonId},
    input,
};
use balabaqsha_store as store;

/// Sets another telephone; for whoever may act for the application.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn set(
    app: &App,
    person: PersonId,
    id: ApplicationId,
    request: &dto::ContactPhone,
) -> Result<()> {
    let mut fields = Fields::default();
    let phone = fields.read("/contact_phone", input::phone(&request.contact_phone));
    fields.finish()?;
    let phone = phone.ok_or_else(|| Error::internal("the field was accepted without a value"))?;
    app.core
        .db
        .transact(async |tx| {
            let application = visibility::locked(tx, person, id).await?;
            if application.contact_phone == phone {
                return Ok(());
            }
            store::applications::set_contact_phone(tx, application.id, &phone).await?;
            // Processes of the release before cannot read the event.
            if !store::upgrade::finished(tx).await? {
                return Ok(());
            }
            let subject = Subject::Application(&application);
            let (now, cause) = (app.core.now(), Cause::Person(person));
            let event = Event::ContactPhoneChanged {};
            journal::record(tx, &app.core, subject, now, cause, &event).await
        })
        .await
}
