//! The region's students by kind of provider over the years: stacked areas of shares.

use std::ops::Range;

use super::fonts::Weight;
use super::scene::{Anchor, Scene, TextLine, coord};
use super::style;
use super::years::{BOTTOM, LEFT, NAMES, RIGHT, TOP, YearAxes};
use super::{Picture, frame, isotonic};
use crate::model::{ALL, Ratio, Year};
use crate::report::ReportModel;
use crate::tables::KindRow;
use crate::tables::margins::SharePart;

/// Least height of a name beside its area, pixels.
const NAME: f64 = 30.0;
/// Least height of an area with its share in it, pixels.
const INSIDE: f64 = 34.0;

/// How a kind is drawn: the colour of a text on its area, and of its share beside it.
struct Look {
    part: SharePart,
    on_area: &'static str,
    beside: &'static str,
}

/// The kinds from the bottom up.
const LOOKS: [Look; KINDS] = [
    Look { part: SharePart::Own, on_area: style::PAPER, beside: style::OWN },
    Look { part: SharePart::OtherMunicipality, on_area: style::PAPER, beside: style::MUNICIPAL },
    Look { part: SharePart::IndependentHome, on_area: style::PAPER, beside: style::INDEPENDENT_DARK },
    Look { part: SharePart::IndependentElsewhere, on_area: style::INK, beside: style::INDEPENDENT_DARK },
    Look { part: SharePart::RegionState, on_area: style::PAPER, beside: style::PUBLIC_OTHER },
];
const KINDS: usize = SharePart::ALL.len();

/// The shares of a year, in the order of [`LOOKS`]; `None` if one is hidden.
struct YearShares {
    year: Year,
    shares: [Option<Ratio>; KINDS],
}

impl YearShares {
    /// The lower and the upper edge of each kind's area, from 0 to 1. A single hidden share is what the others leave, which
    /// depends on shown numbers alone; with several there are no areas. Rounded shares need not sum to 1, but areas do.
    fn edges(&self) -> Option<[(f64, f64); KINDS]> {
        let seen: f64 = self.shares.iter().flatten().map(|share| share.to_f64()).sum();
        if self.shares.iter().filter(|share| share.is_none()).count() > 1 {
            return None;
        }
        let rest = (1.0 - seen).max(0.0);
        let heights = self.shares.map(|share| share.map_or(rest, Ratio::to_f64));
        let all: f64 = heights.iter().sum();
        let mut below = 0.0;
        (all > 0.0).then(|| {
            heights.map(|height| {
                let from = below;
                below += height / all;
                (from, below)
            })
        })
    }
}

/// A share as text; `..` if it is hidden.
fn shown(model: &ReportModel, share: Option<Ratio>) -> String {
    share.map_or_else(|| "..".to_owned(), |share| model.percent(share))
}

/// The years of the report up to the one shown, with the shares of the region.
fn years(model: &ReportModel) -> Vec<YearShares> {
    let selection = model.selection();
    let rows = |year: Year| {
        let is_of = move |row: &&KindRow| {
            (row.snapshot, row.year, row.population) == (selection.snapshot, year, model.population)
                && *row.home == *ALL
        };
        model.tables.get().kinds.iter().filter(is_of)
    };
    let of_year = |year: &Year| {
        let share = |look: &Look| {
            let row = rows(*year).find(|row| *row.kind == *look.part.column())?;
            row.share.value().filter(|share| share.is_defined())
        };
        YearShares { year: *year, shares: LOOKS.each_ref().map(share) }
    };
    model.years.iter().filter(|year| **year <= model.year).map(of_year).collect()
}

