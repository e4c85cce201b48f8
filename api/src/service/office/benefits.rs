//! Claimed benefits for officials with the duty `queue` (R21): those that wait, overdue ones in front, and
//! signed decisions about them. Nobody decides about an application of their own.

use super::{
    doors::{self, Authority, Official, Queue},
    signing::{self, Wish},
};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        input::Fields,
        life::{
            benefits::{self, Deciding},
            visibility,
        },
        reading::benefits::claim_view,
        signed::{
            again::Sending,
            papers::{self, Lines},
        },
    },
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language,
    benefit::{BenefitGround, BenefitVerdict, ClaimState},
    code::Code,
    comment::Comment,
    dto::{self, DocumentKind},
    id::BenefitClaimId,
    rules::{
        Violation,
        r21_benefit::{self, Decision},
    },
    statement::Statement,
    time,
};
use balabaqsha_store::{
    self as store, Tx, applications::Application, benefits::Claim, drafts::DraftKind,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

const KIND: DraftKind = DraftKind::Benefit;
/// Claims that are listed at once.
const LIMIT: i64 = 100;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    claim_id: BenefitClaimId,
    verdict: BenefitVerdict,
    reason: Option<Comment>,
    valid_until: Option<NaiveDate>,
}

/// Claims that wait for an official.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(app: &App, official: &Official<Queue>) -> Result<dto::OfficeBenefitClaimList> {
    doors::look(app, official, async |tx, authority| {
        let localities = &authority.localities;
        let total = store::benefits::count_waiting(tx, localities).await?;
        let mut items = Vec::new();
        for claim in store::benefits::waiting(tx, localities, LIMIT).await? {
            let application = store::applications::require(tx, claim.application_id).await?;
            items.push(view(tx, authority, &claim, &application).await?);
        }
        let entry = Entry::look("list_office_benefit_claims");
        let entry = entry.about(items.iter().map(|item| item.application_id));
        let total = u32::try_from(total).unwrap_or(u32::MAX);
        Ok((dto::OfficeBenefitClaimList { items, total }, entry))
    })
    .await
}

/// One claim, also a decided one.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn show(
    app: &App,
    official: &Official<Queue>,
    id: BenefitClaimId,
) -> Result<dto::OfficeBenefitClaim> {
    doors::look(app, official, async |tx, authority| {
        let (claim, application) = known(tx, authority, id).await?;
        let entry = Entry::look("show_office_benefit_claim")
            .in_locality(application.locality_id)
            .about([application.id]);
        Ok((view(tx, authority, &claim, &application).await?, entry))
    })
    .await
}

async fn known(
    tx: &mut Tx,
    authority: &Authority,
    id: BenefitClaimId,
) -> Result<(Claim, Application)> {
    let claim = store::benefits::get(tx, id).await?;
    let claim = claim.ok_or_else(|| Error::refused(Code::NotFound))?;
    let application = store::applications::require(tx, claim.application_id).await?;
    authority.require(application.locality_id)?;
    Ok((claim, application))
}

async fn view(
    tx: &mut Tx,
    authority: &Authority,
    claim: &Claim,
    application: &Application,
) -> Result<dto::OfficeBenefitClaim> {
    let scans = store::scans::of_application(tx, application.id).await?;
    let locality = store::localities::require(tx, application.locality_id).await?;
    let today = time::local_date(authority.now);
    let decided = claim.decided.as_ref();
    Ok(dto::OfficeBenefitClaim {
        application_id: application.id,
        application_number: application.number.clone(),
        locality_id: locality.id,
        locality: locality.name,
        child_name: application.child.full_name(),
        birth_date: application.child.birth_date,
        submitted_at: application.submitted_at,
        category: application.category(),
        overdue: claim.state == ClaimState::Open && claim.decide_by < today,
        own: visibility::permits(tx, authority.person.id, application).await?,
        document_id: decided.and_then(|decided| decided.document_id),
        claim: claim_view(tx, claim, &scans).await?,
    })
}

/// A claim that this official may decide, with everything about its child locked.
async fn mine_to_decide(
    tx: &mut Tx,
    authority: &Authority,
    id: BenefitClaimId,
) -> Result<(Claim, Application, BenefitGround)> {
    let (claim, _) = known(tx, authority, id).await?;
    let application = signing::mine_to_decide(tx, authority, claim.application_id).await?;
    // Whoever was faster has changed it meanwhile.
    let claim = store::benefits::get(tx, id).await?;
    let claim = claim.ok_or_else(|| Error::refused(Code::NotFound))?;
    let ground = store::benefits::require_ground(tx, claim.ground_id).await?;
    Ok((claim, application, ground))
}

fn reason(request: &dto::BenefitDecisionDraftRequest) -> Result<Option<Comment>> {
    match (request.verdict, request.reason.as_deref()) {
        (BenefitVerdict::Refuse, words) => signing::reason(words.unwrap_or_default()).map(Some),
        (BenefitVerdict::Confirm, Some(_)) => {
            let mut fields = Fields::default();
            fields.refuse("/reason", Violation::new(Code::FieldUnexpected));
            fields.finish()?;
            Ok(None)
        }
        (BenefitVerdict::Confirm, None) => Ok(None),
    }
}

fn judged_by_rule(
    claim: &Claim,
    ground: &BenefitGround,
    decision: Decision,
    today: NaiveDate,
) -> Result<Option<NaiveDate>> {
    r21_benefit::deciding(claim.state, ground, decision, today).map_err(|violations| {
        let pointer = |code| match code {
            Code::ProofEndInvalid => "/valid_until",
            _ => "",
        };
        let error = Error::by_rule_on(violations, pointer);
        error.unwrap_or_else(|| Error::internal("a refusal without a reason"))
    })
}

