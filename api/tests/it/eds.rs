//! `balabaqsha eds`, run as the program it is.

use balabaqsha_pki::authority::{
    Answer, AnswerDates, AnswerOptions, Authority, Issued, Profile, RevokedSerial, Service,
    Subject, Validity,
};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{Certificate, Digest, armour, cms, pem};
use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

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

/// The answer of `verify` or `verify-chain`, which is as `docs/eds.schema.json` says.
fn answer(output: &Output) -> Value {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = include_str!("../../../docs/eds.schema.json");
        let schema = serde_json::from_str(schema).unwrap();
        jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap()
    });
    let json = json(output);
    let wrong: Vec<String> = SCHEMA
        .iter_errors(&json)
        .map(|error| format!("{}: {error}", error.instance_path))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{json:#}");
    json
}

/// The exit code with the verdict and the sub-indication.
fn verdict(output: &Output) -> (i32, String, String) {
    let json = answer(output);
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

/// A good list of each authority, and a newer one of the lower that has the signer on it.
fn lists_old_and_new(world: &World) -> (String, String) {
    world.lists(false);
    let old = [world.path("root.crl"), world.path("middle.crl")]
        .map(|path| pem::encode("X509 CRL", &std::fs::read(path).unwrap()))
        .concat();
    let entry = RevokedSerial::new(&world.signer.certificate, moment("2030-05-01T00:00:00Z"), 1);
    let dates = Validity {
        not_before: moment("2030-06-01T06:00:00Z"),
        not_after: moment("2030-06-02T00:00:00Z"),
    };
    let new = world.middle.revoke(&[entry], 2, dates, &mut SystemRandom);
    (old, pem::encode("X509 CRL", &new.unwrap()))
}

/// Ways in which one block of a PEM file is damaged.
fn damages(block: &str) -> Vec<(&'static str, String)> {
    let label = block
        .split("-----")
        .nth(1)
        .and_then(|line| line.strip_prefix("BEGIN "))
        .unwrap();
    let (begin, end) = (format!("BEGIN {label}"), format!("END {label}"));
    let lines: Vec<&str> = block.lines().collect();
    vec![
        ("stray character", block.replacen("\nMI", "\nM!I", 1)),
        (
            "four dashes",
            block.replace(&format!("{end}-----"), &format!("{end}----")),
        ),
        ("no END", block.replace(&format!("-----{end}-----"), "")),
        ("other END", block.replace(&end, "END CERTIFICATE REQUEST")),
        (
            "misspelt END",
            block.replace(&end, &format!("END  {label}")),
        ),
        (
            "damaged BEGIN",
            block.replace(&format!("-----{begin}"), &format!("----{begin}")),
        ),
        ("no BEGIN", block.replace(&format!("-----{begin}-----"), "")),
        (
            "no lines of PEM",
            lines[1..lines.len() - 1].join("\n") + "\n",
        ),
        ("headers", block.replacen('\n', "\nProc-Type: 4,CRL\n\n", 1)),
        ("truncated", block[..block.len() / 2].to_owned() + "\n"),
        (
            "a line lost",
            [&lines[..3], &lines[4..]].concat().join("\n") + "\n",
        ),
    ]
}

#[test]
fn a_newer_list_that_is_damaged_is_named_and_nothing_passes_on_the_older() {
    let world = World::new();
    world.sign();
    let (old, new) = lists_old_and_new(&world);
    let arguments = format!("{VERIFY} --crl all.crl");
    world.write("all.crl", &old);
    assert_eq!(verdict(&world.run(&arguments)), expected(0, "PASSED", "-"));
    let revoked = expected(1, "FAILED", "REVOKED");
    for whole in [
        format!("{old}{new}"),
        format!("{old}text between\n{new}text after\n"),
        format!("{old}{new}").replace('\n', "\r\n"),
        format!("\u{feff}{new}{old}"),
        format!("{old}{}", new.replace("X509 CRL", "SOMETHING ELSE")),
        format!("{old}{}", new.replace("X509 CRL", "CERTIFICATE")),
    ] {
        world.write("all.crl", whole);
        let output = world.run(&arguments);
        assert_eq!(verdict(&output), revoked);
        assert_eq!(json(&output)["unusable"], serde_json::json!([]));
    }
    for (damage, block) in damages(&new) {
        for file in [format!("{old}{block}"), format!("{block}{old}")] {
            world.write("all.crl", file);
            let output = world.run(&arguments);
            let expected = expected(2, "INDETERMINATE", "TRY_LATER");
            assert_eq!(verdict(&output), expected, "{damage}");
            let json = json(&output);
            assert_eq!(json["reason"]["code"], "evidence-unreadable", "{damage}");
            assert_eq!(json["unusable"][0]["file"], "all.crl", "{damage}");
            let reason = json["unusable"][0]["reason"].as_str().unwrap();
            assert!(reason.starts_with("line "), "{damage}: {reason}");
            // The same without JSON.
            let text = world.run(&arguments.replace(" --json", "")).stdout;
            let text = String::from_utf8(text).unwrap();
            assert!(text.contains("all.crl: line "), "{damage}: {text}");
        }
    }
    // Binary lists in a row, and one that is cut off after one that is whole.
    let der = |text: &str| -> Vec<u8> {
        let contents = armour::read(text.as_bytes());
        let all: Vec<_> = contents
            .documents
            .iter()
            .map(|found| &*found.bytes)
            .collect();
        all.concat()
    };
    world.write("all.crl", [der(&old), der(&new)].concat());
    assert_eq!(verdict(&world.run(&arguments)), revoked);
    let new = der(&new);
    for rest in [&new[..new.len() - 1], &b"garbage"[..]] {
        world.write("all.crl", [&der(&old), rest].concat());
        let output = world.run(&arguments);
        assert_eq!(verdict(&output), expected(2, "INDETERMINATE", "TRY_LATER"));
        assert_eq!(json(&output)["unusable"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn an_answer_that_is_damaged_is_named_and_nothing_passes_on_the_lists() {
    let world = World::new();
    world.sign();
    world.lists(false);
    world.answer(Answer::Revoked(moment("2030-05-01T00:00:00Z")));
    let answer = std::fs::read(world.path("answer.der")).unwrap();
    let answer = pem::encode("OCSP RESPONSE", &answer);
    let arguments = format!("{VERIFY} --crl root.crl middle.crl --ocsp answer.pem");
    world.write("answer.pem", &answer);
    assert_eq!(
        verdict(&world.run(&arguments)),
        expected(1, "FAILED", "REVOKED")
    );
    world.answer(Answer::Good);
    let good = std::fs::read(world.path("answer.der")).unwrap();
    let good = pem::encode("OCSP RESPONSE", &good);
    for (damage, block) in damages(&answer) {
        world.write("answer.pem", format!("{good}{block}"));
        let output = world.run(&arguments);
        let expected = expected(2, "INDETERMINATE", "TRY_LATER");
        assert_eq!(verdict(&output), expected, "{damage}");
        assert_eq!(
            json(&output)["unusable"][0]["file"],
            "answer.pem",
            "{damage}"
        );
    }
}

#[test]
fn certificates_in_between_that_are_damaged_are_named() {
    let world = World::new();
    world.sign();
    let pem = world.middle.certificate().pem();
    let root = world.root.certificate().pem();
    let base =
        format!("verify-chain --cert signer.pem --trust root.pem --at {AT} --json --no-revocation");
    for (damage, block) in damages(&pem) {
        world.write("between.pem", format!("{root}{block}"));
        let chain = world.run(&format!("{base} --intermediate between.pem"));
        let document = VERIFY.replace("middle.der", "between.pem");
        let document = world.run(&format!("{document} --no-revocation"));
        for output in [chain, document] {
            let expected = expected(2, "INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND");
            assert_eq!(verdict(&output), expected, "{damage}");
            assert_eq!(
                json(&output)["unusable"][0]["file"],
                "between.pem",
                "{damage}"
            );
        }
    }
    // Behind the certificate in question.
    let signer = world.signer.certificate.pem();
    world.write("both.pem", format!("{signer}{pem}"));
    let both = base.replace("signer.pem", "both.pem");
    assert_eq!(verdict(&world.run(&both)), expected(0, "PASSED", "-"));
    world.write(
        "both.pem",
        format!("{signer}{}", pem.replacen("\nMI", "\nM!I", 1)),
    );
    assert_eq!(world.run(&both).status.code(), Some(65));
}

#[test]
fn whom_to_trust_is_read_wholly_or_refused() {
    let world = World::new();
    world.sign();
    let root = world.root.certificate().pem();
    let arguments = format!("{VERIFY} --no-revocation").replace("root.pem", "trust.pem");
    for whole in [
        root.replace('\n', "\r\n"),
        format!("\u{feff}{root}"),
        format!("Root of all: 1\n=====\n{root}"),
    ] {
        world.write("trust.pem", whole);
        assert_eq!(verdict(&world.run(&arguments)), expected(0, "PASSED", "-"));
    }
    let mut refused = damages(&root);
    refused.push((
        "another label",
        root.replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
    ));
    refused.push(("a list", pem::encode("X509 CRL", &[0x30, 0])));
    for (damage, block) in refused {
        for file in [format!("{root}{block}"), format!("{block}{root}")] {
            world.write("trust.pem", file);
            let output = world.run(&arguments);
            assert_eq!(output.status.code(), Some(65), "{damage}");
            assert!(output.stdout.is_empty(), "{damage}");
            let told = String::from_utf8(output.stderr).unwrap();
            assert!(told.contains("trust.pem: line "), "{damage}: {told}");
        }
    }
    let der = world.root.certificate().der();
    world.write("trust.pem", [der, b"garbage"].concat());
    assert_eq!(world.run(&arguments).status.code(), Some(65));
    world.write("trust.pem", "");
    assert_eq!(world.run(&arguments).status.code(), Some(65));
}

#[test]
fn of_several_signed_documents_none_passes_and_all_are_named() {
    let world = World::new();
    world.sign();
    let good = std::fs::read(world.path("s.der")).unwrap();
    let output = world.run("sign --p12 key.p12 --content key.p12 --out other.der");
    assert_eq!(output.status.code(), Some(0));
    let other = std::fs::read(world.path("other.der")).unwrap();
    let arguments = format!("{VERIFY} --no-revocation");
    let pem = |bytes: &[u8]| pem::encode("CMS", bytes).into_bytes();
    for file in [
        [pem(&good), pem(&other)].concat(),
        [pem(&good), pem(&good)].concat(),
        [good.clone(), other.clone()].concat(),
    ] {
        world.write("s.der", file);
        let output = world.run(&arguments);
        let expected = expected(2, "INDETERMINATE", "SIG_CONSTRAINTS_FAILURE");
        assert_eq!(verdict(&output), expected);
        assert_eq!(json(&output)["reason"]["code"], "several-documents");
        assert_eq!(json(&output)["unusable"].as_array().unwrap().len(), 2);
    }
    // A second one that is damaged.
    for (damage, block) in damages(&pem::encode("CMS", &other)) {
        world.write("s.der", [pem(&good), block.into_bytes()].concat());
        let output = world.run(&arguments);
        if damage == "a line lost" {
            // Base64 all the same, of a signed document of which a part is missing.
            assert_eq!(json(&output)["reason"]["code"], "several-documents");
            continue;
        }
        assert_eq!(output.status.code(), Some(65), "{damage}");
        assert!(output.stdout.is_empty(), "{damage}");
    }
    // What is beside the signature is taken for what it is, or named.
    let middle = world.middle.certificate().pem().into_bytes();
    world.write("s.der", [middle, pem(&good)].concat());
    let without = arguments.replace("--cert middle.der", "");
    assert_eq!(verdict(&world.run(&without)), expected(0, "PASSED", "-"));
    world.write(
        "s.der",
        [pem(&good), pem::encode("X", &[0x30, 0]).into_bytes()].concat(),
    );
    let output = world.run(&arguments);
    assert_eq!(verdict(&output), expected(0, "PASSED", "-"));
    assert_eq!(json(&output)["unusable"].as_array().unwrap().len(), 1);
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
            expected(2, "INDETERMINATE", "OUT_OF_BOUNDS_NO_POE"),
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

/// What must not be lost: keys and what was signed.
#[test]
fn no_result_replaces_a_file_that_is_needed() {
    let world = World::new();
    world.sign();
    let before = |name: &str| std::fs::read(world.path(name)).unwrap();
    world.write("other.p12", before("key.p12"));
    let links = |from: &str, to: &str| {
        std::fs::hard_link(world.path(from), world.path(&format!("hard-{to}"))).unwrap();
        std::os::unix::fs::symlink(world.path(from), world.path(&format!("soft-{to}"))).unwrap();
    };
    links("key.p12", "key");
    links("text", "text");
    let names = [
        "key.p12",
        "./key.p12",
        "text",
        "hard-key",
        "soft-key",
        "hard-text",
        "soft-text",
        "other.p12",
    ];
    let all: Vec<Vec<u8>> = names.iter().map(|name| before(name)).collect();
    for name in names {
        let output = world.run(&format!("sign --p12 key.p12 --content text --out {name}"));
        assert_eq!(output.status.code(), Some(73), "{name}: {output:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("not written"), "{name}: {told}");
    }
    let after: Vec<Vec<u8>> = names.iter().map(|name| before(name)).collect();
    assert_eq!(all, after);
    for arguments in [
        "stamp-request --cms s.der --out s.der",
        "stamp-request --cms s.der --out other.p12",
        "extract --cms s.der --out s.der",
    ] {
        assert_ne!(world.run(arguments).status.code(), Some(0), "{arguments}");
    }
    assert_eq!(before("other.p12"), before("key.p12"));
    // Anything else is replaced, by way of a link as well.
    world.write("old", "old");
    std::os::unix::fs::symlink(world.path("old"), world.path("soft-old")).unwrap();
    let output = world.run("sign --p12 key.p12 --content text --out soft-old");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(world.path("soft-old").is_symlink());
    let arguments = VERIFY.replace("s.der", "old");
    let output = world.run(&format!("{arguments} --no-revocation"));
    assert_eq!(verdict(&output), expected(0, "PASSED", "-"));
    assert_eq!(
        world
            .run("sign --p12 key.p12 --content text --out /dev/null")
            .status
            .code(),
        Some(0)
    );
}

/// A key file with these keys, made by the `openssl` program; nothing where there is none.
fn key_file(world: &World, name: &str, bits: &str, extensions: &str) -> Option<()> {
    let run = |line: &str| {
        let output = Command::new("openssl")
            .args(line.split_whitespace())
            .current_dir(world.folder.path())
            .env("PASSWORD", PASSWORD)
            .stdin(Stdio::null())
            .output()
            .ok()?;
        assert!(output.status.success(), "{output:?}");
        Some(())
    };
    let config = format!(
        "[req]\nprompt=no\ndistinguished_name=dn\n[dn]\nCN=X\nserialNumber=IIN880229400023\n\
         [own]\n{extensions}\n"
    );
    world.write("config", config);
    run(&format!(
        "req -x509 -newkey rsa:{bits} -nodes -config config -extensions own -days 30 \
         -keyout {name}.key -out {name}.crt"
    ))?;
    run(&format!(
        "pkcs12 -export -inkey {name}.key -in {name}.crt -name {name} -passout env:PASSWORD \
         -out {name}.p12"
    ))
}

#[test]
fn keys_whose_signature_would_not_pass_are_refused_by_name() {
    const SIGNING: &str = "keyUsage=critical,digitalSignature,nonRepudiation\n\
        extendedKeyUsage=emailProtection";
    const LOGIN: &str = "keyUsage=critical,digitalSignature,keyEncipherment\n\
        extendedKeyUsage=clientAuth";
    const AUTHORITY: &str = "basicConstraints=critical,CA:TRUE\n\
        keyUsage=critical,digitalSignature,nonRepudiation,keyCertSign";
    let world = World::new();
    for (name, bits, extensions, told) in [
        ("good", "2048", SIGNING, None),
        ("weak", "1024", SIGNING, Some("too weak (RSA-1024)")),
        ("login", "2048", LOGIN, Some("key-not-for-signing")),
        ("authority", "2048", AUTHORITY, Some("key-of-authority")),
    ] {
        let made = key_file(&world, name, bits, extensions);
        if made.is_none() {
            println!("skipped: openssl cannot be run");
            return;
        }
        let output = world.run(&format!(
            "sign --p12 {name}.p12 --content text --out {name}.der"
        ));
        let Some(told) = told else {
            assert_eq!(output.status.code(), Some(0), "{name}: {output:?}");
            continue;
        };
        assert_eq!(output.status.code(), Some(65), "{name}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(told), "{name}: {said}");
        assert!(!world.path(&format!("{name}.der")).exists(), "{name}");
    }
    let login = "sign --p12 login.p12 --content text --out login.der --usage login";
    assert_eq!(world.run(login).status.code(), Some(0));
}

#[test]
fn an_expired_key_is_refused_and_a_key_can_be_chosen() {
    let world = World::new();
    let rng = &mut SystemRandom;
    let person = Subject::person("ИВАНОВА", "АЙГУЛЬ", None, "880229400023");
    let past = Validity {
        not_before: moment("2020-01-01T00:00:00Z"),
        not_after: moment("2021-01-01T00:00:00Z"),
    };
    let old = world
        .middle
        .issue(&person, Profile::Gost512, past, PASSWORD, rng)
        .unwrap();
    world.write("old.p12", &old.p12);
    let output = world.run("sign --p12 old.p12 --content text --out s.der");
    assert_eq!(output.status.code(), Some(65));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("expired on 2021-01-01"), "{told}");
    assert!(!world.path("s.der").exists());

    let serial = world.signer.certificate.serial_hex();
    let fingerprint: String = world
        .signer
        .certificate
        .fingerprint()
        .iter()
        .map(|octet| format!("{octet:02X}"))
        .collect();
    for key in [serial.as_str(), &serial.to_uppercase(), &fingerprint] {
        let output = world.run(&format!(
            "sign --p12 key.p12 --content text --key {key} --out s.der"
        ));
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let output = world.run("sign --p12 key.p12 --content text --key 00 --out s.der");
    assert_eq!(output.status.code(), Some(65));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(&serial), "{told}");
}

#[test]
fn one_file_may_be_standard_input() {
    let world = World::new();
    world.sign();
    let piped = |arguments: &str, bytes: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_balabaqsha"))
            .current_dir(world.folder.path())
            .arg("eds")
            .args(arguments.split_whitespace())
            .env("BALABAQSHA_P12_PASSWORD", PASSWORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // One that reads nothing may be gone already.
        let _ = child.stdin.take().unwrap().write_all(bytes);
        child.wait_with_output().unwrap()
    };
    let file = |name: &str| std::fs::read(world.path(name)).unwrap();
    let verify = format!("{VERIFY} --no-revocation");
    for (name, path) in [
        ("--cms s.der", "s.der"),
        ("--content text", "text"),
        ("--trust root.pem", "root.pem"),
        ("--cert middle.der", "middle.der"),
    ] {
        let flag = name.split(' ').next().unwrap();
        let output = piped(&verify.replace(name, &format!("{flag} -")), &file(path));
        assert_eq!(verdict(&output), expected(0, "PASSED", "-"), "{name}");
    }
    let twice = verify
        .replace("s.der", "-")
        .replace("--content text", "--content -");
    assert_eq!(piped(&twice, b"").status.code(), Some(64));
    let output = piped("sign --p12 key.p12 --content - --attached", &file("text"));
    assert_eq!(output.status.code(), Some(0));
    let output = piped("extract --cms -", &output.stdout);
    assert_eq!(output.stdout, file("text"));
    let output = piped("inspect - --json", &file("s.der"));
    assert_eq!(json(&output)["kind"], "signed-document");
}

#[test]
fn files_above_the_limit_are_refused_before_they_are_read() {
    let world = World::new();
    world.sign();
    world.lists(false);
    world.answer(Answer::Good);
    // A file of holes: nobody could read it in this time and memory.
    let huge = std::fs::File::create(world.path("huge")).unwrap();
    huge.set_len(1 << 42).unwrap();
    for arguments in [
        VERIFY.replace("s.der", "huge"),
        VERIFY.replace("--content text", "--content huge"),
        VERIFY.replace("root.pem", "huge"),
        VERIFY.replace("middle.der", "huge"),
        format!("{VERIFY} --crl huge"),
        format!("{VERIFY} --ocsp huge"),
        format!("{VERIFY} --stamp-trust huge"),
        "verify-chain --cert huge --trust root.pem".to_owned(),
        "verify-chain --cert signer.pem --trust root.pem --intermediate huge".to_owned(),
        "inspect huge".to_owned(),
        "sign --p12 huge --content text".to_owned(),
        "sign --p12 key.p12 --content huge".to_owned(),
        "extract --cms huge".to_owned(),
        "stamp-request --cms huge".to_owned(),
        "stamp-add --cms s.der --answer huge".to_owned(),
    ] {
        let output = world.run(&arguments);
        assert_eq!(output.status.code(), Some(65), "{arguments}: {output:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("huge: larger than"), "{told}");
    }
}

#[test]
fn nothing_is_signed_that_would_be_refused_for_its_size() {
    let world = World::new();
    let content = std::fs::File::create(world.path("large")).unwrap();
    content.set_len(32 << 20).unwrap();
    let output = world.run("sign --p12 key.p12 --content large --attached --out s.der");
    assert_eq!(output.status.code(), Some(70), "{output:?}");
    assert!(!world.path("s.der").exists());
    content.set_len((32 << 20) - 8192).unwrap();
    for form in ["", "--pem"] {
        let sign = format!("sign --p12 key.p12 --content large --attached --out s.der {form}");
        assert_eq!(world.run(&sign).status.code(), Some(0));
        let attached = VERIFY.replace("--content text", "");
        let output = world.run(&format!("{attached} --no-revocation"));
        assert_eq!(verdict(&output), expected(0, "PASSED", "-"));
    }
    // More than is read says nothing against the document.
    world.write(
        "s.der",
        [&[0x30, 0x84, 3, 0, 0, 0][..], &vec![0; 3 << 24]].concat(),
    );
    let output = world.run(&format!("{VERIFY} --no-revocation"));
    assert_eq!(output.status.code(), Some(65));
    world.write(
        "s.der",
        [&[0x30, 0x84, 2, 0x40, 0, 0][..], &vec![0; 0x240_0000]].concat(),
    );
    let output = world.run(&format!("{VERIFY} --no-revocation"));
    assert_eq!(
        verdict(&output),
        expected(2, "INDETERMINATE", "SIG_CONSTRAINTS_FAILURE")
    );
    assert_eq!(json(&output)["reason"]["code"], "too-large");
}

/// However a signature is handed over, it is read or refused as not read; never FAILED.
#[test]
fn signatures_are_read_in_whatever_armour_they_come() {
    let world = World::new();
    world.sign();
    let der = std::fs::read(world.path("s.der")).unwrap();
    let base64 = pem::encode("X", &der);
    let base64: String = base64
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let of_urls = base64.replace('+', "-").replace('/', "_");
    let pem = pem::encode("CMS", &der);
    let utf16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let head = "MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n";
    for (form, bytes) in [
        ("DER with a line end", [&der[..], b"\n"].concat()),
        (
            "DER with a line end of Windows",
            [&der[..], b"\r\n"].concat(),
        ),
        (
            "DER with a byte order mark",
            [&[0xef, 0xbb, 0xbf][..], &der].concat(),
        ),
        ("Base64", base64.clone().into_bytes()),
        (
            "Base64 with a mark",
            format!("\u{feff}{base64}\r\n").into_bytes(),
        ),
        ("Base64 in UTF-16", utf16(&base64)),
        (
            "Base64 in UTF-16 with a mark",
            utf16(&format!("\u{feff}{base64}")),
        ),
        ("Base64 of URLs", of_urls.clone().into_bytes()),
        (
            "Base64 of URLs without padding",
            of_urls.trim_end_matches('=').into(),
        ),
        ("PEM with a mark", format!("\u{feff}{pem}").into_bytes()),
        ("PEM in UTF-16", utf16(&format!("\u{feff}{pem}"))),
        ("PEM of PKCS #7", pem.replace("CMS", "PKCS7").into_bytes()),
        ("S/MIME", format!("{head}{base64}\r\n").into_bytes()),
    ] {
        world.write("s.der", bytes);
        let output = world.run(&format!("{VERIFY} --no-revocation"));
        assert_eq!(verdict(&output), expected(0, "PASSED", "-"), "{form}");
        let output = world.run("inspect s.der --json");
        assert_eq!(json(&output)["kind"], "signed-document", "{form}");
    }
    for (form, text) in [
        ("stray character", base64.replacen('A', "!", 1)),
        (
            "parts",
            "Content-Type: multipart/signed; boundary=a\n\n--a\n".to_owned(),
        ),
        ("PEM", pem.replacen("\nMI", "\nM!I", 1)),
    ] {
        world.write("s.der", text);
        for arguments in [VERIFY, "inspect s.der", "extract --cms s.der"] {
            assert_eq!(
                world.run(arguments).status.code(),
                Some(65),
                "{form}: {arguments}"
            );
        }
    }
}

#[test]
fn hidden_characters_reach_no_terminal() {
    let world = World::new();
    let rng = &mut SystemRandom;
    let hidden = [
        '\u{1b}', '\n', '\r', '\u{85}', '\u{9b}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{7f}',
    ];
    let with = |text: &str| -> String {
        hidden
            .iter()
            .flat_map(|c| [text.to_owned(), c.to_string()])
            .collect()
    };
    let person = Subject::person(
        with("ИВАНОВА"),
        with("АЙГУЛЬ"),
        Some(&with("О")),
        "880229400023",
    )
    .of_organisation(with("ЖШС"), "123456789021")
    .with_email(with("a"));
    let signer = world
        .middle
        .issue(&person, Profile::Gost512, long(), PASSWORD, rng)
        .unwrap();
    world.write("key.p12", &signer.p12);
    world.write("signer.pem", signer.certificate.pem());
    world.sign();
    let name = format!("file{}", with("x"));
    std::fs::write(world.path(&name), "-----BEGIN \u{202e}\u{9b}X-----\nA\n").unwrap();
    let clean = |output: &Output| {
        for bytes in [&output.stdout, &output.stderr] {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let lines = text.replace('\n', "");
            assert!(!balabaqsha_text::has_hidden(&lines), "{text:?}");
        }
    };
    for language in ["en", "ru", "kk"] {
        for arguments in [
            format!("{VERIFY} --no-revocation"),
            VERIFY.replace("--json", "--no-revocation"),
            "inspect key.p12".to_owned(),
            "inspect key.p12 --json".to_owned(),
            "inspect signer.pem".to_owned(),
            "inspect s.der".to_owned(),
            "verify-chain --cert signer.pem --trust root.pem".to_owned(),
        ] {
            let output = world.run(&format!("{arguments} --lang {language}"));
            assert!(!output.stdout.is_empty(), "{arguments}");
            clean(&output);
        }
        for option in ["--trust", "--crl", "--cms"] {
            let output = Command::new(env!("CARGO_BIN_EXE_balabaqsha"))
                .current_dir(world.folder.path())
                .args([
                    "eds", "verify", "--lang", language, "--cms", "s.der", "--trust", "root.pem",
                ])
                .args(if option == "--cms" {
                    vec![]
                } else {
                    vec![option, &name]
                })
                .args(if option == "--cms" {
                    vec!["--content", "nothing\u{1b}"]
                } else {
                    vec![]
                })
                .output()
                .unwrap();
            clean(&output);
        }
    }
    let json = answer(&world.run(&format!("{VERIFY} --no-revocation")));
    let full = json["signer"]["owner"]["full_name"].as_str().unwrap();
    assert!(!balabaqsha_text::has_hidden(full), "{full:?}");
}

#[test]
fn people_are_told_in_their_language_and_programs_in_one() {
    let world = World::new();
    world.sign();
    let text = VERIFY.replace(" --json", "");
    for (language, verdict, reason) in [
        (
            "en",
            "verdict:        INDETERMINATE\n",
            "(revocation-unknown)",
        ),
        (
            "ru",
            "вердикт:        INDETERMINATE\n",
            "неизвестно, отозван ли сертификат",
        ),
        (
            "kk",
            "қорытынды:      INDETERMINATE\n",
            "сертификаттың қайтарып алынғаны белгісіз",
        ),
    ] {
        let output = world.run(&format!("{text} --lang {language}"));
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.starts_with(verdict), "{told}");
        assert!(told.contains(reason), "{told}");
        let output = world.run(&format!("{VERIFY} --lang {language}"));
        assert_eq!(answer(&output)["reason"]["code"], "revocation-unknown");
        let output = world.run(&format!("inspect nothing --lang {language}"));
        assert_eq!(output.status.code(), Some(66));
    }
    let output = world.run("verify --help");
    let help = String::from_utf8(output.stdout).unwrap();
    for code in ["0 ", "1 ", "2 ", "64", "65", "66", "70", "73", "74"] {
        assert!(help.contains(&format!("\n  {code}  ")), "{code}: {help}");
    }
}

#[test]
fn a_time_stamp_is_asked_for_added_shown_and_judged() {
    let world = World::new();
    world.sign();
    let output = world.run("stamp-request --cms s.der --out request.tsq");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!std::fs::read(world.path("request.tsq")).unwrap().is_empty());
    let rng = &mut SystemRandom;
    let stampers = Authority::gost512("STAMPS", long(), rng).unwrap();
    let service = stampers.stamper(long(), rng).unwrap();
    world.write("stamps.pem", stampers.certificate().pem());
    let signed = std::fs::read(world.path("s.der")).unwrap();
    let octets = cms::stamped_octets(&signed).unwrap();
    let at = moment("2030-06-01T06:00:00Z");
    let mut stamp = |octets: &[u8]| {
        service
            .stamp(octets, Digest::Sha256, at, 7, &[1], rng)
            .unwrap()
    };
    world.write("answer.tsr", stamp(&octets));
    world.write("other.tsr", stamp(b"something else"));
    let add = "stamp-add --cms s.der --answer answer.tsr --out stamped.der";
    assert_eq!(world.run(add).status.code(), Some(0));
    for (from, to) in [
        ("answer.tsr", "other.tsr"),
        ("answer.tsr", "text"),
        ("s.der", "text"),
    ] {
        let output = world.run(&add.replace(from, to).replace("stamped.der", "never.der"));
        assert_eq!(output.status.code(), Some(65), "{to}: {output:?}");
    }
    assert!(!world.path("never.der").exists());
    for file in ["answer.tsr", "stamped.der"] {
        let output = world.run(&format!("inspect {file}"));
        let told = String::from_utf8(output.stdout).unwrap();
        assert!(told.contains("2030-06-01T06:00:00+00:00"), "{file}: {told}");
    }
    let output = world.run("inspect answer.tsr --json");
    assert_eq!(json(&output)["kind"], "time-stamp");
    assert_eq!(json(&output)["time"], "2030-06-01T06:00:00Z");
    // Trusted for stamps alone; and nobody trusts it for anything else.
    let verify = format!("{VERIFY} --no-revocation").replace("s.der", "stamped.der");
    let output = world.run(&verify);
    assert_eq!(verdict(&output), expected(0, "PASSED", "-"));
    assert_eq!(answer(&output)["timestamp"], Value::Null);
    assert_eq!(
        answer(&output)["timestamp_problem"]["code"],
        "chain-not-found"
    );
    let output = world.run(&format!("{verify} --stamp-trust stamps.pem"));
    assert_eq!(verdict(&output), expected(0, "PASSED", "-"));
    assert_eq!(answer(&output)["timestamp"], "2030-06-01T06:00:00Z");
    let output = world.run(&format!("{verify} --stamp-trust text"));
    assert_eq!(output.status.code(), Some(65));
}

#[test]
fn the_content_comes_out_as_it_went_in() {
    let world = World::new();
    let sign = "sign --p12 key.p12 --content text --attached --pem --out s.pem";
    assert_eq!(world.run(sign).status.code(), Some(0));
    let text = std::fs::read_to_string(world.path("s.pem")).unwrap();
    assert!(text.starts_with("-----BEGIN CMS-----\n"), "{text}");
    let output = world.run("extract --cms s.pem --out content");
    assert_eq!(output.status.code(), Some(0));
    let original = std::fs::read(world.path("text")).unwrap();
    assert_eq!(std::fs::read(world.path("content")).unwrap(), original);
    assert_eq!(world.run("extract --cms s.pem").stdout, original);
    world.sign();
    assert_eq!(world.run("extract --cms s.der").status.code(), Some(65));
    assert_eq!(world.run("extract --cms text").status.code(), Some(65));
}
