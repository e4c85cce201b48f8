//! Searching a path: several candidates for each issuer, loops and dead ends included.
//!
//! The search goes up from the certificate, depth first, and stops at the first path that is
//! valid. What it may cost is fixed beforehand, because the certificates come from whoever sends
//! them.

use super::validate::{self, Verified};
use super::{Missing, Path, PathError, PathPolicy, TrustAnchor, TrustAnchors};
use crate::certificate::Certificate;
use crate::effort::Effort;
use crate::key::SignatureError;

/// Certificates between the one in question and the anchor, at most.
const LONGEST: usize = 16;
/// Signatures that are verified in one search, at most: some milliseconds.
const MOST_SIGNATURES: usize = 128;
/// Steps of one search, at most.
const MOST_STEPS: usize = 4_096;
/// Certificates that are considered as issuers, at most.
const MOST_CANDIDATES: usize = 2_048;

/// Finds a valid path from a certificate to an anchor.
pub fn find(
    certificate: &Certificate,
    anchors: &TrustAnchors,
    intermediates: &[Certificate],
    policy: &PathPolicy,
) -> Result<Path, PathError> {
    find_where(
        certificate,
        anchors,
        intermediates,
        policy,
        &Effort::default(),
        |_| Ok(()),
    )
}

/// What a search has cost.
#[cfg(all(test, feature = "authority", feature = "system-random"))]
#[derive(Debug)]
pub(super) struct Cost {
    pub(super) signatures: usize,
    pub(super) steps: usize,
}

/// Finds a valid path and tells what that cost.
#[cfg(all(test, feature = "authority", feature = "system-random"))]
pub(super) fn find_counting(
    certificate: &Certificate,
    anchors: &TrustAnchors,
    intermediates: &[Certificate],
    policy: &PathPolicy,
) -> (Result<Path, PathError>, Cost) {
    let effort = Effort::default();
    let mut search = Search::new(anchors, intermediates, policy, &effort, |_: &Path| Ok(()));
    let found = search.run(certificate);
    (
        found,
        Cost {
            signatures: search.verified.len(),
            steps: search.steps,
        },
    )
}

/// Finds a valid path that also meets a further condition.
pub(crate) fn find_where(
    certificate: &Certificate,
    anchors: &TrustAnchors,
    intermediates: &[Certificate],
    policy: &PathPolicy,
    effort: &Effort,
    condition: impl FnMut(&Path) -> Result<(), PathError>,
) -> Result<Path, PathError> {
    Search::new(anchors, intermediates, policy, effort, condition).run(certificate)
}

struct Search<'a, F> {
    anchors: &'a TrustAnchors,
    intermediates: &'a [Certificate],
    policy: &'a PathPolicy,
    effort: &'a Effort,
    condition: F,
    verified: Verified,
    steps: usize,
    /// Why the first complete path was refused: of more use than "none found".
    best: Option<PathError>,
}

impl<'a, F: FnMut(&Path) -> Result<(), PathError>> Search<'a, F> {
    fn new(
        anchors: &'a TrustAnchors,
        intermediates: &'a [Certificate],
        policy: &'a PathPolicy,
        effort: &'a Effort,
        condition: F,
    ) -> Self {
        Self {
            anchors,
            intermediates,
            policy,
            effort,
            condition,
            verified: Verified::default(),
            steps: 0,
            best: None,
        }
    }

    fn run(&mut self, certificate: &Certificate) -> Result<Path, PathError> {
        let subject = || certificate.subject().to_string();
        if let Some(anchor) = self.anchors.holding(certificate) {
            validate::check_dates(certificate, self.policy, true)?;
            validate::check_strength(certificate, self.policy, false)?;
            validate::check_critical(certificate)?;
            return Ok(Path {
                certificates: Vec::new(),
                anchor: anchor.clone(),
            });
        }
        if self.intermediates.len() > MOST_CANDIDATES {
            return Err(PathError::TooCostly { subject: subject() });
        }
        match self.extend(&mut vec![certificate.clone()])? {
            Some(path) => Ok(path),
            None => Err(self.best.take().unwrap_or_else(|| PathError::NoChain {
                subject: subject(),
                missing: None,
            })),
        }
    }

