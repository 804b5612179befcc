//! What the columns of each table are sums of: the one place that writing, reading back, the overview and the methods page
//! walk. A new table with students in it is one declaration here.

use std::collections::{BTreeMap, BTreeSet};

use super::codes::{Asked, Codes, SHARES};
use super::forms::{Form, What, Where, Who};
use super::ledger::Item;
use super::links::LinkSum;
use super::sums::{Standing, Sums};
use crate::metrics::{
    commitment, cross_provider_share, effective_providers, fill_rate, hhi, localisation_index, market_share, net_flow,
};
use crate::model::{ALL, Cell, OUT, Population, Snapshot, Text, Year};
use crate::tables::{
    BalanceRow, ConcentrationRow, DependenceRow, FlowRow, LedgerRow, MoveRow, OriginRow, Row, SeatRow, ShareRow,
    SumRow, TurnoverRow,
};

/// What a number of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Total {
    /// A sum of students in a snapshot and year.
    Flow(Snapshot, Year, Form),
    /// A sum of pairs of a year.
    Link(Year, LinkSum),
    /// Nobody, whatever the data.
    Nobody,
    /// A number that is never published.
    Never,
}

/// The release that tables are written from.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    /// Codes of the run.
    pub codes: Codes<'a>,
    /// Released sums.
    pub sums: &'a Sums,
}

impl Writer<'_> {
    /// What is shown of a number.
    pub fn cell(&self, total: Total) -> Cell {
        match total {
            Total::Flow(snapshot, year, form) => self.sums.flow(snapshot, year, form),
            Total::Link(year, sum) => self.sums.link(year, sum),
            Total::Nobody => Cell::Value(0),
            Total::Never => Cell::Hidden,
        }
    }

    /// Why a number is hidden, if it is.
    pub fn standing(&self, total: Total) -> Standing {
        let listed = match total {
            Total::Flow(snapshot, year, form) => self.sums.listed(snapshot, year).and_then(|sums| sums.get(&form)),
            Total::Link(year, sum) => self.sums.of_link(year).and_then(|sums| sums.get(&sum)),
            Total::Nobody => return Standing::Shown,
            Total::Never => return Standing::Withheld,
        };
        match listed {
            Some(sum) => sum.standing,
            None if self.cell(total) == Cell::Hidden => Standing::Below,
            None => Standing::Shown,
        }
    }

    /// A copy of the row with its numbers as they are shown.
    pub fn filled<R: Declared>(&self, row: &R) -> R {
        let mut out = row.clone();
        for (column, total) in row.totals(self.codes) {
            out.set(column, self.cell(total));
        }
        out.derive(self);
        out
    }
}

/// A table whose numbers are released sums.
pub trait Declared: Row + Clone {
    /// Whether a row without a shown number is left out, so that it does not tell by being there.
    const ONLY_SHOWN: bool;
    /// What the columns with students are, by their position.
    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)>;
    /// The rows of the table before their numbers are filled in, in any order; `whole` are those of the internal release.
    fn rows(whole: &[Self], writer: &Writer<'_>) -> Vec<Self>;
    /// Fills in what follows from the shown numbers.
    fn derive(&mut self, _: &Writer<'_>) {}
}

/// The position of a column.
fn at<R: Row>(name: &str) -> usize {
    R::COLUMNS.iter().position(|column| column.name == name).unwrap_or(R::COLUMNS.len())
}

/// A ratio of two counts, where both are shown.
fn ratio<T>(num: Cell, den: Cell, of: impl FnOnce(u64, u64) -> T) -> Cell<T> {
    num.zip(den, of)
}

/// A row for each listed sum of flows that has one.
fn rows_of_sums<R>(writer: &Writer<'_>, row: impl Fn((Snapshot, Year), Form) -> Option<R> + Copy) -> Vec<R> {
    writer.sums.all().flat_map(|(census, sums)| sums.keys().filter_map(move |form| row(census, *form))).collect()
}

/// The place of a row of the ledger, or of its arrivals and departures.
fn place_of_unit(codes: Codes<'_>, unit: &str, year: Year) -> Option<Where> {
    if unit == ALL { Some(Where::Everywhere) } else { codes.at(unit, year) }
}

impl Declared for FlowRow {
    const ONLY_SHOWN: bool = true;

    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)> {
        let form = codes.form(&self.home, &self.unit, &self.programme, self.year);
        vec![(5, form.map_or(Total::Never, |form| Total::Flow(self.snapshot, self.year, form)))]
    }

    fn rows(_: &[Self], writer: &Writer<'_>) -> Vec<Self> {
        rows_of_sums(writer, |(snapshot, year), form| {
            let (home, unit, programme) = writer.codes.of(form)?;
            Some(Self { snapshot, year, home, unit, programme, students: Cell::Hidden })
        })
    }
}

