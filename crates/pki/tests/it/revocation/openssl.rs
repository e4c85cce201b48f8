//! Lists, questions and answers between us and the `openssl` program.

use super::{GOOD_BY_OCSP, day_around, fresh, judge_at};
use crate::support::{noon, openssl_ok, world, year_around};
use balabaqsha_pki::authority::{Answer, AnswerOptions, RevokedSerial};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{Digest, Evidence, revocation};

#[test]
fn lists_and_ocsp_interoperate_with_openssl() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let world = world();
    let rng = &mut SystemRandom;
    let (authority, certificate) = (&world.rsa, &world.signing.certificate);
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write("ca.pem", authority.certificate().pem().as_bytes());
    write("signer.pem", certificate.pem().as_bytes());
    let list = authority
        .revoke(
            &[RevokedSerial::new(certificate, noon(), 1)],
            7,
            day_around(noon()),
            rng,
        )
        .unwrap();
    write("list.der", &list);
    let Some(output) = openssl_ok(
        folder,
        &[
            "crl", "-inform", "DER", "-in", "list.der", "-CAfile", "ca.pem", "-noout", "-text",
        ],
    ) else {
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout).to_uppercase();
    assert!(
        text.contains(&certificate.serial_hex().to_uppercase()),
        "{text}"
    );

    // openssl believes our responder.
    let service = authority.responder(true, year_around(noon()), rng).unwrap();
    let response = service
        .answer(
            certificate,
            authority.certificate(),
            Answer::Good,
            &AnswerOptions {
                digest: Digest::Sha1,
                dates: fresh(),
                nonce: None,
            },
            rng,
        )
        .unwrap();
    write("answer.der", &response);
    let at = noon().timestamp().to_string();
    let output = openssl_ok(
        folder,
        &[
            "ocsp",
            "-respin",
            "answer.der",
            "-issuer",
            "ca.pem",
            "-cert",
            "signer.pem",
            "-CAfile",
            "ca.pem",
            "-attime",
            &at,
            "-status_age",
            "100000000",
            "-validity_period",
            "1000000000",
        ],
    )
    .unwrap();
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        told.contains("Response verify OK") && told.contains("signer.pem: good"),
        "{told}"
    );

    // We believe openssl's responder, which answers our question.
    write("ca.key", &pem_key(&authority.key_pkcs8().unwrap()));
    let serial = certificate.serial_hex().to_uppercase();
    let expiry = certificate.not_after().format("%y%m%d%H%M%SZ");
    write(
        "index.txt",
        format!("V\t{expiry}\t\t{serial}\tunknown\t/CN=x\n").as_bytes(),
    );
    let nonce = b"0123456789abcdef";
    let question = revocation::request(
        certificate,
        authority.certificate(),
        Digest::Sha256,
        Some(nonce),
    );
    write("question.der", &question);
    openssl_ok(
        folder,
        &[
            "ocsp",
            "-index",
            "index.txt",
            "-CA",
            "ca.pem",
            "-rsigner",
            "ca.pem",
            "-rkey",
            "ca.key",
            "-reqin",
            "question.der",
            "-respout",
            "theirs.der",
            "-ndays",
            "1",
        ],
    );
    let theirs = std::fs::read(folder.join("theirs.der")).unwrap();
    let produced = revocation::OcspResponse::parse(&theirs)
        .unwrap()
        .inspect()
        .produced_at;
    for (sent, good) in [(&nonce[..], true), (b"another nonce...", false)] {
        let mut evidence = Evidence::new();
        evidence.add_ocsp(&theirs, Some(sent)).unwrap();
        let (refused, status) = judge_at(certificate, authority, &evidence, produced);
        assert_eq!(refused.is_none() && status == GOOD_BY_OCSP, good);
    }
}

fn pem_key(pkcs8: &[u8]) -> Vec<u8> {
    balabaqsha_pki::pem::encode("PRIVATE KEY", pkcs8).into_bytes()
}
