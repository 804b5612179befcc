//! The tables of the public release: the contract's rows at the published levels, each value looked up in the decisions.
//!
//! No number is taken over from the tables of the internal release but seats, which are no students. A value whose form is
//! not shown is hidden; a sum that is shown is the true sum, not that of what is visible. Rows that would tell by
//! being there what their numbers do not (a pair of home and provider, a move) stand only where their level is published.

use std::collections::BTreeMap;

use super::flows::is_published;
use super::forms::{Body, Facts, Form, Part, What, Where, Who};
use super::ledger::{Item, Key};
use super::problem::State;
use super::quality;
use crate::compute::Inputs;
use crate::metrics::{commitment, cross_provider_share, fill_rate, localisation_index, market_share, net_flow};
use crate::model::{
    ALL, ALL_NATIONAL, Cell, Level, OUT, Population, ProgrammeKind, Ratio, Registers, Snapshot, Text, UnitId, Year,
    units_of,
};
use crate::tables::{
    BalanceRow, ConcentrationRow, DependenceRow, FlowRow, LedgerRow, SeatRow, ShareRow, Tables, sort_by_key,
};

/// What has been decided: every published sum that is not zero.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// The levels that are published.
    pub levels: Vec<Level>,
    /// Counts from 1 to one less are small.
    pub threshold: u64,
    /// By year and body: every published form that is not zero, its value and how it stands.
    pub flows: BTreeMap<(Year, Body), BTreeMap<Form, (u64, State)>>,
    /// By year: the sums of the ledger.
    pub ledger: BTreeMap<Year, BTreeMap<Key, Cell>>,
    /// How wide the narrowest range of a small number is that readers cannot rule out: of flows, and of the ledger.
    pub narrowest: [Option<u64>; 2],
}

impl Decisions {
    /// What readers see of a form in a snapshot and year.
    pub fn cell(&self, snapshot: Snapshot, year: Year, form: Form) -> Cell {
        if !is_published(form, &self.levels) {
            return Cell::Hidden;
        }
        let of_body = |body: &Body| match self.flows.get(&(year, *body)).and_then(|forms| forms.get(&form)) {
            Some((_, state)) if state.is_hidden() => Cell::Hidden,
            Some((value, _)) => Cell::Value(*value),
            None => Cell::Value(0),
        };
        Body::of(snapshot).iter().map(of_body).sum()
    }
}

/// Whether a form stands in the flow table.
pub const fn is_in_flows(form: Form) -> bool {
    matches!(form.who, Who::Home(_) | Who::Outside | Who::Everyone)
        && matches!(form.place, Where::Unit(_) | Where::Place(_) | Where::Abroad | Where::Everywhere)
        && !matches!(form.what, What::Others | What::Uncoded | What::Group(ProgrammeKind::Other))
}

/// The public tables of a run whose internal ones these are.
pub fn tables(internal: &Tables, inputs: Inputs<'_>, facts: &BTreeMap<Year, Facts>, decisions: &Decisions) -> Tables {
    let writer = Writer { inputs, decisions, facts };
    let mut out = Tables {
        flows: writer.flows(),
        shares: internal.shares.iter().map(|row| writer.share(row)).collect(),
        dependence: writer.dependence(&internal.dependence),
        concentration: writer.concentration(&internal.concentration, &internal.dependence),
        balance: internal.balance.iter().map(|row| writer.balance(row)).collect(),
        ledger: internal.ledger.iter().filter_map(|row| writer.ledger(row)).collect(),
        seats: internal.seats.iter().map(|row| writer.seat(row)).collect(),
        quality: quality::public(&internal.quality, decisions.threshold),
        ..Tables::default()
    };
    sort_by_key(&mut out.flows);
    out
}

struct Writer<'a> {
    inputs: Inputs<'a>,
    decisions: &'a Decisions,
    facts: &'a BTreeMap<Year, Facts>,
}

/// What the programme of a row of shares stands for.
enum Asked {
    /// A sum of programmes.
    Sum(What),
    /// No programme of the population.
    Nothing,
    /// `?` and `-`, which are no programmes of the register and are never shown.
    Unknown,
}

/// A ratio of two counts, where both are seen.
fn ratio(num: Cell, den: Cell, of: impl FnOnce(u64, u64) -> Ratio) -> Cell<Ratio> {
    num.zip(den, of)
}

