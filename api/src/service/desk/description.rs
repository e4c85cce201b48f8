//! What parents see of a kindergarten, as its staff says it (R19).

use super::{
    doors::{self, Attendant, In, Outcome, Staff},
    places,
};
use crate::{
    app::App,
    error::{Error, Result},
    service::{audit::Entry, input::Fields},
};
use balabaqsha_shared::{
    code::Code,
    dto,
    id::{KindergartenId, RegistryChangeId},
    import::ImportKind,
    language::Localized,
    rules::Violation,
    text,
};
use balabaqsha_store::{
    self as store,
    appointments::By,
    kindergartens::Description,
    registry::{
        entries::Reading,
        history::{self, Change},
    },
};
use serde_json::json;

const MOST_OF_LINE: usize = 100;
const MOST_ABOUT: usize = 1_000;

/// Says anew what parents see, in the version that was seen.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn describe(
    app: &App,
    staff: Staff,
    id: KindergartenId,
    seen: i32,
    request: &dto::KindergartenDescription,
) -> Result<dto::DeskKindergarten> {
    let wanted = read(request)?;
    doors::act(app, &Attendant::from(staff), async |tx, authority| {
        authority.require(id)?;
        let person = authority
            .person
            .ok_or_else(|| Error::refused(Code::NotFound))?;
        let mut known = places::known(tx, id, Reading::ToChange).await?;
        if known.version != seen {
            return Err(match history::last(tx, id.uuid()).await? {
                Some(last) => Violation::new(Code::ChangedByOther)
                    .with("by", last.author)
                    .with_moment("at", last.at)
                    .into(),
                None => Error::refused(Code::PreconditionFailed),
            });
        }
        let before = store::kindergartens::get(tx, id).await?;
        let before = before.ok_or_else(|| Error::refused(Code::NotFound))?;
        let same = before.phone == wanted.phone
            && before.schedule == wanted.schedule
            && before.about == wanted.about;
        if same {
            return Ok(Outcome::Unchanged(places::view(tx, authority, id).await?));
        }
        let description = Description {
            phone: &wanted.phone,
            schedule: &wanted.schedule,
            about: &wanted.about,
        };
        store::kindergartens::describe(tx, id, description).await?;
        known.row.phone = wanted.phone.clone();
        known.row.schedule = wanted.schedule.clone();
        let history = Change {
            id: RegistryChangeId::new(app.core.new_id()),
            at: authority.now,
            kind: ImportKind::Kindergartens.as_str(),
            subject: id.uuid(),
            data: serde_json::to_value(&known.row).map_err(Error::internal)?,
            author: By::Person(person),
        };
        history::insert(tx, &history).await?;
        let entry = Entry::act("describe_kindergarten").with(json!({"kindergarten_id": id}));
        let after = places::view(tx, authority, id).await?;
        Ok(Outcome::Recorded(after, In::kindergarten(id, entry)))
    })
    .await
}

fn read(request: &dto::KindergartenDescription) -> Result<dto::KindergartenDescription> {
    let mut fields = Fields::default();
    let mut line = |pointer: &str, value: &str, most: usize| {
        let value = value.trim();
        // Paragraphs are kept.
        let hidden = value.lines().any(text::has_hidden);
        if hidden {
            fields.refuse(pointer, Violation::new(Code::TextInvalid));
        } else if value.chars().count() > most {
            fields.refuse(
                pointer,
                Violation::new(Code::FieldTooLong).with("limit", most),
            );
        }
        value.to_owned()
    };
    let read = dto::KindergartenDescription {
        phone: line("/phone", &request.phone, MOST_OF_LINE),
        schedule: line("/schedule", &request.schedule, MOST_OF_LINE),
        about: Localized::new(
            line("/about/kk", &request.about.kk, MOST_ABOUT),
            line("/about/ru", &request.about.ru, MOST_ABOUT),
            line("/about/en", &request.about.en, MOST_ABOUT),
        ),
    };
    if read.phone.is_empty() {
        fields.refuse("/phone", Violation::new(Code::FieldRequired));
    }
    fields.finish()?;
    Ok(read)
}
