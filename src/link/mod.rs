//! The link between the two snapshots of a year: every student's offer (unit and programme) at admission and on 15
//! October.
//!
//! A partition holds all rows of its students (see `store`). Rows with the same key are chained in a table of row
//! numbers. Almost every chain is one row, or one row of each snapshot, and is counted directly. Longer chains are
//! first sorted in the order of duplicates, and the rows that do not count are recorded; an id that several students
//! share is not linked. The result is counts by pair of offers, far fewer than students, and no data about individual
//! students.

mod trace;

pub use trace::Introduced;

use std::collections::BTreeMap;

use crate::clean::{CleanRows, Gathered, Order, Repeated};
use crate::config::YEARS;
use crate::error::Result;
use crate::io::SpillFile;
use crate::model::{ProgrammeId, Registers, UnitId, Year};
use crate::store::{
    Counter, Packed, Packing, Partitioned, Partitions, SourceKind, Spares, StudentEntry, key_of, packed_of,
};
use trace::{Tracer, Traces};

/// What a student is admitted to or enrolled in: a known unit and a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offer {
    /// School unit, known.
    pub unit: UnitId,
    /// Programme; may be `?` or `-`.
    pub programme: ProgrammeId,
}

/// The linked students of a year: how many were admitted to one offer and enrolled in another, in the same, or are in
/// only one of the snapshots. `None` means that a student is not in that snapshot, or at a unit that is in no
/// register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    pairs: Vec<(Option<Offer>, Option<Offer>, u64)>,
}

impl Link {
    /// The link of these pairs.
    #[cfg(feature = "spark")]
    pub(crate) fn of(pairs: BTreeMap<(Option<Offer>, Option<Offer>), u64>) -> Self {
        Self { pairs: pairs.into_iter().map(|((from, to), students)| (from, to, students)).collect() }
    }

    /// Students by offer at admission and on 15 October (year group 1), sorted.
    pub fn pairs(&self) -> impl Iterator<Item = (Option<Offer>, Option<Offer>, u64)> + '_ {
        self.pairs.iter().copied()
    }
}

pub use trace::Switches;

/// The result of linking.
#[derive(Debug)]
pub struct Linked {
    /// The cleaned data, with duplicates removed.
    pub rows: CleanRows,
    /// From introduction programmes to national ones, between years of these data, and from the years before.
    pub switches: Switches,
    /// Students of introduction programmes in the last year, for the years after.
    pub introduced: Introduced,
    /// The links of the years whose snapshots were both read, with student ids.
    pub links: BTreeMap<Year, Link>,
    /// The input for counting flows.
    pub uncounted: Uncounted,
}

/// The keys of all flows by partition, and the rows among them that do not count.
#[derive(Debug)]
pub struct Uncounted {
    /// How rows are packed.
    pub packing: Packing,
    /// Sources by number.
    pub sources: Vec<SourceKind>,
    /// Keys of flows by unit, one per student.
    pub flows: Partitioned<u64>,
    /// Keys of flows and their students, for rows with several students.
    pub weighted: Vec<(u64, u64)>,
    /// The rows beyond the memory limit.
    pub spilled: Option<SpillFile>,
    /// The pool for emptied slabs.
    pub spares: Spares,
    /// The rows that do not count, sorted.
    pub repeated: Vec<Repeated>,
}

/// Links the students of all partitions, without other years.
///
/// # Errors
/// A spill file that cannot be read.
pub fn link(gathered: Gathered, registers: &Registers) -> Result<Linked> {
    link_after(gathered, registers, &Introduced::default(), Years::AreAll)
}

/// Whether the data of later years follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Years {
    /// All years are read.
    AreAll,
    /// Later years follow.
    Follow,
}

