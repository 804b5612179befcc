//! Diversion: where the students of offers that close would go, judged by what students like them chose.
//!
//! The method is semiparametric (Raval, Rosenbaum and Tenn 2017, "A semiparametric discrete choice model: an application
//! to hospital mergers"). Students are grouped by layers of keys, from fine to coarse. Each student belongs to one cell: that
//! of the finest layer in which at least [`MIN_CELL`] students share a key, students of finer cells not counted. Within a
//! cell, the students of choice k go to choice j in proportion to the students of j:
//!
//! ```text
//! diversion(k → j) = Σ over cells of  n(cell, k) / n(k)  ×  n(cell, j) / (n(cell) − n(cell, removed))
//! ```
//!
//! All choices that disappear together are removed, so that no student goes from one to the other. If a cell has nothing
//! but removed choices, its students use the cell of the next layer. That cell then has all students of its key, those of
//! finer cells included: its leftovers alone could be none. Students whom the last layer does not help have no alternative.
//!
//! If students name other choices of their own, each of them is a cell with these choices; nothing else changes.
//!
//! [`place`] limits this by free seats, [`whole`] makes whole numbers of students. Numbers of students have 32 binary
//! digits after the point ([`Amount`]), and are divided such that the parts sum to the whole.

mod amount;
mod place;
mod whole;

pub use amount::{Amount, cumulative, scaled};
pub use place::{Placement, Source, place};
pub use whole::{Entry, whole};

use std::collections::BTreeMap;

/// A cell has at least this number of students.
pub const MIN_CELL: u64 = 25;

/// Students with the same keys and the same choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choosers<const L: usize> {
    /// By layer: their key; `None` if they have none in this layer.
    pub keys: [Option<u64>; L],
    /// What they chose.
    pub choice: u32,
    /// How many they are, times the scale of the layers.
    pub students: u64,
}

/// The choices of the students of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Cell {
    /// Students by choice, in the order of choices.
    choices: Vec<(u32, u64)>,
    total: u64,
}

impl Cell {
    /// The cell of members in the order of choices.
    fn of<'a, const L: usize>(members: impl Iterator<Item = &'a Choosers<L>>) -> Self {
        let mut out = Self::default();
        for Choosers { choice, students, .. } in members {
            out.total += students;
            match out.choices.last_mut().filter(|(last, _)| last == choice) {
                Some((_, sum)) => *sum += students,
                None => out.choices.push((*choice, *students)),
            }
        }
        out
    }
}

/// Students in their cells.
#[derive(Debug, Clone)]
pub struct Layers<const L: usize> {
    /// In the order of choices.
    choosers: Vec<Choosers<L>>,
    /// By position of choosers: the layer of their cell; `None` if no cell is large enough.
    assigned: Vec<Option<usize>>,
    /// By layer and key: the cell of the students assigned to it.
    own: [BTreeMap<u64, Cell>; L],
    /// By layer and key: the cell of all students with this key, if they are enough.
    all: [BTreeMap<u64, Cell>; L],
}

/// What the displaced students of one cell choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternatives {
    /// The layer of the cell.
    pub layer: usize,
    /// Its key.
    pub key: u64,
    /// Whether the cell has all students of its key, those of finer cells included.
    pub is_whole: bool,
    /// Choices that are not removed, with their students, in the order of choices; never empty.
    pub choices: Vec<(u32, u64)>,
    /// The sum of these students.
    pub total: u64,
}

/// The students of removed choices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Displaced {
    /// The cells that they choose from.
    pub cells: Vec<Alternatives>,
    /// Positions of choosers (see [`Layers::choosers`]), and of their cell; `None` if they have no alternative.
    pub students: Vec<(usize, Option<usize>)>,
}

impl<const L: usize> Layers<L> {
    /// Assigns students to cells. The order of `students` does not matter.
    #[must_use]
    pub fn new(mut choosers: Vec<Choosers<L>>, scale: u64) -> Self {
        choosers.sort_by_key(|choosers| (choosers.choice, choosers.keys));
        let least = MIN_CELL.saturating_mul(scale);
        let mut assigned: Vec<Option<usize>> = vec![None; choosers.len()];
        let mut own = [const { BTreeMap::new() }; L];
        let mut all = [const { BTreeMap::new() }; L];
        for layer in 0..L {
            // By key, then in the order of choices.
            let sorted = |is_member: &dyn Fn(usize) -> bool| {
                let at = (0..choosers.len()).filter(|at| is_member(*at));
                let mut members: Vec<(u64, usize)> =
                    at.filter_map(|at| Some((choosers[at].keys[layer]?, at))).collect();
                members.sort_unstable();
                members
            };
            let is_large = |members: &&[(u64, usize)]| {
                members.iter().map(|(_, at)| choosers[*at].students).sum::<u64>() >= least
            };
            let cell =
                |members: &[(u64, usize)]| (members[0].0, Cell::of(members.iter().map(|(_, at)| &choosers[*at])));
            let same = |(one, _): &(u64, usize), (other, _): &(u64, usize)| one == other;
            let members = sorted(&|at| assigned[at].is_none());
            let large = || members.chunk_by(same).filter(is_large);
            own[layer] = large().map(cell).collect();
            all[layer] = sorted(&|_| true).chunk_by(same).filter(is_large).map(cell).collect();
            let found: Vec<usize> = large().flatten().map(|(_, at)| *at).collect();
            found.into_iter().for_each(|at| assigned[at] = Some(layer));
        }
        Self { choosers, assigned, own, all }
    }

