//! Numbers modulo the curve's prime and modulo the order of its group.

use crypto_bigint::modular::constant_mod::{Residue, ResidueParams};
use crypto_bigint::{Encoding, U512};

pub(super) const LIMBS: usize = U512::LIMBS;

/// A residue in Montgomery form.
pub(super) type Element<M> = Residue<M, LIMBS>;

/// Reads a little-endian number; `None` unless it is below the modulus.
pub(super) fn from_le_bytes<M: ResidueParams<LIMBS>>(bytes: [u8; 64]) -> Option<Element<M>> {
    let number = U512::from_le_bytes(bytes);
    let below: bool = subtle::ConstantTimeLess::ct_lt(&number, &M::MODULUS).into();
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
