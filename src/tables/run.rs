//! A run as tables are computed from it: inputs, index, scopes, and counts that several tables share.

use std::ops::Deref;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::changes::{self, WrittenGroup};
use super::inputs::Inputs;
use super::market::{self, Markets};
use super::pairs::HomeProviderCounts;
use super::scope::{RunIndex, Scope};
use crate::model::{Population, Registers};

/// A run, with its inputs, index and scopes.
pub struct TableRun<'a> {
    index: RunIndex<'a>,
    /// By position of a scope: its counts by home and provider, computed on demand.
    pairs: Vec<OnceLock<HomeProviderCounts>>,
    /// The decomposed changes between years.
    changes: Vec<WrittenGroup>,
    markets: Markets,
}

impl<'a> Deref for TableRun<'a> {
    type Target = RunIndex<'a>;

    fn deref(&self) -> &RunIndex<'a> {
        &self.index
    }
}

impl<'a> TableRun<'a> {
    /// A run with these inputs.
    #[must_use]
    pub fn new(inputs: Inputs<'a>) -> Self {
        let index = RunIndex::new(inputs);
        let scopes = index.inputs.flows.censuses().len() * Population::ALL.len();
        let (changes, markets) = (changes::whole(&index), market::whole(&index));
        Self { index, pairs: (0..scopes).map(|_| OnceLock::new()).collect(), changes, markets }
    }

    /// Concatenates the rows of all scopes.
    pub fn rows_of_scopes<T: Send>(&self, rows: impl Fn(&Scope<'_>) -> Vec<T> + Sync + Send) -> Vec<T> {
        self.scopes().par_iter().flat_map_iter(rows).collect()
    }

    /// Students of each home at each provider in a scope.
    pub fn pairs(&self, scope: &Scope<'_>) -> &HomeProviderCounts {
        self.pairs[scope.position].get_or_init(|| HomeProviderCounts::of(&self.index, scope))
    }

    /// The decomposed changes between years.
    pub fn changes(&self) -> &[WrittenGroup] {
        &self.changes
    }

    /// The markets by year.
    pub const fn markets(&self) -> &Markets {
        &self.markets
    }

    /// All combinations of snapshot, year and population that were read.
    fn scopes(&self) -> Vec<Scope<'_>> {
        let censuses = self.inputs.flows.censuses().iter();
        let unknown = Registers::municipality_codes(self.inputs.registers).unknown();
        let populations = || Population::ALL.into_iter().zip(&self.includes);
        censuses
            .flat_map(|census| populations().map(move |population| (census, population)))
            .enumerate()
            .map(|(position, ((snapshot, year), (population, includes)))| Scope {
                position,
                snapshot: *snapshot,
                year: *year,
                population,
                flows: self.inputs.flows.of(*snapshot, *year),
                includes,
                units: &self.units[year],
                unknown,
            })
            .collect()
    }
}