impl Declared for SumRow {
    const ONLY_SHOWN: bool = true;

    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)> {
        let form = codes.sum_form(&self.home, &self.unit, &self.programme, self.year);
        vec![(5, form.map_or(Total::Never, |form| Total::Flow(self.snapshot, self.year, form)))]
    }

    fn rows(_: &[Self], writer: &Writer<'_>) -> Vec<Self> {
        rows_of_sums(writer, |(snapshot, year), form| {
            if writer.codes.of(form).is_some() {
                return None;
            }
            let (home, unit, programme) = writer.codes.of_sum(form, year)?;
            Some(Self { snapshot, year, home, unit, programme, students: Cell::Hidden })
        })
    }
}

impl Declared for ShareRow {
    const ONLY_SHOWN: bool = false;

    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)> {
        let who = codes.resident(&self.home);
        let total = |place| match codes.what(self.population, &self.programme) {
            Asked::Sum(what) => Total::Flow(self.snapshot, self.year, Form { who, place, what }),
            Asked::Nothing => Total::Nobody,
            Asked::Unknown => Total::Never,
        };
        SHARES.iter().map(|(column, place)| (at::<Self>(column), total(*place))).collect()
    }

    fn rows(whole: &[Self], _: &Writer<'_>) -> Vec<Self> {
        whole.to_vec()
    }

    fn derive(&mut self, _: &Writer<'_>) {
        let share = |cross: u64, all: u64| cross_provider_share(all, all - cross.min(all));
        self.cross_provider_share = ratio(self.cross_provider, self.students, share);
    }
}

impl DependenceRow {
    fn who(&self, codes: Codes<'_>) -> Who {
        codes.home(&self.home).map_or(Who::Outside, Who::Home)
    }
}

impl Declared for DependenceRow {
    const ONLY_SHOWN: bool = true;

    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)> {
        let provider = codes.facts.get(&self.year).and_then(|facts| facts.provider(&self.provider));
        let total = provider.map_or(Total::Never, |provider| {
            let (who, what) = (self.who(codes), What::of(self.population));
            Total::Flow(self.snapshot, self.year, Form { who, place: Where::Provider(provider), what })
        });
        vec![(at::<Self>("students"), total)]
    }

    fn rows(_: &[Self], writer: &Writer<'_>) -> Vec<Self> {
        let mut out = Vec::new();
        for ((snapshot, year), sums) in writer.sums.all() {
            for population in Population::ALL {
                let pairs: BTreeSet<(Who, u32)> = sums
                    .keys()
                    .filter(|form| form.what == What::of(population))
                    .filter_map(|form| match (form.who, form.place) {
                        (Who::Home(_) | Who::Outside, Where::Provider(provider)) => Some((form.who, provider)),
                        _ => None,
                    })
                    .collect();
                out.extend(pairs.into_iter().map(|(who, provider)| Self {
                    snapshot,
                    year,
                    population,
                    home: match who {
                        Who::Home(home) => writer.codes.inputs.region[usize::from(home)].clone(),
                        _ => OUT.into(),
                    },
                    provider: writer.codes.facts[&year].provider_code(provider).clone(),
                    students: Cell::Hidden,
                    market_share: Cell::Hidden,
                    commitment: Cell::Hidden,
                }));
            }
        }
        out
    }

    fn derive(&mut self, writer: &Writer<'_>) {
        let what = What::of(self.population);
        let cell = |who, place| writer.sums.flow(self.snapshot, self.year, Form { who, place, what });
        let who = self.who(writer.codes);
        let provider = writer.codes.facts.get(&self.year).and_then(|facts| facts.provider(&self.provider));
        self.market_share = match who {
            Who::Home(_) => {
                ratio(self.students, cell(who, Where::Everywhere), |part, all| market_share(part.min(all), all))
            }
            _ => Cell::Missing,
        };
        self.commitment = provider.map_or(Cell::Hidden, |provider| {
            ratio(self.students, cell(Who::Known, Where::Provider(provider)), |part, all| {
                commitment(part.min(all), all)
            })
        });
    }
}

