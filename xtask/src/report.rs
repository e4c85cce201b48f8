//! What the steps of a test run came to: counted from the runners' own words, shown as a table.
//!
//! This module reads lines and writes lines; it starts nothing.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;

use crate::progress::seconds;

/// What a step came to. A skipped check is named with its reason and is never a passed one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub passed: u64,
    pub failures: Vec<String>,
    pub skipped: Vec<String>,
}

impl Outcome {
    /// A step that is one check.
    pub fn passed() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    pub fn failed(what: impl Into<String>) -> Self {
        Self {
            failures: vec![what.into()],
            ..Self::default()
        }
    }

    pub fn skipped(reason: impl Into<String>) -> Self {
        Self {
            skipped: vec![reason.into()],
            ..Self::default()
        }
    }

    fn failed_count(&self) -> u64 {
        u64::try_from(self.failures.len()).unwrap_or(u64::MAX)
    }

    fn skipped_count(&self) -> u64 {
        u64::try_from(self.skipped.len()).unwrap_or(u64::MAX)
    }

    pub fn counts(&self) -> String {
        format!(
            "{} passed, {} failed, {} skipped",
            self.passed,
            self.failed_count(),
            self.skipped_count()
        )
    }

    /// Prints what failed, what was skipped and the counts, for a command that is one step.
    pub fn tell(&self) -> ExitCode {
        for failure in &self.failures {
            eprintln!("failed: {failure}");
        }
        for reason in &self.skipped {
            eprintln!("skipped: {reason}");
        }
        println!("{}", self.counts());
        if self.failures.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    /// Holds a runner to its exit status: one that failed without naming a test, and one that
    /// succeeded without running any, count as a failure.
    pub fn held_to(mut self, runner: &str, succeeded: bool) -> Self {
        if !succeeded && self.failures.is_empty() {
            self.failures.push(format!("{runner} failed; see above"));
        } else if succeeded && self.passed == 0 && self.skipped.is_empty() {
            self.failures.push(format!("{runner} ran no test"));
        }
        self
    }
}

#[derive(Debug)]
struct Row {
    name: String,
    outcome: Outcome,
    took: Duration,
}

#[derive(Debug, Default)]
pub struct Report(Vec<Row>);

impl Report {
    pub fn add(&mut self, name: &str, outcome: Outcome, took: Duration) {
        self.0.push(Row {
            name: name.to_owned(),
            outcome,
            took,
        });
    }

    pub fn failed(&self) -> bool {
        self.0.iter().any(|row| !row.outcome.failures.is_empty())
    }

    /// The table, what failed, what was skipped and why, and the closing line.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "{:<36}{:>8}{:>8}{:>9}{:>14}",
            "step", "passed", "failed", "skipped", "time"
        )];
        let mut all = Outcome::default();
        let (mut failed, mut skipped) = (0, 0);
        for row in &self.0 {
            let outcome = &row.outcome;
            lines.push(format!(
                "{:<36}{:>8}{:>8}{:>9}{:>14}",
                row.name,
                outcome.passed,
                outcome.failed_count(),
                outcome.skipped_count(),
                seconds(row.took)
            ));
            all.passed += outcome.passed;
            failed += outcome.failed_count();
            skipped += outcome.skipped_count();
        }
        let mut list = |title: &str, of: fn(&Outcome) -> &Vec<String>| {
            let entries: Vec<String> = self
                .0
                .iter()
                .flat_map(|row| {
                    of(&row.outcome)
                        .iter()
                        .map(|entry| format!("  {}: {entry}", row.name))
                })
                .collect();
            if !entries.is_empty() {
                lines.extend([String::new(), title.to_owned()]);
                lines.extend(entries);
            }
        };
        list("failed:", |outcome| &outcome.failures);
        list("skipped:", |outcome| &outcome.skipped);
        lines.push(String::new());
        lines.push(format!(
            "{} passed, {failed} failed, {skipped} skipped",
            all.passed
        ));
        lines
    }
}

/// What an outside suite came to, as its test says it.
#[derive(Debug, PartialEq, Eq)]
pub struct Score {
    pub suite: String,
    pub passed: u64,
    pub refused: u64,
    pub failed: u64,
}

impl Score {
    /// `conformance: PKITS, paths: 243 passed, 3 refused by name, 0 failed`
    pub fn read(line: &str) -> Option<Self> {
        let (suite, counts) = line.strip_prefix("conformance: ")?.rsplit_once(": ")?;
        let mut counts = counts.split(", ");
        let mut count = |what: &str| -> Option<u64> {
            counts.next()?.strip_suffix(what)?.trim_end().parse().ok()
        };
        Some(Self {
            suite: suite.to_owned(),
            passed: count("passed")?,
            refused: count("refused by name")?,
            failed: count("failed")?,
        })
    }
}

