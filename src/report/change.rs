//! Why shares changed, as charts, pages and slides look it up in the released tables.

use std::cmp::Reverse;

use super::ReportModel;
use crate::decomposition::Factor;
use crate::graph::Selection;
use crate::model::{ALL, Cell, Decimal, Ratio, Text, Year};
use crate::tables::{ChangeFactor, ChangeRow, ChangeScope, ChangeUnitRow};
use crate::words::Lang;

/// The change of a home's or the region's share between two years.
#[derive(Debug, Clone)]
pub struct ShareChange {
    /// The first year and the second.
    pub years: [Year; 2],
    /// The shares of both years, as released.
    pub shares: [Cell<Ratio>; 2],
    /// The change.
    pub total: ChangeEffect,
    /// The effect of each factor, in the order of [`Factor::ALL`]; a home has no cohort size.
    pub factors: Vec<(Factor, ChangeEffect)>,
}

/// An effect on a share, and on the number of students.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeEffect {
    /// On the share.
    pub share: Decimal,
    /// On the number of students.
    pub students: Decimal,
}

impl ShareChange {
    /// The share of the first year in per cent, for drawing: as released, otherwise what the change leaves of the second.
    #[must_use]
    pub fn first_percent(&self) -> f64 {
        let percent =
            |share: Cell<Ratio>| share.value().filter(|share| share.is_defined()).map(|s| s.to_f64() * 100.0);
        let change = self.total.share.to_f64() * 100.0;
        let [first, second] = self.shares.map(percent);
        first.or(second.map(|second| second - change)).unwrap_or(50.0)
    }

    /// The factors with an effect that is shown, the largest first; those of the same size in the order of
    /// [`Factor::ALL`].
    #[must_use]
    pub fn largest(&self) -> Vec<(Factor, ChangeEffect)> {
        let mut out: Vec<(Factor, ChangeEffect)> =
            self.factors.iter().copied().filter(|(_, effect)| !is_small(effect.share)).collect();
        out.sort_by_key(|(factor, effect)| (Reverse(effect.share.millionths().unsigned_abs()), *factor));
        out
    }
}

/// Whether an effect on a share is 0.0 percentage points.
#[must_use]
pub const fn is_small(share: Decimal) -> bool {
    share.millionths().unsigned_abs() < 500
}

/// An effect on a share in percentage points, with its sign and one decimal.
#[must_use]
pub fn points(lang: Lang, share: Decimal) -> String {
    let size = |n: i128| Ratio::wide(n.max(0).unsigned_abs(), 1_000_000);
    let n = share.millionths();
    lang.points(size(-n), size(n), 1).unwrap_or_default()
}

/// The same without its sign.
fn unsigned_points(lang: Lang, share: Decimal) -> String {
    points(lang, Decimal::of_millionths(share.millionths().abs())).replace('+', "")
}

/// An effect in whole students, with its sign.
#[must_use]
pub fn change_of_students(lang: Lang, students: Decimal) -> String {
    let n = students.millionths();
    let whole = i64::try_from((n.abs() + 500_000) / 1_000_000).unwrap_or(i64::MAX);
    lang.signed(if n < 0 { -whole } else { whole })
}

impl ReportModel {
    /// The pairs of years with a decomposed change of a home's share, or of the region's (`ALL`), up to the report
    /// year: the latest pair of adjacent years first, last the longest one.
    #[must_use]
    pub fn change_years(&self, home: &str) -> Vec<[Year; 2]> {
        let rows = self
            .change_rows(scope_of(home), home)
            .filter(|row| row.factor == ChangeFactor::All && row.effect_share.value().is_some());
        let mut out: Vec<[Year; 2]> = rows.map(|row| [row.year_from, row.year_to]).collect();
        let span = |years: &[Year; 2]| years[1] - years[0];
        let longest = out.iter().copied().max_by_key(span).filter(|_| out.len() > 1);
        out.sort_by_key(|years| (Some(*years) == longest && out_of_line(*years, self), Reverse(years[1])));
        out
    }

    /// The rows of `change` of a scope and its home, over all programmes, up to the report year.
    fn change_rows(&self, scope: ChangeScope, home: &str) -> impl Iterator<Item = &ChangeRow> {
        let (home, selection) = (Text::from(home), self.selection());
        self.tables.get().change.iter().filter(move |row| {
            selection.is_of(row.snapshot, self.year, row.population)
                && row.year_to <= self.year
                && (row.scope, &row.home, &*row.programme) == (scope, &home, ALL)
        })
    }

