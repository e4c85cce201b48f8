//! Object identifiers.

use super::Asn1Error;
use const_oid::ObjectIdentifier;
use smallvec::SmallVec;
use std::fmt;

/// Longer identifiers, which are rare, are kept elsewhere in memory.
const INLINE: usize = 22;

/// An object identifier as it came: of any length, with arcs of any size.
///
/// Certificates may name policies that no fixed-size type can hold; they must be compared, not
/// understood.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(SmallVec<[u8; INLINE]>);

impl Oid {
    /// Takes the contents of an OBJECT IDENTIFIER.
    pub(crate) fn from_contents(bytes: &[u8]) -> Result<Self, Asn1Error> {
        let ends = bytes.last().is_some_and(|last| last & 0x80 == 0);
        let mut at_start = true;
        let mut padded = false;
        for byte in bytes {
            padded |= at_start && *byte == 0x80;
            at_start = byte & 0x80 == 0;
        }
        if ends && !padded {
            Ok(Self(SmallVec::from_slice(bytes)))
        } else {
            Err(Asn1Error::NotDer("object identifier"))
        }
    }

    /// Reads the dotted form (`2.5.29.32.0`).
    pub fn parse(dotted: &str) -> Option<Self> {
        let mut arcs = dotted.split('.').map(|arc| arc.parse::<u64>().ok());
        let (root, second) = (arcs.next()??, arcs.next()??);
        if root > 2 || (root < 2 && second >= 40) {
            return None;
        }
        let mut bytes = Vec::new();
        push_arc(&mut bytes, second.checked_add(root * 40)?);
        for arc in arcs {
            push_arc(&mut bytes, arc?);
        }
        Some(Self(SmallVec::from_vec(bytes)))
    }

    /// The contents of the OBJECT IDENTIFIER.
    pub fn contents(&self) -> &[u8] {
        &self.0
    }

    /// The name by which people know an algorithm, when it is one we can name.
    pub fn name(&self) -> Option<&'static str> {
        if self.starts_with(&known::GOST_2004_ARC) {
            return Some("GOST 34.310-2004");
        }
        known::NAMES
            .iter()
            .find(|(oid, _)| self == oid)
            .map(|(_, name)| *name)
    }

    /// The name, or the dotted form of what has none here.
    pub fn describe(&self) -> String {
        match self.name() {
            Some(name) => format!("{name} ({self})"),
            None => self.to_string(),
        }
    }

    /// Whether the identifier lies under the arc whose contents are given.
    pub(crate) fn starts_with(&self, arc: &ObjectIdentifier) -> bool {
        self.0.starts_with(arc.as_bytes())
    }
}

/// Seven bits in each octet, the most significant first; the last octet has no high bit.
fn push_arc(bytes: &mut Vec<u8>, arc: u64) {
    let groups = (u64::BITS - arc.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let [.., low] = (arc >> (7 * group)).to_be_bytes();
        let more = if group == 0 { 0 } else { 0x80 };
        bytes.push(low & 0x7f | more);
    }
}

impl From<&ObjectIdentifier> for Oid {
    fn from(oid: &ObjectIdentifier) -> Self {
        Self(SmallVec::from_slice(oid.as_bytes()))
    }
}

