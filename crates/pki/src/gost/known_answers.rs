//! Known answers that others have published, each with its source.
//!
//! Where a source writes numbers in another order than the national authority, it is said.

use super::Gost512PrivateKey;
use super::curve::example::Example;
use super::curve::{Curve, OrderA, ParamSetA};
use super::field::Coordinate;
use super::point::{Affine, Point};
use super::signature::{message_scalar, private_scalar, public_point, sign_with, verify};
use crate::asn1::Reader;
use crate::{Certificate, KeyError, algorithm};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::modular::constant_mod::ResidueParams;
use crypto_bigint::{Encoding, U512};
use streebog::{Digest, Streebog256};

/// A number as the standards print it, the most significant digit first.
pub(super) fn number(hex: &str) -> [u8; 64] {
    U512::from_be_hex(hex).to_le_bytes()
}

pub(super) fn octets(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

fn pair(first: &str, second: &str) -> [u8; 128] {
    [number(first), number(second)].concat().try_into().unwrap()
}

pub(super) const PRIVATE_A: &str = "c990ecd972fce84ec4db022778f50fcac726f46708384b8d458304962d7147f8c2db41cef22c90b102f2968404f9b9be6d47c79692d81826b32b8daca43cb667";
pub(super) const PUBLIC_A: &str = "aab0eda4abff21208d18799fb9a8556654ba783070eba10cb9abb253ec56dcf5d3ccba6192e464e6e5bcb6dea137792f2431f6c897eb1b3c0cc14327b1adc0a7914613a3074e363aedb204d38d3563971bd8758e878c9db11403721b48002d38461f92472d40ea92f9958c0ffa4c93756401b97f89fdbe0b5e46e4a4631cdb5a";
const PRIVATE_B: &str = "48c859f7b6f11585887cc05ec6ef1390cfea739b1a18c0d4662293ef63b79e3b8014070b44918590b4b996acfea4edfbbbcccc8c06edd8bf5bda92a51392d0db";
pub(super) const PUBLIC_B: &str = "192fe183b9713a077253c72c8735de2ea42a3dbc66ea317838b65fa32523cd5efca974eda7c863f4954d1147f1f2b25c395fce1c129175e876d132e94ed5a65104883b414c9b592ec4dc84826f07d0b6d9006dda176ce48c391e3f97d102e03bb598bf132a228a45f7201aba08fc524a2d77e43a362ab022ad4028f75bde3b79";

/// RFC 7836, appendix A.2: `id-tc26-gost-3410-12-512-paramSetA`.
#[test]
fn the_curve_of_rfc_7836() {
    type Field = <ParamSetA as Curve>::Field;
    let coordinate = |hex: &str| Field::from_le_bytes(number(hex)).unwrap();
    // The prime itself is no number below the prime; the one before it is.
    let prime = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFDC7";
    assert!(Field::from_le_bytes(number(prime)).is_none());
    let last = coordinate(&prime.replace("FDC7", "FDC6"));
    assert_eq!(last + Field::ONE, Field::ZERO);
    // a is the prime less 3.
    let a = coordinate(&prime.replace("FDC7", "FDC4"));
    let b = coordinate(
        "E8C2505DEDFC86DDC1BD0B2B6667F1DA34B82574761CB0E879BD081CFD0B6265EE3CB090F30D27614CB4574010DA90DD862EF9D4EBEE4761503190785A71C760",
    );
    assert_eq!(ParamSetA::times_a(&b), a * b);
    assert_eq!(ParamSetA::B, b);
    assert_eq!(ParamSetA::B3, b + b + b);
    let order = U512::from_be_hex(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF27E69532F48D89116FF22B8D4E0560609B4B38ABFAD2B85DCACDB1411F10B275",
    );
    assert_eq!(OrderA::MODULUS, order);
    let base = pair(
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000003",
        "7503CFE87A836AE3A61B8816E25450E6CE5E1C93ACF1ABC1778064FDCBEFA921DF1626BE4FD036E93D75E6A50E3A41E98028FE5FC235F5B889A589CB5215F2A4",
    );
    assert_eq!(Affine::<ParamSetA>::BASE.to_le_bytes(), base);
    assert!(Affine::<ParamSetA>::from_le_bytes(&base).is_some());
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
        let digest = Streebog256::digest(shared.affine().unwrap().to_le_bytes());
        assert_eq!(
            digest.to_vec(),
            octets("c9a9a77320e2cc559ed72dce6f47e2192ccea95fa648670582c054c0ef36c221")
        );
    }
}

