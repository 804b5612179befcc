//! Queries of pages and pictures on the released flows, with the same answers for every release.
//!
//! Every number is a released sum that is looked up, never added up from visible numbers: with rounded or hidden
//! counts, that would give a different number. The rest of a sum is its difference to the numbers shown.

use std::collections::BTreeMap;

use super::ReportModel;
use crate::graph::{Programmes, Selection, largest_first};
use crate::model::{ALL, Cell, Level, MunicipalityId, OUT, Ratio, Release, SchoolUnit, Text};
use crate::tables::margins::{Facts, Margin, Runner, SharePart, What, Where, Who};
use crate::tables::{BalanceRow, ShareRow};

/// The destinations of flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowEnds {
    /// School units.
    Units,
    /// The municipalities of units; `OUT` for everything outside the region.
    Municipalities,
}

/// The students of a home, or the pupils of all units in a municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowTotals {
    /// All of them at a known unit and with a known home.
    pub all: Cell,
    /// Those who both live and study there.
    pub here: Cell,
    /// Those who cross its border.
    pub elsewhere: Cell,
    /// Those whose flow has its other end outside the region.
    pub outside: Cell,
    /// Their destinations or their homes, as in [`ReportModel::destinations`] and [`ReportModel::origins`].
    pub flows: Vec<(Text, Cell)>,
}

/// The units of a query on pupils.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// All units in a municipality.
    Place(Text),
    /// All units of a provider.
    Provider(Text),
    /// One unit.
    Unit(Text),
}

impl Subject {
    /// Its code.
    #[must_use]
    pub const fn code(&self) -> &Text {
        match self {
            Self::Place(code) | Self::Provider(code) | Self::Unit(code) => code,
        }
    }

    fn has(&self, unit: &SchoolUnit) -> bool {
        match self {
            Self::Place(code) => unit.municipality == *code,
            Self::Provider(code) => unit.provider.code == *code,
            Self::Unit(code) => unit.code == *code,
        }
    }
}

/// The pupils of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitPupils<'m> {
    /// The unit.
    pub unit: &'m SchoolUnit,
    /// All of them, including those with an unknown home.
    pub all: Cell,
    /// Those who live in another municipality; missing if the release does not publish homes by unit.
    pub elsewhere: Cell,
}

impl ReportModel {
    /// The destinations of flows: units if the release publishes them.
    #[must_use]
    pub fn ends(&self) -> FlowEnds {
        if self.sums.get().has(Level::HomeUnit) { FlowEnds::Units } else { FlowEnds::Municipalities }
    }

    fn facts(&self, selection: &Selection) -> Option<&Facts> {
        self.sums.get().facts.get(&selection.year)
    }

    /// The programme sum of a selection; `None` for a programme that is not in the register.
    fn what(&self, selection: &Selection) -> Option<What> {
        Some(match &selection.programmes {
            Programmes::Of(population) => What::of(*population),
            Programmes::Group(kind) => What::Group(*kind),
            Programmes::One(code) => What::One(self.registers.programme_codes().find(code)?),
        })
    }

    /// A released sum of students; hidden if the release does not contain it.
    fn sum(&self, selection: &Selection, who: Option<Who>, place: Option<Where>) -> Cell {
        let (Some(who), Some(place), Some(what)) = (who, place, self.what(selection)) else { return Cell::Hidden };
        let sums = self.sums.get();
        sums.prepare(self.tables.get(), &self.registers, selection.snapshot, selection.year);
        sums.flow(selection.snapshot, selection.year, Margin { who, place, what })
    }

    /// Codes and their students, the largest first, ties by code, without zeros; if counts are rounded, without hidden
    /// numbers.
    fn listed(&self, sums: impl IntoIterator<Item = (Text, Cell)>) -> Vec<(Text, Cell)> {
        let is_rounded = self.sums.get().is_rounded();
        let is_listed = |cell: Cell| cell != Cell::Value(0) && !(is_rounded && cell == Cell::Hidden);
        largest_first(sums.into_iter().filter(|(_, students)| is_listed(*students)))
    }

    fn municipality(&self, code: &str) -> Option<MunicipalityId> {
        let municipality = self.registers.municipality_codes().find(code)?;
        self.registers.municipality(municipality).map(|_| municipality)
    }

