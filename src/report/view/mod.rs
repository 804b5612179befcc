//! View models: the sections of a report as plain data, shared by the page, the printed report, the slides and the
//! workbook.
//!
//! Each section is a file here. It consists of messages in one language, tables with text fields, and names of
//! pictures; it is independent of formats, templates and drawings. [`Context`] provides the lookups of all sections.

mod change;
mod context;
mod coverage;
mod dependents;
mod displaced;
mod ledger;
mod matrix;
mod methods;
mod municipality;
mod names;
mod official;
mod origins;
mod overview;
mod protection;
mod quality;
mod regions;
mod scenario;
mod seats;
mod sheet;
mod table;
mod trend;
mod unit_card;

use serde::Serialize;

pub use context::{Context, ROWS};
pub use coverage::{release as coverage_of_release, sentences as coverage};
pub use dependents::{Dependents, MostDependents, most_dependents};
pub use ledger::{Ledger, of_municipality as ledger_of};
pub use matrix::MatrixSection;
pub use methods::{DEFINITIONS, Methods};
pub use municipality::{Municipality, programmes};
pub use official::Official;
pub use origins::table as origins;
pub use overview::{Headline, Overview, PARTS, parts};
pub use protection::{Protection, sentences as protection};
pub use quality::{Quality, source_name};
pub use regions::Regions;
pub use scenario::of_scenario;
pub use seats::Seats;
pub use sheet::Sheet;
pub use table::{ColumnHead, KeyFact, PlainRow, PlainTable, SectionFigure, TableField, ViewRow, ViewTable};
pub use trend::{Trend, of_home as trend_of};
pub use unit_card::{of_provider, of_unit};

use crate::model::Release;

/// All sections of a report, independent of layout.
#[derive(Debug, Clone, Serialize)]
pub struct Sections {
    lang: &'static str,
    internal: bool,
    title: String,
    region: String,
    year: String,
    scope: String,
    overview: Overview,
    trend: Option<Trend>,
    matrix: MatrixSection,
    municipalities: Vec<Municipality>,
    ledger: Ledger,
    seats: Seats,
    dependents: Option<Dependents>,
    regions: Option<Regions>,
    official: Option<Official>,
    quality: Quality,
    protection: Option<Protection>,
    methods: Methods,
    program: &'static str,
}

impl Sections {
    /// The sections of a report.
    #[must_use]
    pub fn new(context: &Context<'_>) -> Self {
        let model = context.model;
        Self {
            lang: model.lang.tag(),
            internal: model.release() == Release::Internal,
            title: context.title(),
            region: model.region.name.clone(),
            year: model.year.to_string(),
            scope: context.scope_and_round(),
            overview: Overview::new(context),
            trend: Trend::new(context),
            matrix: MatrixSection::new(context),
            municipalities: context.municipalities().iter().map(|code| Municipality::new(context, code)).collect(),
            ledger: Ledger::new(context),
            seats: Seats::new(context),
            dependents: Dependents::new(context),
            regions: Regions::new(context),
            official: Official::new(context),
            quality: Quality::new(context),
            protection: Protection::new(context),
            methods: Methods::new(context),
            program: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")),
        }
    }
}
