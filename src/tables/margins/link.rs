//! Margins of a year's link, those who were admitted at one place and are enrolled at another: the ledger by unit and
//! programme, moves between units, and where those came from who moved in to raised units.

use super::facts::Facts;
use super::margin::{What, Where};
use crate::link::Offer;
use crate::model::{Population, ProviderKind, UnitId};

/// A number of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// Admitted and enrolled here.
    Stayed,
    /// Admitted here, enrolled at another unit.
    MovedOut,
    /// Admitted here, enrolled nowhere known.
    Left,
    /// Enrolled here, admitted to another unit.
    MovedIn,
    /// Enrolled here, admitted nowhere known.
    Arrived,
    /// Moved in and arrived.
    In,
    /// Moved out and left.
    Out,
    /// Admitted here, moved in to a unit that raised its seats.
    ToRaised(Kinds),
    /// Enrolled at a unit that raised its seats, admitted nowhere known.
    ArrivedAtRaised,
}

/// Units of which providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kinds {
    /// All.
    All,
    /// Those of a kind; none: of a kind that no register tells.
    Kind(Option<ProviderKind>),
}

impl Item {
    /// The columns of the ledger that are numbers of it.
    pub const COLUMNS: [(Self, &'static str); 5] = [
        (Self::Stayed, "stayed"),
        (Self::MovedOut, "moved_out"),
        (Self::Left, "left"),
        (Self::MovedIn, "moved_in"),
        (Self::Arrived, "arrived"),
    ];
}

/// A sum of pairs of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkMargin {
    /// A number of the ledger.
    Ledger {
        /// Which programmes count, at both times.
        population: Population,
        /// A unit, or everywhere: the sum of all units.
        place: Where,
        /// One programme, or all of the population.
        what: What,
        /// Which number.
        item: Item,
    },
    /// Admitted at the first unit and enrolled at the second, over all programmes.
    Moved(UnitId, UnitId),
    /// Moved in to units that raised their seats.
    ToRaised {
        /// Which programmes count, at both times.
        population: Population,
        /// One raised unit; `None`: all of them.
        unit: Option<UnitId>,
        /// Where they had been admitted: a municipality of the region, outside it, or everywhere.
        from: Where,
        /// At units of which providers.
        kinds: Kinds,
    },
    /// Enrolled at units that raised their seats, admitted nowhere known.
    ArrivedAtRaised {
        /// Which programmes count, at both times.
        population: Population,
        /// One raised unit; `None`: all of them.
        unit: Option<UnitId>,
    },
}

impl LinkMargin {
    /// Whether tables or pages show it: of the sums of those who came and of those who left, by unit alone.
    pub const fn is_shown(self) -> bool {
        match self {
            Self::Ledger { what, item, .. } => {
                matches!(what, What::All) || matches!(what, What::One(_)) && !matches!(item, Item::In | Item::Out)
            }
            Self::Moved(..) | Self::ToRaised { .. } | Self::ArrivedAtRaised { .. } => true,
        }
    }
}

/// The sums that students are part of who were admitted at one place and enrolled at another; `None`: nowhere known. In
/// a population, a place whose programme does not count is nowhere. "Moved" is relative to the level of the number:
/// between units where it is over all programmes, else between pairs of unit and programme.
pub fn margins_of_pair(facts: &Facts, from: Option<Offer>, to: Option<Offer>) -> Vec<LinkMargin> {
    let mut out = Vec::with_capacity(48);
    for population in Population::ALL {
        let takes = |place: &Offer| population == Population::All || facts.is_national(place.programme);
        let (from, to) = (from.filter(takes), to.filter(takes));
        let what = |place: Offer| {
            if facts.kind(place.programme).is_some() { What::One(place.programme) } else { What::Uncoded }
        };
        let mut add = |place: Option<Offer>, by_programme: bool, items: &[Item]| {
            let Some(place) = place else { return };
            let what = if by_programme { what(place) } else { What::All };
            for at in [facts.at(place.unit), Where::Everywhere] {
                out.extend(items.iter().map(|item| LinkMargin::Ledger { population, place: at, what, item: *item }));
            }
        };
        let is_same_unit = from.zip(to).is_some_and(|(from, to)| from.unit == to.unit);
        for (by_programme, is_same) in [(false, is_same_unit), (true, from.is_some() && from == to)] {
            if is_same {
                add(from, by_programme, &[Item::Stayed]);
            } else {
                let (gone, come) = match (from, to) {
                    (Some(_), Some(_)) => (Item::MovedOut, Item::MovedIn),
                    _ => (Item::Left, Item::Arrived),
                };
                add(from, by_programme, &[gone, Item::Out]);
                add(to, by_programme, &[come, Item::In]);
            }
        }
        if let Some(to) = to.filter(|to| facts.is_raised(to.unit) && !is_same_unit) {
            for unit in [Some(to.unit), None] {
                match from {
                    Some(at) => {
                        for place in [facts.place(at.unit), Where::Everywhere] {
                            for kinds in [Kinds::All, Kinds::Kind(facts.provider_kind(at.unit))] {
                                out.push(LinkMargin::ToRaised { population, unit, from: place, kinds });
                            }
                        }
                    }
                    None => out.push(LinkMargin::ArrivedAtRaised { population, unit }),
                }
            }
        }
    }
    if let (Some(from), Some(to)) = (from, to)
        && from.unit != to.unit
    {
        out.push(LinkMargin::Moved(from.unit, to.unit));
    }
    out
}
