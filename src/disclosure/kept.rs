//! Plans of earlier runs. The same problem gets the same plan, and computing one takes minutes.
//!
//! A stored plan is the state of every row and how safe the plan is, under the checksum of everything that the plan
//! depends on. It contains no number of students. A stored plan that would show a small number is rejected.

use super::deadline::Deadline;
use super::plan::{Demand, Plan};
use super::problem::{Problem, ProtectionTarget, RowState};

/// Must change whenever the method would give another plan for the same problem.
const METHOD: &str = "plan 4";

/// Storage of plans: text by checksum.
pub trait Plans: Sync {
    /// The plan with this checksum.
    fn find(&self, checksum: &str) -> Option<String>;
    /// Stores a plan. If that fails, the plan is computed again next time.
    fn keep(&self, checksum: &str, plan: &str);
}

/// The part of a plan that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// By row: its state.
    pub states: Vec<RowState>,
    /// Targets that are not protected.
    pub unprotected: Vec<ProtectionTarget>,
    /// Width of the narrowest range of a small row.
    pub narrowest: Option<u64>,
}

impl From<&Plan> for Summary {
    fn from(plan: &Plan) -> Self {
        Self { states: plan.states.clone(), unprotected: plan.unprotected.clone(), narrowest: plan.narrowest() }
    }
}

/// The plan of a problem, read from storage or computed and stored. `None` if it is not complete before the deadline.
pub fn plan(
    problem: &mut Problem,
    threshold: u64,
    demand: Demand,
    deadline: Deadline,
    plans: &dyn Plans,
) -> Option<Summary> {
    let checksum = checksum(problem, threshold, demand);
    let is_safe = |summary: &Summary| {
        summary.states.len() == problem.rows.len()
            && problem.rows.iter().zip(&summary.states).all(|(row, state)| {
                *state == row.state
                    || state.is_hidden()
                        && matches!(row.state, RowState::Shown | RowState::Primary | RowState::Secondary)
            })
            && problem
                .rows
                .iter()
                .zip(&summary.states)
                .all(|(row, state)| *state != RowState::Shown || !Problem::is_small(row.value, threshold))
    };
    if let Some(summary) = plans.find(&checksum).and_then(|text| parse(&text)).filter(is_safe) {
        for (row, state) in problem.rows.iter_mut().zip(&summary.states) {
            row.state = *state;
        }
        return Some(summary);
    }
    let summary = Summary::from(&super::plan::plan(problem, threshold, demand, deadline));
    if !summary.unprotected.is_empty() && deadline.is_over() {
        return None;
    }
    plans.keep(&checksum, &text(&summary));
    Some(summary)
}

/// The checksum of everything that a plan depends on.
fn checksum(problem: &Problem, threshold: u64, demand: Demand) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(METHOD.as_bytes());
    let mut add = |numbers: &[u64]| {
        hasher.update(&(numbers.len() as u64).to_le_bytes());
        for number in numbers {
            hasher.update(&number.to_le_bytes());
        }
    };
    add(&[threshold, u64::from(demand == Demand::Wide)]);
    add(&problem.truth);
    add(&problem.blocks.iter().map(|block| u64::from(*block)).collect::<Vec<_>>());
    for row in &problem.rows {
        let members = row.members.iter().flat_map(|(unknown, c)| [u64::from(*unknown), c.to_bits()]);
        add(&members.collect::<Vec<_>>());
        add(&row.parts.iter().map(|part| u64::from(*part)).collect::<Vec<_>>());
        add(&[row.value, row.weight.to_bits(), u64::from(letter(row.state) as u32), row.least]);
        add(&row.needs.map_or_else(Vec::new, |(low, high)| vec![low, high]));
    }
    for sum in &problem.sums {
        add(&[sum.value, sum.terms.len() as u64]);
        for term in &sum.terms {
            add(&[u64::from(term.whole)]);
            for numbers in [&term.some, &term.others] {
                add(&numbers.iter().map(|number| u64::from(*number)).collect::<Vec<_>>());
            }
        }
    }
    hasher.finalize().to_hex().to_string()
}

const fn letter(state: RowState) -> char {
    match state {
        RowState::Fixed => 'f',
        RowState::Free => '-',
        RowState::Shown => 's',
        RowState::Primary => '1',
        RowState::Secondary => '2',
    }
}

const STATES: [RowState; 5] =
    [RowState::Fixed, RowState::Free, RowState::Shown, RowState::Primary, RowState::Secondary];

