//! The report model: the input of all pages, maps and charts, built from released values only.

mod change;
mod matrix;
mod mobility;
mod names;
mod regions;
pub mod view;
pub mod whatif;

pub use change::{ChangeEffect, ShareChange, change_of_students, finding, points};
pub use matrix::{HomeTotals, Matrix, MatrixColumn};
pub use mobility::{FlowEnds, FlowTotals, Subject, UnitPupils};
pub use names::{change_name, map_name, map_name_of};
pub use regions::{RegionValues, proportion, size};

use std::sync::{Arc, OnceLock};

use crate::disclosure::{self, Released, ShownSum, ShownSums};
use crate::graph::{FlowGraph, Programmes, Selection};
use crate::model::{ALL, Cell, Policy, Population, Registers, Release, Round, Snapshot, Text, Year};
use crate::tables::margins::{LedgerItem, LinkMargin, ProviderKinds, What, Where};
use crate::tables::market::{Market, Markets};
use crate::tables::{ComparedRegion, LedgerRow, SeatRow, Tables};
use crate::theme::Theme;
use crate::words::Lang;

/// The co-operation area of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its name.
    pub name: String,
    /// Codes of its municipalities, sorted.
    pub municipalities: Vec<Text>,
}

/// Coverage of the data of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// The two snapshots of the year are linked by student.
    Linked {
        /// Year of the school start in autumn.
        year: Year,
    },
    /// The year lacks a snapshot, so it has no ledger.
    NoSnapshot {
        /// Year of the school start in autumn.
        year: Year,
        /// The missing one.
        snapshot: Snapshot,
    },
    /// The year's extracts have no student ids, so it has no ledger.
    NoIds {
        /// Year of the school start in autumn.
        year: Year,
    },
    /// Both snapshots have student ids, but none occurs in both: the ids are of different kinds.
    NothingLinks {
        /// Year of the school start in autumn.
        year: Year,
    },
    /// No October row has a resident of the region at a unit outside it: students who study outside are not in the
    /// data.
    OctoberStopsAtTheRegion {
        /// Year of the school start in autumn.
        year: Year,
    },
    /// The year has no seats for one or both of the snapshots.
    NoSeats {
        /// Year of the school start in autumn.
        year: Year,
        /// Admission or October.
        time: Snapshot,
    },
    /// Rows with an unknown home or unit: included in totals, not in shares.
    Unknown {
        /// Year of the school start in autumn.
        year: Year,
        /// The extract's snapshot.
        snapshot: Snapshot,
        /// Students with an unknown home or unit, and all students of the snapshot; hidden in a public release.
        students: Cell<(u64, u64)>,
    },
    /// National programmes were requested, but no row has one; all rows are shown.
    NoNationalProgrammes,
}

/// A report, ready to be drawn and written.
#[derive(Debug, Clone)]
pub struct ReportModel {
    /// The tables.
    pub tables: Released<Tables>,
    /// The disclosure policy of the release: published levels and the threshold.
    pub policy: Policy,
    /// The flow graph, built on first use.
    pub flow_graph: OnceLock<Released<FlowGraph>>,
    /// The released sums that pages and pictures query.
    pub sums: Arc<Released<ShownSums>>,
    /// Who attends what, by year, as far as the release shows it.
    pub markets: Arc<Released<Markets>>,
    /// Names, kinds, points and outlines.
    pub registers: Arc<Registers>,
    /// The co-operation area.
    pub region: Region,
    /// The regions that are compared, the co-operation area first.
    pub regions: Vec<ComparedRegion>,
    /// The report year, shown on pages, maps and slides.
    pub year: Year,
    /// All years with data, ascending.
    pub years: Vec<Year>,
    /// The snapshot on pages and maps: October if the year has it, otherwise admission.
    pub snapshot: Snapshot,
    /// The population on pages and maps.
    pub population: Population,
    /// The latest round among the year's admission extracts, named in every title.
    pub round: Option<Round>,
    /// The language of all output.
    pub lang: Lang,
    /// The theme of all output.
    pub theme: Arc<Theme>,
    /// What the data covers.
    pub coverage: Vec<Coverage>,
    /// The region's students at a unit missing from the register, in the headline's snapshot, year and population; the
    /// headline does not include them. 0 in a public release.
    pub unplaced: u64,
}

impl ReportModel {
    /// The flow graph.
    pub fn graph(&self) -> &FlowGraph {
        self.flow_graph.get_or_init(|| self.tables.derive(|tables| FlowGraph::new(&tables.flows))).get()
    }

    /// Internal or public.
    #[must_use]
    pub fn release(&self) -> Release {
        self.tables.release()
    }

    /// The market of the report year; `None` if the release has none.
    #[must_use]
    pub fn market(&self) -> Option<&Market> {
        self.markets.get().get(&self.year)
    }

    /// What the market of the report year counts: all programmes, at its snapshot.
    #[must_use]
    pub fn market_selection(&self) -> Selection {
        let snapshot = self.market().map_or(self.snapshot, |market| market.snapshot);
        Selection { snapshot, year: self.year, programmes: Programmes::Of(Population::All) }
    }

