//! CPU time, and the printing of goals.

use std::collections::HashMap;
use std::ffi::OsString;
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

/// CPU time of each thread of another process at one moment.
///
/// Kept apart by thread: when one ends, and idle threads of a pool do, its time leaves the sum, so that two sums would
/// differ by less than was used, or by less than nothing.
pub struct Process {
    pid: u32,
    threads: HashMap<OsString, f64>,
}

impl Process {
    pub fn now(pid: u32) -> Self {
        let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("Linux's /proc").flatten();
        let time = |thread: &fs::DirEntry| {
            // A thread may end between the listing and the reading.
            let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
            text.split_whitespace().next().and_then(|number| number.parse::<f64>().ok()).unwrap_or(0.0)
        };
        Self { pid, threads: threads.map(|thread| (thread.file_name(), time(&thread))).collect() }
    }

    /// CPU time used since, nanoseconds.
    pub fn elapsed(&self) -> f64 {
        let used = |(id, time): (&OsString, &f64)| (time - self.threads.get(id).unwrap_or(&0.0)).max(0.0);
        Self::now(self.pid).threads.iter().map(used).sum()
    }
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
