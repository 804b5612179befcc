//! Small counts rounded: what is published are sums of base cells none of which is small any more.
//!
//! Every base cell from 1 to base − 1 becomes zero or the base, all others stay, so that every table is additive, all tables agree
//! with each other, and no sum is small. Which cells become the base is chosen so that the published sums come near
//! the truth: the sum of squared differences, weighted by how much a sum is read, is made small by a greedy choice and
//! then by changing single cells and swapping two (the aim of Langsrud and Heldal 2018, *An algorithm for small count
//! rounding of tabular data*; the search is simpler).
//!
//! The ledger follows the flows: moves between places (a unit's national programmes, or its others) are rounded in the same
//! way, and at every place those who stayed, left and arrived make up the rounded numbers of admitted and enrolled, none
//! of them small, as near to the truth as that goes.

use std::collections::{BTreeMap, BTreeSet};

use super::flows::is_published;
use super::forms::{Base, Facts, Form};
use super::problem::Problem;
use crate::link::{Link, Place};
use crate::model::Level;

/// Passes over all cells after the greedy choice.
const PASSES: usize = 24;
/// A cell is swapped with so many others at most, in each pass with others.
const NEIGHBOURS: usize = 40;

/// A body's base cells, small ones rounded to zero or `base`; cells of zero are left out.
pub fn cells(truth: &BTreeMap<Base, u64>, facts: &Facts, levels: &[Level], base: u64) -> BTreeMap<Base, u64> {
    let mut sums: BTreeMap<Form, usize> = BTreeMap::new();
    let mut weights = Vec::new();
    let mut members = Vec::with_capacity(truth.len());
    for cell in truth.keys() {
        let mut of_cell = Vec::new();
        facts.each_form(*cell, |form| {
            if is_published(form, levels) {
                let number = *sums.entry(form).or_insert_with(|| {
                    weights.push(form.weight().sqrt());
                    weights.len() - 1
                });
                of_cell.push(number as u32);
            }
        });
        members.push(of_cell);
    }
    let values: Vec<u64> = truth.values().copied().collect();
    let rounded = rounded(&values, &members, &weights, base);
    truth.keys().copied().zip(rounded).filter(|(_, students)| *students > 0).collect()
}

/// Values rounded so that weighted sums of them stay near; `members` tells the sums that each is in.
fn rounded(values: &[u64], members: &[Vec<u32>], weights: &[f64], base: u64) -> Vec<u64> {
    let mut search = Search { values, members, weights, base, is_up: vec![false; values.len()], errors: Vec::new() };
    search.errors = vec![0.0; weights.len()];
    let small: Vec<usize> = (0..values.len()).filter(|cell| Problem::is_small(values[*cell], base)).collect();
    for cell in &small {
        members[*cell].iter().for_each(|sum| search.errors[*sum as usize] -= values[*cell] as f64);
    }
    // Large cells first: they are the nearest to the base.
    let mut order = small.clone();
    order.sort_by_key(|cell| (std::cmp::Reverse(values[*cell]), *cell));
    for cell in order {
        search.flip_if_better(cell);
    }
    for pass in 0..PASSES {
        search.pass(&mixed(&small, pass));
    }
    let round = |(cell, value): (usize, &u64)| match (Problem::is_small(*value, base), search.is_up[cell]) {
        (false, _) => *value,
        (true, true) => base,
        (true, false) => 0,
    };
    values.iter().enumerate().map(round).collect()
}

/// The same in another order for each pass, as given for the first, so that cells meet others of far away.
fn mixed(small: &[usize], pass: usize) -> Vec<usize> {
    let number = |position: usize| match pass {
        0 => position as u64,
        // A fixed hash of the position (Fibonacci hashing, Knuth 1998, 6.4).
        _ => (position as u64 ^ (pass as u64) << 32).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16,
    };
    let mut positions: Vec<usize> = (0..small.len()).collect();
    positions.sort_by_key(|position| (number(*position), *position));
    positions.into_iter().map(|position| small[position]).collect()
}

struct Search<'a> {
    values: &'a [u64],
    members: &'a [Vec<u32>],
    weights: &'a [f64],
    base: u64,
    /// By cell: whether it becomes the base.
    is_up: Vec<bool>,
    /// By sum: how far it is above the truth.
    errors: Vec<f64>,
}

impl Search<'_> {
    fn step(&self, cell: usize) -> f64 {
        if self.is_up[cell] { -(self.base as f64) } else { self.base as f64 }
    }

    /// How much worse all sums become when a cell changes; below zero is better. A cell's own error counts a little.
    fn change(&self, cell: usize) -> f64 {
        let step = self.step(cell);
        let own = if self.is_up[cell] { 1.0 } else { -1.0 } * (2.0 * self.values[cell] as f64 - self.base as f64);
        let sums = self.members[cell].iter().map(|sum| {
            let sum = *sum as usize;
            self.weights[sum] * step * (2.0 * self.errors[sum] + step)
        });
        sums.sum::<f64>() + own * self.base as f64
    }

    fn flip(&mut self, cell: usize) {
        let step = self.step(cell);
        self.members[cell].iter().for_each(|sum| self.errors[*sum as usize] += step);
        self.is_up[cell] = !self.is_up[cell];
    }

    fn flip_if_better(&mut self, cell: usize) {
        if self.change(cell) < -1e-9 {
            self.flip(cell);
        }
    }

    /// Changes cells, and swaps pairs of neighbours, wherever that is better.
    fn pass(&mut self, small: &[usize]) {
        for (position, cell) in small.iter().enumerate() {
            self.flip_if_better(*cell);
            for other in small.iter().skip(position + 1).take(NEIGHBOURS) {
                self.swap_if_better(*cell, *other);
            }
        }
    }

    fn swap_if_better(&mut self, one: usize, other: usize) {
        if self.is_up[one] != self.is_up[other] {
            let first = self.change(one);
            self.flip(one);
            if first + self.change(other) < -1e-9 {
                self.flip(other);
            } else {
                self.flip(one);
            }
        }
    }
}

