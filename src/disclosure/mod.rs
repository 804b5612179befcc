//! Disclosure control: the only place that makes a `Released` value, which is all that renderers and writers accept.
//!
//! The internal release lets the tables out as they are. The public one makes them anew from decisions: `forms` names every
//! sum that can be published, `flows` and `ledger` make problems of a year's numbers, `plan` decides which rows of
//! a problem are shown and proves that what must stay uncertain does, and `public` writes tables from nothing but shown
//! rows.

mod flows;
mod forms;
mod kept;
mod ledger;
mod overview;
pub mod plan;
pub mod problem;
mod public;
mod quality;
pub mod simplex;

pub use kept::{NoPlans, Plans};

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::compute::Inputs;
use crate::error::{Error, Exit};
use crate::link::Link;
use crate::model::{Cell, Policy, Release, Snapshot, Year};
use crate::tables::Tables;
use flows::FlowProblem;
use forms::{Base, Body, Facts, Form};
use kept::Summary;
use plan::Demand;
use problem::State;
use public::Decisions;

/// A value that has passed disclosure control.
#[derive(Debug, Clone)]
pub struct Released<T> {
    value: T,
    release: Release,
}

impl<T> Released<T> {
    /// The value.
    pub const fn get(&self) -> &T {
        &self.value
    }

    /// For whom it was released.
    pub const fn release(&self) -> Release {
        self.release
    }

    /// What is computed from a released value alone is released too.
    pub fn derive<U>(&self, compute: impl FnOnce(&T) -> U) -> Released<U> {
        Released { value: compute(&self.value), release: self.release }
    }
}

/// Releases the tables of a run to those who may see every number.
#[must_use]
pub fn internal(mut tables: Tables) -> Released<Tables> {
    tables.disclosure = overview::internal(&tables);
    Released { value: tables, release: Release::Internal }
}

/// Releases the tables of a run to everyone. `plans` keeps what was decided for the next run.
///
/// # Errors
/// Protection that could not be proved: then nothing is released (exit 5).
pub fn public(
    tables: &Tables,
    inputs: Inputs<'_>,
    policy: &Policy,
    plans: &dyn Plans,
) -> Result<Released<Tables>, Error> {
    let years: BTreeSet<Year> = inputs.flows.censuses().iter().map(|(_, year)| *year).collect();
    let facts = years.into_iter().map(|year| (year, Facts::new(inputs, year))).collect();
    let decisions = decide(inputs, &facts, policy, plans)?;
    let mut out = public::tables(tables, inputs, &facts, &decisions);
    out.disclosure = overview::public(tables, &out, &decisions);
    Ok(Released { value: out, release: Release::Public })
}

/// What is to be protected of a body in a year.
fn base(inputs: Inputs<'_>, facts: &Facts, year: Year, body: Body) -> BTreeMap<Base, u64> {
    let of = |snapshot| facts.base(inputs.flows.of(snapshot, year));
    match body {
        Body::Admission => of(Snapshot::Admission),
        Body::October => of(Snapshot::October),
        Body::Older => {
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

/// The body that a snapshot adds to those before it.
const fn own_body(snapshot: Snapshot) -> Body {
    match snapshot {
        Snapshot::Admission => Body::Admission,
        Snapshot::October => Body::October,
        Snapshot::Enrolled => Body::Older,
    }
}

fn decide(
    inputs: Inputs<'_>,
    facts: &BTreeMap<Year, Facts>,
    policy: &Policy,
    plans: &dyn Plans,
) -> Result<Decisions, Error> {
    let bodies: Vec<(Year, Body)> =
        inputs.flows.censuses().iter().map(|(snapshot, year)| (*year, own_body(*snapshot))).collect();
    let planned: Vec<((Year, Body), FlowProblem, Summary)> = bodies
        .into_par_iter()
        .with_max_len(1)
        .map(|(year, body)| {
            let facts = &facts[&year];
            let mut flows = flows::problem(&base(inputs, facts, year, body), facts, &policy.levels, policy.threshold);
            let plan = kept::plan(&mut flows.problem, policy.threshold, Demand::Whole, plans);
            ((year, body), flows, plan)
        })
        .collect();
    let mut out = Decisions { levels: policy.levels.clone(), threshold: policy.threshold, ..Decisions::default() };
    for (key, flows, plan) in &planned {
        safe(plan, format!("{} {}", key.1.as_str(), key.0))?;
        let rows = flows.forms.iter().zip(&flows.problem.rows);
        let mut of_body: BTreeMap<Form, (u64, State)> = rows
            .filter(|(_, row)| row.state != State::Free)
            .filter(|(_, row)| row.state != State::Fixed)
            .map(|(form, row)| (*form, (row.value, row.state)))
            .collect();
        for form in &flows.veiled {
            of_body.entry(*form).or_insert((0, State::Secondary));
        }
        out.narrowest[0] = out.narrowest[0].into_iter().chain(plan.narrowest).min();
        out.flows.insert(*key, of_body);
    }
    let none = BTreeMap::new();
    let ledgers: Vec<(Year, BTreeMap<ledger::Key, Cell>, Summary)> = inputs
        .links
        .iter()
        .collect::<Vec<(&Year, &Link)>>()
        .into_par_iter()
        .with_max_len(1)
        .map(|(year, link)| {
            let decided = |body| out.flows.get(&(*year, body)).unwrap_or(&none);
            let mut ledger = ledger::problem(
                link,
                &facts[year],
                decided(Body::Admission),
                decided(Body::October),
                policy.threshold,
            );
            let plan = kept::plan(&mut ledger.problem, policy.threshold, Demand::Wide, plans);
            (*year, ledger::shown(&ledger, &plan.states), plan)
        })
        .collect();
    for (year, shown, plan) in ledgers {
        safe(&plan, format!("ledger {year}"))?;
        out.narrowest[1] = out.narrowest[1].into_iter().chain(plan.narrowest).min();
        out.ledger.insert(year, shown);
    }
    Ok(out)
}

/// Nothing is published of a run with a plan that is not safe; `what` says what it is of.
fn safe(plan: &Summary, what: String) -> Result<(), Error> {
    match plan.unprotected {
        0 => Ok(()),
        open => Err(Error::new(Exit::Disclosure, "error-protection").with("what", what).with("open", open)),
    }
}
