//! Searching applications: by their number or by the child, and never without a reason (R25).

use super::doors::{self, Official, Queue};
use crate::{
    app::App,
    error::Result,
    service::{audit::Entry, input::Fields, reading::views},
};
use balabaqsha_shared::{code::Code, dto, number::ApplicationNumber, rules::Violation};
use balabaqsha_store as store;

/// Applications of the official's localities that fit; none is an answer as well, and a record.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn search(
    app: &App,
    official: &Official<Queue>,
    request: &dto::ApplicationSearch,
) -> Result<dto::FoundApplications> {
    let mut fields = Fields::default();
    let number = request.number.as_deref().map(|text| {
        let number = ApplicationNumber::parse(&text.trim().to_uppercase());
        if number.is_err() {
            fields.refuse("/number", Violation::new(Code::NumberInvalid));
        }
        number.ok()
    });
    let child = request
        .child_iin
        .as_deref()
        .map(|text| fields.iin("/child_iin", text));
    if number.is_none() == child.is_none() {
        fields.refuse("/number", Violation::new(Code::FieldRequired));
    }
    fields.finish()?;
    doors::look(app, official, async |tx, authority| {
        let mut found = Vec::new();
        if let Some(number) = number.flatten() {
            found.extend(store::applications::by_number(tx, &number).await?);
            found.retain(|one| authority.localities.contains(&one.locality_id));
        }
        if let Some(child) = child.flatten() {
            let localities = &authority.localities;
            found.extend(store::applications::of_child_in(tx, localities, &child).await?);
        }
        let mut entry = Entry::look("search_applications").because(request.reason);
        if let Some(first) = found.first() {
            entry = entry.in_locality(first.locality_id);
        }
        let entry = entry.about(found.iter().map(|one| one.id));
        let items = found.into_iter().map(views::application_summary).collect();
        Ok((dto::FoundApplications { items }, entry))
    })
    .await
}
