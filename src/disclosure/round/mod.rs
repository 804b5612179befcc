//! The release of rounded numbers, which is the default: every published sum is shown by a rule that readers know.
//!
//! A count below the threshold is hidden, zero included; every other count is shown as the nearest multiple of five
//! (`rule`). Each sum is rounded independently, so shown sums need not equal the sum of their shown parts. For every
//! small count, published or not, at least five values stay possible to a reader who has all files of the release and
//! knows the rule. Each run proves this. A year, with all its snapshots and its link, is a system of whole numbers
//! (`build`, `system`). A walk through the tables that agree with everything shown (`walk`) gives witnesses. Where
//! there are too few, sums are withheld until there are enough (`protect`).

mod build;
mod kept;
mod protect;
mod spare;
mod system;
mod walk;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::kept::Plans;
use super::rule::{PriorValue, Rule};
use super::since::PriorRounded;
use super::sums::{CensusSums, Decided, ShownSum, SumStatus};
use crate::error::{Error, Exit};
use crate::model::{Cell, Policy, Year};
use crate::tables::Inputs;
use crate::tables::margins::{Facts, Figure};
use build::{SumKey, YearSystem};
use protect::{Outcome, Requirement};

/// Number of values that must stay possible for a small count.
const VALUES: u32 = 5;

/// Decides what a run shows.
///
/// # Errors
/// A year in which a small count has too few possible values whatever is withheld (exit 5).
pub fn decide(
    inputs: Inputs<'_>,
    facts: &BTreeMap<Year, Facts>,
    policy: &Policy,
    prior: &PriorRounded,
    plans: &dyn Plans,
) -> Result<Decided, Error> {
    let rule = Rule::of(policy);
    let requirement = Requirement { threshold: policy.threshold, values: VALUES.min(policy.threshold as u32) };
    let years: Vec<(Year, YearSystem, Outcome)> = facts
        .iter()
        .collect::<Vec<_>>()
        .into_par_iter()
        .with_max_len(1)
        .map(|(year, facts)| {
            let prior_value = |key: &SumKey| key.total(*year).and_then(|total| prior.of(total));
            let window = |key: &SumKey, value: u64| rule.beside(value, prior_value(key)).1;
            let system = build::year(inputs, facts, *year, &policy.levels, &window);
            let losses = losses(&system, policy, |key| matches!(prior_value(key), None | Some(PriorValue::Hidden)));
            let outcome = kept::decision(&system.system, requirement, &losses, plans);
            (*year, system, outcome)
        })
        .collect();
    let mut out = Decided::default();
    for census in inputs.flows.censuses() {
        out.flows.insert(*census, CensusSums::new());
    }
    for (year, system, outcome) in &years {
        if outcome.unprotected > 0 {
            let what = year.to_string();
            return Err(Error::new(Exit::Disclosure, "error-protection")
                .with("what", what)
                .with("open", outcome.unprotected));
        }
        out.fewest = out.fewest.into_iter().chain(outcome.fewest.map(u64::from)).min();
        for (key, sum) in system.keys.iter().filter(|(key, _)| key.is_published(&policy.levels)) {
            let value = system.system.sums[*sum as usize].value as u64;
            let is_withheld = outcome.withheld.contains(sum);
            let (shown, _) = rule.beside(value, key.total(*year).and_then(|total| prior.of(total)));
            // Small sums are not listed, so that nobody sees whether they are zero.
            let Some(shown) = shown else { continue };
            let shown = if is_withheld {
                ShownSum { cell: Cell::Hidden, status: SumStatus::Withheld }
            } else {
                ShownSum { cell: Cell::Value(shown), status: SumStatus::Shown }
            };
            match key.total(*year) {
                Some(Figure::Flow(snapshot, year, margin)) => {
                    out.flows.entry((snapshot, year)).or_default().insert(margin, shown);
                }
                Some(Figure::Link(year, sum)) => {
                    out.links.entry(year).or_default().insert(sum, shown);
                }
                _ => {}
            }
        }
    }
    Ok(out)
}

/// By sum: what readers lose if it is withheld, in students; 0 if it cannot be withheld because it is not published,
/// not shown, or was shown before. Sums of the tables of flows and the ledger count more than those by provider and
/// place, which readers can derive from units.
fn losses(system: &YearSystem, policy: &Policy, is_new: impl Fn(&SumKey) -> bool) -> Vec<u64> {
    let sums = &system.system.sums;
    let mut out = vec![0; sums.len()];
    let mut is_bound: Vec<bool> = sums.iter().map(|sum| sum.value < policy.threshold as i64).collect();
    for (key, sum) in system.keys.iter().filter(|(key, _)| key.is_published(&policy.levels)) {
        out[*sum as usize] += key.importance() * sums[*sum as usize].value.max(0) as u64;
        is_bound[*sum as usize] |= !is_new(key);
    }
    out.iter_mut().zip(is_bound).filter(|(_, is_bound)| *is_bound).for_each(|(out, _)| *out = 0);
    out
}
