//! The system of a year: all its snapshots and its link as unknowns, and every sum that is published of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::layout::{ADMISSION, Kind, Layout, NOWHERE, OCTOBER, OLDER};
use super::rule::Window;
use super::sums::{self, ends, whats};
use super::system::{Builder, SumId, System, Unknown};
use crate::compute::Inputs;
use crate::disclosure::declared::Total;
use crate::disclosure::forms::{Body, Facts, Form, What};
use crate::disclosure::links::{self, LinkSum};
use crate::link::{Link, Place};
use crate::model::{Level, MunicipalityId, ProgrammeId, Snapshot, UnitId, Year};

/// What a sum of a year is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Students of a snapshot.
    Flow(Snapshot, Form),
    /// Students enrolled in later years, whom no table shows by themselves.
    Older(Form),
    /// A sum of pairs.
    Link(LinkSum),
    /// An unknown by itself.
    One(Unknown),
}

impl Key {
    /// The number of a table that it is in a year, if it can be one.
    pub const fn total(&self, year: Year) -> Option<Total> {
        match *self {
            Self::Flow(snapshot, form) => Some(Total::Flow(snapshot, year, form)),
            Self::Link(sum) => Some(Total::Link(year, sum)),
            Self::Older(_) | Self::One(_) => None,
        }
    }

    /// Whether it is published where these levels are.
    pub fn is_published(&self, levels: &[Level]) -> bool {
        match self {
            Self::Flow(_, form) => sums::is_published(*form, levels),
            Self::Link(LinkSum::Moved(..)) => levels.contains(&Level::UnitMoves),
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
    /// How its unknowns lie.
    pub layout: Layout,
    /// The true values of the unknowns.
    pub counts: Vec<i32>,
    /// The sum of each key, sorted by key.
    pub keys: Vec<(Key, SumId)>,
}

/// A unit and a programme.
type Offer = (UnitId, ProgrammeId);
/// Students by home and offer.
type Counts = BTreeMap<(MunicipalityId, UnitId, ProgrammeId), u64>;

/// The students of a body by home and offer, at units that a register knows.
fn counts(inputs: Inputs<'_>, facts: &Facts, year: Year, body: Body) -> Counts {
    let of = |snapshot| -> Counts {
        let known = inputs.flows.of(snapshot, year).iter().filter(|flow| facts.unit(flow.key.unit).is_some());
        let mut out = Counts::new();
        for flow in known {
            *out.entry((flow.key.home, flow.key.unit, flow.key.programme)).or_insert(0) += flow.students;
        }
        out
    };
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
            all.retain(|_, students| *students > 0);
            all
        }
    }
}

/// The system of a year at these levels; `window` gives what readers know of a published sum from its value.
pub fn year(
    inputs: Inputs<'_>,
    facts: &Facts,
    year: Year,
    levels: &[Level],
    window: &dyn Fn(&Key, u64) -> Window,
) -> YearSystem {
    let bodies = [Body::Admission, Body::October, Body::Older].map(|body| {
        let is_read = body != Body::Older || inputs.flows.has(Snapshot::Enrolled, year);
        if is_read { counts(inputs, facts, year, body) } else { Counts::new() }
    });
    let link = inputs.links.get(&year);
    let places = link.into_iter().flat_map(Link::pairs).flat_map(|(from, to, _)| [from, to]).flatten();
    let offers: BTreeSet<Offer> = bodies
        .iter()
        .flat_map(|body| body.keys().map(|(_, unit, programme)| (*unit, *programme)))
        .chain(places.map(|place| (place.unit, place.programme)))
        .collect();
    let homes: BTreeSet<MunicipalityId> =
        bodies.iter().flat_map(|body| body.keys().map(|(home, ..)| *home)).collect();
    let offers: Vec<Offer> = offers.into_iter().collect();
    let homes: Vec<MunicipalityId> = homes.into_iter().collect();
    let mut build = Build {
        facts,
        levels,
        has_enrolled: inputs.flows.has(Snapshot::Enrolled, year),
        offer_of: offers.iter().copied().zip(0..).collect(),
        offers: &offers,
        homes: &homes,
        builder: Builder::new(),
        kinds: Vec::new(),
        counts: Vec::new(),
    };
    for (body, counts) in [ADMISSION, OCTOBER, OLDER].into_iter().zip(&bodies) {
        build.flows(body, counts);
    }
    if let Some(link) = link {
        build.pairs(link);
    }
    let Build { builder, kinds, counts, .. } = build;
    let known = |key: &Key, value: u64| if key.is_published(levels) { window(key, value) } else { Window::OPEN };
    let (system, keys) = builder.build(known);
    let mut unit_numbers: BTreeMap<UnitId, u32> = BTreeMap::new();
    for (unit, _) in &offers {
        let next = unit_numbers.len() as u32;
        unit_numbers.entry(*unit).or_insert(next);
    }
    let units = offers.iter().map(|(unit, _)| unit_numbers[unit]).collect();
    YearSystem { system, layout: Layout::new(kinds, homes.len(), units), counts, keys }
}

