//! The aggregation core: students by snapshot, year, home, unit and programme.
//!
//! The grouping itself is polars' (columns of whole numbers, one hash aggregation over all cores); this module says
//! which rows count for which snapshot, and holds the sorted result.

use polars::prelude::*;

use crate::clean::{CleanRows, StudentRow};
use crate::model::{MunicipalityId, ProgrammeId, Snapshot, UnitId, Year};

/// The key of a flow; sorted as its texts sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowKey {
    /// What is counted.
    pub snapshot: Snapshot,
    /// Autumn.
    pub year: Year,
    /// Home municipality or `?`.
    pub home: MunicipalityId,
    /// School unit or `?`.
    pub unit: UnitId,
    /// Programme, `?` or `-`.
    pub programme: ProgrammeId,
}

/// A flow: a key and its students, never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flow {
    /// Of whom.
    pub key: FlowKey,
    /// How many students, 1 or more.
    pub students: u64,
}

/// All flows of a run, sorted by key, each key once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlowTable {
    flows: Vec<Flow>,
    censuses: Vec<(Snapshot, Year)>,
}

impl FlowTable {
    /// The flows, sorted by key.
    #[must_use]
    pub fn flows(&self) -> &[Flow] {
        &self.flows
    }

    /// The flows of one snapshot and year.
    #[must_use]
    pub fn of(&self, snapshot: Snapshot, year: Year) -> &[Flow] {
        let start = self.flows.partition_point(|f| (f.key.snapshot, f.key.year) < (snapshot, year));
        let end = self.flows.partition_point(|f| (f.key.snapshot, f.key.year) <= (snapshot, year));
        &self.flows[start..end]
    }

    /// The snapshots and years that were read, sorted, also those without a single student.
    #[must_use]
    pub fn censuses(&self) -> &[(Snapshot, Year)] {
        &self.censuses
    }

    /// The latest year read.
    #[must_use]
    pub fn latest_year(&self) -> Option<Year> {
        self.censuses.iter().map(|(_, year)| *year).max()
    }

    /// Whether this snapshot of this year was read.
    #[must_use]
    pub fn has(&self, snapshot: Snapshot, year: Year) -> bool {
        self.censuses.binary_search(&(snapshot, year)).is_ok()
    }
}

/// Counts the students of all rows. `october` takes year group 1 and rows of extracts without year groups; `enrolled`
/// takes every row of a year whose extract has year groups.
///
/// # Errors
/// Only polars' own, such as memory that is not there.
pub fn aggregate(rows: &CleanRows) -> PolarsResult<FlowTable> {
    let mut columns = KeyColumns::default();
    let mut censuses = Vec::new();
    for (year, census) in &rows.admission {
        censuses.push((Snapshot::Admission, *year));
        census.rows.iter().for_each(|row| columns.push(Snapshot::Admission, row));
    }
    for (year, census) in &rows.october {
        censuses.push((Snapshot::October, *year));
        let is_first_year = |row: &&StudentRow| row.year_group.is_none_or(|group| group == 1);
        census.rows.iter().filter(is_first_year).for_each(|row| columns.push(Snapshot::October, row));
        if census.has_year_groups {
            censuses.push((Snapshot::Enrolled, *year));
            census.rows.iter().for_each(|row| columns.push(Snapshot::Enrolled, row));
        }
    }
    censuses.sort_unstable();
    Ok(FlowTable { flows: columns.grouped()?, censuses })
}

/// The columns that are grouped: the key's five as numbers, and students.
#[derive(Default)]
struct KeyColumns {
    keys: [Vec<u32>; 5],
    students: Vec<u64>,
}

const KEYS: [&str; 5] = ["snapshot", "year", "home", "unit", "programme"];
const STUDENTS: &str = "students";

impl KeyColumns {
    fn push(&mut self, snapshot: Snapshot, row: &StudentRow) {
        if row.students == 0 {
            return;
        }
        let key = [snapshot as u32, u32::from(row.year), row.home.into(), row.unit.into(), row.programme.into()];
        for (column, value) in self.keys.iter_mut().zip(key) {
            column.push(value);
        }
        self.students.push(row.students);
    }

