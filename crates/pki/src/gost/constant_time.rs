//! The steps taken with a secret number are the same for every number.
//!
//! The curve is the real one over a field that writes down each of its operations in order. What an
//! operation itself costs is for the field (`field.rs`) and `crypto-bigint` to keep.

use super::curve::{Curve, OrderA, ParamSetA};
use super::field::{Coordinate, Fold569, from_le_bytes, invert_569};
use super::known_answers::number;
use super::point::{Affine, Point};
use super::scalar::Scalar;
use super::signature::{private_scalar, sign};
use crypto_bigint::modular::constant_mod::Residue;
use std::cell::RefCell;
use std::ops::{Add, Mul, Neg, Sub};
use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroize;

thread_local! {
    static STEPS: RefCell<Vec<Step>> = const { RefCell::new(Vec::new()) };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Add,
    Subtract,
    Negate,
    Multiply,
    Square,
    Choose,
    Invert,
    Write,
}

fn step(kind: Step) {
    STEPS.with_borrow_mut(|steps| steps.push(kind));
}

/// What is done meanwhile.
fn steps(run: impl FnOnce()) -> Vec<Step> {
    STEPS.take();
    run();
    STEPS.take()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Traced(Fold569);

impl Add for Traced {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        step(Step::Add);
        Self(self.0 + other.0)
    }
}

impl Sub for Traced {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        step(Step::Subtract);
        Self(self.0 - other.0)
    }
}

impl Neg for Traced {
    type Output = Self;

    fn neg(self) -> Self {
        step(Step::Negate);
        Self(-self.0)
    }
}

impl Mul for Traced {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        step(Step::Multiply);
        Self(self.0 * other.0)
    }
}

impl ConditionallySelectable for Traced {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        step(Step::Choose);
        Self(Fold569::conditional_select(&a.0, &b.0, choice))
    }
}

impl Zeroize for Traced {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Coordinate for Traced {
    const ZERO: Self = Self(Fold569::ZERO);
    const ONE: Self = Self(Fold569::ONE);

    fn square(&self) -> Self {
        step(Step::Square);
        Self(self.0.square())
    }

    fn invert(&self) -> Option<Self> {
        step(Step::Invert);
        invert_569(self)
    }

    fn from_le_bytes(bytes: [u8; 64]) -> Option<Self> {
        Fold569::from_le_bytes(bytes).map(Self)
    }

    fn to_le_bytes(self) -> [u8; 64] {
        step(Step::Write);
        self.0.to_le_bytes()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TracedA;

impl Curve for TracedA {
    type Field = Traced;
    type Order = OrderA;
    const B3: Traced = Traced(ParamSetA::B3);
    const B: Traced = Traced(ParamSetA::B);
    const BASE: (Traced, Traced) = (Traced(ParamSetA::BASE.0), Traced(ParamSetA::BASE.1));

    fn times_a(x: &Traced) -> Traced {
        -(*x + *x + *x)
    }
}

/// Numbers that a shortcut would show in: with few digits, with many, the greatest, any other.
fn numbers() -> Vec<Scalar<TracedA>> {
    let greatest = Residue::ONE.neg();
    let mut numbers: Vec<Scalar<TracedA>> = vec![Residue::ONE, greatest];
    for bytes in [[0x0f; 64], [0xf0; 64], [0x11; 64], number(ANY)] {
        let mut bytes = bytes;
        bytes[63] &= 0x7f;
        numbers.push(from_le_bytes(bytes).unwrap());
    }
    let mut high = [0; 64];
    high[63] = 0x40;
    numbers.push(from_le_bytes(high).unwrap());
    numbers
}

const ANY: &str = "3FC01CDCD4EC5F972EB482774C41E66DB7F380528DFE9E67992BA05AEE462435757530E641077CE587B976C8EEB48C48FD33FD175F0C7DE6A44E014E6BCB074B";

#[test]
fn every_secret_multiple_takes_the_same_steps() {
    let base = Point::<TracedA>::from(&Affine::BASE);
    let multiple = |scalar: &Scalar<TracedA>| {
        steps(|| {
            assert!(base.multiply(scalar).affine().is_some());
        })
    };
    let expected = multiple(&Residue::ONE);
    // Of each of the 128 digits: all 16 entries of the table are looked at, three coordinates each.
    let choices = expected.iter().filter(|step| **step == Step::Choose);
    assert_eq!(choices.count(), 128 * 16 * 3);
    for scalar in numbers() {
        assert!(multiple(&scalar) == expected, "{scalar:?}");
    }
    let zero = steps(|| {
        base.multiply(&Residue::ZERO);
    });
    assert!(
        expected.starts_with(&zero),
        "only the inversion is left out"
    );
    // The steps do show a number where it is public.
    let public = |scalar: &Scalar<TracedA>| {
        steps(|| {
            Point::double_multiply_public(scalar, &base, scalar);
        })
    };
    let many: Vec<_> = numbers()
        .iter()
        .map(|scalar| public(scalar).len())
        .collect();
    assert!(many.iter().any(|length| *length != many[0]), "{many:?}");
}

#[test]
fn every_signature_takes_the_same_steps() {
    let made = |key: &Scalar<TracedA>, entropy: u8| {
        steps(|| {
            sign::<TracedA>(key, &[0x5a; 64], &[entropy; 64]);
        })
    };
    let expected = made(&Residue::ONE, 0);
    assert!(!expected.is_empty());
    for (entropy, key) in (1..).zip(numbers()) {
        assert!(made(&key, entropy) == expected, "{key:?}");
    }
}

#[test]
fn the_traced_curve_is_the_real_one() {
    let key = number(ANY);
    let real = private_scalar::<ParamSetA>(&key).unwrap();
    let traced = private_scalar::<TracedA>(&key).unwrap();
    assert_eq!(
        sign::<TracedA>(&traced, &[1; 64], &[2; 64]),
        sign::<ParamSetA>(&real, &[1; 64], &[2; 64])
    );
}