    /// The students of a municipality, or of everything outside the region (`OUT`), as a dimension of a sum.
    fn who(&self, home: &str, selection: &Selection) -> Option<Who> {
        if home == OUT {
            return Some(Who::Outside);
        }
        self.municipality(home).and_then(|home| self.facts(selection).map(|facts| facts.home(home)))
    }

    /// A municipality, or everything outside the region (`OUT`), as the place of a sum.
    fn place(&self, place: &str, selection: &Selection) -> Option<Where> {
        match self.who(place, selection)? {
            Who::Home(position) => Some(Where::Place(position)),
            Who::Away(municipality) => Some(Where::AwayPlace(municipality)),
            _ => Some(Where::Abroad),
        }
    }

    fn unit(&self, code: &str, selection: &Selection) -> Option<Where> {
        let unit = self.registers.unit_codes().find(code)?;
        let facts = self.facts(selection)?;
        facts.unit(unit).map(|_| facts.unit_place(unit))
    }

    /// The homes that the release publishes individually: the region's municipalities, and those outside it or all of
    /// these merged.
    fn homes(&self, selection: &Selection) -> Vec<(Text, Who)> {
        let sums = self.sums.get();
        let codes = self.registers.municipalities().map(|municipality| municipality.code.clone());
        let of = |code: Text| self.who(&code, selection).map(|who| (code, who));
        let all = codes.filter_map(of);
        if sums.lists_away_homes() {
            all.collect()
        } else {
            all.filter(|(_, who)| matches!(who, Who::Home(_))).chain([(OUT.into(), Who::Outside)]).collect()
        }
    }

    /// The students of a home by where they study, the largest first, ties by code; empty if there are none.
    #[must_use]
    pub fn destinations(&self, home: &str, selection: &Selection) -> Vec<(Text, Cell)> {
        let who = self.who(home, selection);
        match self.ends() {
            FlowEnds::Municipalities => {
                let to = |place: Text| {
                    let students = self.sum(selection, who, self.place(&place, selection));
                    (place, students)
                };
                let places = self.region.municipalities.iter().cloned().chain([Text::word(&OUT)]);
                self.listed(places.map(to))
            }
            FlowEnds::Units => {
                let (Some(who), Some(what)) = (who, self.what(selection)) else { return Vec::new() };
                let sums = self.sums.get();
                sums.prepare(self.tables.get(), &self.registers, selection.snapshot, selection.year);
                let unit = |(place, students)| match place {
                    Where::Unit(unit) | Where::AwayUnit(unit) => {
                        Some((self.registers.unit_codes().text(unit).clone(), students))
                    }
                    _ => None,
                };
                self.listed(sums.places(selection.snapshot, selection.year, who, what).filter_map(unit))
            }
        }
    }

    /// The students of a home by provider, the largest first, ties by code.
    #[must_use]
    pub fn providers_of(&self, home: &str, selection: &Selection) -> Vec<(Text, Cell)> {
        let (Some(who), Some(what), Some(facts)) =
            (self.who(home, selection), self.what(selection), self.facts(selection))
        else {
            return Vec::new();
        };
        let sums = self.sums.get();
        sums.prepare(self.tables.get(), &self.registers, selection.snapshot, selection.year);
        let provider = |(place, students)| match place {
            Where::Provider(provider) => Some((facts.provider_code(provider).clone(), students)),
            _ => None,
        };
        self.listed(sums.places(selection.snapshot, selection.year, who, what).filter_map(provider))
    }

    /// The students of a home by municipality of their unit, in code order. `OUT` means everything outside the region
    /// except the home itself; as `home` it means all homes outside the region.
    #[must_use]
    pub fn places_of(&self, home: &str, selection: &Selection) -> BTreeMap<Text, Cell> {
        let who = self.who(home, selection);
        let of = |place: Where| self.sum(selection, who, Some(place));
        let region = self.region.municipalities.iter();
        let mut out: Vec<(Text, Cell)> =
            region.filter_map(|place| Some((place.clone(), of(self.place(place, selection)?)))).collect();
        let abroad = of(Where::Abroad);
        match who {
            Some(Who::Away(municipality)) => {
                let here = of(Where::AwayPlace(municipality));
                out.extend([(home.into(), here), (OUT.into(), abroad.zip(here, |all, here| all - here.min(all)))]);
            }
            _ => out.push((OUT.into(), abroad)),
        }
        self.listed(out).into_iter().collect()
    }

