//! The part of the search that concerns readers who are the only student in a published cell.

use super::super::problem::Subproblem;
use super::Direction;
use super::local_program::LocalProgram;
use super::search::PlanSearch;

/// Programs with random objectives for a cell before targets get their own.
const ROUNDS: usize = 12;
/// Steps of each of these, and of those with one target.
const STEPS: usize = 2_000;

impl PlanSearch<'_> {
    /// Searches for points that prove that no reader who knows their own cell can determine another small value.
    pub fn settle_singletons(&mut self, subproblem: &Subproblem) {
        for cell in 0..self.singletons.rows.len() {
            if self.singletons.determined(cell).is_empty() || self.is_over() {
                continue;
            }
            let mut program = self.program(subproblem);
            program.close(self.singletons.rows[cell]);
            for _ in 0..ROUNDS {
                let determined = self.singletons.determined(cell);
                let mut objective = Vec::new();
                for target in determined {
                    let direction = if self.draw() < 0.5 { Direction::Up } else { Direction::Down };
                    let factor = 0.5 + self.draw();
                    objective.extend(self.step(&program, target, direction, factor));
                }
                if objective.is_empty() {
                    break;
                }
                program.simplex.maximise(&objective, f64::MAX, STEPS);
                self.record(&mut program);
            }
            self.settle_determined(subproblem, &mut program, cell);
        }
    }

    /// The columns that move a target by one in this direction, times a factor.
    fn step(
        &self,
        program: &LocalProgram<'_>,
        target: usize,
        direction: Direction,
        factor: f64,
    ) -> Vec<(usize, f64)> {
        let goals = self.next(program, target, direction);
        goals.into_iter().flat_map(|goal| goal.columns).map(|(column, c)| (column, c * factor)).collect()
    }

    fn next(
        &self,
        program: &LocalProgram<'_>,
        target: usize,
        direction: Direction,
    ) -> Vec<super::local_program::Goal> {
        let proof = &self.proofs[target];
        let wanted = if direction == Direction::Up { proof.value as f64 + 1.0 } else { proof.value as f64 - 1.0 };
        program.goals(self.problem, proof.target, direction, wanted)
    }

    /// Solves a program for each value that a reader who knows the cell could still determine; hides rows if that does
    /// not help.
    fn settle_determined(&mut self, subproblem: &Subproblem, program: &mut LocalProgram<'_>, cell: usize) {
        for target in self.singletons.determined(cell) {
            let is_determined = |search: &Self| search.singletons.determined(cell).contains(&target);
            for direction in Direction::ALL {
                if is_determined(self) {
                    let objective = self.step(program, target, direction, 1.0);
                    program.simplex.maximise(&objective, f64::MAX, STEPS);
                    self.record(program);
                }
            }
            for direction in Direction::ALL {
                if is_determined(self) {
                    let mut open = self.program(subproblem);
                    self.open_all(&mut open);
                    open.close(self.singletons.rows[cell]);
                    let goals = self.next(&open, target, direction);
                    self.hide(&mut open, &goals);
                    self.open_hidden(program, &open);
                    program.close(self.singletons.rows[cell]);
                }
            }
        }
    }
}
