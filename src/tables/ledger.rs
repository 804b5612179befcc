//! `ledger`: from admission to 15 October per unit and programme.
//!
//! Programmes outside the population are excluded at both times before offers are compared: a student admitted to a
//! national programme and enrolled in an introduction programme has left the national population.

use std::collections::BTreeMap;

use super::margins::{Figure, LedgerItem, LinkMargin, Margin, MarginCodes, ProgrammeSelection, What, Where, Who};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Table, column_index, ensure};
use super::{Inputs, Row, Tables};
use crate::error::Result;
use crate::link::{Link, Offer};
use crate::model::{ALL, Cell, Population, ProgrammeId, Snapshot, Text, UnitId, Year};

row!(
    /// From admission to 15 October: admitted = stayed + moved out + left; enrolled = stayed + moved in + arrived.
    LedgerRow, "ledger", keys 4, {
        /// Autumn of this year.
        year: Year => Year,
        /// Which programmes count, at both times.
        population: Population => Text,
        /// School unit or `ALL`.
        unit: Text => Code(Unit),
        /// Programme, `?`, `-` or `ALL`.
        programme: Text => Code(Programme),
        /// Admitted here.
        admitted: Cell => Count,
        /// Admitted and enrolled here.
        stayed: Cell => Count,
        /// Admitted here, enrolled in another row of the same level.
        moved_out: Cell => Count,
        /// Admitted here, enrolled nowhere known.
        left: Cell => Count,
        /// Enrolled here, admitted in another row of the same level.
        moved_in: Cell => Count,
        /// Enrolled here, admitted nowhere known.
        arrived: Cell => Count,
        /// Enrolled here in year group 1 on 15 October.
        enrolled: Cell => Count,
    }
);

impl Table for LedgerRow {
    const PUBLICATION: Publication = Publication::ShownRows;

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let mut out = Vec::new();
        for (year, link) in run.inputs.links {
            for population in Population::ALL {
                out.extend(year_rows(run.inputs, *year, population, link));
            }
        }
        out
    }

    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        for row in &tables.ledger {
            let admitted: Cell = [row.stayed, row.moved_out, row.left].into_iter().sum();
            let enrolled: Cell = [row.stayed, row.moved_in, row.arrived].into_iter().sum();
            let place = || format!("{} {} {}", row.year, row.unit, row.programme);
            ensure(admitted == row.admitted && enrolled == row.enrolled, "ledger", place)?;
        }
        Ok(())
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let place = place_of_unit(codes, &self.unit, self.year);
        let what = match codes.programmes(self.population, &self.programme) {
            ProgrammeSelection::Sum(what) => Some(if *self.programme == *ALL { What::All } else { what }),
            ProgrammeSelection::Nothing | ProgrammeSelection::Unknown => None,
        };
        let (Some(place), Some(what)) = (place, what) else {
            return (Self::KEYS..Self::COLUMNS.len()).map(|column| (column, Figure::Never)).collect();
        };
        let flow = |snapshot| {
            let what = if what == What::All { What::of(self.population) } else { what };
            Figure::Flow(snapshot, self.year, Margin { who: Who::Everyone, place, what })
        };
        let item =
            |item| Figure::Link(self.year, LinkMargin::Ledger { population: self.population, place, what, item });
        let mut out = vec![
            (column_index::<Self>("admitted"), flow(Snapshot::Admission)),
            (column_index::<Self>("enrolled"), flow(Snapshot::October)),
        ];
        out.extend(LedgerItem::COLUMNS.iter().map(|(of, column)| (column_index::<Self>(column), item(*of))));
        out
    }
}

/// The place of a row of `ledger` or `turnover`; `None` for an unknown unit.
pub(super) fn place_of_unit(codes: MarginCodes<'_>, unit: &str, year: Year) -> Option<Where> {
    if unit == ALL { Some(Where::Everywhere) } else { codes.unit_place(unit, year) }
}

/// The five independent counts of a row; admitted and enrolled are sums of them.
#[derive(Debug, Clone, Copy, Default)]
struct LedgerCounts {
    stayed: u64,
    moved_out: u64,
    left: u64,
    moved_in: u64,
    arrived: u64,
}

impl LedgerCounts {
    fn add(&mut self, other: &Self) {
        self.stayed += other.stayed;
        self.moved_out += other.moved_out;
        self.left += other.left;
        self.moved_in += other.moved_in;
        self.arrived += other.arrived;
    }
}

