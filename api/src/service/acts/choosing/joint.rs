//! Places in one kindergarten for several children in one step (R8): all are held, and all referrals are issued, or none.

use super::{
    Choosing, Payload, Step,
    place::{self, Intended, Prepared, Wanted},
};
use crate::{
    app::App,
    error::{Error, Located, Refusal, Result},
    service::{
        acts::{Act, Signer, again::Sending, judge, perform_in},
        life::{locking::lock_person_and_children_of, referral::lock_settled, settle},
        reading::referrals,
        signed::drafting::Judged,
    },
};
use balabaqsha_shared::{
    Language,
    code::{Code, Params},
    dto,
    entity::Application,
    id::{ApplicationId, JointStepId, PersonId, ReferralId},
    rules::{Violation, r08_hold::CHILDREN_OF_STEP},
};
use balabaqsha_store::{self as store, Tx};
use std::collections::BTreeSet;

/// Holds the chosen places and answers with the texts to sign.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create_drafts(
    app: &App,
    person: PersonId,
    request: &dto::JointReferralDraftRequest,
) -> Result<dto::JointReferralDrafts> {
    let ids = request.choices.iter().map(|choice| choice.application_id);
    check_items("/choices", "/application_id", ids)?;
    settle::transact(app, async |tx| {
        let now = app.core.now();
        let by = Signer { app, person, now };
        create_drafts_in(tx, by, request).await
    })
    .await
}

/// Two to four, each another one.
fn check_items<T: Ord>(list: &str, member: &str, ids: impl Iterator<Item = T>) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (n, id) in ids.enumerate() {
        count = n + 1;
        if !seen.insert(id) {
            wrong.push(Located {
                pointer: format!("{list}/{n}{member}"),
                violation: Violation::new(Code::ApplicationRepeated),
            });
        }
    }
    if !CHILDREN_OF_STEP.contains(&count) {
        wrong.push(Located {
            pointer: list.to_owned(),
            violation: Violation::new(Code::QuantityInvalid)
                .with("from", CHILDREN_OF_STEP.start())
                .with("to", CHILDREN_OF_STEP.end()),
        });
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Error::invalid(wrong))
    }
}

async fn create_drafts_in(
    tx: &mut Tx,
    by: Signer<'_>,
    request: &dto::JointReferralDraftRequest,
) -> Result<dto::JointReferralDrafts> {
    // A process of the release before would issue one of the referrals alone.
    if !store::upgrade::finished(tx).await? {
        return Err(Error::refused(Code::UpgradeUnfinished));
    }
    let choices = &request.choices;
    let ids = choices.iter().map(|choice| choice.application_id);
    lock_person_and_children_of(tx, by.person, ids).await?;
    let mut refusals = Refusals::default();
    let mut all: Vec<Wanted> = Vec::new();
    for (n, choice) in choices.iter().enumerate() {
        let wanted = place::wanted(tx, by, choice.application_id, choice.group_id).await;
        all.extend(refusals.take(n, wanted)?);
    }
    refusals.end()?;
    check_together(&all)?;

    let applications: Vec<Application> = all
        .iter()
        .map(|wanted| wanted.application.clone())
        .collect();
    let mut refusals = Refusals::default();
    let mut intended = Vec::new();
    for (n, wanted) in all.into_iter().enumerate() {
        let id = wanted.application.id;
        let beside: Vec<&Application> = applications.iter().filter(|one| one.id != id).collect();
        let one = Intended::of(tx, by, wanted, &beside, pointer(n)).await;
        intended.extend(refusals.take(n, one)?);
    }
    refusals.end()?;

    let kept: BTreeSet<Option<JointStepId>> = intended.iter().map(Intended::kept_step).collect();
    let kept = match kept.first() {
        Some(Some(step)) if kept.len() == 1 => Some(*step),
        _ => None,
    };
    let step = Step {
        id: kept.unwrap_or_else(|| JointStepId::new(by.app.core.new_id())),
        applications: intended.iter().map(Intended::application).collect(),
    };
    // What is signed together ends together.
    let ends = intended.iter().map(|one| one.expires_at(by.now));
    let expires_at = ends.min().unwrap_or(by.now);
    let mut prepared = Vec::new();
    for intended in intended {
        let step = Some(step.clone());
        let draft = place::draft(tx, by, &intended, request.language, expires_at, step).await?;
        prepared.push(Prepared { intended, draft });
    }
    place::hold(tx, by, &prepared, Some(&step)).await?;
    Ok(dto::JointReferralDrafts {
        items: prepared.iter().map(Prepared::view).collect(),
        expires_at,
    })
}

fn pointer(n: usize) -> String {
    format!("/choices/{n}")
}

