//! The parameters of curves.

use super::field::{Element, LIMBS};
use crypto_bigint::modular::constant_mod::{Residue, ResidueParams};
use crypto_bigint::{U512, impl_modulus};
use std::fmt::Debug;

/// A curve y² = x³ + ax + b over a prime field, whose group has prime order.
pub(super) trait Curve: Copy + Debug + Eq + 'static {
    type Field: ResidueParams<LIMBS>;
    type Order: ResidueParams<LIMBS>;
    const B: Element<Self::Field>;
    const BASE: (Element<Self::Field>, Element<Self::Field>);

    fn times_a(x: &Element<Self::Field>) -> Element<Self::Field>;
}

impl_modulus!(
    FieldA,
    U512,
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFDC7"
);
impl_modulus!(
    OrderA,
    U512,
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF27E69532F48D89116FF22B8D4E0560609B4B38ABFAD2B85DCACDB1411F10B275"
);

/// `id-tc26-gost-3410-12-512-paramSetA`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ParamSetA;

impl Curve for ParamSetA {
    type Field = FieldA;
    type Order = OrderA;
    const B: Element<FieldA> = Residue::new(&U512::from_be_hex(
        "E8C2505DEDFC86DDC1BD0B2B6667F1DA34B82574761CB0E879BD081CFD0B6265EE3CB090F30D27614CB4574010DA90DD862EF9D4EBEE4761503190785A71C760",
    ));
    const BASE: (Element<FieldA>, Element<FieldA>) = (
        Residue::new(&U512::from_u8(3)),
        Residue::new(&U512::from_be_hex(
            "7503CFE87A836AE3A61B8816E25450E6CE5E1C93ACF1ABC1778064FDCBEFA921DF1626BE4FD036E93D75E6A50E3A41E98028FE5FC235F5B889A589CB5215F2A4",
        )),
    );

    /// a = −3
    fn times_a(x: &Element<FieldA>) -> Element<FieldA> {
        (x + (x + x)).neg()
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
        type Field = Field;
        type Order = Order;
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
            x * &Residue::new(&U512::from_u8(7))
        }
    }
}