/// GNU Nettle, `testsuite/gostdsa-sign-test.c` and `gostdsa-verify-test.c`: a signature on this
/// curve with its key, nonce and digest. Nettle, too, reads the digest little-endian.
#[test]
fn a_signature_of_nettle() {
    let key = Gost512PrivateKey::from_bytes(&number(
        "3FC01CDCD4EC5F972EB482774C41E66DB7F380528DFE9E67992BA05AEE462435757530E641077CE587B976C8EEB48C48FD33FD175F0C7DE6A44E014E6BCB074B",
    ))
    .unwrap();
    let public = pair(
        "03A36340A95BB5F93D131961B5B1C1B3213DF7FF3B5A30376407E2A65C441BC6D1B34662317083243F007B15A8512B526606D3B172B606DCE86DBD6F82DA3D40",
        "DEAD76318012FED79507809C89CC44848743640EAC9A3C847DA9082E050760A10679F4B707ABC1872640AD20D7441F66C7A8B3BFF1B8E11B4A076F0A86749F73",
    );
    assert_eq!(key.public_key().to_bytes(), public);
    let digest: [u8; 64] = octets(
        "EDC257BED45FDDE4F1457B7F5B19017A8F204184366689D938532CDBAA5CB29A1D369DA57F8B983BE272219BD2C9A4FC57ECF7A77F34EE2E8AA553976A4766C0",
    )
    .try_into()
    .unwrap();
    let nonce = private_scalar::<ParamSetA>(&number(
        "72ABB44536656BF1618CE10BF7EADD40582304A51EE4E2A25A0A32CB0E773ABB23B7D8FDD8FA5EEE91B4AE452F2272C86E1E2221215D405F51B5D5015616E1F6",
    ))
    .unwrap();
    let expected = pair(
        "891AA75C2A6F3B4DE27E3903F61CBB0F3F85A4E3C62F39A6E4E84A7477679C6E45008DC2774CA2FF64C12C0606FF918CAE3A50115440E9BF2971B627A882A1E8",
        "31065479996DDBDEE180AFE22CA3CDC44B45CE4C6C83909D1D3B702922A32441A9E11DCFBEA3D847C06B1A8A38EB1671D6C82FA21B79C99BE2EA809B10DAA5DF",
    );
    let message = message_scalar::<ParamSetA>(&digest);
    assert_eq!(
        sign_with::<ParamSetA>(&key.scalar, &message, &nonce),
        Some(expected)
    );
    assert!(key.public_key().verify_digest(&digest, &expected));
    let mut reversed = digest;
    reversed.reverse();
    assert!(!key.public_key().verify_digest(&reversed, &expected));
}