/// The chart.
pub fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let years = years(model);
    let hidden = years.iter().filter(|year| year.edges().is_none()).count();
    let has_rest = years.iter().any(|year| year.edges().is_some() && year.shares.iter().any(Option::is_none));
    let mut notes = vec![lang.text("kinds-note")];
    if years.len() < 2 || hidden == years.len() {
        let id = if years.len() < 2 { "share-slopes-empty" } else { "kinds-hidden" };
        frame::empty(&mut scene, &lang.text(id));
    } else {
        draw(&mut scene, model, &years);
        if has_rest {
            notes.push(lang.text("kinds-rest"));
        }
        notes.extend(frame::counted(lang, "kinds-years-hidden", hidden));
    }
    frame::Frame {
        name: "charts/kinds".to_owned(),
        title: title(model, &years),
        subtitle: frame::about(model, &model.selection()),
        description: years.iter().map(|year| about(model, year)).collect::<Vec<_>>().join(" "),
        notes,
    }
    .close(model, &scene)
}

/// The share that study with their own municipality in the first and the last year.
fn title(model: &ReportModel, years: &[YearShares]) -> String {
    let share = |year: &YearShares| Some(model.percent(year.shares[0]?));
    let ends = years.first().zip(years.last()).filter(|_| years.len() > 1);
    let texts = ends.and_then(|(first, last)| Some((share(first)?, share(last)?, first.year.to_string())));
    match texts {
        Some((was, now, year)) => model
            .lang
            .say("kinds-title", &[("region", &model.region.name), ("now", &now), ("was", &was), ("year", &year)]),
        None => model.lang.text("chart-kinds"),
    }
}

fn word(model: &ReportModel, look: &Look) -> String {
    model.lang.text(&format!("word-kind-{}", look.part.column()))
}

/// A year in words.
fn about(model: &ReportModel, year: &YearShares) -> String {
    let part = |(look, share): (&Look, &Option<Ratio>)| format!("{} {}", word(model, look), shown(model, *share));
    let parts = LOOKS.iter().zip(&year.shares).map(part).collect::<Vec<_>>().join(", ");
    format!("{}: {parts}.", year.year)
}

fn draw(scene: &mut Scene, model: &ReportModel, years: &[YearShares]) {
    let axes = YearAxes { years: years.len(), low: 0.0, high: 100.0 };
    let (x, y) = (|year| axes.x(year), |share: f64| axes.y(share * 100.0));
    for percent in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let at = axes.y(percent);
        scene.line((LEFT - 8.0, at), (LEFT, at), style::RULE, 1.5);
        axes.label(scene, model.lang, percent);
    }
    let edges: Vec<Option<[(f64, f64); KINDS]>> = years.iter().map(YearShares::edges).collect();
    for run in runs(&edges) {
        for (kind, look) in LOOKS.iter().enumerate() {
            let at = |year: usize, edge: fn((f64, f64)) -> f64| {
                let share = edges[year].map_or(0.0, |edges| edge(edges[kind]));
                format!("{} {}", coord(x(year)), coord(y(share)))
            };
            let lower = run.clone().map(|year| at(year, |(low, _)| low));
            let upper = run.clone().rev().map(|year| at(year, |(_, high)| high));
            let corners: Vec<String> = lower.chain(upper).collect();
            let attributes =
                format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"2\"", style::of_part(look.part), style::PAPER);
            scene.path(&format!("M{}Z", corners.join("L")), &attributes);
        }
    }
    for (i, year) in years.iter().enumerate() {
        let anchor = if i == 0 {
            Anchor::Start
        } else if i + 1 == years.len() {
            Anchor::End
        } else {
            Anchor::Middle
        };
        scene.text(&TextLine::new(x(i), TOP - 26.0, &year.year.to_string()).size(style::LABEL).bold().anchor(anchor));
        let Some(edges) = &edges[i] else { continue };
        for (((low, high), share), look) in edges.iter().zip(&year.shares).zip(&LOOKS) {
            if (high - low) * (BOTTOM - TOP) < INSIDE {
                continue;
            }
            let at = (x(i) + inset(anchor), y((low + high) / 2.0) + 7.0);
            let text = shown(model, *share);
            scene.text(&TextLine::new(at.0, at.1, &text).bold().fill(look.on_area).anchor(anchor));
        }
    }
    names(scene, model, years, &edges, y);
}

