//! The part of the search that is about readers who are alone in a published cell.

use super::super::problem::Narrowed;
use super::Direction;
use super::area::Area;
use super::search::Search;

/// Programs with random objectives for a cell before targets get their own.
const ROUNDS: usize = 12;
/// Steps of each of these, and of those with one target.
const STEPS: usize = 2_000;

impl Search<'_> {
    /// Looks for points that show that no one who knows a cell of theirs can tell another small value.
    pub fn each_single(&mut self, narrowed: &Narrowed) {
        for cell in 0..self.singletons.rows.len() {
            if self.singletons.told(cell).is_empty() || self.is_over() {
                continue;
            }
            let mut area = self.area(narrowed);
            area.close(self.singletons.rows[cell]);
            for _ in 0..ROUNDS {
                let told = self.singletons.told(cell);
                let mut objective = Vec::new();
                for target in told {
                    let way = if self.draw() < 0.5 { Direction::Up } else { Direction::Down };
                    let factor = 0.5 + self.draw();
                    objective.extend(self.step(&area, target, way, factor));
                }
                if objective.is_empty() {
                    break;
                }
                area.simplex.maximise(&objective, f64::MAX, STEPS);
                self.learn(&mut area);
            }
            self.each_told(narrowed, &mut area, cell);
        }
    }

    /// The columns that move a target by one that way, times a factor.
    fn step(&self, area: &Area<'_>, target: usize, way: Direction, factor: f64) -> Vec<(usize, f64)> {
        let goals = self.next(area, target, way);
        goals.into_iter().flat_map(|goal| goal.columns).map(|(column, c)| (column, c * factor)).collect()
    }

    fn next(&self, area: &Area<'_>, target: usize, way: Direction) -> Vec<super::area::Goal> {
        let proof = &self.proofs[target];
        let wanted = if way == Direction::Up { proof.value as f64 + 1.0 } else { proof.value as f64 - 1.0 };
        area.goals(self.problem, proof.target, way, wanted)
    }

    /// A program for each value that whoever knows the cell could still tell; at last rows are hidden.
    fn each_told(&mut self, narrowed: &Narrowed, area: &mut Area<'_>, cell: usize) {
        for target in self.singletons.told(cell) {
            let is_told = |search: &Self| search.singletons.told(cell).contains(&target);
            for way in Direction::ALL {
                if is_told(self) {
                    let objective = self.step(area, target, way, 1.0);
                    area.simplex.maximise(&objective, f64::MAX, STEPS);
                    self.learn(area);
                }
            }
            for way in Direction::ALL {
                if is_told(self) {
                    let mut open = self.area(narrowed);
                    self.open_all(&mut open);
                    open.close(self.singletons.rows[cell]);
                    let goals = self.next(&open, target, way);
                    self.hide(&mut open, &goals);
                    self.open_hidden(area, &open);
                    area.close(self.singletons.rows[cell]);
                }
            }
        }
    }
}
