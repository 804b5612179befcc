//! A part of a problem as a linear program.

use super::super::problem::{Problem, ProblemRow, ProtectionTarget, RowState, Subproblem};
use super::super::simplex::{Simplex, SolveEnd};
use super::Direction;

/// A sum of (column, coefficient) and how far it must come from the truth.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// What is to be raised.
    pub columns: Vec<(usize, f64)>,
    /// How far.
    pub needed: f64,
}

/// Unknowns of a problem that move together while all others stay where they are, and their program.
#[derive(Clone)]
pub struct LocalProgram<'c> {
    subproblem: &'c Subproblem,
    /// By unknown and by row of the problem: its number here.
    unknowns: Vec<Option<u32>>,
    rows: Vec<Option<u32>>,
    pub simplex: Simplex<'c>,
    far: f64,
}

impl<'c> LocalProgram<'c> {
    pub fn new(problem: &Problem, subproblem: &'c Subproblem, far: f64) -> Self {
        let room: Vec<f64> = subproblem.unknowns.iter().map(|n| problem.truth[*n as usize] as f64).collect();
        let numbers = |length: usize, kept: &[u32]| {
            let mut out = vec![None; length];
            kept.iter().enumerate().for_each(|(new, old)| out[*old as usize] = Some(new as u32));
            out
        };
        let mut program = Self {
            unknowns: numbers(problem.truth.len(), &subproblem.unknowns),
            rows: numbers(problem.rows.len(), &subproblem.rows),
            simplex: Simplex::new(&subproblem.matrix, &room),
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

    /// Farther than this no proof has to go; without a limit programs could end nowhere.
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

    /// Keeps a row where it is at the truth.
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

    /// Lets a row that nobody publishes change as it likes.
    fn free(&mut self, number: usize, row: &ProblemRow) {
        let Some(number) = self.rows[number] else { return };
        self.simplex.set_limit(self.simplex.up(number as usize), self.far * 64.0);
        self.simplex.set_limit(self.simplex.down(number as usize), row.value as f64);
    }

    /// How far a row is from the truth, as a sum of columns, times a factor.
    pub fn row_columns(&self, row: u32, factor: f64) -> Vec<(usize, f64)> {
        self.rows[row as usize].map_or_else(Vec::new, |row| {
            vec![(self.simplex.up(row as usize), factor), (self.simplex.down(row as usize), -factor)]
        })
    }

    /// The same of unknowns.
    fn unknown_columns(&self, unknowns: &[u32], factor: f64) -> Vec<(usize, f64)> {
        unknowns.iter().filter_map(|u| self.unknowns[*u as usize]).map(|u| (u as usize, factor)).collect()
    }

    /// What moves a target that way, one after the other, as it must go to reach `wanted`. Where a sum has several
    /// terms, what bounds each of them at the truth stands for it.
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

    /// Comes as near to a goal as can be, at the least cost where changes have one; it is kept where it is reached and one
    /// column alone.
    pub fn pursue(&mut self, goal: &Goal, costs: &[(usize, f64)], steps: usize) {
        let end = self.simplex.maximise_cheaply(&goal.columns, costs, goal.needed, steps);
        if let (SolveEnd::Enough, [(column, factor)]) = (end, goal.columns.as_slice())
            && *factor > 0.0
        {
            self.simplex.set_floor(*column, goal.needed);
        }
    }

    /// The point in the whole problem.
    pub fn point(&self, length: usize) -> Vec<f64> {
        let mut out = vec![0.0; length];
        for (number, value) in self.subproblem.unknowns.iter().zip(self.simplex.point()) {
            out[*number as usize] = *value;
        }
        out
    }
}