/// Answers with the text to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    official: &Official<Queue>,
    id: BenefitClaimId,
    request: dto::BenefitDecisionDraftRequest,
) -> Result<dto::Draft> {
    let reason = reason(&request)?;
    doors::act(app, official, async |tx, authority| {
        let (claim, application, ground) = mine_to_decide(tx, authority, id).await?;
        let decision = Decision {
            verdict: request.verdict,
            valid_until: request.valid_until,
        };
        let today = time::local_date(authority.now);
        let valid_until = judged_by_rule(&claim, &ground, decision, today)?;
        let wish = Wish {
            kind: KIND,
            payload: Payload {
                claim_id: id,
                verdict: request.verdict,
                reason: reason.clone(),
                valid_until,
            },
            language: request.language,
        };
        let statement = |draft| Statement::Benefit {
            draft,
            child: &application.child,
            application: application.number.as_str(),
            category: ground.category,
            ground: &ground.name,
            verdict: request.verdict,
            valid_until,
            reason: reason.as_ref(),
        };
        let draft = signing::draft(tx, app, authority, application.id, wish, statement).await?;
        let entry = Entry::act("create_benefit_decision_draft")
            .in_locality(application.locality_id)
            .about([application.id]);
        Ok(Done::Recorded(draft, entry))
    })
    .await
}

/// Decides by a signed draft, and tells the parents; all or nothing.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn decide(
    app: &App,
    official: &Official<Queue>,
    id: BenefitClaimId,
    request: dto::SignedDraft,
) -> Result<dto::BenefitDecision> {
    let sending = Sending::of(official.person(), KIND, &request);
    let act = async || decide_once(app, official, id, request).await;
    let show = async |_| done(app, official, id).await;
    sending.once(app, Some(id.uuid()), act, show).await
}

async fn decide_once(
    app: &App,
    official: &Official<Queue>,
    id: BenefitClaimId,
    request: dto::SignedDraft,
) -> Result<dto::BenefitDecision> {
    let fits = |payload: &Payload| payload.claim_id == id;
    let judged = signing::judge(app, official, KIND, request, fits).await?;
    doors::act(app, official, async |tx, authority| {
        let (claim, application, ground) = mine_to_decide(tx, authority, id).await?;
        signing::use_up(tx, &judged).await?;
        let payload = &judged.draft.payload;
        let decision = Decision {
            verdict: payload.verdict,
            valid_until: payload.valid_until,
        };
        let today = time::local_date(authority.now);
        let valid_until = judged_by_rule(&claim, &ground, decision, today)?;
        let number = application.number.clone();
        let shown = Lines {
            kind: DocumentKind::Benefit,
            number: number.as_str(),
            application: Some(application.id),
            referral: None,
            lines: lines(&application, &ground, payload),
        };
        let document_id = signing::keep(tx, app, &judged, shown, Some(id.uuid())).await?;
        let deciding = Deciding {
            verdict: payload.verdict,
            reason: payload.reason.clone(),
            valid_until,
            by: signing::name(authority)?,
            document_id: Some(document_id),
        };
        let (application, claim) =
            benefits::decide_claim(tx, &app.core, application, claim, &ground, deciding).await?;
        let entry = Entry::act("decide_benefit_claim")
            .in_locality(application.locality_id)
            .about([application.id])
            .with(json!({"claim_id": id, "verdict": payload.verdict, "document_id": document_id}));
        let done = dto::BenefitDecision {
            claim_id: id,
            application_id: application.id,
            application_number: application.number.clone(),
            state: claim.state,
            category: application.category(),
            document_id,
        };
        Ok(Done::Recorded(done, entry))
    })
    .await
}

fn lines(application: &Application, ground: &BenefitGround, payload: &Payload) -> Vec<paper::Fact> {
    let both = |kk: &str, ru: &str| paper::Bilingual::new(kk, ru);
    let mut lines = papers::child_lines(application);
    lines.push(papers::fact(
        "Кезек санаты",
        "Категория очереди",
        both(
            ground.category.name(Language::Kk),
            ground.category.name(Language::Ru),
        ),
    ));
    lines.push(papers::fact(
        "Негізі",
        "Основание",
        both(&ground.name.kk, &ground.name.ru),
    ));
    lines.push(papers::fact(
        "Шешім",
        "Решение",
        match payload.verdict {
            BenefitVerdict::Confirm => both("жеңілдік расталды", "льгота подтверждена"),
            BenefitVerdict::Refuse => both("жеңілдік расталмады", "в льготе отказано"),
        },
    ));
    if let Some(until) = payload.valid_until {
        lines.push(papers::fact(
            "Құжаттың соңғы күні",
            "Последний день документа",
            papers::day(until),
        ));
    }
    if let Some(reason) = &payload.reason {
        lines.push(papers::fact(
            "Себебі",
            "Причина",
            paper::Bilingual::same(reason.as_str()),
        ));
    }
    lines
}

/// What a decision has done, for whoever has lost the answer.
async fn done(
    app: &App,
    official: &Official<Queue>,
    id: BenefitClaimId,
) -> Result<dto::BenefitDecision> {
    doors::look(app, official, async |tx, authority| {
        let (claim, application) = known(tx, authority, id).await?;
        let document = claim.decided.and_then(|decided| decided.document_id);
        let done = dto::BenefitDecision {
            claim_id: id,
            application_id: application.id,
            application_number: application.number.clone(),
            state: claim.state,
            category: application.category(),
            document_id: document.ok_or_else(|| Error::refused(Code::NotFound))?,
        };
        let entry = Entry::look("decide_benefit_claim").about([application.id]);
        Ok((done, entry))
    })
    .await
}
