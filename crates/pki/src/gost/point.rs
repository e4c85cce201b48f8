//! Points of a curve of prime order, with formulas that have no exceptions.
//!
//! Addition and doubling are the complete formulas of Renes, Costello and Batina (2016,
//! algorithms 1 and 3) in homogeneous coordinates: one sequence of operations for all inputs,
//! the neutral element included.

use super::curve::Curve;
use super::field::{Coordinate, LIMBS, reduced, to_le_bytes};
use super::scalar::Scalar;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, Zeroizing};

/// A point in homogeneous coordinates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point<C: Curve> {
    x: C::Field,
    y: C::Field,
    z: C::Field,
}

/// A point other than the neutral element, which is known to lie on the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Affine<C: Curve> {
    x: C::Field,
    y: C::Field,
}

impl<C: Curve> Affine<C> {
    pub(super) const BASE: Self = Self {
        x: C::BASE.0,
        y: C::BASE.1,
    };

    pub(super) fn from_le_bytes(bytes: &[u8; 128]) -> Option<Self> {
        let (x, y) = bytes.split_at_checked(64)?;
        let x = C::Field::from_le_bytes(x.try_into().ok()?)?;
        let y = C::Field::from_le_bytes(y.try_into().ok()?)?;
        let right = x.square() * x + C::times_a(&x) + C::B;
        (y.square() == right).then_some(Self { x, y })
    }

    pub(super) fn to_le_bytes(self) -> [u8; 128] {
        let mut bytes = [0; 128];
        let (x, y) = bytes.split_at_mut(64);
        x.copy_from_slice(&self.x.to_le_bytes());
        y.copy_from_slice(&self.y.to_le_bytes());
        bytes
    }

    /// The x coordinate modulo the order of the group: the r of a signature.
    pub(super) fn x_as_scalar(&self) -> Scalar<C> {
        reduced(self.x.to_le_bytes())
    }
}

impl<C: Curve> From<&Affine<C>> for Point<C> {
    fn from(affine: &Affine<C>) -> Self {
        Self {
            x: affine.x,
            y: affine.y,
            z: C::Field::ONE,
        }
    }
}

impl<C: Curve> ConditionallySelectable for Point<C> {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let select = |a, b| C::Field::conditional_select(a, b, choice);
        Self {
            x: select(&a.x, &b.x),
            y: select(&a.y, &b.y),
            z: select(&a.z, &b.z),
        }
    }
}

impl<C: Curve> Zeroize for Point<C> {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.z.zeroize();
    }
}

impl<C: Curve> Point<C> {
    const NEUTRAL: Self = Self {
        x: C::Field::ZERO,
        y: C::Field::ONE,
        z: C::Field::ZERO,
    };

    pub(super) fn affine(&self) -> Option<Affine<C>> {
        let inverse = Zeroizing::new(self.z.invert()?);
        Some(Affine {
            x: self.x * *inverse,
            y: self.y * *inverse,
        })
    }

    pub(super) fn add(&self, other: &Self) -> Self {
        let (a, b) = (self, other);
        let xx = a.x * b.x;
        let yy = a.y * b.y;
        let zz = a.z * b.z;
        let xy = (a.x + a.y) * (b.x + b.y) - (xx + yy);
        let xz = (a.x + a.z) * (b.x + b.z) - (xx + zz);
        let yz = (a.y + a.z) * (b.y + b.z) - (yy + zz);
        let s = C::B3 * zz + C::times_a(&xz);
        let left = yy - s;
        let right = yy + s;
        let a_zz = C::times_a(&zz);
        let m = xx + xx + xx + a_zz;
        let n = C::B3 * xz + C::times_a(&(xx - a_zz));
        Self {
            x: xy * left - yz * n,
            y: left * right + m * n,
            z: yz * right + xy * m,
        }
    }

    pub(super) fn double(&self) -> Self {
        let xx = self.x.square();
        let yy = self.y.square();
        let zz = self.z.square();
        let xy = self.x * self.y;
        let xy2 = xy + xy;
        let xz = self.x * self.z;
        let xz2 = xz + xz;
        let s = C::times_a(&xz2) + C::B3 * zz;
        let left = yy - s;
        let right = yy + s;
        let a_zz = C::times_a(&zz);
        let n = C::times_a(&(xx - a_zz)) + C::B3 * xz2;
        let m = xx + xx + xx + a_zz;
        let yz = self.y * self.z;
        let yz2 = yz + yz;
        let z = yz2 * yy;
        let z2 = z + z;
        Self {
            x: xy2 * left - yz2 * n,
            y: left * right + m * n,
            z: z2 + z2,
        }
    }

