//! Conservation: what must add up in every run does, or nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::clean::CleanRows;
use crate::error::{Error, Exit, Result};
use crate::flow::FlowTable;
use crate::model::{ALL, Cell, Population, Snapshot, Text, UNKNOWN, Year};
use crate::tables::Tables;

/// Checks the invariants of DESIGN: students of kept rows = sum of flows; the parts of shares, ledger and balance
/// sum to their wholes.
///
/// # Errors
/// The first that does not hold; a fault of the program, so nothing may be published.
pub fn check(tables: &Tables, rows: &CleanRows, flows: &FlowTable) -> Result<()> {
    for (snapshot, censuses) in [(Snapshot::Admission, &rows.admission), (Snapshot::October, &rows.october)] {
        for (year, census) in censuses {
            let counted = |snapshot| flows.of(snapshot, *year).iter().map(|f| f.students).sum::<u64>();
            let holds = |snapshot: Snapshot, kept: u64| {
                let counted = counted(snapshot);
                hold(kept == counted, "flows", || format!("{} {year}: {kept} / {counted}", snapshot.as_str()))
            };
            holds(snapshot, census.comparable)?;
            if census.has_year_groups {
                holds(Snapshot::Enrolled, census.students)?;
            }
        }
    }
    for row in &tables.shares {
        let parts = [
            row.own_provider,
            row.other_municipality,
            row.independent_home,
            row.independent_elsewhere,
            row.region_state,
        ];
        let sum: Cell = parts.into_iter().sum();
        hold(sum == row.students, "shares", || format!("{} {} {}", row.year, row.home, row.programme))?;
    }
    for row in &tables.ledger {
        let admitted: Cell = [row.stayed, row.moved_out, row.left].into_iter().sum();
        let enrolled: Cell = [row.stayed, row.moved_in, row.arrived].into_iter().sum();
        let place = || format!("{} {} {}", row.year, row.unit, row.programme);
        hold(admitted == row.admitted && enrolled == row.enrolled, "ledger", place)?;
    }
    turnover(tables)?;
    origins(tables)?;
    for row in &tables.balance {
        let holds = [row.stay, row.out].into_iter().sum::<Cell>() == row.residents
            && [row.stay, row.into].into_iter().sum::<Cell>() == row.pupils_here;
        hold(holds, "balance", || format!("{} {}", row.year, row.municipality))?;
    }
    Ok(())
}

/// Each unit with a ledger has a turnover, and what was admitted there, less the departures, with the arrivals, is enrolled.
fn turnover(tables: &Tables) -> Result<()> {
    let units: Vec<_> = tables.ledger.iter().filter(|row| *row.programme == *ALL).collect();
    hold(units.len() == tables.turnover.len(), "turnover", || {
        format!("{} / {}", units.len(), tables.turnover.len())
    })?;
    for (unit, row) in units.iter().zip(&tables.turnover) {
        let is_same = (unit.year, unit.population, &unit.unit) == (row.year, row.population, &row.unit);
        let holds = is_same && unit.admitted + row.arrivals == unit.enrolled + row.departures;
        hold(holds, "turnover", || format!("{} {}", row.year, row.unit))?;
    }
    Ok(())
}

/// Of each raised unit, and of all of them: those who moved in and arrived are those of the ledger, and the parts of those who
/// moved in add up.
fn origins(tables: &Tables) -> Result<()> {
    let raised: BTreeSet<_> = tables
        .seats
        .iter()
        .filter(|row| *row.programme == *ALL && row.raised == Cell::Value(true))
        .map(|row| (row.year, &row.unit))
        .collect();
    let all = Text::from(ALL);
    let mut wanted: BTreeMap<(Year, Population, &Text), [u64; 2]> = BTreeMap::new();
    let units = tables.ledger.iter().filter(|row| *row.programme == *ALL && raised.contains(&(row.year, &row.unit)));
    for row in units {
        for unit in [&row.unit, &all] {
            let sums = wanted.entry((row.year, row.population, unit)).or_default();
            for (sum, part) in sums.iter_mut().zip([row.moved_in, row.arrived]) {
                *sum += part.value().unwrap_or(0);
            }
        }
    }
    let mut found: BTreeMap<(Year, Population, &Text), [u64; 3]> = BTreeMap::new();
    for row in &tables.origins {
        let sums = found.entry((row.year, row.population, &row.unit)).or_default();
        let side = match (&*row.municipality, &*row.provider_kind) {
            (ALL, ALL) => 0,
            (UNKNOWN, _) => 1,
            (municipality, kind) if municipality != ALL && kind != ALL => 2,
            _ => continue,
        };
        sums[side] += row.students.value().unwrap_or(0);
    }
    for key in wanted.keys().chain(found.keys()) {
        let [moved, arrived] = wanted.get(key).copied().unwrap_or_default();
        let sums = found.get(key).copied().unwrap_or_default();
        hold(sums == [moved, arrived, moved], "origins", || format!("{} {} {}", key.0, key.1.as_str(), key.2))?;
    }
    Ok(())
}

fn hold(holds: bool, table: &str, place: impl FnOnce() -> String) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(Error::new(Exit::Disclosure, "error-conservation").with("table", table).with("place", place()))
}
