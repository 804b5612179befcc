//! Disclosure control: the only place that makes a `Released` value, which is all that renderers and writers accept.
//!
//! The internal release lets the tables out as they are. The public one makes them anew from decisions: `forms` names every
//! sum that can be published, `flows` and `ledger` make problems of a year's numbers, `plan` decides which rows of
//! a problem are shown and proves that what must stay uncertain does, and `public` writes tables from nothing but shown
//! rows.

mod codes;
mod flows;
mod forms;
mod kept;
mod ledger;
mod overview;
pub mod plan;
pub mod problem;
mod public;
mod quality;
mod round;
pub mod simplex;
mod since;

pub use kept::{NoPlans, Plans};
pub use overview::LEVELS;
pub use since::{Published, TextRow};

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::compute::Inputs;
use crate::error::{Error, Exit};
use crate::link::{Link, Place};
use crate::model::{Cell, Method, Policy, Release, Snapshot, Year};
use crate::tables::Tables;
use codes::Codes;
use flows::{Earlier, FlowProblem};
use forms::{Base, Body, Facts, Form};
use kept::Summary;
use plan::Demand;
use problem::{Problem, State};
use public::Decisions;
use since::{Before, Told};

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

/// Releases the tables of a run to everyone. `plans` keeps what was decided for the next run; `earlier` are the tables of
/// earlier publications, which readers have beside this one (where small counts are hidden; rounded ones are taken anew).
///
/// # Errors
/// Protection that could not be proved: then nothing is released (exit 5).
pub fn public(
    tables: &Tables,
    inputs: Inputs<'_>,
    policy: &Policy,
    earlier: &[Published],
    plans: &dyn Plans,
) -> Result<Released<Tables>, Error> {
    let years: BTreeSet<Year> = inputs.flows.censuses().iter().map(|(_, year)| *year).collect();
    let facts = years.into_iter().map(|year| (year, Facts::new(inputs, year))).collect();
    let decisions = match policy.method {
        Method::Suppress => {
            let mut told = Told::default();
            earlier.iter().for_each(|tables| told.learn(Codes { inputs, facts: &facts }, tables));
            decide(inputs, &facts, policy, &told, plans)?
        }
        Method::Round => rounded(inputs, &facts, policy),
    };
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

/// All years and bodies of a run.
fn bodies(inputs: Inputs<'_>) -> Vec<(Year, Body)> {
    inputs.flows.censuses().iter().map(|(snapshot, year)| (*year, own_body(*snapshot))).collect()
}

/// Everything that is published, as sums of rounded base cells.
fn rounded(inputs: Inputs<'_>, facts: &BTreeMap<Year, Facts>, policy: &Policy) -> Decisions {
    let base_of = policy.threshold;
    let cells: BTreeMap<(Year, Body), BTreeMap<Base, u64>> = bodies(inputs)
        .into_par_iter()
        .map(|(year, body)| {
            let truth = base(inputs, &facts[&year], year, body);
            ((year, body), round::cells(&truth, &facts[&year], &policy.levels, base_of))
        })
        .collect();
    let mut out = Decisions { policy: policy.clone(), ..Decisions::default() };
    for ((year, body), cells) in &cells {
        let sums = out.flows.entry((*year, *body)).or_default();
        for (cell, students) in cells {
            facts[year].each_form(*cell, |form| {
                if flows::is_published(form, &policy.levels) {
                    sums.entry(form).or_insert((0, State::Shown)).0 += students;
                }
            });
        }
    }
    for (year, link) in inputs.links {
        let facts = &facts[year];
        // The ledger is published by unit and population: one place stands for all programmes of a unit that count alike.
        let first = |national| facts.programmes().find(|programme| facts.is_national(*programme) == national);
        let alike = [first(false), first(true)];
        let place = |unit, programme| {
            let alike = alike[usize::from(facts.is_national(programme))];
            Place { unit, programme: alike.unwrap_or(programme) }
        };
        let places = |body| {
            let mut out: BTreeMap<Place, u64> = BTreeMap::new();
            for ((_, unit, programme), students) in cells.get(&(*year, body)).into_iter().flatten() {
                *out.entry(place(*unit, *programme)).or_insert(0) += students;
            }
            out
        };
        let link = link.by(|at| place(at.unit, at.programme));
        let link = round::link(&link, &places(Body::Admission), &places(Body::October), base_of);
        let sums = ledger::totals(&link, facts);
        out.ledger.insert(*year, sums.into_iter().map(|(key, value)| (key, Cell::Value(value))).collect());
    }
    // Zero stands for each value below the base, the base for each from 1.
    out.narrowest = [Some(base_of - 1); 2];
    out
}

fn decide(
    inputs: Inputs<'_>,
    facts: &BTreeMap<Year, Facts>,
    policy: &Policy,
    told: &Told,
    plans: &dyn Plans,
) -> Result<Decisions, Error> {
    let planned: Vec<((Year, Body), FlowProblem, Summary)> = bodies(inputs)
        .into_par_iter()
        .with_max_len(1)
        .map(|(year, body)| {
            let facts = &facts[&year];
            let earlier = Earlier { told, year, body, threshold: policy.threshold };
            let mut flows = flows::problem(&base(inputs, facts, year, body), facts, policy, earlier);
            let plan = kept::plan(&mut flows.problem, policy.threshold, Demand::Whole, plans);
            ((year, body), flows, plan)
        })
        .collect();
    let mut out = Decisions { policy: policy.clone(), ..Decisions::default() };
    for (key, flows, plan) in &planned {
        safe(plan, format!("{} {}", key.1.as_str(), key.0))?;
        let rows = flows.forms.iter().zip(&flows.problem.rows);
        let mut of_body: BTreeMap<Form, (u64, State)> = rows
            .filter(|(form, row)| row.state != State::Free && flows::is_published(**form, &policy.levels))
            .map(|(form, row)| {
                // What was told before holds, and is shown again unless it is small.
                let state = match row.state {
                    State::Fixed if Problem::is_small(row.value, policy.threshold) => State::Primary,
                    State::Fixed => State::Shown,
                    state => state,
                };
                (*form, (row.value, state))
            })
            .collect();
        for form in &flows.veiled {
            of_body.entry(*form).or_insert((0, State::Secondary));
        }
        out.narrowest[0] = out.narrowest[0].into_iter().chain(plan.narrowest).min();
        out.flows.insert(*key, of_body);
    }
    let none = BTreeMap::new();
    let ledgers: Vec<(Year, Shown)> = inputs
        .links
        .iter()
        .collect::<Vec<(&Year, &Link)>>()
        .into_par_iter()
        .with_max_len(1)
        .map(|(year, link)| {
            let decided = [Body::Admission, Body::October].map(|body| out.flows.get(&(*year, body)).unwrap_or(&none));
            let before = |key, value| told.item(*year, key, value, policy.threshold);
            (*year, ledger_of(link, &facts[year], decided, policy, &before, plans))
        })
        .collect();
    for (year, (shown, narrowest)) in ledgers {
        out.narrowest[1] = out.narrowest[1].into_iter().chain(narrowest).min();
        out.ledger.insert(year, shown);
    }
    Ok(out)
}

/// What is shown of a ledger, and the narrowest range of a small number in it.
type Shown = (BTreeMap<ledger::Key, Cell>, Option<u64>);

/// What is shown of a year's ledger, and the narrowest range of a small number in it. Places with a number that cannot be
/// protected fall silent; where that is not enough nothing of the ledger is shown, and what is told of the flows is proved
/// to be safe without it.
fn ledger_of(
    link: &Link,
    facts: &Facts,
    decided: [ledger::Decided<'_>; 2],
    policy: &Policy,
    before: &dyn Fn(ledger::Key, u64) -> Before,
    plans: &dyn Plans,
) -> Shown {
    let mut silent = BTreeSet::new();
    loop {
        let mut ledger = ledger::problem(link, facts, decided, policy, &silent, before);
        let plan = kept::plan(&mut ledger.problem, policy.threshold, Demand::Wide, plans);
        if plan.open.is_empty() {
            return (ledger::shown(&ledger, &plan.states, policy.threshold), plan.narrowest);
        }
        let before = silent.len();
        silent.extend(ledger.places(&plan.open));
        if silent.len() == before {
            return (ledger.keys.iter().map(|key| (*key, Cell::Hidden)).collect(), None);
        }
    }
}

/// Nothing is published of a run with a plan that is not safe; `what` says what it is of.
fn safe(plan: &Summary, what: String) -> Result<(), Error> {
    match plan.open.len() {
        0 => Ok(()),
        open => Err(Error::new(Exit::Disclosure, "error-protection").with("what", what).with("open", open)),
    }
}
