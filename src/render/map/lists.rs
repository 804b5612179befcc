//! The lists beside maps of change and of net flows: a name and three numbers per row.

use super::super::count;
use super::super::fonts::{self, Weight};
use super::super::frame;
use super::super::scene::{Anchor, Scene, TextLine};
use super::super::style::{self, Tone};
use super::change::difference;
use super::data::{Comparison, MapData};
use super::panel::{LEFT, RIGHT};
use crate::graph::Selection;
use crate::model::{Cell, Perspective};
use crate::report::ReportModel;
use crate::tables::BalanceRow;
use crate::words::Lang;

/// Right edges of the three columns of numbers.
const COLUMNS: [f64; 3] = [RIGHT - 196.0, RIGHT - 98.0, RIGHT];
/// Height of a row, and of a higher one if there is space.
const ROW: (f64, f64) = (32.0, 42.0);

/// A row of a list.
struct ListRow {
    name: String,
    numbers: [String; 3],
    /// The meaning of the colour of the last number.
    tone: Option<Tone>,
    weight: Weight,
}

/// Draws a list down to this lower edge: column headers, then rows. The last row says how many rows have no space.
fn list(scene: &mut Scene, lang: Lang, heads: &[String; 4], rows: &[ListRow], bottom: f64) {
    let mut y = frame::TOP + 22.0;
    let head = |scene: &mut Scene, x, text: &str, anchor| {
        scene.text(&TextLine::new(x, y, text).size(style::SMALL).fill(style::MUTED).anchor(anchor));
    };
    head(scene, LEFT, &heads[0], Anchor::Start);
    for (text, x) in heads[1..].iter().zip(COLUMNS) {
        head(scene, x, text, Anchor::End);
    }
    y += 8.0;
    scene.line((LEFT, y), (RIGHT, y), style::RULE, 1.5);
    let step = ((bottom - y) / rows.len().max(1) as f64).clamp(ROW.0, ROW.1);
    let most = ((bottom - y) / step) as usize;
    let fits = if rows.len() <= most { rows.len() } else { most.saturating_sub(1) };
    for row in &rows[..fits] {
        y += step;
        let base = y - (step - 14.0) / 2.0;
        let used = fonts::measure(&row.numbers[0], style::BODY, row.weight);
        let name = fonts::fit(&row.name, COLUMNS[0] - used - 14.0 - LEFT, style::BODY, row.weight);
        scene.text(&TextLine::new(LEFT, base, &name).weight(row.weight));
        for (i, (text, x)) in row.numbers.iter().zip(COLUMNS).enumerate() {
            let look = TextLine::new(x, base, text).anchor(Anchor::End);
            let is_last = i == 2;
            let weight = if is_last { Weight::SemiBold } else { row.weight };
            let ink = row.tone.filter(|_| is_last).map_or(style::INK, Tone::ink);
            scene.text(&look.weight(weight).fill(ink));
        }
    }
    if rows.len() > fits {
        let text = lang.say("panel-more", &[("count", &lang.number((rows.len() - fits) as u64))]);
        scene.text(&TextLine::new(LEFT, y + step - (step - 14.0) / 2.0, &text).fill(style::MUTED));
    }
}

/// A change with its sign; `..` if either number is hidden.
fn change(lang: Lang, now: Cell, then: Cell) -> (String, Option<Tone>) {
    match difference(now, then) {
        Some(0) => ("0".to_owned(), None),
        Some(change) => (lang.signed(change), Some(Tone::of(change))),
        None => ("..".to_owned(), None),
    }
}

/// The list of a map of change: then, now and the difference, in total and for each line.
pub fn changed(
    scene: &mut Scene,
    model: &ReportModel,
    data: &MapData,
    (now, before): (&Selection, &Comparison),
    bottom: f64,
) {
    let lang = model.lang;
    let row = |name: String, now: Cell, then: Cell, weight| {
        let (change, tone) = change(lang, now, then);
        ListRow { name, numbers: [count(lang, then), count(lang, now), change], tone, weight }
    };
    let (all, stay) = match data.perspective {
        Perspective::Home => ("panel-all-residents", "panel-stay"),
        Perspective::Provider => ("panel-all-pupils", "panel-stay-here"),
    };
    let name = [("name", &*data.name)];
    let mut rows = vec![
        row(lang.say(all, &name), data.total, before.total, Weight::SemiBold),
        row(lang.say(stay, &name), data.stay, before.stay, Weight::SemiBold),
    ];
    for entry in &data.entries {
        let then = entry.before.unwrap_or(Cell::Missing);
        rows.push(row(entry.name.clone(), entry.students, then, Weight::Regular));
    }
    let ends = if data.perspective == Perspective::Home { "panel-places" } else { "panel-homes" };
    let short = |selection: &Selection, other: &Selection| {
        if selection.year == other.year {
            lang.text(&format!("panel-{}", selection.snapshot.as_str()))
        } else {
            selection.year.to_string()
        }
    };
    let heads =
        [lang.text(ends), short(&before.selection, now), short(now, &before.selection), lang.text("panel-change")];
    list(scene, lang, &heads, &rows, bottom);
}

/// The list of the region's net flows: arriving, leaving, and the difference.
pub fn net(scene: &mut Scene, model: &ReportModel, rows: &[&BalanceRow], bottom: f64) {
    let lang = model.lang;
    let row = |row: &&BalanceRow| {
        let (net, tone) = match row.net {
            Cell::Value(0) => ("0".to_owned(), None),
            Cell::Value(net) => (lang.signed(net), Some(Tone::of(net))),
            Cell::Hidden => ("..".to_owned(), None),
            Cell::Missing => (".".to_owned(), None),
        };
        ListRow {
            name: model.registers.municipality_name(&row.municipality).to_owned(),
            numbers: [count(lang, row.into), count(lang, row.out), net],
            tone,
            weight: Weight::Regular,
        }
    };
    let rows: Vec<ListRow> = rows.iter().map(row).collect();
    let heads = ["panel-municipality", "panel-into", "panel-out", "panel-net"].map(|id| lang.text(id));
    list(scene, lang, &heads, &rows, bottom);
}
