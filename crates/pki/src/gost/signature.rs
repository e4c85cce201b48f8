//! Making and verifying signatures, over any curve.

use super::curve::Curve;
use super::field::{from_le_bytes, reduced, to_le_bytes};
use super::point::{Affine, Point};
use super::scalar::Scalar;
use crypto_bigint::U512;
use crypto_bigint::modular::constant_mod::Residue;
use hmac::{Hmac, Mac};
use sha2::Sha512;
use zeroize::Zeroizing;

/// A private key from its little-endian octets; `None` when it is 0 or not below the order.
pub(super) fn private_scalar<C: Curve>(bytes: &[u8; 64]) -> Option<Scalar<C>> {
    from_le_bytes(*bytes).filter(|scalar| *scalar != Residue::ZERO)
}

pub(super) fn public_point<C: Curve>(private: &Scalar<C>) -> Option<Affine<C>> {
    Point::from(&Affine::BASE).multiply(private).affine()
}

/// The digest as a number: 0 becomes 1.
pub(super) fn message_scalar<C: Curve>(digest: &[u8; 64]) -> Scalar<C> {
    let number: Scalar<C> = reduced(*digest);
    if number == Residue::ZERO {
        Residue::ONE
    } else {
        number
    }
}

pub(super) fn sign<C: Curve>(
    private: &Scalar<C>,
    digest: &[u8; 64],
    entropy: &[u8; 64],
) -> [u8; 128] {
    let message = message_scalar::<C>(digest);
    for attempt in 0_u8.. {
        let nonce = nonce::<C>(private, digest, entropy, attempt);
        if let Some(signature) = sign_with::<C>(private, &message, &nonce) {
            return signature;
        }
    }
    // 256 nonces in a row that give r = 0 or s = 0: not before the sun goes out. All zero is
    // refused by every verifier.
    [0; 128]
}

/// A nonce that is uniform to within 2^-512, from the key, the digest and fresh randomness.
fn nonce<C: Curve>(
    private: &Scalar<C>,
    digest: &[u8; 64],
    entropy: &[u8; 64],
    attempt: u8,
) -> Zeroizing<Scalar<C>> {
    let key = Zeroizing::new(to_le_bytes(private));
    let half = |number: u8| -> Zeroizing<Scalar<C>> {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha512>::new_from_slice(&*key) else {
            return Zeroizing::new(Residue::ZERO);
        };
        mac.update(&[attempt, number]);
        mac.update(entropy);
        mac.update(digest);
        let output = Zeroizing::new(<[u8; 64]>::from(mac.finalize().into_bytes()));
        Zeroizing::new(reduced(*output))
    };
    let two_to_512: Scalar<C> = Residue::new(&U512::MAX) + Residue::ONE;
    Zeroizing::new(*half(0) * two_to_512 + *half(1))
}

pub(super) fn sign_with<C: Curve>(
    private: &Scalar<C>,
    message: &Scalar<C>,
    nonce: &Scalar<C>,
) -> Option<[u8; 128]> {
    let r = public_point::<C>(nonce)?.x_as_scalar();
    // r and s are told to everybody, these products to nobody.
    let (of_key, of_nonce) = (
        Zeroizing::new(r * private),
        Zeroizing::new(*nonce * message),
    );
    let s = *of_key + *of_nonce;
    if r == Residue::ZERO || s == Residue::ZERO {
        return None;
    }
    let mut signature = [0; 128];
    let (first, second) = signature.split_at_mut(64);
    first.copy_from_slice(&to_le_bytes(&r));
    second.copy_from_slice(&to_le_bytes(&s));
    Some(signature)
}

