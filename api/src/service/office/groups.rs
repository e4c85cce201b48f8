//! Groups of kindergartens (R20): their capacity, the years they take, the days from which on their places
//! are offered or no longer are.

use super::{
    changes::{self, Effect, ToCome},
    doors::{self, Authority, Official, Registry},
    kindergartens::{self, SOURCE, subjects},
    rows,
};
use crate::{
    app::{App, Core},
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        input::Fields,
    },
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto,
    id::{GroupId, KindergartenId, RegistryChangeId},
    import::{GroupRow, ImportKind},
    kindergarten::BirthYears,
    rules::Violation,
    time,
};
use balabaqsha_store::{
    Tx,
    appointments::By,
    registry::entries::{self, Group, Places, Reading, Within},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// So many numbers are named with a refusal.
const NAMED_REFERRALS: usize = 20;
/// As many as a group can have places.
const MOST_REFERRALS: i64 = 1_000;

async fn known(tx: &mut Tx, authority: &Authority, id: GroupId, reading: Reading) -> Result<Group> {
    let known = entries::group(tx, id, authority.now, reading).await?;
    let known = known.ok_or_else(|| Error::refused(Code::NotFound))?;
    authority.require(known.locality_id)?;
    Ok(known)
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn get(
    app: &App,
    official: &Official<Registry>,
    id: GroupId,
    language: Language,
) -> Result<dto::OfficeGroup> {
    doors::view(app, official, async |tx, authority| {
        let known = known(tx, authority, id, Reading::Only).await?;
        changes::group(tx, known, language).await
    })
    .await
}

/// The history of a group and of its free places, the newest first.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn history(
    app: &App,
    official: &Official<Registry>,
    id: GroupId,
    before: Option<RegistryChangeId>,
    limit: u16,
) -> Result<dto::Page<dto::RegistryChange>> {
    doors::view(app, official, async |tx, authority| {
        known(tx, authority, id, Reading::Only).await?;
        changes::list(tx, id.uuid(), before, limit).await
    })
    .await
}

/// The active referrals to a group, for a decision about each.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn referrals(
    app: &App,
    official: &Official<Registry>,
    id: GroupId,
) -> Result<dto::OpenReferralList> {
    doors::look(app, official, async |tx, authority| {
        let known = known(tx, authority, id, Reading::Only).await?;
        let all = entries::open_referrals(tx, Within::Group(id), MOST_REFERRALS).await?;
        let items: Vec<_> = all.into_iter().map(changes::open_referral).collect();
        let entry = Entry::look("list_group_referrals")
            .in_locality(known.locality_id)
            .about(subjects(&items))
            .with(json!({"group_id": id}));
        Ok((dto::OpenReferralList { items }, entry))
    })
    .await
}

/// Makes a group, none of whose places are published.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create(
    app: &App,
    official: &Official<Registry>,
    kindergarten: KindergartenId,
    request: &dto::GroupRequest,
    language: Language,
) -> Result<dto::OfficeGroup> {
    doors::act(app, official, async |tx, authority| {
        let of = kindergartens::known(tx, authority, kindergarten, Reading::ToChange).await?;
        let id = GroupId::new(app.core.new_id());
        let mut fields = Fields::default();
        if request.effective_on.is_some() {
            // It has the day from which on its places are offered.
            fields.refuse("/effective_on", Violation::new(Code::FieldUnexpected));
        }
        let (parent, own) = (&of.row.external_id, id.to_string());
        let row = rows::group(&mut fields, request, parent, &own, authority.now);
        fields.finish()?;
        let row = row.ok_or_else(|| Error::internal("a group that was read is absent"))?;
        entries::insert_group(tx, id, kindergarten, SOURCE, &row).await?;
        let by = By::Person(authority.person.id);
        changes::record(tx, &app.core, ImportKind::Groups, id.uuid(), &row, by).await?;
        let entry = Entry::act("create_group")
            .in_locality(of.locality_id)
            .with(json!({"group_id": id}));
        let made = known(tx, authority, id, Reading::Only).await?;
        Ok(Done::Recorded(
            changes::group(tx, made, language).await?,
            entry,
        ))
    })
    .await
}

/// What the request makes of a group, and from when on. A change at once must have room for what is held
/// and taken.
async fn read(
    tx: &mut Tx,
    known: &Group,
    request: &dto::GroupRequest,
    now: DateTime<Utc>,
) -> Result<(GroupRow, Effect)> {
    let mut fields = Fields::default();
    let effect = Effect::read(request.effective_on, time::local_date(now));
    let effect = fields.read("/effective_on", effect);
    let (parent, own) = (&known.row.kindergarten, &known.row.external_id);
    let row = rows::group(&mut fields, request, parent, own, now);
    fields.finish()?;
    let read = row.zip(effect);
    let (row, effect) = read.ok_or_else(|| Error::internal("a change that was read is absent"))?;
    if effect == Effect::AtOnce {
        require_room(tx, known, row.capacity).await?;
    }
    Ok((row, effect))
}

