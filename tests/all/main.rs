//! The end-to-end tests, in one binary.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests make and read files, and stop when they cannot"
)]

mod bad_input;
mod change;
mod circles;
mod command;
mod containers;
mod example;
mod explorer;
mod files;
mod folders;
mod forms;
mod geometry;
mod history;
mod inputs;
mod layers;
mod library;
mod manual;
mod office;
mod pdf;
mod people;
mod pictures;
mod policy;
mod public;
mod reference;
mod regions;
mod slides;
#[cfg(feature = "spark")]
mod spark;
mod support;
mod theme;
mod truth;
mod whatif;
mod workbooks;
