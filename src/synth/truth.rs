//! `truth.json`: the results that the specification requires of any program that reads the invented extracts.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::files::{self, Seats};
use super::programmes::{PROGRAMMES, ProgrammeIndex};
use super::rows::Events;
use super::tally::{Outcome, Quality, TruthCounts};
use super::world::{Land, Slot};
use crate::model::{ALL, Population, ProviderKind, Ratio, Snapshot, UNKNOWN, Year};

/// The truth of one year.
#[derive(Debug)]
pub struct YearTruth {
    /// The year.
    pub year: Year,
    /// Students.
    pub counts: TruthCounts,
    /// Seats.
    pub seats: Seats,
    /// Rows of the extracts, in the order of [`files::EXTRACTS`].
    pub quality: [Quality; 3],
    /// The events.
    pub events: Events,
    /// Units of the region that raised seats.
    pub raised: u64,
}

#[derive(Serialize)]
struct FlowLine<'a> {
    snapshot: &'a str,
    year: Year,
    home: &'a str,
    unit: &'a str,
    programme: &'a str,
    students: u32,
}

#[derive(Serialize)]
struct LedgerLine<'a> {
    year: Year,
    population: &'a str,
    unit: &'a str,
    programme: &'a str,
    admitted: u64,
    stayed: u64,
    moved_out: u64,
    left: u64,
    moved_in: u64,
    arrived: u64,
    enrolled: u64,
}

#[derive(Serialize)]
struct MoveLine<'a> {
    year: Year,
    from_unit: &'a str,
    from_programme: &'a str,
    to_unit: &'a str,
    to_programme: &'a str,
    students: u32,
}

#[derive(Serialize)]
struct SeatLine<'a> {
    year: Year,
    unit: &'a str,
    programme: &'a str,
    seats_admission: u64,
    seats_october: u64,
    seat_delta: i64,
    raised: bool,
    fill_admission: Option<String>,
    fill_october: Option<String>,
}

#[derive(Serialize)]
struct QualityLine {
    source: String,
    reason: &'static str,
    rows: u64,
    students: Option<u64>,
}

#[derive(Serialize)]
struct CrossLine<'a> {
    snapshot: &'a str,
    year: Year,
    population: &'a str,
    students: u64,
    cross_provider: u64,
}

#[derive(Serialize)]
struct BlemishLine<'a> {
    year: Year,
    blemish: &'a str,
    count: u64,
}

/// Stayed, moved out, left, moved in, arrived.
type LedgerCounts = [u64; 5];
const STAYED: usize = 0;
const MOVED_OUT: usize = 1;
const LEFT: usize = 2;
const MOVED_IN: usize = 3;
const ARRIVED: usize = 4;

/// Writes the truth of all years: an object of lists, one entry per line, each sorted by its key.
///
/// # Errors
/// The errors of `out`.
pub fn write(land: &Land, years: &[YearTruth], out: &mut dyn Write) -> std::io::Result<()> {
    let truth = Truth { land, years };
    out.write_all(b"{\n")?;
    truth.flows(&mut List::open(out, "flows")?)?;
    truth.ledger(&mut List::open(out, "ledger")?)?;
    truth.moves(&mut List::open(out, "moves")?)?;
    truth.seats(&mut List::open(out, "seats")?)?;
    truth.quality(&mut List::open(out, "quality")?)?;
    truth.cross_provider(&mut List::open(out, "cross_provider")?)?;
    truth.blemishes(&mut List::open(out, "blemishes")?)?;
    out.write_all(b"\n]\n}\n")
}

/// A list that is being written.
struct List<'a> {
    out: &'a mut dyn Write,
    is_empty: bool,
}

impl<'a> List<'a> {
    /// Begins a list; every list except the first ends the previous one.
    fn open(out: &'a mut dyn Write, name: &str) -> std::io::Result<Self> {
        let end = if name == "flows" { "" } else { "\n],\n" };
        write!(out, "{end}\"{name}\": [")?;
        Ok(Self { out, is_empty: true })
    }

    fn line(&mut self, line: &impl Serialize) -> std::io::Result<()> {
        self.out.write_all(if self.is_empty { b"\n" } else { b",\n" })?;
        self.is_empty = false;
        Ok(serde_json::to_writer(&mut *self.out, line)?)
    }
}

struct Truth<'a> {
    land: &'a Land,
    years: &'a [YearTruth],
}

