//! Student-mobility analytics: from admission and 15-October extracts to dependency maps and reports.
//!
//! The modules stand in the order in which data flows. A module imports only modules that stand before it; a test
//! holds this.

pub mod model;
pub mod words;
pub mod error;
pub mod tables;
pub mod graph;
pub mod disclosure;
pub mod report;
pub mod render;
