//! Student-mobility analytics: from admission and 15-October extracts to dependency maps and reports.
//!
//! The modules stand in the order in which data flows. A module imports only modules that stand before it; a test
//! holds this.

pub mod model;
pub mod words;
pub mod error;
pub mod io;
pub mod config;
pub mod theme;
pub mod extract;
pub mod store;
pub mod clean;
pub mod link;
pub mod flow;
#[cfg(feature = "spark")]
pub mod spark;
pub mod metrics;
pub mod tables;
pub mod graph;
pub mod disclosure;
pub mod report;
pub mod render;
pub mod export;
pub mod manifest;
pub mod synth;
pub mod pipeline;
pub mod cli;