/// The runs of two years or more with areas.
fn runs(edges: &[Option<[(f64, f64); KINDS]>]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for year in (0..edges.len()).filter(|year| edges[*year].is_some()) {
        match runs.last_mut() {
            Some(run) if run.end == year => run.end += 1,
            _ => runs.push(year..year + 1),
        }
    }
    runs.retain(|run| run.len() > 1);
    runs
}

/// How far a text is from the edge of the plot that it begins or ends at, pixels.
const fn inset(anchor: Anchor) -> f64 {
    match anchor {
        Anchor::Start => 12.0,
        Anchor::Middle => 0.0,
        Anchor::End => -12.0,
    }
}

/// The kinds beside their areas of the last year, moved apart where they would overlap.
fn names(
    scene: &mut Scene,
    model: &ReportModel,
    years: &[YearShares],
    edges: &[Option<[(f64, f64); KINDS]>],
    y: impl Fn(f64) -> f64,
) {
    let Some((Some(edges), year)) = edges.iter().zip(years).next_back() else { return };
    // From the top down.
    let order: Vec<(f64, &Look, Option<Ratio>)> = LOOKS
        .iter()
        .zip(edges)
        .zip(&year.shares)
        .map(|((look, (low, high)), share)| (y((low + high) / 2.0), look, *share))
        .rev()
        .collect();
    let at = isotonic::apart(&order.iter().map(|(y, ..)| *y).collect::<Vec<_>>(), NAME, (TOP, BOTTOM));
    for ((y, look, share), at) in order.into_iter().zip(at) {
        let d = format!("M{} {}L{} {}", coord(RIGHT + 8.0), coord(y), coord(RIGHT + 32.0), coord(at));
        scene.path(&d, &format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", style::of_part(look.part)));
        let share = shown(model, share);
        scene.text(&TextLine::new(RIGHT + 118.0, at + 7.0, &share).bold().fill(look.beside).anchor(Anchor::End));
        let word = word(model, look);
        let name = super::fonts::fit(&word, NAMES - RIGHT - 132.0, style::BODY, Weight::Regular);
        scene.text(&TextLine::new(RIGHT + 132.0, at + 7.0, &name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(shares: [Option<u64>; KINDS]) -> YearShares {
        YearShares { year: 2023, shares: shares.map(|share| share.map(|percent| Ratio::new(percent, 100_u64))) }
    }

    #[test]
    fn areas_fill_the_whole_also_with_one_hidden_share() {
        for shares in [
            [Some(40), Some(15), Some(25), Some(20), Some(5)],
            [Some(40), Some(15), Some(25), None, Some(5)],
            [Some(60), Some(25), Some(20), None, Some(5)],
        ] {
            let edges = year(shares).edges().unwrap();
            assert!(edges[0].0.abs() < 1e-9 && (edges[4].1 - 1.0).abs() < 1e-9, "{edges:?}");
            assert!(edges.windows(2).all(|pair| (pair[0].1 - pair[1].0).abs() < 1e-9), "{edges:?}");
        }
        let edges = year([Some(40), Some(15), Some(25), None, Some(5)]).edges().unwrap();
        assert!((edges[3].1 - edges[3].0 - 0.15).abs() < 1e-9, "{edges:?}");
    }

    #[test]
    fn areas_span_years_that_follow_each_other() {
        let edges = |is_shown: &[bool]| -> Vec<_> {
            is_shown.iter().map(|is_shown| is_shown.then_some([(0.0, 1.0); KINDS])).collect()
        };
        assert_eq!(runs(&edges(&[true, true, false, true, true, true])), [0..2, 3..6]);
        assert_eq!(runs(&edges(&[true, false, true])), Vec::<Range<usize>>::new());
    }

    #[test]
    fn a_year_with_two_hidden_shares_has_no_areas() {
        assert!(year([Some(40), None, Some(25), None, Some(5)]).edges().is_none());
        assert!(year([None; KINDS]).edges().is_none());
    }
}
