//! Regions beside each other: a funnel of shares against sizes, and a dot plot of several indicators.

mod dots;
mod funnel;

pub use dots::picture as dots;
pub use funnel::{FunnelPanel, panel, picture as funnel};

use super::frame;
use crate::model::Cell;
use crate::report::{RegionValues, ReportModel, proportion};
use crate::tables::{RegionIndicator, RegionRow};

/// The indicators of pictures, the most important first.
const SHOWN: [RegionIndicator; 4] = [
    RegionIndicator::LateSeatsGross,
    RegionIndicator::MovedToRaised,
    RegionIndicator::CrossProvider,
    RegionIndicator::ResidentsStay,
];

/// The first indicators of pictures of which several regions have a value.
fn shown(model: &ReportModel, count: usize) -> Vec<RegionValues<'_>> {
    if !model.has_other_regions() {
        return Vec::new();
    }
    let values = SHOWN.into_iter().map(|indicator| model.region_values(indicator));
    values
        .filter(|values| values.rows.iter().filter(|row| proportion(row).is_some()).count() > 1)
        .take(count)
        .collect()
}

/// The finding about an indicator: the value of the run's own region, and that of all together.
fn title(model: &ReportModel, values: Option<&RegionValues<'_>>, chart: &str) -> String {
    let lang = model.lang;
    let found = values.and_then(|values| {
        let own = proportion(values.own(model)?)?;
        let (part, all) = values.all.filter(|(_, all)| *all > 0)?;
        let all = crate::model::Ratio::new(part, all);
        let id = format!("regions-title-{}", values.indicator.as_str());
        let [own, all] = [own, all].map(|share| lang.percent(share, 1));
        Some(lang.say(&id, &[("region", &model.region.name), ("own", &own), ("all", &all)]))
    });
    found.unwrap_or_else(|| lang.text(chart))
}

/// The region, its value and its parts in words.
fn about(model: &ReportModel, row: &RegionRow) -> String {
    let lang = model.lang;
    let value = proportion(row).map_or_else(|| ".".to_owned(), |share| lang.percent(share, 1));
    let numerator = row.numerator.text(|n| lang.signed(n).replace('+', ""));
    let denominator = row.denominator.text(|n| lang.number(n));
    lang.say(
        "regions-part",
        &[("name", &row.region), ("value", &value), ("numerator", &numerator), ("denominator", &denominator)],
    )
}

/// All regions of some indicators in words.
fn description(model: &ReportModel, all: &[RegionValues<'_>]) -> String {
    let of = |values: &RegionValues<'_>| {
        let name = model.lang.text(&format!("word-indicator-{}", values.indicator.as_str()));
        let rows = values.rows.iter().map(|row| about(model, row)).collect::<Vec<_>>();
        format!("{name}. {}", rows.join(" "))
    };
    all.iter().map(of).collect::<Vec<_>>().join(" ")
}

/// Whether the run's own region is within the limits of 95 %; `None` without limits.
fn is_within(model: &ReportModel, values: &RegionValues<'_>) -> Option<bool> {
    let own = values.own(model)?;
    match (own.value, own.low, own.high) {
        (Cell::Value(value), Cell::Value(low), Cell::Value(high)) => Some((low..=high).contains(&value)),
        _ => None,
    }
}

/// Notes about limits.
fn notes(model: &ReportModel, values: Option<&RegionValues<'_>>) -> Vec<String> {
    let lang = model.lang;
    let Some(values) = values else { return Vec::new() };
    let mut out = Vec::new();
    match is_within(model, values) {
        Some(true) => out.push(lang.text("regions-within")),
        Some(false) => out.push(lang.text("regions-beyond")),
        None if values.funnel.is_some() => out.push(lang.text("regions-own-hidden")),
        None => out.push(lang.text("regions-few")),
    }
    if values.funnel.is_some() {
        out.push(lang.text("regions-limits"));
    }
    if values.indicator.is_of_late_seats() {
        out.push(lang.text("regions-decisions"));
    }
    if !values.hidden.is_empty() {
        out.push(lang.say(
            "regions-hidden",
            &[("names", &values.hidden.iter().map(|name| &***name).collect::<Vec<_>>().join(", "))],
        ));
    }
    out
}

/// The text in place of a picture without data.
fn say_empty(scene: &mut super::scene::Scene, model: &ReportModel) {
    let id = if model.has_other_regions() { "regions-no-data" } else { "regions-empty" };
    frame::empty(scene, &model.lang.text(id));
}