/// A year's link whose margins are these rounded numbers of admitted and enrolled at each place, and none of whose numbers
/// is small.
pub fn link(truth: &Link, admitted: &BTreeMap<Place, u64>, enrolled: &BTreeMap<Place, u64>, base: u64) -> Link {
    let moves: Vec<(Place, Place, u64)> = truth
        .pairs()
        .filter_map(|(from, to, students)| Some((from?, to?, students)))
        .filter(|(from, to, _)| from != to)
        .collect();
    let mut sums = BTreeMap::new();
    let mut number = |sum: (u8, Option<Place>)| {
        let next = sums.len() as u32;
        *sums.entry(sum).or_insert(next)
    };
    let members: Vec<Vec<u32>> = moves
        .iter()
        .map(|(from, to, _)| vec![number((0, Some(*from))), number((1, Some(*to))), number((2, None))])
        .collect();
    let values: Vec<u64> = moves.iter().map(|(.., students)| *students).collect();
    let rounded = rounded(&values, &members, &vec![1.0; sums.len()], base);
    let mut margins = Margins {
        admitted,
        enrolled,
        base,
        moves: moves.iter().zip(rounded).map(|((from, to, _), students)| ((*from, *to), students)).collect(),
    };
    margins.fit();
    let mut stays: BTreeMap<Place, [u64; 3]> = BTreeMap::new();
    for (from, to, students) in truth.pairs() {
        match (from, to) {
            (Some(from), Some(to)) if from == to => stays.entry(from).or_default()[0] += students,
            (Some(from), None) => stays.entry(from).or_default()[1] += students,
            (None, Some(to)) => stays.entry(to).or_default()[2] += students,
            _ => {}
        }
    }
    let moved = margins.moves.iter().map(|((from, to), students)| ((Some(*from), Some(*to)), *students));
    let mut pairs: BTreeMap<(Option<Place>, Option<Place>), u64> = moved.collect();
    // How far all places, and those of a unit, are above the truth so far.
    let (mut all, mut of_unit) = ([0_i64; 3], BTreeMap::new());
    for place in margins.places() {
        let wanted = stays.get(&place).copied().unwrap_or_default().map(|students| students as i64);
        let unit: &mut [i64; 3] = of_unit.entry(place.unit).or_default();
        let apart = |fill: &[u64; 3]| -> i64 {
            let errors = (0..3).map(|number| (number, fill[number] as i64 - wanted[number]));
            errors.map(|(n, error)| error * error + (unit[n] + error).pow(2) + (all[n] + error).pow(2)).sum()
        };
        let Some(fill) = margins.fills(place).min_by_key(apart) else { continue };
        for number in 0..3 {
            let error = fill[number] as i64 - wanted[number];
            unit[number] += error;
            all[number] += error;
        }
        let [stayed, left, arrived] = fill;
        pairs.extend([
            ((Some(place), Some(place)), stayed),
            ((Some(place), None), left),
            ((None, Some(place)), arrived),
        ]);
    }
    pairs.retain(|_, students| *students > 0);
    Link::of(pairs)
}

/// Rounded moves, and what places must come to.
struct Margins<'a> {
    admitted: &'a BTreeMap<Place, u64>,
    enrolled: &'a BTreeMap<Place, u64>,
    base: u64,
    moves: BTreeMap<(Place, Place), u64>,
}

impl Margins<'_> {
    fn places(&self) -> BTreeSet<Place> {
        let moves = self.moves.keys().flat_map(|(from, to)| [*from, *to]);
        self.admitted.keys().chain(self.enrolled.keys()).copied().chain(moves).collect()
    }

    /// What is left of a place's admitted and enrolled when those who moved are taken off; none where they are too many.
    fn rest(&self, place: Place) -> Option<(u64, u64)> {
        let of = |all: &BTreeMap<Place, u64>| all.get(&place).copied().unwrap_or(0);
        let moved = |takes: &dyn Fn(&(Place, Place)) -> bool| -> u64 {
            self.moves.iter().filter(|(pair, _)| takes(pair)).map(|(_, students)| students).sum()
        };
        let out = of(self.admitted).checked_sub(moved(&|(from, _)| *from == place))?;
        let into = of(self.enrolled).checked_sub(moved(&|(_, to)| *to == place))?;
        Some((out, into))
    }

    /// All that stayed, left and arrived can be at a place, none of them small.
    fn fills(&self, place: Place) -> impl Iterator<Item = [u64; 3]> + use<> {
        let base = self.base;
        let rest = self.rest(place).into_iter();
        let fills = rest.flat_map(|(out, into)| (0..=out.min(into)).map(move |s| [s, out - s, into - s]));
        fills.filter(move |fill| !fill.iter().any(|value| Problem::is_small(*value, base)))
    }

    /// Gives up the smallest moves of places that could not be filled otherwise.
    fn fit(&mut self) {
        self.moves.retain(|_, students| *students > 0);
        for place in self.places() {
            while self.fills(place).next().is_none() {
                let of_place = self.moves.iter().filter(|((from, to), _)| *from == place || *to == place);
                let Some(smallest) = of_place.min_by_key(|(pair, students)| (**students, **pair)) else { break };
                let pair = *smallest.0;
                self.moves.remove(&pair);
            }
        }
        // A move that was given up can leave its other place without a filling.
        if self.places().iter().any(|place| self.fills(*place).next().is_none()) {
            self.fit();
        }
    }
}
