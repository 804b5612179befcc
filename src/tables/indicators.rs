//! `indicators`: the official indicators of each municipality of the region, computed from the students of all years, and
//! beside them the official values.
//!
//! Definitions: Kolada (kolada.se, the database of municipalities and regions). Shares are per cent of the pupils who
//! are registered in the municipality, whatever their programme and year group, at a unit that is in the register. The
//! shares N17895, N17896 and N17897 add up to 100 with the units of the state; N17812, N17804, N17805, N17806 and N17807
//! add up to 100 with the units of federations elsewhere and those of the state.

use std::collections::BTreeMap;

use super::margins::{Figure, LinkMargin, Margin, MarginCodes, OfficialGroup, SharePart, What, Where, Who};
use super::row::row;
use super::run::TableRun;
use super::table::{Publication, Publisher, Table, column_index, ensure};
use super::{Inputs, Tables};
use crate::error::Result;
use crate::model::{
    ALL, Cell, Decimal, MunicipalityId, ProgrammeKind, ProviderKind, Ratio, Registers, Snapshot, Text, Year,
};
use crate::words::Lang;

row!(
    /// An official indicator of a municipality.
    IndicatorRow, "indicators", keys 3, {
        /// Autumn of this year.
        year: Year => Year,
        /// A municipality of the region.
        municipality: Text => Code(Municipality),
        /// Code of the indicator.
        indicator: Text => Text,
        /// Title of the indicator in Swedish, as it is an official one.
        title: Text => Text,
        /// Students.
        numerator: Cell => Count,
        /// Students that they are a part of; missing if the indicator is a number of students.
        denominator: Cell => Count,
        /// Per cent, or students.
        value: Cell<Decimal> => Decimal,
        /// The official value.
        official: Cell<Decimal> => Decimal,
        /// `value` − `official`.
        difference: Cell<Decimal> => Decimal,
    }
);

/// An official indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Indicator {
    /// N17800: pupils.
    Pupils,
    /// N17803: share in introduction programmes.
    Introduction,
    /// N17804: share in independent schools in the municipality.
    IndependentHome,
    /// N17805: share in schools of other municipalities.
    OtherMunicipality,
    /// N17806: share in independent schools elsewhere.
    IndependentElsewhere,
    /// A share in a group of units.
    Group(OfficialGroup),
    /// N17623: of the students of introduction programmes of the year before, those on national programmes.
    Switched,
}

impl Indicator {
    /// All indicators, by code.
    pub const ALL: [Self; 11] = [
        Self::Switched,
        Self::Pupils,
        Self::Introduction,
        Self::IndependentHome,
        Self::OtherMunicipality,
        Self::IndependentElsewhere,
        Self::Group(OfficialGroup::RegionRun),
        Self::Group(OfficialGroup::OwnOrFederationHere),
        Self::Group(OfficialGroup::MunicipalHere),
        Self::Group(OfficialGroup::PublicElsewhere),
        Self::Group(OfficialGroup::Independent),
    ];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Switched => "N17623",
            Self::Pupils => "N17800",
            Self::Introduction => "N17803",
            Self::IndependentHome => "N17804",
            Self::OtherMunicipality => "N17805",
            Self::IndependentElsewhere => "N17806",
            Self::Group(group) => group.code(),
        }
    }

    /// The indicator with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|indicator| indicator.code() == code)
    }

    /// Its title.
    #[must_use]
    pub fn title(self, lang: Lang) -> String {
        lang.text(&format!("official-{}", self.code()))
    }

    /// Whether its value is per cent; otherwise students.
    #[must_use]
    pub const fn is_share(self) -> bool {
        !matches!(self, Self::Pupils)
    }

    /// The margin of its students; `None` if they are not a part of the students of the year.
    const fn margin(self, home: u16) -> Option<Margin> {
        let (place, what) = match self {
            Self::Switched => return None,
            Self::Pupils => (Where::Everywhere, What::All),
            Self::Introduction => (Where::Everywhere, What::Group(ProgrammeKind::Introduction)),
            Self::IndependentHome => (Where::Part(SharePart::IndependentHome), What::All),
            Self::OtherMunicipality => (Where::Part(SharePart::OtherMunicipality), What::All),
            Self::IndependentElsewhere => (Where::Part(SharePart::IndependentElsewhere), What::All),
            Self::Group(group) => (Where::Official(group), What::All),
        };
        Some(Margin { who: Who::Home(home), place, what })
    }

    /// The figures of numerator and denominator for a municipality in a year; `None` for a number of students.
    fn figures(self, home: u16, year: Year) -> [Option<Figure>; 2] {
        let of = |indicator: Self, year: Year| Some(Figure::flow(Snapshot::Enrolled, year, indicator.margin(home)));
        match self {
            Self::Pupils => [of(Self::Pupils, year), None],
            Self::Switched => {
                let before = year - 1;
                [Some(Figure::Link(before, LinkMargin::Switched(home))), of(Self::Introduction, before)]
            }
            _ => [of(self, year), of(Self::Pupils, year)],
        }
    }

    /// Whether students count: `part` of the home's students, on a programme of this kind, at a unit of this kind that
    /// is in the home municipality or not.
    fn has(self, part: SharePart, programme: Option<ProgrammeKind>, kind: ProviderKind, is_here: bool) -> bool {
        match self {
            Self::Switched => false,
            Self::Pupils => true,
            Self::Introduction => programme == Some(ProgrammeKind::Introduction),
            Self::IndependentHome => part == SharePart::IndependentHome,
            Self::OtherMunicipality => part == SharePart::OtherMunicipality,
            Self::IndependentElsewhere => part == SharePart::IndependentElsewhere,
            Self::Group(group) => group.has(kind, part == SharePart::Own, is_here),
        }
    }
}

