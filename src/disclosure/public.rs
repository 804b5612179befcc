//! The tables of the public release: the contract's rows at the published levels, each value looked up in the decisions.
//!
//! No number is taken over from the tables of the internal release but seats, which are no students. A value whose form is
//! not shown is hidden; a sum that is shown is the true sum, not that of what is visible. Rows that would tell by
//! being there what their numbers do not (a pair of home and provider, a move) stand only where their level is published.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::codes::{Asked, Codes, SHARES};
use super::flows::is_published;
use super::forms::{Body, Facts, Form, What, Where, Who};
use super::ledger::{Item, Key};
use super::problem::State;
use super::quality;
use crate::compute::Inputs;
use crate::metrics::{
    commitment, cross_provider_share, effective_providers, fill_rate, hhi, localisation_index, market_share, net_flow,
};
use crate::model::{ALL, Cell, Level, OUT, Policy, Population, ProgrammeKind, Ratio, Snapshot, Text, Year, Zeros};
use crate::tables::{
    BalanceRow, ConcentrationRow, DependenceRow, FlowRow, LedgerRow, OriginRow, SeatRow, ShareRow, Tables,
    sort_by_key,
};

/// What has been decided: every published sum that is not zero.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// How results are protected.
    pub policy: Policy,
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
        if !is_published(form, &self.policy.levels) {
            return Cell::Hidden;
        }
        let of_body = |body: &Body| match self.flows.get(&(year, *body)).and_then(|forms| forms.get(&form)) {
            Some((_, state)) if state.is_hidden() => Cell::Hidden,
            Some((value, _)) => Cell::Value(*value),
            None if self.policy.zeros == Zeros::Hidden => Cell::Hidden,
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
    let writer = Writer { codes: Codes { inputs, facts }, decisions };
    let dependence = writer.dependence();
    let mut out = Tables {
        flows: writer.flows(),
        shares: internal.shares.iter().map(|row| writer.share(row)).collect(),
        concentration: writer.concentration(&internal.concentration, &dependence),
        dependence,
        balance: internal.balance.iter().map(|row| writer.balance(row)).collect(),
        ledger: internal.ledger.iter().filter_map(|row| writer.ledger(row)).collect(),
        origins: writer.origins(),
        seats: internal.seats.iter().map(|row| writer.seat(row)).collect(),
        quality: quality::public(&internal.quality, decisions.policy.threshold),
        ..Tables::default()
    };
    sort_by_key(&mut out.flows);
    out
}

struct Writer<'a> {
    codes: Codes<'a>,
    decisions: &'a Decisions,
}

/// A ratio of two counts, where both are seen.
fn ratio(num: Cell, den: Cell, of: impl FnOnce(u64, u64) -> Ratio) -> Cell<Ratio> {
    num.zip(den, of)
}

