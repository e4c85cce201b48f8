//! The papers of signed acts: an application, a referral and whatever a parent signs later, as PDF
//! in Kazakh and Russian (R17), and the QR code that leads from the paper to the page that checks
//! it.
//!
//! Everything arrives as plain data, already masked and already decided; the same data gives the
//! same bytes. This crate must not know the clock, the database, the network, a file system or the
//! rest of the project: it is told the numbers of the rules profile, it does not look them up. What
//! the words say stands in `sheet`, how they lie on the paper in `templates/`, and text of people
//! goes to the typesetter as data only, never as markup.

mod dates;
mod document;
mod error;
mod fonts;
mod printable;
mod qr;
mod render;
mod sheet;
mod world;

#[cfg(test)]
mod tests;

pub use document::{
    ActDocument, ApplicationDocument, Bilingual, Child, Deadline, Document, Fact, Kindergarten,
    ReferralDocument, RuleNumbers, SignatureFacts, SignatureVerdict,
};
pub use error::RenderError;
pub use qr::{qr_svg, qr_svg_of_mobile_signature};
pub use render::Renderer;
