//! The words for what goes wrong between a key file and a signature, and for what a key is.

use super::form::Complaint;
use crate::{
    i18n::{Text, format, t},
    signer::NotSigned,
    signing::{KeyPurpose, KeyStoreProblem, ModuleFailure, SignProblem, UnfitReason, Usage},
};
use balabaqsha_ncalayer::Trouble;

pub fn not_opened(problem: &KeyStoreProblem) -> Complaint {
    use t::key_problem as words;
    match problem {
        KeyStoreProblem::WrongPassword => words::WRONG_PASSWORD.into(),
        KeyStoreProblem::NotAKeyStore => words::NOT_A_KEYSTORE.into(),
        KeyStoreProblem::Truncated => words::TRUNCATED.into(),
        KeyStoreProblem::TooLarge => words::TOO_LARGE.into(),
        KeyStoreProblem::TooCostly => words::TOO_COSTLY.into(),
        KeyStoreProblem::Unsupported(name) => Complaint::Naming(words::unsupported, name.clone()),
        KeyStoreProblem::NoKey => words::NO_KEY.into(),
        KeyStoreProblem::NoCertificate => words::NO_CERTIFICATE.into(),
        KeyStoreProblem::DamagedKey => words::DAMAGED_KEY.into(),
        KeyStoreProblem::Unreadable(_) => words::UNREADABLE.into(),
        KeyStoreProblem::ModuleFailed(failure) => module_failed(failure),
    }
}

pub fn not_signed(problem: &NotSigned) -> Complaint {
    use t::key_problem as words;
    match problem {
        NotSigned::TextDiffers => words::TEXT_DIFFERS.into(),
        NotSigned::Key(SignProblem::StoreClosed | SignProblem::NoSuchKey) => {
            words::STORE_CLOSED.into()
        }
        NotSigned::Key(SignProblem::ContentTooLarge | SignProblem::Failed(_)) => {
            words::NOT_SIGNED.into()
        }
        NotSigned::Key(SignProblem::ModuleFailed(failure)) => module_failed(failure),
        NotSigned::NcaLayer(trouble) => ncalayer(trouble),
    }
}

fn ncalayer(trouble: &Trouble) -> Complaint {
    use t::ncalayer_problem as words;
    match trouble {
        Trouble::NotThere => words::NOT_THERE.into(),
        Trouble::TooOld(version) => Complaint::Naming(words::too_old, version.clone()),
        Trouble::Cancelled => words::CANCELLED.into(),
        Trouble::NoAnswer => words::NO_ANSWER.into(),
        Trouble::BrokenOff => words::BROKEN_OFF.into(),
        Trouble::Failed(said) => Complaint::Naming(words::failed, said.clone()),
        Trouble::Incomprehensible => words::INCOMPREHENSIBLE.into(),
    }
}

fn module_failed(failure: &ModuleFailure) -> Complaint {
    use t::key_problem as words;
    match failure {
        ModuleFailure::NotLoaded(_) => words::MODULE_NOT_LOADED.into(),
        ModuleFailure::TimedOut => words::MODULE_TIMED_OUT.into(),
        ModuleFailure::Crashed(_) | ModuleFailure::Stopped => words::MODULE_CRASHED.into(),
    }
}

/// What the authority issued a key for.
#[must_use]
pub const fn purpose(purpose: KeyPurpose) -> Text {
    match purpose {
        KeyPurpose::Login => t::key::PURPOSE_LOGIN,
        KeyPurpose::Signing => t::key::PURPOSE_SIGNING,
        KeyPurpose::LoginAndSigning => t::key::PURPOSE_BOTH,
        KeyPurpose::Unfit => t::key::PURPOSE_NONE,
    }
}

/// Why a key cannot be chosen.
#[must_use]
pub fn unfit(reason: &UnfitReason, usage: Usage) -> String {
    use t::key_unfit as words;
    match reason {
        UnfitReason::Expired { until } => words::expired(&format::day_of(*until)),
        UnfitReason::NotYetValid { from } => words::not_yet_valid(&format::day_of(*from)),
        UnfitReason::WrongPurpose => match usage {
            Usage::Login => words::NOT_FOR_LOGIN.get().to_owned(),
            Usage::Signing => words::NOT_FOR_SIGNING.get().to_owned(),
        },
        UnfitReason::Unsupported { algorithm } => words::unsupported(algorithm),
        UnfitReason::NoIin => words::NO_IIN.get().to_owned(),
    }
}
