//! Queueing a child (R4).

use super::About;
use crate::{
    app::App,
    error::{Error, Result},
    service::{acts, input::Fields, life::journal, reading::views, signed::papers},
};
use balabaqsha_shared::{
    Language,
    application::{ApplicationState, Category},
    child::Child,
    code::Code,
    dto::{self, DocumentKind, EventKind},
    id::{ApplicationId, LocalityId, PersonId},
    number::ApplicationNumber,
    phone::Phone,
    rules::{Violation, r04_queueing},
    statement::Statement,
    time,
};
use balabaqsha_store::{self as store, Tx, applications::Application, drafts::DraftKind};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What an application draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    locality_id: LocalityId,
    child: Child,
    category: Category,
    contact_phone: Phone,
}

/// Checks the data and answers with the text to sign.
pub async fn create_draft(
    app: &App,
    person: PersonId,
    request: dto::ApplicationDraftRequest,
) -> Result<dto::Draft> {
    let now = app.now();
    let mut fields = Fields::default();
    let child = fields.child("/child", &request.child);
    let phone = fields.phone("/contact_phone", &request.contact_phone);

    let mut tx = app.db.begin().await?;
    let locality = store::localities::get(&mut tx, request.locality_id).await?;
    if locality.is_none() {
        fields.refuse("/locality_id", Violation::new(Code::ChoiceInvalid));
    }
    if request.child.birth_date > time::local_date(now) {
        fields.refuse("/child/birth_date", Violation::new(Code::BirthDateInvalid));
    }
    fields.finish()?;
    let (Some(child), Some(phone), Some(locality)) = (child, phone, locality) else {
        return Err(Error::internal("fields were accepted without values"));
    };
    check_queueing(&mut tx, &locality, &child, now).await?;

    let warnings = if child.birth_date_differs_from_iin() {
        vec![dto::Warning::BirthDateDiffersFromIin]
    } else {
        Vec::new()
    };
    let about = About {
        kind: DraftKind::Application,
        application: None,
        payload: Payload {
            locality_id: locality.id,
            child: child.clone(),
            category: request.category,
            contact_phone: phone.clone(),
        },
        language: request.language,
    };
    let draft = acts::keep_draft(&mut tx, app, person, about, now, |draft| {
        Statement::Application {
            draft,
            child: &child,
            locality: &locality.name,
            category: request.category,
            phone: &phone,
        }
    })
    .await?;
    tx.commit().await?;
    Ok(dto::Draft { warnings, ..draft })
}

/// Queues the child whose signed draft this is.
pub async fn submit(
    app: &App,
    person: PersonId,
    request: dto::SignedDraft,
    language: Language,
) -> Result<dto::Application> {
    let judged = acts::judge(app, person, request, DraftKind::Application, |_| true).await?;
    app.db
        .transact(async |tx| {
            let application = submit_in(tx, app, person, judged).await?;
            views::application(tx, app, application, language).await
        })
        .await
}

async fn submit_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    judged: acts::Judged<Payload>,
) -> Result<Application> {
    let acts::Judged {
        draft,
        payload,
        act,
        now,
    } = judged;
    acts::use_up(tx, draft, now).await?;
    let locality = store::localities::require(tx, payload.locality_id).await?;
    check_queueing(tx, &locality, &payload.child, now).await?;
    let year = time::local_date(now).year();
    let region = &locality.number_region;
    let serial = store::counters::next(tx, &format!("application {region} {year}")).await?;
    let application = Application {
        id: ApplicationId::new(app.new_id()),
        number: ApplicationNumber::new(region, year, serial),
        locality_id: locality.id,
        applicant_id: person,
        child: payload.child,
        category: payload.category,
        contact_phone: payload.contact_phone,
        submitted_at: now,
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
    let document_id = act.new_id(app);
    let facts = papers::application_facts(app, &act, document_id, &application, &locality);
    act.keep(
        tx,
        document_id,
        (DocumentKind::Application, application.number.as_str()),
        (application.id, None),
        &facts,
    )
    .await?;
    journal::record(
        tx,
        app,
        application.id,
        now,
        (EventKind::ApplicationSubmitted, "R4"),
        Some(person),
        json!({"number": application.number}),
    )
    .await?;
    Ok(application)
}

async fn check_queueing(
    tx: &mut Tx,
    locality: &store::localities::Locality,
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
