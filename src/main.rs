//! The program: parse, run, print the error and its way out, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    elevflode::cli::main(std::env::args_os())
}
