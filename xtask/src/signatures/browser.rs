//! What a signature costs where parents make it: in the signing module as built, in Chromium.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;
use crate::progress::note;
use crate::test::browser::Browser;
use crate::tools;
use crate::web;
use crate::workspace::Workspace;

const SCRIPT: &str = "signing-speed.mjs";
/// Milliseconds of one GOST signature.
pub const LONGEST_GOST: f64 = 50.0;

/// Milliseconds, from the page's call to its answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Times {
    /// The first signature of a fresh worker.
    pub first: f64,
    pub median: f64,
    pub p95: f64,
}

impl Times {
    fn read(figures: &Value, algorithm: &str) -> Result<Self> {
        let figure = |name: &str| {
            figures
                .get(algorithm)
                .and_then(|times| times.get(name))
                .and_then(Value::as_f64)
                .with_context(|| format!("the measurement printed no {name} of {algorithm}"))
        };
        Ok(Self {
            first: figure("first")?,
            median: figure("median")?,
            p95: figure("p95")?,
        })
    }

    pub fn line(&self, algorithm: &str) -> String {
        format!(
            "{algorithm} signing in the browser: {:.1} ms (95 % within {:.1} ms, the first {:.1} ms)",
            self.median, self.p95, self.first
        )
    }
}

/// GOST512 and RSA-2048; none where there is no browser, which is said.
pub fn measure(workspace: &Workspace) -> Result<Option<[Times; 2]>> {
    tools::install_missing(&Browser::TOOLS)?;
    let browser = match Browser::find(workspace) {
        Ok(browser) => browser,
        Err(error) => {
            note(&format!("skipped: {error:#}"));
            return Ok(None);
        }
    };
    note(web::build(workspace)?);
    let printed = process::output(browser.node(workspace)?.arg(SCRIPT))?;
    read(&printed).map(Some)
}

fn read(printed: &str) -> Result<[Times; 2]> {
    let figures: Value =
        serde_json::from_str(printed).context("the measurement printed no JSON")?;
    Ok([
        Times::read(&figures, "gost512")?,
        Times::read(&figures, "rsa2048")?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_has_its_own_figures() {
        let printed = r#"{"signatures":200,
            "gost512":{"first":90.5,"median":12.25,"p95":20},
            "rsa2048":{"first":40,"median":8,"p95":9}}"#;
        let [gost, rsa] = read(printed).unwrap();
        assert_eq!(
            gost.line("GOST512"),
            "GOST512 signing in the browser: 12.2 ms (95 % within 20.0 ms, the first 90.5 ms)"
        );
        assert_eq!(
            rsa.line("RSA-2048"),
            "RSA-2048 signing in the browser: 8.0 ms (95 % within 9.0 ms, the first 40.0 ms)"
        );
    }

    #[test]
    fn a_figure_that_is_missing_is_named() {
        let error = read(r#"{"gost512":{"first":1,"median":2}}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the measurement printed no p95 of gost512"
        );
    }
}