/// RFC 8133, appendix A: multiples of points of this curve.
#[test]
fn multiples_of_rfc_8133() {
    let base = Affine::<ParamSetA>::BASE.to_le_bytes();
    let point = pair(
        "2A17F8833A32795327478871B5C5E88AEFB91126C64B4B8327289BEA62559425D18198F133F400874328B220C74497CD240586CB249E158532CB8090776CD61C",
        "728F0C4A73B48DA41CE928358FAD26B47A6E094E9362BAE82559F83CDDC4EC3A4676BD3707EDEAF4CD85E99695C64C241EDC622BE87DC0CF87F51F4367F723C5",
    );
    let password = octets(
        "BD04673F7149B18E98155BD1E2724E71D0099AA25174F792D3326C6F181270671C6213E3930EFDDA26451792C6208122EE60D200520D695DFD9F5F0FD5ABA702",
    );
    let cases = [
        (
            point,
            password.try_into().unwrap(),
            pair(
                "0C0AB53D0E0A9C607CAD758F558915A0A7DC5DC87B45E9A58FDDF30EC3385960283E030CD322D9E46B070637785FD49D2CD711F46807A24C40AF9A42C8E2D740",
                "DF93A8012B86D3A3D4F8A4D487DA15FC739EB31B20B3B0E8C8C032AAF8072C6337CF7D5B404719E5B4407C41D9A3216A08CA69C271484E9ED72B8AAA52E28B8B",
            ),
        ),
        (
            base,
            number(
                "3CE54325DB52FE798824AEAD11BB16FA766857D04A4AF7D468672F16D90E7396046A46F815693E85B1CE5464DA9270181F82333B0715057BBE8D61D400505F0E",
            ),
            pair(
                "B93093EB0FCC463239B7DF276E09E592FCFC9B635504EA4531655D76A0A3078E2B4E51CFE2FA400CC5DE9FBE369DB204B3E8ED7EDD85EE5CCA654C1AED70E396",
                "809770B8D910EA30BD2FA89736E91DC31815D2D9B31128077EEDC371E9F69466F497DC64DD5B1FADC587F860EE256109138C4A9CD96B628E65A8F590520FC882",
            ),
        ),
        (
            base,
            number(
                "B5C286A79AA8E97EC0E19BC1959A1D15F12F8C97870BA9D68CC12811A56A3BB11440610825796A49D468CDC9C2D02D76598A27973D5960C5F50BCE28D8D345F4",
            ),
            pair(
                "238B38644E440452A99FA6B93D9FD7DA0CB83C32D3C1E3CFE5DF5C3EB0F9DB91E588DAEDC849EA2FB867AE855A21B4077353C0794716A6480995113D8C20C7AF",
                "B2273D5734C1897F8D15A7008B862938C8C74CA7E877423D95243EB7EBD02FD2C456CF9FC956F078A59AA86F19DD1075E5167E4ED35208718EA93161C530ED14",
            ),
        ),
    ];
    for (point, multiplier, expected) in cases {
        let point = Point::from(&Affine::<ParamSetA>::from_le_bytes(&point).unwrap());
        let multiplier = private_scalar::<ParamSetA>(&multiplier).unwrap();
        let secret = point.multiply(&multiplier).affine().unwrap();
        assert_eq!(secret.to_le_bytes(), expected);
        let zero = multiplier - multiplier;
        let public = Point::double_multiply_public(&zero, &point, &multiplier);
        assert_eq!(public.affine().unwrap().to_le_bytes(), expected);
    }
}

const REQUEST: &str = "MIIBTzCBvAIBADASMRAwDgYDVQQDEwdFeGFtcGxlMIGgMBcGCCqFAwcBAQECMAsG\
CSqFAwcBAgECAAOBhAAEgYDh7zDVLGEz3dmdHVxBRVz3302LTJJbvGmvFDPRVlhRWt0hRoUMMlxbgcEzvmVaqMTUQOe5io1Z\
SHsMdpa8xV0R7L53NqnsNX/y/TmTH04RTLjNo1knCsfw5/9D2UGUGeph/Sq3f12fY1I9O1CgT2PioM9Rt8E63CFWDwvUDMnH\
N6AAMAoGCCqFAwcBAQMDA4GBAEM7HWzkClHx5XN+sWqixoOCmkBbnZEn4hJg/J1qwF2HvyTibEUnilwhkqdbqUmTq9YHTn/x\
vwP9L1OXr6HZRVgvhvpgoIEJGiPdeV4ePGie5RKjyC7g3MJkPHjuqPys01SSVYSGsg8cnsGXyQaZhQJgyTvLzZxcMxfhk0Th\
c642";
const CERTIFICATE: &str = "MIIBqjCCARagAwIBAgIBCzAKBggqhQMHAQEDAzASMRAwDgYDVQQDEwdFeGFtcGxl\
MCAXDTAxMDEwMTAwMDAwMFoYDzIwNTAxMjMxMDAwMDAwWjASMRAwDgYDVQQDEwdFeGFtcGxlMIGgMBcGCCqFAwcBAQECMAsG\
CSqFAwcBAgECAAOBhAAEgYDh7zDVLGEz3dmdHVxBRVz3302LTJJbvGmvFDPRVlhRWt0hRoUMMlxbgcEzvmVaqMTUQOe5io1Z\
SHsMdpa8xV0R7L53NqnsNX/y/TmTH04RTLjNo1knCsfw5/9D2UGUGeph/Sq3f12fY1I9O1CgT2PioM9Rt8E63CFWDwvUDMnH\
N6MTMBEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhQMHAQEDAwOBgQBBVwPYkvGl8/aMQ1MYmn7iB7gLVjHvnUlSmk1rVCws+hWq\
LqzxH0cP3n2VSFaQPDX9j5Ve8wDZXHdTSnJKDu5wL4b6YKCBCRoj3XleHjxonuUSo8gu4NzCZDx47qj8rNNUklWEhrIPHJ7B\
l8kGmYUCYMk7y82cXDMX4ZNE4XOuNg==";
const LIST: &str = "MIHTMEECAQEwCgYIKoUDBwEBAwMwEjEQMA4GA1UEAxMHRXhhbXBsZRcNMTQwMTAxMD\
AwMDAwWhcNMTQwMTAyMDAwMDAwWjAKBggqhQMHAQEDAwOBgQA6E/t67NtVYO72E3z8XdZGkXMuv7NpCh/Ax+ik7uoIMH1kjU\
3AmGxGqHs/vkx69C6jQ1nHlZVMo5/zq77ZBR9NL4b6YKCBCRoj3XleHjxonuUSo8gu4NzCZDx47qj8rNNUklWEhrIPHJ7Bl8\
kGmYUCYMk7y82cXDMX4ZNE4XOuNg==";

