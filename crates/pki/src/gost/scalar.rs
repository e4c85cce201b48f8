//! Numbers modulo the order of the group.

use super::{curve::Curve, field::Element};

pub(super) type Scalar<C> = Element<<C as Curve>::Order>;
