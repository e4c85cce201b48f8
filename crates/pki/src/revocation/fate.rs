//! What became of each piece of evidence in one judgement, so that what was read and not believed is
//! told with its reason.

use super::Evidence;
use super::ocsp::OcspResponse;
use crate::verdict::Reason;
use std::sync::{Arc, Mutex, PoisonError};

/// What became of a piece of evidence. The later in this list, the more it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Fate {
    /// It speaks of no certificate in question, or others had spoken before.
    #[default]
    NotNeeded,
    CriticalExtension,
    OtherNonce,
    FromTheFuture,
    RanOut,
    /// Nobody who may speak about the certificate signed it.
    NotSigned,
    Used,
}

impl Fate {
    fn told(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Used => return None,
            Self::NotNeeded => (
                "evidence-not-needed",
                "speaks of no certificate in question, or others had spoken before",
            ),
            Self::CriticalExtension => (
                "evidence-critical-extension",
                "has a critical extension that is unknown",
            ),
            Self::OtherNonce => ("evidence-other-nonce", "answers another question"),
            Self::FromTheFuture => ("evidence-from-the-future", "is of a later moment"),
            Self::RanOut => (
                "evidence-ran-out",
                "has run out, or is older than it may be",
            ),
            Self::NotSigned => (
                "evidence-not-signed",
                "is not signed by anybody who may speak about the certificate",
            ),
        })
    }
}

/// The fates of all evidence of one judgement. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fates(Arc<Mutex<Shared>>);

#[derive(Debug, Default)]
struct Shared {
    lists: Vec<Fate>,
    answers: Vec<Fate>,
}

impl Fates {
    pub(super) fn of_list(&self, place: usize, fate: Fate) {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        note(&mut shared.lists, place, fate);
    }

    pub(super) fn of_answer(&self, place: usize, fate: Fate) {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        note(&mut shared.answers, place, fate);
    }

    /// Why pieces of the evidence counted for nothing.
    pub(crate) fn remarks(&self, evidence: &Evidence) -> Vec<Reason> {
        let shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lists = evidence.crls.iter().enumerate().map(|(place, list)| {
            let inspection = list.inspect();
            let what = format!(
                "the revocation list of «{}» of {}",
                inspection.issuer, inspection.this_update
            );
            (shared.lists.get(place), what)
        });
        let answers = evidence.ocsp.iter().enumerate().map(|(place, answered)| {
            let produced_at = OcspResponse::inspect(&answered.response).produced_at;
            (
                shared.answers.get(place),
                format!("the OCSP answer of {produced_at}"),
            )
        });
        lists
            .chain(answers)
            .filter_map(|(fate, what)| {
                let (code, told) = fate.copied().unwrap_or_default().told()?;
                Some(Reason {
                    code,
                    detail: format!("{what} {told}"),
                })
            })
            .collect()
    }
}

fn note(fates: &mut Vec<Fate>, place: usize, fate: Fate) {
    if fates.len() <= place {
        fates.resize(place + 1, Fate::default());
    }
    if let Some(known) = fates.get_mut(place) {
        *known = fate.max(*known);
    }
}
