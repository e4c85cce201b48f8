//! Signed documents (CMS SignedData, RFC 5652): making them and judging them.

mod attributes;
mod enclosed;
mod message;
mod policy;
mod sign;
mod signature;
mod stamp;
mod verify;

pub(crate) use enclosed::Enclosed;
pub(crate) use message::SignedData;
pub use message::{InspectedSigner, Inspection, MessageError, content, inspect};
pub use policy::VerifyPolicy;
#[cfg(feature = "authority")]
pub(crate) use sign::enclose;
pub use sign::{Certificates, SignError, SignOptions, sign, sign_with};
pub(crate) use signature::verify_parsed;
pub use stamp::{stamped_octets, with_timestamp};
pub use verify::{certificates, questions, verify};
