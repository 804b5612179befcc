//! Where unknowns lie beside each other, so that students can be moved between them without changing most sums.
//!
//! A flow is a home's students at an offer (a unit and programme) in a body of students. A pair is the students who were
//! admitted to one offer and enrolled at another. What all homes have at an offer is the sum of its pairs: a step that
//! changes it also changes a pair.

use std::collections::HashMap;
use std::ops::Range;

use super::system::Unknown;

/// Stands for nowhere known in a pair.
pub const NOWHERE: u32 = u32::MAX;

/// What an unknown counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Students of a home at an offer.
    Flow {
        /// Of which body.
        body: u8,
        /// The number of the home.
        home: u32,
        /// The number of the offer.
        offer: u32,
    },
    /// Students admitted to one offer and enrolled at another, or at one time nowhere known.
    Pair {
        /// The offer at admission.
        from: u32,
        /// The offer on 15 October.
        to: u32,
    },
}

/// The body of the admission, whose offers are the first of a pair.
pub const ADMISSION: u8 = 0;
/// The body of the first year in October, whose offers are the second of a pair.
pub const OCTOBER: u8 = 1;
/// The body of later years in October.
pub const OLDER: u8 = 2;

/// Unknowns in groups, each a part of one list.
#[derive(Debug, Default)]
struct Groups {
    starts: Vec<u32>,
    list: Vec<Unknown>,
}

impl Groups {
    fn new(groups: usize, items: impl Iterator<Item = (usize, Unknown)> + Clone) -> Self {
        let mut starts = vec![0_u32; groups + 1];
        items.clone().for_each(|(group, _)| starts[group + 1] += 1);
        for at in 1..=groups {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut list = vec![0; starts[groups] as usize];
        for (group, unknown) in items {
            list[next[group] as usize] = unknown;
            next[group] += 1;
        }
        Self { starts, list }
    }

    fn of(&self, group: usize) -> &[Unknown] {
        &self.list[self.starts[group] as usize..self.starts[group + 1] as usize]
    }
}

/// All unknowns of a year and how they lie.
#[derive(Debug, Default)]
pub struct Layout {
    /// What each unknown counts, flows first.
    pub kinds: Vec<Kind>,
    homes: usize,
    offers: usize,
    /// By offer: the number of its unit.
    units: Vec<u32>,
    at: HashMap<(u8, u32, u32), Unknown>,
    by_home: Groups,
    by_offer: Groups,
    /// By body and home: unknowns sorted by unit, as [`Groups`] of (home, unit) would be too many.
    pairs: HashMap<(u32, u32), Unknown>,
    rows: Groups,
    columns: Groups,
    /// Whether the offers of admission and October are sums of pairs.
    pub is_linked: bool,
}

impl Layout {
    /// The layout of unknowns of so many homes and of offers with these units.
    pub fn new(kinds: Vec<Kind>, homes: usize, units: Vec<u32>) -> Self {
        let offers = units.len();
        let flows = || {
            kinds.iter().zip(0..).filter_map(|(kind, unknown)| match kind {
                Kind::Flow { body, home, offer } => Some((usize::from(*body), *home as usize, *offer as usize, unknown)),
                Kind::Pair { .. } => None,
            })
        };
        let pairs = || {
            kinds.iter().zip(0..).filter_map(|(kind, unknown)| match kind {
                Kind::Pair { from, to } => Some((*from, *to, unknown)),
                Kind::Flow { .. } => None,
            })
        };
        // Nowhere is the last row, and the last column.
        let row = |offer: u32| if offer == NOWHERE { offers } else { offer as usize };
        let by_home = Groups::new(3 * homes, flows().map(|(body, home, _, u)| (body * homes + home, u)));
        let by_offer = Groups::new(3 * offers, flows().map(|(body, _, offer, u)| (body * offers + offer, u)));
        let rows = Groups::new(offers + 1, pairs().map(|(from, _, u)| (row(from), u)));
        let columns = Groups::new(offers + 1, pairs().map(|(_, to, u)| (row(to), u)));
        Self {
            homes,
            offers,
            units,
            at: flows().map(|(body, home, offer, u)| ((body as u8, home as u32, offer as u32), u)).collect(),
            by_home,
            by_offer,
            is_linked: pairs().next().is_some(),
            pairs: pairs().map(|(from, to, u)| ((from, to), u)).collect(),
            rows,
            columns,
            kinds,
        }
    }

    /// The unknown of a home at an offer; `None` where nobody is thought to be.
    pub fn flow(&self, body: u8, home: u32, offer: u32) -> Option<Unknown> {
        self.at.get(&(body, home, offer)).copied()
    }

    /// The unknown of a pair of offers.
    pub fn pair(&self, from: u32, to: u32) -> Option<Unknown> {
        self.pairs.get(&(from, to)).copied()
    }

    /// All flows of a home in a body.
    pub fn of_home(&self, body: u8, home: u32) -> &[Unknown] {
        self.by_home.of(usize::from(body) * self.homes + home as usize)
    }

    /// The flows of a home at the offers of a unit, which lie beside each other.
    pub fn of_home_at(&self, body: u8, home: u32, unit: u32) -> &[Unknown] {
        let all = self.of_home(body, home);
        let unit_of = |unknown: &Unknown| match self.kinds[*unknown as usize] {
            Kind::Flow { offer, .. } => self.units[offer as usize],
            Kind::Pair { .. } => u32::MAX,
        };
        let Range { start, end } = all.partition_point(|u| unit_of(u) < unit)..all.partition_point(|u| unit_of(u) <= unit);
        &all[start..end]
    }

    /// The flows of all homes at an offer in a body.
    pub fn of_offer(&self, body: u8, offer: u32) -> &[Unknown] {
        self.by_offer.of(usize::from(body) * self.offers + offer as usize)
    }

    /// The number of an offer's unit.
    pub fn unit(&self, offer: u32) -> u32 {
        self.units[offer as usize]
    }

    /// The pairs of an offer at admission, or of nowhere.
    pub fn row(&self, from: u32) -> &[Unknown] {
        self.rows.of(if from == NOWHERE { self.offers } else { from as usize })
    }

    /// The pairs of an offer on 15 October, or of nowhere.
    pub fn column(&self, to: u32) -> &[Unknown] {
        self.columns.of(if to == NOWHERE { self.offers } else { to as usize })
    }
}