/// Refuses a capacity below what is held and taken, with the referrals that stand against it.
async fn require_room(tx: &mut Tx, known: &Group, capacity: i32) -> Result<()> {
    let taken = known.places.held + known.places.taken;
    if taken <= i64::from(capacity) {
        return Ok(());
    }
    let (against, _) = changes::referrals(tx, Within::Group(known.id)).await?;
    let numbers: Vec<String> = against
        .into_iter()
        .take(NAMED_REFERRALS)
        .map(|one| one.number)
        .collect();
    let violation = Violation::new(Code::CapacityTooSmall).with("taken", taken);
    Err(violation.with("referrals", numbers.join(", ")).into())
}

/// What a change would do.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn preview(
    app: &App,
    official: &Official<Registry>,
    id: GroupId,
    request: &dto::GroupRequest,
    language: Language,
) -> Result<dto::ChangePreview> {
    doors::look(app, official, async |tx, authority| {
        let known = known(tx, authority, id, Reading::Only).await?;
        let read = read(tx, &known, request, authority.now).await;
        let (open_referrals, open_referral_count) =
            changes::referrals(tx, Within::Group(id)).await?;
        let entry = Entry::look("preview_group_change")
            .in_locality(known.locality_id)
            .about(subjects(&open_referrals))
            .with(json!({"group_id": id}));
        let places = places_after(&known.places, request.capacity);
        let preview = dto::ChangePreview {
            changes: changes::differences(&json!(shown(&known)), &json!(shown_after(request))),
            refused: changes::told(read.map(|_| ()), language)?,
            open_referrals,
            open_referral_count,
            places: Some(changes::places(&places)),
            concerned: None,
        };
        Ok((preview, entry))
    })
    .await
}

/// The present members of a change.
fn shown(known: &Group) -> dto::GroupRequest {
    let row = &known.row;
    dto::GroupRequest {
        name: row.name.clone(),
        instruction_language: row.language,
        birth_years: BirthYears {
            from: row.birth_year_from,
            to: row.birth_year_to,
        },
        state_order: row.state_order,
        capacity: u32::try_from(row.capacity).unwrap_or_default(),
        open_from: row.open_from,
        closed_from: row.closed_from,
        effective_on: None,
    }
}

fn shown_after(request: &dto::GroupRequest) -> dto::GroupRequest {
    dto::GroupRequest {
        effective_on: None,
        ..request.clone()
    }
}

/// Free places stay free as far as the capacity has room for them; what it has more is not published.
fn places_after(before: &Places, capacity: u32) -> Places {
    let room = (i64::from(capacity) - before.held - before.taken).max(0);
    let free = before.free.min(room);
    Places {
        free,
        unpublished: room - free,
        ..*before
    }
}

/// Says everything of a group anew, at once or on a day to come.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn change(
    app: &App,
    official: &Official<Registry>,
    id: GroupId,
    seen: i32,
    request: &dto::GroupRequest,
    language: Language,
) -> Result<dto::OfficeGroup> {
    doors::act(app, official, async |tx, authority| {
        let present = known(tx, authority, id, Reading::ToChange).await?;
        changes::require_version(tx, id.uuid(), present.version, seen).await?;
        let (row, effect) = read(tx, &present, request, authority.now).await?;
        if effect == Effect::AtOnce && row == present.row {
            return Ok(Done::Unchanged(
                changes::group(tx, present, language).await?,
            ));
        }
        let author = By::Person(authority.person.id);
        match effect {
            Effect::AtOnce => {
                set(tx, &app.core, id.uuid(), row, author).await?;
            }
            Effect::On(day) => {
                let to_come = ToCome {
                    kind: ImportKind::Groups,
                    subject: id.uuid(),
                    day,
                    author,
                };
                changes::plan(tx, &app.core, to_come, &row).await?;
            }
        }
        let entry = Entry::act("change_group")
            .in_locality(present.locality_id)
            .with(json!({"group_id": id, "effective_on": request.effective_on}));
        let changed = known(tx, authority, id, Reading::Only).await?;
        Ok(Done::Recorded(
            changes::group(tx, changed, language).await?,
            entry,
        ))
    })
    .await
}

/// Lets a change take effect, and writes its history.
pub(super) async fn set(
    tx: &mut Tx,
    core: &Core,
    subject: Uuid,
    row: GroupRow,
    by: By,
) -> Result<()> {
    let id = GroupId::new(subject);
    let known = entries::group(tx, id, core.now(), Reading::ToChange).await?;
    let known = known.ok_or_else(|| Error::refused(Code::NotFound))?;
    require_room(tx, &known, row.capacity).await?;
    if !entries::update_group(tx, id, &row).await? {
        return Err(Error::internal("a group that has room is refused"));
    }
    changes::record(tx, core, ImportKind::Groups, subject, &row, by).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(20, 5, 11)]
    #[case(10, 5, 1)]
    #[case(8, 4, 0)]
    #[case(4, 0, 0)]
    fn free_places_stay_as_far_as_there_is_room(
        #[case] capacity: u32,
        #[case] free: i64,
        #[case] unpublished: i64,
    ) {
        let before = Places {
            free: 5,
            resting: 1,
            unpublished: 7,
            held: 1,
            taken: 3,
        };
        let after = places_after(&before, capacity);
        assert_eq!((after.free, after.unpublished), (free, unpublished));
        assert_eq!(after.capacity(), i64::from(capacity));
    }
}
