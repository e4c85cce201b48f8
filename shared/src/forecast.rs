//! When the children before a child will have left the queue, with the uncertainty of it, from the
//! flow of the past weeks.
//!
//! The model: the children before this one become fewer by a Poisson process whose rate is not
//! known. The past weeks tell of the rate (its posterior is a gamma distribution), so the number
//! of departures in a coming time is negative-binomial, and the time until `before` of them has a
//! beta prime distribution: `P(T ≤ t) = I(t / (t + weeks); before, departures)`. Weeks that differ
//! more than a Poisson process lets them (places become free in batches) widen the intervals.

use serde::{Deserialize, Serialize};

/// Weeks of the past that are looked at.
pub const WEEKS: usize = 8;
/// Fewer weeks say nothing.
const FEWEST_WEEKS: usize = 4;
/// Fewer departures say nothing.
const FEWEST_DEPARTURES: i64 = 5;
/// Later than this nobody can say.
const HORIZON_WEEKS: f64 = 520.0;
/// Beyond so many weeks a number says nothing to anybody: the queue will not move like this for so
/// long.
pub const FAR_WEEKS: f64 = 52.0;
/// Prior weight of the unknown rate (Jeffreys).
const PRIOR: f64 = 0.5;

/// What the forecast rests on: how many more children have left than come before this one, week by
/// week, the latest week first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Basis {
    /// Children before this one now.
    pub before: u32,
    pub weeks: Vec<Week>,
}

/// Seven days of the past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Week {
    /// Children before this one who left the queue.
    pub left: u32,
    /// Children who came to the queue before this one.
    pub came: u32,
}

/// When the child will stand first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Outcome {
    /// Nobody is before it.
    First,
    /// The past weeks are too few, or too little has happened in them.
    NotEnoughData,
    /// As many come before it as leave: the number does not get smaller.
    NotMoving,
    Estimate {
        median_weeks: f64,
        half: Interval,
        ninety: Interval,
    },
}

/// The middle part of the possible times, in weeks from now; no end means more than ten years.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Interval {
    pub from_weeks: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_weeks: Option<f64>,
}

/// The forecast of a basis.
#[must_use]
pub fn outcome(basis: &Basis) -> Outcome {
    if basis.before == 0 {
        return Outcome::First;
    }
    let net: Vec<f64> = basis
        .weeks
        .iter()
        .map(|week| f64::from(week.left) - f64::from(week.came))
        .collect();
    let sum = |pick: fn(&Week) -> u32| -> i64 {
        basis.weeks.iter().map(|week| i64::from(pick(week))).sum()
    };
    let (left, came) = (sum(|week| week.left), sum(|week| week.came));
    if net.len() < FEWEST_WEEKS || left < FEWEST_DEPARTURES {
        return Outcome::NotEnoughData;
    }
    let weeks = real(net.len());
    let total: f64 = net.iter().sum();
    if total < 1.0 {
        return Outcome::NotMoving;
    }
    // Arrivals make the way longer and less certain; so do weeks that differ.
    let turnover = (count(left) + count(came)) / total;
    let dispersion = dispersion(&net, total / weeks).max(turnover).max(1.0);
    let model = Model {
        needed: f64::from(basis.before) / dispersion,
        seen: (total + PRIOR) / dispersion,
        weeks,
    };
    let Some(median_weeks) = model.quantile(0.5) else {
        return Outcome::NotMoving;
    };
    Outcome::Estimate {
        median_weeks,
        half: model.interval(0.25, 0.75),
        ninety: model.interval(0.05, 0.95),
    }
}

/// Lengths are small, so nothing is lost.
fn real(length: usize) -> f64 {
    u32::try_from(length).map_or(f64::MAX, f64::from)
}

fn count(value: i64) -> f64 {
    i32::try_from(value).map_or(f64::from(i32::MAX), f64::from)
}

/// Variance of the weeks by their mean: 1 where they differ by chance alone.
fn dispersion(net: &[f64], mean: f64) -> f64 {
    let squares: f64 = net.iter().map(|value| (value - mean).powi(2)).sum();
    squares / (real(net.len()) - 1.0) / mean
}

/// The time until `needed` departures, where `seen` were seen in `weeks`.
struct Model {
    needed: f64,
    seen: f64,
    weeks: f64,
}

