//! `balabaqsha eds`, run as the program it is.

use balabaqsha_pki::authority::{
    Answer, AnswerDates, AnswerOptions, Authority, Issued, Profile, RevokedSerial, Service,
    Subject, Validity,
};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{Certificate, Digest};
use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const AT: &str = "2030-06-01T12:00:00+05:00";
const PASSWORD: &str = "сөз 123";

/// A root, an authority below it and a signer, as files.
struct World {
    folder: tempfile::TempDir,
    root: Authority,
    middle: Authority,
    signer: Issued,
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn long() -> Validity {
    Validity {
        not_before: moment("2020-01-01T00:00:00Z"),
        not_after: moment("2099-01-01T00:00:00Z"),
    }
}

impl World {
    fn new() -> Self {
        let rng = &mut SystemRandom;
        let root = Authority::gost512("ROOT", long(), rng).unwrap();
        let middle = root.subordinate("MIDDLE", Some(0), long(), rng).unwrap();
        let person = Subject::person("ИВАНОВА", "АЙГУЛЬ", None, "880229400023");
        let signer = middle
            .issue(&person, Profile::Gost512, long(), PASSWORD, rng)
            .unwrap();
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            root,
            middle,
            signer,
        };
        world.write("root.pem", world.root.certificate().pem());
        world.write("middle.der", world.middle.certificate().der());
        world.write("signer.pem", world.signer.certificate.pem());
        world.write("key.p12", &world.signer.p12);
        world.write("text", "бір\nекі\r\n\0");
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    /// Runs the tool in the folder.
    fn run(&self, arguments: &str) -> Output {
        run(self.folder.path(), Some(PASSWORD), arguments)
    }

    fn sign(&self) {
        let output = self.run("sign --p12 key.p12 --content text --out s.der");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }

    /// Lists of both authorities: good ones, or one on which the signer stands.
    fn lists(&self, revoked: bool) {
        let rng = &mut SystemRandom;
        let dates = Validity {
            not_before: moment("2030-06-01T00:00:00Z"),
            not_after: moment("2030-06-02T00:00:00Z"),
        };
        let entry = RevokedSerial::new(&self.signer.certificate, moment("2030-05-01T00:00:00Z"), 1);
        let entries = if revoked { vec![entry] } else { Vec::new() };
        let of_root = self.root.revoke(&[], 1, dates, rng).unwrap();
        let of_middle = self.middle.revoke(&entries, 1, dates, rng).unwrap();
        self.write("root.crl", of_root);
        self.write("middle.crl", of_middle);
    }

