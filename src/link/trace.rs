//! Students of introduction programmes, traced from one 15 October to the next.
//!
//! Years are read one after the other. Of a year, the keys of its students of introduction programmes are kept until the
//! next year has been read: two numbers each. What remains is counts by home.

use std::collections::{BTreeMap, HashSet};

use crate::model::{MunicipalityId, ProgrammeKind, Registers, UnitId, Year};
use crate::store::{Packing, StudentEntry, key_of, packed_of};

/// The key of a student.
type Key = (u64, u32);

/// A student of an introduction programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct IntroducedStudent {
    key: Key,
    year: Year,
    home: MunicipalityId,
}

/// Students of introduction programmes; nothing about them can be printed.
#[derive(Clone, Default)]
pub struct Introduced {
    /// Sorted by key.
    students: Vec<IntroducedStudent>,
}

impl std::fmt::Debug for Introduced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Introduced")
    }
}

impl Introduced {
    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.students.is_empty()
    }

    /// Those of the last year.
    pub fn of_last_year(mut self) -> Self {
        let last = self.students.iter().map(|student| student.year).max();
        self.students.retain(|student| Some(student.year) == last);
        self.students.sort_unstable();
        self
    }

    /// The home of a student in this year, if the student was on an introduction programme then.
    fn home(&self, key: Key, year: Year) -> Option<MunicipalityId> {
        let at = self.students.binary_search_by(|student| student.key.cmp(&key)).ok()?;
        Some(self.students[at]).filter(|student| student.year == year).map(|student| student.home)
    }
}

/// Students found again, and how many of them have the same home.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct FoundAgain {
    students: u64,
    same_home: u64,
}

/// Students who were on an introduction programme on a 15 October and are found on the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Switches {
    /// By the first of two consecutive autumns and home in it: those on a national programme on the second.
    counts: BTreeMap<(Year, MunicipalityId), u64>,
    /// By the first autumn: all who are found again.
    again: BTreeMap<Year, FoundAgain>,
}

/// Students found again from which their homes tell whether ids are those of persons.
const ENOUGH: u64 = 20;
/// Of these, per cent that have the same home at least. Ids that begin anew in every extract agree by chance.
const SAME_HOME: u64 = 70;

impl Switches {
    /// Adds the students of other years, or of the same years.
    pub fn add(&mut self, other: Self) {
        for (key, students) in other.counts {
            *self.counts.entry(key).or_default() += students;
        }
        for (year, again) in other.again {
            let sum = self.again.entry(year).or_default();
            sum.students += again.students;
            sum.same_home += again.same_home;
        }
    }

    /// The students of a home in a year who are on a national programme a year later.
    #[must_use]
    pub fn students(&self, year: Year, home: MunicipalityId) -> u64 {
        self.counts.get(&(year, home)).copied().unwrap_or(0)
    }

    /// Whether the ids of a year and the next are those of the same persons, as far as their homes tell.
    #[must_use]
    pub fn is_plausible(&self, year: Year) -> bool {
        let again = self.again.get(&year).copied().unwrap_or_default();
        again.students < ENOUGH || again.same_home * 100 >= again.students * SAME_HOME
    }
}

/// What was traced.
#[derive(Default)]
pub struct Traces {
    /// Counts by year and home.
    pub switches: Switches,
    /// Students of introduction programmes.
    pub introduced: Introduced,
}

impl Traces {
    /// Adds the traces of another worker.
    pub fn add(&mut self, other: Self) {
        self.switches.add(other.switches);
        self.introduced.students.extend(other.introduced.students);
    }
}

/// Traces the students of a worker.
pub struct Tracer<'a> {
    packing: &'a Packing,
    unknown: UnitId,
    /// By number of a programme: whether it is an introduction programme, or a national one.
    kinds: Vec<Option<bool>>,
    before: &'a Introduced,
    /// The keys of `before`, for a quick answer.
    keys: HashSet<Key>,
    /// The student traced last, if he or she was on an introduction programme.
    last: Option<IntroducedStudent>,
    pub traces: Traces,
}

