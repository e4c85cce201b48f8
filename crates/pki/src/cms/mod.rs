//! Signed documents (CMS SignedData, RFC 5652): making them and judging them.

mod attributes;
mod enclosed;
mod inspection;
mod message;
mod policy;
mod sign;
mod signature;
mod stamp;
pub mod tsp;
mod verify;

pub use inspection::{InspectedSigner, Inspection, inspect};
pub use message::{MessageError, content};
pub use policy::VerifyPolicy;
#[cfg(feature = "authority")]
pub(crate) use sign::enclose;
pub use sign::{Certificates, SignError, SignOptions, sign, sign_with};
pub use stamp::{stamped_octets, timestamp_token, with_timestamp};
pub use verify::{certificates, questions, verify};
