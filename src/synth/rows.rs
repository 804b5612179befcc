//! The rows of an autumn's admission and October extracts, with errors, chunk by chunk.

use super::chance::Chance;
use super::programmes::{self, ProgrammeIndex};
use super::student::{Cohort, Student, draws};
use super::tally::{Outcome, Quality, TruthCounter};
use super::world::{Land, Slot};
use crate::model::{Snapshot, Year};

/// Header of the admission extract.
pub const ADMISSION: &str = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod,Sekretessmarkering\n";
/// Header of the October extract.
pub const OCTOBER: &str = "Löpnummer,Hemkommun,Skolenhetskod,Studievägskod,Sekretessmarkering,Årskurs\n";

/// Year groups on 15 October.
pub const GROUPS: u8 = 3;

/// The number of rows per million with each error; a row has at most one.
const BLEMISHES: [(Blemish, u64); 5] = [
    (Blemish::Twice, 2_000),
    (Blemish::SecondPlace, 1_500),
    (Blemish::UnknownUnit, 2_000),
    (Blemish::MissingHome, 3_000),
    (Blemish::Unreadable, 300),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blemish {
    Twice,
    SecondPlace,
    UnknownUnit,
    MissingHome,
    Unreadable,
}

impl Blemish {
    fn drawn(chance: Chance) -> Option<Self> {
        let mut draw = chance.below(0, 1_000_000);
        for (blemish, often) in BLEMISHES {
            if draw < often {
                return Some(blemish);
            }
            draw -= often;
        }
        None
    }
}

/// The texts of codes as written in rows.
pub struct CodeTexts {
    units: Vec<Vec<u8>>,
    homes: Vec<Vec<u8>>,
    paths: Vec<Vec<Vec<u8>>>,
}

impl CodeTexts {
    /// The texts of a world.
    pub fn new(land: &Land) -> Self {
        Self {
            units: land.units.iter().map(|u| u.code.clone().into_bytes()).collect(),
            homes: land.homes.iter().map(|h| h.code.clone().into_bytes()).collect(),
            paths: (0..programmes::PROGRAMMES.len()).map(|p| programmes::paths(p as ProgrammeIndex)).collect(),
        }
    }
}

/// The rows of some students in the extracts of a year.
#[derive(Default)]
pub struct Chunk {
    /// Rows of the admission.
    pub admission: Vec<u8>,
    /// Rows of 15 October.
    pub october: Vec<u8>,
    /// The expected outcome of the rows of both.
    pub quality: [Quality; 2],
    /// Offers of the students who moved.
    pub moves: Vec<(u32, u32)>,
    /// The events drawn.
    pub events: Events,
}

/// The true events of students, before errors were added to rows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Events {
    /// Admitted.
    pub admitted: u64,
    /// Admitted, never enrolled.
    pub never_came: u64,
    /// Enrolled at another unit than admitted.
    pub moved_unit: u64,
    /// … because of raised seats, to a unit that raised its seats.
    pub pulled: u64,
    /// Enrolled on another programme of the same unit.
    pub moved_programme: u64,
    /// Enrolled in the first autumn without an admission.
    pub newcomers: u64,
    /// Enrolled in total.
    pub enrolled: u64,
}

impl Events {
    /// Adds the events of other students.
    pub const fn add(&mut self, other: &Self) {
        self.admitted += other.admitted;
        self.never_came += other.never_came;
        self.moved_unit += other.moved_unit;
        self.pulled += other.pulled;
        self.moved_programme += other.moved_programme;
        self.newcomers += other.newcomers;
        self.enrolled += other.enrolled;
    }
}

/// An autumn: the students of its three cohorts, and the counter for them.
pub struct Autumn<'a> {
    /// The year.
    pub year: Year,
    /// Cohorts in year groups 1 to 3.
    pub cohorts: [Cohort<'a>; GROUPS as usize],
    /// Texts of codes.
    pub texts: &'a CodeTexts,
    /// The true counts.
    pub counter: &'a TruthCounter,
}

/// A row before it is written as text.
#[derive(Debug, Clone, Copy)]
struct RowCodes {
    home: u32,
    slot: u32,
}

