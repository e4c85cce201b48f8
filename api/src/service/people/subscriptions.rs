//! Subscriptions to free places.

use crate::{
    app::App,
    error::{Error, Located, Result},
};
use balabaqsha_shared::{
    code::Code,
    dto,
    id::{PersonId, VacancySubscriptionId},
    rules::Violation,
    vacancy::VacancyFilter,
};
use balabaqsha_store::{self as store, Tx, subscriptions::Subscription};

/// So many subscriptions one person may have.
const LIMIT: usize = 20;
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create(
    app: &App,
    person: PersonId,
    filter: VacancyFilter,
) -> Result<dto::VacancySubscription> {
    app.core
        .db
        .effect(async |tx| create_in(tx, app, person, filter).await)
        .await
}

async fn create_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    filter: VacancyFilter,
) -> Result<dto::VacancySubscription> {
    let mut wrong = filter.meaningless();
    if let Some(id) = filter.locality_id
        && store::localities::get(tx, id).await?.is_none()
    {
        wrong.push("/locality_id");
    }
    if !wrong.is_empty() {
        let located = |pointer: &str| Located {
            pointer: pointer.to_owned(),
            violation: Violation::new(Code::ChoiceInvalid),
        };
        return Err(Error::invalid(wrong.into_iter().map(located).collect()));
    }
    if store::subscriptions::list_of(tx, person).await?.len() >= LIMIT {
        return Err(Violation::new(Code::TooManySubscriptions)
            .with("limit", LIMIT)
            .into());
    }
    let subscription = Subscription {
        id: VacancySubscriptionId::new(app.core.new_id()),
        person_id: person,
        filter,
        created_at: app.core.now(),
    };
    store::subscriptions::insert(tx, &subscription).await?;
    Ok(view(&subscription))
}

fn view(subscription: &Subscription) -> dto::VacancySubscription {
    dto::VacancySubscription {
        id: subscription.id,
        filter: subscription.filter,
        created_at: subscription.created_at,
    }
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(app: &App, person: PersonId) -> Result<dto::VacancySubscriptionList> {
    let mut tx = app.core.db.read().await?;
    let subscriptions = store::subscriptions::list_of(&mut tx, person).await?;
    Ok(dto::VacancySubscriptionList {
        items: subscriptions.iter().map(view).collect(),
    })
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn delete(app: &App, person: PersonId, id: VacancySubscriptionId) -> Result<()> {
    app.core
        .db
        .effect(async |tx| {
            if store::subscriptions::delete(tx, person, id).await? {
                Ok(())
            } else {
                Err(Error::refused(Code::NotFound))
            }
        })
        .await
}