struct Build<'a> {
    facts: &'a Facts,
    levels: &'a [Level],
    has_enrolled: bool,
    offers: &'a [Offer],
    offer_of: HashMap<Offer, u32>,
    homes: &'a [MunicipalityId],
    builder: Builder<Key>,
    kinds: Vec<Kind>,
    counts: Vec<i32>,
}

impl Build<'_> {
    fn push(&mut self, kind: Kind, value: u64, keys: impl IntoIterator<Item = Key>) {
        let one = Key::One(self.kinds.len() as Unknown);
        let unknown = self.builder.unknown(value, std::iter::once(one).chain(keys));
        debug_assert_eq!(unknown as usize, self.kinds.len());
        self.kinds.push(kind);
        self.counts.push(i32::try_from(value).unwrap_or(i32::MAX));
    }

    /// The flows of a body: where there are students, and where readers cannot know that there are none, at the units to
    /// which students of the home go and at those that offer, where some of them study, what some of them study.
    fn flows(&mut self, body: u8, counts: &Counts) {
        let (snapshots, is_older): (&[Snapshot], bool) = match body {
            ADMISSION => (&[Snapshot::Admission], false),
            OCTOBER if self.has_enrolled => (&[Snapshot::October, Snapshot::Enrolled], false),
            OCTOBER => (&[Snapshot::October], false),
            _ => (&[Snapshot::Enrolled], true),
        };
        let offered: BTreeSet<Offer> = counts.keys().map(|(_, unit, programme)| (*unit, *programme)).collect();
        let all: Vec<(u32, Offer)> =
            self.offers.iter().zip(0..).filter(|(offer, _)| offered.contains(offer)).map(|(offer, n)| (n, *offer)).collect();
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
            let programmes: BTreeSet<_> = of_home.keys().map(|(unit, programme)| (place(*unit), *programme)).collect();
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
                let forms = ends.iter().flat_map(|(who, place)| {
                    whats.iter().map(|what| Form { who: *who, place: *place, what: *what })
                });
                let forms: Vec<Form> = forms.filter(|form| sums::is_published(*form, self.levels)).collect();
                let shown = snapshots.iter().flat_map(|snapshot| forms.iter().map(|form| Key::Flow(*snapshot, *form)));
                let older = forms.iter().filter(|_| is_older).map(|form| Key::Older(*form));
                let keys: Vec<Key> = shown.chain(older).collect();
                self.push(Kind::Flow { body, home: number, offer: *offer }, students, keys);
            }
        }
    }

    /// The pairs of a link: where there are students, those who stay, come or go anywhere, and moves between the offers of
    /// two units of which some are.
    fn pairs(&mut self, link: &Link) {
        let mut all: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        let number = |place: Option<Place>| place.map_or(NOWHERE, |p| self.offer_of[&(p.unit, p.programme)]);
        let (mut from_some, mut to_some) = (BTreeSet::new(), BTreeSet::new());
        for (from, to, students) in link.pairs() {
            let (from, to) = (number(from), number(to));
            *all.entry((from, to)).or_insert(0) += students;
            from_some.insert(from);
            to_some.insert(to);
        }
        let used: Vec<(u32, u32)> = all.keys().copied().collect();
        let (facts, offers) = (self.facts, self.offers);
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
        let place = |offer: u32| {
            let (unit, programme) = *offers.get(offer as usize)?;
            Some(Place { unit, programme })
        };
        let keys: Vec<_> = all
            .into_iter()
            .map(|((from, to), students)| {
                let keys: Vec<Key> =
                    links::sums(facts, place(from), place(to)).into_iter().map(Key::Link).collect();
                (Kind::Pair { from, to }, students, keys)
            })
            .collect();
        for (kind, students, keys) in keys {
            self.push(kind, students, keys);
        }
    }
}
