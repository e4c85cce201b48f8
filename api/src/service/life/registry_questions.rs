//! Asks the registry again about children of whom it has said nothing (R27).

use super::{children, locking::lock_all_of};
use crate::{app::App, error::Result, outside::registry::Answer};
use balabaqsha_store::{self as store, applications::RegistryQuestion};
use chrono::TimeDelta;

/// Questions of one beat.
const BATCH: i64 = 20;
/// Longer than the registry is given for an answer, for all questions of a beat.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// Asks what is due; nobody else asks the same meanwhile.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn ask_again(app: &App) -> Result<()> {
    let now = app.core.now();
    let questions = app
        .core
        .db
        .transact(async |tx| {
            store::applications::take_registry_questions(tx, now, now + LEASE, BATCH).await
        })
        .await?;
    for question in questions {
        ask(app, question).await?;
    }
    Ok(())
}

async fn ask(app: &App, question: RegistryQuestion) -> Result<()> {
    let mut tx = app.core.db.read().await?;
    let parent = store::persons::require(&mut tx, question.applicant).await?;
    drop(tx);
    let answer = app.registry.ask(&parent.iin, &question.child).await;
    app.core
        .db
        .transact(async |tx| {
            let now = app.core.now();
            lock_all_of(tx, &question.child).await?;
            let application = store::applications::lock(tx, question.application).await?;
            let application = application.filter(|known| known.state.is_active());
            match (application, answer) {
                (None, _) => {
                    store::applications::ask_registry_at(tx, question.application, None).await?;
                }
                (Some(_), Answer::None) => {
                    let next = children::next_question(now, question.attempts);
                    store::applications::ask_registry_at(tx, question.application, Some(next))
                        .await?;
                }
                (Some(application), answer) => {
                    children::hear(tx, &app.core, application, answer, now).await?;
                }
            }
            Ok(())
        })
        .await
}
