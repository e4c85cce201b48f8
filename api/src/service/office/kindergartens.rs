//! Kindergartens of the registry (R20), as officials list, make and change them.

use super::{
    changes::{self, Effect, ToCome},
    doors::{self, Authority, Official, Registry},
    rows,
};
use crate::{
    app::{App, Core},
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        input::Fields,
        paging,
    },
};
use balabaqsha_shared::{
    Language, Localized,
    code::Code,
    dto,
    id::{ApplicationId, KindergartenId, LocalityId, RegistryChangeId},
    iin::Bin,
    import::{ImportKind, KindergartenRow},
    kindergarten::{Coordinates, KindergartenKind},
    rules::Violation,
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    appointments::By,
    registry::entries::{self, Filter, Kindergarten, Reading, Summary, Within},
};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

pub use balabaqsha_store::registry::entries::Sorting;

/// Where things come from that were made in the office.
pub(super) const SOURCE: &str = "office";

/// What is listed, and in which order.
#[derive(Clone, Debug)]
pub struct Wish {
    /// All of the official's localities when absent.
    pub locality: Option<LocalityId>,
    pub kind: Option<KindergartenKind>,
    /// A part of a name, or the beginning of a BIN.
    pub search: Option<String>,
    pub sorting: Sorting,
    pub descending: bool,
    pub after: Option<KindergartenId>,
}

/// One page of the kindergartens of the official's localities.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(
    app: &App,
    official: &Official<Registry>,
    wish: Wish,
    limit: u16,
) -> Result<dto::Page<dto::KindergartenSummary>> {
    doors::view(app, official, async |tx, authority| {
        let localities = match wish.locality {
            Some(locality) => {
                authority.require(locality)?;
                vec![locality]
            }
            None => authority.localities.clone(),
        };
        let filter = Filter {
            localities,
            kind: wish.kind,
        };
        let mut named = entries::named(tx, &filter, wish.sorting).await?;
        if wish.descending {
            named.reverse();
        }
        let sought = wish.search.as_deref().map(str::trim).map(str::to_lowercase);
        if let Some(sought) = sought.filter(|sought| !sought.is_empty()) {
            // SQLite compares only Latin letters without their case.
            named.retain(|one| {
                let names = [&one.name_kk, &one.name_ru, &one.name_en];
                one.bin.starts_with(&sought)
                    || names
                        .iter()
                        .any(|name| name.to_lowercase().contains(&sought))
            });
        }
        let mut ids: Vec<KindergartenId> = named
            .into_iter()
            .map(|one| KindergartenId::new(one.id))
            .collect();
        if let Some(after) = wish.after {
            let place = ids.iter().position(|id| *id == after);
            let next = place.map_or(ids.len(), |place| place + 1);
            ids.drain(..next);
        }
        ids.truncate(usize::from(limit) + 1);
        let dto::Page { items, next_cursor } = paging::page(ids, limit, |id| *id);
        let found = entries::summaries(tx, &items, authority.now).await?;
        let mut by_id: HashMap<Uuid, Summary> =
            found.into_iter().map(|one| (one.id, one)).collect();
        let items = items
            .into_iter()
            .filter_map(|id| by_id.remove(&id.uuid()))
            .map(summary)
            .collect::<Result<_>>()?;
        Ok(dto::Page { items, next_cursor })
    })
    .await
}

fn summary(of: Summary) -> Result<dto::KindergartenSummary> {
    let inconsistent = |reason| store::Error::inconsistent("kindergartens", of.id, reason);
    let kind = KindergartenKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == of.kind)
        .ok_or_else(|| inconsistent("kind"))?;
    Ok(dto::KindergartenSummary {
        id: KindergartenId::new(of.id),
        locality_id: LocalityId::new(of.locality_id),
        kind,
        bin: Bin::parse(&of.bin).map_err(|_| inconsistent("bin"))?,
        name: Localized::new(of.name_kk, of.name_ru, of.name_en),
        contract_until: of.contract_until,
        groups: u32::try_from(of.groups).unwrap_or_default(),
        places: changes::places(&of.places),
    })
}

/// A kindergarten with its groups.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn get(
    app: &App,
    official: &Official<Registry>,
    id: KindergartenId,
    language: Language,
) -> Result<dto::OfficeKindergarten> {
    doors::view(app, official, async |tx, authority| {
        let known = known(tx, authority, id, Reading::Only).await?;
        view(tx, authority, known, language).await
    })
    .await
}

