//! The tests that start the program as a user does, in one binary.
#![expect(clippy::disallowed_methods, reason = "tests make and read files of their own")]

mod bad_input;
mod command;
mod layers;
mod reference;
mod support;
