//! Makes the seeds of the fuzz targets: documents of each kind by the demonstration authority, in a
//! folder, with the moment and the content for which they are good. `cargo xtask fuzz` runs it.

use balabaqsha_pki::authority::{
    Answer, AnswerDates, AnswerOptions, Authority, Profile, RevokedSerial, Subject, Validity,
};
use balabaqsha_pki::cms::{self, SignOptions};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{Digest, keystore, tsp};
use std::error::Error;
use std::fs;
use std::path::PathBuf;

const AT: &str = "2026-09-01T00:00:00Z";
const CONTENT: &[u8] = b"text";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::args_os().nth(1).ok_or("fuzz_seeds FOLDER")?);
    let write = |target: &str, name: &str, bytes: &[u8]| -> Result<(), Box<dyn Error>> {
        let folder = root.join(target);
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join(name), bytes)?)
    };
    write("", "at", AT.as_bytes())?;
    write("", "content", CONTENT)?;
    let rng = &mut SystemRandom;
    let at = AT.parse()?;
    let validity = Validity {
        not_before: "2026-01-01T00:00:00Z".parse()?,
        not_after: "2027-01-01T00:00:00Z".parse()?,
    };
    let person = Subject::person("ИВАНОВА", "АЙГУЛЬ", Some("СЕРИКОВНА"), "880229400023");
    for (name, authority, profile) in [
        (
            "rsa",
            Authority::rsa("CA", validity, 2048, rng)?,
            Profile::SignRsa,
        ),
        (
            "gost",
            Authority::gost512("CA", validity, rng)?,
            Profile::Gost512,
        ),
    ] {
        let issued = authority.issue(&person, profile, validity, "password", rng)?;
        let (signer, issuer) = (&issued.certificate, authority.certificate());
        if name == "rsa" {
            write("", "anchor.der", issuer.der())?;
            write("", "signer.der", signer.der())?;
        }
        for target in ["certificate", "readers"] {
            write(target, &format!("{name}-user"), signer.der())?;
            write(target, &format!("{name}-authority"), issuer.der())?;
        }
        write("armour", &format!("{name}-pem"), signer.pem().as_bytes())?;
        let two = [signer.pem(), "text\r\n".to_owned(), issuer.pem()].concat();
        write("armour", &format!("{name}-two"), two.as_bytes())?;
        write("armour", &format!("{name}-der"), signer.der())?;
        let base64: String = signer
            .pem()
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect();
        write("armour", &format!("{name}-base64"), base64.as_bytes())?;
        let utf16: Vec<u8> = format!("\u{feff}{base64}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        write("armour", &format!("{name}-utf16"), &utf16)?;
        let message = format!(
            "Content-Type: application/pkcs7-mime\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{base64}\r\n"
        );
        write("armour", &format!("{name}-message"), message.as_bytes())?;
        write("pkcs12", name, &issued.p12)?;
        write("ber", &format!("{name}-p12"), &issued.p12)?;

        let store = keystore::open(&issued.p12, "password")?;
        let entry = store.entries().first().ok_or("no key")?;
        let detached = cms::sign(entry, CONTENT, &SignOptions::detached(at), rng)?;
        let stamper = authority.stamper(validity, rng)?;
        let octets = cms::stamped_octets(&detached)?;
        let stamp = stamper.stamp(&octets, Digest::Sha256, at, 1, &[7], rng)?;
        let stamped = cms::with_timestamp(&detached, &tsp::token(&stamp)?)?;
        let attached = cms::sign(entry, CONTENT, &SignOptions::attached(at), rng)?;
        for (kind, bytes) in [
            ("detached", detached),
            ("attached", attached),
            ("stamped", stamped),
        ] {
            write("cms", &format!("{name}-{kind}"), &bytes)?;
            write("ber", &format!("{name}-{kind}"), &bytes)?;
        }

        let revoked = [RevokedSerial::new(signer, at, 1)];
        write(
            "crl",
            &format!("{name}-empty"),
            &authority.revoke(&[], 1, validity, rng)?,
        )?;
        write(
            "crl",
            &format!("{name}-revoked"),
            &authority.revoke(&revoked, 2, validity, rng)?,
        )?;
        let responder = authority.responder(true, validity, rng)?;
        let options = AnswerOptions {
            dates: AnswerDates {
                produced_at: at,
                this_update: at,
                next_update: Some(validity.not_after),
            },
            digest: Digest::Sha256,
            nonce: Some(b"nonce"),
        };
        for (kind, answer) in [("good", Answer::Good), ("revoked", Answer::Revoked(at))] {
            let bytes = responder.answer(signer, issuer, answer, &options, rng)?;
            write("ocsp", &format!("{name}-{kind}"), &bytes)?;
        }
    }
    Ok(())
}
