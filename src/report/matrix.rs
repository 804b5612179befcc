//! The numbers of the region matrix: home municipalities by where their students study.
//!
//! Columns are providers if the release publishes units, otherwise the municipalities of units. Every margin is a
//! released sum; a sum of several rows or columns with a hidden term is hidden.

use std::collections::{BTreeMap, BTreeSet};

use super::{FlowEnds, ReportModel};
use crate::graph::Selection;
use crate::metrics::cross_provider_share;
use crate::model::{ALL, Cell, OUT, Ratio, Text};
use crate::tables::margins::{Runner, SharePart, Where, Who};

/// A column of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatrixColumn {
    /// A municipality of the region: the units that it runs, or the units located in it.
    Municipality(Text),
    /// All other municipalities of the region.
    Rest,
    /// Municipalities outside the region.
    Outside,
    /// Independent providers, wherever the unit lies.
    Independent,
    /// Region, state and federations.
    PublicOther,
}

/// The students of a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HomeTotals {
    /// All students.
    pub all: Cell,
    /// Students with their own municipality as provider; missing for homes outside the region.
    pub own: Cell,
    /// Students with another provider; missing for homes outside the region.
    pub cross: Cell,
}

impl HomeTotals {
    const NONE: Self = Self { all: Cell::Value(0), own: Cell::Value(0), cross: Cell::Value(0) };

    /// The share of students with another provider.
    #[must_use]
    pub fn cross_provider_share(&self) -> Cell<Ratio> {
        self.cross.zip(self.all, |cross, all| cross_provider_share(all, all - cross.min(all)))
    }
}

/// The matrix.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// The kind of columns.
    pub ends: FlowEnds,
    /// Homes: the region's municipalities, most students first, then [`Matrix::REST`] and `OUT` if they have students.
    pub rows: Vec<Text>,
    /// Columns with students, in the order of the rows, then by kind.
    pub columns: Vec<MatrixColumn>,
    /// The region's students.
    pub region: HomeTotals,
    /// All students.
    pub total: Cell,
    cells: BTreeMap<(Text, MatrixColumn), Cell>,
    homes: BTreeMap<Text, HomeTotals>,
    /// By column: the region's students, and all students.
    sums: BTreeMap<MatrixColumn, (Cell, Cell)>,
}

impl Matrix {
    /// The code of the row that sums all homes of the region without their own row.
    pub const REST: &'static str = "REST";

    /// The matrix of a selection. At most `most` municipalities have their own row and column, those with most
    /// students.
    #[must_use]
    pub fn new(model: &ReportModel, selection: &Selection, most: usize) -> Self {
        let whole = match model.ends() {
            FlowEnds::Units => Self::by_provider(model, selection),
            FlowEnds::Municipalities => Self::by_place(model, selection),
        };
        whole.folded(model, most)
    }

    fn empty(ends: FlowEnds) -> Self {
        Self {
            ends,
            rows: Vec::new(),
            columns: Vec::new(),
            region: HomeTotals::NONE,
            total: Cell::Value(0),
            cells: BTreeMap::new(),
            homes: BTreeMap::new(),
            sums: BTreeMap::new(),
        }
    }

    /// Columns by provider of the units.
    fn by_provider(model: &ReportModel, selection: &Selection) -> Self {
        let mut out = Self::empty(FlowEnds::Units);
        let region = &model.region.municipalities;
        let columns = || {
            let providers = region.iter().map(|code| (MatrixColumn::Municipality(code.clone()), Some(code)));
            let others = [MatrixColumn::Outside, MatrixColumn::Independent, MatrixColumn::PublicOther];
            providers.chain(others.into_iter().map(|column| (column, None)))
        };
        let runner = |column: &MatrixColumn| match column {
            MatrixColumn::Outside => Where::Runner(Runner::MunicipalAway),
            MatrixColumn::Independent => Where::Runner(Runner::Independent),
            _ => Where::Runner(Runner::PublicOther),
        };
        let place = |column: &MatrixColumn, provider: Option<&Text>| match provider {
            Some(code) => model.provider(selection, code),
            None => Some(runner(column)),
        };
        let cell =
            |who, column: &MatrixColumn, provider| model.listed_total(selection, who, place(column, provider)?);
        let homes = (0..).zip(region).map(|(position, code)| (code.clone(), Who::Home(position)));
        for (home, who) in homes.chain([(Text::word(&OUT), Who::Outside)]) {
            let of = |place| if who == Who::Outside { Cell::Missing } else { model.total(selection, who, place) };
            let all = model.total(selection, who, Where::Everywhere);
            out.add_home(&home, HomeTotals { all, own: of(Where::Part(SharePart::Own)), cross: of(Where::Cross) });
            for (column, provider) in columns() {
                if let Some(students) = cell(who, &column, provider) {
                    out.add_cell(&home, &column, students);
                }
            }
        }
        for (column, provider) in columns() {
            let sum =
                |who| place(&column, provider).map_or(Cell::Value(0), |place| model.total(selection, who, place));
            let sums = [Who::Region, Who::Known].map(sum);
            out.add_sums(&column, (sums[0], sums[1]));
        }
        let of_region = |place| model.total(selection, Who::Region, place);
        out.region = HomeTotals {
            all: of_region(Where::Everywhere),
            own: of_region(Where::Part(SharePart::Own)),
            cross: of_region(Where::Cross),
        };
        out.total = model.total(selection, Who::Known, Where::Everywhere);
        out
    }

