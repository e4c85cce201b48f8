//! Annulments of referrals by officials (R22): drafted, signed, and kept with their document (R17, R18). Nobody
//! annuls a referral of their own.

use super::{
    doors::{self, Authority, Official, Queue},
    signing::{self, Wish, name, reason},
};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        life::annulment,
        signed::{
            again::Sending,
            papers::{self, Lines},
        },
    },
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    code::Code,
    dto::{self, DocumentKind},
    id::ReferralId,
    referral::ReferralState,
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

/// A referral that this official may annul, and its application, locked.
async fn mine_to_annul(
    tx: &mut Tx,
    authority: &Authority,
    id: ReferralId,
) -> Result<(Referral, Application)> {
    let not_found = || Error::refused(Code::NotFound);
    let known = store::referrals::get(tx, id).await?.ok_or_else(not_found)?;
    let application = signing::mine_to_decide(tx, authority, known.application_id).await?;
    // As it is now that nobody else can change it.
    let referral = store::referrals::get(tx, id).await?.ok_or_else(not_found)?;
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
        let (referral, application) = mine_to_annul(tx, authority, id).await?;
        if !matches!(referral.state, ReferralState::Active { .. }) {
            return Err(Error::refused(Code::ReferralNotActive));
        }
        let place = store::kindergartens::require_place(tx, referral.group_id).await?;
        let wish = Wish {
            kind: KIND,
            payload: Payload {
                referral_id: id,
                reason: reason.as_str().to_owned(),
            },
            language: request.language,
        };
        let statement = |draft| Statement::Annulment {
            draft,
            child: &application.child,
            referral: referral.number.as_str(),
            kindergarten: &place.kindergarten.name,
            reason: reason.as_str(),
        };
        let draft = signing::draft(tx, app, authority, application.id, wish, statement).await?;
        let entry = Entry::act("create_annulment_draft")
            .in_locality(application.locality_id)
            .about([application.id]);
        Ok(Done::Recorded(draft, entry))
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
    let fits = |payload: &Payload| payload.referral_id == id;
    let judged = signing::judge(app, official, KIND, request, fits).await?;
    doors::act(app, official, async |tx, authority| {
        let (referral, application) = mine_to_annul(tx, authority, id).await?;
        signing::use_up(tx, &judged).await?;
        let why = reason(&judged.draft.payload.reason)?;
        let place = store::kindergartens::require_place(tx, referral.group_id).await?;
        let by = name(authority)?;
        let annulled = annulment::annul_known(tx, &app.core, referral, why.clone(), by).await?;
        let mut lines = papers::child_lines(&application);
        lines.push(papers::kindergarten_line(&place));
        lines.push(papers::fact(
            "Себебі",
            "Причина",
            paper::Bilingual::same(why.as_str()),
        ));
        let shown = Lines {
            kind: DocumentKind::Annulment,
            number: annulled.referral.as_str(),
            application: Some(application.id),
            referral: Some(id),
            lines,
        };
        let document_id = signing::keep(tx, app, &judged, shown, Some(id.uuid())).await?;
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
        let not_found = || Error::refused(Code::NotFound);
        let referral = store::referrals::get(tx, id).await?.ok_or_else(not_found)?;
        let application = store::applications::require(tx, referral.application_id).await?;
        authority.require(application.locality_id)?;
        let documents = store::documents::list_of(tx, application.id).await?;
        let document = documents
            .into_iter()
            .find(|one| one.kind == DocumentKind::Annulment && one.referral_id == Some(id))
            .ok_or_else(not_found)?;
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
