//! How long signatures take, in microseconds each: making, verifying, and judging a document with
//! a chain of three. Given a folder, it leaves the RSA chain and the content there, for others to
//! measure themselves by. Build it with `--release`; the numbers of other builds say nothing.

use balabaqsha_pki::authority::{Authority, AuthorityError, Profile, Subject, Validity};
use balabaqsha_pki::cms::{self, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{
    Certificate, KeyEntry, PrivateKey, RevocationMode, SignatureScheme, TrustAnchors, keystore,
    path,
};
use chrono::{DateTime, Duration, Utc};
use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

/// Rounds in one block.
const BLOCK: u32 = 20;
/// Runs something for about this long.
const LONG_ENOUGH: std::time::Duration = std::time::Duration::from_millis(1500);

fn main() -> Result<(), Box<dyn Error>> {
    let now: DateTime<Utc> = "2026-09-01T00:00:00Z".parse()?;
    let validity = Validity {
        not_before: now - Duration::days(1),
        not_after: now + Duration::days(1),
    };
    let rng = &mut SystemRandom;
    let text = vec![0x41; 4096];
    for (name, root, profile) in [
        (
            "RSA",
            Authority::rsa("ROOT", validity, 2048, rng)?,
            Profile::SignRsa,
        ),
        (
            "GOST512",
            Authority::gost512("ROOT", validity, rng)?,
            Profile::Gost512,
        ),
    ] {
        let middle = root.subordinate("MIDDLE", Some(0), validity, rng)?;
        let entry = issue(&middle, profile, validity)?;
        let (key, scheme) = (entry.key(), entry.key().default_scheme());
        let signature = key.sign(scheme, &text, rng)?;
        time(&format!("{name} sign"), || sign(key, scheme, &text))?;
        let public = key.public_key();
        time(&format!("{name} verify"), || {
            public.verify(scheme, &text, &signature).is_ok()
        })?;
        let signed = cms::sign(&entry, &text, &SignOptions::detached(now), rng)?;
        let anchors = TrustAnchors::from_certificates([root.certificate().clone()]);
        let intermediates = [middle.certificate().clone()];
        if let Some(folder) = std::env::args_os().nth(1).filter(|_| name == "RSA") {
            let folder = std::path::PathBuf::from(folder);
            std::fs::write(folder.join("root.der"), root.certificate().der())?;
            std::fs::write(folder.join("middle.der"), middle.certificate().der())?;
            std::fs::write(folder.join("signer.der"), entry.certificate().der())?;
            std::fs::write(folder.join("content"), &text)?;
        }
        let policy = VerifyPolicy::new(&anchors, now)
            .revocation(RevocationMode::NotRequired)
            .intermediates(&intermediates);
        time(&format!("{name} document with a chain of three"), || {
            cms::verify(&signed, Some(&text), &policy).passed()
        })?;
        let der = entry.certificate().der();
        time(&format!("{name} certificate read"), || {
            Certificate::parse(der).is_ok()
        })?;
        time(&format!("{name} document read"), || {
            cms::inspect(&signed).is_ok()
        })?;
        time(&format!("{name} path of three"), || {
            let policy = path::PathPolicy::at(now);
            path::find(entry.certificate(), &anchors, &intermediates, &policy).is_ok()
        })?;
    }
    Ok(())
}

fn issue(
    authority: &Authority,
    profile: Profile,
    validity: Validity,
) -> Result<KeyEntry, Box<dyn Error>> {
    let subject = Subject::person("СЫНАҚ", "СЫНАҚ", None, "880229400023");
    let issued: Result<_, AuthorityError> =
        authority.issue(&subject, profile, validity, "1", &mut SystemRandom);
    let entries = keystore::open(&issued?.p12, "1")?.into_entries();
    entries.into_iter().next().ok_or_else(|| "no key".into())
}

fn sign(key: &PrivateKey, scheme: SignatureScheme, text: &[u8]) -> bool {
    key.sign(scheme, text, &mut SystemRandom).is_ok()
}

/// The time this thread has run, where the system counts it: other programs then do not matter.
fn running() -> Option<std::time::Duration> {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = counted.split_whitespace().next()?.parse().ok()?;
    Some(std::time::Duration::from_nanos(nanoseconds))
}

/// Prints the time of one round, of the fastest of many blocks of rounds: what else the machine was
/// doing then slowed the others down.
fn time(name: &str, mut run: impl FnMut() -> bool) -> Result<(), Box<dyn Error>> {
    let wall = Instant::now();
    let mut best = f64::INFINITY;
    let mut count = 0_u32;
    while wall.elapsed() < LONG_ENOUGH {
        let (block, thread) = (Instant::now(), running());
        for _ in 0..BLOCK {
            if !black_box(run()) {
                return Err(format!("{name} failed").into());
            }
        }
        count += BLOCK;
        let spent = running()
            .zip(thread)
            .and_then(|(after, before)| after.checked_sub(before))
            .unwrap_or_else(|| block.elapsed());
        best = best.min(spent.as_secs_f64() * 1e6 / f64::from(BLOCK));
    }
    writeln!(std::io::stdout(), "{name}: {best:.1} µs ({count} times)")?;
    Ok(())
}
