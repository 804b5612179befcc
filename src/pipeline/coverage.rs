//! What the data of a run covers and does not cover. In a public release this reveals no more than the tables do.

use std::collections::BTreeMap;

use super::Read;
use crate::disclosure::Released;
use crate::flow::{Flow, FlowTable};
use crate::link::Link;
use crate::model::{ALL, Cell, Population, Release, Snapshot, Year};
use crate::report::Coverage;
use crate::tables::Tables;

/// The notes of all years, then those of the year of the pages.
pub fn of(read: &Read, tables: &Released<Tables>, year: Year, years: &[Year]) -> Vec<Coverage> {
    let Read { flows, links, .. } = read;
    let mut out: Vec<Coverage> = years.iter().flat_map(|year| ledger(flows, links, *year)).collect();
    out.extend(years.iter().flat_map(|year| seats(read, *year)));
    if flows.has(Snapshot::October, year) && stops_at_the_region(tables.get(), year) {
        out.push(Coverage::OctoberStopsAtTheRegion { year });
    }
    for snapshot in [Snapshot::Admission, Snapshot::October] {
        let (students, of) = unknown(read, flows, snapshot, year);
        match tables.release() {
            Release::Internal if students > 0 => {
                out.push(Coverage::Unknown { year, snapshot, students: Cell::Value((students, of)) });
            }
            // Always noted, so that the note does not reveal whether there are any.
            Release::Public if of > 0 => out.push(Coverage::Unknown { year, snapshot, students: Cell::Hidden }),
            _ => {}
        }
    }
    out
}

fn ledger(flows: &FlowTable, links: &BTreeMap<Year, Link>, year: Year) -> Option<Coverage> {
    let lacking = [Snapshot::Admission, Snapshot::October].into_iter().find(|s| !flows.has(*s, year));
    Some(match lacking {
        Some(snapshot) => Coverage::NoSnapshot { year, snapshot },
        None => match links.get(&year) {
            None => Coverage::NoIds { year },
            Some(link) if links_nothing(link) => Coverage::NothingLinks { year },
            Some(_) => Coverage::Linked { year },
        },
    })
}

/// Whether both snapshots have students but no student is in both.
fn links_nothing(link: &Link) -> bool {
    let some = |takes: fn(bool, bool) -> bool| link.pairs().any(|(from, to, _)| takes(from.is_some(), to.is_some()));
    some(|from, _| from) && some(|_, to| to) && !some(|from, to| from && to)
}

fn seats(read: &Read, year: Year) -> impl Iterator<Item = Coverage> + '_ {
    [Snapshot::Admission, Snapshot::October]
        .into_iter()
        .filter(move |time| !read.rows.seats.iter().any(|s| s.year == year && s.time == *time))
        .map(move |time| Coverage::NoSeats { year, time })
}

/// Whether no resident of the region is at a unit outside it.
fn stops_at_the_region(tables: &Tables, year: Year) -> bool {
    tables.balance.iter().any(|row| {
        row.snapshot == Snapshot::October
            && row.year == year
            && row.population == Population::All
            && *row.municipality == *ALL
            && row.out == Cell::Value(0)
    })
}

/// The number of students whose home or unit is in no register, and of all students.
fn unknown(read: &Read, flows: &FlowTable, snapshot: Snapshot, year: Year) -> (u64, u64) {
    let flows = flows.of(snapshot, year);
    let of = flows.iter().map(|f| f.students).sum();
    let is_known = |f: &&Flow| {
        read.registers.municipality_codes().is_known(f.key.home) && read.registers.unit_codes().is_known(f.key.unit)
    };
    (of - flows.iter().filter(is_known).map(|f| f.students).sum::<u64>(), of)
}

/// The number of the region's students of a population among these flows whose unit is in no register.
pub fn unplaced(read: &Read, flows: &[Flow], population: Population) -> u64 {
    let registers = &read.registers;
    let is_resident = |f: &Flow| {
        let code = registers.municipality_codes().text(f.key.home);
        read.config.municipalities.binary_search(code).is_ok()
    };
    let is_unplaced = |f: &&Flow| !registers.unit_codes().is_known(f.key.unit) && is_resident(f);
    let counts = |f: &&Flow| population.includes(registers.programme_kind(f.key.programme));
    flows.iter().filter(is_unplaced).filter(counts).map(|f| f.students).sum()
}
