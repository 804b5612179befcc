//! Seats at admission and on 15 October: the units whose seats changed, raised ones highlighted.

use super::fonts::Weight;
use super::plot::{Plot, PlotBar, ticks};
use super::scene::{Anchor, Scene, TextLine};
use super::style;
use super::{Picture, count, frame, unit_name};
use crate::model::{ALL, Population};
use crate::report::ReportModel;
use crate::tables::SeatRow;

/// Maximum number of units.
const MAX_ROWS: usize = 18;
/// Rows reserved for units whose seats fell if many rose.
const MIN_LOWERED: usize = 7;
const RAISED: &str = style::ALERT;
const LOWERED: &str = "#5f7f99";

/// The units whose seats changed, the largest rise first, the largest fall last.
fn changed(model: &ReportModel) -> Vec<(&SeatRow, i64)> {
    let mut out: Vec<(&SeatRow, i64)> = model
        .tables
        .get()
        .seats
        .iter()
        .filter(|r| r.year == model.year && *r.programme == *ALL)
        .filter_map(|r| Some((r, r.seat_delta.value()?)))
        .filter(|(_, delta)| *delta != 0)
        .collect();
    out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.unit.cmp(&b.0.unit)));
    out
}

/// The changes of seats.
pub fn picture(model: &ReportModel) -> Picture {
    let lang = model.lang;
    let mut scene = Scene::default();
    let changed = changed(model);
    let raised: Vec<_> = changed.iter().filter(|(_, delta)| *delta > 0).collect();
    let seats: i64 = raised.iter().map(|(_, delta)| delta).sum();
    let has_seats = model.tables.get().seats.iter().any(|r| r.year == model.year && r.seat_delta.value().is_some());
    let lowered = changed.len() - raised.len();
    let rows_raised = raised.len().min(MAX_ROWS - lowered.min(MIN_LOWERED));
    let mut shown: Vec<(&SeatRow, i64)> = changed[..rows_raised].to_vec();
    shown.extend_from_slice(&changed[changed.len() - lowered.min(MAX_ROWS - rows_raised)..]);
    let title = match (has_seats, raised.len()) {
        (false, _) => lang.text("seats-missing"),
        (true, 0) => lang.text("seats-none-raised"),
        (true, n) => lang.counted(
            "seats-title",
            &[("units", &lang.number(n as u64)), ("seats", &lang.signed(seats))],
            seats.unsigned_abs(),
        ),
    };
    if shown.is_empty() {
        let text = lang.text(if has_seats { "seats-unchanged" } else { "seats-missing" });
        frame::empty(&mut scene, &text);
    } else {
        draw(&mut scene, model, &shown);
    }
    let mut description = title.clone() + ".";
    for (row, delta) in shown.iter().take(5) {
        description.push_str(&format!(" {} {}.", model.registers.unit_name(&row.unit), lang.signed(*delta)));
    }
    let mut notes = vec![lang.text("seats-note")];
    notes.extend(frame::rows_shown(lang, "note-rows-units", shown.len(), changed.len()));
    let frame = frame::Frame {
        name: "charts/seat-deltas".to_owned(),
        title,
        // Seats cover all programmes, whatever the report's population.
        subtitle: frame::about_year(model, Population::All),
        description,
        notes,
    };
    frame.close(model, &scene)
}

fn draw(scene: &mut Scene, model: &ReportModel, rows: &[(&SeatRow, i64)]) {
    let lang = model.lang;
    let (low, high) = rows.iter().fold((0_i64, 0_i64), |(low, high), (_, d)| (low.min(*d), high.max(*d)));
    let span = (high - low).max(1) as f64;
    let plot = Plot {
        left: 440.0,
        top: frame::TOP + 42.0,
        width: 720.0,
        row: ((frame::BOTTOM - frame::TOP - 50.0) / rows.len() as f64).min(46.0),
        rows: rows.len(),
        min: low as f64 - if low < 0 { span * 0.12 } else { 0.0 },
        max: high as f64 + if high > 0 { span * 0.12 } else { 0.0 },
    };
    let bars: Vec<PlotBar<'_>> = rows
        .iter()
        .enumerate()
        .map(|(row, (_, delta))| PlotBar {
            row,
            from: (*delta).min(0) as f64,
            to: (*delta).max(0) as f64,
            height: 0.68,
            colour: if *delta > 0 { RAISED } else { LOWERED },
        })
        .collect();
    plot.draw(scene, &ticks(plot.min, plot.max, 8), &bars);
    scene.line((plot.x(0.0), plot.top), (plot.x(0.0), plot.bottom()), style::INK, 2.0);
    let columns =
        [(1280.0, "seats-admission"), (1420.0, "seats-october"), (style::WIDTH - style::MARGIN, "seats-fill")];
    for (x, id) in columns {
        scene.text(
            &TextLine::new(x, plot.top - 10.0, &lang.text(id))
                .size(style::SMALL)
                .fill(style::MUTED)
                .anchor(Anchor::End),
        );
    }
    for (i, (row, delta)) in rows.iter().enumerate() {
        let y = plot.y(i) + 7.0;
        let is_raised = *delta > 0;
        if is_raised {
            scene.text(&TextLine::new(style::MARGIN, y, "▲").fill(RAISED).class("raised"));
        }
        let weight = if is_raised { Weight::SemiBold } else { Weight::Regular };
        let room = plot.left - style::MARGIN - 44.0;
        unit_name(scene, model, &row.unit, (style::MARGIN + 28.0, y), room, weight);
        let text = lang.signed(*delta);
        let (x, anchor) = if is_raised { (8.0, Anchor::Start) } else { (-8.0, Anchor::End) };
        let fill = if is_raised { RAISED } else { style::INK };
        scene.text(
            &TextLine::new(plot.x(*delta as f64) + x, y, &text).size(style::LABEL).bold().fill(fill).anchor(anchor),
        );
        let fill_rate = row.fill_october.text(|ratio| lang.percent(ratio, 0));
        for ((x, _), text) in
            columns.iter().zip([count(lang, row.seats_admission), count(lang, row.seats_october), fill_rate])
        {
            scene.text(&TextLine::new(*x, y, &text).anchor(Anchor::End));
        }
    }
}
