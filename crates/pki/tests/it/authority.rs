//! What the demonstration authority issues has the national shape.

use crate::support::{PASSWORD, entry, noon, openssl_ok, parent, sample, world, year_around};
use balabaqsha_pki::authority::{Authority, Profile};
use balabaqsha_pki::certificate::KindOfUser;
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{KeyAlgorithm, PrivateKey, Purpose, keystore};

#[test]
fn keys_are_described_by_the_national_table() {
    let world = world();
    for (issued, purpose, policy, prefix) in [
        (
            &world.login,
            Purpose::Login,
            "1.2.398.3.3.2.4",
            "AUTH_RSA256_",
        ),
        (
            &world.signing,
            Purpose::Signing,
            "1.2.398.3.3.2.3",
            "RSA256_",
        ),
        (
            &world.gost_key,
            Purpose::LoginAndSigning,
            "1.2.398.3.3.2",
            "GOST512_",
        ),
    ] {
        let entry = entry(issued);
        let facts = entry.description();
        assert_eq!(facts.purpose, purpose);
        assert_eq!(facts.owner.full_name, "ИВАНОВА АЙГУЛЬ СЕРИКОВНА");
        assert_eq!(facts.owner.surname.as_deref(), Some("ИВАНОВА"));
        assert_eq!(facts.owner.given_name.as_deref(), Some("АЙГУЛЬ"));
        assert_eq!(facts.owner.patronymic.as_deref(), Some("СЕРИКОВНА"));
        assert_eq!(facts.owner.iin.as_deref(), Some("880229400023"));
        assert_eq!(facts.owner.bin, None);
        assert_eq!(facts.owner.email.as_deref(), Some("aigul@example.kz"));
        assert_eq!(facts.owner.kinds, [KindOfUser::Person]);
        let policies: Vec<String> = entry
            .certificate()
            .policies()
            .map(ToString::to_string)
            .collect();
        assert_eq!(policies, [policy]);
        // File name, friendly name and key identifier are the same 40 digits.
        let name = facts.friendly_name.unwrap();
        assert_eq!(name.len(), 40);
        assert_eq!(issued.file_name(), format!("{prefix}{name}.p12"));
        assert!(entry.chain().is_empty());
    }
}

#[test]
fn organisations_have_their_number_and_policy() {
    let subject = parent().of_organisation("ТОО «БАЛДӘУРЕН»", "123456789021");
    let world = world();
    let mut rng = SystemRandom;
    let issued = world
        .gost
        .issue(
            &subject,
            Profile::Gost512,
            year_around(noon()),
            "1",
            &mut rng,
        )
        .unwrap();
    let owner = issued.certificate.owner();
    assert_eq!(owner.bin.as_deref(), Some("123456789021"));
    assert_eq!(owner.organisation.as_deref(), Some("ТОО «БАЛДӘУРЕН»"));
    assert_eq!(
        owner.kinds,
        [KindOfUser::LegalEntity, KindOfUser::LegalEntityHead]
    );
}

#[test]
fn an_authority_can_be_kept_and_loaded() {
    let world = world();
    for authority in [&world.rsa, &world.gost] {
        let key = PrivateKey::from_pkcs8(&authority.key_pkcs8().unwrap()).unwrap();
        assert!(
            !format!("{key:?}").contains(char::is_numeric) || format!("{key:?}").contains("hidden")
        );
        let loaded = Authority::load(key, authority.certificate().clone()).unwrap();
        assert_eq!(loaded.certificate(), authority.certificate());
    }
    let key = PrivateKey::from_pkcs8(&world.rsa.key_pkcs8().unwrap()).unwrap();
    assert!(Authority::load(key, world.gost.certificate().clone()).is_err());
}

