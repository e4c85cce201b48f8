//! From rows to what crosses the wire.

use crate::{
    app::App,
    error::Result,
    service::{counting::count, life::holding},
};
use balabaqsha_shared::{
    Language,
    application::{ApplicationState, Category, Standing},
    calendar::WorkingCalendar,
    dto,
    entity::{Application, Referral},
    id::PersonId,
    profile::{ChildCheck, RulesProfile},
    rules::{Violation, r06_choosing, r13_extension, r14_revocation, r15_withdrawal, r27_child},
    time,
};
use balabaqsha_store::{self as store, Tx, kindergartens::Place};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

fn places(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

pub(in crate::service) fn group(group: store::kindergartens::Group) -> dto::Group {
    dto::Group {
        id: group.id,
        name: group.name,
        instruction_language: group.instruction_language,
        birth_years: group.birth_years,
        capacity: places(group.capacity),
        free_places: places(group.free),
        state_order: group.state_order,
    }
}

pub(in crate::service) fn vacancy(place: Place) -> dto::Vacancy {
    dto::Vacancy {
        group_id: place.group.id,
        group_name: place.group.name,
        instruction_language: place.group.instruction_language,
        birth_years: place.group.birth_years,
        free_places: places(place.group.free),
        kindergarten_id: place.kindergarten.id,
        locality_id: place.kindergarten.locality_id,
        kindergarten_name: place.kindergarten.name,
        address: place.kindergarten.address,
        coordinates: place.kindergarten.coordinates,
    }
}

/// What the view of a referral is made of.
#[derive(Debug)]
pub(in crate::service) struct ReferralParts<'a> {
    pub referral: Referral,
    pub place: Place,
    pub rules: &'a RulesProfile,
    pub calendar: &'a WorkingCalendar,
}

/// A referral with what is possible now.
pub(in crate::service) async fn referral(
    tx: &mut Tx,
    app: &App,
    referral: Referral,
    language: Language,
) -> Result<dto::Referral> {
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    let locality = store::localities::require(tx, place.kindergarten.locality_id).await?;
    let calendar = app.core.calendar.current(tx).await?;
    let parts = ReferralParts {
        referral,
        place,
        rules: &locality.rules,
        calendar: &calendar,
    };
    referral_of(app, parts, language)
}

/// The same for whoever has everything at hand.
pub(in crate::service) fn referral_of(
    app: &App,
    parts: ReferralParts<'_>,
    language: Language,
) -> Result<dto::Referral> {
    let ReferralParts {
        referral,
        place: Place {
            group,
            kindergarten,
        },
        rules,
        calendar,
    } = parts;
    let now = app.core.now();
    let today = time::local_date(now);
    let revoking = r14_revocation::violations(&r14_revocation::Revocation {
        state: referral.state,
        revocable_until: referral.revocable_until,
        now,
        profile: rules,
    });
    let extending = extending(&referral, rules, calendar, now, language)?;
    Ok(dto::Referral {
        id: referral.id,
        number: referral.number,
        application_id: referral.application_id,
        kindergarten_id: kindergarten.id,
        kindergarten_name: kindergarten.name,
        address: kindergarten.address,
        coordinates: kindergarten.coordinates,
        phone: kindergarten.phone,
        group_id: group.id,
        group_name: group.name,
        instruction_language: group.instruction_language,
        state: referral.state,
        issued_at: referral.issued_at,
        deadline: referral.deadline,
        working_days_left: calendar.working_days_between(today, referral.deadline)?,
        revocable_until: referral.revocable_until,
        revoking: possibility(&revoking, language),
        extending,
        extension: referral.extension.map(|extension| dto::Extension {
            at: extension.at,
            previous_deadline: extension.previous_deadline,
            reason: extension.reason,
            comment: extension.comment,
        }),
        verification_url: app.core.verification_url(&referral.verification_token),
    })
}

/// R13 as the front needs it: whether the button is there, and what the picker of days offers.
fn extending(
    referral: &Referral,
    rules: &RulesProfile,
    calendar: &WorkingCalendar,
    now: DateTime<Utc>,
    language: Language,
) -> Result<dto::Extending> {
    let closed = r13_extension::closed(&r13_extension::Standing {
        state: referral.state,
        deadline: referral.deadline,
        now,
    });
    let dto::Possibility { allowed, unmet } = possibility(&closed, language);
    let first = r13_extension::earliest(referral.deadline);
    let last = r13_extension::latest(referral.deadline, rules);
    let working_days = if allowed {
        let days = first.iter_days().take_while(|day| *day <= last);
        let days = days.map(|day| Ok(calendar.is_working(day)?.then_some(day)));
        days.filter_map(Result::transpose).collect::<Result<_>>()?
    } else {
        Vec::new()
    };
    Ok(dto::Extending {
        allowed,
        unmet,
        earliest: allowed.then_some(first),
        latest: allowed.then_some(last),
        working_days,
    })
}

fn possibility(violations: &[Violation], language: Language) -> dto::Possibility {
    dto::Possibility {
        allowed: violations.is_empty(),
        unmet: problem_errors(violations, language),
    }
}

