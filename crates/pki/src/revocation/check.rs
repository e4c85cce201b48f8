//! Judging evidence about revocation: OCSP first, then the lists (RFC 5280, section 6.3.3).

use super::crl::{ALL_REASONS, Crl, Facts as List, not_above};
use super::fate::{Fate, Fates};
use super::ocsp::{Answer, Status};
use super::scope::{entry_of, may_sign_lists, reasons_covered};
use super::{Answered, Evidence, Freshness, KnownRevocation};
use crate::asn1::known;
use crate::certificate::{Certificate, DistributionPoint, DistributionPointName, GeneralName};
use crate::effort::Effort;
use crate::path::{self, Path, PathPolicy, TrustAnchor, TrustAnchors, is_within};
use crate::verdict::RevocationSource;
use chrono::{DateTime, Utc};

/// Keys outside of the path whose own standing is looked into, at most.
const MOST_OUTSIDERS: usize = 4;
/// A list may be signed with a key whose certificate must be looked up in another list, and so
/// on, to this depth.
const DEEPEST: usize = 4;

/// certificateHold: the only reason that can be taken back.
const HOLD: u8 = 6;
/// removeFromCRL: takes a hold back, and nothing else.
const REMOVED: u8 = 8;
/// affiliationChanged, superseded, cessationOfOperation: the key has not fallen into other hands.
const HARMLESS: [u8; 3] = [3, 4, 5];

/// What is known about one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Good(RevocationSource),
    Revoked(RevocationSource, DateTime<Utc>),
    /// On hold: it may be good or revoked tomorrow.
    Held(RevocationSource, DateTime<Utc>),
    /// A responder says that its authority never issued such a certificate.
    NeverIssued(RevocationSource),
    Unknown,
}

/// An entry of a list, or an answer of the same meaning.
#[derive(Debug, Clone, Copy)]
struct Revocation {
    source: RevocationSource,
    at: DateTime<Utc>,
    reason: Option<u8>,
    /// Of when this is known.
    known: DateTime<Utc>,
}

impl Revocation {
    /// Whether nobody can take it back. RFC 5280, section 5.3.1: only a certificate on hold is ever
    /// removed from the lists.
    fn is_final(&self) -> bool {
        !matches!(self.reason, Some(HOLD | REMOVED)) && !self.is_never_issued()
    }

    /// RFC 6960, section 2.2: what was never issued is answered as on hold since 1970.
    fn is_never_issued(&self) -> bool {
        self.source == RevocationSource::Ocsp
            && self.at == DateTime::UNIX_EPOCH
            && matches!(self.reason, None | Some(HOLD))
    }
}

/// What the lists say.
enum Listed {
    Good,
    Revoked(Revocation),
    Unknown,
}

/// A complete list with its newest delta list, and of when the two are.
struct Dated<'a> {
    of: DateTime<Utc>,
    list: &'a List,
    delta: Option<&'a List>,
}

/// A key outside of the path that was looked into.
struct Outsider {
    certificate: Certificate,
    /// The moment of what it told for good, where it was looked into for that.
    told: Option<DateTime<Utc>>,
    /// What came of it; `None` while that is being found out.
    good: Option<bool>,
}

/// The distribution points of a certificate, and any list of its issuer where no point leads
/// further.
fn points_of(certificate: &Certificate) -> Vec<DistributionPoint> {
    let issuer = GeneralName::Directory(certificate.issuer().clone());
    let implicit = DistributionPoint {
        name: Some(DistributionPointName::Full(vec![issuer])),
        reasons: None,
        issuer: None,
    };
    let named = certificate.extensions().distribution_points.iter();
    named.flatten().cloned().chain([implicit]).collect()
}