impl<'a> Truth<'a> {
    fn home(&self, number: u32) -> &'a str {
        self.land.homes.get(number as usize).map_or(UNKNOWN, |h| &h.code)
    }

    fn unit(&self, number: u32) -> &'a str {
        self.land.units.get(number as usize).map_or(UNKNOWN, |u| &u.code)
    }

    fn slot(&self, number: u32) -> Slot {
        self.land.slots[number as usize]
    }

    fn flows(&self, list: &mut List<'_>) -> std::io::Result<()> {
        for snapshot in Snapshot::ALL {
            for of_year in self.years {
                for (home, slot, students) in &of_year.counts.flows[snapshot as usize] {
                    let slot = self.slot(*slot);
                    list.line(&FlowLine {
                        snapshot: snapshot.as_str(),
                        year: of_year.year,
                        home: self.home(*home),
                        unit: self.unit(slot.unit),
                        programme: code(slot.programme),
                        students: *students,
                    })?;
                }
            }
        }
        Ok(())
    }

    fn ledger(&self, list: &mut List<'_>) -> std::io::Result<()> {
        for of_year in self.years {
            for population in Population::ALL {
                for ((unit, programme), entry) in self.ledger_of(of_year, population) {
                    list.line(&LedgerLine {
                        year: of_year.year,
                        population: population.as_str(),
                        unit,
                        programme,
                        admitted: entry[STAYED] + entry[MOVED_OUT] + entry[LEFT],
                        stayed: entry[STAYED],
                        moved_out: entry[MOVED_OUT],
                        left: entry[LEFT],
                        moved_in: entry[MOVED_IN],
                        arrived: entry[ARRIVED],
                        enrolled: entry[STAYED] + entry[MOVED_IN] + entry[ARRIVED],
                    })?;
                }
            }
        }
        Ok(())
    }

    /// The ledger of a year by unit and programme, including `ALL` in both.
    fn ledger_of(&self, of_year: &YearTruth, population: Population) -> BTreeMap<(&'a str, &'a str), LedgerCounts> {
        let takes = |slot: u32| {
            let slot = self.slot(slot);
            population.includes(PROGRAMMES[slot.programme as usize].kind).then_some(slot)
        };
        let mut out: BTreeMap<(&str, &str), LedgerCounts> = BTreeMap::from([((ALL, ALL), LedgerCounts::default())]);
        // A row of a unit counts in `ALL` units too; a row of a unit and programme in `ALL` units with that programme.
        let mut add = |unit: u32, programme: &'a str, column: usize, students: u32| {
            for unit in [self.unit(unit), ALL] {
                out.entry((unit, programme)).or_default()[column] += u64::from(students);
            }
        };
        let single =
            [(&of_year.counts.stayed, STAYED), (&of_year.counts.left, LEFT), (&of_year.counts.arrived, ARRIVED)];
        for (counts, column) in single {
            for (slot, students) in counts.iter().filter_map(|(slot, n)| Some((takes(*slot)?, *n))) {
                add(slot.unit, ALL, column, students);
                add(slot.unit, code(slot.programme), column, students);
            }
        }
        for ((from, to), students) in &of_year.counts.moves {
            match (takes(*from), takes(*to)) {
                (Some(from), Some(to)) => {
                    if from.unit == to.unit {
                        add(from.unit, ALL, STAYED, *students);
                    } else {
                        add(from.unit, ALL, MOVED_OUT, *students);
                        add(to.unit, ALL, MOVED_IN, *students);
                    }
                    add(from.unit, code(from.programme), MOVED_OUT, *students);
                    add(to.unit, code(to.programme), MOVED_IN, *students);
                }
                (Some(slot), None) | (None, Some(slot)) => {
                    let column = if takes(*from).is_some() { LEFT } else { ARRIVED };
                    add(slot.unit, ALL, column, *students);
                    add(slot.unit, code(slot.programme), column, *students);
                }
                (None, None) => {}
            }
        }
        out
    }

    fn moves(&self, list: &mut List<'_>) -> std::io::Result<()> {
        for of_year in self.years {
            for ((from, to), students) in &of_year.counts.moves {
                let (from, to) = (self.slot(*from), self.slot(*to));
                list.line(&MoveLine {
                    year: of_year.year,
                    from_unit: self.unit(from.unit),
                    from_programme: code(from.programme),
                    to_unit: self.unit(to.unit),
                    to_programme: code(to.programme),
                    students: *students,
                })?;
            }
        }
        Ok(())
    }

    fn seats(&self, list: &mut List<'_>) -> std::io::Result<()> {
        for of_year in self.years {
            let mut seats: BTreeMap<(u32, &str), [u64; 2]> = BTreeMap::new();
            for (slot, sides) in &of_year.seats {
                let slot = self.slot(*slot);
                for programme in [code(slot.programme), ALL] {
                    let sums = seats.entry((slot.unit, programme)).or_default();
                    sums.iter_mut().zip(sides).for_each(|(sum, side)| *sum += side);
                }
            }
            let students = self.students_of_places(&of_year.counts);
            for ((unit, programme), [admission, october]) in seats {
                let [admitted, enrolled] = students.get(&(unit, programme)).copied().unwrap_or_default();
                list.line(&SeatLine {
                    year: of_year.year,
                    unit: self.unit(unit),
                    programme,
                    seats_admission: admission,
                    seats_october: october,
                    seat_delta: october as i64 - admission as i64,
                    raised: october > admission,
                    fill_admission: Ratio::new(admitted, admission).fixed(6),
                    fill_october: Ratio::new(enrolled, october).fixed(6),
                })?;
            }
        }
        Ok(())
    }

    /// Students by unit and programme (or `ALL`) at admission and on 15 October, over all homes.
    fn students_of_places(&self, counts: &TruthCounts) -> BTreeMap<(u32, &'static str), [u64; 2]> {
        let mut out: BTreeMap<(u32, &str), [u64; 2]> = BTreeMap::new();
        for (side, snapshot) in [Snapshot::Admission, Snapshot::October].into_iter().enumerate() {
            for (_, slot, students) in &counts.flows[snapshot as usize] {
                let slot = self.slot(*slot);
                for programme in [code(slot.programme), ALL] {
                    out.entry((slot.unit, programme)).or_default()[side] += u64::from(*students);
                }
            }
        }
        out
    }

    fn quality(&self, list: &mut List<'_>) -> std::io::Result<()> {
        for (kind, (_, beginning)) in files::EXTRACTS.iter().enumerate() {
            for of_year in self.years {
                let mut lines: Vec<(Outcome, u64, Option<u64>)> = of_year.quality[kind].counts().collect();
                lines.sort_by_key(|(fate, ..)| fate.as_str());
                for (fate, rows, students) in lines {
                    let source = files::extract(beginning, of_year.year);
                    list.line(&QualityLine { source, reason: fate.as_str(), rows, students })?;
                }
            }
        }
        Ok(())
    }

    fn cross_provider(&self, list: &mut List<'_>) -> std::io::Result<()> {
        for snapshot in Snapshot::ALL {
            for of_year in self.years {
                for population in Population::ALL {
                    let (students, cross_provider) = self.cross(&of_year.counts.flows[snapshot as usize], population);
                    list.line(&CrossLine {
                        snapshot: snapshot.as_str(),
                        year: of_year.year,
                        population: population.as_str(),
                        students,
                        cross_provider,
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Students of the region with a known unit, and the number of them with another provider.
    fn cross(&self, flows: &[(u32, u32, u32)], population: Population) -> (u64, u64) {
        let (mut students, mut cross_provider) = (0, 0);
        for (home, slot, n) in flows {
            let slot = self.slot(*slot);
            let home = self.land.homes.get(*home as usize).filter(|h| h.is_region);
            let (Some(home), Some(unit)) = (home, self.land.units.get(slot.unit as usize)) else { continue };
            if population.includes(PROGRAMMES[slot.programme as usize].kind) {
                let is_own = unit.kind == ProviderKind::Municipal && unit.provider == home.code;
                students += u64::from(*n);
                cross_provider += if is_own { 0 } else { u64::from(*n) };
            }
        }
        (students, cross_provider)
    }

    /// Events, students who crossed the region's border, and outcomes of rows, by year and name.
    fn blemishes(&self, list: &mut List<'_>) -> std::io::Result<()> {
        for of_year in self.years {
            let events = &of_year.events;
            let (into, out) = self.across_the_border(&of_year.counts.flows[Snapshot::Enrolled as usize]);
            let mut lines = BTreeMap::from([
                ("admitted", events.admitted),
                ("enrolled", events.enrolled),
                ("from_outside", into),
                ("leaving_region", out),
                ("moved_programme", events.moved_programme),
                ("moved_to_raised", events.pulled),
                ("moved_unit", events.moved_unit),
                ("never_came", events.never_came),
                ("newcomers", events.newcomers),
                ("raised_units", of_year.raised),
            ]);
            for (fate, rows, _) in of_year.quality.iter().flat_map(Quality::counts) {
                *lines.entry(fate.as_str()).or_default() += rows;
            }
            for (blemish, count) in lines {
                list.line(&BlemishLine { year: of_year.year, blemish, count })?;
            }
        }
        Ok(())
    }

    /// Students enrolled in the region from outside it, and enrolled outside it from within.
    fn across_the_border(&self, flows: &[(u32, u32, u32)]) -> (u64, u64) {
        let units: Vec<bool> = (0..self.land.units.len() as u32).map(|u| self.land.is_in_region(u)).collect();
        let (mut into, mut out) = (0, 0);
        for (home, slot, n) in flows {
            let home = self.land.homes.get(*home as usize);
            let unit = units.get(self.slot(*slot).unit as usize);
            match (home.map(|h| h.is_region), unit) {
                (Some(false), Some(true)) => into += u64::from(*n),
                (Some(true), Some(false)) => out += u64::from(*n),
                _ => {}
            }
        }
        (into, out)
    }
}

fn code(programme: ProgrammeIndex) -> &'static str {
    PROGRAMMES[programme as usize].code
}