impl<'a> Tracer<'a> {
    /// A tracer of students after these.
    pub fn new(packing: &'a Packing, registers: &Registers, before: &'a Introduced) -> Self {
        let kind = |id| match registers.programme_kind(id) {
            Some(ProgrammeKind::Introduction) => Some(true),
            Some(ProgrammeKind::Vocational | ProgrammeKind::Preparatory) => Some(false),
            _ => None,
        };
        Self {
            packing,
            unknown: registers.unit_codes().unknown(),
            kinds: registers.programme_codes().numbers().map(kind).collect(),
            before,
            keys: before.students.iter().map(|student| student.key).collect(),
            last: None,
            traces: Traces::default(),
        }
    }

    /// Traces a row of 15 October whose student has no other row of another year.
    #[inline]
    pub fn trace(&mut self, entry: &StudentEntry) {
        let is_introduction = self.is_introduction(entry);
        if is_introduction || !self.keys.is_empty() {
            self.trace_after(entry, None, is_introduction);
        }
    }

    /// Traces a row of 15 October of a student with rows of several years, in the order of years.
    pub fn trace_in_order(&mut self, entry: &StudentEntry) {
        let (key, year) = (key_of(entry), self.packing.year(packed_of(entry)));
        let before = self.last.take().filter(|last| last.key == key && last.year + 1 == year);
        self.last = self.trace_after(entry, before, self.is_introduction(entry));
    }

    fn is_introduction(&self, entry: &StudentEntry) -> bool {
        self.kind(entry) == Some(true)
    }

    fn kind(&self, entry: &StudentEntry) -> Option<bool> {
        self.kinds[u32::from(self.packing.programme(packed_of(entry))) as usize]
    }

    /// Traces a row whose student was `before` a year earlier; `None`: not in these data. Returns the student if he or
    /// she is on an introduction programme.
    fn trace_after(
        &mut self,
        entry: &StudentEntry,
        before: Option<IntroducedStudent>,
        is_introduction: bool,
    ) -> Option<IntroducedStudent> {
        if let Some(student) = before.or_else(|| self.look_back(entry)) {
            let row = packed_of(entry);
            let again = self.traces.switches.again.entry(student.year).or_default();
            again.students += 1;
            again.same_home += u64::from(self.packing.home(row) == student.home);
            if self.kind(entry) == Some(false) && self.packing.unit(row) != self.unknown {
                *self.traces.switches.counts.entry((student.year, student.home)).or_default() += 1;
            }
        }
        if is_introduction { self.introduce(entry) } else { None }
    }

    fn introduce(&mut self, entry: &StudentEntry) -> Option<IntroducedStudent> {
        let row = packed_of(entry);
        if self.packing.unit(row) == self.unknown {
            return None;
        }
        let student =
            IntroducedStudent { key: key_of(entry), year: self.packing.year(row), home: self.packing.home(row) };
        self.traces.introduced.students.push(student);
        Some(student)
    }

