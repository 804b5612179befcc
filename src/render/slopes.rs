//! The cross-provider share of every municipality over the years: a line each with its name at the end, the region's
//! line on top.

use std::collections::BTreeMap;

use super::fonts::{self, Weight};
use super::plot::ticks;
use super::scene::{Anchor, Scene, TextLine, coord};
use super::years::{BOTTOM, LEFT, NAMES, RIGHT, TOP, YearAxes};
use super::{Picture, frame, isotonic, style};
use crate::graph::Selection;
use crate::model::{ALL, Ratio, Text, Year};
use crate::report::ReportModel;

/// Maximum number of municipalities with a line.
const MAX_LINES: usize = 24;
/// Minimum height of a name at the end of a line.
const NAME: f64 = 26.0;

/// The shares of a municipality or the region by year; `None` if hidden.
struct ShareLine {
    code: Text,
    name: String,
    shares: Vec<Option<Ratio>>,
}

impl ShareLine {
    fn last(&self) -> Option<f64> {
        self.shares.last().copied().flatten().map(Ratio::to_f64)
    }

    fn is_region(&self) -> bool {
        *self.code == *ALL
    }

    /// The absolute change from the first year to the last; negative if either is hidden.
    fn moved(&self) -> f64 {
        let ends = self.shares.first().copied().flatten().zip(self.shares.last().copied().flatten());
        ends.map_or(-1.0, |(from, to)| (to.to_f64() - from.to_f64()).abs())
    }

    /// The change from the first year to the last, in percentage points.
    fn change(&self, model: &ReportModel) -> Option<String> {
        let (first, last) = (self.shares.first().copied().flatten()?, self.shares.last().copied().flatten()?);
        model.lang.points(first, last, model.decimals())
    }
}

/// The lines, and the number of municipalities without one because their last share is hidden.
fn lines(model: &ReportModel, years: &[Year]) -> (Vec<ShareLine>, usize) {
    let mut found: BTreeMap<Text, Vec<Option<Ratio>>> = BTreeMap::new();
    for (i, year) in years.iter().enumerate() {
        let selection = Selection { year: *year, ..model.selection() };
        for row in model.shares(&selection).filter(|row| *row.programme == *ALL) {
            let shares = found.entry(row.home.clone()).or_insert_with(|| vec![None; years.len()]);
            shares[i] = row.cross_provider_share.value().filter(|share| share.is_defined());
        }
    }
    let name = |code: &Text| match &**code {
        ALL => model.region.name.clone(),
        code => model.registers.municipality_name(code).to_owned(),
    };
    let all: Vec<ShareLine> =
        found.into_iter().map(|(code, shares)| ShareLine { name: name(&code), code, shares }).collect();
    let count = all.len();
    let lines: Vec<ShareLine> = all.into_iter().filter(|line| line.last().is_some()).collect();
    let hidden = count - lines.len();
    (lines, hidden)
}

/// Keeps only the region and the municipalities with the largest change from the first year to the last, if there are
/// more than fit.
fn keep_most_changed(lines: &mut Vec<ShareLine>) {
    lines.sort_by(|a, b| {
        (b.is_region().cmp(&a.is_region()))
            .then_with(|| b.moved().total_cmp(&a.moved()))
            .then_with(|| a.code.cmp(&b.code))
    });
    let regions = lines.iter().filter(|line| line.is_region()).count();
    lines.truncate(regions + MAX_LINES);
}

