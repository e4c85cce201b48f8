//! The staff of a kindergarten, for its head (R19): who works there, who is appointed, whose work is over.

use super::doors::{self, Attendant, In, Outcome, Staff};
use crate::{
    app::App,
    error::{Error, Result},
    service::{audit::Entry, input::Fields},
};
use balabaqsha_shared::{
    code::Code,
    dto,
    id::{KindergartenId, StaffMemberId},
    input,
    rules::Violation,
    staff::StaffRole,
};
use balabaqsha_store::{
    self as store,
    staff::{Ground, StaffMember},
};
use chrono::{DateTime, Utc};
use serde_json::json;

/// More than any kindergarten has had.
const MOST: i64 = 200;

/// Everybody who works there, and who did.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(app: &App, staff: Staff, id: KindergartenId) -> Result<dto::StaffList> {
    doors::look(app, &Attendant::from(staff), async |tx, authority| {
        authority.require_head(id)?;
        let rows = store::staff::list(tx, id, MOST).await?;
        let items = rows
            .into_iter()
            .map(|(member, name)| view(member, name, authority.now))
            .collect();
        let entry = Entry::look("list_staff");
        Ok((dto::StaffList { items }, In::kindergarten(id, entry)))
    })
    .await
}

/// Appoints an employee.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn appoint(
    app: &App,
    staff: Staff,
    id: KindergartenId,
    request: &dto::StaffRequest,
) -> Result<dto::StaffMember> {
    let mut fields = Fields::default();
    let iin = fields.read("/iin", input::iin(&request.iin));
    fields.finish()?;
    let iin = iin.ok_or_else(|| Error::internal("an IIN that was read is absent"))?;
    doors::act(app, &Attendant::from(staff), async |tx, authority| {
        let head = authority.require_head(id)?;
        let now = authority.now;
        let known = store::staff::lock_of_person(tx, id, &iin).await?;
        let appointed = |member: &StaffMember| {
            matches!(member.ground, Ground::Appointed(_)) && member.in_force(now)
        };
        if known.iter().any(appointed) {
            return Err(Error::refused(Code::StaffExists));
        }
        let member = StaffMember {
            id: StaffMemberId::new(app.core.new_id()),
            kindergarten_id: id,
            iin: iin.clone(),
            role: StaffRole::Employee,
            ground: Ground::Appointed(head),
            begins_at: now,
            ends_at: None,
            ended_by: None,
        };
        store::staff::insert(tx, &member).await?;
        let entry = Entry::act("appoint_staff").with(json!({"staff_member_id": member.id}));
        Ok(Outcome::Recorded(
            view(member, None, now),
            In::kindergarten(id, entry),
        ))
    })
    .await
}

/// Ends somebody's work at once. Their key counts no more either; one that is issued later does.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn end(app: &App, staff: Staff, id: StaffMemberId) -> Result<dto::StaffMember> {
    doors::act(app, &Attendant::from(staff), async |tx, authority| {
        let known = store::staff::get(tx, id).await?;
        let known = known.ok_or_else(|| Error::refused(Code::NotFound))?;
        let kindergarten = known.kindergarten_id;
        let head = authority.require_head(kindergarten)?;
        let now = authority.now;
        if store::persons::require(tx, head).await?.iin == known.iin {
            return Err(Error::refused(Code::OwnStaffMembership));
        }
        if !store::staff::end(tx, id, now, head).await? {
            let over = Violation::new(Code::StaffOver);
            let ended = known.ends_at.unwrap_or(now);
            return Err(over.with_moment("ended", ended).into());
        }
        let ended = store::staff::get(tx, id).await?;
        let ended = ended.ok_or_else(|| Error::internal("a membership is gone"))?;
        let entry = Entry::act("end_staff").with(json!({"staff_member_id": id}));
        Ok(Outcome::Recorded(
            view(ended, None, now),
            In::kindergarten(kindergarten, entry),
        ))
    })
    .await
}

fn view(member: StaffMember, full_name: Option<String>, now: DateTime<Utc>) -> dto::StaffMember {
    dto::StaffMember {
        in_force: member.in_force(now),
        id: member.id,
        iin: member.iin,
        full_name,
        role: member.role,
        by_key: matches!(member.ground, Ground::Key(_)),
        begins_at: member.begins_at,
        ends_at: member.ends_at,
    }
}