/// How much of a home's students the shown providers must have for numbers that are of all of them, in percent.
const MOST: u64 = 90;

impl Declared for ConcentrationRow {
    const ONLY_SHOWN: bool = false;

    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)> {
        let form =
            Form { who: codes.resident(&self.home), place: Where::Everywhere, what: What::of(self.population) };
        vec![(at::<Self>("students"), Total::Flow(self.snapshot, self.year, form))]
    }

    fn rows(whole: &[Self], _: &Writer<'_>) -> Vec<Self> {
        whole.to_vec()
    }

    /// How many providers there are is told where each of them is; the rest where those shown have nearly all students.
    fn derive(&mut self, writer: &Writer<'_>) {
        let who = writer.codes.resident(&self.home);
        let places = writer.sums.places(self.snapshot, self.year, who, What::of(self.population));
        let providers: Vec<(u32, Cell)> = places
            .filter_map(|(place, cell)| match place {
                Where::Provider(provider) => Some((provider, cell)),
                _ => None,
            })
            .filter(|(_, cell)| *cell != Cell::Value(0))
            .collect();
        let shown: Vec<(u32, u64)> =
            providers.iter().filter_map(|(provider, cell)| Some((*provider, cell.value()?))).collect();
        let of_shown: u64 = shown.iter().map(|(_, students)| students).sum();
        let is_exact = shown.len() == providers.len() && !writer.sums.is_rounded();
        let is_enough = self.students.value().is_some_and(|all| of_shown * 100 >= all * MOST);
        self.providers = if is_exact { Cell::Value(shown.len() as u64) } else { Cell::Hidden };
        if !is_enough {
            (self.hhi, self.effective_providers, self.largest_share) = (Cell::Hidden, Cell::Hidden, Cell::Hidden);
            self.largest_provider = "..".into();
            return;
        }
        let index = hhi(shown.iter().map(|(_, students)| *students));
        (self.hhi, self.effective_providers) = (Cell::Value(index), Cell::Value(effective_providers(index)));
        // Most students first; of equals the smallest code.
        let largest = shown.iter().max_by_key(|(provider, students)| (*students, std::cmp::Reverse(*provider)));
        let code = |provider| writer.codes.facts[&self.year].provider_code(provider).clone();
        self.largest_provider = largest.map_or_else(|| Text::from("."), |(provider, _)| code(*provider));
        self.largest_share = match largest {
            Some((_, part)) => self.students.map(|all| market_share((*part).min(all), all)),
            None => Cell::Missing,
        };
    }
}

