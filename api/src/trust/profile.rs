//! The national profile at the edge of the service: whose key it is, and what the policies of its
//! certificate say it is for. What a certificate does not say is not held against it, because
//! certificates without these fields are about; what it does say must fit.

use balabaqsha_pki::{
    Usage,
    certificate::{KindOfUser, Owner},
    verdict::SignerFacts,
};
use balabaqsha_shared::{code::Code, iin::Bin, rules::Violation, staff::StaffRole};
use chrono::{DateTime, Utc};

/// Policies of the national authority: who signs, who logs in.
const LEGAL_ENTITY_SIGNS: &str = "1.2.398.3.3.2.1";
const LEGAL_ENTITY_LOGS_IN: &str = "1.2.398.3.3.2.2";
const PERSON_SIGNS: &str = "1.2.398.3.3.2.3";
const PERSON_LOGS_IN: &str = "1.2.398.3.3.2.4";

/// The organisation for which a key acts, and what its holder is there (R19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// None where the certificate names no possible one.
    pub bin: Option<Bin>,
    pub role: StaffRole,
    pub certified_from: DateTime<Utc>,
    pub certified_until: DateTime<Utc>,
}

/// What the certificate says of an organisation; nothing where its holder acts for themselves.
pub fn organisation(signer: &SignerFacts) -> Option<Organisation> {
    let policies = &signer.policies;
    let says = |policy: &str| policies.iter().any(|named| named == policy);
    let entity_by_policy = says(LEGAL_ENTITY_SIGNS) || says(LEGAL_ENTITY_LOGS_IN);
    let owner = &signer.owner;
    (entity_by_policy || acts_for_legal_entity(owner)).then(|| Organisation {
        bin: owner.bin.as_deref().and_then(|bin| Bin::parse(bin).ok()),
        // Whoever is not named as the head is none.
        role: if owner.kinds.contains(&KindOfUser::LegalEntityHead) {
            StaffRole::Head
        } else {
            StaffRole::Employee
        },
        certified_from: signer.not_before,
        certified_until: signer.not_after,
    })
}

/// Why a key is not for this, if it is not. The usages of the key itself have been judged before. Whether the
/// organisation of a login is a kindergarten, the use case finds out.
pub fn violation(signer: &SignerFacts, usage: Usage, legal_entity_keys: bool) -> Option<Violation> {
    let policies = &signer.policies;
    let says = |policy: &str| policies.iter().any(|named| named == policy);
    if organisation(signer).is_some() && usage != Usage::Login && !legal_entity_keys {
        return Some(Violation::new(Code::KeyOfLegalEntity));
    }
    let signs = says(PERSON_SIGNS) || says(LEGAL_ENTITY_SIGNS);
    let logs_in = says(PERSON_LOGS_IN) || says(LEGAL_ENTITY_LOGS_IN);
    let fits = match usage {
        Usage::Login => logs_in || !signs,
        Usage::Signing => signs || !logs_in,
        Usage::Any => true,
    };
    (!fits).then(|| {
        Violation::new(Code::WrongKeyPurpose).with("sub_indication", "CHAIN_CONSTRAINTS_FAILURE")
    })
}

/// Whether the holder has the key for an organisation.
fn acts_for_legal_entity(owner: &Owner) -> bool {
    owner.bin.is_some() || owner.kinds.iter().any(|kind| *kind != KindOfUser::Person)
}
