//! Locks on the names of a child and of a person: whatever is about one of them waits for each other. They
//! are taken before any row.

use crate::error::Result;
use balabaqsha_shared::{
    id::{ApplicationId, PersonId},
    iin::Iin,
};
use balabaqsha_store::{self as store, Tx};

/// Whatever is about the same child waits until the end of the transaction. Taken before any row.
pub(in crate::service) async fn lock_child(tx: &mut Tx, child: &Iin) -> Result<()> {
    Ok(store::dialect::lock_names(tx, vec![format!("child {child}")]).await?)
}

/// Whatever is about the child of an application waits. One that is not there locks nothing.
pub(in crate::service) async fn lock_child_of(tx: &mut Tx, id: ApplicationId) -> Result<()> {
    match store::applications::child_of(tx, id).await? {
        Some(child) => lock_child(tx, &child).await,
        None => Ok(()),
    }
}

/// The same, and whatever counts what the person has in hand.
pub(in crate::service) async fn lock_person_and_child(
    tx: &mut Tx,
    person: PersonId,
    child: &Iin,
) -> Result<()> {
    let names = vec![
        format!("child {child}"),
        format!("person {}", person.uuid()),
    ];
    Ok(store::dialect::lock_names(tx, names).await?)
}

/// The same for the children of applications.
pub(in crate::service) async fn lock_person_and_children_of(
    tx: &mut Tx,
    person: PersonId,
    applications: impl IntoIterator<Item = ApplicationId>,
) -> Result<()> {
    let mut names = Vec::new();
    for id in applications {
        let child = store::applications::child_of(tx, id).await?;
        names.extend(child.map(|child| format!("child {child}")));
    }
    if names.is_empty() {
        return Ok(());
    }
    names.push(format!("person {}", person.uuid()));
    Ok(store::dialect::lock_names(tx, names).await?)
}

/// All applications of a child, for whoever changes several of them: they are locked before any group.
pub(in crate::service) async fn lock_all_of(tx: &mut Tx, child: &Iin) -> Result<()> {
    lock_child(tx, child).await?;
    for application in store::applications::of_child(tx, child).await? {
        if application.state.is_active() {
            store::applications::lock(tx, application.id).await?;
        }
    }
    Ok(())
}