/// What lies in other localities does not exist.
pub(super) async fn known(
    tx: &mut Tx,
    authority: &Authority,
    id: KindergartenId,
    reading: Reading,
) -> Result<Kindergarten> {
    let known = entries::kindergarten(tx, id, reading).await?;
    let known = known.ok_or_else(|| Error::refused(Code::NotFound))?;
    authority.require(known.locality_id)?;
    Ok(known)
}

async fn view(
    tx: &mut Tx,
    authority: &Authority,
    known: Kindergarten,
    language: Language,
) -> Result<dto::OfficeKindergarten> {
    let subject = known.id.uuid();
    let mut of_groups = Vec::new();
    for group in entries::groups_of(tx, known.id, authority.now).await? {
        of_groups.push(changes::group(tx, group, language).await?);
    }
    Ok(dto::OfficeKindergarten {
        id: known.id,
        facts: facts(&known.row, known.locality_id),
        source: known.source,
        external_id: known.external_id,
        version: changes::version(known.version),
        groups: of_groups,
        last_change: changes::last_change(tx, subject).await?,
        planned: changes::planned(tx, subject, language).await?,
    })
}

fn facts(row: &KindergartenRow, locality_id: LocalityId) -> dto::KindergartenFacts {
    dto::KindergartenFacts {
        locality_id,
        kind: row.kind,
        bin: row.bin.to_string(),
        name: Localized::new(&row.name_kk, &row.name_ru, &row.name_en),
        address: Localized::new(&row.address_kk, &row.address_ru, &row.address_en),
        coordinates: Coordinates {
            latitude: row.latitude,
            longitude: row.longitude,
        },
        phone: row.phone.clone(),
        schedule: row.schedule.clone(),
        licence_until: row.licence_until,
        contract_until: row.contract_until,
    }
}

/// The history of a kindergarten, the newest first.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn history(
    app: &App,
    official: &Official<Registry>,
    id: KindergartenId,
    before: Option<RegistryChangeId>,
    limit: u16,
) -> Result<dto::Page<dto::RegistryChange>> {
    doors::view(app, official, async |tx, authority| {
        known(tx, authority, id, Reading::Only).await?;
        changes::list(tx, id.uuid(), before, limit).await
    })
    .await
}

/// Makes a kindergarten.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn create(
    app: &App,
    official: &Official<Registry>,
    request: &dto::KindergartenRequest,
    language: Language,
) -> Result<dto::OfficeKindergarten> {
    doors::act(app, official, async |tx, authority| {
        let locality_id = request.facts.locality_id;
        authority.require(locality_id)?;
        let id = KindergartenId::new(app.core.new_id());
        let locality = store::localities::require(tx, locality_id).await?;
        let mut fields = Fields::default();
        if request.effective_on.is_some() {
            // It has no places until it has groups, which have days of their own.
            fields.refuse("/effective_on", Violation::new(Code::FieldUnexpected));
        }
        let external_id = id.to_string();
        let now = authority.now;
        let row = rows::kindergarten(
            &mut fields,
            &request.facts,
            &locality.code,
            &external_id,
            now,
        );
        fields.finish()?;
        let row = row.ok_or_else(|| Error::internal("a kindergarten that was read is absent"))?;
        check(tx, id, &row).await?;
        entries::insert_kindergarten(tx, id, locality_id, SOURCE, &row).await?;
        let by = By::Person(authority.person.id);
        let kind = ImportKind::Kindergartens;
        changes::record(tx, &app.core, kind, id.uuid(), &row, by).await?;
        let entry = Entry::act("create_kindergarten")
            .in_locality(locality_id)
            .with(json!({"kindergarten_id": id}));
        let made = known(tx, authority, id, Reading::Only).await?;
        Ok(Done::Recorded(
            view(tx, authority, made, language).await?,
            entry,
        ))
    })
    .await
}

/// What is wrong in the light of the others.
async fn check(tx: &mut Tx, id: KindergartenId, row: &KindergartenRow) -> Result<()> {
    let other = store::kindergartens::by_bin(tx, &row.bin).await?;
    if other.is_some_and(|other| other.id != id) {
        let mut fields = Fields::default();
        fields.refuse("/facts/bin", Violation::new(Code::NameTaken));
        return fields.finish();
    }
    Ok(())
}

