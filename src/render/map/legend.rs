//! The legend of a map: widths of lines, areas of circles, and the meaning of the signs.

use super::super::fonts::{self, Weight};
use super::super::scene::{Scene, TextLine};
use super::super::style::{self, Tone};
use super::data::{MapData, NodeRole, Quantity};
use super::{By, MapScale, texts};
use crate::model::{Cell, Perspective};
use crate::report::ReportModel;
use crate::words::Lang;

/// The legend of one map, computed from what is shown, before it has a place.
pub struct MapLegend {
    lines: Vec<(u64, f64)>,
    circles: Vec<(u64, f64)>,
    line_word: String,
    circle_word: String,
    tones: Vec<(Tone, String)>,
    notes: Vec<String>,
}

impl MapLegend {
    /// The legend of a map on its scale.
    pub fn new(model: &ReportModel, scale: &MapScale, data: &MapData) -> Self {
        let lang = model.lang;
        let notes = notes(model, scale, data).into_iter();
        let notes = notes.flat_map(|note| fonts::wrap(&note, LEGEND - 24.0, style::SMALL, Weight::Regular)).collect();
        // A sample smaller than any number ever shown would look like a number that must be hidden.
        let least = model.least();
        let mut lines = samples(data.flows.iter().map(|f| f.students).max().unwrap_or(0), least, 3);
        // Samples at the minimum width would look the same, so only the largest of them is shown.
        while lines.len() > 1 && lines[lines.len() - 2..].iter().all(|n| scale.is_clamped(*n)) {
            lines.pop();
        }
        let largest = data.nodes.iter().map(|node| node.students).max().unwrap_or(0);
        let (line_word, circle_word, tones) = words(data);
        let then = match &data.shows {
            Quantity::Change(before) => super::super::frame::moment_against(lang, &before.selection, model.year),
            Quantity::Students | Quantity::Net => String::new(),
        };
        Self {
            lines: lines.into_iter().map(|n| (n, scale.width(n))).collect(),
            circles: samples(largest, least, 2).into_iter().map(|n| (n, scale.radius(n))).collect(),
            line_word: lang.text(line_word),
            circle_word: lang.text(circle_word),
            tones: tones.into_iter().map(|(tone, id)| (tone, lang.say(id, &[("then", &then)]))).collect(),
            notes,
        }
    }

    /// Width and height, pixels.
    pub fn size(&self) -> (f64, f64) {
        let lines: f64 = self.lines.iter().map(|(_, width)| row(*width)).sum();
        let circles: f64 = self.circles.iter().map(|(_, radius)| row(2.0 * radius)).sum();
        let lines = if self.lines.is_empty() { 0.0 } else { HEADING + lines };
        let tones = if self.tones.is_empty() { 0.0 } else { self.tones.len() as f64 * 26.0 + 6.0 };
        (LEGEND, lines + HEADING + circles + tones + self.notes.len() as f64 * 22.0 + 12.0)
    }

    /// Draws it with its upper left corner at a point.
    pub fn draw(&self, scene: &mut Scene, lang: Lang, (left, top): (f64, f64)) {
        let (width, height) = self.size();
        let look = format!("class=\"legend\" fill=\"{}\" fill-opacity=\".92\"", style::PAPER);
        scene.rect_with(left, top, width, height, 8.0, &look);
        let heading = |scene: &mut Scene, y: f64, text: &str| {
            scene.text(&TextLine::new(left + 12.0, y + 26.0, text).size(style::SMALL).fill(style::MUTED));
        };
        let (x, mut y) = (left + 12.0, top);
        if !self.lines.is_empty() {
            heading(scene, y, &self.line_word);
            y += HEADING;
            for (students, width) in &self.lines {
                let middle = y + row(*width) / 2.0;
                scene.line((x, middle), (x + 84.0, middle), style::MIXED, *width);
                scene.text(&TextLine::new(x + 100.0, middle + 7.0, &lang.number(*students)));
                y += row(*width);
            }
        }
        heading(scene, y, &self.circle_word);
        y += HEADING;
        let widest = self.circles.first().map_or(0.0, |(_, radius)| *radius);
        for (students, radius) in &self.circles {
            let middle = y + row(2.0 * radius) / 2.0;
            let look = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", style::MIXED);
            scene.circle(x + widest.max(2.0), middle, *radius, &look);
            scene.text(&TextLine::new(x + 100.0, middle + 7.0, &lang.number(*students)));
            y += row(2.0 * radius);
        }
        for (tone, text) in &self.tones {
            y += 26.0;
            scene.rect(x, y - 14.0, 18.0, 18.0, 3.0, tone.colour());
            scene.text(&TextLine::new(x + 28.0, y + 1.0, text).size(style::SMALL));
        }
        y += if self.tones.is_empty() { 0.0 } else { 6.0 };
        for note in &self.notes {
            y += 22.0;
            scene.text(&TextLine::new(x, y, note).size(style::SMALL).fill(style::MUTED));
        }
    }
}

