//! What the data of a run covers and does not cover.

use std::collections::BTreeMap;

use super::Read;
use crate::flow::{Flow, FlowTable};
use crate::link::Link;
use crate::model::{Population, Snapshot, Year};
use crate::report::Coverage;

/// The notes of all years, then those of the year that pages are about.
pub fn of(read: &Read, year: Year, years: &[Year]) -> Vec<Coverage> {
    let Read { flows, links, .. } = read;
    let mut out: Vec<Coverage> = years.iter().flat_map(|year| ledger(flows, links, *year)).collect();
    out.extend(years.iter().flat_map(|year| seats(read, *year)));
    if flows.has(Snapshot::October, year) && stops_at_the_region(read, flows, year) {
        out.push(Coverage::OctoberStopsAtTheRegion { year });
    }
    out.extend([Snapshot::Admission, Snapshot::October].into_iter().filter_map(|s| unknown(read, flows, s, year)));
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

/// Students on both sides, and none on both.
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

/// No resident of the region at a unit outside it.
fn stops_at_the_region(read: &Read, flows: &FlowTable, year: Year) -> bool {
    let codes = read.registers.municipality_codes();
    let inside = |id| read.config.municipalities.binary_search(codes.text(id)).is_ok();
    !flows.of(Snapshot::October, year).iter().any(|f| {
        let school = read.registers.unit_municipality_in(f.key.unit, year);
        inside(f.key.home) && codes.is_known(school) && !inside(school)
    })
}

/// How much the rows weigh whose home or unit no register knows.
fn unknown(read: &Read, flows: &FlowTable, snapshot: Snapshot, year: Year) -> Option<Coverage> {
    let flows = flows.of(snapshot, year);
    let of = flows.iter().map(|f| f.students).sum();
    let is_known = |f: &&Flow| {
        read.registers.municipality_codes().is_known(f.key.home) && read.registers.unit_codes().is_known(f.key.unit)
    };
    let students = of - flows.iter().filter(is_known).map(|f| f.students).sum::<u64>();
    (students > 0).then_some(Coverage::Unknown { year, snapshot, students, of })
}

/// The region's students of a population among these flows whose unit no register knows.
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
