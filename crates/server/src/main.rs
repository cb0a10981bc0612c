//! The `podium` program.

fn main() -> std::process::ExitCode {
    podium_server::cli::main()
}