/// Different children, one kindergarten.
fn check_together(all: &[Wanted]) -> Result<()> {
    let mut children = BTreeSet::new();
    let mut kindergartens = BTreeSet::new();
    let mut wrong = Vec::new();
    for (n, wanted) in all.iter().enumerate() {
        if !children.insert(wanted.application.child.iin.to_string()) {
            wrong.push(Located {
                pointer: format!("{}/application_id", pointer(n)),
                violation: Violation::new(Code::ApplicationRepeated),
            });
        }
        kindergartens.insert(wanted.place.kindergarten.id);
    }
    if kindergartens.len() > 1 {
        wrong.push(Located {
            pointer: "/choices".to_owned(),
            violation: Violation::new(Code::JointStepOneKindergarten),
        });
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Error::invalid(wrong))
    }
}

/// What stands against each of the choices: all of it is told at once.
#[derive(Default)]
struct Refusals {
    first: Option<(Code, Params)>,
    errors: Vec<Located>,
}

impl Refusals {
    fn take<T>(&mut self, n: usize, outcome: Result<T>) -> Result<Option<T>> {
        match outcome.map_err(|error| error.within(&pointer(n))) {
            Ok(value) => Ok(Some(value)),
            // What is not there ends the request.
            Err(Error::Refused(refusal)) if refusal.code != Code::NotFound => {
                let Refusal {
                    code,
                    params,
                    errors,
                } = *refusal;
                self.first.get_or_insert((code, params));
                self.errors.extend(errors);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn end(self) -> Result<()> {
        match self.first {
            None => Ok(()),
            Some((code, params)) => Err(Error::Refused(Box::new(Refusal {
                code,
                params,
                errors: self.errors,
            }))),
        }
    }
}

/// R9 for all children of the step: issues the referrals, takes the places and takes the children off the queue.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn issue(
    app: &App,
    person: PersonId,
    request: dto::SignedJointDrafts,
    language: Language,
) -> Result<dto::JointReferrals> {
    check_items(
        "/items",
        "/draft_id",
        request.items.iter().map(|signed| signed.draft_id),
    )?;
    let sendings = request.items.iter();
    let sendings: Vec<Sending> = sendings
        .map(|signed| Sending::of(person, Choosing::KIND, signed))
        .collect();
    let act = async || {
        let mut judged = Vec::new();
        for (n, signed) in request.items.into_iter().enumerate() {
            let one = judge::<Choosing>(app, person, signed, |_| true).await;
            judged.push(one.map_err(|error| error.within(&format!("/items/{n}")))?);
        }
        check_whole(&judged)?;
        let effect = async |tx: &mut Tx| issue_in(tx, app, person, judged, language).await;
        app.core.db.effect(effect).await
    };
    let show = async |ids: Vec<_>| {
        let mut items = Vec::new();
        for id in ids {
            items.push(referrals::get(app, person, ReferralId::new(id), language).await?);
        }
        Ok(dto::JointReferrals { items })
    };
    Sending::all_once(&sendings, app, act, show).await
}

/// The drafts are those of one step, and all of it.
fn check_whole(judged: &[Judged<Payload>]) -> Result<()> {
    let steps: BTreeSet<Option<&Step>> = judged
        .iter()
        .map(|one| one.draft.payload.step.as_ref())
        .collect();
    let signed: BTreeSet<Option<ApplicationId>> =
        judged.iter().map(|one| one.draft.application).collect();
    let whole = match steps.first() {
        Some(Some(step)) if steps.len() == 1 => {
            let asked: BTreeSet<_> = step.applications.iter().copied().map(Some).collect();
            asked == signed && judged.len() == asked.len()
        }
        _ => false,
    };
    if whole {
        Ok(())
    } else {
        Err(Error::refused(Code::JointStepIncomplete))
    }
}

async fn issue_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    judged: Vec<Judged<Payload>>,
    language: Language,
) -> Result<dto::JointReferrals> {
    let mut applications: Vec<ApplicationId> = judged
        .iter()
        .filter_map(|one| one.draft.application)
        .collect();
    lock_person_and_children_of(tx, person, applications.iter().copied()).await?;
    // All applications before any group.
    applications.sort();
    for (id, one) in applications.into_iter().zip(&judged) {
        lock_settled(tx, &app.core, person, id, one.now).await?;
    }
    let mut groups = Vec::new();
    for one in &judged {
        if let Some(hold) = super::hold_of(tx, one.draft.id, &one.draft.payload).await? {
            groups.push(hold.group_id);
        }
    }
    store::dialect::lock_groups(tx, groups).await?;
    let mut items = Vec::new();
    for one in judged {
        let done = perform_in(tx, &Choosing, app, person, one).await?;
        items.push(done.view(app, language)?);
    }
    Ok(dto::JointReferrals { items })
}