/// Number of indicators.
const COUNT: usize = Indicator::ALL.len();

impl Table for IndicatorRow {
    const PUBLICATION: Publication = Publication::AllRows;
    const EXACT: &'static [&'static str] = &["title", "official"];

    fn compute(run: &TableRun<'_>) -> Vec<Self> {
        let years = run.units.keys().filter(|year| run.inputs.flows.has(Snapshot::Enrolled, **year));
        years.flat_map(|year| of_year(run, *year)).collect()
    }

    /// The shares that add up to 100 do so with what they leave out, as far as `shares` has it.
    fn check(tables: &Tables, _: Inputs<'_>) -> Result<()> {
        let mut found: BTreeMap<(Year, &Text), BTreeMap<&str, u64>> = BTreeMap::new();
        for row in &tables.indicators {
            let of = found.entry((row.year, &row.municipality)).or_default();
            of.insert(&row.indicator, row.numerator.value().unwrap_or(0));
        }
        let all = tables.shares.iter().filter(|row| {
            row.snapshot == Snapshot::Enrolled
                && row.population == crate::model::Population::All
                && *row.programme == *ALL
                && *row.home != *ALL
        });
        for row in all {
            let of = found.get(&(row.year, &row.home));
            let get = |code: &str| of.and_then(|of| of.get(code)).copied().unwrap_or(0);
            let sum = |codes: &[&str]| codes.iter().map(|code| get(code)).sum::<u64>();
            let students = row.students.value().unwrap_or(0);
            let (own, others) = (row.own_provider.value().unwrap_or(0), row.region_state.value().unwrap_or(0));
            let by_place = sum(&["N17812", "N17804", "N17805", "N17806", "N17807"]);
            let by_kind = sum(&["N17895", "N17896", "N17897"]);
            // What is left out is run by federations or the state.
            let holds = get("N17800") == students
                && by_place <= students
                && students - by_place <= others
                && by_kind <= students
                && students - by_kind <= others
                && get("N17812") >= own;
            ensure(holds, "indicators", || format!("{} {}", row.year, row.home))?;
        }
        Ok(())
    }

    fn figures(&self, codes: MarginCodes<'_>) -> Vec<(usize, Figure)> {
        let (Some(indicator), Some(home)) = (Indicator::parse(&self.indicator), codes.home(&self.municipality))
        else {
            return Vec::new();
        };
        // A number that the data does not have is missing, not hidden.
        if self.numerator == Cell::Missing {
            return Vec::new();
        }
        let columns = ["numerator", "denominator"].map(column_index::<Self>);
        let figures = columns.into_iter().zip(indicator.figures(home, self.year));
        figures.filter_map(|(column, figure)| Some((column, figure?))).collect()
    }

    fn derive(&mut self, _: &Publisher<'_>) {
        self.finish();
    }
}

