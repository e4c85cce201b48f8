//! Numbers modulo the prime of a curve and modulo the order of its group.
//!
//! Every operation takes the same steps for all values.

use crypto_bigint::modular::constant_mod::{Residue, ResidueParams};
use crypto_bigint::{Encoding, U512};
use std::fmt::Debug;
use std::ops::{Add, Mul, Neg, Sub};
use subtle::{Choice, ConditionallySelectable};
use zeroize::{Zeroize, Zeroizing};

pub(super) const LIMBS: usize = U512::LIMBS;

/// A number modulo the order of a group, in Montgomery form.
pub(super) type Element<M> = Residue<M, LIMBS>;

/// A number modulo the prime of a curve.
pub(super) trait Coordinate:
    Copy
    + Debug
    + Eq
    + ConditionallySelectable
    + Zeroize
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
{
    const ZERO: Self;
    const ONE: Self;
    fn square(&self) -> Self;
    /// `None` for 0.
    fn invert(&self) -> Option<Self>;
    /// Reads a little-endian number; `None` unless it is below the prime.
    fn from_le_bytes(bytes: [u8; 64]) -> Option<Self>;
    fn to_le_bytes(self) -> [u8; 64];
}

/// Reads a little-endian number; `None` unless it is below the modulus.
pub(super) fn from_le_bytes<M: ResidueParams<LIMBS>>(bytes: [u8; 64]) -> Option<Element<M>> {
    let number = Zeroizing::new(U512::from_le_bytes(bytes));
    let below: bool = subtle::ConstantTimeLess::ct_lt(&*number, &M::MODULUS).into();
    below.then(|| Residue::new(&number))
}

/// Reads a little-endian number modulo the modulus.
pub(super) fn reduced<M: ResidueParams<LIMBS>>(bytes: [u8; 64]) -> Element<M> {
    // The Montgomery product with R² below the modulus is in range for any 512-bit number.
    Residue::new(&U512::from_le_bytes(bytes))
}

pub(super) fn to_le_bytes<M: ResidueParams<LIMBS>>(element: &Element<M>) -> [u8; 64] {
    element.retrieve().to_le_bytes()
}

/// 2^512 is the same as this modulo the prime of the curve in use.
const FOLD: u64 = 569;

/// The number, or 0, without a branch.
fn if_set(set: bool, number: u64) -> u64 {
    u64::from(set).wrapping_neg() & number
}

/// A number modulo 2^512 − 569, as eight digits of 64 bits, the least significant first; not
/// necessarily the smallest of its kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fold569([u64; 8]);

impl Fold569 {
    /// Takes the digits of a constant, the most significant first.
    pub(super) const fn from_be_words(words: [u64; 8]) -> Self {
        let [a, b, c, d, e, f, g, h] = words;
        Self([h, g, f, e, d, c, b, a])
    }

    /// The number plus `carry` · 2^512, where that is at most a few hundred.
    fn folded(mut digits: [u64; 8], carry: u64) -> Self {
        // A carry out of the first round leaves so little that there is none out of the second.
        let mut carry = carry;
        for _ in 0..2 {
            let mut addend = carry * FOLD;
            let mut over = false;
            for digit in &mut digits {
                (*digit, over) = digit.carrying_add(addend, over);
                addend = 0;
            }
            carry = u64::from(over);
        }
        Self(digits)
    }

    /// The smallest number of its kind.
    fn canonical(self) -> [u64; 8] {
        // Adding 569 overflows exactly when the number is not below the prime, and what is left
        // is then the number without the prime.
        let mut digits = self.0;
        let mut addend = FOLD;
        let mut over = false;
        for digit in &mut digits {
            (*digit, over) = digit.carrying_add(addend, over);
            addend = 0;
        }
        let choice = Choice::from(u8::from(over));
        let mut out = self.0;
        for (digit, reduced) in out.iter_mut().zip(&digits) {
            digit.conditional_assign(reduced, choice);
        }
        out
    }
}

impl Add for Fold569 {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let mut digits = self.0;
        let mut over = false;
        for (digit, addend) in digits.iter_mut().zip(other.0) {
            (*digit, over) = digit.carrying_add(addend, over);
        }
        Self::folded(digits, u64::from(over))
    }
}

impl Sub for Fold569 {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        let mut digits = self.0;
        let mut under = false;
        for (digit, subtrahend) in digits.iter_mut().zip(other.0) {
            (*digit, under) = digit.borrowing_sub(subtrahend, under);
        }
        // What was borrowed was 2^512: 569 too much; a second borrow leaves enough for a third
        // never to come.
        for _ in 0..2 {
            let mut subtrahend = if_set(under, FOLD);
            under = false;
            for digit in &mut digits {
                (*digit, under) = digit.borrowing_sub(subtrahend, under);
                subtrahend = 0;
            }
        }
        Self(digits)
    }
}

impl Neg for Fold569 {
    type Output = Self;

    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl Mul for Fold569 {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let mut product = [0_u64; 16];
        for (place, factor) in self.0.iter().enumerate() {
            let mut carry = 0;
            let mut slots = product.iter_mut().skip(place);
            for (digit, slot) in other.0.iter().zip(&mut slots) {
                (*slot, carry) = factor.carrying_mul_add(*digit, *slot, carry);
            }
            if let Some(slot) = slots.next() {
                *slot = carry;
            }
        }
        let [a, b, c, d, e, f, g, h, high @ ..] = product;
        let mut low = [a, b, c, d, e, f, g, h];
        let mut carry = 0;
        for (digit, upper) in low.iter_mut().zip(high) {
            (*digit, carry) = upper.carrying_mul_add(FOLD, *digit, carry);
        }
        Self::folded(low, carry)
    }
}

