//! The legend of a map: widths of lines, areas of circles, and what the signs mean.

use super::super::fonts::{self, Weight};
use super::super::projection::Area;
use super::super::scene::{Scene, Text};
use super::super::style;
use super::MapScale;
use super::data::{MapData, Role};
use super::ground::CARD;
use crate::model::{Cell, Perspective, Release};
use crate::report::ReportModel;

/// The legend of widths and circles at the lower left, computed from what is shown; gives its box.
pub fn draw(scene: &mut Scene, model: &ReportModel, scale: &MapScale, data: &MapData) -> Area {
    let lang = model.lang;
    let mut notes = vec![lang.text(match (data.stay, data.perspective) {
        (Cell::Hidden, _) => "legend-stay-hidden",
        (_, Perspective::Home) => "legend-stay-home",
        (_, Perspective::Provider) => "legend-stay-provider",
    })];
    if data.nodes.iter().any(|n| n.role == Role::Rest) {
        notes.push(lang.text("legend-rest"));
    }
    let clamped = data.flows.iter().filter(|f| scale.is_clamped(f.students)).count();
    if clamped > 0 {
        notes.push(lang.say("legend-clamped", &[("count", &lang.number(clamped as u64))]));
    }
    notes.push(lang.say("legend-shared", &[("count", &lang.number(scale.maps() as u64))]));
    let notes: Vec<String> =
        notes.iter().flat_map(|note| fonts::wrap(note, LEGEND - 24.0, style::SMALL, Weight::Regular)).collect();
    // A sample below all that is ever shown would look like a number that must not be.
    let least = if model.release() == Release::Public { model.policy.threshold } else { 0 };
    let mut lines = samples(data.flows.iter().map(|f| f.students).max().unwrap_or(0), least, 3);
    // Samples at the least width would all look the same: the largest of them stands for all.
    while lines.len() > 1 && lines[lines.len() - 2..].iter().all(|n| scale.is_clamped(*n)) {
        lines.pop();
    }
    let circles = samples(data.nodes.first().map_or(0, |n| n.students), least, 2);
    let widest = circles.first().map_or(0.0, |n| scale.radius(*n));
    let row = |size: f64| size.max(20.0) + 6.0;
    let line_room: f64 = lines.iter().map(|n| row(scale.width(*n))).sum();
    let circle_room: f64 = circles.iter().map(|n| row(2.0 * scale.radius(*n))).sum();
    let line_part = if lines.is_empty() { 0.0 } else { 36.0 + line_room };
    let height = line_part + 36.0 + circle_room + notes.len() as f64 * 22.0 + 12.0;
    let bottom = CARD.bottom - 12.0;
    let area = Area { left: CARD.left + 12.0, top: bottom - height, right: CARD.left + 12.0 + LEGEND, bottom };
    let look = format!("class=\"legend\" fill=\"{}\" fill-opacity=\".92\"", style::PAPER);
    scene.rect_with(area.left, area.top, LEGEND, height, 8.0, &look);
    let (x, mut y) = (area.left + 12.0, area.top);
    if !lines.is_empty() {
        scene.text(&Text::new(x, y + 26.0, &lang.text("legend-lines")).size(style::SMALL).fill(style::MUTED));
        y += 36.0;
        for students in lines {
            let width = scale.width(students);
            let middle = y + row(width) / 2.0;
            scene.line((x, middle), (x + 84.0, middle), style::MIXED, width);
            scene.text(&Text::new(x + 100.0, middle + 7.0, &lang.number(students)));
            y += row(width);
        }
    }
    scene.text(&Text::new(x, y + 26.0, &lang.text("legend-circles")).size(style::SMALL).fill(style::MUTED));
    y += 36.0;
    for students in circles {
        let radius = scale.radius(students);
        let middle = y + row(2.0 * radius) / 2.0;
        let look = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2\"", style::MIXED);
        scene.circle(x + widest.max(2.0), middle, radius, &look);
        scene.text(&Text::new(x + 100.0, middle + 7.0, &lang.number(students)));
        y += row(2.0 * radius);
    }
    for note in notes {
        y += 22.0;
        scene.text(&Text::new(x, y, &note).size(style::SMALL).fill(style::MUTED));
    }
    area
}

/// Width of the legend, pixels.
const LEGEND: f64 = 216.0;

/// Round numbers up to the largest shown and not below the least, the largest first: 1, 2 or 5 times a power of ten.
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
