//! `diversion`: where the students of an offer, or of a whole unit, would go if it closed and there were room for all.
//!
//! For each unit with students, one group of rows per programme (the offer alone closes) and one with programme `ALL` (the
//! unit closes), by the method of [`crate::diversion`] on the year's [`Market`]. Diversions of a group sum to 1, with the row
//! `-` for students without an alternative, and the row `OTHER` for places to which less than half a student would go, which
//! are most of them. A public release computes the same from estimates, and lists only rows of which
//! it shows a number.

use rayon::prelude::*;

use super::Tables;
use super::inputs::Inputs;
use super::market::{LAYER_NAMES, LAYERS, Market, NO_ALTERNATIVE};
use super::row::{Row, row};
use super::run::TableRun;
use super::table::{Publication, Publisher, Table, ensure};
use crate::diversion::Amount;
use crate::error::Result;
use crate::model::{ALL, Cell, Decimal, NOWHERE, OTHER, Ratio, Registers, Text, UnitId, Year};

row!(
    /// Where the students of an offer or a unit would go if it closed.
    DiversionRow, "diversion", keys 5, {
        /// Autumn of this year.
        year: Year => Year,
        /// The unit …
        unit: Text => Code(Unit),
        /// … and the programme that closes; `ALL`: the unit closes.
        programme: Text => Code(Programme),
        /// The unit to which students go; `OTHER`: units with less than half a student each; `-`: students without an
        /// alternative.
        to_unit: Text => Code(Unit),
        /// Their programme there; `ALL` if the unit closes, `OTHER` or `-` as before.
        to_programme: Text => Code(Programme),
        /// Share of the students who go there.
        diversion: Cell<Ratio> => Share,
        /// Number of these students.
        students: Cell<Decimal> => Decimal,
        /// The layer that most of them are in, the finest on a tie.
        layer: Text => Word,
        /// Seats less students of the offer or the unit to which they go, at least 0 for each offer; missing if unknown.
        free_seats: Cell => Count,
    }
);

impl Table for DiversionRow {
    const PUBLICATION: Publication = Publication::OwnRule;
    const EXACT: &'static [&'static str] = &["free_seats"];

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        rows(run.markets().values(), run.inputs.registers, None)
    }

    /// Diversions of a group sum to 1.
    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        let group = |row: &Self| (row.year, row.unit.clone(), row.programme.clone());
        for rows in tables.diversion.chunk_by(|a, b| group(a) == group(b)) {
            let shares: f64 = rows.iter().filter_map(|row| row.diversion.value()).map(Ratio::to_f64).sum();
            // Each share is rounded to six decimals.
            let holds = (shares - 1.0).abs() <= 1e-6 * rows.len() as f64;
            ensure(holds, "diversion", || format!("{} {} {}", rows[0].year, rows[0].unit, rows[0].programme))?;
        }
        Ok(())
    }

    fn publish(_: &[Self], publisher: &Publisher<'_>) -> Vec<Self> {
        rows(publisher.markets.values(), publisher.codes.registers(), Some(publisher.rule))
    }
}

/// What is shown of a number of students; `None`: hidden.
type Rule<'a> = &'a (dyn Fn(u64) -> Option<u64> + Sync);

/// The students who would go to one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diverted {
    /// How many they are.
    pub students: Amount,
    /// The layer that most of them are in.
    pub layer: Text,
}

impl Diverted {
    fn of(by_layer: &[Amount; LAYERS]) -> Self {
        let most = by_layer.iter().copied().max().unwrap_or_default();
        let layer = by_layer.iter().position(|students| *students == most).unwrap_or(0);
        Self { students: by_layer.iter().copied().sum(), layer: Text::word(&LAYER_NAMES[layer]) }
    }
}

/// The diversion of a whole unit that closes, by unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitDiversion {
    /// Where students go, sorted.
    pub to: Vec<(UnitId, Diverted)>,
    /// Students without an alternative.
    pub without: Amount,
    /// All students of the unit.
    pub all: Amount,
}

impl UnitDiversion {
    /// The diversion of the unit.
    #[must_use]
    pub fn of(market: &Market, unit: UnitId) -> Self {
        let own = market.offers_of(unit);
        let offers: Vec<u32> = own.clone().collect();
        let (_, diversion) = market.diversion(&offers, |offer| own.contains(&offer));
        // Offers are sorted by unit.
        let unit_of = |(offer, _): &(u32, [Amount; LAYERS])| market.offers[*offer as usize].unit;
        let of_unit = |offers: &[(u32, [Amount; LAYERS])]| {
            let sum = |layer: usize| offers.iter().map(|(_, by_layer)| by_layer[layer]).sum();
            (unit_of(&offers[0]), Diverted::of(&std::array::from_fn(sum)))
        };
        let to = diversion.to.chunk_by(|a, b| unit_of(a) == unit_of(b)).map(of_unit).collect();
        Self { to, without: diversion.without, all: diversion.all }
    }
}

