//! Free places (R20): the official fixes how many a group has, the kindergarten publishes how many of them are free, and
//! takes free ones back. What was taken back rests when it is published again (R16).

use super::doors::{self, Attendant, Authority, In, Outcome};
use crate::{
    app::{App, Core},
    error::{Error, Result},
    service::{audit::Entry, counting::count, input::Fields, life::freeing},
};
use balabaqsha_shared::{
    code::Code,
    dto,
    id::{GroupId, KindergartenId, RegistryChangeId},
    import::{ImportKind, PlacesRow},
    kindergarten::BirthYears,
    language::Localized,
    rules::{Violation, r16_publication::Source},
};
use balabaqsha_store::{
    self as store, Tx,
    appointments::By,
    registry::{
        entries::{self, Group, Kindergarten, Reading},
        history::{self, Change},
    },
};
use serde_json::json;

/// A kindergarten with its groups and their places.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn kindergarten(
    app: &App,
    attendant: &Attendant,
    id: KindergartenId,
) -> Result<dto::DeskKindergarten> {
    doors::view(app, attendant, async |tx, authority| {
        authority.require(id)?;
        view(tx, authority, id).await
    })
    .await
}

pub(super) async fn known(
    tx: &mut Tx,
    id: KindergartenId,
    reading: Reading,
) -> Result<Kindergarten> {
    let known = entries::kindergarten(tx, id, reading).await?;
    known.ok_or_else(|| Error::refused(Code::NotFound))
}

pub(super) async fn view(
    tx: &mut Tx,
    authority: &Authority,
    id: KindergartenId,
) -> Result<dto::DeskKindergarten> {
    let known = known(tx, id, Reading::Only).await?;
    let shown = store::kindergartens::get(tx, id).await?;
    let shown = shown.ok_or_else(|| Error::refused(Code::NotFound))?;
    let groups = entries::groups_of(tx, id, authority.now).await?;
    let row = known.row;
    Ok(dto::DeskKindergarten {
        id,
        name: Localized::new(row.name_kk, row.name_ru, row.name_en),
        description: dto::KindergartenDescription {
            phone: row.phone,
            schedule: row.schedule,
            about: shown.about,
        },
        version: u32::try_from(known.version).unwrap_or_default(),
        groups: groups.into_iter().map(group_view).collect(),
    })
}

/// A group with its places.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn group(app: &App, attendant: &Attendant, id: GroupId) -> Result<dto::DeskGroup> {
    doors::view(app, attendant, async |tx, authority| {
        Ok(group_view(own(tx, authority, id, Reading::Only).await?))
    })
    .await
}

async fn own(tx: &mut Tx, authority: &Authority, id: GroupId, reading: Reading) -> Result<Group> {
    let known = entries::group(tx, id, authority.now, reading).await?;
    let known = known.ok_or_else(|| Error::refused(Code::NotFound))?;
    authority.require(known.kindergarten_id)?;
    Ok(known)
}

fn group_view(of: Group) -> dto::DeskGroup {
    let places = of.places;
    // A capacity that has shrunk may have left more resting than there is.
    let resting = places.resting.min(places.free);
    dto::DeskGroup {
        id: of.id,
        kindergarten_id: of.kindergarten_id,
        external_id: of.external_id,
        name: of.row.name,
        instruction_language: of.row.language,
        birth_years: BirthYears {
            from: of.row.birth_year_from,
            to: of.row.birth_year_to,
        },
        state_order: of.row.state_order,
        places: dto::Places {
            capacity: count(places.capacity()),
            free: count(places.free - resting),
            resting: count(resting),
            unpublished: count(places.unpublished),
            held: count(places.held),
            taken: count(places.taken),
        },
    }
}

/// Publishes places or takes them back until so many are free, if the group is as the attendant has seen it.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn set_free(
    app: &App,
    attendant: &Attendant,
    id: GroupId,
    wanted: dto::FreePlaces,
    is_as_seen: impl Fn(&dto::DeskGroup) -> bool,
) -> Result<dto::DeskGroup> {
    doors::act(app, attendant, async |tx, authority| {
        let known = own(tx, authority, id, Reading::ToChange).await?;
        let kindergarten = known.kindergarten_id;
        let before = group_view(known.clone());
        if !is_as_seen(&before) {
            return Err(Error::refused(Code::PreconditionFailed));
        }
        let present = known.places.free;
        let change = i64::from(wanted.free) - present;
        match change {
            0 => return Ok(Outcome::Unchanged(before)),
            1.. => publish(tx, &app.core, &known, change).await?,
            _ => take_back(tx, authority, &known, -change).await?,
        }
        let row = PlacesRow {
            group: known.row.external_id,
            free: i32::try_from(wanted.free).map_err(Error::internal)?,
        };
        let author = match authority.person {
            Some(person) => By::Person(person),
            None => By::Operator(authority.signature()?),
        };
        let history = Change {
            id: RegistryChangeId::new(app.core.new_id()),
            at: authority.now,
            kind: ImportKind::Places.as_str(),
            subject: id.uuid(),
            data: serde_json::to_value(row).map_err(Error::internal)?,
            author,
        };
        history::insert(tx, &history).await?;
        let entry = Entry::act("set_free_places")
            .with(json!({"group_id": id, "free": wanted.free, "change": change}));
        let after = group_view(own(tx, authority, id, Reading::Only).await?);
        Ok(Outcome::Recorded(
            after,
            In::kindergarten(kindergarten, entry),
        ))
    })
    .await
}

async fn publish(tx: &mut Tx, core: &Core, known: &Group, more: i64) -> Result<()> {
    let most = known.places.free + known.places.unpublished;
    let beyond = || {
        let mut fields = Fields::default();
        let violation = Violation::new(Code::PlacesBeyondCapacity).with("most", most);
        fields.refuse("/free", violation);
        fields.finish()
    };
    let Ok(more) = i32::try_from(more) else {
        return beyond();
    };
    let Some(published) = store::places::publish(tx, known.id, more).await? else {
        return beyond();
    };
    let place = store::kindergartens::require_place(tx, known.id).await?;
    let locality = store::localities::require(tx, known.locality_id).await?;
    for nth in 0..more {
        let source = if nth < published.again {
            Source::Freed
        } else {
            Source::New
        };
        freeing::publish(tx, core, &place, &locality, source).await?;
    }
    Ok(())
}

async fn take_back(tx: &mut Tx, authority: &Authority, known: &Group, fewer: i64) -> Result<()> {
    for _ in 0..fewer {
        if !store::places::take_back(tx, known.id, authority.now).await? {
            return Err(Violation::new(Code::PlacesNotFree)
                .with("free", known.places.free - known.places.resting)
                .into());
        }
    }
    Ok(())
}