    /// A number of students of a market as the release shows it.
    #[must_use]
    pub fn shown(&self, students: u64) -> Cell {
        match self.release() {
            Release::Internal => Cell::Value(students),
            Release::Public => disclosure::shown(&self.policy, students),
        }
    }

    /// The selection of pages and maps by default.
    #[must_use]
    pub fn selection(&self) -> Selection {
        Selection { snapshot: self.snapshot, year: self.year, programmes: Programmes::Of(self.population) }
    }

    /// Whether the code is a municipality of the region.
    #[must_use]
    pub fn in_region(&self, municipality: &str) -> bool {
        self.region.municipalities.binary_search_by(|m| (**m).cmp(municipality)).is_ok()
    }

    /// The rows of `ledger` of the report's year and population, over all programmes: `ALL` and every unit.
    pub fn ledger(&self) -> impl Iterator<Item = &LedgerRow> {
        let rows = self.tables.get().ledger.iter();
        rows.filter(|r| r.year == self.year && r.population == self.population && *r.programme == *ALL)
    }

    /// The row of `ledger` that sums all units and programmes of the report's year and population.
    #[must_use]
    pub fn ledger_total(&self) -> Option<&LedgerRow> {
        self.ledger().find(|row| *row.unit == *ALL)
    }

    /// Arrivals after admission at the unit of a ledger row (moved in and arrived), as released.
    #[must_use]
    pub fn arrivals(&self, row: &LedgerRow) -> Cell {
        self.turnover(row, LedgerItem::In)
    }

    /// Departures after admission from the unit of a ledger row (moved out and left), as released.
    #[must_use]
    pub fn departures(&self, row: &LedgerRow) -> Cell {
        self.turnover(row, LedgerItem::Out)
    }

    fn turnover(&self, row: &LedgerRow, item: LedgerItem) -> Cell {
        let place = if *row.unit == *ALL {
            Some(Where::Everywhere)
        } else {
            let unit = self.registers.unit_codes().find(&row.unit);
            unit.zip(self.sums.get().facts.get(&row.year)).map(|(unit, facts)| facts.unit_place(unit))
        };
        place.map_or(Cell::Hidden, |place| {
            let sum = LinkMargin::Ledger { population: row.population, place, what: What::All, item };
            self.sums.get().link(row.year, sum)
        })
    }

    /// The units whose seats rose after admission in the report year, the largest rise first.
    #[must_use]
    pub fn raised_units(&self) -> Vec<&SeatRow> {
        let seats = self.tables.get().seats.iter();
        let is_raised = |r: &&SeatRow| r.year == self.year && *r.programme == *ALL && r.raised == Cell::Value(true);
        let mut rows: Vec<&SeatRow> = seats.filter(is_raised).collect();
        rows.sort_by_key(|r| (std::cmp::Reverse(r.seat_delta.value()), r.unit.clone()));
        rows
    }

    /// The units that students who moved to `unit` after admission had been admitted to, over all programmes, as far
    /// as the release shows them; the largest number first, ties by code.
    #[must_use]
    pub fn moved_to(&self, unit: &str) -> Vec<(Text, u64)> {
        let Some(to) = self.registers.unit_codes().find(unit) else { return Vec::new() };
        let from = |(sum, shown): (&LinkMargin, &ShownSum)| match (sum, shown.cell) {
            (LinkMargin::Moved(from, at), Cell::Value(students)) if *at == to => {
                Some((self.registers.unit_codes().text(*from).clone(), students))
            }
            _ => None,
        };
        let mut out: Vec<(Text, u64)> =
            self.sums.get().of_link(self.year).into_iter().flatten().filter_map(from).collect();
        out.sort_by_key(|(code, students)| (std::cmp::Reverse(*students), code.clone()));
        out
    }

    /// The students who moved to a unit that raised its seats after admission, over all programmes.
    #[must_use]
    pub fn moved_to_raised(&self, unit: &str) -> Cell {
        let unit = self.registers.unit_codes().find(unit);
        unit.map_or(Cell::Hidden, |unit| {
            let (population, from, kinds) = (Population::All, Where::Everywhere, ProviderKinds::All);
            self.sums.get().link(self.year, LinkMargin::ToRaised { population, unit: Some(unit), from, kinds })
        })
    }

    /// The name of a provider. Only municipalities have names; others are named after their first unit and the number
    /// of further units.
    #[must_use]
    pub fn provider_name(&self, code: &str) -> String {
        if let Some(municipality) = self.registers.municipality_by_code(code) {
            return municipality.name.to_string();
        }
        let mut units = self.registers.units().filter(|unit| *unit.provider.code == *code);
        let Some(first) = units.next() else { return code.to_owned() };
        match units.count() {
            0 => first.name.to_string(),
            more => {
                let more = self.lang.number(more as u64);
                self.lang.say("page-provider-units", &[("unit", &first.name), ("more", &more)])
            }
        }
    }
}