impl PartialEq for Fold569 {
    fn eq(&self, other: &Self) -> bool {
        use subtle::ConstantTimeEq;
        self.canonical().ct_eq(&other.canonical()).into()
    }
}

impl Eq for Fold569 {}

impl ConditionallySelectable for Fold569 {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let mut digits = a.0;
        for (digit, other) in digits.iter_mut().zip(&b.0) {
            digit.conditional_assign(other, choice);
        }
        Self(digits)
    }
}

impl Zeroize for Fold569 {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// The power with the prime less 2, which is all ones but for its last ten bits.
pub(super) fn invert_569<F: Coordinate>(number: &F) -> Option<F> {
    if *number == F::ZERO {
        return None;
    }
    // 2^512 − 571: 502 ones, then 0111000101.
    let mut power = F::ONE;
    for _ in 0..502 {
        power = power.square() * *number;
    }
    for bit in [0, 1, 1, 1, 0, 0, 0, 1, 0, 1] {
        power = power.square();
        if bit == 1 {
            power = power * *number;
        }
    }
    Some(power)
}

impl Coordinate for Fold569 {
    const ZERO: Self = Self([0; 8]);
    const ONE: Self = Self([1, 0, 0, 0, 0, 0, 0, 0]);

    fn square(&self) -> Self {
        *self * *self
    }

    fn invert(&self) -> Option<Self> {
        invert_569(self)
    }

    fn from_le_bytes(bytes: [u8; 64]) -> Option<Self> {
        let mut digits = [0; 8];
        let (words, _) = bytes.as_chunks::<8>();
        for (digit, word) in digits.iter_mut().zip(words) {
            *digit = u64::from_le_bytes(*word);
        }
        (Self(digits).canonical() == digits).then_some(Self(digits))
    }

    fn to_le_bytes(self) -> [u8; 64] {
        let mut bytes = [0; 64];
        let (words, _) = bytes.as_chunks_mut::<8>();
        for (word, digit) in words.iter_mut().zip(self.canonical()) {
            *word = digit.to_le_bytes();
        }
        bytes
    }
}

/// Any prime: for the curve of the standard's worked example.
#[cfg(test)]
impl<M: ResidueParams<LIMBS>> Coordinate for Element<M> {
    const ZERO: Self = Residue::ZERO;
    const ONE: Self = Residue::ONE;

    fn square(&self) -> Self {
        Residue::square(self)
    }

    fn invert(&self) -> Option<Self> {
        let (inverse, exists) = Residue::invert(self);
        bool::from(exists).then_some(inverse)
    }

    fn from_le_bytes(bytes: [u8; 64]) -> Option<Self> {
        from_le_bytes(bytes)
    }

    fn to_le_bytes(self) -> [u8; 64] {
        to_le_bytes(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_bigint::impl_modulus;
    use proptest::prelude::*;

    impl_modulus!(
        Prime,
        U512,
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFDC7"
    );

    /// Digits that make carries likely.
    fn digit() -> impl Strategy<Value = u64> {
        prop_oneof![
            Just(0),
            Just(1),
            Just(u64::MAX),
            Just(u64::MAX - 568),
            any::<u64>()
        ]
    }

    fn number() -> impl Strategy<Value = Fold569> {
        proptest::array::uniform8(digit()).prop_map(Fold569)
    }

    fn other(number: Fold569) -> Element<Prime> {
        let bytes: Vec<u8> = number
            .0
            .iter()
            .flat_map(|digit| digit.to_le_bytes())
            .collect();
        reduced(bytes.try_into().unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        /// Against the general arithmetic of a library.
        #[test]
        fn agrees_with_general_arithmetic(a in number(), b in number()) {
            prop_assert_eq!(a.to_le_bytes(), to_le_bytes(&other(a)));
            prop_assert_eq!((a + b).to_le_bytes(), to_le_bytes(&(other(a) + other(b))));
            prop_assert_eq!((a - b).to_le_bytes(), to_le_bytes(&(other(a) - other(b))));
            prop_assert_eq!((a * b).to_le_bytes(), to_le_bytes(&(other(a) * other(b))));
            prop_assert_eq!(a.square(), a * a);
            prop_assert_eq!(a + -a, Fold569::ZERO);
            prop_assert_eq!(a == b, other(a) == other(b));
        }
    }

    #[test]
    fn inverses() {
        let numbers = [
            [1; 8],
            [u64::MAX; 8],
            [2, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 9],
        ];
        for number in numbers.map(Fold569) {
            assert_eq!(number * number.invert().unwrap(), Fold569::ONE);
        }
        assert!(Fold569::ZERO.invert().is_none());
        // The prime itself is 0.
        let mut prime = [u64::MAX; 8];
        prime[0] = u64::MAX - 568;
        assert!(Fold569(prime).invert().is_none());
        assert!(Fold569::from_le_bytes([0xff; 64]).is_none());
    }
}
