//! The aggregation core: students by snapshot, year, home, unit and programme.
//!
//! The rows wait in partitions (see `store`), so that each is counted in a table that stays in the cache.

use rayon::prelude::*;

use crate::clean::{CleanRows, Order, Repeated};
use crate::error::Result;
use crate::io::SpillFile;
use crate::store::{Counter, PackedFlow, Packing, Partition, each_partition};
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

/// Counts the students of all rows but those repeated. `october` takes year group 1 and rows of extracts without year
/// groups; `enrolled` takes every row of a year whose extract has year groups.
///
/// Each partition is counted alone, in a table that its worker uses again; the sums are then put in order, which is
/// that of their bits with the snapshot before them.
///
/// # Errors
/// A spill file that cannot be read.
pub fn aggregate(
    flows: Vec<Partition<u64>>,
    weighted: &[(u64, u64)],
    spilled: Option<&SpillFile>,
    repeated: &[Repeated],
    order: Order<'_>,
    rows: &CleanRows,
) -> Result<FlowTable> {
    let mut removed = Counter::default();
    for row in repeated.iter().map(|repeated| repeated.row) {
        removed.add(order.packing.flow(order.sources[order.packing.source(row)].kind, row).bits(), 1);
    }
    let count = |(counter, sums): &mut (Counter, Vec<(u64, u64)>), keys: &[u64]| {
        keys.iter().for_each(|key| counter.add(*key, 1));
        counter.drain_into(sums);
    };
    let counted = each_partition(flows, spilled, Default::default, count)?;
    let mut sums: Vec<(u64, u64)> = counted.into_iter().flat_map(|(_, sums)| sums).collect();
    if !removed.is_empty() {
        sums.iter_mut().for_each(|(key, students)| *students -= removed.get(*key));
    }
    sums.extend(weighted);
    Ok(FlowTable { flows: sorted(sums, order.packing, rows), censuses: censuses(rows) })
}

/// The flows of these sums, sorted, each once.
fn sorted(sums: Vec<(u64, u64)>, packing: &Packing, rows: &CleanRows) -> Vec<Flow> {
    let has_groups = |year: Year| rows.october.get(&year).is_some_and(|census| census.has_year_groups);
    let mut by_snapshot: Vec<(u64, u64)> = Vec::with_capacity(sums.len());
    for (key, students) in sums.into_iter().filter(|(_, students)| *students > 0) {
        let key = PackedFlow::of(key);
        let row = packing.row(key);
        let snapshots = Packing::snapshots(key, has_groups(packing.year(row)));
        by_snapshot.extend(snapshots.iter().map(|snapshot| (packing.in_snapshot(*snapshot, row), students)));
    }
    by_snapshot.par_sort_unstable();
    let same = |a: &(u64, u64), b: &(u64, u64)| a.0 == b.0;
    let flow = |sums: &[(u64, u64)]| {
        let (snapshot, row) = packing.of_snapshot(sums[0].0);
        Flow {
            key: FlowKey {
                snapshot,
                year: packing.year(row),
                home: packing.home(row),
                unit: packing.unit(row),
                programme: packing.programme(row),
            },
            students: sums.iter().map(|(_, students)| students).sum(),
        }
    };
    by_snapshot.chunk_by(same).map(flow).collect()
}

fn censuses(rows: &CleanRows) -> Vec<(Snapshot, Year)> {
    let mut out: Vec<(Snapshot, Year)> = rows.admission.keys().map(|year| (Snapshot::Admission, *year)).collect();
    for (year, census) in &rows.october {
        out.push((Snapshot::October, *year));
        if census.has_year_groups {
            out.push((Snapshot::Enrolled, *year));
        }
    }
    out.sort_unstable();
    out
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