/// What the request makes of a kindergarten, and from when on.
async fn read(
    tx: &mut Tx,
    authority: &Authority,
    known: &Kindergarten,
    request: &dto::KindergartenRequest,
) -> Result<(KindergartenRow, Effect)> {
    let now = authority.now;
    let mut fields = Fields::default();
    if request.facts.locality_id != known.locality_id {
        // Its referrals belong to the queue of its locality.
        fields.refuse("/facts/locality_id", Violation::new(Code::ChoiceInvalid));
    }
    let effect = Effect::read(request.effective_on, time::local_date(now));
    let effect = fields.read("/effective_on", effect);
    let (locality, external_id) = (&known.row.locality, &known.row.external_id);
    let row = rows::kindergarten(&mut fields, &request.facts, locality, external_id, now);
    fields.finish()?;
    let read = row.zip(effect);
    let (row, effect) = read.ok_or_else(|| Error::internal("a change that was read is absent"))?;
    check(tx, known.id, &row).await?;
    Ok((row, effect))
}

/// What a change would do.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn preview(
    app: &App,
    official: &Official<Registry>,
    id: KindergartenId,
    request: &dto::KindergartenRequest,
    language: Language,
) -> Result<dto::ChangePreview> {
    doors::look(app, official, async |tx, authority| {
        let known = known(tx, authority, id, Reading::Only).await?;
        let read = read(tx, authority, &known, request).await;
        let (open_referrals, open_referral_count) =
            changes::referrals(tx, Within::Kindergarten(id)).await?;
        let entry = Entry::look("preview_kindergarten_change")
            .in_locality(known.locality_id)
            .about(subjects(&open_referrals))
            .with(json!({"kindergarten_id": id}));
        let preview = dto::ChangePreview {
            changes: changes::differences(
                &json!({"facts": facts(&known.row, known.locality_id)}),
                &json!({"facts": request.facts}),
            ),
            refused: changes::told(read.map(|_| ()), language)?,
            open_referrals,
            open_referral_count,
            places: None,
            concerned: None,
        };
        Ok((preview, entry))
    })
    .await
}

/// Whose referrals these are.
pub(super) fn subjects(
    referrals: &[dto::OpenReferral],
) -> impl Iterator<Item = ApplicationId> + use<'_> {
    referrals.iter().map(|one| one.application_id)
}

/// Says everything of a kindergarten anew, at once or on a day to come.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn change(
    app: &App,
    official: &Official<Registry>,
    id: KindergartenId,
    seen: i32,
    request: &dto::KindergartenRequest,
    language: Language,
) -> Result<dto::OfficeKindergarten> {
    doors::act(app, official, async |tx, authority| {
        let present = known(tx, authority, id, Reading::ToChange).await?;
        changes::require_version(tx, id.uuid(), present.version, seen).await?;
        let (row, effect) = read(tx, authority, &present, request).await?;
        if effect == Effect::AtOnce && row == present.row {
            let same = view(tx, authority, present, language).await?;
            return Ok(Done::Unchanged(same));
        }
        let author = By::Person(authority.person.id);
        match effect {
            Effect::AtOnce => {
                set(tx, &app.core, id.uuid(), row, author).await?;
            }
            Effect::On(day) => {
                let to_come = ToCome {
                    kind: ImportKind::Kindergartens,
                    subject: id.uuid(),
                    day,
                    author,
                };
                changes::plan(tx, &app.core, to_come, &row).await?;
            }
        }
        let entry = Entry::act("change_kindergarten")
            .in_locality(present.locality_id)
            .with(json!({"kindergarten_id": id, "effective_on": request.effective_on}));
        let changed = known(tx, authority, id, Reading::Only).await?;
        Ok(Done::Recorded(
            view(tx, authority, changed, language).await?,
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
    row: KindergartenRow,
    by: By,
) -> Result<()> {
    let id = KindergartenId::new(subject);
    let known = entries::kindergarten(tx, id, Reading::ToChange).await?;
    let known = known.ok_or_else(|| Error::refused(Code::NotFound))?;
    check(tx, id, &row).await?;
    entries::update_kindergarten(tx, id, known.locality_id, &row).await?;
    changes::record(tx, core, ImportKind::Kindergartens, subject, &row, by).await
}