    /// The pupils of all units in a municipality by home, the largest first, ties by code; empty if there are none.
    #[must_use]
    pub fn origins(&self, place: &str, selection: &Selection) -> Vec<(Text, Cell)> {
        self.origins_at(self.place(place, selection), selection)
    }

    fn origins_at(&self, place: Option<Where>, selection: &Selection) -> Vec<(Text, Cell)> {
        let homes = self.homes(selection).into_iter();
        self.listed(homes.map(|(code, who)| (code, self.sum(selection, Some(who), place))))
    }

    /// The residents of a municipality of the region at units of one part of the share, or only those of them at units
    /// in their own municipality.
    #[must_use]
    pub fn part(&self, home: &str, part: SharePart, is_here: bool, selection: &Selection) -> Cell {
        let place = if is_here { Where::Here(part) } else { Where::Part(part) };
        self.sum(selection, self.who(home, selection), Some(place))
    }

    /// The residents of a municipality of the region at units of independent providers.
    #[must_use]
    pub fn independent(&self, home: &str, selection: &Selection) -> Cell {
        self.sum(selection, self.who(home, selection), Some(Where::Runner(Runner::Independent)))
    }

    /// The students of a home at units that it does not run.
    #[must_use]
    pub fn cross(&self, home: &str, selection: &Selection) -> Cell {
        let who = self.who(home, selection);
        match who {
            Some(Who::Home(_)) => self.sum(selection, who, Some(Where::Cross)),
            Some(who) => {
                let (all, own) =
                    (self.total(selection, who, Where::Everywhere), self.at_provider(selection, who, home));
                all.zip(own, |all, own| all - own.min(all))
            }
            None => Cell::Hidden,
        }
    }

    /// The value of a sum without a row: zero, or hidden if counts are rounded.
    #[must_use]
    pub fn absent(&self) -> Cell {
        if self.sums.get().is_rounded() { Cell::Hidden } else { Cell::Value(0) }
    }

    /// The id of a text that says that there are no students: of its variant `-hidden` if they may only be hidden.
    #[must_use]
    pub fn none_or_hidden(&self, id: &str) -> String {
        if self.absent() == Cell::Hidden { format!("{id}-hidden") } else { id.to_owned() }
    }

    /// A share as text: whole percent if counts are rounded, otherwise with one decimal.
    #[must_use]
    pub fn percent(&self, share: Ratio) -> String {
        self.lang.percent(share, self.decimals())
    }

    /// The decimals of a percentage.
    #[must_use]
    pub fn decimals(&self) -> u32 {
        u32::from(!self.sums.get().is_rounded())
    }

    /// The largest number that an empty field can represent if counts are rounded.
    #[must_use]
    pub fn empty_means(&self) -> Option<u64> {
        self.sums.get().is_rounded().then(|| self.policy.threshold.saturating_sub(1))
    }

    /// The text of an empty field of a table: a blank if counts are rounded, otherwise zero.
    #[must_use]
    pub fn empty_text(&self) -> String {
        // A blank has a size; without one, an empty field can be higher than its row.
        self.empty_means().map_or_else(|| self.lang.number(0), |_| "\u{a0}".to_owned())
    }

    /// A sum minus a part of it, both as shown: hidden if counts are rounded and the difference is too small to be
    /// shown.
    #[must_use]
    pub fn less(&self, all: Cell, part: Cell) -> Cell {
        match all.zip(part, u64::saturating_sub) {
            Cell::Value(left) if self.sums.get().is_rounded() && left < self.policy.threshold => Cell::Hidden,
            left => left,
        }
    }

    /// The smallest number that is drawn: a public release contains no smaller one, not even as a difference.
    #[must_use]
    pub fn least(&self) -> u64 {
        if self.release() == Release::Public { self.policy.threshold.max(1) } else { 1 }
    }

    /// The rest of a sum besides the number shown of it; hidden if counts are rounded and it is too small to be shown.
    #[must_use]
    pub fn left(&self, all: Cell, shown: u64) -> Cell {
        all.map(|all| all.saturating_sub(shown)).map(|left| if left < self.least() { 0 } else { left })
    }

