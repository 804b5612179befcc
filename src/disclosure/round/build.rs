//! The system of a year: all its snapshots and its link as unknowns, and every sum that is published of them.
//!
//! The unknowns are the flows of each snapshot and the pairs of the link. Three things follow from them and are sums: those
//! of later years (all who are enrolled less the first year), and for each offer (unit and programme) those who were
//! admitted and are enrolled nowhere known, and those who are enrolled and were admitted nowhere known (all of the offer
//! less those of its pairs). So a change of one unknown keeps the link and the snapshots in agreement.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::system::{Builder, SumId, System};
use crate::disclosure::levels::{self, ends, whats};
use crate::disclosure::rule::Window;
use crate::link::{self, Link};
use crate::model::{Level, MunicipalityId, ProgrammeId, Snapshot, UnitId, Year};
use crate::tables::Inputs;
use crate::tables::margins::{Counts, Facts, Figure, Item, LinkMargin, Margin, What, Where, Who, margins_of_pair};

/// What a sum of a year is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Students of a snapshot.
    Flow(Snapshot, Margin),
    /// A sum of pairs.
    Link(LinkMargin),
    /// A flow or pair by itself.
    One(u32),
    /// A flow of later years by itself.
    Older(u32),
}

impl Key {
    /// The number of a table that it is in a year, if it can be one.
    pub const fn total(&self, year: Year) -> Option<Figure> {
        match *self {
            Self::Flow(snapshot, margin) => Some(Figure::Flow(snapshot, year, margin)),
            Self::Link(sum) => Some(Figure::Link(year, sum)),
            Self::Older(_) | Self::One(_) => None,
        }
    }

    /// How much it matters to readers, against others of as many students.
    pub const fn importance(&self) -> u64 {
        match self {
            // Headlines: the first number of each picture, and the share with another provider.
            Self::Flow(
                _,
                Margin { place: Where::Everywhere | Where::Cross, what: What::National | What::All, .. },
            ) => 2_000,
            Self::Flow(_, Margin { who: Who::Everyone, place: Where::Everywhere | Where::Unit(_), .. }) => 40,
            Self::Flow(_, Margin { who: Who::Home(_) | Who::Region, place: Where::Everywhere, .. }) => 30,
            // Margins of the region matrix.
            Self::Flow(_, Margin { who: Who::Known | Who::Region, what: What::National | What::All, .. }) => 12,
            // What networks meet to see.
            Self::Link(LinkMargin::Ledger { what: What::All, item: Item::In | Item::Out, .. }) => 40,
            // Maps and cards: lines to municipalities, and headings.
            Self::Flow(_, Margin { who: Who::Home(_), what: What::National | What::All, place: Where::Place(_) }) => {
                14
            }
            Self::Flow(_, Margin { who: Who::Home(_), what: What::National | What::All, place })
                if !matches!(place, Where::Unit(_)) =>
            {
                6
            }
            Self::Flow(_, Margin { who: Who::Home(_), place: Where::Unit(_), .. }) => 6,
            Self::Link(_) => 3,
            _ => 1,
        }
    }

    /// Whether it is published where these levels are.
    pub fn is_published(&self, levels: &[Level]) -> bool {
        match self {
            Self::Flow(_, margin) => levels::is_published(*margin, levels),
            Self::Link(LinkMargin::Moved(..)) => levels.contains(&Level::UnitMoves),
            Self::Link(sum) => sum.is_shown() && levels.contains(&Level::UnitProgramme),
            Self::Older(_) | Self::One(_) => false,
        }
    }
}

/// A year as a system.
#[derive(Debug)]
pub struct YearSystem {
    /// The system.
    pub system: System,
    /// The sum of each key, sorted by key.
    pub keys: Vec<(Key, SumId)>,
}

