//! Numbered steps on standard error, so that a long build always says where it is.

use std::time::{Duration, Instant};

#[derive(Debug)]
pub struct Progress {
    total: usize,
    current: usize,
    started: Instant,
    step_started: Instant,
}

impl Progress {
    pub fn of(total: usize) -> Self {
        let now = Instant::now();
        Self {
            total,
            current: 0,
            started: now,
            step_started: now,
        }
    }

    pub fn step(&mut self, what: &str) {
        self.current += 1;
        self.step_started = Instant::now();
        eprintln!("[{}/{}] {what}", self.current, self.total);
    }

    /// Closes the step with its result and the seconds it took.
    pub fn done(&self, result: &str) {
        eprintln!("      {result} ({})", seconds(self.step_started.elapsed()));
    }

    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// A line below the current step.
pub fn note(text: &str) {
    eprintln!("      {text}");
}

pub fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        let whole = duration.as_secs();
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(seconds(Duration::from_millis(340)), "0.3 s");
        assert_eq!(seconds(Duration::from_millis(59_900)), "59.9 s");
        assert_eq!(seconds(Duration::from_secs(61)), "1 min 01 s");
    }
}