/// Reads the output of `cargo test -- --show-output` line by line.
///
/// A test that cannot do its work prints `skipped: reason` and passes as far as libtest knows;
/// here it counts as skipped. The output of passed tests is read but not shown again.
#[derive(Debug, Default)]
pub struct CargoTest {
    passed: u64,
    failed: u64,
    failed_names: Vec<String>,
    skipped: Vec<String>,
    section: Section,
    /// The test whose output is being read, and those of it that are counted as skipped.
    current: String,
    skipped_here: BTreeSet<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Section {
    #[default]
    Running,
    Successes,
    Failures,
}

impl CargoTest {
    /// Takes the next line; tells whether it is worth showing.
    pub fn line(&mut self, line: &str) -> bool {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.result(counts);
            return true;
        }
        match line {
            "successes:" => {
                self.section = Section::Successes;
                return false;
            }
            "failures:" => {
                self.section = Section::Failures;
                return true;
            }
            _ => {}
        }
        match self.section {
            Section::Running => self.verdict(line),
            Section::Successes => self.success_output(line),
            Section::Failures => {}
        }
        self.section != Section::Successes
    }

    /// `test a::b ... ok`, `… FAILED`, `… ignored, reason`
    fn verdict(&mut self, line: &str) {
        let Some((name, verdict)) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.rsplit_once(" ... "))
        else {
            return;
        };
        if verdict == "FAILED" {
            self.failed_names.push(name.to_owned());
        } else if let Some(reason) = verdict.strip_prefix("ignored") {
            let reason = reason.trim_start_matches([',', ' ']);
            self.skipped.push(if reason.is_empty() {
                format!("{name}: ignored")
            } else {
                format!("{name}: {reason}")
            });
        }
    }

    fn success_output(&mut self, line: &str) {
        if let Some(name) = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" stdout ----"))
        {
            self.current = name.to_owned();
        } else if let Some(reason) = line.strip_prefix("skipped: ")
            && self.skipped_here.insert(self.current.clone())
        {
            self.skipped.push(format!("{}: {reason}", self.current));
        }
    }

    /// `ok. 5 passed; 0 failed; 1 ignored; …` closes one test binary.
    fn result(&mut self, counts: &str) {
        let count = |what: &str| {
            counts
                .split([';', '.'])
                .filter_map(|part| part.trim().strip_suffix(what))
                .find_map(|number| number.trim().parse::<u64>().ok())
                .unwrap_or(0)
        };
        let skipped = u64::try_from(self.skipped_here.len()).unwrap_or(u64::MAX);
        self.passed += count("passed").saturating_sub(skipped);
        self.failed += count("failed");
        self.skipped_here.clear();
        self.section = Section::Running;
    }

    pub fn outcome(mut self) -> Outcome {
        // A verdict line can be torn by a test that writes past the harness; the count cannot.
        while u64::try_from(self.failed_names.len()).is_ok_and(|named| named < self.failed) {
            self.failed_names.push("a test (see above)".to_owned());
        }
        Outcome {
            passed: self.passed,
            failures: self.failed_names,
            skipped: self.skipped,
        }
    }
}

/// Reads the TAP report of `node --test`.
pub fn node_test(tap: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let mut failed = 0;
    for line in tap.lines() {
        let count = |what: &str| -> Option<u64> {
            line.strip_prefix("# ")?
                .strip_prefix(what)?
                .trim()
                .parse()
                .ok()
        };
        // Only the outermost report has its closing lines at the margin.
        if let Some(number) = count("pass ") {
            outcome.passed += number;
        } else if let Some(number) = count("fail ").or_else(|| count("cancelled ")) {
            failed += number;
        } else {
            node_verdict(line.trim_start(), &mut outcome);
        }
    }
    // A failed subtest fails the tests around it; the closing line counts each of them.
    let named = outcome.failed_count();
    for _ in named..failed {
        outcome.failures.push("a test (see above)".to_owned());
    }
    outcome
}

