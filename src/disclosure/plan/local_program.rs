//! A linear program over part of a problem.

use super::super::problem::{Problem, ProblemRow, ProtectionTarget, RowState, Subproblem};
use super::super::simplex::{Simplex, SolveEnd};
use super::Direction;

/// A weighted sum of columns, and the distance from the truth that it must reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// (column, coefficient) of the sum to raise.
    pub columns: Vec<(usize, f64)>,
    /// Required increase.
    pub needed: f64,
}

/// A program in which some unknowns of a problem may change while all others stay at the truth.
#[derive(Clone)]
pub struct LocalProgram<'c> {
    subproblem: &'c Subproblem,
    /// By unknown, and by row, of the whole problem: its number in this program.
    unknowns: Vec<Option<u32>>,
    rows: Vec<Option<u32>>,
    pub simplex: Simplex<'c>,
    far: f64,
}

impl<'c> LocalProgram<'c> {
    pub fn new(problem: &Problem, subproblem: &'c Subproblem, far: f64) -> Self {
        let max_decrease: Vec<f64> = subproblem.unknowns.iter().map(|n| problem.truth[*n as usize] as f64).collect();
        let numbers = |length: usize, kept: &[u32]| {
            let mut out = vec![None; length];
            kept.iter().enumerate().for_each(|(new, old)| out[*old as usize] = Some(new as u32));
            out
        };
        let mut program = Self {
            unknowns: numbers(problem.truth.len(), &subproblem.unknowns),
            rows: numbers(problem.rows.len(), &subproblem.rows),
            simplex: Simplex::new(&subproblem.matrix, &max_decrease),
            subproblem,
            far,
        };
        program.limit_all();
        for (number, row) in problem.rows.iter().enumerate() {
            match row.state {
                RowState::Primary | RowState::Secondary => program.open(number, row),
                RowState::Free => program.free(number, row),
                RowState::Fixed | RowState::Shown => {}
            }
        }
        program
    }

    /// Limits every unknown to the distance that proofs need; without limits, programs could be unbounded.
    pub fn limit_all(&mut self) {
        (0..self.subproblem.unknowns.len()).for_each(|unknown| self.simplex.set_limit(unknown, self.far));
    }

    /// Lets a hidden row change.
    pub fn open(&mut self, number: usize, row: &ProblemRow) {
        let Some(number) = self.rows[number] else { return };
        let (up, down) = (self.simplex.up(number as usize), self.simplex.down(number as usize));
        self.simplex.set_limit(up, self.far * 4.0);
        self.simplex.set_limit(down, row.value.saturating_sub(row.least) as f64);
    }

    /// Fixes a row at the truth.
    pub fn close(&mut self, row: u32) {
        if let Some(row) = self.rows[row as usize] {
            self.simplex.set_limit(self.simplex.up(row as usize), 0.0);
            self.simplex.set_limit(self.simplex.down(row as usize), 0.0);
        }
    }

    /// How far a row is from the truth.
    pub fn deviation(&self, row: usize) -> f64 {
        self.rows[row].map_or(0.0, |row| self.simplex.deviation(row as usize))
    }

    /// Lets an unpublished row change freely.
    fn free(&mut self, number: usize, row: &ProblemRow) {
        let Some(number) = self.rows[number] else { return };
        self.simplex.set_limit(self.simplex.up(number as usize), self.far * 64.0);
        self.simplex.set_limit(self.simplex.down(number as usize), row.value as f64);
    }

    /// The deviation of a row as weighted columns, times a factor.
    pub fn row_columns(&self, row: u32, factor: f64) -> Vec<(usize, f64)> {
        self.rows[row as usize].map_or_else(Vec::new, |row| {
            vec![(self.simplex.up(row as usize), factor), (self.simplex.down(row as usize), -factor)]
        })
    }

    /// The deviation of a sum of unknowns as weighted columns, times a factor.
    fn unknown_columns(&self, unknowns: &[u32], factor: f64) -> Vec<(usize, f64)> {
        unknowns.iter().filter_map(|u| self.unknowns[*u as usize]).map(|u| (u as usize, factor)).collect()
    }

    /// Goals that move a target in this direction to `wanted`, to be pursued in order. In a sum with several terms,
    /// each term is replaced by its tightest bound at the truth.
    pub fn goals(&self, problem: &Problem, target: ProtectionTarget, direction: Direction, wanted: f64) -> Vec<Goal> {
        let sign = if direction == Direction::Up { 1.0 } else { -1.0 };
        let truth = |unknowns: &[u32]| unknowns.iter().map(|u| problem.truth[*u as usize] as f64).sum::<f64>();
        let sum = match target {
            ProtectionTarget::Row(row) => {
                let needed = (wanted - problem.value(target) as f64) * sign;
                return vec![Goal { columns: self.row_columns(row, sign), needed }];
            }
            ProtectionTarget::Sum(sum) => &problem.sums[sum as usize],
        };
        if let ([term], Direction::Up) = (sum.terms.as_slice(), direction) {
            let goal = |of: &[u32]| Goal { columns: self.unknown_columns(of, 1.0), needed: wanted - truth(of) };
            let goals = [goal(std::slice::from_ref(&term.whole)), goal(&term.some)];
            return goals.into_iter().filter(|goal| goal.needed > 0.0 && !goal.columns.is_empty()).collect();
        }
        let (low, high) = sum.range(|unknown| problem.truth[unknown as usize] as f64);
        let needed = if direction == Direction::Up { wanted - high } else { low - wanted };
        let mut columns = Vec::new();
        for term in &sum.terms {
            let whole = std::slice::from_ref(&term.whole);
            match direction {
                Direction::Up if !term.is_all() && truth(&term.some) < truth(whole) => {
                    columns.extend(self.unknown_columns(&term.some, 1.0));
                }
                Direction::Down if !term.is_all() => {
                    if truth(whole) > truth(&term.others) {
                        columns.extend(self.unknown_columns(whole, -1.0));
                        columns.extend(self.unknown_columns(&term.others, 1.0));
                    }
                }
                _ => columns.extend(self.unknown_columns(whole, sign)),
            }
        }
        vec![Goal { columns, needed }]
    }

    /// Approaches a goal as closely as possible, at the least cost if changes have costs. If the goal is reached and
    /// is a single column, the column is kept there.
    pub fn pursue(&mut self, goal: &Goal, costs: &[(usize, f64)], steps: usize) {
        let end = self.simplex.maximise_cheaply(&goal.columns, costs, goal.needed, steps);
        if let (SolveEnd::Enough, [(column, factor)]) = (end, goal.columns.as_slice())
            && *factor > 0.0
        {
            self.simplex.set_floor(*column, goal.needed);
        }
    }

    /// The program's point as deviations of all unknowns of the whole problem.
    pub fn point(&self, length: usize) -> Vec<f64> {
        let mut out = vec![0.0; length];
        for (number, value) in self.subproblem.unknowns.iter().zip(self.simplex.point()) {
            out[*number as usize] = *value;
        }
        out
    }
}