fn problem_errors(violations: &[Violation], language: Language) -> Vec<dto::ProblemError> {
    violations
        .iter()
        .map(|violation| problem_error(violation, language))
        .collect()
}

pub(in crate::service) fn application_summary(application: Application) -> dto::ApplicationSummary {
    dto::ApplicationSummary {
        id: application.id,
        number: application.number,
        locality_id: application.locality_id,
        child_name: application.child.full_name(),
        birth_year: application.child.birth_year(),
        submitted_at: application.submitted_at,
        state: application.state,
    }
}

/// One application with its place in the queue, R6 and its latest referral, for somebody who sees it.
pub(in crate::service) async fn application(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    application: Application,
    language: Language,
) -> Result<dto::Application> {
    let locality = store::localities::require(tx, application.locality_id).await?;
    let now = app.core.now();
    let check = locality.rules.child_check;
    let shown = application.state == ApplicationState::Queued
        && r27_child::shows_a_number(application.standing, check);
    let position = if shown {
        Some(position(tx, &application).await?)
    } else {
        None
    };
    let of = holding::Of {
        person,
        application: &application,
        profile: &locality.rules,
        beside: &[],
    };
    let chances = holding::chances(tx, app, of, now).await?;
    let vacancies = holding::vacancies(tx, &application, &chances, now).await?;
    let free_places = vacancies.iter().map(|place| places(place.group.free)).sum();
    let child = &application.child.iin;
    let mut unmet = r06_choosing::violations(&r06_choosing::Choosing {
        state: application.state,
        birth_date: application.child.birth_date,
        today: time::local_date(now),
        profile: &locality.rules,
        places: holding::places(tx, &application, &locality.rules, free_places, now).await?,
        standing: application.standing,
        verification: application.verification,
        referred_elsewhere: store::referrals::has_active_elsewhere(tx, locality.id, child).await?,
        against_holding: chances.against(),
    });
    if store::holds::live_of(tx, application.id).await?.is_none() {
        let suspended = store::suspensions::of(tx, application.locality_id, app.core.now()).await?;
        unmet.extend(suspended.map(|suspended| {
            r06_choosing::suspension(suspended.ends_at, suspended.reason.as_str())
        }));
    }
    let kindergartens: BTreeSet<_> = vacancies
        .iter()
        .map(|place| place.kindergarten.id)
        .collect();
    let latest = match store::referrals::latest_of(tx, application.id).await? {
        Some(latest) => Some(referral(tx, app, latest, language).await?),
        None => None,
    };
    let (category, participation) = (application.category(), participation(&application, check));
    Ok(dto::Application {
        id: application.id,
        number: application.number,
        locality_id: application.locality_id,
        child: application.child,
        category,
        participation,
        benefit: application.benefit,
        contact_phone: application.contact_phone,
        submitted_at: application.submitted_at,
        state: application.state,
        lapses: application.lapses,
        position,
        choosing: dto::Choosing {
            allowed: unmet.is_empty(),
            unmet: problem_errors(&unmet, language),
            free_places,
            kindergartens: u32::try_from(kindergartens.len()).unwrap_or(u32::MAX),
            holds_left: chances.left,
        },
        withdrawing: possibility(&r15_withdrawal::violations(application.state), language),
        referral: latest,
    })
}

/// R27: what the reader may know. Where the check is on, a claim looks like what is not verified.
fn participation(application: &Application, check: ChildCheck) -> dto::Participation {
    match (application.standing, check) {
        (Standing::Disputed, _) => dto::Participation::Disputed,
        (Standing::Claim, ChildCheck::Off) => dto::Participation::Claim,
        (_, ChildCheck::On) if !application.verification.is_verified() => {
            dto::Participation::Unverified
        }
        (Standing::Claim, ChildCheck::On) => dto::Participation::Unverified,
        (Standing::TakesPart, _) => dto::Participation::Full,
    }
}

fn problem_error(violation: &Violation, language: Language) -> dto::ProblemError {
    dto::ProblemError {
        pointer: String::new(),
        code: violation.code.as_str().to_owned(),
        detail: violation.sentence(language),
    }
}

/// R5: the place in the queue and who stands before it.
pub(in crate::service) async fn position(
    tx: &mut Tx,
    application: &Application,
) -> Result<dto::Position> {
    let birth_year = application.child.birth_year();
    let counts =
        store::queue::count(tx, application.locality_id, birth_year, application.place()).await?;
    let before = |category: Category| {
        counts
            .iter()
            .find(|row| row.category == category)
            .map_or(0, |row| count(row.before))
    };
    let number = counts.iter().map(|row| row.before).sum::<i64>() + 1;
    // A claim is not among those that are counted; what it shows must not tell that.
    let itself = i64::from(!application.is_in_queue());
    Ok(dto::Position {
        number: count(number),
        total: count(counts.iter().map(|row| row.total).sum::<i64>() + itself),
        birth_year,
        before: dto::Before {
            extraordinary: before(Category::Extraordinary),
            priority: before(Category::Priority),
            general: before(Category::General),
        },
    })
}
