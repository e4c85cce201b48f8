//! An act on an application or its referral: «Продлить направление» (R13), «Отозвать направление»
//! (R14), «Забрать заявление» (R15). First what it means or asks for, then the very text, the
//! signature, and what happens next.

mod check;
mod done;
mod start;

pub use start::time_left;

use crate::{
    components::steps::steps,
    dom::{El, View},
    i18n::{Text, t},
    routes::{Act, ActStep},
};
use balabaqsha_shared::id::ApplicationId;

pub fn page(id: ApplicationId, act: Act, step: ActStep) -> View {
    match step {
        ActStep::Start => start::page(id, act),
        ActStep::Check => check::page(id, act),
        ActStep::Sign => check::sign_page(id, act),
        ActStep::Done => done::page(id, act),
    }
}

/// The name of the act, which is also the button that leads here.
pub const fn name(act: Act) -> Text {
    match act {
        Act::Extension => t::act::EXTEND,
        Act::Revocation => t::act::REVOKE,
        Act::Withdrawal => t::act::WITHDRAW,
    }
}

fn progress(act: Act, current: usize) -> El {
    let first = match act {
        Act::Extension => t::act::STEP_DATE,
        Act::Revocation | Act::Withdrawal => t::act::STEP_MEANING,
    };
    steps(&[first, t::act::STEP_CHECK, t::act::STEP_SIGN], current)
}
