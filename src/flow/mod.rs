//! The aggregation core: students by snapshot, year, home, unit and programme.
//!
//! The rows are in partitions (see `store`), so that each partition is counted in a table that stays in the cache.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::clean::CleanRows;
use crate::error::Result;
use crate::link::Uncounted;
use crate::model::{MunicipalityId, ProgrammeId, Snapshot, UnitId, Year};
use crate::store::{Counter, PackedFlow, Packing};

/// The key of a flow; sorts as its texts do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowKey {
    /// The snapshot that is counted.
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

/// A flow: a key and its number of students, never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flow {
    /// Which students.
    pub key: FlowKey,
    /// How many students, 1 or more.
    pub students: u64,
}

/// All flows of a run, sorted by key; each key occurs once.
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

    /// The table of these sums. The key is whether rows are comparable with an admission, and a flow key whose
    /// snapshot is `October` for all of 15 October.
    #[must_use]
    pub fn of_counts(counts: BTreeMap<(bool, FlowKey), u64>, rows: &CleanRows) -> Self {
        let has_groups = |year: Year| rows.october.get(&year).is_some_and(|census| census.has_year_groups);
        let mut flows: BTreeMap<FlowKey, u64> = BTreeMap::new();
        for ((is_comparable, key), students) in counts.into_iter().filter(|(_, students)| *students > 0) {
            let is_enrolled = key.snapshot == Snapshot::October && (has_groups(key.year) || !is_comparable);
            let enrolled = is_enrolled.then_some(FlowKey { snapshot: Snapshot::Enrolled, ..key });
            let own = (is_comparable || key.snapshot == Snapshot::Admission).then_some(key);
            for key in own.into_iter().chain(enrolled) {
                *flows.entry(key).or_default() += students;
            }
        }
        let flows = flows.into_iter().map(|(key, students)| Flow { key, students }).collect();
        Self { flows, censuses: censuses(rows) }
    }

    /// Joins tables of different years.
    #[must_use]
    pub fn joined(tables: Vec<Self>) -> Self {
        let [one] = <[Self; 1]>::try_from(tables).unwrap_or_else(|tables| [Self::sorted(&tables)]);
        one
    }

    fn sorted(tables: &[Self]) -> Self {
        let mut parts: Vec<_> = tables.iter().flat_map(|t| t.censuses.iter().map(move |c| (*c, t))).collect();
        parts.sort_unstable_by_key(|(census, _)| *census);
        let flows = parts.iter().flat_map(|((snapshot, year), table)| table.of(*snapshot, *year)).copied();
        Self { flows: flows.collect(), censuses: parts.iter().map(|(census, _)| *census).collect() }
    }

    /// The flows of one snapshot and year.
    #[must_use]
    pub fn of(&self, snapshot: Snapshot, year: Year) -> &[Flow] {
        let start = self.flows.partition_point(|f| (f.key.snapshot, f.key.year) < (snapshot, year));
        let end = self.flows.partition_point(|f| (f.key.snapshot, f.key.year) <= (snapshot, year));
        &self.flows[start..end]
    }

    /// The snapshots and years that were read, sorted, including those without students.
    #[must_use]
    pub fn censuses(&self) -> &[(Snapshot, Year)] {
        &self.censuses
    }

    /// The snapshot of a year that pages and pictures show: 15 October, or the admission if there is no October.
    #[must_use]
    pub fn main_snapshot(&self, year: Year) -> Snapshot {
        if self.has(Snapshot::October, year) { Snapshot::October } else { Snapshot::Admission }
    }

    /// Whether this snapshot of this year was read.
    #[must_use]
    pub fn has(&self, snapshot: Snapshot, year: Year) -> bool {
        self.censuses.binary_search(&(snapshot, year)).is_ok()
    }
}

/// Counts the students of all rows except repeated ones. `october` counts year group 1 and the rows of extracts
/// without year groups; `enrolled` counts every row of a year whose extract has year groups.
///
/// Each partition is counted alone, in a table that its worker reuses. The sums are then sorted by their bits,
/// preceded by the snapshot.
///
/// # Errors
/// A spill file that cannot be read.
pub fn aggregate(uncounted: Uncounted, rows: &CleanRows) -> Result<FlowTable> {
    let Uncounted { packing, sources, flows, weighted, spilled, spares, repeated } = uncounted;
    let mut removed = Counter::default();
    for row in repeated.iter().map(|repeated| repeated.row) {
        removed.add(packing.flow(sources[packing.source(row)].kind, row).bits(), 1);
    }
    let count = |(counter, sums): &mut (Counter, Vec<(u64, u64)>), keys: &[u64]| {
        keys.iter().for_each(|key| counter.add(*key, 1));
        counter.drain_into(sums);
    };
    let counted = flows.each(spilled.as_ref(), &spares.flows, Default::default, count)?;
    let mut sums: Vec<(u64, u64)> = counted.into_iter().flat_map(|(_, sums)| sums).collect();
    if !removed.is_empty() {
        sums.iter_mut().for_each(|(key, students)| *students -= removed.get(*key));
    }
    sums.extend(weighted);
    Ok(FlowTable { flows: sorted(sums, &packing, rows), censuses: censuses(rows) })
}

/// The flows of these sums, sorted, each key once.
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
mod tests;
