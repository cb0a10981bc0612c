//! Steps whose failures are gathered: one that fails does not hide what the next ones would say.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::run::seconds;

/// What was run so far.
pub(crate) struct Steps {
    started: Instant,
    done: Vec<Step>,
}

struct Step {
    name: String,
    took: Duration,
    passed: bool,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), done: Vec::new() }
    }

    /// Runs one step and keeps its outcome; true if it passed.
    pub(crate) fn run(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        println!("\n━━ {name}");
        let started = Instant::now();
        let outcome = work();
        let took = started.elapsed();
        match &outcome {
            Ok(()) => println!("━━ {name}: passed in {}", seconds(took)),
            Err(error) => println!("━━ {name}: FAILED after {}\n{error:#}", seconds(took)),
        }
        let passed = outcome.is_ok();
        self.done.push(Step { name: name.to_owned(), took, passed });
        passed
    }

    /// Prints every step with its time, and `N passed, N failed` on a line of its own.
    pub(crate) fn finish(self) -> Result<()> {
        println!();
        for step in &self.done {
            println!("{:>12}  {}  {}", seconds(step.took), if step.passed { "passed" } else { "FAILED" }, step.name);
        }
        println!("{:>12}  in all\n", seconds(self.started.elapsed()));
        let failed = self.done.iter().filter(|step| !step.passed).count();
        println!("{} passed, {failed} failed", self.done.len() - failed);
        if failed > 0 {
            bail!("{failed} of {} steps failed", self.done.len());
        }
        Ok(())
    }
}
