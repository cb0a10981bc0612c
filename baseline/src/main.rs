//! `baseline`: the command line. Only reads arguments and calls commands.
#![expect(clippy::print_stderr, reason = "a command line speaks on standard error")]

use std::process::ExitCode;

use podium_baseline::device;

fn main() -> ExitCode {
    match device::init() {
        Ok(()) => {
            let compute = device::Compute::new(1, true);
            eprintln!("{compute}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("baseline: {error:#}");
            ExitCode::FAILURE
        }
    }
}