pub(super) fn verify<C: Curve>(
    public: &Affine<C>,
    digest: &[u8; 64],
    signature: &[u8; 128],
) -> bool {
    let number = |half: &[u8]| {
        let bytes: &[u8; 64] = half.try_into().ok()?;
        private_scalar::<C>(bytes)
    };
    let (first, second) = signature.split_at(64);
    let (Some(r), Some(s)) = (number(first), number(second)) else {
        return false;
    };
    let (inverse, exists) = message_scalar::<C>(digest).invert();
    if !bool::from(exists) {
        return false;
    }
    let point =
        Point::double_multiply_public(&(s * inverse), &Point::from(public), &(r * inverse).neg());
    point.affine().is_some_and(|point| point.x_as_scalar() == r)
}

#[cfg(test)]
mod tests {
    use super::super::known_answers::{PRIVATE_A, PUBLIC_A, PUBLIC_B, number, octets};
    use super::super::{Gost512PrivateKey, Gost512PublicKey};
    use rsa::rand_core::{CryptoRng, RngCore, impls};

    /// A source of "randomness" that always gives the same octet.
    struct Stuck(u8);

    impl RngCore for Stuck {
        fn next_u32(&mut self) -> u32 {
            impls::next_u32_via_fill(self)
        }
        fn next_u64(&mut self) -> u64 {
            impls::next_u64_via_fill(self)
        }
        fn fill_bytes(&mut self, dest: &mut [u8]) {
            dest.fill(self.0);
        }
        fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
            self.fill_bytes(dest);
            Ok(())
        }
    }
    impl CryptoRng for Stuck {}

    #[test]
    fn signatures_verify_and_no_altered_one_does() {
        let key = Gost512PrivateKey::from_bytes(&octets(PRIVATE_A)).unwrap();
        let digest = [0x5a; 64];
        let signature = key.sign_digest(&digest, &mut Stuck(1));
        assert!(key.public_key().verify_digest(&digest, &signature));
        for at in 0..128 {
            let mut altered = signature;
            altered[at] ^= 1;
            assert!(
                !key.public_key().verify_digest(&digest, &altered),
                "octet {at}"
            );
        }
        let mut other = digest;
        other[63] ^= 0x80;
        assert!(!key.public_key().verify_digest(&other, &signature));
        let stranger = Gost512PublicKey::from_bytes(&octets(PUBLIC_B)).unwrap();
        assert!(!stranger.verify_digest(&digest, &signature));
    }

    #[test]
    fn a_stuck_source_of_randomness_does_not_repeat_a_nonce() {
        let key = Gost512PrivateKey::from_bytes(&octets(PRIVATE_A)).unwrap();
        let one = key.sign_digest(&[1; 64], &mut Stuck(0));
        let two = key.sign_digest(&[2; 64], &mut Stuck(0));
        assert_ne!(one[..64], two[..64], "the same r would give the key away");
        assert_ne!(
            one,
            key.sign_digest(&[1; 64], &mut Stuck(1)),
            "fresh randomness has its say"
        );
    }

    #[test]
    fn numbers_out_of_range_are_no_signature_and_no_key() {
        let key = Gost512PublicKey::from_bytes(&octets(PUBLIC_A)).unwrap();
        let mut order = [0xff; 64];
        order[..32].copy_from_slice(&number(
            "000000000000000000000000000000000000000000000000000000000000000027E69532F48D89116FF22B8D4E0560609B4B38ABFAD2B85DCACDB1411F10B275",
        )[..32]);
        assert!(Gost512PrivateKey::from_bytes(&order).is_none());
        assert!(Gost512PrivateKey::from_bytes(&[0; 64]).is_none());
        assert!(!key.verify_digest(&[1; 64], &[0; 128]));
        assert!(!key.verify_digest(&[1; 64], &[&order[..], &order[..]].concat()));
        assert!(!key.verify_digest(&[1; 64], &[1; 127]));
    }

    #[test]
    fn a_digest_of_zero_counts_as_one() {
        let key = Gost512PrivateKey::from_bytes(&octets(PRIVATE_A)).unwrap();
        let mut one = [0; 64];
        one[0] = 1;
        let signature = key.sign_digest(&[0; 64], &mut Stuck(7));
        assert!(key.public_key().verify_digest(&[0; 64], &signature));
        assert!(key.public_key().verify_digest(&one, &signature));
    }
}
