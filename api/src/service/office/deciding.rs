//! Signed decisions about an application (R22, R27): children and disputes, referrals that lapsed, attachments and
//! limits. What a decision would do is done once and taken back before anybody signs it.

use super::{
    doors::{self, Authority, Official, Queue},
    limits::{self, Lifting},
    signing::{self, Wish, name, reason},
};
use crate::{
    app::{App, Core},
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        input::Fields,
        life::{
            children::{self, Decided},
            correcting, detaching,
            journal::Cause,
            restoring::{self, Restoring},
        },
        signed::{
            again::Sending,
            papers::{self, Lines},
        },
    },
};
use balabaqsha_documents as paper;
use balabaqsha_shared::{
    Language,
    attachment::AttachmentState,
    child::Child,
    code::Code,
    comment::Comment,
    decision::ApplicationDecision,
    dto::{self, DocumentKind},
    id::{ApplicationId, DocumentId},
    rules::r27_child,
    statement::Statement,
    time,
};
use balabaqsha_store::{
    self as store, Tx, applications::Application, attachments::Attachment, drafts::DraftKind,
    referrals::Referral,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

const KIND: DraftKind = DraftKind::Decision;

/// What the draft keeps until it is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    application_id: ApplicationId,
    decision: ApplicationDecision,
    reason: Comment,
}

/// What a decision is about beside the application.
enum Matter {
    Application,
    Referral(Referral),
    Attachment {
        attachment: Attachment,
        name: String,
    },
    /// Limits of the applicant.
    Applicant {
        name: String,
    },
}

impl Matter {
    async fn of(
        tx: &mut Tx,
        application: &Application,
        decision: &ApplicationDecision,
    ) -> Result<Self> {
        Ok(match decision {
            ApplicationDecision::VerifyChild { .. }
            | ApplicationDecision::Dispute {}
            | ApplicationDecision::DecideFor {}
            | ApplicationDecision::DecideAgainst {}
            | ApplicationDecision::CorrectChild { .. } => Self::Application,
            ApplicationDecision::RestoreReferral { .. } => {
                let latest = store::referrals::latest_of(tx, application.id).await?;
                let refused = || Error::refused(Code::ReferralNotLapsed);
                Self::Referral(latest.ok_or_else(refused)?)
            }
            ApplicationDecision::EndAttachment { attachment_id } => {
                let attachment = store::attachments::get(tx, *attachment_id).await?;
                let attachment = attachment
                    .filter(|known| known.application_id == application.id)
                    .ok_or_else(|| Error::refused(Code::NotFound))?;
                if !matches!(attachment.state, AttachmentState::Attached { .. }) {
                    return Err(Error::refused(Code::AttachmentNotAttached));
                }
                let person = store::persons::require(tx, attachment.person_id).await?;
                Self::Attachment {
                    attachment,
                    name: person.full_name,
                }
            }
            ApplicationDecision::LiftLimits { .. } => {
                let applicant = store::persons::require(tx, application.applicant_id).await?;
                Self::Applicant {
                    name: applicant.full_name,
                }
            }
        })
    }

    /// As the text and the paper name it.
    fn name(&self) -> Option<&str> {
        match self {
            Self::Application => None,
            Self::Referral(referral) => Some(referral.number.as_str()),
            Self::Attachment { name, .. } | Self::Applicant { name } => Some(name),
        }
    }
}

/// Does what the decision says, to an application that is locked with everything about its child.
async fn take_effect(
    tx: &mut Tx,
    core: &Core,
    authority: &Authority,
    application: Application,
    payload: &Payload,
    matter: Matter,
) -> Result<()> {
    let by = name(authority)?;
    let reason = payload.reason.clone();
    match &payload.decision {
        ApplicationDecision::VerifyChild { birth_date } => {
            children::verify_known(tx, core, application, *birth_date, by).await?;
        }
        ApplicationDecision::Dispute {} => {
            children::dispute_known(tx, core, application, by).await?;
        }
        ApplicationDecision::DecideFor {} | ApplicationDecision::DecideAgainst {} => {
            let in_favour = matches!(payload.decision, ApplicationDecision::DecideFor {});
            let decided = Decided { in_favour, reason };
            children::decide_known(tx, core, application, decided, by).await?;
        }
        ApplicationDecision::RestoreReferral { until } => {
            let Matter::Referral(referral) = matter else {
                return Err(Error::internal("a restoration without a referral"));
            };
            let restoring = Restoring {
                number: referral.number,
                until: *until,
                reason,
                cause: Cause::Official(by),
            };
            restoring::restore_in(tx, core, restoring).await?;
        }
        ApplicationDecision::EndAttachment { .. } => {
            let Matter::Attachment { attachment, .. } = matter else {
                return Err(Error::internal("an ending without an attachment"));
            };
            detaching::end_known(tx, core, &application, attachment, by).await?;
        }
        ApplicationDecision::CorrectChild {
            surname,
            given_name,
            patronymic,
            birth_date,
        } => {
            let child = Child {
                iin: application.child.iin.clone(),
                surname: surname.clone(),
                given_name: given_name.clone(),
                patronymic: patronymic.clone(),
                birth_date: *birth_date,
            };
            correcting::correct_known(tx, core, application, child, reason, by).await?;
        }
        ApplicationDecision::LiftLimits { until } => {
            let applicant = store::persons::require(tx, application.applicant_id).await?;
            let lifting = Lifting {
                iin: applicant.iin,
                locality: application.locality_id,
                last_day: *until,
                reason,
                by,
            };
            limits::lift_in(tx, core, lifting).await?;
        }
    }
    Ok(())
}