/// A unit and a programme.
type Offer = (UnitId, ProgrammeId);
/// The system of a year at these levels; `window` gives what readers know of a published sum from its value.
pub fn year(
    inputs: Inputs<'_>,
    facts: &Facts,
    year: Year,
    levels: &[Level],
    window: &dyn Fn(&Key, u64) -> Window,
) -> YearSystem {
    let snapshots = [Snapshot::Admission, Snapshot::October, Snapshot::Enrolled];
    let all = snapshots.map(|snapshot| (snapshot, facts.counts(inputs.flows.of(snapshot, year))));
    let link = inputs.links.get(&year);
    let places = link.into_iter().flat_map(Link::pairs).flat_map(|(from, to, _)| [from, to]).flatten();
    let offers: BTreeSet<Offer> = all
        .iter()
        .flat_map(|(_, counts)| counts.keys().map(|(_, unit, programme)| (*unit, *programme)))
        .chain(places.map(|place| (place.unit, place.programme)))
        .collect();
    let homes: BTreeSet<MunicipalityId> =
        all.iter().flat_map(|(_, counts)| counts.keys().map(|(home, ..)| *home)).collect();
    let offers: Vec<Offer> = offers.into_iter().collect();
    let homes: Vec<MunicipalityId> = homes.into_iter().collect();
    let mut build = Build {
        facts,
        levels,
        offer_of: offers.iter().copied().zip(0..).collect(),
        offers: &offers,
        homes: &homes,
        builder: Builder::new(),
        has_enrolled: inputs.flows.has(Snapshot::Enrolled, year),
        ones: 0,
        nowhere: HashMap::new(),
        first: HashMap::new(),
    };
    let pairs = link.map(|link| build.all_pairs(link)).unwrap_or_default();
    build.take_nowhere(&pairs);
    for (snapshot, counts) in &all {
        build.flows(*snapshot, counts);
    }
    build.pairs(&pairs);
    let known = |key: &Key, value: u64| if key.is_published(levels) { window(key, value) } else { Window::OPEN };
    let (system, keys) = build.builder.build(known);
    YearSystem { system, keys }
}

/// Stands for nowhere known in a pair of offers.
const NOWHERE: u32 = u32::MAX;
/// Pairs of offers with the students who were admitted to the first and are enrolled at the second.
type Pairs = BTreeMap<(u32, u32), u64>;

struct Build<'a> {
    facts: &'a Facts,
    levels: &'a [Level],
    offers: &'a [Offer],
    offer_of: HashMap<Offer, u32>,
    homes: &'a [MunicipalityId],
    builder: Builder<Key>,
    has_enrolled: bool,
    /// How many counts have a number of their own.
    ones: u32,
    /// The sums of those who come from nowhere known to an offer of a snapshot, or go there.
    nowhere: HashMap<(Snapshot, u32), Vec<Key>>,
    /// The sum of a home's students of later years at an offer, where some of the first year can be.
    first: HashMap<(u32, u32), Key>,
}

