//! The tab «Заявление».

use crate::{
    components::{
        facts::{fact, facts},
        notice::inset,
        tag,
    },
    dom::{El, View, Words, a, aside, b, div, h2, li, p, say, section, span, ul, view},
    i18n::{self, format, language, t},
    localities::use_localities,
    pages::{act, action, card},
    routes::{Act, ActStep, ChooseStep, Route},
};
use balabaqsha_shared::{
    application::ApplicationState,
    dto::{Application, Position, ProblemError, Referral},
};

pub fn tab(application: &Application) -> View {
    let left = div().add((
        state_note(&application.state),
        application.referral.as_ref().map(referral_card),
        application.position.as_ref().map(queue_card),
        data_card(application),
    ));
    view(div().class("two").add((
        left,
        aside().add((choosing_card(application), acts_card(application))),
    )))
}

/// What the present state means, where it needs saying.
fn state_note(state: &ApplicationState) -> Option<El> {
    let sentence = match *state {
        ApplicationState::StopListed { until } => {
            say(move || t::application::stop_listed(&format::day(until)))
        }
        ApplicationState::Removed { at } => {
            say(move || t::application::removed(&format::day_of(at)))
        }
        ApplicationState::Enrolled { at } => {
            say(move || t::application::enrolled(&format::day_of(at)))
        }
        ApplicationState::Withdrawn { at } => {
            say(move || t::application::withdrawn(&format::day_of(at)))
        }
        ApplicationState::Queued | ApplicationState::Referred { .. } => return None,
    };
    Some(inset(p().add(sentence)))
}

/// The number and what stands before it (R5).
fn queue_card(position: &Position) -> El {
    let Position {
        number,
        total,
        birth_year,
        ref before,
    } = *position;
    let ahead = |count: u32, words: fn(u32) -> String| {
        (count > 0).then(|| li().add(say(move || words(count))))
    };
    let before = if number == 1 {
        view(p().add(t::queue::FIRST))
    } else {
        view((
            p().add(t::queue::BEFORE),
            ul().add((
                ahead(before.extraordinary, t::queue::extraordinary),
                ahead(before.priority, t::queue::priority),
                ahead(before.general, t::queue::general),
            )),
        ))
    };
    card(
        t::queue::HEADING,
        (
            p().class("position").add((
                span().class("num").add(say(move || format::number(number))),
                " ",
                say(move || t::queue::of(total, &birth_year.to_string())),
            )),
            before,
            p().class("muted").add(t::queue::WHY),
        ),
    )
}

fn data_card(application: &Application) -> El {
    let child = &application.child;
    let (birth_date, submitted_at) = (child.birth_date, application.submitted_at);
    let category = application.category;
    card(
        t::application::DATA,
        facts((
            fact(t::application::NUMBER, application.number.as_str()),
            fact(t::application::CHILD, child.full_name()),
            fact(t::common::IIN, child.iin.to_string()),
            fact(t::common::BIRTH_DATE, say(move || format::day(birth_date))),
            fact(
                t::common::LOCALITY,
                use_localities().name(application.locality_id),
            ),
            fact(
                t::application::SUBMITTED,
                say(move || format::moment(submitted_at)),
            ),
            fact(
                t::application::CATEGORY,
                say(move || category.name(language()).to_owned()),
            ),
            fact(
                t::application::PHONE,
                format::phone(application.contact_phone.as_str()),
            ),
        )),
    )
}

