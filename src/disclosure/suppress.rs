//! The release of exact numbers: small ones are hidden, and as few others as protection needs.
//!
//! `flows` and `ledger` turn a year's numbers into problems. `plan` decides which rows of a problem are shown and
//! proves that sensitive values stay uncertain. Planning a region takes minutes; the plan is stored for the next run
//! (`kept`).

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::deadline::Deadline;
use super::exact::{BaseCell, Cohort};
use super::flows::{self, CohortPrior, FlowProblem};
use super::kept::{self, Plans, Summary};
use super::ledger::{self, LedgerKey};
use super::plan::Demand;
use super::problem::{Problem, RowState};
use super::since::{PriorComparison, PriorReleases};
use super::sums::{CensusSums, Decided, ShownSum, SumStatus};
use crate::error::{Error, Exit};
use crate::link::Link;
use crate::model::{Cell, Policy, Snapshot, Year};
use crate::tables::Inputs;
use crate::tables::margins::{Facts, Margin};

/// Base cells of a cohort in a year.
fn base(inputs: Inputs<'_>, facts: &Facts, year: Year, cohort: Cohort) -> BTreeMap<BaseCell, u64> {
    let of = |snapshot| facts.base(inputs.flows.of(snapshot, year));
    match cohort {
        Cohort::Admission => of(Snapshot::Admission),
        Cohort::October => of(Snapshot::October),
        Cohort::Older => {
            let mut all = of(Snapshot::Enrolled);
            for (cell, students) in of(Snapshot::October) {
                if let Some(sum) = all.get_mut(&cell) {
                    *sum -= students.min(*sum);
                }
            }
            all
        }
    }
}

/// The cohort that a snapshot adds to earlier ones.
const fn own_cohort(snapshot: Snapshot) -> Cohort {
    match snapshot {
        Snapshot::Admission => Cohort::Admission,
        Snapshot::October => Cohort::October,
        Snapshot::Enrolled => Cohort::Older,
    }
}

/// All years and cohorts of a run.
fn cohorts(inputs: Inputs<'_>) -> Vec<(Year, Cohort)> {
    inputs.flows.censuses().iter().map(|(snapshot, year)| (*year, own_cohort(*snapshot))).collect()
}

/// Decides what a run shows.
///
/// # Errors
/// Protection that could not be proved, or not within the policy's time limit (exit 5).
pub fn decide(
    inputs: Inputs<'_>,
    facts: &BTreeMap<Year, Facts>,
    policy: &Policy,
    prior: &PriorReleases,
    plans: &dyn Plans,
) -> Result<Decided, Error> {
    let deadline = Deadline::after(policy.time_limit);
    let is_late = || Error::new(Exit::Disclosure, "error-protection-time").with("seconds", policy.time_limit);
    let planned: Vec<((Year, Cohort), FlowProblem, Summary)> = cohorts(inputs)
        .into_par_iter()
        .with_max_len(1)
        .map(|(year, cohort)| {
            let facts = &facts[&year];
            let earlier = CohortPrior { prior, year, cohort, threshold: policy.threshold };
            let mut flows = flows::problem(&base(inputs, facts, year, cohort), facts, policy, earlier);
            let plan = kept::plan(&mut flows.problem, policy.threshold, Demand::Whole, deadline, plans);
            Ok(((year, cohort), flows, plan.ok_or_else(is_late)?))
        })
        .collect::<Result<_, Error>>()?;
    let mut cohorts: BTreeMap<(Year, Cohort), CohortSums> = BTreeMap::new();
    let mut narrowest: Option<u64> = None;
    for (key, flows, plan) in &planned {
        ensure_safe(plan, format!("{} {}", key.1.as_str(), key.0))?;
        let rows = flows.margins.iter().zip(&flows.problem.rows);
        let mut of_cohort: CohortSums = rows
            .filter(|(margin, row)| row.state != RowState::Free && flows::is_published(**margin, &policy.levels))
            .map(|(margin, row)| {
                // A value that was published earlier is a constraint, and is shown again unless it is small.
                let state = match row.state {
                    RowState::Fixed if Problem::is_small(row.value, policy.threshold) => RowState::Primary,
                    RowState::Fixed => RowState::Shown,
                    state => state,
                };
                (*margin, (row.value, state))
            })
            .collect();
        for margin in &flows.veiled {
            of_cohort.entry(*margin).or_insert((0, RowState::Secondary));
        }
        narrowest = narrowest.into_iter().chain(plan.narrowest).min();
        cohorts.insert(*key, of_cohort);
    }
    let none = BTreeMap::new();
    let ledgers: Vec<(Year, LedgerSums)> = inputs
        .links
        .iter()
        .collect::<Vec<(&Year, &Link)>>()
        .into_par_iter()
        .with_max_len(1)
        .map(|(year, link)| {
            let decided =
                [Cohort::Admission, Cohort::October].map(|cohort| cohorts.get(&(*year, cohort)).unwrap_or(&none));
            let compare = |key: LedgerKey, value| prior.item(*year, key.sum(), value, policy.threshold);
            let plan = |problem: &mut Problem| {
                kept::plan(problem, policy.threshold, Demand::Wide, deadline, plans).ok_or_else(is_late)
            };
            Ok((*year, ledger_of(link, &facts[year], decided, policy, &compare, &plan)?))
        })
        .collect::<Result<_, Error>>()?;
    let censuses = inputs.flows.censuses().iter();
    let mut out = Decided {
        flows: censuses.map(|(snapshot, year)| ((*snapshot, *year), of_census(&cohorts, *snapshot, *year))).collect(),
        ..Decided::default()
    };
    for (year, (shown, of_ledger)) in ledgers {
        narrowest = narrowest.into_iter().chain(of_ledger).min();
        out.links.insert(year, shown.into_iter().map(|(key, shown)| (key.sum(), shown)).collect());
    }
    out.fewest = narrowest;
    Ok(out)
}