impl Writer<'_> {
    fn registers(&self) -> &Registers {
        self.inputs.registers
    }

    /// A form with the codes of the flow table; none where it does not stand there.
    fn codes(&self, form: Form) -> Option<(Text, Text, Text)> {
        let region = |position: u16| self.inputs.region[usize::from(position)].clone();
        let home = match form.who {
            Who::Home(home) => region(home),
            Who::Outside => OUT.into(),
            Who::Everyone => ALL.into(),
            _ => return None,
        };
        let unit: Text = match form.place {
            Where::Unit(unit) => self.registers().unit_codes().text(unit).clone(),
            Where::Place(place) => units_of(&region(place)),
            Where::Abroad => units_of(OUT),
            Where::Everywhere => ALL.into(),
            _ => return None,
        };
        let programme: Text = match form.what {
            What::One(programme) => self.registers().programme_codes().text(programme).clone(),
            What::Group(kind) => group(kind)?.into(),
            What::National => ALL_NATIONAL.into(),
            What::All => ALL.into(),
            What::Others | What::Uncoded => return None,
        };
        Some((home, unit, programme))
    }

    fn flows(&self) -> Vec<FlowRow> {
        let mut out = Vec::new();
        for (snapshot, year) in self.inputs.flows.censuses() {
            let mut forms: Vec<Form> = Body::of(*snapshot)
                .iter()
                .filter_map(|body| self.decisions.flows.get(&(*year, *body)))
                .flat_map(|forms| forms.keys().copied())
                .collect();
            forms.sort_unstable();
            forms.dedup();
            out.extend(forms.into_iter().filter_map(|form| {
                let (home, unit, programme) = self.codes(form)?;
                let students = self.decisions.cell(*snapshot, *year, form);
                Some(FlowRow { snapshot: *snapshot, year: *year, home, unit, programme, students })
            }));
        }
        out
    }

    fn home(&self, code: &str) -> Option<u16> {
        self.inputs.region.binary_search_by(|known| (**known).cmp(code)).ok().map(|position| position as u16)
    }

    /// The programmes of a row of shares.
    fn what(&self, population: Population, programme: &str) -> Asked {
        let kind = [ProgrammeKind::Vocational, ProgrammeKind::Preparatory, ProgrammeKind::Introduction]
            .into_iter()
            .find(|kind| group(*kind) == Some(programme));
        if programme == ALL {
            return Asked::Sum(What::of(population));
        }
        if let Some(kind) = kind {
            return if population.includes(Some(kind)) { Asked::Sum(What::Group(kind)) } else { Asked::Nothing };
        }
        let found = self.registers().programme_codes().find(programme);
        match found.map(|id| (id, self.registers().programme_kind(id))) {
            Some((id, Some(kind))) if population.includes(Some(kind)) => Asked::Sum(What::One(id)),
            None | Some((_, None)) if population == Population::All => Asked::Unknown,
            _ => Asked::Nothing,
        }
    }

    fn share(&self, row: &ShareRow) -> ShareRow {
        let who = self.home(&row.home).map_or(Who::Region, Who::Home);
        let cell = |place| match self.what(row.population, &row.programme) {
            Asked::Sum(what) => self.decisions.cell(row.snapshot, row.year, Form { who, place, what }),
            Asked::Nothing => Cell::Value(0),
            Asked::Unknown => Cell::Hidden,
        };
        let [own, other, independent_home, independent_elsewhere, region_state] =
            Part::ALL.map(|part| cell(Where::Part(part)));
        let (students, cross) = (cell(Where::Everywhere), cell(Where::Cross));
        ShareRow {
            students,
            own_provider: own,
            other_municipality: other,
            independent_home,
            independent_elsewhere,
            region_state,
            cross_provider: cross,
            cross_provider_share: ratio(cross, students, |cross, all| cross_provider_share(all, all - cross)),
            ..row.clone()
        }
    }

    fn dependence(&self, rows: &[DependenceRow]) -> Vec<DependenceRow> {
        if !self.decisions.levels.contains(&Level::HomeProvider) {
            return Vec::new();
        }
        rows.iter().map(|row| self.dependence_row(row)).collect()
    }

    fn dependence_row(&self, row: &DependenceRow) -> DependenceRow {
        let what = What::of(row.population);
        let who = self.home(&row.home).map_or(Who::Outside, Who::Home);
        let provider = self.facts[&row.year].provider(&row.provider);
        let place = provider.map_or(Where::Everywhere, Where::Provider);
        let cell = |who, place| self.decisions.cell(row.snapshot, row.year, Form { who, place, what });
        let students = cell(who, place);
        DependenceRow {
            students,
            market_share: match who {
                Who::Home(_) => ratio(students, cell(who, Where::Everywhere), market_share),
                _ => Cell::Missing,
            },
            commitment: ratio(students, cell(Who::Known, place), commitment),
            ..row.clone()
        }
    }

    /// What no sum of students is, is shown where every provider of the home is.
    fn concentration(&self, rows: &[ConcentrationRow], pairs: &[DependenceRow]) -> Vec<ConcentrationRow> {
        let shown = self.dependence(pairs);
        let row = |row: &ConcentrationRow| {
            let is_of = |pair: &&DependenceRow| {
                (pair.snapshot, pair.year, pair.population, &pair.home)
                    == (row.snapshot, row.year, row.population, &row.home)
            };
            let is_open = self.decisions.levels.contains(&Level::HomeProvider)
                && shown.iter().filter(is_of).all(|pair| pair.students != Cell::Hidden);
            let who = self.home(&row.home).map_or(Who::Region, Who::Home);
            let form = Form { who, place: Where::Everywhere, what: What::of(row.population) };
            let students = self.decisions.cell(row.snapshot, row.year, form);
            if is_open {
                return ConcentrationRow { students, ..row.clone() };
            }
            ConcentrationRow {
                students,
                providers: Cell::Hidden,
                hhi: Cell::Hidden,
                effective_providers: Cell::Hidden,
                largest_provider: "..".into(),
                largest_share: Cell::Hidden,
                ..row.clone()
            }
        };
        rows.iter().map(row).collect()
    }

    fn balance(&self, row: &BalanceRow) -> BalanceRow {
        let what = What::of(row.population);
        let cell = |who, place| self.decisions.cell(row.snapshot, row.year, Form { who, place, what });
        let [residents, stay, out, into, pupils_here] = match self.home(&row.municipality) {
            Some(home) => [
                cell(Who::Home(home), Where::Everywhere),
                cell(Who::Home(home), Where::Place(home)),
                cell(Who::Home(home), Where::Elsewhere(home)),
                cell(Who::Visitors(home), Where::Place(home)),
                cell(Who::Known, Where::Place(home)),
            ],
            None => [
                cell(Who::Region, Where::Everywhere),
                cell(Who::Region, Where::InRegion),
                cell(Who::Region, Where::Abroad),
                cell(Who::Outside, Where::InRegion),
                cell(Who::Known, Where::InRegion),
            ],
        };
        BalanceRow {
            residents,
            stay,
            out,
            into,
            pupils_here,
            net: into.zip(out, net_flow),
            localisation_index: ratio(stay, residents, localisation_index),
            ..row.clone()
        }
    }

    /// The place of a unit of the region; none for units outside, whose rows are not published.
    fn unit(&self, code: &str, year: Year) -> Option<UnitId> {
        let unit = self.registers().unit_codes().find(code)?;
        let place = self.registers().unit_municipality_in(unit, year);
        matches!(self.facts.get(&year)?.who(place), Who::Home(_)).then_some(unit)
    }

    fn ledger(&self, row: &LedgerRow) -> Option<LedgerRow> {
        let place = if *row.unit == *ALL { Where::Everywhere } else { Where::Unit(self.unit(&row.unit, row.year)?) };
        let is_margin = *row.programme == *ALL;
        let programme = (!is_margin).then(|| self.registers().programme_codes().find(&row.programme));
        let what = match programme {
            None => What::of(row.population),
            // `?` and `-` are no programmes of the register.
            Some(found) => What::One(found.filter(|id| self.registers().programme(*id).is_some())?),
        };
        let cell = |snapshot| self.decisions.cell(snapshot, row.year, Form { who: Who::Everyone, place, what });
        let sums = self.decisions.ledger.get(&row.year);
        let part = |item| {
            let key = Key { place, population: row.population, item };
            match sums {
                Some(sums) if is_margin => sums.get(&key).copied().unwrap_or(Cell::Hidden),
                _ => Cell::Hidden,
            }
        };
        let (admitted, enrolled) = (cell(Snapshot::Admission), cell(Snapshot::October));
        if !is_margin && admitted == Cell::Value(0) && enrolled == Cell::Value(0) {
            return None;
        }
        Some(LedgerRow {
            admitted,
            stayed: part(Item::Stayed),
            moved_out: part(Item::MovedOut),
            left: part(Item::Left),
            moved_in: part(Item::MovedIn),
            arrived: part(Item::Arrived),
            enrolled,
            ..row.clone()
        })
    }

    fn seat(&self, row: &SeatRow) -> SeatRow {
        let unit = self.unit(&row.unit, row.year);
        let what = if *row.programme == *ALL {
            Some(What::All)
        } else {
            let found = self.registers().programme_codes().find(&row.programme);
            found.filter(|id| self.registers().programme(*id).is_some()).map(What::One)
        };
        let fill = |snapshot, seats: Cell, true_fill: Cell<Ratio>| {
            if true_fill == Cell::Missing {
                return Cell::Missing;
            }
            let students = match unit.zip(what) {
                Some((unit, what)) => {
                    let form = Form { who: Who::Everyone, place: Where::Unit(unit), what };
                    self.decisions.cell(snapshot, row.year, form)
                }
                None => Cell::Hidden,
            };
            ratio(students, seats, fill_rate)
        };
        SeatRow {
            fill_admission: fill(Snapshot::Admission, row.seats_admission, row.fill_admission),
            fill_october: fill(Snapshot::October, row.seats_october, row.fill_october),
            ..row.clone()
        }
    }
}

/// The margin of a programme group.
fn group(kind: ProgrammeKind) -> Option<&'static str> {
    match kind {
        ProgrammeKind::Vocational => Some("ALL-vocational"),
        ProgrammeKind::Preparatory => Some("ALL-preparatory"),
        ProgrammeKind::Introduction => Some("ALL-introduction"),
        ProgrammeKind::Other => None,
    }
}
