//! The link between the two snapshots of a year: every student's place at admission and on 15 October.
//!
//! A partition holds all rows of its students (see `store`). Rows with the same key are chained in a table of row
//! numbers; almost every chain is one row, or one of each snapshot, and is counted as it stands. Longer ones are
//! put in the order of duplicates first, and what does not count is told; an id that several students share is none. What comes out is counts by pair of places, far
//! fewer than students, and nothing about any one of them.

use std::collections::BTreeMap;

use crate::clean::{CleanRows, Gathered, Order, Repeated};
use crate::config::YEARS;
use crate::error::Result;
use crate::io::SpillFile;
use crate::model::{ProgrammeId, Registers, UnitId, Year};
use crate::store::{
    Counter, Entry, Packed, Packing, Partition, Partitions, Source, Spares, each_partition, key_of, packed_of,
};

/// Where a student is: a known unit and a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// School unit, known.
    pub unit: UnitId,
    /// Programme, `?` or `-` among them.
    pub programme: ProgrammeId,
}

/// The linked students of a year: how many were admitted at one place and enrolled at another, at the same, or at
/// only one of the times. None stands for a student who is not in that snapshot, or at a unit that no register knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    pairs: Vec<(Option<Place>, Option<Place>, u64)>,
}

impl Link {
    /// The link of these pairs.
    #[cfg(feature = "spark")]
    pub(crate) fn of(pairs: BTreeMap<(Option<Place>, Option<Place>), u64>) -> Self {
        Self { pairs: pairs.into_iter().map(|((from, to), students)| (from, to, students)).collect() }
    }

    /// Students by place at admission and on 15 October (year group 1), sorted.
    pub fn pairs(&self) -> impl Iterator<Item = (Option<Place>, Option<Place>, u64)> + '_ {
        self.pairs.iter().copied()
    }
}

/// What the search for students gave.
#[derive(Debug)]
pub struct Linked {
    /// What the rows amount to, duplicates taken out.
    pub rows: CleanRows,
    /// The links of the years whose snapshots were both read, with student ids.
    pub links: BTreeMap<Year, Link>,
    /// What flows are counted from.
    pub uncounted: Uncounted,
}

/// The keys of all flows by partition, and the rows among them that do not count.
#[derive(Debug)]
pub struct Uncounted {
    /// How rows are packed.
    pub packing: Packing,
    /// What the numbers of sources stand for.
    pub sources: Vec<Source>,
    /// Keys of flows by unit, one for each student.
    pub flows: Vec<Partition<u64>>,
    /// Keys of flows and their students, where a row holds several.
    pub weighted: Vec<(u64, u64)>,
    /// What memory did not hold.
    pub spilled: Option<SpillFile>,
    /// Where emptied chunks go.
    pub spares: Spares,
    /// The rows that do not count, sorted.
    pub repeated: Vec<Repeated>,
}

/// Searches all partitions for the same students.
///
/// # Errors
/// A spill file that cannot be read.
pub fn link(gathered: Gathered, registers: &Registers) -> Result<Linked> {
    let (partitions, sources, unsettled) = gathered.split();
    let Partitions { packing, flows, students, weighted, keyless, spilled, spares } = partitions;
    let order = Order { packing: &packing, sources: &sources, registers };
    let search = |worker: &mut Worker<'_>, entries: &[Entry]| worker.search(entries);
    let mut workers = each_partition(students, spilled.as_ref(), &spares.students, || Worker::new(order), search)?;
    let mut alone = Worker::new(order);
    keyless.iter().for_each(|row| alone.count_alone(*row));
    workers.push(alone);
    let (mut pairs, mut repeated, mut shared) = (Vec::new(), Vec::new(), Vec::new());
    for mut worker in workers {
        worker.pairs.drain_into(&mut pairs);
        repeated.append(&mut worker.repeated);
        shared.append(&mut worker.shared);
    }
    repeated.sort_unstable();
    let rows = unsettled.strike(&repeated, &shared, order);
    let mut links = by_year(pairs, &packing);
    let links = rows.linked_years().map(|year| (year, links.remove(&year).unwrap_or_default())).collect();
    Ok(Linked { rows, links, uncounted: Uncounted { packing, sources, flows, weighted, spilled, spares, repeated } })
}

/// The sums of all workers, by year and in the order of the places.
fn by_year(mut pairs: Vec<(u64, u64)>, packing: &Packing) -> BTreeMap<Year, Link> {
    pairs.sort_unstable();
    let mut links: BTreeMap<Year, Link> = BTreeMap::new();
    for same in pairs.chunk_by(|a, b| a.0 == b.0) {
        let pair = Pair(same[0].0);
        let place = |bits: u64| {
            let (unit, programme) = packing.of_place(bits.checked_sub(1)?);
            Some(Place { unit, programme })
        };
        let students = same.iter().map(|(_, students)| students).sum();
        links.entry(pair.year()).or_default().pairs.push((place(pair.from()), place(pair.to()), students));
    }
    links
}

/// A year and two places in one number; a place is one more than its packed number, and zero is none.
#[derive(Clone, Copy)]
struct Pair(u64);

impl Pair {
    const PLACE: u32 = 28;

    const fn of(year: Year, from: u64, to: u64) -> Self {
        Self(((year - *YEARS.start()) as u64) << (2 * Self::PLACE) | from << Self::PLACE | to)
    }