impl Autumn<'_> {
    /// The rows of the students with these numbers, in the current and the two previous cohorts.
    pub fn chunk(&self, indices: std::ops::Range<u64>) -> Chunk {
        let mut out = Chunk::default();
        // Second rows follow all others, as in an extract joined from two registers.
        let mut late = [Vec::new(), Vec::new()];
        for index in indices {
            let first = self.cohorts[0].admitted(index);
            let newcomer = self.cohorts[0].newcomer(&first, index);
            for student in [Some(first), newcomer].into_iter().flatten() {
                self.first_year(&student, &mut out, &mut late);
            }
            for group in 2..=GROUPS {
                let cohort = &self.cohorts[usize::from(group) - 1];
                let admitted = cohort.admitted(index);
                for student in [Some(admitted), cohort.newcomer(&admitted, index)].into_iter().flatten() {
                    self.october(cohort, group, &student, &mut out, &mut late[1]);
                }
            }
        }
        out.admission.append(&mut late[0]);
        out.october.append(&mut late[1]);
        out
    }

    fn first_year(&self, student: &Student, out: &mut Chunk, late: &mut [Vec<u8>; 2]) {
        let cohort = &self.cohorts[0];
        let admitted = student.admitted.and_then(|slot| {
            let rows = StudentRows { autumn: self, cohort, student, group: None };
            rows.write(slot, &mut out.admission, &mut late[0], &mut out.quality[0])
        });
        if let Some(kept) = admitted {
            self.counter.flow(Snapshot::Admission, kept.home, kept.slot);
        }
        let enrolled = self.october(cohort, 1, student, out, &mut late[1]);
        let unknown = cohort.land.unknown_unit();
        let known = |kept: Option<RowCodes>| {
            kept.map(|k| k.slot).filter(|slot| cohort.land.slots[*slot as usize].unit != unknown)
        };
        out.moves.extend(self.counter.link(known(admitted), known(enrolled)));
        out.events.first_year(cohort.land, student);
    }

    /// Writes and counts a student on 15 October; returns the row that is kept.
    fn october(
        &self,
        cohort: &Cohort<'_>,
        group: u8,
        student: &Student,
        out: &mut Chunk,
        late: &mut Vec<u8>,
    ) -> Option<RowCodes> {
        let slot = cohort.place_in(student, group)?;
        out.events.enrolled += 1;
        let rows = StudentRows { autumn: self, cohort, student, group: Some(group) };
        let kept = rows.write(slot, &mut out.october, late, &mut out.quality[1])?;
        self.counter.flow(Snapshot::Enrolled, kept.home, kept.slot);
        if group == 1 {
            self.counter.flow(Snapshot::October, kept.home, kept.slot);
        }
        Some(kept)
    }
}

impl Events {
    fn first_year(&mut self, land: &Land, student: &Student) {
        let slot = |number: u32| land.slots[number as usize];
        match (student.admitted, student.enrolled) {
            (Some(from), Some(to)) => {
                self.moved_unit += u64::from(slot(from).unit != slot(to).unit);
                let is_elsewhere = slot(from).programme != slot(to).programme;
                self.moved_programme += u64::from(slot(from).unit == slot(to).unit && is_elsewhere);
                self.pulled += u64::from(student.is_pulled);
            }
            (Some(_), None) => self.never_came += 1,
            (None, to) => self.newcomers += u64::from(to.is_some()),
        }
        self.admitted += u64::from(student.admitted.is_some());
    }
}

/// The rows of one student in one extract.
struct StudentRows<'a> {
    autumn: &'a Autumn<'a>,
    cohort: &'a Cohort<'a>,
    student: &'a Student,
    /// Year group; `None` in the admission.
    group: Option<u8>,
}

