//! How long signatures take, in microseconds each: making, verifying, and judging a document with
//! a chain of three. With `--folder` it leaves the RSA chain and the content there and measures the
//! programs of `xtask/src/signatures` beside itself, in turns: `--openssl`, `--gost-engine`. Build
//! it with `--release`; the numbers of other builds say nothing.

use balabaqsha_pki::authority::{Authority, AuthorityError, Profile, Subject, Validity};
use balabaqsha_pki::certificate::CertificateError;
use balabaqsha_pki::cms::{self, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{
    Certificate, KeyEntry, PrivateKey, RevocationMode, SignatureScheme, TrustAnchors, keystore,
    path,
};
use chrono::{DateTime, Duration, Utc};
use rustix::thread::{CpuSet, sched_getcpu, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// Rounds in one block; OpenSSL's program takes as many.
const BLOCK: u32 = 50;
/// Blocks of each of two that are compared.
const PAIRS: usize = 41;
/// Runs something for about this long.
const LONG_ENOUGH: std::time::Duration = std::time::Duration::from_millis(1500);

fn main() -> Result<(), Box<dyn Error>> {
    stay_on_one_core()?;
    let now: DateTime<Utc> = "2026-09-01T00:00:00Z".parse()?;
    let validity = Validity {
        not_before: now - Duration::days(1),
        not_after: now + Duration::days(1),
    };
    let rng = &mut SystemRandom;
    let text = vec![0x41; 4096];
    let given = Given::read()?;
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
        let policy = VerifyPolicy::new(&anchors, now)
            .revocation(RevocationMode::NotRequired)
            .intermediates(&intermediates);
        let what = format!("{name} document with a chain of three");
        let judge = || cms::verify(&signed, Some(&text), &policy).passed();
        if let (true, Some(folder)) = (name == "RSA", &given.folder) {
            std::fs::write(folder.join("root.der"), root.certificate().der())?;
            std::fs::write(folder.join("middle.der"), middle.certificate().der())?;
            std::fs::write(folder.join("signer.der"), entry.certificate().der())?;
            std::fs::write(folder.join("content"), &text)?;
        }
        if let (true, Some(openssl)) = (name == "RSA", &given.openssl) {
            compare(&what, "ratio", openssl, || block(&what, &mut || judge()))?;
            // Certificates that no signature is remembered of, each judged by once. They are read
            // just before the block: thousands of copies would be measured as cold memory.
            let fresh = || -> Result<Vec<_>, CertificateError> {
                let read = |certificate: &Certificate| Certificate::parse(certificate.der());
                let pair = |_| {
                    let anchors = TrustAnchors::from_certificates([read(root.certificate())?]);
                    Ok((anchors, [read(middle.certificate())?]))
                };
                (0..BLOCK).map(pair).collect()
            };
            let judge = |(anchors, intermediates): &(TrustAnchors, [Certificate; 1])| {
                let policy = VerifyPolicy::new(anchors, now)
                    .revocation(RevocationMode::NotRequired)
                    .intermediates(intermediates);
                cms::verify(&signed, Some(&text), &policy).passed()
            };
            let what = "RSA document, all three signatures verified";
            let ratio = "ratio with all three";
            compare(what, ratio, openssl, || {
                let fresh = fresh()?;
                let mut each = fresh.iter();
                block(what, &mut || each.next().is_some_and(judge))
            })?;
        } else {
            time(&what, judge)?;
        }
        if let (true, Some(engine)) = (name == "GOST512", &given.gost_engine) {
            let verify = || public.verify(scheme, &text, &signature).is_ok();
            let ratio = "ratio with the GOST engine";
            let what = "GOST512 verify beside the engine";
            compare(what, ratio, engine, || block(what, &mut || verify()))?;
        }
        time(
            &format!("{name} document, its authorities read anew"),
            || {
                let anew = |certificate: &Certificate| Certificate::parse(certificate.der());
                let (Ok(root), Ok(middle)) = (anew(root.certificate()), anew(middle.certificate()))
                else {
                    return false;
                };
                let anchors = TrustAnchors::from_certificates([root]);
                let intermediates = [middle];
                let policy = VerifyPolicy::new(&anchors, now)
                    .revocation(RevocationMode::NotRequired)
                    .intermediates(&intermediates);
                cms::verify(&signed, Some(&text), &policy).passed()
            },
        )?;
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
    let root = Authority::gost512("0", validity, rng)?;
    let anchors = TrustAnchors::from_certificates([root.certificate().clone()]);
    let mut chain = Vec::new();
    let mut last = root;
    for at in 1..=1000 {
        last = last.subordinate(&at.to_string(), None, validity, rng)?;
        chain.push(last.certificate().clone());
    }
    time("a chain of a thousand, read and refused", || {
        let read = |one: &Certificate| Certificate::parse(one.der());
        let (Ok(chain), Ok(last)) = (
            chain.iter().map(read).collect::<Result<Vec<_>, _>>(),
            read(last.certificate()),
        ) else {
            return false;
        };
        path::find(&last, &anchors, &chain, &path::PathPolicy::at(now)).is_err()
    })
}

/// What is measured beside this program.
#[derive(Default)]
struct Given {
    folder: Option<PathBuf>,
    openssl: Option<Other>,
    gost_engine: Option<Other>,
}

/// A program that prints the nanoseconds of one round, with its arguments.
struct Other {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<PathBuf>,
}

impl Given {
    fn read() -> Result<Self, Box<dyn Error>> {
        let mut given = Self::default();
        let mut arguments = std::env::args_os().skip(1);
        let (mut openssl, mut gost) = (None, None);
        while let Some(flag) = arguments.next() {
            let value = arguments.next().map(PathBuf::from);
            match flag.to_str() {
                Some("--folder") => given.folder = value,
                Some("--openssl") => openssl = value,
                Some("--gost-engine") => gost = value,
                _ => return Err(format!("unknown flag {}", flag.display()).into()),
            }
        }
        let Some(folder) = &given.folder else {
            return Ok(given);
        };
        let files = |names: &[&str]| names.iter().map(|name| folder.join(name)).collect();
        given.openssl = openssl.map(|program| Other {
            name: "OpenSSL, three RSA-2048 verifications and a digest",
            program,
            arguments: files(&["root.der", "middle.der", "signer.der", "content"]),
        });
        given.gost_engine = gost.map(|program| Other {
            name: "Debian's GOST engine, one verification with its digest",
            program,
            arguments: files(&["content"]),
        });
        Ok(given)
    }
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

/// Keeps this program and those it starts on the core it runs on. A core that idled while the other
/// of two was measured runs slower at first: 1.7 times were seen, by chance for the one or the other.
fn stay_on_one_core() -> Result<(), Box<dyn Error>> {
    let mut one = CpuSet::new();
    one.set(sched_getcpu());
    Ok(sched_setaffinity(None, &one)?)
}

/// The time this thread has run: other programs do not matter.
fn running() -> Result<std::time::Duration, Box<dyn Error>> {
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    Ok(spent.try_into()?)
}

/// The microseconds of one round, in a block of rounds.
fn block(name: &str, run: &mut impl FnMut() -> bool) -> Result<f64, Box<dyn Error>> {
    let before = running()?;
    for _ in 0..BLOCK {
        if !black_box(run()) {
            return Err(format!("{name} failed").into());
        }
    }
    let spent = running()?.saturating_sub(before);
    Ok(spent.as_secs_f64() * 1e6 / f64::from(BLOCK))
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints the median of many blocks.
fn time(name: &str, mut run: impl FnMut() -> bool) -> Result<(), Box<dyn Error>> {
    let wall = Instant::now();
    let mut blocks = Vec::new();
    while wall.elapsed() < LONG_ENOUGH {
        blocks.push(block(name, &mut run)?);
    }
    say(name, blocks)
}

fn say(name: &str, blocks: Vec<f64>) -> Result<(), Box<dyn Error>> {
    let (count, median) = (blocks.len(), median(blocks));
    writeln!(
        std::io::stdout(),
        "{name}: {median:.1} µs (median of {count} times {BLOCK})"
    )?;
    Ok(())
}

/// Measures ours and the other's in turns, and prints the medians of both and of their ratio. As in a
/// server, the certificates of the authorities are there, and the other's keys are prepared.
fn compare(
    name: &str,
    ratio_name: &str,
    other: &Other,
    mut ours: impl FnMut() -> Result<f64, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let theirs = || -> Result<f64, Box<dyn Error>> {
        let output = Command::new(&other.program)
            .args(&other.arguments)
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let nanoseconds: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
        Ok(nanoseconds / 1000.0)
    };
    ours()?;
    let (mut all_ours, mut others, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let (our, other) = (ours()?, theirs()?);
        all_ours.push(our);
        others.push(other);
        ratios.push(our / other);
    }
    say(name, all_ours)?;
    say(other.name, others)?;
    let ratio = median(ratios);
    writeln!(
        std::io::stdout(),
        "{ratio_name}: {ratio:.2} (median of {PAIRS} pairs)"
    )?;
    Ok(())
}