    /// The effects on a share between two years: the sum, and each factor; `None` if they are not released.
    #[must_use]
    pub fn change_effects(
        &self,
        scope: ChangeScope,
        home: &str,
        years: [Year; 2],
    ) -> Option<(ChangeEffect, Vec<(Factor, ChangeEffect)>)> {
        let (mut total, mut factors) = (None, Vec::new());
        for row in self.change_rows(scope, home).filter(|row| [row.year_from, row.year_to] == years) {
            let (Cell::Value(share), Cell::Value(students)) = (row.effect_share, row.effect_students) else {
                continue;
            };
            let effect = ChangeEffect { share, students };
            if row.factor == ChangeFactor::All {
                total = Some(effect);
            }
            if let ChangeFactor::Of(factor) = row.factor {
                factors.push((factor, effect));
            }
        }
        factors.sort_by_key(|(factor, _)| *factor);
        total.map(|total| (total, factors))
    }

    /// The change of a home's share, or of the region's (`ALL`), between two years; `None` if it is not released.
    #[must_use]
    pub fn change(&self, home: &str, years: [Year; 2]) -> Option<ShareChange> {
        let share = |year| {
            let selection = Selection { year, ..self.selection() };
            self.share(home, &selection).map_or(Cell::Missing, |row| row.cross_provider_share)
        };
        let shares = years.map(share);
        let (total, factors) = self.change_effects(scope_of(home), home, years)?;
        Some(ShareChange { years, shares, total, factors })
    }

    /// The units behind a change, over all programmes: those with the largest effect on the share first, ties by code.
    #[must_use]
    pub fn changed_units(&self, home: &str, years: [Year; 2]) -> Vec<&ChangeUnitRow> {
        let (scope, selection) = (scope_of(home), self.selection());
        let is_of = |row: &&ChangeUnitRow| {
            selection.is_of(row.snapshot, self.year, row.population)
                && [row.year_from, row.year_to] == years
                && (row.scope, &*row.home, &*row.programme) == (scope, home, ALL)
        };
        let mut out: Vec<&ChangeUnitRow> = self.tables.get().change_units.iter().filter(is_of).collect();
        let size =
            |row: &ChangeUnitRow| row.effect_share.value().map_or(0, |share| share.millionths().unsigned_abs());
        out.retain(|row| row.effect_share.value().is_some_and(|share| !is_small(share)));
        out.sort_by(|a, b| {
            size(b).cmp(&size(a)).then_with(|| (&a.unit, a.factor.as_str()).cmp(&(&b.unit, b.factor.as_str())))
        });
        out
    }

    /// The seats of a unit in a year, over all programmes: those of 15 October, otherwise those at admission.
    #[must_use]
    pub fn seats_of(&self, unit: &str, year: Year) -> Cell {
        let row = self
            .tables
            .get()
            .seats
            .iter()
            .find(|row| row.year == year && *row.unit == *unit && *row.programme == *ALL);
        row.map_or(Cell::Missing, |row| match row.seats_october {
            Cell::Missing => row.seats_admission,
            seats => seats,
        })
    }
}

/// Whether a pair skips a year of the report.
fn out_of_line(years: [Year; 2], model: &ReportModel) -> bool {
    model.years.iter().any(|year| years[0] < *year && *year < years[1])
}

const fn scope_of(home: &str) -> ChangeScope {
    match home.as_bytes() {
        b"ALL" => ChangeScope::Region,
        _ => ChangeScope::Home,
    }
}

/// The finding about a change: what its two largest effects did to the share; `None` if no effect reaches 0.1 percentage
/// points.
#[must_use]
pub fn finding(lang: Lang, change: &ShareChange) -> Option<String> {
    let sentence = |part: &str, (factor, effect): &(Factor, ChangeEffect)| {
        let way = if effect.share.millionths() < 0 { "down" } else { "up" };
        let name = format!("change-by-{}", factor.as_str());
        let name = match part {
            "first" => lang.text(&name),
            _ => lang.attribute(&name, "within", &[]).unwrap_or_default(),
        };
        let size = unsigned_points(lang, effect.share);
        lang.say(&format!("change-{part}-{way}"), &[("factor", &name), ("size", &size)])
    };
    let largest = change.largest();
    let first = sentence("first", largest.first()?);
    Some(match largest.get(1) {
        Some(second) => format!("{first}, {}", sentence("second", second)),
        None => first,
    })
}
