//! Queueing a child (R4).

use super::{
    Act, DRAFT_LIFETIME, Drafted, Drafting, Entry, Signer, again::Sending, draft_view, judge,
    keep_draft, perform, strangers,
};
use crate::{
    app::App,
    error::{Error, Result},
    outside::registry::Answer,
    service::{
        counting::count,
        input::Fields,
        life::{
            children, claims, holding::counts_people, journal::Cause,
            locking::lock_person_and_child, visibility,
        },
        reading::{applications, views},
        signed::papers::Paper,
        telling::notices::Subject,
    },
};
use balabaqsha_shared::{
    Language,
    application::{ApplicationState, Benefit, Category, Standing, Verification},
    child::Child,
    code::Code,
    dto,
    entity::Application,
    event::Event,
    id::{ApplicationId, LocalityId, PersonId},
    iin::Iin,
    input,
    number::ApplicationNumber,
    phone::Phone,
    profile::ChildCheck,
    rules::{Violation, r04_queueing, r11_lapses},
    statement::Statement,
    time,
};
use balabaqsha_store::{self as store, Tx, drafts::DraftKind, localities::Locality};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
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
    if let Ok(child) = Iin::typed(&request.child.iin) {
        strangers::count(app, person, &child, Some(request.locality_id)).await?;
    }
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
    check_queueing(tx, app, person, &locality, &child).await?;

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
        let answer = ask(app, person, &judged.draft.payload).await?;
        perform(&Queueing, app, person, judged, async |tx, done: Queued| {
            let now = app.core.now();
            let application = done.application;
            let id = application.id;
            if let Some(answer) = answer {
                children::hear(tx, &app.core, application, answer, now).await?;
            }
            let application = store::applications::require(tx, id).await?;
            views::application(tx, app, person, application, language).await
        })
        .await
    };
    let show = async |id| {
        let id = ApplicationId::new(id);
        applications::get(app, person, id, language).await
    };
    sending.once(app, None, act, show).await
}

/// Asks the registry where the child must be verified; outside of any transaction.
async fn ask(app: &App, person: PersonId, payload: &Payload) -> Result<Option<Answer>> {
    let mut tx = app.core.db.read().await?;
    let locality = store::localities::require(&mut tx, payload.locality_id).await?;
    let parent = store::persons::require(&mut tx, person).await?;
    drop(tx);
    match locality.rules.child_check {
        ChildCheck::Off => Ok(None),
        ChildCheck::On => Ok(Some(
            app.registry.ask(&parent.iin, &payload.child.iin).await,
        )),
    }
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

    async fn find(
        &self,
        tx: &mut Tx,
        by: Signer<'_>,
        draft: &Drafted<Payload>,
    ) -> Result<Locality> {
        lock_person_and_child(tx, by.person, &draft.payload.child.iin).await?;
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
        let child = &payload.child;
        check_queueing(tx, by.app, by.person, &locality, child).await?;
        let today = time::local_date(by.now);
        let year = today.year();
        let region = &locality.number_region;
        // Whoever submits in this region at the same time waits here.
        let serial = store::counters::next(tx, &format!("application {region} {year}")).await?;
        let calendar = by.app.core.calendar.current(tx).await?;
        let lapses = store::referrals::lapses_of(tx, locality.id, &child.iin).await?;
        let working_days = locality.rules.stop_list_working_days;
        let stop_list = r11_lapses::stop_listed_until(&lapses, working_days, &calendar, today)?;
        let application = Application {
            id: ApplicationId::new(by.app.core.new_id()),
            number: ApplicationNumber::new(region, year, serial),
            locality_id: locality.id,
            applicant_id: by.person,
            submitted_at: own_moment(tx, &locality, child, by.now).await?,
            state: ApplicationState::begin(stop_list, by.now),
            standing: standing(tx, by.person, &locality, child).await?,
            verification: Verification::Unanswered,
            discounted: false,
            lapses: r11_lapses::count(&lapses),
            child: payload.child,
            benefit: Benefit::claim(payload.category),
            contact_phone: payload.contact_phone,
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

/// R5: the moment of submission is unique in its queue.
async fn own_moment(
    tx: &mut Tx,
    locality: &Locality,
    child: &Child,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    let mut at = now;
    while store::applications::has_moment(tx, locality.id, child.birth_year(), at).await? {
        at += TimeDelta::microseconds(1);
    }
    Ok(at)
}

/// R27: where somebody else has queued the child, in any locality, the application is a claim. Until
/// the upgrade is finished there is none, and the second application in a locality is refused.
async fn standing(
    tx: &mut Tx,
    person: PersonId,
    locality: &Locality,
    child: &Child,
) -> Result<Standing> {
    let firsts = claims::firsts(tx, person, &child.iin).await?;
    if firsts.is_empty() {
        return Ok(Standing::TakesPart);
    }
    if store::upgrade::finished(tx).await? {
        return Ok(Standing::Claim);
    }
    let here = |first: &Application| first.locality_id == locality.id && first.state.is_active();
    if firsts.iter().any(here) {
        Err(Error::refused(Code::ChildAlreadyQueued))
    } else {
        Ok(Standing::TakesPart)
    }
}

/// R4. Whether somebody else has queued the child is told by nothing here.
async fn check_queueing(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    locality: &Locality,
    child: &Child,
) -> Result<()> {
    let now = app.core.now();
    let today = time::local_date(now);
    let of_person = if counts_people(app) {
        let counted = store::applications::count_of_person(tx, person, locality.id, now).await?;
        (!counted.lifted).then(|| r04_queueing::OfPerson {
            new_today: count(counted.new),
            active: count(counted.active),
        })
    } else {
        None
    };
    let violations = r04_queueing::violations(&r04_queueing::Queueing {
        birth_date: child.birth_date,
        today,
        profile: &locality.rules,
        served_here: locality.served_here,
        has_own_application: has_own(tx, person, locality, child).await?,
        of_person,
    });
    Error::by_rule(violations).map_or(Ok(()), Err)
}

/// Whether the person sees an active application for the child in the locality.
async fn has_own(
    tx: &mut Tx,
    person: PersonId,
    locality: &Locality,
    child: &Child,
) -> Result<bool> {
    for known in store::applications::of_child(tx, &child.iin).await? {
        let active = known.locality_id == locality.id && known.state.is_active();
        if active && visibility::permits(tx, person, &known).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
