//! Keys from passwords: the derivation of PKCS#12 (RFC 7292, appendix B) and PBKDF2 (RFC 8018).

use crate::algorithm::Digest;
use hmac::Hmac;
use sha1::Sha1;
use sha2::digest::core_api::BlockSizeUser;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

/// What the derived octets are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Key,
    Iv,
    Mac,
}

impl Purpose {
    fn id(self) -> u8 {
        match self {
            Self::Key => 1,
            Self::Iv => 2,
            Self::Mac => 3,
        }
    }
}

/// The ways in which programs have turned a typed password into octets.
pub(crate) struct Encodings {
    utf8: Zeroizing<Vec<u8>>,
    wide: Vec<Zeroizing<Vec<u8>>>,
}

impl Encodings {
    pub(crate) fn of(password: &str) -> Self {
        let utf8 = Zeroizing::new(password.as_bytes().to_vec());
        let mut wide = vec![terminated(password.encode_utf16())];
        if password.is_empty() {
            // No password at all, as opposed to an empty one.
            wide.push(Zeroizing::new(Vec::new()));
        } else if !password.is_ascii() {
            // Each octet of UTF-8 made a character: OpenSSL before 1.1.
            wide.push(terminated(password.bytes().map(u16::from)));
        }
        Self { utf8, wide }
    }

    pub(crate) fn utf8(&self) -> &[u8] {
        &self.utf8
    }

    /// For the derivation of PKCS#12, the usual one first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &[u8]> {
        self.wide.iter().map(|encoding| encoding.as_slice())
    }

    /// The usual one.
    #[cfg(feature = "authority")]
    pub(crate) fn usual(&self) -> &[u8] {
        self.all().next().unwrap_or_default()
    }
}

fn terminated(units: impl Iterator<Item = u16>) -> Zeroizing<Vec<u8>> {
    let mut octets = Zeroizing::new(Vec::with_capacity(256));
    for unit in units {
        octets.extend(unit.to_be_bytes());
    }
    octets.extend([0, 0]);
    octets
}

/// The derivation of PKCS#12.
pub(crate) fn derive(
    digest: Digest,
    password: &[u8],
    salt: &[u8],
    purpose: Purpose,
    rounds: u32,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    match digest {
        Digest::Sha1 => derive_with::<Sha1>(password, salt, purpose, rounds, length),
        Digest::Sha224 => derive_with::<Sha224>(password, salt, purpose, rounds, length),
        Digest::Sha384 => derive_with::<Sha384>(password, salt, purpose, rounds, length),
        Digest::Sha512 => derive_with::<Sha512>(password, salt, purpose, rounds, length),
        // Never asked for with the national digest, which no key file uses.
        Digest::Sha256 | Digest::Streebog512 => {
            derive_with::<Sha256>(password, salt, purpose, rounds, length)
        }
    }
}

fn derive_with<D: sha2::Digest + BlockSizeUser>(
    password: &[u8],
    salt: &[u8],
    purpose: Purpose,
    rounds: u32,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let block = <D as BlockSizeUser>::block_size();
    let diversifier = vec![purpose.id(); block];
    let filled = |source: &[u8]| -> Zeroizing<Vec<u8>> {
        let length = source.len().div_ceil(block) * block;
        Zeroizing::new(source.iter().copied().cycle().take(length).collect())
    };
    let mut input = filled(salt);
    input.extend_from_slice(&filled(password));
    let mut out = Zeroizing::new(Vec::with_capacity(length + block));
    loop {
        let mut hash = D::new()
            .chain_update(&diversifier)
            .chain_update(&*input)
            .finalize();
        for _ in 1..rounds {
            hash = D::digest(&hash);
        }
        out.extend_from_slice(&hash);
        if out.len() >= length {
            out.truncate(length);
            return out;
        }
        for chunk in input.chunks_mut(block) {
            add_with_one(chunk, &hash);
        }
    }
}

/// `number` + `addend` (repeated to its length) + 1, big-endian, what overflows is dropped.
fn add_with_one(number: &mut [u8], addend: &[u8]) {
    let repeated: Zeroizing<Vec<u8>> =
        Zeroizing::new(addend.iter().copied().cycle().take(number.len()).collect());
    let mut carry = 1_u16;
    for (octet, other) in number.iter_mut().zip(repeated.iter()).rev() {
        let sum = u16::from(*octet) + u16::from(*other) + carry;
        let [high, low] = sum.to_be_bytes();
        *octet = low;
        carry = u16::from(high);
    }
}

/// PBKDF2 with HMAC over the digest.
pub(super) fn pbkdf2(
    digest: Digest,
    password: &[u8],
    salt: &[u8],
    rounds: u32,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(vec![0; length]);
    // The only failure is an output of no length, of which there is none to fill.
    let _ = match digest {
        Digest::Sha1 => pbkdf2::pbkdf2::<Hmac<Sha1>>(password, salt, rounds, &mut out),
        Digest::Sha224 => pbkdf2::pbkdf2::<Hmac<Sha224>>(password, salt, rounds, &mut out),
        Digest::Sha384 => pbkdf2::pbkdf2::<Hmac<Sha384>>(password, salt, rounds, &mut out),
        Digest::Sha512 => pbkdf2::pbkdf2::<Hmac<Sha512>>(password, salt, rounds, &mut out),
        Digest::Sha256 | Digest::Streebog512 => {
            pbkdf2::pbkdf2::<Hmac<Sha256>>(password, salt, rounds, &mut out)
        }
    };
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_utf16_with_a_terminator() {
        let encodings = Encodings::of("Бе");
        let all: Vec<&[u8]> = encodings.all().collect();
        assert_eq!(all[0], [0x04, 0x11, 0x04, 0x35, 0, 0]);
        assert_eq!(all[1], [0, 0xd0, 0, 0x91, 0, 0xd0, 0, 0xb5, 0, 0]);
        assert_eq!(
            Encodings::of("").all().collect::<Vec<_>>(),
            [&[0, 0][..], &[]]
        );
        assert_eq!(Encodings::of("a").all().count(), 1);
    }

    #[test]
    fn addition_carries() {
        let mut number = [0x00, 0xff, 0xff];
        add_with_one(&mut number, &[0x00, 0x01]);
        // 0x00ffff + 0x000100 (the addend repeats from the left) + 1
        assert_eq!(number, [0x01, 0x01, 0x00]);
    }
}