    /// All students, in the order of choices.
    #[must_use]
    pub fn choosers(&self) -> &[Choosers<L>] {
        &self.choosers
    }

    /// Students by layer of their cell, and those without one.
    #[must_use]
    pub fn students_by_layer(&self) -> ([u64; L], u64) {
        let mut out = ([0; L], 0);
        for (choosers, layer) in self.choosers.iter().zip(&self.assigned) {
            *layer.map_or(&mut out.1, |layer| &mut out.0[layer]) += choosers.students;
        }
        out
    }

    /// Positions of the students with a choice.
    #[must_use]
    pub fn of_choice(&self, choice: u32) -> std::ops::Range<usize> {
        let start = self.choosers.partition_point(|choosers| choosers.choice < choice);
        let end = self.choosers.partition_point(|choosers| choosers.choice <= choice);
        start..end
    }

    /// What the students of these choices choose from if all choices for which `is_removed` holds disappear.
    #[must_use]
    pub fn displaced(&self, of: &[u32], is_removed: impl Fn(u32) -> bool) -> Displaced {
        let mut out = Displaced::default();
        let mut found: BTreeMap<(usize, u64, bool), Option<usize>> = BTreeMap::new();
        for at in of.iter().flat_map(|choice| self.of_choice(*choice)) {
            let first = self.assigned[at].unwrap_or(L);
            let cell = (first..L).find_map(|layer| {
                let (key, is_whole) = (self.choosers[at].keys[layer]?, layer != first);
                *found.entry((layer, key, is_whole)).or_insert_with(|| {
                    let alternatives = self.alternatives(layer, key, is_whole, &is_removed)?;
                    out.cells.push(alternatives);
                    Some(out.cells.len() - 1)
                })
            });
            out.students.push((at, cell));
        }
        out
    }

    fn alternatives(
        &self,
        layer: usize,
        key: u64,
        is_whole: bool,
        is_removed: impl Fn(u32) -> bool,
    ) -> Option<Alternatives> {
        let cells = if is_whole { &self.all } else { &self.own };
        let choices = &cells[layer].get(&key)?.choices;
        let mut left: Vec<(u32, u64)> = Vec::with_capacity(choices.len());
        left.extend(choices.iter().filter(|(choice, _)| !is_removed(*choice)));
        let choices = left;
        let total = choices.iter().map(|(_, students)| students).sum();
        (total > 0).then_some(Alternatives { layer, key, is_whole, choices, total })
    }

    /// Positions of the students with a choice in the cell of these alternatives.
    pub fn in_cell(&self, cell: &Alternatives, choice: u32) -> impl Iterator<Item = usize> + '_ {
        let (layer, key, is_whole) = (cell.layer, cell.key, cell.is_whole);
        self.of_choice(choice).filter(move |at| {
            self.choosers[*at].keys[layer] == Some(key) && (is_whole || self.assigned[*at] == Some(layer))
        })
    }
}

/// The diversion of students from one choice or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diversion<const L: usize> {
    /// By choice, sorted: the students who go there, by layer of their cell.
    pub to: Vec<(u32, [Amount; L])>,
    /// Students without an alternative.
    pub without: Amount,
    /// All students.
    pub all: Amount,
}

impl<const L: usize> Diversion<L> {
    /// The students who go to a choice, by layer of their cell; zero if none does.
    #[must_use]
    pub fn to(&self, choice: u32) -> [Amount; L] {
        let found = self.to.binary_search_by_key(&choice, |(choice, _)| *choice);
        found.map_or([Amount::ZERO; L], |at| self.to[at].1)
    }

    /// Where these students go if there is room for all; students count `1 / scale`.
    #[must_use]
    pub fn new(layers: &Layers<L>, displaced: &Displaced, scale: u64) -> Self {
        let mut amounts = vec![Amount::ZERO; displaced.cells.len()];
        let mut out = Self { to: Vec::new(), without: Amount::ZERO, all: Amount::ZERO };
        for (at, cell) in &displaced.students {
            let amount = Amount::of(layers.choosers[*at].students, scale);
            out.all += amount;
            *cell.map_or(&mut out.without, |cell| &mut amounts[cell]) += amount;
        }
        let mut sums: Vec<[Amount; L]> = Vec::new();
        let choices = layers.choosers.last().map_or(0, |last| last.choice as usize + 1);
        // By choice: its position in `sums`, if it has one; and a bit that says whether it has.
        let (mut positions, mut has_sum) = (vec![0_u32; choices], vec![0_u64; choices.div_ceil(64)]);
        for (cell, amount) in displaced.cells.iter().zip(amounts) {
            let parts = cumulative(amount, cell.choices.iter().map(|(_, students)| *students), cell.total);
            for ((choice, _), part) in cell.choices.iter().zip(parts) {
                let (position, bits) = (&mut positions[*choice as usize], &mut has_sum[*choice as usize / 64]);
                let bit = 1 << (choice % 64);
                if *bits & bit == 0 {
                    *bits |= bit;
                    *position = sums.len() as u32;
                    sums.push([Amount::ZERO; L]);
                }
                sums[*position as usize][cell.layer] += part;
            }
        }
        out.to.reserve_exact(sums.len());
        for (word, mut bits) in has_sum.into_iter().enumerate() {
            while bits != 0 {
                let choice = word * 64 + bits.trailing_zeros() as usize;
                out.to.push((choice as u32, sums[positions[choice] as usize]));
                bits &= bits - 1;
            }
        }
        out
    }
}

#[cfg(test)]
mod tests;
