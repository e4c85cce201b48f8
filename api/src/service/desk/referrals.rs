//! The referrals of a kindergarten: whom it expects, who came, and what has become of the others.

use super::doors::{self, Attendant, Authority, In};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::Entry,
        paging::{page, to_read},
    },
};
use balabaqsha_shared::{
    calendar::WorkingCalendar,
    code::Code,
    dto::{self, ReferralChoice},
    entity::Referral,
    id::{ApplicationId, KindergartenId, ReferralId},
    mask,
    referral::ReferralState,
    rules::{Violation, r10_arrival},
    staff::{self, NamedReferral, NoReferral},
    time,
};
use balabaqsha_store::{self as store, Tx, referrals::Wanted};
use chrono::{DateTime, Days, NaiveDate, Utc};

const WEEK: Days = Days::new(6);
/// So long a lapse is listed.
const OVERDUE: Days = Days::new(14);

/// What a list is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// Needed by whoever works for several.
    pub kindergarten: Option<KindergartenId>,
    pub choice: ReferralChoice,
    pub updated_since: Option<DateTime<Utc>>,
    /// The last id of the page before.
    pub after: Option<ReferralId>,
    pub limit: u16,
}

impl Asked {
    fn wanted(&self, kindergarten: KindergartenId, today: NaiveDate) -> Wanted {
        let (state, from, to) = match self.choice {
            ReferralChoice::Active => (Some("active"), None, None),
            ReferralChoice::DueToday => (Some("active"), Some(today), Some(today)),
            ReferralChoice::DueThisWeek => (Some("active"), Some(today), Some(today + WEEK)),
            ReferralChoice::Overdue => (Some("lapsed"), Some(today - OVERDUE), None),
            ReferralChoice::Enrolled => (Some("enrolled"), None, None),
            ReferralChoice::Ended => (Some("ended"), None, None),
            ReferralChoice::All => (None, None, None),
        };
        Wanted {
            kindergarten,
            state,
            deadline_from: from,
            deadline_to: to,
            updated_since: self.updated_since,
            after: self.after,
            limit: to_read(self.limit),
        }
    }
}

/// One page of the referrals to a kindergarten.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(
    app: &App,
    attendant: &Attendant,
    asked: Asked,
) -> Result<dto::Page<dto::ExpectedChild>> {
    doors::look(app, attendant, async |tx, authority| {
        let entry = Entry::look("list_expected_children");
        if authority.kindergartens().next().is_none() {
            // A program whose organisation has left the registry.
            let page = dto::Page {
                items: Vec::new(),
                next_cursor: None,
            };
            let nowhere = In {
                kindergarten: None,
                entry,
            };
            return Ok((page, nowhere));
        }
        let kindergarten = authority.chosen(asked.kindergarten)?;
        let today = time::local_date(authority.now);
        let rows = store::referrals::list_for(tx, &asked.wanted(kindergarten, today)).await?;
        let dto::Page {
            items: rows,
            next_cursor,
        } = page(rows, asked.limit, |(row, _)| row.id);
        let seen: Vec<ApplicationId> = rows.iter().map(|(row, _)| row.application_id).collect();
        let calendar = app.core.calendar.current(tx).await?;
        let mut items = Vec::with_capacity(rows.len());
        for (row, updated_at) in rows {
            items.push(view(tx, row, updated_at, &calendar, authority.now).await?);
        }
        let page = dto::Page { items, next_cursor };
        Ok((page, In::kindergarten(kindergarten, entry.about(seen))))
    })
    .await
}

/// The referral that a number or the QR code of a paper names.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn find(app: &App, attendant: &Attendant, text: &str) -> Result<dto::ExpectedChild> {
    let named = staff::named_referral(text, &app.core.public_url).map_err(|no| match no {
        NoReferral::ForeignAddress => Error::refused(Code::QrForeign),
        NoReferral::Unreadable => {
            let shown: String = text.chars().take(40).collect();
            let shown = balabaqsha_shared::text::visible(&shown).into_owned();
            Violation::new(Code::NumberInvalid)
                .with("read", shown)
                .into()
        }
    })?;
    doors::look(app, attendant, async |tx, authority| {
        let found = match &named {
            NamedReferral::Number(number) => store::referrals::by_number(tx, number).await?,
            NamedReferral::Token(token) => store::referrals::by_token(tx, token).await?,
        };
        let found = found.ok_or_else(|| Error::refused(Code::ReferralNotHere))?;
        let kindergarten = own(tx, authority, &found)
            .await?
            .ok_or_else(|| Error::refused(Code::ReferralNotHere))?;
        let application = found.application_id;
        let updated_at = last_change(tx, &found).await?;
        let calendar = app.core.calendar.current(tx).await?;
        let child = view(tx, found, updated_at, &calendar, authority.now).await?;
        let entry = Entry::look("find_referral").about([application]);
        Ok((child, In::kindergarten(kindergarten, entry)))
    })
    .await
}

/// The kindergarten of a referral, if the attendant counts there.
async fn own(
    tx: &mut Tx,
    authority: &Authority,
    referral: &Referral,
) -> Result<Option<KindergartenId>> {
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    let kindergarten = place.kindergarten.id;
    Ok(authority
        .require(kindergarten)
        .is_ok()
        .then_some(kindergarten))
}

async fn last_change(tx: &mut Tx, referral: &Referral) -> Result<DateTime<Utc>> {
    let events = store::events::list_of(tx, referral.application_id).await?;
    Ok(events
        .first()
        .map_or(referral.issued_at, |last| last.at.max(referral.issued_at)))
}

async fn view(
    tx: &mut Tx,
    referral: Referral,
    updated_at: DateTime<Utc>,
    calendar: &WorkingCalendar,
    now: DateTime<Utc>,
) -> Result<dto::ExpectedChild> {
    let application = store::applications::require(tx, referral.application_id).await?;
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    let late_until = match referral.state {
        ReferralState::Lapsed { .. }
            if referral.excused_at.is_none() && !application.discounted =>
        {
            let locality = store::localities::require(tx, application.locality_id).await?;
            let until = r10_arrival::late_until(referral.deadline, &locality.rules, calendar)?;
            Some(until).filter(|until| now < *until)
        }
        _ => None,
    };
    // R2: for the time of the referral.
    let concerned = match referral.state {
        ReferralState::Active { .. } | ReferralState::Enrolled { .. } => true,
        ReferralState::Lapsed { .. } => late_until.is_some(),
        ReferralState::Ended { .. }
        | ReferralState::Revoked { .. }
        | ReferralState::Annulled { .. } => false,
    };
    let name = application.child.full_name();
    Ok(dto::ExpectedChild {
        referral_id: referral.id,
        number: referral.number,
        kindergarten_id: place.kindergarten.id,
        state: referral.state,
        child_name: if concerned { name } else { mask::name(&name) },
        birth_date: concerned.then_some(application.child.birth_date),
        child_iin_masked: application.child.iin.masked(),
        contact_phone: concerned.then_some(application.contact_phone),
        group_id: place.group.id,
        group_name: place.group.name,
        issued_at: referral.issued_at,
        deadline: referral.deadline,
        late_until,
        undoable_until: match referral.state {
            ReferralState::Enrolled { .. } => referral.undoable_until.filter(|until| now < *until),
            _ => None,
        },
        updated_at,
    })
}
