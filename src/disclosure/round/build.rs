//! The system of a year: unknowns for all its snapshots and its link, and every published sum of them.
//!
//! The unknowns are the flows of each snapshot and the pairs of the link. Three kinds of sums follow from them: later
//! years (all enrolled less the first year), and for each offer (unit and programme) those admitted there but enrolled
//! nowhere known, and those enrolled there but admitted nowhere known (the offer's total less its pairs). A change of
//! one unknown therefore keeps the link and the snapshots consistent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::system::{SumId, System, SystemBuilder};
use crate::disclosure::levels::{self, homes_and_places, programme_sums};
use crate::disclosure::rule::Window;
use crate::link::{Link, Offer};
use crate::model::{Level, MunicipalityId, ProgrammeId, ProgrammeKind, Snapshot, UnitId, Year};
use crate::tables::Inputs;
use crate::tables::margins::{
    Facts, Figure, FlowCounts, LedgerItem, LinkMargin, Margin, What, Where, Who, margins_of_pair,
};

/// Identifies a sum of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SumKey {
    /// A margin of a snapshot.
    Flow(Snapshot, Margin),
    /// A margin of the link.
    Link(LinkMargin),
    /// A single flow or pair.
    One(u32),
    /// A single flow of later years.
    Older(u32),
    /// Residents of a municipality of the region on introduction programmes who are not on national programmes a year
    /// later.
    NotSwitched(u16),
}

impl SumKey {
    /// The figure of a table that it is; `None` for single counts.
    pub const fn total(&self, year: Year) -> Option<Figure> {
        match *self {
            Self::Flow(snapshot, margin) => Some(Figure::Flow(snapshot, year, margin)),
            Self::Link(sum) => Some(Figure::Link(year, sum)),
            Self::Older(_) | Self::One(_) | Self::NotSwitched(_) => None,
        }
    }