    const fn year(self) -> Year {
        *YEARS.start() + (self.0 >> (2 * Self::PLACE)) as Year
    }

    const fn from(self) -> u64 {
        self.0 >> Self::PLACE & ((1 << Self::PLACE) - 1)
    }

    const fn to(self) -> u64 {
        self.0 & ((1 << Self::PLACE) - 1)
    }
}

/// What a worker counts, and the tables that it uses again for each partition.
struct Worker<'a> {
    order: Order<'a>,
    unknown: UnitId,
    pairs: Counter,
    repeated: Vec<Repeated>,
    /// Rows whose id several students share.
    shared: Vec<Repeated>,
    /// By the lowest bits of a key: the last row with such a key.
    heads: Vec<u32>,
    /// By row: the row before with the same key.
    before: Vec<u32>,
    rows: Vec<Entry>,
    /// Those of them that are one student's.
    own: Vec<Entry>,
}

const NOBODY: u32 = u32::MAX;

impl<'a> Worker<'a> {
    fn new(order: Order<'a>) -> Self {
        let unknown = Registers::unit_codes(order.registers).unknown();
        Self {
            order,
            unknown,
            pairs: Counter::default(),
            repeated: Vec::new(),
            shared: Vec::new(),
            heads: Vec::new(),
            before: Vec::new(),
            rows: Vec::new(),
            own: Vec::new(),
        }
    }

    fn search(&mut self, entries: &[Entry]) {
        let slots = (entries.len() * 2).next_power_of_two().max(2);
        self.heads.clear();
        self.heads.resize(slots, NOBODY);
        self.before.clear();
        self.before.resize(entries.len(), NOBODY);
        for (number, entry) in entries.iter().enumerate() {
            let mut slot = entry[0] as usize & (slots - 1);
            loop {
                let head = self.heads[slot];
                if head == NOBODY || key_of(&entries[head as usize]) == key_of(entry) {
                    self.before[number] = head;
                    self.heads[slot] = number as u32;
                    break;
                }
                slot = (slot + 1) & (slots - 1);
            }
        }
        for slot in 0..slots {
            let last = self.heads[slot];
            if last != NOBODY {
                self.student(entries, last as usize);
            }
        }
    }

    /// Counts the student whose last row has this number.
    #[inline]
    fn student(&mut self, entries: &[Entry], last: usize) {
        let row = packed_of(&entries[last]);
        let Some(first) = Some(self.before[last]).filter(|first| *first != NOBODY) else {
            return self.count_alone(row);
        };
        let other = packed_of(&entries[first as usize]);
        let ((year, is_october), (other_year, other_is_october)) = (self.order.census(row), self.order.census(other));
        if self.before[first as usize] == NOBODY && year == other_year && is_october != other_is_october {
            let (from, to) = if is_october { (other, row) } else { (row, other) };
            let (from, to) = (self.place(from, false), self.place(to, true));
            return self.count(year, from, to);
        }
        self.settle(entries, last);
    }

    /// Counts a student with several rows in one snapshot, or in several years.
    #[cold]
    fn settle(&mut self, entries: &[Entry], last: usize) {
        let mut rows = std::mem::take(&mut self.rows);
        rows.clear();
        let mut number = last as u32;
        while number != NOBODY {
            rows.push(entries[number as usize]);
            number = self.before[number as usize];
        }
        let order = self.order;
        let year_of = |entry: &Entry| order.census(packed_of(entry)).0;
        rows.sort_by_key(year_of);
        let mut own = std::mem::take(&mut self.own);
        own.clear();
        for same_year in rows.chunk_by(|a, b| year_of(a) == year_of(b)) {
            if order.is_shared(same_year) {
                self.shared.extend(same_year.iter().map(|entry| order.shared(entry)));
                same_year.iter().for_each(|entry| self.count_alone(packed_of(entry)));
            } else {
                own.extend(same_year);
            }
        }
        order.settle(&mut own, &mut self.repeated);
        for same_year in own.chunk_by(|a, b| year_of(a) == year_of(b)) {
            let year = year_of(&same_year[0]);
            let place = |wanted: bool| {
                let row = same_year.iter().map(packed_of).find(|row| order.census(*row).1 == wanted);
                row.map_or(0, |row| self.place(row, wanted))
            };
            let (from, to) = (place(false), place(true));
            self.count(year, from, to);
        }
        (self.rows, self.own) = (rows, own);
    }

    fn count_alone(&mut self, row: Packed) {
        let (year, is_october) = self.order.census(row);
        let place = self.place(row, is_october);
        let (from, to) = if is_october { (0, place) } else { (place, 0) };
        self.count(year, from, to);
    }

    #[inline]
    fn count(&mut self, year: Year, from: u64, to: u64) {
        if from != 0 || to != 0 {
            self.pairs.add(Pair::of(year, from, to).0, 1);
        }
    }

    /// The number of a row's place in a [`Pair`]: none where the unit is unknown, or where the student is not in the first
    /// year on 15 October.
    #[inline]
    fn place(&self, row: Packed, is_october: bool) -> u64 {
        let packing = self.order.packing;
        let is_counted = !is_october || packing.year_group(row).is_none_or(|group| group == 1);
        if is_counted && packing.unit(row) != self.unknown { packing.place(row) + 1 } else { 0 }
    }
}

#[cfg(test)]
mod tests;