impl Model {
    fn probability_by(&self, weeks: f64) -> f64 {
        incomplete_beta(weeks / (weeks + self.weeks), self.needed, self.seen)
    }

    /// The time that is not exceeded with this probability; none beyond the horizon.
    fn quantile(&self, probability: f64) -> Option<f64> {
        let (mut low, mut high) = (0.0, HORIZON_WEEKS);
        if self.probability_by(high) < probability {
            return None;
        }
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if self.probability_by(middle) < probability {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some((high * 10.0).round() / 10.0)
    }

    fn interval(&self, from: f64, to: f64) -> Interval {
        Interval {
            from_weeks: self.quantile(from).unwrap_or(HORIZON_WEEKS),
            to_weeks: self.quantile(to),
        }
    }
}

/// Regularised incomplete beta function by its continued fraction (Lentz's method); NIST DLMF
/// 8.17.22.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges quickly on this side only.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = a * x.ln() + b * (1.0 - x).ln() - ln_beta(a, b) - a.ln();
    front.exp() * continued_fraction(x, a, b)
}

fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    const PRECISE: f64 = 1e-12;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for step in 1..500 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            change = d * c;
            result *= change;
        }
        if (change - 1.0).abs() < PRECISE {
            break;
        }
    }
    result
}

fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// Logarithm of the gamma function by Stirling's series (NIST DLMF 5.11.1), shifted to where the
/// series is precise.
fn ln_gamma(x: f64) -> f64 {
    let mut shift = 0.0;
    let mut x = x;
    while x < 10.0 {
        shift -= x.ln();
        x += 1.0;
    }
    let squared = x * x;
    let series = (1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * squared)) / squared) / squared)
        / x;
    shift + (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn week(left: u32, came: u32) -> Week {
        Week { left, came }
    }

    fn of(before: u32, weeks: &[Week]) -> Outcome {
        outcome(&Basis {
            before,
            weeks: weeks.to_vec(),
        })
    }

    #[test]
    fn the_gamma_function_of_whole_numbers_is_the_factorial() {
        let mut factorial: f64 = 1.0;
        for n in 1..20 {
            assert!(
                (ln_gamma(f64::from(n)) - factorial.ln()).abs() < 1e-10,
                "{n}"
            );
            factorial *= f64::from(n);
        }
        let half = std::f64::consts::PI.sqrt().ln();
        assert!((ln_gamma(0.5) - half).abs() < 1e-10);
    }

    /// Sum of the binomial distribution, which the beta function is for whole numbers.
    #[rstest::rstest]
    #[case(0.3, 3, 5)]
    #[case(0.9, 1, 1)]
    #[case(0.5, 20, 9)]
    #[case(0.02, 2, 40)]
    fn the_beta_function_is_the_sum_of_a_binomial_distribution(
        #[case] x: f64,
        #[case] a: i32,
        #[case] b: i32,
    ) {
        let n = a + b - 1;
        let mut sum = 0.0;
        for k in a..=n {
            let choose = (ln_gamma(f64::from(n + 1))
                - ln_gamma(f64::from(k + 1))
                - ln_gamma(f64::from(n - k + 1)))
            .exp();
            sum += choose * x.powi(k) * (1.0 - x).powi(n - k);
        }
        let beta = incomplete_beta(x, f64::from(a), f64::from(b));
        assert!((beta - sum).abs() < 1e-9, "{beta} {sum}");
    }

    #[test]
    fn the_first_needs_no_forecast() {
        assert_eq!(of(0, &[]), Outcome::First);
    }

    #[rstest::rstest]
    #[case(&[], Outcome::NotEnoughData)]
    #[case(&[week(9, 0); 3], Outcome::NotEnoughData)]
    #[case(&[week(1, 0); 4], Outcome::NotEnoughData)]
    #[case(&[week(2, 2); 4], Outcome::NotMoving)]
    #[case(&[week(2, 5); 8], Outcome::NotMoving)]
    fn where_the_data_say_nothing_nothing_is_said(
        #[case] weeks: &[Week],
        #[case] expected: Outcome,
    ) {
        assert_eq!(of(30, weeks), expected);
    }

    #[test]
    fn five_departures_in_four_weeks_are_enough() {
        let weeks = [week(2, 0), week(1, 0), week(1, 0), week(1, 0)];
        assert!(matches!(of(1, &weeks), Outcome::Estimate { .. }));
    }

    /// A small generator (xorshift64*), so that the simulation is the same on every machine.
    struct Dice(u64);

    impl Dice {
        /// In (0, 1).
        fn roll(&mut self) -> f64 {
            self.0 ^= self.0 >> 12;
            self.0 ^= self.0 << 25;
            self.0 ^= self.0 >> 27;
            let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
            (f64::from(u32::try_from(high).unwrap()) + 0.5) / 4_294_967_296.0
        }

        /// Gamma with a shape of halves: exponentials, and half a squared normal number.
        fn gamma(&mut self, halves: u32) -> f64 {
            let mut sum = 0.0;
            for _ in 0..halves / 2 {
                sum -= self.roll().ln();
            }
            if halves % 2 == 1 {
                let radius = (-2.0 * self.roll().ln()).sqrt();
                let normal = radius * (2.0 * std::f64::consts::PI * self.roll()).cos();
                sum += normal * normal / 2.0;
            }
            sum
        }
    }

    #[rstest::rstest]
    #[case(12, 3)]
    #[case(40, 5)]
    #[case(1, 2)]
    fn a_simulation_says_the_same(#[case] before: u32, #[case] per_week: u32) {
        const RUNS: usize = 40_000;
        let weeks = [week(per_week, 0); WEEKS];
        let Outcome::Estimate {
            median_weeks,
            half,
            ninety,
        } = of(before, &weeks)
        else {
            panic!("no estimate")
        };
        let dice = &mut Dice(0x9E37_79B9_7F4A_7C15);
        let seen = per_week * 8;
        let mut times: Vec<f64> = (0..RUNS)
            .map(|_| {
                // A rate that the past weeks allow, then the departures one by one.
                let rate = dice.gamma(2 * seen + 1) / 8.0;
                (0..before).map(|_| -dice.roll().ln() / rate).sum()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        for (part, told) in [
            (5, ninety.from_weeks),
            (25, half.from_weeks),
            (50, median_weeks),
            (75, half.to_weeks.unwrap()),
            (95, ninety.to_weeks.unwrap()),
        ] {
            let simulated = times[RUNS * part / 100];
            let tolerance = 0.03 * simulated + 0.06;
            assert!(
                (told - simulated).abs() < tolerance,
                "{part} %: {told} is told, {simulated} is simulated"
            );
        }
    }

    #[test]
    fn weeks_that_differ_and_arrivals_widen_the_intervals() {
        let even = [week(4, 0); 8];
        let mut uneven = [week(0, 0); 8];
        (uneven[2], uneven[5]) = (week(16, 0), week(16, 0));
        let busy = [week(8, 4); 8];
        let width = |weeks: &[Week]| match of(20, weeks) {
            Outcome::Estimate { ninety, .. } => ninety.to_weeks.unwrap() - ninety.from_weeks,
            other => panic!("{other:?}"),
        };
        assert!(width(&even) < width(&busy) && width(&busy) < width(&uneven));
    }

    #[test]
    fn what_is_beyond_ten_years_has_no_end() {
        let mut slow = [week(0, 0); 8];
        slow[3] = week(5, 0);
        let Outcome::Estimate { ninety, .. } = of(200, &slow) else {
            panic!("no estimate")
        };
        assert_eq!(ninety.to_weeks, None);
    }

    proptest! {
        #[test]
        fn intervals_lie_inside_each_other_and_more_children_take_longer(
            before in 1_u32..500, left in 1_u32..40, came in 0_u32..20,
        ) {
            let weeks = [week(left, came.min(left)); 8];
            let (sooner, later) = (of(before, &weeks), of(before + 50, &weeks));
            if let (
                Outcome::Estimate { median_weeks, half, ninety },
                Outcome::Estimate { median_weeks: later, .. },
            ) = (sooner, later) {
                prop_assert!(ninety.from_weeks <= half.from_weeks);
                prop_assert!(half.from_weeks <= median_weeks);
                prop_assert!(half.to_weeks.is_none_or(|to| median_weeks <= to));
                prop_assert!(median_weeks <= later);
            }
        }
    }
}