    /// Weight of the sum for readers, relative to others with as many students.
    pub const fn importance(&self) -> u64 {
        match self {
            // Headlines: the first number of each picture, and the share with another provider.
            Self::Flow(
                _,
                Margin { place: Where::Everywhere | Where::Cross, what: What::National | What::All, .. },
            ) => 2_000,
            Self::Flow(_, Margin { who: Who::Everyone, place: Where::Everywhere | Where::Unit(_), .. }) => 40,
            // What regions are compared by.
            Self::Flow(_, Margin { who: Who::Compared(_), .. })
            | Self::Flow(_, Margin { place: Where::InRegion | Where::InCompared(_), .. })
            | Self::Link(LinkMargin::OfRegion { .. }) => 40,
            Self::Flow(_, Margin { who: Who::Home(_) | Who::Region, place: Where::Everywhere, .. }) => 30,
            // Margins of the region matrix.
            Self::Flow(_, Margin { who: Who::Known | Who::Region, what: What::National | What::All, .. }) => 12,
            // The subject of network meetings.
            Self::Link(LinkMargin::Ledger { what: What::All, item: LedgerItem::In | LedgerItem::Out, .. }) => 40,
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

    /// Whether these levels publish it.
    pub fn is_published(&self, levels: &[Level]) -> bool {
        match self {
            Self::Flow(snapshot, margin) => is_published(*snapshot, *margin, levels),
            Self::Link(LinkMargin::Moved(..)) => levels.contains(&Level::UnitMoves),
            Self::Link(LinkMargin::Switched(_)) => levels.contains(&Level::HomeProgramme),
            Self::Link(sum) => sum.is_shown() && levels.contains(&Level::UnitProgramme),
            Self::Older(_) | Self::One(_) | Self::NotSwitched(_) => false,
        }
    }
}

/// Whether a margin of a snapshot is published. Official indicators are about all year groups.
fn is_published(snapshot: Snapshot, margin: Margin, levels: &[Level]) -> bool {
    let is_shown = snapshot == Snapshot::Enrolled || !matches!(margin.place, Where::Official(_));
    is_shown && levels::is_published(margin, levels)
}

/// The system of a year.
#[derive(Debug)]
pub struct YearSystem {
    /// The system.
    pub system: System,
    /// The sum of each key, sorted by key.
    pub keys: Vec<(SumKey, SumId)>,
}

/// A unit and a programme.
type OfferKey = (UnitId, ProgrammeId);
/// Builds the system of a year for these levels. `window` maps the key and value of a published sum to the counts that
/// readers hold possible.
pub fn year(
    inputs: Inputs<'_>,
    facts: &Facts,
    year: Year,
    levels: &[Level],
    window: &dyn Fn(&SumKey, u64) -> Window,
) -> YearSystem {
    let snapshots = [Snapshot::Admission, Snapshot::October, Snapshot::Enrolled];
    let all = snapshots.map(|snapshot| (snapshot, facts.counts(inputs.flows.of(snapshot, year))));
    let link = inputs.links.get(&year);
    let places = link.into_iter().flat_map(Link::pairs).flat_map(|(from, to, _)| [from, to]).flatten();
    let offers: BTreeSet<OfferKey> = all
        .iter()
        .flat_map(|(_, counts)| counts.keys().map(|(_, unit, programme)| (*unit, *programme)))
        .chain(places.map(|place| (place.unit, place.programme)))
        .collect();
    let homes: BTreeSet<MunicipalityId> =
        all.iter().flat_map(|(_, counts)| counts.keys().map(|(home, ..)| *home)).collect();
    let offers: Vec<OfferKey> = offers.into_iter().collect();
    let homes: Vec<MunicipalityId> = homes.into_iter().collect();
    let mut build = YearBuilder {
        facts,
        levels,
        offer_of: offers.iter().copied().zip(0..).collect(),
        offers: &offers,
        homes: &homes,
        builder: SystemBuilder::new(),
        has_enrolled: inputs.flows.has(Snapshot::Enrolled, year),
        ones: 0,
        nowhere: HashMap::new(),
        first: HashMap::new(),
        switched: inputs.switched(year).unwrap_or_default(),
    };
    let pairs = link.map(|link| build.all_pairs(link)).unwrap_or_default();
    build.take_nowhere(&pairs);
    for (snapshot, counts) in &all {
        build.flows(*snapshot, counts);
    }
    build.pairs(&pairs);
    build.switches();
    let known = |key: &SumKey, value: u64| if key.is_published(levels) { window(key, value) } else { Window::OPEN };
    let (system, keys) = build.builder.build(known);
    YearSystem { system, keys }
}

/// Represents "nowhere known" in a pair of offers.
const NOWHERE: u32 = u32::MAX;
/// Students by the offer that admitted them and the offer at which they are enrolled.
type OfferPairs = BTreeMap<(u32, u32), u64>;

struct YearBuilder<'a> {
    facts: &'a Facts,
    levels: &'a [Level],
    offers: &'a [OfferKey],
    offer_of: HashMap<OfferKey, u32>,
    homes: &'a [MunicipalityId],
    builder: SystemBuilder<SumKey>,
    has_enrolled: bool,
    /// Number of single counts so far.
    ones: u32,
    /// By snapshot and offer: the sums that contain those who come from, or go to, nowhere known.
    nowhere: HashMap<(Snapshot, u32), Vec<SumKey>>,
    /// By home and offer: the sum of later years, where first-year students are possible.
    first: HashMap<(u32, u32), SumKey>,
    /// By position of a municipality of the region: students who went from introduction programmes to national ones.
    switched: Vec<u64>,
}

impl YearBuilder<'_> {
    fn one(&mut self) -> u32 {
        self.ones += 1;
        self.ones - 1
    }

