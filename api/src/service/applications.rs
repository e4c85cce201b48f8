//! Applications: queueing a child (R4), the journal of the applicant (R2), the place in the queue
//! and the history.

use super::{
    access::visible,
    acts::{self, About},
    again::{self, Sending},
    documents,
    error::{Error, Result},
    input::Fields,
    settle, views,
};
use crate::state::App;
use balabaqsha_shared::{
    Language,
    application::{ApplicationState, Category},
    child::Child,
    code::Code,
    dto::{self, DocumentKind, EventKind},
    id::{ApplicationId, DraftId, LocalityId, PersonId},
    number::ApplicationNumber,
    phone::Phone,
    rules::{Violation, r04_queueing},
    statement::Statement,
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    applications::Application,
    drafts::{Draft, DraftKind},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

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
    let sending = Sending::of(person, DraftKind::Application, &request);
    let act = async || {
        let judged = acts::judge(app, person, request, DraftKind::Application, |_| true).await?;
        app.db
            .transact(async |tx| {
                let application = submit_in(tx, app, person, judged).await?;
                sending.spend(tx, application.id.uuid()).await?;
                views::application(tx, app, application, language).await
            })
            .await
    };
    let show = async |id| get(app, person, ApplicationId::new(id), language).await;
    sending.once(app, None, act, show).await
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
    let facts = documents::application_facts(app, &act, document_id, &application, &locality);
    act.keep(
        tx,
        document_id,
        (DocumentKind::Application, application.number.as_str()),
        (application.id, None),
        &facts,
    )
    .await?;
    views::journal(
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

/// The journal of applications; the cursor names the last line of the page before.
pub async fn list(
    app: &App,
    person: PersonId,
    cursor: Option<ApplicationId>,
    limit: u16,
) -> Result<dto::Page<dto::ApplicationSummary>> {
    settle::sweep(app).await?;
    let mut tx = app.db.read().await?;
    let before = match cursor {
        Some(id) => {
            let last = visible(&mut tx, person, id).await?;
            Some((last.submitted_at, last.id))
        }
        None => None,
    };
    let mut rows =
        store::applications::list_of(&mut tx, person, before, i64::from(limit) + 1).await?;
    let more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    let next_cursor = rows.last().filter(|_| more).map(|last| last.id.to_string());
    let items = rows.into_iter().map(views::application_summary).collect();
    Ok(dto::Page { items, next_cursor })
}

pub async fn get(
    app: &App,
    person: PersonId,
    id: ApplicationId,
    language: Language,
) -> Result<dto::Application> {
    settle::sweep(app).await?;
    let mut tx = app.db.read().await?;
    let application = visible(&mut tx, person, id).await?;
    views::application(&mut tx, app, application, language).await
}

pub async fn history(app: &App, person: PersonId, id: ApplicationId) -> Result<dto::History> {
    settle::sweep(app).await?;
    let mut tx = app.db.read().await?;
    visible(&mut tx, person, id).await?;
    let items = store::events::list_of(&mut tx, id)
        .await?
        .into_iter()
        .map(|event| dto::HistoryEvent {
            id: event.id,
            at: event.at,
            kind: event.kind,
            rule: event.rule,
            data: event.data,
        })
        .collect();
    Ok(dto::History { items })
}

/// Free places of the locality that fit the child's year of birth.
pub async fn vacancies(app: &App, person: PersonId, id: ApplicationId) -> Result<dto::VacancyList> {
    settle::sweep(app).await?;
    let mut tx = app.db.read().await?;
    let application = visible(&mut tx, person, id).await?;
    let places = store::kindergartens::vacancies(
        &mut tx,
        Some(application.locality_id),
        Some(application.child.birth_year()),
        app.now(),
    )
    .await?;
    Ok(dto::VacancyList {
        items: places.into_iter().map(views::vacancy).collect(),
    })
}

/// A draft of this person and this kind that nobody has signed yet.
pub(super) async fn open_draft(
    app: &App,
    person: PersonId,
    id: DraftId,
    kind: DraftKind,
) -> Result<Draft> {
    let mut tx = app.db.read().await?;
    let draft = store::drafts::get(&mut tx, id)
        .await?
        .filter(|draft| draft.person_id == person && draft.kind == kind)
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    if draft.used_at.is_some() {
        return Err(again::used(&mut tx, &draft).await?);
    }
    Ok(draft)
}

/// Moves a locked application to another state.
pub(super) async fn move_to(
    tx: &mut Tx,
    application: &Application,
    state: ApplicationState,
) -> Result<()> {
    let Application {
        id,
        state: present,
        lapses,
        ..
    } = *application;
    if store::applications::move_state(tx, id, present, state, lapses).await? {
        Ok(())
    } else {
        Err(Error::internal("a locked application changed"))
    }
}

pub(super) fn draft_view(draft: &Draft) -> dto::Draft {
    dto::Draft {
        id: draft.id,
        content: BASE64_STANDARD.encode(&draft.content),
        text: String::from_utf8_lossy(&draft.content).into_owned(),
        sha256: hex(&Sha256::digest(&draft.content)),
        expires_at: draft.expires_at,
        hold: None,
        warnings: Vec::new(),
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
