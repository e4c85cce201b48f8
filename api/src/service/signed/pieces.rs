//! What signed acts rest on (R17): certificates, answers about revocation, a time stamp.

use crate::trust::verdict::Signed;
use balabaqsha_pki::{
    Evidence,
    verdict::{ChainLink, Role},
};
use balabaqsha_shared::dto::EvidenceRole;
use balabaqsha_store::evidence::Piece;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// The pieces that an act is stored with.
pub(super) fn of(signed: &Signed, at: DateTime<Utc>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = signed
        .chain
        .iter()
        .map(|link| certificate(link, role(link.role), at))
        .collect();
    pieces.extend(answers(&signed.evidence, at));
    pieces
}

fn role(role: Role) -> EvidenceRole {
    match role {
        Role::Signer => EvidenceRole::Signer,
        Role::Authority => EvidenceRole::Authority,
        Role::Anchor => EvidenceRole::Anchor,
    }
}

pub(super) fn certificate(link: &ChainLink, role: EvidenceRole, at: DateTime<Utc>) -> Piece {
    piece(role, link.certificate.der(), at)
}

pub(super) fn answers(evidence: &Evidence, at: DateTime<Utc>) -> Vec<Piece> {
    let (lists, answers) = evidence.to_keep();
    let lists = lists.into_iter().map(|der| (EvidenceRole::Crl, der));
    let answers = answers.into_iter().map(|der| (EvidenceRole::Ocsp, der));
    lists
        .chain(answers)
        .map(|(role, der)| piece(role, der, at))
        .collect()
}

pub(super) fn piece(role: EvidenceRole, der: &[u8], added_at: DateTime<Utc>) -> Piece {
    Piece {
        role,
        sha256: Sha256::digest(der).to_vec(),
        der: der.to_vec(),
        added_at,
    }
}