    /// Columns by municipality of the units, from the released sums.
    fn by_place(model: &ReportModel, selection: &Selection) -> Self {
        let mut out = Self::empty(FlowEnds::Municipalities);
        let column = |place: &Text| {
            if **place == *OUT { MatrixColumn::Outside } else { MatrixColumn::Municipality(place.clone()) }
        };
        for home in &model.region.municipalities {
            let (own, cross) = model
                .share(home, selection)
                .map_or((Cell::Hidden, Cell::Hidden), |row| (row.own_provider, row.cross_provider));
            let residents = model.residents(home, selection);
            out.add_home(home, HomeTotals { all: residents.all, own, cross });
            for (place, students) in &residents.flows {
                out.add_cell(home, &column(place), *students);
            }
        }
        let outside = Text::word(&OUT);
        for (place, students) in model.destinations(OUT, selection) {
            out.add_cell(&outside, &column(&place), students);
        }
        let visitors =
            |out: &Self, column| out.cells.get(&(outside.clone(), column)).copied().unwrap_or(Cell::Value(0));
        for place in &model.region.municipalities {
            let all = model.pupils(place, selection).all;
            let visitors = visitors(&out, column(place));
            out.add_sums(&column(place), (all.zip(visitors, |all, visitors| all - visitors), all));
        }
        if let Some(row) = model.balance(ALL, selection) {
            let all = row.out + visitors(&out, MatrixColumn::Outside);
            out.add_sums(&MatrixColumn::Outside, (row.out, all));
            let all = model.visitors(selection);
            out.add_home(&outside, HomeTotals { all, own: Cell::Missing, cross: Cell::Missing });
            out.total = row.residents + all;
        }
        if let Some(row) = model.share(ALL, selection) {
            out.region = HomeTotals { all: row.students, own: row.own_provider, cross: row.cross_provider };
        }
        out
    }

    fn add_home(&mut self, home: &Text, more: HomeTotals) {
        let sum = self.homes.entry(home.clone()).or_insert(HomeTotals::NONE);
        sum.all += more.all;
        sum.own += more.own;
        sum.cross += more.cross;
    }

    fn add_sums(&mut self, column: &MatrixColumn, more: (Cell, Cell)) {
        let sums = self.sums.entry(column.clone()).or_insert((Cell::Value(0), Cell::Value(0)));
        sums.0 += more.0;
        sums.1 += more.1;
    }

    fn add_cell(&mut self, home: &Text, column: &MatrixColumn, students: Cell) {
        *self.cells.entry((home.clone(), column.clone())).or_insert(Cell::Value(0)) += students;
    }

    /// The matrix with rows and columns only for the largest municipalities, both in order.
    fn folded(self, model: &ReportModel, most: usize) -> Self {
        let mut order: Vec<&Text> = model.region.municipalities.iter().collect();
        let size = |code: &Text| self.homes.get(code).and_then(|home| home.all.value()).unwrap_or(0);
        order.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| a.cmp(b)));
        let own: BTreeSet<&Text> = order.iter().take(most).copied().collect();
        let row = |home: &Text| if own.contains(home) || **home == *OUT { home.clone() } else { Self::REST.into() };
        let column = |column: &MatrixColumn| match column {
            MatrixColumn::Municipality(code) if !own.contains(code) => MatrixColumn::Rest,
            other => other.clone(),
        };
        let mut out = Self { region: self.region, total: self.total, ..Self::empty(self.ends) };
        self.homes.iter().for_each(|(home, sums)| out.add_home(&row(home), *sums));
        self.sums.iter().for_each(|(of, sums)| out.add_sums(&column(of), *sums));
        for ((home, of), students) in &self.cells {
            out.add_cell(&row(home), &column(of), *students);
        }
        // If counts are rounded, a term missing from a sum of several is not necessarily zero.
        for (home, of) in self.homes.keys().flat_map(|home| self.sums.keys().map(move |of| (home, of))) {
            let (to, is_empty) = ((row(home), column(of)), !self.cells.contains_key(&(home.clone(), of.clone())));
            if let Some(sum) = out.cells.get_mut(&to).filter(|_| is_empty) {
                *sum += model.absent();
            }
        }
        let has_some = |code: &Text| out.homes.get(code).is_some_and(|home| home.all != Cell::Value(0));
        out.rows = order.iter().take(most).map(|code| (*code).clone()).collect();
        out.rows.extend([Self::REST, OUT].map(Text::from).into_iter().filter(has_some));
        let of_rows = out.rows.iter().map(|code| MatrixColumn::Municipality(code.clone()));
        let last = [MatrixColumn::Rest, MatrixColumn::Outside, MatrixColumn::Independent, MatrixColumn::PublicOther];
        let used: BTreeSet<&MatrixColumn> = out.cells.keys().map(|(_, column)| column).collect();
        out.columns = of_rows.chain(last).filter(|column| used.contains(column)).collect();
        out
    }

    /// The students of a home in a column; `None` if there are none, or too few to be shown if counts are rounded.
    #[must_use]
    pub fn cell(&self, row: &Text, column: &MatrixColumn) -> Option<Cell> {
        self.cells.get(&(row.clone(), column.clone())).copied()
    }

    /// The students of a home.
    #[must_use]
    pub fn home(&self, row: &Text) -> HomeTotals {
        self.homes.get(row).copied().unwrap_or(HomeTotals::NONE)
    }

    /// The sum of a column: the region's students, and all students.
    #[must_use]
    pub fn sums(&self, column: &MatrixColumn) -> (Cell, Cell) {
        self.sums.get(column).copied().unwrap_or((Cell::Value(0), Cell::Value(0)))
    }
}