/// R6: the button is there exactly when the rule is met; otherwise the reasons are.
fn choosing_card(application: &Application) -> Option<El> {
    let may_come = matches!(
        application.state,
        ApplicationState::Queued | ApplicationState::StopListed { .. }
    );
    if !may_come {
        return None;
    }
    let choosing = &application.choosing;
    let (places, kindergartens) = (choosing.free_places, choosing.kindergartens);
    let content = if choosing.allowed {
        let free = say(move || {
            format!(
                "{} {}",
                t::choosing::places(places),
                t::choosing::kindergartens(kindergartens)
            )
        });
        view((
            ul().class("check").add((
                li().add(t::choosing::IS_QUEUED),
                li().add(t::choosing::IS_OLD_ENOUGH),
                li().add(free),
            )),
            p().add(action(
                &Route::Choose(application.id, ChooseStep::List),
                t::choosing::CHOOSE,
            )),
            p().class("muted").add(t::choosing::CONSEQUENCE),
        ))
    } else {
        view((p().add(t::choosing::NOT_YET), reasons(&choosing.unmet)))
    };
    Some(card(t::choosing::HEADING, content).class("card choosing"))
}

/// R13 to R15: what can be done with the referral or the application, and otherwise why not.
fn acts_card(application: &Application) -> Option<El> {
    let id = application.id;
    let link = |act: Act, class: &str| {
        p().add(
            a().class(class)
                .href(&Route::Act(id, act, ActStep::Start).path())
                .add(act::name(act)),
        )
    };
    let refused =
        |act: Act, unmet: &[ProblemError]| view((p().add(b().add(act::name(act))), reasons(unmet)));
    let content = match (&application.state, &application.referral) {
        (ApplicationState::Referred { .. }, Some(referral)) => view((
            if referral.extending.allowed {
                view(link(Act::Extension, "btn"))
            } else {
                refused(Act::Extension, &referral.extending.unmet)
            },
            if referral.revoking.allowed {
                view((
                    act::time_left(referral.revocable_until),
                    link(Act::Revocation, "btn ghost"),
                ))
            } else {
                refused(Act::Revocation, &referral.revoking.unmet)
            },
        )),
        (ApplicationState::Queued | ApplicationState::StopListed { .. }, _) => {
            view(link(Act::Withdrawal, "btn ghost"))
        }
        _ => return None,
    };
    Some(card(t::act::HEADING, content))
}

/// Conditions that are not met, in the words of the service.
pub fn reasons(unmet: &[ProblemError]) -> El {
    let items: Vec<El> = unmet
        .iter()
        .map(|reason| li().class("no").add(reason.detail.as_str()))
        .collect();
    ul().class("check").add(items)
}

/// The latest referral, with its deadline.
fn referral_card(referral: &Referral) -> El {
    let instruction = referral.instruction_language;
    let due = referral.state.is_active().then(|| {
        let (deadline, left) = deadline(referral);
        let extended = referral
            .extension
            .as_ref()
            .map(|_| tag::tag(tag::Mood::Good, t::act::EXTENDED));
        p().class("deadline").add((
            t::referral::ARRIVE_BY,
            " ",
            b().add(deadline),
            " ",
            left,
            " ",
            extended,
        ))
    });
    section().class("card").add((
        h2().add((t::referral::HEADING, " ", tag::of_referral(&referral.state))),
        due,
        facts((
            fact(t::referral::NUMBER, referral.number.as_str()),
            fact(
                t::referral::KINDERGARTEN,
                i18n::name(&referral.kindergarten_name),
            ),
            fact(t::referral::ADDRESS, i18n::name(&referral.address)),
            fact(t::referral::GROUP, referral.group_name.as_str()),
            fact(
                t::place::LANGUAGE,
                say(move || instruction.name(language()).to_owned()),
            ),
            fact(t::referral::PHONE, phone(&referral.phone)),
        )),
    ))
}

/// The last day to arrive, and a tag with the days that are left.
pub fn deadline(referral: &Referral) -> (Words, El) {
    let (day, left) = (referral.deadline, u32::from(referral.working_days_left));
    (
        say(move || format::weekday(day)),
        span()
            .class("tag soon")
            .add(say(move || t::referral::days_left(left))),
    )
}

/// A number that can be called.
pub fn phone(number: &str) -> El {
    a().href(&format!("tel:{number}")).add(number)
}
