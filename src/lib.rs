//! Student-mobility analytics: from admission and 15-October extracts to dependency maps and reports.
//!
//! The program `elevflode` is a thin layer ([`cli`]) over this library. Data flows in one direction: an extract is
//! read ([`extract`]), every row gets one reason ([`clean`]), students are linked and counted ([`link`], [`flow`]),
//! the tables are computed ([`tables`]), and what may be shown of them is released ([`disclosure`]) before anything is
//! drawn ([`render`]) or written ([`export`]). [`pipeline`] knows this order; programs that use the library begin
//! there:
//!
//! | step | result |
//! |---|---|
//! | [`pipeline::load`], [`pipeline::Loaded::in_memory`] | a config, and the location of its files |
//! | [`pipeline::read`] | cleaned rows, flows, links, registers: exact numbers |
//! | [`pipeline::audit`] | the headline share, and how far lost rows could move it |
//! | [`pipeline::model`] | the tables and the flow graph of a release, internal or public |
//! | [`pipeline::write`] | the files of a report in a folder |
//!
//! # From an extract to the share
//!
//! The share of students who study with another provider than their home municipality, from one extract of four
//! students:
//!
//! ```
//! use elevflode::pipeline::{self, Loaded, Timings};
//! use elevflode::words::Lang;
//!
//! let config = r#"
//!     [region]
//!     name = "Two municipalities"
//!     municipalities = ["1440", "1480"]
//!     [run]
//!     population = "all"
//!     [registers]
//!     units = "units.csv"
//!     [[extract]]
//!     kind = "october"
//!     path = "october.csv"
//!     year = 2023
//! "#;
//! let units = "code,name,municipality,provider,provider_kind\n\
//!              10000001,Ale Upper Secondary,1440,1440,municipal\n\
//!              10000002,Harbour School,1480,1480,municipal\n";
//! let october = "Löpnummer,Hemkommun,Skolenhetskod\n\
//!                a1,1440,10000001\n\
//!                a2,1440,10000002\n\
//!                a3,1440,10000002\n\
//!                a4,1480,10000002\n";
//! let files = [("elevflode.toml", config), ("units.csv", units), ("october.csv", october)];
//! let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
//!
//! // Progress is not shown (`()`), and memory is not limited (`None`).
//! let read = pipeline::read(Loaded::in_memory(files.into())?, None, &mut Timings::default(), &())?;
//!
//! // The flows: students by snapshot, year, home, unit and programme.
//! let registers = &read.registers;
//! let flows: Vec<String> = read
//!     .flows
//!     .flows()
//!     .iter()
//!     .map(|flow| {
//!         let home = registers.municipality_codes().text(flow.key.home);
//!         let unit = registers.unit_codes().text(flow.key.unit);
//!         format!("{home} → {unit}: {}", flow.students)
//!     })
//!     .collect();
//! assert_eq!(flows, ["1440 → 10000001: 1", "1440 → 10000002: 2", "1480 → 10000002: 1"]);
//!
//! // The share is a fraction of whole numbers: two of four.
//! let headline = pipeline::audit(&read)?.expect("the extract has students").headline;
//! assert_eq!((headline.cross, headline.students), (2, 4));
//! assert_eq!(Lang::En.percent(headline.share(), 1), "50.0%");
//! # Ok::<(), elevflode::error::Error>(())
//! ```
//!
//! `examples/flows_of_an_extract.rs` does the same with files, `examples/own_metric.rs` computes a new metric from the
//! graph of a report.
//!
//! # Order of modules
//!
//! Modules are listed in data-flow order, except `store`, which precedes [`clean`] because `clean` fills it. A module
//! imports only modules that are listed before it; a test checks this.

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
pub mod diversion;
pub mod funnel;
pub mod metrics;
pub mod decomposition;
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
