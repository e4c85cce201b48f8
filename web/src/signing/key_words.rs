//! The words for what goes wrong between a key file and a signature, and for what a key is.

use super::{
    KeyPurpose, KeyStoreProblem, ModuleFailure, NotSigned, SignProblem, UnfitReason, Usage,
};
use crate::{
    components::form::Complaint,
    i18n::{Locale, format, td_string},
};
use balabaqsha_ncalayer::Trouble;

/// A sentence without names in it.
const fn text(text: fn(Locale) -> &'static str) -> Complaint {
    Complaint::Text(text)
}

pub fn not_opened(problem: &KeyStoreProblem) -> Complaint {
    match problem {
        KeyStoreProblem::WrongPassword => {
            text(|locale| td_string!(locale, key_problem.wrong_password))
        }
        KeyStoreProblem::NotAKeyStore => {
            text(|locale| td_string!(locale, key_problem.not_a_keystore))
        }
        KeyStoreProblem::Truncated => text(|locale| td_string!(locale, key_problem.truncated)),
        KeyStoreProblem::TooLarge => text(|locale| td_string!(locale, key_problem.too_large)),
        KeyStoreProblem::TooCostly => text(|locale| td_string!(locale, key_problem.too_costly)),
        KeyStoreProblem::Unsupported(name) => Complaint::Naming(
            |locale, name| td_string!(locale, key_problem.unsupported, name = name),
            name.clone(),
        ),
        KeyStoreProblem::NoKey => text(|locale| td_string!(locale, key_problem.no_key)),
        KeyStoreProblem::NoCertificate => {
            text(|locale| td_string!(locale, key_problem.no_certificate))
        }
        KeyStoreProblem::DamagedKey => text(|locale| td_string!(locale, key_problem.damaged_key)),
        KeyStoreProblem::Unreadable(_) => text(|locale| td_string!(locale, key_problem.unreadable)),
        KeyStoreProblem::ModuleFailed(failure) => module_failed(failure),
    }
}

pub fn not_signed(problem: &NotSigned) -> Complaint {
    match problem {
        NotSigned::TextDiffers => text(|locale| td_string!(locale, key_problem.text_differs)),
        NotSigned::Key(SignProblem::StoreClosed | SignProblem::NoSuchKey) => {
            text(|locale| td_string!(locale, key_problem.store_closed))
        }
        NotSigned::Key(SignProblem::ContentTooLarge | SignProblem::Failed(_)) => {
            text(|locale| td_string!(locale, key_problem.not_signed))
        }
        NotSigned::Key(SignProblem::ModuleFailed(failure)) => module_failed(failure),
        NotSigned::NcaLayer(trouble) => ncalayer(trouble),
    }
}

fn ncalayer(trouble: &Trouble) -> Complaint {
    match trouble {
        Trouble::NotThere => text(|locale| td_string!(locale, ncalayer_problem.not_there)),
        Trouble::TooOld(version) => Complaint::Naming(
            |locale, name| td_string!(locale, ncalayer_problem.too_old, version = name),
            version.clone(),
        ),
        Trouble::Cancelled => text(|locale| td_string!(locale, ncalayer_problem.cancelled)),
        Trouble::NoAnswer => text(|locale| td_string!(locale, ncalayer_problem.no_answer)),
        Trouble::BrokenOff => text(|locale| td_string!(locale, ncalayer_problem.broken_off)),
        Trouble::Failed(said) => Complaint::Naming(
            |locale, name| td_string!(locale, ncalayer_problem.failed, words = name),
            said.clone(),
        ),
        Trouble::Incomprehensible => {
            text(|locale| td_string!(locale, ncalayer_problem.incomprehensible))
        }
    }
}

fn module_failed(failure: &ModuleFailure) -> Complaint {
    match failure {
        ModuleFailure::NotLoaded(_) => {
            text(|locale| td_string!(locale, key_problem.module_not_loaded))
        }
        ModuleFailure::TimedOut => text(|locale| td_string!(locale, key_problem.module_timed_out)),
        ModuleFailure::Crashed(_) | ModuleFailure::Stopped => {
            text(|locale| td_string!(locale, key_problem.module_crashed))
        }
    }
}

/// What the authority issued a key for.
#[must_use]
pub fn purpose(locale: Locale, purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::Login => td_string!(locale, key.purpose_login),
        KeyPurpose::Signing => td_string!(locale, key.purpose_signing),
        KeyPurpose::LoginAndSigning => td_string!(locale, key.purpose_both),
        KeyPurpose::Unfit => td_string!(locale, key.purpose_none),
    }
}

/// Why a key cannot be chosen.
#[must_use]
pub fn unfit(locale: Locale, reason: &UnfitReason, usage: Usage) -> String {
    match reason {
        UnfitReason::Expired { until } => td_string!(
            locale,
            key_unfit.expired,
            until = format::day_of(locale, *until)
        ),
        UnfitReason::NotYetValid { from } => td_string!(
            locale,
            key_unfit.not_yet_valid,
            from = format::day_of(locale, *from)
        ),
        UnfitReason::WrongPurpose => match usage {
            Usage::Login => td_string!(locale, key_unfit.not_for_login).to_owned(),
            Usage::Signing => td_string!(locale, key_unfit.not_for_signing).to_owned(),
        },
        UnfitReason::Unsupported { algorithm } => td_string!(
            locale,
            key_unfit.unsupported,
            algorithm = algorithm.as_str()
        ),
        UnfitReason::NoIin => td_string!(locale, key_unfit.no_iin).to_owned(),
    }
}
