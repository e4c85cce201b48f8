//! Child processes, each in a process group of its own, and what Ctrl-C does to them.
//!
//! A terminal sends Ctrl-C to its foreground group only, which is this tool alone: the tool hands
//! the signal on to every running child group, waits for them and unwinds, so that whatever has
//! to be stopped or removed is. The second Ctrl-C kills.
//! This module must not know what the children are for.

use std::io::{BufRead, BufReader};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

const POLL: Duration = Duration::from_millis(20);

/// The signal that interrupted this tool; 0 while none has.
static INTERRUPTED_BY: AtomicI32 = AtomicI32::new(0);
static RUNNING: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

#[derive(Clone, Copy)]
struct Entry {
    group: Pid,
    on_interrupt: OnInterrupt,
}

/// What a child gets when this tool is interrupted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OnInterrupt {
    /// The signal that arrived.
    Forward,
    /// Nothing: its owner stops it after the others have ended.
    Leave,
}

fn running() -> MutexGuard<'static, Vec<Entry>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the thread that hands SIGINT, SIGTERM and SIGHUP on to the children.
pub fn watch_signals() -> Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])
        .context("cannot watch for signals")?;
    std::thread::spawn(move || {
        for raw in signals.forever() {
            let first = INTERRUPTED_BY.swap(raw, Ordering::SeqCst) == 0;
            let forwarded = if first {
                Signal::from_named_raw(raw).unwrap_or(Signal::TERM)
            } else {
                Signal::KILL
            };
            for entry in running().iter() {
                if !first || entry.on_interrupt == OnInterrupt::Forward {
                    // A group that has just ended is no error.
                    let _ = kill_process_group(entry.group, forwarded);
                }
            }
            if !first {
                std::process::exit(128 + raw);
            }
        }
    });
    Ok(())
}

/// An error once a signal has asked this tool to stop.
pub fn go_on() -> Result<()> {
    if INTERRUPTED_BY.load(Ordering::SeqCst) != 0 {
        bail!("interrupted");
    }
    Ok(())
}

/// The shell's exit code for the signal that interrupted this tool.
pub fn interrupted_exit_code() -> Option<u8> {
    match INTERRUPTED_BY.load(Ordering::SeqCst) {
        0 => None,
        raw => Some(u8::try_from(128 + raw).unwrap_or(u8::MAX)),
    }
}

/// The exit code that tells what became of a child, in the shell's convention.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// A running child with everything it starts; stopped when dropped.
#[derive(Debug)]
pub struct Group {
    child: Child,
    pid: Pid,
    ended: Option<ExitStatus>,
}

impl Group {
    pub fn spawn(command: &mut Command, on_interrupt: OnInterrupt) -> Result<Self> {
        // The lock is held while spawning: a signal sees the child or stops it from starting.
        let mut entries = running();
        go_on()?;
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start `{}`", shown(command)))?;
        let pid = Pid::from_child(&child);
        entries.push(Entry {
            group: pid,
            on_interrupt,
        });
        Ok(Self {
            child,
            pid,
            ended: None,
        })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn take_stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    pub fn wait(&mut self) -> Result<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        let status = self.child.wait().context("cannot wait for a process")?;
        self.forget(status);
        Ok(status)
    }

    /// How the child ended, or `None` while it runs.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        if self.ended.is_none()
            && let Some(status) = self.child.try_wait().context("cannot ask for a process")?
        {
            self.forget(status);
        }
        Ok(self.ended)
    }

    /// Asks the group to end with `signal` and kills it after `patience`.
    pub fn stop(&mut self, signal: Signal, patience: Duration) -> Result<ExitStatus> {
        if let Some(status) = self.try_wait()? {
            return Ok(status);
        }
        let _ = kill_process_group(self.pid, signal);
        let asked = Instant::now();
        while asked.elapsed() < patience {
            if let Some(status) = self.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(POLL);
        }
        let _ = kill_process_group(self.pid, Signal::KILL);
        self.wait()
    }

    fn forget(&mut self, status: ExitStatus) {
        self.ended = Some(status);
        running().retain(|entry| entry.group != self.pid);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = self.stop(Signal::TERM, Duration::from_secs(10));
    }
}

/// The command as a person would type it.
pub fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs the command with its output on this terminal; anything but success is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = Group::spawn(command, OnInterrupt::Forward)?.wait()?;
    if !status.success() {
        bail!("`{}` failed: {status}", shown(command));
    }
    Ok(())
}

/// Runs the command and returns what it wrote to standard output; its errors stay visible.
pub fn output(command: &mut Command) -> Result<String> {
    let mut text = String::new();
    let status = stream(command, |line| {
        text.push_str(line);
        text.push('\n');
    })?;
    if !status.success() {
        bail!("`{}` failed: {status}", shown(command));
    }
    Ok(text)
}

/// Runs the command quietly and tells whether it succeeded; one that cannot start did not.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Group::spawn(command, OnInterrupt::Forward)
        .and_then(|mut group| group.wait())
        .is_ok_and(|status| status.success())
}

/// Runs the command and hands each line of its standard output to `on_line` as it comes.
pub fn stream(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut group = Group::spawn(command.stdout(Stdio::piped()), OnInterrupt::Forward)?;
    if let Some(stdout) = group.take_stdout() {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader
                .read_until(b'\n', &mut line)
                .with_context(|| format!("cannot read from `{}`", shown(command)))?;
            if read == 0 {
                break;
            }
            on_line(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
        }
    }
    group.wait()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn lines_arrive_whole_and_in_order() {
        let mut lines = Vec::new();
        let status = stream(&mut sh("printf 'one\\ntwo\\r\\nthree'; exit 3"), |line| {
            lines.push(line.to_owned());
        })
        .unwrap();
        assert_eq!(lines, ["one", "two", "three"]);
        assert_eq!(exit_code(status), 3);
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = run(&mut sh("exit 7")).unwrap_err().to_string();
        assert!(error.contains("sh -c exit 7"), "{error}");
    }

    #[test]
    fn a_child_that_ignores_the_request_is_killed_with_its_children() {
        let mut command = sh("trap '' TERM; echo ready; sleep 600 & wait; sleep 600");
        let mut group = Group::spawn(command.stdout(Stdio::piped()), OnInterrupt::Forward).unwrap();
        let mut reader = BufReader::new(group.take_stdout().unwrap());
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");

        let status = group.stop(Signal::TERM, Duration::ZERO).unwrap();

        assert_eq!(exit_code(status), 128 + 9);
        // The pipe closes only when the grandchild is gone too.
        line.clear();
        assert_eq!(reader.read_line(&mut line).unwrap(), 0);
    }

    #[test]
    fn what_cannot_start_does_not_succeed() {
        assert!(!succeeds(&mut Command::new("balabaqsha-no-such-program")));
        assert!(succeeds(&mut sh("exit 0")));
        assert!(!succeeds(&mut sh("exit 1")));
    }
}