/// Height of a heading of the legend, pixels.
const HEADING: f64 = 36.0;

/// Height of a row with a sign of this height, pixels.
fn row(size: f64) -> f64 {
    size.max(20.0) + 6.0
}

/// The sentences of the legend: the inner disc, merged units, lines at minimum width, the shared scale.
fn notes(model: &ReportModel, scale: &MapScale, data: &MapData) -> Vec<String> {
    let lang = model.lang;
    let stay = match (&data.shows, data.stay, data.perspective) {
        // Nobody can stay.
        (Quantity::Students, Cell::Missing, _) => None,
        (Quantity::Students, Cell::Hidden, _) => Some("legend-stay-hidden"),
        (Quantity::Students, _, Perspective::Home) if data.by == By::Provider => Some("legend-stay-own"),
        (Quantity::Students, _, Perspective::Home) => Some("legend-stay-home"),
        (Quantity::Students, _, Perspective::Provider) => Some("legend-stay-provider"),
        (Quantity::Change(_) | Quantity::Net, ..) => None,
    };
    let mut notes: Vec<String> = stay.map(|id| lang.text(id)).into_iter().collect();
    if data.nodes.iter().any(|n| n.role == NodeRole::Rest) {
        notes.push(lang.text(if data.by == By::Provider { "legend-rest-providers" } else { "legend-rest" }));
    }
    let clamped = data.flows.iter().filter(|f| scale.is_clamped(f.students)).count();
    if clamped > 0 {
        notes.push(texts::clamped(lang, clamped));
    }
    if scale.maps() > 1 {
        notes.push(lang.say("legend-shared", &[("count", &lang.number(scale.maps() as u64))]));
    }
    notes
}

