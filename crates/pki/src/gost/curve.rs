//! The parameters of curves.

#[cfg(test)]
use super::field::Element;
use super::field::{Coordinate, Fold569, LIMBS};
#[cfg(test)]
use crypto_bigint::modular::constant_mod::Residue;
use crypto_bigint::modular::constant_mod::ResidueParams;
use crypto_bigint::{U512, impl_modulus};
use std::fmt::Debug;

/// A curve y² = x³ + ax + b over a prime field, whose group has prime order.
pub(super) trait Curve: Copy + Debug + Eq + 'static {
    type Field: Coordinate;
    type Order: ResidueParams<LIMBS>;
    /// 3b
    const B3: Self::Field;
    const B: Self::Field;
    const BASE: (Self::Field, Self::Field);

    fn times_a(x: &Self::Field) -> Self::Field;
}

impl_modulus!(
    OrderA,
    U512,
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF27E69532F48D89116FF22B8D4E0560609B4B38ABFAD2B85DCACDB1411F10B275"
);

/// `id-tc26-gost-3410-12-512-paramSetA`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ParamSetA;

impl Curve for ParamSetA {
    type Field = Fold569;
    type Order = OrderA;
    const B3: Fold569 = Fold569::from_be_words([
        0xba46f119c9f59499,
        0x453721823337d58e,
        0x9e28705d625612b9,
        0x6d371856f7222731,
        0xcab611b2d9277623,
        0xe61d05c0328fb298,
        0x928ced7ec3cad623,
        0xf094b1690f555a92,
    ]);
    const B: Fold569 = Fold569::from_be_words([
        0xe8c2505dedfc86dd,
        0xc1bd0b2b6667f1da,
        0x34b82574761cb0e8,
        0x79bd081cfd0b6265,
        0xee3cb090f30d2761,
        0x4cb4574010da90dd,
        0x862ef9d4ebee4761,
        0x503190785a71c760,
    ]);
    const BASE: (Fold569, Fold569) = (
        Fold569::from_be_words([0, 0, 0, 0, 0, 0, 0, 3]),
        Fold569::from_be_words([
            0x7503cfe87a836ae3,
            0xa61b8816e25450e6,
            0xce5e1c93acf1abc1,
            0x778064fdcbefa921,
            0xdf1626be4fd036e9,
            0x3d75e6a50e3a41e9,
            0x8028fe5fc235f5b8,
            0x89a589cb5215f2a4,
        ]),
    );

    /// a = −3
    fn times_a(x: &Fold569) -> Fold569 {
        -(*x + *x + *x)
    }
}

/// The curve of the worked example with 512 bits in GOST R 34.10-2012.
#[cfg(test)]
pub(super) mod example {
    use super::*;

    impl_modulus!(
        Field,
        U512,
        "4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15DF1D852741AF4704A0458047E80E4546D35B8336FAC224DD81664BBF528BE6373"
    );
    impl_modulus!(
        Order,
        U512,
        "4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15DA82F2D7ECB1DBAC719905C5EECC423F1D86E25EDBE23C595D644AAF187E6E6DF"
    );

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(in super::super) struct Example;

    impl Curve for Example {
        type Field = Element<Field>;
        type Order = Order;
        const B3: Element<Field> = Self::B.add(&Self::B).add(&Self::B);
        const B: Element<Field> = Residue::new(&U512::from_be_hex(
            "1CFF0806A31116DA29D8CFA54E57EB748BC5F377E49400FDD788B649ECA1AC4361834013B2AD7322480A89CA58E0CF74BC9E540C2ADD6897FAD0A3084F302ADC",
        ));
        const BASE: (Element<Field>, Element<Field>) = (
            Residue::new(&U512::from_be_hex(
                "24D19CC64572EE30F396BF6EBBFD7A6C5213B3B3D7057CC825F91093A68CD762FD60611262CD838DC6B60AA7EEE804E28BC849977FAC33B4B530F1B120248A9A",
            )),
            Residue::new(&U512::from_be_hex(
                "2BB312A43BD2CE6E0D020613C857ACDDCFBF061E91E5F2C3F32447C259F39B2C83AB156D77F1496BF7EB3351E1EE4E43DC1A18B91B24640B6DBB92CB1ADD371E",
            )),
        );

        /// a = 7
        fn times_a(x: &Element<Field>) -> Element<Field> {
            x * Residue::new(&U512::from_u8(7))
        }
    }
}