/// Links the students of all partitions; `before` are the students of introduction programmes in the years before.
///
/// # Errors
/// A spill file that cannot be read.
pub fn link_after(gathered: Gathered, registers: &Registers, before: &Introduced, years: Years) -> Result<Linked> {
    let (partitions, sources, pending) = gathered.split();
    let Partitions { packing, flows, students, weighted, keyless, spilled, spares } = partitions;
    let order = Order { packing: &packing, sources: &sources, registers };
    let link_partition = |worker: &mut Worker<'_>, entries: &[StudentEntry]| worker.link_partition(entries);
    let worker = || Worker::new(order, before, years);
    let mut workers = students.each(spilled.as_ref(), &spares.students, worker, link_partition)?;
    let mut unlinked = worker();
    keyless.iter().for_each(|row| unlinked.count_unlinked(*row));
    workers.push(unlinked);
    let (mut pairs, mut repeated, mut shared) = (Vec::new(), Vec::new(), Vec::new());
    let mut traces = Traces::default();
    for mut worker in workers {
        traces.add(worker.tracer.traces);
        worker.pairs.drain_into(&mut pairs);
        repeated.append(&mut worker.repeated);
        shared.append(&mut worker.shared);
    }
    repeated.sort_unstable();
    let rows = pending.remove_repeated(&repeated, &shared, order);
    let mut links = by_year(pairs, &packing);
    let links = rows.linked_years().map(|year| (year, links.remove(&year).unwrap_or_default())).collect();
    let Traces { switches, introduced } = traces;
    let introduced = introduced.of_last_year();
    Ok(Linked {
        rows,
        links,
        switches,
        introduced,
        uncounted: Uncounted { packing, sources, flows, weighted, spilled, spares, repeated },
    })
}

/// The sums of all workers by year, sorted by offers.
fn by_year(mut pairs: Vec<(u64, u64)>, packing: &Packing) -> BTreeMap<Year, Link> {
    pairs.sort_unstable();
    let mut links: BTreeMap<Year, Link> = BTreeMap::new();
    for same in pairs.chunk_by(|a, b| a.0 == b.0) {
        let pair = OfferPair(same[0].0);
        let offer = |bits: u64| {
            let (unit, programme) = packing.unit_and_programme(bits.checked_sub(1)?);
            Some(Offer { unit, programme })
        };
        let students = same.iter().map(|(_, students)| students).sum();
        links.entry(pair.year()).or_default().pairs.push((offer(pair.from()), offer(pair.to()), students));
    }
    links
}

/// A year and two offers in one number. Each offer is its packed number plus one; zero means none.
#[derive(Clone, Copy)]
struct OfferPair(u64);

impl OfferPair {
    const OFFER_BITS: u32 = 28;

    const fn of(year: Year, from: u64, to: u64) -> Self {
        Self(((year - *YEARS.start()) as u64) << (2 * Self::OFFER_BITS) | from << Self::OFFER_BITS | to)
    }

    const fn year(self) -> Year {
        *YEARS.start() + (self.0 >> (2 * Self::OFFER_BITS)) as Year
    }

    const fn from(self) -> u64 {
        self.0 >> Self::OFFER_BITS & ((1 << Self::OFFER_BITS) - 1)
    }

    const fn to(self) -> u64 {
        self.0 & ((1 << Self::OFFER_BITS) - 1)
    }
}

/// The counts of a worker, and the tables that it reuses for each partition.
struct Worker<'a> {
    order: Order<'a>,
    /// Whether students with rows of one year alone are traced: some years are in other data.
    has_other_data: bool,
    tracer: Tracer<'a>,
    unknown: UnitId,
    pairs: Counter,
    repeated: Vec<Repeated>,
    /// Rows whose id several students share.
    shared: Vec<Repeated>,
    /// Hash table of rows by the lowest bits of the key: the last row with that key.
    heads: Vec<u32>,
    /// By row: the previous row with the same key.
    previous: Vec<u32>,
    rows: Vec<StudentEntry>,
    /// The rows among them whose id is not shared.
    own: Vec<StudentEntry>,
}

const NO_ROW: u32 = u32::MAX;

impl<'a> Worker<'a> {
    fn new(order: Order<'a>, before: &'a Introduced, years: Years) -> Self {
        let unknown = Registers::unit_codes(order.registers).unknown();
        Self {
            order,
            has_other_data: years == Years::Follow || !before.is_empty(),
            tracer: Tracer::new(order.packing, order.registers, before),
            unknown,
            pairs: Counter::default(),
            repeated: Vec::new(),
            shared: Vec::new(),
            heads: Vec::new(),
            previous: Vec::new(),
            rows: Vec::new(),
            own: Vec::new(),
        }
    }

