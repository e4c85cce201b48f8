//! The extensions of certificates, by the table of the national profile.

use super::encoding::context_primitive;
use super::{Profile, Services};
use crate::asn1::{self, context, integer_u64, known, null, octet_string, oid, sequence, tag, tlv};
use crate::certificate::KindOfUser;
use const_oid::ObjectIdentifier;

/// id-qt-cps
const CPS_QUALIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1");
const POLICY_NATIONAL: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.398.3.3.2");
const POLICY_LEGAL_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.398.3.3.2.1");
const POLICY_LEGAL_LOGIN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.398.3.3.2.2");
const POLICY_PERSON_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.398.3.3.2.3");
const POLICY_PERSON_LOGIN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.398.3.3.2.4");

pub(crate) fn extension(kind: &ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical {
        tlv(tag::BOOLEAN, &[&[0xff]])
    } else {
        Vec::new()
    };
    sequence(&[&oid(kind), &critical, &octet_string(value)])
}

pub(crate) fn basic_constraints_authority(path_length: Option<u8>) -> Vec<u8> {
    let limit = path_length
        .map(|limit| integer_u64(u64::from(limit)))
        .unwrap_or_default();
    let value = sequence(&[&tlv(tag::BOOLEAN, &[&[0xff]]), &limit]);
    extension(&known::BASIC_CONSTRAINTS, true, &value)
}

/// digitalSignature
pub(super) fn key_usage_service() -> Vec<u8> {
    extension(
        &known::KEY_USAGE,
        true,
        &tlv(tag::BIT_STRING, &[&[7, 0b1000_0000]]),
    )
}

pub(crate) fn only_usage(usage: &ObjectIdentifier, critical: bool) -> Vec<u8> {
    extension(
        &known::EXTENDED_KEY_USAGE,
        critical,
        &sequence(&[&oid(usage)]),
    )
}

pub(super) fn ocsp_no_check() -> Vec<u8> {
    extension(&known::OCSP_NO_CHECK, false, &null())
}

/// keyCertSign and cRLSign
pub(crate) fn key_usage_authority() -> Vec<u8> {
    extension(
        &known::KEY_USAGE,
        true,
        &tlv(tag::BIT_STRING, &[&[1, 0b0000_0110]]),
    )
}

pub(super) fn subject_key_identifier(identifier: &[u8]) -> Vec<u8> {
    extension(
        &known::SUBJECT_KEY_IDENTIFIER,
        false,
        &octet_string(identifier),
    )
}

pub(super) fn authority_key_identifier(identifier: &[u8]) -> Vec<u8> {
    let value = sequence(&[&context_primitive(0, identifier)]);
    extension(&known::AUTHORITY_KEY_IDENTIFIER, false, &value)
}

pub(super) fn key_usage(profile: Profile) -> Vec<u8> {
    let bits: &[u8] = match profile {
        // digitalSignature, keyEncipherment
        Profile::AuthRsa => &[5, 0b1010_0000],
        // digitalSignature, nonRepudiation
        Profile::SignRsa => &[6, 0b1100_0000],
        // digitalSignature, nonRepudiation, keyEncipherment
        Profile::Gost512 => &[5, 0b1110_0000],
    };
    extension(&known::KEY_USAGE, true, &tlv(tag::BIT_STRING, &[bits]))
}

pub(super) fn extended_key_usage(profile: Profile, kind: KindOfUser) -> Vec<u8> {
    let purpose = match profile {
        Profile::AuthRsa => known::CLIENT_AUTH,
        Profile::SignRsa | Profile::Gost512 => known::EMAIL_PROTECTION,
    };
    let kinds: &[ObjectIdentifier] = match kind {
        KindOfUser::Person => &[known::PERSON],
        KindOfUser::LegalEntity => &[known::LEGAL_ENTITY],
        KindOfUser::LegalEntityHead => &[known::LEGAL_ENTITY, known::LEGAL_ENTITY_HEAD],
        KindOfUser::LegalEntityRightToSign => {
            &[known::LEGAL_ENTITY, known::LEGAL_ENTITY_RIGHT_TO_SIGN]
        }
        KindOfUser::LegalEntityEmployee => &[known::LEGAL_ENTITY, known::LEGAL_ENTITY_EMPLOYEE],
    };
    let usages: Vec<Vec<u8>> = std::iter::once(&purpose).chain(kinds).map(oid).collect();
    let parts: Vec<&[u8]> = usages.iter().map(Vec::as_slice).collect();
    extension(&known::EXTENDED_KEY_USAGE, false, &sequence(&parts))
}

pub(super) fn policies(profile: Profile, legal: bool) -> Vec<u8> {
    let policy = match (profile, legal) {
        (Profile::AuthRsa, false) => POLICY_PERSON_LOGIN,
        (Profile::AuthRsa, true) => POLICY_LEGAL_LOGIN,
        (Profile::SignRsa, false) => POLICY_PERSON_SIGNING,
        (Profile::SignRsa, true) => POLICY_LEGAL_SIGNING,
        (Profile::Gost512, _) => POLICY_NATIONAL,
    };
    let statement = tlv(tag::IA5_STRING, &[b"http://127.0.0.1:8080/"]);
    let qualifier = sequence(&[&oid(&CPS_QUALIFIER), &statement]);
    let information = sequence(&[&oid(&policy), &sequence(&[&qualifier])]);
    extension(
        &known::CERTIFICATE_POLICIES,
        false,
        &sequence(&[&information]),
    )
}

/// Where the services are: revocation lists, delta lists, issuer and responder.
pub(super) fn addresses(services: &Services) -> Vec<Vec<u8>> {
    let uri = |address: &str| context_primitive(6, address.as_bytes());
    let point = |address: &str| {
        let name = context(0, &[&context(0, &[&uri(address)])]);
        sequence(&[&sequence(&[&name])])
    };
    let mut list = Vec::new();
    if let Some(address) = &services.crl {
        list.push(extension(
            &known::CRL_DISTRIBUTION_POINTS,
            false,
            &point(address),
        ));
    }
    if let Some(address) = &services.delta_crl {
        list.push(extension(&known::FRESHEST_CRL, false, &point(address)));
    }
    let access: Vec<Vec<u8>> = [
        (known::CA_ISSUERS, &services.certificate),
        (known::OCSP, &services.ocsp),
    ]
    .into_iter()
    .filter_map(|(method, address)| {
        address
            .as_ref()
            .map(|address| sequence(&[&oid(&method), &uri(address)]))
    })
    .collect();
    if !access.is_empty() {
        let parts: Vec<&[u8]> = access.iter().map(Vec::as_slice).collect();
        list.push(extension(
            &known::AUTHORITY_INFO_ACCESS,
            false,
            &asn1::sequence(&parts),
        ));
    }
    list
}
