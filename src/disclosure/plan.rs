//! Which published sums are shown: every small one is hidden, and as few others as protection needs.
//!
//! **Guarantee.** For every sensitive value (a small published sum, or a small unpublished one) there are two points
//! that agree with everything shown: one where the value is at most 1, and one where it is at least threshold − 1.
//! Agreeing points form a convex set, so every value between is possible too. A point is kept as proof until the plan
//! is complete; hiding more never invalidates it.
//!
//! **Method.** Linear programs that start from the truth find the points. A few programs with random objectives over
//! all unsettled targets settle most. Each remaining target gets its own program, in which shown rows may change at a
//! cost. It finds the cheapest set of changes that lets the target move, and the shown rows that change are hidden
//! (the heuristic of Kelly, Golden and Assad 1992, improved in Fischetti and Salazar-González 2001: one program for
//! each sensitive cell, in which rows that are already hidden cost nothing).
//!
//! GaussSuppression (Langsrud 2024) was the alternative. Its elimination is fast and finds every value that is
//! revealed exactly, but intervals still need an attack by linear programs.

mod local_program;
mod search;
mod singleton_search;
mod singletons;

use std::collections::BTreeSet;

use super::deadline::Deadline;
use super::problem::{Problem, ProtectionTarget, RowState, TOLERANCE};
use search::PlanSearch;

/// Maximum steps of a program with one target.
const STEPS: usize = 30_000;

/// A target, and the range that the points found so far prove possible.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proof {
    /// What must stay uncertain.
    pub target: ProtectionTarget,
    /// Its true value.
    pub value: u64,
    /// Lower and upper value that must stay possible.
    pub needs: (u64, u64),
    /// Smallest value at any agreeing point.
    pub low: f64,
    /// Largest value at any agreeing point.
    pub high: f64,
}

impl Proof {
    fn is_settled(&self) -> bool {
        Direction::ALL.iter().all(|direction| !self.is_short(*direction))
    }

    /// Whether no point yet reaches the required value in this direction.
    fn is_short(&self, direction: Direction) -> bool {
        match direction {
            Direction::Down => self.low > self.required(direction) + TOLERANCE,
            Direction::Up => self.high < self.required(direction) - TOLERANCE,
        }
    }

    /// The value that must be possible in this direction.
    const fn required(&self, direction: Direction) -> f64 {
        match direction {
            Direction::Down => self.needs.0 as f64,
            Direction::Up => self.needs.1 as f64,
        }
    }
}

/// Direction of change of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Down,
    Up,
}

impl Direction {
    const ALL: [Self; 2] = [Self::Up, Self::Down];
}

/// The result of planning a problem.
#[derive(Debug, Clone)]
pub struct Plan {
    /// By row: its state.
    pub states: Vec<RowState>,
    /// By target: the proven range.
    pub proofs: Vec<Proof>,
    /// Targets that are not protected. If there are any, nothing may be published.
    pub unprotected: Vec<ProtectionTarget>,
}

impl Plan {
    /// Width of the narrowest proven range of a small row: the number of values that cannot be ruled out, less 1.
    /// `None` if no row is small.
    #[must_use]
    pub fn narrowest(&self) -> Option<u64> {
        let rows = self.proofs.iter().filter(|proof| matches!(proof.target, ProtectionTarget::Row(_)));
        rows.map(|proof| (proof.high - proof.low + TOLERANCE).max(0.0) as u64).min()
    }
}

/// The range of a small value that a plan must prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// It contains 1 … threshold − 1.
    Whole,
    /// It contains 1 … threshold − 1 or is at least as wide: totals that are shown can rule out the lowest values
    /// (arrivals at a unit are at least its growth). A small unpublished sum with several terms must only not be
    /// revealed exactly.
    Wide,
}

/// Plans a problem: hides small rows first, then other rows until all targets are proved possible. Targets without
/// proof at the deadline are listed as unprotected.
pub fn plan(problem: &mut Problem, threshold: u64, demand: Demand, deadline: Deadline) -> Plan {
    for row in &mut problem.rows {
        if matches!(row.state, RowState::Shown | RowState::Secondary) && Problem::is_small(row.value, threshold) {
            row.state = RowState::Primary;
        }
    }
    let mut search = PlanSearch::new(problem, threshold, demand, deadline);
    search.settle();
    let width = |proof: &Proof| match proof.target {
        ProtectionTarget::Sum(sum) if search.has_terms(sum) => 1.0,
        _ => (proof.needs.1 - proof.needs.0) as f64,
    };
    let is_unprotected = |proof: &&Proof| {
        let is_wide = demand == Demand::Wide && proof.high - proof.low >= width(proof) - TOLERANCE;
        !(proof.is_settled() || is_wide)
    };
    let unprotected = search.proofs.iter().filter(is_unprotected).map(|proof| proof.target);
    let determined = search.singletons.all_determined().into_iter().map(|number| search.proofs[number].target);
    let unprotected: Vec<ProtectionTarget> =
        unprotected.chain(determined).collect::<BTreeSet<_>>().into_iter().collect();
    Plan { states: search.states(), unprotected, proofs: search.proofs }
}

#[cfg(test)]
mod tests;
