//! Home municipalities against where their students study: the numbers of the region matrix.
//!
//! Columns are those who run the units where the release tells units, and else the municipalities that units lie in. Every
//! margin is the released one; where a sum of several rows or columns has a hidden term it is hidden itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ends, ReportModel};
use crate::graph::Selection;
use crate::model::{ALL, Cell, OUT, ProviderKind, Text};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// A municipality of the region: the units that it runs, or those that lie in it.
    Municipality(Text),
    /// All further municipalities of the region.
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
pub struct Home {
    /// All.
    pub all: Cell,
    /// Those with their own municipality as provider.
    pub own: Cell,
}

impl Home {
    const NONE: Self = Self { all: Cell::Value(0), own: Cell::Value(0) };
}

/// The matrix.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// What columns are.
    pub ends: Ends,
    /// Homes: the region's municipalities, most students first, then [`Matrix::REST`] and `OUT` where there are any.
    pub rows: Vec<Text>,
    /// Columns in which there are students, in the order of the rows and then of their kinds.
    pub columns: Vec<Column>,
    /// The region's students.
    pub region: Home,
    /// All students.
    pub total: Cell,
    cells: BTreeMap<(Text, Column), Cell>,
    homes: BTreeMap<Text, Home>,
    /// By column: the region's students, and all.
    sums: BTreeMap<Column, (Cell, Cell)>,
}

impl Matrix {
    /// The code of the row of all homes of the region that have none of their own.
    pub const REST: &'static str = "REST";

    /// The matrix of a selection. At most `most` municipalities get a row and a column of their own, those with most
    /// students.
    #[must_use]
    pub fn new(model: &ReportModel, selection: &Selection, most: usize) -> Self {
        let whole = match model.ends() {
            Ends::Units => Self::by_provider(model, selection),
            Ends::Municipalities => Self::by_place(model, selection),
        };
        whole.folded(model, most)
    }

    fn empty(ends: Ends) -> Self {
        Self {
            ends,
            rows: Vec::new(),
            columns: Vec::new(),
            region: Home::NONE,
            total: Cell::Value(0),
            cells: BTreeMap::new(),
            homes: BTreeMap::new(),
            sums: BTreeMap::new(),
        }
    }

    /// Added up from the flows.
    fn by_provider(model: &ReportModel, selection: &Selection) -> Self {
        let mut out = Self::empty(Ends::Units);
        let is_known = |home: &&Text| model.registers.municipality_by_code(home).is_some();
        let homes: BTreeSet<&Text> = model.graph().homes().filter(is_known).collect();
        for code in homes {
            let is_inside = model.in_region(code);
            let home = if is_inside { code.clone() } else { OUT.into() };
            for (unit, students) in model.destinations(code, selection) {
                let Some(unit) = model.registers.unit_by_code(&unit) else { continue };
                let column = match unit.provider.kind {
                    ProviderKind::Independent => Column::Independent,
                    ProviderKind::Municipal if model.in_region(&unit.provider.code) => {
                        Column::Municipality(unit.provider.code.clone())
                    }
                    ProviderKind::Municipal => Column::Outside,
                    ProviderKind::Region | ProviderKind::State | ProviderKind::Federation => Column::PublicOther,
                };
                let is_own = unit.provider.kind == ProviderKind::Municipal && unit.provider.code == *code;
                let own = if is_own { students } else { Cell::Value(0) };
                out.add_home(&home, Home { all: students, own });
                if is_inside {
                    out.region.all += students;
                    out.region.own += own;
                }
                out.total += students;
                out.add_sums(&column, (if is_inside { students } else { Cell::Value(0) }, students));
                out.add_cell(&home, &column, students);
            }
        }
        out
    }

