//! The GOST engine of Debian (`libengine-gost-openssl`), which is written by others: digests, key
//! pairs on paramSetA, and raw signatures both ways.
//!
//! The engine writes a signature as s then r, each big-endian; reversed as a whole it is r then s,
//! each little-endian, as the national authority has it.

use crate::support::{Score, openssl, openssl_ok};
use balabaqsha_pki::Digest;
use balabaqsha_pki::gost::{Gost512PrivateKey, Gost512PublicKey};
use balabaqsha_pki::random::SystemRandom;
use std::path::Path;

const KEYS: usize = 24;

/// Runs the program with the engine.
fn engine(folder: &Path, command: &str) -> Vec<u8> {
    let mut arguments: Vec<&str> = command.split_whitespace().collect();
    arguments.splice(1..1, ["-engine", "gost"]);
    openssl_ok(folder, &arguments).unwrap().stdout
}

fn is_there(folder: &Path) -> bool {
    let found = openssl(folder, &["engine", "gost"]).is_some_and(|output| output.status.success());
    if !found {
        println!("skipped: no GOST engine of Debian (libengine-gost-openssl)");
    }
    found
}

#[test]
fn the_gost_engine_of_debian_and_we_agree() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    if !is_there(folder) {
        return;
    }
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();

    let mut score = Score::of("Debian's GOST engine, Streebog-512");
    for length in (0..=200)
        .step_by(4)
        .chain([63, 65, 127, 129, 4095, 4097, 1 << 20])
    {
        let message: Vec<u8> = (0..length)
            .map(|at| u8::try_from(at * 7 % 251).unwrap())
            .collect();
        write("message", &message);
        let theirs = engine(folder, "dgst -md_gost12_512 -binary message");
        let ours = Digest::Streebog512.compute(&message);
        score.row(format!("{length} octets"), theirs == ours);
    }
    score.close();

    let mut pairs = Score::of("Debian's GOST engine, key pairs");
    let mut theirs = Score::of("Debian's GOST engine, what it signs");
    let mut ours = Score::of("Debian's GOST engine, what we sign");
    for number in 0..KEYS {
        engine(
            folder,
            "genpkey -algorithm gost2012_512 -pkeyopt paramset:A -outform DER -out key.der",
        );
        engine(
            folder,
            "pkey -inform DER -in key.der -pubout -outform DER -out public.der",
        );
        // Both structures end with what they hold.
        let (key, public) = (read("key.der"), read("public.der"));
        let private = Gost512PrivateKey::from_bytes(&key[key.len() - 64..]).unwrap();
        let public = Gost512PublicKey::from_bytes(&public[public.len() - 128..]).unwrap();
        pairs.row(format!("key {number}"), *private.public_key() == public);

        let digest: [u8; 64] = Digest::Streebog512
            .compute(&number.to_le_bytes())
            .try_into()
            .unwrap();
        write("digest", &digest);
        engine(
            folder,
            "pkeyutl -sign -keyform DER -inkey key.der -in digest -out signature",
        );
        let mut signature = read("signature");
        signature.reverse();
        let right = public.verify_digest(&digest, &signature);
        theirs.row(format!("key {number}"), right);
        for at in [0, 63, 64, 127] {
            let mut altered = signature.clone();
            altered[at] ^= 1;
            let refused = !public.verify_digest(&digest, &altered);
            theirs.row(format!("key {number}, octet {at} altered"), refused);
        }

        let mut signature = private.sign_digest(&digest, &mut SystemRandom).to_vec();
        signature.reverse();
        let accepted = |signature: &[u8]| {
            write("signature", signature);
            let arguments = "pkeyutl -engine gost -verify -pubin -keyform DER -inkey public.der \
                             -in digest -sigfile signature";
            let arguments: Vec<&str> = arguments.split_whitespace().collect();
            openssl(folder, &arguments).unwrap().status.success()
        };
        ours.row(format!("key {number}"), accepted(&signature));
        signature[5] ^= 1;
        ours.row(format!("key {number}, altered"), !accepted(&signature));
    }
    pairs.close();
    theirs.close();
    ours.close();
}
