//! R21: who may claim a benefit, and what an official may decide about it.

use super::Violation;
use crate::{
    application::ApplicationState,
    benefit::{self, BenefitGround, BenefitVerdict, ClaimState, MOST_SCANS},
    code::Code,
};
use chrono::NaiveDate;

/// What is known about a wish to claim a benefit.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    pub state: ApplicationState,
    /// The ground, when it is one of the locality that is still given.
    pub ground: Option<&'a BenefitGround>,
    /// Whether a claim of the application waits for an official.
    pub open: bool,
    pub scans: usize,
}

/// All reasons against claiming.
#[must_use]
pub fn claiming(wish: Wish<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    if !wish.state.is_active() {
        found.push(Violation::new(Code::BenefitImpossible));
    }
    if wish.open {
        found.push(Violation::new(Code::BenefitClaimOpen));
    }
    if wish.ground.is_none() {
        found.push(Violation::new(Code::BenefitGroundUnknown));
    }
    if !(1..=MOST_SCANS).contains(&wish.scans) {
        found.push(Violation::new(Code::ProofMissing).with("limit", MOST_SCANS));
    }
    found
}

/// A decision about a claim.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    pub verdict: BenefitVerdict,
    /// Until when the proof holds; where it has an end and none is named, as long as it can.
    pub valid_until: Option<NaiveDate>,
}

/// The last day on which a confirmed proof holds; none where it has no end.
///
/// # Errors
/// With all reasons against the decision.
pub fn deciding(
    state: ClaimState,
    ground: &BenefitGround,
    decision: Decision,
    today: NaiveDate,
) -> Result<Option<NaiveDate>, Vec<Violation>> {
    if state != ClaimState::Open {
        return Err(vec![Violation::new(Code::BenefitClaimDecided)]);
    }
    if decision.verdict == BenefitVerdict::Refuse {
        return Ok(None);
    }
    let latest = ground
        .proof_days
        .map(|days| benefit::latest_end(days, today));
    match (decision.valid_until, latest) {
        (None, latest) => Ok(latest),
        (Some(until), None) if until >= today => Ok(Some(until)),
        (Some(until), Some(latest)) if (today..=latest).contains(&until) => Ok(Some(until)),
        (Some(_), latest) => {
            let violation = Violation::new(Code::ProofEndInvalid).with_day("from", today);
            Err(vec![match latest {
                Some(latest) => violation.with_day("to", latest),
                None => violation.with("to", "…"),
            }])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{application::Category, id::BenefitGroundId, language::Localized};
    use chrono::DateTime;
    use uuid::Uuid;

    fn ground(proof_days: Option<u16>) -> BenefitGround {
        BenefitGround {
            id: BenefitGroundId::new(Uuid::nil()),
            code: "work".to_owned(),
            category: Category::Extraordinary,
            name: Localized::new("қызметші", "военнослужащий", "serviceman"),
            article: Localized::new("1-бап", "статья 1", "article 1"),
            proof_days,
        }
    }

    fn codes(found: &[Violation]) -> Vec<Code> {
        found.iter().map(|one| one.code).collect()
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let at = DateTime::UNIX_EPOCH;
        let nothing = Wish {
            state: ApplicationState::Withdrawn { at },
            ground: None,
            open: true,
            scans: 0,
        };
        let all = [
            Code::BenefitImpossible,
            Code::BenefitClaimOpen,
            Code::BenefitGroundUnknown,
            Code::ProofMissing,
        ];
        assert_eq!(codes(&claiming(nothing)), all);
        let ground = ground(None);
        for (scans, expected) in [(1, &[][..]), (5, &[]), (6, &[Code::ProofMissing])] {
            let wish = Wish {
                state: ApplicationState::Queued,
                ground: Some(&ground),
                open: false,
                scans,
            };
            assert_eq!(codes(&claiming(wish)), expected, "{scans}");
        }
    }

    #[rstest::rstest]
    #[case(Some(30), None, Ok(Some("2026-12-24")))]
    #[case(Some(30), Some("2026-12-24"), Ok(Some("2026-12-24")))]
    #[case(Some(30), Some("2026-12-25"), Err(Code::ProofEndInvalid))]
    #[case(Some(30), Some("2026-11-24"), Ok(Some("2026-11-24")))]
    #[case(Some(30), Some("2026-11-23"), Err(Code::ProofEndInvalid))]
    #[case(None, None, Ok(None))]
    #[case(None, Some("2027-11-24"), Ok(Some("2027-11-24")))]
    #[case(None, Some("2026-11-23"), Err(Code::ProofEndInvalid))]
    fn a_proof_holds_no_longer_than_it_can(
        #[case] days: Option<u16>,
        #[case] named: Option<&str>,
        #[case] expected: Result<Option<&str>, Code>,
    ) {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let decision = Decision {
            verdict: BenefitVerdict::Confirm,
            valid_until: named.map(day),
        };
        let today = day("2026-11-24");
        let found = deciding(ClaimState::Open, &ground(days), decision, today);
        let found = found.map_err(|found| found[0].code);
        assert_eq!(found, expected.map(|until| until.map(day)));
    }

    #[test]
    fn a_claim_is_decided_once() {
        let today = "2026-11-24".parse().unwrap();
        for state in ClaimState::ALL {
            for verdict in [BenefitVerdict::Confirm, BenefitVerdict::Refuse] {
                let decision = Decision {
                    verdict,
                    valid_until: None,
                };
                let found = deciding(state, &ground(None), decision, today);
                assert_eq!(found.is_ok(), state == ClaimState::Open, "{state:?}");
            }
        }
    }
}