/// `ok 1 - name # SKIP reason`, `ok 1 - name # TODO reason`, `not ok 1 - name`
fn node_verdict(line: &str, outcome: &mut Outcome) {
    let (failed, rest) = match line.strip_prefix("not ok ") {
        Some(rest) => (true, rest),
        None => match line.strip_prefix("ok ") {
            Some(rest) => (false, rest),
            None => return,
        },
    };
    let described = rest.split_once(" - ").map_or(rest, |(_, name)| name);
    let directive = [" # SKIP", " # TODO"]
        .into_iter()
        .find_map(|mark| described.split_once(mark));
    match directive {
        Some((name, reason)) => outcome.skipped.push(format!(
            "{name}: {}",
            if reason.trim().is_empty() {
                "no reason given"
            } else {
                reason.trim()
            }
        )),
        None if failed => outcome.failures.push(described.to_owned()),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &str) -> (Outcome, Vec<&str>) {
        let mut reader = CargoTest::default();
        let shown = output.lines().filter(|line| reader.line(line)).collect();
        (reader.outcome(), shown)
    }

    const TWO_BINARIES: &str = "
running 4 tests
test a::works ... ok
test b::engine ... ok
test c::slow ... ignored, needs an hour
test d::breaks ... FAILED

successes:

---- b::engine stdout ----
skipped: BALABAQSHA_TEST_POSTGRES is not set
skipped: twice in one test


successes:
    a::works
    b::engine

failures:

---- d::breaks stdout ----
skipped: not really
thread 'd::breaks' panicked

failures:
    d::breaks

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s

running 1 test
test e ... ok

successes:

successes:
    e

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    #[test]
    fn scores_are_read_and_other_lines_are_not() {
        let line = "conformance: PKITS, paths: 243 passed, 3 refused by name, 0 failed";
        let score = Score::read(line).unwrap();
        assert_eq!(score.suite, "PKITS, paths");
        assert_eq!((score.passed, score.refused, score.failed), (243, 3, 0));
        assert_eq!(Score::read("conformance: PKITS: soon"), None);
        assert_eq!(Score::read("243 passed, 3 refused by name, 0 failed"), None);
    }

    #[test]
    fn cargos_counts_add_up_over_binaries_and_a_skip_is_no_pass() {
        let (outcome, shown) = read(TWO_BINARIES);
        assert_eq!(
            outcome,
            Outcome {
                passed: 2,
                failures: vec!["d::breaks".to_owned()],
                skipped: vec![
                    "c::slow: needs an hour".to_owned(),
                    "b::engine: BALABAQSHA_TEST_POSTGRES is not set".to_owned(),
                ],
            }
        );
        // The output of what failed is shown, that of what passed is not.
        assert!(shown.contains(&"thread 'd::breaks' panicked"));
        assert!(!shown.iter().any(|line| line.contains("twice")));
    }

    #[test]
    fn a_failure_without_its_line_still_counts() {
        let (outcome, _) = read("test result: FAILED. 0 passed; 2 failed; 0 ignored;");
        assert_eq!(outcome.failures.len(), 2);
    }

    const TAP: &str = "TAP version 13
# Subtest: home
    # Subtest: shows the name
    ok 1 - shows the name
      ---
      duration_ms: 3.1
      ...
    not ok 2 - has no axe violations
      ---
      failureType: 'testCodeFailure'
      ...
    1..2
not ok 1 - home
ok 2 - signs with GOST # SKIP no key of that kind
ok 3 - later # TODO
1..3
# tests 5
# suites 0
# pass 1
# fail 2
# cancelled 0
# skipped 1
# todo 1
# duration_ms 12.3
";

    #[test]
    fn nodes_counts_and_reasons_are_read() {
        let outcome = node_test(TAP);
        assert_eq!(outcome.passed, 1);
        assert_eq!(outcome.failures, ["has no axe violations", "home"]);
        assert_eq!(
            outcome.skipped,
            [
                "signs with GOST: no key of that kind",
                "later: no reason given"
            ]
        );
    }

    #[test]
    fn a_cancelled_test_is_a_failed_one() {
        let outcome = node_test("# tests 1\n# pass 0\n# fail 0\n# cancelled 1\n");
        assert_eq!(outcome.failures.len(), 1);
    }

    #[test]
    fn a_runner_is_held_to_its_exit_status() {
        let crashed = Outcome::passed().held_to("cargo test", false);
        assert_eq!(crashed.failures, ["cargo test failed; see above"]);
        let empty = Outcome::default().held_to("node --test", true);
        assert_eq!(empty.failures, ["node --test ran no test"]);
        let skipped = Outcome::skipped("no browser").held_to("node --test", true);
        assert!(skipped.failures.is_empty());
    }

    #[test]
    fn the_report_ends_with_the_plain_counts() {
        let mut report = Report::default();
        report.add("formatting", Outcome::passed(), Duration::from_secs(1));
        report.add("tests", read(TWO_BINARIES).0, Duration::from_secs(62));
        let lines = report.lines();
        assert!(report.failed());
        assert_eq!(lines.last().unwrap(), "3 passed, 1 failed, 2 skipped");
        assert!(
            lines.contains(&"  tests: d::breaks".to_owned()),
            "{lines:#?}"
        );
        assert!(
            lines.contains(&"  tests: c::slow: needs an hour".to_owned()),
            "{lines:#?}"
        );
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with("tests ") && line.ends_with("1 min 02 s")),
            "{lines:#?}"
        );
    }
}
