//! Making and verifying signatures, over any curve.

use super::curve::Curve;
use super::field::{Element, from_le_bytes, reduced, to_le_bytes};
use super::point::{Affine, Point};
use crypto_bigint::U512;
use crypto_bigint::modular::constant_mod::Residue;
use hmac::{Hmac, Mac};
use sha2::Sha512;
use zeroize::Zeroizing;

/// A number modulo the order of the group.
pub(super) type Scalar<C> = Element<<C as Curve>::Order>;

/// A private key from its little-endian octets; `None` when it is 0 or not below the order.
pub(super) fn private_scalar<C: Curve>(bytes: &[u8; 64]) -> Option<Scalar<C>> {
    from_le_bytes(*bytes).filter(|scalar| *scalar != Residue::ZERO)
}

pub(super) fn public_point<C: Curve>(private: &Scalar<C>) -> Option<Affine<C>> {
    Point::from(&Affine::BASE).multiply(private).to_affine()
}

/// The digest as a number: 0 becomes 1.
fn message_scalar<C: Curve>(digest: &[u8; 64]) -> Scalar<C> {
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
    let half = |number: u8| -> Scalar<C> {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha512>::new_from_slice(&*key) else {
            return Residue::ZERO;
        };
        mac.update(&[attempt, number]);
        mac.update(entropy);
        mac.update(digest);
        let output = Zeroizing::new(<[u8; 64]>::from(mac.finalize().into_bytes()));
        reduced(*output)
    };
    let two_to_512: Scalar<C> = Residue::new(&U512::MAX) + Residue::ONE;
    Zeroizing::new(half(0) * two_to_512 + half(1))
}

fn sign_with<C: Curve>(
    private: &Scalar<C>,
    message: &Scalar<C>,
    nonce: &Scalar<C>,
) -> Option<[u8; 128]> {
    let r = public_point::<C>(nonce)?.x_as_scalar();
    let s = r * private + *nonce * message;
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
    point
        .to_affine()
        .is_some_and(|point| point.x_as_scalar() == r)
}

#[cfg(test)]
mod tests {
    use super::super::curve::ParamSetA;
    use super::super::curve::example::Example;
    use super::super::{Gost512PrivateKey, Gost512PublicKey};
    use super::*;
    use crypto_bigint::{Encoding, U512};
    use rsa::rand_core::{CryptoRng, RngCore, impls};
    use streebog::{Digest, Streebog256};

    fn number(hex: &str) -> [u8; 64] {
        U512::from_be_hex(hex).to_le_bytes()
    }

    fn octets(hex: &str) -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect()
    }

    /// GOST R 34.10-2012, the worked example with 512 bits.
    #[test]
    fn the_example_of_the_standard() {
        let private = private_scalar::<Example>(&number(
            "0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B102072E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4",
        ))
        .unwrap();
        let public = public_point::<Example>(&private).unwrap();
        let mut expected = Vec::from(number(
            "115DC5BC96760C7B48598D8AB9E740D4C4A85A65BE33C1815B5C320C854621DD5A515856D13314AF69BC5B924C8B4DDFF75C45415C1D9DD9DD33612CD530EFE1",
        ));
        expected.extend(number(
            "37C7C90CD40B0F5621DC3AC1B751CFA0E2634FA0503B3D52639F5D7FB72AFD61EA199441D943FFE7F0C70A2759A3CDB84C114E1F9339FDF27F35ECA93677BEEC",
        ));
        assert_eq!(public.to_le_bytes().to_vec(), expected);
        let digest = number(
            "3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C5917184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C",
        );
        let nonce = private_scalar::<Example>(&number(
            "0359E7F4B1410FEACC570456C6801496946312120B39D019D455986E364F365886748ED7A44B3E794434006011842286212273A6D14CF70EA3AF71BB1AE679F1",
        ))
        .unwrap();
        let signature =
            sign_with::<Example>(&private, &message_scalar::<Example>(&digest), &nonce).unwrap();
        let mut expected = Vec::from(number(
            "2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD35492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36",
        ));
        expected.extend(number(
            "1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A",
        ));
        assert_eq!(signature.to_vec(), expected);
        assert!(verify(&public, &digest, &signature));
    }

    const PRIVATE_A: &str = "c990ecd972fce84ec4db022778f50fcac726f46708384b8d458304962d7147f8c2db41cef22c90b102f2968404f9b9be6d47c79692d81826b32b8daca43cb667";
    const PUBLIC_A: &str = "aab0eda4abff21208d18799fb9a8556654ba783070eba10cb9abb253ec56dcf5d3ccba6192e464e6e5bcb6dea137792f2431f6c897eb1b3c0cc14327b1adc0a7914613a3074e363aedb204d38d3563971bd8758e878c9db11403721b48002d38461f92472d40ea92f9958c0ffa4c93756401b97f89fdbe0b5e46e4a4631cdb5a";
    const PRIVATE_B: &str = "48c859f7b6f11585887cc05ec6ef1390cfea739b1a18c0d4662293ef63b79e3b8014070b44918590b4b996acfea4edfbbbcccc8c06edd8bf5bda92a51392d0db";
    const PUBLIC_B: &str = "192fe183b9713a077253c72c8735de2ea42a3dbc66ea317838b65fa32523cd5efca974eda7c863f4954d1147f1f2b25c395fce1c129175e876d132e94ed5a65104883b414c9b592ec4dc84826f07d0b6d9006dda176ce48c391e3f97d102e03bb598bf132a228a45f7201aba08fc524a2d77e43a362ab022ad4028f75bde3b79";

    /// RFC 7836, appendix B: keys on this curve and the key agreed upon with them.
    #[test]
    fn keys_of_rfc_7836() {
        let a = Gost512PrivateKey::from_bytes(&octets(PRIVATE_A)).unwrap();
        let b = Gost512PrivateKey::from_bytes(&octets(PRIVATE_B)).unwrap();
        assert_eq!(a.public_key().to_bytes().to_vec(), octets(PUBLIC_A));
        assert_eq!(b.public_key().to_bytes().to_vec(), octets(PUBLIC_B));
        let mut ukm = octets("1d80603c8544c727");
        ukm.resize(64, 0);
        let ukm = private_scalar::<ParamSetA>(&ukm.try_into().unwrap()).unwrap();
        for (private, public) in [(&a, PUBLIC_B), (&b, PUBLIC_A)] {
            let public = Affine::<ParamSetA>::from_le_bytes(&octets(public).try_into().unwrap());
            let shared = Point::from(&public.unwrap()).multiply(&(ukm * *private.scalar));
            let digest = Streebog256::digest(shared.to_affine().unwrap().to_le_bytes());
            assert_eq!(
                digest.to_vec(),
                octets("c9a9a77320e2cc559ed72dce6f47e2192ccea95fa648670582c054c0ef36c221")
            );
        }
    }

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