/// The messages for what lines and circles represent, and for the colours.
fn words(data: &MapData) -> (&'static str, &'static str, Vec<(Tone, &'static str)>) {
    match data.shows {
        Quantity::Students => ("legend-lines", "legend-circles", Vec::new()),
        Quantity::Change(_) => (
            "legend-lines-change",
            "legend-circles-change",
            vec![(Tone::Rose, "legend-rose"), (Tone::Fell, "legend-fell")],
        ),
        Quantity::Net => (
            "legend-lines-net",
            "legend-circles-net",
            vec![(Tone::Rose, "legend-receives"), (Tone::Fell, "legend-sends")],
        ),
    }
}

/// The legend of several maps in a strip below them: widths, areas, and common notes.
pub fn strip(scene: &mut Scene, model: &ReportModel, scale: &MapScale, maps: &[MapData], y: f64) {
    let lang = model.lang;
    let least = model.least();
    let flows = || maps.iter().flat_map(|map| &map.flows).map(|flow| flow.students);
    let lines = samples(flows().max().unwrap_or(0), least, 3);
    let largest = maps.iter().filter_map(|map| map.nodes.first()).map(|node| node.students).max().unwrap_or(0);
    let mut circles = samples(largest, least, 4);
    circles.retain(|students| scale.radius(*students) <= TALLEST);
    circles.truncate(2);
    let mut x = style::MARGIN;
    scene.open("class=\"strip\"");
    let say = |scene: &mut Scene, x: &mut f64, text: &str, ink: &str, after: f64| {
        scene.text(&TextLine::new(*x, y + 7.0, text).size(style::SMALL).fill(ink));
        *x += fonts::measure(text, style::SMALL, Weight::Regular) + after;
    };
    say(scene, &mut x, &lang.text("legend-lines"), style::MUTED, 16.0);
    for students in lines {
        scene.line((x, y), (x + 56.0, y), style::MIXED, scale.width(students));
        x += 66.0;
        say(scene, &mut x, &lang.number(students), style::INK, 26.0);
    }
    x += 14.0;
    say(scene, &mut x, &lang.text("legend-circles"), style::MUTED, 16.0);
    for students in circles {
        let radius = scale.radius(students);
        let look = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", style::MIXED);
        scene.circle(x + radius, y, radius, &look);
        x += 2.0 * radius + 10.0;
        say(scene, &mut x, &lang.number(students), style::INK, 26.0);
    }
    x += 14.0;
    let is_of = |perspective: Perspective| maps.iter().any(|map| map.perspective == perspective);
    let stay = match (is_of(Perspective::Home), is_of(Perspective::Provider)) {
        (true, true) => "legend-stay-both",
        (false, true) => "legend-stay-provider",
        (_, false) => "legend-stay-home",
    };
    let clamped = flows().filter(|students| scale.is_clamped(*students)).count();
    let mut words = vec![lang.text(stay)];
    if clamped > 0 {
        words.push(texts::clamped(lang, clamped));
    }
    let room = style::WIDTH - style::MARGIN - x;
    let text = fonts::fit(&words.join(" · "), room, style::SMALL, Weight::Regular);
    say(scene, &mut x, &text, style::MUTED, 0.0);
    scene.close();
}

/// The legend of a map on a slide, below it around this height: as many samples of widths and areas as there is room for;
/// returns the number of lines drawn at the minimum width.
pub fn below(scene: &mut Scene, model: &ReportModel, scale: &MapScale, data: &MapData, y: f64) -> usize {
    let lang = model.lang;
    let least = model.least();
    let right = scale.ground.stage.card.right;
    let (line_word, circle_word, _) = words(data);
    let mut lines = samples(data.flows.iter().map(|flow| flow.students).max().unwrap_or(0), least, 2);
    lines.retain(|students| !scale.is_clamped(*students));
    let largest = data.nodes.iter().map(|node| node.students).max().unwrap_or(0);
    let mut circles = samples(largest, least, 4);
    circles.retain(|students| (4.0..=20.0).contains(&scale.radius(*students)));
    circles.truncate(1);
    let wide = |text: &str| fonts::measure(text, style::SMALL, Weight::Regular);
    let say = |scene: &mut Scene, x: f64, text: &str, ink: &str| {
        scene.text(&TextLine::new(x, y + 6.0, text).size(style::SMALL).fill(ink));
    };
    scene.open("class=\"strip\"");
    let mut x = 2.0;
    for (word, samples, is_line) in [(line_word, lines, true), (circle_word, circles, false)] {
        let word = lang.text(word);
        let sign = |students: u64| if is_line { 44.0 } else { 2.0 * scale.radius(students) };
        let of = |students: u64| sign(students) + 8.0 + wide(&lang.number(students)) + 16.0;
        let start = wide(&word) + 12.0;
        if samples.is_empty() || x + start + of(samples[0]) > right {
            continue;
        }
        say(scene, x, &word, style::MUTED);
        x += start;
        for students in samples {
            if x + of(students) > right {
                break;
            }
            if is_line {
                scene.line((x, y), (x + 44.0, y), style::MIXED, scale.width(students));
            } else {
                let radius = scale.radius(students);
                let look = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", style::MIXED);
                scene.circle(x + radius, y, radius, &look);
            }
            say(scene, x + sign(students) + 8.0, &lang.number(students), style::INK);
            x += of(students);
        }
        x += 8.0;
    }
    scene.close();
    data.flows.iter().filter(|flow| scale.is_clamped(flow.students)).count()
}

/// Maximum radius of a sample in a strip, pixels.
const TALLEST: f64 = 24.0;
/// Width of the legend, pixels.
const LEGEND: f64 = 216.0;

/// Round numbers between the minimum and the largest shown, the largest first: 1, 2 or 5 times a power of ten.
fn samples(largest: u64, least: u64, count: usize) -> Vec<u64> {
    let mut steps: Vec<u64> = Vec::new();
    let mut power = 1_u64;
    while power <= largest {
        steps.extend([power, power * 2, power * 5].into_iter().filter(|n| *n <= largest));
        power = power.saturating_mul(10);
    }
    let mut out: Vec<u64> = steps.into_iter().rev().step_by(2).take(count).collect();
    out.dedup();
    out.retain(|n| *n >= least);
    out
}

#[cfg(test)]
mod tests {
    use super::samples;

    #[test]
    fn samples_are_round_and_not_above_what_is_shown() {
        for (largest, least, count, wanted) in [
            (0, 0, 3, vec![]),
            (1, 0, 3, vec![1]),
            (7, 0, 3, vec![5, 1]),
            (120, 0, 3, vec![100, 20, 5]),
            (999, 0, 2, vec![500, 100]),
            (120, 10, 3, vec![100, 20]),
            (12, 10, 2, vec![10]),
        ] {
            assert_eq!(samples(largest, least, count), wanted, "{largest}");
        }
    }
}
