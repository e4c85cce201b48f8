//! `balabaqsha eds`: gives the tool of that name the machine's clock, its environment and its
//! terminal.

use crate::clock::{Clock, SystemClock};
use balabaqsha_eds::{Surroundings, Tool};
use chrono::{DateTime, Utc};
use std::env::VarError;
use std::io;
use std::process::ExitCode;
use zeroize::Zeroizing;

/// Never on the command line, which everybody on the machine can read.
const PASSWORD: &str = "BALABAQSHA_P12_PASSWORD";

struct Machine;

impl Surroundings for Machine {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the password is no setting of the service: it belongs to one run of the tool"
    )]
    fn password(&self) -> io::Result<Zeroizing<String>> {
        match std::env::var(PASSWORD) {
            Ok(password) => Ok(Zeroizing::new(password)),
            Err(VarError::NotPresent) => {
                rpassword::prompt_password("Password of the key file: ").map(Zeroizing::new)
            }
            Err(error @ VarError::NotUnicode(_)) => Err(io::Error::other(error.to_string())),
        }
    }

    fn standard_input(&self) -> Box<dyn io::Read> {
        Box::new(io::stdin())
    }
}

/// Runs a command of the tool; what cannot be done is said on standard error.
#[must_use]
pub fn run(tool: &Tool) -> ExitCode {
    match balabaqsha_eds::run(tool, &Machine, &mut io::stdout().lock()) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(error) => {
            eprintln!("balabaqsha eds: {}", balabaqsha_eds::told(&error, tool));
            ExitCode::from(error.code())
        }
    }
}
