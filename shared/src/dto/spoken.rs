//! Requests whose answer, or a later text, is in a language that the request may name.

use super::{
    ActDraftRequest, AnnulmentDraftRequest, ApplicationDecisionDraftRequest,
    ApplicationDraftRequest, AttachmentDraftRequest, BenefitDecisionDraftRequest, ChallengeRequest,
    EmailRequest, ExtensionDraftRequest, ReferralDraftRequest, SuspensionDraftRequest,
};
use crate::language::Language;

/// A request with a `language`.
pub trait Spoken {
    /// Sets the language of a request that names none.
    fn speak(&mut self, language: Language);
}

macro_rules! spoken {
    ($($request:ty),+ $(,)?) => {$(
        impl Spoken for $request {
            fn speak(&mut self, language: Language) {
                self.language = language;
            }
        }
    )+};
}

spoken!(
    ActDraftRequest,
    AnnulmentDraftRequest,
    ApplicationDecisionDraftRequest,
    ApplicationDraftRequest,
    AttachmentDraftRequest,
    BenefitDecisionDraftRequest,
    ChallengeRequest,
    EmailRequest,
    ExtensionDraftRequest,
    ReferralDraftRequest,
    SuspensionDraftRequest,
);
