//! Why a paper could not be made. None of these texts carries what a person wrote: they may be
//! logged.

/// A refusal to render.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A font that the papers are set in is not among the embedded ones.
    #[error("the font {0} is missing from the embedded fonts")]
    FontMissing(&'static str),
    /// A field is longer than anything that belongs on a paper.
    #[error("{field} is longer than {limit} bytes")]
    TooLong {
        /// Name of the field.
        field: &'static str,
        /// The most it may have.
        limit: usize,
    },
    /// More rows than a paper can hold.
    #[error("more than {limit} facts")]
    TooManyFacts {
        /// The most there may be.
        limit: usize,
    },
    /// A moment or a date outside of the years that a paper can show.
    #[error("{field} is outside of the years 1900 to 9999")]
    DateOutOfRange {
        /// Name of the field.
        field: &'static str,
    },
    /// The address behind the QR code is not a plain http(s) address.
    #[error(
        "the verification address must be http(s), printable ASCII without spaces, at most {limit} bytes"
    )]
    VerificationUrl {
        /// The most bytes it may have.
        limit: usize,
    },
    /// The QR code could not be made.
    #[error("the QR code could not be made: {0}")]
    Qr(String),
    /// The data could not be handed to the typesetter.
    #[error("the data of the paper could not be encoded")]
    Encode(#[from] serde_json::Error),
    /// The typesetter refused: a fault of the templates, not of the data.
    #[error("the typesetter refused: {0}")]
    Typeset(String),
}