    fn grouped(self) -> PolarsResult<Vec<Flow>> {
        let height = self.students.len();
        let mut columns: Vec<Column> =
            KEYS.iter().zip(self.keys).map(|(name, values)| Column::new((*name).into(), values)).collect();
        columns.push(Column::new(STUDENTS.into(), self.students));
        let grouped =
            DataFrame::new(height, columns)?.lazy().group_by(KEYS.map(col)).agg([col(STUDENTS).sum()]).collect()?;
        let key =
            |name: &str| -> PolarsResult<Vec<u32>> { Ok(grouped.column(name)?.u32()?.into_no_null_iter().collect()) };
        let [snapshots, years, homes, units, programmes] =
            [key(KEYS[0])?, key(KEYS[1])?, key(KEYS[2])?, key(KEYS[3])?, key(KEYS[4])?];
        let students = grouped.column(STUDENTS)?.u64()?;
        let mut flows: Vec<Flow> = students
            .into_no_null_iter()
            .enumerate()
            .map(|(i, students)| Flow {
                key: FlowKey {
                    snapshot: Snapshot::ALL[snapshots[i] as usize],
                    year: years[i] as Year,
                    home: homes[i].into(),
                    unit: units[i].into(),
                    programme: programmes[i].into(),
                },
                students,
            })
            .collect();
        flows.sort_unstable();
        Ok(flows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{Census, Reason};
    use crate::model::Round;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// A row of a test: year, year group (0: none), home, unit, programme, students.
    type Given = (u16, u8, u32, u32, u32, u64);

    fn row(given: &Given) -> StudentRow {
        StudentRow {
            student: None,
            year: given.0,
            year_group: (given.1 > 0).then_some(given.1),
            round: Round::Final,
            home: given.2.into(),
            unit: given.3.into(),
            programme: given.4.into(),
            students: given.5,
            reason: Reason::Kept,
            line: 0,
        }
    }

    fn censuses(rows: &[Given]) -> BTreeMap<Year, Census> {
        let mut out: BTreeMap<Year, Census> = BTreeMap::new();
        for given in rows {
            let census = out.entry(given.0).or_default();
            census.has_year_groups |= given.1 > 0;
            census.rows.push(row(given));
        }
        out
    }

    proptest! {
        #[test]
        fn flows_are_what_plain_loops_count(
            admitted in proptest::collection::vec((2021_u16..2023, Just(0_u8), 0_u32..3, 0_u32..3, 0_u32..3, 0_u64..4), 0..30),
            enrolled in proptest::collection::vec((2021_u16..2023, 1_u8..4, 0_u32..3, 0_u32..3, 0_u32..3, 0_u64..4), 0..30),
        ) {
            let mut naive: BTreeMap<(Snapshot, Year, u32, u32, u32), u64> = BTreeMap::new();
            for g in &admitted {
                *naive.entry((Snapshot::Admission, g.0, g.2, g.3, g.4)).or_default() += g.5;
            }
            for g in &enrolled {
                *naive.entry((Snapshot::Enrolled, g.0, g.2, g.3, g.4)).or_default() += g.5;
                if g.1 == 1 {
                    *naive.entry((Snapshot::October, g.0, g.2, g.3, g.4)).or_default() += g.5;
                }
            }
            naive.retain(|_, students| *students > 0);
            let rows = CleanRows { admission: censuses(&admitted), october: censuses(&enrolled), ..CleanRows::default() };
            let table = aggregate(&rows).unwrap();
            let got: Vec<_> = table.flows().iter().map(|f| {
                ((f.key.snapshot, f.key.year, f.key.home.into(), f.key.unit.into(), f.key.programme.into()), f.students)
            }).collect();
            prop_assert_eq!(got, naive.into_iter().collect::<Vec<_>>());
        }
    }
}
