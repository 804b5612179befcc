//! Readers who are the only student in a published cell, and so know its value: other small values must not be
//! determined for them either.
//!
//! A reader who knows that a hidden cell is theirs alone (one student of a home on a programme) has one more equation
//! than other readers. For each such cell and each small value outside it, the search needs a point that agrees with
//! everything shown, keeps the cell and changes the value. Points found for other purposes settle nearly all.

use std::collections::BTreeSet;

use super::super::problem::{Problem, ProblemRow, ProtectionTarget, RowState, TOLERANCE, Term};
use super::Proof;

/// Published cells of one student, and what is uncertain to a reader who knows one of them.
#[derive(Debug, Default)]
pub struct Singletons {
    /// By cell: its row.
    pub rows: Vec<u32>,
    /// By target: a bit for each cell, set if some point keeps the cell and moves the target.
    uncertain: Vec<Vec<u64>>,
}

impl Singletons {
    /// The cells with one student among rows that are hidden because they are small. Excluded are targets inside a
    /// cell, and targets that add only visible zeros to it.
    pub fn new(problem: &Problem, proofs: &[Proof]) -> Self {
        let is_single = |row: &u32| {
            let row = &problem.rows[*row as usize];
            row.state == RowState::Primary && row.value == 1
        };
        let rows: Vec<u32> = (0..problem.rows.len() as u32).filter(is_single).collect();
        let same = visible_equalities(problem);
        let people = |unknowns: &BTreeSet<u32>| -> BTreeSet<u32> {
            unknowns.iter().filter_map(|unknown| same[*unknown as usize]).collect()
        };
        let within: Vec<BTreeSet<u32>> = rows.iter().map(|row| people(&unknowns(problem, *row))).collect();
        let bits = |proof: &Proof| {
            let mut bits = vec![0_u64; rows.len().div_ceil(64)];
            let parts = parts(problem, proof.target);
            for (number, cell) in within.iter().enumerate() {
                let is_within = |unknowns: &BTreeSet<u32>| people(unknowns).is_subset(cell);
                if proof.high - proof.low > TOLERANCE || parts.iter().all(|part| part.iter().any(is_within)) {
                    bits[number / 64] |= 1 << (number % 64);
                }
            }
            bits
        };
        let uncertain = if rows.is_empty() { Vec::new() } else { proofs.iter().map(bits).collect() };
        Self { rows, uncertain }
    }

    /// Records a point as proof, given the deviation of every row and which targets move.
    pub fn record(&mut self, deviations: &[f64], moves: impl Fn(usize) -> bool) {
        let mut still = vec![0_u64; self.rows.len().div_ceil(64)];
        for (number, row) in self.rows.iter().enumerate() {
            if deviations[*row as usize].abs() <= TOLERANCE {
                still[number / 64] |= 1 << (number % 64);
            }
        }
        for (target, uncertain) in self.uncertain.iter_mut().enumerate() {
            if moves(target) {
                uncertain.iter_mut().zip(&still).for_each(|(all, new)| *all |= new);
            }
        }
    }

    /// Targets that a reader who knows the cell could determine exactly, given the points so far.
    pub fn determined(&self, cell: usize) -> Vec<usize> {
        let is_determined = |target: &usize| self.uncertain[*target][cell / 64] >> (cell % 64) & 1 == 0;
        (0..self.uncertain.len()).filter(is_determined).collect()
    }

    /// Targets that some reader who knows their own cell could determine exactly.
    pub fn all_determined(&self) -> BTreeSet<usize> {
        (0..self.rows.len()).flat_map(|cell| self.determined(cell)).collect()
    }
}

/// By unknown: `None` if every reader sees that it is zero (in a shown zero sum, or balanced by zeros only), else the
/// first unknown that visibly has the same value (the only one left to balance it).
fn visible_equalities(problem: &Problem) -> Vec<Option<u32>> {
    let mut same: Vec<Option<u32>> = (0..problem.truth.len() as u32).map(Some).collect();
    let shown =
        |row: &u32| (problem.rows[*row as usize].state, problem.rows[*row as usize].value) == (RowState::Shown, 0);
    for row in (0..problem.rows.len() as u32).filter(shown) {
        unknowns(problem, row).into_iter().for_each(|unknown| same[unknown as usize] = None);
    }
    let balances = |row: &&ProblemRow| row.state == RowState::Fixed && row.value == 0 && row.parts.is_empty();
    loop {
        let before = same.clone();
        for row in problem.rows.iter().filter(balances) {
            let side = |sign: f64, same: &[Option<u32>]| -> Vec<u32> {
                let members = row.members.iter().filter(|(_, factor)| factor * sign > 0.0);
                members.filter_map(|(unknown, _)| same[*unknown as usize]).collect()
            };
            match (side(1.0, &same).as_slice(), side(-1.0, &same).as_slice()) {
                ([], rest) | (rest, []) => {
                    same.iter_mut()
                        .filter(|one| one.is_some_and(|one| rest.contains(&one)))
                        .for_each(|one| *one = None);
                }
                ([a], [b]) => {
                    let (first, last) = (*a.min(b), *a.max(b));
                    same.iter_mut().filter(|one| **one == Some(last)).for_each(|one| *one = Some(first));
                }
                _ => {}
            }
        }
        if same == before {
            return same;
        }
    }
}

/// The parts of a target; for each part, sets of unknowns whose sum bounds it from above.
fn parts(problem: &Problem, target: ProtectionTarget) -> Vec<Vec<BTreeSet<u32>>> {
    match target {
        ProtectionTarget::Row(row) => vec![vec![unknowns(problem, row)]],
        ProtectionTarget::Sum(sum) => {
            let bounds = |term: &Term| {
                let some = (!term.is_all()).then(|| term.some.iter().copied().collect());
                std::iter::once(BTreeSet::from([term.whole])).chain(some).collect()
            };
            problem.sums[sum as usize].terms.iter().map(bounds).collect()
        }
    }
}

/// The unknowns that a row contains.
fn unknowns(problem: &Problem, row: u32) -> BTreeSet<u32> {
    let mut out = BTreeSet::new();
    let mut rows = vec![row];
    while let Some(row) = rows.pop() {
        let row = &problem.rows[row as usize];
        out.extend(row.members.iter().map(|(unknown, _)| *unknown));
        rows.extend(&row.parts);
    }
    out
}
