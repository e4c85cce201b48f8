//! Queueing a child (R4).

use super::{
    Act, DRAFT_LIFETIME, Drafted, Drafting, Entry, Signer, again::Sending, draft_view, judge,
    keep_draft, perform,
};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        input::Fields,
        life::journal::Cause,
        reading::{applications, views},
        signed::papers::Paper,
        telling::notices::Subject,
    },
};
use balabaqsha_shared::{
    Language,
    application::{ApplicationState, Category},
    child::Child,
    code::Code,
    dto,
    entity::Application,
    event::Event,
    id::{ApplicationId, LocalityId, PersonId},
    input,
    number::ApplicationNumber,
    phone::Phone,
    rules::{Violation, r04_queueing},
    statement::Statement,
    time,
};
use balabaqsha_store::{self as store, Tx, drafts::DraftKind, localities::Locality};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

struct Queueing;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    locality_id: LocalityId,
    child: Child,
    category: Category,
    contact_phone: Phone,
}

/// Checks the data and answers with the text to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    person: PersonId,
    request: dto::ApplicationDraftRequest,
) -> Result<dto::Draft> {
    app.core
        .db
        .effect(async |tx| create_draft_in(tx, app, person, request).await)
        .await
}

async fn create_draft_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    request: dto::ApplicationDraftRequest,
) -> Result<dto::Draft> {
    let now = app.core.now();
    let today = time::local_date(now);
    let mut fields = Fields::default();
    let child = fields.child("/child", &request.child, today);
    let phone = fields.read("/contact_phone", input::phone(&request.contact_phone));
    let locality = store::localities::get(tx, request.locality_id).await?;
    if locality.is_none() {
        fields.refuse("/locality_id", Violation::new(Code::ChoiceInvalid));
    }
    if let Some(child) = &child {
        let applicant = store::persons::require(tx, person).await?;
        for violation in r04_queueing::number_violations(&child.iin, &applicant.iin, today) {
            fields.refuse("/child/iin", violation);
        }
    }
    fields.finish()?;
    let (Some(child), Some(phone), Some(locality)) = (child, phone, locality) else {
        return Err(Error::internal("fields were accepted without values"));
    };
    check_queueing(tx, &locality, &child, now).await?;

    let warnings = if child.birth_date_differs_from_iin() {
        vec![dto::Warning::BirthDateDiffersFromIin]
    } else {
        Vec::new()
    };
    let drafting = Drafting {
        application: None,
        payload: Payload {
            locality_id: locality.id,
            child: child.clone(),
            category: request.category,
            contact_phone: phone.clone(),
        },
        language: request.language,
        expires_at: now + DRAFT_LIFETIME,
    };
    let by = Signer { app, person, now };
    let draft = keep_draft::<Queueing>(tx, by, drafting, |draft| Statement::Application {
        draft,
        child: &child,
        locality: &locality.name,
        category: request.category,
        phone: &phone,
    })
    .await?;
    Ok(dto::Draft {
        warnings,
        ..draft_view(&draft)
    })
}

/// Queues the child whose signed draft this is.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn submit(
    app: &App,
    person: PersonId,
    request: dto::SignedDraft,
    language: Language,
) -> Result<dto::Application> {
    let sending = Sending::of(person, Queueing::KIND, &request);
    let act = async || {
        let judged = judge::<Queueing>(app, person, request, |_| true).await?;
        perform(&Queueing, app, person, judged, async |tx, done: Queued| {
            views::application(tx, app, done.application, language).await
        })
        .await
    };
    let show = async |id| {
        let id = ApplicationId::new(id);
        applications::get(app, person, id, language).await
    };
    sending.once(app, None, act, show).await
}

struct Queued {
    application: Application,
    locality: Locality,
}

impl Act for Queueing {
    const KIND: DraftKind = DraftKind::Application;
    type Payload = Payload;
    type Found = Locality;
    type Done = Queued;

    async fn find(&self, tx: &mut Tx, _: Signer<'_>, draft: &Drafted<Payload>) -> Result<Locality> {
        Ok(store::localities::require(tx, draft.payload.locality_id).await?)
    }

    async fn take_effect(
        &self,
        tx: &mut Tx,
        by: Signer<'_>,
        draft: Drafted<Payload>,
        locality: Locality,
    ) -> Result<Queued> {
        let payload = draft.payload;
        check_queueing(tx, &locality, &payload.child, by.now).await?;
        let year = time::local_date(by.now).year();
        let region = &locality.number_region;
        let serial = store::counters::next(tx, &format!("application {region} {year}")).await?;
        let application = Application {
            id: ApplicationId::new(by.app.core.new_id()),
            number: ApplicationNumber::new(region, year, serial),
            locality_id: locality.id,
            applicant_id: by.person,
            child: payload.child,
            category: payload.category,
            contact_phone: payload.contact_phone,
            submitted_at: by.now,
            state: ApplicationState::Queued,
            lapses: 0,
        };
        store::applications::insert(tx, &application)
            .await
            .map_err(|error| {
                // A second request for the same child was faster.
                if error.is_unique_violation() {
                    Error::refused(Code::ChildAlreadyQueued)
                } else {
                    error.into()
                }
            })?;
        Ok(Queued {
            application,
            locality,
        })
    }

    fn led_to(done: &Queued) -> Uuid {
        done.application.id.uuid()
    }

    fn papers<'a>(&self, done: &'a Queued) -> Vec<Paper<'a>> {
        vec![Paper::Application(&done.application, &done.locality)]
    }

    fn events<'a>(&self, by: Signer<'_>, done: &'a Queued) -> Vec<Entry<'a>> {
        vec![Entry {
            subject: Subject::Application(&done.application),
            cause: Cause::Person(by.person),
            event: Event::ApplicationSubmitted {
                number: done.application.number.clone(),
            },
        }]
    }
}

async fn check_queueing(
    tx: &mut Tx,
    locality: &Locality,
    child: &Child,
    now: DateTime<Utc>,
) -> Result<()> {
    let violations = r04_queueing::violations(&r04_queueing::Queueing {
        birth_date: child.birth_date,
        today: time::local_date(now),
        profile: &locality.rules,
        served_here: locality.served_here,
        has_active_application: store::applications::has_active(tx, locality.id, &child.iin)
            .await?,
    });
    Error::by_rule(violations).map_or(Ok(()), Err)
}