/// By margin of a cohort: value and state.
type CohortSums = BTreeMap<Margin, (u64, RowState)>;

/// What is shown of a snapshot. The snapshot `enrolled` is the sum of two cohorts.
fn of_census(cohorts: &BTreeMap<(Year, Cohort), CohortSums>, snapshot: Snapshot, year: Year) -> CensusSums {
    let shown = |(value, state): (u64, RowState)| match state {
        RowState::Primary => ShownSum { cell: Cell::Hidden, status: SumStatus::Below },
        RowState::Secondary => ShownSum { cell: Cell::Hidden, status: SumStatus::Withheld },
        _ => ShownSum { cell: Cell::Value(value), status: SumStatus::Shown },
    };
    let mut out = CensusSums::new();
    for sums in Cohort::of(snapshot).iter().filter_map(|cohort| cohorts.get(&(year, *cohort))) {
        for (margin, sum) in sums {
            let shown = shown(*sum);
            out.entry(*margin)
                .and_modify(|all| {
                    all.cell += shown.cell;
                    all.status = all.status.max(shown.status);
                })
                .or_insert(shown);
        }
    }
    out
}

/// What is shown of a ledger, and the narrowest range of a small number in it.
type LedgerSums = (BTreeMap<LedgerKey, ShownSum>, Option<u64>);

/// What is shown of a year's ledger, and the narrowest range of a small number in it. Nothing is shown of places with
/// a number that cannot be protected. If that is not enough, nothing of the ledger is shown; the plan of flows is safe
/// without it.
fn ledger_of(
    link: &Link,
    facts: &Facts,
    decided: [ledger::FlowStates<'_>; 2],
    policy: &Policy,
    compare: &dyn Fn(LedgerKey, u64) -> PriorComparison,
    plan: &dyn Fn(&mut Problem) -> Result<Summary, Error>,
) -> Result<LedgerSums, Error> {
    let mut silent = BTreeSet::new();
    loop {
        let mut ledger = ledger::problem(link, facts, decided, policy, &silent, compare);
        let plan = plan(&mut ledger.problem)?;
        if plan.unprotected.is_empty() {
            return Ok((ledger::shown(&ledger, &plan.states, policy.threshold), plan.narrowest));
        }
        let count = silent.len();
        silent.extend(ledger.places(&plan.unprotected));
        if silent.len() == count {
            let hidden = ShownSum { cell: Cell::Hidden, status: SumStatus::Withheld };
            return Ok((ledger.keys.iter().map(|key| (*key, hidden)).collect(), None));
        }
    }
}

/// Refuses to publish a run with an unsafe plan. `what` names the plan in the message.
fn ensure_safe(plan: &Summary, what: String) -> Result<(), Error> {
    match plan.unprotected.len() {
        0 => Ok(()),
        open => Err(Error::new(Exit::Disclosure, "error-protection").with("what", what).with("open", open)),
    }
}