impl Declared for BalanceRow {
    const ONLY_SHOWN: bool = false;

    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)> {
        let what = What::of(self.population);
        let forms = codes.balance(&self.municipality).into_iter();
        let totals = forms.map(|(who, place)| Total::Flow(self.snapshot, self.year, Form { who, place, what }));
        (Self::KEYS..).zip(totals).collect()
    }

    fn rows(whole: &[Self], _: &Writer<'_>) -> Vec<Self> {
        whole.to_vec()
    }

    fn derive(&mut self, _: &Writer<'_>) {
        self.net = self.into.zip(self.out, net_flow);
        self.localisation_index =
            ratio(self.stay, self.residents, |stay, all| localisation_index(stay.min(all), all));
    }
}

impl Declared for LedgerRow {
    const ONLY_SHOWN: bool = true;

    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)> {
        let place = place_of_unit(codes, &self.unit, self.year);
        let what = match codes.what(self.population, &self.programme) {
            Asked::Sum(what) => Some(if *self.programme == *ALL { What::All } else { what }),
            Asked::Nothing | Asked::Unknown => None,
        };
        let (Some(place), Some(what)) = (place, what) else {
            return (Self::KEYS..Self::COLUMNS.len()).map(|column| (column, Total::Never)).collect();
        };
        let flow = |snapshot| {
            let what = if what == What::All { What::of(self.population) } else { what };
            Total::Flow(snapshot, self.year, Form { who: Who::Everyone, place, what })
        };
        let item = |item| Total::Link(self.year, LinkSum::Ledger { population: self.population, place, what, item });
        let mut out = vec![
            (at::<Self>("admitted"), flow(Snapshot::Admission)),
            (at::<Self>("enrolled"), flow(Snapshot::October)),
        ];
        out.extend(Item::COLUMNS.iter().map(|(of, column)| (at::<Self>(column), item(*of))));
        out
    }

    fn rows(whole: &[Self], _: &Writer<'_>) -> Vec<Self> {
        whole.to_vec()
    }
}

impl Declared for TurnoverRow {
    const ONLY_SHOWN: bool = true;

    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)> {
        let place = place_of_unit(codes, &self.unit, self.year);
        let total = |item| {
            let sum = |place| LinkSum::Ledger { population: self.population, place, what: What::All, item };
            place.map_or(Total::Never, |place| Total::Link(self.year, sum(place)))
        };
        vec![(at::<Self>("arrivals"), total(Item::In)), (at::<Self>("departures"), total(Item::Out))]
    }

    fn rows(whole: &[Self], _: &Writer<'_>) -> Vec<Self> {
        whole.to_vec()
    }
}

impl Declared for MoveRow {
    const ONLY_SHOWN: bool = true;

    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)> {
        let units = codes.registers().unit_codes();
        let is_by_unit = [&self.from_programme, &self.to_programme].iter().all(|programme| ***programme == *ALL);
        let total = match (units.find(&self.from_unit), units.find(&self.to_unit)) {
            (Some(from), Some(to)) if is_by_unit => Total::Link(self.year, LinkSum::Moved(from, to)),
            _ => Total::Never,
        };
        vec![(at::<Self>("students"), total)]
    }

    fn rows(_: &[Self], writer: &Writer<'_>) -> Vec<Self> {
        let code = |unit| writer.codes.registers().unit_codes().text(unit).clone();
        let sums = writer.sums.of_links().flat_map(|(year, sums)| sums.keys().map(move |sum| (year, *sum)));
        let row = |(year, sum)| match sum {
            LinkSum::Moved(from, to) => Some(Self {
                year,
                from_unit: code(from),
                from_programme: ALL.into(),
                to_unit: code(to),
                to_programme: ALL.into(),
                students: Cell::Hidden,
            }),
            _ => None,
        };
        sums.filter_map(row).collect()
    }
}

impl Declared for OriginRow {
    const ONLY_SHOWN: bool = true;

    fn totals(&self, codes: Codes<'_>) -> Vec<(usize, Total)> {
        let sum = codes.origin_sum(self.population, &self.unit, &self.municipality, &self.provider_kind);
        vec![(at::<Self>("students"), sum.map_or(Total::Never, |sum| Total::Link(self.year, sum)))]
    }