/// What the request says, with all that is wrong with it.
fn read(
    app: &App,
    id: ApplicationId,
    request: dto::ApplicationDecisionDraftRequest,
) -> Result<Payload> {
    if let ApplicationDecision::VerifyChild {
        birth_date: Some(day),
    }
    | ApplicationDecision::CorrectChild {
        birth_date: day, ..
    } = &request.decision
    {
        let mut fields = Fields::default();
        let today = time::local_date(app.core.now());
        fields.read(
            "/decision/birth_date",
            r27_child::registered_day(*day, today),
        );
        fields.finish()?;
    }
    Ok(Payload {
        application_id: id,
        decision: request.decision,
        reason: reason(&request.reason)?,
    })
}

/// Answers with the text to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_draft(
    app: &App,
    official: &Official<Queue>,
    id: ApplicationId,
    request: dto::ApplicationDecisionDraftRequest,
) -> Result<dto::Draft> {
    let language = request.language;
    let payload = read(app, id, request)?;
    doors::rehearse(app, official, async |tx, authority| {
        let application = signing::mine_to_decide(tx, authority, id).await?;
        let matter = Matter::of(tx, &application, &payload.decision).await?;
        take_effect(tx, &app.core, authority, application, &payload, matter).await
    })
    .await?;
    doors::act(app, official, async |tx, authority| {
        let application = signing::mine_to_decide(tx, authority, id).await?;
        let matter = Matter::of(tx, &application, &payload.decision).await?;
        let (decision, reason) = (payload.decision.clone(), payload.reason.clone());
        let wish = Wish {
            kind: KIND,
            payload,
            language,
        };
        let statement = |draft| Statement::Decision {
            draft,
            child: &application.child,
            application: application.number.as_str(),
            decision: &decision,
            about: matter.name(),
            reason: &reason,
        };
        let draft = signing::draft(tx, app, authority, id, wish, statement).await?;
        let entry = Entry::act("create_application_decision_draft")
            .in_locality(application.locality_id)
            .about([id])
            .with(json!({"decision": decision.kind()}));
        Ok(Done::Recorded(draft, entry))
    })
    .await
}

/// Decides by a signed draft, and tells the parents; all or nothing.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn decide(
    app: &App,
    official: &Official<Queue>,
    id: ApplicationId,
    request: dto::SignedDraft,
) -> Result<dto::DecidedApplication> {
    let sending = Sending::of(official.person(), KIND, &request);
    let act = async || decide_once(app, official, id, request).await;
    let show = async |led_to| done(app, official, id, DocumentId::new(led_to)).await;
    sending.once(app, None, act, show).await
}

async fn decide_once(
    app: &App,
    official: &Official<Queue>,
    id: ApplicationId,
    request: dto::SignedDraft,
) -> Result<dto::DecidedApplication> {
    let fits = |payload: &Payload| payload.application_id == id;
    let judged = signing::judge(app, official, KIND, request, fits).await?;
    doors::act(app, official, async |tx, authority| {
        let application = signing::mine_to_decide(tx, authority, id).await?;
        signing::use_up(tx, &judged).await?;
        let payload = &judged.draft.payload;
        let matter = Matter::of(tx, &application, &payload.decision).await?;
        let number = application.number.clone();
        let shown = Lines {
            kind: DocumentKind::Decision,
            number: number.as_str(),
            application: Some(id),
            referral: None,
            lines: lines(&application, payload, &matter),
        };
        let document_id = signing::keep(tx, app, &judged, shown, None).await?;
        let locality = application.locality_id;
        take_effect(tx, &app.core, authority, application, payload, matter).await?;
        let entry = Entry::act("decide_application")
            .in_locality(locality)
            .about([id])
            .with(json!({"decision": payload.decision.kind(), "document_id": document_id}));
        let done = dto::DecidedApplication {
            application_id: id,
            application_number: number.clone(),
            document_id,
        };
        Ok(Done::Recorded(done, entry))
    })
    .await
}

fn lines(application: &Application, payload: &Payload, matter: &Matter) -> Vec<paper::Fact> {
    let kind = payload.decision.kind();
    let mut lines = papers::child_lines(application);
    lines.push(papers::fact(
        "Шешім",
        "Решение",
        paper::Bilingual::new(kind.name(Language::Kk), kind.name(Language::Ru)),
    ));
    if let Some(name) = matter.name() {
        let name = paper::Bilingual::same(name);
        lines.push(papers::fact("Не туралы", "О чём", name));
    }
    for (name, value) in payload.decision.facts() {
        let value = paper::Bilingual::same(value);
        lines.push(papers::fact(&name.kk, &name.ru, value));
    }
    lines.push(papers::fact(
        "Негіздеме",
        "Обоснование",
        paper::Bilingual::same(payload.reason.as_str()),
    ));
    lines
}

/// What a decision has done, for whoever has lost the answer.
async fn done(
    app: &App,
    official: &Official<Queue>,
    id: ApplicationId,
    document_id: DocumentId,
) -> Result<dto::DecidedApplication> {
    doors::look(app, official, async |tx, authority| {
        let not_found = || Error::refused(Code::NotFound);
        let document = store::documents::get(tx, document_id).await?;
        document
            .filter(|known| known.application_id == Some(id))
            .ok_or_else(not_found)?;
        let application = store::applications::require(tx, id).await?;
        authority.require(application.locality_id)?;
        let entry = Entry::look("decide_application")
            .in_locality(application.locality_id)
            .about([id]);
        let done = dto::DecidedApplication {
            application_id: id,
            application_number: application.number,
            document_id,
        };
        Ok((done, entry))
    })
    .await
}