/// Counts of one level by key (a unit, or a unit and programme), from pairs of keys.
fn counts_by_key<K: Ord + Copy>(
    pairs: impl Iterator<Item = (Option<K>, Option<K>, u64)>,
) -> BTreeMap<K, LedgerCounts> {
    let mut out: BTreeMap<K, LedgerCounts> = BTreeMap::new();
    for (from, to, students) in pairs {
        match (from, to) {
            (Some(from), Some(to)) if from == to => out.entry(from).or_default().stayed += students,
            (Some(from), Some(to)) => {
                out.entry(from).or_default().moved_out += students;
                out.entry(to).or_default().moved_in += students;
            }
            (Some(from), None) => out.entry(from).or_default().left += students,
            (None, Some(to)) => out.entry(to).or_default().arrived += students,
            (None, None) => {}
        }
    }
    out
}

/// The pairs of a year; an offer whose programme is outside the population is nowhere (`None`).
fn pairs(inputs: Inputs<'_>, population: Population, link: &Link) -> Vec<(Option<Offer>, Option<Offer>, u64)> {
    let takes =
        |place: Option<Offer>| place.filter(|p| population.includes(inputs.registers.programme_kind(p.programme)));
    link.pairs().map(|(from, to, students)| (takes(from), takes(to), students)).collect()
}

/// The row with these counts.
fn row(
    inputs: Inputs<'_>,
    (year, population): (Year, Population),
    unit: Option<UnitId>,
    programme: Option<ProgrammeId>,
    counts: &LedgerCounts,
) -> LedgerRow {
    let codes = inputs.registers;
    let all = || Text::word(&ALL);
    LedgerRow {
        year,
        population,
        unit: unit.map_or_else(all, |u| codes.unit_codes().text(u).clone()),
        programme: programme.map_or_else(all, |p| codes.programme_codes().text(p).clone()),
        admitted: Cell::Value(counts.stayed + counts.moved_out + counts.left),
        stayed: Cell::Value(counts.stayed),
        moved_out: Cell::Value(counts.moved_out),
        left: Cell::Value(counts.left),
        moved_in: Cell::Value(counts.moved_in),
        arrived: Cell::Value(counts.arrived),
        enrolled: Cell::Value(counts.stayed + counts.moved_in + counts.arrived),
    }
}

/// The rows over all programmes: every unit, and `ALL`.
fn unit_rows(
    inputs: Inputs<'_>,
    scope: (Year, Population),
    pairs: &[(Option<Offer>, Option<Offer>, u64)],
) -> Vec<LedgerRow> {
    let unit = |place: Option<Offer>| place.map(|p| p.unit);
    let by_unit = counts_by_key(pairs.iter().map(|(from, to, n)| (unit(*from), unit(*to), *n)));
    let mut total = LedgerCounts::default();
    by_unit.values().for_each(|counts| total.add(counts));
    let units = by_unit.iter().map(|(unit, counts)| row(inputs, scope, Some(*unit), None, counts));
    units.chain([row(inputs, scope, None, None, &total)]).collect()
}

/// The rows over all programmes, of all years and populations.
pub(super) fn by_unit(inputs: Inputs<'_>) -> Vec<LedgerRow> {
    let scopes =
        inputs.links.iter().flat_map(|(year, link)| Population::ALL.map(|population| (*year, population, link)));
    let of_scope = |(year, population, link)| unit_rows(inputs, (year, population), &pairs(inputs, population, link));
    scopes.flat_map(of_scope).collect()
}

/// All rows of a year and population: (unit, `ALL`), (`ALL`, `ALL`), (unit, programme), (`ALL`, programme).
fn year_rows(inputs: Inputs<'_>, year: Year, population: Population, link: &Link) -> Vec<LedgerRow> {
    let scope = (year, population);
    let pairs = pairs(inputs, population, link);
    let mut out = unit_rows(inputs, scope, &pairs);
    let mut by_programme: BTreeMap<ProgrammeId, LedgerCounts> = BTreeMap::new();
    for (place, counts) in &counts_by_key(pairs.into_iter()) {
        out.push(row(inputs, scope, Some(place.unit), Some(place.programme), counts));
        by_programme.entry(place.programme).or_default().add(counts);
    }
    out.extend(by_programme.iter().map(|(programme, counts)| row(inputs, scope, None, Some(*programme), counts)));
    out
}