    fn link_partition(&mut self, entries: &[StudentEntry]) {
        let slots = (entries.len() * 2).next_power_of_two().max(2);
        self.heads.clear();
        self.heads.resize(slots, NO_ROW);
        self.previous.clear();
        self.previous.resize(entries.len(), NO_ROW);
        for (number, entry) in entries.iter().enumerate() {
            let mut slot = entry[0] as usize & (slots - 1);
            loop {
                let head = self.heads[slot];
                if head == NO_ROW || key_of(&entries[head as usize]) == key_of(entry) {
                    self.previous[number] = head;
                    self.heads[slot] = number as u32;
                    break;
                }
                slot = (slot + 1) & (slots - 1);
            }
        }
        for slot in 0..slots {
            let last = self.heads[slot];
            if last != NO_ROW {
                self.student(entries, last as usize);
            }
        }
    }

    /// Counts the student whose last row has this number.
    #[inline]
    fn student(&mut self, entries: &[StudentEntry], last: usize) {
        let row = packed_of(&entries[last]);
        let Some(first) = Some(self.previous[last]).filter(|first| *first != NO_ROW) else {
            if self.has_other_data && self.order.census(row).1 {
                self.tracer.trace(&entries[last]);
            }
            return self.count_unlinked(row);
        };
        let other = packed_of(&entries[first as usize]);
        let ((year, is_october), (other_year, other_is_october)) = (self.order.census(row), self.order.census(other));
        if self.previous[first as usize] == NO_ROW && year == other_year && is_october != other_is_october {
            if self.has_other_data {
                self.tracer.trace(&entries[if is_october { last } else { first as usize }]);
            }
            let (from, to) = if is_october { (other, row) } else { (row, other) };
            let (from, to) = (self.offer(from, false), self.offer(to, true));
            return self.count(year, from, to);
        }
        self.count_several(entries, last);
    }

    /// Counts a student with several rows in one snapshot, or in several years.
    #[cold]
    fn count_several(&mut self, entries: &[StudentEntry], last: usize) {
        let mut rows = std::mem::take(&mut self.rows);
        rows.clear();
        let mut number = last as u32;
        while number != NO_ROW {
            rows.push(entries[number as usize]);
            number = self.previous[number as usize];
        }
        let order = self.order;
        let year_of = |entry: &StudentEntry| order.census(packed_of(entry)).0;
        rows.sort_by_key(year_of);
        let mut own = std::mem::take(&mut self.own);
        own.clear();
        for same_year in rows.chunk_by(|a, b| year_of(a) == year_of(b)) {
            if order.is_shared(same_year) {
                self.shared.extend(same_year.iter().map(|entry| order.shared(entry)));
                same_year.iter().for_each(|entry| self.count_unlinked(packed_of(entry)));
            } else {
                own.extend(same_year);
            }
        }
        order.separate_repeated(&mut own, &mut self.repeated);
        let is_october = |entry: &&StudentEntry| order.census(packed_of(entry)).1;
        own.iter().filter(is_october).for_each(|entry| self.tracer.trace_in_order(entry));
        for same_year in own.chunk_by(|a, b| year_of(a) == year_of(b)) {
            let year = year_of(&same_year[0]);
            let offer = |in_october: bool| {
                let row = same_year.iter().map(packed_of).find(|row| order.census(*row).1 == in_october);
                row.map_or(0, |row| self.offer(row, in_october))
            };
            let (from, to) = (offer(false), offer(true));
            self.count(year, from, to);
        }
        (self.rows, self.own) = (rows, own);
    }

    fn count_unlinked(&mut self, row: Packed) {
        let (year, is_october) = self.order.census(row);
        let offer = self.offer(row, is_october);
        let (from, to) = if is_october { (0, offer) } else { (offer, 0) };
        self.count(year, from, to);
    }

    #[inline]
    fn count(&mut self, year: Year, from: u64, to: u64) {
        if from != 0 || to != 0 {
            self.pairs.add(OfferPair::of(year, from, to).0, 1);
        }
    }

    /// The number of a row's offer in a [`OfferPair`]: zero if the unit is unknown, or if the student is not in year
    /// group 1 on 15 October.
    #[inline]
    fn offer(&self, row: Packed, is_october: bool) -> u64 {
        let packing = self.order.packing;
        let is_counted = !is_october || packing.year_group(row).is_none_or(|group| group == 1);
        if is_counted && packing.unit(row) != self.unknown { packing.offer(row) + 1 } else { 0 }
    }
}

#[cfg(test)]
mod tests;