fn rows<'a>(
    markets: impl Iterator<Item = &'a Market>,
    registers: &Registers,
    rule: Option<Rule<'_>>,
) -> Vec<DiversionRow> {
    let units: Vec<(&Market, UnitId)> =
        markets.flat_map(|market| market.units().into_iter().map(move |unit| (market, unit))).collect();
    let of_unit = |(market, unit): &(&Market, UnitId)| {
        let mut out = Rows { market, registers, unit: *unit, rule, few: Default::default(), rows: Vec::new() };
        out.add_unit();
        market.offers_of(*unit).for_each(|offer| out.add_offer(offer));
        out.rows.sort_by(Row::key_order);
        out.rows
    };
    units.par_iter().flat_map_iter(of_unit).collect()
}

/// The rows of a unit.
struct Rows<'a> {
    market: &'a Market,
    registers: &'a Registers,
    unit: UnitId,
    /// The rule of a public release.
    rule: Option<Rule<'a>>,
    /// Students who go to places with less than half a student each, by layer.
    few: [Amount; LAYERS],
    rows: Vec<DiversionRow>,
}

impl Rows<'_> {
    fn add_unit(&mut self) {
        let UnitDiversion { to, without, all } = UnitDiversion::of(self.market, self.unit);
        for (unit, diverted) in to {
            if self.add_if_few(&diverted) {
                continue;
            }
            let seats = self.market.offers_of(unit).filter_map(|offer| self.market.free_seats(offer));
            let free = seats.fold(None, |sum: Option<u64>, seats| Some(sum.unwrap_or(0) + seats));
            self.put(None, (self.unit_code(unit), Text::word(&ALL)), diverted, all, free.into());
        }
        self.add_few(None, all);
        self.add_without(None, without, all);
    }

    fn add_offer(&mut self, offer: u32) {
        let (_, diversion) = self.market.diversion(&[offer], |other| other == offer);
        for (to, by_layer) in &diversion.to {
            let diverted = Diverted::of(by_layer);
            if self.add_if_few(&diverted) {
                continue;
            }
            let at = &self.market.offers[*to as usize];
            let to_programme = self.registers.programme_codes().text(at.programme).clone();
            let free = self.market.free_seats(*to).into();
            let place = (self.unit_code(at.unit), to_programme);
            self.put(Some(offer), place, diverted, diversion.all, free);
        }
        self.add_few(Some(offer), diversion.all);
        self.add_without(Some(offer), diversion.without, diversion.all);
    }

    /// The students who go to places with less than half a student each.
    fn add_few(&mut self, offer: Option<u32>, all: Amount) {
        let few = Diverted::of(&std::mem::take(&mut self.few));
        if few.students > Amount::ZERO {
            self.put(offer, (Text::word(&OTHER), Text::word(&OTHER)), few, all, Cell::Missing);
        }
    }

    fn add_without(&mut self, offer: Option<u32>, students: Amount, all: Amount) {
        let diverted = Diverted { students, layer: Text::word(&NO_ALTERNATIVE) };
        self.put(offer, (Text::word(&NOWHERE), Text::word(&NOWHERE)), diverted, all, Cell::Missing);
    }

    fn unit_code(&self, unit: UnitId) -> Text {
        self.registers.unit_codes().text(unit).clone()
    }

    /// Adds the students who go to a place to those of places with less than half a student, if they are so few; returns
    /// whether they are.
    fn add_if_few(&mut self, diverted: &Diverted) -> bool {
        let is_few = diverted.students < Amount::of(1, 2);
        if is_few {
            let layer = LAYER_NAMES.iter().position(|name| *name == &*diverted.layer).unwrap_or(0);
            self.few[layer] += diverted.students;
        }
        is_few
    }

    fn put(
        &mut self,
        offer: Option<u32>,
        (to_unit, to_programme): (Text, Text),
        Diverted { students, layer }: Diverted,
        all: Amount,
        free_seats: Cell,
    ) {
        if students == Amount::ZERO {
            return;
        }
        let (diversion, students) = match self.rule {
            None => (Ratio::wide(students.share_of(all) as u128, 1_000_000), students.millionths()),
            Some(rule) => {
                let shown = [students, all].map(|students| rule(students.rounded()));
                let [Some(students), Some(all)] = shown else { return };
                (Ratio::new(students.min(all), all), i128::from(students) * 1_000_000)
            }
        };
        let programme = |offer: u32| self.market.offers[offer as usize].programme;
        self.rows.push(DiversionRow {
            year: self.market.year,
            unit: self.unit_code(self.unit),
            programme: offer.map_or_else(
                || Text::word(&ALL),
                |offer| self.registers.programme_codes().text(programme(offer)).clone(),
            ),
            to_unit,
            to_programme,
            diversion: Cell::Value(diversion),
            students: Cell::Value(Decimal::of_millionths(students)),
            layer,
            free_seats,
        });
    }
}
