//! Annulments of referrals by officials (R22): drafted, signed, and kept with their document (R17, R18). Nobody
//! annuls a referral of their own.

use super::doors::{self, Authority, Official, Queue};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        input::Fields,
        life::{annulment, visibility},
        signed::{
            again::Sending,
            drafting::{self, Author, DRAFT_LIFETIME, Drafting},
            papers::{self, Lines, Paper},
        },
    },
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    code::Code,
    comment::Comment,
    dto::{self, DocumentKind},
    id::ReferralId,
    referral::ReferralState,
    rules::Violation,
    statement::Statement,
};
use balabaqsha_store::{
    self as store, Tx, applications::Application, drafts::DraftKind, referrals::Referral,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

const KIND: DraftKind = DraftKind::Annulment;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    referral_id: ReferralId,
    reason: String,
}

fn reason(words: &str) -> Result<Comment> {
    let mut fields = Fields::default();
    let read = Comment::parse(words).map_err(|_| Violation::new(Code::TextInvalid));
    let reason = fields.read("/reason", read);
    fields.finish()?;
    reason.ok_or_else(|| Error::internal("a reason that was read is absent"))
}

/// A referral of the official's localities, and its application. About their own nobody decides.
async fn known(
    tx: &mut Tx,
    authority: &Authority,
    id: ReferralId,
) -> Result<(Referral, Application)> {
    let not_found = || Error::refused(Code::NotFound);
    let referral = store::referrals::get(tx, id).await?.ok_or_else(not_found)?;
    let application = store::applications::require(tx, referral.application_id).await?;
    authority.require(application.locality_id)?;
    if visibility::permits(tx, authority.person.id, &application).await? {
        return Err(Error::refused(Code::OwnApplication));
    }
    if !store::upgrade::finished(tx).await? {
        return Err(Error::refused(Code::UpgradeUnfinished));
    }
    Ok((referral, application))
}

/// Answers with the text to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    official: &Official<Queue>,
    id: ReferralId,
    request: dto::AnnulmentDraftRequest,
) -> Result<dto::Draft> {
    let reason = reason(&request.reason)?;
    doors::act(app, official, async |tx, authority| {
        let (referral, application) = known(tx, authority, id).await?;
        if !matches!(referral.state, ReferralState::Active { .. }) {
            return Err(Error::refused(Code::ReferralNotActive));
        }
        let place = store::kindergartens::require_place(tx, referral.group_id).await?;
        let by = Author {
            person: authority.person.id,
            kind: KIND,
            now: authority.now,
        };
        let drafting = Drafting {
            application: Some(application.id),
            payload: Payload {
                referral_id: id,
                reason: reason.as_str().to_owned(),
            },
            language: request.language,
            expires_at: authority.now + DRAFT_LIFETIME,
        };
        let draft = drafting::keep(tx, app, by, drafting, |draft| Statement::Annulment {
            draft,
            child: &application.child,
            referral: referral.number.as_str(),
            kindergarten: &place.kindergarten.name,
            reason: reason.as_str(),
        })
        .await?;
        let entry = Entry::act("create_annulment_draft")
            .in_locality(application.locality_id)
            .about([application.id]);
        Ok(Done::Recorded(drafting::view(&draft), entry))
    })
    .await
}

/// Ends the referral, frees its place, queues the child again and tells the parents, all or nothing.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn annul(
    app: &App,
    official: &Official<Queue>,
    id: ReferralId,
    request: dto::SignedDraft,
) -> Result<dto::Annulment> {
    let person = official.person();
    let sending = Sending::of(person, KIND, &request);
    let act = async || annul_once(app, official, id, request).await;
    let show = async |_| show(app, official, id).await;
    sending.once(app, Some(id.uuid()), act, show).await
}

async fn annul_once(
    app: &App,
    official: &Official<Queue>,
    id: ReferralId,
    request: dto::SignedDraft,
) -> Result<dto::Annulment> {
    let by = Author {
        person: official.person(),
        kind: KIND,
        now: app.core.now(),
    };
    let fits = |payload: &Payload| payload.referral_id == id;
    let judged = drafting::judge(app, by, request, fits, drafting::expired).await?;
    doors::act(app, official, async |tx, authority| {
        let (referral, application) = known(tx, authority, id).await?;
        drafting::use_up(tx, judged.draft.id, judged.now).await?;
        let why = reason(&judged.draft.payload.reason)?;
        let name = Comment::parse(&authority.person.full_name).map_err(Error::internal)?;
        let place = store::kindergartens::require_place(tx, referral.group_id).await?;
        let annulled = annulment::annul_known(tx, &app.core, referral, why.clone(), name).await?;
        let mut lines = papers::child_lines(&application);
        lines.push(papers::kindergarten_line(&place));
        lines.push(papers::fact(
            "Себебі",
            "Причина",
            paper::Bilingual::same(why.as_str()),
        ));
        let shown = Paper::Lines(Lines {
            kind: DocumentKind::Annulment,
            number: annulled.referral.as_str(),
            application: Some(application.id),
            referral: Some(id),
            lines,
        });
        let document_id = papers::keep(tx, app, &judged.signed, shown).await?;
        let led_to = id.uuid();
        drafting::spend(
            tx,
            judged.draft.id,
            led_to,
            &judged.signature,
            &judged.signed,
        )
        .await?;
        let entry = Entry::act("annul_referral")
            .in_locality(application.locality_id)
            .about([application.id])
            .with(json!({"referral_id": id, "document_id": document_id}));
        let done = dto::Annulment {
            referral_id: id,
            referral_number: annulled.referral.to_string(),
            application_id: application.id,
            application_number: annulled.application.to_string(),
            document_id,
        };
        Ok(Done::Recorded(done, entry))
    })
    .await
}

/// What an annulment has done, for whoever has lost the answer.
async fn show(app: &App, official: &Official<Queue>, id: ReferralId) -> Result<dto::Annulment> {
    doors::look(app, official, async |tx, authority| {
        let (referral, application) = known(tx, authority, id).await?;
        let documents = store::documents::list_of(tx, application.id).await?;
        let document = documents
            .into_iter()
            .find(|one| one.kind == DocumentKind::Annulment && one.referral_id == Some(id))
            .ok_or_else(|| Error::refused(Code::NotFound))?;
        let done = dto::Annulment {
            referral_id: id,
            referral_number: referral.number.to_string(),
            application_id: application.id,
            application_number: application.number.to_string(),
            document_id: document.id,
        };
        let entry = Entry::look("annul_referral").about([application.id]);
        Ok((done, entry))
    })
    .await
}