impl IndicatorRow {
    /// Computes the columns that follow from the counts and the official value.
    fn finish(&mut self) {
        let is_share = Indicator::parse(&self.indicator).is_none_or(Indicator::is_share);
        self.value = if is_share {
            let share = self
                .numerator
                .zip(self.denominator, |part, all| Decimal::of_ratio(Ratio::new(part.min(all), all), 100));
            match share {
                Cell::Value(value) => Cell::from(value),
                Cell::Hidden => Cell::Hidden,
                Cell::Missing => Cell::Missing,
            }
        } else {
            self.numerator.map(|students| Decimal::of_millionths(i128::from(students) * 1_000_000))
        };
        self.difference = match self.official {
            Cell::Value(official) => {
                self.value.map(|value| Decimal::of_millionths(value.millionths() - official.millionths()))
            }
            _ => Cell::Missing,
        };
    }
}

/// The students of an indicator, and those that they are a part of.
type Parts = (Cell, Cell);

fn of_year(run: &TableRun<'_>, year: Year) -> Vec<IndicatorRow> {
    let counts = counts(run, year);
    let before = run.inputs.switched(year - 1).map(|switched| (switched, self::counts(run, year - 1)));
    let introduction = Indicator::ALL.iter().position(|of| *of == Indicator::Introduction).unwrap_or_default();
    let pupils = Indicator::ALL.iter().position(|of| *of == Indicator::Pupils).unwrap_or_default();
    let parts = |home: usize, number: usize, indicator: Indicator| -> Parts {
        let all = Cell::Value(counts[home][pupils]);
        match (indicator, &before) {
            (Indicator::Switched, None) => (Cell::Missing, Cell::Missing),
            (Indicator::Switched, Some((switched, counts))) => {
                (Cell::Value(switched[home]), Cell::Value(counts[home][introduction]))
            }
            (Indicator::Pupils, _) => (all, Cell::Missing),
            _ => (Cell::Value(counts[home][number]), all),
        }
    };
    let homes = run.homes.iter().enumerate();
    let rows = homes.flat_map(|(position, home)| {
        let indicators = Indicator::ALL.into_iter().enumerate();
        indicators.map(move |(number, indicator)| (*home, indicator, position, number))
    });
    rows.map(|(home, indicator, position, number)| {
        row(run.inputs, year, home, indicator, parts(position, number, indicator))
    })
    .collect()
}

/// By home: the students of each indicator.
fn counts(run: &TableRun<'_>, year: Year) -> Vec<[u64; COUNT]> {
    let mut counts = vec![[0_u64; COUNT]; run.homes.len()];
    let Some(units) = run.units.get(&year) else { return counts };
    for flow in run.inputs.flows.of(Snapshot::Enrolled, year) {
        let (Some(home), Some(unit)) = (run.position(flow.key.home), &units[u32::from(flow.key.unit) as usize])
        else {
            continue;
        };
        let is_here = unit.municipality == flow.key.home;
        let part = SharePart::of(unit.kind, unit.own == Some(flow.key.home), is_here);
        let programme = run.inputs.registers.programme_kind(flow.key.programme);
        for (sum, indicator) in counts[home].iter_mut().zip(Indicator::ALL) {
            *sum += if indicator.has(part, programme, unit.kind, is_here) { flow.students } else { 0 };
        }
    }
    counts
}

fn row(
    inputs: Inputs<'_>,
    year: Year,
    home: MunicipalityId,
    indicator: Indicator,
    (numerator, denominator): Parts,
) -> IndicatorRow {
    let municipality = Registers::municipality_codes(inputs.registers).text(home);
    let code = Text::from(indicator.code());
    let official = inputs.official.get(&(code.clone(), municipality.clone(), year)).copied();
    let mut row = IndicatorRow {
        year,
        municipality: municipality.clone(),
        indicator: code,
        title: indicator.title(Lang::Sv).into(),
        numerator,
        denominator,
        value: Cell::Missing,
        official: Cell::from(official),
        difference: Cell::Missing,
    };
    row.finish();
    row
}
