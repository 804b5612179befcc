//! Readers who are alone in a published cell, and so know it: what they could tell of others must not be exact either.
//!
//! Whoever knows that a hidden cell is theirs alone (one student of a home on a programme) has one equation more than all
//! others. For each such cell and each small value that is not part of it a point is looked for that agrees with everything
//! shown, at which the cell is what it is and the value is not. Points that were found for other ends settle nearly all.

use std::collections::BTreeSet;

use super::super::problem::{Problem, ProblemRow, ProtectionTarget, RowState, TOLERANCE, Term};
use super::Proof;

/// The published cells of one student, and what is uncertain to whoever knows one.
#[derive(Debug, Default)]
pub struct Singletons {
    /// The rows of the cells.
    pub rows: Vec<u32>,
    /// By target: a bit for each cell, set where a point leaves the cell as it is and moves the target.
    unsure: Vec<Vec<u64>>,
}

impl Singletons {
    /// The cells of one student among the rows that are hidden because they are small. Targets within a cell are no one
    /// else's, nor are those that only zeros which everyone sees are added to.
    pub fn new(problem: &Problem, proofs: &[Proof]) -> Self {
        let is_single = |row: &u32| {
            let row = &problem.rows[*row as usize];
            row.state == RowState::Primary && row.value == 1
        };
        let rows: Vec<u32> = (0..problem.rows.len() as u32).filter(is_single).collect();
        let same = students(problem);
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
        let unsure = if rows.is_empty() { Vec::new() } else { proofs.iter().map(bits).collect() };
        Self { rows, unsure }
    }

    /// Takes a point, told by how far every row is from the truth and which targets it moves, as proof.
    pub fn learn(&mut self, deviations: &[f64], moves: impl Fn(usize) -> bool) {
        let mut still = vec![0_u64; self.rows.len().div_ceil(64)];
        for (number, row) in self.rows.iter().enumerate() {
            if deviations[*row as usize].abs() <= TOLERANCE {
                still[number / 64] |= 1 << (number % 64);
            }
        }
        for (target, unsure) in self.unsure.iter_mut().enumerate() {
            if moves(target) {
                unsure.iter_mut().zip(&still).for_each(|(all, new)| *all |= new);
            }
        }
    }

    /// Targets that whoever knows the cell could tell exactly, for all that is known.
    pub fn determined(&self, cell: usize) -> Vec<usize> {
        let is_determined = |target: &usize| self.unsure[*target][cell / 64] >> (cell % 64) & 1 == 0;
        (0..self.unsure.len()).filter(is_determined).collect()
    }

    /// Targets that someone who knows a cell of theirs could tell.
    pub fn all_determined(&self) -> BTreeSet<usize> {
        (0..self.rows.len()).flat_map(|cell| self.determined(cell)).collect()
    }
}

/// By unknown: none where everyone sees that it is zero (in shown sums of nobody, or balanced by nothing but zeros), else the
/// first unknown that everyone sees to be the same (the only one left to balance it).
fn students(problem: &Problem) -> Vec<Option<u32>> {
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

/// What a target is made of: for each part of it, the unknowns that it is no more than, each set by itself.
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

/// The unknowns that a row is made of.
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
