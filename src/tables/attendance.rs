//! Who attends what in a snapshot and year: the students of the region's homes at each offer, and the offers.

use std::collections::BTreeSet;

use super::inputs::Inputs;
use super::scope::RunIndex;
use crate::clean::SeatCount;
use crate::model::{ProgrammeId, Snapshot, UnitId, Year};

/// A snapshot and year.
pub type Census = (Snapshot, Year);

/// Where students study: a unit, or somewhere that released sums do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Site {
    /// A unit.
    Unit(UnitId),
    /// Some unit that the home municipality runs.
    SomeOwn,
    /// Some other unit.
    SomeOther,
}

/// Students of a home at an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attending {
    /// Position of the home in the region.
    pub home: usize,
    /// Their programme.
    pub programme: ProgrammeId,
    /// Where they study.
    pub site: Site,
    /// How many they are, times the scale.
    pub students: u64,
}

/// The students of the region's homes in one snapshot and year.
#[derive(Debug, Clone, Default)]
pub struct Attendance {
    /// What one student counts.
    pub scale: u64,
    /// Students by home and offer.
    pub attending: Vec<Attending>,
    /// Students of other and unknown homes at units, times the scale; filled in estimates only.
    pub others: Vec<(UnitId, ProgrammeId, u64)>,
    /// By the number of a unit: students of every home, times the scale.
    pub of_units: Vec<u64>,
    /// Offers with students of any home, or with seats.
    pub offers: BTreeSet<(UnitId, ProgrammeId)>,
}

impl Attendance {
    /// The students of a census, as they were read.
    pub fn of(index: &RunIndex<'_>, (snapshot, year): Census) -> Self {
        let inputs = index.inputs;
        let mut out = Self {
            scale: 1,
            of_units: vec![0; inputs.registers.unit_codes().len()],
            offers: offers_with_seats(inputs, year),
            ..Self::default()
        };
        let units = &index.units[&year];
        for flow in inputs.flows.of(snapshot, year) {
            let key = flow.key;
            if units[u32::from(key.unit) as usize].is_none() {
                continue;
            }
            out.of_units[u32::from(key.unit) as usize] += flow.students;
            out.offers.insert((key.unit, key.programme));
            if let Some(home) = index.position(key.home) {
                let (programme, site) = (key.programme, Site::Unit(key.unit));
                out.attending.push(Attending { home, programme, site, students: flow.students });
            }
        }
        out
    }
}

/// Offers with seats in a year, at admission or on 15 October.
pub fn offers_with_seats(inputs: Inputs<'_>, year: Year) -> BTreeSet<(UnitId, ProgrammeId)> {
    let is_offered = |row: &&SeatCount| row.year == year && row.seats > 0;
    inputs.rows.seats.iter().filter(is_offered).map(|row| (row.unit, row.programme)).collect()
}
