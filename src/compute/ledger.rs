//! `ledger`, `turnover` and `moves`: from admission to 15 October per unit and programme.
//!
//! A population takes part at both ends before places are compared: a student admitted to a national programme and
//! enrolled in an introduction programme has left the national population.

use std::collections::BTreeMap;

use super::Inputs;
use crate::link::{Link, Place};
use crate::metrics::{arrivals, departures};
use crate::model::{ALL, Cell, Population, ProgrammeId, Text, UnitId, Year};
use crate::tables::{LedgerRow, MoveRow, TurnoverRow};

/// The six counts of a row; admitted and enrolled are their sums.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    stayed: u64,
    moved_out: u64,
    left: u64,
    moved_in: u64,
    arrived: u64,
}

impl Entry {
    fn add(&mut self, other: &Self) {
        self.stayed += other.stayed;
        self.moved_out += other.moved_out;
        self.left += other.left;
        self.moved_in += other.moved_in;
        self.arrived += other.arrived;
    }
}

/// The entries of one level: per key (a unit, or a unit and programme), from pairs of keys.
fn entries<K: Ord + Copy>(pairs: impl Iterator<Item = (Option<K>, Option<K>, u64)>) -> BTreeMap<K, Entry> {
    let mut out: BTreeMap<K, Entry> = BTreeMap::new();
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

/// All rows of `ledger`: (unit, `ALL`), (unit, programme), (`ALL`, programme) and (`ALL`, `ALL`).
pub fn rows(inputs: Inputs<'_>) -> Vec<LedgerRow> {
    let mut out = Vec::new();
    for (year, link) in inputs.links {
        for population in Population::ALL {
            year_rows(inputs, *year, population, link, &mut out);
        }
    }
    out
}

fn year_rows(inputs: Inputs<'_>, year: Year, population: Population, link: &Link, out: &mut Vec<LedgerRow>) {
    let takes =
        |place: Option<Place>| place.filter(|p| population.includes(inputs.registers.programme_kind(p.programme)));
    let pairs: Vec<_> = link.pairs().map(|(from, to, students)| (takes(from), takes(to), students)).collect();
    let unit = |place: Option<Place>| place.map(|p| p.unit);
    let by_unit = entries(pairs.iter().map(|(from, to, n)| (unit(*from), unit(*to), *n)));
    let by_place = entries(pairs.iter().copied());

    let mut row = |unit: Option<UnitId>, programme: Option<ProgrammeId>, entry: &Entry| {
        let codes = inputs.registers;
        let all = || Text::from(ALL);
        out.push(LedgerRow {
            year,
            population,
            unit: unit.map_or_else(all, |u| codes.unit_codes().text(u).clone()),
            programme: programme.map_or_else(all, |p| codes.programme_codes().text(p).clone()),
            admitted: Cell::Value(entry.stayed + entry.moved_out + entry.left),
            stayed: Cell::Value(entry.stayed),
            moved_out: Cell::Value(entry.moved_out),
            left: Cell::Value(entry.left),
            moved_in: Cell::Value(entry.moved_in),
            arrived: Cell::Value(entry.arrived),
            enrolled: Cell::Value(entry.stayed + entry.moved_in + entry.arrived),
        });
    };
    let mut total = Entry::default();
    for (unit, entry) in &by_unit {
        row(Some(*unit), None, entry);
        total.add(entry);
    }
    row(None, None, &total);
    let mut by_programme: BTreeMap<ProgrammeId, Entry> = BTreeMap::new();
    for (place, entry) in &by_place {
        row(Some(place.unit), Some(place.programme), entry);
        by_programme.entry(place.programme).or_default().add(entry);
    }
    for (programme, entry) in &by_programme {
        row(None, Some(*programme), entry);
    }
}

/// All rows of `turnover`: a unit, or all units, over all programmes.
pub fn turnover(ledger: &[LedgerRow]) -> Vec<TurnoverRow> {
    let row = |row: &LedgerRow| TurnoverRow {
        year: row.year,
        population: row.population,
        unit: row.unit.clone(),
        arrivals: arrivals(row),
        departures: departures(row),
    };
    ledger.iter().filter(|row| *row.programme == *ALL).map(row).collect()
}

/// All rows of `moves`: pairs of places that differ, both known, over all programmes.
pub fn moves(inputs: Inputs<'_>) -> Vec<MoveRow> {
    let unit = |p: Place| inputs.registers.unit_codes().text(p.unit).clone();
    let programme = |p: Place| inputs.registers.programme_codes().text(p.programme).clone();
    let of_year = |(year, link): (&Year, &Link)| {
        link.pairs()
            .filter_map(|(from, to, students)| Some((from?, to?, students)))
            .filter(|(from, to, _)| from != to)
            .map(|(from, to, students)| MoveRow {
                year: *year,
                from_unit: unit(from),
                from_programme: programme(from),
                to_unit: unit(to),
                to_programme: programme(to),
                students: Cell::Value(students),
            })
            .collect::<Vec<_>>()
    };
    inputs.links.iter().flat_map(of_year).collect()
}