    fn rows(_: &[Self], writer: &Writer<'_>) -> Vec<Self> {
        let sums = writer.sums.of_links().flat_map(|(year, sums)| sums.keys().map(move |sum| (year, *sum)));
        let row = |(year, sum)| {
            let (population, unit, municipality, provider_kind) = writer.codes.origin(sum)?;
            Some(Self { year, population, unit, municipality, provider_kind, students: Cell::Hidden })
        };
        sums.filter_map(row).collect()
    }
}

impl Declared for SeatRow {
    const ONLY_SHOWN: bool = false;

    fn totals(&self, _: Codes<'_>) -> Vec<(usize, Total)> {
        Vec::new()
    }

    fn rows(whole: &[Self], _: &Writer<'_>) -> Vec<Self> {
        whole.to_vec()
    }

    fn derive(&mut self, writer: &Writer<'_>) {
        let place = writer.codes.at(&self.unit, self.year);
        let what = match writer.codes.what(Population::All, &self.programme) {
            Asked::Sum(what) => Some(what),
            Asked::Nothing | Asked::Unknown => None,
        };
        let fill = |snapshot, seats: Cell, is_known: bool| {
            let students = place.zip(what).map_or(Cell::Hidden, |(place, what)| {
                writer.sums.flow(snapshot, self.year, Form { who: Who::Everyone, place, what })
            });
            if is_known { ratio(students, seats, fill_rate) } else { Cell::Missing }
        };
        let (admission, october) = (self.fill_admission != Cell::Missing, self.fill_october != Cell::Missing);
        self.fill_admission = fill(Snapshot::Admission, self.seats_admission, admission);
        self.fill_october = fill(Snapshot::October, self.seats_october, october);
    }
}

/// Something that is done with every declared table in turn.
pub trait DeclaredVisitor {
    /// Called once per table.
    fn table<R: Declared>(&mut self);
}

/// Shows every declared table to the visitor.
pub fn visit(visitor: &mut impl DeclaredVisitor) {
    visitor.table::<FlowRow>();
    visitor.table::<SumRow>();
    visitor.table::<ShareRow>();
    visitor.table::<DependenceRow>();
    visitor.table::<ConcentrationRow>();
    visitor.table::<BalanceRow>();
    visitor.table::<LedgerRow>();
    visitor.table::<TurnoverRow>();
    visitor.table::<MoveRow>();
    visitor.table::<OriginRow>();
    visitor.table::<SeatRow>();
}

/// The names of all declared tables.
pub fn names() -> Vec<&'static str> {
    struct Names(Vec<&'static str>);
    impl DeclaredVisitor for Names {
        fn table<R: Declared>(&mut self) {
            self.0.push(R::NAME);
        }
    }
    let mut names = Names(Vec::new());
    visit(&mut names);
    names.0
}

/// Everything that the tables of an earlier release tell, by what it is of, hidden numbers included; rows of codes that this
/// run does not know tell nothing of its sums.
pub fn read_back(codes: Codes<'_>, published: &super::Published) -> BTreeMap<Total, Cell> {
    struct Reader<'a> {
        codes: Codes<'a>,
        published: &'a super::Published,
        told: BTreeMap<Total, Cell>,
    }
    impl DeclaredVisitor for Reader<'_> {
        fn table<R: Declared>(&mut self) {
            for text in self.published.get(R::NAME).into_iter().flatten() {
                let Some(row) = R::parse(&|column| text.get(column).cloned()) else { continue };
                for (column, total) in row.totals(self.codes) {
                    if let crate::tables::Value::Count(cell) = row.value(column)
                        && !matches!(total, Total::Nobody | Total::Never)
                    {
                        self.told.insert(total, cell);
                    }
                }
            }
        }
    }
    let mut reader = Reader { codes, published, told: BTreeMap::new() };
    visit(&mut reader);
    reader.told
}
