//! From flows, links and seats to the contract's tables, before disclosure control.

mod balance;
mod check;
mod dependence;
mod headline;
mod ledger;
mod origins;
mod quality;
mod scope;
mod seats;
mod shares;

pub use check::check;
pub use headline::{Effect, Headline, Topic, effects, headline, total};
pub use quality::{details as quality_details, rows as quality};
pub use seats::raised;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::clean::CleanRows;
use crate::flow::{Flow, FlowTable};
use crate::link::Link;
use crate::model::{Cell, MunicipalityId, ProviderKind, Registers, SchoolUnit, Text, Year};
use crate::tables::{BalanceRow, ConcentrationRow, DependenceRow, FlowRow, ShareRow, Tables, sort_by_key};
use scope::{Codes, Scope};

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
    let codes = Codes::new(inputs);
    let scopes = codes.scopes();
    let per_scope = || -> (Vec<ShareRow>, Vec<DependenceRow>, Vec<ConcentrationRow>, Vec<BalanceRow>) {
        let programmes = shares::Programmes::of(inputs);
        let one = |scope: &Scope<'_>| {
            let shares = shares::rows(inputs, &codes, scope, &programmes);
            let (dependence, concentration) = dependence::rows(inputs, &codes, scope);
            (shares, dependence, concentration, balance::rows(inputs, &codes, scope))
        };
        let parts: Vec<_> = scopes.par_iter().map(one).collect();
        let mut out = <(Vec<_>, Vec<_>, Vec<_>, Vec<_>)>::default();
        for (shares, dependence, concentration, balance) in parts {
            out.0.extend(shares);
            out.1.extend(dependence);
            out.2.extend(concentration);
            out.3.extend(balance);
        }
        out
    };
    let others = || {
        let ((ledger, moves), ((origins, seats), detail)) = rayon::join(
            || rayon::join(|| ledger::rows(inputs), || ledger::moves(inputs)),
            || rayon::join(|| (origins::rows(inputs), seats::rows(inputs)), || quality::details(inputs.rows)),
        );
        (ledger, moves, origins, seats, detail)
    };
    let ((shares, dependence, concentration, balance), (flows, (ledger, moves, origins, seats, quality_detail))) =
        rayon::join(per_scope, || rayon::join(|| inputs.flow_rows(), others));
    let quality = quality::rows(inputs.rows);
    let turnover = ledger::turnover(&ledger);
    let mut tables = Tables {
        flows,
        shares,
        dependence,
        concentration,
        balance,
        ledger,
        turnover,
        moves,
        origins,
        seats,
        quality,
        quality_detail,
        ..Tables::default()
    };
    let Tables { shares, dependence, concentration, balance, ledger, turnover, moves, origins, seats, .. } =
        &mut tables;
    rayon::scope(|scope| {
        scope.spawn(|_| sort_by_key(ledger));
        scope.spawn(|_| sort_by_key(dependence));
        scope.spawn(|_| sort_by_key(shares));
        scope.spawn(|_| sort_by_key(turnover));
        scope.spawn(|_| sort_by_key(moves));
        scope.spawn(|_| sort_by_key(concentration));
        scope.spawn(|_| sort_by_key(balance));
        scope.spawn(|_| sort_by_key(origins));
        scope.spawn(|_| sort_by_key(seats));
    });
    tables
}