    /// The student of a row a year earlier, if he or she was on an introduction programme then.
    fn look_back(&self, entry: &StudentEntry) -> Option<IntroducedStudent> {
        let (key, year) = (key_of(entry), self.packing.year(packed_of(entry)) - 1);
        let home = self.keys.contains(&key).then(|| self.before.home(key, year))??;
        Some(IntroducedStudent { key, year, home })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::{Years, link_after};
    use super::*;
    use crate::clean::{self, Cleaned, Reason, SourceColumns};
    use crate::config::ExtractKind;
    use crate::model::{Municipality, Programme, Provider, ProviderKind, Pseudonyms, Round, SchoolUnit, Validity};
    use crate::store::{SourceKind, Store, StudentRow};

    const FIRST: Year = 2019;
    const YEARS: usize = 4;

    /// A row of 15 October: home, whether the unit is known, programme (introduction, national, other), and whether the
    /// student was admitted as well.
    type TestRow = (usize, bool, usize, bool);
    /// The rows of a student by year.
    type TestStudent = [Option<TestRow>; YEARS];

    fn registers() -> Registers {
        let municipality =
            |code: &str| Municipality { code: code.into(), name: code.into(), county: None, point: None };
        let programme = |(code, kind): (&str, ProgrammeKind)| Programme {
            code: code.into(),
            name: code.into(),
            kind,
            validity: Validity::default(),
            successor: None,
        };
        let unit = SchoolUnit {
            code: "A".into(),
            name: "A".into(),
            municipality: "1".into(),
            provider: Provider { code: "1".into(), kind: ProviderKind::Municipal },
            point: None,
            validity: Validity::default(),
            successor: None,
        };
        let programmes =
            [("I", ProgrammeKind::Introduction), ("N", ProgrammeKind::Preparatory), ("O", ProgrammeKind::Other)];
        Registers::new(
            vec![municipality("1"), municipality("2")],
            vec![unit],
            programmes.map(programme).to_vec(),
            vec![],
        )
    }

    fn row(id: usize, year: usize, of: TestRow, is_october: bool, registers: &Registers) -> StudentRow {
        let (home, is_known, programme, _) = of;
        let units = registers.unit_codes();
        StudentRow {
            student: Pseudonyms::keyed(b"a secret of a test").surrogate(&format!("student {id}")),
            year: FIRST + year as Year,
            year_group: is_october.then_some(1 + (id % 3) as u8),
            home: registers.municipality_codes().find(["1", "2"][home]).unwrap(),
            unit: if is_known { units.find("A").unwrap() } else { units.unknown() },
            programme: registers.programme_codes().find(["I", "N", "O"][programme]).unwrap(),
            students: 1,
            reason: Reason::Kept,
            line: id as u64,
        }
    }

    /// Links batches of years; a batch begins where `starts` says so.
    fn traced(students: &[TestStudent], starts: [bool; YEARS], registers: &Registers) -> Switches {
        let (mut out, mut introduced) = (Switches::default(), Introduced::default());
        let mut from = 0;
        let ends = (1..=YEARS).filter(|to| starts.get(*to).is_none_or(|starts| *starts));
        for to in ends {
            let store = Store::new(Packing::new(registers, 2).unwrap(), students.len() as u64 * to as u64, None);
            let rows = |is_october: bool| -> Vec<StudentRow> {
                let of = |(id, rows): (usize, &TestStudent)| {
                    let taken = |year: &usize| rows[*year].is_some_and(|row| is_october || row.3);
                    (from..to)
                        .filter(taken)
                        .filter_map(|year| Some(row(id, year, rows[year]?, is_october, registers)))
                        .collect::<Vec<_>>()
                };
                students.iter().enumerate().flat_map(of).collect()
            };
            let has = SourceColumns { ids: true, year_groups: true };
            let file = |number: usize, kind: ExtractKind| {
                let source = SourceKind { kind, round: Round::Final };
                Cleaned::of_rows(number, source, &rows(kind == ExtractKind::October), &store, has)
            };
            let years = if to == YEARS { Years::AreAll } else { Years::Follow };
            let files = vec![file(0, ExtractKind::Admission), file(1, ExtractKind::October)];
            let linked = link_after(clean::gather(files, store).unwrap(), registers, &introduced, years).unwrap();
            introduced = linked.introduced;
            out.add(linked.switches);
            from = to;
        }
        out
    }

    /// Plain loops over students and years.
    fn naive(students: &[TestStudent], registers: &Registers) -> Switches {
        let mut out = Switches::default();
        for rows in students {
            for year in 1..YEARS {
                let (Some((home, true, 0, _)), Some(next)) = (rows[year - 1], rows[year]) else { continue };
                let first = FIRST + year as Year - 1;
                let again = out.again.entry(first).or_default();
                again.students += 1;
                again.same_home += u64::from(next.0 == home);
                if next.1 && next.2 == 1 {
                    let home = registers.municipality_codes().find(["1", "2"][home]).unwrap();
                    *out.counts.entry((first, home)).or_default() += 1;
                }
            }
        }
        out
    }

    #[test]
    fn ids_that_begin_anew_are_not_followed() {
        let switches = |students, same_home| {
            let again = BTreeMap::from([(2022, FoundAgain { students, same_home })]);
            Switches { again, ..Switches::default() }.is_plausible(2022)
        };
        assert_eq!([switches(19, 0), switches(20, 13), switches(20, 14), switches(0, 0)], [true, false, true, true]);
    }

    proptest! {
        #[test]
        fn switches_are_what_plain_loops_find_however_years_are_read(
            students in proptest::collection::vec(
                proptest::array::uniform4(proptest::option::weighted(
                    0.7, (0_usize..2, proptest::bool::weighted(0.9), 0_usize..3, any::<bool>()),
                )),
                0..30,
            ),
            starts in proptest::array::uniform4(any::<bool>()),
        ) {
            let registers = registers();
            prop_assert_eq!(traced(&students, starts, &registers), naive(&students, &registers));
        }
    }
}