/// RFC 9215, appendix D.3: a request, a certificate and a list that the key of the standard's
/// example signed. The Russian profile writes s then r, each big-endian: all its octets in reverse
/// are a signature as it is here. The octets of the key are in the same order, and the digest is
/// read as here.
#[test]
fn signatures_of_rfc_9215() {
    let decoded = |text: &str| STANDARD.decode(text).unwrap();
    let request = decoded(REQUEST);
    let mut outer = Reader::new(&request).sequence().unwrap();
    let mut information = outer.sequence().unwrap();
    information.u32().unwrap();
    information.sequence().unwrap();
    let mut spki = information.sequence().unwrap();
    spki.sequence().unwrap();
    let mut key = Reader::new(spki.bit_string_octets().unwrap());
    let public = Affine::<Example>::from_le_bytes(key.octets().unwrap().try_into().unwrap());
    let public = public.unwrap();
    for document in [REQUEST, CERTIFICATE, LIST] {
        let document = decoded(document);
        let mut outer = Reader::new(&document).sequence().unwrap();
        let signed = outer.element().unwrap().raw;
        outer.sequence().unwrap();
        let russian = outer.bit_string_octets().unwrap();
        let mut signature: [u8; 128] = russian.try_into().unwrap();
        signature.reverse();
        let digest = algorithm::Digest::Streebog512.compute(signed);
        let digest: [u8; 64] = digest.try_into().unwrap();
        assert!(verify(&public, &digest, &signature));
        assert!(!verify(&public, &digest, russian.try_into().unwrap()));
        let mut other = digest;
        other.reverse();
        assert!(!verify(&public, &other, &signature));
    }
    // Its algorithms are those of another country, and refused by name.
    let certificate = Certificate::parse(&decoded(CERTIFICATE)).unwrap();
    let refused = certificate.public_key().unwrap_err();
    assert!(matches!(refused, KeyError::Unsupported(_)), "{refused}");
}

/// RFC 6986, section 10: the digest of its first message, written as it is computed; the RFC
/// prints it from the last octet to the first.
#[test]
fn the_digest_of_rfc_6986() {
    let message = "012345678901234567890123456789012345678901234567890123456789012";
    let mut digest = algorithm::Digest::Streebog512.compute(message.as_bytes());
    digest.reverse();
    assert_eq!(
        digest,
        octets(
            "486f64c1917879417fef082b3381a4e211c324f074654c38823a7b76f830ad00fa1fbae42b1285c0352f227524bc9ab16254288dd6863dccd5b9f54a1ad0541b"
        )
    );
}
