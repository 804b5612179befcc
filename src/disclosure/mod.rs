//! Disclosure control: the only place that creates a `Released` value, and renderers and writers accept nothing else.
//!
//! The internal release has the tables unchanged. The public one rebuilds them from released margins: a method decides
//! what is shown of each margin (`round`, the default, or `suppress`), each table declares which margins its counts
//! are ([`crate::tables::Table`]), and `public` builds the tables from shown margins alone.

mod deadline;
mod exact;
mod flows;
mod kept;
mod ledger;
mod levels;
mod overview;
pub mod plan;
pub mod problem;
mod public;
mod round;
mod rule;
pub mod simplex;
mod since;
mod sums;
mod suppress;

pub use kept::Plans;
pub use overview::LEVELS;
pub use since::{Published, TextRow};
pub use sums::{ShownSum, ShownSums};

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::model::{Cell, Method, Policy, Release, Year};
use crate::tables::margins::{Facts, MarginCodes};
use crate::tables::market::{self, Markets};
use crate::tables::{Inputs, RunIndex, Tables};
use since::{PriorReleases, PriorRounded};

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

    /// The audience it was released for.
    pub const fn release(&self) -> Release {
        self.release
    }

    /// Computes a value from the released one; it is released for the same audience.
    pub fn derive<U>(&self, compute: impl FnOnce(&T) -> U) -> Released<U> {
        Released { value: compute(&self.value), release: self.release }
    }
}

/// Released tables, and the sums that pages and pictures look up.
#[derive(Debug)]
pub struct Results {
    /// The tables of the contract.
    pub tables: Released<Tables>,
    /// The sums.
    pub sums: Released<ShownSums>,
    /// Who attends what, by year.
    pub markets: Released<Markets>,
}

/// A count as the rounding rule of a policy shows it.
#[must_use]
pub fn shown(policy: &Policy, count: u64) -> Cell {
    rule::Rule::of(policy).shown(count).map_or(Cell::Hidden, Cell::Value)
}

fn facts(inputs: Inputs<'_>) -> BTreeMap<Year, Facts> {
    let years: BTreeSet<Year> = inputs.flows.censuses().iter().map(|(_, year)| *year).collect();
    years.into_iter().map(|year| (year, Facts::new(inputs, year))).collect()
}

/// Releases the results of a run to readers who may see every number.
#[must_use]
pub fn internal(tables: Tables, inputs: Inputs<'_>) -> Results {
    let release = Release::Internal;
    let sums = ShownSums::whole(inputs, facts(inputs));
    let markets = market::whole(&RunIndex::new(inputs));
    Results {
        tables: whole(tables),
        sums: Released { value: sums, release },
        markets: Released { value: markets, release },
    }
}

/// Releases tables without sums to readers who may see every number.
#[must_use]
pub fn whole(mut tables: Tables) -> Released<Tables> {
    tables.disclosure = overview::internal(&tables);
    Released { value: tables, release: Release::Internal }
}

/// Releases the results of a run to everyone. `plans` stores decisions for the next run. `earlier` are the tables of
/// earlier publications, oldest first; readers have them beside this one.
///
/// # Errors
/// Protection that could not be proved (exit 5). Then nothing is released.
pub fn public(
    tables: &Tables,
    inputs: Inputs<'_>,
    policy: &Policy,
    earlier: &[Published],
    plans: &dyn Plans,
) -> Result<Results, Error> {
    let facts = facts(inputs);
    let codes = MarginCodes { inputs, facts: &facts };
    let decided = match policy.method {
        Method::Suppress => {
            let mut prior = PriorReleases::default();
            earlier.iter().for_each(|tables| prior.learn(codes, tables));
            suppress::decide(inputs, &facts, policy, &prior, plans)?
        }
        Method::Round => {
            let mut prior = PriorRounded::default();
            earlier.iter().for_each(|tables| prior.learn(codes, tables));
            round::decide(inputs, &facts, policy, &prior, plans)?
        }
    };
    let fewest = decided.fewest;
    let sums = ShownSums::decided(policy, decided, facts);
    let release = Release::Public;
    let (tables, markets) = public::tables(tables, inputs, &sums, policy, fewest);
    Ok(Results {
        tables: Released { value: tables, release },
        sums: Released { value: sums, release },
        markets: Released { value: markets, release },
    })
}
