//! Certificate policies (RFC 5280, section 6.1, with the graph of RFC 9618 in place of the tree,
//! which a hostile chain could make grow without bound).

use super::{PathError, PathPolicy};
use crate::asn1::{Oid, known};
use crate::certificate::Certificate;
use std::collections::{BTreeMap, BTreeSet};

/// Policies or mappings of one certificate, at most.
const MOST_POLICIES: usize = 256;

/// A policy at one level of the graph.
#[derive(Debug, Default)]
struct Node {
    /// What this policy is called one level further down.
    expected: BTreeSet<Oid>,
    /// The policies of the level above that lead here.
    parents: BTreeSet<Oid>,
}

type Level = BTreeMap<Oid, Node>;

pub(super) struct PolicyState {
    any: Oid,
    acceptable: Option<BTreeSet<Oid>>,
    /// The levels of the graph above the current one, the anchor's first.
    above: Vec<Level>,
    /// Empty when no policy is valid any more.
    current: Level,
    explicit: usize,
    mapping: usize,
    inhibit_any: usize,
    length: usize,
}

impl PolicyState {
    /// Whether policies can have a say in a path: somebody asks for one, or a mapping may be wrong.
    /// Else the counter `explicit` stays above nought to the end, and every policy is as good.
    pub(super) fn is_needed(policy: &PathPolicy, chain: &[Certificate]) -> bool {
        policy.explicit_policy
            || chain.iter().map(Certificate::extensions).any(|extensions| {
                let constraints = extensions.policy_constraints.unwrap_or_default();
                constraints.require_explicit.is_some() || extensions.policy_mappings.is_some()
            })
    }

    pub(super) fn new(policy: &PathPolicy, length: usize) -> Self {
        let any = Oid::from(&known::ANY_POLICY);
        let from_the_start = |set: bool| if set { 0 } else { length + 1 };
        let root = Node {
            expected: BTreeSet::from([any.clone()]),
            parents: BTreeSet::new(),
        };
        Self {
            acceptable: policy
                .initial_policies
                .as_ref()
                .filter(|policies| !policies.contains(&any))
                .map(|policies| policies.iter().cloned().collect()),
            above: Vec::new(),
            current: Level::from([(any.clone(), root)]),
            any,
            explicit: from_the_start(policy.explicit_policy),
            mapping: from_the_start(policy.inhibit_policy_mapping),
            inhibit_any: from_the_start(policy.inhibit_any_policy),
            length,
        }
    }

    /// Section 6.1.3, steps d to f. `depth` counts from 1.
    pub(super) fn take(
        &mut self,
        certificate: &Certificate,
        depth: usize,
        self_issued: bool,
    ) -> Result<(), PathError> {
        let subject = || certificate.subject().to_string();
        let mut level = Level::new();
        if let Some(policies) = &certificate.extensions().policies {
            if policies.len() > MOST_POLICIES {
                return Err(PathError::TooCostly { subject: subject() });
            }
            let any = &self.any;
            let above = &self.current;
            let mut leading: BTreeMap<&Oid, BTreeSet<&Oid>> = BTreeMap::new();
            for (policy, node) in above.iter() {
                for expected in &node.expected {
                    leading.entry(expected).or_default().insert(policy);
                }
            }
            let node = |policy: &Oid, parents: &BTreeSet<&Oid>| Node {
                expected: BTreeSet::from([policy.clone()]),
                parents: parents.iter().map(|parent| (*parent).clone()).collect(),
            };
            for policy in policies.iter().filter(|policy| *policy != any) {
                if let Some(parents) = leading.get(policy) {
                    level.insert(policy.clone(), node(policy, parents));
                } else if above.contains_key(any) {
                    level.insert(policy.clone(), node(policy, &BTreeSet::from([any])));
                }
            }
            let any_counts = self.inhibit_any > 0 || (depth < self.length && self_issued);
            if policies.contains(any) && any_counts {
                for (policy, above_node) in above {
                    for expected in &above_node.expected {
                        if policies.contains(expected) && expected != any {
                            continue;
                        }
                        let entry = level.entry(expected.clone()).or_insert_with(|| Node {
                            expected: BTreeSet::from([expected.clone()]),
                            parents: BTreeSet::new(),
                        });
                        entry.parents.insert(policy.clone());
                    }
                }
            }
        }
        self.above.push(std::mem::replace(&mut self.current, level));
        if self.explicit == 0 && self.current.is_empty() {
            return Err(PathError::Policy { subject: subject() });
        }
        Ok(())
    }