/// Judges evidence for one path after another, remembering what has been verified.
pub(crate) struct Checker<'a> {
    evidence: &'a Evidence,
    intermediates: &'a [Certificate],
    /// The moment whose status is asked for.
    at: DateTime<Utc>,
    /// The moment of asking; later than `at` where a time stamp proves that the signature is old.
    now: DateTime<Utc>,
    freshness: Freshness,
    effort: Effort,
    fates: Fates,
    /// The certificate whose key is proven, by something else than itself, to have been used at
    /// the moment in question.
    proven: Option<Certificate>,
    outsiders: Vec<Outsider>,
    /// Certificates whose status is being found out: a list signed with such a key does not make
    /// us ask again.
    asking: Vec<Certificate>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(
        evidence: &'a Evidence,
        intermediates: &'a [Certificate],
        at: DateTime<Utc>,
        now: DateTime<Utc>,
        freshness: Freshness,
        effort: Effort,
        fates: Fates,
    ) -> Self {
        Self {
            evidence,
            intermediates,
            at,
            now,
            freshness,
            effort,
            fates,
            proven: None,
            outsiders: Vec::new(),
            asking: Vec::new(),
        }
    }

    /// Judges for a use of the key of this certificate that is proven to be of the moment in
    /// question: what became of the key later does not touch it.
    pub(crate) fn with_proven_use(mut self, certificate: &Certificate) -> Self {
        self.proven = Some(certificate.clone());
        self
    }

    /// The status of each certificate of a path, in its order.
    pub(crate) fn check(&mut self, path: &Path) -> Vec<Outcome> {
        (0..path.certificates().len())
            .map(|place| self.certificate(path, place))
            .collect()
    }

    fn certificate(&mut self, path: &Path, place: usize) -> Outcome {
        let Some(certificate) = path.certificates().get(place) else {
            return Outcome::Unknown;
        };
        if self.asking.len() >= DEEPEST {
            return Outcome::Unknown;
        }
        self.asking.push(certificate.clone());
        let outcome = self.by_ocsp_then_lists(certificate, path, place);
        self.asking.pop();
        outcome
    }

    fn by_ocsp_then_lists(
        &mut self,
        certificate: &Certificate,
        path: &Path,
        place: usize,
    ) -> Outcome {
        if let Some(outcome) = self.revoked_for_good(certificate, path, place) {
            return outcome;
        }
        let (answered, denied) = self.answers(certificate, path, place);
        if let Some((
            _,
            outcome @ (Outcome::Revoked(..) | Outcome::Held(..) | Outcome::NeverIssued(_)),
        )) = answered
        {
            return outcome;
        }
        // Lists are looked at also where a responder says good: whoever hands over the evidence
        // may choose an answer from before the revocation.
        let listed = self.lists(certificate, path, place);
        match (answered, listed) {
            (Some((of, good)), Listed::Revoked(revocation)) => {
                let released = revocation.reason == Some(HOLD) && revocation.known < of;
                if released {
                    good
                } else {
                    self.meaning(&revocation, certificate)
                }
            }
            (Some((_, good)), _) => good,
            (None, Listed::Revoked(revocation)) => self.meaning(&revocation, certificate),
            // The responder says it knows of no such certificate: that a list does not name it
            // either does not make it good.
            (None, Listed::Good) if !denied => Outcome::Good(RevocationSource::Crl),
            (None, Listed::Good | Listed::Unknown) => Outcome::Unknown,
        }
    }

    /// What an entry means for the moment in question.
    fn meaning(&self, revocation: &Revocation, certificate: &Certificate) -> Outcome {
        let Revocation {
            source, at, reason, ..
        } = *revocation;
        if revocation.is_never_issued() {
            return Outcome::NeverIssued(source);
        }
        let later = self.at < self.now && at > self.at;
        // A key in other hands can sign anything as of any date. That it was used before it got
        // there must be proven by another.
        let untouched = self.proven.as_ref() == Some(certificate)
            || reason.is_some_and(|reason| HARMLESS.contains(&reason));
        if later && untouched {
            Outcome::Good(source)
        } else if reason == Some(HOLD) {
            Outcome::Held(source, at)
        } else {
            Outcome::Revoked(source, at)
        }
    }

    /// Whether something that holds from one date to another speaks for the moment in question:
    /// either of the time of asking, or kept since the moment itself.
    fn is_fresh(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        certificate: &Certificate,
    ) -> bool {
        let until = until + self.freshness.overdue;
        let holds = |moment: DateTime<Utc>| {
            from <= moment + self.freshness.skew && is_within(moment, until)
        };
        // Lists and responders may forget a certificate once it has expired.
        holds(self.at) || (holds(self.now) && from <= certificate.not_after())
    }

    // What holds for good

    /// A revocation that cannot be taken back counts whenever it was told: by an answer or a list
    /// that has run out, by an older one of two, by a list of changes without its base. Only its
    /// signature and what it speaks of must be right.
    fn revoked_for_good(
        &mut self,
        certificate: &Certificate,
        path: &Path,
        place: usize,
    ) -> Option<Outcome> {
        let mut told = self.remembered(certificate, path, place);
        told.extend(self.final_answers(certificate, path, place));
        told.extend(self.final_entries(certificate, path, place));
        told.into_iter()
            .filter_map(|revocation| match self.meaning(&revocation, certificate) {
                Outcome::Revoked(source, at) => Some((at, source)),
                _ => None,
            })
            .min_by_key(|(at, _)| *at)
            .map(|(at, source)| Outcome::Revoked(source, at))
    }

    /// The final revocation that the evidence tells of a certificate of a path, whatever moment it
    /// is judged for.
    pub(crate) fn told(&mut self, path: &Path, place: usize) -> Option<KnownRevocation> {
        let certificate = path.certificates().get(place)?.clone();
        let mut told = self.final_answers(&certificate, path, place);
        told.extend(self.final_entries(&certificate, path, place));
        let severest = told.into_iter().min_by_key(|revocation| {
            let harmless = revocation
                .reason
                .is_some_and(|reason| HARMLESS.contains(&reason));
            (harmless, revocation.at)
        })?;
        let (issuer_key, serial) = KnownRevocation::subject(&certificate, path.issuer_of(place));
        Some(KnownRevocation {
            issuer_key,
            serial,
            source: severest.source,
            at: severest.at,
            reason: severest.reason,
        })
    }

    fn remembered(&self, certificate: &Certificate, path: &Path, place: usize) -> Vec<Revocation> {
        let subject = KnownRevocation::subject(certificate, path.issuer_of(place));
        self.evidence
            .known
            .iter()
            .filter(|known| (&known.issuer_key, &known.serial) == (&subject.0, &subject.1))
            .map(|known| Revocation {
                source: known.source,
                at: known.at,
                reason: known.reason,
                known: known.at,
            })
            .collect()
    }

    fn final_answers(
        &mut self,
        certificate: &Certificate,
        path: &Path,
        place: usize,
    ) -> Vec<Revocation> {
        let evidence = self.evidence;
        let mut told = Vec::new();
        for (number, answered) in evidence.ocsp.iter().enumerate() {
            let facts = answered.response.facts();
            let about = |answer: &&Answer| answer.is_about(certificate, path.issuer_of(place));
            for answer in facts.answers.iter().filter(about) {
                let Status::Revoked { at, reason } = answer.status else {
                    continue;
                };
                let revocation = Revocation {
                    source: RevocationSource::Ocsp,
                    at,
                    reason,
                    known: answer.this_update,
                };
                let told_by_now =
                    self.is_past(answer.this_update) && self.is_past(facts.produced_at);
                if revocation.is_final()
                    && told_by_now
                    && !facts.has_unknown_critical
                    && !answered.is_to_another_question()
                    && self.is_authorised(answered, path, place, Some(facts.produced_at))
                {
                    self.fates.of_answer(number, Fate::Used);
                    told.push(revocation);
                }
            }
        }
        told
    }

    fn final_entries(
        &mut self,
        certificate: &Certificate,
        path: &Path,
        place: usize,
    ) -> Vec<Revocation> {
        let evidence = self.evidence;
        let points = points_of(certificate);
        let mut told = Vec::new();
        for (number, list) in evidence.crls.iter().map(Crl::facts).enumerate() {
            let of_this = |point| {
                reasons_covered(list, point, certificate).is_some_and(|reasons| reasons != 0)
            };
            if !points.iter().any(of_this) || !self.is_past(list.this_update) {
                continue;
            }
            let Some(entry) = list.find(certificate.serial(), certificate.issuer()) else {
                continue;
            };
            let revocation = Revocation {
                source: RevocationSource::Crl,
                at: entry.revoked_at,
                reason: entry.reason,
                known: list.this_update,
            };
            if revocation.is_final()
                && self
                    .signer_of(list, path, place, Some(list.this_update))
                    .is_some()
            {
                self.fates.of_list(number, Fate::Used);
                told.push(revocation);
            }
        }
        told
    }

    /// Whether a moment is not one of the future, but for clocks that differ.
    fn is_past(&self, moment: DateTime<Utc>) -> bool {
        moment <= self.now + self.freshness.skew
    }

    // OCSP

    /// What the responders say, with the date of it, and whether one knows of no such
    /// certificate. The newest word holds.
    fn answers(
        &mut self,
        certificate: &Certificate,
        path: &Path,
        place: usize,
    ) -> (Option<(DateTime<Utc>, Outcome)>, bool) {
        let evidence = self.evidence;
        let mut newest: Option<(DateTime<Utc>, Outcome)> = None;
        let mut denied = false;
        for (number, answered) in evidence.ocsp.iter().enumerate() {
            let about = |answer: &&Answer| answer.is_about(certificate, path.issuer_of(place));
            let of_this = answered.response.facts().answers.iter().filter(about);
            for answer in of_this {
                let fate = self.fate_of(answered, answer, certificate, path, place);
                self.fates.of_answer(number, fate);
                if fate != Fate::Used {
                    continue;
                }
                let of = answer.this_update;
                let outcome = match answer.status {
                    Status::Good => Outcome::Good(RevocationSource::Ocsp),
                    Status::Revoked { at, reason } => {
                        let revocation = Revocation {
                            source: RevocationSource::Ocsp,
                            at,
                            reason,
                            known: of,
                        };
                        self.meaning(&revocation, certificate)
                    }
                    Status::Unknown => {
                        denied = true;
                        continue;
                    }
                };
                let newer = newest.is_none_or(|(known, word)| {
                    of > known || of == known && matches!(word, Outcome::Good(_))
                });
                if newer {
                    newest = Some((of, outcome));
                }
            }
        }
        (newest, denied)
    }

    /// Whether an answer may be believed, by its dates, its nonce and its signer, or why not.
    fn fate_of(
        &mut self,
        answered: &Answered,
        answer: &Answer,
        certificate: &Certificate,
        path: &Path,
        place: usize,
    ) -> Fate {
        let response = answered.response.facts();
        if response.has_unknown_critical {
            return Fate::CriticalExtension;
        }
        if answered.is_to_another_question() {
            return Fate::OtherNonce;
        }
        let until = answer
            .next_update
            .unwrap_or(answer.this_update + self.freshness.longest_without_next_update);
        if !self.is_past(response.produced_at) || !self.is_past(answer.this_update) {
            Fate::FromTheFuture
        } else if !self.is_fresh(answer.this_update, until, certificate) {
            Fate::RanOut
        } else if !self.is_authorised(answered, path, place, None) {
            Fate::NotSigned
        } else {
            Fate::Used
        }
    }

    /// Whether the answer is signed by the issuer of the certificate or by a responder that this
    /// issuer has charged with answering (RFC 6960, section 4.2.2.2). Where a moment is given, it is
    /// that of an answer that holds for good: the responder was in charge then, and may not be now.
    fn is_authorised(
        &mut self,
        answered: &Answered,
        path: &Path,
        place: usize,
        told: Option<DateTime<Utc>>,
    ) -> bool {
        let response = answered.response.facts();
        let issuer = path.issuer_of(place);
        let may_answer = |issuer: &Certificate| {
            issuer.key_usage().is_none_or(|usage| {
                usage.digital_signature() || usage.non_repudiation() || usage.crl_signing()
            })
        };
        if response.responder.is(issuer)
            && may_answer(issuer)
            && self.signed_answer(answered, issuer)
        {
            return true;
        }
        let candidates: Vec<Certificate> = response
            .certificates
            .iter()
            .chain(self.intermediates)
            .cloned()
            .collect();
        candidates.iter().any(|candidate| {
            response.responder.is(candidate)
                && self.is_charged(candidate, issuer, told)
                && self.signed_answer(answered, candidate)
                && self.responder_is_good(candidate, path, place, told.is_some())
        })
    }

    fn signed_answer(&mut self, answered: &Answered, signer: &Certificate) -> bool {
        let response = answered.response.facts();
        let Ok(scheme) = response.scheme else {
            return false;
        };
        !scheme.is_broken()
            && self.effort.spend()
            && signer.public_key().is_ok_and(|key| {
                !key.is_weak()
                    && key
                        .verify(scheme, &response.tbs, &response.signature)
                        .is_ok()
            })
    }

    /// Whether a certificate says, in the name of this issuer, that its key answers for it.
    fn is_charged(
        &mut self,
        responder: &Certificate,
        issuer: &Certificate,
        told: Option<DateTime<Utc>>,
    ) -> bool {
        let extensions = responder.extensions();
        let may_sign = responder
            .key_usage()
            .is_none_or(|usage| usage.digital_signature() || usage.non_repudiation());
        let for_answering = responder
            .extended_key_usage()
            .is_some_and(|usages| usages.iter().any(|usage| *usage == known::OCSP_SIGNING));
        let valid =
            |moment| responder.not_before() <= moment && is_within(moment, responder.not_after());
        let Ok(scheme) = responder.signature_scheme() else {
            return false;
        };
        for_answering
            && may_sign
            && extensions.unknown_critical.is_empty()
            && responder.issuer().matches(issuer.subject())
            && (valid(self.at) || valid(self.now) || told.is_some_and(valid))
            && !scheme.is_broken()
            && self.effort.spend()
            && issuer.public_key().is_ok_and(|key| {
                key.verify(scheme, responder.tbs(), responder.signature())
                    .is_ok()
            })
    }

    /// A responder either need not be checked, by the word of its certificate, or must be found
    /// good by a list. It cannot vouch for itself. A revocation that it told for good counts unless
    /// the responder is known to be revoked: the lists of then need not be at hand.
    fn responder_is_good(
        &mut self,
        responder: &Certificate,
        path: &Path,
        place: usize,
        told_for_good: bool,
    ) -> bool {
        if responder.extensions().ocsp_no_check {
            return true;
        }
        if self.asking.len() >= DEEPEST {
            return false;
        }
        let above = path.certificates().get(place + 1..).unwrap_or_default();
        let mut certificates = vec![responder.clone()];
        certificates.extend_from_slice(above);
        let path = Path {
            certificates,
            anchor: path.anchor().clone(),
        };
        self.asking.push(responder.clone());
        let listed = self.lists(responder, &path, 0);
        self.asking.pop();
        match listed {
            Listed::Good => true,
            Listed::Revoked(revocation) => {
                matches!(self.meaning(&revocation, responder), Outcome::Good(_))
            }
            Listed::Unknown => told_for_good,
        }
    }

    // Lists

    fn lists(&mut self, certificate: &Certificate, path: &Path, place: usize) -> Listed {
        let lists = self.complete_lists(certificate);
        let mut covered = 0;
        for point in &points_of(certificate) {
            for Dated { of, list, delta } in &lists {
                let Some(reasons) = reasons_covered(list, point, certificate) else {
                    continue;
                };
                if reasons & !covered == 0 {
                    continue;
                }
                let until = list.next_update.unwrap_or(list.this_update);
                let fresh = self.is_fresh(list.this_update, until, certificate);
                let stale = if self.is_past(list.this_update) {
                    Fate::RanOut
                } else {
                    Fate::FromTheFuture
                };
                // A list that ran out is still the base of a fresh delta list.
                if !fresh && delta.is_none() {
                    self.note(list, stale);
                    continue;
                }
                let Some(signer) = self.signer_of(list, path, place, None) else {
                    self.note(
                        list,
                        match list.has_unknown_critical {
                            true => Fate::CriticalExtension,
                            false => Fate::NotSigned,
                        },
                    );
                    continue;
                };
                let delta = delta.filter(|delta| {
                    let signed = self.is_signed(delta, &signer);
                    self.note(delta, if signed { Fate::Used } else { Fate::NotSigned });
                    signed
                });
                if !fresh && delta.is_none() {
                    self.note(list, stale);
                    continue;
                }
                self.note(list, Fate::Used);
                if let Some(entry) = entry_of(list, delta, certificate) {
                    let revocation = Revocation {
                        source: RevocationSource::Crl,
                        at: entry.revoked_at,
                        reason: entry.reason,
                        known: *of,
                    };
                    return Listed::Revoked(revocation);
                }
                covered |= reasons;
                if covered == ALL_REASONS {
                    return Listed::Good;
                }
            }
        }
        Listed::Unknown
    }

    fn note(&self, list: &List, fate: Fate) {
        let mut lists = self.evidence.crls.iter().map(Crl::facts);
        if let Some(place) = lists.position(|known| std::ptr::eq(known, list)) {
            self.fates.of_list(place, fate);
        }
    }

    /// The complete lists, each with its newest delta list; those of which more is known first.
    fn complete_lists(&self, certificate: &Certificate) -> Vec<Dated<'a>> {
        let evidence = self.evidence;
        let mut lists: Vec<Dated<'a>> = evidence
            .crls
            .iter()
            .map(Crl::facts)
            .filter(|list| list.base.is_none())
            .map(|list| {
                let delta = self.delta_for(list, certificate);
                let of = delta.map_or(list.this_update, |delta| delta.this_update);
                Dated { of, list, delta }
            })
            .collect();
        lists.sort_by_key(|dated| std::cmp::Reverse(dated.of));
        lists
    }

    /// The newest delta list that builds on this complete list.
    fn delta_for(&self, complete: &List, certificate: &Certificate) -> Option<&'a List> {
        let number = complete.number.as_deref()?;
        let evidence = self.evidence;
        evidence
            .crls
            .iter()
            .map(Crl::facts)
            .filter(|delta| {
                delta
                    .base
                    .as_deref()
                    .is_some_and(|base| not_above(base, number))
                    && delta
                        .number
                        .as_deref()
                        .is_some_and(|newer| !not_above(newer, number))
                    && delta.issuer.matches(&complete.issuer)
                    && delta.scope == complete.scope
                    && delta.authority_key == complete.authority_key
                    && !delta.has_unknown_critical
                    && self.is_fresh(
                        delta.this_update,
                        delta.next_update.unwrap_or(delta.this_update),
                        certificate,
                    )
            })
            .max_by_key(|delta| delta.this_update)
    }

    /// The certificate whose key signed the list, if it may sign lists for the issuer the list
    /// names and has itself a valid path to the same anchor. Where a moment is given, it is that of
    /// a list whose entry holds for good: the path may be one of then.
    fn signer_of(
        &mut self,
        list: &List,
        path: &Path,
        place: usize,
        told: Option<DateTime<Utc>>,
    ) -> Option<Certificate> {
        if list.has_unknown_critical {
            return None;
        }
        // The authorities of the path, which are judged along with it anyway.
        let anchor = path.anchor().certificate();
        let above = path.certificates().get(place + 1..).unwrap_or_default();
        for candidate in above.iter().chain([anchor]) {
            if may_sign_lists(candidate, &list.issuer) && self.is_signed(list, candidate) {
                return Some(candidate.clone());
            }
        }
        let others: Vec<Certificate> = self
            .intermediates
            .iter()
            .filter(|candidate| may_sign_lists(candidate, &list.issuer))
            .cloned()
            .collect();
        others.into_iter().find(|candidate| {
            self.is_signed(list, candidate) && self.has_valid_path(candidate, path.anchor(), told)
        })
    }

    fn is_signed(&mut self, list: &List, signer: &Certificate) -> bool {
        let Ok(scheme) = list.scheme else {
            return false;
        };
        !scheme.is_broken()
            && signer.public_key().is_ok_and(|key| {
                !key.is_weak()
                    && self.effort.spend()
                    && key.verify(scheme, list.tbs(), &list.signature).is_ok()
            })
    }

    fn has_valid_path(
        &mut self,
        signer: &Certificate,
        anchor: &TrustAnchor,
        told: Option<DateTime<Utc>>,
    ) -> bool {
        let known = self
            .outsiders
            .iter()
            .find(|known| known.certificate == *signer && known.told == told);
        if let Some(known) = known {
            // In the course of finding out, a key may speak of its own certificate, as those do
            // whose list is also about themselves; of nobody else's.
            return known.good.unwrap_or_else(|| self.asking.contains(signer));
        }
        if self.outsiders.len() >= MOST_OUTSIDERS {
            return false;
        }
        let place = self.outsiders.len();
        self.outsiders.push(Outsider {
            certificate: signer.clone(),
            told,
            good: None,
        });
        let good = self.is_good_outsider(signer, anchor, told);
        if let Some(outsider) = self.outsiders.get_mut(place) {
            outsider.good = Some(good);
        }
        good
    }

    fn is_good_outsider(
        &mut self,
        signer: &Certificate,
        anchor: &TrustAnchor,
        told: Option<DateTime<Utc>>,
    ) -> bool {
        let anchors = TrustAnchors::new(vec![anchor.clone()]);
        let find = |at| {
            let policy = PathPolicy::at(at);
            path::find_where(
                signer,
                &anchors,
                self.intermediates,
                &policy,
                &self.effort,
                |_| Ok(()),
            )
        };
        let found = find(self.at).or_else(|error| told.map_or(Err(error), find));
        let Ok(found) = found else { return false };
        (0..found.certificates().len()).all(|place| {
            let asked = found.certificates().get(place);
            asked.is_some_and(|certificate| self.asking.contains(certificate))
                || match self.certificate(&found, place) {
                    Outcome::Good(_) => true,
                    Outcome::Unknown => told.is_some(),
                    Outcome::Revoked(..) | Outcome::Held(..) | Outcome::NeverIssued(_) => false,
                }
        })
    }
}
