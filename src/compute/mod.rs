//! From flows, links and seats to the contract's tables, before disclosure control.

mod balance;
mod check;
mod dependence;
mod headline;
mod ledger;
mod quality;
mod seats;
mod shares;

pub use check::check;
pub use headline::{Effect, Headline, Topic, effects, headline, total};
pub use quality::{details as quality_details, rows as quality};

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::clean::CleanRows;
use crate::flow::{Flow, FlowTable};
use crate::link::Link;
use crate::model::{Cell, MunicipalityId, Population, ProviderKind, Registers, SchoolUnit, Snapshot, Text, Year};
use crate::tables::{FlowRow, Row, Tables, sort_by_key};

/// Everything that tables are computed from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The flows of the run.
    pub flows: &'a FlowTable,
    /// The linked years.
    pub links: &'a BTreeMap<Year, Link>,
    /// The cleaned rows: seats and quality.
    pub rows: &'a CleanRows,
    /// Names, kinds and places.
    pub registers: &'a Registers,
    /// Codes of the region's municipalities, sorted; all in the register.
    pub region: &'a [Text],
}

/// A flow with a known home and a known unit, as the tables of shares see it.
#[derive(Clone, Copy)]
struct KnownFlow<'a> {
    flow: &'a Flow,
    unit: &'a SchoolUnit,
    school_municipality: MunicipalityId,
}

/// One snapshot, year and population: the scope of a table's part.
#[derive(Clone)]
struct Scope<'a> {
    snapshot: Snapshot,
    year: Year,
    population: Population,
    flows: Vec<KnownFlow<'a>>,
}

impl Inputs<'_> {
    /// Whether the home is one of the region's municipalities.
    fn is_in_region(&self, home: MunicipalityId) -> bool {
        let code = self.registers.municipality_codes().text(home);
        self.region.binary_search(code).is_ok()
    }

    /// The numbers of the region's municipalities, in the order of their codes.
    fn region_ids(&self) -> Vec<MunicipalityId> {
        self.region.iter().filter_map(|code| self.registers.municipality_codes().find(code)).collect()
    }

    fn code(&self, municipality: MunicipalityId) -> Text {
        self.registers.municipality_codes().text(municipality).clone()
    }

    /// Every snapshot, year and population that was read, with its flows of known home and unit.
    fn scopes(&self) -> Vec<Scope<'_>> {
        let censuses = self.flows.censuses();
        let populations = censuses.iter().flat_map(|census| Population::ALL.map(|p| (*census, p)));
        populations
            .map(|((snapshot, year), population)| Scope {
                snapshot,
                year,
                population,
                flows: self
                    .flows
                    .of(snapshot, year)
                    .iter()
                    .filter(|f| population.includes(self.registers.programme_kind(f.key.programme)))
                    .filter(|f| self.registers.municipality_codes().is_known(f.key.home))
                    .filter_map(|flow| {
                        let unit = self.registers.unit_in(flow.key.unit, year)?;
                        let school_municipality = self.registers.unit_municipality_in(flow.key.unit, year);
                        Some(KnownFlow { flow, unit, school_municipality })
                    })
                    .collect(),
            })
            .collect()
    }

    fn flow_rows(&self) -> Vec<FlowRow> {
        let registers = self.registers;
        let text = |f: &Flow| FlowRow {
            snapshot: f.key.snapshot,
            year: f.key.year,
            home: registers.municipality_codes().text(f.key.home).clone(),
            unit: registers.unit_codes().text(f.key.unit).clone(),
            programme: registers.programme_codes().text(f.key.programme).clone(),
            students: Cell::Value(f.students),
        };
        self.flows.flows().iter().map(text).collect()
    }
}

/// Whether a unit is run by this municipality.
fn is_own(unit: &SchoolUnit, home: &Text) -> bool {
    unit.provider.kind == ProviderKind::Municipal && unit.provider.code == *home
}

/// All tables of a run. `disclosure` stays empty: disclosure control fills it.
#[must_use]
pub fn tables(inputs: Inputs<'_>) -> Tables {
    let scopes = inputs.scopes();
    let per_scope: Vec<_> =
        scopes.par_iter().map(|scope| (dependence::rows(inputs, scope), balance::rows(inputs, scope))).collect();
    let mut tables = Tables {
        flows: inputs.flow_rows(),
        shares: shares::rows(inputs, &scopes),
        ledger: ledger::rows(inputs),
        moves: ledger::moves(inputs),
        seats: seats::rows(inputs),
        quality: quality::rows(inputs.rows),
        quality_detail: quality::details(inputs.rows),
        ..Tables::default()
    };
    for ((dependence, concentration), balance) in per_scope {
        tables.dependence.extend(dependence);
        tables.concentration.extend(concentration);
        tables.balance.extend(balance);
    }
    sorted(&mut tables.shares);
    sorted(&mut tables.dependence);
    sorted(&mut tables.concentration);
    sorted(&mut tables.balance);
    sorted(&mut tables.ledger);
    sorted(&mut tables.moves);
    sorted(&mut tables.seats);
    tables
}

fn sorted<R: Row>(rows: &mut [R]) {
    sort_by_key(rows);
}