    /// Section 6.1.4, steps a, b and h to j: before the next certificate.
    pub(super) fn prepare(
        &mut self,
        certificate: &Certificate,
        self_issued: bool,
    ) -> Result<(), PathError> {
        let extensions = certificate.extensions();
        if let Some(mappings) = &extensions.policy_mappings {
            self.map(certificate, mappings)?;
        }
        if !self_issued {
            self.explicit = self.explicit.saturating_sub(1);
            self.mapping = self.mapping.saturating_sub(1);
            self.inhibit_any = self.inhibit_any.saturating_sub(1);
        }
        let limit = |counter: &mut usize, limit: Option<u32>| {
            if let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok()) {
                *counter = limit.min(*counter);
            }
        };
        let constraints = extensions.policy_constraints.unwrap_or_default();
        limit(&mut self.explicit, constraints.require_explicit);
        limit(&mut self.mapping, constraints.inhibit_mapping);
        limit(&mut self.inhibit_any, extensions.inhibit_any_policy);
        Ok(())
    }

    fn map(&mut self, certificate: &Certificate, mappings: &[(Oid, Oid)]) -> Result<(), PathError> {
        let subject = || certificate.subject().to_string();
        if mappings.len() > MOST_POLICIES {
            return Err(PathError::TooCostly { subject: subject() });
        }
        let mut by_issuer: BTreeMap<&Oid, BTreeSet<Oid>> = BTreeMap::new();
        for (from, to) in mappings {
            if *from == self.any || *to == self.any {
                return Err(PathError::Policy { subject: subject() });
            }
            by_issuer.entry(from).or_default().insert(to.clone());
        }
        let allowed = self.mapping > 0;
        let any = self.any.clone();
        let level = &mut self.current;
        for (from, to) in by_issuer {
            if !allowed {
                level.remove(from);
            } else if let Some(node) = level.get_mut(from) {
                node.expected = to;
            } else if level.contains_key(&any) {
                let parents = BTreeSet::from([any.clone()]);
                level.insert(
                    from.clone(),
                    Node {
                        expected: to,
                        parents,
                    },
                );
            }
        }
        Ok(())
    }

    /// Section 6.1.5, steps a, b and g: after the last certificate.
    pub(super) fn finish(&mut self, certificate: &Certificate) -> Result<(), PathError> {
        self.explicit = self.explicit.saturating_sub(1);
        let constraints = certificate
            .extensions()
            .policy_constraints
            .unwrap_or_default();
        if constraints.require_explicit == Some(0) {
            self.explicit = 0;
        }
        if self.explicit > 0 || self.is_acceptable() {
            Ok(())
        } else {
            Err(PathError::Policy {
                subject: certificate.subject().to_string(),
            })
        }
    }

    /// Whether a policy that is acceptable to the verifier is valid along the whole path.
    fn is_acceptable(&self) -> bool {
        if self.current.is_empty() {
            return false;
        }
        let Some(acceptable) = &self.acceptable else {
            return true;
        };
        if self.current.contains_key(&self.any) {
            return true;
        }
        // Upwards along the edges: the policies in the verifier's own terms are those directly
        // below "any policy".
        let mut reached: BTreeSet<&Oid> = self.current.keys().collect();
        for level in std::iter::once(&self.current).chain(self.above.iter().rev()) {
            let mut next = BTreeSet::new();
            for policy in reached {
                let Some(node) = level.get(policy) else {
                    continue;
                };
                if *policy != self.any
                    && node.parents.contains(&self.any)
                    && acceptable.contains(policy)
                {
                    return true;
                }
                next.extend(&node.parents);
            }
            reached = next;
        }
        false
    }
}