    /// The students of all homes outside the region.
    #[must_use]
    pub fn visitors(&self, selection: &Selection) -> Cell {
        self.sum(selection, Some(Who::Outside), Some(Where::Everywhere))
    }

    /// A released sum over the region, all known homes, or one home.
    pub(super) fn total(&self, selection: &Selection, who: Who, place: Where) -> Cell {
        self.sum(selection, Some(who), Some(place))
    }

    /// The same; `None` if it is zero or, with rounded counts, too small to be shown.
    pub(super) fn listed_total(&self, selection: &Selection, who: Who, place: Where) -> Option<Cell> {
        let students = self.total(selection, who, place);
        let margin = |what| Margin { who, place, what };
        let is_listed = self
            .what(selection)
            .is_some_and(|what| self.sums.get().is_listed(selection.snapshot, selection.year, margin(what)));
        (is_listed && students != Cell::Value(0)).then_some(students)
    }

    /// The students of a home in a municipality (`OUT`: outside the region) or everywhere (`None`); missing if counts
    /// are rounded and the number is too small to be shown.
    #[must_use]
    pub fn listed_in(&self, home: &str, place: Option<&str>, selection: &Selection) -> Cell {
        let place = place.map_or(Some(Where::Everywhere), |place| self.place(place, selection));
        let students =
            self.who(home, selection).zip(place).and_then(|(who, place)| self.listed_total(selection, who, place));
        students.unwrap_or(if self.sums.get().is_rounded() { Cell::Missing } else { Cell::Value(0) })
    }

    /// The units of a municipality as provider.
    pub(super) fn provider(&self, selection: &Selection, provider: &str) -> Option<Where> {
        self.facts(selection).and_then(|facts| facts.provider(provider)).map(Where::Provider)
    }

    /// The students of a home at the units of a provider.
    pub(super) fn at_provider(&self, selection: &Selection, who: Who, provider: &str) -> Cell {
        let place = self.provider(selection, provider);
        place.map_or(Cell::Value(0), |place| self.total(selection, who, place))
    }

    /// The students of a home, with their destinations.
    #[must_use]
    pub fn residents(&self, home: &str, selection: &Selection) -> FlowTotals {
        let who = self.who(home, selection);
        let all = self.sum(selection, who, Some(Where::Everywhere));
        let here = self.sum(selection, who, self.place(home, selection));
        let elsewhere = match who {
            Some(Who::Home(position)) => self.sum(selection, who, Some(Where::Elsewhere(position))),
            _ => all.zip(here, |all, here| all - here.min(all)),
        };
        let outside = self.sum(selection, who, Some(Where::Abroad));
        FlowTotals { all, here, elsewhere, outside, flows: self.destinations(home, selection) }
    }

    /// The pupils of all units in a municipality, with their homes.
    #[must_use]
    pub fn pupils(&self, place: &str, selection: &Selection) -> FlowTotals {
        self.pupils_at(place, Who::Known, self.place(place, selection), selection)
    }

    /// The pupils at units in one municipality: those who live there, and those from elsewhere by home.
    fn pupils_at(&self, place: &str, everyone: Who, at: Option<Where>, selection: &Selection) -> FlowTotals {
        let who = self.who(place, selection);
        let all = self.sum(selection, Some(everyone), at);
        let here = self.sum(selection, who, at);
        let elsewhere = match who {
            Some(Who::Home(position)) => self.sum(selection, Some(Who::Visitors(position)), at),
            _ => all.zip(here, |all, here| all - here.min(all)),
        };
        let outside = self.sum(selection, Some(Who::Outside), at);
        FlowTotals { all, here, elsewhere, outside, flows: self.origins_at(at, selection) }
    }