/// The shares of all municipalities over the years.
pub fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let years: Vec<Year> = model.years.iter().copied().filter(|year| *year <= model.year).collect();
    let (mut lines, hidden) = lines(model, &years);
    let all = lines.iter().filter(|line| !line.is_region()).count();
    keep_most_changed(&mut lines);
    let shown = all.min(MAX_LINES);
    // The region is drawn last, on top of all others.
    let share = |line: &ShareLine| line.last().unwrap_or(0.0);
    lines.sort_by(|a, b| {
        (a.is_region().cmp(&b.is_region()))
            .then_with(|| share(b).total_cmp(&share(a)))
            .then_with(|| a.code.cmp(&b.code))
    });
    let title = title(model, &years, &lines);
    let description = lines.iter().rev().map(|line| about(model, &years, line)).collect::<Vec<_>>().join(" ");
    let mut notes = vec![lang.text("share-slopes-note")];
    if years.len() < 2 || lines.is_empty() {
        let id = if years.len() < 2 { "share-slopes-empty" } else { "shares-empty" };
        frame::empty(&mut scene, &lang.text(id));
    } else {
        draw(&mut scene, model, &years, &lines);
    }
    notes.extend(frame::counted(lang, "note-hidden-homes", hidden));
    if shown < all {
        notes.extend(frame::rows_shown(lang, "note-rows", shown, all));
        notes.push(lang.text("share-slopes-most"));
    }
    let subtitle = frame::about(model, &model.selection());
    let name = "charts/share-slopes".to_owned();
    frame::Frame { name, title, subtitle, description, notes }.close(model, &scene)
}

/// The finding: the region's first and last share.
fn title(model: &ReportModel, years: &[Year], lines: &[ShareLine]) -> String {
    let lang = model.lang;
    let region = lines.iter().find(|line| line.is_region());
    let ends = region
        .and_then(|line| Some((line.shares.first().copied().flatten()?, line.shares.last().copied().flatten()?)));
    match (ends, years.first()) {
        (Some((then, now)), Some(first)) if years.len() > 1 => lang.say(
            "share-slopes-title",
            &[
                ("region", &model.region.name),
                ("now", &model.percent(now)),
                ("was", &model.percent(then)),
                ("year", &first.to_string()),
            ],
        ),
        _ => lang.text("chart-share-slopes"),
    }
}

fn about(model: &ReportModel, years: &[Year], line: &ShareLine) -> String {
    let part = |(year, share): (&Year, &Option<Ratio>)| {
        let share = share.map_or_else(|| "..".to_owned(), |share| model.percent(share));
        format!("{year} {share}")
    };
    format!("{}: {}.", line.name, years.iter().zip(&line.shares).map(part).collect::<Vec<_>>().join(", "))
}

/// Whole tens of per cent around all shares. A slope chart shows changes, so its axis need not start at zero.
fn axes_around(years: usize, lines: &[ShareLine]) -> YearAxes {
    let seen = || lines.iter().flat_map(|line| &line.shares).flatten().map(|share| share.to_f64() * 100.0);
    let low = (seen().fold(100.0, f64::min) / 10.0).floor() * 10.0;
    let high = (seen().fold(0.0, f64::max) / 10.0).ceil() * 10.0;
    YearAxes { years, low, high: high.max(low + 10.0) }
}

fn draw(scene: &mut Scene, model: &ReportModel, years: &[Year], lines: &[ShareLine]) {
    let lang = model.lang;
    let axes = axes_around(years.len(), lines);
    for value in ticks(axes.low, axes.high, 6) {
        let y = axes.y(value);
        scene.line((LEFT, y), (RIGHT, y), style::RULE, 1.5);
        axes.label(scene, lang, value);
    }
    for (i, year) in years.iter().enumerate() {
        let x = axes.x(i);
        scene.line((x, TOP), (x, BOTTOM), style::RULE, 1.5);
        scene.text(&TextLine::new(x, TOP - 26.0, &year.to_string()).size(style::LABEL).bold().anchor(Anchor::Middle));
    }
    let look = lang.text("share-slopes-change");
    scene.text(&TextLine::new(NAMES, TOP - 26.0, &look).size(style::SMALL).fill(style::MUTED).anchor(Anchor::End));
    for line in lines {
        self::line(scene, &axes, line);
    }
    names(scene, model, &axes, lines);
}