impl PartialEq<ObjectIdentifier> for Oid {
    fn eq(&self, other: &ObjectIdentifier) -> bool {
        self.0.as_slice() == other.as_bytes()
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value: u128 = 0;
        let mut first = true;
        for byte in &self.0 {
            if value > u128::MAX >> 8 {
                return write!(f, "(an identifier with an arc too large to print)");
            }
            value = value << 7 | u128::from(byte & 0x7f);
            if byte & 0x80 != 0 {
                continue;
            }
            if first {
                let root = (value / 40).min(2);
                write!(f, "{root}.{}", value - root * 40)?;
                first = false;
            } else {
                write!(f, ".{value}")?;
            }
            value = 0;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

impl serde::Serialize for Oid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The identifiers this crate knows, each written once.
pub(crate) mod known {
    use const_oid::ObjectIdentifier;

    macro_rules! identifiers {
        ($($constant:ident = $dotted:literal $(, $name:literal)?;)*) => {
            $(pub(crate) const $constant: ObjectIdentifier =
                ObjectIdentifier::new_unwrap($dotted);)*
            /// Those that have a name worth telling a person.
            pub(super) const NAMES: &[(ObjectIdentifier, &str)] =
                &[$($(($constant, $name),)?)*];
        };
    }

    identifiers! {
        // Public keys and signatures
        RSA_ENCRYPTION = "1.2.840.113549.1.1.1", "RSA";
        MD5_WITH_RSA = "1.2.840.113549.1.1.4", "md5WithRSA";
        SHA1_WITH_RSA = "1.2.840.113549.1.1.5", "sha1WithRSA";
        RSA_PSS = "1.2.840.113549.1.1.10", "RSASSA-PSS";
        MGF1 = "1.2.840.113549.1.1.8", "MGF1";
        SHA256_WITH_RSA = "1.2.840.113549.1.1.11", "sha256WithRSA";
        SHA384_WITH_RSA = "1.2.840.113549.1.1.12", "sha384WithRSA";
        SHA512_WITH_RSA = "1.2.840.113549.1.1.13", "sha512WithRSA";
        SHA224_WITH_RSA = "1.2.840.113549.1.1.14", "sha224WithRSA";
        DSA = "1.2.840.10040.4.1", "DSA";
        DSA_WITH_SHA1 = "1.2.840.10040.4.3", "dsaWithSHA1";
        DSA_WITH_SHA256 = "2.16.840.1.101.3.4.3.2", "dsaWithSHA256";
        EC = "1.2.840.10045.2.1", "EC";
        ECDSA_WITH_SHA1 = "1.2.840.10045.4.1", "ecdsaWithSHA1";
        ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2", "ecdsaWithSHA256";
        ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3", "ecdsaWithSHA384";
        ECDSA_WITH_SHA512 = "1.2.840.10045.4.3.4", "ecdsaWithSHA512";
        ED25519 = "1.3.101.112", "Ed25519";
        GOST_2015_512_KEY = "1.2.398.3.10.1.1.2.2", "GOST R 34.10-2015 (512)";
        GOST_2015_512_PARAMS = "1.2.398.3.10.1.1.2.2.1", "GOST R 34.10-2015 (512) parameter set";
        GOST_2015_512_SIGNATURE = "1.2.398.3.10.1.1.2.3.2", "GOST R 34.10-2015 (512) signature";
        GOST_2004_ARC = "1.2.398.3.10.1.1.1";
        GOST_2015_256_KEY = "1.2.398.3.10.1.1.2.1", "GOST R 34.10-2015 (256)";
        RUSSIAN_GOST_256 = "1.2.643.7.1.1.1.1", "GOST R 34.10-2012 (256) of the Russian profile";
        RUSSIAN_GOST_512 = "1.2.643.7.1.1.1.2", "GOST R 34.10-2012 (512) of the Russian profile";

        // Digests and MACs
        MD5 = "1.2.840.113549.2.5", "MD5";
        SHA1 = "1.3.14.3.2.26", "SHA-1";
        SHA224 = "2.16.840.1.101.3.4.2.4", "SHA-224";
        SHA256 = "2.16.840.1.101.3.4.2.1", "SHA-256";
        SHA384 = "2.16.840.1.101.3.4.2.2", "SHA-384";
        SHA512 = "2.16.840.1.101.3.4.2.3", "SHA-512";
        STREEBOG512 = "1.2.398.3.10.1.3.3", "GOST R 34.11-2015 (512)";
        HMAC_SHA1 = "1.2.840.113549.2.7", "HMAC-SHA-1";
        HMAC_SHA224 = "1.2.840.113549.2.8", "HMAC-SHA-224";
        HMAC_SHA256 = "1.2.840.113549.2.9", "HMAC-SHA-256";
        HMAC_SHA384 = "1.2.840.113549.2.10", "HMAC-SHA-384";
        HMAC_SHA512 = "1.2.840.113549.2.11", "HMAC-SHA-512";

        // Password-based encryption
        PBKDF2 = "1.2.840.113549.1.5.12", "PBKDF2";
        PBES2 = "1.2.840.113549.1.5.13", "PBES2";
        PBMAC1 = "1.2.840.113549.1.5.14", "PBMAC1";
        SCRYPT = "1.3.6.1.4.1.11591.4.11", "scrypt";
        AES128_CBC = "2.16.840.1.101.3.4.1.2", "AES-128-CBC";
        AES192_CBC = "2.16.840.1.101.3.4.1.22", "AES-192-CBC";
        AES256_CBC = "2.16.840.1.101.3.4.1.42", "AES-256-CBC";
        DES_CBC = "1.3.14.3.2.7", "DES-CBC";
        DES_EDE3_CBC = "1.2.840.113549.3.7", "3DES-CBC";
        RC2_CBC = "1.2.840.113549.3.2", "RC2-CBC";
        PBE_SHA1_RC4_128 = "1.2.840.113549.1.12.1.1", "pbeWithSHA1And128BitRC4";
        PBE_SHA1_RC4_40 = "1.2.840.113549.1.12.1.2", "pbeWithSHA1And40BitRC4";
        PBE_SHA1_3DES = "1.2.840.113549.1.12.1.3", "pbeWithSHA1And3-KeyTripleDES-CBC";
        PBE_SHA1_2DES = "1.2.840.113549.1.12.1.4", "pbeWithSHA1And2-KeyTripleDES-CBC";
        PBE_SHA1_RC2_128 = "1.2.840.113549.1.12.1.5", "pbeWithSHA1And128BitRC2-CBC";
        PBE_SHA1_RC2_40 = "1.2.840.113549.1.12.1.6", "pbeWithSHA1And40BitRC2-CBC";
        PBE_MD5_DES = "1.2.840.113549.1.5.3", "pbeWithMD5AndDES-CBC";

        // PKCS#7, PKCS#12
        DATA = "1.2.840.113549.1.7.1";
        SIGNED_DATA = "1.2.840.113549.1.7.2", "SignedData";
        ENVELOPED_DATA = "1.2.840.113549.1.7.3", "EnvelopedData";
        ENCRYPTED_DATA = "1.2.840.113549.1.7.6", "EncryptedData";
        KEY_BAG = "1.2.840.113549.1.12.10.1.1";
        SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
        CERT_BAG = "1.2.840.113549.1.12.10.1.3";
        CRL_BAG = "1.2.840.113549.1.12.10.1.4";
        SECRET_BAG = "1.2.840.113549.1.12.10.1.5";
        SAFE_CONTENTS_BAG = "1.2.840.113549.1.12.10.1.6";
        X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
        FRIENDLY_NAME = "1.2.840.113549.1.9.20";

        // CMS attributes
        CONTENT_TYPE = "1.2.840.113549.1.9.3";
        MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
        SIGNING_TIME = "1.2.840.113549.1.9.5";
        SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
        SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
        SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14";
        COUNTER_SIGNATURE = "1.2.840.113549.1.9.6", "counterSignature";
        CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23", "certificateValues";
        REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24", "revocationValues";
        TST_INFO = "1.2.840.113549.1.9.16.1.4", "time stamp token";

        // Names
        COMMON_NAME = "2.5.4.3", "CN";
        SURNAME = "2.5.4.4", "SURNAME";
        SERIAL_NUMBER = "2.5.4.5", "serialNumber";
        COUNTRY = "2.5.4.6", "C";
        LOCALITY = "2.5.4.7", "L";
        STATE = "2.5.4.8", "ST";
        ORGANISATION = "2.5.4.10", "O";
        ORGANISATIONAL_UNIT = "2.5.4.11", "OU";
        GIVEN_NAME = "2.5.4.42", "GN";
        EMAIL_ADDRESS = "1.2.840.113549.1.9.1", "E";
        DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25", "DC";

        // Certificate and CRL extensions
        SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
        KEY_USAGE = "2.5.29.15";
        SUBJECT_ALT_NAME = "2.5.29.17";
        ISSUER_ALT_NAME = "2.5.29.18";
        BASIC_CONSTRAINTS = "2.5.29.19";
        CRL_NUMBER = "2.5.29.20";
        REASON_CODE = "2.5.29.21";
        INVALIDITY_DATE = "2.5.29.24";
        DELTA_CRL_INDICATOR = "2.5.29.27";
        ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
        CERTIFICATE_ISSUER = "2.5.29.29";
        NAME_CONSTRAINTS = "2.5.29.30";
        CRL_DISTRIBUTION_POINTS = "2.5.29.31";
        CERTIFICATE_POLICIES = "2.5.29.32";
        ANY_POLICY = "2.5.29.32.0";
        POLICY_MAPPINGS = "2.5.29.33";
        AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
        POLICY_CONSTRAINTS = "2.5.29.36";
        EXTENDED_KEY_USAGE = "2.5.29.37";
        FRESHEST_CRL = "2.5.29.46";
        INHIBIT_ANY_POLICY = "2.5.29.54";
        AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
        CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
        OCSP = "1.3.6.1.5.5.7.48.1";
        OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";
        OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2";
        OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
        OCSP_ENCLOSED = "1.3.6.1.5.5.7.16.2";

        // Extended key usages
        ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";
        CLIENT_AUTH = "1.3.6.1.5.5.7.3.2", "clientAuth";
        EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4", "emailProtection";
        TIME_STAMPING = "1.3.6.1.5.5.7.3.8", "timeStamping";
        OCSP_SIGNING = "1.3.6.1.5.5.7.3.9", "OCSPSigning";
        DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36", "documentSigning";

        // The national profile
        KIND_OF_USER_ARC = "1.2.398.3.3.4.1";
        PERSON = "1.2.398.3.3.4.1.1";
        LEGAL_ENTITY = "1.2.398.3.3.4.1.2";
        LEGAL_ENTITY_HEAD = "1.2.398.3.3.4.1.2.1";
        LEGAL_ENTITY_RIGHT_TO_SIGN = "1.2.398.3.3.4.1.2.2";
        LEGAL_ENTITY_EMPLOYEE = "1.2.398.3.3.4.1.2.5";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_it_reads() {
        for dotted in [
            "1.2.398.3.10.1.1.2.2",
            "2.5.29.32.0",
            "2.999.1",
            "0.9.2342.19200300.100.1.25",
        ] {
            assert_eq!(Oid::parse(dotted).unwrap().to_string(), dotted);
        }
    }

    #[test]
    fn refuses_what_is_no_identifier() {
        for text in [
            "",
            "1",
            "3.1",
            "1.40",
            "1.2.",
            "1.2.x",
            "1.-2",
            "2.18446744073709551615",
        ] {
            assert!(Oid::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn refuses_padding_and_open_ends() {
        assert!(Oid::from_contents(&[]).is_err());
        assert!(Oid::from_contents(&[0x2a, 0x80, 0x01]).is_err());
        assert!(Oid::from_contents(&[0x2a, 0x81]).is_err());
        assert!(Oid::from_contents(&[0x2a, 0x81, 0x01]).is_ok());
    }

    #[test]
    fn an_arc_of_any_size_is_kept() {
        let mut bytes = vec![0x2a];
        bytes.extend([0xff; 40]);
        bytes.push(0x7f);
        let oid = Oid::from_contents(&bytes).unwrap();
        assert_eq!(*oid.0, *bytes);
        assert!(oid.to_string().contains("too large"));
    }
}