impl Build<'_> {
    fn one(&mut self) -> u32 {
        self.ones += 1;
        self.ones - 1
    }

    /// The flows of a snapshot: where there are students, and where readers cannot know that there are none, at the units to
    /// which students of the home go and at those that offer, where some of them study, what some of them study.
    fn flows(&mut self, snapshot: Snapshot, counts: &Counts) {
        let offered: BTreeSet<Offer> = counts.keys().map(|(_, unit, programme)| (*unit, *programme)).collect();
        let all: Vec<(u32, Offer)> = self
            .offers
            .iter()
            .zip(0..)
            .filter(|(offer, _)| offered.contains(offer))
            .map(|(offer, n)| (n, *offer))
            .collect();
        let whats_of: HashMap<ProgrammeId, Vec<What>> =
            offered.iter().map(|(_, programme)| (*programme, whats(self.facts, *programme))).collect();
        for (number, home) in (0..).zip(self.homes) {
            let of_home: BTreeMap<Offer, u64> = counts
                .range((*home, UnitId::from(0), ProgrammeId::from(0))..)
                .take_while(|((of, ..), _)| of == home)
                .map(|((_, unit, programme), students)| ((*unit, *programme), *students))
                .collect();
            let units: BTreeSet<UnitId> = of_home.keys().map(|(unit, _)| *unit).collect();
            let place = |unit: UnitId| self.facts.unit(unit).map(|unit| unit.municipality);
            let programmes: BTreeSet<_> =
                of_home.keys().map(|(unit, programme)| (place(*unit), *programme)).collect();
            let mut last: Option<(UnitId, Vec<_>)> = None;
            for (offer, (unit, programme)) in &all {
                if !units.contains(unit) && !programmes.contains(&(place(*unit), *programme)) {
                    continue;
                }
                let students = of_home.get(&(*unit, *programme)).copied().unwrap_or(0);
                if last.as_ref().is_none_or(|(of, _)| of != unit) {
                    last = Some((*unit, ends(self.facts, *home, *unit)));
                }
                let Some((_, ends)) = &last else { continue };
                let whats = &whats_of[programme];
                let margins = ends.iter().flat_map(|(who, place)| {
                    whats.iter().map(|what| Margin { who: *who, place: *place, what: *what })
                });
                let levels = self.levels;
                let margins = margins.filter(|margin| levels::is_published(*margin, levels));
                let mut keys: Vec<(Key, i32)> = margins.map(|margin| (Key::Flow(snapshot, margin), 1)).collect();
                keys.push((Key::One(self.one()), 1));
                keys.extend(self.nowhere.get(&(snapshot, *offer)).into_iter().flatten().map(|key| (*key, 1)));
                match snapshot {
                    Snapshot::October if self.has_enrolled => {
                        let older = Key::Older(self.one());
                        self.first.insert((number, *offer), older);
                        keys.push((older, -1));
                    }
                    // Offers of the first year are offers of all years.
                    Snapshot::Enrolled => {
                        let older = self.first.get(&(number, *offer)).copied();
                        keys.push((older.unwrap_or(Key::Older(self.ones)), 1));
                        self.ones += u32::from(older.is_none());
                    }
                    Snapshot::Admission | Snapshot::October => {}
                }
                self.builder.unknown(students, keys);
            }
        }
    }

    /// The pairs of a link: where there are students, those who stay, come or go anywhere, and moves between the offers of
    /// two units of which some are.
    fn all_pairs(&self, link: &Link) -> Pairs {
        let mut all = Pairs::new();
        let number = |place: Option<link::Offer>| place.map_or(NOWHERE, |p| self.offer_of[&(p.unit, p.programme)]);
        let (mut from_some, mut to_some) = (BTreeSet::new(), BTreeSet::new());
        for (from, to, students) in link.pairs() {
            let (from, to) = (number(from), number(to));
            *all.entry((from, to)).or_insert(0) += students;
            from_some.insert(from);
            to_some.insert(to);
        }
        let used: Vec<(u32, u32)> = all.keys().copied().collect();
        let offers = self.offers;
        let at_unit = |offer: u32| {
            let unit = offers[offer as usize].0;
            let start = offers.partition_point(|(of, _)| *of < unit) as u32;
            (start..).take_while(move |n| offers.get(*n as usize).is_some_and(|(of, _)| *of == unit))
        };
        for (from, to) in used {
            if from != NOWHERE && to != NOWHERE {
                let more = at_unit(from).map(|from| (from, to)).chain(at_unit(to).map(|to| (from, to)));
                for pair in more {
                    all.entry(pair).or_insert(0);
                }
            }
        }
        for offer in 0..self.offers.len() as u32 {
            for pair in [(offer, offer), (offer, NOWHERE), (NOWHERE, offer)] {
                all.entry(pair).or_insert(0);
            }
        }
        // What readers see of offers to which nobody was admitted, or at which nobody is, is in the table of seats.
        all.retain(|(from, to), _| {
            (*from == NOWHERE || from_some.contains(from)) && (*to == NOWHERE || to_some.contains(to))
        });
        all
    }

    /// The sums that a pair is part of.
    fn sums_of_pair(&self, from: u32, to: u32) -> Vec<Key> {
        let place = |offer: u32| {
            let (unit, programme) = *self.offers.get(offer as usize)?;
            Some(link::Offer { unit, programme })
        };
        margins_of_pair(self.facts, place(from), place(to)).into_iter().map(Key::Link).collect()
    }

    /// Those who come from nowhere known, or go there, are what the other pairs of an offer leave.
    fn take_nowhere(&mut self, pairs: &Pairs) {
        for (from, to) in pairs.keys() {
            let at = match (*from, *to) {
                (from, NOWHERE) => (Snapshot::Admission, from),
                (NOWHERE, to) => (Snapshot::October, to),
                _ => continue,
            };
            let mut keys = self.sums_of_pair(*from, *to);
            keys.push(Key::One(self.one()));
            self.nowhere.insert(at, keys);
        }
    }

    fn pairs(&mut self, pairs: &Pairs) {
        for ((from, to), students) in pairs.iter().filter(|((from, to), _)| *from != NOWHERE && *to != NOWHERE) {
            let mut keys: Vec<(Key, i32)> = self.sums_of_pair(*from, *to).into_iter().map(|key| (key, 1)).collect();
            keys.push((Key::One(self.one()), 1));
            for at in [(Snapshot::Admission, *from), (Snapshot::October, *to)] {
                keys.extend(self.nowhere.get(&at).into_iter().flatten().map(|key| (*key, -1)));
            }
            self.builder.unknown(*students, keys);
        }
    }
}
