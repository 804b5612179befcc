//! Students of each home at each provider in a scope; `dependence` and `concentration` are computed from them.

use super::scope::{ProviderNumber, RunIndex, Scope};
use crate::store::Counter;

/// Students of a home at a provider.
pub struct HomeProviderCount {
    /// Position of the home in the region; homes outside the region share the position after the last.
    pub home: usize,
    /// Number of the provider.
    pub provider: ProviderNumber,
    /// Students.
    pub students: u64,
}

/// Counts by home and provider in a scope, with their sums.
pub struct HomeProviderCounts {
    /// Counts of at least one student, sorted by home and provider.
    pub pairs: Vec<HomeProviderCount>,
    /// Students by home.
    pub of_home: Vec<u64>,
    /// Students by provider.
    pub of_provider: Vec<u64>,
}

impl HomeProviderCounts {
    /// Counts the flows of a scope.
    pub fn of(index: &RunIndex<'_>, scope: &Scope<'_>) -> Self {
        let outside = index.homes.len();
        let mut counter = Counter::default();
        let (mut of_home, mut of_provider) = (vec![0; outside + 1], vec![0; index.providers.len()]);
        for known in scope.flows() {
            let home = index.position(known.home).unwrap_or(outside);
            let provider = known.unit.provider;
            counter.add((home as u64) << 32 | u64::from(provider), known.students);
            of_home[home] += known.students;
            of_provider[provider as usize] += known.students;
        }
        let mut sums = Vec::new();
        counter.drain_into(&mut sums);
        sums.sort_unstable();
        let pair = |(key, students): (u64, u64)| HomeProviderCount {
            home: (key >> 32) as usize,
            provider: key as ProviderNumber,
            students,
        };
        Self { pairs: sums.into_iter().map(pair).collect(), of_home, of_provider }
    }
}