#[test]
fn openssl_opens_the_national_shape_only_as_legacy() {
    let folder = tempfile::tempdir().unwrap();
    let password = format!("pass:{PASSWORD}");
    std::fs::write(folder.path().join("key.p12"), &world().login.p12).unwrap();
    let Some(output) = openssl_ok(
        folder.path(),
        &[
            "pkcs12", "-legacy", "-in", "key.p12", "-passin", &password, "-nodes", "-info",
        ],
    ) else {
        return;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("MAC: sha1, Iteration 1024"), "{told}");
    assert!(
        told.contains("pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 1024"),
        "{told}"
    );
    assert!(
        told.contains("pbeWithSHA1And40BitRC2-CBC, Iteration 1024"),
        "{told}"
    );
    let pem = String::from_utf8_lossy(&output.stdout);
    assert!(pem.contains("BEGIN PRIVATE KEY") && pem.contains("BEGIN CERTIFICATE"));
}

/// The tags of a BER document and whether its lengths are definite, to a depth.
fn shape(bytes: &[u8], depth: usize) -> Vec<(u8, bool)> {
    fn walk<'a>(
        mut rest: &'a [u8],
        depth: usize,
        open: bool,
        out: &mut Vec<(u8, bool)>,
    ) -> &'a [u8] {
        while !rest.is_empty() {
            if open && rest.starts_with(&[0, 0]) {
                return &rest[2..];
            }
            let tag = rest[0];
            if rest[1] == 0x80 {
                out.push((tag, false));
                rest = walk(&rest[2..], depth.saturating_sub(1), true, out);
                continue;
            }
            let (length, body) = if rest[1] < 0x80 {
                (usize::from(rest[1]), &rest[2..])
            } else {
                let count = usize::from(rest[1] & 0x7f);
                let length = rest[2..2 + count]
                    .iter()
                    .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
                (length, &rest[2 + count..])
            };
            out.push((tag, true));
            if tag & 0x20 != 0 && depth > 0 {
                walk(&body[..length], depth - 1, false, out);
            }
            rest = &body[length..];
        }
        rest
    }
    let mut out = Vec::new();
    walk(bytes, depth, false, &mut out);
    out
}

/// The contents of the one OCTET STRING at the top: the AuthenticatedSafe.
fn safe(p12: &[u8]) -> Vec<u8> {
    let start = p12
        .windows(4)
        .position(|octets| octets == [0x30, 0x80, 0x30, 0x80])
        .unwrap();
    let mut rest = &p12[start..];
    let mut open = 0_usize;
    let all = rest;
    loop {
        if rest.starts_with(&[0, 0]) {
            rest = &rest[2..];
            open -= 1;
            if open == 0 {
                return all[..all.len() - rest.len()].to_vec();
            }
        } else if rest[1] == 0x80 {
            rest = &rest[2..];
            open += 1;
        } else if rest[1] < 0x80 {
            rest = &rest[2 + usize::from(rest[1])..];
        } else {
            let count = usize::from(rest[1] & 0x7f);
            let length = rest[2..2 + count]
                .iter()
                .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
            rest = &rest[2 + count + length..];
        }
    }
}

#[test]
fn the_shape_is_that_of_the_national_test_keys() {
    for (name, ours) in [
        ("gost512.p12", &world().gost_key.p12),
        ("rsa-sign.p12", &world().signing.p12),
    ] {
        let Some(theirs) = sample(name) else { return };
        let outline = |p12: &[u8]| {
            let mut outline = shape(&safe(p12), 8);
            // Strings come in as many pieces as their length asks for.
            outline.dedup();
            outline
        };
        assert_eq!(outline(ours), outline(&theirs), "{name}");
    }
}

#[test]
fn algorithms_are_the_national_ones() {
    let world = world();
    assert_eq!(
        world.login.certificate.key_algorithm(),
        Some(KeyAlgorithm::Rsa { bits: 2048 })
    );
    assert_eq!(
        world.gost_key.certificate.key_algorithm(),
        Some(KeyAlgorithm::Gost512)
    );
    assert!(keystore::open(&world.gost_key.p12, "other").is_err());
}
