//! R15: the applicant withdraws an application that is queued or stop-listed.

use super::Violation;
use crate::{application::ApplicationState, code::Code};

/// The reason against withdrawing; the state must have been settled before.
#[must_use]
pub fn violations(state: ApplicationState) -> Vec<Violation> {
    match state {
        ApplicationState::Queued | ApplicationState::StopListed { .. } => Vec::new(),
        ApplicationState::Referred { .. } => vec![Violation::new(Code::ReferralActive)],
        ApplicationState::Enrolled { .. }
        | ApplicationState::Left { .. }
        | ApplicationState::Removed { .. }
        | ApplicationState::Withdrawn { .. } => vec![Violation::new(Code::NotWithdrawable)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ReferralId;
    use chrono::DateTime;
    use uuid::Uuid;

    #[test]
    fn only_what_waits_can_be_withdrawn() {
        let at = DateTime::UNIX_EPOCH;
        let until = "2026-12-01".parse().unwrap();
        let referral_id = ReferralId::new(Uuid::nil());
        let expected: [(ApplicationState, &[Code]); 7] = [
            (ApplicationState::Queued, &[]),
            (ApplicationState::StopListed { until }, &[]),
            (
                ApplicationState::Referred { referral_id },
                &[Code::ReferralActive],
            ),
            (ApplicationState::Enrolled { at }, &[Code::NotWithdrawable]),
            (ApplicationState::Left { at }, &[Code::NotWithdrawable]),
            (ApplicationState::Removed { at }, &[Code::NotWithdrawable]),
            (ApplicationState::Withdrawn { at }, &[Code::NotWithdrawable]),
        ];
        for (state, codes) in expected {
            let found: Vec<Code> = violations(state).iter().map(|one| one.code).collect();
            assert_eq!(found, codes, "{state:?}");
            assert_eq!(found.is_empty(), state.withdraw(at).is_ok(), "{state:?}");
        }
    }
}