impl Writer<'_> {
    fn flows(&self) -> Vec<FlowRow> {
        let mut out = Vec::new();
        for (snapshot, year) in self.codes.inputs.flows.censuses() {
            let mut forms: Vec<Form> = Body::of(*snapshot)
                .iter()
                .filter_map(|body| self.decisions.flows.get(&(*year, *body)))
                .flat_map(|forms| forms.keys().copied())
                .collect();
            forms.sort_unstable();
            forms.dedup();
            out.extend(forms.into_iter().filter_map(|form| {
                let (home, unit, programme) = self.codes.of(form)?;
                let students = self.decisions.cell(*snapshot, *year, form);
                Some(FlowRow { snapshot: *snapshot, year: *year, home, unit, programme, students })
            }));
        }
        out
    }

    fn share(&self, row: &ShareRow) -> ShareRow {
        let who = self.codes.resident(&row.home);
        let cell = |place| match self.codes.what(row.population, &row.programme) {
            Asked::Sum(what) => self.decisions.cell(row.snapshot, row.year, Form { who, place, what }),
            Asked::Nothing => Cell::Value(0),
            Asked::Unknown => Cell::Hidden,
        };
        let [students, own, other, independent_home, independent_elsewhere, region_state, cross] =
            SHARES.map(|(_, place)| cell(place));
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

    /// A row for each home and provider of which something is told, be it that it is hidden.
    fn dependence(&self) -> Vec<DependenceRow> {
        let mut out = Vec::new();
        for (snapshot, year) in self.codes.inputs.flows.censuses() {
            for population in Population::ALL {
                let pairs: BTreeSet<(Who, u32)> = Body::of(*snapshot)
                    .iter()
                    .filter_map(|body| self.decisions.flows.get(&(*year, *body)))
                    .flat_map(|forms| forms.keys())
                    .filter(|form| form.what == What::of(population))
                    .filter_map(|form| match (form.who, form.place) {
                        (Who::Home(_) | Who::Outside, Where::Provider(provider)) => Some((form.who, provider)),
                        _ => None,
                    })
                    .collect();
                let row = |(who, provider)| self.dependence_row((*snapshot, *year, population), who, provider);
                out.extend(pairs.into_iter().map(row));
            }
        }
        sort_by_key(&mut out);
        out
    }

    fn dependence_row(
        &self,
        (snapshot, year, population): (Snapshot, Year, Population),
        who: Who,
        provider: u32,
    ) -> DependenceRow {
        let place = Where::Provider(provider);
        let cell = |who, place| self.decisions.cell(snapshot, year, Form { who, place, what: What::of(population) });
        let students = cell(who, place);
        let (home, all) = match who {
            Who::Home(home) => {
                (self.codes.inputs.region[usize::from(home)].clone(), Some(cell(who, Where::Everywhere)))
            }
            _ => (OUT.into(), None),
        };
        DependenceRow {
            snapshot,
            year,
            population,
            home,
            provider: self.codes.facts[&year].provider_code(provider).clone(),
            students,
            market_share: all.map_or(Cell::Missing, |all| ratio(students, all, market_share)),
            commitment: ratio(students, cell(Who::Known, place), commitment),
        }
    }

    /// What no sum of students is, is shown where every provider of the home is.
    fn concentration(&self, rows: &[ConcentrationRow], shown: &[DependenceRow]) -> Vec<ConcentrationRow> {
        let key = |row: &ConcentrationRow| (row.snapshot, row.year, row.population, row.home.clone());
        let mut of_home: BTreeMap<_, Vec<&DependenceRow>> = BTreeMap::new();
        for pair in shown {
            let key = (pair.snapshot, pair.year, pair.population, pair.home.clone());
            of_home.entry(key).or_default().push(pair);
        }
        let row = |row: &ConcentrationRow| {
            let who = self.codes.resident(&row.home);
            let form = Form { who, place: Where::Everywhere, what: What::of(row.population) };
            let students = self.decisions.cell(row.snapshot, row.year, form);
            let pairs = of_home.get(&key(row)).map_or(&[][..], Vec::as_slice);
            let counts: Option<Vec<u64>> = pairs.iter().map(|pair| pair.students.value()).collect();
            let is_published = self.decisions.policy.levels.contains(&Level::HomeProvider);
            let (Some(counts), Some(all), true) = (counts, students.value(), is_published) else {
                return ConcentrationRow {
                    students,
                    providers: Cell::Hidden,
                    hhi: Cell::Hidden,
                    effective_providers: Cell::Hidden,
                    largest_provider: "..".into(),
                    largest_share: Cell::Hidden,
                    ..row.clone()
                };
            };
            let index = hhi(counts.iter().copied());
            let largest = pairs.iter().filter_map(|pair| Some((pair.students.value()?, &pair.provider)));
            // Most students first; of equals the smallest code.
            let largest = largest.filter(|(students, _)| *students > 0).max_by_key(|(s, code)| (*s, Reverse(*code)));
            ConcentrationRow {
                students,
                providers: Cell::Value(counts.iter().filter(|count| **count > 0).count() as u64),
                hhi: Cell::Value(index),
                effective_providers: Cell::Value(effective_providers(index)),
                largest_provider: largest.map_or_else(|| Text::from("."), |(_, code)| code.clone()),
                largest_share: Cell::from(largest.map(|(students, _)| market_share(students, all))),
                ..row.clone()
            }
        };
        rows.iter().map(row).collect()
    }

    fn balance(&self, row: &BalanceRow) -> BalanceRow {
        let what = What::of(row.population);
        let cell = |(who, place)| self.decisions.cell(row.snapshot, row.year, Form { who, place, what });
        let [residents, stay, out, into, pupils_here] = self.codes.balance(&row.municipality).map(cell);
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

    fn ledger(&self, row: &LedgerRow) -> Option<LedgerRow> {
        let place =
            if *row.unit == *ALL { Where::Everywhere } else { Where::Unit(self.codes.unit(&row.unit, row.year)?) };
        let is_margin = *row.programme == *ALL;
        let programme = (!is_margin).then(|| self.codes.registers().programme_codes().find(&row.programme));
        let what = match programme {
            None => What::of(row.population),
            // `?` and `-` are no programmes of the register.
            Some(found) => What::One(found.filter(|id| self.codes.registers().programme(*id).is_some())?),
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

    /// All numbers of those who came to raised units that are not zero.
    fn origins(&self) -> Vec<OriginRow> {
        let numbers = self.decisions.ledger.iter().flat_map(|(year, sums)| sums.iter().map(move |sum| (*year, sum)));
        let row = |(year, (key, students)): (Year, (&Key, &Cell))| {
            let (municipality, provider_kind) = self.codes.origin(*key)?;
            let row =
                OriginRow { year, population: key.population, municipality, provider_kind, students: *students };
            (*students != Cell::Value(0)).then_some(row)
        };
        let mut out: Vec<OriginRow> = numbers.filter_map(row).collect();
        sort_by_key(&mut out);
        out
    }

    fn seat(&self, row: &SeatRow) -> SeatRow {
        let unit = self.codes.unit(&row.unit, row.year);
        let what = if *row.programme == *ALL {
            Some(What::All)
        } else {
            let found = self.codes.registers().programme_codes().find(&row.programme);
            found.filter(|id| self.codes.registers().programme(*id).is_some()).map(What::One)
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
