//! Whole numbers of students: every number is rounded up or down, and sums remain right.

use std::collections::BTreeMap;

use super::Amount;

/// Students of a row who go to a column. A row belongs to one group, such as the offer that its students leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The group of the row.
    pub group: u32,
    /// The row.
    pub row: u32,
    /// The column; `None`: those who are not placed.
    pub column: Option<u32>,
    /// How many they are.
    pub amount: Amount,
}

/// Rounds entries up or down, the largest rests up first, the first entry on a tie (the method of the largest remainder),
/// such that each group sums to its whole number in `totals`, and each row and column to its own sum rounded up or down.
/// Where the largest rests alone leave no such numbers, others are rounded up instead: a flow in a network with whole
/// capacities, in which the unrounded numbers are a flow, so that there is one of whole numbers (Dantzig 1951).
#[must_use]
pub fn whole(entries: &[Entry], totals: &BTreeMap<u32, u64>) -> Vec<u64> {
    let (mut out, rests): (Vec<u64>, Vec<u32>) = entries.iter().map(|entry| entry.amount.whole_and_rest()).unzip();
    let mut order: Vec<usize> = (0..entries.len()).filter(|at| rests[*at] > 0).collect();
    order.sort_by_key(|at| std::cmp::Reverse(rests[*at]));
    let mut rounding = Rounding::new(entries, &out, order, totals);
    // First what columns must have, then what they can have.
    rounding.fill();
    for (column, more) in std::mem::take(&mut rounding.optional) {
        *rounding.columns.entry(column).or_default() += more;
    }
    rounding.fill();
    for at in (0..entries.len()).filter(|at| rounding.up[*at]) {
        out[at] += 1;
    }
    // What divisions lost: to those who are not placed, else to the largest entry.
    for (group, missing) in rounding.groups.into_iter().filter(|(_, missing)| *missing > 0) {
        let members = || (0..entries.len()).filter(|at| entries[*at].group == group);
        let unplaced = members().find(|at| entries[*at].column.is_none());
        let largest = members().max_by_key(|at| (entries[*at].amount, std::cmp::Reverse(*at)));
        if let Some(at) = unplaced.or(largest) {
            out[at] += missing;
        }
    }
    out
}

/// Which entries are rounded up, and how many more each group, row and column can have.
struct Rounding<'a> {
    entries: &'a [Entry],
    /// Entries that can be rounded up, the largest rest first.
    open: Vec<usize>,
    up: Vec<bool>,
    groups: BTreeMap<u32, u64>,
    rows: BTreeMap<u32, u64>,
    columns: BTreeMap<Option<u32>, u64>,
    /// What columns can have beyond that.
    optional: BTreeMap<Option<u32>, u64>,
}

impl<'a> Rounding<'a> {
    fn new(entries: &'a [Entry], floors: &[u64], open: Vec<usize>, totals: &BTreeMap<u32, u64>) -> Self {
        let mut groups = totals.clone();
        let mut rows: BTreeMap<u32, (Amount, u64)> = BTreeMap::new();
        let mut columns: BTreeMap<Option<u32>, (Amount, u64)> = BTreeMap::new();
        for (entry, floor) in entries.iter().zip(floors) {
            let missing = groups.entry(entry.group).or_default();
            *missing = missing.saturating_sub(*floor);
            for sum in [rows.entry(entry.row).or_default(), columns.entry(entry.column).or_default()] {
                sum.0 += entry.amount;
                sum.1 += floor;
            }
        }
        // What must be added to the floors of a sum, and what can be added beyond.
        let more = |(sum, floors): (Amount, u64)| {
            let (whole, rest) = sum.whole_and_rest();
            (whole.saturating_sub(floors), u64::from(rest > 0))
        };
        let row = |(row, sum)| (row, more(sum).0 + more(sum).1);
        Self {
            entries,
            open,
            up: vec![false; entries.len()],
            groups,
            rows: rows.into_iter().map(row).collect(),
            optional: columns.iter().map(|(column, sum)| (*column, more(*sum).1)).collect(),
            columns: columns.into_iter().map(|(column, sum)| (column, more(sum).0)).collect(),
        }
    }

    /// Rounds up as many entries as groups, rows and columns can have.
    fn fill(&mut self) {
        for at in self.open.clone() {
            let Entry { group, row, column, .. } = self.entries[at];
            if !self.up[at] && self.groups[&group] > 0 && self.rows[&row] > 0 && self.columns[&column] > 0 {
                self.take(at);
                *self.groups.entry(group).or_default() -= 1;
            }
        }
        for group in self.groups.keys().copied().collect::<Vec<_>>() {
            while self.groups[&group] > 0 && self.columns.values().any(|more| *more > 0) && self.exchange(group) {
                *self.groups.entry(group).or_default() -= 1;
            }
        }
    }

    /// Rounds an entry up.
    fn take(&mut self, at: usize) {
        let Entry { row, column, .. } = self.entries[at];
        self.up[at] = true;
        *self.rows.entry(row).or_default() -= 1;
        *self.columns.entry(column).or_default() -= 1;
    }

    /// Rounds an entry down again.
    fn free(&mut self, at: usize) {
        let Entry { row, column, .. } = self.entries[at];
        self.up[at] = false;
        *self.rows.entry(row).or_default() += 1;
        *self.columns.entry(column).or_default() += 1;
    }

    /// Gives a group one more, by rounding other entries down again; `false` if that is not possible. A search by breadth,
    /// so that as few entries as possible change.
    fn exchange(&mut self, group: u32) -> bool {
        let groups: BTreeMap<u32, u32> = self.entries.iter().map(|entry| (entry.row, entry.group)).collect();
        let with_room = |rounding: &Self, group: u32| -> Vec<u32> {
            groups.iter().filter(|(row, of)| **of == group && rounding.rows[row] > 0).map(|(row, _)| *row).collect()
        };
        // By reached row: the entry that takes the place of another one, and that one, whose row or group loses it.
        let mut reached: BTreeMap<u32, Option<(usize, usize)>> = BTreeMap::new();
        let mut queue = with_room(self, group);
        reached.extend(queue.iter().map(|row| (*row, None)));
        let mut next = 0;
        while next < queue.len() {
            let row = queue[next];
            next += 1;
            let unused: Vec<usize> =
                self.open.iter().copied().filter(|at| self.entries[*at].row == row && !self.up[*at]).collect();
            for at in unused {
                let column = self.entries[at].column;
                if self.columns[&column] > 0 {
                    self.follow(at, &reached);
                    return true;
                }
                let used: Vec<usize> =
                    self.open.iter().copied().filter(|o| self.up[*o] && self.entries[*o].column == column).collect();
                for other in used {
                    let from = self.entries[other];
                    for row in [vec![from.row], with_room(self, from.group)].concat() {
                        reached.entry(row).or_insert_with(|| {
                            queue.push(row);
                            Some((at, other))
                        });
                    }
                }
            }
        }
        false
    }

    /// Rounds `last` up, and makes all exchanges that led to its row.
    fn follow(&mut self, last: usize, reached: &BTreeMap<u32, Option<(usize, usize)>>) {
        let mut next = Some(last);
        while let Some(at) = next {
            let before = reached.get(&self.entries[at].row).copied().flatten();
            if let Some((_, other)) = before {
                self.free(other);
            }
            self.take(at);
            next = before.map(|(earlier, _)| earlier);
        }
    }
}
