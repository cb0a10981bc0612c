//! CPU time, and the printing of goals.

use std::fs;

use rustix::time::{ClockId, clock_gettime};

/// CPU time of the calling thread while `work` runs, nanoseconds.
pub fn thread(work: impl FnOnce()) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
    };
    let before = now();
    work();
    now() - before
}

/// CPU time of all threads of a process so far, nanoseconds. Counted in scheduler ticks: measure a second or so.
pub fn process(pid: u32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("Linux's /proc");
    let times = threads.flatten().map(|thread| {
        // A thread may end between the listing and the reading.
        let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
        text.split_whitespace().next().and_then(|number| number.parse::<f64>().ok()).unwrap_or(0.0)
    });
    times.sum()
}

/// Resident memory of a process, bytes.
pub fn resident(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux's /proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().expect("a number") * 1024.0
}

/// The median of repeated measurements.
pub fn median(times: usize, mut measure: impl FnMut() -> f64) -> f64 {
    let mut values: Vec<f64> = (0..times).map(|_| measure()).collect();
    values.sort_by(f64::total_cmp);
    values[times / 2]
}

/// A measured number beside its goal.
pub struct Goal {
    number: &'static str,
    what: String,
    measured: f64,
    goal: f64,
    more_is_better: bool,
    unit: &'static str,
}

impl Goal {
    /// Fewer is better.
    pub fn at_most(
        number: &'static str,
        what: impl Into<String>,
        measured: f64,
        goal: f64,
        unit: &'static str,
    ) -> Self {
        Self { number, what: what.into(), measured, goal, more_is_better: false, unit }
    }

    /// More is better.
    pub fn at_least(
        number: &'static str,
        what: impl Into<String>,
        measured: f64,
        goal: f64,
        unit: &'static str,
    ) -> Self {
        Self { number, what: what.into(), measured, goal, more_is_better: true, unit }
    }

    /// Prints the line.
    pub fn print(&self) {
        let sign = if self.more_is_better { ">=" } else { "<=" };
        let reached = if self.more_is_better { self.measured >= self.goal } else { self.measured <= self.goal };
        let verdict = if reached { "reached" } else { "MISSED" };
        println!(
            "{:<4} {:<60} {:>12.3} {:<7} goal {sign} {:<7} {verdict}",
            self.number, self.what, self.measured, self.unit, self.goal
        );
    }
}