    /// The pupils of the units of a subject: those who live in the municipality of their unit, and those from
    /// elsewhere by home.
    #[must_use]
    pub fn pupils_of(&self, subject: &Subject, selection: &Selection) -> FlowTotals {
        let place_of = |code: &str| self.registers.unit_by_code(code).map(|unit| unit.municipality.clone());
        match subject {
            Subject::Place(place) => self.pupils(place, selection),
            Subject::Unit(code) => {
                let place = place_of(code).unwrap_or_default();
                away(self.pupils_at(&place, Who::Everyone, self.unit(code, selection), selection), &place)
            }
            Subject::Provider(code) => {
                let number = self.facts(selection).and_then(|facts| facts.provider(code));
                let places: std::collections::BTreeSet<&Text> =
                    self.units_of(subject).map(|unit| &unit.municipality).collect();
                let at = number.map(Where::Provider);
                match places.first().filter(|_| places.len() == 1) {
                    Some(place) => away(self.pupils_at(place, Who::Known, at, selection), place),
                    None => {
                        let here = self.units_of(subject).map(|unit| {
                            self.sum(
                                selection,
                                self.who(&unit.municipality, selection),
                                self.unit(&unit.code, selection),
                            )
                        });
                        let (all, here) = (self.sum(selection, Some(Who::Known), at), here.sum());
                        let elsewhere = all.zip(here, |all: u64, here: u64| all - here.min(all));
                        let outside = self.sum(selection, Some(Who::Outside), at);
                        let away = |(home, students): (Text, Cell)| {
                            let who = self.who(&home, selection);
                            let here = self.units_of(subject).filter(|unit| unit.municipality == home);
                            let here: Cell =
                                here.map(|unit| self.sum(selection, who, self.unit(&unit.code, selection))).sum();
                            let left = if here == Cell::Value(0) { students } else { self.less(students, here) };
                            (home, left)
                        };
                        let flows = self.listed(self.origins_at(at, selection).into_iter().map(away));
                        FlowTotals { all, here, elsewhere, outside, flows }
                    }
                }
            }
        }
    }

    /// The units of a subject.
    pub fn units_of<'m>(&'m self, subject: &'m Subject) -> impl Iterator<Item = &'m SchoolUnit> {
        self.registers.units().filter(|unit| subject.has(unit))
    }

    /// The units of a subject that have pupils, the largest first, ties by code; if counts are rounded, only those
    /// shown.
    #[must_use]
    pub fn units<'m>(&'m self, subject: &Subject, selection: &Selection) -> Vec<UnitPupils<'m>> {
        let is_rounded = self.sums.get().is_rounded();
        let pupils = |unit: &'m SchoolUnit| {
            let at = self.unit(&unit.code, selection);
            let all = self.sum(selection, Some(Who::Everyone), at);
            let is_listed = all != Cell::Value(0) && !(is_rounded && all == Cell::Hidden);
            let elsewhere = match self.who(&unit.municipality, selection) {
                _ if self.ends() == FlowEnds::Municipalities => Cell::Missing,
                Some(Who::Home(position)) => self.sum(selection, Some(Who::Visitors(position)), at),
                who => all.zip(self.sum(selection, who, at), |all, here| all - here.min(all)),
            };
            is_listed.then_some(UnitPupils { unit, all, elsewhere })
        };
        let units = self.registers.units().filter(|unit| subject.has(unit));
        let mut out: Vec<UnitPupils<'_>> = units.filter_map(pupils).collect();
        let key = |pupils: &UnitPupils<'_>| std::cmp::Reverse(pupils.all.value().unwrap_or(0));
        out.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.unit.code.cmp(&b.unit.code)));
        out
    }

    /// The row of `balance` of a municipality or `ALL`; `None` for a selection of one programme.
    #[must_use]
    pub fn balance(&self, municipality: &str, selection: &Selection) -> Option<&BalanceRow> {
        let is_of = |row: &&BalanceRow| selection.is_of(row.snapshot, row.year, row.population);
        self.tables.get().balance.iter().filter(is_of).find(|row| *row.municipality == *municipality)
    }

    /// The rows of `shares` of every home of the region and `ALL`, one per programme, group and `ALL`; empty for a
    /// selection of one programme.
    pub fn shares(&self, selection: &Selection) -> impl Iterator<Item = &ShareRow> + use<'_> {
        let (rows, selection) = (self.tables.get().shares.iter(), selection.clone());
        rows.filter(move |row| selection.is_of(row.snapshot, row.year, row.population))
    }

    /// The row of `shares` of a home of the region or `ALL` over all programmes of the selection.
    #[must_use]
    pub fn share(&self, home: &str, selection: &Selection) -> Option<&ShareRow> {
        self.shares(selection).find(|row| *row.home == *home && *row.programme == *ALL)
    }
}
/// The same without those who live where they study.
fn away(totals: FlowTotals, place: &Text) -> FlowTotals {
    FlowTotals { flows: totals.flows.into_iter().filter(|(home, _)| home != place).collect(), ..totals }
}