    /// Looked up among the released sums.
    fn by_place(model: &ReportModel, selection: &Selection) -> Self {
        let mut out = Self::empty(Ends::Municipalities);
        let column = |place: &Text| {
            if **place == *OUT { Column::Outside } else { Column::Municipality(place.clone()) }
        };
        for home in &model.region.municipalities {
            let own = model.share(home, selection).map_or(Cell::Hidden, |row| row.own_provider);
            let residents = model.residents(home, selection);
            out.add_home(home, Home { all: residents.all, own });
            for (place, students) in &residents.flows {
                out.add_cell(home, &column(place), *students);
            }
        }
        let outside = Text::from(OUT);
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
            let all = row.out + visitors(&out, Column::Outside);
            out.add_sums(&Column::Outside, (row.out, all));
            let all = model.visitors(selection);
            out.add_home(&outside, Home { all, own: Cell::Value(0) });
            out.total = row.residents + all;
        }
        if let Some(row) = model.share(ALL, selection) {
            out.region = Home { all: row.students, own: row.own_provider };
        }
        out
    }

    fn add_home(&mut self, home: &Text, more: Home) {
        let sum = self.homes.entry(home.clone()).or_insert(Home::NONE);
        sum.all += more.all;
        sum.own += more.own;
    }

    fn add_sums(&mut self, column: &Column, more: (Cell, Cell)) {
        let sums = self.sums.entry(column.clone()).or_insert((Cell::Value(0), Cell::Value(0)));
        sums.0 += more.0;
        sums.1 += more.1;
    }

    fn add_cell(&mut self, home: &Text, column: &Column, students: Cell) {
        *self.cells.entry((home.clone(), column.clone())).or_insert(Cell::Value(0)) += students;
    }

    /// With rows and columns for the largest municipalities alone, and both in their order.
    fn folded(self, model: &ReportModel, most: usize) -> Self {
        let mut order: Vec<&Text> = model.region.municipalities.iter().collect();
        let size = |code: &Text| self.homes.get(code).and_then(|home| home.all.value()).unwrap_or(0);
        order.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| a.cmp(b)));
        let own: BTreeSet<&Text> = order.iter().take(most).copied().collect();
        let row = |home: &Text| if own.contains(home) || **home == *OUT { home.clone() } else { Self::REST.into() };
        let column = |column: &Column| match column {
            Column::Municipality(code) if !own.contains(code) => Column::Rest,
            other => other.clone(),
        };
        let mut out = Self { region: self.region, total: self.total, ..Self::empty(self.ends) };
        self.homes.iter().for_each(|(home, sums)| out.add_home(&row(home), *sums));
        self.sums.iter().for_each(|(of, sums)| out.add_sums(&column(of), *sums));
        for ((home, of), students) in &self.cells {
            out.add_cell(&row(home), &column(of), *students);
        }
        let has_some = |code: &Text| out.homes.get(code).is_some_and(|home| home.all != Cell::Value(0));
        out.rows = order.iter().take(most).map(|code| (*code).clone()).collect();
        out.rows.extend([Self::REST, OUT].map(Text::from).into_iter().filter(has_some));
        let of_rows = out.rows.iter().map(|code| Column::Municipality(code.clone()));
        let last = [Column::Rest, Column::Outside, Column::Independent, Column::PublicOther];
        let used: BTreeSet<&Column> = out.cells.keys().map(|(_, column)| column).collect();
        out.columns = of_rows.chain(last).filter(|column| used.contains(column)).collect();
        out
    }

    /// The students of a home in a column.
    #[must_use]
    pub fn cell(&self, row: &Text, column: &Column) -> Cell {
        self.cells.get(&(row.clone(), column.clone())).copied().unwrap_or(Cell::Value(0))
    }

    /// All students of a home.
    #[must_use]
    pub fn home(&self, row: &Text) -> Home {
        self.homes.get(row).copied().unwrap_or(Home::NONE)
    }

    /// The students of a column: those of the region, and all.
    #[must_use]
    pub fn sums(&self, column: &Column) -> (Cell, Cell) {
        self.sums.get(column).copied().unwrap_or((Cell::Value(0), Cell::Value(0)))
    }
}