impl StudentRows<'_> {
    /// Writes the row, and a second one if its error requires it; returns the row that must be kept.
    fn write(&self, slot: u32, out: &mut Vec<u8>, late: &mut Vec<u8>, quality: &mut Quality) -> Option<RowCodes> {
        let land = self.cohort.land;
        let chance = self.student.chance.and(draws::ROWS + self.group.map_or(0, u64::from));
        let blemish = Blemish::drawn(chance);
        let mut row = RowCodes { home: self.student.home, slot };
        match blemish {
            Some(Blemish::UnknownUnit) => {
                let unknown = Slot { unit: land.unknown_unit(), ..land.slots[slot as usize] };
                row.slot = land.find_slot(unknown).unwrap_or(slot);
            }
            Some(Blemish::MissingHome) => row.home = land.unknown_home(),
            _ => {}
        }
        if blemish == Some(Blemish::Unreadable) {
            self.unreadable(row, out, quality);
            return None;
        }
        self.text(row, chance, out);
        let second = match blemish {
            Some(Blemish::Twice) => Some(row),
            Some(Blemish::SecondPlace) => self.elsewhere(slot, chance).map(|slot| RowCodes { slot, ..row }),
            _ => None,
        };
        let mut kept = row;
        if let Some(second) = second {
            self.text(second, chance, late);
            let unit = |row: RowCodes| land.slots[row.slot as usize].unit;
            quality.count(if unit(second) == unit(row) { Outcome::Duplicate } else { Outcome::SecondPlace }, 1);
            if unit(second) < unit(row) {
                kept = second;
            }
        }
        quality.count(self.fate(kept), 1);
        if self.student.is_protected {
            kept.home = land.unknown_home();
        }
        Some(kept)
    }

    /// The expected outcome of a readable row: the first that applies, in the order of the specification.
    fn fate(&self, row: RowCodes) -> Outcome {
        let land = self.cohort.land;
        let slot = land.slots[row.slot as usize];
        if slot.unit == land.unknown_unit() {
            Outcome::UnknownUnit
        } else if self.student.is_protected {
            Outcome::ProtectedHome
        } else if row.home == land.unknown_home() {
            Outcome::UnknownHome
        } else if slot.programme == programmes::UNKNOWN_PROGRAMME {
            Outcome::UnknownProgramme
        } else if !programmes::is_valid(slot.programme, self.cohort.year) {
            Outcome::RetiredProgramme
        } else {
            Outcome::Kept
        }
    }

    /// Another choice of the student at another unit; `None` if no draw finds one.
    fn elsewhere(&self, slot: u32, chance: Chance) -> Option<u32> {
        let land = self.cohort.land;
        let unit = land.slots[slot as usize].unit;
        let choices = &self.cohort.choices.national[self.student.home as usize];
        let other =
            (2..6).filter_map(|k| choices.pick(chance.draw(k))).find(|s| land.slots[*s as usize].unit != unit)?;
        Some(land.in_year(other, self.autumn.year))
            .filter(|s| land.slots[*s as usize].unit != unit && !land.is_gone(*s, self.autumn.year))
    }

    /// Writes a truncated row (admission), or one with an invalid year group (October).
    fn unreadable(&self, row: RowCodes, out: &mut Vec<u8>, quality: &mut Quality) {
        let start = out.len();
        self.text(row, self.student.chance, out);
        if self.group.is_some() {
            out.truncate(out.len() - 2);
            out.extend_from_slice(b"?\n");
            quality.count(Outcome::InvalidYearGroup, 0);
        } else {
            let id_and_home = out[start..].iter().enumerate().filter(|(_, b)| **b == b',').nth(1).map(|(i, _)| i);
            out.truncate(start + id_and_home.unwrap_or_default());
            out.push(b'\n');
            quality.count(Outcome::Malformed, 0);
        }
    }

    fn text(&self, row: RowCodes, chance: Chance, out: &mut Vec<u8>) {
        let Self { cohort: Cohort { land, .. }, autumn: Autumn { texts, .. }, student, .. } = self;
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        out.extend((0..16).rev().map(|place| DIGITS[(student.id >> (4 * place)) as usize & 15]));
        out.push(b',');
        let is_silent = student.is_protected && student.chance.draw(draws::PROTECTED) & 1 == 0;
        if row.home != land.unknown_home() && !is_silent {
            out.extend_from_slice(&texts.homes[row.home as usize]);
        }
        out.push(b',');
        let slot = land.slots[row.slot as usize];
        match texts.units.get(slot.unit as usize) {
            Some(code) => out.extend_from_slice(code),
            None => out.extend_from_slice(UNKNOWN_UNITS[chance.below(6, UNKNOWN_UNITS.len() as u64) as usize]),
        }
        out.push(b',');
        let paths = &texts.paths[slot.programme as usize];
        out.extend_from_slice(&paths[student.chance.below(draws::PATH, paths.len() as u64) as usize]);
        out.extend_from_slice(if student.is_protected { b",J" } else { b",N" });
        if let Some(group) = self.group {
            out.extend_from_slice(&[b',', b'0' + group]);
        }
        out.push(b'\n');
    }
}

/// Codes of unknown units, as written in the extracts.
pub const UNKNOWN_UNITS: [&[u8]; 4] = [b"99000017", b"99000031", b"99000058", b""];