/// The colour and width of a line.
fn look(line: &ShareLine) -> (&'static str, f64) {
    if line.is_region() { (style::ALERT, 6.0) } else { (style::MUNICIPAL, 3.0) }
}

/// A polyline through the published years, interrupted at hidden ones.
fn line(scene: &mut Scene, axes: &YearAxes, line: &ShareLine) {
    let (colour, width) = look(line);
    let mut d = String::new();
    let mut is_on = false;
    for (i, share) in line.shares.iter().enumerate() {
        let Some(share) = share else {
            is_on = false;
            continue;
        };
        let (x, y) = (axes.x(i), axes.y(share.to_f64() * 100.0));
        d.push_str(&format!("{}{} {}", if is_on { 'L' } else { 'M' }, coord(x), coord(y)));
        is_on = true;
        scene.circle(x, y, width + 1.5, &format!("fill=\"{colour}\""));
    }
    let look = format!(
        "class=\"slope\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\""
    );
    scene.path(&d, &look);
}

/// The names at the ends of the lines, moved apart if they overlap, with the last share and the change.
fn names(scene: &mut Scene, model: &ReportModel, axes: &YearAxes, lines: &[ShareLine]) {
    let mut order: Vec<(f64, &ShareLine)> =
        lines.iter().filter_map(|line| Some((axes.y(line.last()? * 100.0), line))).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.code.cmp(&b.1.code)));
    let at = isotonic::apart(&order.iter().map(|(y, _)| *y).collect::<Vec<_>>(), NAME, (TOP, BOTTOM));
    for ((y, line), at) in order.iter().zip(at) {
        let (colour, _) = look(line);
        let d = format!("M{} {}L{} {}", coord(RIGHT + 10.0), coord(*y), coord(RIGHT + 34.0), coord(at));
        scene.path(&d, &format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" stroke-opacity=\".6\""));
        let weight = if line.is_region() { Weight::SemiBold } else { Weight::Regular };
        let fill = if line.is_region() { colour } else { style::INK };
        let share = line.shares.last().copied().flatten().map_or_else(String::new, |share| model.percent(share));
        let change = line.change(model).unwrap_or_else(|| "..".to_owned());
        let base = at + 7.0;
        scene.text(&TextLine::new(RIGHT + 118.0, base, &share).weight(weight).fill(fill).anchor(Anchor::End));
        let room = NAMES - 76.0 - (RIGHT + 132.0);
        let name = fonts::fit(&line.name, room, style::BODY, weight);
        scene.text(&TextLine::new(RIGHT + 132.0, base, &name).weight(weight).fill(fill).class("end"));
        scene.text(&TextLine::new(NAMES, base, &change).weight(weight).fill(fill).anchor(Anchor::End));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line from one share to another, in per cent; hidden if `None`.
    fn line(code: &str, ends: [Option<u64>; 2]) -> ShareLine {
        let share = |percent: Option<u64>| percent.map(|percent| Ratio::new(percent, 100_u64));
        ShareLine { code: Text::from(code), name: code.to_owned(), shares: ends.map(share).to_vec() }
    }

    #[test]
    fn municipalities_that_changed_most_and_the_region_are_kept() {
        let mut lines: Vec<ShareLine> =
            (0..30_u64).map(|i| line(&format!("{}", 1400 + i), [Some(40), Some(40 + i)])).collect();
        lines.push(line("1500", [None, Some(90)]));
        lines.push(line("1501", [Some(60), Some(20)]));
        lines.push(line(ALL, [Some(50), Some(50)]));
        keep_most_changed(&mut lines);
        let codes: Vec<&str> = lines.iter().map(|line| &*line.code).collect();
        assert_eq!(lines.len(), MAX_LINES + 1);
        assert_eq!(&codes[..3], [ALL, "1501", "1429"]);
        assert_eq!(codes[MAX_LINES], "1407", "those that changed least are left out");
    }
}
