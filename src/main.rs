//! The program `elevflode`: passes its arguments to the command line and exits with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    elevflode::cli::main(std::env::args_os())
}