    fn answer(&self, answer: Answer) {
        let rng = &mut SystemRandom;
        let service = self.middle.responder(true, long(), rng).unwrap();
        let at = moment("2030-06-01T06:59:00Z");
        let options = AnswerOptions {
            dates: AnswerDates {
                produced_at: at,
                this_update: at,
                next_update: Some(at + Duration::hours(1)),
            },
            digest: Digest::Sha256,
            nonce: None,
        };
        let issuer = self.middle.certificate();
        let answer = service
            .answer(&self.signer.certificate, issuer, answer, &options, rng)
            .unwrap();
        self.write("answer.der", answer);
    }
}

fn run(folder: &Path, password: Option<&str>, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_balabaqsha"));
    command
        .current_dir(folder)
        .arg("eds")
        .args(arguments.split_whitespace())
        .env_remove("BALABAQSHA_P12_PASSWORD")
        .stdin(Stdio::null());
    if let Some(password) = password {
        command.env("BALABAQSHA_P12_PASSWORD", password);
    }
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The exit code with the verdict and the sub-indication.
fn verdict(output: &Output) -> (i32, String, String) {
    let json = json(output);
    (
        output.status.code().unwrap(),
        json["verdict"].as_str().unwrap().to_owned(),
        json["sub_indication"].as_str().unwrap_or("-").to_owned(),
    )
}

fn expected(code: i32, verdict: &str, sub_indication: &str) -> (i32, String, String) {
    (code, verdict.to_owned(), sub_indication.to_owned())
}

const VERIFY: &str = "verify --cms s.der --content text --trust root.pem --cert middle.der \
                      --at 2030-06-01T12:00:00+05:00 --json";

#[test]
fn what_is_signed_passes_and_the_answer_names_what_it_stands_on() {
    let world = World::new();
    world.sign();
    let output = world.run(&format!("{VERIFY} --usage signing --no-revocation"));
    assert_eq!(verdict(&output), expected(0, "PASSED", "-"));
    let json = json(&output);
    assert_eq!(json["signer"]["owner"]["iin"], "880229400023");
    let roles: Vec<&Value> = json["chain"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| &link["role"])
        .collect();
    assert_eq!(roles, ["signer", "authority", "anchor"]);
    assert!(
        json["checked"]
            .as_array()
            .unwrap()
            .contains(&"chain".into())
    );
    assert_eq!(json["not_checked"], serde_json::json!(["revocation"]));
    assert_eq!(json["signers"].as_array().unwrap().len(), 1);
    // The same for people.
    let text = VERIFY.replace(" --json", " --no-revocation");
    let output = world.run(&text);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("verdict:        PASSED\n"), "{text}");
    assert!(text.contains("880229400023"), "{text}");
}

#[test]
fn signatures_come_out_on_standard_output_and_with_their_content_inside() {
    let world = World::new();
    let output = world.run("sign --p12 key.p12 --content text --attached");
    assert_eq!(output.status.code(), Some(0));
    world.write("s.der", &output.stdout);
    let attached = VERIFY.replace("--content text", "");
    let output = world.run(&format!("{attached} --no-revocation"));
    assert_eq!(verdict(&output), expected(0, "PASSED", "-"));
    // What is inside must be what was given beside it.
    world.write("text", "other");
    let output = world.run(&format!("{VERIFY} --no-revocation"));
    assert_eq!(verdict(&output), expected(1, "FAILED", "HASH_FAILURE"));
}

#[test]
fn revocation_must_be_known() {
    let world = World::new();
    world.sign();
    let unknown = expected(2, "INDETERMINATE", "TRY_LATER");
    assert_eq!(verdict(&world.run(VERIFY)), unknown);
    let with_lists = format!("{VERIFY} --crl root.crl middle.crl");
    world.lists(false);
    assert_eq!(verdict(&world.run(&with_lists)), expected(0, "PASSED", "-"));
    // One list answers for one authority only, and only for its time.
    let one = format!("{VERIFY} --crl middle.crl");
    assert_eq!(verdict(&world.run(&one)), unknown);
    let later = with_lists.replace("2030-06-01T12", "2030-06-03T12");
    assert_eq!(verdict(&world.run(&later)), unknown);
    world.lists(true);
    assert_eq!(
        verdict(&world.run(&with_lists)),
        expected(1, "FAILED", "REVOKED")
    );

    world.lists(false);
    let with_answer = format!("{VERIFY} --crl root.crl --ocsp answer.der");
    world.answer(Answer::Good);
    assert_eq!(
        verdict(&world.run(&with_answer)),
        expected(0, "PASSED", "-")
    );
    world.answer(Answer::Revoked(moment("2030-05-01T00:00:00Z")));
    assert_eq!(
        verdict(&world.run(&with_answer)),
        expected(1, "FAILED", "REVOKED")
    );
    world.write("answer.der", Service::try_later());
    let output = world.run(&with_answer);
    assert_eq!(verdict(&output), unknown);
    assert_eq!(json(&output)["unusable"][0]["file"], "answer.der");
}

#[test]
fn evidence_that_cannot_be_read_is_named_and_proves_nothing() {
    let world = World::new();
    world.sign();
    world.write("root.crl", "no list");
    let output = world.run(&format!("{VERIFY} --crl root.crl --cert text"));
    assert_eq!(verdict(&output), expected(2, "INDETERMINATE", "TRY_LATER"));
    assert_eq!(json(&output)["unusable"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_altered_missing_or_no_signature_has_a_verdict() {
    let world = World::new();
    world.sign();
    let with = |old: &str, new: &str| format!("{VERIFY} --no-revocation").replace(old, new);
    world.write("other", "other");
    for (arguments, expected) in [
        (
            with("--content text", "--content other"),
            expected(1, "FAILED", "HASH_FAILURE"),
        ),
        (
            with("--content text", ""),
            expected(2, "INDETERMINATE", "SIGNED_DATA_NOT_FOUND"),
        ),
        (
            with("--cms s.der", "--cms other"),
            expected(1, "FAILED", "FORMAT_FAILURE"),
        ),
        (
            with("--cms s.der", "--cms signer.pem"),
            expected(1, "FAILED", "FORMAT_FAILURE"),
        ),
        (
            with("--cert middle.der", ""),
            expected(2, "INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND"),
        ),
        (
            with("2030-06-01T12", "2101-06-01T12"),
            expected(1, "FAILED", "EXPIRED"),
        ),
        (
            with("2030-06-01T12", "2019-06-01T12"),
            expected(1, "FAILED", "NOT_YET_VALID"),
        ),
    ] {
        assert_eq!(verdict(&world.run(&arguments)), expected, "{arguments}");
    }
}

#[test]
fn certificates_are_judged_by_themselves() {
    let world = World::new();
    let base = format!(
        "verify-chain --cert signer.pem --trust root.pem --intermediate middle.der --at {AT} --json"
    );
    world.lists(false);
    let output = world.run(&format!("{base} --crl root.crl --crl middle.crl"));
    assert_eq!(verdict(&output), expected(0, "PASSED", "-"));
    assert_eq!(verdict(&world.run(&base)).0, 2);
    let lenient = format!("{base} --no-revocation");
    assert_eq!(verdict(&world.run(&lenient)), expected(0, "PASSED", "-"));
    let refused = expected(2, "INDETERMINATE", "CHAIN_CONSTRAINTS_FAILURE");
    let explicit = format!("{lenient} --policy 1.2.398.3.3.2 1.2.3 --explicit-policy");
    // The authority in between names no policy, so none is valid along the whole path.
    assert_eq!(verdict(&world.run(&explicit)), refused);
    let without = lenient.replace("--intermediate middle.der", "");
    assert_eq!(
        verdict(&world.run(&without)),
        expected(2, "INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")
    );
    let garbage = lenient.replace("--cert signer.pem", "--cert text");
    assert_eq!(
        verdict(&world.run(&garbage)),
        expected(1, "FAILED", "FORMAT_FAILURE")
    );
    // One file may hold all trusted certificates.
    let both = [world.middle.certificate(), world.root.certificate()];
    world.write("both.pem", both.map(Certificate::pem).concat());
    let bundle = without.replace("root.pem", "both.pem");
    assert_eq!(verdict(&world.run(&bundle)), expected(0, "PASSED", "-"));
}

#[test]
fn every_kind_of_file_can_be_looked_into() {
    let world = World::new();
    world.sign();
    world.lists(true);
    world.answer(Answer::Good);
    for (file, kind) in [
        ("key.p12", "key-file"),
        ("signer.pem", "certificate"),
        ("middle.der", "certificate"),
        ("s.der", "signed-document"),
        ("middle.crl", "revocation-list"),
        ("answer.der", "ocsp-answer"),
    ] {
        let output = world.run(&format!("inspect {file} --json"));
        assert_eq!(output.status.code(), Some(0), "{file}: {output:?}");
        assert_eq!(json(&output)["kind"], kind, "{file}");
        let text = world.run(&format!("inspect {file}")).stdout;
        assert!(text.starts_with(b"kind:           "), "{file}");
    }
    let output = world.run("inspect key.p12");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains(&world.signer.certificate.serial_hex()),
        "{text}"
    );
    assert_eq!(world.run("inspect text").status.code(), Some(65));
}

#[test]
fn what_makes_no_sense_is_told_apart_from_verdicts() {
    let world = World::new();
    world.sign();
    for arguments in [
        "",
        "unknown",
        "verify",
        "verify --cms s.der",
        "verify --cms s.der --trust root.pem --at yesterday",
        "verify --cms s.der --trust root.pem --usage dancing",
        "verify --cms s.der --trust root.pem --cms s.der",
        "verify-chain --cert signer.pem --trust root.pem --policy 9.9",
        "sign --p12 key.p12 --content text --password x",
    ] {
        let output = world.run(arguments);
        assert_eq!(output.status.code(), Some(64), "{arguments}: {output:?}");
        assert!(output.stdout.is_empty(), "{arguments}");
    }
    for (arguments, code) in [
        ("verify --cms s.der --trust nothing.pem", 66),
        ("verify --cms nothing --trust root.pem", 66),
        ("verify --cms s.der --trust text", 65),
        ("sign --p12 text --content text", 65),
        ("sign --p12 key.p12 --content text --out no/folder", 73),
    ] {
        let output = world.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments}: {output:?}");
        assert!(!output.stderr.is_empty(), "{arguments}");
    }
    let wrong = "sign --p12 key.p12 --content text";
    let output = run(world.folder.path(), Some("wrong"), wrong);
    assert_eq!(output.status.code(), Some(65));
    assert_eq!(world.run("verify --help").status.code(), Some(0));
}