/// The stored text: unprotected targets (`r5`: a row, `s7`: a sum), the narrowest range, and a letter for each row;
/// `-`: none.
fn text(summary: &Summary) -> String {
    let narrowest = summary.narrowest.map_or_else(|| "-".to_owned(), |width| width.to_string());
    let letters: String = summary.states.iter().map(|state| letter(*state)).collect();
    let open = summary.unprotected.iter().map(|target| match target {
        ProtectionTarget::Row(row) => format!("r{row}"),
        ProtectionTarget::Sum(sum) => format!("s{sum}"),
    });
    let open = open.reduce(|all, one| all + "," + &one).unwrap_or_else(|| "-".to_owned());
    format!("{open} {narrowest} {letters}")
}

fn parse(text: &str) -> Option<Summary> {
    let mut words = text.split_whitespace();
    let target = |word: &str| {
        let (kind, number) = word.split_at_checked(1)?;
        let number = number.parse().ok()?;
        match kind {
            "r" => Some(ProtectionTarget::Row(number)),
            "s" => Some(ProtectionTarget::Sum(number)),
            _ => None,
        }
    };
    let open = match words.next()? {
        "-" => Vec::new(),
        list => list.split(',').map(target).collect::<Option<_>>()?,
    };
    let narrowest = match words.next()? {
        "-" => None,
        width => Some(width.parse().ok()?),
    };
    let state = |wanted| STATES.into_iter().find(|state| letter(*state) == wanted);
    let states = words.next().unwrap_or("").chars().map(state).collect::<Option<_>>()?;
    Some(Summary { states, unprotected: open, narrowest })
}

/// In-memory storage for tests: checksums and plans in order of arrival.
#[cfg(test)]
pub mod memory {
    use std::sync::Mutex;

    use super::Plans;

    #[derive(Default)]
    pub struct Memory(pub Mutex<Vec<(String, String)>>);

    impl Plans for Memory {
        fn find(&self, checksum: &str) -> Option<String> {
            let kept = self.0.lock().unwrap();
            kept.iter().rfind(|(key, _)| key == checksum).map(|(_, plan)| plan.clone())
        }

        fn keep(&self, checksum: &str, plan: &str) {
            self.0.lock().unwrap().push((checksum.to_owned(), plan.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::problem::{HiddenSum, ProblemRow, Term};
    use super::memory::Memory;
    use super::*;
    /// Two rows of three cells; all cells, row sums and column sums are published.
    fn problem(first: u64) -> Problem {
        let truth = vec![first, 20, 30, 25, 35, 45];
        let sets: [&[u32]; 11] =
            [&[0], &[1], &[2], &[3], &[4], &[5], &[0, 1, 2], &[3, 4, 5], &[0, 3], &[1, 4], &[2, 5]];
        let row = |members: &[u32]| ProblemRow {
            members: members.iter().map(|unknown| (*unknown, 1.0)).collect(),
            parts: Vec::new(),
            value: members.iter().map(|unknown| truth[*unknown as usize]).sum(),
            weight: members.len() as f64,
            state: RowState::Shown,
            least: 1,
            needs: None,
        };
        let sum = |(number, value): (usize, &u64)| HiddenSum { terms: vec![Term::all(number as u32)], value: *value };
        Problem {
            rows: sets.map(row).into(),
            blocks: vec![0; 6],
            sums: truth.iter().enumerate().map(sum).collect(),
            truth,
        }
    }

    fn planned(first: u64, plans: &Memory) -> Summary {
        plan(&mut problem(first), 10, Demand::Whole, Deadline::default(), plans).unwrap()
    }

    #[test]
    fn the_same_problem_is_planned_once() {
        let plans = Memory::default();
        let first = planned(4, &plans);
        assert_eq!(first.states[0], RowState::Primary);
        assert!(first.states.contains(&RowState::Secondary), "{first:?}");
        assert_eq!(planned(4, &plans), first);
        assert_eq!(plans.0.lock().unwrap().len(), 1);
        planned(5, &plans);
        assert_eq!(plans.0.lock().unwrap().len(), 2, "another number, another plan");
    }

    #[test]
    fn a_stored_plan_that_shows_a_small_value_is_rejected() {
        let plans = Memory::default();
        let first = planned(4, &plans);
        let checksum = plans.0.lock().unwrap()[0].0.clone();
        for bad in ["- - sssssssssss", "- - 1", "", "- 9 1ssssssssxs", "- 8 fffffffffff", "x3 9 12222222222"] {
            plans.keep(&checksum, bad);
            assert_eq!(planned(4, &plans), first, "{bad}");
        }
    }
}