    /// Tries all ways on from the last certificate of the chain. An error ends the whole search.
    fn extend(&mut self, chain: &mut Vec<Certificate>) -> Result<Option<Path>, PathError> {
        let Some(last) = chain.last().cloned() else {
            return Ok(None);
        };
        for anchor in self.anchors.iter() {
            if anchor.certificate().subject().matches(last.issuer())
                && self.is_signed_by(&last, anchor.certificate())?
            {
                match self.complete(chain, anchor) {
                    Ok(path) => return Ok(Some(path)),
                    Err(reason) => self.note(reason),
                }
            }
        }
        if chain.len() > LONGEST {
            return Ok(None);
        }
        let is_issuer = |candidate: &Certificate| candidate.subject().matches(last.issuer());
        let others = self
            .intermediates
            .iter()
            .filter(|candidate| **candidate != last);
        let anchors = self.anchors.iter().map(TrustAnchor::certificate);
        if !others.chain(anchors).any(is_issuer) {
            let name = last.issuer().to_string();
            let first = chain.first().map(|first| first.subject().to_string());
            self.note(PathError::NoChain {
                subject: first.unwrap_or_default(),
                missing: Some(if last.is_self_issued() {
                    Missing::Trust(name)
                } else {
                    Missing::Certificate(name)
                }),
            });
            return Ok(None);
        }
        let mut candidates: Vec<&Certificate> = self
            .intermediates
            .iter()
            .filter(|candidate| {
                candidate.subject().matches(last.issuer())
                    // The same name with the same key a second time is a loop.
                    && !chain.iter().any(|link| {
                        link.spki() == candidate.spki()
                            && link.subject().matches(candidate.subject())
                    })
            })
            .collect();
        // Those whose identifier is the one asked for first; false sorts before true.
        candidates.sort_by_key(|candidate| !names_issuer(&last, candidate));
        for candidate in candidates {
            self.step(chain)?;
            if !self.is_signed_by(&last, candidate)? {
                continue;
            }
            chain.push(candidate.clone());
            let found = self.extend(chain)?;
            chain.pop();
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn complete(&mut self, chain: &[Certificate], anchor: &TrustAnchor) -> Result<Path, PathError> {
        validate::validate(chain, anchor, self.policy)?;
        let path = Path {
            certificates: chain.to_vec(),
            anchor: anchor.clone(),
        };
        (self.condition)(&path)?;
        Ok(path)
    }

    fn is_signed_by(
        &mut self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<bool, PathError> {
        let subject = || certificate.subject().to_string();
        if let Err(unsupported) = certificate.signature_scheme() {
            let algorithm = unsupported.0.describe();
            self.note(PathError::Algorithm {
                subject: subject(),
                algorithm,
            });
            return Ok(false);
        }
        if let Err(reason) = issuer.public_key() {
            let algorithm = reason.to_string();
            self.note(PathError::Algorithm {
                subject: issuer.subject().to_string(),
                algorithm,
            });
            return Ok(false);
        }
        let known = self.verified.get(certificate, issuer);
        let outcome = match known {
            Some(outcome) => outcome,
            None => {
                if self.verified.len() >= MOST_SIGNATURES || !self.effort.spend() {
                    return Err(PathError::TooCostly { subject: subject() });
                }
                let outcome = certificate.verify_signed_by(issuer);
                self.verified.put(certificate, issuer, outcome);
                outcome
            }
        };
        match outcome {
            Ok(()) => Ok(true),
            Err(SignatureError::Mismatch | SignatureError::WrongScheme) => {
                self.note(PathError::Signature { subject: subject() });
                Ok(false)
            }
        }
    }

    fn step(&mut self, chain: &[Certificate]) -> Result<(), PathError> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            let subject = chain.first().map(|first| first.subject().to_string());
            return Err(PathError::TooCostly {
                subject: subject.unwrap_or_default(),
            });
        }
        Ok(())
    }

    /// Remembers why a way was refused; a complete path that broke a rule tells more than a
    /// signature that did not fit.
    fn note(&mut self, reason: PathError) {
        let rank = |reason: &PathError| match reason {
            PathError::NoChain { .. } => 1,
            PathError::Signature { .. } => 2,
            _ => 3,
        };
        if self.best.as_ref().map_or(0, rank) < rank(&reason) {
            self.best = Some(reason);
        }
    }
}

/// Whether the authority key identifier of a certificate names this issuer.
fn names_issuer(certificate: &Certificate, issuer: &Certificate) -> bool {
    let Some(identifier) = &certificate.extensions().authority_key_identifier else {
        return false;
    };
    match (&identifier.key, issuer.subject_key_identifier()) {
        (Some(wanted), Some(found)) => wanted == found,
        _ => identifier.serial.as_deref() == Some(issuer.serial()),
    }
}
