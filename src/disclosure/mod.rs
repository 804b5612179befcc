//! Disclosure control: the only place that makes a `Released` value, which is all that renderers and writers accept.
//!
//! The internal release lets the tables out as they are. The public one makes them anew from released sums: `forms` and
//! `links` name every sum that can be published, a method decides what is shown of each (`round`, the default, or
//! `suppress`), `declared` says what the numbers of each table are, and `public` writes the tables from shown sums alone.

mod codes;
mod deadline;
mod declared;
mod flows;
mod forms;
mod kept;
mod ledger;
mod links;
mod overview;
pub mod plan;
pub mod problem;
mod public;
mod quality;
mod round;
pub mod simplex;
mod since;
mod sums;
mod suppress;

pub use declared::names as declared_tables;
pub use forms::{Facts, Form, Part, Runner, What, Where, Who};
pub use kept::{NoPlans, Plans};
pub use ledger::{Item, Kinds};
pub use links::LinkSum;
pub use overview::LEVELS;
pub use since::{Published, TextRow};
pub use sums::{Shown, Sums};

use std::collections::{BTreeMap, BTreeSet};

use crate::compute::Inputs;
use crate::error::Error;
use crate::model::{Method, Policy, Release, Year};
use crate::tables::Tables;
use codes::Codes;
use since::{Rounded, Told};

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

/// Tables and the sums that pages and pictures ask for.
#[derive(Debug)]
pub struct Results {
    /// The contract's tables.
    pub tables: Released<Tables>,
    /// Sums.
    pub sums: Released<Sums>,
}

fn facts(inputs: Inputs<'_>) -> BTreeMap<Year, Facts> {
    let years: BTreeSet<Year> = inputs.flows.censuses().iter().map(|(_, year)| *year).collect();
    years.into_iter().map(|year| (year, Facts::new(inputs, year))).collect()
}

/// Releases the results of a run to those who may see every number.
#[must_use]
pub fn internal(tables: Tables, inputs: Inputs<'_>) -> Results {
    let release = Release::Internal;
    let sums = Sums::whole(inputs, facts(inputs));
    Results { tables: whole(tables), sums: Released { value: sums, release } }
}

/// Releases tables that stand by themselves to those who may see every number.
#[must_use]
pub fn whole(mut tables: Tables) -> Released<Tables> {
    tables.disclosure = overview::internal(&tables);
    Released { value: tables, release: Release::Internal }
}

/// Releases the results of a run to everyone. `plans` keeps what was decided for the next run;
/// `earlier` are the tables of earlier publications, which readers have beside this one, in the order in which they came.
///
/// # Errors
/// Protection that could not be shown: then nothing is released (exit 5).
pub fn public(
    tables: &Tables,
    inputs: Inputs<'_>,
    policy: &Policy,
    earlier: &[Published],
    plans: &dyn Plans,
) -> Result<Results, Error> {
    let facts = facts(inputs);
    let codes = Codes { inputs, facts: &facts };
    let suppress::Decided { flows, links, fewest } = match policy.method {
        Method::Suppress => {
            let mut told = Told::default();
            earlier.iter().for_each(|tables| told.learn(codes, tables));
            suppress::decide(inputs, &facts, policy, &told, plans)?
        }
        Method::Round => {
            let mut told = Rounded::default();
            earlier.iter().for_each(|tables| told.learn(codes, tables));
            round::decide(inputs, &facts, policy, &told, plans)?
        }
    };
    let sums = Sums::decided(policy, flows, links, facts);
    let release = Release::Public;
    let out = public::tables(tables, inputs, &sums, policy, fewest);
    Ok(Results { tables: Released { value: out, release }, sums: Released { value: sums, release } })
}