    /// Multiples 0 to 15 of the point.
    fn table(&self) -> [Self; 16] {
        let mut last = Self::NEUTRAL;
        let mut first = true;
        [(); 16].map(|()| {
            if !first {
                last = last.add(self);
            }
            first = false;
            last
        })
    }

    /// The multiple of a secret number: the same steps and memory accesses for every number. Of its
    /// coordinates only the affine ones may be shown; these tell about the number.
    pub(super) fn multiply(&self, scalar: &Scalar<C>) -> Zeroizing<Self> {
        let table = self.table();
        let mut sum = Zeroizing::new(Self::NEUTRAL);
        let mut chosen = Zeroizing::new(Self::NEUTRAL);
        for digit in digits::<C>(scalar) {
            *sum = sum.double().double().double().double();
            for (candidate, entry) in (0_u8..).zip(&table) {
                chosen.conditional_assign(entry, candidate.ct_eq(&digit));
            }
            *sum = sum.add(&chosen);
        }
        sum
    }

    /// `base`·G + `other`·Q for public numbers: takes a time that depends on them.
    pub(super) fn double_multiply_public(
        base: &Scalar<C>,
        point: &Self,
        other: &Scalar<C>,
    ) -> Self {
        let base_table = Self::from(&Affine::BASE).table();
        let table = point.table();
        let mut sum = Self::NEUTRAL;
        for (digit, other_digit) in digits::<C>(base).zip(digits::<C>(other)) {
            sum = sum.double().double().double().double();
            for (table, digit) in [(&base_table, digit), (&table, other_digit)] {
                if digit != 0
                    && let Some(entry) = table.get(usize::from(digit))
                {
                    sum = sum.add(entry);
                }
            }
        }
        sum
    }
}

/// The hexadecimal digits of a number, the most significant first.
fn digits<C: Curve>(scalar: &Scalar<C>) -> impl Iterator<Item = u8> {
    const { assert!(LIMBS * crypto_bigint::Limb::BITS == 512) };
    let mut bytes = Zeroizing::new(to_le_bytes(scalar));
    bytes.reverse();
    (0..128_usize).map(move |index| {
        let octet = bytes.get(index / 2).copied().unwrap_or_default();
        if index % 2 == 0 {
            octet >> 4
        } else {
            octet & 0x0f
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::curve::ParamSetA;
    use super::super::curve::example::Example;
    use super::*;
    use crypto_bigint::U512;
    use crypto_bigint::modular::constant_mod::Residue;

    fn scalar<C: Curve>(number: u64) -> Scalar<C> {
        Residue::new(&U512::from_u64(number))
    }

    fn same<C: Curve>(a: &Point<C>, b: &Point<C>) -> bool {
        a.affine() == b.affine()
    }

    fn group_laws<C: Curve>() {
        let g = Point::<C>::from(&Affine::BASE);
        let g2 = g.double();
        let g3 = g2.add(&g);
        assert!(Affine::<C>::from_le_bytes(&Affine::<C>::BASE.to_le_bytes()).is_some());
        assert!(same(&g2, &g.add(&g)), "doubling is adding to itself");
        assert!(same(&g.add(&Point::NEUTRAL), &g));
        assert!(same(&Point::NEUTRAL.add(&g), &g));
        assert!(Point::<C>::NEUTRAL.double().affine().is_none());
        assert!(same(&g.multiply(&scalar::<C>(3)), &g3));
        assert!(same(
            &g.multiply(&scalar::<C>(16)),
            &g2.double().double().double()
        ));
        assert!(g.multiply(&scalar::<C>(0)).affine().is_none());
        // −1 · G + G is the neutral element: the order is right.
        let minus = g.multiply(&scalar::<C>(1).neg());
        assert!(minus.add(&g).affine().is_none());
        let both = Point::double_multiply_public(&scalar::<C>(5), &g2, &scalar::<C>(21));
        assert!(same(&both, &g.multiply(&scalar::<C>(47))));
        assert!(
            g3.affine()
                .is_some_and(|p| Affine::<C>::from_le_bytes(&p.to_le_bytes()) == Some(p))
        );
    }

    #[test]
    fn group_laws_hold_on_both_curves() {
        group_laws::<ParamSetA>();
        group_laws::<Example>();
    }

    #[test]
    fn points_off_the_curve_are_refused() {
        let mut bytes = Affine::<ParamSetA>::BASE.to_le_bytes();
        bytes[0] ^= 1;
        assert!(Affine::<ParamSetA>::from_le_bytes(&bytes).is_none());
        // Both coordinates must be below the prime.
        assert!(Affine::<ParamSetA>::from_le_bytes(&[0xff; 128]).is_none());
    }
}