    /// Adds the flows of a snapshot: those with students, and those that readers cannot rule out. The latter are a
    /// home's flows to all offers of the units its students attend, and to offers of a programme and municipality that
    /// its students attend.
    fn flows(&mut self, snapshot: Snapshot, counts: &FlowCounts) {
        let offered: BTreeSet<OfferKey> = counts.keys().map(|(_, unit, programme)| (*unit, *programme)).collect();
        let all: Vec<(u32, OfferKey)> = self
            .offers
            .iter()
            .zip(0..)
            .filter(|(offer, _)| offered.contains(offer))
            .map(|(offer, n)| (n, *offer))
            .collect();
        let whats_of: HashMap<ProgrammeId, Vec<What>> =
            offered.iter().map(|(_, programme)| (*programme, programme_sums(self.facts, *programme))).collect();
        for (number, home) in (0..).zip(self.homes) {
            let of_home: BTreeMap<OfferKey, u64> = counts
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
                    last = Some((*unit, homes_and_places(self.facts, *home, *unit)));
                }
                let Some((_, ends)) = &last else { continue };
                let whats = &whats_of[programme];
                let margins = ends.iter().flat_map(|(who, place)| {
                    whats.iter().map(|what| Margin { who: *who, place: *place, what: *what })
                });
                let levels = self.levels;
                let margins = margins.filter(|margin| is_published(snapshot, *margin, levels));
                let mut keys: Vec<(SumKey, i32)> =
                    margins.map(|margin| (SumKey::Flow(snapshot, margin), 1)).collect();
                keys.push((SumKey::One(self.one()), 1));
                keys.extend(self.nowhere.get(&(snapshot, *offer)).into_iter().flatten().map(|key| (*key, 1)));
                if snapshot == Snapshot::Enrolled {
                    keys.extend(self.not_switched(*home, *programme));
                }
                match snapshot {
                    Snapshot::October if self.has_enrolled => {
                        let older = SumKey::Older(self.one());
                        self.first.insert((number, *offer), older);
                        keys.push((older, -1));
                    }
                    // Offers of the first year are also offers of all years.
                    Snapshot::Enrolled => {
                        let older = self.first.get(&(number, *offer)).copied();
                        keys.push((older.unwrap_or(SumKey::Older(self.ones)), 1));
                        self.ones += u32::from(older.is_none());
                    }
                    Snapshot::Admission | Snapshot::October => {}
                }
                self.builder.unknown(students, keys);
            }
        }
    }

    /// The pairs of a link: those with students; staying, leaving to and coming from nowhere known at every offer; and
    /// moves between offers of two units with some moves.
    fn all_pairs(&self, link: &Link) -> OfferPairs {
        let mut all = OfferPairs::new();
        let number = |place: Option<Offer>| place.map_or(NOWHERE, |p| self.offer_of[&(p.unit, p.programme)]);
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
        // The table of seats shows which offers have no admitted or no enrolled students.
        all.retain(|(from, to), _| {
            (*from == NOWHERE || from_some.contains(from)) && (*to == NOWHERE || to_some.contains(to))
        });
        all
    }

    /// The sums that contain a pair.
    fn sums_of_pair(&self, from: u32, to: u32) -> Vec<SumKey> {
        let place = |offer: u32| {
            let (unit, programme) = *self.offers.get(offer as usize)?;
            Some(Offer { unit, programme })
        };
        margins_of_pair(self.facts, place(from), place(to)).into_iter().map(SumKey::Link).collect()
    }

    /// Defines those who come from, or go to, nowhere known as the remainder of an offer after its other pairs.
    fn take_nowhere(&mut self, pairs: &OfferPairs) {
        for (from, to) in pairs.keys() {
            let at = match (*from, *to) {
                (from, NOWHERE) => (Snapshot::Admission, from),
                (NOWHERE, to) => (Snapshot::October, to),
                _ => continue,
            };
            let mut keys = self.sums_of_pair(*from, *to);
            keys.push(SumKey::One(self.one()));
            self.nowhere.insert(at, keys);
        }
    }

    /// The sum of those who do not go on to a national programme, if these students are among them.
    fn not_switched(&self, home: MunicipalityId, programme: ProgrammeId) -> Option<(SumKey, i32)> {
        let Who::Home(position) = self.facts.who(home) else { return None };
        let is_introduction = self.facts.kind(programme) == Some(ProgrammeKind::Introduction);
        (is_introduction && !self.switched.is_empty()).then_some((SumKey::NotSwitched(position), 1))
    }

    /// Adds those who go on to a national programme within a year as parts of a home's students on introduction
    /// programmes.
    fn switches(&mut self) {
        for (position, students) in (0..).zip(std::mem::take(&mut self.switched)) {
            let keys = [
                (SumKey::Link(LinkMargin::Switched(position)), 1),
                (SumKey::NotSwitched(position), -1),
                (SumKey::One(self.one()), 1),
            ];
            self.builder.unknown(students, keys);
        }
    }

    fn pairs(&mut self, pairs: &OfferPairs) {
        for ((from, to), students) in pairs.iter().filter(|((from, to), _)| *from != NOWHERE && *to != NOWHERE) {
            let mut keys: Vec<(SumKey, i32)> =
                self.sums_of_pair(*from, *to).into_iter().map(|key| (key, 1)).collect();
            keys.push((SumKey::One(self.one()), 1));
            for at in [(Snapshot::Admission, *from), (Snapshot::October, *to)] {
                keys.extend(self.nowhere.get(&at).into_iter().flatten().map(|key| (*key, -1)));
            }
            self.builder.unknown(*students, keys);
        }
    }
}
